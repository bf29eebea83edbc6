import Deterministic
import Kernels
import TestSupport
import Testing

@Suite("Softmax")
struct SoftmaxTests {
  static let shapes =
    [1, 2, 3, 7, 10, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65, 100, 196, 257, 500].enumerated().map {
      (rows: $0 % 5 + 1, columns: $1)
    }

  static func softmax(_ x: ArraySlice<Double>) -> [Double] {
    let largest = x.max() ?? 0
    let terms = x.map { Deterministic.exp($0 - largest) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  @Test("agrees with the formula in Double, and so does its gradient", arguments: shapes)
  func rows(rows: Int, columns: Int) {
    var random = SplitMix64(state: UInt64(columns))
    let x = random.buffer(rows * columns, in: -20...20), dy = random.buffer(rows * columns)
    let xs = x.values.map(Double.init), dys = dy.values.map(Double.init)
    var y: [Double] = [], dx: [Double] = []
    for row in 0..<rows {
      let row = row * columns..<(row + 1) * columns
      let probabilities = Self.softmax(xs[row])
      let mean = zip(probabilities, dys[row]).reduce(0) { $0 + $1.0 * $1.1 }
      y += probabilities
      dx += zip(probabilities, dys[row]).map { $0 * ($1 - mean) }
    }
    let found = Kernels.softmax(x, rows: rows, columns: columns)
    expectClose(found, y)
    expectClose(softmaxGradient(found, dy, rows: rows, columns: columns), dx, 2e-6)
  }

  @Test("large numbers do not overflow")
  func large() {
    let y = Kernels.softmax(Buffer([1000, 1000, -1000]), rows: 1, columns: 3)
    #expect(y.values == [0.5, 0.5, 0])
  }

  @Test("cross-entropy and its gradient agree with the formula in Double", arguments: shapes)
  func loss(rows: Int, columns: Int) {
    var random = SplitMix64(state: UInt64(columns + 1000))
    let x = random.buffer(rows * columns, in: -10...10)
    let labels = (0..<rows).map { _ in random.whole(0...columns - 1) }
    let xs = x.values.map(Double.init)
    var loss = 0.0
    var gradient: [Double] = []
    for (row, label) in labels.enumerated() {
      var probabilities = Self.softmax(xs[row * columns..<(row + 1) * columns])
      loss -= Deterministic.log(probabilities[label]) / Double(rows)
      probabilities[label] -= 1
      gradient += probabilities.map { $0 / Double(rows) }
    }
    let found = crossEntropy(x, labels: labels, rows: rows, columns: columns)
    #expect(abs(found.loss - loss) < 1e-6)
    expectClose(found.gradient, gradient)
  }

  @Test("refuses a label that is no column")
  func label() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Buffer([1, 2]), labels: [2], rows: 1, columns: 2)
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("label 2 of 2 columns"))
  }
}
