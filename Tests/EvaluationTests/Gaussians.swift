import Deterministic
import Statistics
import Tensors
import TestSupport

/// Rows from N(mean, I) times a deviation for each feature: set number `set`.
func gaussianRows(
  _ count: Int, deviations: [Double], mean: Double = 0, set: Int,
  random: RandomNumbers = RandomNumbers(seed: 7)
) -> Tensor {
  Tensor(rows: count, of: [deviations.count]) { row in
    let normals = random[.data].normals(step: set, sample: row, count: deviations.count)
    return zip(normals, deviations).map { mean + $0 * $1 }
  }
}
