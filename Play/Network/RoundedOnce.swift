// A part of Kernels on WebAssembly, which has no fused multiply-add: without it each is a call of a function.
//
// The product of two floats is exact in double precision, so a · b + c is rounded there once and once more to a float.
// The two roundings differ from one only where the first lands exactly between two floats: about once in 2²⁹ sums. A
// digit of chapter 6, fifteen thousand million of them, came out to the pixel.

extension SIMD16 where Scalar == Float {
  /// a · b + self.
  @inline(__always)
  func addingProduct(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    SIMD16<Float>(SIMD16<Double>(a) * SIMD16<Double>(b) + SIMD16<Double>(self))
  }
}

extension SIMD8 where Scalar == Float {
  /// a · b + self.
  @inline(__always)
  func addingProduct(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
    SIMD8<Float>(SIMD8<Double>(a) * SIMD8<Double>(b) + SIMD8<Double>(self))
  }
}

/// What the compiler calls for a · b + c of single floats.
@_cdecl("fmaf")
public func fusedMultiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
  Float(Double(a) * Double(b) + Double(c))
}
