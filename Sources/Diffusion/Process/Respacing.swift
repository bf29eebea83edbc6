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
    var steps: [Step] = []
    var previous = 0
    for timestep in timesteps(keeping: count) {
      steps.append(step(timestep, after: previous))
      previous = timestep
    }
    steps[0] = step(1, after: 0, reversePosteriorVariance: steps[1].posteriorVariance)
    return steps
  }

  /// Refuses a number of timesteps that leaves too much noise between two of them, or too little, for double precision.
  ///
  /// To be asked before `respaced(to:)`, which stops the program, where somebody else has chosen schedule and number.
  ///
  /// - Parameter count: K, from 2 to T.
  /// - Throws: The first β' = 1 − ᾱ_τ/ᾱ_τ' that rounds to 0 or 1.
  public func requireRespacing(to count: Int) throws(ScheduleFailure) {
    var previous = 0
    for timestep in timesteps(keeping: count) {
      let beta = beta(timestep, after: previous)
      guard beta > 0, beta < 1 else { throw .betaOutOfRange(beta, timestep: timestep) }
      previous = timestep
    }
  }

  /// The timesteps τ_1 … τ_K of K that are kept.
  private func timesteps(keeping count: Int) -> [Int] {
    guard count >= 2, count <= stepCount else {
      fatalError(
        "\(count) of \(stepCount) timesteps cannot be kept; a respaced schedule has from 2 to all of them")
    }
    // ⌊x + ½⌋ in whole numbers, where a quotient would round.
    return (0..<count).map { 1 + (2 * $0 * (stepCount - 1) + (count - 1)) / (2 * (count - 1)) }
  }

  /// The moment t of a process whose last moment before was `previous`.
  private func step(
    _ t: Int, after previous: Int, reversePosteriorVariance: Double? = nil
  ) -> Step {
    Step(
      timestep: t, beta: beta(t, after: previous),
      alphaBar: alphaBar(t), previousAlphaBar: alphaBar(previous),
      reversePosteriorVariance: reversePosteriorVariance)
  }

  /// β' of the moment t of such a process.
  private func beta(_ t: Int, after previous: Int) -> Double {
    // Where nothing is left out, β is known, and 1 − ᾱ_t/ᾱ_{t−1} is only nearly that.
    previous == t - 1 ? beta(t) : 1 - alphaBar(t) / alphaBar(previous)
  }
}
