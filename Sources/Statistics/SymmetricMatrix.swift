/// A symmetric matrix of real numbers, such as a covariance.
///
/// What is computed of it is made of plain products and sums in one order, so it has the same bits everywhere.
package struct SymmetricMatrix: Equatable, Sendable {
  /// n, the number of rows and of columns.
  package let order: Int
  /// The n² elements, row by row.
  package let elements: [Double]

  /// Creates a matrix.
  ///
  /// - Parameters:
  ///   - order: n, 1 or more.
  ///   - element: The element of a row and a column; asked for where the row is not below the column.
  package init(order: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
    guard order >= 1 else { fatalError("SymmetricMatrix: \(order) rows") }
    var elements = [Double](repeating: 0, count: order * order)
    for i in 0..<order {
      for j in i..<order {
        let value = element(i, j)
        guard value.isFinite else { fatalError("SymmetricMatrix: \(value) in row \(i), column \(j)") }
        elements[i * order + j] = value
        elements[j * order + i] = value
      }
    }
    self.order = order
    self.elements = elements
  }

  /// Creates a matrix that is 0 off its diagonal.
  package init(diagonal: [Double]) {
    self.init(order: diagonal.count) { $0 == $1 ? diagonal[$0] : 0 }
  }

  /// The element of a row and a column.
  package subscript(row: Int, column: Int) -> Double { elements[row * order + column] }

  /// The sum of the diagonal.
  package var trace: Double { (0..<order).reduce(0) { $0 + self[$1, $1] } }

  /// The symmetric matrix a · self · a, for a symmetric a of the same order.
  package func between(_ a: SymmetricMatrix) -> SymmetricMatrix {
    guard a.order == order else { fatalError("SymmetricMatrix: orders \(order) and \(a.order)") }
    // a's rows are its columns, so that both products go along rows.
    var product = [Double](repeating: 0, count: order * order)  // a · self, by rows
    for i in 0..<order {
      for j in 0..<order {
        var sum = 0.0
        for k in 0..<order { sum += a.elements[i * order + k] * elements[j * order + k] }
        product[i * order + j] = sum
      }
    }
    return SymmetricMatrix(order: order) { i, j in
      var sum = 0.0
      for k in 0..<order { sum += product[i * order + k] * a.elements[j * order + k] }
      return sum
    }
  }
}

// MARK: - Eigenvalues

extension SymmetricMatrix {
  /// The eigenvalues λ, in no order that means anything.
  ///
  /// Their errors are a few ulps of the largest one.
  package var eigenvalues: [Double] {
    var rotation = JacobiRotation(self, wantsVectors: false)
    rotation.run()
    return rotation.values
  }

  /// The eigenvalues λ and, in the same order, an orthonormal eigenvector v of each: self = Σ λ v vᵀ.
  package var eigendecomposition: (values: [Double], vectors: [[Double]]) {
    var rotation = JacobiRotation(self, wantsVectors: true)
    rotation.run()
    let vectors = (0..<order).map { Array(rotation.vectors[$0 * order..<($0 + 1) * order]) }
    return (rotation.values, vectors)
  }

  /// The matrix whose square this is, Σ √λ v vᵀ, for one whose eigenvalues are 0 or more.
  ///
  /// Rounding makes an eigenvalue of 0 a little more or less; less is taken for 0.
  package var squareRoot: SymmetricMatrix {
    let (values, vectors) = eigendecomposition
    let roots = values.map { max(0, $0).squareRoot() }
    return SymmetricMatrix(order: order) { i, j in
      var sum = 0.0
      for k in 0..<order { sum += roots[k] * (vectors[k][i] * vectors[k][j]) }
      return sum
    }
  }
}

/// Jacobi's method (1846): turns pairs of axes until the matrix is diagonal.
///
/// Turning the axes p and q by the angle θ that makes a_pq 0 takes 2 a_pq² from the squares off the diagonal and adds it
/// to those on it. Sweep after sweep over all pairs, what is left off the diagonal falls ever faster (quadratically in
/// the end). It is slower than the method of most libraries, more exact, and forty lines.
private struct JacobiRotation {
  /// The elements, row by row, symmetric throughout.
  private var a: [Double]
  /// The axes, a row for each; empty where they are not wanted.
  private(set) var vectors: [Double]
  private let order: Int

  init(_ matrix: SymmetricMatrix, wantsVectors: Bool) {
    order = matrix.order
    a = matrix.elements
    vectors = wantsVectors ? SymmetricMatrix(diagonal: [Double](repeating: 1, count: order)).elements : []
  }

  var values: [Double] { (0..<order).map { a[$0 * order + $0] } }

  mutating func run() {
    // What is no larger than this changes no eigenvalue by an ulp of the largest.
    let negligible = 0x1p-54 * a.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // Ten sweeps are the rule for a hundred rows; the bound is there for what rounding might do.
    for _ in 0..<60 {
      var isDiagonal = true
      for p in 0..<order {
        for q in p + 1..<max(p + 1, order) where abs(a[p * order + q]) > negligible {
          turn(p, q)
          isDiagonal = false
        }
      }
      if isDiagonal { return }
    }
  }

  /// Turns the axes p and q so that a_pq becomes 0, by the smaller of the angles that do.
  private mutating func turn(_ p: Int, _ q: Int) {
    let (pp, qq, pq) = (a[p * order + p], a[q * order + q], a[p * order + q])
    // tan θ solves t² + 2 κ t − 1 = 0 with κ = cot 2θ.
    let kappa = (qq - pp) / (2 * pq)
    let tangent = (kappa < 0 ? -1.0 : 1.0) / (abs(kappa) + (1 + kappa * kappa).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    let sine = tangent * cosine
    rotateRows(&a, p, q, cosine, sine)
    for k in 0..<order {
      a[k * order + p] = a[p * order + k]
      a[k * order + q] = a[q * order + k]
    }
    a[p * order + p] = pp - tangent * pq
    a[q * order + q] = qq + tangent * pq
    a[p * order + q] = 0
    a[q * order + p] = 0
    if !vectors.isEmpty { rotateRows(&vectors, p, q, cosine, sine) }
  }

  private func rotateRows(_ rows: inout [Double], _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double) {
    for k in 0..<order {
      let (x, y) = (rows[p * order + k], rows[q * order + k])
      rows[p * order + k] = cosine * x - sine * y
      rows[q * order + k] = sine * x + cosine * y
    }
  }
}
