/// Unadjusted Langevin dynamics: a walk that needs only the score of a distribution, and stays in it once it is there.
///
/// x_{k+1} = x_k + η ∇ log p(x_k) + √(2η) z_k: uphill, and shaken. This is the corrector of Song et al. 2021 (arXiv:
/// 2011.13456, algorithms 4 and 5), whose ε is η; the ε of Song and Ermon 2019 (arXiv:1907.05600, equation 4) is 2η.
/// The smaller η, the nearer the walk's own stationary distribution is to p: for p = N(m, s²) it is N(m, s²/(1 − η/(2s²))).
///
/// It is a sequence of samples, the start and `count` more, each computed when it is asked for.
public struct LangevinDynamics<S: Sample>: Sequence {
  private let start: S
  private let stepSize: Double
  private let count: Int
  private let noise: (Int) -> S
  private let score: (S) -> S

  /// Creates the walk from `start`.
  ///
  /// - Parameters:
  ///   - start: x_0.
  ///   - stepSize: η, above 0; above the smallest 2 s² of p's widths s the walk runs away.
  ///   - count: How many steps it takes, 0 or more.
  ///   - noise: z ~ N(0, I) of step 1, 2, …, `count`.
  ///   - score: ∇ log p, called once for each step.
  public init(
    from start: S, stepSize: Double, count: Int, noise: @escaping (Int) -> S, score: @escaping (S) -> S
  ) {
    guard stepSize > 0, stepSize < .infinity else {
      refuse(stepSize, "the step size of Langevin dynamics is above 0 and finite")
    }
    guard count >= 0 else { fatalError("a walk of \(count) steps; it takes 0 or more") }
    self.start = start
    self.stepSize = stepSize
    self.count = count
    self.noise = noise
    self.score = score
  }

  /// The sample after the last step.
  public func end() -> S {
    var last = start
    for sample in self { last = sample }
    return last
  }

  /// Begins at the start.
  public func makeIterator() -> Iterator { Iterator(walk: self) }

  /// The walk, as far as it has been gone.
  public struct Iterator: IteratorProtocol {
    private let walk: LangevinDynamics
    private var current: S
    /// How many samples have been given.
    private var given = 0

    fileprivate init(walk: LangevinDynamics) {
      self.walk = walk
      current = walk.start
    }

    /// The start, then a step further each time; nil after the last.
    public mutating func next() -> S? {
      guard given <= walk.count else { return nil }
      if given > 0 {
        let uphill = S.combining(1, current, walk.stepSize, walk.score(current))
        current = Gaussian(mean: uphill, variance: 2 * walk.stepSize).draw(walk.noise(given))
      }
      given += 1
      return current
    }
  }
}
