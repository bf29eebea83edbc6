import Kernels

// Which rows lie near which, by the Euclidean distance; whatever shape a row has, its numbers are a point's coordinates.

extension Tensor {
  /// For each row the rows of another tensor that are nearest to it, nearest first, with no gradient.
  ///
  /// - Parameters:
  ///   - other: Rows of the same shape.
  ///   - count: How many to find, at most the rows there are.
  ///   - skippingSame: Whether row i of the other does not count for row i of this one: where both are the same set.
  /// - Returns: `count` numbers of rows and squared distances for each row; of equally far ones the smaller number first.
  public func nearestRows(
    among other: Tensor, count: Int = 1, skippingSame: Bool = false
  ) -> (rows: [Int], squaredDistances: [Float]) {
    requireSameRowShape(other, in: "nearestRows")
    return Kernels.nearestRows(
      buffer, other.buffer, aRows: rowCount, bRows: other.rowCount, columns: rowLength, count: count,
      skippingSame: skippingSame)
  }

  /// For each row whether it lies in the ball around any row of another tensor.
  ///
  /// - Parameters:
  ///   - squaredRadii: The square of each ball's radius, a ball for each of the other's rows; its surface belongs to it.
  ///   - other: Rows of the same shape, the middles of the balls.
  public func rowsWithin(squaredRadii: [Float], of other: Tensor) -> [Bool] {
    requireSameRowShape(other, in: "rowsWithin")
    return Kernels.rowsWithin(
      buffer, other.buffer, aRows: rowCount, bRows: other.rowCount, columns: rowLength,
      squaredRadii: squaredRadii)
  }

  private func requireSameRowShape(_ other: Tensor, in operation: String) {
    guard !shape.isEmpty, shape.dropFirst() == other.shape.dropFirst() else {
      fatalError("\(operation): rows of tensors of the shapes \(shape) and \(other.shape)")
    }
  }
}
