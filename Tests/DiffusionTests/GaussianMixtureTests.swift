import Deterministic
import Diffusion
import Testing

@Suite("A mixture of Gaussians")
struct GaussianMixtureTests {
  // MARK: Density

  @Test(
    "has a density that integrates to 1, to its mean and to its variance, at every level of noise",
    arguments: [1, 0.99, 0.5, 1e-4])
  func onTheLine(alphaBar: Double) {
    let mixture = lineMixture.marginal(alphaBar: alphaBar)
    let grid = line(for: 0.1)
    #expect(abs(grid.integral { mixture.density(at: $0) } - 1) < 1e-12)
    #expect(abs(grid.integral { $0 * mixture.density(at: $0) } - mixture.mean) < 1e-12)
    let center = mixture.mean
    let square = grid.integral { ($0 - center) * ($0 - center) * mixture.density(at: $0) }
    #expect(abs(square - mixture.variance) < 1e-12)
  }

  @Test("of the plane has a density that integrates to 1, and moments that do too")
  func onThePlane() {
    let mixture = mixture(like: SIMD2<Double>())
    let grid = Grid(from: -7, to: 7, spacing: 0.1)
    var (total, mean, square) = (0.0, SIMD2<Double>(), 0.0)
    for x in grid.points {
      for y in grid.points {
        let point = SIMD2(x, y)
        let mass = grid.spacing * grid.spacing * mixture.density(at: point)
        total += mass
        mean += mass * point
        square += mass * point.dot(point)
      }
    }
    #expect(abs(total - 1) < 1e-12)
    #expect(norm(mean - mixture.mean) < 1e-12)
    // `variance` is an average over the two coordinates.
    #expect(abs(square - mean.dot(mean) - 2 * mixture.variance) < 1e-12)
  }

  @Test("is the weighted sum of its parts, with weights divided by their sum")
  func weightedSum() {
    let doubled = GaussianMixture(
      lineMixture.components.map {
        .init(weight: 2 * $0.weight, mean: $0.gaussian.mean, variance: $0.gaussian.variance)
      })
    #expect(doubled.components.map(\.weight) == [0.5, 0.3, 0.2])
    for x in [-3, -1.2, 0, 0.4, 1, 2.5, 4] {
      let parts = zip([0.5, 0.3, 0.2], lineMixture.components).map { weight, component in
        weight
          * exp(logNormal(x, mean: component.gaussian.mean, variance: component.gaussian.variance))
      }
      let sum = parts.reduce(0, +)
      #expect(abs(lineMixture.density(at: x) / sum - 1) < 1e-13)
      #expect(abs(doubled.density(at: x) / sum - 1) < 1e-13)
      #expect(abs(exp(lineMixture.logDensity(at: x)) / sum - 1) < 1e-13)
      for (share, part) in zip(lineMixture.responsibilities(at: x), parts) {
        #expect(abs(share - part / sum) < 1e-13)
      }
    }
  }

  @Test("shares each point among its components: responsibilities sum to 1")
  func responsibilities() {
    func expectShares<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let mixture = mixture(like: zero)
      for sample in 0..<50 {
        let shares = mixture.responsibilities(at: 4 * normalPoint(like: zero, sample, purpose: .drawing))
        #expect(abs(shares.reduce(0, +) - 1) < 4 * rounding, sourceLocation: sourceLocation)
        #expect(shares.allSatisfy { $0 >= 0 }, sourceLocation: sourceLocation)
      }
    }
    expectShares(0.0)
    expectShares(SIMD3<Double>())
    expectShares(SIMD8<Double>())
  }

  @Test("has a finite log density and score however far out", arguments: [30, 1e3, 1e6, 1e12, 1e100])
  func tails(distance: Double) {
    // There all belongs to the widest component, although every density is 0 in double precision.
    for x in [distance, -distance] {
      let alone = log(0.3) + logNormal(x, mean: 0.4, variance: 0.25)
      #expect(abs(lineMixture.logDensity(at: x) / alone - 1) < 1e-12)
      #expect(abs(lineMixture.score(at: x) / ((0.4 - x) / 0.25) - 1) < 1e-12)
      #expect(lineMixture.density(at: x) == 0)
      #expect(lineMixture.responsibilities(at: x)[1] == 1)
    }
    let plane = mixture(like: SIMD2<Double>())
    let far = SIMD2(distance, -distance)
    let widest = plane.components[2].gaussian
    #expect(plane.logDensity(at: far).isFinite)
    #expect(norm(plane.score(at: far) - 2 * (widest.mean - far)) < 1e-12 * distance)
  }

  // MARK: Score

  @Test(
    "has for its score the gradient of its log density, in 1, 2, 3 and 8 dimensions",
    arguments: [1, 0.5, 0.01])
  func score(alphaBar: Double) {
    // The five-point difference errs by h⁴ f⁽⁵⁾/30 and by the rounding of f over h. The narrowest deviation is 0.2,
    // where f⁽⁵⁾ is of the order of 0.2⁻⁵ = 3000 times a few; |f| stays below 1000: 1e−10 and 1e−10 at h = 1e−3.
    let h = 1e-3
    func expectGradient<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let mixture = mixture(like: zero).marginal(alphaBar: alphaBar)
      for sample in 0..<20 {
        let x = 1.5 * normalPoint(like: zero, sample, purpose: .drawing)
        let score = mixture.score(at: x)
        for axis in axes(like: zero) {
          func f(_ k: Double) -> Double { mixture.logDensity(at: x + k * h * axis) }
          let difference = (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h)
          #expect(abs(score.dot(axis) - difference) < 1e-8, sourceLocation: sourceLocation)
        }
      }
    }
    expectGradient(0.0)
    expectGradient(SIMD2<Double>())
    expectGradient(SIMD3<Double>())
    expectGradient(SIMD8<Double>())
  }

  @Test("has a score of mean 0, like every distribution")
  func meanOfTheScore() {
    #expect(abs(line(for: 0.1).integral { lineMixture.score(at: $0) * lineMixture.density(at: $0) }) < 1e-11)
  }

  // MARK: Noise

  @Test("noised is its convolution with the noise", arguments: [2, 20, 260, 1000])
  func convolution(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let noised = lineMixture.marginal(at: step)
    let (signal, rest) = (step.alphaBar.squareRoot(), 1 - step.alphaBar)
    // As functions of x_0 the data and the noise are Gaussians of deviation 0.1 and √(rest/ᾱ) at least; their product
    // is no narrower than the smaller of them over √2.
    let grid = line(for: min(0.1, rest.squareRoot() / signal) / 2.0.squareRoot())
    for xt in [-2, -1.2, -0.3, 0.5, 1.4, 2.4, 3.1] {
      let integral = grid.integral { x0 in
        lineMixture.density(at: x0) * exp(logNormal(xt, mean: signal * x0, variance: rest))
      }
      #expect(abs(noised.density(at: xt) - integral) < 1e-12 * (1 + integral), "x_t = \(xt)")
    }
  }

  @Test("noised by nothing is itself; by everything, N(0, I)")
  func endsOfTheNoise() throws {
    let same = lineMixture.marginal(alphaBar: 1)
    let noise = lineMixture.marginal(alphaBar: 1e-300)
    for x in [-1.3, 0, 2.4] {
      #expect(same.logDensity(at: x) == lineMixture.logDensity(at: x))
      #expect(abs(noise.logDensity(at: x) - logNormal(x, mean: 0, variance: 1)) < 1e-14)
    }
    let step = try NoiseSchedule.linear()[500]
    #expect(
      lineMixture.marginal(at: step).logDensity(at: 0.3)
        == lineMixture.marginal(alphaBar: step.alphaBar).logDensity(at: 0.3))
  }

  @Test("noised twice is noised once by the product")
  func noisedTwice() {
    let twice = lineMixture.marginal(alphaBar: 0.7).marginal(alphaBar: 0.4)
    let once = lineMixture.marginal(alphaBar: 0.28)
    for x in [-2, -0.4, 0, 1.1, 3] { #expect(abs(twice.logDensity(at: x) - once.logDensity(at: x)) < 1e-13) }
  }
}
