import Deterministic
import Diffusion
import Testing

@Suite("A noise schedule")
struct NoiseScheduleTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let t: Int
    let linearBeta, linearAlphaBar, root, rootOfRest: PrintedNumber
    let cosineBeta, cosineAlphaBar: PrintedNumber
    var testDescription: String { "t = \(t)" }
  }

  /// T = 1000, double precision: β_t, ᾱ_t, √ᾱ_t, √(1−ᾱ_t) of the linear schedule, β_t, ᾱ_t of the cosine one.
  ///
  /// From numpy's `linspace`, `cos` and `cumprod`. What is exact in decimals is written out to twelve of them.
  static let table = [
    Row(
      t: 1, linearBeta: "0.000100000000", linearAlphaBar: "0.999900000000", root: "0.999949998750",
      rootOfRest: "0.010000000000", cosineBeta: "4.12842248e-5", cosineAlphaBar: "0.999958715775"),
    Row(
      t: 2, linearBeta: "0.000119919920", linearAlphaBar: "0.999780092072", root: "0.999890039990",
      rootOfRest: "0.014829292900", cosineBeta: "4.61417527e-5", cosineAlphaBar: "0.999912575927"),
    Row(
      t: 10, linearBeta: "0.000279279279", linearAlphaBar: "0.998105204786", root: "0.999052153186",
      rootOfRest: "0.043529245504", cosineBeta: "8.50111793e-5", cosineAlphaBar: "0.999368718402"),
    Row(
      t: 100, linearBeta: "0.002072072072", linearAlphaBar: "0.897018145675", root: "0.947110418945",
      rootOfRest: "0.320907859556", cosineBeta: "0.000526904809", cosineAlphaBar: "0.972092737114"),
    Row(
      t: 250, linearBeta: "0.005060060060", linearAlphaBar: "0.524085373825", root: "0.723937410157",
      rootOfRest: "0.689865658063", cosineBeta: "0.00132149664", cosineAlphaBar: "0.847012161327"),
    Row(
      t: 500, linearBeta: "0.010040040040", linearAlphaBar: "0.078587242882", root: "0.280334162887",
      rootOfRest: "0.959902472712", cosineBeta: "0.00314588623", cosineAlphaBar: "0.493843590441"),
    Row(
      t: 750, linearBeta: "0.015020020020", linearAlphaBar: "0.003350550439", root: "0.057883939387",
      rootOfRest: "0.998323319151", cosineBeta: "0.00754570774", cosineAlphaBar: "0.144272102386"),
    Row(
      t: 1000, linearBeta: "0.020000000000", linearAlphaBar: "0.0000403582976538", root: "0.00635281808757",
      rootOfRest: "0.999979820648", cosineBeta: "0.999000000000", cosineAlphaBar: "2.42876690703e-9"),
  ]

  @Test(
    "has the reference values to every printed digit, and has them at no neighboring timestep",
    arguments: table)
  func referenceTable(row: Row) throws {
    let linear = try NoiseSchedule.linear()
    let cosine = try NoiseSchedule.cosine()
    let marginal = linear[row.t].marginal(of: 1.0)
    #expect(row.linearBeta.matches(linear.beta(row.t)))
    #expect(row.linearAlphaBar.matches(linear.alphaBar(row.t)))
    #expect(row.root.matches(marginal.mean))
    #expect(row.rootOfRest.matches(marginal.standardDeviation))
    #expect(row.cosineBeta.matches(cosine.beta(row.t)))
    #expect(row.cosineAlphaBar.matches(cosine.alphaBar(row.t)))
    for neighbor in [row.t - 1, row.t + 1] where linear.timesteps.contains(neighbor) {
      #expect(!row.linearBeta.matches(linear.beta(neighbor)))
      #expect(!row.linearAlphaBar.matches(linear.alphaBar(neighbor)))
      #expect(!row.cosineBeta.matches(cosine.beta(neighbor)))
      #expect(!row.cosineAlphaBar.matches(cosine.alphaBar(neighbor)))
    }
  }

  @Test("called linear keeps half of the variance up to t = 259")
  func halfOfTheVariance() throws {
    let schedule = try NoiseSchedule.linear()
    #expect(schedule.timesteps.first { schedule.alphaBar($0) < 0.5 } == 260)
    #expect(PrintedNumber("0.500244729").matches(schedule.alphaBar(259)))
    #expect(PrintedNumber("0.497613812").matches(schedule.alphaBar(260)))
  }

  @Test("with the β of 1000 steps in fewer leaves much of x_0 at the end")
  func fewerSteps() throws {
    #expect(PrintedNumber("0.1322").matches(try NoiseSchedule.linear(stepCount: 200).alphaBar(200)))
    #expect(PrintedNumber("0.6030").matches(try NoiseSchedule.linear(stepCount: 50).alphaBar(50)))
  }

  @Test("of the demonstration destroys by m · T alone, and by 30 steps all that the linear 1000 do")
  func demonstrationEnds() throws {
    let thirty = try NoiseSchedule.demonstration()
    let violent = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5)
    let graceful = try NoiseSchedule.demonstration(stepCount: 50, multiplier: 0.3)
    #expect(thirty.stepCount == 30)
    #expect(PrintedNumber("4.04e-5").matches(thirty.alphaBar(30)))
    // The constant has 14 digits; ᾱ to a relative 1e−12 is what they give.
    let linearEnd = try NoiseSchedule.linear().alphaBar(1000)
    #expect(abs(thirty.alphaBar(30) / linearEnd - 1) < 1e-12)
    #expect(PrintedNumber("0.0063528").matches(violent.alphaBar(10)))
    #expect(PrintedNumber("0.0063528").matches(graceful.alphaBar(50)))
    #expect(abs(violent.alphaBar(10) / graceful.alphaBar(50) - 1) < 1e-12)
  }

  @Test(
    "of the demonstration has −ln ᾱ_t = m c T/30 · (t/T)²",
    arguments: [(30, 1.0), (10, 1.5), (50, 0.3), (1, 2)])
  func demonstrationIsQuadratic(stepCount: Int, multiplier: Double) throws {
    let schedule = try NoiseSchedule.demonstration(stepCount: stepCount, multiplier: multiplier)
    for t in schedule.timesteps {
      let share = Double(t) / Double(stepCount)
      let expected = multiplier * 10.117713542413 * Double(stepCount) / 30 * share * share
      // Each of t roundings moves ln ᾱ by 2⁻⁵³ or so.
      #expect(abs(-log(schedule.alphaBar(t)) - expected) < 4 * Double(t) * rounding)
    }
  }

  @Test("called linear goes in equal steps from its first β to its last")
  func linearEnds() throws {
    let schedule = try NoiseSchedule.linear(from: 0.3, to: 0.1, stepCount: 5)
    for (t, beta) in zip(1...5, [0.3, 0.25, 0.2, 0.15, 0.1]) {
      #expect(abs(schedule.beta(t) - beta) < 4 * rounding)
    }
    #expect(schedule.stepCount == 5)
    #expect(schedule.timesteps == 1...5)
    #expect(try NoiseSchedule.linear(from: 0.3, to: 0.1, stepCount: 1).beta(1) == 0.3)
  }

  @Test("called cosine has the cosine's ᾱ until β reaches 0.999", arguments: [10, 100, 1000])
  func cosineAlphaBar(stepCount: Int) throws {
    let schedule = try NoiseSchedule.cosine(stepCount: stepCount)
    func curve(_ t: Int) -> Double {
      let c = cos((Double(t) / Double(stepCount) + 0.008) / 1.008 * (Double.pi / 2))
      return c * c
    }
    for t in schedule.timesteps.dropLast() {
      #expect(abs(schedule.alphaBar(t) - curve(t) / curve(0)) < 4 * Double(t) * rounding)
      #expect(schedule.beta(t) < 0.999)
    }
    #expect(schedule.beta(stepCount) == 0.999)  // the curve ends at 0, where β would be 1
  }

  @Test("multiplies the α up to ᾱ, starting from 1 at t = 0", arguments: ScheduleCase.allCases)
  func products(of schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    #expect(schedule.alphaBar(0) == 1)
    var logarithm = 0.0
    for t in schedule.timesteps {
      let step = schedule[t]
      #expect(step.timestep == t)
      #expect(step.beta == schedule.beta(t))
      #expect(step.alpha == 1 - step.beta)
      #expect(step.alphaBar == schedule.alphaBar(t))
      #expect(step.previousAlphaBar == schedule.alphaBar(t - 1))
      #expect(step.alphaBar == step.previousAlphaBar * step.alpha)
      // The same product by another way: the sum of logarithms.
      logarithm += log(1 - schedule.beta(t))
      #expect(abs(exp(logarithm) / schedule.alphaBar(t) - 1) < 8 * Double(t) * rounding)
    }
  }

  @Test("keeps any β in (0, 1), in their order")
  func anyBetas() throws {
    let betas = [0.5, 1e-12, 0.999, 0.2]
    let schedule = try NoiseSchedule(betas: betas)
    #expect(schedule.timesteps.map(schedule.beta) == betas)
    #expect(try NoiseSchedule(betas: betas) == schedule)
    #expect(try NoiseSchedule(betas: betas.reversed()) != schedule)
  }
}
