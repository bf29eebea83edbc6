import Deterministic
import Testing

/// A million draws against the distribution they claim.
///
/// Every statistic is a z-score, in standard errors of a million true draws, and must stay within 4; the draws are
/// fixed, so a test that passes passes always. Each test is also given draws that are slightly wrong, and must
/// refuse them.
struct DistributionTests {
  static let count = 1_000_000

  /// 1000 samples of 1000 elements each.
  static let normals: [Double] = {
    let random = RandomNumbers(seed: 2020)
    return (0..<1000).flatMap { random[.jump].normals(step: 1, sample: $0, count: 1000) }
  }()

  static let uniforms: [Double] = {
    let random = RandomNumbers(seed: 2020)
    var values = [Double]()
    values.reserveCapacity(count)
    for sample in 0..<1000 {
      for element in 0..<1000 { values.append(random[.data].uniform(sample: sample, element: element)) }
    }
    return values
  }()

  /// z-scores of mean, variance, skewness and kurtosis under N(0, 1); the moments' variances are 1/n, 2/n, 6/n, 24/n.
  func momentScores(_ values: [Double]) -> [Double] {
    var (s1, s2, s3, s4) = (0.0, 0.0, 0.0, 0.0)
    for x in values {
      let x2 = x * x
      s1 += x
      s2 += x2
      s3 += x2 * x
      s4 += x2 * x2
    }
    let n = Double(values.count)
    let mean = s1 / n
    let variance = s2 / n - mean * mean
    let third = s3 / n - 3 * mean * s2 / n + 2 * mean * mean * mean
    let fourth = s4 / n - 4 * mean * s3 / n + 6 * mean * mean * s2 / n - 3 * mean * mean * mean * mean
    let skewness = third / (variance * variance.squareRoot())
    let kurtosis = fourth / (variance * variance)
    return [
      mean * n.squareRoot(), (variance - 1) * (n / 2).squareRoot(),
      skewness * (n / 6).squareRoot(), (kurtosis - 3) * (n / 24).squareRoot(),
    ]
  }

  /// Kolmogorov and Smirnov's √n · sup |F_n − F| of a sorted sample; above 1.95 for one true sample in a thousand.
  func kolmogorovSmirnov(_ sorted: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(sorted.count)
    var largest = 0.0
    for (index, x) in sorted.enumerated() {
      let f = distribution(x)
      largest = max(largest, max(f - Double(index) / n, Double(index + 1) / n - f))
    }
    return largest * n.squareRoot()
  }

  /// The normal distribution function.
  func normalDistribution(_ x: Double) -> Double { 0.5 * (1 + erf(x * (0.5).squareRoot())) }

  @Test("The moments of a million normals are those of N(0, 1); a variance 2 % off is refused")
  func moments() {
    let scores = momentScores(Self.normals)
    for (score, name) in zip(scores, ["mean", "variance", "skewness", "kurtosis"]) {
      #expect(abs(score) < 4, "\(name)")
    }
    let tooWide = Self.normals.map { (1.02).squareRoot() * $0 }
    #expect(momentScores(tooWide)[1] > 10)  // 0.02 · √(n/2) = 14
    let shifted = Self.normals.map { $0 + 0.01 }
    #expect(momentScores(shifted)[0] > 6)  // 0.01 · √n = 10
    let skewed = Self.normals.map { $0 + 0.01 * ($0 * $0 - 1) }
    #expect(momentScores(skewed)[2] > 10)  // skewness 0.06
  }

  @Test("A million normals pass Kolmogorov and Smirnov's test; a standard deviation 2 % off does not")
  func normalDistributionFunction() {
    let sorted = Self.normals.sorted()
    #expect(kolmogorovSmirnov(sorted, normalDistribution) < 1.95)
    #expect(kolmogorovSmirnov(sorted.map { 1.02 * $0 }, normalDistribution) > 3)  // 0.005 · √n = 5
  }

  @Test("A million uniforms pass Kolmogorov and Smirnov's test; squeezed by 1 % they do not")
  func uniformDistributionFunction() {
    let sorted = Self.uniforms.sorted()
    #expect(sorted.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(kolmogorovSmirnov(sorted) { $0 } < 1.95)
    #expect(kolmogorovSmirnov(sorted.map { 0.99 * $0 }) { $0 } > 5)  // 0.01 · √n = 10
  }

  /// The z-score of the correlation of values known to have mean 0 and variance 1: Σ xy / √n.
  func correlationScore(_ pairs: some Sequence<(Double, Double)>) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (x, y) in pairs {
      sum += x * y
      count += 1
    }
    return sum / count.squareRoot()
  }

  @Test("Neighbors are uncorrelated, a block's two and their squares too; a correlation of 1 % is refused")
  func neighbors() {
    let values = Self.normals
    #expect(abs(correlationScore(zip(values, values.dropFirst()))) < 4)

    let pairs = stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
    #expect(abs(correlationScore(pairs)) < 4)
    // (x² − 1) / √2 has mean 0 and variance 1; the two share Box and Muller's radius.
    let scale = (0.5).squareRoot()
    let squares = pairs.map { x, y in (scale * (x * x - 1), scale * (y * y - 1)) }
    #expect(abs(correlationScore(squares)) < 4)

    let leaking = zip(values, values.dropFirst()).map { x, y in (x, y + 0.01 * x) }
    #expect(abs(correlationScore(leaking)) > 6)  // 0.01 · √n = 10
  }

  @Test("Neighboring samples, steps, purposes and seeds are uncorrelated")
  func neighboringAddresses() {
    let count = 100_000
    let random = RandomNumbers(seed: 2020)
    let base = random[.forwardStep].normals(step: 10, sample: 10, count: count)
    let others = [
      random[.forwardStep].normals(step: 10, sample: 11, count: count),
      random[.forwardStep].normals(step: 11, sample: 10, count: count),
      random[.jump].normals(step: 10, sample: 10, count: count),
      RandomNumbers(seed: 2021)[.forwardStep].normals(step: 10, sample: 10, count: count),
      RandomNumbers(seed: 2020 + 1 << 32)[.forwardStep].normals(step: 10, sample: 10, count: count),
    ]
    for other in others { #expect(abs(correlationScore(zip(base, other))) < 4) }
    #expect(correlationScore(zip(base, base)) > 100)
  }

  /// The z-score of χ² against equal shares: its mean is the number of classes less one, its variance twice that.
  func chiSquareScore(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let freedom = Double(counts.count - 1)
    return (chiSquare - freedom) / (2 * freedom).squareRoot()
  }

  @Test("An index takes every value equally often; a share 3 % off is refused", arguments: [2, 3, 10, 97])
  func indexFrequencies(_ bound: Int) {
    let random = RandomNumbers(seed: 7)
    var counts = [Int](repeating: 0, count: bound)
    for element in 0..<200_000 { counts[random[.data].index(below: bound, element: element)] += 1 }
    #expect(abs(chiSquareScore(counts)) < 4)

    let moved = counts[0] * 3 / 100
    var unfair = counts.map { _ in 200_000 / bound }
    unfair[0] -= moved * bound
    #expect(chiSquareScore(unfair) > 4)
  }
}
