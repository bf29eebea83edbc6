import Deterministic
import Statistics

/// A symmetric matrix of even numbers in (−1, 1).
package func randomMatrix(order: Int, set: Int) -> SymmetricMatrix {
  let random = RandomNumbers(seed: 8)
  return SymmetricMatrix(order: order) { i, j in
    2 * random[Purpose(rawValue: 0)].uniform(step: set, sample: i, element: j) - 1
  }
}

/// Q diag(values) Qᵀ for an orthogonal Q of the set: the axes of a random matrix.
package func matrix(eigenvalues values: [Double], axes set: Int) -> SymmetricMatrix {
  let axes = randomMatrix(order: values.count, set: set).eigendecomposition.vectors
  return SymmetricMatrix(order: values.count) { i, j in
    values.indices.reduce(0) { $0 + values[$1] * axes[$1][i] * axes[$1][j] }
  }
}
