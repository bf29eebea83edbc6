/// A matrix as a factor: as it is stored, or with rows and columns exchanged.
public enum Factor {
  /// Stored row by row.
  case plain(Buffer)
  /// Stored column by column.
  case transposed(Buffer)

  /// The numbers.
  var buffer: Buffer {
    switch self {
    case .plain(let buffer), .transposed(let buffer): buffer
    }
  }
}

/// The matrix product c[i, j] = bias[j] + Σ_k a[i, k] · b[k, j], each sum from the bias through k = 0, 1, ….
///
/// A transposed right factor is packed once and remembered beside its buffer, for it is a layer's weights.
///
/// - Parameters:
///   - a: [rows, terms], or transposed.
///   - b: [terms, columns], or transposed.
///   - bias: [columns], or nil for 0.
///   - rows: The rows of the product.
///   - terms: The terms of each sum.
///   - columns: The columns of the product.
/// - Returns: [rows, columns].
public func matrixProduct(
  _ a: Factor, _ b: Factor, plus bias: Buffer? = nil, rows: Int, terms: Int, columns: Int
) -> Buffer {
  guard a.buffer.count == rows * terms, b.buffer.count == terms * columns,
    bias.map({ $0.count == columns }) ?? true
  else {
    fatalError(
      "a product of \(a.buffer.count) and \(b.buffer.count) numbers as \(rows) x \(terms) x \(columns)")
  }
  let c = Buffer(uninitialized: rows * columns)
  let (panels, kept) = rightFactor(b, terms: terms, columns: columns)
  defer { withExtendedLifetime(kept) {} }

  // A block of rows and a panel make a piece. Long sums are cut so that what they read stays in the cache; a sum that
  // is taken up again where it was left off is the same chain.
  let blocks = (rows + rowsPerBlock - 1) / rowsPerBlock
  parallelFor(blocks * panels.count, size: rows * columns * terms) { piece in
    let (block, panel) = (piece / panels.count, piece % panels.count)
    let row = block * rowsPerBlock, count = min(rowsPerBlock, rows - row)
    var start: Start = if let bias { .columns(bias.start) } else { .zero }
    var term = 0
    repeat {
      let depth = min(termsPerBlock, terms - term)
      let part: Floats
      let walk: Walk
      switch a {
      case .plain(let a):
        (part, walk) = (Floats(a.start) + row * terms + term, Walk(row: terms, step: 1, depth: depth))
      case .transposed(let a):
        (part, walk) = (Floats(a.start) + term * rows + row, Walk(row: 1, step: rows, depth: depth))
      }
      multiply(
        rows: count, part, walk, panels.dropping(term), panel: panel, start, c.start + row * columns,
        cRow: columns)
      start = .output
      term += depth
    } while term < terms
  }
  return c
}

/// The rows of a piece, four tiles of fourteen: enough to use a panel often, few enough to keep several threads busy.
private let rowsPerBlock = 56
/// The terms after which a block of a sum is put away: a panel of them, 64 kB, is still in the second-level cache when
/// the next rows need it.
private let termsPerBlock = 512

/// The right factor as panels, and the buffer that holds them.
private func rightFactor(_ factor: Factor, terms: Int, columns: Int) -> (Panels, Buffer) {
  switch factor {
  case .plain(let buffer):
    return (Panels(rowsAt: buffer.start, row: columns, terms: terms, columns: columns), buffer)
  case .transposed(let buffer):
    let packed = buffer.arranged(as: Arrangement(kind: .transposedPanels, rows: terms, columns: columns)) {
      let packed = Buffer(uninitialized: Panels.packedCount(terms: terms, columns: columns))
      Panels.pack(into: packed.start, terms: terms, columns: columns) { buffer.start[$1 * terms + $0] }
      return packed
    }
    return (Panels(packedAt: packed.start, terms: terms, columns: columns), packed)
  }
}
