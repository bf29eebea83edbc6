// Distances between the rows of two matrices, as many as one has rows times those of the other: too many to keep, so each
// function keeps of them only what it is asked for.
//
// A squared distance is Σ (aᵢ − bᵢ)² and not ‖a‖² + ‖b‖² − 2 a·b: it costs as much again, but is 0 between equal rows and
// as exact between near ones as between far ones. Its sum has one order: sixteen lanes, each over every sixteenth
// column, and then the lanes.

/// The rows of a that are compared with one of b at a time: each reading of b serves all of them.
private let rowsTogether = 4

/// The rows of b that are gone through before the next rows of a, in floats: 128 kB, so that they stay in the cache.
private let floatsTogether = 32_768

/// For each row of a matrix, the rows of another that are nearest to it, nearest first.
///
/// Of rows that are equally far the one with the smaller number comes first.
///
/// - Parameters:
///   - a: [aRows, columns].
///   - b: [bRows, columns].
///   - aRows: The rows of a.
///   - bRows: The rows of b.
///   - columns: The length of a row.
///   - count: How many to find, 1 or more, at most the rows there are.
///   - skippingSame: Whether row i of b does not count for row i of a: where both are the same matrix.
/// - Returns: `count` numbers of rows and squared distances for each row of a.
public func nearestRows(
  _ a: Buffer, _ b: Buffer, aRows: Int, bRows: Int, columns: Int, count: Int, skippingSame: Bool
) -> (rows: [Int], squaredDistances: [Float]) {
  requireCount(a, aRows * columns)
  requireCount(b, bRows * columns)
  guard count >= 1, count <= bRows - (skippingSame ? 1 : 0) else {
    fatalError("nearestRows: \(count) neighbors among \(bRows) rows")
  }
  let distances = Buffer(repeating: .infinity, count: aRows * count)
  let nearest = distances.start
  let rows = [Int](unsafeUninitializedCapacity: aRows * count) { rows, initialized in
    rows.initialize(repeating: 0)
    nonisolated(unsafe) let rows = rows
    forEachDistance(a, b, aRows: aRows, bRows: bRows, columns: columns) { i, j, distance in
      if skippingSame && i == j { return }
      // The list of row i is sorted: what is further than its last is the usual case, and costs one comparison.
      let first = i * count
      var place = first + count - 1
      guard distance < nearest[place] else { return }
      while place > first, distance < nearest[place - 1] {
        nearest[place] = nearest[place - 1]
        rows[place] = rows[place - 1]
        place -= 1
      }
      nearest[place] = distance
      rows[place] = j
    }
    initialized = aRows * count
  }
  return (rows, distances.values)
}

/// For each row of a matrix, whether it lies in the ball around any row of another.
///
/// - Parameters:
///   - a: [aRows, columns].
///   - b: [bRows, columns].
///   - aRows: The rows of a.
///   - bRows: The rows of b.
///   - columns: The length of a row.
///   - squaredRadii: The square of each ball's radius, a ball for each row of b; its surface belongs to it.
/// - Returns: The answer for each row of a.
public func rowsWithin(
  _ a: Buffer, _ b: Buffer, aRows: Int, bRows: Int, columns: Int, squaredRadii: [Float]
) -> [Bool] {
  requireCount(a, aRows * columns)
  requireCount(b, bRows * columns)
  guard squaredRadii.count == bRows else {
    fatalError("rowsWithin: \(squaredRadii.count) radii for \(bRows) rows")
  }
  return [Bool](unsafeUninitializedCapacity: aRows) { isWithin, initialized in
    isWithin.initialize(repeating: false)
    nonisolated(unsafe) let isWithin = isWithin
    squaredRadii.withUnsafeBufferPointer { radii in
      forEachDistance(a, b, aRows: aRows, bRows: bRows, columns: columns) { i, j, distance in
        if distance <= radii[j] { isWithin[i] = true }
      }
    }
    initialized = aRows
  }
}

/// Visits the squared distances of all rows of a from all rows of b: those of a row of a by one thread, in the order of
/// b.
@inline(__always)
private func forEachDistance(
  _ a: Buffer, _ b: Buffer, aRows: Int, bRows: Int, columns: Int,
  _ body: (_ i: Int, _ j: Int, _ squaredDistance: Float) -> Void
) {
  let from = a.start, to = b.start
  let block = max(1, floatsTogether / max(1, columns))
  // Sixteen rows of a make a piece, which goes through b block by block.
  let rowsInPiece = 4 * rowsTogether
  parallelFor((aRows + rowsInPiece - 1) / rowsInPiece, size: aRows * bRows * columns) { piece in
    let end = min(aRows, (piece + 1) * rowsInPiece)
    for firstOfBlock in stride(from: 0, to: bRows, by: block) {
      for i in stride(from: piece * rowsInPiece, to: end, by: rowsTogether) {
        for j in firstOfBlock..<min(bRows, firstOfBlock + block) {
          let last = end - 1
          let distances = squaredDistances(
            from + i * columns, from + min(i + 1, last) * columns, from + min(i + 2, last) * columns,
            from + min(i + 3, last) * columns, to: to + j * columns, columns)
          for row in 0..<min(rowsTogether, end - i) { body(i + row, j, distances[row]) }
        }
      }
    }
  }
  withExtendedLifetime((a, b)) {}
}

/// The squared distances of four rows from one.
@inline(__always)
private func squaredDistances(
  _ a0: Floats, _ a1: Floats, _ a2: Floats, _ a3: Floats, to b: Floats, _ columns: Int
) -> SIMD4<Float> {
  var sum0 = Vector(), sum1 = Vector(), sum2 = Vector(), sum3 = Vector()
  var c = 0
  while c + lanes <= columns {
    let y = load(b + c)
    let d0 = load(a0 + c) - y, d1 = load(a1 + c) - y, d2 = load(a2 + c) - y, d3 = load(a3 + c) - y
    sum0 = fused(d0, d0, plus: sum0)
    sum1 = fused(d1, d1, plus: sum1)
    sum2 = fused(d2, d2, plus: sum2)
    sum3 = fused(d3, d3, plus: sum3)
    c += lanes
  }
  if c < columns {
    let y = load(b + c), rest = columns - c
    let d0 = keep(load(a0 + c) - y, first: rest, else: 0), d1 = keep(load(a1 + c) - y, first: rest, else: 0)
    let d2 = keep(load(a2 + c) - y, first: rest, else: 0), d3 = keep(load(a3 + c) - y, first: rest, else: 0)
    sum0 = fused(d0, d0, plus: sum0)
    sum1 = fused(d1, d1, plus: sum1)
    sum2 = fused(d2, d2, plus: sum2)
    sum3 = fused(d3, d3, plus: sum3)
  }
  return SIMD4(sumOfLanes(sum0), sumOfLanes(sum1), sumOfLanes(sum2), sumOfLanes(sum3))
}
