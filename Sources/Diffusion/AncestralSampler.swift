/// Algorithm 2 of the paper: from noise back to a sample, one draw from p_θ(x_{t−1} | x_t) after the other.
///
/// x_{t−1} = (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t))/√α_t + σ_t z, equation 11, and no noise in the last step.
///
/// With x̂_0 changed on the way, clipped as in the paper's code, the mean is the posterior's, μ̃_t(x_t, x̂_0), equation 7:
/// the same as equation 11 where x̂_0 is left as it is.
///
/// It is a sequence of moments, each computed when it is asked for:
///
/// ```swift
/// let sampler = AncestralSampler(
///   steps: schedule.steps, from: xT, variance: .betaTilde,
///   noise: { t in random.normal(.reverseStep, step: t) },
///   predictor: { x, t in network(x, t) })
/// for moment in sampler { … }         // t = T, …, 1, 0
/// sampler.sample()                    // x_0 alone
/// ```
public struct AncestralSampler<S: Sample>: Sequence {
  /// What is known at one time of the way back.
  public struct Moment {
    /// The timestep t, at last 0.
    public let timestep: Int
    /// The sample x_t.
    public let sample: S
    /// x̂_0 = (x_t − √(1−ᾱ_t) ε_θ)/√ᾱ_t, what x_0 would be if the predicted noise were all; adjusted, if it is.
    ///
    /// At t = 0 it is the sample itself.
    public let predictedX0: S
  }

  private let steps: [Step]
  private let start: S
  private let variance: ReverseVariance
  private let adjustingX0: ((S) -> S)?
  private let noise: (Int) -> S
  private let predictor: (S, Double) -> S

  /// Creates the walk back from `start`.
  ///
  /// - Parameters:
  ///   - steps: The moments to walk through, the earliest first: `steps` of a schedule, or `respaced(to:)`.
  ///   - start: x_T, from N(0, I).
  ///   - variance: σ_t² = β_t or β̃_t.
  ///   - adjustingX0: What becomes of x̂_0 before it is used, such as `{ $0.clipped(to: 1) }`; nil for equation 11.
  ///   - noise: z ~ N(0, I) of the step from t, for every step but the last, which has none.
  ///   - predictor: ε_θ(x_t, t), called once for each step.
  public init(
    steps: [Step], from start: S, variance: ReverseVariance, adjustingX0: ((S) -> S)? = nil,
    noise: @escaping (Int) -> S, predictor: @escaping (S, Double) -> S
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

  /// The sample x_0 at the end of the way.
  public func sample() -> S {
    var last = start
    for moment in self { last = moment.sample }
    return last
  }

  /// Begins at x_T, with as many steps to go as there are.
  public func makeIterator() -> Iterator { Iterator(sampler: self) }

  /// The way back, as far as it has been gone.
  public struct Iterator: IteratorProtocol {
    private let sampler: AncestralSampler
    private var current: S
    /// How many steps are still to go; −1 once x_0 has been given too.
    private var remaining: Int

    fileprivate init(sampler: AncestralSampler) {
      self.sampler = sampler
      current = sampler.start
      remaining = sampler.steps.count
    }

    /// The moment of x_t, and the step from there; nil after x_0.
    public mutating func next() -> Moment? {
      guard remaining >= 0 else { return nil }
      remaining -= 1
      guard remaining >= 0 else { return Moment(timestep: 0, sample: current, predictedX0: current) }
      let step = sampler.steps[remaining]
      let predictedNoise = sampler.predictor(current, Double(step.timestep))
      var predictedX0 = step.x0(from: current, noise: predictedNoise)
      let reverse: Gaussian<S>
      if let adjusted = sampler.adjustingX0 {
        predictedX0 = adjusted(predictedX0)
        reverse = step.reverse(from: current, predictedX0: predictedX0, variance: sampler.variance)
      } else {
        reverse = step.reverse(from: current, predictedNoise: predictedNoise, variance: sampler.variance)
      }
      let moment = Moment(timestep: step.timestep, sample: current, predictedX0: predictedX0)
      current = remaining > 0 ? reverse.draw(sampler.noise(step.timestep)) : reverse.mean
      return moment
    }
  }
}

extension AncestralSampler.Moment: Sendable where S: Sendable {}
