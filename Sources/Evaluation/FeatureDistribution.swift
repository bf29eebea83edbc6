import Statistics
import Tensors

/// The mean and the covariance of features: the Gaussian that stands for a set of pictures.
package struct FeatureDistribution: Equatable, Sendable {
  /// μ, a number for each feature.
  package let mean: [Double]
  /// Σ, of the order of the number of features.
  package let covariance: SymmetricMatrix

  /// Creates a distribution from its moments.
  package init(mean: [Double], covariance: SymmetricMatrix) {
    guard mean.count == covariance.order, mean.allSatisfy(\.isFinite) else {
      fatalError("FeatureDistribution: a mean \(mean) for a covariance of order \(covariance.order)")
    }
    self.mean = mean
    self.covariance = covariance
  }

  /// Measures features: μ = Σ x/N and Σ = Σ (x − μ)(x − μ)ᵀ/(N − 1).
  ///
  /// The sums are of Doubles, from the first row to the last.
  ///
  /// - Parameter features: [N, features], two rows or more.
  package init(of features: Tensor) {
    let rows = FeatureRows(features)
    self = rows.distribution(counting: [Int](repeating: 1, count: rows.count))
  }
}

/// Features as Doubles, ready to be measured several times.
struct FeatureRows: Sendable {
  /// N, the number of rows.
  let count: Int
  /// The numbers in a row.
  let length: Int
  private let values: [Double]

  init(_ features: Tensor) {
    guard features.shape.count == 2, features.shape[0] >= 2, features.shape[1] >= 1 else {
      fatalError("features are [rows, features], two rows or more, not \(features.shape)")
    }
    guard features.isFinite else { fatalError("features that are not finite have no distribution") }
    count = features.shape[0]
    length = features.shape[1]
    values = features.values.map { Double($0) }
  }

  /// The moments of the set that holds each row a number of times, N in all.
  func distribution(counting times: [Int]) -> FeatureDistribution {
    var mean = [Double](repeating: 0, count: length)
    for row in 0..<count where times[row] > 0 {
      let weight = Double(times[row])
      for i in 0..<length { mean[i] += weight * values[row * length + i] }
    }
    for i in 0..<length { mean[i] /= Double(count) }

    var sums = [Double](repeating: 0, count: length * length)  // above the diagonal and on it
    var centered = mean
    for row in 0..<count where times[row] > 0 {
      let weight = Double(times[row])
      for i in 0..<length { centered[i] = values[row * length + i] - mean[i] }
      for i in 0..<length {
        let own = weight * centered[i]
        for j in i..<length { sums[i * length + j] += own * centered[j] }
      }
    }
    let covariance = SymmetricMatrix(order: length) { sums[$0 * length + $1] / Double(count - 1) }
    return FeatureDistribution(mean: mean, covariance: covariance)
  }
}
