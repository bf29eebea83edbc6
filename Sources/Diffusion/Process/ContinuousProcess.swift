import Deterministic

/// The forward process in continuous time: dx = −½ β(u) x du + √β(u) dw, which shrinks the data while noise comes in.
///
/// It keeps the variance of data of variance 1 (Song et al. 2021, arXiv:2011.13456, equation 11), and x_u given x_0 is as
/// in the paper of the steps, √ᾱ(u) x_0 + √(1−ᾱ(u)) ε with
///
///     ᾱ(u) = exp(−∫_0^u β(v) dv)
///
/// One whose β is a line is `VariancePreservingSDE`. A `NoiseSchedule` is one too, with t for the time: between two of
/// its steps ln ᾱ is linear.
public protocol ContinuousProcess {
  /// The time at which nearly all is noise; the data are at 0.
  var endTime: Double { get }

  /// β at a time in [0, endTime]: how fast noise comes in, per unit of time.
  func beta(at time: Double) -> Double

  /// ln ᾱ at a time in [0, endTime]: 0 at 0, and falling.
  func logAlphaBar(at time: Double) -> Double

  /// The time at which ln ᾱ has a value, from that at the end to 0.
  func time(logAlphaBar: Double) -> Double
}

extension ContinuousProcess {
  /// ᾱ at a time: the share of the variance of x_0 that is left.
  @inlinable
  public func alphaBar(at time: Double) -> Double { exp(logAlphaBar(at: time)) }

  /// The variance of the noise at a time, 1 − ᾱ, to all digits where little noise has come in.
  public func noiseVariance(at time: Double) -> Double { -expLessOne(logAlphaBar(at: time)) }

  /// σ = √((1−ᾱ)/ᾱ) at a time: the deviation of the noise where x is scaled so that the data keep their size, x/√ᾱ.
  public func noiseLevel(at time: Double) -> Double { expLessOne(-logAlphaBar(at: time)).squareRoot() }

  /// The time at which the noise level σ has a value, from 0 to that at the end.
  public func time(noiseLevel: Double) -> Double {
    time(logAlphaBar: -logOfOneMore(noiseLevel * noiseLevel))
  }

  /// The steps that lead through a list of times, for a sampler of whole steps such as `AncestralSampler`.
  ///
  /// Step number k lies between times k − 1 and k of the list and has β = 1 − ᾱ(u_k)/ᾱ(u_{k−1}), exactly what comes in
  /// between them.
  ///
  /// - Parameter times: Two or more, rising, from 0 or later to `endTime` or earlier.
  /// - Returns: One step fewer than there are times, the earliest first; its timestep is its number, from 1.
  public func steps(through times: [Double]) -> [Step] {
    guard times.count >= 2 else { fatalError("a step lies between two times; there are \(times.count)") }
    return (1..<times.count).map { k in
      let (before, after) = (logAlphaBar(at: times[k - 1]), logAlphaBar(at: times[k]))
      guard after < before else {
        refuse(times[k], "the times of steps rise; one is not above that before it")
      }
      return Step(
        timestep: k, beta: -expLessOne(after - before), alphaBar: exp(after), previousAlphaBar: exp(before))
    }
  }
}

// eˣ − 1 and ln(1 + x) for x near 0, where the 1 would swallow the digits (Kahan). What rounds y = 1 + x also moves
// x to y − 1, and the quotient of the function and its argument is nearly the same for both.

/// eˣ − 1.
private func expLessOne(_ x: Double) -> Double {
  let y = exp(x)
  guard x.magnitude < 0.5 else { return y - 1 }
  return y == 1 ? x : (y - 1) * (x / log(y))
}

/// ln(1 + x), for x of 0 or more.
private func logOfOneMore(_ x: Double) -> Double {
  let y = 1 + x
  guard x < 0.5 else { return log(y) }
  return y == 1 ? x : log(y) * (x / (y - 1))
}
