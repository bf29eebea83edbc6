import Tensors

/// A picture of a set, as a neighbor of another.
package struct Neighbor: Equatable, Sendable {
  /// Its number in the set, from 0.
  package let index: Int
  /// How far it is, by the Euclidean distance of what is compared: pixels or features.
  package let distance: Double

  /// Creates a neighbor.
  package init(index: Int, distance: Double) {
    self.index = index
    self.distance = distance
  }
}

/// For each sample the pictures of a set that are most like it, the nearest first.
///
/// Compares whatever the rows hold: pictures [N, 28, 28, 1] by their pixels, features [N, 84] as the judge sees them. Of
/// equally far ones the smaller number comes first.
///
/// - Parameters:
///   - samples: The samples, finite numbers.
///   - set: The set, rows of the same shape.
///   - count: How many for each sample, at most the set's size.
/// - Returns: `count` neighbors for each sample.
/// - Complexity: 2,000 samples among 60,000 pictures take seconds.
package func nearestNeighbors(of samples: Tensor, among set: Tensor, count: Int = 1) -> [[Neighbor]] {
  requireFinite(samples)
  requireFinite(set)
  let found = samples.nearestRows(among: set, count: count)
  return (0..<samples.rowCount).map { sample in
    (sample * count..<(sample + 1) * count).map { place in
      Neighbor(index: found.rows[place], distance: Double(found.squaredDistances[place]).squareRoot())
    }
  }
}

/// How many samples could be real, and how much of what is real the samples reach.
///
/// By Kynkäänniemi et al. (2019): a set of features covers the balls around each of them that reach to its k-th nearest
/// neighbor in the set. Precision is the share of samples in what the real ones cover, recall the share of real ones in
/// what the samples cover: samples that are few and perfect have a high precision and a low recall, noise has neither.
///
/// Both depend on the sizes of the sets: the authors take as many samples as real ones, and values compare only where
/// the numbers of samples are equal and those of real ones too.
package struct PrecisionAndRecall: Equatable, Sendable {
  /// The share of samples that lie where real ones are, from 0 to 1.
  package let precision: Double
  /// The share of real ones that lie where samples are, from 0 to 1.
  package let recall: Double

  /// Measures samples against real ones.
  ///
  /// - Parameters:
  ///   - samples: The samples' features, [N, features], more than k.
  ///   - real: The features of real pictures, [M, features], more than k.
  ///   - neighbors: k, 1 or more.
  package init(of samples: Tensor, against real: Tensor, neighbors: Int = 3) {
    for set in [samples, real] {
      requireFinite(set)
      guard neighbors >= 1, set.rowCount > neighbors else {
        fatalError("PrecisionAndRecall: \(neighbors) neighbors in a set of \(set.rowCount)")
      }
    }
    precision = samples.shareCovered(by: real, neighbors: neighbors)
    recall = real.shareCovered(by: samples, neighbors: neighbors)
  }
}

extension Tensor {
  /// The share of rows that lie in a ball around any row of a set, each as large as to reach its k-th neighbor there.
  fileprivate func shareCovered(by set: Tensor, neighbors k: Int) -> Double {
    let nearest = set.nearestRows(among: set, count: k, skippingSame: true).squaredDistances
    let radii = (0..<set.rowCount).map { nearest[$0 * k + k - 1] }
    let covered = rowsWithin(squaredRadii: radii, of: set).count { $0 }
    return Double(covered) / Double(rowCount)
  }
}

/// Stops where a number has no distance to others.
private func requireFinite(_ set: Tensor) {
  guard set.isFinite else { fatalError("a set of the shape \(set.shape) with numbers that are not finite") }
}
