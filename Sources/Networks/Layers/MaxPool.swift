import Tensors

/// The largest of each 2 × 2 pixels, channel by channel; an odd last row or column is left out.
///
/// There are no weights.
public struct MaxPool: Sendable {
  /// Creates the layer.
  public init() {}

  /// Applies the layer: [B, H, W, C] → [batch, height / 2, width / 2, channels].
  public func callAsFunction(_ x: Tensor) -> Tensor { x.maxPooled() }
}
