import Formats
import Foundation
import TestSupport
import Testing

/// Numbers as people print them.
@Suite("DecimalText")
struct DecimalTextTests {
  @Test(
    "rounds to places after the point, half away from zero on the shortest digits",
    arguments: [
      (0.79599, 3, "0.796"), (9.996, 2, "10.00"), (0, 3, "0.000"), (-0.0, 1, "0.0"), (-0.004, 2, "0.00"),
      (-0.005, 2, "-0.01"), (0.9999, 3, "1.000"), (0.9999, 4, "0.9999"), (0.9999, 5, "0.99990"),
      (99.99, 1, "100.0"), (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "-3"), (0.4999, 0, "0"),
      // 1.005 is below and 2.675 is below its decimal digits in binary; what people see is the digits.
      (1.005, 2, "1.01"), (2.675, 2, "2.68"), (0.05, 0, "0"), (0.05, 1, "0.1"), (0.049, 1, "0.0"),
      (1e21, 0, "1000000000000000000000"), (1e21, 2, "1000000000000000000000.00"), (123_456, 1, "123456.0"),
      (.leastNonzeroMagnitude, 3, "0.000"), (1e-5, 4, "0.0000"), (9.5e-5, 4, "0.0001"), (260, 0, "260"),
    ] as [(Double, Int, String)])
  func places(value: Double, places: Int, text: String) {
    #expect(DecimalText(value).text(places: places) == text)
    #expect(value.text(places: places) == text)
  }

  @Test(
    "rounds to significant digits, plain where people read plain numbers",
    arguments: [
      (0.79599, 3, "0.796"), (4.0358e-5, 3, "4.04e-5"), (0, 3, "0"), (-0.0, 3, "0"), (1, 6, "1"),
      (0.1, 12, "0.1"), (0.0001, 3, "0.0001"), (0.00009, 3, "9.00e-5"), (9_999_999, 7, "9999999"),
      (9_999_999, 6, "1.00000e7"), (1e21, 1, "1e21"), (1e21, 3, "1.00e21"),
      (.leastNonzeroMagnitude, 1, "5e-324"),
      (-4.0358e-5, 2, "-4.0e-5"), (0.9999, 3, "1"), (9.996e-5, 3, "0.0001"), (0.6030, 3, "0.603"),
      (1234567, 3, "1230000"), (1.7976931348623157e308, 3, "1.80e308"), (2.5, 1, "3"), (25, 1, "30"),
    ] as [(Double, Int, String)])
  func significant(value: Double, count: Int, text: String) {
    #expect(DecimalText(value).text(significant: count) == text)
    #expect(value.text(count) == text)
  }

  @Test(
    "writes a number as precisely as a printed one",
    arguments: [
      (0.795989949685, "0.796", "0.796"), (4.0358e-5, "4.04e-5", "4.04e-5"),
      (4.0358e-5, "4.04E-05", "4.04e-5"),
      (0.602951597, "0.6030", "0.6030"), (260, "260", "260"), (260.5, "260", "261"),
      (70.7106, "70.7", "70.7"),
      (0, "4.04e-5", "0.00e0"), (9.9951e-5, "4.04e-5", "1.00e-4"), (-0.7321, "-0.732", "-0.732"),
      (0.5, "0.", "1"),
    ] as [(Double, String, String)])
  func precision(value: Double, printed: String, text: String) {
    #expect(DecimalText(value).text(asPreciseAs: printed) == text)
  }

  // The C library rounds the exact binary value, half to even. Rounding the shortest digits gives the same, unless
  // these digits end with a 5 just behind the last place kept: any other number that lies between the digits and the
  // value would itself be a shorter text for the value. Up to 15 digits are compared: every normal number has them.
  @Test("agrees with printf on 10,000 random numbers, halves of the shortest digits aside")
  func likePrintf() {
    var generator = SplitMix64(state: 7)
    var halves = 0
    for trial in 0..<10_000 {
      let value = number(trial, &generator)
      let places = Int.random(in: 0...8, using: &generator)
      let plain = String(format: "%.\(places)f", value)
      // printf keeps the sign of what it rounds to zero.
      let expected = plain.contains { ("1"..."9").contains($0) } ? plain : String(plain.drop { $0 == "-" })
      let text = DecimalText(value).text(places: places)
      if abs(value) < 1e6, text != expected {
        let longer = String(format: "%.\(places + 1)f", value)
        #expect(longer.last == "5" && Double(longer) == value, "\(value) to \(places) places: \(text)")
        halves += 1
      }

      let count = Int.random(in: 1...12, using: &generator)
      let scientific = DecimalText(value).scientific(significant: count)
      if scientific != printed(value, significant: count) {
        let longer = printed(value, significant: count + 1)
        let digits = longer.prefix { $0 != "e" }
        #expect(digits.last == "5" && Double(longer) == value, "\(value) to \(count) digits: \(scientific)")
        halves += 1
      }
    }
    #expect((1...2000).contains(halves), "\(halves) halves")
  }

  @Test("reads back as the same number when it has 17 digits")
  func readsBack() {
    var generator = SplitMix64(state: 8)
    for trial in 0..<10_000 {
      let value = number(trial, &generator)
      #expect(Double(DecimalText(value).text(significant: 17)) == value)
    }
  }

  @Test("stops at what has no digits")
  func notFinite() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = DecimalText(.nan)
    }
    let error = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(error.contains("nan has no decimal digits"))
  }

  /// Numbers of every kind: of everyday size, with few digits, and any normal bits.
  private func number(_ trial: Int, _ generator: inout SplitMix64) -> Double {
    switch trial % 3 {
    case 0: Double.random(in: -1000...1000, using: &generator)
    case 1: Double(Int.random(in: -100_000...100_000, using: &generator)) / 1000
    default: normalBits(&generator)
    }
  }

  private func normalBits(_ generator: inout SplitMix64) -> Double {
    while true {
      let value = Double(bitPattern: generator.next())
      if value.isNormal { return value }
    }
  }

  /// The C library's scientific notation, with the exponent as short as ours.
  private func printed(_ value: Double, significant count: Int) -> String {
    let parts = String(format: "%.\(count - 1)e", value).split(separator: "e")
    return "\(value == 0 ? parts[0].drop { $0 == "-" } : parts[0])e\(Int(parts[1]) ?? 0)"
  }
}
