import Deterministic

/// A differential equation's solution to a tolerance: the pair of Runge–Kutta methods of orders 5 and 4 by Dormand and
/// Prince, whose difference chooses the steps.
///
/// Six evaluations of the slope make a step, as the last of one is the first of the next. The sample goes on from the
/// fifth order (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, sections II.4 and II.5).
///
/// ```swift
/// let solution = try DormandPrince(relativeTolerance: 1e-8, absoluteTolerance: 1e-8)
///   .solve(from: 1.0, between: 0, and: 1) { x, _ in -x }
/// solution.sample                     // e⁻¹, to eight digits
/// solution.evaluations                // what it took
/// ```
public struct DormandPrince: Sendable {
  /// How large a step's error may be, as a share of each coordinate.
  public let relativeTolerance: Double
  /// How large a step's error may be where a coordinate is 0.
  public let absoluteTolerance: Double
  /// How often the slope may be asked for.
  public let evaluationLimit: Int

  /// Creates a solver.
  ///
  /// A step is accepted where the root mean square over the coordinates of e_i/(absolute + relative · |x_i|) is at most
  /// 1, e being the difference of the two orders and x the sample where the step begins.
  ///
  /// - Parameters:
  ///   - relativeTolerance: 0 or more. Below 1e−14 the sample's own rounding is larger, and evaluations are wasted.
  ///   - absoluteTolerance: Above 0.
  ///   - evaluationLimit: 1 or more; a first step takes 8.
  public init(
    relativeTolerance: Double = 1e-6, absoluteTolerance: Double = 1e-6, evaluationLimit: Int = 100_000
  ) {
    guard relativeTolerance >= 0, relativeTolerance < .infinity else {
      refuse(relativeTolerance, "a relative tolerance must be 0 or more and finite")
    }
    guard absoluteTolerance > 0, absoluteTolerance < .infinity else {
      refuse(absoluteTolerance, "an absolute tolerance must be above 0 and finite")
    }
    guard evaluationLimit >= 1 else {
      fatalError("a solver needs 1 evaluation or more, not \(evaluationLimit)")
    }
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.evaluationLimit = evaluationLimit
  }
}

/// Where a differential equation led, by what way and at what cost.
public struct ODESolution<S: Sample> {
  /// The start and each accepted step's end.
  public let path: [Moment<Double, S>]
  /// How often the slope was asked for.
  public let evaluations: Int
  /// How many steps had too large an error and were tried again, shorter.
  public let rejectedSteps: Int

  /// The sample at the end.
  public var sample: S { path[path.count - 1].sample }
  /// How many steps led to the end.
  public var acceptedSteps: Int { path.count - 1 }
}

extension ODESolution: Sendable where S: Sendable {}

// MARK: Steps of its own length

extension DormandPrince {
  /// The sample at time `end`, by steps as long as the tolerances allow.
  ///
  /// - Parameters:
  ///   - x: The sample at `start`.
  ///   - start: The time to begin at.
  ///   - end: The time to end at, later or earlier; the slope is asked at no time beyond.
  ///   - field: f(x, t) of dx/dt = f.
  /// - Throws: `ODEFailure` where the slope is not finite, the evaluations are used up, or a step is too small.
  public func solve<S: VectorSample>(
    from x: S, between start: Double, and end: Double, along field: (S, Double) -> S
  ) throws(ODEFailure) -> ODESolution<S> {
    for time in [start, end] where !time.isFinite { refuse(time, "a time must be finite") }
    var path = [Moment<Double, S>(time: start, sample: x)]
    guard start != end else { return ODESolution(path: path, evaluations: 0, rejectedSteps: 0) }
    var evaluations = 0
    func counted(_ x: S, _ time: Double) -> S {
      evaluations += 1
      return field(x, time)
    }

    var (time, x, slope) = (start, x, counted(x, start))
    guard norm(slope, at: x).isFinite else { throw .notFinite(time: start) }
    let direction: Double = end > start ? 1 : -1
    var length = firstLength(x, slope: slope, from: start, to: end, along: counted)
    // Ten roundings of the largest time: below that the stages of a step would no longer lie apart.
    let smallest = 0x1p-52 * 10 * max(start.magnitude, end.magnitude)
    var rejectedSteps = 0
    var (wasRejected, wasFinite) = (false, true)
    while time != end {
      guard length >= smallest else {
        throw wasFinite ? .stepTooSmall(time: time) : .notFinite(time: time)
      }
      guard evaluations + 6 <= evaluationLimit else {
        throw .tooManyEvaluations(evaluationLimit, time: time)
      }
      // A step that nearly reaches the end is stretched to it: a tiny last one would only cost.
      let isLast = (end - time).magnitude <= 1.01 * length
      let next = isLast ? end : time + direction * length
      let attempt = Self.step(x, slope: slope, from: time, to: next, along: counted)
      let error = norm(attempt.error, at: x)
      wasFinite = error.isFinite
      // The error of the fourth order falls with the fifth power of the length. Nine tenths of what that allows, and at
      // no time a fifth or ten times the last length, are what Hairer, Nørsett and Wanner advise.
      let factor = wasFinite ? max(0.2, 0.9 * exp(-0.2 * log(error))) : 0.2
      length = (next - time).magnitude
      if error <= 1 {
        length *= min(factor, wasRejected ? 1 : 10)
        (time, x, slope) = (next, attempt.sample, attempt.slope)
        path.append(Moment<Double, S>(time: time, sample: x))
        wasRejected = false
      } else {
        length *= min(factor, 1)
        rejectedSteps += 1
        wasRejected = true
      }
    }
    return ODESolution(path: path, evaluations: evaluations, rejectedSteps: rejectedSteps)
  }

  /// The root mean square of e_i/(absolute + relative · |x_i|).
  private func norm<S: VectorSample>(_ error: S, at x: S) -> Double {
    let sum = error.sum(with: x) { e, x in
      let share = e / (absoluteTolerance + relativeTolerance * x.magnitude)
      return share * share
    }
    return (sum / Double(x.dimension)).squareRoot()
  }

  /// The length of the first step, by Hairer, Nørsett and Wanner's section II.4.
  ///
  /// A step of Euler's method that changes x by a hundredth tells how fast the slope changes; the step is as long as
  /// makes the larger of the two, as if it were a fifth derivative, an error of a hundredth of the tolerance.
  private func firstLength<S: VectorSample>(
    _ x: S, slope: S, from start: Double, to end: Double, along field: (S, Double) -> S
  ) -> Double {
    let span = (end - start).magnitude
    let (size, steepness) = (norm(x, at: x), norm(slope, at: x))
    let trial = size < 1e-5 || steepness < 1e-5 ? 1e-6 * span : min(0.01 * size / steepness, 0.1 * span)
    let signed = end > start ? trial : -trial
    let change = field(S.combining(1, x, signed, slope), start + signed) - slope
    let curvature = norm(change, at: x) / trial
    guard curvature.isFinite else { return trial }
    let larger = max(steepness, curvature)
    let length = larger <= 1e-15 ? max(1e-6 * span, 1e-3 * trial) : exp(0.2 * log(0.01 / larger))
    return min(100 * trial, length, span)
  }
}

// MARK: One step

extension DormandPrince {
  /// One step of a given length: the sample by the fifth order, the slope there, and by how much the fourth differs.
  ///
  /// - Parameters:
  ///   - x: The sample at `start`.
  ///   - slope: f(x, start).
  ///   - start: The time at which the step begins.
  ///   - end: The time at which it ends, later or earlier.
  ///   - field: f(x, t), asked six times.
  public static func step<S: VectorSample>(
    _ x: S, slope: S, from start: Double, to end: Double, along field: (S, Double) -> S
  ) -> (sample: S, slope: S, error: S) {
    let h = end - start
    var slopes = [slope]
    var sample = x
    for stage in stages {
      sample = S.combining(1, x, h, sum(of: slopes, weights: stage.weights))
      slopes.append(field(sample, stage.place == 1 ? end : start + stage.place * h))
    }
    return (sample, slopes[6], h * sum(of: slopes, weights: errorWeights))
  }

  /// Σ_j a_j k_j, from the first to the last.
  private static func sum<S: Sample>(of slopes: [S], weights: [Double]) -> S {
    var sum = weights[0] * slopes[0]
    for j in 1..<weights.count where weights[j] != 0 {
      sum = S.combining(1, sum, weights[j], slopes[j])
    }
    return sum
  }
}

/// Where in a step a slope is asked for, as a share of its length, and the weights of the slopes that lead there.
private struct Stage {
  let place: Double
  let weights: [Double]
}

/// The stages after the first, which is the slope that the step before ended with: table 5.2 of the book.
///
/// The last one's weights are those of the fifth order.
private let stages = [
  Stage(place: 1 / 5.0, weights: [1 / 5.0]),
  Stage(place: 3 / 10.0, weights: [3 / 40.0, 9 / 40.0]),
  Stage(place: 4 / 5.0, weights: [44 / 45.0, -56 / 15.0, 32 / 9.0]),
  Stage(place: 8 / 9.0, weights: [19_372 / 6561.0, -25_360 / 2187.0, 64_448 / 6561.0, -212 / 729.0]),
  Stage(place: 1, weights: [9017 / 3168.0, -355 / 33.0, 46_732 / 5247.0, 49 / 176.0, -5103 / 18_656.0]),
  Stage(place: 1, weights: [35 / 384.0, 0, 500 / 1113.0, 125 / 192.0, -2187 / 6784.0, 11 / 84.0]),
]

/// The weights of the fifth order less those of the fourth.
private let errorWeights = [
  71 / 57_600.0, 0, -71 / 16_695.0, 71 / 1920.0, -17_253 / 339_200.0, 22 / 525.0, -1 / 40.0,
]
