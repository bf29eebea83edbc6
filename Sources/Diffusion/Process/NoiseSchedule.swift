import Deterministic

/// The variances β_1 … β_T of the forward process and all that follows from them.
///
/// Timesteps count from 1 to T, here and everywhere; the array index t − 1 never leaves this type.
///
/// ```swift
/// let schedule = try NoiseSchedule.linear()        // Ho et al.: 1e−4 … 0.02 in 1000 steps
/// schedule.alphaBar(260)                           // 0.4976: half of the variance is noise
/// schedule[260].marginal(of: 0.8).draw(epsilon)    // x_260
/// ```
public struct NoiseSchedule: Equatable, Sendable {
  private let betas: [Double]
  /// ᾱ_0 = 1, ᾱ_1, …, ᾱ_T.
  private let alphaBars: [Double]

  /// Creates a schedule from β_1 … β_T.
  ///
  /// - Throws: `ScheduleFailure` where the list is empty, a β lies outside (0, 1), or ᾱ becomes too small for
  ///   double precision.
  public init(betas: [Double]) throws(ScheduleFailure) {
    guard !betas.isEmpty else { throw .noTimesteps(0) }
    var alphaBars = [1.0]
    alphaBars.reserveCapacity(betas.count + 1)
    var alphaBar = 1.0
    for (index, beta) in betas.enumerated() {
      guard beta > 0, beta < 1 else { throw .betaOutOfRange(beta, timestep: index + 1) }
      alphaBar *= 1 - beta
      guard alphaBar > 0, alphaBar < 1 else { throw .alphaBarNotRepresentable(timestep: index + 1) }
      alphaBars.append(alphaBar)
    }
    self.betas = betas
    self.alphaBars = alphaBars
  }

  /// The number of timesteps, T.
  public var stepCount: Int { betas.count }

  /// The timesteps, 1…T.
  public var timesteps: ClosedRange<Int> { 1...stepCount }

  /// β_t, the variance that step t adds.
  public func beta(_ t: Int) -> Double { betas[index(t)] }

  /// ᾱ_t, the share of the variance of x_0 left at t; 1 at t = 0.
  public func alphaBar(_ t: Int) -> Double { t == 0 ? 1 : alphaBars[index(t) + 1] }

  /// The moment t of the process, from which every formula is built.
  public subscript(t: Int) -> Step {
    Step(
      timestep: t, beta: beta(t), alphaBar: alphaBar(t), previousAlphaBar: alphaBar(t - 1),
      reversePosteriorVariance: t == 1 ? borrowedVariance : nil)
  }

  /// The moment of a whole timestep, as a predictor is given it.
  public subscript(timestep: Timestep) -> Step {
    guard let t = Int(exactly: timestep.value) else {
      refuse(timestep.value, "a schedule has whole timesteps")
    }
    return self[t]
  }

  /// What the reverse step takes for β̃_1 = 0: β̃_2, or, in a schedule of one step, β_1.
  private var borrowedVariance: Double { stepCount > 1 ? self[2].posteriorVariance : beta(1) }

  private func index(_ t: Int) -> Int {
    guard timesteps.contains(t) else { fatalError("timestep \(t) is outside 1…\(stepCount)") }
    return t - 1
  }
}

// MARK: The schedules of the literature

extension NoiseSchedule {
  /// The linear schedule of the paper: β_t = β_1 + (t−1)/(T−1) · (β_T − β_1).
  ///
  /// The two ends were chosen for T = 1000. With fewer steps of the same β, x_T is far from N(0, I): chapter 1.
  ///
  /// - Parameters:
  ///   - first: β_1 in (0, 1).
  ///   - last: β_T in (0, 1).
  ///   - stepCount: T, 1 or more; the only β of a schedule of one step is `first`.
  public static func linear(
    from first: Double = 1e-4, to last: Double = 0.02, stepCount: Int = 1000
  ) throws(ScheduleFailure) -> NoiseSchedule {
    guard stepCount >= 1 else { throw .noTimesteps(stepCount) }
    let betas = (1...stepCount).map { t in
      // A schedule of one step is all beginning.
      let fraction = stepCount > 1 ? Double(t - 1) / Double(stepCount - 1) : 0
      return first + fraction * (last - first)
    }
    return try NoiseSchedule(betas: betas)
  }

  /// The schedule of Nichol and Dhariwal 2021 (arXiv:2102.09672, equation 17).
  ///
  /// ᾱ(u) = cos²((u + s)/(1 + s) · π/2) and β_t = min(1 − ᾱ(t/T)/ᾱ((t−1)/T), 0.999).
  ///
  /// - Parameters:
  ///   - stepCount: T, 1 or more.
  ///   - offset: s, which keeps β from vanishing near t = 0.
  public static func cosine(
    stepCount: Int = 1000, offset: Double = 0.008
  ) throws(ScheduleFailure) -> NoiseSchedule {
    guard stepCount >= 1 else { throw .noTimesteps(stepCount) }
    func alphaBar(_ u: Double) -> Double {
      let c = cos((u + offset) / (1 + offset) * Double.pi / 2)
      return c * c
    }
    var betas: [Double] = []
    for t in 1...stepCount {
      let ratio = alphaBar(Double(t) / Double(stepCount)) / alphaBar(Double(t - 1) / Double(stepCount))
      betas.append(min(1 - ratio, 0.999))
    }
    return try NoiseSchedule(betas: betas)
  }

  /// The schedule of the interactive demonstration: β_t = 1 − exp(−m · c/30 · (2t−1)/T).
  ///
  /// −ln ᾱ_t grows like t², and −ln ᾱ_T = m · T · c/30: what is destroyed depends on m · T alone. The constant
  /// c = 10.117713542413 is −ln ᾱ_1000 of the linear schedule, so 30 steps at m = 1 end where its 1000 do.
  ///
  /// - Parameters:
  ///   - stepCount: T, 1 or more.
  ///   - multiplier: m, above 0.
  public static func demonstration(
    stepCount: Int = 30, multiplier: Double = 1
  ) throws(ScheduleFailure) -> NoiseSchedule {
    guard stepCount >= 1 else { throw .noTimesteps(stepCount) }
    let rate = multiplier * 10.117713542413 / 30
    var betas: [Double] = []
    for t in 1...stepCount {
      betas.append(1 - exp(-rate * Double(2 * t - 1) / Double(stepCount)))
    }
    return try NoiseSchedule(betas: betas)
  }
}
