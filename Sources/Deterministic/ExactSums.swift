// How every function of this module gets the same bits on every machine and still keeps its error near half
// an ulp. In order of priority: same bits, accurate, fast, short.
//
// The bits are the same because IEEE 754 fixes the result of +, −, ×, ÷ and √ to the last bit, because the
// order of the operations is the order of the source (Swift neither reassociates nor fuses `a * b + c`), and
// because nothing else is used: no system library, no fused multiply-add, no lookup in a library's table.
//
// The error stays near half an ulp because each function ends in *one* rounding that matters: its value is
// built as a head plus a tail that is at least eight times smaller, where the head is exact (the helpers
// below return what was rounded away) and the tail's own errors count for an eighth or less.

/// A sum and exactly what its rounding left out: `sum + error` = a + b, for |a| ≥ |b| or a = 0.
///
/// (Dekker 1971, "fast two-sum".) `sum - a` is exact, so `b` less that is what did not fit.
@inline(__always)
func exactSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
  let sum = a + b
  return (sum, b - (sum - a))
}

/// A sum and exactly what its rounding left out, whichever of the two is larger (Knuth, "two-sum").
@inline(__always)
func exactSumOfAny(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
  let sum = a + b
  let bPart = sum - a
  let aPart = sum - bPart
  return (sum, (a - aPart) + (b - bPart))
}

/// x cut to its first 26 significant bits: the product of two such numbers is exact.
///
/// (A Double has 52 fraction bits behind a leading 1; 27 of them are masked off.)
@inline(__always)
func leadingBits(_ x: Double) -> Double {
  Double(bitPattern: x.bitPattern & 0xFFFF_FFFF_F800_0000)
}

/// A square as `head + tail`, the head exact.
///
/// With h = `leadingBits(x)`, x² = h² + (x − h) (x + h): the first is exact, the second 2⁻²⁵ times smaller, so that
/// no one sees its rounding.
@inline(__always)
func splitSquare(_ x: Double) -> (head: Double, tail: Double) {
  let h = leadingBits(x)
  return (h * h, (x - h) * (x + h))
}

/// Adding and subtracting this rounds a Double below 2⁵¹ in size to the nearest whole number, ties to even.
///
/// At 1.5 · 2⁵² neighboring Doubles are 1 apart, so the addition itself rounds; the half keeps negative numbers
/// in the same binade. The whole number then stands, in two's complement, in the low bits of the sum.
@inline(__always)
var roundingShift: Double { 0x1.8p52 }

/// The nearest whole number to x, |x| < 2³¹, as a Double and as an integer.
@inline(__always)
func nearestWhole(_ x: Double) -> (value: Double, integer: Int32) {
  let shifted = x + roundingShift
  return (shifted - roundingShift, Int32(truncatingIfNeeded: shifted.bitPattern))
}
