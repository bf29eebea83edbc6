import Deterministic

// Where a flow spreads, density falls: along a path of dx̄/dσ = ε the density p̄ of x̄ changes by
//
//     d log p̄/dσ = −tr ∂ε/∂x̄ = −√ᾱ tr ∂ε/∂x
//
// (Chen et al. 2018, arXiv:1806.07366, theorem 1), and x = √ᾱ x̄ in d dimensions has the density
// log p(x) = log p̄(x̄) − ½ d ln ᾱ. Together, from the data's end s to the noise's end T,
//
//     log p_s(x_s) = log p_T(x_T) + ½ d (ln ᾱ_T − ln ᾱ_s) + ∫_σ(s)^σ(T) √ᾱ tr ∂ε/∂x dσ
//
// The integral is one more coordinate of the differential equation. For a batch it is one for each row.

/// A sample's place in the noise, and how its density changed on the way there.
///
/// log p_0(x_0) = log p_T(x_T) + d · `logScale` + `divergence`.
public struct EncodedSample<S: Sample, D: Sample> {
  /// x_T, where the flow came to.
  public let noise: S
  /// ∫ √ᾱ tr ∂ε/∂x dσ along the way: a number, or, for a batch, what its predictor makes of one number a row.
  public let divergence: D
  /// ½ (ln ᾱ_T − ln ᾱ_0), for each of the d dimensions of a sample.
  public let logScale: Double
  /// How often the predictor was asked.
  public let evaluations: Int
}

extension EncodedSample: Sendable where S: Sendable, D: Sendable {}

extension EncodedSample where S: VectorSample, D == Double {
  /// log p_0(x_0) in nats, when log p_T(x_T) has the value given.
  public func logDensity(ofNoise logDensity: Double) -> Double {
    logDensity + Double(noise.dimension) * logScale + divergence
  }

  /// log p_0(x_0) in nats, when x_T follows N(0, I): the log density of the model that decodes from there.
  public var logDensity: Double {
    logDensity(ofNoise: Gaussian(mean: 0 * noise, variance: 1).logDensity(at: noise))
  }
}

extension ProbabilityFlow {
  /// The equation of `scaledField(predictor:)` and, carried along, that of the integral of √ᾱ tr ∂ε/∂x.
  ///
  /// - Parameter predictor: ε_θ(x_u, u) and its divergence tr ∂ε_θ/∂x_u.
  public func scaledField<S: Sample, D: Sample>(
    predictor: @escaping (S, Double) -> (noise: S, divergence: D)
  ) -> (Paired<S, D>, Double) -> Paired<S, D> {
    { pair, level in
      let (noise, divergence) = predictor(
        unscaled(pair.first, noiseLevel: level), process.time(noiseLevel: level))
      return Paired(noise, unscaled(divergence, noiseLevel: level))
    }
  }

  /// The noise that data come from, and how the density changes on the way.
  ///
  /// - Parameters:
  ///   - x: The sample at the last of the noise levels, x_0 if that is 0.
  ///   - noiseLevels: The levels to walk through, the highest first, as for `decode`.
  ///   - method: How each step is taken.
  ///   - zero: The integral of the divergence at the beginning: 0, or one for each row of a batch.
  ///   - predictor: ε_θ(x_u, u) and its divergence tr ∂ε_θ/∂x_u.
  /// - Returns: x_T, and what the log density of x has beside its own.
  public func encode<S: Sample, D: Sample>(
    _ x: S, through noiseLevels: [Double], by method: ODEMethod, zero: D,
    predictor: @escaping (S, Double) -> (noise: S, divergence: D)
  ) -> EncodedSample<S, D> {
    requireFalling(noiseLevels)
    let (high, low) = (noiseLevels[0], noiseLevels[noiseLevels.count - 1])
    let path = ODEPath(
      method: method, from: Paired(scaled(x, noiseLevel: low), zero), at: noiseLevels.reversed(),
      along: scaledField(predictor: predictor))
    return encoded(
      path.sample(), from: low, to: high, evaluations: method.evaluationsPerStep * (noiseLevels.count - 1))
  }

  /// The noise that data come from, and how the density changes on the way, with steps that the solver chooses.
  ///
  /// - Parameters:
  ///   - x: The sample at the noise level `start`, x_0 if that is 0.
  ///   - start: The noise level to begin at.
  ///   - end: The noise level to end at, such as `highestNoiseLevel`.
  ///   - solver: What chooses the steps; its tolerances are those of x̄ = x/√ᾱ and of the log density.
  ///   - zero: The integral of the divergence at the beginning: 0, or one for each row of a batch.
  ///   - predictor: ε_θ(x_u, u) and its divergence tr ∂ε_θ/∂x_u.
  /// - Returns: The noise at `end`, and what the log density of x has beside its own.
  /// - Throws: `ODEFailure` where the solver finds no way.
  public func encode<S: VectorSample, D: VectorSample>(
    _ x: S, from start: Double = 0, to end: Double, by solver: DormandPrince, zero: D,
    predictor: @escaping (S, Double) -> (noise: S, divergence: D)
  ) throws(ODEFailure) -> EncodedSample<S, D> {
    requireNoiseLevel(start)
    requireNoiseLevel(end)
    let solution = try solver.solve(
      from: Paired(scaled(x, noiseLevel: start), zero), between: start, and: end,
      along: scaledField(predictor: predictor))
    return encoded(solution.sample, from: start, to: end, evaluations: solution.evaluations)
  }

  private func encoded<S: Sample, D: Sample>(
    _ pair: Paired<S, D>, from start: Double, to end: Double, evaluations: Int
  ) -> EncodedSample<S, D> {
    EncodedSample(
      noise: unscaled(pair.first, noiseLevel: end), divergence: pair.second,
      // ln ᾱ is −ln(1 + σ²).
      logScale: 0.5 * (log(1 + start * start) - log(1 + end * end)), evaluations: evaluations)
  }
}
