import Deterministic
import Diffusion
import Testing

@Suite("The divergence KL(p ‖ q) of two Gaussians")
struct DivergenceTests {
  @Test(
    "is ∫ p ln(p/q), by quadrature",
    arguments: [(0.0, 1.0), (0.5, 1), (0, 0.3), (-2, 7), (1, 0.01), (3, 1.0001)])
  func quadrature(mean: Double, variance: Double) {
    let p = Gaussian(mean: 0.2, variance: 0.4)
    let q = Gaussian(mean: mean, variance: variance)
    let width = p.standardDeviation
    let grid = Grid(from: 0.2 - 12 * width, to: 0.2 + 12 * width, spacing: width / 4)
    func integral(_ p: Gaussian<Double>, _ q: Gaussian<Double>) -> Double {
      grid.integral { x in
        let logP = logNormal(x, mean: p.mean, variance: p.variance)
        return exp(logP) * (logP - logNormal(x, mean: q.mean, variance: q.variance))
      }
    }
    let expected = integral(p, q)
    #expect(abs(p.divergence(from: q) - expected) < 1e-13 * (1 + expected))
    #expect(expected > 0.02)
  }

  @Test("is 0 of a Gaussian from itself, and above 0 however close another is")
  func positive() {
    let p = Gaussian(mean: SIMD2(0.3, -1), variance: 0.7)
    #expect(p.divergence(from: p) == 0)
    for exponent in 1...50 {
      let ratio = 1 + Double(sign: .plus, exponent: -exponent, significand: 1)
      for factor in [ratio, 1 / ratio] {
        let q = Gaussian(mean: p.mean, variance: factor * p.variance)
        #expect(p.divergence(from: q) > 0, "2^−\(exponent)")
        // Two dimensions times ½ (e²/2 − e³/3 + …), e the ratio less 1; the logarithm, about e, has a last bit.
        let excess = p.variance / q.variance - 1
        let tolerance = abs(excess) + 4 * rounding / abs(excess)
        #expect(abs(p.divergence(from: q) / (excess * excess / 2) - 1) < tolerance)
      }
    }
  }

  @Test("in d dimensions is the sum of d divergences")
  func sum() {
    func expectSum<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let p = Gaussian(mean: normalPoint(like: zero, 1), variance: 0.3)
      let q = Gaussian(mean: normalPoint(like: zero, 2), variance: 1.7)
      var sum = 0.0
      for axis in axes(like: zero) {
        sum += Gaussian(mean: p.mean.dot(axis), variance: 0.3)
          .divergence(from: Gaussian(mean: q.mean.dot(axis), variance: 1.7))
      }
      #expect(abs(p.divergence(from: q) - sum) < 1e-14 * (1 + sum), sourceLocation: sourceLocation)
    }
    expectSum(0.0)
    expectSum(SIMD2<Double>())
    expectSum(SIMD3<Double>())
    expectSum(SIMD8<Double>())
  }

  @Test("does not care what is called near: from N(0, 1) by one deviation it costs half a nat")
  func unit() {
    let standard = Gaussian(mean: 0.0, variance: 1)
    #expect(Gaussian(mean: 1.0, variance: 1).divergence(from: standard) == 0.5)
    // ½ (1/e − 1 + 1) and ½ (e − 1 − 1).
    let wider = Gaussian(mean: 0.0, variance: exp(1))
    #expect(abs(standard.divergence(from: wider) - 0.5 / exp(1)) < 1e-15)
    #expect(abs(wider.divergence(from: standard) - (exp(1) - 2) / 2) < 1e-15)
  }
}
