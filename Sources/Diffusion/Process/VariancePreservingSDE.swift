/// What the linear schedule becomes when its steps become infinitely many and small: β(u) = β_0 + u (β_1 − β_0), with u
/// in [0, 1].
///
/// With T steps, β_t of a step is β(t/T)/T; so T = 1000 steps from 1e−4 to 0.02 belong to β(u) from 0.1 to 20 (Song et
/// al. 2021, appendix C), and ᾱ(u) = exp(−0.1 u − 9.95 u²). At the end that is 4.32e−5, where the thousand steps have
/// 4.04e−5.
public struct VariancePreservingSDE: ContinuousProcess, Equatable, Sendable {
  /// β at 0, 0 or more.
  public let firstBeta: Double
  /// β at 1, above that at 0.
  public let lastBeta: Double

  /// Creates the process whose β runs from `firstBeta` to `lastBeta`; by default that of the paper's schedule.
  public init(firstBeta: Double = 0.1, lastBeta: Double = 20) {
    guard firstBeta >= 0, lastBeta > firstBeta, lastBeta < .infinity else {
      refuse(lastBeta, "β(u) begins at 0 or more and rises to a finite value")
    }
    self.firstBeta = firstBeta
    self.lastBeta = lastBeta
  }

  /// The time of pure noise, 1.
  public var endTime: Double { 1 }

  /// β(u) = β_0 + u (β_1 − β_0).
  public func beta(at time: Double) -> Double {
    requireTime(time, end: 1)
    return firstBeta + time * (lastBeta - firstBeta)
  }

  /// ln ᾱ(u) = −β_0 u − ½ (β_1 − β_0) u².
  public func logAlphaBar(at time: Double) -> Double {
    requireTime(time, end: 1)
    return -(firstBeta + 0.5 * (lastBeta - firstBeta) * time) * time
  }

  /// The u in [0, 1] at which ln ᾱ(u) has a value.
  ///
  /// Of the two forms that the solution of a quadratic equation has, the one that does not cancel.
  public func time(logAlphaBar: Double) -> Double {
    let end = self.logAlphaBar(at: 1)
    guard logAlphaBar <= 0, logAlphaBar >= end * (1 + 1e-12) else {
      refuse(logAlphaBar, "ln ᾱ lies between 0 and its value at the end")
    }
    guard logAlphaBar < 0 else { return 0 }
    let root = (firstBeta * firstBeta - 2 * (lastBeta - firstBeta) * logAlphaBar).squareRoot()
    return min(1, -2 * logAlphaBar / (firstBeta + root))
  }
}

/// Stops where a time is outside of a process.
func requireTime(_ time: Double, end: Double) {
  guard time >= 0, time <= end else { refuse(time, "a time lies between 0 and the end of the process") }
}
