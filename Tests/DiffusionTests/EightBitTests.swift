import Deterministic
import Diffusion
import Testing

@Suite("The probability of 8-bit data (equation 13)")
struct EightBitTests {
  private func level(_ k: Int) -> Double { Double(k) / 127.5 - 1 }

  @Test(
    "of all 256 levels is 1", arguments: [-3, -1, -0.9961, -0.2, 0, 0.003, 0.71, 1, 1.5],
    [1e-12, 1e-6, 5e-5, 0.01, 0.3, 1, 40])
  func sum(mean: Double, variance: Double) {
    let gaussian = Gaussian(mean: mean, variance: variance)
    var sum = 0.0
    for k in 0...255 { sum += exp(gaussian.logProbability(ofEightBit: level(k))) }
    // Each of the probabilities is off by a few roundings of its logarithm, which is below 6 where it counts, and
    // its bounds by one, in deviations: that counts up to mean/deviation times.
    #expect(abs(sum - 1) < 16 * rounding * (6 + 3 / variance.squareRoot()))
  }

  @Test("is the density times the cell's width, 2/255, where the Gaussian is wide", arguments: [0.4, 1, 25])
  func wide(variance: Double) {
    let gaussian = Gaussian(mean: 0.3, variance: variance)
    for k in 1...254 {
      let z2 = (level(k) - 0.3) * (level(k) - 0.3) / variance
      let expected = gaussian.logDensity(at: level(k)) + log(2.0 / 255)
      let found = gaussian.logProbability(ofEightBit: level(k))
      // By Taylor a width h adds ln(1 + h² (z² − 1)/24) of the width in deviations; the next terms are h⁴ z⁴/2880 and smaller.
      let h2 = (2.0 / 255) * (2.0 / 255) / variance
      let correction = h2 * (z2 - 1) / 24
      #expect(abs(found - expected - correction) < h2 * h2 * (1 + z2) * (1 + z2) / 1000 + 1e-12)
    }
  }

  @Test("is the distribution function's differences, and its tails at both ends")
  func cells() {
    let gaussian = Gaussian(mean: 0.2, variance: 0.09)
    func below(_ x: Double) -> Double { normalDistribution(x, mean: 0.2, variance: 0.09) }
    for k in [0, 1, 50, 128, 153, 200, 254, 255] {
      let low = k == 0 ? 0 : below(level(k) - 1.0 / 255)
      let high = k == 255 ? 1 : below(level(k) + 1.0 / 255)
      let found = exp(gaussian.logProbability(ofEightBit: level(k)))
      #expect(abs(found - (high - low)) < 1e-15, "level \(k)")
    }
  }

  @Test(
    "deep in the tails is mpmath's",
    arguments: [
      (0.5, 0.0001, 0, -11197.180364788252),
      (0.5, 0.0001, 20, -8973.309520420748),
      (-0.9, 5.4532e-05, 255, -32969.80439033632),
      (-0.9, 5.4532e-05, 254, -32697.658274016896),
      (0.2, 1e-08, 127, -2000008.5198412428),
      (1.0, 1e-08, 1, -197653990.0552807),
      (-1.0, 1e-08, 255, -199216466.02999818),
      (3.0, 0.0001, 128, -44771.63357073738),
      (100.0, 0.0001, 60, -50526881.03032936),
      (-100.0, 0.0001, 60, -49468099.0128202),
      (0.0, 0.0001, 128, -1.2602893038887104),
      (-1.0, 1e-06, 0, -4.39881596153098e-05),
      (0.0, 4.0, 7, -6.571853864020723),
      (7.5, 0.25, 0, -148.12182174866305),
    ] as [(mean: Double, variance: Double, level: Int, logarithm: Double)])
  func tails(mean: Double, variance: Double, level k: Int, logarithm: Double) {
    let found = Gaussian(mean: mean, variance: variance).logProbability(ofEightBit: level(k))
    // A bound is rounded, and the logarithm moves by at most one density, or z deviations, times that; then some
    // roundings of it all.
    let tolerance = 32 * rounding * abs(logarithm) + rounding / variance.squareRoot()
    #expect(abs(found - logarithm) < tolerance, "\(found)")
  }

  @Test("is finite for every mean and variance, and falls with the distance")
  func finite() {
    for exponent in stride(from: -290, through: 290, by: 10) {
      let variance = Double("1e\(exponent)") ?? .nan
      for k in [0, 1, 127, 254, 255] {
        var last = 0.0
        for mean in [1.0, 3, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18] {
          for sign in [1.0, -1] {
            let found = Gaussian(mean: sign * mean, variance: variance).logProbability(ofEightBit: level(k))
            // ln P is about −mean²/2 variance; where that is no Double, there is none.
            let isRepresentable = mean * mean / variance < 1e308
            #expect(found <= 0 && (found > -.infinity || !isRepresentable), "\(mean), 1e\(exponent), \(k)")
          }
          let found = Gaussian(mean: mean, variance: variance).logProbability(ofEightBit: level(0))
          #expect(found <= last)
          last = found
        }
      }
    }
  }

  @Test("of an image is the product over its coordinates, each at its own place")
  func product() {
    let x = SIMD4(level(0), level(17), level(128), level(255))
    let mean = SIMD4(-0.99, -0.8, 0.2, 0.9)
    var sum = 0.0
    for i in 0..<4 { sum += Gaussian(mean: mean[i], variance: 0.02).logProbability(ofEightBit: x[i]) }
    #expect(Gaussian(mean: mean, variance: 0.02).logProbability(ofEightBit: x) == sum)
  }

  @Test("takes a level as a Float has it for that level, to the bit")
  func floats() {
    let gaussian = Gaussian(mean: 0.1, variance: 0.01)
    for k in 0...255 {
      let rounded = Double(Float(level(k)))
      #expect(gaussian.logProbability(ofEightBit: rounded) == gaussian.logProbability(ofEightBit: level(k)))
    }
  }
}
