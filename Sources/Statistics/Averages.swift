/// The mean of some numbers, summed in their order.
///
/// - Parameter values: One or more.
package func mean(_ values: some Collection<Double>) -> Double {
  guard !values.isEmpty else { fatalError("no numbers have no mean") }
  return values.reduce(0, +) / Double(values.count)
}

/// The number in the middle of some; of an even count the upper of the two.
///
/// - Parameter values: One or more.
package func median(_ values: some Collection<Double>) -> Double {
  guard !values.isEmpty else { fatalError("no numbers have no median") }
  return values.sorted()[values.count / 2]
}

/// √(mean of the squares).
///
/// - Parameter values: One or more.
package func rootMeanSquare(_ values: some Collection<Double>) -> Double {
  guard !values.isEmpty else { fatalError("no numbers have no root mean square") }
  return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
