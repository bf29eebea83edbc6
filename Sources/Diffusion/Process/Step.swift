/// One moment of the diffusion process: the numbers of timestep t from which every formula is built.
///
/// A schedule hands them out (`schedule[500]`); an example with numbers of its own builds one by hand:
///
/// ```swift
/// let step = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
/// step.posterior(of: 0.8, given: 0.6).mean      // 0.6024, worked example 3
/// ```
///
/// Equation numbers are those of Ho et al. 2020 (arXiv:2006.11239).
public struct Step: Equatable, Sendable {
  /// The timestep t, from 1 to T.
  public let timestep: Int
  /// β_t in (0, 1): the variance of the noise that this step adds.
  public let beta: Double
  /// α_t = 1 − β_t: the share of the variance that this step keeps.
  public let alpha: Double
  /// ᾱ_t = ∏_{s≤t} α_s in (0, 1): the share of the variance of x_0 that is left in x_t.
  public let alphaBar: Double
  /// ᾱ_{t−1} in (0, 1]; 1 at t = 1.
  public let previousAlphaBar: Double
  /// What stands in for β̃_t as the variance of the reverse step, where that is 0.
  private let borrowedVariance: Double?

  /// Creates the moment from its numbers; α_t is 1 − β_t.
  ///
  /// - Parameters:
  ///   - timestep: t, 1 or more.
  ///   - beta: β_t in (0, 1).
  ///   - alphaBar: ᾱ_t in (0, 1).
  ///   - previousAlphaBar: ᾱ_{t−1} in (0, 1].
  ///   - reversePosteriorVariance: σ_t² of the reverse step in place of β̃_t; by default β̃_t itself.
  public init(
    timestep: Int, beta: Double, alphaBar: Double, previousAlphaBar: Double,
    reversePosteriorVariance: Double? = nil
  ) {
    guard timestep >= 1 else { fatalError("timestep \(timestep) is not 1 or more") }
    guard beta > 0, beta < 1 else { refuse(beta, "β must lie in (0, 1)") }
    guard alphaBar > 0, alphaBar < 1 else { refuse(alphaBar, "ᾱ_t must lie in (0, 1)") }
    guard previousAlphaBar > 0, previousAlphaBar <= 1 else {
      refuse(previousAlphaBar, "ᾱ_{t−1} must lie in (0, 1]")
    }
    if let variance = reversePosteriorVariance, !(variance >= 0) {
      refuse(variance, "a variance cannot be below 0")
    }
    self.timestep = timestep
    self.beta = beta
    self.alpha = 1 - beta
    self.alphaBar = alphaBar
    self.previousAlphaBar = previousAlphaBar
    borrowedVariance = reversePosteriorVariance
  }
}

/// Which variance σ_t² the reverse step p_θ(x_{t−1} | x_t) has (section 3.2 of the paper).
///
/// Both are extremes: β_t is right for data that are N(0, I), β̃_t for data that are a single point.
public enum ReverseVariance: String, CaseIterable, Sendable {
  /// σ_t² = β_t.
  case beta
  /// σ_t² = β̃_t, the variance of the posterior.
  case betaTilde = "beta-tilde"
}

// MARK: The forward process

extension Step {
  /// q(x_t | x_{t−1}) = N(√(1−β_t) x_{t−1}, β_t I), equation 2: one step towards noise.
  @inlinable
  public func forward<S: Sample>(from previous: S) -> Gaussian<S> {
    Gaussian(mean: alpha.squareRoot() * previous, variance: beta)
  }

  /// q(x_t | x_0) = N(√ᾱ_t x_0, (1−ᾱ_t) I), equation 4: all t steps in one jump.
  @inlinable
  public func marginal<S: Sample>(of x0: S) -> Gaussian<S> {
    Gaussian(mean: alphaBar.squareRoot() * x0, variance: 1 - alphaBar)
  }

  /// SNR_t = ᾱ_t/(1−ᾱ_t): the variance of the signal over that of the noise, for data of variance 1.
  public var signalToNoiseRatio: Double { alphaBar / (1 - alphaBar) }
}

// MARK: The posterior

extension Step {
  /// The factor of x_0 in the posterior's mean: √ᾱ_{t−1} β_t/(1−ᾱ_t), equation 7.
  @inlinable
  public var posteriorCoefficientOfX0: Double {
    previousAlphaBar.squareRoot() * beta / (1 - alphaBar)
  }

  /// The factor of x_t in the posterior's mean: √α_t (1−ᾱ_{t−1})/(1−ᾱ_t), equation 7.
  @inlinable
  public var posteriorCoefficientOfXt: Double {
    alpha.squareRoot() * (1 - previousAlphaBar) / (1 - alphaBar)
  }

  /// β̃_t = (1−ᾱ_{t−1})/(1−ᾱ_t) · β_t, equation 7; 0 at t = 1, where x_0 is known exactly.
  @inlinable
  public var posteriorVariance: Double {
    (1 - previousAlphaBar) / (1 - alphaBar) * beta
  }

  /// q(x_{t−1} | x_t, x_0) = N(μ̃_t(x_t, x_0), β̃_t I), equations 6 and 7: one step back, x_0 known.
  @inlinable
  public func posterior<S: Sample>(of x0: S, given xt: S) -> Gaussian<S> {
    Gaussian(
      mean: S.combining(posteriorCoefficientOfX0, x0, posteriorCoefficientOfXt, xt),
      variance: posteriorVariance)
  }
}

// MARK: The reverse process

extension Step {
  /// p_θ(x_{t−1} | x_t) with μ_θ = (x_t − β_t/√(1−ᾱ_t) ε_θ)/√α_t, equation 11: one step back, the noise predicted.
  ///
  /// Drawing no noise at t = 1 is the sampler's rule, not this distribution's.
  ///
  /// - Parameters:
  ///   - xt: The noisy sample.
  ///   - predictedNoise: ε_θ(x_t, t), the whole noise between x_0 and x_t, not that of the last step.
  ///   - variance: σ_t² = β_t or β̃_t.
  @inlinable
  public func reverse<S: Sample>(
    from xt: S, predictedNoise: S, variance: ReverseVariance
  ) -> Gaussian<S> {
    let lessNoise = S.combining(1, xt, -beta / (1 - alphaBar).squareRoot(), predictedNoise)
    return Gaussian(mean: (1 / alpha.squareRoot()) * lessNoise, variance: reverseVariance(variance))
  }

  /// p_θ(x_{t−1} | x_t) with μ_θ = μ̃_t(x_t, x̂_0): one step back, x_0 predicted.
  ///
  /// Equal to equation 11 when x̂_0 comes from the predicted noise and is left as it is; the way to take when
  /// x̂_0 is clipped first.
  @inlinable
  public func reverse<S: Sample>(
    from xt: S, predictedX0: S, variance: ReverseVariance
  ) -> Gaussian<S> {
    Gaussian(mean: posterior(of: predictedX0, given: xt).mean, variance: reverseVariance(variance))
  }

  /// σ_t² where the reverse step is asked for β̃_t.
  ///
  /// It is the posterior's variance, save at t = 1. That one is 0, which would make the weight of the loss
  /// infinite, so β̃_2 of the same schedule stands in, as in the paper's code.
  public var reversePosteriorVariance: Double { borrowedVariance ?? posteriorVariance }

  /// The reverse step's σ_t².
  @inlinable
  public func reverseVariance(_ choice: ReverseVariance) -> Double {
    switch choice {
    case .beta: beta
    case .betaTilde: reversePosteriorVariance
    }
  }
}

// MARK: Three ways to say the same prediction

extension Step {
  /// x̂_0 = (x_t − √(1−ᾱ_t) ε)/√ᾱ_t, equation 15: what x_0 was if the noise was ε.
  @inlinable
  public func x0<S: Sample>(from xt: S, noise: S) -> S {
    (1 / alphaBar.squareRoot()) * S.combining(1, xt, -(1 - alphaBar).squareRoot(), noise)
  }

  /// E[x_0 | x_t] = (x_t + (1−ᾱ_t) ∇ log q(x_t))/√ᾱ_t, Tweedie's formula.
  @inlinable
  public func x0<S: Sample>(from xt: S, score: S) -> S {
    (1 / alphaBar.squareRoot()) * S.combining(1, xt, 1 - alphaBar, score)
  }

  /// ε = (x_t − √ᾱ_t x_0)/√(1−ᾱ_t): the noise that leads from x_0 to x_t.
  @inlinable
  public func noise<S: Sample>(from xt: S, x0: S) -> S {
    (1 / (1 - alphaBar).squareRoot()) * S.combining(1, xt, -alphaBar.squareRoot(), x0)
  }

  /// ε = −√(1−ᾱ_t) ∇ log q(x_t): the best possible noise prediction is a scaled score.
  @inlinable
  public func noise<S: Sample>(score: S) -> S { -(1 - alphaBar).squareRoot() * score }

  /// ∇ log q(x_t) = −ε/√(1−ᾱ_t): the score that a noise prediction stands for.
  @inlinable
  public func score<S: Sample>(noise: S) -> S { (-1 / (1 - alphaBar).squareRoot()) * noise }

  /// ∇ log q(x_t | x_0) = −(x_t − √ᾱ_t x_0)/(1−ᾱ_t): the score that a prediction of x_0 stands for.
  @inlinable
  public func score<S: Sample>(from xt: S, x0: S) -> S {
    (-1 / (1 - alphaBar)) * S.combining(1, xt, -alphaBar.squareRoot(), x0)
  }
}
