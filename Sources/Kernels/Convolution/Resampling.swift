// Fewer pixels, more pixels: [B, H, W, C].

/// Each pixel four times: y[b, i, j, c] = x[b, i / 2, j / 2, c], [batch, 2 height, 2 width, channels].
public func upsampledNearest(_ x: Buffer, batch: Int, height: Int, width: Int, channels: Int) -> Buffer {
  requireCount(x, batch * height * width * channels)
  let result = Buffer(uninitialized: 4 * x.count)
  let x = x.start, y = result.start
  let row = width * channels
  forEachPiece(rows: batch * height, columns: 4 * row) { piece in
    for i in piece {
      let x = x + i * row, y = y + 4 * i * row
      upsampleRow(x, y, width: width, channels: channels)
      upsampleRow(x, y + 2 * row, width: width, channels: channels)
    }
  }
  return result
}

/// Each pixel of a row twice.
@inline(__always)
func upsampleRow(_ x: Floats, _ y: MutableFloats, width: Int, channels: Int) {
  for j in 0..<width {
    let x = x + j * channels, y = y + 2 * j * channels
    forEachVector(covering: 0..<channels) { c, count in
      let pixel = load(x + c)
      write(pixel, y + c, count)
      write(pixel, y + channels + c, count)
    }
  }
}

/// The gradient of `upsampledNearest` for its argument: the sums of four.
///
/// - Parameters:
///   - dy: [batch, 2 height, 2 width, channels].
///   - batch: The number of samples.
///   - height: The height of the argument.
///   - width: The width of the argument.
///   - channels: The number of channels.
/// - Returns: [B, H, W, C].
public func upsampledNearestGradient(
  _ dy: Buffer, batch: Int, height: Int, width: Int, channels: Int
) -> Buffer {
  requireCount(dy, 4 * batch * height * width * channels)
  let result = Buffer(uninitialized: batch * height * width * channels)
  let dy = dy.start, dx = result.start
  let row = width * channels
  forEachPiece(rows: batch * height, columns: 4 * row) { piece in
    for i in piece {
      let dy = dy + 4 * i * row, dx = dx + i * row
      for j in 0..<width {
        let dy = dy + 2 * j * channels, dx = dx + j * channels
        forEachVector(covering: 0..<channels) { c, count in
          let upper = load(dy + c) + load(dy + channels + c)
          let lower = load(dy + 2 * row + c) + load(dy + 2 * row + channels + c)
          write(upper + lower, dx + c, count)
        }
      }
    }
  }
  return result
}

// MARK: - Pooling

/// The largest of each 2 × 2 pixels: [batch, height / 2, width / 2, channels]; an odd last row or column is left out.
public func maxPooled(_ x: Buffer, batch: Int, height: Int, width: Int, channels: Int) -> Buffer {
  requireCount(x, batch * height * width * channels)
  let rows = height / 2, columns = width / 2
  let result = Buffer(uninitialized: batch * rows * columns * channels)
  let x = x.start, y = result.start
  let row = width * channels
  forEachPiece(rows: batch * rows, columns: 2 * row) { piece in
    for i in piece {
      let x = x + (i / rows * height + i % rows * 2) * row, y = y + i * columns * channels
      for j in 0..<columns {
        let x = x + 2 * j * channels, y = y + j * channels
        forEachVector(covering: 0..<channels) { c, count in
          let upper = greater(load(x + c), load(x + channels + c))
          let lower = greater(load(x + row + c), load(x + row + channels + c))
          write(greater(upper, lower), y + c, count)
        }
      }
    }
  }
  return result
}

/// The gradient of `maxPooled` for its argument: of each 2 × 2 pixels the first that is the largest, row by row, takes it.
///
/// - Parameters:
///   - x: The argument, [B, H, W, C].
///   - dy: [batch, height / 2, width / 2, channels].
///   - batch: The number of samples.
///   - height: The height of the argument.
///   - width: The width of the argument.
///   - channels: The number of channels.
/// - Returns: [B, H, W, C].
public func maxPooledGradient(
  _ x: Buffer, _ dy: Buffer, batch: Int, height: Int, width: Int, channels: Int
) -> Buffer {
  let rows = height / 2, columns = width / 2
  requireCount(x, batch * height * width * channels)
  requireCount(dy, batch * rows * columns * channels)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, dy = dy.start, dx = result.start
  let row = width * channels
  forEachPiece(rows: batch, columns: height * row) { piece in
    for b in piece {
      let first = b * height * row
      if height % 2 != 0 || width % 2 != 0 { (dx + first).update(repeating: 0, count: height * row) }
      for i in 0..<rows {
        for j in 0..<columns {
          let corner = first + 2 * i * row + 2 * j * channels
          let dy = dy + ((b * rows + i) * columns + j) * channels
          forEachVector(covering: 0..<channels) { c, count in
            shareOut(load(dy + c), x + corner + c, dx + corner + c, right: channels, down: row, count)
          }
        }
      }
    }
  }
  return result
}

/// Gives a gradient to the first of four pixels that is the largest, 0 to the others.
@inline(__always)
private func shareOut(_ dy: Vector, _ x: Floats, _ dx: MutableFloats, right: Int, down: Int, _ count: Int) {
  let a = load(x), b = load(x + right), c = load(x + down), d = load(x + down + right)
  let zero = Vector()
  let isAbove = greater(a, b) .>= greater(c, d), isLeft = a .>= b, isLowerLeft = c .>= d
  let above = zero.replacing(with: dy, where: isAbove), below = dy.replacing(with: zero, where: isAbove)
  write(zero.replacing(with: above, where: isLeft), dx, count)
  write(above.replacing(with: zero, where: isLeft), dx + right, count)
  write(zero.replacing(with: below, where: isLowerLeft), dx + down, count)
  write(below.replacing(with: zero, where: isLowerLeft), dx + down + right, count)
}
