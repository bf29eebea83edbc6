import Diffusion
import Stops
import Testing

@Suite("Fewer timesteps")
struct RespacingTests {
  @Test(
    "are spread evenly from 1 to T, halves up",
    arguments: [
      (10, 4, [1, 4, 7, 10]),
      (10, 3, [1, 6, 10]),  // 1 + 4.5
      (6, 5, [1, 2, 4, 5, 6]),  // 1 + 0, 1.25, 2.5, 3.75, 5
      (4, 3, [1, 3, 4]),  // 1 + 1.5
      (1000, 2, [1, 1000]),
      (1000, 5, [1, 251, 501, 750, 1000]),  // 1 + 249.75, 499.5, 749.25
      (1000, 10, [1, 112, 223, 334, 445, 556, 667, 778, 889, 1000]),
      (2, 2, [1, 2]),
    ])
  func timesteps(stepCount: Int, count: Int, expected: [Int]) throws {
    let schedule = try NoiseSchedule.linear(stepCount: stepCount)
    #expect(schedule.respaced(to: count).map(\.timestep) == expected)
  }

  @Test(
    "follow the rule 1 + ⌊(k−1)(T−1)/(K−1) + ½⌋ for every K, and none comes twice", arguments: [2, 7, 50, 97])
  func rule(stepCount: Int) throws {
    let schedule = try NoiseSchedule.linear(stepCount: stepCount)
    for count in 2...stepCount {
      let found = schedule.respaced(to: count).map(\.timestep)
      // A half is exact in Double; another fraction is at least 1/(2 · 96) from it.
      let expected = (0..<count).map { k -> Int in
        let share = Double(k * (stepCount - 1)) / Double(count - 1)
        return 1 + Int((share + 0.5).rounded(.down))
      }
      #expect(found == expected)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test(
    "keep their ᾱ, and have the β and α that lie between neighbors", arguments: [2, 3, 10, 50, 999, 1000])
  func numbers(count: Int) throws {
    let schedule = try NoiseSchedule.linear()
    let steps = schedule.respaced(to: count)
    var before = 1.0
    for step in steps {
      #expect(step.alphaBar == schedule.alphaBar(step.timestep))
      #expect(step.previousAlphaBar == before)
      // α = 1 − β is rounded at 2⁻⁵³ of 1, however small it is itself.
      #expect(abs(step.alpha - step.alphaBar / before) < 2 * rounding)
      #expect(step.alpha == 1 - step.beta)
      before = step.alphaBar
    }
  }

  @Test("are refused exactly where a β between two of them rounds to 0 or 1")
  func refused() throws {
    var (refusals, agreements) = (0, 0)
    for last in [0.02, 0.1, 0.2, 0.3, 0.5] {
      let schedule = try NoiseSchedule.linear(to: last)
      for count in [2, 3, 5, 10, 20, 50, 100, 999, 1000] {
        let kept = (0..<count).map { 1 + Int((Double($0 * 999) / Double(count - 1) + 0.5).rounded(.down)) }
        let betas = zip(kept, [0] + kept).map { 1 - schedule.alphaBar($0) / schedule.alphaBar($1) }
        if betas.allSatisfy({ $0 > 0 && $0 < 1 }) {
          try schedule.requireRespacing(to: count)
          #expect(schedule.respaced(to: count).count == count)
          agreements += 1
        } else {
          #expect(throws: ScheduleFailure.self) { try schedule.requireRespacing(to: count) }
          refusals += 1
        }
      }
    }
    #expect(refusals > 8 && agreements > 20)
    // ᾱ_2 = ᾱ_3, although each β is above 0.
    let still = try NoiseSchedule(betas: [0.5, 1e-300, 1e-320, 0.5])
    #expect(throws: ScheduleFailure.betaOutOfRange(0, timestep: 3)) { try still.requireRespacing(to: 3) }
  }

  @Test("are all of them, to the last bit, where all are asked for", arguments: ScheduleCase.allCases)
  func all(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    #expect(schedule.steps.map(\.timestep) == Array(schedule.timesteps))
    for t in schedule.timesteps { #expect(schedule.steps[t - 1] == schedule[t]) }
    guard schedule.stepCount > 1 else { return }
    #expect(schedule.respaced(to: schedule.stepCount) == schedule.steps)
  }

  @Test("are the schedule of their own β, save for the names of the timesteps")
  func ownSchedule() throws {
    let steps = try NoiseSchedule.linear().respaced(to: 20)
    let own = try ScheduleCase.respaced.schedule().steps
    for (step, other) in zip(steps, own) {
      #expect(abs(step.beta / other.beta - 1) < 1e-11)  // 1 − ᾱ/ᾱ' has the first step's 1e−4 left of 1
      #expect(abs(step.alphaBar / other.alphaBar - 1) < 64 * rounding)
      for variance in ReverseVariance.allCases {
        #expect(abs(step.reverseVariance(variance) / other.reverseVariance(variance) - 1) < 1e-11)
      }
    }
    #expect(steps[0].posteriorVariance == 0)
    #expect(steps[0].reverseVariance(.betaTilde) == steps[1].posteriorVariance)
  }

  @Test("cannot be one, none or more than there are", arguments: [-1, 0, 1, 31, .max])
  func mistakes(count: Int) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [count] in
        _ = try NoiseSchedule.demonstration().respaced(to: count)
      }, saying: "\(count) of 30 timesteps cannot be kept")
  }
}
