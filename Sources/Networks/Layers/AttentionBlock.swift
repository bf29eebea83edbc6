import Tensors

/// Self-attention of the pixels of an image to each other (diffusers' `Attention`, as its U-Nets use it).
///
///     h = group_norm(x), its pixels in a row
///     y = x + to_out.0(softmax(to_q(h) to_k(h)ᵀ / √d) to_v(h))      head by head, d channels each
///
/// Weights: those of `group_norm`, `to_q`, `to_k`, `to_v` and `to_out.0`.
public struct AttentionBlock: Sendable {
  private let norm: GroupNorm
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let output: Linear
  private let heads: Int

  /// Creates the block.
  ///
  /// - Parameters:
  ///   - channels: The channels of x and y.
  ///   - heads: How many heads the channels are cut into; divides their number.
  ///   - groups: The groups of the normalization.
  ///   - epsilon: ε of the normalization.
  ///   - source: Where the weights come from.
  public init(channels: Int, heads: Int, groups: Int, epsilon: Double, from source: WeightSource) {
    norm = GroupNorm(groups: groups, channels: channels, epsilon: epsilon, from: source["group_norm"])
    query = Linear(inputs: channels, outputs: channels, from: source["to_q"])
    key = Linear(inputs: channels, outputs: channels, from: source["to_k"])
    value = Linear(inputs: channels, outputs: channels, from: source["to_v"])
    output = Linear(inputs: channels, outputs: channels, from: source["to_out.0"])
    self.heads = heads
  }

  /// Applies the block; the shape, [B, H, W, C], stays.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let h = pixels(x)
    let mixed = Tensor.attention(query: query(h), key: key(h), value: value(h), heads: heads)
    return x + output(mixed).reshaped(x.shape)
  }

  /// Where each pixel looks: softmax(to_q(h) to_k(h)ᵀ / √d), head by head, with no gradient.
  ///
  /// - Parameter x: Images, [B, H, W, C].
  /// - Returns: [batch, heads, pixels, pixels], pixel (i, j) of an image being number i · width + j. Row p says what part
  ///   of its sum pixel p takes from each pixel; it sums to 1.
  public func weights(_ x: Tensor) -> Tensor {
    let h = pixels(x)
    return Tensor.attentionWeights(query: query(h), key: key(h), heads: heads)
  }

  /// The normalized pixels of each image in a row, [batch, height · width, channels].
  private func pixels(_ x: Tensor) -> Tensor {
    norm(x).reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3]])
  }
}
