/// The right factor of a matrix product, as tiles read it: panels of as many columns as a tile is wide.
///
/// A matrix whose rows are contiguous is read where it is. One that is not (a transposed one, the weights of a
/// convolution) is packed: panel after panel, each with its rows one after another, zeros beyond the last column.
struct Panels {
  private let start: Floats
  /// From one row to the next; nil where the panels are packed.
  private let row: Int?
  /// The number of rows: the terms of each sum.
  let terms: Int
  /// The rows that are left out at the top.
  private var dropped = 0
  /// The number of columns.
  let columns: Int

  /// A matrix with contiguous rows; up to 15 floats after its last may be read.
  init(rowsAt start: Floats, row: Int, terms: Int, columns: Int) {
    self.start = start
    self.row = row
    self.terms = terms
    self.columns = columns
  }

  /// Packed panels, as `pack` writes them.
  init(packedAt start: Floats, terms: Int, columns: Int) {
    self.start = start
    self.row = nil
    self.terms = terms
    self.columns = columns
  }

  /// The number of panels.
  var count: Int { (columns + tileColumns - 1) / tileColumns }

  /// The number of columns of a panel that are really there.
  func columns(of panel: Int) -> Int { min(tileColumns, columns - panel * tileColumns) }

  /// The first number of a panel.
  func start(of panel: Int) -> Floats {
    start + panel * tileColumns * (row == nil ? terms : 1) + dropped * row(of: panel)
  }

  /// From one row of a panel to the next.
  func row(of panel: Int) -> Int { row ?? Panels.width(columns(of: panel)) }

  /// The panels without their first rows.
  func dropping(_ rows: Int) -> Panels {
    var rest = self
    rest.dropped += rows
    return rest
  }

  /// The width of the tile for so many columns.
  static func width(_ columns: Int) -> Int { columns > tileLanes ? tileColumns : tileLanes }

  /// The number of floats of packed panels.
  static func packedCount(terms: Int, columns: Int) -> Int {
    let whole = columns / tileColumns, rest = columns % tileColumns
    return terms * (whole * tileColumns + (rest == 0 ? 0 : width(rest)))
  }

  /// Packs a matrix: `value(term, column)` is its number.
  static func pack(into target: MutableFloats, terms: Int, columns: Int, _ value: (Int, Int) -> Float) {
    var next = target
    for first in stride(from: 0, to: columns, by: tileColumns) {
      let there = min(tileColumns, columns - first), width = width(there)
      for term in 0..<terms {
        for column in 0..<there { next[column] = value(term, first + column) }
        for column in there..<width { next[column] = 0 }
        next += width
      }
    }
  }
}

/// Computes rows × columns of one panel: c = start + a · b.
///
/// Rows are handed to tiles in twos, one for each half; where their number is odd, one row is computed by both halves.
///
/// - Parameters:
///   - rows: The number of rows.
///   - a: The first of them; `walk` says how the rest is reached.
///   - walk: How a is read.
///   - panels: The right factor.
///   - panel: Which of its panels.
///   - start: What the sums begin with; its columns are those of the whole matrix.
///   - c: The first row of the whole result.
///   - cRow: From one row of the result to the next.
func multiply(
  rows: Int, _ a: Floats, _ walk: Walk, _ panels: Panels, panel: Int, _ start: Start, _ c: MutableFloats,
  cRow: Int
) {
  let first = panel * tileColumns, columns = panels.columns(of: panel), width = Panels.width(columns)
  let b = panels.start(of: panel), bRow = panels.row(of: panel)
  let start: Start = if case .columns(let values) = start { .columns(values + first) } else { start }
  let pairs = (rows + 1) / 2
  let count = (pairs + halfTileRows - 1) / halfTileRows
  var row = 0
  for index in 0..<count {
    let half = pairs * (index + 1) / count - pairs * index / count
    let second = min(row + half, rows - half)
    if columns == width {
      tile(
        half, a + row * walk.row, a + second * walk.row, walk, b, bRow, start, c + row * cRow + first,
        c + second * cRow + first, cRow, columns: width)
    } else {
      raggedTile(
        half, a, row, second, walk, b, bRow, start, c + first, cRow, columns: columns)
    }
    row += 2 * half
  }
}

/// A tile of which some columns are not there: computed beside the matrix, and what is there is copied.
@inline(never)
private func raggedTile(
  _ half: Int, _ a: Floats, _ first: Int, _ second: Int, _ walk: Walk, _ b: Floats, _ bRow: Int,
  _ start: Start,
  _ c: MutableFloats, _ cRow: Int, columns: Int
) {
  let width = Panels.width(columns)
  withUnsafeTemporaryAllocation(of: Float.self, capacity: tileRows * tileColumns) { whole in
    guard let beside = whole.baseAddress else { return }
    let halves = [(first, beside), (second, beside + half * width)]
    if case .output = start {
      whole.update(repeating: 0)
      for (from, place) in halves {
        for r in 0..<half { (place + r * width).update(from: c + (from + r) * cRow, count: columns) }
      }
    }
    tile(
      half, a + first * walk.row, a + second * walk.row, walk, b, bRow, start, beside, beside + half * width,
      width,
      columns: width)
    for (from, place) in halves {
      for r in 0..<half { (c + (from + r) * cRow).update(from: place + r * width, count: columns) }
    }
  }
}

/// Computes rows × all columns: c = start + a · b.
func multiply(
  rows: Int, _ a: Floats, _ walk: Walk, _ panels: Panels, _ start: Start, _ c: MutableFloats, cRow: Int
) {
  for panel in 0..<panels.count { multiply(rows: rows, a, walk, panels, panel: panel, start, c, cRow: cRow) }
}
