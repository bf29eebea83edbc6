import Tensors

extension Weights {
  /// What gradients are to be multiplied with so that they are together no longer than a limit, as PyTorch's
  /// `clip_grad_norm_` has it.
  ///
  ///     min(1, limit / (‖g‖ + 10⁻⁶)),      ‖g‖ over all numbers of all tensors, in Double
  ///
  /// - Parameter limit: The largest norm; above 0.
  /// - Returns: The factor, and the norm ‖g‖.
  public func clippingFactor(norm limit: Double) -> (factor: Double, norm: Double) {
    guard limit > 0 else { fatalError("clippingFactor: a largest norm of \(limit)") }
    let norm = norm
    // Not `min`, which would make 1 of what is not a number.
    let factor = limit / (norm + 1e-6)
    return (factor >= 1 ? 1 : factor, norm)
  }
}
