import Deterministic
import Diffusion
import Statistics
import Testing

@Suite("Langevin dynamics")
struct LangevinDynamicsTests {
  // MARK: The sequence

  @Test(
    "gives the start and a sample for each step, each when it is asked for, and begins anew for every loop")
  func sequence() {
    final class Calls {
      var noises: [Int] = []
      var scores: [Double] = []
    }
    let calls = Calls()
    let walk = LangevinDynamics(
      from: 1.0, stepSize: 0.5, count: 3,
      noise: { k in
        calls.noises.append(k)
        return Double(k)
      },
      score: { x in
        calls.scores.append(x)
        return -x
      })
    // √(2η) is 1, so that x_{k+1} = x_k/2 + k.
    #expect(walk.map(\.sample) == [1, 1.5, 2.75, 4.375])
    #expect(calls.noises == [1, 2, 3])
    #expect(calls.scores == [1, 1.5, 2.75])
    #expect(walk.sample() == 4.375)
    calls.scores = []
    #expect(walk.prefix(2).map(\.sample) == [1, 1.5])
    #expect(calls.scores == [1, 1.5])
    let nowhere = LangevinDynamics(from: 1.0, stepSize: 0.5, count: 0, noise: { _ in 0 }, score: { $0 })
    #expect(nowhere.map(\.sample) == [1])
    #expect(nowhere.sample() == 1)
  }

  // MARK: One Gaussian

  /// Steps that are tiny for N(0, s²), usual and nearly too large: η/s².
  static let stepSizes = [0.01, 0.2, 1, 1.9]

  @Test(
    "for N(m, s²) has mean m + (1 − η/s²)^k (x_0 − m) and a variance that ends at s²/(1 − η/2s²)",
    arguments: stepSizes)
  func gaussian(relative: Double) {
    let (m, s, count) = (0.7, 0.4, 1500)
    let stepSize = relative * s * s
    let data = GaussianMixture([.init(weight: 1, mean: m, variance: s * s)])
    // The score is affine in x, so x_k is affine in every z, with factors that depend on how long ago that was. What
    // no noise makes is the mean; what one z of 1 in the first step adds is, after j more steps, the factor of the z
    // j steps before the last.
    func walk(noisy: Int?) -> [Double] {
      LangevinDynamics(
        from: 3.0, stepSize: stepSize, count: count, noise: { $0 == noisy ? 1 : 0 },
        score: { data.score(at: $0) }
      ).map(\.sample)
    }
    let (means, moved) = (walk(noisy: nil), walk(noisy: 1))
    var (decay, variance) = (1.0, 0.0)
    for k in 0...count {
      #expect(abs(means[k] - (m + decay * (3 - m))) < 1e-12, "k = \(k)")
      decay *= 1 - relative
      if k > 0 { variance += (moved[k] - means[k]) * (moved[k] - means[k]) }
    }
    #expect(abs(variance / (s * s / (1 - relative / 2)) - 1) < 1e-10)
  }

  @Test("at twice s² and above runs away")
  func unstable() {
    let walk = LangevinDynamics(from: 1e-3, stepSize: 2.02, count: 1000, noise: { _ in 0 }, score: { -$0 })
    #expect(abs(walk.sample()) > 10)  // 1.02^1000 = 4e8
  }

  @Test("in 2,000 walks of 400 steps has the variance s²/(1 − η/2s²), which is not s²")
  func simulated() {
    let (s, stepSize, count) = (0.4, 0.05, drawsOfWalks)
    let walk = LangevinDynamics(
      from: Batch([Double](repeating: 0, count: count)), stepSize: stepSize, count: 400,
      noise: { Batch.normal(.reverseStep, step: $0, count: count) },
      score: { (-1 / (s * s)) * $0 })
    // (1 − η/s²)^100 is 5e−17: samples a hundred steps apart are independent.
    let samples = walk.enumerated().filter { $0.offset > 0 && $0.offset % 100 == 0 }.flatMap {
      $0.element.sample.coordinates
    }
    let moments = Moments(samples)
    let variance = s * s / (1 - stepSize / (2 * s * s))
    #expect(abs(moments.errorsOfMean(from: 0, variance: variance)) < bound)
    #expect(abs(moments.errorsOfVariance(from: variance)) < bound)
    // By 16 %, of a standard error of 1.6 %.
    #expect(moments.errorsOfVariance(from: s * s) > 2 * bound)
    let ks = KolmogorovSmirnov(samples) { normalDistribution($0, mean: 0, variance: variance) }
    #expect(ks.significance > 0.01)
  }

  private let drawsOfWalks = 2000

  // MARK: Two modes

  /// Two Gaussians ten deviations apart.
  private let farModes = GaussianMixture([
    .init(weight: 0.3, mean: -1.0, variance: 0.04), .init(weight: 0.7, mean: 1.0, variance: 0.04),
  ])

  #if DEBUG
  private let sampleCount = 500
  #else
  private let sampleCount = 4000
  #endif

  /// The share of the samples that belong to the mode at −1.
  private func lowerShare(_ batch: Batch) -> Double {
    Double(batch.coordinates.filter { $0 < 0 }.count) / Double(batch.coordinates.count)
  }

  @Test("at one noise level stays in the modes it began in: half in each, not 0.3 and 0.7, after 1000 steps")
  func oneLevel() {
    let n = sampleCount
    let noise = Batch.normal(.startingNoise, count: n).coordinates
    let start = Batch(
      (0..<n).map { i -> Double in
        let mode: Double = i % 2 == 0 ? -1 : 1
        return mode + 0.2 * noise[i]
      })
    let end = LangevinDynamics(
      from: start, stepSize: 0.002, count: 1000,  // η = s²/20
      noise: { Batch.normal(.reverseStep, step: $0, count: n) },
      score: { farModes.scores(at: $0) }
    ).sample()
    #expect(abs(lowerShare(end) - 0.5) < 0.002)
    // Within a mode it is where it should be.
    let lower = Moments(end.coordinates.filter { $0 < 0 })
    #expect(abs(lower.errorsOfMean(from: -1, variance: 0.04)) < bound)
    #expect(abs(lower.errorsOfVariance(from: 0.04 / (1 - 0.025))) < bound)
  }

  @Test("annealed through forty noise levels finds 0.3 and 0.7, from samples that know of neither")
  func annealed() {
    let (n, sde, corrections) = (sampleCount, VariancePreservingSDE(), 20)
    let times = (0...40).map { sde.time(noiseLevel: 20 * exp(-log(200) * Double($0) / 40)) }  // σ = 20 … 0.1
    let end = PredictorCorrectorSampler(
      of: sde, through: times, from: Batch.normal(.startingNoise, count: n), update: .none,
      corrections: corrections,
      noise: { .normal(.reverseStep, step: $0 * (1 + corrections) + $1, count: n) },
      predictor: { x, u in farModes.bestNoisePredictions(from: x, alphaBar: sde.alphaBar(at: u)) }
    ).sample()
    #expect(abs(lowerShare(end) - 0.3) < bound * (0.3 * 0.7 / Double(n)).squareRoot())
  }
}
