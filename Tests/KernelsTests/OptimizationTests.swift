import Kernels
import TestSupport
import Testing

@Suite("Optimization")
struct OptimizationTests {
  @Test("ten steps of Adam agree with the formula in Double", arguments: [1, 5, 15, 16, 17, 33, 100, 1000])
  func adam(count: Int) {
    var random = SplitMix64(state: UInt64(count))
    var w = random.buffer(count)
    var m = Buffer(repeating: 0, count: count), v = Buffer(repeating: 0, count: count)
    var exactW = w.values.map(Double.init)
    var exactM = [Double](repeating: 0, count: count), exactV = exactM
    let scale = 0.5
    var beta1 = 1.0, beta2 = 1.0
    for step in 1...10 {
      let gradient = random.buffer(count)
      (w, m, v) = adamStep(
        weights: w, gradient: gradient, gradientScale: Float(scale), firstMoment: m, secondMoment: v,
        learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: step)
      beta1 *= 0.9
      beta2 *= 0.999
      for index in 0..<count {
        let g = scale * Double(gradient[index])
        exactM[index] = 0.9 * exactM[index] + 0.1 * g
        exactV[index] = 0.999 * exactV[index] + 0.001 * g * g
        let denominator = (exactV[index] / (1 - beta2)).squareRoot() + 1e-8
        exactW[index] -= 0.01 * exactM[index] / (1 - beta1) / denominator
      }
    }
    expectClose(w, exactW, 2e-6)
    expectClose(m, exactM)
    expectClose(v, exactV)
  }

  @Test("the first step of Adam is the learning rate, against the gradient's sign")
  func firstStep() {
    let zero = Buffer(repeating: 0, count: 4)
    let w = adamStep(
      weights: zero, gradient: Buffer([1e-3, -1e-3, 7, 0]), firstMoment: zero, secondMoment: zero,
      learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-12, step: 1
    ).weights
    expectClose(w, [-0.01, 0.01, -0.01, 0], 1e-8)
  }

  @Test("a moving average goes its share of the way", arguments: [1, 16, 31, 500])
  func average(count: Int) {
    var random = SplitMix64(state: UInt64(count))
    let average = random.buffer(count), weights = random.buffer(count)
    let exact = zip(average.values, weights.values).map { 0.99 * Double($0) + 0.01 * Double($1) }
    expectClose(movingAverage(average, weights, decay: 0.99), exact)
  }
}
