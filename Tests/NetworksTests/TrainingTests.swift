import Deterministic
import Networks
import Tensors
import Testing
import Threads

/// The smallest of image classifiers: 5 × 5 convolution, pooling, linear layer.
private struct TinyClassifier: Network {
  private let convolution: Conv2d
  private let pool = MaxPool()
  private let logits: Linear

  init(_ channels: Int, from source: WeightSource) {
    convolution = Conv2d(
      inputChannels: 1, outputChannels: channels, kernel: 5, padding: Padding(2), from: source["convolution"])
    logits = Linear(inputs: 4 * 4 * channels, outputs: 3, from: source["logits"])
  }

  /// Images [batch, 8, 8, 1] → logits [batch, 3].
  func callAsFunction(_ x: Tensor) -> Tensor {
    let h = pool(convolution(x).relu())
    return logits(h.reshaped([x.rowCount, h.shape[1] * h.shape[2] * h.shape[3]]))
  }
}

@Suite("Training")
struct TrainingTests {
  @Test("A small MLP learns a handful of points by heart", arguments: Activation.allCases)
  func memorising(activation: Activation) {
    let configuration = MLPConfiguration(
      inputs: 2, width: 32, depth: 2, embeddingDimension: 8, activation: activation)
    var weights = MLP.initialWeights(configuration, seed: 1)
    let random = RandomNumbers(seed: 2)
    let points = Tensor.normal(random[.data], samples: 0..<10, rowShape: [2])
    let targets = Tensor.normal(random[.jump], samples: 0..<10, rowShape: [2])
    let timesteps = (0..<10).map { Double(100 * $0) }
    func lossAndGradients() -> (loss: Double, gradients: Weights) {
      MLP.lossAndGradients(configuration, weights: weights, batchSize: 10) { network, samples in
        network(points.rows(samples), timestepIndices: Array(timesteps[samples]))
          .squaredDistance(to: targets.rows(samples), times: 1 / 20.0)
      }
    }
    let first = lossAndGradients().loss
    var adam = Adam(for: weights)
    let rate = LearningRate(1e-2, warmUp: 10, decay: .cosine(end: 500))
    for step in 1...500 {
      let gradients = lossAndGradients().gradients
      adam.step(
        &weights, gradients: gradients, gradientScale: gradients.clippingFactor(norm: 1).factor,
        learningRate: rate(step: step))
    }
    let last = lossAndGradients().loss
    #expect(first > 0.3)
    #expect(last < 1e-3 * first, "\(first) → \(last)")
  }

  @Test("The gradients of an MLP are those of its loss")
  func gradients() {
    let configuration = MLPConfiguration(inputs: 3, width: 8, depth: 2, embeddingDimension: 6)
    let weights = MLP.initialWeights(configuration, seed: 3)
    let direction = MLP.initialWeights(configuration, seed: 4)
    let x = Tensor.normal(RandomNumbers(seed: 5)[.data], samples: 0..<11, rowShape: [3])
    func loss(_ weights: Weights) -> (loss: Double, gradients: Weights) {
      MLP.lossAndGradients(configuration, weights: weights, batchSize: 11) { network, samples in
        network(x.rows(samples), timestepIndices: samples.map(Double.init)).squaredDistance(
          to: x.rows(samples))
      }
    }
    let step = 1e-3
    let ahead = loss(weights.combined(with: direction) { .combining(1, $0, step, $1) }).loss
    let behind = loss(weights.combined(with: direction) { .combining(1, $0, -step, $1) }).loss
    let slope = zip(loss(weights).gradients.tensors, direction.tensors).reduce(0) { $0 + $1.0.dot($1.1) }
    // The loss is near 10 and a Float: its rounding, 1e-6, is divided by 2e-3.
    #expect(abs((ahead - behind) / (2 * step) - slope) < 5e-3 * max(1, abs(slope)))
  }

  @Test("The same training ends at the same bits with any number of threads")
  func threads() {
    func trained(threads: Int) -> [[UInt32]] {
      threadCount = threads
      let configuration = MLPConfiguration(inputs: 2, width: 16, depth: 1, embeddingDimension: 8)
      var weights = MLP.initialWeights(configuration, seed: 1)
      var adam = Adam(for: weights)
      let x = Tensor.normal(RandomNumbers(seed: 2)[.data], samples: 0..<37, rowShape: [2])
      for _ in 0..<5 {
        let gradients = MLP.lossAndGradients(configuration, weights: weights, batchSize: 37) {
          network, samples in
          network(x.rows(samples), timestepIndices: samples.map(Double.init)).squaredDistance(
            to: x.rows(samples))
        }.gradients
        adam.step(&weights, gradients: gradients, learningRate: 1e-2)
      }
      return weights.tensors.map(\.bits)
    }
    let usual = threadCount
    defer { threadCount = usual }
    #expect(trained(threads: 1) == trained(threads: 2))
    #expect(trained(threads: 1) == trained(threads: 5))
  }

  @Test("A tiny classifier learns to tell bars and blank images apart")
  func classifying() {
    let random = RandomNumbers(seed: 1)
    let labels = (0..<24).map { $0 % 3 }
    // Images with a horizontal bar, with a vertical one, or with none, and some noise.
    let noise = Tensor.normal(random[.data], samples: 0..<24, rowShape: [8, 8, 1]).values
    let pixels = (0..<24 * 64).map { place in
      let (sample, row, column) = (place / 64, place % 64 / 8, place % 8)
      let bar = sample / 3
      let isOn = labels[sample] == 0 ? row == bar : labels[sample] == 1 ? column == bar : false
      return (isOn ? 1 : 0) + 0.1 * noise[place]
    }
    let images = Tensor(pixels, shape: [24, 8, 8, 1])
    var weights = TinyClassifier.initialWeights(4, seed: 2)
    func lossAndGradients() -> (loss: Double, gradients: Weights) {
      TinyClassifier.lossAndGradients(4, weights: weights, batchSize: 24) { network, samples in
        let share = Double(samples.count) / 24
        return share * network(images.rows(samples)).crossEntropy(labels: Array(labels[samples]))
      }
    }
    var adam = Adam(for: weights)
    let first = lossAndGradients().loss
    for _ in 0..<150 {
      adam.step(&weights, gradients: lossAndGradients().gradients, learningRate: 1e-2)
    }
    #expect(abs(first - log(3)) < 0.5)
    #expect(lossAndGradients().loss < 0.01)
    let logits = TinyClassifier(4, weights: weights)(images).values
    let predicted = (0..<24).map { sample in
      let row = Array(logits[3 * sample..<3 * sample + 3])
      return row.firstIndex(of: row.max() ?? 0) ?? -1
    }
    #expect(predicted == labels)
  }
}
