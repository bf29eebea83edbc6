import Deterministic

/// Equally spaced numbers, and integrals over them by the trapezoid rule.
///
/// For smooth functions that vanish at both ends the rule is far better than its name: a Gaussian of standard
/// deviation σ is integrated with relative error 2 exp(−2π² σ²/h²), 5e−9 at spacing h = σ and 1e−34 at σ/2.
struct Grid {
  let points: [Double]
  let spacing: Double

  init(from low: Double, to high: Double, spacing atMost: Double) {
    let count = Int(((high - low) / atMost).rounded(.up))
    let spacing = (high - low) / Double(count)
    points = (0...count).map { low + Double($0) * spacing }
    self.spacing = spacing
  }

  /// ∫ f, for an f that vanishes at both ends.
  func integral(_ f: (Double) -> Double) -> Double {
    var sum = 0.0
    for x in points { sum += f(x) }
    return spacing * sum
  }

  /// The distribution proportional to exp(logDensity): its density at each point, its mean and variance.
  func distribution(_ logDensity: (Double) -> Double) -> (density: [Double], mean: Double, variance: Double) {
    let logs = points.map(logDensity)
    let largest = logs.max() ?? 0
    let heights = logs.map { exp($0 - largest) }
    var total = 0.0
    for height in heights { total += height }
    let shares = heights.map { $0 / total }
    var mean = 0.0
    for (share, x) in zip(shares, points) { mean += share * x }
    var variance = 0.0
    for (share, x) in zip(shares, points) { variance += share * (x - mean) * (x - mean) }
    return (shares.map { $0 / spacing }, mean, variance)
  }
}

/// ln N(x; mean, variance), written out here so that no test compares the module with itself.
func logNormal(_ x: Double, mean: Double, variance: Double) -> Double {
  -0.5 * (log(2 * Double.pi * variance) + (x - mean) * (x - mean) / variance)
}

/// The normal distribution function of N(mean, variance).
func normalDistribution(_ x: Double, mean: Double, variance: Double) -> Double {
  0.5 * (1 + erf((x - mean) / (2 * variance).squareRoot()))
}
