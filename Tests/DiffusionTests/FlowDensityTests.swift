import Deterministic
import Diffusion
import Stops
import Testing

@Suite("The density of data by the probability flow")
struct FlowDensityTests {
  private let flow = ProbabilityFlow(process: VariancePreservingSDE())
  private let solver = DormandPrince(relativeTolerance: 1e-9, absoluteTolerance: 1e-9)

  /// The best prediction and its divergence, the divergence times a factor.
  private func best<S: VectorSample>(
    _ mixture: GaussianMixture<S>, factor: Double = 1
  ) -> (S, Double) -> (noise: S, divergence: Double) {
    { x, time in
      let alphaBar = flow.process.alphaBar(at: time)
      return (
        mixture.bestNoisePrediction(from: x, alphaBar: alphaBar),
        factor * mixture.noiseDivergence(at: x, alphaBar: alphaBar)
      )
    }
  }

  /// The distribution of x_u.
  private func noisy<S: VectorSample>(_ mixture: GaussianMixture<S>, at time: Double) -> GaussianMixture<S> {
    mixture.marginal(alphaBar: flow.process.alphaBar(at: time))
  }

  /// Points where data are, and one where they are not.
  private func points<S: VectorSample>(_ mixture: GaussianMixture<S>) -> [S] {
    let zero = 0 * mixture.mean
    return (0..<6).map { sample in
      mixture.draw(
        uniform: random[.data].uniform(sample: sample),
        noise: normalPoint(like: zero, sample, purpose: .drawing))
    } + [zero.map { _ in 0.9 }]
  }

  @Test("is the mixture's own, with the best prediction, from data and from early times")
  func mixtureDensity() throws {
    func expectDensity<S: VectorSample>(
      _ mixture: GaussianMixture<S>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      for start in [0, 0.05] {
        let (level, early) = (flow.process.noiseLevel(at: start), noisy(mixture, at: start))
        for x in points(early) {
          let encoded = try flow.encode(
            x, from: level, to: flow.highestNoiseLevel, by: solver, zero: 0.0, predictor: best(mixture))
          let prior = noisy(mixture, at: 1).logDensity(at: encoded.noise)
          #expect(
            abs(encoded.logDensity(ofNoise: prior) - early.logDensity(at: x)) < 1e-6,
            sourceLocation: sourceLocation)
          // q_T is N(0, I) but for a mean of a hundredth of the data's.
          #expect(abs(prior - logNormal(encoded.noise)) < 0.05, sourceLocation: sourceLocation)
          #expect(
            abs(encoded.logDensity - encoded.logDensity(ofNoise: logNormal(encoded.noise))) < 1e-12,
            sourceLocation: sourceLocation)
        }
      }
    }
    try expectDensity(lineMixture)
    try expectDensity(mixture(like: SIMD2<Double>()))
    try expectDensity(mixture(like: SIMD3<Double>()))
  }

  /// ln N(x; 0, I), a coordinate at a time.
  private func logNormal<S: VectorSample>(_ x: S) -> Double {
    x.sum(with: x) { a, _ in DiffusionTests.logNormal(a, mean: 0, variance: 1) }
  }

  @Test("is not with a divergence 5 % off")
  func wrongDivergence() throws {
    for x in points(lineMixture) {
      let encoded = try flow.encode(
        x, to: flow.highestNoiseLevel, by: solver, zero: 0.0, predictor: best(lineMixture, factor: 1.05))
      let prior = noisy(lineMixture, at: 1).logDensity(at: encoded.noise)
      #expect(abs(encoded.logDensity(ofNoise: prior) - lineMixture.logDensity(at: x)) > 0.01)
    }
  }

  @Test(
    "by fixed steps comes nearer by 2^order with every halving", arguments: ODEMethod.allCases)
  func fixedSteps(method: ODEMethod) {
    let plane = mixture(like: SIMD2<Double>())
    let prior = noisy(plane, at: 1)
    for x in points(plane).suffix(2) {
      func error(_ steps: Int) -> Double {
        let encoded = flow.encode(
          x, through: flow.noiseLevels(count: steps + 1), by: method, zero: 0.0, predictor: best(plane))
        #expect(encoded.evaluations == steps * method.evaluationsPerStep)
        return encoded.logDensity(ofNoise: prior.logDensity(at: encoded.noise)) - plane.logDensity(at: x)
      }
      let count = method == .euler ? 800 : 200
      let slope = log(abs(error(count) / error(2 * count))) / log(2)
      #expect(abs(slope - Double(method.order)) < 0.15)
    }
  }

  @Test("carries the sample as if it were alone, and one number for each row of a batch")
  func batch() throws {
    // Four numbers as a batch of four samples: a divergence for each.
    let rows = SIMD4(-1.3, 0.2, 0.9, 2.4)
    let levels = flow.noiseLevels(count: 41)
    let process = flow.process
    let encoded = flow.encode(rows, through: levels, by: .heun, zero: SIMD4<Double>()) { x, time in
      let alphaBar = process.alphaBar(at: time)
      return (
        x.map { lineMixture.bestNoisePrediction(from: $0, alphaBar: alphaBar) },
        x.map { lineMixture.noiseDivergence(at: $0, alphaBar: alphaBar) }
      )
    }
    for k in 0..<4 {
      let alone = flow.encode(
        rows[k], through: levels, by: .heun, zero: 0.0, predictor: best(lineMixture))
      #expect(encoded.noise[k] == alone.noise)
      #expect(encoded.divergence[k] == alone.divergence)
      #expect(encoded.logScale == alone.logScale)
      let predictor = best(lineMixture)
      let without = flow.encode(rows[k], through: levels, by: .heun) { predictor($0, $1).noise }
      #expect(alone.noise == without)
    }
    #expect(abs(encoded.logScale - 0.5 * process.logAlphaBar(at: 1)) < 1e-13)
  }

  @Test("of a density that is 0 nowhere integrates to 1, whatever the prediction")
  func whole() throws {
    // A prediction that is no one's best, and its derivative: the flow of it is still one-to-one.
    func predictor(_ x: Double, _ time: Double) -> (noise: Double, divergence: Double) {
      let t = tanh(x)
      return (0.9 * x * time.squareRoot() + 0.3 * t, 0.9 * time.squareRoot() + 0.3 * (1 - t * t))
    }
    let grid = Grid(from: -60, to: 60, spacing: 0.1)
    let mass = try grid.points.reduce(0) { sum, x in
      let encoded = try flow.encode(
        x, to: flow.highestNoiseLevel, by: solver, zero: 0.0, predictor: predictor)
      return sum + grid.spacing * exp(encoded.logDensity)
    }
    #expect(abs(mass - 1) < 1e-6)
  }

  // MARK: Mistakes

  @Test("needs noise levels that fall, from 0 up", arguments: ["nan", "-1.0", "2.0"])
  func levels(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.encode(1.0, through: [1, Double(text) ?? 0], by: .euler, zero: 0.0) { x, _ in (x, 1) }
      }, saying: ", unlike \(text)")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.decode(1.0, through: [1, Double(text) ?? 0], by: .euler) { x, _ in x }
      }, saying: ", unlike \(text)")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.encode(1.0, through: [1, Double(text) ?? 0], by: .euler) { x, _ in x }
      }, saying: ", unlike \(text)")
    guard text != "2.0" else { return }
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = try flow.carry(1.0, from: 1, to: Double(text) ?? 0, by: DormandPrince()) { x, _ in x }
      }, saying: "a noise level is 0 or more and finite, unlike \(text)")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = try flow.encode(1.0, to: Double(text) ?? 0, by: DormandPrince(), zero: 0.0) { x, _ in (x, 1) }
      }, saying: "a noise level is 0 or more and finite, unlike \(text)")
  }

  @Test("needs two noise levels, below that of the process's end")
  func twoLevels() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.decode(1.0, through: [1], by: .euler) { x, _ in x }
      }, saying: "noise levels lead from one to another; 1 cannot")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.noiseLevels(count: 1)
      }, saying: "noise levels lead from one to another; 1 cannot")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.decode(1.0, through: [153, 1], by: .euler) { x, _ in x }
      }, saying: "ln ᾱ lies between 0 and its value at the end, unlike")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let flow = ProbabilityFlow(process: VariancePreservingSDE())
        _ = flow.velocity(of: 1.0, at: 0, predictedNoise: 1)
      }, saying: "noise says nothing of the score without noise: the time is above 0, unlike 0.0")
  }

  @Test(
    "needs a range of noise levels",
    arguments: [
      ("1.0", "1.0", "7.0", "the highest noise level lies above the lowest and is finite, unlike 1.0"),
      ("inf", "0.0", "7.0", "the highest noise level lies above the lowest and is finite, unlike inf"),
      ("1.0", "-1.0", "7.0", "a noise level is 0 or more, unlike -1.0"),
      ("1.0", "nan", "7.0", "a noise level is 0 or more, unlike nan"),
      ("1.0", "0.0", "0.0", "the exponent of noise levels is above 0 and finite, unlike 0.0"),
      ("1.0", "0.0", "nan", "the exponent of noise levels is above 0 and finite, unlike nan"),
    ])
  func ranges(highest: String, lowest: String, exponent: String, message: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        [highest, lowest, exponent] in
        _ = ProbabilityFlow(process: VariancePreservingSDE()).noiseLevels(
          count: 5, from: Double(highest), to: Double(lowest) ?? 0, exponent: Double(exponent) ?? 1)
      }, saying: message)
  }
}
