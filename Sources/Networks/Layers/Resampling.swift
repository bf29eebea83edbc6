import Tensors

/// Half the height and width, by a 3 × 3 convolution with stride 2 (diffusers' `Downsample2D`).
///
/// With padding 0, as in the original DDPM, one row and one column of zeros are added below and at the right; otherwise
/// zeros are added on all sides. Weights: those of `conv`.
public struct Downsample: Sendable {
  private let conv: Conv2d

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - channels: The channels of x and y.
  ///   - padding: diffusers' `downsample_padding`, 0 or 1.
  ///   - source: Where the weights come from.
  public init(channels: Int, padding: Int, from source: WeightSource) {
    conv = Conv2d(
      inputChannels: channels, outputChannels: channels, kernel: 3, stride: 2,
      padding: padding == 0 ? Padding(top: 0, left: 0, bottom: 1, right: 1) : Padding(padding),
      from: source["conv"])
  }

  /// Applies the layer: [B, H, W, C] → [batch, height', width', channels],
  /// half the size: rounded down with padding 0, up with padding 1.
  public func callAsFunction(_ x: Tensor) -> Tensor { conv(x) }
}

/// Twice the height and width: each pixel four times, then a 3 × 3 convolution (diffusers' `Upsample2D`).
///
/// Weights: those of `conv`.
public struct Upsample: Sendable {
  private let conv: Conv2d

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - channels: The channels of x and y.
  ///   - source: Where the weights come from.
  public init(channels: Int, from source: WeightSource) {
    conv = Conv2d(
      inputChannels: channels, outputChannels: channels, kernel: 3, padding: Padding(1), from: source["conv"])
  }

  /// Applies the layer: [B, H, W, C] → [batch, 2 · height, 2 · width, channels].
  public func callAsFunction(_ x: Tensor) -> Tensor { conv(upsampled: x) }
}
