import Tensors

/// A function applied element by element between linear layers.
public enum Activation: String, CaseIterable, Sendable {
  /// x σ(x) = x / (1 + e⁻ˣ), also called swish.
  case silu
  /// max(x, 0).
  case relu
  /// The hyperbolic tangent.
  case tanh

  /// Applies the function; the shape stays.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .silu: x.silu()
    case .relu: x.relu()
    case .tanh: x.tanh()
    }
  }
}
