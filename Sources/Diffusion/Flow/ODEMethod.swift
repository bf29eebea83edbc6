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

/// The trajectory of a sample along a differential equation, at the times of a list.
///
/// It is a sequence of moments, the start first; the step from each is taken when it is asked for:
///
/// ```swift
/// let path = ODEPath(method: .heun, from: 1.0, at: [0, 0.5, 1]) { x, _ in -x }
/// path.map(\.sample)                  // 1, 0.625, 0.390625
/// path.sample()                       // 0.390625; e⁻¹ = 0.3679
/// ```
public struct ODEPath<S: Sample>: Trajectory {
  private let method: ODEMethod
  /// The sample at the first time.
  public let start: S
  private let times: [Double]
  private let field: (S, Double) -> S

  /// Creates the trajectory from `start`.
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

  /// One for each time.
  public var momentCount: Int { times.count }

  /// A time of the list.
  public func time(at index: Int) -> Double { times[index] }

  /// The moment, and one step to the next time.
  public func step(_ x: inout S, from index: Int) -> Moment<Double, S> {
    let moment = Moment(time: times[index], sample: x)
    if index + 1 < times.count {
      x = method.step(x, from: times[index], to: times[index + 1], along: field)
    }
    return moment
  }
}
