import Deterministic

/// A spherical Gaussian N(mean, variance · I): what every conditional distribution of the paper is.
///
/// ```swift
/// let next = step.forward(from: 0.8)     // q(x_t | x_{t−1} = 0.8)
/// next.mean                              // 0.796 for β = 0.01
/// next.draw(0.3)                         // mean + 0.3 standard deviations
/// ```
public struct Gaussian<S: Sample> {
  /// The mean, of the sample's own shape.
  public let mean: S
  /// The variance of each coordinate, 0 or more.
  public let variance: Double

  /// Creates N(mean, variance · I).
  @inlinable
  public init(mean: S, variance: Double) {
    guard variance >= 0 else { refuse(variance, "a variance must be 0 or more") }
    self.mean = mean
    self.variance = variance
  }

  /// The standard deviation of each coordinate.
  @inlinable
  public var standardDeviation: Double { variance.squareRoot() }

  /// The sample that standard normal noise becomes: mean + standardDeviation · noise.
  ///
  /// Randomness is passed in, never made here, so that a draw can be repeated.
  ///
  /// - Parameter noise: A draw from N(0, I), of the mean's shape.
  @inlinable
  public func draw(_ noise: S) -> S {
    S.combining(1, mean, standardDeviation, noise)
  }
}

extension Gaussian: Sendable where S: Sendable {}
extension Gaussian: Equatable where S: Equatable {}

extension Gaussian where S: VectorSample {
  /// The natural logarithm of the density at a point: −½ (d ln 2πσ² + ‖x − μ‖²/σ²), in nats.
  ///
  /// The variance must be positive: a point mass has no density.
  @inlinable
  public func logDensity(at x: S) -> Double {
    guard variance > 0 else { fatalError("a point mass, a Gaussian of variance 0, has no density") }
    let offset = x - mean
    return -0.5 * (Double(x.dimension) * log(2 * Double.pi * variance) + offset.dot(offset) / variance)
  }

  /// The density at a point.
  @inlinable
  public func density(at x: S) -> Double { exp(logDensity(at: x)) }
}
