import Tensors

/// The shape of an `MLP`.
public struct MLPConfiguration: Equatable, Sendable {
  /// The length of a sample: 2 for points in the plane, height · width · channels for a flattened image.
  public var inputs: Int
  /// The length of the hidden vectors.
  public var width: Int
  /// How many hidden layers there are.
  public var depth: Int
  /// The length of the timestep's sinusoidal embedding.
  public var embeddingDimension: Int
  /// The function between layers.
  public var activation: Activation

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - inputs: The length of a sample.
  ///   - width: The length of the hidden vectors.
  ///   - depth: How many hidden layers there are.
  ///   - embeddingDimension: The length of the timestep's sinusoidal embedding, 4 or more.
  ///   - activation: The function between layers.
  public init(
    inputs: Int, width: Int = 128, depth: Int = 3, embeddingDimension: Int = 32,
    activation: Activation = .silu
  ) {
    guard inputs >= 1, width >= 1, depth >= 0, embeddingDimension >= 4 else {
      fatalError(
        "MLPConfiguration: \(inputs) inputs, width \(width), depth \(depth), embedding of \(embeddingDimension)"
      )
    }
    self.inputs = inputs
    self.width = width
    self.depth = depth
    self.embeddingDimension = embeddingDimension
    self.activation = activation
  }
}

/// A network of linear layers that knows the timestep: the smallest that can predict noise.
///
///     e = time_embedding(t)
///     h₀ = input(x)
///     hₖ = hₖ₋₁ + φ(layers.k.linear(hₖ₋₁) + layers.k.time(φ(e)))      k = 1 … depth, φ the activation
///     y = output(φ(h))
///
/// The same plan as the U-Net's: the input is added past every layer, and every layer is told the timestep.
///
/// Weights: those of `time_embedding.linear_1` and `.linear_2`, `input`, `layers.0.linear`, `layers.0.time` and so on,
/// `output`.
public struct MLP: Network, Sendable {
  /// The network's shape.
  public let configuration: MLPConfiguration
  /// A sample is a handful of numbers: fewer than 64 together would pass more weights and gradients than activations.
  public static let samplesPerPiece = 64
  /// Several times as many: a piece of a sampler computes what it knows of its one timestep anew.
  public static let largestForwardPiece = 256
  private let timeEmbedding: TimestepEmbedding
  private let input: Linear
  private let layers: [(linear: Linear, time: Linear)]
  private let output: Linear

  /// Puts the network together.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - source: Where the weights come from.
  public init(_ configuration: MLPConfiguration, from source: WeightSource) {
    self.configuration = configuration
    let width = configuration.width
    let sinusoids = SinusoidalEmbedding(
      dimension: configuration.embeddingDimension, cosineFirst: false, frequencyShift: 1)
    timeEmbedding = TimestepEmbedding(
      sinusoids, outputs: width, activation: configuration.activation, from: source["time_embedding"])
    input = Linear(inputs: configuration.inputs, outputs: width, from: source["input"])
    layers = (0..<configuration.depth).map { layer in
      let source = source["layers"][String(layer)]
      return (
        linear: Linear(inputs: width, outputs: width, from: source["linear"]),
        time: Linear(inputs: width, outputs: width, from: source["time"])
      )
    }
    output = Linear(inputs: width, outputs: configuration.inputs, from: source["output"])
  }

  /// Applies the network.
  ///
  /// - Parameters:
  ///   - x: Samples, [batch, inputs].
  ///   - timestepIndices: One for each sample, counted as the network is trained; whole, or between whole ones.
  /// - Returns: The prediction, [batch, inputs].
  public func callAsFunction(_ x: Tensor, timestepIndices: [Double]) -> Tensor {
    guard x.shape == [timestepIndices.count, configuration.inputs] else {
      fatalError(
        "MLP: samples of shape \(x.shape) and \(timestepIndices.count) timesteps for \(configuration.inputs) inputs"
      )
    }
    let activation = configuration.activation
    // Samples that are all at the same timestep, a sampler's, share what the layers are told of it: more than half of the
    // work. Each row has the same bits alone and among others, but a gradient would be summed in another order.
    let isShared =
      !input.weight.isTracked && timestepIndices.count > 1
      && timestepIndices.allSatisfy { $0 == timestepIndices[0] }
    let time = activation(timeEmbedding(isShared ? [timestepIndices[0]] : timestepIndices))
    var h = input(x)
    for layer in layers {
      let (own, told) = (layer.linear(h), layer.time(time))
      h =
        h
        + activation(
          isShared ? own.reshaped([1] + own.shape).addingToPixels(told).reshaped(own.shape) : own + told)
    }
    return output(activation(h))
  }
}
