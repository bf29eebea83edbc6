import Deterministic
import Testing

/// What each function does where it has no ordinary value, or an exact one.
struct SpecialValueTests {
  typealias Case = (function: Function, argument: Double, value: Double)

  static let exact: [Case] = [
    (.exp, 0, 1), (.exp, -0.0, 1), (.exp, .infinity, .infinity), (.exp, -.infinity, 0),
    (.exp, 0x1p-1074, 1), (.exp, -1e-20, 1), (.exp, 1000, .infinity), (.exp, -1000, 0),
    (.exp, 709.782712893384, 0x1.fffffffffff2ap1023),  // the last finite one
    (.exp, (709.782712893384).nextUp, .infinity),
    (.exp, -708.3964185322641, 0x1.000000000007cp-1022),  // the last normal one
    (.exp, -745.1332191019411, 0x1p-1074), (.exp, -745.1332191019412, 0),
    (.log, 1, 0), (.log, 0, -.infinity), (.log, -0.0, -.infinity), (.log, .infinity, .infinity),
    (.log, 0x1p-1074, -744.4400719213812), (.log, .leastNormalMagnitude, -708.3964185322641),
    (.log, .greatestFiniteMagnitude, 709.782712893384), (.log, (1.0).nextUp, 0x1.fffffffffffffp-53),
    (.log, (1.0).nextDown, -0x1.0p-53), (.log, .pi, 1.1447298858494002),
    (.sin, 0, 0), (.sin, -0.0, -0.0), (.sin, 0x1p-1074, 0x1p-1074), (.sin, 1e-20, 1e-20),
    (.sin, .pi, 0x1.1a62633145c07p-53), (.sin, .pi / 2, 1), (.sin, 0x1p20, 0.3304931400217347),
    (.cos, 0, 1), (.cos, -0.0, 1), (.cos, .pi, -1), (.cos, .pi / 2, 0x1.1a62633145c07p-54),
    (.cos, 0x1p20, 0.943808393901312),
    // Of all Doubles up to 2²⁰ the closest to an even and to an odd multiple of π/2, found by trying every multiple.
    (.sin, 91.106186954104, -0x1.6d61b58c99c43p-60), (.cos, 45.553093477052, -0x1.6d61b58c99c43p-61),
    (.tanh, 0, 0), (.tanh, -0.0, -0.0), (.tanh, .infinity, 1), (.tanh, -.infinity, -1),
    (.tanh, 0x1p-1074, 0x1p-1074), (.tanh, 1e-20, 1e-20), (.tanh, 20, 1), (.tanh, 1e300, 1),
    (.erf, 0, 0), (.erf, -0.0, -0.0), (.erf, .infinity, 1), (.erf, -.infinity, -1),
    (.erf, 0x1p-1074, 0x1p-1074), (.erf, 6, 1), (.erf, 1e300, 1), (.erf, 1e-20, 1.1283791670955125e-20),
    (.erfcx, 0, 1), (.erfcx, -0.0, 1), (.erfcx, .infinity, 0), (.erfcx, -.infinity, .infinity),
    (.erfcx, 0x1p-1074, 1), (.erfcx, -27, .infinity), (.erfcx, -1e300, .infinity),
    (.erfcx, 0x1p1000, 0.5641895835477563 * 0x1p-1000),
  ]

  @Test("Special values come out to the last bit, the sign of zero included", arguments: exact)
  func exactValue(of example: Case) {
    let result = example.function.evaluate(example.argument)
    #expect(result.bitPattern == example.value.bitPattern, "\(result) instead of \(example.value)")
  }

  static let undefined: [(function: Function, argument: Double)] =
    Function.allCases.map { ($0, .nan) } + Function.allCases.map { ($0, -.nan) } + [
      (.log, -1), (.log, -0x1p-1074), (.log, -.infinity),
      (.sin, .infinity), (.cos, .infinity), (.sin, -.infinity), (.cos, -.infinity),
      (.sin, (0x1p20).nextUp), (.cos, (-0x1p20).nextDown), (.sin, 1e300), (.cos, -1e300),
    ]

  @Test("Where there is no answer, there is NaN", arguments: undefined)
  func notANumber(of example: (function: Function, argument: Double)) {
    #expect(example.function.evaluate(example.argument).isNaN)
  }

  @Test("Where the result is too small or too large for a Double, neither a trap nor NaN follows")
  func extremes() {
    for function in Function.allCases {
      for exponent in -1074...1023 {
        for sign in [-1.0, 1.0] {
          let x = sign * 1.9999 * Double(sign: .plus, exponent: exponent, significand: 1)
          let result = function.evaluate(x)
          let outside =
            (function == .log && x < 0) || ([.sin, .cos].contains(function) && x.magnitude > 0x1p20)
          #expect(result.isNaN == outside, "\(function)(\(x)) = \(result)")
        }
      }
    }
  }
}
