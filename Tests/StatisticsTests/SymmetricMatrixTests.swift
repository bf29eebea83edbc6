import Deterministic
import Statistics
import Stops
import TestSupport
import Testing

@Suite("A symmetric matrix")
struct SymmetricMatrixTests {
  @Test("of two rows has the eigenvalues that the quadratic formula gives")
  func twoRows() {
    for (a, b, d) in [(2.0, 1.0, 2.0), (1, 0, 5), (3, -4, -3), (1e-9, 1, 1e9), (0, 2, 0)] {
      let matrix = SymmetricMatrix(order: 2) { i, j in i != j ? b : i == 0 ? a : d }
      let (middle, radius) = ((a + d) / 2, ((a - d) * (a - d) / 4 + b * b).squareRoot())
      let found = matrix.eigenvalues.sorted()
      let tolerance = 1e-15 * (abs(middle) + radius)
      #expect(
        abs(found[0] - (middle - radius)) <= tolerance && abs(found[1] - (middle + radius)) <= tolerance)
    }
  }

  @Test("is Σ λ v vᵀ of its eigenvalues and orthonormal vectors", arguments: [1, 2, 3, 10, 40])
  func decomposition(order: Int) {
    let matrix = randomMatrix(order: order, set: order)
    let (values, vectors) = matrix.eigendecomposition
    #expect(values == matrix.eigenvalues)
    let size = values.map(abs).reduce(0, max)
    for i in 0..<order {
      for j in 0..<order {
        let product = vectors[i].indices.reduce(0.0) { $0 + vectors[i][$1] * vectors[j][$1] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-14)
        let sum = values.indices.reduce(0.0) { $0 + values[$1] * vectors[$1][i] * vectors[$1][j] }
        #expect(abs(sum - matrix[i, j]) < 1e-14 * size)
      }
    }
  }

  @Test(
    "of 2 on the diagonal and −1 beside it has the eigenvalues 2 − 2 cos(π k/(n + 1))", arguments: [4, 84])
  func chain(order: Int) {
    let matrix = SymmetricMatrix(order: order) { i, j in i == j ? 2 : j - i == 1 ? -1 : 0 }
    let expected = (1...order).map { k in
      let half = sin(Double.pi * Double(k) / Double(2 * (order + 1)))
      return 4 * half * half
    }
    for (found, value) in zip(matrix.eigenvalues.sorted(), expected) { #expect(abs(found - value) < 2e-14) }
  }

  @Test("has a root whose square it is, also where eigenvalues are 0")
  func root() {
    for (set, values) in [[4.0, 1, 9, 0.25], [2, 0, 0, 5], [1e6, 1e-6, 1, 0]].enumerated() {
      let matrix = TestSupport.matrix(eigenvalues: values, axes: 50 + set)
      let root = matrix.squareRoot
      let square = SymmetricMatrix(diagonal: [1, 1, 1, 1]).between(root)
      let size = values.reduce(0, max)
      for (x, y) in zip(square.elements, matrix.elements) { #expect(abs(x - y) < 1e-14 * size) }
    }
  }

  @Test("that is diagonal is taken apart without rounding")
  func diagonal() {
    let matrix = SymmetricMatrix(diagonal: [4, 0, 9, 2.25])
    #expect(matrix.eigenvalues == [4, 0, 9, 2.25])
    #expect(matrix.squareRoot == SymmetricMatrix(diagonal: [2, 0, 3, 1.5]))
    #expect(matrix.trace == 15.25)
  }

  @Test("between two others is their product, worked out by hand")
  func between() {
    let a = SymmetricMatrix(order: 2) { i, j in [[1.0, 2], [2, 0]][i][j] }
    let m = SymmetricMatrix(order: 2) { i, j in [[3.0, 1], [1, -1]][i][j] }
    // a m = [5 −1; 6 2], times a: [3 10; 10 12].
    #expect(m.between(a).elements == [3, 10, 10, 12])
  }

  @Test("stops the program where it is empty or not finite, and between one of another order")
  func mistakes() async {
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SymmetricMatrix(diagonal: [])
    }
    stopped(empty, saying: "SymmetricMatrix: 0 rows")
    let infinite = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SymmetricMatrix(diagonal: [1, .infinity])
    }
    stopped(infinite, saying: "SymmetricMatrix: inf in row 1, column 1")
    let order = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SymmetricMatrix(diagonal: [1]).between(SymmetricMatrix(diagonal: [1, 1]))
    }
    stopped(order, saying: "SymmetricMatrix: orders 1 and 2")
  }
}
