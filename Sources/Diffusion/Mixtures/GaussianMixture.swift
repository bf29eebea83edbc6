import Deterministic

/// A mixture of spherical Gaussians: data whose every secret is known.
///
/// Noised, conditioned, or asked for its score, a mixture stays a mixture, so the true marginal q(x_t), the true
/// reverse step q(x_{t−1} | x_t) and the best prediction that any network could make are all exact. The
/// chapters judge samplers and networks against them.
public struct GaussianMixture<S: VectorSample> {
  /// One Gaussian of the mixture and its share.
  public struct Component {
    /// The share of the mixture, above 0; shares sum to 1.
    public let weight: Double
    /// Where it lies and how wide it is; a variance of 0 is a point mass.
    public let gaussian: Gaussian<S>

    /// Creates a component.
    @inlinable
    public init(weight: Double, mean: S, variance: Double) {
      self.weight = weight
      gaussian = Gaussian(mean: mean, variance: variance)
    }
  }

  /// The components; their weights sum to 1.
  public let components: [Component]

  /// Creates a mixture; weights are divided by their sum.
  @inlinable
  public init(_ components: [Component]) {
    guard !components.isEmpty else { fatalError("a mixture needs a component") }
    var total = 0.0
    for component in components {
      guard component.weight > 0, component.weight < .infinity else {
        refuse(component.weight, "a component's weight must be above 0 and finite")
      }
      total += component.weight
    }
    self.components = components.map {
      Component(weight: $0.weight / total, mean: $0.gaussian.mean, variance: $0.gaussian.variance)
    }
  }

  /// A sample: `uniform` in [0, 1) chooses the component, `noise` from N(0, I) the place in it.
  @inlinable
  public func draw(uniform: Double, noise: S) -> S {
    var cumulated = 0.0
    for component in components {
      cumulated += component.weight
      if uniform < cumulated { return component.gaussian.draw(noise) }
    }
    return components[components.count - 1].gaussian.draw(noise)
  }

  /// The mean of the mixture.
  @inlinable
  public var mean: S {
    var sum = components[0].weight * components[0].gaussian.mean
    for component in components.dropFirst() {
      sum = S.combining(1, sum, component.weight, component.gaussian.mean)
    }
    return sum
  }

  /// The variance of a coordinate, averaged over the coordinates: E‖x − mean‖²/d.
  @inlinable
  public var variance: Double {
    let center = mean
    var sum = 0.0
    for component in components {
      let offset = component.gaussian.mean - center
      sum += component.weight * (component.gaussian.variance + offset.dot(offset) / Double(center.dimension))
    }
    return sum
  }
}

extension GaussianMixture.Component: Sendable where S: Sendable {}
extension GaussianMixture: Sendable where S: Sendable {}

// MARK: Density and score

extension GaussianMixture {
  /// ln Σ_k w_k N(x; μ_k, s_k²), in nats.
  @inlinable
  public func logDensity(at x: S) -> Double { weighed(at: x).logSum }

  /// The density at a point.
  @inlinable
  public func density(at x: S) -> Double { exp(logDensity(at: x)) }

  /// The probability of each component, given that the mixture produced `x`.
  @inlinable
  public func responsibilities(at x: S) -> [Double] { weighed(at: x).shares }

  /// ∇ log p(x) = Σ_k r_k(x) (μ_k − x)/s_k², with r_k the responsibilities.
  @inlinable
  public func score(at x: S) -> S {
    let shares = responsibilities(at: x)
    var sum = 0 * x
    for (share, component) in zip(shares, components) {
      let gaussian = component.gaussian
      sum = S.combining(1, sum, share / gaussian.variance, gaussian.mean - x)
    }
    return sum
  }

  /// The components' shares of the density at `x` and the logarithm of their sum, without underflow.
  @inlinable
  func weighed(at x: S) -> (shares: [Double], logSum: Double) {
    let logs = components.map { log($0.weight) + $0.gaussian.logDensity(at: x) }
    var largest = logs[0]
    for value in logs where value > largest { largest = value }
    let parts = logs.map { exp($0 - largest) }
    var sum = 0.0
    for part in parts { sum += part }
    return (parts.map { $0 / sum }, largest + log(sum))
  }
}

// MARK: Noise and Bayes' rule

extension GaussianMixture {
  /// The distribution of y = a x + √b ε, ε ~ N(0, I), when x follows this mixture.
  ///
  /// Each component keeps its weight; its mean becomes a μ_k, its variance a² s_k² + b.
  @inlinable
  public func noised(scale a: Double, noiseVariance b: Double) -> GaussianMixture {
    GaussianMixture(
      components.map {
        Component(
          weight: $0.weight, mean: a * $0.gaussian.mean, variance: a * a * $0.gaussian.variance + b)
      })
  }

  /// The distribution of x when y = a x + √b ε was seen, ε ~ N(0, I), and x follows this mixture.
  ///
  /// Bayes' rule, component by component: weights grow by the density w_k N(y; a μ_k, a² s_k² + b), and each
  /// Gaussian is multiplied by the likelihood, which is Gaussian too:
  /// variance s_k² b/(a² s_k² + b), mean (b μ_k + a s_k² y)/(a² s_k² + b).
  @inlinable
  public func conditioned(on y: S, scale a: Double, noiseVariance b: Double) -> GaussianMixture {
    let observed = noised(scale: a, noiseVariance: b)
    let (shares, logDensity) = observed.weighed(at: y)
    guard logDensity > -.infinity else {
      fatalError("a sample that is not a number, or is beyond all numbers, has no past")
    }
    var parts: [Component] = []
    for k in components.indices where shares[k] > 0 {
      let prior = components[k].gaussian
      let total = observed.components[k].gaussian.variance
      parts.append(
        Component(
          weight: shares[k], mean: S.combining(b / total, prior.mean, a * prior.variance / total, y),
          variance: prior.variance * b / total))
    }
    return GaussianMixture(parts)
  }
}

// MARK: What a perfect network would know

extension GaussianMixture {
  /// The distribution of √ᾱ x_0 + √(1−ᾱ) ε, for data x_0 that follow this mixture.
  ///
  /// - Parameter alphaBar: ᾱ in (0, 1]; 1 leaves the mixture as it is.
  @inlinable
  public func marginal(alphaBar: Double) -> GaussianMixture {
    guard alphaBar > 0, alphaBar <= 1 else { refuse(alphaBar, "ᾱ must lie in (0, 1]") }
    return noised(scale: alphaBar.squareRoot(), noiseVariance: 1 - alphaBar)
  }

  /// q(x_t), for data x_0 that follow this mixture.
  @inlinable
  public func marginal(at step: Step) -> GaussianMixture { marginal(alphaBar: step.alphaBar) }

  /// q(x_0 | x_t): all the clean samples that x_t may have come from.
  @inlinable
  public func cleanPosterior(given xt: S, at step: Step) -> GaussianMixture {
    conditioned(on: xt, scale: step.alphaBar.squareRoot(), noiseVariance: 1 - step.alphaBar)
  }

  /// E[x_0 | x_t]: the prediction of x_0 with the smallest possible mean squared error.
  @inlinable
  public func posteriorMean(given xt: S, at step: Step) -> S {
    cleanPosterior(given: xt, at: step).mean
  }

  /// E[ε | x_t] = −√(1−ᾱ_t) ∇ log q(x_t): the noise prediction with the smallest possible L_simple.
  @inlinable
  public func bestNoisePrediction(from xt: S, at step: Step) -> S {
    bestNoisePrediction(from: xt, alphaBar: step.alphaBar)
  }

  /// q(x_{t−1} | x_t): the true reverse step, which needs no x_0 and is a mixture, not a Gaussian.
  @inlinable
  public func trueReverse(from xt: S, at step: Step) -> GaussianMixture {
    marginal(alphaBar: step.previousAlphaBar)
      .conditioned(on: xt, scale: step.alpha.squareRoot(), noiseVariance: step.beta)
  }
}
