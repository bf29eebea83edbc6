import Deterministic
import Diffusion
import Testing

@Suite("What a flow of a mixture is judged by")
struct MixtureFlowTests {
  // MARK: The divergence of the score

  @Test(
    "The score's divergence is the trace of its differences, in 1, 2, 3 and 8 dimensions",
    arguments: [1, 0.5, 0.01])
  func divergence(alphaBar: Double) {
    // The five-point difference errs by h⁴ f⁽⁵⁾/30, the score's fifth derivative being of the order of 0.2⁻⁶ = 16,000
    // times a few, and by the rounding of a score of 100 over h: 1e−9 and 1e−11 at h = 1e−3.
    let h = 1e-3
    func expectTrace<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let clean = mixture(like: zero)
      let noisy = clean.marginal(alphaBar: alphaBar)
      for sample in 0..<20 {
        let x = 1.5 * normalPoint(like: zero, sample, purpose: .drawing)
        func trace(_ field: (S) -> S) -> Double {
          axes(like: zero).reduce(0) { sum, axis in
            func f(_ k: Double) -> Double { field(x + k * h * axis).dot(axis) }
            return sum + (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h)
          }
        }
        let expected = trace { noisy.score(at: $0) }
        #expect(
          abs(noisy.scoreDivergence(at: x) - expected) < 1e-7 * (1 + abs(expected)),
          sourceLocation: sourceLocation)
        let ofNoise = trace { clean.bestNoisePrediction(from: $0, alphaBar: alphaBar) }
        #expect(
          abs(clean.noiseDivergence(at: x, alphaBar: alphaBar) - ofNoise) < 1e-7 * (1 + abs(ofNoise)),
          sourceLocation: sourceLocation)
      }
    }
    expectTrace(0.0)
    expectTrace(SIMD2<Double>())
    expectTrace(SIMD3<Double>())
    expectTrace(SIMD8<Double>())
  }

  @Test("Its mean is −E‖score‖², as of every distribution")
  func meanOfTheDivergence() {
    let divergence = lineMixture.expectation { lineMixture.scoreDivergence(at: $0) }
    let square = lineMixture.expectation { lineMixture.score(at: $0) * lineMixture.score(at: $0) }
    #expect(abs(divergence / square + 1) < 1e-11)
  }

  @Test("Far out it is that of the widest component, −d/s²", arguments: [30, 1e3, 1e6, 1e12])
  func tails(distance: Double) {
    #expect(lineMixture.scoreDivergence(at: distance) == -1 / 0.25)
    let plane = mixture(like: SIMD2<Double>())
    #expect(abs(plane.scoreDivergence(at: SIMD2(distance, -distance)) / (-2 / 0.5) - 1) < 4 * rounding)
  }

  @Test("The best prediction by ᾱ is that by the step, and nothing where there is no noise")
  func prediction() throws {
    let step = try NoiseSchedule.linear()[321]
    for x in [-2, -0.4, 0, 1.1, 3] {
      let score = lineMixture.marginal(at: step).score(at: x)
      #expect(lineMixture.bestNoisePrediction(from: x, alphaBar: step.alphaBar) == step.noise(score: score))
      #expect(lineMixture.bestNoisePrediction(from: x, at: step) == step.noise(score: score))
      #expect(lineMixture.bestNoisePrediction(from: x, alphaBar: 1) == 0)
      #expect(lineMixture.noiseDivergence(at: x, alphaBar: 1) == 0)
    }
  }

  // MARK: The distribution function

  @Test("The distribution function is the integral of the density", arguments: [1, 0.7, 0.01])
  func integral(alphaBar: Double) {
    let mixture = lineMixture.marginal(alphaBar: alphaBar)
    // By Simpson's rule, from −9, below which nothing lies.
    let count = 20_000
    let h = 18.0 / Double(count)
    var sum = 0.0
    for k in 0..<count {
      let x = -9 + Double(k) * h
      sum +=
        h / 6
        * (mixture.density(at: x) + 4 * mixture.density(at: x + h / 2) + mixture.density(at: x + h))
      if k % 100 == 99 { #expect(abs(mixture.cumulative(at: x + h) - sum) < 1e-11) }
    }
    #expect(abs(mixture.cumulative(at: 9) - 1) < 1e-15)
  }

  @Test("A quantile is where the distribution function has the share, far out and between modes too")
  func quantiles() {
    let mixture = GaussianMixture([
      .init(weight: 0.3, mean: -0.8, variance: 0.01), .init(weight: 0.7, mean: 2.0, variance: 4),
    ])
    for share in [1e-9, 0.01, 0.3, 0.31, 0.5, 0.999] {
      #expect(abs(mixture.cumulative(at: mixture.quantile(share)) - share) < 1e-14)
    }
    let normal = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
    #expect(abs(normal.quantile(0.975) - 1.959963984540054) < 1e-14)
    #expect(abs(normal.quantile(0.5)) < 1e-15)
  }

  @Test(
    "The distribution function keeps its digits far below, where 1 + erf has none",
    arguments: [
      (-3.0, "1.349898031630e-3"), (-10, "7.619853024161e-24"), (-20, "2.753624118606e-89"),
      (-37, "5.72557122252e-300"),
    ] as [(Double, PrintedNumber)])
  func lowerTail(z: Double, expected: PrintedNumber) {
    // By mpmath: 0.5 * erfc(-z / sqrt(2)).
    #expect(expected.matches(GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)]).cumulative(at: z)))
    let shifted = GaussianMixture([
      .init(weight: 1, mean: 0.5, variance: 0.0625), .init(weight: 1, mean: 0.5, variance: 0.0625),
    ])
    #expect(expected.matches(shifted.cumulative(at: 0.5 + 0.25 * z)))
  }

  @Test("The distribution function of points is a staircase that has risen at each")
  func points() {
    let points = GaussianMixture([
      .init(weight: 0.25, mean: -1.0, variance: 0), .init(weight: 0.75, mean: 1.0, variance: 0),
    ])
    #expect([-2, -1, 0, 1, 2].map { points.cumulative(at: $0) } == [0, 0.25, 0.25, 1, 1])
    #expect(lineMixture.cumulative(at: -.infinity) == 0)
    #expect(abs(lineMixture.cumulative(at: .infinity) - 1) < 2 * rounding)
  }
}
