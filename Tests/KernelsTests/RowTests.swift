import Kernels
import TestSupport
import Testing

@Suite("Rows and sums")
struct RowTests {
  @Test("what is added to pixels and rows, and their sums, agree with plain loops", arguments: channelCounts)
  func rows(channels: Int) {
    var random = SplitMix64(state: UInt64(channels))
    for _ in 0..<4 {
      let batch = random.whole(1...5), pixels = random.whole(1...70)
      let x = random.buffer(batch * pixels * channels), v = random.buffer(batch * channels)
      let bias = random.buffer(channels)
      func place(_ index: Int) -> (b: Int, c: Int) { (index / (pixels * channels), index % channels) }
      #expect(
        addingToPixels(x, v, batch: batch, pixels: pixels, channels: channels).values
          == x.values.enumerated().map { $1 + v[place($0).b * channels + place($0).c] })
      #expect(
        addingToRows(x, bias, rows: batch * pixels, columns: channels).values
          == x.values.enumerated().map { $1 + bias[place($0).c] })

      var ofPixels = [Double](repeating: 0, count: batch * channels)
      var ofColumns = [Double](repeating: 0, count: channels)
      for (index, value) in x.values.enumerated() {
        ofPixels[place(index).b * channels + place(index).c] += Double(value)
        ofColumns[place(index).c] += Double(value)
      }
      expectClose(sumOverPixels(x, batch: batch, pixels: pixels, channels: channels), ofPixels, 1e-5)
      expectClose(columnSums(x, rows: batch * pixels, columns: channels), ofColumns, 1e-5)
    }
  }

  @Test("sums of many rows are sums of blocks", arguments: [511, 512, 513, 3000])
  func manyRows(rows: Int) {
    var random = SplitMix64(state: UInt64(rows))
    let x = random.buffer(rows * 19)
    let exact = (0..<19).map { c in (0..<rows).reduce(0.0) { $0 + Double(x[$1 * 19 + c]) } }
    expectClose(columnSums(x, rows: rows, columns: 19), exact, 1e-5 + 1e-8 * Double(rows))
  }
}

@Suite("Reductions")
struct ReductionTests {
  static let counts = [0, 1, 3, 15, 16, 17, 33, 100, 4095, 4096, 4097, 5000, 8192, 12_301, 40_000]

  @Test("agree with sums of Doubles", arguments: counts)
  func sums(count: Int) {
    var random = SplitMix64(state: UInt64(count))
    let x = random.buffer(count), y = random.buffer(count)
    let xs = x.values.map(Double.init), ys = y.values.map(Double.init)
    let pairs = zip(xs, ys)
    func isClose(_ found: Double, _ exact: Double) -> Bool { abs(found - exact) <= 1e-10 * Double(count + 1) }
    #expect(isClose(sum(of: x), xs.reduce(0, +)))
    #expect(isClose(sumOfSquares(of: x), xs.reduce(0) { $0 + $1 * $1 }))
    #expect(isClose(dot(x, y), pairs.reduce(0) { $0 + $1.0 * $1.1 }))
    let differences = zip(x.values, y.values).map { Double($0 - $1) }
    #expect(isClose(sumOfSquaredDifferences(x, y), differences.reduce(0) { $0 + $1 * $1 }))
    #expect(maximum(x) == x.values.max() ?? -.infinity)
  }

  @Test("one float that is not finite is found wherever it is", arguments: [1, 15, 16, 17, 100])
  func finite(count: Int) {
    var floats = [Float](repeating: .greatestFiniteMagnitude, count: count)
    #expect(isFinite(Buffer(floats)))
    for index in 0..<count {
      for value in [Float.infinity, -.infinity, .nan] {
        floats[index] = value
        #expect(!isFinite(Buffer(floats)))
        floats[index] = 1
      }
    }
  }
}
