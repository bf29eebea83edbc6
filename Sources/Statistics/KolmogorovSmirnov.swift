import Deterministic

/// The test of Kolmogorov and Smirnov, whether two samples, or a sample and a formula, have the same distribution.
package struct KolmogorovSmirnov: Equatable, Sendable {
  /// The largest distance between the two cumulative distributions, from 0 to 1.
  package let distance: Double
  /// The number of draws that counts: n for one sample, n m/(n + m) for two.
  package let effectiveCount: Double

  /// Compares two samples.
  ///
  /// - Complexity: That of sorting both.
  package init(_ first: [Double], _ second: [Double]) {
    let (a, b) = (first.sorted(), second.sorted())
    requireNumbers(first)
    requireNumbers(second)
    var (i, j, largest) = (0, 0, 0.0)
    while i < a.count, j < b.count {
      let x = min(a[i], b[j])
      while i < a.count, a[i] <= x { i += 1 }
      while j < b.count, b[j] <= x { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    distance = largest
    effectiveCount = Double(a.count) * Double(b.count) / Double(a.count + b.count)
  }

  /// Compares a sample with a cumulative distribution function.
  package init(_ sample: [Double], cumulative: (Double) -> Double) {
    requireNumbers(sample)
    let n = Double(sample.count)
    var largest = 0.0
    for (i, x) in sample.sorted().enumerated() {
      let expected = cumulative(x)
      largest = max(largest, max(Double(i + 1) / n - expected, expected - Double(i) / n))
    }
    distance = largest
    effectiveCount = n
  }

  /// The probability of a distance at least this large when both are the same distribution.
  ///
  /// Kolmogorov's limit 2 Σ_{k≥1} (−1)^{k−1} exp(−2 k² λ²) with Stephens' correction for finite n,
  /// λ = (√n + 0.12 + 0.11/√n) D.
  package var significance: Double {
    let root = effectiveCount.squareRoot()
    let lambda = (root + 0.12 + 0.11 / root) * distance
    // Below this the sum is 1 to four digits and converges slowly.
    guard lambda > 0.3 else { return 1 }
    var sum = 0.0
    for k in 1...20 {
      let term = exp(-2 * Double(k * k) * lambda * lambda)
      sum += k % 2 == 1 ? term : -term
    }
    return max(0, min(1, 2 * sum))
  }
}

/// Stops where a sample is empty or holds what cannot be sorted.
private func requireNumbers(_ sample: [Double]) {
  guard !sample.isEmpty else { fatalError("an empty sample has no distribution") }
  guard !sample.contains(where: \.isNaN) else { fatalError("a sample with NaN in it has no distribution") }
}
