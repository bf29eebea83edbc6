import Deterministic
import Diffusion
import Statistics
import Testing

@Suite("The posterior q(x_{t−1} | x_t, x_0)")
struct PosteriorTests {
  @Test(
    "is Bayes' rule on a grid: density, mean and variance",
    arguments: [ScheduleCase.linear, .cosine, .violent, .arbitrary])
  func bayes(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let last = schedule.stepCount
    var timesteps = Set([2, 3, 10, 40, 100, 260, 500, 750, 999, 1000].filter { $0 <= last })
    for i in 0..<20 { timesteps.insert(2 + random[.data].index(below: last - 1, step: 2, element: i)) }
    for t in timesteps.sorted() {
      let step = schedule[t]
      let x0 = 2 * random[.data].uniform(step: 3, sample: t) - 1
      let xt = step.marginal(of: x0).draw(random[.jump].normal(step: t))
      // The prior N(√ᾱ_{t−1} x_0, 1−ᾱ_{t−1}) times the likelihood of x_t, which is N(x_t/√α_t, β_t/α_t) in x_{t−1}:
      // the product is no wider than either and lies where both are. Fifteen of the narrower one's deviations
      // about its own center hold it.
      let prior = (mean: step.previousAlphaBar.squareRoot() * x0, variance: 1 - step.previousAlphaBar)
      let likelihood = (mean: xt / step.alpha.squareRoot(), variance: step.beta / step.alpha)
      let narrower = prior.variance < likelihood.variance ? prior : likelihood
      let width = narrower.variance.squareRoot()
      let grid = Grid(from: narrower.mean - 15 * width, to: narrower.mean + 15 * width, spacing: width / 8)
      let found = grid.distribution { x in
        logNormal(x, mean: prior.mean, variance: prior.variance)
          + logNormal(xt, mean: step.alpha.squareRoot() * x, variance: step.beta)
      }
      let posterior = step.posterior(of: x0, given: xt)
      // 1 − ᾱ_{t−1}, of which all this is made, is rounded at 2⁻⁵³ of 1.
      let tolerance = 16 * rounding / (1 - step.previousAlphaBar) + 1e-13
      #expect(abs(posterior.mean - found.mean) < tolerance, "t = \(t)")
      #expect(abs(posterior.variance / found.variance - 1) < 4 * tolerance, "t = \(t)")
      let highest = found.density.max() ?? 0
      for (x, density) in zip(grid.points, found.density) {
        #expect(abs(posterior.density(at: x) - density) < 100 * tolerance * highest, "t = \(t)")
      }
    }
  }

  @Test("adds precisions: of the marginal at t − 1 and of the step", arguments: ScheduleCase.allCases)
  func precisions(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps.dropFirst() {
      let step = schedule[t]
      let (x0, xt) = (0.8, -0.4)
      let posterior = step.posterior(of: x0, given: xt)
      let precision = 1 / (1 - step.previousAlphaBar) + step.alpha / step.beta
      let tolerance = 8 * rounding / (1 - step.previousAlphaBar)
      #expect(abs(posterior.variance * precision - 1) < tolerance)
      // Precision times mean adds up too.
      let pulls =
        step.previousAlphaBar.squareRoot() * x0 / (1 - step.previousAlphaBar)
        + step.alpha.squareRoot() * xt / step.beta
      #expect(abs(posterior.mean - pulls / precision) < tolerance)
    }
  }

  @Test("is x_0 itself at t = 1, without variance", arguments: ScheduleCase.allCases)
  func firstStep(schedules: ScheduleCase) throws {
    let step = try schedules.schedule()[1]
    let posterior = step.posterior(of: SIMD3(0.8, -1, 0.2), given: SIMD3(5, 5, 5))
    #expect(posterior.variance == 0)
    #expect(step.posteriorVariance == 0)
    #expect(step.posteriorCoefficientOfXt == 0)
    // β_1/(1−ᾱ_1) is 1 up to the rounding of ᾱ_1.
    #expect(norm(posterior.mean - SIMD3(0.8, -1, 0.2)) < 2 * rounding / step.beta)
  }

  @Test(
    "has the factors and the variance that its mean and variance are made of",
    arguments: ScheduleCase.allCases)
  func coefficients(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      #expect(step.posterior(of: 1.0, given: 0.0).mean == step.posteriorCoefficientOfX0)
      #expect(step.posterior(of: 0.0, given: 1.0).mean == step.posteriorCoefficientOfXt)
      #expect(step.posterior(of: 3.0, given: 2.0).variance == step.posteriorVariance)
      #expect(step.posteriorVariance < step.beta)
    }
  }

  @Test("averaged over x_t is the marginal at t − 1: mean and variance", arguments: ScheduleCase.allCases)
  func totalExpectation(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      let marginal = step.marginal(of: 0.8)
      let factor = step.posteriorCoefficientOfXt
      // E[x_{t−1}] = E[E[x_{t−1} | x_t]]
      let mean = step.posterior(of: 0.8, given: marginal.mean).mean
      // Var x_{t−1} = Var E[x_{t−1} | x_t] + E Var[x_{t−1} | x_t]
      let variance = factor * factor * marginal.variance + step.posteriorVariance
      let tolerance = 8 * rounding / (1 - step.alphaBar)
      #expect(abs(mean - step.previousAlphaBar.squareRoot() * 0.8) < tolerance)
      #expect(abs(variance - (1 - step.previousAlphaBar)) < tolerance)
    }
  }

  /// A noisy sample, then a step back from it: does x_{t−1} have its marginal? With β̃ times `factor`.
  private func stepBackScores(_ step: Step, from earlier: Step, varianceFactor factor: Double = 1) -> (
    mean: Double, variance: Double, shape: KolmogorovSmirnov
  ) {
    let x0 = 0.8
    let noise = random[.jump].normals(step: step.timestep, count: drawCount)
    let z = random[.reverseStep].normals(step: step.timestep, count: drawCount)
    let values = zip(noise, z).map { noise, z in
      let posterior = step.posterior(of: x0, given: step.marginal(of: x0).draw(noise))
      return Gaussian(mean: posterior.mean, variance: factor * posterior.variance).draw(z)
    }
    let expected = earlier.marginal(of: x0)
    let moments = Moments(values)
    return (
      moments.errorsOfMean(from: expected.mean, variance: expected.variance),
      moments.errorsOfVariance(from: expected.variance),
      KolmogorovSmirnov(values) { normalDistribution($0, mean: expected.mean, variance: expected.variance) }
    )
  }

  @Test("drawn from a drawn x_t is a draw from the marginal at t − 1", arguments: [2, 5, 9])
  func stepBack(t: Int) throws {
    let schedule = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5)
    let scores = stepBackScores(schedule[t], from: schedule[t - 1])
    #expect(abs(scores.mean) < bound)
    #expect(abs(scores.variance) < bound)
    #expect(scores.shape.significance > 0.001)
  }

  @Test("drawn with a variance 2 % too large is not")
  func wrongVariance() throws {
    let schedule = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5)
    // β̃_2 is 0.77 of 1 − ᾱ_1, so the whole is 1.5 % too wide: 10.9 standard errors.
    let share = schedule[2].posteriorVariance / (1 - schedule.alphaBar(1))
    let expected = 0.02 * share * (Double(drawCount) / 2).squareRoot()
    #expect(PrintedNumber("10.9").matches(expected))
    let scores = stepBackScores(schedule[2], from: schedule[1], varianceFactor: 1.02)
    #expect(scores.variance > bound && abs(scores.variance - expected) < bound)
  }
}
