import Diffusion
import Testing

@Suite("A pair of samples")
struct PairedTests {
  private let x = Paired(SIMD2(1.0, -2), 3.0)
  private let y = Paired(SIMD2(0.5, 4), -0.25)

  @Test("is added, subtracted and scaled part by part")
  func arithmetic() {
    #expect(x + y == Paired(SIMD2(1.5, 2), 2.75))
    #expect(x - y == Paired(SIMD2(0.5, -6), 3.25))
    #expect(2 * x == Paired(SIMD2(2, -4), 6))
    #expect(Paired.combining(2, x, -4, y) == Paired(SIMD2(0, -20), 7))
  }

  @Test("has the coordinates of both parts, the first's first")
  func coordinates() {
    #expect(x.dimension == 3)
    #expect(x.dot(y) == 0.5 - 8 - 0.75)
    var seen: [[Double]] = []
    let sum = x.sum(with: y) { a, b in
      seen.append([a, b])
      return a - b
    }
    #expect(seen == [[1, 0.5], [-2, 4], [3, -0.25]])
    #expect(sum == 0.5 - 6 + 3.25)
    #expect(x.map { $0 * $0 } == Paired(SIMD2(1, 4), 9))
    #expect(x.clipped(to: 1.5) == Paired(SIMD2(1, -1.5), 1.5))
  }
}
