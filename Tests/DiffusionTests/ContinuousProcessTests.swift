import Deterministic
import Diffusion
import Stops
import Testing

@Suite("The forward process in continuous time")
struct ContinuousProcessTests {
  private let sde = VariancePreservingSDE()

  /// Expects a claim of the SDE of the paper, of another, and of schedules.
  private func forEach(_ claim: (any ContinuousProcess) throws -> Void) throws {
    try claim(sde)
    try claim(VariancePreservingSDE(firstBeta: 0, lastBeta: 3))
    for schedule in [ScheduleCase.linear, .cosine, .violent, .arbitrary, .one] {
      try claim(schedule.schedule())
    }
  }

  // MARK: What every process is

  @Test("has ln ᾱ = −∫ β, by quadrature")
  func integral() throws {
    try forEach { process in
      // By midpoints: exact for β that is linear or constant between them, as it is where T divides 1000.
      let count = 1000
      let width = process.endTime / Double(count)
      var sum = 0.0
      for k in 1...count {
        sum -= width * process.beta(at: (Double(k) - 0.5) * width)
        let found = process.logAlphaBar(at: Double(k) * width)
        // Of a step of the first schedules β is a difference of two logarithms.
        #expect(abs(found - sum) < 1e-12 * (1 + abs(sum)), "\(process.endTime): step \(k)")
      }
      #expect(process.logAlphaBar(at: 0) == 0)
    }
  }

  @Test("finds the time of each ln ᾱ and of each noise level")
  func inverse() throws {
    try forEach { process in
      for k in 0...200 {
        let time = process.endTime * Double(k) / 200
        // A few roundings of ln ᾱ, which at the latest times of the cosine schedule is −20 and moves by 7 a step.
        let tolerance = 1e-13 * process.endTime
        #expect(abs(process.time(logAlphaBar: process.logAlphaBar(at: time)) - time) <= tolerance)
        #expect(abs(process.time(noiseLevel: process.noiseLevel(at: time)) - time) <= tolerance)
      }
      #expect(process.time(noiseLevel: 0) == 0)
    }
  }

  @Test("has noise of variance 1 − ᾱ and of level √((1−ᾱ)/ᾱ), to all digits at the earliest times too")
  func noise() throws {
    try forEach { process in
      for k in 1...100 {
        let time = process.endTime * Double(k) / 100
        let alphaBar = process.alphaBar(at: time)
        #expect(abs(process.noiseVariance(at: time) - (1 - alphaBar)) < 4 * rounding)
        let level = ((1 - alphaBar) / alphaBar).squareRoot()
        #expect(abs(process.noiseLevel(at: time) / level - 1) < 1e-11)
      }
      for exponent in 2...15 {
        let time = process.endTime * exp(-Double(exponent) * log(10))
        let x = -process.logAlphaBar(at: time)
        guard x < 1e-4 else { continue }
        // 1 − e^−x = x − x²/2 + x³/6 − …, e^x − 1 = x + x²/2 + x³/6 + …: the next term is x⁴/120 of the first.
        let variance = x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4)))
        let square = x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4)))
        #expect(abs(process.noiseVariance(at: time) / variance - 1) < 8 * rounding)
        #expect(abs(process.noiseLevel(at: time) / square.squareRoot() - 1) < 8 * rounding)
        let found = process.time(noiseLevel: square.squareRoot())
        #expect(abs(found / time - 1) < 1e-14)
      }
    }
  }

  // MARK: The SDE

  @Test("leaves ᾱ(1) = 4.319e−5 of the paper's variance")
  func end() {
    #expect(PrintedNumber("0.00004319").matches(sde.alphaBar(at: 1)))
    #expect(PrintedNumber("152.167").matches(sde.noiseLevel(at: 1)))
    #expect(sde.endTime == 1)
    #expect((sde.beta(at: 0), sde.beta(at: 1)) == (0.1, 20))
    #expect(abs(sde.logAlphaBar(at: 1) - -10.05) < 1e-14)
  }

  @Test("in steps of 1/1000 has the linear schedule's β to 2e−4 and, at the end, 7 % more ᾱ")
  func linear() throws {
    let steps = sde.steps(through: (0...1000).map { Double($0) / 1000 })
    let schedule = try NoiseSchedule.linear()
    #expect(steps.map(\.timestep) == Array(1...1000))
    // In the middle of its step the line is at β_0 + (k − ½)/1000 · 19.9, the schedule at (k − 1)/999 of the way;
    // and 1 − e^−b is less than b by ½ b², 2e−4 at the end.
    for (step, t) in zip(steps, schedule.timesteps) {
      let place = (Double(t) - 0.5) / 1000 - (Double(t) - 1) / 999
      let expected = 0.0199 * place - schedule.beta(t) * schedule.beta(t) / 2
      #expect(abs(step.beta - schedule.beta(t) - expected) < 2e-6, "t = \(t)")
      #expect(abs(step.beta - schedule.beta(t)) < 2.1e-4)
    }
    #expect(PrintedNumber("1.0701").matches(steps[999].alphaBar / schedule.alphaBar(1000)))
  }

  // MARK: A schedule

  @Test("of a schedule is the schedule at whole timesteps and a line of ln ᾱ between them")
  func schedule() throws {
    for schedules in ScheduleCase.allCases {
      let schedule = try schedules.schedule()
      #expect(schedule.endTime == Double(schedule.stepCount))
      for t in schedule.timesteps {
        let (before, after) = (log(schedule.alphaBar(t - 1)), log(schedule.alphaBar(t)))
        #expect(schedule.logAlphaBar(at: Double(t)) == after)
        #expect(abs(schedule.alphaBar(at: Double(t)) / schedule.alphaBar(t) - 1) < 1e-14)
        #expect(abs(schedule.beta(at: Double(t)) - -log(1 - schedule.beta(t))) < 1e-14)
        for fraction in [0.25, 0.5, 0.99] {
          let time = Double(t - 1) + fraction
          let expected = before + fraction * (after - before)
          #expect(abs(schedule.logAlphaBar(at: time) - expected) < 1e-12)
          #expect(schedule.beta(at: time) == schedule.beta(at: Double(t)))
        }
      }
    }
  }

  @Test("of a schedule, in steps through 0…T, is the schedule's own steps", arguments: ScheduleCase.allCases)
  func steps(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let steps = schedule.steps(through: (0...schedule.stepCount).map(Double.init))
    #expect(steps.map(\.timestep) == Array(schedule.timesteps))
    for (found, expected) in zip(steps, schedule.steps) {
      // ln ᾱ, up to 20, is rounded, and β is made of the difference of two.
      #expect(abs(found.alphaBar / expected.alphaBar - 1) < 1e-14)
      #expect(abs(found.previousAlphaBar / expected.previousAlphaBar - 1) < 1e-14)
      #expect(abs(found.beta - expected.beta) < 1e-14)
    }
  }

  @Test("in steps that leave times out is a schedule that leaves timesteps out")
  func respaced() throws {
    let schedule = try NoiseSchedule.linear()
    let respaced = schedule.respaced(to: 50)
    let steps = schedule.steps(through: [0] + respaced.map { Double($0.timestep) })
    for (found, expected) in zip(steps, respaced) {
      #expect(abs(found.beta - expected.beta) < 1e-14)
      #expect(abs(found.alphaBar / expected.alphaBar - 1) < 1e-14)
    }
    // And so is the data's way through them: what comes in is ᾱ of the end, however many steps there are.
    let few = sde.steps(through: [0.1, 0.7, 1])
    #expect(few.count == 2)
    #expect(few[0].previousAlphaBar == sde.alphaBar(at: 0.1))
    #expect(few[1].alphaBar == sde.alphaBar(at: 1))
    #expect(abs(few[0].previousAlphaBar * few[0].alpha * few[1].alpha / few[1].alphaBar - 1) < 1e-14)
  }

  // MARK: Mistakes

  @Test("has no time before 0 or after its end", arguments: ["-1e-9", "1.0000001", "nan", "inf"])
  func times(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = VariancePreservingSDE().beta(at: Double(text) ?? .nan)
      }, saying: "a time lies between 0 and the end of the process, unlike")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = VariancePreservingSDE().logAlphaBar(at: Double(text) ?? .nan)
      }, saying: "a time lies between 0 and the end of the process, unlike")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = try NoiseSchedule(betas: [0.1]).logAlphaBar(at: Double(text) ?? .nan)
      }, saying: "a time lies between 0 and the end of the process, unlike")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = try NoiseSchedule(betas: [0.1]).beta(at: Double(text) ?? .nan)
      }, saying: "a time lies between 0 and the end of the process, unlike")
  }

  @Test("has no ln ᾱ above 0 or below that of its end", arguments: ["1e-9", "-10.0501", "nan"])
  func logAlphaBars(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = VariancePreservingSDE().time(logAlphaBar: Double(text) ?? .nan)
      }, saying: "ln ᾱ lies between 0 and its value at the end, unlike")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = try NoiseSchedule(betas: [0.1]).time(logAlphaBar: Double(text) ?? .nan)
      }, saying: "ln ᾱ lies between 0 and its value at the end, unlike")
  }

  @Test("has steps through two times or more that rise")
  func badSteps() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = VariancePreservingSDE().steps(through: [0.5])
      }, saying: "a step lies between two times; there are 1")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = VariancePreservingSDE().steps(through: [0, 0.5, 0.5])
      }, saying: "the times of steps rise; one is not above that before it, unlike 0.5")
  }

  @Test(
    "of the SDE has a β that rises from 0 or more", arguments: [["-0.1", "20"], ["1", "1"], ["0", "inf"]])
  func betas(texts: [String]) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [texts] in
        _ = VariancePreservingSDE(firstBeta: Double(texts[0]) ?? .nan, lastBeta: Double(texts[1]) ?? .nan)
      }, saying: "β(u) begins at 0 or more and rises to a finite value, unlike")
  }
}
