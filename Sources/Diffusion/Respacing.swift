extension NoiseSchedule {
  /// All the moments of the process, from t = 1 to T: what the full sampler walks back through.
  public var steps: [Step] { timesteps.map { self[$0] } }

  /// The moments of a process that keeps K of the T timesteps, for a sampler with fewer steps.
  ///
  /// The timesteps τ_k = 1 + round((k−1)(T−1)/(K−1)), halves up, lie evenly from 1 to T (Nichol and Dhariwal 2021,
  /// section 4). Each keeps its ᾱ, and β' = 1 − ᾱ_τ/ᾱ_τ' is what lies between it and the one before, τ'. A step
  /// still says τ, which is what the network was trained with.
  ///
  /// ```swift
  /// schedule.respaced(to: 50).map(\.timestep)     // 1, 21, 42, 62, …, 980, 1000
  /// ```
  ///
  /// - Parameter count: K, from 2 to T; T gives `steps`.
  /// - Returns: K steps, the earliest first. At the first, β̃_2 of this list stands in for β̃ = 0.
  public func respaced(to count: Int) -> [Step] {
    guard count >= 2, count <= stepCount else {
      fatalError(
        "\(count) of \(stepCount) timesteps cannot be kept; a respaced schedule has from 2 to all of them")
    }
    var previous = 0
    var steps: [Step] = []
    for k in 0..<count {
      // ⌊x + ½⌋ in whole numbers, where a quotient would round.
      let timestep = 1 + (2 * k * (stepCount - 1) + (count - 1)) / (2 * (count - 1))
      steps.append(step(timestep, after: previous))
      previous = timestep
    }
    steps[0] = step(1, after: 0, reversePosteriorVariance: steps[1].posteriorVariance)
    return steps
  }

  /// The moment t of a process whose last moment before was `previous`.
  private func step(
    _ t: Int, after previous: Int, reversePosteriorVariance: Double? = nil
  ) -> Step {
    Step(
      timestep: t,
      // Where nothing is left out, β is known, and 1 − ᾱ_t/ᾱ_{t−1} is only nearly that.
      beta: previous == t - 1 ? beta(t) : 1 - alphaBar(t) / alphaBar(previous),
      alphaBar: alphaBar(t), previousAlphaBar: alphaBar(previous),
      reversePosteriorVariance: reversePosteriorVariance)
  }
}
