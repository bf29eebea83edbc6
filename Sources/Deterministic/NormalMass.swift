// ln(Φ(b) − Φ(a)), where the difference would round to 0 beyond |z| = 8 and has no Double beyond 38. Φ(b) − Φ(a) is
// Φ(−a) − Φ(−b), so that three cases remain.
//
// a < 0 < b: half the sum of two error functions, where nothing cancels. Above ½ the logarithm of that sum is closer
//    to 0 than its rounding allows; it is then found from the two tails q that the interval leaves out:
//        ln(1 − q) = ln u · q/(1 − u),    u = 1 − q rounded, 1 − u exact
// 0 ≤ a, δ ≥ 1, where δ = (b² − a²)/2 is what the logarithm of the density loses on the way:
//        Φ(b) − Φ(a) = ½ e^(−a²/2) (erfcx(a/√2) − e^(−δ) erfcx(b/√2))
//    and the second is at most 0.37 of the first.
// 0 ≤ a, δ < 1: with the middle m and half the width w, so that δ = 2mw, Taylor's series about m:
//        Φ(b) − Φ(a) = φ(m) · 2 (u_0 + u_2 + u_4 + …),    u_n = He_n(m) wⁿ⁺¹/(n+1)!
//    because the n-th derivative of φ is (−1)ⁿ He_n φ. He_{n+1} = m He_n − n He_{n−1} makes
//        u_{n+1} = (m w u_n − n/(n+1) w² u_{n−1})/(n+2),    u_0 = w, u_1 = m w²/2.
//    mw < ½ and w ≤ m, so that w² < ½ too: what is left out, u_26 + …, is at most 1e−19 of u_0.

/// The natural logarithm of the probability that a standard normal number lies between two others, ln(Φ(b) − Φ(a)).
///
/// As exact for an interval far out in a tail, or a very narrow one, as for one around 0. Either bound may be
/// infinite.
///
/// Special values: −∞ for a = b and where the result is below every Double (beyond |z| = 1.9e154), 0 from −∞ to
/// ∞, NaN for a > b and NaN.
///
/// Largest error on a hundred thousand intervals (`make accuracy`): 5.64 ulp.
///
/// - Parameters:
///   - a: The lower bound, in standard deviations.
///   - b: The upper bound, a or more.
public func logMassOfNormal(from a: Double, to b: Double) -> Double {
  guard a < b else { return a == b ? -.infinity : .nan }
  if a < 0, b > 0 { return logMassAroundZero(below: -a, above: b) }
  return a < 0 ? logMassAboveZero(from: -b, to: -a) : logMassAboveZero(from: a, to: b)
}

/// 1/√2: the error function measures in √2 standard deviations.
@inline(__always) private var rootHalf: Double { 0.7071067811865476 }
/// ½ ln 2π, which makes φ a density.
@inline(__always) private var halfLogOfTwoPi: Double { 0.9189385332046728 }

/// ln(Φ(above) − Φ(−below)), for two positive numbers.
private func logMassAroundZero(below: Double, above: Double) -> Double {
  let mass = 0.5 * (erf(rootHalf * below) + erf(rootHalf * above))
  if mass < 0.5 { return log(mass) }
  let leftOut = tail(below) + tail(above)
  let rounded = 1 - leftOut
  return rounded < 1 ? log(rounded) * (leftOut / (1 - rounded)) : -leftOut
}

/// 1 − Φ(z), for z ≥ 0.
private func tail(_ z: Double) -> Double {
  z < 39 ? 0.5 * exponentialOfSquare(z, times: -0.5) * erfcx(rootHalf * z) : 0
}

/// ln(Φ(b) − Φ(a)), for 0 ≤ a < b.
private func logMassAboveZero(from a: Double, to b: Double) -> Double {
  let loss = 0.5 * (b - a) * (b + a)
  guard loss < 1 else {
    return log(0.5 * (erfcx(rootHalf * a) - exp(-loss) * erfcx(rootHalf * b))) - 0.5 * a * a
  }
  let middle = 0.5 * a + 0.5 * b
  let w = 0.5 * (b - a)
  let (mw, ww) = (middle * w, w * w)
  // The series of u_n/w, which is 1 and not as narrow as the interval.
  var (before, last) = (1.0, 0.5 * mw)
  var sum = 1.0
  for pair in 0..<12 {
    let n = Double(2 * pair + 1)
    before = (mw * last - n / (n + 1) * ww * before) / (n + 2)
    sum += before
    last = (mw * before - (n + 1) / (n + 2) * ww * last) / (n + 3)
  }
  return log(b - a) + (log(sum) - halfLogOfTwoPi) - 0.5 * middle * middle
}
