import Diffusion

/// A number for each row of a batch, such as the logarithm of its density: what a batch carries along with it.
public struct RowNumbers: VectorSample, Equatable, Sendable {
  /// The numbers.
  public let values: [Double]

  /// Takes the numbers.
  public init(_ values: [Double]) { self.values = values }

  /// The number 0 for each of some rows.
  public static func zeros(_ count: Int) -> RowNumbers { RowNumbers([Double](repeating: 0, count: count)) }

  private func combined(with other: RowNumbers, _ term: (Double, Double) -> Double) -> RowNumbers {
    guard values.count == other.values.count else {
      fatalError("numbers for \(values.count) rows and for \(other.values.count)")
    }
    return RowNumbers(zip(values, other.values).map(term))
  }

  /// The sums, row by row.
  public static func + (left: RowNumbers, right: RowNumbers) -> RowNumbers { left.combined(with: right, +) }

  /// The differences, row by row.
  public static func - (left: RowNumbers, right: RowNumbers) -> RowNumbers { left.combined(with: right, -) }

  /// The multiples, row by row.
  public static func * (scale: Double, numbers: RowNumbers) -> RowNumbers { numbers.map { scale * $0 } }

  /// The number of rows.
  public var dimension: Int { values.count }

  /// The sum of a term over the rows, in their order.
  public func sum(with other: RowNumbers, _ term: (Double, Double) -> Double) -> Double {
    combined(with: other, term).values.reduce(0, +)
  }

  /// The transformed numbers.
  public func map(_ transform: (Double) -> Double) -> RowNumbers { RowNumbers(values.map(transform)) }
}
