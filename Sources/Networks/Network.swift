import Tensors

/// A network: a value that is put together from a configuration and weights, and called.
///
/// A type that conforms says once how its layers are put together, and for that gets its initial weights, its names and
/// shapes, and the check of weights that come from elsewhere.
///
/// ```swift
/// var weights = UNet.initialWeights(configuration, seed: 2020)
/// let prediction = UNet(configuration, weights: weights)(noisyImages, timestepIndices: [3, 141])
/// ```
public protocol Network: SendableMetatype {
  /// What decides the network's shape.
  associatedtype Configuration: Sendable

  /// Puts the network together.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - source: Where the layers take their weights from, always in the same order.
  init(_ configuration: Configuration, from source: WeightSource)

  /// How many samples of a batch are worked on together, by one thread; 8 unless the network says otherwise.
  ///
  /// A gradient is a sum over these pieces, so another number gives other bits.
  static var samplesPerPiece: Int { get }

  /// The most samples that are worked on together where no gradient is wanted; `samplesPerPiece` unless the network
  /// says otherwise.
  ///
  /// Rows do not depend on each other, so another number gives the same bits.
  static var largestForwardPiece: Int { get }
}

extension Network {
  /// Eight: of images, activations enough for a core's caches.
  public static var samplesPerPiece: Int { 8 }

  /// As many as with gradients.
  public static var largestForwardPiece: Int { samplesPerPiece }
}

extension Network {
  /// The weights that training begins with, those of PyTorch's layers but from this project's random numbers.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - seed: The weights are a function of it.
  /// - Returns: The weights in the network's order.
  public static func initialWeights(_ configuration: Configuration, seed: UInt64) -> Weights {
    let source = WeightSource.initial(seed: seed)
    _ = Self(configuration, from: source)
    return source.weights
  }

  /// The names and shapes of the weights, in the network's order; nothing is drawn.
  public static func weightShapes(_ configuration: Configuration) -> [(name: String, shape: [Int])] {
    let source = WeightSource.describing()
    _ = Self(configuration, from: source)
    return source.shapes
  }

  /// The number of numbers in all weights; nothing is drawn.
  public static func parameterCount(_ configuration: Configuration) -> Int {
    weightShapes(configuration).reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// Puts the network together from weights that are known to be its own; others stop the program with their names.
  ///
  /// This costs a few hundred look-ups and no copying, so it may be done for every batch. Weights that are tracked make
  /// a network whose results lead back to them.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - weights: Its weights, in any order.
  public init(_ configuration: Configuration, weights: Weights) {
    let source = WeightSource.reading(weights)
    self.init(configuration, from: source)
    if let failure = source.failure { fatalError("\(Self.self): \(failure)") }
  }

  /// Weights from elsewhere, checked, in the network's order.
  ///
  /// - Parameters:
  ///   - weights: The weights, in any order.
  ///   - configuration: The network's shape.
  /// - Returns: The same weights in the order in which the network asks for them.
  /// - Throws: What is missing, left over or of another shape, all of it by name.
  public static func ordered(
    _ weights: Weights, for configuration: Configuration
  ) throws(WeightsFailure) -> Weights {
    let source = WeightSource.reading(weights)
    _ = Self(configuration, from: source)
    if let failure = source.failure { throw failure }
    return Weights(weightShapes(configuration).map { ($0.name, weights[$0.name]) })
  }

  /// The sum of a loss over the pieces of a batch, and its gradients.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - weights: Its weights.
  ///   - batchSize: The number of samples.
  ///   - loss: Given the network and the samples of a piece, that piece's part of the loss: a single number. Called from
  ///     several threads.
  /// - Returns: The sum over the pieces, and its gradient with respect to every weight.
  public static func lossAndGradients(
    _ configuration: Configuration, weights: Weights, batchSize: Int,
    _ loss: @Sendable (Self, Range<Int>) -> Tensor
  ) -> (loss: Double, gradients: Weights) {
    let (value, gradients) = Tensor.valueAndGradients(
      at: weights.tensors, batchSize: batchSize, samplesPerPiece: samplesPerPiece
    ) { tensors, samples in
      loss(Self(configuration, weights: weights.replacing(tensors)), samples)
    }
    return (value, weights.replacing(gradients))
  }
}
