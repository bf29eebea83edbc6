import Deterministic
import Testing

/// The same bits on every machine: hashes of results, computed once and never to change.
///
/// A change that is meant (a more accurate formula) changes every committed file of the book, too.
struct GoldenTests {
  /// FNV-1a, 64 bits, over the bytes of the results' bit patterns, lowest byte first.
  static func hash(_ values: some Sequence<Double>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in values {
      for byte in 0..<8 {
        hash = (hash ^ (value.bitPattern >> UInt64(8 * byte) & 0xFF)) &* 0x0000_0100_0000_01B3
      }
    }
    return hash
  }

  /// 20,000 arguments in a range: multiples of the golden ratio modulo 1, so that they need no generator.
  static func arguments(_ low: Double, _ high: Double) -> [Double] {
    (0..<20_000).map { index in
      let fraction = Double((UInt64(index) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
      return low + (high - low) * fraction
    }
  }

  static let functions: [(function: Function, low: Double, high: Double, hash: UInt64)] = [
    (.exp, -750, 715, 0x1729_8C6D_D792_1D11),
    (.exp, -1, 1, 0xAFC2_02DE_B144_A145),
    (.log, 0, 4, 0x1E93_BBE5_0601_4462),
    (.log, 0, 0x1p1023, 0x7BAC_D421_3775_7FB3),
    (.sin, -7, 7, 0x53A6_833A_7951_E62B),
    (.sin, -0x1p20, 0x1p20, 0x0644_FB66_736A_4EDD),
    (.cos, -7, 7, 0x2FB9_8E29_7D8D_5EE3),
    (.cos, -0x1p20, 0x1p20, 0x16CB_881B_0F34_FB22),
    (.tanh, -3, 3, 0x8238_A449_2DC7_B525),
    (.erf, -6.5, 6.5, 0xFAD4_C819_C4B1_39E4),
    (.erfcx, -27, 60, 0x1D02_3DC5_F2C4_7421),
  ]

  @Test("Functions give the bits they always gave", arguments: functions)
  func functionBits(of golden: (function: Function, low: Double, high: Double, hash: UInt64)) {
    let results = Self.arguments(golden.low, golden.high).map(golden.function.evaluate)
    #expect(Self.hash(results) == golden.hash, "now 0x\(String(Self.hash(results), radix: 16))")
  }

  @Test("The logarithmic masses of intervals are the ones they always were")
  func massBits() {
    let masses = zip(Self.arguments(-50, 50), Self.arguments(-5, 5)).map { low, width in
      logMassOfNormal(from: low, to: low + width * width)
    }
    #expect(Self.hash(masses) == 0x2719_B378_3EC0_3944, "now 0x\(String(Self.hash(masses), radix: 16))")
  }

  @Test("Random numbers are the ones they always were")
  func randomBits() {
    let random = RandomNumbers(seed: 0x0123_4567_89AB_CDEF)
    let normals = random[.jump].normals(step: 500, sample: 17, count: 20_001)
    let uniforms = (0..<20_000).map { random[.data].uniform(step: 3, sample: 1 << 31, element: 7 * $0) }
    let indices = (0..<20_000).map {
      Double(random[.drawing].index(below: 1000, step: $0, sample: 5, element: 1))
    }
    #expect(Self.hash(normals) == 0x17DF_B226_B391_FE61, "now 0x\(String(Self.hash(normals), radix: 16))")
    #expect(Self.hash(uniforms) == 0x344E_2235_E071_BE63, "now 0x\(String(Self.hash(uniforms), radix: 16))")
    #expect(Self.hash(indices) == 0x5018_36A5_6BF8_4D6B, "now 0x\(String(Self.hash(indices), radix: 16))")
  }
}
