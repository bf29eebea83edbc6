/// One step of Adam (Kingma and Ba 2015), in the order of operations of PyTorch's.
///
///     g = gradientScale · gradient
///     m ← m + (1 − β₁) (g − m)             v ← β₂ v + (1 − β₂) g²
///     w ← w − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// - Parameters:
///   - weights: w.
///   - gradient: The gradient of the loss for w.
///   - gradientScale: What the gradient is multiplied with: below 1 where it is clipped.
///   - firstMoment: m, 0 before the first step.
///   - secondMoment: v, 0 before the first step.
///   - learningRate: η.
///   - beta1: β₁.
///   - beta2: β₂.
///   - epsilon: ε.
///   - step: t, 1 for the first step.
/// - Returns: The new w, m and v.
public func adamStep(
  weights: Buffer, gradient: Buffer, gradientScale: Float = 1, firstMoment: Buffer, secondMoment: Buffer,
  learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int
) -> (weights: Buffer, firstMoment: Buffer, secondMoment: Buffer) {
  guard step >= 1 else { fatalError("step \(step) of Adam; the first is 1") }
  requireCount(gradient, weights.count)
  requireCount(firstMoment, weights.count)
  requireCount(secondMoment, weights.count)
  let count = weights.count
  let newWeights = Buffer(uninitialized: count)
  let newFirst = Buffer(uninitialized: count), newSecond = Buffer(uninitialized: count)

  let scale = Vector(repeating: gradientScale)
  let shareOfFirst = Vector(repeating: Float(1 - beta1))
  let beta = Vector(repeating: Float(beta2)), shareOfSecond = Vector(repeating: Float(1 - beta2))
  let stepSize = Vector(repeating: Float(-learningRate / (1 - power(beta1, step))))
  let correction = Vector(repeating: Float((1 - power(beta2, step)).squareRoot()))
  let epsilon = Vector(repeating: Float(epsilon))

  let w = weights.start, g = gradient.start, m = firstMoment.start, v = secondMoment.start
  let toW = newWeights.start, toM = newFirst.start, toV = newSecond.start
  forEachVector(count) { index in
    let g = scale * load(g + index)
    let old = load(m + index)
    let m = fused(shareOfFirst, g - old, plus: old)
    let v = fused(shareOfSecond * g, g, plus: beta * load(v + index))
    let denominator = squareRoot(v) / correction + epsilon
    store(m, toM + index)
    store(v, toV + index)
    store(load(w + index) + stepSize * m / denominator, toW + index)
  }
  return (newWeights, newFirst, newSecond)
}

/// A whole power of a number, by squaring: the same bits everywhere.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0, square = base, rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}

/// A moving average's next value: average + (1 − decay) (weights − average).
public func movingAverage(_ average: Buffer, _ weights: Buffer, decay: Double) -> Buffer {
  let share = Vector(repeating: Float(1 - decay))
  return map(average, weights) { average, weights in fused(share, weights - average, plus: average) }
}
