import Kernels
import Threads

/// The most multiplications and additions that this machine does in a second, as Swift gets at them.
///
/// Vectors of sixteen floats are multiplied and added to, a ← a + x · y, again and again, in registers: no memory, no
/// dependence of one on another but that of each on its own last value. A fused multiply-add counts as two.
///
/// Vectors must be enough to hide the latency and few enough for the registers. Six of them are 12 registers of the 16
/// of AVX2 and 24 of the 32 of NEON; twelve are 12 of the 32 of AVX-512. Whichever is faster is taken.
///
/// - Parameter threads: How many threads do so at once.
/// - Returns: Operations a second.
public func measurePeak(threads: Int) -> Double {
  let before = threadCount
  threadCount = threads
  defer { threadCount = before }
  return max(
    rate { multiplyAdd(InlineArray<3, Void>.self, steps: $0) },
    rate { multiplyAdd(InlineArray<6, Void>.self, steps: $0) })
}

/// The operations a second of the best of some repetitions.
private func rate(_ work: @Sendable (_ steps: Int) -> Int) -> Double {
  let pieces = 8 * threadCount, steps = 20_000
  var best = 0.0
  for _ in 0..<10 {
    let operations = work(0)
    let seconds = time { parallelFor(pieces) { _ in _ = work(steps) } }
    best = max(best, Double(pieces * steps * operations) / seconds)
  }
  return best
}

/// Does the steps, each on twice `half` vectors.
///
/// - Returns: The operations of a step.
@inline(never)
private func multiplyAdd<let half: Int>(_: InlineArray<half, Void>.Type, steps: Int) -> Int {
  let x = SIMD16<Float>(repeating: Float(steps) * 0x1p-30), y = x + 0.5
  var a = InlineArray<half, SIMD16<Float>>(repeating: x), b = InlineArray<half, SIMD16<Float>>(repeating: y)
  for _ in 0..<steps {
    for k in 0..<half {
      a[unchecked: k] = a[unchecked: k].addingProduct(x, y)
      b[unchecked: k] = b[unchecked: k].addingProduct(x, y)
    }
  }
  // Something must depend on the sums, or they are not computed.
  var sum = SIMD16<Float>()
  for k in 0..<half { sum += a[unchecked: k] + b[unchecked: k] }
  guard sum[0] >= 0 else { fatalError("sums of positive numbers are positive") }
  return 2 * half * 2 * 16
}
