/// The variational bound on −ln p_θ(x_0), equation 5, with one x_t drawn for each timestep: L_T + Σ_{t>1} L_{t−1} + L_0.
///
/// Averaged over the draws it lies above −ln p_θ(x_0), by what the reverse process misses of the true one.
///
/// ```swift
/// let bound = schedule.bound(
///   of: x0, data: .continuous, variance: .beta,
///   noise: { t in random[.jump].normal(step: t) },
///   predictor: { xt, t in network.predictedNoise(from: xt, timestep: t) })
/// bound.total.bitsPerDimension
/// bound[500].nats                    // L_499
/// ```
public struct VariationalBound: Equatable, Sendable {
  /// L_T = KL(q(x_T | x_0) ‖ N(0, I)), which no network changes.
  public let prior: BoundTerm
  /// L_{t−1} for t = 2…T, in this order; `bound[t]` finds one by its timestep.
  public let denoising: [BoundTerm]
  /// L_0 = −ln p_θ(x_0 | x_1).
  public let reconstruction: BoundTerm

  /// Creates a bound from its parts.
  public init(prior: BoundTerm, denoising: [BoundTerm], reconstruction: BoundTerm) {
    self.prior = prior
    self.denoising = denoising
    self.reconstruction = reconstruction
  }

  /// The part of the step from x_t to x_{t−1}: L_{t−1}, which is the reconstruction for t = 1.
  public subscript(t: Int) -> BoundTerm {
    guard t >= 1, t <= denoising.count + 1 else {
      fatalError("timestep \(t) is outside 1…\(denoising.count + 1)")
    }
    return t == 1 ? reconstruction : denoising[t - 2]
  }

  /// The sum of all parts.
  public var total: BoundTerm {
    var sum = prior
    for term in denoising { sum = sum + term }
    return sum + reconstruction
  }
}

/// What the data are, and with that what L_0 is.
public enum DataKind: Sendable {
  /// Numbers: L_0 is −ln of a density and is compared with the data's differential entropy.
  case continuous
  /// Values k/127.5 − 1, k in 0…255: L_0 is −ln of a probability, by the discretized Gaussian of equation 13.
  case eightBit
}

/// What the distance in L_{t−1} is measured between: the true one and the predicted one.
public enum PredictedQuantity: String, CaseIterable, Sendable {
  /// The mean of the step back, μ̃_t and μ_θ (equation 8).
  case mean
  /// The clean sample x_0.
  case x0
  /// The noise ε (equation 12).
  case noise
  /// The score, ∇ log q(x_t | x_0).
  case score
}

// MARK: The terms of one step

extension Step {
  /// The factor w of the squared distance in L_{t−1} = w ‖true − predicted‖² + C d.
  ///
  /// 1/(2σ_t²) of means (equation 8); of what means are made of, times the square of its factor there:
  /// ᾱ_{t−1} β_t²/(1−ᾱ_t)² for x_0 (equation 7), β_t²/(α_t (1−ᾱ_t)) for noises (equation 12), β_t²/α_t for
  /// scores.
  ///
  /// - Parameters:
  ///   - quantity: What is predicted.
  ///   - variance: σ_t² = β_t or β̃_t, above 0.
  public func boundWeight(of quantity: PredictedQuantity, variance: ReverseVariance) -> Double {
    let ofMeans = 1 / (2 * positiveReverseVariance(variance))
    switch quantity {
    case .mean: return ofMeans
    case .x0: return ofMeans * (posteriorCoefficientOfX0 * posteriorCoefficientOfX0)
    case .noise: return ofMeans * (beta * beta / (alpha * (1 - alphaBar)))
    case .score: return ofMeans * (beta * beta / alpha)
    }
  }

  /// C of each dimension in L_{t−1}, in nats: ½ (β̃_t/σ_t² − 1 − ln(β̃_t/σ_t²)), 0 for σ_t² = β̃_t.
  ///
  /// What the two variances' difference costs however good the prediction. At t = 1 there is none: the timestep
  /// must be 2 or more.
  public func boundConstant(variance: ReverseVariance) -> Double {
    requireDenoising()
    return divergenceOfVariances(posteriorVariance / positiveReverseVariance(variance))
  }

  /// L_{t−1} = KL(q(x_{t−1} | x_t, x_0) ‖ p_θ(x_{t−1} | x_t)) for t ≥ 2.
  ///
  /// - Parameters:
  ///   - x0: The clean sample.
  ///   - xt: A draw from q(x_t | x_0).
  ///   - predictedNoise: ε_θ(x_t, t).
  ///   - variance: σ_t² = β_t or β̃_t.
  public func denoisingTerm<S: VectorSample>(
    of x0: S, given xt: S, predictedNoise: S, variance: ReverseVariance
  ) -> BoundTerm {
    requireDenoising()
    let truth = posterior(of: x0, given: xt)
    let learned = reverse(from: xt, predictedNoise: predictedNoise, variance: variance)
    return BoundTerm(nats: truth.divergence(from: learned), dimension: x0.dimension)
  }

  /// L_0 = −ln p_θ(x_0 | x_1), for t = 1.
  ///
  /// - Parameters:
  ///   - x0: The clean sample.
  ///   - x1: A draw from q(x_1 | x_0).
  ///   - predictedNoise: ε_θ(x_1, 1).
  ///   - variance: σ_1² = β_1, or β̃_2 in place of β̃_1, which is 0.
  ///   - data: Whether p_θ is a density or the probability of 8-bit data.
  public func reconstructionTerm<S: VectorSample>(
    of x0: S, given x1: S, predictedNoise: S, variance: ReverseVariance, data: DataKind
  ) -> BoundTerm {
    guard timestep == 1 else { fatalError("the reconstruction term is that of timestep 1, not \(timestep)") }
    let learned = reverse(from: x1, predictedNoise: predictedNoise, variance: variance)
    let logarithm =
      switch data {
      case .continuous: learned.logDensity(at: x0)
      case .eightBit: learned.logProbability(ofEightBit: x0)
      }
    return BoundTerm(nats: -logarithm, dimension: x0.dimension)
  }

  private func requireDenoising() {
    guard timestep >= 2 else { fatalError("timestep \(timestep) has no denoising term: they begin at 2") }
  }

  private func positiveReverseVariance(_ choice: ReverseVariance) -> Double {
    let variance = reverseVariance(choice)
    guard variance > 0 else { refuse(variance, "the bound needs a variance of the reverse step above 0") }
    return variance
  }
}

// MARK: All terms

extension NoiseSchedule {
  /// L_T = KL(q(x_T | x_0) ‖ N(0, I)): what of x_0 is left in x_T.
  public func priorTerm<S: VectorSample>(of x0: S) -> BoundTerm {
    let standard = Gaussian(mean: 0 * x0, variance: 1)
    return BoundTerm(
      nats: self[stepCount].marginal(of: x0).divergence(from: standard), dimension: x0.dimension)
  }

  /// The bound for one x_0, with one draw of x_t for each timestep: T calls of the predictor.
  ///
  /// A batch counts as one sample of all its dimensions.
  ///
  /// - Parameters:
  ///   - x0: The clean sample.
  ///   - data: Whether x_0 is continuous or has the 256 levels of 8-bit data.
  ///   - variance: σ_t² = β_t or β̃_t.
  ///   - noise: A draw from N(0, I) of the shape of x_0 for each timestep 1…T.
  ///   - predictor: ε_θ(x_t, t).
  public func bound<S: VectorSample>(
    of x0: S, data: DataKind, variance: ReverseVariance, noise: (Int) -> S, predictor: (S, Timestep) -> S
  ) -> VariationalBound {
    func noisyAndPrediction(_ t: Int) -> (noisy: S, predictedNoise: S) {
      let noisy = self[t].marginal(of: x0).draw(noise(t))
      return (noisy, predictor(noisy, Timestep(t)))
    }
    let (x1, firstPrediction) = noisyAndPrediction(1)
    let reconstruction = self[1].reconstructionTerm(
      of: x0, given: x1, predictedNoise: firstPrediction, variance: variance, data: data)
    var denoising: [BoundTerm] = []
    for t in timesteps.dropFirst() {
      let (xt, prediction) = noisyAndPrediction(t)
      denoising.append(
        self[t].denoisingTerm(of: x0, given: xt, predictedNoise: prediction, variance: variance))
    }
    return VariationalBound(prior: priorTerm(of: x0), denoising: denoising, reconstruction: reconstruction)
  }
}
