import Kernels
import TestSupport
import Stops
import Testing

/// Rows × terms × columns.
private struct Shape {
  var rows: Int
  var terms: Int
  var columns: Int

  /// The edges of tiles (2 to 14 rows, 8 to 32 columns), of blocks (56 rows, 512 terms), and between them.
  static let all: [Shape] = {
    var shapes = [
      (1, 1, 1), (1, 7, 1), (2, 3, 16), (14, 5, 32), (13, 4, 31), (15, 4, 33), (56, 8, 64), (57, 9, 65),
      (3, 512, 5), (3, 513, 17), (5, 1024, 32), (29, 1500, 47), (1, 600, 1), (64, 1, 48), (7, 0, 9),
    ]
    var random = SplitMix64(state: 1)
    for _ in 0..<20 { shapes.append((random.whole(1...120), random.whole(1...90), random.whole(1...90))) }
    return shapes.map { Shape(rows: $0.0, terms: $0.1, columns: $0.2) }
  }()
}

@Suite("Matrix product")
struct MatrixProductTests {
  /// Which factor is stored by columns.
  enum Transposed: CaseIterable {
    case neither, left, right, both
  }

  @Test("is the sum of products, one rounding a term", arguments: Transposed.allCases, [false, true])
  func formula(transposed: Transposed, hasBias: Bool) {
    var random = SplitMix64(state: 2)
    let leftTurned = transposed == .left || transposed == .both
    let rightTurned = transposed == .right || transposed == .both
    for shape in Shape.all {
      let (rows, terms, columns) = (shape.rows, shape.terms, shape.columns)
      let a = random.floats(rows * terms), b = random.floats(terms * columns)
      let bias = hasBias ? random.floats(columns) : nil
      var sums = Sums(count: rows * columns)
      for i in 0..<rows {
        for j in 0..<columns {
          if let bias { sums.add(1, bias[j], at: i * columns + j) }
          for k in 0..<terms {
            let left = a[leftTurned ? k * rows + i : i * terms + k]
            let right = b[rightTurned ? j * terms + k : k * columns + j]
            sums.add(left, right, at: i * columns + j)
          }
        }
      }
      let product = matrixProduct(
        leftTurned ? .transposed(Buffer(a)) : .plain(Buffer(a)),
        rightTurned ? .transposed(Buffer(b)) : .plain(Buffer(b)), plus: bias.map { Buffer($0) },
        rows: rows, terms: terms, columns: columns)
      #expect(sums.roundings(in: product) <= Double(terms), "\(shape)")
    }
  }

  @Test("is exact for whole numbers, which need no rounding")
  func wholeNumbers() {
    var random = SplitMix64(state: 3)
    for shape in Shape.all {
      let (rows, terms, columns) = (shape.rows, shape.terms, shape.columns)
      let a = (0..<rows * terms).map { _ in Float(random.whole(-9...9)) }
      let b = (0..<terms * columns).map { _ in Float(random.whole(-9...9)) }
      var sums = Sums(count: rows * columns)
      for i in 0..<rows * columns {
        for k in 0..<terms { sums.add(a[i / columns * terms + k], b[k * columns + i % columns], at: i) }
      }
      let product = matrixProduct(
        .plain(Buffer(a)), .plain(Buffer(b)), rows: rows, terms: terms, columns: columns)
      #expect(product.values.map(Double.init) == sums.values, "\(shape)")
    }
  }

  @Test("has the same bits for a row alone and among sixty-four", arguments: [false, true])
  func rowAlone(rightTurned: Bool) {
    var random = SplitMix64(state: 4)
    for (terms, columns) in [(1, 1), (17, 33), (32, 64), (700, 20), (64, 16)] {
      let a = random.buffer(64 * terms), b = random.buffer(terms * columns)
      let bias = random.buffer(columns)
      let factor: Factor = rightTurned ? .transposed(b) : .plain(b)
      let all = matrixProduct(.plain(a), factor, plus: bias, rows: 64, terms: terms, columns: columns).values
      for row in [0, 17, 63] {
        let alone = matrixProduct(
          .plain(Buffer(Array(a.values[row * terms..<(row + 1) * terms]))), factor, plus: bias, rows: 1,
          terms: terms, columns: columns)
        let among = all[row * columns..<(row + 1) * columns]
        #expect(sameBits(alone.values, among), "row \(row), \(terms) terms")
      }
    }
  }

  @Test("refuses factors that do not have as many numbers as its shape asks for")
  func refusal() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Buffer(repeating: 1, count: 6), b = Buffer(repeating: 1, count: 11)
      _ = matrixProduct(.plain(a), .plain(b), rows: 2, terms: 3, columns: 4)
    }
    stopped(result, saying: "a product of 6 and 11 numbers as 2 x 3 x 4")
    let biased = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let a = Buffer(repeating: 1, count: 6), b = Buffer(repeating: 1, count: 12)
      _ = matrixProduct(.plain(a), .plain(b), plus: Buffer([1, 2]), rows: 2, terms: 3, columns: 4)
    }
    stopped(biased, saying: "a product of")
  }
}
