import Networks
import Tensors
import TestSupport
import Stops
import Testing

@Suite("Optimization")
struct OptimizationTests {
  private func weights(_ values: [Float], _ more: [Float]) -> Weights {
    Weights([(name: "a", tensor: Tensor(values)), (name: "b", tensor: Tensor(more))])
  }

  @Test("Adam follows its formula in double precision", arguments: [(0.9, 0.999, 1e-8), (0.5, 0.9, 1e-3)])
  func adam(beta1: Double, beta2: Double, epsilon: Double) {
    var generator = SplitMix64(state: 1)
    let count = 37
    var w = (0..<count).map { _ in Double.random(in: -1...1, using: &generator) }
    var m = Array(repeating: 0.0, count: count), v = m
    var trained = weights(w[..<20].map(Float.init), w[20...].map(Float.init))
    var adam = Adam(for: trained, beta1: beta1, beta2: beta2, epsilon: epsilon)
    for n in 1...50 {
      let g = (0..<count).map { _ in Double(Float(Double.random(in: -1...1, using: &generator))) }
      let rate = 0.01 / Double(n)
      let gradients = weights(g[..<20].map(Float.init), g[20...].map(Float.init))
      adam.step(&trained, gradients: gradients, gradientScale: 0.5, learningRate: rate)
      for i in 0..<count {
        m[i] = beta1 * m[i] + (1 - beta1) * (0.5 * g[i])
        v[i] = beta2 * v[i] + (1 - beta2) * (0.5 * g[i]) * (0.5 * g[i])
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<n { (power1, power2) = (power1 * beta1, power2 * beta2) }
        w[i] -= rate * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + epsilon)
      }
    }
    #expect(adam.stepCount == 50)
    let values = trained["a"].values + trained["b"].values
    // Fifty steps round to Float, at 1e-7 each; a step is up to 0.01.
    #expect(largestDifference(values, w.map(Float.init)) < 1e-6)
    let moments = adam.firstMoments["a"].values + adam.firstMoments["b"].values
    #expect(largestDifference(moments, m.map(Float.init)) < 1e-6)
  }

  @Test("Adam goes on where it stopped, bit for bit")
  func resuming() {
    let gradients = weights([0.5, -0.25], [3])
    var (straight, stopped) = (weights([1, 2], [3]), weights([1, 2], [3]))
    var one = Adam(for: straight)
    for _ in 0..<6 { one.step(&straight, gradients: gradients, learningRate: 0.1) }
    var two = Adam(for: stopped)
    for _ in 0..<3 { two.step(&stopped, gradients: gradients, learningRate: 0.1) }
    var three = Adam(
      firstMoments: two.firstMoments, secondMoments: two.secondMoments, stepCount: two.stepCount)
    for _ in 0..<3 { three.step(&stopped, gradients: gradients, learningRate: 0.1) }
    #expect(straight.tensors.map(\.bits) == stopped.tensors.map(\.bits))
  }

  @Test("The clipping factor brings long gradients to the limit, and leaves short ones alone")
  func clipping() {
    let gradients = weights([3, 0], [4])
    let (factor, norm) = gradients.clippingFactor(norm: 1)
    #expect(norm == 5)
    #expect(factor == 1 / (5 + 1e-6))
    #expect(gradients.clippingFactor(norm: 6).factor == 1)
  }

  @Test("Gradients that are not numbers are not clipped to something that looks like numbers")
  func clippingNaN() {
    let (factor, norm) = weights([3, .nan], [4]).clippingFactor(norm: 1)
    #expect(norm.isNaN)
    #expect(factor.isNaN)
  }

  @Test("The moving average forgets quickly at first, then by its decay")
  func movingAverage() {
    var average = MovingAverage(weights([0], [0]), decay: 0.9)
    #expect([1, 2, 10, 79].map(average.decay(ofUpdate:)) == [2 / 11.0, 0.25, 0.55, 80 / 89.0])
    #expect([80, 81, 1000].map(average.decay(ofUpdate:)) == [0.9, 0.9, 0.9])
    var expected = 0.0
    for n in 1...200 {
      let value = Double(n % 7)
      average.update(with: weights([Float(value)], [Float(2 * value)]))
      let kept = min(0.9, Double(1 + n) / Double(10 + n))
      expected = kept * expected + (1 - kept) * value
    }
    #expect(average.updateCount == 200)
    #expect(abs(Double(average.weights["a"].value) - expected) < 1e-5)
    #expect(abs(Double(average.weights["b"].value) - 2 * expected) < 1e-5)
  }

  @Test("The average of what does not change is that")
  func averageOfConstant() {
    let constant = weights([0.1, -3], [7])
    var average = MovingAverage(constant, decay: 0.999)
    for _ in 0..<20_000 { average.update(with: constant) }
    let values = average.weights["a"].values + average.weights["b"].values
    #expect(values == [0.1, -3, 7])
  }

  @Test("The learning rate warms up linearly, then stays")
  func warmUp() {
    let rate = LearningRate(2e-4, warmUp: 4)
    let rates = (1...6).map { rate(step: $0) }
    #expect(rates == [0.25, 0.5, 0.75, 1, 1, 1].map { 2e-4 * $0 })
    #expect(LearningRate(1)(step: 1) == 1)
  }

  @Test("A cosine falls from the peak after the warm-up to its floor, half way at the middle")
  func cosine() {
    let rate = LearningRate(1, warmUp: 10, decay: .cosine(end: 110, floor: 0.2))
    #expect(rate(step: 10) == 1)
    #expect(abs(rate(step: 60) - 0.6) < 1e-12)
    #expect(abs(rate(step: 110) - 0.2) < 1e-12)
    #expect(rate(step: 110) == rate(step: 500))
    for step in 10..<110 { #expect(rate(step: step + 1) < rate(step: step)) }
  }

  @Test("Steps multiply the rate after the step that they name")
  func steps() {
    let rate = LearningRate(1, decay: .steps(after: [3, 5], factor: 0.5))
    #expect((1...7).map { rate(step: $0) } == [1, 1, 1, 0.5, 0.5, 0.25, 0.25])
  }

  @Test("Companions of other weights stop the program")
  func stops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var weights = Weights([(name: "a", tensor: .zeros([2]))])
      var adam = Adam(for: weights)
      adam.step(&weights, gradients: Weights([(name: "b", tensor: .zeros([2]))]), learningRate: 1)
    }
    stopped(result, saying: "Weights: a and b at place 0 of 1 and 1")
  }
}
