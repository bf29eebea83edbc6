import Deterministic
import Diffusion
import Statistics
import Testing

/// The chain of single steps and the jump, as distributions, by drawing from both.
///
/// x_0 = 3 lies outside [−1, 1] so that a wrong mean shows. Chapter 2 shows the same for a picture.
@Suite("A chain of single steps and one jump")
struct ChainTests {
  /// A schedule and the timesteps at which its chain is looked at.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let betas: [Double]
    let timesteps: [Int]
    var testDescription: String { name }

    init(_ name: String, _ schedule: NoiseSchedule, at timesteps: [Int]) {
      (self.name, self.timesteps) = (name, timesteps)
      betas = schedule.timesteps.map(schedule.beta)
    }

    static func all() throws -> [Case] {
      var cases = [
        Case(
          "demonstration, 10 steps", try .demonstration(stepCount: 10, multiplier: 1.5), at: [1, 2, 4, 7, 10]),
        Case("cosine, 8 steps", try .cosine(stepCount: 8), at: [1, 2, 4, 6, 7]),
      ]
      #if !DEBUG
      cases.append(Case("linear, 50 steps", try .linear(stepCount: 50), at: [1, 2, 10, 30, 50]))
      #endif
      return cases
    }
  }

  static let x0 = 3.0

  /// x_t at some timesteps, by walking there with the given β.
  private func chain(betas: [Double], at timesteps: [Int]) throws -> [Int: [Double]] {
    let schedule = try NoiseSchedule(betas: betas)
    var x = [Double](repeating: Self.x0, count: drawCount)
    var seen: [Int: [Double]] = [:]
    for t in schedule.timesteps.prefix(timesteps.max() ?? 0) {
      let step = schedule[t]
      let noise = random[.forwardStep].normals(step: t, count: drawCount)
      for i in x.indices { x[i] = step.forward(from: x[i]).draw(noise[i]) }
      if timesteps.contains(t) { seen[t] = x }
    }
    return seen
  }

  /// The draws of x_t by one jump.
  private func jump(_ step: Step) -> [Double] {
    let marginal = step.marginal(of: Self.x0)
    return random[.jump].normals(step: step.timestep, count: drawCount).map(marginal.draw)
  }

  @Test(
    "have one distribution: mean, variance and, by Kolmogorov and Smirnov, shape", arguments: try Case.all())
  func sameDistribution(of schedules: Case) throws {
    let schedule = try NoiseSchedule(betas: schedules.betas)
    for (t, walked) in try chain(betas: schedules.betas, at: schedules.timesteps) {
      let claimed = schedule[t].marginal(of: Self.x0)
      let jumped = jump(schedule[t])
      for moments in [Moments(walked), Moments(jumped)] {
        #expect(abs(moments.errorsOfMean(from: claimed.mean, variance: claimed.variance)) < bound, "t = \(t)")
        #expect(abs(moments.errorsOfVariance(from: claimed.variance)) < bound, "t = \(t)")
      }
      #expect(KolmogorovSmirnov(walked, jumped).significance > 0.001, "t = \(t)")
    }
  }

  @Test("part when each β of the chain is 2 % larger")
  func wrongBetas() throws {
    let schedules = try Case.all()[0]
    let schedule = try NoiseSchedule(betas: schedules.betas)
    let wrong = try NoiseSchedule(betas: schedules.betas.map { 1.02 * $0 })
    // Known beforehand, from the two schedules: at t = 4 the mean lies −24.9 standard errors away, the variance 10.5.
    let t = 4
    let (claimed, elsewhere) = (schedule[t].marginal(of: Self.x0), wrong[t].marginal(of: Self.x0))
    let n = Double(drawCount)
    let expectedOfMean = (elsewhere.mean - claimed.mean) / (claimed.variance / n).squareRoot()
    let expectedOfVariance = (elsewhere.variance / claimed.variance - 1) * (n / 2).squareRoot()
    #expect(PrintedNumber("-24.9").matches(expectedOfMean))
    #expect(PrintedNumber("10.5").matches(expectedOfVariance))

    let walked = try #require(try chain(betas: schedules.betas.map { 1.02 * $0 }, at: [t])[t])
    let moments = Moments(walked)
    let ofMean = moments.errorsOfMean(from: claimed.mean, variance: claimed.variance)
    let ofVariance = moments.errorsOfVariance(from: claimed.variance)
    #expect(abs(ofMean) > bound && abs(ofMean - expectedOfMean) < bound)
    #expect(abs(ofVariance) > bound && abs(ofVariance - expectedOfVariance) < bound)
    // The distributions' distance is about φ(0) · 24.9/√n = 0.01, which √(n/2) makes 7: 2 exp(−2 · 7²) is 1e−42.
    #expect(KolmogorovSmirnov(walked, jump(schedule[t])).significance < 1e-20)
  }

  @Test("part when the jump's variance is 2 % larger: expected score 0.02 √(n/2) = 14")
  func wrongVariance() throws {
    let step = try NoiseSchedule.linear()[260]
    let claimed = step.marginal(of: Self.x0)
    let wrong = Gaussian(mean: claimed.mean, variance: 1.02 * claimed.variance)
    let noise = random[.jump].normals(step: 260, count: drawCount)
    let moments = Moments(noise.map(wrong.draw))
    #expect(moments.errorsOfVariance(from: claimed.variance) > 2 * bound)
    #expect(abs(Moments(noise.map(claimed.draw)).errorsOfVariance(from: claimed.variance)) < bound)
  }
}
