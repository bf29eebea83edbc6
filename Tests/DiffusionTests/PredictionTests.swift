import Deterministic
import Diffusion
import Testing

@Suite("Noise, x_0 and score")
struct PredictionTests {
  @Test(
    "are three names of one prediction, for a number, a point of the plane and one of space",
    arguments: ScheduleCase.allCases)
  func roundTrips(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps {
      expectRoundTrips(0.0, schedule[t])
      expectRoundTrips(SIMD2<Double>(), schedule[t])
      expectRoundTrips(SIMD3<Double>(), schedule[t])
    }
  }

  private func expectRoundTrips<S: VectorSample>(
    _ zero: S, _ step: Step, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let xt = normalPoint(like: zero, step.timestep)
    let noise = normalPoint(like: zero, step.timestep, purpose: .jump)
    let scale = 16 * rounding * (1 + norm(xt) + norm(noise))
    // x_t and the noise nearly cancel in x_0 where ᾱ is small, x_t and x_0 in the noise where 1 − ᾱ is.
    let (signal, rest) = (step.alphaBar.squareRoot(), (1 - step.alphaBar).squareRoot())
    func expectClose(_ a: S, _ b: S, _ tolerance: Double) {
      #expect(norm(a - b) < tolerance, "t = \(step.timestep)", sourceLocation: sourceLocation)
    }

    let x0 = step.x0(from: xt, noise: noise)
    let score = step.score(noise: noise)
    expectClose(step.marginal(of: x0).draw(noise), xt, scale)
    expectClose(step.noise(from: xt, x0: x0), noise, scale / rest)
    expectClose(step.noise(score: score), noise, scale)
    expectClose(step.x0(from: xt, score: score), x0, scale / signal)
    // The score is the gradient of ln N(x_t; √ᾱ x_0, 1−ᾱ): (√ᾱ x_0 − x_t)/(1−ᾱ).
    expectClose((1 - step.alphaBar) * score, signal * x0 - xt, scale)
    expectClose((1 - step.alphaBar) * step.score(from: xt, x0: x0), (1 - step.alphaBar) * score, scale)

    let clean = normalPoint(like: zero, step.timestep, purpose: .drawing)
    let implied = step.noise(from: xt, x0: clean)
    expectClose(step.x0(from: xt, noise: implied), clean, (scale + 16 * rounding * norm(clean)) / signal)
    expectClose(step.marginal(of: clean).draw(implied), xt, scale + 16 * rounding * norm(clean))
    expectClose(step.noise(score: step.score(noise: implied)), implied, scale / rest)
    let impliedScore = step.score(from: xt, x0: clean)
    expectClose(step.noise(score: impliedScore), implied, (scale + 16 * rounding * norm(clean)) / rest)
    expectClose(step.x0(from: xt, score: impliedScore), clean, (scale + 16 * rounding * norm(clean)) / signal)
  }
}
