// The elementary functions of sixteen floats at once: no branches, no tables, no calls, only products, sums, shifts and
// selections, each rounded as IEEE 754 says. So a lane's bits depend on its argument alone.
//
// Each function reduces its argument to a short interval, where a polynomial of four to nine terms has a relative
// error far below a float's 2⁻²⁴. The coefficients are minimax (Remez), rounded to floats one after another, each
// refitted with those before it fixed.
//
// Whole numbers come from adding 1.5 · 2²³: floats there are one apart, so that the sum is rounded to a whole number,
// found again by subtracting and, as an integer, in the low bits.

/// 1.5 · 2²³, whose bits are 0x4B40_0000.
@inline(__always) private var wholes: Float { 0x1.8p23 }

@inline(__always)
private func bits(_ x: Vector) -> SIMD16<UInt32> { unsafeBitCast(x, to: SIMD16<UInt32>.self) }

@inline(__always)
private func vector(_ bits: SIMD16<UInt32>) -> Vector { unsafeBitCast(bits, to: Vector.self) }

@inline(__always)
private func signs(_ x: Vector) -> SIMD16<UInt32> { bits(x) & SIMD16(repeating: 0x8000_0000) }

/// The magnitudes.
@inline(__always)
func magnitude(_ x: Vector) -> Vector { vector(bits(x) & SIMD16(repeating: 0x7FFF_FFFF)) }

/// The smaller of each lane and a number; NaN stays NaN.
@inline(__always)
func lesser(_ x: Vector, _ limit: Float) -> Vector {
  let limit = Vector(repeating: limit)
  return x.replacing(with: limit, where: x .> limit)
}

/// The larger of each lane and a number; NaN stays NaN.
@inline(__always)
func greater(_ x: Vector, _ limit: Float) -> Vector {
  let limit = Vector(repeating: limit)
  return x.replacing(with: limit, where: x .< limit)
}

/// The larger of two, lane by lane: the second where it is the larger.
@inline(__always)
func greater(_ x: Vector, _ y: Vector) -> Vector { x.replacing(with: y, where: y .> x) }

/// c₀ + x (c₁ + x (c₂ + …)), each step rounded once.
@inline(__always)
private func horner<let count: Int>(_ x: Vector, _ coefficients: InlineArray<count, Float>) -> Vector {
  var sum = Vector(repeating: coefficients[unchecked: count - 1])
  for index in 1..<count {
    sum = fused(sum, x, plus: Vector(repeating: coefficients[unchecked: count - 1 - index]))
  }
  return sum
}

// MARK: - Exponentials

/// x less the nearest multiple of ln 2: r, at most ln 2 / 2 and a hair; `shifted` holds that multiple above `base`.
@inline(__always)
private func reduceForExp(_ x: Vector, _ base: Float) -> (r: Vector, shifted: Vector) {
  let shifted = fused(x, Vector(repeating: 0x1.715476p0), plus: Vector(repeating: base))
  let n = shifted - base
  let r = fused(n, Vector(repeating: -0x1.62e43p-1), plus: x)
  return (fused(n, Vector(repeating: 0x1.05c61p-29), plus: r), shifted)
}

/// eʳ for |r| ≤ ln 2 / 2: 1 + r + r² (…), whose error before rounding is 0.05 · 2⁻²⁴.
@inline(__always)
private func expOfReduced(_ r: Vector) -> Vector {
  horner(r, [1, 1, 0x1.fffffcp-2, 0x1.55548cp-3, 0x1.555858p-5, 0x1.123dep-7, 0x1.6ac74cp-10])
}

/// eˣ as a product, fraction · power, for −88 ≤ x ≤ 88.8: the power is 0 at the one end and ∞ at the other.
@inline(__always)
private func expFactors(_ x: Vector) -> (fraction: Vector, power: Vector) {
  // With 127 added, the whole number is the exponent field itself.
  let (r, shifted) = reduceForExp(x, wholes + 127)
  return (expOfReduced(r), vector(bits(shifted) &<< SIMD16(repeating: 23)))
}

/// eˣ: ∞ from 88.73 on, subnormal below −87.33, 0 below −103.97.
@inline(__always)
func exp(_ x: Vector) -> Vector {
  let (r, shifted) = reduceForExp(lesser(greater(x, -104.5), 89), wholes)
  // 2ⁿ in two halves, so that neither 2¹²⁸ nor 2⁻¹⁵⁰ has to be a float.
  let n = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- SIMD16(repeating: 0x4B40_0000)
  let half = n &>> SIMD16(repeating: 1)
  let one = SIMD16<Int32>(repeating: 127)
  let shift = SIMD16<Int32>(repeating: 23)
  let first = unsafeBitCast((half &+ one) &<< shift, to: Vector.self)
  let second = unsafeBitCast((n &- half &+ one) &<< shift, to: Vector.self)
  return expOfReduced(r) * first * second
}

/// 1 + e⁻ˣ: 1 from 88 on, ∞ below −88.4.
@inline(__always)
func onePlusExpOfMinus(_ x: Vector) -> Vector {
  let (fraction, power) = expFactors(-lesser(greater(x, -88.8), 88))
  return fused(fraction, power, plus: Vector(repeating: 1))
}

/// 1 / (1 + e⁻ˣ): 0 below −88.4.
@inline(__always)
func sigmoid(_ x: Vector) -> Vector { Vector(repeating: 1) / onePlusExpOfMinus(x) }

/// x / (1 + e⁻ˣ).
@inline(__always)
func silu(_ x: Vector) -> Vector { x / onePlusExpOfMinus(x) }

/// The derivative of silu: s (1 + x (1 − s)) with s = 1 / (1 + e⁻ˣ).
@inline(__always)
func siluSlope(_ x: Vector) -> Vector {
  let s = sigmoid(x)
  return s * fused(x, Vector(repeating: 1) - s, plus: Vector(repeating: 1))
}

/// The hyperbolic tangent: x + x³ (…) below 5/8, 1 − 2 / (e²ˣ + 1) above.
@inline(__always)
func tanh(_ x: Vector) -> Vector {
  let a = magnitude(x)
  let z = a * a
  let series = horner(z, [-0x1.555534p-2, 0x1.11075ep-3, -0x1.b842c4p-5, 0x1.524c4p-6, -0x1.767a14p-8])
  let small = fused(a * z, series, plus: a)
  let (fraction, power) = expFactors(lesser(a + a, 40))
  let large = 1 - Vector(repeating: 2) / fused(fraction, power, plus: Vector(repeating: 1))
  let value = large.replacing(with: small, where: a .< Vector(repeating: 0.625))
  return vector(bits(value) | signs(x))
}

// MARK: - Logarithm and root

/// ln x: −∞ at 0, NaN below.
@inline(__always)
func log(_ x: Vector) -> Vector {
  let zero = Vector()
  let isSubnormal = x .< Vector(repeating: 0x1p-126)
  let normal = x.replacing(with: x * 0x1p24, where: isSubnormal)
  // x = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2: the distance from √½, cut to its exponent field, counts the octaves.
  let shift = SIMD16<Int32>(repeating: 23)
  let all = unsafeBitCast(normal, to: SIMD16<Int32>.self)
  let octaves = (all &- SIMD16(repeating: 0x3F35_04F3)) &>> shift
  let f = unsafeBitCast(all &- (octaves &<< shift), to: Vector.self) - 1
  let counted = unsafeBitCast(octaves &+ SIMD16(repeating: 0x4B40_0000), to: Vector.self) - wholes
  let k = counted - zero.replacing(with: Vector(repeating: 24), where: isSubnormal)

  // ln(1 + f) = f − f²/2 + f³ (…)
  let series = horner(
    f,
    [
      0x1.555548p-2, -0x1.00007p-2, 0x1.99a542p-3, -0x1.552f04p-3, 0x1.2302aep-3, -0x1.01175cp-3,
      0x1.f029c6p-4,
      -0x1.baa14ap-4, 0x1.a1dcdap-5,
    ])
  let square = f * f
  let tail = fused(f * square, series, plus: k * -0x1.05c61p-29)
  let sum = f + fused(square, Vector(repeating: -0.5), plus: tail)
  let value = fused(k, Vector(repeating: 0x1.62e43p-1), plus: sum)

  let infinity = Vector(repeating: .infinity)
  return x.replacing(with: value, where: x .< infinity)  // ∞ and NaN are their own logarithms
    .replacing(with: -infinity, where: x .== zero)
    .replacing(with: Vector(repeating: .nan), where: x .< zero)
}

/// √x, rounded correctly: the lanes' own square root isn't compiled to one instruction.
///
/// Newton's iteration for 1/√x, from the well-known guess by halving the exponent, and a last step for the root itself.
@inline(__always)
func squareRoot(_ x: Vector) -> Vector {
  // Tiny numbers are scaled, so that the residue of the last step does not underflow.
  let isTiny = x .< Vector(repeating: 0x1p-70)
  let y = x.replacing(with: x * 0x1p70, where: isTiny)
  var inverse = vector(SIMD16(repeating: 0x5F37_59DF) &- (bits(y) &>> SIMD16(repeating: 1)))
  let half = y * 0.5
  for _ in 0..<3 { inverse *= fused(-(half * inverse), inverse, plus: Vector(repeating: 1.5)) }
  let estimate = y * inverse
  let root = fused(fused(-estimate, estimate, plus: y), inverse * 0.5, plus: estimate)
  let scaled = root.replacing(with: root * 0x1p-35, where: isTiny)
  return x.replacing(with: scaled, where: x .< Vector(repeating: .infinity))  // ∞ and NaN are their own roots
    .replacing(with: Vector(repeating: .nan), where: x .< Vector())
}
