import Deterministic
import Statistics
import Testing

@Suite("The sliced Wasserstein distance")
struct SlicedWassersteinTests {
  private let random = RandomNumbers(seed: 7)

  /// Points from N(0, I): set number `set`.
  private func points(_ count: Int, set: Int) -> [SIMD2<Double>] {
    let numbers = random[Purpose(rawValue: 0)].normals(sample: set, count: 2 * count)
    return (0..<count).map { SIMD2(numbers[2 * $0], numbers[2 * $0 + 1]) }
  }

  @Test("is 0 from a set to itself in any order, and to nothing else", arguments: [1, 2, 5, 100])
  func zero(count: Int) {
    let a = points(count, set: 0)
    #expect(slicedWasserstein(a, a) == 0)
    #expect(slicedWasserstein(a, a.reversed()) == 0)
    #expect(slicedWasserstein(a, a.sorted { $0.x < $1.x }) == 0)
    var other = a
    other[count / 2].y += 0.01
    #expect(slicedWasserstein(a, other) > 1e-4)
  }

  @Test("of a translation by v is ‖v‖/√2, for any two or more directions", arguments: [2, 3, 7, 64])
  func translation(directions: Int) {
    let a = points(50, set: 1)
    for v in [SIMD2(1.0, 0), SIMD2(0, -2), SIMD2(3, 4)] {
      let expected = ((v.x * v.x + v.y * v.y) / 2).squareRoot()
      #expect(abs(slicedWasserstein(a, a.map { $0 + v }, directions: directions) / expected - 1) < 1e-13)
    }
  }

  @Test("along one direction, θ = π/2, sees only y")
  func oneDirection() {
    #expect(abs(slicedWasserstein([SIMD2(0, 0)], [SIMD2(5, 2)], directions: 1) - 2) < 1e-14)
  }

  @Test("grows with the scale, and not with a quarter turn")
  func scaling() {
    let (a, b) = (points(40, set: 2), points(40, set: 3))
    let distance = slicedWasserstein(a, b)
    #expect(abs(slicedWasserstein(a.map { 3 * $0 }, b.map { 3 * $0 }) / (3 * distance) - 1) < 1e-13)
    #expect(slicedWasserstein(a.map { -4 * $0 }, b.map { -4 * $0 }) == 4 * distance)
    func turned(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] { points.map { SIMD2(-$0.y, $0.x) } }
    #expect(abs(slicedWasserstein(turned(a), turned(b)) / distance - 1) < 1e-13)
  }

  @Test("is the same both ways, and never longer than a way through a third set")
  func metric() {
    for set in 0..<30 {
      let a = points(3 + set % 5, set: 10 + set)
      let b = points(2 + set % 7, set: 50 + set)
      let c = points(1 + set, set: 90 + set).map { 0.5 * $0 }
      #expect(slicedWasserstein(a, b) == slicedWasserstein(b, a))
      #expect(slicedWasserstein(a, b) <= slicedWasserstein(a, c) + slicedWasserstein(c, b))
    }
  }

  @Test("of N(0, s²I) and N(0, r²I) is |s − r|, as far as 20,000 draws can tell")
  func gaussians() {
    let count = 20_000
    let (a, b) = (points(count, set: 4), points(count, set: 5))
    for (s, r) in [(1.0, 0.5), (0.3, 2.0), (1.0, 1.5)] {
      let distance = slicedWasserstein(a.map { s * $0 }, b.map { r * $0 })
      // W_2 is that of the quantiles, whose scales are known to s/√(2n) each.
      let error = ((s * s + r * r) / Double(2 * count)).squareRoot()
      #expect(abs(distance - abs(s - r)) < 4 * error)
    }
    #expect(slicedWasserstein(a, b) < 0.03)
  }

  @Test("is the cheapest assignment of points to points, found by trying all of them, in each direction")
  func assignment() {
    for set in 0..<10 {
      let count = 1 + set % 6
      let (a, b) = (points(count, set: 200 + set), points(count, set: 300 + set))
      let directions = 5
      var sum = 0.0
      for k in 0..<directions {
        let angle = Double.pi * (Double(k) + 0.5) / Double(directions)
        func projected(_ point: SIMD2<Double>) -> Double { point.x * cos(angle) + point.y * sin(angle) }
        sum += cheapest(a.map(projected), b.map(projected)) / Double(count)
      }
      let expected = (sum / Double(directions)).squareRoot()
      #expect(abs(slicedWasserstein(a, b, directions: directions) / expected - 1) < 1e-13)
    }
  }

  /// The smallest Σ (a_i − b_π(i))² of all permutations π.
  private func cheapest(_ a: [Double], _ b: [Double]) -> Double {
    guard let first = a.first else { return 0 }
    var smallest = Double.infinity
    for i in b.indices {
      var rest = b
      let cost = (first - rest.remove(at: i)) * (first - b[i])
      smallest = min(smallest, cost + cheapest(Array(a.dropFirst()), rest))
    }
    return smallest
  }

  @Test(
    "of sets of unequal size is that of as many copies of each as make them equal",
    arguments: [(2, 3), (4, 6), (5, 1)])
  func unequal(n: Int, m: Int) {
    let (a, b) = (points(n, set: 6), points(m, set: 7))
    func copies(_ points: [SIMD2<Double>], _ count: Int) -> [SIMD2<Double>] {
      points.flatMap { Array(repeating: $0, count: count) }
    }
    let distance = slicedWasserstein(a, b)
    #expect(abs(slicedWasserstein(copies(a, m), copies(b, n)) / distance - 1) < 1e-14)
    #expect(abs(slicedWasserstein(copies(a, 2), b) / distance - 1) < 1e-14)
    #expect(abs(slicedWasserstein(a, copies(b, 3)) / distance - 1) < 1e-14)
    #expect(slicedWasserstein(a, copies(a, 3)) == 0)
  }

  @Test("of a point and two is that worked out by hand: √((1² + 3²)/2) along y")
  func byHand() {
    let distance = slicedWasserstein([SIMD2(0, 0)], [SIMD2(9, 3), SIMD2(-4, 1)], directions: 1)
    #expect(abs(distance - 5.0.squareRoot()) < 1e-14)
  }

  @Test("has no answer for an empty set, a point that is nowhere, or no direction")
  func mistakes() async {
    await #expect(processExitsWith: .failure) { _ = slicedWasserstein([], [SIMD2(0, 0)]) }
    await #expect(processExitsWith: .failure) { _ = slicedWasserstein([SIMD2(0, 0)], []) }
    await #expect(processExitsWith: .failure) { _ = slicedWasserstein([SIMD2(0, 0.0 / 0)], [SIMD2(0, 0)]) }
    await #expect(processExitsWith: .failure) { _ = slicedWasserstein([SIMD2(0, 0)], [SIMD2(1.0 / 0, 0)]) }
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = slicedWasserstein([SIMD2(0, 0)], [SIMD2(0, 0)], directions: 0)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a sliced distance needs a direction, not 0"))
  }
}
