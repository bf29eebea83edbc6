import Deterministic
import Diffusion
import Statistics
import Testing

@Suite("Draws from a mixture")
struct MixtureDrawTests {
  /// A million draws, each with a uniform number and a normal of its own.
  private func draws(of mixture: GaussianMixture<Double>) -> [Double] {
    let noise = random[.data].normals(step: 1, count: drawCount)
    return (0..<drawCount).map { mixture.draw(uniform: random[.data].uniform(element: $0), noise: noise[$0]) }
  }

  private func distributionFunction(_ x: Double) -> Double {
    var sum = 0.0
    for component in lineMixture.components {
      let gaussian = component.gaussian
      sum += component.weight * normalDistribution(x, mean: gaussian.mean, variance: gaussian.variance)
    }
    return sum
  }

  @Test("choose components in order, each for its share of [0, 1)")
  func shares() {
    let count = 10_000
    var counts = [0, 0, 0]
    var last = -Double.infinity
    for i in 0..<count {
      // Without noise a draw is the mean of its component.
      let mean = lineMixture.draw(uniform: (Double(i) + 0.5) / Double(count), noise: 0)
      #expect(mean >= last)
      last = mean
      if let k = lineMixture.components.firstIndex(where: { $0.gaussian.mean == mean }) { counts[k] += 1 }
    }
    #expect(counts == [5000, 3000, 2000])
  }

  @Test("take the noise times the component's deviation, and the last component up to 1")
  func edges() {
    #expect(lineMixture.draw(uniform: 0, noise: 2) == -1.2 + 2 * 0.2)
    #expect(lineMixture.draw(uniform: 0.5, noise: -1) == 0.4 - 0.5)
    #expect(lineMixture.draw(uniform: 1 - 0x1p-53, noise: 0) == 2.5)
    // Ten tenths add up to 1 − 2⁻⁵³, which the largest uniform number is not below: it is the last one's.
    let tenths = GaussianMixture((0..<10).map { .init(weight: 1, mean: Double($0), variance: 1) })
    #expect(tenths.components.reduce(0) { $0 + $1.weight } == 1 - 0x1p-53)
    #expect(tenths.draw(uniform: 1 - 0x1p-53, noise: 0) == 9)
  }

  @Test("have the mixture's mean, variance and distribution function")
  func distribution() {
    let values = draws(of: lineMixture)
    let moments = Moments(values)
    #expect(abs(moments.errorsOfMean(from: lineMixture.mean, variance: lineMixture.variance)) < bound)
    // The error of a variance is √((κ − 1)/n) σ², with the fourth moment κ of this mixture in place of 3.
    let center = lineMixture.mean
    let fourth = line(for: 0.1).integral { x in
      let square = (x - center) * (x - center)
      return square * square * lineMixture.density(at: x)
    }
    let kurtosis = fourth / (lineMixture.variance * lineMixture.variance)
    let errors = moments.errorsOfVariance(from: lineMixture.variance) * (2 / (kurtosis - 1)).squareRoot()
    #expect(abs(errors) < bound)
    #expect(KolmogorovSmirnov(values, cumulative: distributionFunction).significance > 0.001)
  }

  @Test(
    "from weights 0.51, 0.29, 0.2 are told from weights 0.5, 0.3, 0.2: the mean is −11 standard errors off")
  func wrongWeights() {
    let wrong = GaussianMixture(
      zip([0.51, 0.29, 0.2], lineMixture.components).map {
        .init(weight: $0, mean: $1.gaussian.mean, variance: $1.gaussian.variance)
      })
    // Between the first two components the distribution functions are 0.01 apart: √n times that is 10, and
    // 2 exp(−2 · 10²) is 1e−87.
    let values = draws(of: wrong)
    #expect(KolmogorovSmirnov(values, cumulative: distributionFunction).significance < 1e-20)
    // The mean moves by 0.01 · (−1.2 − 0.4).
    let expected = -0.016 / (lineMixture.variance / Double(drawCount)).squareRoot()
    let errors = Moments(values).errorsOfMean(from: lineMixture.mean, variance: lineMixture.variance)
    #expect(abs(errors - expected) < bound)
    #expect(abs(errors) > bound)
  }

  @Test("noised by a jump have the noised mixture's moments, and not those of a variance 2 % off")
  func noised() throws {
    let step = try NoiseSchedule.linear()[260]
    let noise = random[.jump].normals(step: 260, count: drawCount)
    let values = zip(draws(of: lineMixture), noise).map { step.marginal(of: $0).draw($1) }
    let marginal = lineMixture.marginal(at: step)
    let moments = Moments(values)
    #expect(abs(moments.errorsOfMean(from: marginal.mean, variance: marginal.variance)) < bound)
    // A mixture's variance errs by less than a Gaussian's here (kurtosis below 3), so the scores are conservative.
    #expect(abs(moments.errorsOfVariance(from: marginal.variance)) < bound)
    #expect(abs(moments.errorsOfVariance(from: 1.02 * marginal.variance)) > bound)  // 0.02 √(n/2) = 14
  }
}
