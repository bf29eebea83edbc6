/// A sample at one time of its trajectory.
public struct Moment<Time, S: Sample> {
  /// The time: a timestep, at last 0, of the paper's chain; a time u of a process in continuous time; the number of steps
  /// of Langevin dynamics.
  public let time: Time
  /// The sample then, x_t.
  public let sample: S
  /// x̂_0 = (x_t − √(1−ᾱ_t) ε_θ)/√ᾱ_t, what x_0 would be if the predicted noise were all of it; adjusted, if it is.
  ///
  /// At time 0, and where a process predicts nothing, it is the sample itself.
  public let predictedX0: S

  /// Creates a moment; without a prediction, x̂_0 is the sample itself.
  public init(time: Time, sample: S, predictedX0: S? = nil) {
    self.time = time
    self.sample = sample
    self.predictedX0 = predictedX0 ?? sample
  }
}

extension Moment: Sendable where Time: Sendable, S: Sendable {}

extension Moment where Time == Int {
  /// The timestep t, at last 0.
  public var timestep: Int { time }
}

/// The way of a sample, moment by moment: a Markov chain, or a differential equation that is solved step by step.
///
/// A type says where a trajectory begins and how it gets from one moment to the next. For that it is a sequence of
/// moments, has a last `sample()`, and takes changes before and after each step. The step from a moment is taken when
/// that moment is asked for.
///
/// ```swift
/// for moment in sampler { … }         // moment by moment
/// sampler.sample()                    // the last sample alone
/// ```
public protocol Trajectory: Sequence
where Element == Moment<Time, S>, Iterator == TrajectoryIterator<Time, S> {
  /// What tells a moment: a timestep or a time.
  associatedtype Time
  /// What moves: a number, a point, images.
  associatedtype S: Sample

  /// The sample at the first moment.
  var start: S { get }

  /// How many moments there are, the first and the last among them; 1 or more.
  var momentCount: Int { get }

  /// The time of a moment.
  ///
  /// - Parameter index: Which moment, 0 for the first.
  func time(at index: Int) -> Time

  /// Gives a moment, and takes the step from there, if there is another.
  ///
  /// - Parameters:
  ///   - sample: The sample at this moment; afterwards the one at the next.
  ///   - index: Which moment, 0 for the first.
  func step(_ sample: inout S, from index: Int) -> Moment<Time, S>
}

extension Trajectory {
  /// Begins at the start.
  public func makeIterator() -> TrajectoryIterator<Time, S> {
    TrajectoryIterator(start: start, momentCount: momentCount, step: step)
  }

  /// The sample at the last moment.
  public func sample() -> S {
    var last = start
    for moment in self { last = moment.sample }
    return last
  }

  /// The same trajectory, with the sample changed before or after each step.
  ///
  /// ```swift
  /// // Inpainting: in each moment the known half is that of the image, noised to the same level.
  /// let filledIn = sampler.changing(before: { t, x in mask.chooses(known(at: t), over: x) })
  /// ```
  ///
  /// - Parameters:
  ///   - before: Given a moment's time and sample, what the step is taken from instead; nil for no change. The last
  ///     moment, which no step follows, is changed too.
  ///   - after: Given the moment that a step was taken from and the sample that it led to, what that is replaced by; nil for
  ///     no change.
  public func changing(
    before: ((Time, S) -> S)? = nil, after: ((Moment<Time, S>, S) -> S)? = nil
  ) -> ChangedTrajectory<Self> {
    ChangedTrajectory(base: self, before: before, after: after)
  }
}

/// A trajectory, as far as it has been gone.
public struct TrajectoryIterator<Time, S: Sample>: IteratorProtocol {
  private let momentCount: Int
  private let step: (inout S, Int) -> Moment<Time, S>
  private var sample: S
  /// How many moments have been given.
  private var given = 0

  fileprivate init(start: S, momentCount: Int, step: @escaping (inout S, Int) -> Moment<Time, S>) {
    self.momentCount = momentCount
    self.step = step
    sample = start
  }

  /// The next moment, and the step from there; nil after the last.
  public mutating func next() -> Moment<Time, S>? {
    guard given < momentCount else { return nil }
    defer { given += 1 }
    return step(&sample, given)
  }
}

/// A trajectory whose sample is changed before or after each step; made by `changing(before:after:)`.
public struct ChangedTrajectory<Base: Trajectory>: Trajectory {
  fileprivate let base: Base
  fileprivate let before: ((Base.Time, Base.S) -> Base.S)?
  fileprivate let after: ((Moment<Base.Time, Base.S>, Base.S) -> Base.S)?

  /// The sample at the first moment, as it is before any change.
  public var start: Base.S { base.start }

  /// As many moments as without changes.
  public var momentCount: Int { base.momentCount }

  /// The same times.
  public func time(at index: Int) -> Base.Time { base.time(at: index) }

  /// The change before, the step, the change after.
  public func step(_ sample: inout Base.S, from index: Int) -> Moment<Base.Time, Base.S> {
    if let before { sample = before(time(at: index), sample) }
    let moment = base.step(&sample, from: index)
    if let after, index + 1 < momentCount { sample = after(moment, sample) }
    return moment
  }
}
