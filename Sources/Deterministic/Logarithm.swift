// 1. Reduce: x = 2ᵏ m with √½ ≤ m < √2, read off the bits. log x = k ln 2 + log m, and k = 0 around 1, where
//    the result is small and nothing may cancel.
// 2. Expand: with f = m − 1 (exact) and s = f / (2 + f) we have m = (1 + s) / (1 − s), hence
//        log m = 2 artanh s = 2s + 2s³/3 + 2s⁵/5 + …          |s| ≤ 0.1716, s² ≤ 0.0295
//    a series that converges quickly but whose first term, 2s, is already rounded. So 2s is written out:
//        2s = f − s f,   s f = f²/2 − s f²/2                    (both follow from s (2 + f) = f)
//        log m = f − f²/2 + s (f²/2 + 2s²/3 + 2s⁴/5 + …)
//    Now f and f²/2 are known exactly (the square as head + tail), and the rounded s enters only
//    in a term below 0.02. The last term kept, 2s²³/23, is 2e−19, a two-hundredth of an ulp.
// 3. Add: k ln 2 (first part, exact), f and f²/2 as sums with their errors; the rest is the tail.

/// The bits of √½ rounded down: the smallest reduced m.
@inline(__always) private var rootHalfBits: UInt64 { 0x3FE6_A09E_667F_3BCC }

/// The natural logarithm, ln x.
///
/// Special values: log(±0) = −∞, log(1) = +0, log(∞) = ∞, NaN for negative numbers and NaN. Subnormal
/// arguments are as good as others.
///
/// Largest error on a million arguments (`make accuracy`): 0.67 ulp.
public func log(_ x: Double) -> Double {
  var bits = x.bitPattern
  var exponent: Int32 = 0
  // One comparison finds everything unusual: positive normal numbers have bits from 2⁵² to below ∞'s.
  if bits &- 0x0010_0000_0000_0000 >= 0x7FE0_0000_0000_0000 {
    if x == 0 { return -.infinity }
    guard x > 0 else { return .nan }  // NaN too
    guard x < .infinity else { return x }
    bits = (x * 0x1p54).bitPattern  // a subnormal: make it normal, exactly
    exponent = -54
  }
  // The distance from √½, cut to its exponent field, counts the octaves between √½ and x.
  let octaves = (bits &- rootHalfBits) & 0xFFF0_0000_0000_0000
  let m = Double(bitPattern: bits &- octaves)
  exponent &+= Int32(truncatingIfNeeded: Int64(bitPattern: octaves) >> 52)
  let k = Double(exponent)

  let f = m - 1
  let s = f / (2 + f)
  let z = s * s
  let z2 = z * z
  let z4 = z2 * z2
  let low = (2 / 3.0 + z * (2 / 5.0)) + z2 * (2 / 7.0 + z * (2 / 9.0))
  let middle = (2 / 11.0 + z * (2 / 13.0)) + z2 * (2 / 15.0 + z * (2 / 17.0))
  let high = (2 / 19.0 + z * (2 / 21.0)) + z2 * (2 / 23.0)
  let series = z * (low + z4 * (middle + z4 * high))

  let square = splitSquare(f)
  let (head, headError) = exactSum(f, -0.5 * square.head)
  let tail = (headError - 0.5 * square.tail) + s * (0.5 * (square.head + square.tail) + series)
  let (sum, sumError) = exactSum(k * logOfTwoHead, head)
  return sum + (sumError + (tail + k * logOfTwoTail))
}
