/// A sample and something that is carried along with it, such as its log density.
///
/// A differential equation for both is one for the pair.
public struct Paired<First: Sample, Second: Sample>: Sample {
  /// The sample.
  public var first: First
  /// What it carries.
  public var second: Second

  /// Creates a pair.
  @inlinable
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// The sums of both parts.
  @inlinable
  public static func + (left: Paired, right: Paired) -> Paired {
    Paired(left.first + right.first, left.second + right.second)
  }

  /// The differences of both parts.
  @inlinable
  public static func - (left: Paired, right: Paired) -> Paired {
    Paired(left.first - right.first, left.second - right.second)
  }

  /// Both parts, scaled.
  @inlinable
  public static func * (scale: Double, pair: Paired) -> Paired {
    Paired(scale * pair.first, scale * pair.second)
  }

  /// The sum a · x + b · y, of both parts.
  @inlinable
  public static func combining(_ a: Double, _ x: Paired, _ b: Double, _ y: Paired) -> Paired {
    Paired(First.combining(a, x.first, b, y.first), Second.combining(a, x.second, b, y.second))
  }
}

extension Paired: Sendable where First: Sendable, Second: Sendable {}
extension Paired: Equatable where First: Equatable, Second: Equatable {}

extension Paired: VectorSample where First: VectorSample, Second: VectorSample {
  /// The number of coordinates of both parts.
  @inlinable public var dimension: Int { first.dimension + second.dimension }

  /// The sum over the coordinates of the first part, then of the second.
  @inlinable
  public func sum(with other: Paired, _ term: (Double, Double) -> Double) -> Double {
    first.sum(with: other.first, term) + second.sum(with: other.second, term)
  }

  /// The inner product of the first parts and of the second.
  @inlinable
  public func dot(_ other: Paired) -> Double { first.dot(other.first) + second.dot(other.second) }

  /// Both parts with their coordinates transformed.
  @inlinable
  public func map(_ transform: (Double) -> Double) -> Paired {
    Paired(first.map(transform), second.map(transform))
  }

  /// Both parts with their coordinates brought into [−magnitude, magnitude].
  @inlinable
  public func clipped(to magnitude: Double) -> Paired {
    Paired(first.clipped(to: magnitude), second.clipped(to: magnitude))
  }
}
