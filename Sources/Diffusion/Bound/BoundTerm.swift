import Deterministic

/// A part of the variational bound, as information: in nats, in bits, and in bits for each dimension of the data.
public struct BoundTerm: Equatable, Sendable {
  /// The amount in nats, summed over the dimensions.
  public let nats: Double
  /// The number of dimensions of the data.
  public let dimension: Int

  /// Creates a part of so many nats, summed over so many dimensions, 1 or more.
  public init(nats: Double, dimension: Int) {
    guard dimension >= 1 else { fatalError("data have 1 dimension or more, not \(dimension)") }
    self.nats = nats
    self.dimension = dimension
  }

  /// The amount in bits: nats/ln 2.
  public var bits: Double { nats / log(2) }

  /// The bits of one dimension, on average: how bounds of different data are compared.
  public var bitsPerDimension: Double { bits / Double(dimension) }

  /// Adds two parts of a bound for data of the same dimension.
  public static func + (left: BoundTerm, right: BoundTerm) -> BoundTerm {
    guard left.dimension == right.dimension else {
      fatalError("terms of \(left.dimension) and of \(right.dimension) dimensions cannot be added")
    }
    return BoundTerm(nats: left.nats + right.nats, dimension: left.dimension)
  }
}
