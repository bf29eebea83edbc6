/// The mean and variance of a list of numbers, and how far off they are likely to be.
///
/// Sums run from the first number to the last, so the same list gives the same bits everywhere.
package struct Moments: Equatable, Sendable {
  /// How many numbers there are.
  package let count: Int
  /// Their mean.
  package let mean: Double
  /// The variance of the distribution they come from, estimated without bias: Σ (x − mean)²/(n − 1).
  package let variance: Double

  /// Measures the numbers; there must be at least two.
  package init(_ values: [Double]) {
    guard values.count > 1 else { fatalError("a variance needs two numbers, not \(values.count)") }
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / Double(values.count)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    count = values.count
    self.mean = mean
    variance = squares / Double(values.count - 1)
  }

  /// How many standard errors the mean lies from that of N(mean, variance): (m − μ)/√(σ²/n).
  package func errorsOfMean(from mean: Double, variance: Double) -> Double {
    (self.mean - mean) / (variance / Double(count)).squareRoot()
  }

  /// How many standard errors the variance lies from that of a Gaussian: (s² − σ²)/(σ² √(2/(n−1))).
  package func errorsOfVariance(from variance: Double) -> Double {
    (self.variance - variance) / (variance * (2 / Double(count - 1)).squareRoot())
  }
}
