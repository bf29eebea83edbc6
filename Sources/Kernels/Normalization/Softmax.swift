// yᵢ = e^(xᵢ − max x) / Σⱼ e^(xⱼ − max x), row by row, and what is made of it.

/// Softmax of a row, in place; returns the largest number and Σ e^(xⱼ − largest).
///
/// - Parameters:
///   - x: `count` floats; up to fifteen after them may be read.
///   - count: The length of the row.
@inline(__always) @discardableResult
func softmaxRow(_ x: MutableFloats, _ count: Int) -> (maximum: Float, sum: Float) { softmaxRow(x, x, count) }

/// Softmax of a row into another, which may be the same.
@inline(__always) @discardableResult
func softmaxRow(_ x: Floats, _ y: MutableFloats, _ count: Int) -> (maximum: Float, sum: Float) {
  var largest = Vector(repeating: -.infinity)
  forEachVector(in: 0..<count) { index, count in
    largest = greater(
      largest, count < lanes ? keep(load(x + index), first: count, else: -.infinity) : load(x + index))
  }
  let maximum = maximumOfLanes(largest)
  var sums = Vector()
  forEachVector(in: 0..<count) { index, count in
    var value = exp(load(x + index) - maximum)
    if count < lanes { value = keep(value, first: count, else: 0) }
    sums += value
    write(value, y + index, count)
  }
  let sum = sumOfLanes(sums)
  let inverse = Vector(repeating: 1 / sum)
  forEachVector(in: 0..<count) { index, count in write(load(y + index) * inverse, y + index, count) }
  return (maximum, sum)
}

/// The gradient of softmax for its argument, in place: dyᵢ becomes yᵢ (dyᵢ − Σⱼ yⱼ dyⱼ).
///
/// - Parameters:
///   - y: What softmax gave; up to fifteen floats after the row may be read.
///   - dy: The gradient for y; likewise.
///   - count: The length of the row.
@inline(__always)
func softmaxRowGradient(_ y: Floats, _ dy: MutableFloats, _ count: Int) {
  softmaxRowGradient(y, dy, dy, count)
}

/// The gradient of softmax for its argument, into another row, which may be dy.
@inline(__always)
func softmaxRowGradient(_ y: Floats, _ dy: Floats, _ dx: MutableFloats, _ count: Int) {
  var sums = Vector()
  forEachVector(in: 0..<count) { index, count in
    let product = load(y + index) * load(dy + index)
    sums += count < lanes ? keep(product, first: count, else: 0) : product
  }
  let mean = sumOfLanes(sums)
  forEachVector(in: 0..<count) { index, count in
    write(load(y + index) * (load(dy + index) - mean), dx + index, count)
  }
}

/// Softmax of each row of [rows, columns].
public func softmax(_ x: Buffer, rows: Int, columns: Int) -> Buffer {
  requireCount(x, rows * columns)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, y = result.start
  forEachPiece(rows: rows, columns: columns) { piece in
    for row in piece { softmaxRow(x + row * columns, y + row * columns, columns) }
  }
  return result
}

/// The gradient of `softmax` for its argument: dxᵢ = yᵢ (dyᵢ − Σⱼ yⱼ dyⱼ) in each row of [rows, columns].
public func softmaxGradient(_ y: Buffer, _ dy: Buffer, rows: Int, columns: Int) -> Buffer {
  requireCount(y, rows * columns)
  requireCount(dy, rows * columns)
  let result = Buffer(uninitialized: y.count)
  let y = y.start, dy = dy.start, dx = result.start
  forEachPiece(rows: rows, columns: columns) { piece in
    for row in piece {
      softmaxRowGradient(y + row * columns, dy + row * columns, dx + row * columns, columns)
    }
  }
  return result
}

/// The cross-entropy of softmax with labels, in nats, the mean over the rows: −Σ ln softmax(x)[label] / rows.
///
/// - Parameters:
///   - logits: x, [rows, columns].
///   - labels: The right column of each row.
///   - rows: The number of rows.
///   - columns: The number of columns.
/// - Returns: The loss and its gradient for x: (softmax(x) − 1 at the label) / rows.
public func crossEntropy(
  _ logits: Buffer, labels: [Int], rows: Int, columns: Int
) -> (loss: Double, gradient: Buffer) {
  requireCount(logits, rows * columns)
  guard rows > 0, labels.count == rows else { fatalError("\(labels.count) labels of \(rows) rows") }
  let gradient = Buffer(uninitialized: logits.count)
  let x = logits.start, y = gradient.start
  let share = 1 / Float(rows)
  var loss = 0.0
  for (row, label) in labels.enumerated() {
    guard label >= 0, label < columns else { fatalError("label \(label) of \(columns) columns") }
    let x = x + row * columns, y = y + row * columns
    let (maximum, sum) = softmaxRow(x, y, columns)
    loss += Double(log(Vector(repeating: sum))[0]) + (Double(maximum) - Double(x[label]))
    y[label] -= 1
    forEachVector(in: 0..<columns) { index, count in write(load(y + index) * share, y + index, count) }
  }
  return (loss / Double(rows), gradient)
}
