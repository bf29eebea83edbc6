import Deterministic
import Statistics
import Testing

struct MomentsTests {
  @Test("moments of a short list are those worked out by hand, and their errors are in units of the theory's")
  func moments() {
    let moments = Moments([1, 2, 3, 4])
    #expect(moments.mean == 2.5)
    #expect(abs(moments.variance - 5.0 / 3) < 1e-15)
    #expect(moments.errorsOfMean(from: 2, variance: 1) == 1)
    let normal = Moments(RandomNumbers(seed: 7)[Purpose(rawValue: 0)].normals(sample: 2, count: 200_000))
    #expect(abs(normal.errorsOfMean(from: 0, variance: 1)) < 4)
    #expect(abs(normal.errorsOfVariance(from: 1)) < 4)
    #expect(abs(normal.errorsOfVariance(from: 1.02)) > 4)
  }
}
