import Tensors

/// The residual block of the DDPM U-Net (diffusers' `ResnetBlock2D`).
///
///     h = conv1(SiLU(norm1(x))) + time_emb_proj(SiLU(e))      the embedding e of the timestep, to every pixel
///     y = conv_shortcut(x) + conv2(dropout(SiLU(norm2(h))))
///
/// Weights: those of `norm1`, `conv1` (3 × 3), `time_emb_proj`, `norm2`, `conv2` (3 × 3) and, only where the number of
/// channels changes, `conv_shortcut` (1 × 1).
public struct ResidualBlock: Sendable {
  private let norm1: GroupNorm
  private let conv1: Conv2d
  private let timeProjection: Linear
  private let norm2: GroupNorm
  private let dropout: Dropout
  private let conv2: Conv2d
  private let shortcut: Conv2d?

  /// Creates the block.
  ///
  /// - Parameters:
  ///   - inputChannels: The channels of x.
  ///   - outputChannels: The channels of y.
  ///   - timeChannels: The length of e.
  ///   - groups: The groups of both normalizations.
  ///   - epsilon: ε of both normalizations.
  ///   - dropout: The probability that a number before the second convolution is dropped in training.
  ///   - source: Where the weights come from.
  public init(
    inputChannels: Int, outputChannels: Int, timeChannels: Int, groups: Int, epsilon: Double, dropout: Double,
    from source: WeightSource
  ) {
    norm1 = GroupNorm(
      groups: groups, channels: inputChannels, epsilon: epsilon, silu: true, from: source["norm1"])
    conv1 = Conv2d(
      inputChannels: inputChannels, outputChannels: outputChannels, kernel: 3, padding: Padding(1),
      from: source["conv1"])
    timeProjection = Linear(inputs: timeChannels, outputs: outputChannels, from: source["time_emb_proj"])
    norm2 = GroupNorm(
      groups: groups, channels: outputChannels, epsilon: epsilon, silu: true, from: source["norm2"])
    self.dropout = Dropout(dropout, from: source)
    conv2 = Conv2d(
      inputChannels: outputChannels, outputChannels: outputChannels, kernel: 3, padding: Padding(1),
      from: source["conv2"])
    shortcut =
      inputChannels == outputChannels
      ? nil
      : Conv2d(
        inputChannels: inputChannels, outputChannels: outputChannels, kernel: 1, from: source["conv_shortcut"]
      )
  }

  /// Applies the block: [batch, height, width, inputs] → [batch, height, width, outputs].
  ///
  /// - Parameters:
  ///   - x: The images.
  ///   - time: SiLU of the timesteps' embeddings, [batch, timeChannels]: the same for all blocks, so computed once.
  ///   - context: What is being trained on; nil outside of training.
  public func callAsFunction(_ x: Tensor, time: Tensor, dropout context: DropoutContext? = nil) -> Tensor {
    let h = conv1(x, after: norm1, plus: timeProjection(time))
    let residual = shortcut?(x) ?? x
    guard context != nil else { return conv2(h, after: norm2, plusImages: consume residual) }
    return conv2(dropout(norm2(h), context), plusImages: consume residual)
  }
}
