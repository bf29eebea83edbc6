import Deterministic
import Tensors

/// Sines and cosines of a timestep at frequencies from 1 down to 1/10,000, as diffusers computes them.
///
///     fᵢ = 10000^(−i / (half − shift)),  i = 0 … half − 1,  half = dimension / 2
///     [sin(t f₀), …, cos(t f₀), …]        or, cosineFirst,  [cos(t f₀), …, sin(t f₀), …]
///
/// Computed in Double through `Deterministic` and rounded once. An odd dimension ends with a zero.
public struct SinusoidalEmbedding: Sendable {
  /// The length of an embedding.
  public let dimension: Int
  /// Whether the cosines come first (diffusers' `flip_sin_to_cos`).
  public let cosineFirst: Bool
  /// With 1 the last frequency is 1/10,000 exactly, with 0 one step before it (diffusers' `freq_shift`).
  public let frequencyShift: Double

  /// Creates the embedding.
  ///
  /// - Parameters:
  ///   - dimension: The length of an embedding, 2 or more.
  ///   - cosineFirst: Whether the cosines come first.
  ///   - frequencyShift: Less than half the dimension.
  public init(dimension: Int, cosineFirst: Bool, frequencyShift: Double) {
    guard dimension >= 2, frequencyShift < Double(dimension / 2) else {
      fatalError("SinusoidalEmbedding: dimension \(dimension) with a frequency shift of \(frequencyShift)")
    }
    self.dimension = dimension
    self.cosineFirst = cosineFirst
    self.frequencyShift = frequencyShift
  }

  /// The embeddings of timesteps, one a row: [timesteps.count, dimension].
  ///
  /// - Parameter timesteps: Counted as the network was trained, whole or between; at most 2²⁰ in size.
  public func callAsFunction(_ timesteps: [Double]) -> Tensor {
    let half = dimension / 2
    let decay = -log(10_000) / (Double(half) - frequencyShift)
    let frequencies = (0..<half).map { exp(decay * Double($0)) }
    let (firstSine, firstCosine) = cosineFirst ? (half, 0) : (0, half)
    func row(_ t: Double) -> [Float] {
      var row = [Float](repeating: 0, count: dimension)
      for place in 0..<half {
        let (sin, cos) = sinAndCos(t * frequencies[place])
        row[firstSine + place] = Float(sin)
        row[firstCosine + place] = Float(cos)
      }
      return row
    }
    // A sampler asks for the same timestep again and again.
    var known: [UInt64: [Float]] = [:]
    var rows: [Float] = []
    rows.reserveCapacity(timesteps.count * dimension)
    for t in timesteps {
      let row = known[t.bitPattern] ?? row(t)
      known[t.bitPattern] = row
      rows += row
    }
    return Tensor(rows, shape: [timesteps.count, dimension])
  }
}

/// What a network knows of the timestep: the sinusoidal embedding through two linear layers with an activation between.
///
/// e = linear_2(activation(linear_1(sinusoids(t)))), of the shape [batch, outputs].
///
/// Weights: those of `linear_1` and `linear_2`.
public struct TimestepEmbedding: Sendable {
  private let sinusoids: SinusoidalEmbedding
  private let activation: Activation
  private let linear1: Linear
  private let linear2: Linear

  /// Creates the embedding.
  ///
  /// - Parameters:
  ///   - sinusoids: The first step.
  ///   - outputs: The length of the result.
  ///   - activation: What stands between the linear layers.
  ///   - source: Where the weights come from.
  public init(
    _ sinusoids: SinusoidalEmbedding, outputs: Int, activation: Activation = .silu, from source: WeightSource
  ) {
    self.sinusoids = sinusoids
    self.activation = activation
    linear1 = Linear(inputs: sinusoids.dimension, outputs: outputs, from: source["linear_1"])
    linear2 = Linear(inputs: outputs, outputs: outputs, from: source["linear_2"])
  }

  /// The embeddings of timesteps: [timesteps.count, outputs].
  public func callAsFunction(_ timesteps: [Double]) -> Tensor {
    linear2(activation(linear1(sinusoids(timesteps))))
  }
}
