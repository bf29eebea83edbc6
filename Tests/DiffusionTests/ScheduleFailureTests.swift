import Diffusion
import Testing

@Suite("A list of numbers that is no schedule")
struct ScheduleFailureTests {
  static let wrong: [(beta: Double, name: String)] = [
    (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-0.01, "-0.01"), (1.5, "1.5"), (.nan, "nan"), (.infinity, "inf"),
    (-.infinity, "-inf"),
  ]

  @Test("is refused by the name of its β and its timestep, wherever it stands", arguments: wrong, [1, 2, 5])
  func betaOutOfRange(wrong: (beta: Double, name: String), timestep: Int) {
    var betas = [Double](repeating: 0.01, count: 5)
    betas[timestep - 1] = wrong.beta
    let failure = #expect(throws: ScheduleFailure.self) { try NoiseSchedule(betas: betas) }
    let expected = "every β in (0, 1), but β at timestep \(timestep) is \(wrong.name)"
    #expect(failure?.description.hasSuffix(expected) == true)
    guard case .betaOutOfRange(let beta, let t) = failure else {
      Issue.record("refused for another reason: \(String(describing: failure))")
      return
    }
    #expect(beta.bitPattern == wrong.beta.bitPattern)
    #expect(t == timestep)
  }

  @Test("has the first of its mistakes named")
  func firstMistake() {
    #expect(throws: ScheduleFailure.betaOutOfRange(2, timestep: 2)) { try NoiseSchedule(betas: [0.1, 2, 0]) }
  }

  @Test("is refused where it is empty")
  func empty() {
    #expect(throws: ScheduleFailure.noTimesteps(0)) { try NoiseSchedule(betas: []) }
    #expect(ScheduleFailure.noTimesteps(0).description == "a noise schedule needs 1 timestep or more, not 0")
  }

  @Test("is refused where fewer steps than one are asked for", arguments: [0, -1, -1000])
  func noSteps(stepCount: Int) {
    let expected = ScheduleFailure.noTimesteps(stepCount)
    #expect(throws: expected) { try NoiseSchedule.linear(stepCount: stepCount) }
    #expect(throws: expected) { try NoiseSchedule.cosine(stepCount: stepCount) }
    #expect(throws: expected) { try NoiseSchedule.demonstration(stepCount: stepCount) }
    #expect(expected.description.hasSuffix("not \(stepCount)"))
  }

  @Test("comes of wrong ends, a wrong offset and a wrong multiplier too")
  func ofTheLiterature() {
    #expect(throws: ScheduleFailure.betaOutOfRange(0, timestep: 1)) { try NoiseSchedule.linear(from: 0) }
    #expect(throws: ScheduleFailure.betaOutOfRange(1, timestep: 2)) {
      try NoiseSchedule.linear(to: 1, stepCount: 2)
    }
    #expect(throws: ScheduleFailure.self) { try NoiseSchedule.linear(from: .nan) }
    #expect(throws: ScheduleFailure.self) { try NoiseSchedule.linear(to: .infinity) }
    #expect(throws: ScheduleFailure.self) { try NoiseSchedule.cosine(offset: .nan) }
    #expect(throws: ScheduleFailure.betaOutOfRange(0, timestep: 1)) {
      try NoiseSchedule.demonstration(multiplier: 0)
    }
    #expect(throws: ScheduleFailure.self) { try NoiseSchedule.demonstration(multiplier: -1) }
    #expect(throws: ScheduleFailure.self) { try NoiseSchedule.demonstration(multiplier: .nan) }
    // 1 − e^(−x) rounds to 1: the step leaves nothing.
    #expect(throws: ScheduleFailure.betaOutOfRange(1, timestep: 3)) {
      try NoiseSchedule.demonstration(stepCount: 3, multiplier: 100)
    }
  }

  @Test("is refused where its ᾱ is 0 or 1 in double precision")
  func alphaBarNotRepresentable() {
    // 1 − 2⁻⁵⁵ rounds to 1; 10⁻³⁰⁰ · 10⁻³⁰ to 0.
    let tooSmall = [0x1p-55, 0.5]
    let tooLarge = [Double](repeating: 0.999, count: 200)
    #expect(throws: ScheduleFailure.alphaBarNotRepresentable(timestep: 1)) {
      try NoiseSchedule(betas: tooSmall)
    }
    let failure = #expect(throws: ScheduleFailure.self) { try NoiseSchedule(betas: tooLarge) }
    // The smallest Double is 4.9e−324: 0.001¹⁰⁷ is one, 0.001¹⁰⁸ is not.
    #expect(failure == .alphaBarNotRepresentable(timestep: 108))
    #expect(failure?.description == "ᾱ at timestep 108 rounds to 0 or 1 in double precision")
    #expect(throws: Never.self) { try NoiseSchedule(betas: Array(tooLarge.prefix(107))) }
    #expect(throws: Never.self) { try NoiseSchedule(betas: tooSmall.reversed()) }
  }
}
