import Deterministic
import Diffusion
import Testing

/// In one dimension everything can be integrated: the bound's expectation and −ln p_θ(x_0) itself.
@Suite("The variational bound")
struct VariationalBoundTests {
  /// The expectation of the bound over x_t ~ q(x_t | x_0), term by term, in nats.
  private func expectedBound(
    of x0: Double, _ schedule: NoiseSchedule, _ variance: ReverseVariance,
    predictor: (Double, Step) -> Double
  ) -> Double {
    var sum = schedule.priorTerm(of: x0).nats
    for t in schedule.timesteps {
      let step = schedule[t]
      let marginal = (mean: step.alphaBar.squareRoot() * x0, variance: 1 - step.alphaBar)
      let width = marginal.variance.squareRoot()
      let grid = Grid(
        from: marginal.mean - 10 * width, to: marginal.mean + 10 * width, spacing: width / 8)
      sum += grid.integral { xt in
        let noise = predictor(xt, step)
        let term =
          t == 1
          ? step.reconstructionTerm(
            of: x0, given: xt, predictedNoise: noise, variance: variance, data: .continuous)
          : step.denoisingTerm(of: x0, given: xt, predictedNoise: noise, variance: variance)
        return exp(logNormal(xt, mean: marginal.mean, variance: marginal.variance)) * term.nats
      }
    }
    return sum
  }

  @Test(
    "is −ln p_θ(x_0) itself where the reverse process is the true one: N(0, 1), σ² = β, ε* = √(1−ᾱ) x",
    arguments: ScheduleCase.allCases, [-1.3, 0, 0.4, 2.7])
  func exact(schedules: ScheduleCase, x0: Double) throws {
    let schedule = try schedules.schedule()
    func bound(_ variance: ReverseVariance) -> Double {
      expectedBound(of: x0, schedule, variance) { xt, step in (1 - step.alphaBar).squareRoot() * xt }
    }
    // Small differences of rounded means are squared and divided by a variance as small: 1e−11 at t = 2.
    #expect(abs(bound(.beta) + logNormal(x0, mean: 0, variance: 1)) < 1e-9)
    // With the other variance the reverse process is not the true one, unless there is but one step.
    if schedule.stepCount > 1 { #expect(bound(.betaTilde) > bound(.beta) + 0.01) }
  }

  /// Two components of data, no Gaussian by far.
  private let data = GaussianMixture([
    .init(weight: 0.3, mean: -1.1, variance: 0.05), .init(weight: 0.7, mean: 0.6, variance: 0.2),
  ])

  /// p_θ(x_0) by brute force: N(0, 1) on a line, taken through one reverse step after another.
  private func likelihood(
    of x0: [Double], _ schedule: NoiseSchedule, _ variance: ReverseVariance
  ) -> [Double] {
    let grid = Grid(from: -9, to: 9, spacing: 0.03)
    var density = grid.points.map { exp(logNormal($0, mean: 0, variance: 1)) }
    for t in schedule.timesteps.reversed() {
      let step = schedule[t]
      let sigma2 = step.reverseVariance(variance)
      let means = grid.points.map { x in
        (x - step.beta / (1 - step.alphaBar).squareRoot() * data.bestNoisePrediction(from: x, at: step))
          / step.alpha.squareRoot()
      }
      density = (t == 1 ? x0 : grid.points).map { x in
        var sum = 0.0
        for (mean, density) in zip(means, density) {
          sum += density * exp(logNormal(x, mean: mean, variance: sigma2))
        }
        return grid.spacing * sum
      }
    }
    return density
  }

  @Test("lies above −ln p_θ(x_0), at every x_0", arguments: [1, 2, 3, 4], ReverseVariance.allCases)
  func above(stepCount: Int, variance: ReverseVariance) throws {
    let schedule = try NoiseSchedule.demonstration(
      stepCount: stepCount, multiplier: 20 / Double(stepCount))
    let x0 = stride(from: -3.0, through: 3, by: 0.25).map { $0 }
    let densities = likelihood(of: x0, schedule, variance)
    for (x0, density) in zip(x0, densities) {
      let bound = expectedBound(of: x0, schedule, variance) { data.bestNoisePrediction(from: $0, at: $1) }
      // Quadrature is good to 1e−12; one step misses little, because its x_1 is nearly noise.
      #expect(bound > -log(density) + (stepCount == 1 ? 1e-9 : 1e-5), "x_0 = \(x0)")
    }
    // The brute force is a density itself: the spacing of x_0 is small enough for a variance of 0.07 or more.
    var total = 0.0
    let everywhere = stride(from: -8.0, through: 8, by: 0.05).map { $0 }
    for density in likelihood(of: everywhere, schedule, variance) { total += 0.05 * density }
    #expect(abs(total - 1) < 1e-9)
  }

  @Test(
    "is E ln q(x_1, x_2 | x_0)/p_θ(x_0, x_1, x_2) of the chain, for two steps", arguments: [-1.2, 0, 0.9])
  func chain(x0: Double) throws {
    let schedule = try NoiseSchedule.demonstration(stepCount: 2, multiplier: 4)
    let (first, second) = (schedule[1], schedule[2])
    func mean(_ x: Double, _ step: Step) -> Double {
      step.reverse(
        from: x, predictedNoise: data.bestNoisePrediction(from: x, at: step), variance: .beta
      ).mean
    }
    let grid = Grid(from: -8, to: 8, spacing: 0.05)
    let back = grid.points.map { (x: $0, mean: mean($0, second)) }
    let expectation = grid.integral { x1 in
      let logQ1 = logNormal(x1, mean: first.alpha.squareRoot() * x0, variance: first.beta)
      let logP0 = logNormal(x0, mean: mean(x1, first), variance: first.beta)
      var sum = 0.0
      for (x2, mean) in back {
        let logQ = logQ1 + logNormal(x2, mean: second.alpha.squareRoot() * x1, variance: second.beta)
        let logP =
          logP0 + logNormal(x1, mean: mean, variance: second.beta) + logNormal(x2, mean: 0, variance: 1)
        sum += exp(logQ) * (logQ - logP)
      }
      return grid.spacing * sum
    }
    let bound = expectedBound(of: x0, schedule, .beta) { data.bestNoisePrediction(from: $0, at: $1) }
    #expect(abs(bound - expectation) < 1e-10)
  }

  @Test("asks once for each timestep and has its terms by timestep", arguments: ScheduleCase.allCases)
  func terms(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let x0 = SIMD2(17 / 127.5 - 1, 1)
    func noise(_ t: Int) -> SIMD2<Double> { normalPoint(like: x0, t, purpose: .jump) }
    func prediction(_ x: SIMD2<Double>, _ t: Timestep) -> SIMD2<Double> { 0.3 * x + SIMD2(1 / t.value, -0.1) }
    for variance in ReverseVariance.allCases {
      for data in [DataKind.continuous, .eightBit] {
        var (drawn, asked) = ([Int](), [Timestep]())
        let bound = schedule.bound(
          of: x0, data: data, variance: variance,
          noise: {
            drawn.append($0)
            return noise($0)
          },
          predictor: {
            asked.append($1)
            return prediction($0, $1)
          })
        #expect(drawn.sorted() == Array(schedule.timesteps))
        #expect(asked == drawn.map { Timestep($0) })
        #expect(bound.denoising.count == schedule.stepCount - 1)
        #expect(bound.prior == schedule.priorTerm(of: x0))
        var total = bound.prior.nats
        for t in schedule.timesteps.dropFirst() + [1] {
          let xt = schedule[t].marginal(of: x0).draw(noise(t))
          let predicted = prediction(xt, Timestep(t))
          let expected =
            t == 1
            ? schedule[1].reconstructionTerm(
              of: x0, given: xt, predictedNoise: predicted, variance: variance, data: data)
            : schedule[t].denoisingTerm(of: x0, given: xt, predictedNoise: predicted, variance: variance)
          #expect(bound[t] == expected)
          total += expected.nats
        }
        #expect(bound[1] == bound.reconstruction)
        #expect(bound.total == BoundTerm(nats: total, dimension: 2))
      }
    }
  }
}
