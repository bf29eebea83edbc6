import Files
import Formats
import Models
import Networks
import Tensors

/// What a judge says of a picture.
package struct Verdict: Equatable, Sendable {
  /// The digit that it shows most likely; of equally likely ones the smallest.
  package let digit: Int
  /// The probability that the judge gives it, from 0.1 to 1.
  package let confidence: Double

  /// Creates a verdict.
  package init(digit: Int, confidence: Double) {
    self.digit = digit
    self.confidence = confidence
  }
}

/// A network that knows real digits and says of others what they show, how sure it is, and where they lie in the space of
/// its features.
///
/// ```swift
/// let mnist = try MNIST(.train)
/// let data = ImageSet((0..<mnist.count).lazy.map(mnist.image), random: RandomNumbers(seed: 2020))
/// let judge = try Judge.trained(on: data, labels: (0..<mnist.count).map(mnist.label))
/// let verdicts = judge.verdicts(on: samples)
/// ```
///
/// Pictures are [N, 28, 28, 1], values in [−1, 1]. What is said of one does not depend on the others beside it.
package struct Judge: Sendable {
  /// The network's shape.
  package let configuration: LeNetConfiguration
  /// The network's weights.
  package let weights: Weights
  /// The network.
  package let network: LeNet

  /// The most pictures that a thread looks at together.
  private static let picturesPerPiece = 64

  /// Creates a judge of weights that are known to be a LeNet's; others stop the program with their names.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - weights: Its weights.
  package init(_ configuration: LeNetConfiguration = LeNetConfiguration(), weights: Weights) {
    self.configuration = configuration
    self.weights = weights
    network = LeNet(configuration, weights: weights)
  }

  /// The features of pictures, by which sets of pictures are compared: [N, 28, 28, 1] → [N, 84].
  package func features(of pictures: Tensor) -> Tensor {
    Tensor.inPieces(batchSize: pictures.rowCount, samplesPerPiece: Self.picturesPerPiece) { rows in
      network.features(of: pictures.rows(rows))
    }
  }

  /// The verdict on each picture.
  ///
  /// - Parameter pictures: [N, 28, 28, 1].
  package func verdicts(on pictures: Tensor) -> [Verdict] { verdicts(onFeatures: features(of: pictures)) }

  /// The verdict on each picture whose features are known already.
  ///
  /// - Parameter features: [N, 84].
  package func verdicts(onFeatures features: Tensor) -> [Verdict] {
    let probabilities = network.logits(of: features).softmax().values
    return (0..<features.rowCount).map { row in
      let own = probabilities[row * LeNet.classCount..<(row + 1) * LeNet.classCount]
      var best = own.startIndex
      for place in own.indices where own[place] > own[best] { best = place }
      return Verdict(digit: best - own.startIndex, confidence: Double(own[best]))
    }
  }

  /// The share of pictures whose digit the judge names, from 0 to 1.
  ///
  /// - Parameters:
  ///   - pictures: [N, 28, 28, 1].
  ///   - labels: The digit of each.
  package func accuracy(on pictures: Tensor, labels: [Int]) -> Double {
    guard pictures.rowCount == labels.count, !labels.isEmpty else {
      fatalError("Judge: \(labels.count) labels for pictures of the shape \(pictures.shape)")
    }
    let right = zip(verdicts(on: pictures), labels).count { $0.digit == $1 }
    return Double(right) / Double(labels.count)
  }
}

// MARK: - Files

extension Judge {
  /// Reads a judge.
  ///
  /// - Parameters:
  ///   - path: A safetensors file with exactly the network's weights.
  ///   - configuration: The network's shape.
  /// - Throws: A failure that names the file and what is missing, left over, of another shape or not finite.
  package static func read(
    _ path: String, configuration: LeNetConfiguration = LeNetConfiguration()
  ) throws(FileFailure) -> Judge {
    let weights = try LeNet.readWeights(path, for: configuration)
    if let name = weights.names.first(where: { !weights[$0].isFinite }) {
      throw FileFailure(
        file: path, at: .whole, expected: "finite numbers",
        found: "an infinite one or NaN in tensor \"\(name)\"")
    }
    return Judge(configuration, weights: weights)
  }

  /// The judge's weights as a file.
  package var file: Safetensors { weights.file }
}
