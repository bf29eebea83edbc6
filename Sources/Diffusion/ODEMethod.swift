/// How a differential equation dx/dt = f(x, t) is followed for one step of the caller's choice.
///
/// With steps half as long the error at the end is 2^order times smaller. What chooses its own steps is
/// `DormandPrince`.
public enum ODEMethod: String, CaseIterable, Sendable {
  /// Euler's: along the slope where the step begins.
  case euler
  /// Heun's, the explicit trapezoid rule: along the mean of the slope where the step begins and the one where Euler's
  /// would end.
  case heun

  /// The power of the step length with which the error at the end falls.
  public var order: Int {
    switch self {
    case .euler: 1
    case .heun: 2
    }
  }

  /// How often a step asks for the slope.
  public var evaluationsPerStep: Int { order }

  /// The sample at time `end`, one step from x at time `start`.
  ///
  /// Euler's is x + h f(x, t), Heun's x + ½ h (f(x, t) + f(x + h f(x, t), t + h)), with h = end − start.
  ///
  /// - Parameters:
  ///   - x: The sample at `start`.
  ///   - start: The time at which the step begins.
  ///   - end: The time at which it ends, later or earlier.
  ///   - field: f(x, t), asked at no other times than these two; Euler's method asks at the first alone.
  @inlinable
  public func step<S: Sample>(
    _ x: S, from start: Double, to end: Double, along field: (S, Double) -> S
  ) -> S {
    let h = end - start
    let slope = field(x, start)
    let euler = S.combining(1, x, h, slope)
    switch self {
    case .euler: return euler
    case .heun: return S.combining(1, x, 0.5 * h, slope + field(euler, end))
    }
  }
}

/// The way of a sample along a differential equation, at the times of a list.
///
/// It is a sequence of moments, the start first, each computed when it is asked for:
///
/// ```swift
/// let path = ODEPath(method: .heun, from: 1.0, at: [0, 0.5, 1]) { x, _ in -x }
/// path.map(\.sample)                  // 1, 0.625, 0.390625
/// path.end()                          // 0.390625; e⁻¹ = 0.3679
/// ```
public struct ODEPath<S: Sample>: Sequence {
  /// A time and the sample then.
  public struct Moment {
    /// The time.
    public let time: Double
    /// The sample.
    public let sample: S

    /// Creates a moment.
    public init(time: Double, sample: S) {
      self.time = time
      self.sample = sample
    }
  }

  private let method: ODEMethod
  private let start: S
  private let times: [Double]
  private let field: (S, Double) -> S

  /// Creates the way from `start`.
  ///
  /// - Parameters:
  ///   - method: How each step is taken.
  ///   - start: The sample at the first time.
  ///   - times: One or more, all rising or all falling: steps lead from each to the next.
  ///   - field: f(x, t).
  public init(
    method: ODEMethod, from start: S, at times: [Double], along field: @escaping (S, Double) -> S
  ) {
    guard !times.isEmpty else { fatalError("a path needs a time to begin at") }
    for time in times where !time.isFinite { refuse(time, "a time must be finite") }
    for (time, next) in zip(times, times.dropFirst())
    where (next > time) != (times[1] > times[0]) || next == time {
      refuse(next, "the times of a path all rise or all fall; one does not")
    }
    self.method = method
    self.start = start
    self.times = times
    self.field = field
  }

  /// The sample at the last time.
  public func end() -> S {
    var last = start
    for moment in self { last = moment.sample }
    return last
  }

  /// Begins at the first time.
  public func makeIterator() -> Iterator { Iterator(path: self) }

  /// The way, as far as it has been gone.
  public struct Iterator: IteratorProtocol {
    private let path: ODEPath
    private var current: S
    /// The place in the list of the time that comes next.
    private var place = 0

    fileprivate init(path: ODEPath) {
      self.path = path
      current = path.start
    }

    /// The sample at the next time of the list, one step on; nil after the last.
    public mutating func next() -> Moment? {
      guard place < path.times.count else { return nil }
      let time = path.times[place]
      if place > 0 {
        current = path.method.step(current, from: path.times[place - 1], to: time, along: path.field)
      }
      place += 1
      return Moment(time: time, sample: current)
    }
  }
}

extension ODEPath.Moment: Sendable where S: Sendable {}
