import Threads

// Rows of channels: what is added to each row, and the sum of the rows.
//
// A row may have any number of channels. Its last vector is read whole, what it holds of the next row (or of a
// buffer's spare floats) is computed with and left out in writing: each channel is on its own.

/// Writes the first `count` lanes, 1…16.
@inline(__always)
func write(_ vector: Vector, _ to: MutableFloats, _ count: Int) {
  if count == lanes {
    store(vector, to)
  } else {
    withUnsafeBytes(of: vector) { bytes in
      if let from = bytes.baseAddress { copySome(from.assumingMemoryBound(to: Float.self), to, count) }
    }
  }
}

/// Copies 1…15 floats.
///
/// They come by way of memory, to a function that stands alone, because the compiler computes a vector whose parts are
/// asked for in those parts, all the way back; so it does with one that is passed as an argument.
@inline(never)
private func copySome(_ from: Floats, _ to: MutableFloats, _ count: Int) {
  var place = 0
  if count & 8 != 0 {
    UnsafeMutableRawPointer(to).storeBytes(
      of: UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self), as: SIMD8<Float>.self)
    place = 8
  }
  for index in place..<count { to[index] = from[index] }
}

/// Visits the vectors of a range of channels: where each starts and how many of its lanes are in the range.
@inline(__always)
func forEachVector(in channels: Range<Int>, _ body: (_ start: Int, _ count: Int) -> Void) {
  var start = channels.lowerBound
  while start < channels.upperBound {
    body(start, min(lanes, channels.upperBound - start))
    start += lanes
  }
}

/// Visits vectors that cover a range of channels.
///
/// Where there are sixteen or more, the last vector is moved back to be whole: what it has in common with the one before
/// is computed twice, to the same bits. Not for work in place.
@inline(__always)
func forEachVector(covering channels: Range<Int>, _ body: (_ start: Int, _ count: Int) -> Void) {
  let last = max(channels.lowerBound, channels.upperBound - lanes)
  var start = channels.lowerBound
  while start < channels.upperBound {
    body(min(start, last), min(lanes, channels.count))
    start += lanes
  }
}

/// The rows in a piece of work on rows of some length.
@inline(__always)
func rowsInPiece(_ columns: Int) -> Int { max(1, pieceLength / max(1, columns)) }

/// Cuts rows into pieces: `body` gets the range of rows.
@inline(__always)
func forEachPiece(rows: Int, columns: Int, _ body: (Range<Int>) -> Void) {
  let length = rowsInPiece(columns)
  parallelForUnchecked((rows + length - 1) / length) { piece in
    body(piece * length..<min(rows, (piece + 1) * length))
  }
}

// MARK: - Adding to rows

/// y[r, c] = x[r, c] + row[c].
@inline(__always)
private func addRow(_ row: Floats, to x: Floats, _ y: MutableFloats, rows: Int, columns: Int) {
  if columns >= lanes {
    for r in 0..<rows {
      let x = x + r * columns, y = y + r * columns
      forEachVector(covering: 0..<columns) { c, count in write(load(x + c) + load(row + c), y + c, count) }
    }
  } else {
    // Sixteen short rows are as many vectors as a row has columns: their pattern repeats.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: lanes * lanes) { pattern in
      guard let pattern = pattern.baseAddress else { return }
      for index in 0..<lanes * columns { pattern[index] = row[index % columns] }
      let count = rows * columns
      var place = 0
      forEachVector(in: 0..<count) { index, count in
        write(load(x + index) + load(pattern + place), y + index, count)
        place = place + lanes == lanes * columns ? 0 : place + lanes
      }
    }
  }
}

/// Adds a bias to every row: y[r, c] = x[r, c] + bias[c], where x is [rows, columns].
public func addingToRows(_ x: Buffer, _ bias: Buffer, rows: Int, columns: Int) -> Buffer {
  requireCount(x, rows * columns)
  requireCount(bias, columns)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, bias = bias.start, y = result.start
  forEachPiece(rows: rows, columns: columns) { piece in
    let first = piece.lowerBound * columns
    addRow(bias, to: x + first, y + first, rows: piece.count, columns: columns)
  }
  return result
}

/// Adds a vector to every pixel of a sample: y[b, p, c] = x[b, p, c] + v[b, c].
public func addingToPixels(_ x: Buffer, _ v: Buffer, batch: Int, pixels: Int, channels: Int) -> Buffer {
  requireCount(x, batch * pixels * channels)
  requireCount(v, batch * channels)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, v = v.start, y = result.start
  forEachPiece(rows: batch, columns: pixels * channels) { piece in
    for b in piece {
      let first = b * pixels * channels
      addRow(v + b * channels, to: x + first, y + first, rows: pixels, columns: channels)
    }
  }
  return result
}

// MARK: - Scaling rows

/// A combination of rows, each with its own factors: a[r] · x[r, c] + b[r] · y[r, c], every product and then the sum
/// rounded.
///
/// - Parameters:
///   - a: A factor for each row of x.
///   - x: [rows, columns].
///   - b: A factor for each row of y.
///   - y: [rows, columns].
///   - columns: The length of a row.
/// - Returns: [rows, columns].
public func combinationOfRows(_ a: [Float], _ x: Buffer, _ b: [Float], _ y: Buffer, columns: Int) -> Buffer {
  let rows = a.count
  guard b.count == rows else { fatalError("combinationOfRows: \(rows) and \(b.count) factors") }
  requireCount(x, rows * columns)
  requireCount(y, rows * columns)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, y = y.start, to = result.start
  forEachPiece(rows: rows, columns: columns) { piece in
    for r in piece {
      let first = r * columns
      let a = Vector(repeating: a[r]), b = Vector(repeating: b[r])
      forEachVector(covering: 0..<columns) { c, count in
        write(a * load(x + first + c) + b * load(y + first + c), to + first + c, count)
      }
    }
  }
  return result
}

// MARK: - Summing rows

/// Four sums of rows: those whose number is 0, 1, 2 and 3 modulo 4.
///
/// Four, so that an addition need not wait for the one before it.
@inline(__always)
func fourSums(_ rows: Int, _ term: (Int) -> Vector) -> Vector {
  var a = Vector(), b = Vector(), c = Vector(), d = Vector()
  var row = 0
  while row + 4 <= rows {
    a += term(row)
    b += term(row + 1)
    c += term(row + 2)
    d += term(row + 3)
    row += 4
  }
  if row < rows { a += term(row) }
  if row + 1 < rows { b += term(row + 1) }
  if row + 2 < rows { c += term(row + 2) }
  return (a + b) + (c + d)
}

/// sums[c] = Σ_r x[r, c] for a range of channels; the rows are `stride` apart.
@inline(__always)
func sumRows(_ x: Floats, rows: Int, stride: Int, channels: Range<Int>, into sums: MutableFloats) {
  forEachVector(covering: channels) { c, count in
    let x = x + c
    write(fourSums(rows) { load(x + $0 * stride) }, sums + c, count)
  }
}

/// Sums over the pixels of each sample: y[b, c] = Σ_p x[b, p, c].
public func sumOverPixels(_ x: Buffer, batch: Int, pixels: Int, channels: Int) -> Buffer {
  requireCount(x, batch * pixels * channels)
  let result = Buffer(uninitialized: batch * channels)
  let x = x.start, y = result.start
  forEachPiece(rows: batch, columns: pixels * channels) { piece in
    for b in piece {
      sumRows(
        x + b * pixels * channels, rows: pixels, stride: channels, channels: 0..<channels,
        into: y + b * channels)
    }
  }
  return result
}

/// Sums over rows: y[c] = Σ_r x[r, c], where x is [rows, columns].
///
/// Blocks of 512 rows are summed on their own, and then their sums.
public func columnSums(_ x: Buffer, rows: Int, columns: Int) -> Buffer {
  requireCount(x, rows * columns)
  let length = 512
  let blocks = (rows + length - 1) / length
  let partial = blocks > 1 ? Buffer(uninitialized: blocks * columns) : x
  if blocks > 1 {
    let x = x.start, sums = partial.start
    parallelForUnchecked(blocks) { block in
      let first = block * length
      sumRows(
        x + first * columns, rows: min(length, rows - first), stride: columns, channels: 0..<columns,
        into: sums + block * columns)
    }
  }
  let result = Buffer(uninitialized: columns)
  sumRows(
    partial.start, rows: blocks > 1 ? blocks : rows, stride: columns, channels: 0..<columns,
    into: result.start)
  return withExtendedLifetime(partial) { result }
}
