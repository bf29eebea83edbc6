import Deterministic
import Diffusion
import Statistics
import Stops
import Testing

@Suite("The ancestral sampler")
struct AncestralSamplerTests {
  /// A prediction that depends on all it is given and is no one's best.
  private func predicted<S: VectorSample>(_ x: S, _ t: Timestep) -> S { (0.3 + 1e-3 * t.value) * x.map(tanh) }

  /// What a sampler asked of its closures.
  private final class Calls {
    var noises: [Int] = []
    var predictions: [Timestep] = []
  }

  // MARK: The sequence

  @Test("gives moments t = T, …, 1, 0, asking for one prediction a step and for noise in all but the last")
  func calls() throws {
    let calls = Calls()
    let steps = try NoiseSchedule.linear().respaced(to: 5)
    let sampler = AncestralSampler(
      steps: steps, from: 0.7, variance: .beta,
      noise: { t in
        calls.noises.append(t)
        return 0.1
      },
      predictor: { x, t in
        calls.predictions.append(t)
        return 0.5 * x
      })
    let moments = Array(sampler)
    #expect(moments.map(\.timestep) == [1000, 750, 501, 251, 1, 0])
    #expect(calls.predictions == [1000, 750, 501, 251, 1])
    #expect(calls.noises == [1000, 750, 501, 251])
    #expect(moments[0].sample == 0.7)
    #expect(moments[5].predictedX0 == moments[5].sample)
    for (moment, step) in zip(moments, steps.reversed()) {
      #expect(moment.predictedX0 == step.x0(from: moment.sample, noise: 0.5 * moment.sample))
    }
    #expect(sampler.sample() == moments[5].sample)
  }

  @Test("computes a moment when it is asked for, and begins anew for every loop")
  func lazy() throws {
    let calls = Calls()
    let sampler = AncestralSampler(
      steps: try NoiseSchedule.linear().steps, from: 0.7, variance: .betaTilde, noise: { _ in 0 },
      predictor: { x, t in
        calls.predictions.append(t)
        return x
      })
    #expect(sampler.prefix(3).map(\.timestep) == [1000, 999, 998])
    #expect(calls.predictions == [1000, 999, 998])
    #expect(sampler.first { $0.timestep == 999 }?.timestep == 999)
    var iterator = sampler.makeIterator()
    var count = 0
    while iterator.next() != nil { count += 1 }
    #expect(count == 1001)
    #expect(iterator.next() == nil)
  }

  // MARK: Equation 11

  @Test("takes worked example 5's step: from 0.4 at t = 500 to 0.408")
  func example5() {
    let step = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
    let before = Step(timestep: 499, beta: 0.01, alphaBar: 0.505, previousAlphaBar: 0.51)
    let sampler = AncestralSampler(
      steps: [before, step], from: 0.4, variance: .beta, noise: { _ in 0.1 }, predictor: { _, _ in 0.3 })
    let samples = sampler.map(\.sample)
    #expect(PrintedNumber("0.408").matches(samples[1]))
    #expect(PrintedNumber("0.407751111777").matches(samples[1]))
    // Alone, the step is the last and draws no noise.
    let alone = AncestralSampler(
      steps: [step], from: 0.4, variance: .beta, noise: { _ in 0.1 }, predictor: { _, _ in 0.3 })
    #expect(PrintedNumber("0.397751111777").matches(alone.sample()))
  }

  @Test(
    "walks by equation 11, for each schedule and variance", arguments: ScheduleCase.allCases,
    ReverseVariance.allCases)
  func equation11(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let schedule = try schedules.schedule()
    func z(_ t: Int) -> SIMD3<Double> { normalPoint(like: SIMD3(), t, purpose: .reverseStep) }
    let start = normalPoint(like: SIMD3<Double>(), 1, purpose: .startingNoise)
    let sampler = AncestralSampler(
      steps: schedule.steps, from: start, variance: variance, noise: z, predictor: predicted)
    var x = start
    for (moment, t) in zip(sampler, schedule.timesteps.reversed()) {
      #expect(moment.timestep == t)
      #expect(norm(moment.sample - x) < 1e-12 * (1 + norm(x)), "t = \(t)")
      // From the sampler's own x_t, so that roundings do not grow along the way.
      let (beta, alphaBar, before) = (schedule.beta(t), schedule.alphaBar(t), schedule.alphaBar(t - 1))
      let noise = predicted(moment.sample, Timestep(t))
      x = (moment.sample - beta / (1 - alphaBar).squareRoot() * noise) / (1 - beta).squareRoot()
      let variance = variance == .beta ? beta : (1 - before) / (1 - alphaBar) * beta
      if t > 1 { x += variance.squareRoot() * z(t) }
    }
    #expect(norm(sampler.sample() - x) < 1e-12 * (1 + norm(x)))
  }

  // MARK: One Gaussian

  /// The mean and variance of x_t all along the way back, t = T…0, for a predictor that is affine in x.
  ///
  /// Then x_0 is affine in x_T and every z: what the sampler makes of no noise at all is the mean, what one z of 1
  /// adds to that is its factor, and the factors' squares add up to the variance.
  private func distributions(
    steps: [Step], variance: ReverseVariance, start: Gaussian<Double>,
    predictor: @escaping (Double, Timestep) -> Double
  ) -> [(mean: Double, variance: Double)] {
    func walk(start: Double, noisy: Int?) -> [Double] {
      AncestralSampler(
        steps: steps, from: start, variance: variance, noise: { $0 == noisy ? 1 : 0 }, predictor: predictor
      ).map(\.sample)
    }
    let means = walk(start: start.mean, noisy: nil)
    var walks = steps.map { walk(start: start.mean, noisy: $0.timestep) }
    walks.append(walk(start: start.draw(1), noisy: nil))
    return means.indices.map { i in
      (means[i], walks.reduce(0) { $0 + ($1[i] - means[i]) * ($1[i] - means[i]) })
    }
  }

  /// The variance of x_0 from x_T of variance 1, by the slope of every step: where all the walks would be too many.
  private func finalVariance(
    steps: [Step], variance: ReverseVariance, predictor: @escaping (Double, Timestep) -> Double
  ) -> Double {
    var spread = 1.0
    for k in steps.indices.reversed() {
      // A step and, where there is one, the one before it, so that the first of two draws noise.
      func next(_ x: Double, _ z: Double) -> Double {
        let two = AncestralSampler(
          steps: Array(steps[max(k - 1, 0)...k]), from: x, variance: variance, noise: { _ in z },
          predictor: predictor)
        return Array(two)[1].sample
      }
      let (slope, sigma) = (next(1, 0) - next(0, 0), next(0, 1) - next(0, 0))
      spread = slope * slope * spread + sigma * sigma
    }
    return spread
  }

  @Test(
    "makes of data N(m, s²) a Gaussian whose mean and variance follow a recursion",
    arguments: [ScheduleCase.shortLinear, .demonstration, .violent, .respaced], ReverseVariance.allCases)
  func recursion(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let (m, s) = (0.7, 0.4)
    let schedule = try schedules.schedule()
    let data = GaussianMixture([.init(weight: 1, mean: m, variance: s * s)])
    let found = distributions(
      steps: schedule.steps, variance: variance, start: Gaussian(mean: 0.0, variance: 1)
    ) { x, t in data.bestNoisePrediction(from: x, at: schedule[t]) }
    // E[ε | x_t] = √(1−ᾱ) (x_t − √ᾱ m)/τ with τ = ᾱ s² + 1 − ᾱ, so that equation 11 is
    // x_{t−1} = (x_t − β (x_t − √ᾱ m)/τ)/√α + σ z.
    var (mean, spread) = (0.0, 1.0)
    for (t, moment) in zip(schedule.timesteps.reversed(), found) {
      #expect(abs(moment.mean - mean) < 1e-12, "t = \(t)")
      #expect(abs(moment.variance / spread - 1) < 1e-12, "t = \(t)")
      let (beta, alphaBar, before) = (schedule.beta(t), schedule.alphaBar(t), schedule.alphaBar(t - 1))
      let tau = alphaBar * s * s + 1 - alphaBar
      let factor = (1 - beta / tau) / (1 - beta).squareRoot()
      let sigma2 = t == 1 ? 0 : variance == .beta ? beta : (1 - before) / (1 - alphaBar) * beta
      mean = factor * mean + beta / tau * alphaBar.squareRoot() * m / (1 - beta).squareRoot()
      spread = factor * factor * spread + sigma2
    }
    let last = try #require(found.last)
    #expect(abs(last.mean - mean) < 1e-12)
    #expect(abs(last.variance / spread - 1) < 1e-12)
  }

  @Test(
    "makes data N(m, 0.5²) 0.3 % too wide with β, 1.5 % too narrow with β̃; a prediction 2 % small or a step late shows",
    arguments: [
      (ReverseVariance.beta, 1, 0, "1.0030083"), (.betaTilde, 1, 0, "0.9845008"),
      (.beta, 0.98, 0, "1.0447907"), (.betaTilde, 0.98, 0, "1.0260092"),
      (.beta, 1, 1, "0.9908842"), (.betaTilde, 1, 1, "0.9725394"),
    ] as [(ReverseVariance, Double, Int, PrintedNumber)])
  func width(variance: ReverseVariance, factor: Double, shift: Int, expected: PrintedNumber) throws {
    // By the recursion above, in Python.
    let schedule = try NoiseSchedule.linear()
    let data = GaussianMixture([.init(weight: 1, mean: 0.7, variance: 0.25)])
    let noisy = schedule.steps.map { data.marginal(at: $0).components[0].gaussian }
    let found = finalVariance(steps: schedule.steps, variance: variance) { x, time in
      let t = min(Int(time.value) + shift, 1000)
      let gaussian = noisy[t - 1]
      return factor * schedule[t].noise(score: (gaussian.mean - x) / gaussian.variance)
    }
    #expect(expected.matches(found / 0.25))
  }

  @Test("with σ² = β keeps data that are N(0, I) so at every step but the last, where noise is missing")
  func standardNormal() throws {
    let schedule = try NoiseSchedule.demonstration()
    let found = distributions(
      steps: schedule.steps, variance: .beta, start: Gaussian(mean: 0.0, variance: 1)
    ) { x, t in (1 - schedule.alphaBar(Int(t.value))).squareRoot() * x }
    for moment in found.dropLast() {
      #expect(moment.mean == 0)
      #expect(abs(moment.variance - 1) < 64 * rounding)
    }
    #expect(abs((found.last?.variance ?? 0) - schedule.alphaBar(1)) < 64 * rounding)
  }

  @Test(
    "with σ² = β̃ retraces q(x_t | x_0) for data of one point, and ends there",
    arguments: [ScheduleCase.shortLinear, .demonstration, .violent, .arbitrary, .respaced, .two, .one])
  func onePoint(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let x0 = -1.7
    let start = schedule[schedule.stepCount].marginal(of: x0)
    let found = distributions(steps: schedule.steps, variance: .betaTilde, start: start) { x, t in
      schedule[t].noise(from: x, x0: x0)
    }
    for (t, moment) in zip(schedule.timesteps.reversed(), found) {
      let expected = schedule[t].marginal(of: x0)
      #expect(abs(moment.mean - expected.mean) < 1e-13, "t = \(t)")
      #expect(abs(moment.variance / expected.variance - 1) < 1e-12, "t = \(t)")
    }
    #expect(abs((found.last?.mean ?? 0) - x0) < 1e-13)
    #expect((found.last?.variance ?? 1) < 1e-26)
  }

  // MARK: A mixture

  /// Three Gaussians eight deviations apart, so that each sample says which it belongs to.
  private let mixture = GaussianMixture([
    .init(weight: 0.5, mean: -3.0, variance: 0.25), .init(weight: 0.3, mean: 1.0, variance: 0.25),
    .init(weight: 0.2, mean: 5.0, variance: 0.25),
  ])

  /// Samples by way of all 1000 steps, with the best prediction times `factor`, as of `shift` timesteps later.
  private func samples(variance: ReverseVariance, factor: Double = 1, shift: Int = 0) throws -> [Double] {
    let steps = try NoiseSchedule.linear().steps
    // E[ε | x_t] = √(1−ᾱ)/τ Σ r_k (x_t − √ᾱ μ_k), written out: ten million scores, and no array for any.
    let (weights, means) = (SIMD4(0.5, 0.3, 0.2, 0), SIMD4(-3.0, 1, 5, 0))
    return random[.startingNoise].normals(count: sampleCount).enumerated().map { i, start in
      AncestralSampler(
        steps: steps, from: start, variance: variance,
        noise: { random[.reverseStep].normal(step: $0, sample: i) },
        predictor: { x, time in
          let alphaBar = steps[min(Int(time.value) + shift, 1000) - 1].alphaBar
          let offsets = x - alphaBar.squareRoot() * means
          let tau = 0.25 * alphaBar + 1 - alphaBar
          let squares = offsets * offsets
          let nearest = min(squares.x, squares.y, squares.z)
          let shares =
            weights
            * SIMD4(
              exp((nearest - squares.x) / (2 * tau)), exp((nearest - squares.y) / (2 * tau)),
              exp((nearest - squares.z) / (2 * tau)), 0)
          return factor * (1 - alphaBar).squareRoot() / tau * (shares * offsets).sum() / shares.sum()
        }
      ).sample()
    }
  }

  #if DEBUG
  private let sampleCount = 500
  #else
  private let sampleCount = 10_000
  #endif

  /// Each sample's place in its component, in deviations.
  private func places(_ samples: [Double]) -> [Double] {
    samples.map { (x: Double) in (x - (x < -1 ? -3 : x < 3 ? 1 : 5)) / 0.5 }
  }

  @Test("with the best prediction gives samples of the mixture", arguments: ReverseVariance.allCases)
  func ofMixture(variance: ReverseVariance) throws {
    let values = try samples(variance: variance)
    let n = Double(values.count)
    let moments = Moments(values)
    #expect(abs(moments.errorsOfMean(from: mixture.mean, variance: mixture.variance)) < bound)
    let center = mixture.mean
    let fourth = mixture.expectation { x in
      let square = (x - center) * (x - center)
      return square * square
    }
    let error = ((fourth - mixture.variance * mixture.variance) / n).squareRoot()
    #expect(abs(moments.variance - mixture.variance) < bound * error)
    let ks = KolmogorovSmirnov(values) { x in
      mixture.components.reduce(0) {
        let gaussian = $1.gaussian
        return $0 + $1.weight * normalDistribution(x, mean: gaussian.mean, variance: gaussian.variance)
      }
    }
    #expect(ks.significance > 0.001)
    // The steps are not infinitely small: by the recursion above one such Gaussian comes out 0.3 % too wide
    // with β and 1.5 % too narrow with β̃; of 10,000 samples the standard error is 1.4 %.
    #expect(abs(Moments(places(values)).errorsOfVariance(from: 1)) < bound)
    #expect(abs(Moments(places(values)).errorsOfMean(from: 0, variance: 1)) < bound)
  }

  #if !DEBUG
  @Test(
    "with another prediction does not: 5 % too small, or that of ten timesteps later",
    arguments: [(0.95, 0), (1, 10)])
  func ofAnother(factor: Double, shift: Int) throws {
    let places = places(try samples(variance: .beta, factor: factor, shift: shift))
    #expect(abs(Moments(places).errorsOfVariance(from: 1)) > bound)
  }
  #endif

  // MARK: Mistakes

  @Test("needs steps, the earliest first")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = AncestralSampler(
          steps: [], from: 0.0, variance: .beta, noise: { _ in 0 }, predictor: { x, _ in x })
      }, saying: "a sampler needs a step")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = AncestralSampler(
          steps: try NoiseSchedule.demonstration().steps.reversed(), from: 0.0, variance: .beta,
          noise: { _ in 0 }, predictor: { x, _ in x })
      }, saying: "a sampler's steps begin with the earliest: 29 comes after 30")
  }
}
