import Deterministic
import Diffusion
import Testing

@Suite("What a perfect network would know")
struct TrueReverseTests {
  static let timesteps = [1, 2, 10, 100, 260, 500, 750, 1000]

  /// Noisy samples of `lineMixture` at t, and one that lies farther out than they.
  private func noisySamples(at step: Step) -> [Double] {
    let drawn = (0..<4).map { i in
      let uniform = random[.data].uniform(step: step.timestep, sample: i, element: 5)
      let x0 = lineMixture.draw(uniform: uniform, noise: random[.data].normal(step: step.timestep, sample: i))
      return step.marginal(of: x0).draw(random[.jump].normal(step: step.timestep, sample: i))
    }
    return drawn + [step.alphaBar.squareRoot() * 3]
  }

  @Test("E[x_0 | x_t] is Bayes' rule by quadrature, as is all of q(x_0 | x_t)", arguments: timesteps)
  func cleanPosterior(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let (signal, rest) = (step.alphaBar.squareRoot(), 1 - step.alphaBar)
    for xt in noisySamples(at: step) {
      let grid = line(for: min(0.1, rest.squareRoot() / signal) / 2.0.squareRoot())
      let found = grid.distribution { x0 in
        lineMixture.logDensity(at: x0) + logNormal(xt, mean: signal * x0, variance: rest)
      }
      expectSame(lineMixture.cleanPosterior(given: xt, at: step), found, on: grid, within: 1e-10)
      #expect(abs(lineMixture.posteriorMean(given: xt, at: step) - found.mean) < 1e-10)
    }
  }

  @Test("q(x_{t−1} | x_t) is Bayes' rule on a grid: density, mean and variance", arguments: timesteps)
  func bayes(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let root = step.alpha.squareRoot()
    for xt in noisySamples(at: step) {
      // Narrower than its likelihood, N(x_t/√α_t, β_t/α_t), and than the data.
      let width = (step.beta / step.alpha).squareRoot()
      let grid = Grid(from: xt / root - 15 * width, to: xt / root + 15 * width, spacing: min(width, 0.1) / 4)
      // The marginal itself is checked by quadrature in GaussianMixtureTests.
      let prior = lineMixture.marginal(alphaBar: step.previousAlphaBar)
      let found = grid.distribution { x in
        prior.logDensity(at: x) + logNormal(xt, mean: root * x, variance: step.beta)
      }
      expectSame(lineMixture.trueReverse(from: xt, at: step), found, on: grid, within: 1e-10)
    }
  }

  /// Compares a mixture with a distribution on a grid; densities relative to the highest.
  private func expectSame(
    _ mixture: GaussianMixture<Double>, _ found: (density: [Double], mean: Double, variance: Double),
    on grid: Grid, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(abs(mixture.mean - found.mean) < tolerance, sourceLocation: sourceLocation)
    #expect(abs(mixture.variance / found.variance - 1) < tolerance, sourceLocation: sourceLocation)
    let highest = found.density.max() ?? 0
    for (x, density) in zip(grid.points, found.density) {
      #expect(abs(mixture.density(at: x) - density) < tolerance * highest, sourceLocation: sourceLocation)
    }
  }

  @Test(
    "Tweedie's formula gives E[x_0 | x_t], and the best noise is the noise that leads there",
    arguments: timesteps)
  func tweedie(t: Int) throws {
    let schedule = try NoiseSchedule.linear()
    func expectTweedie<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let (step, mixture) = (schedule[t], mixture(like: zero))
      let tolerance = 64 * rounding / (step.alphaBar * (1 - step.alphaBar)).squareRoot()
      for sample in 0..<10 {
        let xt = normalPoint(like: zero, sample, purpose: .drawing)
        let mean = mixture.posteriorMean(given: xt, at: step)
        let scale = 1 + norm(xt) + norm(mean)
        let score = mixture.marginal(at: step).score(at: xt)
        let noise = mixture.bestNoisePrediction(from: xt, at: step)
        let root = (1 - step.alphaBar).squareRoot()
        // Written out, so that a mistake in `Step` does not cancel.
        let tweedie = (1 / step.alphaBar.squareRoot()) * (xt + (1 - step.alphaBar) * score)
        let implied = (1 / root) * (xt - step.alphaBar.squareRoot() * mean)
        #expect(norm(tweedie - mean) < scale * tolerance, sourceLocation: sourceLocation)
        #expect(
          norm(step.x0(from: xt, score: score) - mean) < scale * tolerance, sourceLocation: sourceLocation)
        #expect(norm(noise + root * score) < scale * tolerance, sourceLocation: sourceLocation)
        #expect(norm(noise - implied) < scale * tolerance, sourceLocation: sourceLocation)
      }
    }
    expectTweedie(0.0)
    expectTweedie(SIMD2<Double>())
    expectTweedie(SIMD8<Double>())
  }

  @Test(
    "The true reverse step's mean is the DDPM mean fed with the best noise", arguments: ScheduleCase.allCases)
  func ddpmMean(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    func expectMean<S: VectorSample>(_ zero: S, at t: Int, sourceLocation: SourceLocation = #_sourceLocation)
    {
      let (step, mixture) = (schedule[t], mixture(like: zero))
      let xt = normalPoint(like: zero, t, purpose: .drawing)
      let noise = mixture.bestNoisePrediction(from: xt, at: step)
      let ddpm = step.reverse(from: xt, predictedNoise: noise, variance: .beta).mean
      let exact = mixture.trueReverse(from: xt, at: step).mean
      let tolerance = 64 * rounding / (1 - step.alphaBar) * (1 + norm(ddpm))
      #expect(norm(ddpm - exact) < tolerance, "t = \(t)", sourceLocation: sourceLocation)
    }
    for t in schedule.timesteps {
      expectMean(0.0, at: t)
      expectMean(SIMD2<Double>(), at: t)
      expectMean(SIMD3<Double>(), at: t)
    }
  }

  @Test("The true reverse step, averaged over x_t, gives the marginal at t − 1", arguments: timesteps)
  func composition(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let (later, earlier) = (
      lineMixture.marginal(at: step), lineMixture.marginal(alphaBar: step.previousAlphaBar)
    )
    let width = step.beta.squareRoot()
    for x in [-1.5, -1.2, 0.2, 0.9, 2.45] {
      // As a function of x_t the integrand is q(x_{t−1}) N(x_t; √α_t x_{t−1}, β_t).
      let center = step.alpha.squareRoot() * x
      let grid = Grid(from: center - 12 * width, to: center + 12 * width, spacing: width / 3)
      let integral = grid.integral { xt in
        lineMixture.trueReverse(from: xt, at: step).density(at: x) * later.density(at: xt)
      }
      #expect(abs(integral - earlier.density(at: x)) < 1e-10, "x = \(x)")
    }
  }

  @Test("For data that are one point it is the posterior, variance β̃", arguments: ScheduleCase.allCases)
  func singlePoint(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let x0 = SIMD2(0.8, -0.3)
    let point = GaussianMixture([.init(weight: 1, mean: x0, variance: 0)])
    for t in schedule.timesteps {
      let step = schedule[t]
      let xt = step.marginal(of: x0).draw(normalPoint(like: x0, t))
      let reverse = point.trueReverse(from: xt, at: step)
      let posterior = step.posterior(of: x0, given: xt)
      let tolerance = 16 * rounding / (1 - step.alphaBar)
      #expect(reverse.components.count == 1)
      #expect(norm(reverse.mean - posterior.mean) < tolerance, "t = \(t)")
      #expect(abs(reverse.variance - posterior.variance) < tolerance * step.beta, "t = \(t)")
      #expect(norm(point.posteriorMean(given: xt, at: step) - x0) < tolerance)
      #expect(point.cleanPosterior(given: xt, at: step).variance == 0)
    }
  }

  @Test("For data that are N(0, I) it has mean √α_t x_t and variance β_t", arguments: ScheduleCase.allCases)
  func standardNormal(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let normal = GaussianMixture([.init(weight: 1, mean: SIMD2<Double>(), variance: 1)])
    for t in schedule.timesteps {
      let step = schedule[t]
      let xt = normalPoint(like: SIMD2<Double>(), t)
      let reverse = normal.trueReverse(from: xt, at: step)
      #expect(norm(reverse.mean - step.alpha.squareRoot() * xt) < 8 * rounding * (1 + norm(xt)))
      #expect(abs(reverse.variance / step.beta - 1) < 8 * rounding)
      #expect(norm(normal.posteriorMean(given: xt, at: step) - step.alphaBar.squareRoot() * xt) < 1e-14)
    }
  }

  @Test("Of components that cannot have produced x_t none is kept; of the others all")
  func impossibleComponents() throws {
    let step = try NoiseSchedule.linear()[1]
    let mixture = GaussianMixture([
      .init(weight: 0.5, mean: -1, variance: 1e-4), .init(weight: 0.5, mean: 1.0, variance: 1e-4),
    ])
    #expect(mixture.trueReverse(from: 1.0, at: step).components.count == 1)
    #expect(mixture.trueReverse(from: 0.0, at: step).components.map(\.weight) == [0.5, 0.5])
  }
}
