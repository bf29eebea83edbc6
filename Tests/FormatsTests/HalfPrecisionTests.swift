import Formats
import TestSupport
import Testing

/// Every one of the 65,536 numbers of 16 bits, against what the formats say of sign, exponent and fraction.
@Suite("A number of 16 bits")
struct HalfPrecisionTests {
  static let patterns: [UInt16] = Array(UInt16.min...UInt16.max)

  @Test("is the Float of the same value", arguments: [("F16", 10), ("BF16", 7)])
  func exhaustive(type: String, fractionBits: Int) throws {
    let data = Self.patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let header = "{\(described("t", type, "[65536]", "[0,131072]"))}"
    let file = try Safetensors(parsing: tensorFile(header) + data, file: "s")
    let floats = try file.floats("t")
    #expect(floats.count == 65_536)
    let wrong = zip(Self.patterns, floats).filter { !isRight($1, for: $0, fractionBits: fractionBits) }
    #expect(wrong.isEmpty)
  }

  /// Whether a Float is the number whose bits are a sign, an exponent and a fraction.
  private func isRight(_ float: Float, for pattern: UInt16, fractionBits: Int) -> Bool {
    let exponentBits = 15 - fractionBits
    let highest = 1 << exponentBits - 1
    let bias = highest / 2
    let fraction = Int(pattern) & (1 << fractionBits - 1)
    let exponent = Int(pattern) >> fractionBits & highest
    let sign: FloatingPointSign = pattern >> 15 == 0 ? .plus : .minus
    guard float.sign == sign else { return false }
    if exponent == highest {
      // Of a NaN the fraction is kept, shifted to the Float's highest bits.
      return fraction == 0
        ? float.isInfinite
        : float.isNaN && Int(float.bitPattern & 0x7f_ffff) == fraction << (23 - fractionBits)
    }
    let steps = exponent == 0 ? fraction : fraction + 1 << fractionBits
    let scale = max(exponent, 1) - bias - fractionBits
    let magnitude = Double(steps) * Double(sign: .plus, exponent: scale, significand: 1)
    return Double(float.magnitude) == magnitude
  }
}
