/// How a predictor–corrector sampler gets from one time to the next.
public enum ReversePredictor: String, CaseIterable, Sendable {
  /// It leaves the sample as it is: all is left to the corrections, which is annealed Langevin dynamics.
  case none
  /// A step of Euler and Maruyama on the reverse SDE.
  case eulerMaruyama = "euler-maruyama"
  /// The reverse step of the paper of the steps, equation 11 of Ho et al. 2020.
  case ancestral
}

/// From noise back to a sample through continuous time: a step of the reverse process, then Langevin dynamics, and so on.
///
/// This is Song et al. 2021 (arXiv:2011.13456), algorithms 1, 3 and 5:
///
///     for each time u and the next one, u − h:
///       s ← −ε_θ(x, u)/√(1−ᾱ(u))                                    the score
///       x ← x + (½ β(u) x + β(u) s) h + √(β(u) h) z                  the predictor, here Euler–Maruyama's
///       as often as there are corrections:
///         s ← −ε_θ(x, u − h)/√(1−ᾱ(u − h))
///         x ← x + η s + √(2η) z,  η = 2 r² (1−ᾱ(u − h))              the corrector
///
/// The predictor follows the reverse SDE dx = (−½ β x − β ∇ log q) du + √β dw̄, equation 6, as far as it can in a step; the
/// corrector, `LangevinDynamics`, brings the sample nearer to q at that time, wherever it came from.
///
/// Song's step size is η = 2 (r ‖z‖/‖s‖)², with norms averaged over the batch. Here ‖z‖² is its mean, d, and ‖s‖² is d/(1−ᾱ),
/// what it is where the predicted noise is as large as noise is. So a sample does not depend on those drawn beside it,
/// and no step is infinite where the score is 0. (Song's factor α, 1 − β of one of a thousand steps, is left out.)
///
/// The predictor's step to time 0 draws no noise, because nothing would take it away again, and at time 0, where the
/// distribution need not have a score, there are no corrections. At a last time above 0 there are both: the sample is
/// one of q at that time, and its x̂_0 is the sample with the rest of the noise taken away.
///
/// It is a sequence of moments, each computed when it is asked for:
///
/// ```swift
/// let sampler = PredictorCorrectorSampler(
///   of: VariancePreservingSDE(), through: times, from: x1, predictor: .eulerMaruyama, corrections: 1,
///   noise: { step, correction in random.normal(.reverseStep, step: 2 * step + correction) },
///   predictedNoise: { x, u in network(x, 1000 * u) })
/// for moment in sampler { … }         // the first time … the last
/// sampler.sample()                    // the last sample alone
/// ```
public struct PredictorCorrectorSampler<Process: ContinuousProcess, S: Sample>: Sequence {
  /// What is known at one time of the way back.
  public struct Moment {
    /// The time u.
    public let time: Double
    /// The sample x_u, with its corrections made.
    public let sample: S
    /// x̂_0 = (x_u − √(1−ᾱ) ε_θ)/√ᾱ; at time 0 the sample itself.
    public let predictedX0: S
  }

  private let process: Process
  private let times: [Double]
  private let start: S
  private let predictor: ReversePredictor
  private let variance: ReverseVariance
  private let corrections: Int
  private let signalToNoise: Double
  private let noise: (Int, Int) -> S
  private let predictedNoise: (S, Double) -> S

  /// Creates the walk back from `start`.
  ///
  /// - Parameters:
  ///   - process: The forward process.
  ///   - times: Two or more, falling, from the process's end or earlier to 0 or later.
  ///   - start: The sample at the first time; N(0, I) at the end of the process. It is not corrected.
  ///   - predictor: How the sample gets from one time to the next.
  ///   - variance: σ² = β or β̃ of the ancestral predictor; no other has the choice.
  ///   - corrections: How many Langevin steps are taken at each time but the first, 0 or more.
  ///   - signalToNoise: r, above 0: the length of a correction's way uphill over that of its noise is r.
  ///   - noise: z ~ N(0, I), asked only where it is used, for the number of the step, which is how many are left with it
  ///     (N, …, 1), and that of the correction: 0 for the predictor's, then 1, 2, ….
  ///   - predictedNoise: ε_θ at a time, called once for each time but 0, with `.none` for
  ///     x̂_0 alone, and once for each correction.
  public init(
    of process: Process, through times: [Double], from start: S, predictor: ReversePredictor,
    variance: ReverseVariance = .beta, corrections: Int = 0, signalToNoise: Double = 0.16,
    noise: @escaping (_ step: Int, _ correction: Int) -> S, predictedNoise: @escaping (S, Double) -> S
  ) {
    guard times.count >= 2 else { fatalError("a sampler needs two times; there are \(times.count)") }
    for (time, next) in zip(times, times.dropFirst()) {
      guard next < time else { refuse(next, "a sampler's times fall; one is not below that before it") }
    }
    requireTime(times[0], end: process.endTime)
    requireTime(times[times.count - 1], end: process.endTime)
    guard corrections >= 0 else { fatalError("\(corrections) corrections; there may be 0 or more") }
    guard corrections > 0 || predictor != .none else {
      fatalError("a sampler without a predictor needs corrections")
    }
    guard signalToNoise > 0, signalToNoise < .infinity else {
      refuse(signalToNoise, "a signal-to-noise ratio is above 0 and finite")
    }
    self.process = process
    self.times = times
    self.start = start
    self.predictor = predictor
    self.variance = variance
    self.corrections = corrections
    self.signalToNoise = signalToNoise
    self.noise = noise
    self.predictedNoise = predictedNoise
  }

  /// The sample at the last time.
  public func sample() -> S {
    var last = start
    for moment in self { last = moment.sample }
    return last
  }

  /// Begins at the first time, with as many steps to go as there are times after it.
  public func makeIterator() -> Iterator { Iterator(sampler: self) }

  /// The way back, as far as it has been gone.
  public struct Iterator: IteratorProtocol {
    private let sampler: PredictorCorrectorSampler
    private var current: S
    /// How many steps are still to go; −1 once the last moment has been given.
    private var remaining: Int

    fileprivate init(sampler: PredictorCorrectorSampler) {
      self.sampler = sampler
      current = sampler.start
      remaining = sampler.times.count - 1
    }

    /// The moment of the next time; nil after the last.
    public mutating func next() -> Moment? {
      guard remaining >= 0 else { return nil }
      let index = sampler.times.count - 1 - remaining
      let time = sampler.times[index]
      guard time > 0 else {
        remaining = -1
        return Moment(time: time, sample: current, predictedX0: current)
      }
      let nextTime = remaining > 0 ? sampler.times[index + 1] : 0
      let step = sampler.process.steps(through: [nextTime, time])[0]

      if index > 0 { current = sampler.corrected(current, at: time, step, number: remaining + 1) }
      let predictedNoise = sampler.predictedNoise(current, time)
      let moment = Moment(
        time: time, sample: current, predictedX0: step.x0(from: current, noise: predictedNoise))
      if remaining > 0, sampler.predictor != .none {
        let reverse = sampler.reverse(from: current, at: time, to: nextTime, step, predictedNoise)
        current = nextTime > 0 ? reverse.draw(sampler.noise(remaining, 0)) : reverse.mean
      }
      remaining -= 1
      return moment
    }
  }

  /// The sample after its corrections, Langevin dynamics at a time whose ᾱ `step` has.
  private func corrected(_ x: S, at time: Double, _ step: Step, number: Int) -> S {
    LangevinDynamics(
      from: x, stepSize: 2 * signalToNoise * signalToNoise * (1 - step.alphaBar), count: corrections,
      noise: { correction in noise(number, correction) },
      score: { x in step.score(noise: predictedNoise(x, time)) }
    ).end()
  }

  /// The predictor's distribution of the sample at the next time.
  private func reverse(
    from x: S, at time: Double, to nextTime: Double, _ step: Step, _ predictedNoise: S
  ) -> Gaussian<S> {
    switch predictor {
    case .none: return Gaussian(mean: x, variance: 0)
    case .eulerMaruyama:
      let noiseIn = process.beta(at: time) * (time - nextTime)
      return Gaussian(
        mean: S.combining(1 + 0.5 * noiseIn, x, noiseIn, step.score(noise: predictedNoise)), variance: noiseIn
      )
    case .ancestral: return step.reverse(from: x, predictedNoise: predictedNoise, variance: variance)
    }
  }
}

extension PredictorCorrectorSampler.Moment: Sendable where S: Sendable {}
