import Deterministic
import Diffusion
import Statistics
import Testing

/// Every sampler of continuous time against data whose distribution is known, with the best prediction: what it makes
/// passes a test that it fails with a score 5 % too large, and with too few steps.
@Suite("With the best prediction, samples of a mixture")
struct SamplersOnMixturesTests {
  /// A sampler, with a number of steps that is enough and one that is not.
  struct Recipe: CustomTestStringConvertible {
    let name: String
    let predictor: ReverseUpdate
    let corrections: Int
    let signalToNoise: Double
    let steps: Int
    let tooFew: Int
    /// The factor of a score that it shows to be wrong.
    var tooLarge = 1.05
    /// How many samples show it.
    let count: Int
    let times: @Sendable (Int) -> [Double]

    var testDescription: String { "\(name), \(steps) steps" }
  }

  static let sde = VariancePreservingSDE()

  /// From 1 to a last time in equal steps.
  static func evenly(to end: Double) -> @Sendable (Int) -> [Double] {
    { count in (0...count).map { 1 + (end - 1) * Double($0) / Double(count) } }
  }

  /// Noise levels σ in a geometric sequence, as in Song and Ermon 2019.
  static func geometrically(from first: Double, to last: Double) -> @Sendable (Int) -> [Double] {
    { count in
      (0...count).map {
        sde.time(noiseLevel: first * exp(log(last / first) * Double($0) / Double(count)))
      }
    }
  }

  static let recipes = [
    Recipe(
      name: "ancestral", predictor: .ancestral, corrections: 0, signalToNoise: 0.16, steps: 1000, tooFew: 20,
      count: 10_000, times: evenly(to: 0)),
    Recipe(
      name: "Euler–Maruyama", predictor: .eulerMaruyama, corrections: 0, signalToNoise: 0.16, steps: 40,
      tooFew: 20, count: 20_000, times: evenly(to: 0)),
    Recipe(
      name: "predictor–corrector", predictor: .eulerMaruyama, corrections: 1, signalToNoise: 0.16, steps: 200,
      tooFew: 40, count: 20_000, times: evenly(to: 0.01)),
    // With r = 0.16 it takes (0.35/0.16)² = 5 times as many corrections to get as far. The noise of the levels before,
    // not all forgotten, makes the samples a little too wide; that hides a score 5 % too large, which makes them narrow.
    Recipe(
      name: "annealed Langevin", predictor: .none, corrections: 10, signalToNoise: 0.35, steps: 80,
      tooFew: 20,
      tooLarge: 1.1, count: 15_000, times: geometrically(from: 4, to: 0.05)),
  ]

  private let plane = GaussianMixture([
    .init(weight: 0.5, mean: SIMD2(-1.0, 0.2), variance: 0.09),
    .init(weight: 0.3, mean: SIMD2(0.9, 1.0), variance: 0.16),
    .init(weight: 0.2, mean: SIMD2(0.5, -1.2), variance: 0.09),
  ])

  /// The plane's mixture seen from the side.
  private let line = GaussianMixture([
    .init(weight: 0.5, mean: -1.0, variance: 0.09),
    .init(weight: 0.3, mean: 0.9, variance: 0.16),
    .init(weight: 0.2, mean: 0.5, variance: 0.09),
  ])

  /// What many samples say of a distribution.
  private struct Verdict: CustomStringConvertible {
    /// The least significance of the tests of Kolmogorov and Smirnov, one a coordinate.
    var significance = 1.0
    /// The most standard errors by which a mean, a variance or the mean surprise −ln p(x) is off.
    ///
    /// The surprise is what a score too large changes most: in the end it makes p^1.05 of p.
    var errors = 0.0

    var isAccepted: Bool { significance > 0.01 && errors < bound }
    var isRejected: Bool { significance < 1e-4 || errors > bound }
    var description: String { "significance \(significance), \(errors) standard errors" }
  }

  /// E f(X) for X of a mixture.
  private typealias Expectation<S: VectorSample> = (GaussianMixture<S>, (S) -> Double) -> Double

  private func verdict<S: VectorSample>(
    of batch: Batch, on truth: GaussianMixture<S>, expectation: Expectation<S>
  ) -> Verdict {
    var verdict = Verdict()
    let dimension = truth.mean.dimension
    let surprises = (0..<batch.coordinates.count / dimension).map {
      -truth.logDensity(at: batch.sample($0, like: truth.mean))
    }
    let entropy = expectation(truth) { -truth.logDensity(at: $0) }
    let spread = expectation(truth) {
      let offset = -truth.logDensity(at: $0) - entropy
      return offset * offset
    }
    verdict.errors = abs(Moments(surprises).errorsOfMean(from: entropy, variance: spread))
    for (number, axis) in axes(like: truth.mean).enumerated() {
      let values = batch.coordinates(number, of: dimension)
      let center = truth.mean.dot(axis)
      var (variance, fourth) = (0.0, 0.0)
      for component in truth.components {
        let width = component.gaussian.variance
        let offset = component.gaussian.mean.dot(axis) - center
        let square = offset * offset
        variance += component.weight * (width + square)
        fourth += component.weight * (3 * width * width + 6 * width * square + square * square)
      }
      let moments = Moments(values)
      let errorOfVariance = ((fourth - variance * variance) / Double(values.count)).squareRoot()
      verdict.errors = max(
        verdict.errors, abs(moments.errorsOfMean(from: center, variance: variance)),
        abs(moments.variance - variance) / errorOfVariance)
      let test = KolmogorovSmirnov(values) { x in
        truth.components.reduce(0) {
          let gaussian = $1.gaussian
          return $0 + $1.weight
            * normalDistribution(x, mean: gaussian.mean.dot(axis), variance: gaussian.variance)
        }
      }
      verdict.significance = min(verdict.significance, test.significance)
    }
    return verdict
  }

  /// What a sampler makes of noise, with the best prediction times `factor`.
  private func judged<S: VectorSample>(
    _ recipe: Recipe, of data: GaussianMixture<S>, steps: Int, factor: Double = 1, expectation: Expectation<S>
  ) -> Verdict {
    let times = recipe.times(steps)
    let dimension = data.mean.dimension
    #if DEBUG
    let count = recipe.count / 20
    #else
    let count = recipe.count
    #endif
    let sampler = PredictorCorrectorSampler(
      of: Self.sde, through: times, from: Batch.normal(.startingNoise, dimension: dimension, count: count),
      update: recipe.predictor, corrections: recipe.corrections, signalToNoise: recipe.signalToNoise,
      noise: { step, correction in
        .normal(
          .reverseStep, step: step * (1 + recipe.corrections) + correction, dimension: dimension, count: count
        )
      },
      predictor: { x, u in
        data.bestNoisePredictions(from: x, alphaBar: Self.sde.alphaBar(at: u), factor: factor)
      })
    let truth = data.marginal(alphaBar: Self.sde.alphaBar(at: times[times.count - 1]))
    return verdict(of: sampler.sample(), on: truth, expectation: expectation)
  }

  private func expectSampled<S: VectorSample>(
    _ recipe: Recipe, of data: GaussianMixture<S>, expectation: Expectation<S>
  ) {
    let right = judged(recipe, of: data, steps: recipe.steps, expectation: expectation)
    #expect(right.isAccepted, "\(right)")
    #if !DEBUG
    let large = judged(
      recipe, of: data, steps: recipe.steps, factor: recipe.tooLarge, expectation: expectation)
    #expect(large.isRejected, "with too large a score: \(large)")
    let few = judged(recipe, of: data, steps: recipe.tooFew, expectation: expectation)
    #expect(few.isRejected, "with too few steps: \(few)")
    #endif
  }

  @Test("on the line; and not with too large a score, nor with too few steps", arguments: recipes)
  func onTheLine(recipe: Recipe) {
    expectSampled(recipe, of: line) { mixture, f in mixture.expectation(of: f) }
  }

  @Test("in the plane; and not with too large a score, nor with too few steps", arguments: recipes)
  func inThePlane(recipe: Recipe) {
    expectSampled(recipe, of: plane) { mixture, f in mixture.expectation(of: f) }
  }

  @Test("are what the predictions written out for a batch are made for: those of one sample")
  func predictions() {
    let step = Self.sde.steps(through: [0, 0.3])[0]
    let batch = Batch.normal(.startingNoise, dimension: 2, count: 100)
    let found = plane.bestNoisePredictions(from: batch, alphaBar: step.alphaBar)
    for i in 0..<100 {
      let best = plane.bestNoisePrediction(from: batch.sample(i, like: SIMD2()), at: step)
      #expect(norm(found.sample(i, like: SIMD2()) - best) < 1e-13)
    }
  }
}
