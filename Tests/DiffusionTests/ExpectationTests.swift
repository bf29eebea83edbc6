import Deterministic
import Diffusion
import Statistics
import Stops
import Testing

@Suite("Expectations over a mixture")
struct ExpectationTests {
  static let timesteps = [1, 2, 10, 50, 100, 260, 500, 750, 1000]

  /// A component of deviation 0.02 on the flank of one of deviation 1, and a faint one of 0.1 between them.
  private let uneven = GaussianMixture([
    .init(weight: 0.6, mean: 0.0, variance: 1), .init(weight: 0.3, mean: 1.3, variance: 0.0004),
    .init(weight: 0.1, mean: 0.9, variance: 0.01),
  ])

  /// Two equal components 9.24 deviations apart: the worst case of the trapezoid rule at ten nodes a deviation.
  private let distant = GaussianMixture([
    .init(weight: 0.5, mean: -0.924, variance: 0.04), .init(weight: 0.5, mean: 0.924, variance: 0.04),
  ])

  private let plane = mixture(like: SIMD2<Double>())

  /// One Gaussian, its mean wherever normal points lie.
  private func single<S: VectorSample>(like zero: S, deviation: Double) -> GaussianMixture<S> {
    GaussianMixture([.init(weight: 1, mean: normalPoint(like: zero, 4), variance: deviation * deviation)])
  }

  /// A moment with a given ᾱ, which is all that the lowest loss asks for.
  private func step(alphaBar: Double) -> Step {
    Step(timestep: 500, beta: 0.01, alphaBar: alphaBar, previousAlphaBar: alphaBar)
  }

  // MARK: Moments and entropy

  @Test("are the moments of a mixture to thirteen digits", arguments: [1, 0.99, 0.5, 1e-4])
  func moments(alphaBar: Double) {
    for mixture in [lineMixture, uneven, distant].map({ $0.marginal(alphaBar: alphaBar) }) {
      let center = mixture.mean
      #expect(abs(mixture.expectation { _ in 1 } - 1) < 1e-13)
      #expect(abs(mixture.expectation { $0 } - center) < 1e-13)
      #expect(abs(mixture.expectation { ($0 - center) * ($0 - center) } - mixture.variance) < 1e-13)
    }
    let mixture = plane.marginal(alphaBar: alphaBar)
    let center = mixture.mean
    #expect(abs(mixture.expectation { _ in 1 } - 1) < 1e-13)
    #expect(abs(mixture.expectation(of: \.x) - center.x) < 1e-13)
    #expect(abs(mixture.expectation(of: \.y) - center.y) < 1e-13)
    let square = mixture.expectation { ($0 - center).dot($0 - center) }
    #expect(abs(square - 2 * mixture.variance) < 1e-13)
  }

  @Test(
    "of a Gaussian reach its fourth moment, 3 s⁴, and E cos X = cos μ exp(−s²/2)", arguments: [0.01, 1, 30])
  func higherMoments(deviation: Double) {
    let mean = 0.7
    let line = GaussianMixture([.init(weight: 1, mean: mean, variance: deviation * deviation)])
    let fourth = line.expectation { x in
      let z = (x - mean) / deviation
      return z * z * z * z
    }
    #expect(abs(fourth - 3) < 1e-13)
    // A wave must be as long as the component is wide; this one has a period of 2π deviations.
    let wave = line.expectation { cos(($0 - mean) / deviation + 0.4) }
    #expect(abs(wave - cos(0.4) * exp(-0.5)) < 1e-14)
  }

  @Test("give the entropy of a Gaussian, d/2 ln(2πe s²)", arguments: [0.01, 0.3, 1, 30])
  func entropyOfOne(deviation: Double) {
    let ofOneCoordinate = 0.5 * (log(2 * Double.pi * deviation * deviation) + 1)
    #expect(abs(single(like: 0.0, deviation: deviation).differentialEntropy - ofOneCoordinate) < 1e-13)
    let ofTwo = single(like: SIMD2<Double>(), deviation: deviation).differentialEntropy
    #expect(abs(ofTwo - 2 * ofOneCoordinate) < 1e-13)
  }

  @Test("give the entropy ln K more than a part's for K parts that nowhere meet")
  func entropyOfParts() {
    let parts = GaussianMixture((0..<4).map { .init(weight: 1, mean: 5 * Double($0), variance: 0.01) })
    let ofOne = 0.5 * (log(2 * Double.pi * 0.01) + 1)
    #expect(abs(parts.differentialEntropy - (ofOne + log(4))) < 1e-13)
  }

  @Test("change by less than 1e−12 with four times as many nodes, from the worst mixture too")
  func finerNodes() {
    for (mixture, narrowest) in [(lineMixture, 0.1), (uneven, 0.02), (distant, 0.2)] {
      let grid = Grid(from: -11, to: 11, spacing: narrowest / 32)
      let entropy = -grid.integral { mixture.density(at: $0) * mixture.logDensity(at: $0) }
      #expect(abs(mixture.differentialEntropy - entropy) < 1e-12)
      let share = grid.integral { x in
        let shares = mixture.responsibilities(at: x)
        return mixture.density(at: x) * shares[0] * shares[1]
      }
      let found = mixture.expectation { x in
        let shares = mixture.responsibilities(at: x)
        return shares[0] * shares[1]
      }
      #expect(abs(found - share) < 1e-12)
    }
  }

  @Test("of the plane change by less than 1e−12 with twice as many nodes each way")
  func finerNodesOfThePlane() {
    let mixture = plane.marginal(alphaBar: 0.9)
    let grid = Grid(from: -7, to: 7, spacing: (0.9 * 0.04 + 0.1).squareRoot() / 16)
    var entropy = 0.0
    for y in grid.points {
      entropy -= grid.integral { x in
        let logDensity = mixture.logDensity(at: SIMD2(x, y))
        return exp(logDensity) * logDensity
      }
    }
    #expect(abs(mixture.differentialEntropy - grid.spacing * entropy) < 1e-12)
  }

  // MARK: The lowest loss

  @Test("The lowest loss of one Gaussian is s² ᾱ/(s² ᾱ + 1 − ᾱ), at every t", arguments: [0.02, 0.5, 1, 3])
  func lossOfOne(deviation: Double) throws {
    // E[ε | x_t] = √(1−ᾱ) (x_t − √ᾱ m)/τ, τ = ᾱ s² + 1 − ᾱ, has variance (1−ᾱ)/τ; the loss is 1 less that.
    let line = single(like: 0.0, deviation: deviation)
    let plane = single(like: SIMD2<Double>(), deviation: deviation)
    for step in try NoiseSchedule.linear().steps {
      let signal = step.alphaBar * deviation * deviation
      let expected = signal / (signal + (1 - step.alphaBar))
      #expect(abs(line.lowestLoss(at: step) / expected - 1) < 8 * rounding)
      #expect(abs(plane.lowestLoss(at: step) / expected - 1) < 8 * rounding)
    }
  }

  @Test("The lowest loss is 1 − (1−ᾱ) E‖∇ log q‖²/d, by Pythagoras", arguments: timesteps)
  func pythagoras(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    func expectSame(_ loss: Double, _ square: Double, sourceLocation: SourceLocation = #_sourceLocation) {
      // The difference of two numbers near 1 is good to twelve decimals, not twelve digits.
      #expect(abs(loss - (1 - (1 - step.alphaBar) * square)) < 2e-12, sourceLocation: sourceLocation)
    }
    for mixture in [lineMixture, uneven, distant] {
      let noisy = mixture.marginal(at: step)
      let square = noisy.expectation { x in
        let score = noisy.score(at: x)
        return score * score
      }
      expectSame(mixture.lowestLoss(at: step), square)
    }
    let noisy = plane.marginal(at: step)
    let square = noisy.expectation { x in
      let score = noisy.score(at: x)
      return score.dot(score)
    }
    expectSame(plane.lowestLoss(at: step), square / 2)
  }

  @Test("The lowest loss is ᾱ/(1−ᾱ) E tr Var(x_0 | x_t)/d, to eleven digits", arguments: timesteps)
  func posteriorVariance(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    // `variance` is already the mean over the coordinates.
    for mixture in [lineMixture, uneven, distant] {
      let expected = mixture.marginal(at: step).expectation {
        mixture.cleanPosterior(given: $0, at: step).variance
      }
      let loss = mixture.lowestLoss(at: step)
      #expect(abs(step.signalToNoiseRatio * expected / loss - 1) < 1e-11)
    }
    let expected = plane.marginal(at: step).expectation {
      plane.cleanPosterior(given: $0, at: step).variance
    }
    #expect(abs(step.signalToNoiseRatio * expected / plane.lowestLoss(at: step) - 1) < 1e-11)
  }

  @Test(
    "Twice the change of x_t's information about x_0 with the logarithm of SNR is d times the lowest loss")
  func information() {
    // dI/dγ = ½ E tr Var(x_0 | x_t) for y = √γ x_0 + noise (Guo, Shamai and Verdú 2005), and I = h(x_t) − h(noise).
    func expectSame<S>(
      _ mixture: GaussianMixture<S>, _ entropy: (GaussianMixture<S>) -> Double,
      _ loss: (Step) -> Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let d = Double(mixture.mean.dimension)
      for logRatio in [-6.0, -3, -1, 0, 1, 2, 4] {
        func alphaBar(_ k: Double) -> Double { 1 / (1 + exp(-(logRatio + k * 0.01))) }
        func information(_ k: Double) -> Double {
          entropy(mixture.marginal(alphaBar: alphaBar(k))) - 0.5 * d * log(1 - alphaBar(k))
        }
        let difference =
          (8 * (information(1) - information(-1)) - (information(2) - information(-2))) / 0.12
        // 0.01⁴/30 of a fifth derivative of a few tens, and 1e−12/0.01.
        #expect(
          abs(2 * difference - d * loss(step(alphaBar: alphaBar(0)))) < 2e-8, sourceLocation: sourceLocation)
      }
    }
    expectSame(lineMixture, \.differentialEntropy) { lineMixture.lowestLoss(at: $0) }
    expectSame(uneven, \.differentialEntropy) { uneven.lowestLoss(at: $0) }
    expectSame(plane, \.differentialEntropy) { plane.lowestLoss(at: $0) }
  }

  @Test("A coordinate that is independent of the other adds its entropy and is averaged into the loss")
  func product() throws {
    let width = 0.2
    let flat = GaussianMixture([
      .init(weight: 0.5, mean: SIMD2(-0.924, 0.3), variance: width * width),
      .init(weight: 0.5, mean: SIMD2(0.924, 0.3), variance: width * width),
    ])
    let other = GaussianMixture([.init(weight: 1, mean: 0.3, variance: width * width)])
    #expect(
      abs(flat.differentialEntropy - distant.differentialEntropy - other.differentialEntropy) < 1e-13)
    for t in Self.timesteps {
      let step = try NoiseSchedule.linear()[t]
      let average = 0.5 * (distant.lowestLoss(at: step) + other.lowestLoss(at: step))
      #expect(abs(flat.lowestLoss(at: step) / average - 1) < 1e-13)
    }
  }

  @Test(
    "The lowest loss is the mean of what the best prediction leaves, by drawing", arguments: [10, 260, 750])
  func drawn(t: Int) throws {
    let step = try NoiseSchedule.linear()[t]
    let count = 100_000
    let squares = (0..<count).map { i in
      let noise = normalPoint(like: SIMD2<Double>(), i, purpose: .jump)
      let x0 = plane.draw(
        uniform: random[.data].uniform(step: 1, sample: i), noise: normalPoint(like: noise, i))
      let xt = step.marginal(of: x0).draw(noise)
      let rest = noise - plane.bestNoisePrediction(from: xt, at: step)
      return 0.5 * rest.dot(rest)
    }
    let moments = Moments(squares)
    let loss = plane.lowestLoss(at: step)
    let errors = moments.errorsOfMean(from: loss, variance: moments.variance)
    #expect(abs(errors) < bound)
    // And it could tell: a loss 5 % larger is more than twice as far off as that.
    #expect(0.05 * loss > 2 * bound * (moments.variance / Double(count)).squareRoot())
  }

  @Test(
    "x_t tells less of x_0 the later it is, and the lowest loss stays below a Gaussian's of equal variance")
  func bounds() throws {
    let steps = try NoiseSchedule.linear().steps
    func expectBounds(
      variance: Double, within: (Step) -> Double, _ loss: (Step) -> Double,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      var before = 0.0
      for step in steps {
        let found = loss(step)
        let signal = step.alphaBar * variance
        let t: Comment = "t = \(step.timestep)"
        #expect(found > 0 && found < 1, t, sourceLocation: sourceLocation)
        #expect(found >= within(step), t, sourceLocation: sourceLocation)
        #expect(found <= signal / (signal + (1 - step.alphaBar)), t, sourceLocation: sourceLocation)
        let unknown = found / step.signalToNoiseRatio
        #expect(unknown > before && unknown < variance, t, sourceLocation: sourceLocation)
        before = unknown
      }
    }
    func ofComponents<S>(_ mixture: GaussianMixture<S>) -> (Step) -> Double {
      { step in
        mixture.components.reduce(0) { sum, component in
          let signal = step.alphaBar * component.gaussian.variance
          return sum + component.weight * signal / (signal + (1 - step.alphaBar))
        }
      }
    }
    for mixture in [lineMixture, uneven, distant] {
      expectBounds(variance: mixture.variance, within: ofComponents(mixture)) { mixture.lowestLoss(at: $0) }
    }
    expectBounds(variance: plane.variance, within: ofComponents(plane)) { plane.lowestLoss(at: $0) }
  }

  @Test(
    "For data that are the points ±1 the lowest loss is SNR · (1 − E tanh(SNR + √SNR z)): it rises, then falls"
  )
  func points() throws {
    let points = GaussianMixture([
      .init(weight: 1, mean: -1.0, variance: 0), .init(weight: 1, mean: 1.0, variance: 0),
    ])
    let grid = Grid(from: -12, to: 12, spacing: 0.01)
    for step in try NoiseSchedule.linear().steps where step.timestep % 25 == 0 {
      let ratio = step.signalToNoiseRatio
      let expected = grid.integral { z in
        ratio * exp(logNormal(z, mean: 0, variance: 1)) * (1 - tanh(ratio + ratio.squareRoot() * z))
      }
      #expect(abs(points.lowestLoss(at: step) - expected) < 1e-12, "t = \(step.timestep)")
    }
    let schedule = try NoiseSchedule.linear()
    // So far apart, for so little noise, that x_t tells which point it was.
    #expect(points.lowestLoss(at: schedule[1]) == 0)
    #expect(points.lowestLoss(at: schedule[100]) < points.lowestLoss(at: schedule[260]))
    #expect(points.lowestLoss(at: schedule[260]) > points.lowestLoss(at: schedule[500]))
  }

  // MARK: Mistakes

  @Test(
    "A point mass, and a component a millionth as wide as the mixture, have no expectation",
    arguments: ["0.0", "1e-14"])
  func tooNarrow(variance: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [variance] in
        let mixture = GaussianMixture([
          .init(weight: 0.5, mean: 0.0, variance: 1),
          .init(weight: 0.5, mean: 1.0, variance: Double(variance) ?? .nan),
        ])
        _ = mixture.expectation { $0 }
      }, saying: "an expectation needs a narrowest component above a millionth of the mixture's width, unlike"
    )
  }
}
