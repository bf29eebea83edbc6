import Deterministic
import Diffusion
import Testing

@Suite("A Gaussian")
struct GaussianTests {
  @Test("draws its mean plus its standard deviation times the noise")
  func draw() {
    let gaussian = Gaussian(mean: SIMD2(0.5, -2), variance: 0.25)
    #expect(gaussian.standardDeviation == 0.5)
    #expect(gaussian.draw(SIMD2(0, 0)) == gaussian.mean)
    #expect(gaussian.draw(SIMD2(2, -1)) == SIMD2(1.5, -2.5))
    #expect(Gaussian(mean: 3.0, variance: 0).draw(17) == 3)
  }

  @Test("has the density of the textbook: numbers of the standard normal's table")
  func knownDensities() {
    let standard = Gaussian(mean: 0.0, variance: 1)
    #expect(PrintedNumber("0.3989422804").matches(standard.density(at: 0)))
    #expect(PrintedNumber("0.2419707245").matches(standard.density(at: 1)))
    #expect(PrintedNumber("0.0539909665").matches(standard.density(at: -2)))
    #expect(standard.logDensity(at: 40) == -800 + standard.logDensity(at: 0))  // exp of it is 0
  }

  @Test(
    "has a density that integrates to 1 and the mean and variance that it says", arguments: [0.01, 1, 30])
  func integrals(variance: Double) {
    let gaussian = Gaussian(mean: -0.7, variance: variance)
    let width = variance.squareRoot()
    let grid = Grid(from: -0.7 - 12 * width, to: -0.7 + 12 * width, spacing: width / 4)
    #expect(abs(grid.integral { gaussian.density(at: $0) } - 1) < 1e-13)
    #expect(abs(grid.integral { $0 * gaussian.density(at: $0) } + 0.7) < 1e-13)
    let square = grid.integral { ($0 + 0.7) * ($0 + 0.7) * gaussian.density(at: $0) }
    #expect(abs(square / variance - 1) < 1e-13)
  }

  @Test("in d dimensions is the product of d Gaussians")
  func product() {
    func expectProduct<S: VectorSample>(_ zero: S, sourceLocation: SourceLocation = #_sourceLocation) {
      let (mean, x) = (normalPoint(like: zero, 1), normalPoint(like: zero, 2))
      var sum = 0.0
      for axis in axes(like: zero) { sum += logNormal(x.dot(axis), mean: mean.dot(axis), variance: 0.3) }
      let found = Gaussian(mean: mean, variance: 0.3).logDensity(at: x)
      #expect(abs(found - sum) < 1e-13 * (1 + abs(sum)), sourceLocation: sourceLocation)
    }
    expectProduct(0.0)
    expectProduct(SIMD2<Double>())
    expectProduct(SIMD3<Double>())
    expectProduct(SIMD4<Double>())
    expectProduct(SIMD8<Double>())
  }

  @Test("equals another with its mean and variance")
  func equality() {
    #expect(Gaussian(mean: 1.0, variance: 2) == Gaussian(mean: 1.0, variance: 2))
    #expect(Gaussian(mean: 1.0, variance: 2) != Gaussian(mean: 1.0, variance: 3))
    #expect(Gaussian(mean: 1.0, variance: 2) != Gaussian(mean: 0.0, variance: 2))
  }
}
