import Deterministic

/// A schedule between its steps, for what asks there: t is real, from 0 to T, and ln ᾱ is linear between whole ones.
///
/// At a whole t it is the schedule itself. A network that was trained at whole timesteps is asked at real ones so.
extension NoiseSchedule: ContinuousProcess {
  /// T.
  public var endTime: Double { Double(stepCount) }

  /// −ln α_t, the same everywhere between t − 1 and t; at a whole t, that of the step which ends there.
  public func beta(at time: Double) -> Double {
    requireTime(time, end: endTime)
    let t = max(1, Int(time.rounded(.up)))
    return log(alphaBar(t - 1)) - log(alphaBar(t))
  }

  /// ln ᾱ_t, between whole timesteps on the line from one to the next.
  public func logAlphaBar(at time: Double) -> Double {
    requireTime(time, end: endTime)
    let before = Int(time.rounded(.down))
    let fraction = time - Double(before)
    guard fraction > 0 else { return log(alphaBar(before)) }
    return (1 - fraction) * log(alphaBar(before)) + fraction * log(alphaBar(before + 1))
  }

  /// The t in [0, T] at which ln ᾱ_t has a value; found by bisection of the whole ones.
  public func time(logAlphaBar: Double) -> Double {
    let end = log(alphaBar(stepCount))
    guard logAlphaBar <= 0, logAlphaBar >= end * (1 + 1e-12) else {
      refuse(logAlphaBar, "ln ᾱ lies between 0 and its value at the end")
    }
    var (low, high) = (0, stepCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if log(alphaBar(middle)) >= logAlphaBar { low = middle } else { high = middle }
    }
    let (before, after) = (log(alphaBar(low)), log(alphaBar(high)))
    return min(endTime, Double(low) + (before - logAlphaBar) / (before - after))
  }
}
