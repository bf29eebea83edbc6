import Kernels

// What an optimizer does to numbers, with no gradients of its own.

extension Tensor {
  /// One step of Adam (Kingma and Ba 2015), with the semantics of PyTorch's.
  ///
  ///     g = gradientScale · gradient
  ///     m ← β₁ m + (1 − β₁) g             v ← β₂ v + (1 − β₂) g²
  ///     w ← w − η / (1 − β₁ⁿ) · m / (√v / √(1 − β₂ⁿ) + ε)
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the loss with respect to this tensor.
  ///   - gradientScale: What the gradient is multiplied with first.
  ///   - firstMoment: m, zeros before the first step.
  ///   - secondMoment: v, zeros before the first step.
  ///   - learningRate: η.
  ///   - beta1: β₁.
  ///   - beta2: β₂.
  ///   - epsilon: ε.
  ///   - step: n, 1 for the first step.
  /// - Returns: The new numbers, and the new moments.
  public func adamStep(
    gradient: Tensor, gradientScale: Double, firstMoment: Tensor, secondMoment: Tensor, learningRate: Double,
    beta1: Double, beta2: Double, epsilon: Double, step: Int
  ) -> (tensor: Tensor, firstMoment: Tensor, secondMoment: Tensor) {
    for other in [gradient, firstMoment, secondMoment] { requireSameShape(other, in: "adamStep") }
    let (w, m, v) = Kernels.adamStep(
      weights: buffer, gradient: gradient.buffer, gradientScale: Float(gradientScale),
      firstMoment: firstMoment.buffer, secondMoment: secondMoment.buffer, learningRate: learningRate,
      beta1: beta1,
      beta2: beta2, epsilon: epsilon, step: step)
    return (Tensor(w, shape), Tensor(m, shape), Tensor(v, shape))
  }

  /// A moving average's next value: this + (1 − decay) · (new − this), which stays where it is once it is there.
  ///
  /// - Parameters:
  ///   - new: What is taken in.
  ///   - decay: The share of the old average that is kept.
  public func movingAverage(with new: Tensor, decay: Double) -> Tensor {
    requireSameShape(new, in: "movingAverage")
    return Tensor(Kernels.movingAverage(buffer, new.buffer, decay: decay), shape)
  }
}
