/// How a predictor–corrector sampler gets from one time to the next: the predictor of that name.
public enum ReverseUpdate: String, CaseIterable, Sendable {
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
///       x ← x + (½ β(u) x + β(u) s) h + √(β(u) h) z                  the update, here Euler–Maruyama's
///       as often as there are corrections:
///         s ← −ε_θ(x, u − h)/√(1−ᾱ(u − h))
///         x ← x + η s + √(2η) z,  η = 2 r² (1−ᾱ(u − h))              the corrector
///
/// The update (Song's predictor) follows the reverse SDE dx = (−½ β x − β ∇ log q) du + √β dw̄, equation 6, as far as it can in a step; the
/// corrector, `LangevinDynamics`, brings the sample nearer to q at that time, wherever it came from.
///
/// Song's step size is η = 2 (r ‖z‖/‖s‖)², with norms averaged over the batch. Here ‖z‖² is its mean, d, and ‖s‖² is d/(1−ᾱ),
/// what it is where the predicted noise is as large as noise is. So a sample does not depend on those drawn beside it,
/// and no step is infinite where the score is 0. (Song's factor α, 1 − β of one of a thousand steps, is left out.)
///
/// The update to time 0 draws no noise, because nothing would take it away again, and at time 0, where the
/// distribution need not have a score, there are no corrections. At a last time above 0 there are both: the sample is
/// one of q at that time, and its x̂_0 is the sample with the rest of the noise taken away.
///
/// It is a `Trajectory`, a sequence of moments; the step from each is taken when it is asked for:
///
/// ```swift
/// let sampler = PredictorCorrectorSampler(
///   of: VariancePreservingSDE(), through: times, from: x1, update: .eulerMaruyama, corrections: 1,
///   noise: { step, correction in random[.reverseStep].normal(step: 2 * step + correction) },
///   predictor: { x, u in network.predictedNoise(from: x, timestep: Timestep(1000 * u)) })
/// for moment in sampler { … }         // the first time … the last
/// sampler.sample()                    // the last sample alone
/// ```
public struct PredictorCorrectorSampler<Process: ContinuousProcess, S: Sample>: Trajectory {
  private let process: Process
  private let times: [Double]
  /// The sample at the first time.
  public let start: S
  private let update: ReverseUpdate
  private let variance: ReverseVariance
  private let corrections: Int
  private let signalToNoise: Double
  private let noise: (Int, Int) -> S
  private let predictor: (S, Double) -> S

  /// Creates the chain back from `start`.
  ///
  /// - Parameters:
  ///   - process: The forward process.
  ///   - times: Two or more, falling, from the process's end or earlier to 0 or later.
  ///   - start: The sample at the first time; N(0, I) at the end of the process. It is not corrected.
  ///   - update: How the sample gets from one time to the next.
  ///   - variance: σ² = β or β̃ of the ancestral update; no other has the choice.
  ///   - corrections: How many Langevin steps are taken at each time but the first, 0 or more.
  ///   - signalToNoise: r, above 0: the length of a correction's way uphill over that of its noise is r.
  ///   - noise: z ~ N(0, I), asked only where it is used, for the number of the step, which is how many are left with it
  ///     (N, …, 1), and that of the correction: 0 for the update's, then 1, 2, ….
  ///   - predictor: ε_θ at a time, called once for each time but 0, with `.none` for
  ///     x̂_0 alone, and once for each correction.
  public init(
    of process: Process, through times: [Double], from start: S, update: ReverseUpdate,
    variance: ReverseVariance = .beta, corrections: Int = 0, signalToNoise: Double = 0.16,
    noise: @escaping (_ step: Int, _ correction: Int) -> S, predictor: @escaping (S, Double) -> S
  ) {
    guard times.count >= 2 else { fatalError("a sampler needs two times; there are \(times.count)") }
    for (time, next) in zip(times, times.dropFirst()) {
      guard next < time else { refuse(next, "a sampler's times fall; one is not below that before it") }
    }
    requireTime(times[0], end: process.endTime)
    requireTime(times[times.count - 1], end: process.endTime)
    guard corrections >= 0 else { fatalError("\(corrections) corrections; there may be 0 or more") }
    guard corrections > 0 || update != .none else {
      fatalError("a sampler without an update needs corrections")
    }
    guard signalToNoise > 0, signalToNoise < .infinity else {
      refuse(signalToNoise, "a signal-to-noise ratio is above 0 and finite")
    }
    self.process = process
    self.times = times
    self.start = start
    self.update = update
    self.variance = variance
    self.corrections = corrections
    self.signalToNoise = signalToNoise
    self.noise = noise
    self.predictor = predictor
  }

  /// One for each time.
  public var momentCount: Int { times.count }

  /// A time of the list.
  public func time(at index: Int) -> Double { times[index] }

  /// The moment of x_u; then the update to the next time, and the corrections there.
  public func step(_ x: inout S, from index: Int) -> Moment<Double, S> {
    let time = times[index]
    guard time > 0 else { return Moment(time: time, sample: x) }
    /// How many steps are left; of the last time there is none.
    let number = times.count - 1 - index
    let nextTime = number > 0 ? times[index + 1] : 0
    let predictedNoise = predictor(x, time)
    let step = process.steps(through: [nextTime, time])[0]
    let moment = Moment(time: time, sample: x, predictedX0: step.x0(from: x, noise: predictedNoise))
    guard number > 0 else { return moment }
    if update != .none {
      let reverse = reverse(from: x, at: time, to: nextTime, step, predictedNoise)
      x = nextTime > 0 ? reverse.draw(noise(number, 0)) : reverse.mean
    }
    if nextTime > 0 { x = corrected(x, at: nextTime, number: number) }
    return moment
  }

  /// The sample after its corrections, Langevin dynamics at a time.
  private func corrected(_ x: S, at time: Double, number: Int) -> S {
    let step = process.steps(through: [0, time])[0]
    return LangevinDynamics(
      from: x, stepSize: 2 * signalToNoise * signalToNoise * (1 - step.alphaBar), count: corrections,
      noise: { correction in noise(number, correction) },
      score: { x in step.score(noise: predictor(x, time)) }
    ).sample()
  }

  /// The update's distribution of the sample at the next time.
  private func reverse(
    from x: S, at time: Double, to nextTime: Double, _ step: Step, _ predictedNoise: S
  ) -> Gaussian<S> {
    switch update {
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
