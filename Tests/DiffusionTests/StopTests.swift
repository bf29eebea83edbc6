import Diffusion
import Stops
import Testing

/// The number of a text: what an exit test captures travels as JSON, which knows neither NaN nor infinity.
private func number(_ text: String) -> Double { Double(text) ?? .nan }

@Suite("A caller's mistake stops the program and is named")
struct StopTests {
  @Test("a timestep outside 1…T, wherever it is asked for", arguments: [0, 31, -1, .min, .max])
  func timestep(t: Int) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        _ = try NoiseSchedule.demonstration()[t]
      }, saying: "timestep \(t) is outside 1…30")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        _ = try NoiseSchedule.demonstration().beta(t)
      }, saying: "timestep \(t) is outside 1…30")
    guard t != 0 else { return }  // ᾱ_0 is 1
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        _ = try NoiseSchedule.demonstration().alphaBar(t)
      }, saying: "timestep \(t) is outside 1…30")
  }

  @Test("a magnitude to clip to that is none", arguments: ["-0.5", "nan"])
  func clipping(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = 0.3.clipped(to: number(text))
      }, saying: "coordinates are clipped to a magnitude of 0 or more, unlike \(text)")
  }

  @Test("a step's timestep below 1", arguments: [0, -1])
  func stepTimestep(t: Int) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        _ = Step(timestep: t, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
      }, saying: "timestep \(t) is not 1 or more")
  }

  @Test("a step's β outside (0, 1)", arguments: ["0.0", "1.0", "-0.5", "nan", "inf"])
  func stepBeta(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Step(timestep: 1, beta: number(text), alphaBar: 0.5, previousAlphaBar: 0.505)
      }, saying: "β must lie in (0, 1), unlike \(text)")
  }

  @Test("a step's ᾱ_t outside (0, 1)", arguments: ["0.0", "1.0", "-0.5", "nan", "inf"])
  func stepAlphaBar(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Step(timestep: 1, beta: 0.01, alphaBar: number(text), previousAlphaBar: 0.505)
      }, saying: "ᾱ_t must lie in (0, 1), unlike \(text)")
  }

  @Test("a step's ᾱ_{t−1} outside (0, 1]", arguments: ["0.0", "1.01", "-0.5", "nan", "inf"])
  func stepPreviousAlphaBar(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Step(timestep: 1, beta: 0.01, alphaBar: 0.5, previousAlphaBar: number(text))
      }, saying: "ᾱ_{t−1} must lie in (0, 1], unlike \(text)")
  }

  @Test("a Gaussian's variance below 0", arguments: ["-1e-300", "-1.0", "-inf", "nan"])
  func variance(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Gaussian(mean: 0.0, variance: number(text))
      }, saying: "a variance must be 0 or more, unlike \(text)")
  }

  @Test("a mixture of nothing")
  func emptyMixture() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = GaussianMixture<Double>([])
      }, saying: "a mixture needs a component")
  }

  @Test("a mixture's weight that is no share", arguments: ["0.0", "-1.0", "nan", "inf"])
  func weight(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = GaussianMixture([
          .init(weight: 1, mean: 0.0, variance: 1), .init(weight: number(text), mean: 0.0, variance: 1),
        ])
      }, saying: "a component's weight must be above 0 and finite, unlike \(text)")
  }

  @Test("the density of a point mass")
  func pointMass() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Gaussian(mean: 1.0, variance: 0).logDensity(at: 1)
      }, saying: "a Gaussian of variance 0, has no density")
  }

  @Test("the past of a sample that is no number or too far away", arguments: ["nan", "inf", "1e300"])
  func past(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        let step = Step(timestep: 2, beta: 0.1, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.9)
        let data = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
        _ = data.trueReverse(from: number(text), at: step)
      }, saying: "a sample that is not a number, or is beyond all numbers")
  }

  @Test("the divergence from or of a point mass, and its probability of levels")
  func pointMassInTheBound() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Gaussian(mean: 1.0, variance: 0).divergence(from: Gaussian(mean: 1.0, variance: 1))
      }, saying: "a Gaussian of variance 0, has no finite divergence")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Gaussian(mean: 1.0, variance: 1).divergence(from: Gaussian(mean: 1.0, variance: 0))
      }, saying: "a Gaussian of variance 0, has no finite divergence")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Gaussian(mean: 1.0, variance: 0).logProbability(ofEightBit: 1)
      }, saying: "a Gaussian of variance 0, has no probability")
  }

  @Test("8-bit data that are not", arguments: ["0.0", "1.0079", "-1.0079", "0.0041", "nan", "inf"])
  func notEightBit(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Gaussian(mean: 1.0, variance: 1).logProbability(ofEightBit: number(text))
      }, saying: "8-bit data have values k/127.5 − 1 for k in 0…255, unlike \(text)")
  }

  @Test("a denoising term, or its constant, of timestep 1")
  func denoisingTermOfOne() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try NoiseSchedule.demonstration()[1]
          .denoisingTerm(of: 0.1, given: 0.2, predictedNoise: 0.3, variance: .beta)
      }, saying: "timestep 1 has no denoising term")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = try NoiseSchedule.demonstration()[1].boundConstant(variance: .beta)
      }, saying: "timestep 1 has no denoising term")
  }

  @Test("a reconstruction term of a timestep other than 1", arguments: [2, 30])
  func reconstructionTerm(t: Int) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        _ = try NoiseSchedule.demonstration()[t].reconstructionTerm(
          of: 0.1, given: 0.2, predictedNoise: 0.3, variance: .beta, data: .continuous)
      }, saying: "the reconstruction term is that of timestep 1, not \(t)")
  }

  @Test("a weight of the bound without a variance")
  func boundWeight() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let step = Step(timestep: 1, beta: 0.1, alphaBar: 0.9, previousAlphaBar: 1)
        _ = step.boundWeight(of: .noise, variance: .betaTilde)
      }, saying: "the bound needs a variance of the reverse step above 0, unlike 0.0")
  }

  @Test("terms of no dimension, of two, and of a timestep that a bound does not have", arguments: [0, 4])
  func terms(t: Int) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = BoundTerm(nats: 1, dimension: 0)
      }, saying: "data have 1 dimension or more, not 0")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = BoundTerm(nats: 1, dimension: 2) + BoundTerm(nats: 1, dimension: 3)
      }, saying: "terms of 2 and of 3 dimensions")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [t] in
        let term = BoundTerm(nats: 1, dimension: 1)
        _ = VariationalBound(prior: term, denoising: [term, term], reconstruction: term)[t]
      }, saying: "timestep \(t) is outside 1…3")
  }

  @Test("a variance of the reverse step below 0", arguments: ["-1.0", "nan"])
  func reverseVariance(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = Step(
          timestep: 2, beta: 0.1, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.9,
          reversePosteriorVariance: number(text))
      }, saying: "a variance cannot be below 0, unlike \(text)")
  }
}
