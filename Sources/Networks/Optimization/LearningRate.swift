import Deterministic

/// How large Adam's steps are in the course of training: a linear warm-up, then a decay.
///
///     η(n) = peak · n / warmUp              n = 1 … warmUp
///     η(n) = peak · decay(n)                afterwards
///
/// Steps are counted from 1.
public struct LearningRate: Equatable, Sendable {
  /// What follows the warm-up.
  public enum Decay: Equatable, Sendable {
    /// The peak, always.
    case constant
    /// Half a cosine from 1 after the warm-up down to `floor` at step `end`, and `floor` from there on.
    case cosine(end: Int, floor: Double = 0)
    /// Times `factor` after each of some steps.
    case steps(after: [Int], factor: Double)
  }

  /// The rate after the warm-up.
  public let peak: Double
  /// How many steps the warm-up takes.
  public let warmUp: Int
  /// What follows.
  public let decay: Decay

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - peak: The rate after the warm-up.
  ///   - warmUp: How many steps the warm-up takes, 0 or more.
  ///   - decay: What follows.
  public init(_ peak: Double, warmUp: Int = 0, decay: Decay = .constant) {
    guard peak > 0, peak.isFinite, warmUp >= 0 else {
      fatalError("LearningRate: a peak of \(peak) after \(warmUp) steps")
    }
    if case .cosine(let end, let floor) = decay {
      guard end > warmUp, (0...1).contains(floor) else {
        fatalError("LearningRate: a cosine down to \(floor) from step \(warmUp) to \(end)")
      }
    }
    if case .steps(let places, let factor) = decay {
      guard places.allSatisfy({ $0 >= 0 }), factor > 0, factor.isFinite else {
        fatalError("LearningRate: a factor of \(factor) after the steps \(places)")
      }
    }
    self.peak = peak
    self.warmUp = warmUp
    self.decay = decay
  }

  /// The rate of a step, the first being 1.
  public func callAsFunction(step: Int) -> Double {
    guard step >= 1 else { fatalError("LearningRate: step \(step); the first is 1") }
    if step <= warmUp { return peak * Double(step) / Double(warmUp) }
    switch decay {
    case .constant: return peak
    case .cosine(let end, let floor):
      let progress = min(1, Double(step - warmUp) / Double(end - warmUp))
      return peak * (floor + (1 - floor) * (1 + cos(Double.pi * progress)) / 2)
    case .steps(let places, let factor):
      return places.reduce(peak) { step > $1 ? $0 * factor : $0 }
    }
  }
}
