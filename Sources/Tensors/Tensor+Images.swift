import Kernels

// Operations that move numbers between pixels, channels and rows.

extension Tensor {
  /// Images of twice the height and width, each pixel repeated.
  public func upsampled() -> Tensor {
    let (batch, height, width, channels) = imageShape(in: "upsampled")
    let y = upsampledNearest(buffer, batch: batch, height: height, width: width, channels: channels)
    return Tensor(y, [batch, 2 * height, 2 * width, channels], from: self) { [x = place] dy, gradients in
      gradients.add(
        to: x,
        Tensor(
          upsampledNearestGradient(dy.buffer, batch: batch, height: height, width: width, channels: channels),
          x.shape))
    }
  }

  /// The largest of each 2 × 2 pixels; an odd last row or column is left out.
  public func maxPooled() -> Tensor {
    let (batch, height, width, channels) = imageShape(in: "maxPooled")
    let y = Kernels.maxPooled(buffer, batch: batch, height: height, width: width, channels: channels)
    return Tensor(y, [batch, height / 2, width / 2, channels], from: self) { dy, gradients in
      gradients.add(
        to: self,
        Tensor(
          maxPooledGradient(
            buffer, dy.buffer, batch: batch, height: height, width: width, channels: channels), shape))
    }
  }

  /// Images [batch, channels, height, width], as PyTorch has them, as [B, H, W, C], as they are here.
  public func channelsLast() -> Tensor {
    guard shape.count == 4 else {
      fatalError("channelsLast: expected [batch, channels, height, width], found \(shape)")
    }
    let moved = transposedSamples(buffer, batch: shape[0], rows: shape[1], columns: shape[2] * shape[3])
    return Tensor(moved, [shape[0], shape[2], shape[3], shape[1]], from: self) { [x = place] dy, gradients in
      gradients.add(to: x, dy.channelsFirst())
    }
  }

  /// Images [B, H, W, C], as they are here, as [batch, channels, height, width], as PyTorch has them.
  public func channelsFirst() -> Tensor {
    let (batch, height, width, channels) = imageShape(in: "channelsFirst")
    let moved = transposedSamples(buffer, batch: batch, rows: height * width, columns: channels)
    return Tensor(moved, [batch, channels, height, width], from: self) { [x = place] dy, gradients in
      gradients.add(to: x, dy.channelsLast())
    }
  }

  /// The two tensors' channels side by side.
  public func concatenatedChannels(_ other: Tensor) -> Tensor {
    guard let own = shape.last, let others = other.shape.last, shape.dropLast() == other.shape.dropLast()
    else {
      fatalError("concatenatedChannels: shapes \(shape) and \(other.shape)")
    }
    let rows = count / max(1, own)
    let y = Kernels.concatenatedChannels(buffer, other.buffer, rows: rows, xChannels: own, yChannels: others)
    return Tensor(y, shape.dropLast() + [own + others], from: self, other) {
      [x = place, y = other.place] dy, gradients in
      let (left, right) = splitChannels(dy.buffer, rows: rows, xChannels: own, yChannels: others)
      gradients.add(to: x, Tensor(left, x.shape))
      gradients.add(to: y, Tensor(right, y.shape))
    }
  }

  /// A vector for each sample, added to all its pixels: x[b, …, c] + v[b, c].
  public func addingToPixels(_ vector: Tensor) -> Tensor {
    guard let channels = shape.last, vector.shape == [rowCount, channels] else {
      fatalError("addingToPixels: vectors \(vector.shape) for \(shape)")
    }
    let pixels = rowLength / max(1, channels)
    let y = Kernels.addingToPixels(buffer, vector.buffer, batch: rowCount, pixels: pixels, channels: channels)
    return Tensor(y, shape, from: self, vector) {
      [x = place, vector = vector.place, rowCount] dy, gradients in
      gradients.add(to: x, dy)
      gradients.add(
        to: vector,
        Tensor(sumOverPixels(dy.buffer, batch: rowCount, pixels: pixels, channels: channels), vector.shape))
    }
  }

  /// Some rows of the batch, in order, with no gradient.
  public func rows(_ range: Range<Int>) -> Tensor {
    guard range.lowerBound >= 0, range.upperBound <= rowCount else {
      fatalError("rows \(range) of a tensor of shape \(shape)")
    }
    let taken = rowsTaken(buffer, from: range.lowerBound, count: range.count, of: rowLength)
    return Tensor(taken, [range.count] + shape.dropFirst())
  }

  /// Rows computed one by one on several threads, rounded to Float.
  ///
  /// - Parameters:
  ///   - count: The number of rows.
  ///   - rowShape: The shape of each.
  ///   - row: The numbers of a row, the last dimension running fastest; called from any thread.
  public init(rows count: Int, of rowShape: [Int], _ row: (Int) -> [Double]) {
    self.init(Buffer(rows: count, of: rowShape.reduce(1, *), row), [count] + rowShape)
  }

  /// The sums aᵣ xᵣ + bᵣ yᵣ of rows, each row with its own factors, with no gradient.
  ///
  /// The same bits as aᵣ · xᵣ + bᵣ · yᵣ by the operators, row by row: factors, products and sum are rounded to Float.
  ///
  /// - Parameters:
  ///   - a: A factor for each row of x.
  ///   - x: A tensor of that many rows.
  ///   - b: A factor for each row of y.
  ///   - y: A tensor of the shape of x.
  public static func combiningRows(_ a: [Double], _ x: Tensor, _ b: [Double], _ y: Tensor) -> Tensor {
    x.requireSameShape(y, in: "combiningRows")
    guard !x.shape.isEmpty, a.count == x.rowCount, b.count == x.rowCount else {
      fatalError("combiningRows: \(a.count) and \(b.count) factors for a tensor of shape \(x.shape)")
    }
    let mixed = combinationOfRows(
      a.map { Float($0) }, x.buffer, b.map { Float($0) }, y.buffer, columns: x.rowLength)
    return Tensor(mixed, x.shape)
  }

  /// The rows of several tensors, one after another, with no gradient.
  public init(rowsOf tensors: [Tensor]) {
    guard let first = tensors.first, tensors.allSatisfy({ $0.shape.dropFirst() == first.shape.dropFirst() })
    else {
      fatalError("rows of tensors of shapes \(tensors.map { $0.shape })")
    }
    self.init(
      concatenatedRows(tensors.map { $0.buffer }),
      [tensors.map { $0.rowCount }.reduce(0, +)] + first.shape.dropFirst())
  }
}
