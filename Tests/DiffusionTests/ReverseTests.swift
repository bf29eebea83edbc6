import Diffusion
import Testing

@Suite("The reverse step p_θ(x_{t−1} | x_t)")
struct ReverseTests {
  /// 1 − ᾱ_t is rounded at 2⁻⁵³ of 1 and then divided by, as is √α_t in equation 11: what the two forms can differ by.
  private func tolerance(_ step: Step) -> Double {
    16 * rounding / ((1 - step.alphaBar) * step.alpha.squareRoot())
  }

  @Test(
    "has the same mean from the predicted noise (equation 11) as from the x_0 that it stands for",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func equation11(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      let xt = normalPoint(like: SIMD2<Double>(), t)
      let noise = normalPoint(like: SIMD2<Double>(), t, purpose: .jump)
      let direct = step.reverse(from: xt, predictedNoise: noise, variance: variance)
      let x0 = step.x0(from: xt, noise: noise)
      let throughX0 = step.reverse(from: xt, predictedX0: x0, variance: variance)
      let scale = 1 + norm(xt) + norm(direct.mean)
      #expect(norm(direct.mean - throughX0.mean) < scale * tolerance(step), "t = \(t)")
      #expect(throughX0.mean == step.posterior(of: x0, given: xt).mean)
      #expect(direct.variance == throughX0.variance)
    }
  }

  @Test("with the true noise is the posterior of the true x_0", arguments: ScheduleCase.allCases)
  func trueNoise(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      let x0 = normalPoint(like: SIMD3<Double>(), t)
      let noise = normalPoint(like: SIMD3<Double>(), t, purpose: .jump)
      let xt = step.marginal(of: x0).draw(noise)
      let reverse = step.reverse(from: xt, predictedNoise: noise, variance: .betaTilde)
      let posterior = step.posterior(of: x0, given: xt)
      #expect(norm(reverse.mean - posterior.mean) < (1 + norm(reverse.mean)) * tolerance(step), "t = \(t)")
      if t > 1 { #expect(reverse.variance == posterior.variance) }
    }
  }

  @Test("has variance β_t or β̃_t, as asked, β̃_t the smaller", arguments: ScheduleCase.allCases)
  func variances(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      #expect(step.reverseVariance(.beta) == schedule.beta(t))
      for choice in ReverseVariance.allCases {
        #expect(
          step.reverse(from: 0.4, predictedNoise: 0.3, variance: choice).variance
            == step.reverseVariance(choice))
        #expect(
          step.reverse(from: 0.4, predictedX0: 0.3, variance: choice).variance == step.reverseVariance(choice)
        )
      }
      guard t > 1 else { continue }
      let ratio = (1 - schedule.alphaBar(t - 1)) / (1 - schedule.alphaBar(t))
      #expect(abs(step.reverseVariance(.betaTilde) / (ratio * schedule.beta(t)) - 1) < 4 * rounding)
      #expect(step.reverseVariance(.betaTilde) < step.reverseVariance(.beta))
    }
  }

  @Test("takes β̃_2 for β̃_1, which is 0", arguments: ScheduleCase.allCases)
  func firstStep(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    #expect(schedule[1].posteriorVariance == 0)
    #expect(schedule[1].reverseVariance(.beta) == schedule.beta(1))
    // A schedule of one step has no β̃_2; β_1 is the only variance it knows.
    let expected = schedule.stepCount == 1 ? schedule.beta(1) : schedule[2].posteriorVariance
    #expect(schedule[1].reverseVariance(.betaTilde) == expected)
    #expect(expected > 0)
  }

  @Test("has 5.4532e−5 for β̃_1 of the linear schedule, and the respaced schedule's own β̃_2")
  func firstStepOfLinear() throws {
    #expect(PrintedNumber("5.4532e-5").matches(try NoiseSchedule.linear()[1].reverseVariance(.betaTilde)))
    let respaced = try ScheduleCase.respaced.schedule()[1].reverseVariance(.betaTilde)
    #expect(respaced > 9e-5 && respaced < 1e-4)  // nearly β_1: the second step of twenty adds far more noise
  }

  @Test("built by hand has the posterior's variance, or the one it is given")
  func byHand() {
    let step = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
    #expect(step.reversePosteriorVariance == step.posteriorVariance)
    let other = Step(
      timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505, reversePosteriorVariance: 0.007)
    #expect(other.reverseVariance(.betaTilde) == 0.007)
    #expect(other.posteriorVariance == step.posteriorVariance)
    #expect(other.reverseVariance(.beta) == 0.01)
  }

  @Test("offers its variances under the names of the command line")
  func names() {
    #expect(ReverseVariance.allCases.map(\.rawValue) == ["beta", "beta-tilde"])
  }
}
