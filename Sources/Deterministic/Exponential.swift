// 1. Reduce: k = the whole number nearest to x / ln 2, r = x − k ln 2, so that eˣ = 2ᵏ eʳ and |r| ≤ ln 2 / 2.
//    ln 2 is used in two parts. The first has 42 bits: k has at most 11, so k · part is exact, and so is
//    x − k · part, because the two are within a factor of two of each other. The second is rounded, at 2⁻⁵³
//    of a number below 2⁻³⁴.
// 2. Expand: eʳ = 1 + r + r²/2 + r³ (1/3! + r/4! + r²/5! + …), Taylor's series as it stands. The last term, r¹⁴/14!
//    at r = 0.3466, is 4e−18; the next one, 1e−19, is a thousandth of an ulp.
// 3. Add: 1, the first part of r, and the head of r²/2 as sums with their errors; the rest is a tail below 0.008.
// 4. Scale by 2ᵏ, in two exact halves of k, so that neither 2¹⁰²⁴ nor 2⁻¹⁰⁷⁵ has to exist as a Double. Only
//    a subnormal result is rounded here, a second time.

/// The first 42 bits of ln 2: times a whole number of up to 11 bits, exact.
@inline(__always) var logOfTwoHead: Double { 0x1.62e42fefa38p-1 }
/// ln 2 less `logOfTwoHead`.
@inline(__always) var logOfTwoTail: Double { 0x1.ef35793c7673p-45 }
/// The number 1 / ln 2; an error in its last bit moves k only where two neighboring k serve equally well.
@inline(__always) private var inverseLogOfTwo: Double { 1.4426950408889634 }

/// The exponential function, eˣ.
///
/// Special values: e^(±0) = 1, e^(−∞) = 0, e^∞ = ∞, NaN for NaN. Above ln 2¹⁰²⁴ ≈ 709.78 the result is ∞, below
/// ln 2⁻¹⁰⁷⁵ ≈ −745.13 it is 0, and subnormal in between as far as Doubles go.
///
/// Largest error on a million arguments (`make accuracy`): 0.58 ulp, and 0.77 ulp of a subnormal result, which
/// is rounded twice.
public func exp(_ x: Double) -> Double {
  // The largest Double below ln 2¹⁰²⁴, and a number safely below ln 2⁻¹⁰⁷⁵ (between the two the scaling rounds to 0).
  guard x <= 709.782712893384 else { return x.isNaN ? x : .infinity }
  guard x >= -746 else { return 0 }

  let (k, exponent) = nearestWhole(x * inverseLogOfTwo)
  let head = x - k * logOfTwoHead
  let tail = -(k * logOfTwoTail)
  let r = head + tail

  let square = splitSquare(r)
  let r2 = square.head + square.tail
  let r4 = r2 * r2
  let low = (1 / 6.0 + r * (1 / 24.0)) + r2 * (1 / 120.0 + r * (1 / 720.0))
  let middle = (1 / 5040.0 + r * (1 / 40_320.0)) + r2 * (1 / 362_880.0 + r * (1 / 3_628_800.0))
  let high =
    (1 / 39_916_800.0 + r * (1 / 479_001_600.0))
    + r2 * (1 / 6_227_020_800.0 + r * (1 / 87_178_291_200.0))
  let series = low + r4 * (middle + r4 * high)

  let (linear, linearError) = exactSum(1, head)
  let (sum, sumError) = exactSum(linear, 0.5 * square.head)
  let value = sum + ((linearError + sumError) + ((tail + 0.5 * square.tail) + r * r2 * series))
  let half = exponent >> 1
  return value * powerOfTwo(half) * powerOfTwo(exponent - half)
}

/// 2ⁿ for −1022 ≤ n ≤ 1023, by writing the exponent field.
@inline(__always)
private func powerOfTwo(_ n: Int32) -> Double {
  Double(bitPattern: UInt64(truncatingIfNeeded: n &+ 1023) << 52)
}
