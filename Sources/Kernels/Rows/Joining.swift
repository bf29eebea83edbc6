// Putting tensors together and taking them apart: copies, no arithmetic.

/// Copies floats, a vector at a time.
@inline(__always)
private func copy(_ from: Floats, _ to: MutableFloats, _ count: Int) {
  forEachVector(covering: 0..<count) { index, count in write(load(from + index), to + index, count) }
}

/// Sets two tensors side by side: [rows, xChannels] and [rows, yChannels] become [rows, xChannels + yChannels].
public func concatenatedChannels(_ x: Buffer, _ y: Buffer, rows: Int, xChannels: Int, yChannels: Int)
  -> Buffer
{
  requireCount(x, rows * xChannels)
  requireCount(y, rows * yChannels)
  let channels = xChannels + yChannels
  let result = Buffer(uninitialized: rows * channels)
  let x = x.start, y = y.start, to = result.start
  forEachPiece(rows: rows, columns: channels) { piece in
    for row in piece {
      copy(x + row * xChannels, to + row * channels, xChannels)
      copy(y + row * yChannels, to + row * channels + xChannels, yChannels)
    }
  }
  return result
}

/// Takes two tensors apart that stand side by side: the inverse of `concatenatedChannels`, and its gradient.
public func splitChannels(_ z: Buffer, rows: Int, xChannels: Int, yChannels: Int) -> (x: Buffer, y: Buffer) {
  let channels = xChannels + yChannels
  requireCount(z, rows * channels)
  let left = Buffer(uninitialized: rows * xChannels), right = Buffer(uninitialized: rows * yChannels)
  let z = z.start, x = left.start, y = right.start
  forEachPiece(rows: rows, columns: channels) { piece in
    for row in piece {
      copy(z + row * channels, x + row * xChannels, xChannels)
      copy(z + row * channels + xChannels, y + row * yChannels, yChannels)
    }
  }
  return (left, right)
}

/// Turns the matrix of each sample: y[b, j, i] = x[b, i, j], where x is [batch, rows, columns].
public func transposedSamples(_ x: Buffer, batch: Int, rows: Int, columns: Int) -> Buffer {
  requireCount(x, batch * rows * columns)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, y = result.start
  forEachPiece(rows: batch, columns: rows * columns) { piece in
    for b in piece {
      let x = x + b * rows * columns, y = y + b * rows * columns
      for j in 0..<columns {
        for i in 0..<rows { y[j * rows + i] = x[i * columns + j] }
      }
    }
  }
  return result
}

/// Some consecutive rows: rows first…first + count − 1 of a tensor whose rows have `rowLength` floats.
public func rowsTaken(_ x: Buffer, from first: Int, count: Int, of rowLength: Int) -> Buffer {
  guard first >= 0, count >= 0, rowLength >= 0, (first + count) * rowLength <= x.count else {
    fatalError("rows \(first)..<\(first + count) of \(rowLength) floats, of a buffer of \(x.count)")
  }
  let result = Buffer(uninitialized: count * rowLength)
  result.start.update(from: x.start + first * rowLength, count: result.count)
  return result
}

/// Sets tensors one after another.
public func concatenatedRows(_ parts: [Buffer]) -> Buffer {
  let result = Buffer(uninitialized: parts.reduce(0) { $0 + $1.count })
  var to = result.start
  for part in parts {
    to.update(from: part.start, count: part.count)
    to += part.count
  }
  return result
}
