import Formats
import Foundation
import Notebook
import Testing

/// The numbers that the chapters check themselves by, and the tables that they write.
@Suite("The committed numbers")
struct ChecksTests {
  private func checks(_ chapter: Int) throws -> CSV {
    try CSV.read("\(repository)/data/chapter\(chapter)/checks.csv")
  }

  @Test("are five or more in every chapter, with its claims", arguments: chapters)
  func count(chapter: Int) throws {
    let record = try Record.read("\(repository)/data/chapter\(chapter)/record.csv")
    #expect(record.entries.count { $0.text.hasPrefix("✓ ") } >= 5)
  }

  @Test("agree with the printed ones, rounded as these are", arguments: chapters)
  func round(chapter: Int) throws {
    let table = try checks(chapter)
    #expect(table.columns == ["check", "printed", "computed", "holds"])
    #expect(try table.column("holds").allSatisfy { $0 == "true" })
    #expect(Set(try table.column("check")).count == table.rows.count)
    for (row, computed) in zip(table.rows, try table.numbers(in: "computed")) {
      #expect(rounded(computed, as: row[1]) == row[1], "\(row[0])")
    }
  }

  // Worked examples 1 to 4, and what the chapters say about other numbers in wide use.
  @Test(
    "contain the worked examples",
    arguments: [
      (1, ["0.995", "0.796", "0.1", "0.01", "260", "0.500244729", "0.497613812", "0.0786", "0.897"]),
      (1, ["4.04e-5", "0.1322", "0.6030"]),
      (2, ["0.707", "70.7", "0.566", "0.212", "0.778", "4.04e-5", "0.0063528"]),
      (
        3,
        ["0.711", "0.00711", "0.0142", "0.4925", "0.985", "0.0114", "0.591", "0.602", "0.0099", "5.4532e-5"]
      ),
      (4, ["0.0025", "2.9113e-5", "0.4864"]),
    ])
  func worked(chapter: Int, numbers: [String]) throws {
    let printed = try checks(chapter).column("printed")
    for number in numbers { #expect(printed.contains(number), "\(number)") }
  }

  // √0.99 · 0.8, √0.01, 100 √0.5, √0.5 · 1.1, √0.505 · 0.02, √0.99 · 0.99, their 0.8 and 0.6 shares, 0.99 · 0.01: from
  // a calculator of 20 digits.
  @Test(
    "are what the formulas give",
    arguments: [
      (1, "mean of x_t", 0.795989949685296), (1, "standard deviation of x_t", 0.1),
      (2, "the same in per cent", 70.71067811865476), (2, "x_t", 0.7778174593052023),
      (3, "coefficient of x_0", 0.014212670403551895), (3, "coefficient of x_t", 0.9850375627355538),
      (3, "mean μ̃_t", 0.6023926739641738), (3, "variance β̃_t", 0.0099),
    ] as [(Int, String, Double)])
  func exact(chapter: Int, check: String, value: Double) throws {
    let table = try checks(chapter)
    let row = try #require(try table.column("check").firstIndex(of: check))
    let computed = try table.numbers(in: "computed")[row]
    #expect(abs(computed - value) <= 4 * value.ulp)
  }

  /// A row of the project's reference table for T = 1000, as printed there.
  struct Moment: CustomTestStringConvertible {
    let t: Int
    let beta, alphaBar, sqrtAlphaBar, sqrtOneMinusAlphaBar, cosineBeta, cosineAlphaBar: String
    var testDescription: String { "t = \(t)" }

    init(_ t: Int, _ numbers: String...) {
      self.t = t
      (beta, alphaBar, sqrtAlphaBar) = (numbers[0], numbers[1], numbers[2])
      (sqrtOneMinusAlphaBar, cosineBeta, cosineAlphaBar) = (numbers[3], numbers[4], numbers[5])
    }
  }

  @Test(
    "of schedule.csv and cosine.csv are those of the reference table, to all its digits",
    arguments: [
      Moment(1, "0.0001", "0.9999", "0.999949998750", "0.01", "4.12842248e-5", "0.999958715775"),
      Moment(
        2, "0.000119919920", "0.999780092072", "0.999890039990", "0.014829292900", "4.61417527e-5",
        "0.999912575927"),
      Moment(
        10, "0.000279279279", "0.998105204786", "0.999052153186", "0.043529245504", "8.50111793e-5",
        "0.999368718402"),
      Moment(
        100, "0.002072072072", "0.897018145675", "0.947110418945", "0.320907859556", "0.000526904809",
        "0.972092737114"),
      Moment(
        250, "0.005060060060", "0.524085373825", "0.723937410157", "0.689865658063", "0.00132149664",
        "0.847012161327"),
      Moment(
        500, "0.010040040040", "0.078587242882", "0.280334162887", "0.959902472712", "0.00314588623",
        "0.493843590441"),
      Moment(
        750, "0.015020020020", "0.003350550439", "0.057883939387", "0.998323319151", "0.00754570774",
        "0.144272102386"),
      Moment(
        1000, "0.02", "0.0000403582976538", "0.00635281808757", "0.999979820648", "0.999", "2.42876690703e-9"),
    ])
  func schedules(moment: Moment) throws {
    let linear = try CSV.read("\(repository)/data/chapter1/schedule.csv")
    let cosine = try CSV.read("\(repository)/data/chapter1/cosine.csv")
    #expect(linear.rows.count == 1000)
    #expect(linear.rows[moment.t - 1][0] == "\(moment.t)")
    for (table, column, printed) in [
      (linear, "beta", moment.beta), (linear, "alpha_bar", moment.alphaBar),
      (linear, "sqrt_alpha_bar", moment.sqrtAlphaBar),
      (linear, "sqrt_one_minus_alpha_bar", moment.sqrtOneMinusAlphaBar),
      (cosine, "beta", moment.cosineBeta), (cosine, "alpha_bar", moment.cosineAlphaBar),
    ] {
      #expect(rounded(try table.numbers(in: column)[moment.t - 1], as: printed) == printed, "\(column)")
    }
  }

  /// A number as the C library prints it with as many digits as another one, a judge independent of `DecimalText`.
  private func rounded(_ value: Double, as printed: String) -> String {
    if let e = printed.firstIndex(of: "e") {
      let parts = String(format: "%.\(printed[..<e].count - 2)e", value).split(separator: "e")
      return "\(parts[0])e\(Int(parts[1]) ?? 0)"
    }
    let places = printed.split(separator: ".").dropFirst().first?.count ?? 0
    return String(format: "%.\(places)f", value)
  }
}
