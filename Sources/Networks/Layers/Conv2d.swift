import Tensors

/// A two-dimensional convolution.
///
///     y[b, i, j, o] = bias[o] + Σ x[b, i·stride + u − top, j·stride + v − left, c] · weight[o, c, u, v]
///
/// Weights: `weight` [outputs, inputs, kernel, kernel], `bias` [outputs]. Both begin uniform in
/// ±1/√(inputs · kernel²), as PyTorch's do.
public struct Conv2d: Sendable {
  /// The kernels, of the shape [outputs, inputs, kernel, kernel].
  public let weight: Tensor
  /// What is added to every pixel, of the shape [outputs].
  public let bias: Tensor
  /// How many pixels lie between neighboring places of the kernel.
  public let stride: Int
  /// The zeros around the image.
  public let padding: Padding

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of x.
  ///   - outputChannels: The channels of y.
  ///   - kernel: The kernel's height and width.
  ///   - stride: 1 or more.
  ///   - padding: Zeros around the image.
  ///   - source: Where the weights come from.
  public init(
    inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int = 1, padding: Padding = .zero,
    from source: WeightSource
  ) {
    let bound = 1 / Double(inputChannels * kernel * kernel).squareRoot()
    weight = source.weight(
      "weight", shape: [outputChannels, inputChannels, kernel, kernel], .uniform(bound: bound))
    bias = source.weight("bias", shape: [outputChannels], .uniform(bound: bound))
    self.stride = stride
    self.padding = padding
  }

  /// Applies the layer: [batch, height, width, inputs] → [batch, height', width', outputs].
  ///
  /// - Parameters:
  ///   - x: The images.
  ///   - vector: Added to all pixels of its image, [batch, outputChannels], or nil.
  ///   - residual: Added to the result, of its shape, or nil.
  public func callAsFunction(
    _ x: Tensor, plus vector: Tensor? = nil, plusImages residual: consuming Tensor? = nil
  ) -> Tensor {
    x.convolution(
      weight, bias: bias, plus: vector, plusImages: consume residual, stride: stride, padding: padding)
  }

  /// Applies the layer to `x.upsampled()`, which need not be written where no gradient is wanted.
  public func callAsFunction(upsampled x: Tensor) -> Tensor {
    x.convolution(weight, bias: bias, stride: stride, padding: padding, upsampled: true)
  }

  /// Applies a normalization with SiLU and then the layer: the same numbers as one after the other, but where no gradient
  /// is wanted nothing need be written between them.
  ///
  /// - Parameters:
  ///   - x: The images.
  ///   - norm: The normalization, with SiLU.
  ///   - vector: As above.
  ///   - residual: As above.
  public func callAsFunction(
    _ x: Tensor, after norm: GroupNorm, plus vector: Tensor? = nil,
    plusImages residual: consuming Tensor? = nil
  ) -> Tensor {
    guard norm.silu, !x.isTracked, !weight.isTracked, !norm.weight.isTracked, !norm.bias.isTracked else {
      return self(norm(x), plus: vector, plusImages: consume residual)
    }
    let factors = x.groupNormFactors(
      groups: norm.groups, scale: norm.weight, shift: norm.bias, epsilon: norm.epsilon)
    return x.convolution(
      weight, bias: bias, plus: vector, plusImages: consume residual, stride: stride, padding: padding,
      factors: factors)
  }
}
