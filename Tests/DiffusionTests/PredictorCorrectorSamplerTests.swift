import Deterministic
import Diffusion
import Stops
import Testing

@Suite("The predictor–corrector sampler")
struct PredictorCorrectorSamplerTests {
  private let sde = VariancePreservingSDE()

  /// A prediction that depends on all it is given and is no one's best.
  private func predicted<S: VectorSample>(_ x: S, _ u: Double) -> S { (0.3 + 0.4 * u) * x.map(tanh) }

  /// Noise that is another for every step and correction.
  private func z(_ step: Int, _ correction: Int) -> Double {
    random[.reverseStep].normal(step: 10 * step + correction)
  }

  // MARK: The sequence

  /// What a sampler asked of its closures, in its order: "z 3 0" is noise, "e 0.5" a prediction.
  private final class Calls { var all: [String] = [] }

  private func sampler(
    _ calls: Calls, through times: [Double], _ predictor: ReverseUpdate, corrections: Int
  ) -> PredictorCorrectorSampler<VariancePreservingSDE, Double> {
    PredictorCorrectorSampler(
      of: sde, through: times, from: 0.7, update: predictor, corrections: corrections,
      noise: { step, correction in
        calls.all.append("z \(step) \(correction)")
        return 0.1
      },
      predictor: { x, u in
        calls.all.append("e \(u)")
        return 0.5 * x
      })
  }

  @Test(
    "asks for a prediction a moment and a correction, and for noise where it is used",
    arguments: [
      ([1, 0.5, 0.25, 0], .ancestral, 0, ["e 1.0", "z 3 0", "e 0.5", "z 2 0", "e 0.25"]),
      ([1, 0.5, 0], .eulerMaruyama, 1, ["e 1.0", "z 2 0", "e 0.5", "z 2 1", "e 0.5"]),
      (
        [1, 0.5], .eulerMaruyama, 2,
        ["e 1.0", "z 1 0", "e 0.5", "z 1 1", "e 0.5", "z 1 2", "e 0.5"]
      ),
      ([0.5, 0.25, 0], .none, 2, ["e 0.5", "e 0.25", "z 2 1", "e 0.25", "z 2 2", "e 0.25"]),
    ] as [([Double], ReverseUpdate, Int, [String])])
  func calls(times: [Double], predictor: ReverseUpdate, corrections: Int, expected: [String]) {
    let calls = Calls()
    let sampler = sampler(calls, through: times, predictor, corrections: corrections)
    let moments = Array(sampler)
    #expect(calls.all == expected)
    #expect(moments.map(\.time) == times)
    #expect(moments[0].sample == 0.7)
    #expect(sampler.sample() == moments[times.count - 1].sample)
    for moment in moments {
      let alphaBar = sde.alphaBar(at: moment.time)
      let x0 = (1 - 0.5 * (1 - alphaBar).squareRoot()) * moment.sample / alphaBar.squareRoot()
      #expect(abs(moment.predictedX0 / (moment.time > 0 ? x0 : moment.sample) - 1) < 8 * rounding)
    }
  }

  @Test("takes the step from a moment when that is asked for, and begins anew for every loop")
  func lazy() {
    let calls = Calls()
    let sampler = sampler(calls, through: [1, 0.5, 0.25, 0], .eulerMaruyama, corrections: 1)
    #expect(sampler.prefix(1).map(\.time) == [1])
    #expect(calls.all == ["e 1.0", "z 3 0", "e 0.5", "z 3 1"])
    calls.all = []
    #expect(sampler.first { $0.time < 1 }?.time == 0.5)
    #expect(calls.all == ["e 1.0", "z 3 0", "e 0.5", "z 3 1", "e 0.5", "z 2 0", "e 0.25", "z 2 1"])
    var iterator = sampler.makeIterator()
    for _ in 0..<4 { #expect(iterator.next() != nil) }
    #expect(iterator.next() == nil)
    #expect(iterator.next() == nil)
  }

  // MARK: The equations

  @Test(
    "walks by the reverse SDE and Langevin dynamics, written out", arguments: ReverseUpdate.allCases,
    [1, 2])
  func equations(predictor: ReverseUpdate, corrections: Int) {
    let times = [1, 0.9, 0.5, 0.45, 0.1, 0.02]
    let moments = Array(
      PredictorCorrectorSampler(
        of: sde, through: times, from: 0.7, update: predictor, variance: .betaTilde,
        corrections: corrections, signalToNoise: 0.2, noise: z, predictor: predicted))
    for (k, (time, next)) in zip(times, times.dropFirst()).enumerated() {
      let step = times.count - 1 - k
      var x = moments[k].sample
      let (alphaBar, nextAlphaBar) = (sde.alphaBar(at: time), sde.alphaBar(at: next))
      let noise = predicted(x, time)
      switch predictor {
      case .none: break
      case .eulerMaruyama:
        let (beta, h) = (0.1 + 19.9 * time, time - next)
        x = x + (0.5 * beta * x - beta * noise / (1 - alphaBar).squareRoot()) * h
        x += (beta * h).squareRoot() * z(step, 0)
      case .ancestral:
        let beta = 1 - alphaBar / nextAlphaBar
        x = (x - beta / (1 - alphaBar).squareRoot() * noise) / (1 - beta).squareRoot()
        x += ((1 - nextAlphaBar) / (1 - alphaBar) * beta).squareRoot() * z(step, 0)
      }
      for correction in 1...corrections {
        let size = 2 * 0.2 * 0.2 * (1 - nextAlphaBar)
        x =
          x - size * predicted(x, next) / (1 - nextAlphaBar).squareRoot()
          + (2 * size).squareRoot() * z(step, correction)
      }
      #expect(abs(moments[k + 1].sample - x) < 64 * rounding * (1 + abs(x)), "after \(time)")
    }
  }

  @Test("leaves the noise out in the predictor's step to time 0, and only there", arguments: [0.0, 1e-3])
  func lastNoise(end: Double) {
    let noises = [0.0, 5].map { noise in
      PredictorCorrectorSampler(
        of: sde, through: [0.1, end], from: 0.7, update: .eulerMaruyama, noise: { _, _ in noise },
        predictor: predicted
      ).sample()
    }
    #expect((noises[0] == noises[1]) == (end == 0))
  }

  @Test(
    "through the times T, …, 1, 0 of a schedule is the ancestral sampler",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func ancestral(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let schedule = try schedules.schedule()
    let times = (0...schedule.stepCount).reversed().map(Double.init)
    let expected = AncestralSampler(
      steps: schedule.steps, from: 0.7, variance: variance, noise: { z($0, 0) },
      predictor: { x, t in predicted(x, t.value / times[0]) })
    let found = PredictorCorrectorSampler(
      of: schedule, through: times, from: 0.7, update: .ancestral, variance: variance, noise: z,
      predictor: { x, t in predicted(x, t / times[0]) })
    for (moment, other) in zip(found, expected) {
      #expect(moment.time == Double(other.timestep))
      // β is the difference of two logarithms of up to 20, each rounded, and may be as small as 4e−5.
      let scale = 1 + abs(other.sample)
      #expect(abs(moment.sample - other.sample) < 1e-9 * scale, "t = \(moment.time)")
      #expect(
        abs(moment.predictedX0 - other.predictedX0) < 1e-9 * (1 + abs(other.predictedX0)),
        "t = \(moment.time)")
    }
    #expect(Array(found).count == Array(expected).count)
  }

  // MARK: A batch

  @Test("gives a sample the same bits alone and in a batch", arguments: ReverseUpdate.allCases)
  func batch(predictor: ReverseUpdate) {
    let starts = random[.startingNoise].normals(count: 3)
    func sample<S: Sample>(from start: S, noise: @escaping (Int, Int) -> S, scale: @escaping (S) -> S) -> S {
      PredictorCorrectorSampler(
        of: sde, through: [1, 0.5, 0.1, 0], from: start, update: predictor, corrections: 2, noise: noise,
        predictor: { x, _ in scale(x) }
      ).sample()
    }
    let together = sample(
      from: Batch(starts), noise: { Batch([z($0, $1), z($0, $1 + 3), z($0, $1 + 6)]) },
      scale: { 0.3 * $0 })
    for i in starts.indices {
      let alone = sample(from: starts[i], noise: { z($0, $1 + 3 * i) }, scale: { 0.3 * $0 })
      #expect(alone == together.coordinates[i])
    }
  }

  // MARK: Mistakes

  @Test(
    "names a mistake",
    arguments: [
      ([1.0], "euler-maruyama", 0, 0.16, "a sampler needs two times; there are 1"),
      (
        [1, 0.5, 0.5], "ancestral", 0, 0.16,
        "a sampler's times fall; one is not below that before it, unlike 0.5"
      ),
      (
        [0, 0.5], "ancestral", 0, 0.16, "a sampler's times fall; one is not below that before it, unlike 0.5"
      ),
      ([1, -0.5], "none", 1, 0.16, "a time lies between 0 and the end of the process, unlike -0.5"),
      ([1.5, 0], "ancestral", 0, 0.16, "a time lies between 0 and the end of the process, unlike 1.5"),
      ([1, 0], "ancestral", -1, 0.16, "-1 corrections; there may be 0 or more"),
      ([1, 0], "none", 0, 0.16, "a sampler without an update needs corrections"),
      ([1, 0], "none", 1, 0, "a signal-to-noise ratio is above 0 and finite, unlike 0.0"),
      ([1, 0], "ancestral", 1, -0.1, "a signal-to-noise ratio is above 0 and finite, unlike -0.1"),
    ] as [([Double], String, Int, Double, String)])
  func mistakes(times: [Double], predictor: String, corrections: Int, ratio: Double, message: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        [times, predictor, corrections, ratio] in
        _ = PredictorCorrectorSampler(
          of: VariancePreservingSDE(), through: times, from: 0.0,
          update: ReverseUpdate(rawValue: predictor) ?? ReverseUpdate.none, corrections: corrections,
          signalToNoise: ratio, noise: { _, _ in 0 }, predictor: { x, _ in x })
      }, saying: message)
  }

  @Test(
    "names a mistake in Langevin dynamics",
    arguments: [
      (0, 1, "the step size of Langevin dynamics is above 0 and finite, unlike 0.0"),
      (-0.1, 1, "the step size of Langevin dynamics is above 0 and finite, unlike -0.1"),
      (0.1, -1, "a chain of -1 steps; it takes 0 or more"),
    ] as [(Double, Int, String)])
  func langevinMistakes(stepSize: Double, count: Int, message: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [stepSize, count] in
        _ = LangevinDynamics(from: 0.0, stepSize: stepSize, count: count, noise: { _ in 0 }, score: { $0 })
      }, saying: message)
  }
}
