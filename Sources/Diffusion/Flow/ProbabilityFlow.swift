import Deterministic

// The forward process moves every q_u as the equation without noise does (Song et al. 2021, arXiv:2011.13456, equation
// 13), and ∇ log q_u(x) is −ε/√(1−ᾱ):
//
//     dx/du = −½ β (x + ∇ log q_u(x))
//
// In place of x let x̄ = x/√ᾱ move, in which the data keep their size and the noise has the deviation σ = √((1−ᾱ)/ᾱ).
// As dᾱ/du = −β ᾱ, and σ² = 1/ᾱ − 1,
//
//     dx̄/du = (dx/du + ½ β x)/√ᾱ = −½ β ∇ log q_u/√ᾱ = ½ β ε/√(ᾱ (1−ᾱ))
//     dσ/du = β/(2 σ ᾱ) = ½ β/√(ᾱ (1−ᾱ))
//
// so that dx̄/dσ = ε. All that is special of a schedule has gone into the names of the times, and what is left is as
// smooth as the prediction. Euler's method for it is DDIM without noise (Song, Meng and Ermon 2021, arXiv:2010.02502,
// equation 14), Heun's the sampler of Karras et al. 2022 (arXiv:2206.00364).

/// The differential equation that carries noise to data, and back, without any chance: dx/du = −½ β(u) (x + ∇ log q_u(x)).
///
/// Samples that begin as q_T and follow it are q_u at every u, as if they had come by the reverse process.
///
/// ```swift
/// let flow = ProbabilityFlow(process: VariancePreservingSDE())
/// let levels = flow.noiseLevels(count: 20)               // from 152.2 at pure noise to 0
/// flow.decode(xT, through: levels, by: .heun, predictor: network)
/// ```
///
/// A predictor is ε_θ(x_u, u), as for `AncestralSampler`. One that may not be asked near the data is followed to the
/// noise level of its first time t = 1 by any method, and from there to 0 by a step of Euler's, which asks nothing of 0:
/// `decode(x1, through: [flow.process.noiseLevel(at: 1), 0], by: .euler, predictor: network)`.
public struct ProbabilityFlow<Process: ContinuousProcess> {
  /// The forward process.
  public let process: Process

  /// Creates the flow of a process.
  public init(process: Process) { self.process = process }
}

extension ProbabilityFlow: Sendable where Process: Sendable {}

// MARK: The equation

extension ProbabilityFlow {
  /// The velocity dx/du = −½ β(u) (x − ε/√(1−ᾱ)): equation 13 of Song and others, with the score that ε stands for.
  ///
  /// - Parameters:
  ///   - x: The sample x_u.
  ///   - time: u, above 0, where 1 − ᾱ is 0.
  ///   - predictedNoise: ε_θ(x_u, u).
  public func velocity<S: Sample>(of x: S, at time: Double, predictedNoise: S) -> S {
    guard time > 0 else { refuse(time, "noise says nothing of the score without noise: the time is above 0") }
    let rate = -0.5 * process.beta(at: time)
    return S.combining(rate, x, -rate / process.noiseVariance(at: time).squareRoot(), predictedNoise)
  }

  /// The equation in x and u, for `ODEPath` and `DormandPrince`: dx/du = −½ β(u) (x + ∇ log q_u(x)) for u above 0.
  public func field<S: Sample>(predictor: @escaping (S, Double) -> S) -> (S, Double) -> S {
    { x, time in velocity(of: x, at: time, predictedNoise: predictor(x, time)) }
  }

  /// The same equation in x̄ = x/√ᾱ and the noise level σ: dx̄/dσ = ε_θ(√ᾱ x̄, u).
  ///
  /// At σ = 0 the predictor is asked at time 0.
  public func scaledField<S: Sample>(predictor: @escaping (S, Double) -> S) -> (S, Double) -> S {
    { scaled, level in predictor(unscaled(scaled, noiseLevel: level), process.time(noiseLevel: level)) }
  }

  /// x̄ = x/√ᾱ = √(1+σ²) x.
  @inlinable
  public func scaled<S: Sample>(_ x: S, noiseLevel: Double) -> S {
    (1 + noiseLevel * noiseLevel).squareRoot() * x
  }

  /// x = √ᾱ x̄ = x̄/√(1+σ²).
  @inlinable
  public func unscaled<S: Sample>(_ scaled: S, noiseLevel: Double) -> S {
    (1 / (1 + noiseLevel * noiseLevel).squareRoot()) * scaled
  }
}

// MARK: Noise levels

extension ProbabilityFlow {
  /// The noise level σ of pure noise, that of the process's end.
  public var highestNoiseLevel: Double { process.noiseLevel(at: process.endTime) }

  /// Noise levels to walk through, from high to low: equation 5 of Karras and others, 2022.
  ///
  ///     σ_i = (σ_max^{1/ρ} + i/(n−1) (σ_min^{1/ρ} − σ_max^{1/ρ}))^ρ,   i = 0…n−1
  ///
  /// - Parameters:
  ///   - count: n, 2 or more; one less is the number of steps.
  ///   - highest: σ_max; nil is that of the process's end.
  ///   - lowest: σ_min, from 0 to below σ_max.
  ///   - exponent: ρ, above 0: 1 spaces the levels evenly, and the larger, the more of them are low.
  /// - Returns: The levels; the first is `highest` and the last `lowest`, exactly.
  public func noiseLevels(
    count: Int, from highest: Double? = nil, to lowest: Double = 0, exponent: Double = 7
  ) -> [Double] {
    let highest = highest ?? highestNoiseLevel
    guard count >= 2 else { fatalError("noise levels lead from one to another; \(count) cannot") }
    guard lowest >= 0 else { refuse(lowest, "a noise level is 0 or more") }
    guard highest > lowest, highest < .infinity else {
      refuse(highest, "the highest noise level lies above the lowest and is finite")
    }
    guard exponent > 0, exponent < .infinity else {
      refuse(exponent, "the exponent of noise levels is above 0 and finite")
    }
    // ln 0 is −∞ and e^−∞ is 0: the root of 0 needs no care.
    let (first, last) = (exp(log(highest) / exponent), exp(log(lowest) / exponent))
    return (0..<count).map { i in
      if i == 0 { return highest }
      if i == count - 1 { return lowest }
      return exp(exponent * log(first + Double(i) / Double(count - 1) * (last - first)))
    }
  }
}

// MARK: From noise to data and back

extension ProbabilityFlow {
  /// The data that noise becomes.
  ///
  /// - Parameters:
  ///   - x: The sample x_T at the first of the noise levels.
  ///   - noiseLevels: The levels to walk through, the highest first. By `.heun` the predictor is asked at each, by
  ///     `.euler` at all but the last.
  ///   - method: How each step is taken.
  ///   - predictor: ε_θ(x_u, u).
  /// - Returns: The sample at the last level, x_0 if that is 0.
  public func decode<S: Sample>(
    _ x: S, through noiseLevels: [Double], by method: ODEMethod, predictor: @escaping (S, Double) -> S
  ) -> S {
    requireFalling(noiseLevels)
    return walk(x, through: noiseLevels, by: method, predictor: predictor)
  }

  /// The noise that data come from: what `decode` does, from the last level to the first.
  ///
  /// - Parameters:
  ///   - x: The sample at the last of the noise levels, x_0 if that is 0.
  ///   - noiseLevels: The levels to walk through, the highest first, as for `decode`.
  ///   - method: How each step is taken. By `.euler` the predictor is asked at all levels but the first.
  ///   - predictor: ε_θ(x_u, u).
  /// - Returns: The sample x_T at the first level.
  public func encode<S: Sample>(
    _ x: S, through noiseLevels: [Double], by method: ODEMethod, predictor: @escaping (S, Double) -> S
  ) -> S {
    requireFalling(noiseLevels)
    return walk(x, through: noiseLevels.reversed(), by: method, predictor: predictor)
  }

  private func walk<S: Sample>(
    _ x: S, through levels: [Double], by method: ODEMethod, predictor: @escaping (S, Double) -> S
  ) -> S {
    let path = ODEPath(
      method: method, from: scaled(x, noiseLevel: levels[0]), at: levels,
      along: scaledField(predictor: predictor))
    return unscaled(path.sample(), noiseLevel: levels[levels.count - 1])
  }

  /// The sample at another noise level, lower or higher, with steps that the solver chooses.
  ///
  /// The tolerances are those of x̄ = x/√ᾱ, which at a high noise level σ is about σ in size.
  ///
  /// - Parameters:
  ///   - x: The sample at the noise level `start`.
  ///   - start: The noise level to begin at: the process's highest for noise, 0 for data.
  ///   - end: The noise level to end at.
  ///   - solver: What chooses the steps.
  ///   - predictor: ε_θ(x_u, u).
  /// - Returns: The way, its times noise levels and its samples x, no longer scaled.
  /// - Throws: `ODEFailure` where the solver finds no way.
  public func carry<S: VectorSample>(
    _ x: S, from start: Double, to end: Double, by solver: DormandPrince,
    predictor: @escaping (S, Double) -> S
  ) throws(ODEFailure) -> ODESolution<S> {
    requireNoiseLevel(start)
    requireNoiseLevel(end)
    let solution = try solver.solve(
      from: scaled(x, noiseLevel: start), between: start, and: end, along: scaledField(predictor: predictor))
    return ODESolution(
      path: solution.path.map {
        Moment<Double, S>(time: $0.time, sample: unscaled($0.sample, noiseLevel: $0.time))
      }, evaluations: solution.evaluations, rejectedSteps: solution.rejectedSteps)
  }
}

/// Stops where levels do not lead from high to low.
func requireFalling(_ noiseLevels: [Double]) {
  guard noiseLevels.count >= 2 else {
    fatalError("noise levels lead from one to another; \(noiseLevels.count) cannot")
  }
  for (level, next) in zip(noiseLevels, noiseLevels.dropFirst()) {
    guard next < level else { refuse(next, "noise levels fall; one is not below that before it") }
  }
  requireNoiseLevel(noiseLevels[0])
  requireNoiseLevel(noiseLevels[noiseLevels.count - 1])
}

/// Stops where a noise level is none.
func requireNoiseLevel(_ level: Double) {
  guard level >= 0, level < .infinity else { refuse(level, "a noise level is 0 or more and finite") }
}
