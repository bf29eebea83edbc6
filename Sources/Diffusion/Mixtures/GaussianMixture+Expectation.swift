import Deterministic

// Goals, in order: right to twelve digits, the same bits everywhere, short, fast enough to ask at every timestep.
//
// Every expectation here is ∫ p(x) f(x) dx over the line or the plane, and the rule is the plainest there is: equally
// spaced nodes, equal weights. For an integrand that is analytic and vanishes at both ends this trapezoid rule errs by
// its Fourier transform at 2π/δ, which for a Gaussian of deviation s is 2 exp(−2π² s²/δ²): at ten nodes a
// deviation, nothing at all.
//
// What limits it is f. The logarithm of p and the responsibilities are singular where p is 0: between two components
// of deviation s and distance u s they are so π s/u above the real axis, and p is exp(−u²/8) of its height there. With
// a spacing δ = h s the error is about
//     exp(−u²/8) · exp(−2π²/(u h)),   largest at u³ = 8π²/h, where it is exp(−6.94 h^(−2/3)):
// 1e−14 at h = 1/10, from two components 9.2 deviations apart. The lowest loss has a factor of about 2.5 u before
// it. Components of unequal width or weight do better. The narrowest one sets the spacing for all, since it may lie
// anywhere.

/// How many nodes the narrowest component has in a standard deviation.
private var nodesPerDeviation: Double { 10 }

/// How far the nodes reach beyond a component's mean, in its deviations: 2e−19 of it lies outside, and of its
/// fourth moment 2e−15.
private var reach: Double { 9 }

/// What all the nodes that are left out may weigh together.
private var negligible: Double { 1e-17 }

// MARK: On the line

extension GaussianMixture where S == Double {
  private var nodes: Nodes<Double> {
    Nodes(columns: Axis(of: self) { $0 }, rows: Axis(ofNoneFor: components.count)) { x, _ in x }
  }

  /// E f(X), for X that follows this mixture: ∫ p(x) f(x) dx by the trapezoid rule.
  ///
  /// There are ten nodes to a deviation of the narrowest component, which may not be 0, and they reach nine
  /// deviations beyond each component's mean. For f that is smooth on the scale of that deviation, as the mixture's
  /// own score, log density and responsibilities are, the result is good to twelve digits of E |f|.
  ///
  /// - Complexity: One call of `f` for every node.
  public func expectation(of f: (Double) -> Double) -> Double { expectation(of: f, on: nodes) }

  /// The differential entropy −∫ p(x) ln p(x) dx, in nats, by the nodes of `expectation(of:)`.
  public var differentialEntropy: Double { differentialEntropy(on: nodes) }

  /// The smallest L_simple that any network could reach at a step, for data that follow this mixture: E (ε − E[ε | x_t])².
  ///
  /// It lies between 0 and 1, is ᾱ s²/(ᾱ s² + 1 − ᾱ) for data that are one Gaussian of variance s², and at most that for all
  /// data of variance s². It need not fall with t; E Var(x_0 | x_t) = (1 − ᾱ)/ᾱ times it never does.
  public func lowestLoss(at step: Step) -> Double { lowestLoss(at: step, on: marginal(at: step).nodes) }
}

// MARK: On the plane

extension GaussianMixture where S == SIMD2<Double> {
  private var nodes: Nodes<SIMD2<Double>> {
    Nodes(columns: Axis(of: self) { $0.x }, rows: Axis(of: self) { $0.y }) { x, y in SIMD2(x, y) }
  }

  /// E f(X), for X that follows this mixture: ∫ p(x) f(x) dx by the trapezoid rule in both coordinates.
  ///
  /// There are ten nodes to a deviation of the narrowest component, which may not be 0, and they reach nine
  /// deviations beyond each component's mean. For f that is smooth on the scale of that deviation, as the mixture's
  /// own score, log density and responsibilities are, the result is good to twelve digits of E |f|.
  ///
  /// - Complexity: One call of `f` for every node that carries weight: 26,000 for one Gaussian, and more by the square
  ///   of the mixture's width over its narrowest component's.
  public func expectation(of f: (SIMD2<Double>) -> Double) -> Double { expectation(of: f, on: nodes) }

  /// The differential entropy −∫ p(x) ln p(x) dx, in nats, by the nodes of `expectation(of:)`.
  public var differentialEntropy: Double { differentialEntropy(on: nodes) }

  /// The smallest L_simple that any network could reach at a step, for data that follow this mixture: the mean over the
  /// coordinates, E ‖ε − E[ε | x_t]‖²/2.
  ///
  /// It lies between 0 and 1, is ᾱ s²/(ᾱ s² + 1 − ᾱ) for data that are one Gaussian of variance s², and at most that for all
  /// data of variance s². It need not fall with t; E tr Var(x_0 | x_t)/2 = (1 − ᾱ)/ᾱ times it never does.
  public func lowestLoss(at step: Step) -> Double { lowestLoss(at: step, on: marginal(at: step).nodes) }
}

// MARK: In any dimension

extension GaussianMixture {
  @inline(__always)
  private func expectation(of f: (S) -> Double, on nodes: Nodes<S>) -> Double {
    nodes.sum(over: self) { x, _, mass in mass * f(x) }
  }

  @inline(__always)
  private func differentialEntropy(on nodes: Nodes<S>) -> Double {
    -nodes.sum(over: self) { _, _, mass in mass * log(mass / nodes.volume) }
  }

  /// The lowest loss, without the difference 1 − (1−ᾱ) E‖∇ log q(x_t)‖²/d by which it is also known: that is 1e−5 at the
  /// end of the linear schedule, where both its terms are 1.
  ///
  /// Given x_t, the noise has the mixture's variance in two parts, as every mixture has: that within the components and
  /// that between them. With a = √ᾱ, b = 1 − ᾱ, and component k noised to variance τ_k = ᾱ s_k² + b,
  ///
  ///     ε | x_t, k  ~  N(e_k, ᾱ s_k²/τ_k I)      e_k = √b (x_t − a μ_k)/τ_k
  ///     E‖ε − E[ε | x_t]‖²/d  =  Σ_k w_k ᾱ s_k²/τ_k + ∫ Σ_k w_k N(x_t; a μ_k, τ_k I) ‖e_k − e‖²/d dx_t
  ///
  /// where e = Σ_k r_k(x_t) e_k is E[ε | x_t]. The first sum needs no integral, as E r_k(x_t) = w_k, and no term of
  /// either is negative.
  @inline(__always)
  private func lowestLoss(at step: Step, on nodes: Nodes<S>) -> Double {
    let noisy = marginal(at: step)
    var within = 0.0
    for (clean, noised) in zip(components, noisy.components) {
      within += clean.weight * step.alphaBar * clean.gaussian.variance / noised.gaussian.variance
    }
    let means = noisy.components.map { $0.gaussian.mean }
    let gains = noisy.components.map { (1 - step.alphaBar).squareRoot() / $0.gaussian.variance }
    let between = nodes.sum(over: noisy) { x, masses, mass in
      var mean = 0 * x
      for k in means.indices { mean = S.combining(1, mean, masses[k] / mass * gains[k], x - means[k]) }
      var sum = 0.0
      for k in means.indices {
        let offset = S.combining(gains[k], x - means[k], -1, mean)
        sum += masses[k] * offset.dot(offset)
      }
      return sum
    }
    return within + between / Double(means[0].dimension)
  }
}

// MARK: The nodes

/// The nodes along one coordinate and each component's share of the weight there.
private struct Axis {
  let spacing: Double
  /// The coordinate of each node.
  let positions: [Double]
  /// δ N(x; μ_k, s_k²), node after node, at each for all components k.
  let shares: [Double]

  /// The nodes that reach over all components of a mixture, along one coordinate.
  init<S>(of mixture: GaussianMixture<S>, along coordinate: (S) -> Double) {
    var (low, high, narrowest) = (Double.infinity, -Double.infinity, Double.infinity)
    for component in mixture.components {
      let (mean, deviation) = (coordinate(component.gaussian.mean), component.gaussian.standardDeviation)
      low = min(low, mean - reach * deviation)
      high = max(high, mean + reach * deviation)
      narrowest = min(narrowest, deviation)
    }
    spacing = narrowest / nodesPerDeviation
    // Sixteen million nodes; false for a deviation of 0 too, and for means that are no numbers.
    guard (high - low) / spacing < 0x1p24 else {
      refuse(narrowest, "an expectation needs a narrowest component above a millionth of the mixture's width")
    }
    let count = Int((high - low) / spacing) + 2
    var positions: [Double] = []
    var shares: [Double] = []
    positions.reserveCapacity(count)
    shares.reserveCapacity(count * mixture.components.count)
    for i in 0..<count {
      let x = low + Double(i) * spacing
      positions.append(x)
      for component in mixture.components {
        let deviation = component.gaussian.standardDeviation
        let z = (x - coordinate(component.gaussian.mean)) / deviation
        shares.append(spacing / deviation / (2 * Double.pi).squareRoot() * exp(-0.5 * z * z))
      }
    }
    self.positions = positions
    self.shares = shares
  }

  /// The second coordinate of a line: one node, which leaves everything as it is.
  init(ofNoneFor componentCount: Int) {
    spacing = 1
    positions = [0]
    shares = Array(repeating: 1, count: componentCount)
  }
}

/// The nodes of a line or a plane, in rows and columns.
///
/// A spherical Gaussian is the product of those along the coordinates: a node costs a multiplication for each
/// component, not an exponential.
private struct Nodes<S: VectorSample> {
  let columns: Axis
  let rows: Axis
  let point: (Double, Double) -> S

  /// The length or area δᵈ that a node stands for.
  var volume: Double { columns.spacing * rows.spacing }

  /// The sum of `term` over all nodes that carry weight, row by row.
  ///
  /// - Parameters:
  ///   - mixture: The distribution that the nodes were made for.
  ///   - term: Given a node x, the masses δᵈ w_k N(x; μ_k, s_k² I) of the components and their sum.
  @inline(__always)
  func sum(over mixture: GaussianMixture<S>, of term: (S, [Double], Double) -> Double) -> Double {
    let weights = mixture.components.map { $0.weight }
    let cutoff = negligible / Double(columns.positions.count * rows.positions.count)
    var row = weights
    var masses = weights
    var sum = 0.0
    for (j, y) in rows.positions.enumerated() {
      var highest = 0.0
      for k in weights.indices {
        row[k] = weights[k] * rows.shares[j * weights.count + k]
        highest += row[k]
      }
      // No share of a column is above 1: the row is empty.
      guard highest > cutoff else { continue }
      var rowSum = 0.0
      for (i, x) in columns.positions.enumerated() {
        var mass = 0.0
        for k in weights.indices {
          masses[k] = row[k] * columns.shares[i * weights.count + k]
          mass += masses[k]
        }
        guard mass > cutoff else { continue }
        rowSum += term(point(x, y), masses, mass)
      }
      sum += rowSum
    }
    return sum
  }
}
