import Deterministic
import Diffusion
import Testing

/// A pair of numbers that combines in one pass and knows whether it was ever made so.
private struct Pair: Sample, Equatable {
  var first: Double
  var second: Double
  var isCombined = false

  static func + (left: Pair, right: Pair) -> Pair {
    Pair(first: left.first + right.first, second: left.second + right.second)
  }
  static func - (left: Pair, right: Pair) -> Pair {
    Pair(first: left.first - right.first, second: left.second - right.second)
  }
  static func * (scale: Double, sample: Pair) -> Pair {
    Pair(first: scale * sample.first, second: scale * sample.second, isCombined: sample.isCombined)
  }
  static func combining(_ a: Double, _ x: Pair, _ b: Double, _ y: Pair) -> Pair {
    Pair(first: a * x.first + b * y.first, second: a * x.second + b * y.second, isCombined: true)
  }
}

@Suite("A sample")
struct SampleTests {
  /// Every formula that needs nothing but a `Sample`, on any of them.
  private func formulas<S: Sample>(_ step: Step, _ x: S, _ y: S) -> [S] {
    [
      step.forward(from: x).mean, step.forward(from: x).draw(y),
      step.marginal(of: x).mean, step.marginal(of: x).draw(y),
      step.posterior(of: x, given: y).mean, step.posterior(of: x, given: y).draw(x),
      step.reverse(from: x, predictedNoise: y, variance: .beta).mean,
      step.reverse(from: x, predictedNoise: y, variance: .betaTilde).draw(x),
      step.reverse(from: x, predictedX0: y, variance: .betaTilde).draw(y),
      step.x0(from: x, noise: y), step.x0(from: x, score: y),
      step.noise(from: x, x0: y), step.noise(score: y), step.score(noise: y),
      step.score(from: x, x0: y),
    ]
  }

  @Test(
    "may be a number, a vector or another type: the same formula gives the same bits",
    arguments: [1, 2, 260, 1000])
  func sameFormula(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let (x, y) = (SIMD2(0.8, -1.7), SIMD2(0.3, 0.05))
    let first = formulas(step, x.x, y.x)
    let second = formulas(step, x.y, y.y)
    let plane = formulas(step, x, y)
    let pairs = formulas(step, Pair(first: x.x, second: x.y), Pair(first: y.x, second: y.y))
    for i in first.indices {
      #expect(plane[i] == SIMD2(first[i], second[i]), "formula \(i)")
      #expect(pairs[i].first == first[i], "formula \(i)")
      #expect(pairs[i].second == second[i], "formula \(i)")
    }
  }

  @Test("that combines in one pass is asked to, by every formula that adds")
  func combinesItself() throws {
    let step = try NoiseSchedule.linear()[500]
    let results = formulas(step, Pair(first: 0.8, second: 1), Pair(first: 0.3, second: 2))
    let scalings: Set = [0, 2, 12, 13]  // the two forward means, ε of the score, the score of ε
    for (i, result) in results.enumerated() {
      #expect(result.isCombined != scalings.contains(i), "formula \(i)")
    }
  }

  @Test("combines as a x + b y unless it knows better")
  func defaultCombining() {
    #expect(Double.combining(2, 3, -0.5, 4) == 4)
    #expect(SIMD3<Double>.combining(2, SIMD3(1, 2, 3), -1, SIMD3(0, 1, 7)) == SIMD3(2, 3, -1))
    // Two products, each rounded, and a sum: not a fused multiply-add, whose result is 0x1p-54.
    let a = 1 + 0x1p-27
    #expect(Double.combining(a, a, -1, 1 + 0x1p-26) == 0)
  }

  @Test("with coordinates has its dimension, inner product and map, coordinate by coordinate")
  func coordinates() {
    #expect(3.0.dimension == 1 && 3.0.dot(-2) == -6 && 3.0.map { $0 * $0 } == 9)
    func expectCoordinates<S: VectorSample & SIMD>(_ x: S, _ dimension: Int) where S.Scalar == Double {
      #expect(x.dimension == dimension)
      var (sum, squares) = (0.0, x)
      for i in 0..<dimension {
        sum += x[i] * x[i] * x[i]
        squares[i] = x[i] * x[i]
      }
      #expect(x.map { $0 * $0 } == squares)
      #expect(x.dot(squares) == sum)
    }
    expectCoordinates(SIMD2(1, -2), 2)
    expectCoordinates(SIMD3(1, -2, 0.1), 3)
    expectCoordinates(SIMD4(1, -2, 0.1, 7), 4)
    expectCoordinates(SIMD8(1, -2, 0.1, 7, 0.3, -0.7, 11, 13), 8)
  }

  @Test("is clipped coordinate by coordinate, both ends included, and what is no number stays so")
  func clipping() {
    #expect(SIMD4(-3, -1.5, 0.25, 1.5).clipped(to: 1.5) == SIMD4(-1.5, -1.5, 0.25, 1.5))
    #expect(SIMD2(-.infinity, .infinity).clipped(to: 0.1) == SIMD2(-0.1, 0.1))
    #expect((1 + 0x1p-52).clipped(to: 1) == 1 && (-3.0).clipped(to: 0) == 0)
    #expect(Double.nan.clipped(to: 1).isNaN)
  }

  @Test("sums its inner product from the first coordinate to the last")
  func orderOfTheSum() {
    let one = SIMD4(1.0, 1, 1, 1)
    // From the left 1e16 swallows the 1 before it is taken away; from the right or in pairs something else is left.
    #expect(SIMD4(1e16, 1, -1e16, 1).dot(one) == 1)
    #expect(SIMD4(1, 1e16, -1e16, 3).dot(one) == 3)
    #expect(SIMD8(1, 1e16, -1e16, 3, 0, 0, 5, 0.25).dot(SIMD8(repeating: 1)) == 8.25)
    #expect(SIMD4(1e16, 1, -1e16, 1).sum(with: one) { $0 * $1 } == 1)
  }

  @Test("sums any function of two samples' coordinates, each with its counterpart")
  func sumOfTerms() {
    #expect(3.0.sum(with: 5) { $0 - 2 * $1 } == -7)
    #expect(SIMD2(1.0, 2).sum(with: SIMD2(10, 20)) { $0 * $0 + $1 } == 35)
    var pairs: [SIMD2<Double>] = []
    _ = SIMD3(1.0, 2, 3).sum(with: SIMD3(4, 5, 6)) {
      pairs.append(SIMD2($0, $1))
      return 0
    }
    #expect(pairs == [SIMD2(1, 4), SIMD2(2, 5), SIMD2(3, 6)])
  }
}
