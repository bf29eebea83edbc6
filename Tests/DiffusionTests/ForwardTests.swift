import Diffusion
import Testing

@Suite("The forward process")
struct ForwardTests {
  @Test("keeps the variance of data of variance 1, by steps and by jumps", arguments: ScheduleCase.allCases)
  func variancePreservation(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t].forward(from: 1.0)
      let jump = schedule[t].marginal(of: 1.0)
      #expect(step.variance == schedule.beta(t))
      // Two roundings of √, one of the square, one of the sum.
      #expect(abs(step.mean * step.mean + step.variance - 1) < 4 * rounding)
      #expect(abs(jump.mean * jump.mean + jump.variance - 1) < 4 * rounding)
    }
  }

  @Test("of one more step after a jump is the longer jump", arguments: ScheduleCase.allCases)
  func composition(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      let step = schedule[t]
      let (a, before) = (step.alpha, step.previousAlphaBar)
      #expect(abs(a * (1 - before) + step.beta - (1 - step.alphaBar)) < 4 * rounding)
      guard t > 1 else { continue }
      let x0 = SIMD2(0.8, -0.3)
      let earlier = schedule[t - 1].marginal(of: x0)
      let onward = step.forward(from: earlier.mean)
      let jump = step.marginal(of: x0)
      #expect(norm(onward.mean - jump.mean) < 4 * rounding)
      let factor = step.forward(from: 1.0).mean
      #expect(abs(factor * factor * earlier.variance + onward.variance - jump.variance) < 8 * rounding)
    }
  }

  @Test("scales with x: the mean is linear, the variance the same everywhere")
  func linearity() throws {
    let step = try NoiseSchedule.linear()[500]
    for conditional in [{ step.forward(from: $0) }, { step.marginal(of: $0) }]
      as [(Double) -> Gaussian<Double>]
    {
      #expect(conditional(0).mean == 0)
      #expect(conditional(-2).mean == -2 * conditional(1).mean)
      #expect(conditional(17).variance == conditional(0).variance)
    }
    let plane = step.marginal(of: SIMD2(0.8, -2))
    #expect(plane.mean == SIMD2(step.marginal(of: 0.8).mean, step.marginal(of: -2).mean))
  }

  @Test("has the signal-to-noise ratio of its marginal, falling from 9999", arguments: ScheduleCase.allCases)
  func signalToNoise(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    var before = Double.infinity
    for t in schedule.timesteps {
      let marginal = schedule[t].marginal(of: 1.0)
      let ratio = schedule[t].signalToNoiseRatio
      #expect(abs(ratio * marginal.variance / (marginal.mean * marginal.mean) - 1) < 8 * rounding)
      #expect(ratio < before)
      before = ratio
    }
    #expect(abs(try NoiseSchedule.linear()[1].signalToNoiseRatio - 9999) < 1e-7)  // 1 − ᾱ_1 has 12 digits
  }
}
