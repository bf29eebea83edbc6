import Deterministic
import Statistics
import Testing

struct KolmogorovSmirnovTests {
  private let random = RandomNumbers(seed: 7)

  @Test("distances of small samples are those worked out by hand")
  func byHand() {
    #expect(KolmogorovSmirnov([1, 2, 3], [1, 2, 3]).distance == 0)
    #expect(KolmogorovSmirnov([1, 2], [3, 4]).distance == 1)
    #expect(KolmogorovSmirnov([1, 3], [2, 4]).distance == 0.5)
    #expect(KolmogorovSmirnov([0.5]) { $0 }.distance == 0.5)
    #expect(KolmogorovSmirnov([0.25, 0.75]) { $0 }.distance == 0.25)
  }

  @Test("the significance is that of Kolmogorov's tables: λ = 1.358 at 5 %, 1.949 at 0.1 %")
  func significance() {
    let n = 1e6
    for (lambda, expected) in [(1.3581, 0.05), (1.6276, 0.01), (1.9495, 0.001)] {
      let count = Int(n)
      // A sample whose distance is λ/√n: an even grid shifted by that much.
      let shift = lambda / n.squareRoot() - 0.5 / n
      let grid = (0..<count).map { (Double($0) + 0.5) / n - shift }
      let test = KolmogorovSmirnov(grid) { max(0, min(1, $0)) }
      #expect(abs(test.significance - expected) < 0.01 * expected)
    }
  }

  @Test("equal distributions are not told apart, a shift of a tenth is")
  func power() {
    let a = random[Purpose(rawValue: 0)].normals(sample: 0, count: 20_000)
    let b = random[Purpose(rawValue: 0)].normals(sample: 1, count: 20_000)
    #expect(KolmogorovSmirnov(a, b).significance > 0.001)
    #expect(KolmogorovSmirnov(a, b.map { $0 + 0.1 }).significance < 1e-6)
  }

  @Test("a sample that is empty or holds NaN is refused, and nothing runs for ever")
  func refusals() async {
    await #expect(processExitsWith: .failure) { _ = KolmogorovSmirnov([], [1]) }
    await #expect(processExitsWith: .failure) { _ = KolmogorovSmirnov([1], [0.0 / 0.0]) }
  }
}
