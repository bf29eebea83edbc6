/// Sixteen floats, the unit in which every loop of this module but the tile's reads, computes and writes.
///
/// It is one register with AVX-512, two with AVX2, four with NEON: the compiler splits it, lane by lane, so that
/// each lane's result has the same bits whatever the machine.
typealias Vector = SIMD16<Float>

/// The number of floats in a vector.
@inline(__always) var lanes: Int { 16 }

typealias Floats = UnsafePointer<Float>
typealias MutableFloats = UnsafeMutablePointer<Float>

/// Reads sixteen floats.
@inline(__always)
func load(_ from: Floats) -> Vector { UnsafeRawPointer(from).loadUnaligned(as: Vector.self) }

/// Reads sixteen floats.
@inline(__always)
func load(_ from: MutableFloats) -> Vector { UnsafeRawPointer(from).loadUnaligned(as: Vector.self) }

/// Writes sixteen floats.
@inline(__always)
func store(_ vector: Vector, _ to: MutableFloats) {
  UnsafeMutableRawPointer(to).storeBytes(of: vector, as: Vector.self)
}

/// a · b + c, rounded once.
@inline(__always)
func fused(_ a: Vector, _ b: Vector, plus c: Vector) -> Vector { c.addingProduct(a, b) }
