import Deterministic
import Diffusion

/// Distributions of points in the plane, small enough to see what diffusion does to them.
///
/// Each has mean 0 and a variance near 1 in both coordinates, so that N(0, I) is where noising leads.
///
/// A point is a function of its sample number: it is the same alone or among a million others.
///
/// ```swift
/// let points = ToyDistribution.moons.points(count: 2000, random: RandomNumbers(seed: 2020)[.data])
/// ```
///
/// Below, u and v are uniform in [0, 1), n is a normal vector of the plane; all are drawn at
/// step 0: u and v as elements 0 and 1, n as elements 2 and 3.
public enum ToyDistribution: String, CaseIterable, Sendable {
  /// An Archimedean spiral of two turns.
  ///
  /// R (√u (cos θ, sin θ) − m) + 0.05 n with θ = 4π √u, so that points lie evenly along the arm;
  /// m = (1/(4π²), −1/(2π)) is the mean of √u (cos θ, sin θ), and R = 2.05149… makes the mean of the two
  /// variances 1 (1.072 and 0.928; the covariance is −0.149).
  case spiral
  /// Two interleaved half circles, stretched to variance 1.
  ///
  /// The upper moon (u < ½) is (cos πv, sin πv), the lower (1 − cos πv, ½ − sin πv). Their mean (½, ¼) is
  /// subtracted, x and y are scaled by √(0.9975/0.75) and √(0.9975/(0.5625 − 1/π)), and 0.05 n is added; the
  /// variances are 1, the covariance is −0.451.
  case moons
  /// Five round Gaussians of unequal weight and width: `gaussianMixture`.
  ///
  /// u picks the component, n the place in it. Variances 0.982 and 1.001, covariance −0.026.
  case mixture
  /// Eight squares of a 4 × 4 board on [−√3, √3)², uniformly filled, with nothing between.
  ///
  /// x = √3 (2u − 1) lies in column ⌊4u⌋ = 0…3; v places y uniformly in the two rows (counted from below)
  /// whose number has the column's parity. The variances are 1, the covariance is 3/16.
  case checkerboard

  /// The distribution of `mixture`: five components, mean 0, whose every secret is known.
  public static let gaussianMixture = GaussianMixture([
    .init(weight: 0.30, mean: SIMD2(-1.2, 0.5), variance: 0.04),
    .init(weight: 0.25, mean: SIMD2(0.8, 1.2), variance: 0.0625),
    .init(weight: 0.20, mean: SIMD2(1.2, -0.9), variance: 0.0225),
    .init(weight: 0.15, mean: SIMD2(-0.6, -1.5), variance: 0.09),
    .init(weight: 0.10, mean: SIMD2(0.1, -0.45), variance: 0.01),
  ])

  /// The point with a given number.
  ///
  /// - Parameters:
  ///   - sample: The number of the point, from 0 to 2³² − 1.
  ///   - random: The random numbers of the points, such as those for `.data`.
  /// - Returns: (x, y), hardly ever beyond ±3.
  public func point(_ sample: Int, random: RandomStream) -> SIMD2<Double> {
    let u = random.uniform(sample: sample, element: 0)
    let v = random.uniform(sample: sample, element: 1)
    func noise() -> SIMD2<Double> {
      let pair = random.normals(sample: sample, from: 2, count: 2)
      return SIMD2(pair[0], pair[1])
    }
    switch self {
    case .spiral: return Self.onSpiral(u) + Self.blur * noise()
    case .moons: return Self.onMoon(isUpper: u < 0.5, angle: Double.pi * v) + Self.blur * noise()
    case .mixture: return Self.gaussianMixture.draw(uniform: u, noise: noise())
    case .checkerboard: return Self.onBoard(u, v)
    }
  }

  /// The points 0, 1, …, count − 1.
  public func points(count: Int, random: RandomStream) -> [SIMD2<Double>] {
    (0..<count).map { point($0, random: random) }
  }

  /// The standard deviation of the noise that gives the curves a width.
  private static let blur = 0.05

  private static func onSpiral(_ u: Double) -> SIMD2<Double> {
    let turns = 4 * Double.pi
    let (radius, angle) = (u.squareRoot(), turns * u.squareRoot())
    // Integrals of θ² cos θ and θ² sin θ over 0…4π give the mean; the mean square of the radius is ½.
    let mean = SIMD2(4 / (turns * turns), -2 / turns)
    let variance = (0.5 - mean.x * mean.x - mean.y * mean.y) / 2
    let scale = ((1 - blur * blur) / variance).squareRoot()
    return scale * (SIMD2(radius * cos(angle), radius * sin(angle)) - mean)
  }

  private static func onMoon(isUpper: Bool, angle: Double) -> SIMD2<Double> {
    let (c, s) = (cos(angle), sin(angle))
    let place = isUpper ? SIMD2(c, s) : SIMD2(1 - c, 0.5 - s)
    // E[cos] = 0, E[sin] = 2/π and E[cos²] = E[sin²] = ½ over a half circle.
    let variance = SIMD2(0.75, 0.5625 - 1 / Double.pi)
    let target = 1 - blur * blur
    let scale = SIMD2((target / variance.x).squareRoot(), (target / variance.y).squareRoot())
    return scale * (place - SIMD2(0.5, 0.25))
  }

  private static func onBoard(_ u: Double, _ v: Double) -> SIMD2<Double> {
    let column = Int(4 * u)
    let height = 2 * v
    let row = 2 * Int(height) + column % 2
    let y = Double(row) + (height - height.rounded(.down))  // in squares, from the lower edge
    return 3.0.squareRoot() * SIMD2(2 * u - 1, y / 2 - 1)
  }
}
