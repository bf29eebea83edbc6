import Diffusion
import Testing

@Suite("A trajectory, its sample changed")
struct TrajectoryTests {
  private func sampler() throws -> AncestralSampler<Double> {
    AncestralSampler(
      steps: try NoiseSchedule.demonstration().steps, from: 0.7, variance: .beta,
      noise: { random[.reverseStep].normal(step: $0) }, predictor: { x, t in 0.01 * t.value * x })
  }

  @Test("by nothing keeps every bit")
  func nothing() throws {
    let sampler = try sampler()
    let kept = sampler.changing(before: { $1 }, after: { $1 })
    #expect(kept.map(\.sample) == sampler.map(\.sample))
    #expect(kept.map(\.predictedX0) == sampler.map(\.predictedX0))
    #expect(kept.map(\.time) == sampler.map(\.time))
    #expect(sampler.changing().sample() == sampler.sample())
  }

  @Test("before each step is a sampler whose predictor and start are those of the changed sample")
  func before() throws {
    // x_t is doubled before every step and in the end: what the steps themselves do to the doubled sample is known.
    let sampler = try sampler()
    let steps = try NoiseSchedule.demonstration().steps
    var x = 0.7
    for (moment, step) in zip(sampler.changing(before: { 2 * $1 }), steps.reversed()) {
      #expect(moment.sample == 2 * x)
      let reverse = step.reverse(
        from: 2 * x, predictedNoise: 0.01 * Double(step.timestep) * (2 * x), variance: .beta)
      x = step.timestep > 1 ? reverse.draw(random[.reverseStep].normal(step: step.timestep)) : reverse.mean
    }
    #expect(sampler.changing(before: { 2 * $1 }).sample() == 2 * x)
  }

  @Test("after each step is told the moment that the step left, and replaces what it led to")
  func after() throws {
    let sampler = try sampler()
    var left: [Int] = []
    let ended = sampler.changing(after: { moment, x in
      left.append(moment.timestep)
      return moment.timestep == 1 ? -3 : x
    })
    #expect(ended.sample() == -3)
    #expect(left == Array((1...30).reversed()))
    // The same change before the last moment instead of after the last step.
    #expect(sampler.changing(before: { t, x in t == 0 ? -3 : x }).map(\.sample) == ended.map(\.sample))
  }

  @Test("is any trajectory: of a differential equation too")
  func flow() {
    let path = ODEPath(method: .euler, from: 1.0, at: [0, 1, 2]) { x, _ in x }
    #expect(path.map(\.sample) == [1, 2, 4])
    #expect(path.changing(before: { time, x in time == 1 ? 10 : x }).map(\.sample) == [1, 10, 20])
  }
}
