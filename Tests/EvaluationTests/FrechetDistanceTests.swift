import Deterministic
import Evaluation
import Formats
import Foundation
import Statistics
import Tensors
import TestSupport
import Stops
import Testing
import Threads

@Suite("The Fréchet distance")
struct FrechetDistanceTests {
  private let random = RandomNumbers(seed: 7)

  private func gaussian(_ mean: [Double], _ covariance: SymmetricMatrix) -> FeatureDistribution {
    FeatureDistribution(mean: mean, covariance: covariance)
  }

  @Test(
    "of Gaussians along the axes is Σ (μ₁ − μ₂)² + (σ₁ − σ₂)², without rounding where the roots are exact")
  func diagonal() {
    let a = gaussian([1, 2, 3, 0], SymmetricMatrix(diagonal: [4, 9, 0.25, 0]))
    let b = gaussian([0, 2, 5, 0], SymmetricMatrix(diagonal: [1, 0, 0.25, 0]))
    #expect(frechetDistance(a, b) == 1 + 4 + (1 + 9 + 0 + 0))
    #expect(frechetDistance(b, a) == 15)
  }

  @Test("of covariances with the same axes, whatever these are, is Σ (√λ₁ − √λ₂)²")
  func commuting() {
    let (first, second) = ([4.0, 2, 1, 7, 0.5], [3.0, 0.1, 2, 7, 1])
    let expected = zip(first, second).reduce(0.0) { sum, pair in
      let difference = pair.0.squareRoot() - pair.1.squareRoot()
      return sum + difference * difference
    }
    for set in 0..<5 {
      let a = gaussian([0, 0, 0, 0, 0], matrix(eigenvalues: first, axes: 20 + set))
      let b = gaussian([0, 0, 0, 0, 0], matrix(eigenvalues: second, axes: 20 + set))
      #expect(abs(frechetDistance(a, b) - expected) < 1e-13)
    }
  }

  @Test("of two rows of features is tr Σ₁ + tr Σ₂ − 2 √(tr Σ₁Σ₂ + 2 √det Σ₁Σ₂)")
  func twoFeatures() {
    // √M of a 2 × 2 matrix has the trace √(tr M + 2 √det M).
    for set in 0..<10 {
      let a = matrix(eigenvalues: [2, 0.3], axes: 30 + set), b = matrix(eigenvalues: [1, 4], axes: 40 + set)
      var trace = 0.0
      for i in 0..<2 { for j in 0..<2 { trace += a[i, j] * b[j, i] } }
      let determinant = 2 * 0.3 * 1 * 4
      let expected = a.trace + b.trace - 2 * (trace + 2 * determinant.squareRoot()).squareRoot()
      #expect(abs(frechetDistance(gaussian([0, 0], a), gaussian([0, 0], b)) - expected) < 1e-13)
    }
  }

  @Test(
    "of a set from itself is 0, whether its covariance is of full rank or not", arguments: [3, 7, 8, 50, 300])
  func identity(count: Int) {
    let a = FeatureDistribution(
      of: gaussianRows(count, deviations: [1, 2, 0, 0.1, 1, 3, 1, 0.5], mean: 2, set: count))
    // The root of what rounding leaves of an eigenvalue of 0, one for each of eight.
    let tolerance = count > 8 ? 1e-13 : 8e-8
    #expect(frechetDistance(a, a) <= tolerance * a.covariance.trace)
  }

  @Test("is the same both ways, to rounding")
  func symmetric() {
    for set in 0..<5 {
      let a = FeatureDistribution(of: gaussianRows(40, deviations: [1, 2, 0.5, 1], set: 60 + set))
      let b = FeatureDistribution(of: gaussianRows(30, deviations: [0.5, 2, 1, 1], mean: 1, set: 70 + set))
      #expect(abs(frechetDistance(a, b) / frechetDistance(b, a) - 1) < 1e-13)
    }
  }

  @Test("of features in the file is SciPy's (`Fixtures/README.md`)")
  func scipy() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
    let table = try CSV.read("\(fixtures)/frechet_features.csv")
    let columns = try (0..<6).map { try table.numbers(in: "f\($0)") }
    let names = try table.column("set")
    func distribution(_ name: String) -> FeatureDistribution {
      let rows = names.indices.filter { names[$0] == name }
      return FeatureDistribution(
        of: Tensor(rows: rows.count, of: [6]) { row in columns.map { $0[rows[row]] } })
    }
    let expected = try CSV.read("\(fixtures)/frechet_distances.csv")
    let (sqrtm, exact) = (try expected.numbers(in: "sqrtm"), try expected.numbers(in: "singular_values"))
    for (row, pair) in zip(try expected.column("first"), try expected.column("second")).enumerated() {
      let found = frechetDistance(distribution(pair.0), distribution(pair.1))
      // "few" has three eigenvalues of 0, whose roots are off by 1e-8 of the others, SciPy's a little more.
      let isSingular = pair.1 == "few"
      #expect(abs(found / exact[row] - 1) < (isSingular ? 1e-8 : 1e-13), "\(pair)")
      #expect(abs(found / sqrtm[row] - 1) < (isSingular ? 1e-8 : 1e-13), "\(pair)")
    }
    #expect(sqrtm.count == 6)
  }

  @Test("of draws from two Gaussians comes to the closed form")
  func draws() {
    let (first, second) = ([1.0, 2, 0.5], [1.5, 1, 0.5])
    let a = gaussianRows(40_000, deviations: first, set: 1)
    let b = gaussianRows(40_000, deviations: second, mean: 0.5, set: 2)
    let found = FrechetDistance(of: a, from: FeatureDistribution(of: b), resamplings: 20, random: random)
    let expected = 3 * 0.25 + 0.25 + 1
    // b's own randomness is as large as a's.
    #expect(abs(found.value - expected) < 4 * 1.5 * found.standardError)
    #expect(found.standardError < 0.03 * expected)
    #expect(found.value == frechetDistance(FeatureDistribution(of: a), FeatureDistribution(of: b)))
  }

  @Test("varies from set to set as its standard error says")
  func standardError() {
    let reference = FeatureDistribution(
      mean: [0, 0, 0], covariance: SymmetricMatrix(diagonal: [1, 1, 1]))
    let sets = (0..<60).map { set in
      FrechetDistance(
        of: gaussianRows(200, deviations: [1, 1.4, 0.8], mean: 0.3, set: 100 + set), from: reference,
        resamplings: 40, random: RandomNumbers(seed: UInt64(set)))
    }
    let deviation = Moments(sets.map(\.value)).variance.squareRoot()
    let meanError = Moments(sets.map(\.standardError)).mean
    // A standard deviation of 60 numbers is known to a tenth; resampling a distance of some errors is a tenth too large.
    #expect(meanError / deviation > 0.7 && meanError / deviation < 1.5)
  }

  @Test("resamples what the random numbers' addresses say: each set of samples drawn with repetition")
  func resampling() {
    let samples = gaussianRows(12, deviations: [1, 2], set: 3)
    let reference = FeatureDistribution(of: gaussianRows(50, deviations: [1, 1], set: 4))
    let distances = (0..<5).map { draw in
      let drawn = (0..<12).map { random[.resampling].index(below: 12, step: draw, element: $0) }.sorted()
      let rows = Tensor(rowsOf: drawn.map { samples.rows($0..<$0 + 1) })
      return frechetDistance(FeatureDistribution(of: rows), reference)
    }
    let found = FrechetDistance(of: samples, from: reference, resamplings: 5, random: random)
    let expected = Moments(distances).variance.squareRoot()
    #expect(abs(found.standardError / expected - 1) < 1e-12)
  }

  // The number of threads belongs to the whole process: so this test has a process of its own.
  @Test("has the same bits on 1, 2 and 3 threads")
  func threads() async {
    await #expect(processExitsWith: .success) {
      let samples = gaussianRows(100, deviations: [1, 2, 0.5, 0], set: 5)
      let reference = FeatureDistribution(of: gaussianRows(200, deviations: [1, 1, 1, 1], set: 6))
      func measured(_ threads: Int) -> FrechetDistance {
        threadCount = threads
        return FrechetDistance(of: samples, from: reference, resamplings: 9, random: RandomNumbers(seed: 1))
      }
      let expected = measured(1)
      #expect(expected.standardError > 0)
      for threads in [2, 3] { #expect(measured(threads) == expected) }
    }
  }

  @Test("needs features that are finite, of one number, and of two rows or more")
  func mistakes() async {
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = FeatureDistribution(of: .zeros([1, 84]))
    }
    stopped(rows, saying: "features are [rows, features], two rows or more, not [1, 84]")
    let numbers = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = FeatureDistribution(of: Tensor([0, 1, .nan, 2], shape: [2, 2]))
    }
    stopped(numbers, saying: "features that are not finite have no distribution")
    let lengths = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = frechetDistance(FeatureDistribution(of: .zeros([2, 3])), FeatureDistribution(of: .zeros([2, 4])))
    }
    stopped(lengths, saying: "a distance of 3 features from 4")
    let resamplings = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let features = Tensor.zeros([2, 3])
      _ = FrechetDistance(
        of: features, from: FeatureDistribution(of: features), resamplings: 1, random: RandomNumbers(seed: 1))
    }
    stopped(resamplings, saying: "FrechetDistance: 1 resamplings; 2 or more")
  }
}
