import Deterministic
import Diffusion
import Testing

/// How far samplers are from the reverse SDE, and that it is the step size times a constant.
@Suite("With more and smaller steps")
struct ConvergenceTests {
  private let sde = VariancePreservingSDE()

  /// The times from 1 down to `end` in equal steps.
  private func times(_ count: Int, to end: Double) -> [Double] {
    (0...count).map { 1 + (end - 1) * Double($0) / Double(count) }
  }

  /// log₂ of how much smaller each error is than the one before: 1 where it halves.
  private func slopes(_ errors: [Double]) -> [Double] {
    zip(errors, errors.dropFirst()).map { log(abs($0 / $1)) / log(2) }
  }

  // MARK: Weak convergence, for one Gaussian

  static let samplers: [(ReverseUpdate, ReverseVariance)] = [
    (.eulerMaruyama, .beta), (.ancestral, .beta), (.ancestral, .betaTilde),
  ]

  /// The variance of what a sampler makes of N(0, s²) noised to time 1.
  ///
  /// The best prediction is linear in x, so the last sample is linear in the first and in every z. Of a batch in which
  /// one sample starts at 1 deviation and each other one has a single z of 1, the squares add up to the variance.
  private func finalVariance(
    of data: GaussianMixture<Double>, steps: Int, predictor: ReverseUpdate, variance: ReverseVariance
  ) -> Double {
    func unit(_ index: Int, _ length: Double = 1) -> Batch {
      Batch((0...steps).map { $0 == index ? length : 0 })
    }
    let deviation = data.marginal(alphaBar: sde.alphaBar(at: 1)).variance.squareRoot()
    let last = PredictorCorrectorSampler(
      of: sde, through: times(steps, to: 0), from: unit(0, deviation), update: predictor,
      variance: variance, noise: { step, _ in unit(step) },
      predictor: { x, u in data.bestNoisePredictions(from: x, alphaBar: sde.alphaBar(at: u)) }
    ).sample()
    return last.coordinates.reduce(0) { $0 + $1 * $1 }
  }

  @Test(
    "the variance that each makes of N(0, s²) follows a recursion, and is off by half as much",
    arguments: samplers)
  func weak(predictor: ReverseUpdate, variance: ReverseVariance) {
    let s2 = 0.25
    let data = GaussianMixture([.init(weight: 1, mean: 0.0, variance: s2)])
    var errors: [Double] = []
    // With fewer, what is left of order h² nearly cancels the error of Euler and Maruyama's.
    for count in [500, 1000, 2000] {
      let found = finalVariance(of: data, steps: count, predictor: predictor, variance: variance)
      let alphaBars = times(count, to: 0).map { exp(-0.1 * $0 - 9.95 * $0 * $0) }
      var expected = alphaBars[0] * s2 + 1 - alphaBars[0]
      for k in 0..<count {
        // ε is √(1−ᾱ) x/τ, and −x/τ the score.
        let tau = alphaBars[k] * s2 + 1 - alphaBars[k]
        let (factor, noise): (Double, Double)
        switch predictor {
        case .none: fatalError("not a predictor")
        case .eulerMaruyama:
          let noiseIn = (0.1 + 19.9 * (1 - Double(k) / Double(count))) / Double(count)
          (factor, noise) = (1 + 0.5 * noiseIn - noiseIn / tau, noiseIn)
        case .ancestral:
          let beta = 1 - alphaBars[k] / alphaBars[k + 1]
          factor = (1 - beta / tau) / (1 - beta).squareRoot()
          noise = variance == .beta ? beta : beta * (1 - alphaBars[k + 1]) / (1 - alphaBars[k])
        }
        expected = factor * factor * expected + (k == count - 1 ? 0 : noise)
      }
      #expect(abs(found / expected - 1) < 1e-11, "\(count) steps")
      errors.append(found / s2 - 1)
    }
    for slope in slopes(errors) { #expect(abs(slope - 1) < 0.15, "\(errors)") }
  }

  // MARK: Strong convergence, for a mixture

  /// Two Gaussians that overlap: between far ones a path may end in the other, and the few that do are all the error.
  private let mixture = GaussianMixture([
    .init(weight: 0.3, mean: -0.7, variance: 0.2), .init(weight: 0.7, mean: 0.6, variance: 0.2),
  ])
  private let finest = 1024
  private let pathCount = 1000

  /// The ends of paths that all samplers walk along, however many steps they take: a step's z is what the Brownian
  /// motion does in it, the sum of the z of m finest steps over √m.
  ///
  /// They end at time 0.02, with the noise of every step: one left out in a last step to 0 would count √h.
  private func walk(steps: Int, predictor: ReverseUpdate, variance: ReverseVariance) -> Batch {
    let ratio = finest / steps
    return PredictorCorrectorSampler(
      of: sde, through: times(steps, to: 0.02),
      from: Batch.normal(.startingNoise, count: pathCount), update: predictor, variance: variance,
      noise: { step, _ in
        var sum = Batch.normal(.reverseStep, step: step * ratio, count: pathCount)
        for fine in 1..<ratio {
          sum = sum + Batch.normal(.reverseStep, step: step * ratio - fine, count: pathCount)
        }
        return (1 / Double(ratio).squareRoot()) * sum
      },
      predictor: { x, u in mixture.bestNoisePredictions(from: x, alphaBar: sde.alphaBar(at: u)) }
    ).sample()
  }

  /// √E(x − y)².
  private func distance(_ x: Batch, _ y: Batch) -> Double {
    let squares = (x - y).coordinates.reduce(0) { $0 + $1 * $1 }
    return (squares / Double(x.coordinates.count)).squareRoot()
  }

  @Test("each path moves by half as much, and ancestral sampling's is Euler and Maruyama's")
  func strong() {
    let counts = [64, 128, 256, 512, 1024]
    var all: [[Batch]] = []
    for (predictor, variance) in Self.samplers {
      let ends = counts.map { walk(steps: $0, predictor: predictor, variance: variance) }
      let errors = zip(ends, ends.dropFirst()).map { distance($0, $1) }
      for slope in slopes(errors) { #expect(abs(slope - 1) < 0.15, "\(predictor) \(variance): \(errors)") }
      all.append(ends)
    }
    for other in all.dropFirst() {
      let errors = zip(all[0], other).map { distance($0, $1) }
      for slope in slopes(errors) { #expect(abs(slope - 1) < 0.15, "\(errors)") }
    }
  }
}
