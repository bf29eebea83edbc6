import Threads

// Convolution by Winograd's F(4 × 4, 3 × 3): the image is cut into tiles of 4 × 4 outputs, each made of 6 × 6 inputs.
//
//   V = Bᵀ d B       for every tile and input channel          36 numbers
//   U = G g Gᵀ       for every pair of channels, remembered     36 numbers
//   M[p] = V[p] · U[p]   for each of the 36 places p: a matrix product, tiles × in by in × out
//   y = Aᵀ M A       for every tile and output channel          16 numbers
//
// Each line is linear, so the gradients are its transposes, from the last to the first:
//
//   ∂x: the same algorithm with the kernels turned around and the channels exchanged
//   ∂w: dM = A ∂y Aᵀ,  dU[p] = Σ_tiles V[p]ᵀ · dM[p],  ∂w = Gᵀ dU G
//
// Tiles are taken in blocks: V and M of a block stay in the second-level cache, and U comes past once a block. A tile's
// numbers do not depend on its block, and dU adds the tiles in their order.

/// The places of a transformed tile.
private let places = 36
/// The side of a tile's output.
private let side = 4

/// A 3 × 3 convolution with stride 1 and padding 1, whose channels are multiples of a vector.
struct Winograd {
  private let convolution: Convolution
  private let tilesDown: Int
  private let tilesAcross: Int

  init(_ convolution: Convolution) {
    self.convolution = convolution
    tilesDown = (convolution.height + side - 1) / side
    tilesAcross = (convolution.width + side - 1) / side
  }

  private var tileCount: Int { convolution.batch * tilesDown * tilesAcross }

  // MARK: - Output and input gradient

  func output(
    _ x: Buffer, _ input: ConvolutionInput, _ weights: Buffer, bias: Buffer?, vectors: Buffer?,
    residual: consuming Buffer?
  ) -> Buffer {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    let kernels = weights.arranged(as: Arrangement(kind: .winograd, rows: inputs, columns: outputs)) {
      transformedKernels(weights, from: inputs, stride: 9, to: outputs, stride: 9 * inputs, isReversed: false)
    }
    // What is added to all pixels of an image, or of all images.
    let shift =
      switch (bias, vectors) {
      case (let bias?, let vectors?): addingToRows(vectors, bias, rows: convolution.batch, columns: outputs)
      case (let only, nil), (nil, let only): only
      }
    return apply(
      kernels, to: x, input, from: inputs, to: outputs, shift: shift, residual: consume residual)
  }

  func inputGradient(_ dy: Buffer, _ weights: Buffer) -> Buffer {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    let kernels = weights.arranged(as: Arrangement(kind: .winogradReversed, rows: outputs, columns: inputs)) {
      transformedKernels(weights, from: outputs, stride: 9 * inputs, to: inputs, stride: 9, isReversed: true)
    }
    return apply(kernels, to: dy, .asItIs, from: outputs, to: inputs, shift: nil, residual: nil)
  }

  /// U: for each panel of output channels and each place, from × the panel's columns.
  ///
  /// A panel's 36 matrices lie one behind the other, in the order in which a thread reads them; with few tiles that is
  /// what takes the time. The nine taps of a kernel lie together; `fromStride` and `toStride` lead from one kernel to the next.
  private func transformedKernels(
    _ weights: Buffer, from: Int, stride fromStride: Int, to: Int, stride toStride: Int, isReversed: Bool
  ) -> Buffer {
    let size = Panels.packedCount(terms: from, columns: to)
    let kernels = Buffer(uninitialized: places * size)
    parallelFor(to / lanes, size: places * size) { group in
      // Where this group's vector lies within a row of its panel.
      let column = group * lanes, panel = column / tileColumns
      let width = Panels.width(min(tileColumns, to - panel * tileColumns))
      let first = self.kernels(in: kernels, panel: panel, from: from) + column % tileColumns
      let scratch = Buffer(uninitialized: 9 * lanes)
      for source in 0..<from {
        // Sixteen kernels, tap by tap.
        for lane in 0..<lanes {
          let taps = weights.start + source * fromStride + (column + lane) * toStride
          for k in 0..<9 { scratch.start[k * lanes + lane] = taps[isReversed ? 8 - k : k] }
        }
        transformKernel(scratch.start, to: first + source * width, step: from * width)
      }
    }
    return kernels
  }

  /// Where a panel of U begins.
  private func kernels(in kernels: Buffer, panel: Int, from: Int) -> MutableFloats {
    kernels.start + panel * places * from * tileColumns
  }

  /// y = Aᵀ (U ⊙ Bᵀ d B) A + shift + residual; the shift is [to], or [batch, to].
  private func apply(
    _ kernels: Buffer, to x: Buffer, _ input: ConvolutionInput, from: Int, to: Int, shift: Buffer?,
    residual: consuming Buffer?
  ) -> Buffer {
    // y may take the residual's place: each of its pixels is read by the tile that then writes there.
    let isFree = isKnownUniquelyReferenced(&residual)
    let residual = residual
    defer { withExtendedLifetime(residual) {} }
    let y =
      if isFree, let residual { residual } else {
        Buffer(uninitialized: convolution.batch * convolution.height * convolution.width * to)
      }
    y.forgetArrangements()

    // Who is alone takes blocks as large as the cache holds. Several threads cut a few tiles by output channels, for then
    // reading U takes the time and so each reads its own part of it; many tiles they cut into more blocks.
    let idle = idleThreads, panelCount = (to + tileColumns - 1) / tileColumns
    let panelWidth = min(to, tileColumns)
    let isCutByChannels = idle > 1 && panelCount >= idle && tileCount <= 4 * tileRows
    let share = idle == 1 || isCutByChannels ? tileCount : tileCount / (2 * idle)
    let most = max(tileRows, min(budget / (places * (from + panelWidth)), share))
    let blocks = blockCount(most)
    let cuts = idle == 1 || blocks >= 2 * idle ? 1 : panelCount
    parallelFor(blocks * cuts, size: convolution.size) { piece in
      let block = piece / cuts, cut = piece % cuts
      let strips = strips(of: block, of: blocks), tiles = tiles(of: strips)
      // A vector more than the block has: 36 places that are powers of two apart would share a few lines of the cache.
      let inputStep = tiles.count * from + lanes, productSpace = tiles.count * panelWidth + lanes
      let scratch = Buffer(uninitialized: places * (inputStep + productSpace))
      defer { withExtendedLifetime(scratch) {} }
      let inputs = scratch.start, products = scratch.start + places * inputStep

      let rows = TileRows(strips, of: self, sorted: true), uses = rows.uses
      transformInputs(x, input, channels: from, strips, rows, to: inputs, step: inputStep)
      for panel in panelCount * cut / cuts..<panelCount * (cut + 1) / cuts {
        let column = panel * tileColumns, columns = min(tileColumns, to - column)
        let first = Floats(self.kernels(in: kernels, panel: panel, from: from))
        let productStep = tiles.count * columns + lanes
        for (range, users) in uses {
          multiply(
            ProductSeries(
              count: range.count, rows: users.count, terms: from, columns: columns,
              a: Floats(inputs) + range.lowerBound * inputStep + users.lowerBound * from, aStep: inputStep,
              b: first + range.lowerBound * from * columns,
              c: products + range.lowerBound * productStep + users.lowerBound * columns, cStep: productStep))
        }
        writeOutputs(
          products, step: productStep, tiles, rows, to: y, channels: to, column..<column + columns, shift,
          residual)
      }
    }
    return y
  }

  /// The floats of V and M of a block: three quarters of a megabyte, for a second-level cache of one. (A third less takes 1
  /// in 100 longer; the bits do not depend on it.)
  private var budget: Int { 196_608 }

  // MARK: - Weight gradient

  func weightGradient(_ x: Buffer, _ dy: Buffer) -> Buffer {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    let result = Buffer(uninitialized: convolution.weightCount)
    guard tileCount > 0 else { return Buffer(repeating: 0, count: result.count) }
    let most = max(tileRows, budget / (places * (inputs + outputs)))
    let blocks = blockCount(most)
    let size = inputs * outputs
    let sums = Buffer(uninitialized: places * size)
    defer { withExtendedLifetime(sums) {} }
    for block in 0..<blocks {
      let strips = strips(of: block, of: blocks), tiles = tiles(of: strips)
      let inputStep = tiles.count * inputs + lanes, slopeStep = tiles.count * outputs + lanes
      let scratch = Buffer(uninitialized: places * (inputStep + slopeStep))
      defer { withExtendedLifetime(scratch) {} }
      let transformed = scratch.start, slopes = scratch.start + places * inputStep
      // In their own order, as the slopes are, for they are the terms of a sum.
      let rows = TileRows(strips, of: self, sorted: false)
      transformInputs(x, .asItIs, channels: inputs, strips, rows, to: transformed, step: inputStep)
      transformSlopes(dy, channels: outputs, tiles, to: slopes, step: slopeStep)
      parallelFor(places, size: places * size * tiles.count) { place in
        let panels = Panels(
          rowsAt: slopes + place * slopeStep, row: outputs, terms: tiles.count, columns: outputs)
        multiply(
          rows: inputs, transformed + place * inputStep, Walk(row: 1, step: inputs, depth: tiles.count),
          panels, block == 0 ? .zero : .output, sums.start + place * size, cRow: outputs)
      }
    }
    parallelFor(outputs / lanes, size: places * size) { group in
      let scratch = Buffer(uninitialized: 9 * lanes)
      for c in 0..<inputs {
        // Sixteen kernels, tap by tap, and then each kernel's nine together.
        transformKernelSlope(Floats(sums.start) + c * outputs + group * lanes, step: size, to: scratch.start)
        for lane in 0..<lanes {
          let taps = result.start + ((group * lanes + lane) * inputs + c) * 9
          for k in 0..<9 { taps[k] = scratch.start[k * lanes + lane] }
        }
      }
    }
    return result
  }

  // MARK: - Tiles

  /// The strips, rows of tiles: those of the first image, and so on.
  private var stripCount: Int { convolution.batch * tilesDown }

  /// The number of blocks where one has so many tiles at most, or a strip.
  private func blockCount(_ most: Int) -> Int { max(1, min(stripCount, (tileCount + most - 1) / most)) }

  /// The strips of a block.
  private func strips(of block: Int, of blocks: Int) -> Range<Int> {
    stripCount * block / blocks..<stripCount * (block + 1) / blocks
  }

  /// The tiles of some strips.
  private func tiles(of strips: Range<Int>) -> Range<Int> {
    strips.lowerBound * tilesAcross..<strips.upperBound * tilesAcross
  }

  /// The image and upper left output pixel of a tile.
  private func position(of tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, place) = tile.quotientAndRemainder(dividingBy: tilesDown * tilesAcross)
    return (image, place / tilesAcross * side, place % tilesAcross * side)
  }

  /// V of some strips: at each place [row, channel], each tile in the row that `rows` gives it.
  ///
  /// A strip's pixels are copied with the zeros around them, so that no tile has an edge, and on the way what is to be
  /// done to them is done.
  private func transformInputs(
    _ x: Buffer, _ input: ConvolutionInput, channels: Int, _ strips: Range<Int>, _ rows: TileRows,
    to target: MutableFloats, step: Int
  ) {
    let (height, width) = (convolution.height, convolution.width)
    let pitch = (side * tilesAcross + 2) * channels, copyRows = side + 2
    let copy = Buffer(uninitialized: copyRows * pitch)
    defer { withExtendedLifetime(copy) {} }
    for i in 0..<copyRows {
      let right = (1 + width) * channels
      (copy.start + i * pitch).update(repeating: 0, count: channels)
      (copy.start + i * pitch + right).update(repeating: 0, count: pitch - right)
    }
    var rows = rows
    for strip in strips {
      let (image, top) = (strip / tilesDown, strip % tilesDown * side - 1)
      // The strip above, if it was the last, has the first two rows already.
      let known = strip > strips.lowerBound && top > 0 ? 2 : 0
      if known > 0 { copy.start.update(from: copy.start + side * pitch, count: known * pitch) }
      for i in known..<copyRows {
        let pixels = copy.start + i * pitch + channels, row = top + i
        guard (0..<height).contains(row) else {
          pixels.update(repeating: 0, count: width * channels)
          continue
        }
        switch input {
        case .asItIs:
          pixels.update(from: x.start + (image * height + row) * width * channels, count: width * channels)
        case .upsampled:
          let source = x.start + (image * height / 2 + row / 2) * (width / 2) * channels
          upsampleRow(source, pixels, width: width / 2, channels: channels)
        case .normalized(let factors):
          applySiLU(
            x.start + (image * height + row) * width * channels, pixels, factors.start + image * 2 * channels,
            rows: width, channels: channels)
        }
      }
      for column in 0..<tilesAcross {
        let corner = copy.start + side * column * channels
        let first = target + rows.next(top + 1, side * column) * channels
        for c in stride(from: 0, to: channels, by: lanes) {
          transformInput(corner + c, row: pitch, column: channels, to: first + c, step: step)
        }
      }
    }
  }

  /// A ∂y Aᵀ of some tiles: at each place [tile, channel].
  private func transformSlopes(
    _ dy: Buffer, channels: Int, _ tiles: Range<Int>, to target: MutableFloats, step: Int
  ) {
    for (index, tile) in tiles.enumerated() {
      let (image, row, column) = position(of: tile)
      let (pixels, isWhole) = square(Floats(dy.start), image, row, column, channels: channels)
      let first = target + index * channels
      for c in stride(from: 0, to: channels, by: lanes) {
        var square = pixels
        square.pixels += c
        if isWhole {
          transformSlope(square, isWhole: true, to: first + c, step: step)
        } else {
          transformSlope(square, isWhole: false, to: first + c, step: step)
        }
      }
    }
  }

  /// The outputs of a tile, and whether all of them are there.
  @inline(__always)
  private func square<Pixels: Strideable>(
    _ images: Pixels, _ image: Int, _ row: Int, _ column: Int, channels: Int
  ) -> (Square<Pixels>, isWhole: Bool) where Pixels.Stride == Int {
    let (height, width) = (convolution.height, convolution.width)
    let first = images.advanced(by: ((image * height + row) * width + column) * channels)
    return (
      Square(
        pixels: first, row: width * channels, column: channels, rows: height - row, columns: width - column),
      row + side <= height && column + side <= width
    )
  }

  /// y of some tiles and channels, with what is added to it.
  private func writeOutputs(
    _ products: Floats, step: Int, _ tiles: Range<Int>, _ rows: TileRows, to y: Buffer, channels: Int,
    _ columns: Range<Int>,
    _ shift: Buffer?, _ residual: Buffer?
  ) {
    let shiftStep = shift?.count == channels ? 0 : channels
    var rows = rows
    for tile in tiles {
      let (image, row, column) = position(of: tile)
      let index = rows.next(row, column)
      let (pixels, isWhole) = square(y.start, image, row, column, channels: channels)
      for c in stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        var target = pixels
        target.pixels += c
        let residual = residual.map { Floats($0.start) + (target.pixels - y.start) }
        let shift = if let shift { load(shift.start + image * shiftStep + c) } else { Vector() }
        let product = products + index * columns.count + c - columns.lowerBound
        if isWhole {
          transformOutput(product, step: step, shift: shift, residual: residual, to: target, isWhole: true)
        } else {
          transformOutput(product, step: step, shift: shift, residual: residual, to: target, isWhole: false)
        }
      }
    }
  }
}

extension Winograd {
  /// Which rows of V and M the tiles of a block are.
  ///
  /// A tile that reaches over the right edge has no use for the last column of places: Aᵀ's last column is 0 but in its last
  /// row, which makes the output that isn't there. One that reaches over the lower edge has none for the last row of
  /// places. So tiles are sorted, and each place multiplies a range of rows, those of the tiles that use it:
  ///
  ///     over the lower edge │ over none │ over the right edge │ over both
  ///     ╰── last column of places ──────╯
  ///                         ╰────── last row of places ───────╯
  ///
  /// Of 7 × 7 pixels this leaves 121 products in 144, of 14 × 14 529 in 576.
  private struct TileRows {
    private let height: Int
    private let width: Int
    /// The tiles of each of the four kinds.
    private var counts: InlineArray<4, Int> = [0, 0, 0, 0]
    /// The row of the next tile of each kind.
    private var rows: InlineArray<4, Int> = [0, 0, 0, 0]

    /// The rows of the tiles of some strips; not sorted, they are in the tiles' order.
    init(_ strips: Range<Int>, of winograd: Winograd, sorted: Bool) {
      height = sorted ? winograd.convolution.height : .max
      width = sorted ? winograd.convolution.width : .max
      let last = winograd.tilesAcross - 1
      for strip in strips {
        let row = side * (strip % winograd.tilesDown)
        counts[kind(row, 0)] += last
        counts[kind(row, side * last)] += 1
      }
      for kind in 1..<4 { rows[kind] = rows[kind - 1] + counts[kind - 1] }
    }

    /// The kind of a tile, given the row and the column of its first output.
    private func kind(_ row: Int, _ column: Int) -> Int {
      let isOverRight = width - column < side, isOverLower = height - row < side
      return isOverLower ? (isOverRight ? 3 : 0) : (isOverRight ? 2 : 1)
    }

    /// The row of the next tile, given the row and the column of its first output.
    mutating func next(_ row: Int, _ column: Int) -> Int {
      let kind = kind(row, column)
      defer { rows[kind] += 1 }
      return rows[kind]
    }

    /// What is to be multiplied: places that follow each other, and the rows that use them.
    ///
    /// To be asked before `next`. What no product has written, in M's other rows, goes into no output.
    var uses: [(places: Range<Int>, rows: Range<Int>)] {
      let all = 0..<rows[3] + counts[3]
      if counts[1] == all.count { return [(0..<places, all)] }
      let lastColumn = 0..<rows[2], lastRow = rows[1]..<rows[3], corner = rows[1]..<rows[2]
      var uses: [(places: Range<Int>, rows: Range<Int>)] = []
      for first in stride(from: 0, to: places, by: 6) {
        let isLast = first == places - 6
        uses.append((first..<first + 5, isLast ? lastRow : all))
        uses.append((first + 5..<first + 6, isLast ? corner : lastColumn))
      }
      return uses
    }
  }
}
