import Datasets
import Deterministic
import Samples
import Testing

@Suite("The toy distributions")
struct ToyDistributionTests {
  static let random = RandomNumbers(seed: 2020)

  /// Exact moments, by integrating the constructions: variances of x and y, covariance.
  static let moments: [(ToyDistribution, variances: SIMD2<Double>, covariance: Double)] = [
    (.spiral, SIMD2(1.071941, 0.928059), -0.148898),
    (.moons, SIMD2(1, 1), -0.450580),
    (.mixture, SIMD2(0.981625, 1.001375), -0.0255),
    (.checkerboard, SIMD2(1, 1), 0.1875),
  ]

  @Test("have mean 0 and the covariance of their formulas, within five standard errors", arguments: moments)
  func meanAndCovariance(toy: ToyDistribution, variances: SIMD2<Double>, covariance: Double) {
    let points = toy.points(count: 100_000, random: Self.random[.data])
    expectMean(points.map(\.x), near: 0)
    expectMean(points.map(\.y), near: 0)
    expectMean(points.map { $0.x * $0.x }, near: variances.x)
    expectMean(points.map { $0.y * $0.y }, near: variances.y)
    expectMean(points.map { $0.x * $0.y }, near: covariance)
    #expect(abs(variances.x - 1) < 0.08 && abs(variances.y - 1) < 0.08)
  }

  @Test("give a point the same place alone and among others", arguments: ToyDistribution.allCases)
  func addressed(toy: ToyDistribution) {
    let points = toy.points(count: 50, random: Self.random[.data])
    for sample in [49, 17, 0] { #expect(toy.point(sample, random: Self.random[.data]) == points[sample]) }
    #expect(Set(points).count == 50)
    #expect(toy.point(17, random: RandomNumbers(seed: 2021)[.data]) != points[17])
  }

  @Test("keep the spiral on its arm: two turns, each radius at its angle")
  func spiralHasOneArm() {
    let turns = 4 * Double.pi
    let mean = SIMD2(4 / (turns * turns), -2 / turns)
    let scale = 2.05149
    let arm = (0...4000).map { i in
      let share = Double(i) / 4000
      return scale * (share * SIMD2(cos(turns * share), sin(turns * share)) - mean)
    }
    let distances = ToyDistribution.spiral.points(count: 1000, random: Self.random[.data]).map { point in
      arm.map { distance(point, $0) }.min() ?? .infinity
    }
    #expect(distances.allSatisfy { $0 < 5 * 0.05 })
    // The arm is 0.05 wide: the distance across it has this root mean square.
    let square = distances.reduce(0) { $0 + $1 * $1 } / 1000
    #expect(abs(square.squareRoot() - 0.05) < 0.005)
  }

  @Test("make of the moons two pieces, and of the other curve one")
  func moonsAreTwo() {
    let moons = ToyDistribution.moons.points(count: 2000, random: Self.random[.data])
    let sizes = pieceSizes(moons, linkedWithin: 0.2)
    #expect(sizes.count == 2)
    #expect(sizes.allSatisfy { abs($0 - 1000) < 112 })  // five standard deviations of a fair coin
    let spiral = ToyDistribution.spiral.points(count: 2000, random: Self.random[.data])
    #expect(pieceSizes(spiral, linkedWithin: 0.2).count == 1)
  }

  @Test("leave the empty squares of the checkerboard empty and fill the others alike")
  func checkerboardSquares() {
    let count = 100_000
    let side = 3.0.squareRoot() / 2
    var counts = [Int](repeating: 0, count: 16)
    for point in ToyDistribution.checkerboard.points(count: count, random: Self.random[.data]) {
      let (column, row) = (Int((point.x / side + 2).rounded(.down)), Int((point.y / side + 2).rounded(.down)))
      #expect((0..<4).contains(column) && (0..<4).contains(row))
      counts[4 * row + column] += 1
    }
    let filled = (0..<16).filter { ($0 / 4 + $0 % 4) % 2 == 0 }
    #expect(filled.map { counts[$0] }.reduce(0, +) == count)
    // The 0.1 % point of chi-square with 7 degrees of freedom.
    #expect(chiSquare(filled.map { counts[$0] }, shares: [Double](repeating: 1 / 8, count: 8)) < 24.322)
  }

  @Test("draw the mixture's components as often as their weights say")
  func mixtureFrequencies() {
    let components = ToyDistribution.gaussianMixture.components
    var counts = [Int](repeating: 0, count: components.count)
    for point in ToyDistribution.mixture.points(count: 100_000, random: Self.random[.data]) {
      // In standard deviations; the components lie so far apart that the nearest is the right one.
      let distances = components.map { distance(point, $0.gaussian.mean) / $0.gaussian.standardDeviation }
      counts[distances.indices.min { distances[$0] < distances[$1] } ?? 0] += 1
    }
    // The 0.1 % point of chi-square with 4 degrees of freedom.
    #expect(chiSquare(counts, shares: components.map(\.weight)) < 18.467)
  }

  @Test("balance the mixture: its mean is 0, its variance near 1")
  func mixtureIsCentered() {
    let mixture = ToyDistribution.gaussianMixture
    #expect(abs(mixture.mean.x) < 1e-15 && abs(mixture.mean.y) < 1e-15)
    #expect(abs(mixture.variance - 0.9915) < 1e-9)
    #expect(Set(mixture.components.map(\.weight)).count == 5)
    #expect(mixture.components.allSatisfy { $0.gaussian.variance > 0 })
  }
}

/// Expects the mean of independent draws within five of its standard errors of the true value.
private func expectMean(
  _ draws: [Double], near expected: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
  let count = Double(draws.count)
  let mean = draws.reduce(0, +) / count
  let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let error = (variance / count).squareRoot()
  #expect(abs(mean - expected) < 5 * error, "standard error \(error)", sourceLocation: sourceLocation)
}

private func chiSquare(_ counts: [Int], shares: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  return zip(counts, shares).reduce(0) { sum, cell in
    let expected = total * cell.1
    return sum + (Double(cell.0) - expected) * (Double(cell.0) - expected) / expected
  }
}

private func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
  let d = a - b
  return (d.x * d.x + d.y * d.y).squareRoot()
}

/// The sizes of the groups that form when points closer than a reach are linked.
private func pieceSizes(_ points: [SIMD2<Double>], linkedWithin reach: Double) -> [Int] {
  var waiting = Set(points.indices)
  var sizes = [Int]()
  while let seed = waiting.popFirst() {
    var frontier = [seed]
    var size = 1
    while let current = frontier.popLast() {
      let near = waiting.filter { distance(points[$0], points[current]) < reach }
      waiting.subtract(near)
      frontier += near
      size += near.count
    }
    sizes.append(size)
  }
  return sizes
}
