// |x| < 5/8: Maclaurin's series, erf x = 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)). Its factor 2/√π = 1.128… is no Double,
//    so x itself, which is exact, is taken out: erf x = x + x ((2/√π − 1) + 2/√π (−x²/3 + x⁴/10 − x⁶/42 + …)).
//    The bracket stays below 0.13. The last term, x²⁸ / (14! · 29) at 5/8, is 8e−19.
// 5/8 ≤ |x| < 6: Taylor's series about c, the nearest multiple of 1/4, so that h = x − c is exact, |h| ≤ 1/8:
//        erf x = erf c + 2/√π e^(−c²) Σ_{n≥0} t_n,      t_n = (−1)ⁿ H_n(c) hⁿ⁺¹ / (n+1)!
//    because the n-th derivative of e^(−x²) is (−1)ⁿ H_n(x) e^(−x²) with Hermite's polynomials, for which
//    H_{n+1} = 2c H_n − 2n H_{n−1} and therefore
//        t_{n+1} = −(2ch t_n + 2n/(n+1) h² t_{n−1}) / (n+2),      t_0 = h, t_1 = −c h².
//    The table holds 1 − erf c, below 0.29, whose rounding is at most a quarter ulp of erf x;
//    erf c itself would cost half an ulp, or a second table for its tail.
// |x| ≥ 6: 1. (1 − erf 6 = 2e−17 is less than half of 2⁻⁵³.)

/// 1 − erf(c) for c = 3/4, 1, 5/4, …, 6 (MPFR; `Tests/DeterministicTests/Fixtures/constants.py` prints them).
private let complements: [Double] = [
  0.28884436634648486, 0.15729920705028513, 0.07709987174354177, 0.033894853524689274,
  0.013328328780817557, 0.004677734981047266, 0.0014627165866811518, 0.0004069520174449589,
  0.00010062192211963683, 2.209049699858544e-05, 4.302779463675122e-06, 7.430983723414128e-07,
  1.1372725656979665e-07, 1.541725790028002e-08, 1.8505741373867425e-09, 1.9661604415428876e-10,
  1.8485047721485312e-11, 1.537459794428035e-12, 1.1310313266887154e-13, 7.357847917974398e-15,
  4.232136617425738e-16, 2.1519736712498913e-17,
]

/// 2/√π, the slope of erf at 0.
@inline(__always) private var slopeAtZero: Double { 1.1283791670955126 }
/// 2/√π − 1, rounded by itself: three bits more than `slopeAtZero - 1` has.
@inline(__always) private var slopeAtZeroLessOne: Double { 0.1283791670955126 }

/// The error function, 2/√π ∫₀ˣ e^(−t²) dt; the normal distribution function is (1 + erf(x/√2)) / 2.
///
/// Special values: erf(±0) = ±0, erf(±∞) = ±1, NaN for NaN. Odd to the last bit.
///
/// Largest error on a million arguments (`make accuracy`): 1.18 ulp.
public func erf(_ x: Double) -> Double {
  let a = x.magnitude
  if a < 0.625 { return Double(signOf: x, magnitudeOf: erfNearZero(a)) }
  guard a < 6 else { return x.isNaN ? x : Double(signOf: x, magnitudeOf: 1) }
  return Double(signOf: x, magnitudeOf: 1 - complementByTable(a))
}

/// erf by Maclaurin's series, for 0 ≤ x < 5/8.
private func erfNearZero(_ x: Double) -> Double {
  let z = x * x
  // From the last term to the first: each is −z/(n+1) · (2n+1)/(2n+3) of the one before it.
  var series = 1 / 2_528_170_444_800.0  // 14! · 29
  series = -1 / 168_129_561_600.0 + z * series  // 13! · 27
  series = 1 / 11_975_040_000.0 + z * series
  series = -1 / 918_086_400.0 + z * series
  series = 1 / 76_204_800.0 + z * series
  series = -1 / 6_894_720.0 + z * series
  series = 1 / 685_440.0 + z * series
  series = -1 / 75_600.0 + z * series
  series = 1 / 9360.0 + z * series
  series = -1 / 1320.0 + z * series
  series = 1 / 216.0 + z * series
  series = -1 / 42.0 + z * series
  series = 1 / 10.0 + z * series
  series = -1 / 3.0 + z * series
  return x + x * (slopeAtZeroLessOne + slopeAtZero * (z * series))
}

/// The complement 1 − erf x by Taylor's series about the nearest multiple of 1/4, for 5/8 ≤ x < 6.
func complementByTable(_ x: Double) -> Double {
  let quarter = Int(4 * x + 0.5)
  let c = Double(quarter) * 0.25
  let h = x - c
  let twoCH = 2 * c * h
  let twoHH = 2 * h * h
  var (before, last) = (h, -c * h * h)
  var sum = before + last
  for n in 1...termsBeyondSecond {
    let n = Double(n)
    let next = -(twoCH * last + twoHH * (n / (n + 1)) * before) / (n + 2)
    sum += next
    (before, last) = (last, next)
  }
  return complements[quarter - 3] - slopeAtZero * exp(-c * c) * sum
}

/// The terms t_2 … t_13 are summed: t_14 is 0.002 ulp of the result at c = 3/4, h = 1/8, where it is largest.
@inline(__always) private var termsBeyondSecond: Int { 12 }
