import Deterministic

// What a differential equation that carries samples of a mixture is judged by.

extension GaussianMixture {
  /// The divergence of the score, tr ∇² log p(x) = Σ_k r_k (‖g_k‖² − d/s_k²) − ‖s‖², with g_k = (μ_k − x)/s_k² and the
  /// score s = Σ_k r_k g_k.
  ///
  /// Found as Σ_k r_k ‖g_k − s‖² − d Σ_k r_k/s_k², which is the same and, far from all components, does not cancel.
  @inlinable
  public func scoreDivergence(at x: S) -> Double {
    let shares = responsibilities(at: x)
    let score = score(at: x)
    var (spread, curvature) = (0.0, 0.0)
    for (share, component) in zip(shares, components) {
      let gaussian = component.gaussian
      let offset = S.combining(1 / gaussian.variance, gaussian.mean - x, -1, score)
      spread += share * offset.dot(offset)
      curvature += share / gaussian.variance
    }
    return spread - Double(x.dimension) * curvature
  }

  /// E[ε | x_u] = −√(1−ᾱ) ∇ log q(x_u), for x_u = √ᾱ x_0 + √(1−ᾱ) ε of data x_0 that follow this mixture.
  ///
  /// - Parameters:
  ///   - x: The noisy sample x_u.
  ///   - alphaBar: ᾱ in (0, 1]. At 1 the result is 0: of no noise nothing is known.
  @inlinable
  public func bestNoisePrediction(from x: S, alphaBar: Double) -> S {
    -(1 - alphaBar).squareRoot() * marginal(alphaBar: alphaBar).score(at: x)
  }

  /// The divergence tr ∂E[ε | x_u]/∂x_u = −√(1−ᾱ) tr ∇² log q(x_u) of the best noise prediction.
  ///
  /// - Parameters:
  ///   - x: The noisy sample x_u.
  ///   - alphaBar: ᾱ in (0, 1].
  @inlinable
  public func noiseDivergence(at x: S, alphaBar: Double) -> Double {
    -(1 - alphaBar).squareRoot() * marginal(alphaBar: alphaBar).scoreDivergence(at: x)
  }
}

extension GaussianMixture where S == Double {
  /// The distribution function P(X ≤ x) = Σ_k w_k Φ((x − μ_k)/s_k), to twelve digits far below the
  /// mixture too.
  ///
  /// A differential equation on the line cannot change the order of samples: the value of the distribution function of
  /// q(x_u) at x_u stays what it is along the probability flow.
  public func cumulative(at x: Double) -> Double {
    var sum = 0.0
    for component in components {
      let gaussian = component.gaussian
      // All of a point mass lies at its point, where the number of deviations would be 0/0.
      let isAtPoint = gaussian.variance == 0 && x == gaussian.mean
      let z = isAtPoint ? .infinity : (x - gaussian.mean) / gaussian.standardDeviation
      sum += component.weight * exp(logMassOfNormal(from: -.infinity, to: z))
    }
    return sum
  }

  /// The x below which the mixture has a share of its probability, by bisection.
  ///
  /// - Parameter share: The share, between 0 and 1.
  /// - Returns: x, to 2⁻⁵⁹ of the distance between nine standard deviations below all components and above all.
  public func quantile(_ share: Double) -> Double {
    guard share > 0, share < 1 else { fatalError("a quantile of \(share); a share lies between 0 and 1") }
    var (low, high) = (Double.infinity, -Double.infinity)
    for component in components {
      low = min(low, component.gaussian.mean - 9 * component.gaussian.standardDeviation)
      high = max(high, component.gaussian.mean + 9 * component.gaussian.standardDeviation)
    }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if cumulative(at: middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
