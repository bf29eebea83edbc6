// 1. Reduce: k = the whole number nearest to x · 2/π, r = x − k π/2, |r| ≤ π/4 and a hair. π/2 is used in four
//    parts, three of 33 bits: |x| ≤ 2²⁰ means k < 2²⁰, so that k · part is exact for those three. x − k · first
//    is exact too (within a factor of two of each other); the next two differences are kept as a sum and its
//    error. What is left out is k times the rounding of the fourth part, 2²⁰ · 2⁻¹⁵⁷: below 2⁻⁵³ of the smallest
//    r that a Double up to 2²⁰ can have (2⁻⁶⁰·⁵, by trying all k). The result is r = head + tail.
// 2. Expand, in Taylor's series of the head, with one more term for the tail:
//        sin(h + t) = h + (t (1 − h²/2) − h³/3! + h⁵/5! − … + h¹⁷/17!)      the next: 1e−19
//        cos(h + t) = 1 − h²/2 + (−h t + h⁴/4! − h⁶/6! + … − h¹⁸/18!)       the next: 3e−21
//    The cosine's 1 − h²/2 and the sine's h − h³/6 are sums with their errors, of heads that are exact.
// 3. k mod 4 says which of ±sin r, ±cos r is sought.

/// The number 2/π; an error in its last bit moves k only where two neighboring k serve equally well.
@inline(__always) private var twoOverPi: Double { 0.6366197723675814 }

/// The sine of x radians, for |x| ≤ 2²⁰ = 1,048,576; NaN beyond, where this reduction would no longer be exact.
///
/// Special values: sin(±0) = ±0, NaN for ±∞ and NaN.
///
/// Largest error on a million arguments (`make accuracy`): 0.59 ulp.
public func sin(_ x: Double) -> Double {
  guard x != 0 else { return x }  // keeps the sign of −0
  let (head, tail, quadrant) = reduce(x)
  let value = quadrant & 1 == 0 ? sine(head, tail) : cosine(head, tail)
  return quadrant & 2 == 0 ? value : -value
}

/// The cosine of x radians, for |x| ≤ 2²⁰ = 1,048,576; NaN beyond, where this reduction would no longer be exact.
///
/// Special values: cos(±0) = 1, NaN for ±∞ and NaN.
///
/// Largest error on a million arguments (`make accuracy`): 0.59 ulp.
public func cos(_ x: Double) -> Double {
  let (head, tail, quadrant) = reduce(x)
  let value = quadrant & 1 == 0 ? cosine(head, tail) : sine(head, tail)
  return (quadrant &+ 1) & 2 == 0 ? value : -value
}

/// `sin(x)` and `cos(x)`, the same bits as the two functions give, for one reduction.
public func sinAndCos(_ x: Double) -> (sin: Double, cos: Double) {
  guard x != 0 else { return (x, 1) }
  let (head, tail, quadrant) = reduce(x)
  let s = sine(head, tail)
  let c = cosine(head, tail)
  let (first, second) = quadrant & 1 == 0 ? (s, c) : (c, s)
  return (quadrant & 2 == 0 ? first : -first, (quadrant &+ 1) & 2 == 0 ? second : -second)
}

/// x less the nearest multiple of π/2, as head + tail, and that multiple's low bits.
@inline(__always)
private func reduce(_ x: Double) -> (head: Double, tail: Double, quadrant: Int32) {
  guard x.magnitude <= 0x1p20 else { return (.nan, .nan, 0) }
  let (k, quadrant) = nearestWhole(x * twoOverPi)
  let r1 = x - k * 0x1.921fb544p+0
  let (r2, error2) = exactSumOfAny(r1, -(k * 0x1.0b4611a6p-34))
  let (r3, error3) = exactSumOfAny(r2, -(k * 0x1.3198a2ep-69))
  let rest = (error2 + error3) - k * 0x1.b839a252049c1p-104
  let (head, tail) = exactSum(r3, rest)
  return (head, tail, quadrant)
}

/// sin(h + t) for |h| ≤ π/4 and a tail t below half an ulp of h.
@inline(__always)
private func sine(_ h: Double, _ t: Double) -> Double {
  let square = splitSquare(h)
  let z = square.head + square.tail
  let z2 = z * z
  let z4 = z2 * z2
  let low = (1 / 120.0 + z * (-1 / 5040.0)) + z2 * (1 / 362_880.0 + z * (-1 / 39_916_800.0))
  let high =
    (1 / 6_227_020_800.0 + z * (-1 / 1_307_674_368_000.0)) + z2 * (1 / 355_687_428_096_000.0)

  // h³/6 reaches a ninth of the result: it too is split, as (a + b) (c + d) with 26 bits in a and in c.
  let a = leadingBits(h)
  let b = h - a
  let sixth = z * (1 / 6.0)
  let c = leadingBits(sixth)
  let d = ((square.head - 6 * c) + square.tail) * (1 / 6.0)
  let (sum, error) = exactSum(h, -(a * c))
  return sum + (((error - (a * d + b * sixth)) + t * (1 - 0.5 * z)) + h * z2 * (low + z4 * high))
}

/// cos(h + t) for |h| ≤ π/4 and a tail t below half an ulp of h.
@inline(__always)
private func cosine(_ h: Double, _ t: Double) -> Double {
  let square = splitSquare(h)
  let z = square.head + square.tail
  let z2 = z * z
  let z4 = z2 * z2
  let low = (1 / 24.0 + z * (-1 / 720.0)) + z2 * (1 / 40_320.0 + z * (-1 / 3_628_800.0))
  let high =
    (1 / 479_001_600.0 + z * (-1 / 87_178_291_200.0))
    + z2 * (1 / 20_922_789_888_000.0 + z * (-1 / 6_402_373_705_728_000.0))
  let (sum, error) = exactSum(1, -0.5 * square.head)
  return sum + ((error - (0.5 * square.tail + h * t)) + z2 * (low + z4 * high))
}
