import Threads

/// As `parallelForUnchecked`, unless the work is too small to be worth another thread's attention.
///
/// - Parameters:
///   - count: The number of pieces.
///   - size: The number of multiplications or so in all pieces together.
///   - body: One piece.
#if hasFeature(Embedded)
// There is one thread, and no need of the loop twice.
func parallelFor(_ count: Int, size: Int, _ body: (Int) -> Void) { parallelForUnchecked(count, body) }
#else
@inline(__always)
func parallelFor(_ count: Int, size: Int, _ body: (Int) -> Void) {
  if size < 65_536 {
    for index in 0..<count { body(index) }
  } else {
    parallelForUnchecked(count, body)
  }
}
#endif
