import Deterministic
import Diffusion
import Testing

@Suite("The ancestral sampler, x̂_0 adjusted")
struct AdjustedX0Tests {
  /// A prediction that depends on all it is given and is no one's best: x̂_0 leaves any range.
  private func predicted(_ x: SIMD3<Double>, _ t: Timestep) -> SIMD3<Double> {
    (0.3 + 1e-3 * t.value) * x.map(tanh)
  }

  private func z(_ t: Int) -> SIMD3<Double> { normalPoint(like: SIMD3(), t, purpose: .reverseStep) }

  private let start = normalPoint(like: SIMD3<Double>(), 1, purpose: .startingNoise)

  private func sampler(
    _ steps: [Step], _ variance: ReverseVariance,
    adjustingX0: ((SIMD3<Double>) -> SIMD3<Double>)? = nil
  ) -> AncestralSampler<SIMD3<Double>> {
    AncestralSampler(
      steps: steps, from: start, variance: variance, adjustingX0: adjustingX0, noise: z, predictor: predicted)
  }

  @Test(
    "or not: then it takes equation 11's steps, bit for bit", arguments: ScheduleCase.allCases,
    ReverseVariance.allCases)
  func notAdjusted(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let steps = try schedules.schedule().steps
    var x = start
    for (moment, step) in zip(sampler(steps, variance), steps.reversed()) {
      #expect(moment.sample == x)
      let noise = predicted(x, Timestep(step.timestep))
      #expect(moment.predictedX0 == step.x0(from: x, noise: noise))
      let reverse = step.reverse(from: x, predictedNoise: noise, variance: variance)
      x = step.timestep > 1 ? reverse.draw(z(step.timestep)) : reverse.mean
    }
    #expect(sampler(steps, variance).sample() == x)
  }

  @Test(
    "by nothing: the posterior's mean at x̂_0 is that of equation 11, to rounding",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func identity(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let steps = try schedules.schedule().steps
    let moments = Array(sampler(steps, variance, adjustingX0: { $0 }))
    for ((moment, next), step) in zip(zip(moments, moments.dropFirst()), steps.reversed()) {
      // From the sampler's own x_t, so that roundings do not grow along the way.
      let noise = predicted(moment.sample, Timestep(step.timestep))
      #expect(moment.predictedX0 == step.x0(from: moment.sample, noise: noise))
      let reverse = step.reverse(from: moment.sample, predictedNoise: noise, variance: variance)
      let expected = step.timestep > 1 ? reverse.draw(z(step.timestep)) : reverse.mean
      // A few roundings; 1 − ᾱ_t in the coefficients multiplies one by 10,000 at the first timestep.
      #expect(norm(next.sample - expected) < 1e-11 * (1 + norm(moment.sample)), "t = \(step.timestep)")
    }
  }

  @Test(
    "by clipping keeps x̂_0 in its range, and steps to the posterior's mean there",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func clipped(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let steps = try schedules.schedule().steps
    // Smaller than ±1, so that each of the schedules has something to clip.
    let range = 0.125
    let moments = Array(sampler(steps, variance, adjustingX0: { $0.clipped(to: range) }))
    var clippedCount = 0
    for ((moment, next), step) in zip(zip(moments, moments.dropFirst()), steps.reversed()) {
      #expect(moment.predictedX0.map(abs).max() <= range)
      let noise = predicted(moment.sample, Timestep(step.timestep))
      if step.x0(from: moment.sample, noise: noise) != moment.predictedX0 { clippedCount += 1 }
      let posterior = step.posterior(of: moment.predictedX0, given: moment.sample)
      let reverse = Gaussian(mean: posterior.mean, variance: step.reverseVariance(variance))
      #expect(next.sample == (step.timestep > 1 ? reverse.draw(z(step.timestep)) : reverse.mean))
    }
    #expect(clippedCount > 0)
    // The last step ends at x̂_0 itself; its coefficient β_1/(1 − ᾱ_1) is 1 to rounding.
    let last = try #require(moments.last)
    #expect(last.timestep == 0 && last.sample.map(abs).max() <= range * (1 + 1e-11))
  }
}
