/// Algorithm 2 of the paper: from noise back to a sample, one draw from p_θ(x_{t−1} | x_t) after the other.
///
/// x_{t−1} = (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t))/√α_t + σ_t z, equation 11, and no noise in the last step.
///
/// With x̂_0 changed on the way, clipped as in the paper's code, the mean is the posterior's, μ̃_t(x_t, x̂_0), equation 7:
/// the same as equation 11 where x̂_0 is left as it is.
///
/// It is a `Trajectory`, a sequence of moments; the step from each is taken when it is asked for:
///
/// ```swift
/// let sampler = AncestralSampler(
///   steps: schedule.steps, from: xT, variance: .betaTilde,
///   noise: { t in random[.reverseStep].normal(step: t) },
///   predictor: { x, t in network.predictedNoise(from: x, timestep: t) })
/// for moment in sampler { … }         // t = T, …, 1, 0
/// sampler.sample()                    // x_0 alone
/// ```
public struct AncestralSampler<S: Sample>: Trajectory {
  private let steps: [Step]
  /// x_T.
  public let start: S
  private let variance: ReverseVariance
  private let adjustingX0: ((S) -> S)?
  private let noise: (Int) -> S
  private let predictor: (S, Timestep) -> S

  /// Creates the chain back from `start`.
  ///
  /// - Parameters:
  ///   - steps: The steps, the earliest first: `steps` of a schedule, or `respaced(to:)`.
  ///   - start: x_T, from N(0, I).
  ///   - variance: σ_t² = β_t or β̃_t.
  ///   - adjustingX0: What becomes of x̂_0 before it is used, such as `{ $0.clipped(to: 1) }`; nil for equation 11.
  ///   - noise: z ~ N(0, I) of the step from t, for every step but the last, which has none.
  ///   - predictor: ε_θ(x_t, t), called once for each step.
  public init(
    steps: [Step], from start: S, variance: ReverseVariance, adjustingX0: ((S) -> S)? = nil,
    noise: @escaping (Int) -> S, predictor: @escaping (S, Timestep) -> S
  ) {
    guard !steps.isEmpty else { fatalError("a sampler needs a step") }
    for (earlier, later) in zip(steps, steps.dropFirst()) {
      guard earlier.timestep < later.timestep else {
        fatalError(
          "a sampler's steps begin with the earliest: \(later.timestep) comes after \(earlier.timestep)")
      }
    }
    self.steps = steps
    self.start = start
    self.variance = variance
    self.adjustingX0 = adjustingX0
    self.noise = noise
    self.predictor = predictor
  }

  /// One for each step, and x_0.
  public var momentCount: Int { steps.count + 1 }

  /// The timestep of a moment: T, …, 1, 0.
  public func time(at index: Int) -> Int { index < steps.count ? steps[steps.count - 1 - index].timestep : 0 }

  /// The moment of x_t, and a draw from p_θ(x_{t−1} | x_t); of the last step its mean.
  public func step(_ x: inout S, from index: Int) -> Moment<Int, S> {
    guard index < steps.count else { return Moment(time: 0, sample: x) }
    let step = steps[steps.count - 1 - index]
    let predictedNoise = predictor(x, Timestep(step.timestep))
    var predictedX0 = step.x0(from: x, noise: predictedNoise)
    let reverse: Gaussian<S>
    if let adjustingX0 {
      predictedX0 = adjustingX0(predictedX0)
      reverse = step.reverse(from: x, predictedX0: predictedX0, variance: variance)
    } else {
      reverse = step.reverse(from: x, predictedNoise: predictedNoise, variance: variance)
    }
    let moment = Moment(time: step.timestep, sample: x, predictedX0: predictedX0)
    x = index + 1 < steps.count ? reverse.draw(noise(step.timestep)) : reverse.mean
    return moment
  }
}
