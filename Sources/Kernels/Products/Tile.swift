import Prefetch

// The one loop in which nearly all the time goes: a tile of a matrix product, kept in registers.
//
//   c[r, j] = c₀[r, j] + Σ_s Σ_k a[r, s, k] · b[s, k, j]        r: up to `tileRows` rows, j: one or two vectors
//
// Each step reads one row of b (one or two vectors) and one number of each row of a, and does rows × vectors fused
// multiply-adds, all independent of each other. How large can the tile be?
//
//   registers                tile                  registers for c + b + a      multiply-adds : reads a step
//   AVX-512   32 × 16       14 rows × 2 × 16        28 + 2 + (in memory)         28 : 2 + 14
//   AVX2      16 × 8         6 rows × 2 × 8         12 + 2 + 1                   12 : 2 + 6
//   NEON      32 × 4         6 rows × 4 × 4         24 + 4 + 1                   24 : 4 + 6
//
// A fused multiply-add takes four cycles and two start in each: eight accumulators would hide that, the rest of the
// tile is there so that fewer numbers are read than are multiplied.
//
// Every output is one chain: from its start value through s and k in order, rounded once a step. The chain is the same
// whatever the tile, so the tile may follow the machine and the bits do not change.
//
// The rows come in two halves, each with a start of its own, so that seven pixels of one image row and seven of the
// next make a tile of fourteen; and loops up to seven are the ones that the compiler unrolls.

#if TILE_512
typealias TileVector = SIMD16<Float>
@inline(__always) var halfTileRows: Int { 7 }
#else
typealias TileVector = SIMD8<Float>
@inline(__always) var halfTileRows: Int { 3 }
#endif

/// The most rows of a tile.
@inline(__always) var tileRows: Int { 2 * halfTileRows }
/// The floats in a vector of a tile: the columns of a narrow tile.
@inline(__always) var tileLanes: Int { TileVector.scalarCount }
/// The columns of a wide tile.
@inline(__always) var tileColumns: Int { 2 * tileLanes }

/// How the rows of a are read: a[r, s, k] = start[r · row + s · segment + k · step].
struct Walk {
  /// From one row to the next.
  var row: Int
  /// From one number of the sum to the next.
  var step: Int
  /// The length of a segment.
  var depth: Int
  /// From one segment to the next.
  var segment = 0
  /// The number of segments.
  var segments = 1
  /// What is left out of b after each segment.
  var gap = 0

  /// The number of terms of each sum.
  var terms: Int { depth * segments }
}

/// What the sums begin with.
enum Start {
  /// Nothing.
  case zero
  /// What the output holds.
  case output
  /// A number for each column.
  case columns(Floats)
}

@inline(__always)
private func read(_ p: Floats) -> TileVector { UnsafeRawPointer(p).loadUnaligned(as: TileVector.self) }
@inline(__always)
private func read(_ p: MutableFloats) -> TileVector { UnsafeRawPointer(p).loadUnaligned(as: TileVector.self) }
@inline(__always)
private func write(_ vector: TileVector, _ p: MutableFloats) {
  UnsafeMutableRawPointer(p).storeBytes(of: vector, as: TileVector.self)
}

/// Half the rows of a tile, by one vector: the accumulators that a register each holds.
private typealias Column<let half: Int> = InlineArray<half, TileVector>

/// The sums of a wide tile: two halves of rows, two vectors each.
///
/// Where there is an `ahead`, what lies that many floats after b is asked for on the way.
@inline(__always)
private func accumulate<let half: Int>(
  _ p: inout Column<half>, _ q: inout Column<half>, _ u: inout Column<half>, _ v: inout Column<half>,
  _ a0: Floats, _ a1: Floats, _ walk: Walk, _ b: Floats, _ bRow: Int, ahead: Int?
) {
  var b = b
  for s in 0..<walk.segments {
    var x = a0 + s &* walk.segment, y = a1 + s &* walk.segment
    for _ in 0..<walk.depth {
      let left = read(b), right = read(b + tileLanes)
      if let ahead {
        prefetch(b + ahead)
        // With smaller vectors, both are in one line.
        #if TILE_512
        prefetch(b + ahead + tileLanes)
        #endif
      }
      for r in 0..<half {
        let first = TileVector(repeating: x[r &* walk.row]), second = TileVector(repeating: y[r &* walk.row])
        p[unchecked: r] = p[unchecked: r].addingProduct(first, left)
        q[unchecked: r] = q[unchecked: r].addingProduct(first, right)
        u[unchecked: r] = u[unchecked: r].addingProduct(second, left)
        v[unchecked: r] = v[unchecked: r].addingProduct(second, right)
      }
      x += walk.step
      y += walk.step
      b += bRow
    }
    b += walk.gap
  }
}

/// The sums of a narrow tile: two halves of rows, one vector each.
@inline(__always)
private func accumulate<let half: Int>(
  _ p: inout Column<half>, _ u: inout Column<half>, _ a0: Floats, _ a1: Floats, _ walk: Walk, _ b: Floats,
  _ bRow: Int, ahead: Int?
) {
  var b = b
  for s in 0..<walk.segments {
    var x = a0 + s &* walk.segment, y = a1 + s &* walk.segment
    for _ in 0..<walk.depth {
      let left = read(b)
      if let ahead { prefetch(b + ahead) }
      for r in 0..<half {
        p[unchecked: r] = p[unchecked: r].addingProduct(TileVector(repeating: x[r &* walk.row]), left)
        u[unchecked: r] = u[unchecked: r].addingProduct(TileVector(repeating: y[r &* walk.row]), left)
      }
      x += walk.step
      y += walk.step
      b += bRow
    }
    b += walk.gap
  }
}

/// A column of accumulators before the first step.
@inline(__always)
private func begin<let half: Int>(
  _ start: Start, _ c: MutableFloats, _ cRow: Int, at column: Int
) -> Column<half> {
  switch start {
  case .zero: return Column<half>(repeating: TileVector())
  case .columns(let values): return Column<half>(repeating: read(values + column))
  case .output:
    var sums = Column<half>(repeating: TileVector())
    for r in 0..<half { sums[unchecked: r] = read(c + r &* cRow + column) }
    return sums
  }
}

/// Writes a column of accumulators.
@inline(__always)
private func end<let half: Int>(_ sums: Column<half>, _ c: MutableFloats, _ cRow: Int, at column: Int) {
  for r in 0..<half { write(sums[unchecked: r], c + r &* cRow + column) }
}

// The number of rows reaches the compiler as part of a type, `InlineArray<half, Void>`: only so does it know the number
// when it compiles, unrolls `for r in 0..<half`, and gives each accumulator a register. Hence the switches in `tile`
// and `multiply`.

@inline(__always)
private func wideTile<let half: Int>(
  _: InlineArray<half, Void>.Type, _ a0: Floats, _ a1: Floats, _ walk: Walk, _ b: Floats, _ bRow: Int,
  _ start: Start, _ c0: MutableFloats, _ c1: MutableFloats, _ cRow: Int, ahead: Int? = nil
) {
  var p: Column<half> = begin(start, c0, cRow, at: 0), q: Column<half> = begin(start, c0, cRow, at: tileLanes)
  var u: Column<half> = begin(start, c1, cRow, at: 0), v: Column<half> = begin(start, c1, cRow, at: tileLanes)
  accumulate(&p, &q, &u, &v, a0, a1, walk, b, bRow, ahead: ahead)
  end(p, c0, cRow, at: 0)
  end(q, c0, cRow, at: tileLanes)
  end(u, c1, cRow, at: 0)
  end(v, c1, cRow, at: tileLanes)
}

@inline(__always)
private func narrowTile<let half: Int>(
  _: InlineArray<half, Void>.Type, _ a0: Floats, _ a1: Floats, _ walk: Walk, _ b: Floats, _ bRow: Int,
  _ start: Start, _ c0: MutableFloats, _ c1: MutableFloats, _ cRow: Int, ahead: Int? = nil
) {
  var p: Column<half> = begin(start, c0, cRow, at: 0), u: Column<half> = begin(start, c1, cRow, at: 0)
  accumulate(&p, &u, a0, a1, walk, b, bRow, ahead: ahead)
  end(p, c0, cRow, at: 0)
  end(u, c1, cRow, at: 0)
}

/// Computes one tile: two halves of `half` rows each, 1…`halfTileRows`, by `columns` columns, `tileLanes` or
/// `tileColumns`.
///
/// - Parameters:
///   - half: The rows of each half.
///   - a0: The first row of the first half; a1 that of the second, which may be the same.
///   - walk: How a is read from there.
///   - b: `walk.terms` rows of `columns` floats, `bRow` apart.
///   - start: What the sums begin with.
///   - c0: Where the first half's results go, rows `cRow` apart; c1 the second half's.
///   - columns: How wide the tile is.
@inline(never)
func tile(
  _ half: Int, _ a0: Floats, _ a1: Floats, _ walk: Walk, _ b: Floats, _ bRow: Int, _ start: Start,
  _ c0: MutableFloats, _ c1: MutableFloats, _ cRow: Int, columns: Int
) {
  if columns > tileLanes {
    switch half {
    case 1: wideTile(InlineArray<1, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 2: wideTile(InlineArray<2, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 3: wideTile(InlineArray<3, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    #if TILE_512
    case 4: wideTile(InlineArray<4, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 5: wideTile(InlineArray<5, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 6: wideTile(InlineArray<6, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 7: wideTile(InlineArray<7, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    #endif
    default: fatalError("a tile of 2 x \(half) rows; there are 1 to \(halfTileRows)")
    }
  } else {
    switch half {
    case 1: narrowTile(InlineArray<1, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 2: narrowTile(InlineArray<2, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 3: narrowTile(InlineArray<3, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    #if TILE_512
    case 4: narrowTile(InlineArray<4, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 5: narrowTile(InlineArray<5, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 6: narrowTile(InlineArray<6, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    case 7: narrowTile(InlineArray<7, Void>.self, a0, a1, walk, b, bRow, start, c0, c1, cRow)
    #endif
    default: fatalError("a tile of 2 x \(half) rows; there are 1 to \(halfTileRows)")
    }
  }
}

// MARK: - Many products

/// Matrix products of one shape, c[p] = a[p] · b[p].
struct ProductSeries {
  /// The number of products.
  var count: Int
  /// The rows of each a and c.
  var rows: Int
  /// The terms of each sum: the numbers in a row of a, which lie one behind the other, as the rows do.
  var terms: Int
  /// The columns of each b and c, those of a tile: `tileLanes` or `tileColumns`.
  var columns: Int
  /// The first a; the next ones lie `aStep` apart.
  var a: Floats
  /// From one a to the next.
  var aStep: Int
  /// The first b; the next ones lie one behind the other.
  var b: Floats
  /// The first c, in rows of `columns`; the next ones lie `cStep` apart.
  var c: MutableFloats
  /// From one c to the next.
  var cStep: Int
}

/// Computes all products of a series.
///
/// While one product is computed the next one's b is asked for. With few rows there is little to do for each number of b,
/// and it would be waited for: on its way from memory it takes as long as a hundred multiplications. After the last, what lies
/// behind it is asked for: the b of the next series, or nothing of use.
func multiply(_ series: ProductSeries) {
  guard series.rows > 0 else { return }
  // Tiles as large as they may be and as equal as can be: some have a row more in each half.
  let pairs = (series.rows + 1) / 2, count = (pairs + halfTileRows - 1) / halfTileRows
  let (half, larger) = pairs.quotientAndRemainder(dividingBy: count)
  switch half {
  case 1: multiply(series, larger, InlineArray<2, Void>.self, count - larger, InlineArray<1, Void>.self)
  case 2: multiply(series, larger, InlineArray<3, Void>.self, count - larger, InlineArray<2, Void>.self)
  #if TILE_512
  case 3: multiply(series, larger, InlineArray<4, Void>.self, count - larger, InlineArray<3, Void>.self)
  case 4: multiply(series, larger, InlineArray<5, Void>.self, count - larger, InlineArray<4, Void>.self)
  case 5: multiply(series, larger, InlineArray<6, Void>.self, count - larger, InlineArray<5, Void>.self)
  case 6: multiply(series, larger, InlineArray<7, Void>.self, count - larger, InlineArray<6, Void>.self)
  case 7: multiply(series, larger, InlineArray<7, Void>.self, count - larger, InlineArray<7, Void>.self)
  #else
  case 3: multiply(series, larger, InlineArray<3, Void>.self, count - larger, InlineArray<3, Void>.self)
  #endif
  default: fatalError("tiles of 2 x \(half) rows; there are 1 to \(halfTileRows)")
  }
}

/// Computes each product by tiles of two heights, first the `larger` ones, then the `smaller` ones: both are known when this
/// is compiled, so that there is nothing to look up between two tiles.
@inline(never)
private func multiply<let more: Int, let half: Int>(
  _ series: ProductSeries, _ larger: Int, _: InlineArray<more, Void>.Type, _ smaller: Int,
  _: InlineArray<half, Void>.Type
) {
  var product = series
  for _ in 0..<series.count {
    var row = 0
    for _ in 0..<larger {
      product.tile(InlineArray<more, Void>.self, at: row)
      row += 2 * more
    }
    for _ in 0..<smaller {
      product.tile(InlineArray<half, Void>.self, at: row)
      row += 2 * half
    }
    product.a += series.aStep
    product.b += series.terms * series.columns
    product.c += series.cStep
  }
}

extension ProductSeries {
  /// Computes a tile of the first product; the last tile's halves may overlap.
  @inline(__always)
  fileprivate func tile<let half: Int>(_: InlineArray<half, Void>.Type, at row: Int) {
    let second = min(row + half, rows - half)
    let walk = Walk(row: terms, step: 1, depth: terms)
    let a0 = a + row * terms, a1 = a + second * terms
    if columns > tileLanes {
      wideTile(
        InlineArray<half, Void>.self, a0, a1, walk, b, tileColumns, .zero, c + row * tileColumns,
        c + second * tileColumns, tileColumns, ahead: terms * tileColumns)
    } else {
      narrowTile(
        InlineArray<half, Void>.self, a0, a1, walk, b, tileLanes, .zero, c + row * tileLanes,
        c + second * tileLanes, tileLanes, ahead: terms * tileLanes)
    }
  }
}
