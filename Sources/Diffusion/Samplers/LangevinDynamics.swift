/// Unadjusted Langevin dynamics: a Markov chain that needs only the score of a distribution, and stays in it once it is there.
///
/// x_{k+1} = x_k + η ∇ log p(x_k) + √(2η) z_k: uphill, and shaken. This is the corrector of Song et al. 2021 (arXiv:
/// 2011.13456, algorithms 4 and 5), whose ε is η; the ε of Song and Ermon 2019 (arXiv:1907.05600, equation 4) is 2η.
/// The smaller η, the nearer the chain's own stationary distribution is to p: for p = N(m, s²) it is N(m, s²/(1 − η/(2s²))).
///
/// It is a `Trajectory` of the start and `count` samples more; its time is their number.
public struct LangevinDynamics<S: Sample>: Trajectory {
  /// x_0.
  public let start: S
  private let stepSize: Double
  private let count: Int
  private let noise: (Int) -> S
  private let score: (S) -> S

  /// Creates the chain from `start`.
  ///
  /// - Parameters:
  ///   - start: x_0.
  ///   - stepSize: η, above 0; above the smallest 2 s² of p's widths s the chain diverges.
  ///   - count: How many steps it takes, 0 or more.
  ///   - noise: z ~ N(0, I) of step 1, 2, …, `count`.
  ///   - score: ∇ log p, called once for each step.
  public init(
    from start: S, stepSize: Double, count: Int, noise: @escaping (Int) -> S, score: @escaping (S) -> S
  ) {
    guard stepSize > 0, stepSize < .infinity else {
      refuse(stepSize, "the step size of Langevin dynamics is above 0 and finite")
    }
    guard count >= 0 else { fatalError("a chain of \(count) steps; it takes 0 or more") }
    self.start = start
    self.stepSize = stepSize
    self.count = count
    self.noise = noise
    self.score = score
  }

  /// The start and a sample for each step.
  public var momentCount: Int { count + 1 }

  /// The number of steps so far.
  public func time(at index: Int) -> Int { index }

  /// The moment of x_k, and x_{k+1}.
  public func step(_ x: inout S, from index: Int) -> Moment<Int, S> {
    let moment = Moment(time: index, sample: x)
    if index < count {
      let uphill = S.combining(1, x, stepSize, score(x))
      x = Gaussian(mean: uphill, variance: 2 * stepSize).draw(noise(index + 1))
    }
    return moment
  }
}
