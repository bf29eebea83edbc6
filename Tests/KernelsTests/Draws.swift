import Kernels
import Testing
import TestSupport

extension SplitMix64 {
  /// A buffer of random floats.
  mutating func buffer(_ count: Int, in interval: ClosedRange<Double> = -2...2) -> Buffer {
    Buffer(floats(count, in: interval))
  }
}

/// Numbers of channels: vectors that are whole, one short of it, one over it, and fewer than one.
let channelCounts = [1, 3, 5, 8, 15, 16, 17, 24, 31, 32, 33, 48, 64, 96]

/// The bits of each float, so that equality means the same bits.
func bits(_ buffer: Buffer) -> [UInt32] { buffer.values.map(\.bitPattern) }

/// Expects each float to be near the exact number: within `tolerance` of 1, or of the number where that is larger.
func expectClose(
  _ found: Buffer, _ exact: [Double], _ tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == exact.count else {
    Issue.record("\(found.count) floats, not \(exact.count)", sourceLocation: sourceLocation)
    return
  }
  var worst = (error: 0.0, index: 0)
  for (index, value) in found.values.enumerated() {
    let error = abs(Double(value) - exact[index]) / max(1, abs(exact[index]))
    if !(error <= worst.error) { worst = (error, index) }
  }
  #expect(
    worst.error <= tolerance, "at \(worst.index): \(found.count > 0 ? found[worst.index] : 0)",
    sourceLocation: sourceLocation)
}

/// The derivative of a function of one of its numbers, by central differences.
func slope(_ x: [Double], _ index: Int, _ f: ([Double]) -> Double) -> Double {
  var above = x, below = x
  let step = 1e-4
  above[index] += step
  below[index] -= step
  return (f(above) - f(below)) / (2 * step)
}
