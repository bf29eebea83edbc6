import Deterministic
import Testing

@Suite("The logarithm of a normal distribution's mass")
struct NormalMassTests {
  @Test(
    "is that of the distribution functions' difference, where it can be taken",
    arguments: [(-1, 1), (-8, -0.5), (-0.1, 3), (0, 0.5), (0, 7), (-3, 0), (0.25, 0.75), (1, 3)])
  func difference(low: Double, high: Double) {
    let root = (0.5).squareRoot()
    let mass = 0.5 * (erf(root * high) - erf(root * low))
    // The difference is off by some roundings of 1.
    #expect(abs(exp(logMassOfNormal(from: low, to: high)) - mass) <= 4 * 0x1p-53)
  }

  @Test("is the density times the width, for a narrow interval", arguments: [0, 0.7, -3, 40, -1e4])
  func density(middle: Double) {
    // A width h leaves h² (z² − 1)/24 out, and that is 1e−13.
    let h = 1e-6 / (1 + middle.magnitude)
    let (low, high) = (middle - h, middle + h)
    let expected = log(high - low) - 0.5 * log(2 * Double.pi) - middle * middle / 2
    let found = logMassOfNormal(from: low, to: high)
    // The bounds' middle is rounded, too, and the density's logarithm falls by z times that.
    let tolerance = 1e-12 + 4 * 0x1p-53 * (1 + middle * middle)
    #expect(abs(found - expected) <= tolerance)
  }

  @Test("adds up: of two neighbors, and of all numbers")
  func addition() {
    let bounds = [
      -Double.infinity, -60, -38.5, -9, -2, -1.999, -0.3, 0, 1e-9, 0.4, 1.5, 8, 38, 39, 1e5, .infinity,
    ]
    for (low, middle) in zip(bounds, bounds.dropFirst()) {
      for high in bounds where high > middle {
        let first = logMassOfNormal(from: low, to: middle)
        let second = logMassOfNormal(from: middle, to: high)
        let larger = max(first, second)
        let sum = larger + log(exp(first - larger) + exp(second - larger))
        let whole = logMassOfNormal(from: low, to: high)
        #expect(abs(sum - whole) <= 0x1p-50 * max(1, abs(whole)), "\(low) … \(middle) … \(high)")
      }
    }
  }

  @Test("is the same, to the bit, for an interval and its mirror image")
  func symmetry() {
    for (low, width) in zip(GoldenTests.arguments(-20, 20), GoldenTests.arguments(1e-9, 3)).prefix(5000) {
      let (a, b) = (low, low + width)
      #expect(logMassOfNormal(from: a, to: b) == logMassOfNormal(from: -b, to: -a))
    }
  }

  @Test("grows with the interval across the seams of its formulas")
  func growth() {
    for low in [0, 1e-3, 0.5, 1, 3, 30] {
      // Where (b² − a²)/2 = 1.
      let seam = (low * low + 2).squareRoot()
      for index in -500...500 {
        let high = seam + Double(index) * 0x1p-36
        #expect(logMassOfNormal(from: low, to: high + 0x1p-36) > logMassOfNormal(from: low, to: high))
      }
    }
    for index in -500...500 {
      let low = Double(index) * 0x1p-40
      #expect(logMassOfNormal(from: low - 0x1p-40, to: 1) > logMassOfNormal(from: low, to: 1))
    }
  }

  @Test("is finite wherever the logarithm is a Double")
  func finite() {
    for exponent in -300...153 {
      let z = Double("1e\(exponent)") ?? .nan
      for high in [2 * z, z.nextUp, .infinity] {
        let mass = logMassOfNormal(from: z, to: high)
        #expect(mass > -.infinity && mass < 0, "\(z) … \(high)")
        #expect(logMassOfNormal(from: -high, to: -z) == mass)
        #expect(logMassOfNormal(from: -z, to: high) <= 0)
        #expect(logMassOfNormal(from: -z, to: high) > -.infinity)
      }
    }
  }

  @Test("has no value without an interval")
  func special() {
    #expect(logMassOfNormal(from: -.infinity, to: .infinity) == 0)
    #expect(logMassOfNormal(from: 2, to: 2) == -.infinity)
    #expect(logMassOfNormal(from: .infinity, to: .infinity) == -.infinity)
    #expect(logMassOfNormal(from: 1e200, to: .infinity) == -.infinity)
    #expect(logMassOfNormal(from: 2, to: 1).isNaN)
    #expect(logMassOfNormal(from: .nan, to: 1).isNaN && logMassOfNormal(from: 1, to: .nan).isNaN)
    #expect(logMassOfNormal(from: -.infinity, to: 0) == log(0.5))
    #expect(logMassOfNormal(from: 0, to: .infinity) == log(0.5))
  }
}
