import Tensors

/// A linear layer: y = x Wᵀ + b over the last dimension.
///
/// Weights: `weight` [outputs, inputs], `bias` [outputs]. Both begin uniform in ±1/√inputs, as PyTorch's do.
public struct Linear: Sendable {
  /// W, of the shape [outputs, inputs].
  public let weight: Tensor
  /// b, of the shape [outputs].
  public let bias: Tensor

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - inputs: The length of x's last dimension.
  ///   - outputs: The length of y's last dimension.
  ///   - source: Where the weights come from.
  public init(inputs: Int, outputs: Int, from source: WeightSource) {
    let bound = 1 / Double(inputs).squareRoot()
    weight = source.weight("weight", shape: [outputs, inputs], .uniform(bound: bound))
    bias = source.weight("bias", shape: [outputs], .uniform(bound: bound))
  }

  /// Applies the layer: […, inputs] → […, outputs].
  public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight, bias: bias) }
}
