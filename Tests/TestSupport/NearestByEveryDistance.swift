/// The nearest of some points to one, found by looking at every distance, one number after another: an oracle.
///
/// - Parameters:
///   - point: The point.
///   - others: One or more points of as many numbers.
/// - Returns: Which is nearest, the first of several, and how far it is.
package func nearestByEveryDistance(
  to point: [Double], among others: [[Double]]
) -> (index: Int, distance: Double) {
  var best = (index: 0, distance: Double.infinity)
  for (index, other) in others.enumerated() {
    var squares = 0.0
    for (a, b) in zip(point, other) { squares += (a - b) * (a - b) }
    if squares.squareRoot() < best.distance { best = (index, squares.squareRoot()) }
  }
  return best
}
