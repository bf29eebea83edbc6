import Tensors

/// Group normalization: x̂ = (x − mean) / √(variance + ε) over the pixels and channels of each group of a sample, then
/// y = weight · x̂ + bias, then SiLU if wanted.
///
/// Weights: `weight` [channels], which begins with ones, and `bias` [channels], which begins with zeros.
public struct GroupNorm: Sendable {
  /// The factor of each channel.
  public let weight: Tensor
  /// What is added to each channel.
  public let bias: Tensor
  /// How many groups the channels are cut into.
  public let groups: Int
  /// ε, which is added to the variance.
  public let epsilon: Double
  /// Whether SiLU follows, in the same pass.
  public let silu: Bool

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - groups: How many groups the channels are cut into; divides their number.
  ///   - channels: The channels of x.
  ///   - epsilon: Added to the variance.
  ///   - silu: Whether SiLU follows.
  ///   - source: Where the weights come from.
  public init(groups: Int, channels: Int, epsilon: Double, silu: Bool = false, from source: WeightSource) {
    weight = source.weight("weight", shape: [channels], .constant(1))
    bias = source.weight("bias", shape: [channels], .constant(0))
    self.groups = groups
    self.epsilon = epsilon
    self.silu = silu
  }

  /// Applies the layer; the shape, [batch, …, channels], stays.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.groupNorm(groups: groups, scale: weight, shift: bias, epsilon: epsilon, silu: silu)
  }
}
