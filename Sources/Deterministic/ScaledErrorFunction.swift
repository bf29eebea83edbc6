// 1 − erf x = e^(−x²) erfcx x: the first factor falls below every Double at x = 27, the second falls like 1/x.
//
// 0 ≤ x < 5/8: e^(x²) (1 − erf x). What is left of 1 is at least 0.37, so the subtraction costs one bit.
// 5/8 ≤ x < 2: e^(x²) times the complement that erf is made of there.
// x ≥ 2: Laplace's continued fraction, all of whose parts are positive, from the inside out:
//        √π erfcx x = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))
//    The larger x, the sooner it may be cut: what 64 parts leave out is 4e−18 of the result at x = 2, 34 parts 4e−18
//    at x = 3, 15 parts 2e−18 at x = 6.
// x < 0: 2 e^(x²) − erfcx(−x), where the first is at least twice the second.

/// The factor 1/√π.
@inline(__always) private var inverseRootOfPi: Double { 0.5641895835477563 }

/// The scaled complementary error function, e^(x²) (1 − erf x): the tail of a Gaussian without its underflow.
///
/// The tail of the normal distribution, 1 − Φ(z), is ½ e^(−z²/2) erfcx(z/√2).
///
/// Special values: erfcx(±0) = 1, erfcx(∞) = 0, erfcx(−∞) = ∞, NaN for NaN. Below −26.6 the result is ∞.
///
/// Largest error on a million arguments (`make accuracy`): 4.22 ulp.
public func erfcx(_ x: Double) -> Double {
  if x < 0 {
    return x > -27 ? 2 * exponentialOfSquare(x, times: 1) - erfcx(-x) : .infinity
  }
  if x < 0.625 { return exponentialOfSquare(x, times: 1) * (1 - erf(x)) }
  if x < 2 { return exponentialOfSquare(x, times: 1) * complementByTable(x) }
  // NaN comes here too, and stays what it is.
  var denominator = x
  var part = x < 3 ? 64 : x < 6 ? 34 : 15
  while part > 0 {
    denominator = x + 0.5 * Double(part) / denominator
    part -= 1
  }
  return inverseRootOfPi / denominator
}

/// e^(f x²) for a power of two f and x² below 2¹⁰.
///
/// The rounding of x² would be an error of x² ulps; in two parts the square is exact where it counts.
@inline(__always)
func exponentialOfSquare(_ x: Double, times factor: Double) -> Double {
  let square = splitSquare(x)
  return exp(factor * square.head) * exp(factor * square.tail)
}
