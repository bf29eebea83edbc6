import Deterministic

/// The sliced 2-Wasserstein distance of two sets of points in the plane.
///
/// It is √(1/n Σ_k W_2²) of the sets' projections onto n directions (cos θ_k, sin θ_k), θ_k = π (k + ½)/n (Bonneel et
/// al. 2015). On a line the best way to carry one set to the other keeps the order, so sorting finds it:
/// W_2² = ∫_0^1 (F⁻¹(u) − G⁻¹(u))² du, where the quantile functions F⁻¹ and G⁻¹ are piecewise constant. The sets may
/// have different sizes; every point of a set has the same share of its mass.
///
/// A translation by v is ‖v‖/√2 long: that is a projection's mean square, exactly so for any two or more directions.
/// Of a distribution without gaps and n draws from it the distance falls like 1/√n.
///
/// - Parameters:
///   - a: One set of points, finite and at least one.
///   - b: The other.
///   - directions: n, 1 or more.
/// - Returns: The distance, in the points' own unit; 0 for equal sets.
/// - Complexity: That of sorting both sets once for every direction.
package func slicedWasserstein(
  _ a: [SIMD2<Double>], _ b: [SIMD2<Double>], directions: Int = 64
) -> Double {
  guard directions >= 1 else { fatalError("a sliced distance needs a direction, not \(directions)") }
  requirePoints(a)
  requirePoints(b)
  var sum = 0.0
  for k in 0..<directions {
    let angle = Double.pi * (Double(k) + 0.5) / Double(directions)
    let (x, y) = (cos(angle), sin(angle))
    sum += squaredWasserstein(
      a.map { $0.x * x + $0.y * y }.sorted(), b.map { $0.x * x + $0.y * y }.sorted())
  }
  return (sum / Double(directions)).squareRoot()
}

/// W_2² of two sorted sets on a line: point i of n holds the quantiles from i/n to (i + 1)/n.
///
/// These are counted in units of 1/(n m), as whole numbers, of which n is a point's share in a set of m.
private func squaredWasserstein(_ a: [Double], _ b: [Double]) -> Double {
  var (i, j, done) = (0, 0, 0)
  var sum = 0.0
  while i < a.count {
    let (endOfA, endOfB) = ((i + 1) * b.count, (j + 1) * a.count)
    let end = min(endOfA, endOfB)
    let distance = a[i] - b[j]
    sum += Double(end - done) * (distance * distance)
    done = end
    if end == endOfA { i += 1 }
    if end == endOfB { j += 1 }
  }
  return sum / (Double(a.count) * Double(b.count))
}

/// Stops where a set is empty or holds a point that is nowhere.
private func requirePoints(_ points: [SIMD2<Double>]) {
  guard !points.isEmpty else { fatalError("an empty set of points has no distance to another") }
  for (index, point) in points.enumerated() {
    guard point.x.isFinite, point.y.isFinite else {
      fatalError("point \(index) is (\(point.x), \(point.y)): a distance needs finite coordinates")
    }
  }
}
