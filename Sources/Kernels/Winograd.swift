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
// Tiles are taken in blocks: V and M of a block stay in the second-level cache. A tile's numbers do not depend on
// its block, and dU adds the tiles in their order.

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

  func output(_ x: Buffer, _ weights: Buffer, bias: Buffer?, vectors: Buffer?, residual: Buffer?) -> Buffer {
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
    return apply(kernels, to: x, from: inputs, to: outputs, shift: shift, residual: residual)
  }

  func inputGradient(_ dy: Buffer, _ weights: Buffer) -> Buffer {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    let kernels = weights.arranged(as: Arrangement(kind: .winogradReversed, rows: outputs, columns: inputs)) {
      transformedKernels(weights, from: outputs, stride: 9 * inputs, to: inputs, stride: 9, isReversed: true)
    }
    return apply(kernels, to: dy, from: outputs, to: inputs, shift: nil, residual: nil)
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
    _ kernels: Buffer, to x: Buffer, from: Int, to: Int, shift: Buffer?, residual: Buffer?
  ) -> Buffer {
    let (height, width) = (convolution.height, convolution.width)
    let y = Buffer(uninitialized: convolution.batch * height * width * to)

    // Who is alone takes blocks as large as the cache holds. Several threads cut a few tiles by output channels, for then
    // reading U takes the time and so each reads its own part of it; many tiles they cut into more blocks.
    let idle = idleThreads, panelCount = (to + tileColumns - 1) / tileColumns
    let isCutByChannels = idle > 1 && panelCount >= idle && tileCount <= 4 * tileRows
    let share = idle == 1 || isCutByChannels ? tileCount : tileCount / (2 * idle)
    let most = max(tileRows, min(budget / (places * (from + to)), share))
    let blocks = max(1, (tileCount + most - 1) / most)
    let cuts = idle == 1 || blocks >= 2 * idle ? 1 : panelCount
    parallelFor(blocks * cuts, size: convolution.size) { piece in
      let block = piece / cuts, cut = piece % cuts
      let tiles = tileCount * block / blocks..<tileCount * (block + 1) / blocks
      let panels = panelCount * cut / cuts..<panelCount * (cut + 1) / cuts
      let firstColumn = panels.lowerBound * tileColumns
      let columns = min(to, panels.upperBound * tileColumns) - firstColumn
      // A vector more than the block has: 36 places that are powers of two apart would share a few lines of the cache.
      let inputStep = tiles.count * from + lanes, productStep = tiles.count * columns + lanes
      let scratch = Buffer(uninitialized: places * (inputStep + productStep))
      defer { withExtendedLifetime(scratch) {} }
      let inputs = scratch.start, products = scratch.start + places * inputStep

      transformInputs(x, channels: from, tiles, to: inputs, step: inputStep)
      for panel in panels {
        let column = panel * tileColumns, panelColumns = min(tileColumns, to - column)
        let first = Floats(self.kernels(in: kernels, panel: panel, from: from))
        for place in 0..<places {
          let matrix = Panels(
            packedAt: first + place * from * Panels.width(panelColumns), terms: from, columns: panelColumns)
          multiply(
            rows: tiles.count, inputs + place * inputStep, Walk(row: from, step: 1, depth: from), matrix,
            .zero,
            products + place * productStep + column - firstColumn, cRow: columns)
        }
      }
      writeOutputs(
        products, step: productStep, tiles, to: y, channels: to, firstColumn..<firstColumn + columns, shift,
        residual)
    }
    return y
  }

  /// The floats of V and M of a block: three quarters of a megabyte, for a second-level cache of one. (Half as many were
  /// 3 % slower, a quarter 20 %, with 1 MB; the bits do not depend on it.)
  private var budget: Int { 196_608 }

  // MARK: - Weight gradient

  func weightGradient(_ x: Buffer, _ dy: Buffer) -> Buffer {
    let (inputs, outputs) = (convolution.inputChannels, convolution.outputChannels)
    let result = Buffer(uninitialized: convolution.weightCount)
    guard tileCount > 0 else { return Buffer(repeating: 0, count: result.count) }
    let most = max(tileRows, budget / (places * (inputs + outputs)))
    let blocks = (tileCount + most - 1) / most
    let size = inputs * outputs
    let sums = Buffer(uninitialized: places * size)
    defer { withExtendedLifetime(sums) {} }
    for block in 0..<blocks {
      let tiles = tileCount * block / blocks..<tileCount * (block + 1) / blocks
      let inputStep = tiles.count * inputs + lanes, slopeStep = tiles.count * outputs + lanes
      let scratch = Buffer(uninitialized: places * (inputStep + slopeStep))
      defer { withExtendedLifetime(scratch) {} }
      let transformed = scratch.start, slopes = scratch.start + places * inputStep
      transformInputs(x, channels: inputs, tiles, to: transformed, step: inputStep)
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

  /// The image and upper left output pixel of a tile.
  private func position(of tile: Int) -> (image: Int, row: Int, column: Int) {
    let (image, place) = tile.quotientAndRemainder(dividingBy: tilesDown * tilesAcross)
    return (image, place / tilesAcross * side, place % tilesAcross * side)
  }

  /// V of some tiles: at each place [tile, channel].
  private func transformInputs(
    _ x: Buffer, channels: Int, _ tiles: Range<Int>, to target: MutableFloats, step: Int
  ) {
    let zeros = Buffer(repeating: 0, count: (side + 2) * channels)
    let half = Buffer(uninitialized: places * lanes)
    defer { withExtendedLifetime((zeros, half)) {} }
    for (index, tile) in tiles.enumerated() {
      let (image, row, column) = position(of: tile)
      let patch: Patch<6> = patch(x, image, row - 1, column - 1, channels: channels, zeros: zeros)
      let first = target + index * channels
      if patch.columns == 0..<side + 2 {
        for c in stride(from: 0, to: channels, by: lanes) {
          transformInput(patch, isWhole: true, channel: c, to: first + c, step: step, half: half.start)
        }
      } else {
        for c in stride(from: 0, to: channels, by: lanes) {
          transformInput(patch, isWhole: false, channel: c, to: first + c, step: step, half: half.start)
        }
      }
    }
  }

  /// A ∂y Aᵀ of some tiles: at each place [tile, channel].
  private func transformSlopes(
    _ dy: Buffer, channels: Int, _ tiles: Range<Int>, to target: MutableFloats, step: Int
  ) {
    let zeros = Buffer(repeating: 0, count: side * channels), half = Buffer(uninitialized: places * lanes)
    defer { withExtendedLifetime((zeros, half)) {} }
    for (index, tile) in tiles.enumerated() {
      let (image, row, column) = position(of: tile)
      let patch: Patch<4> = patch(dy, image, row, column, channels: channels, zeros: zeros)
      let first = target + index * channels
      if patch.columns == 0..<side {
        for c in stride(from: 0, to: channels, by: lanes) {
          transformSlope(patch, isWhole: true, channel: c, to: first + c, step: step, half: half.start)
        }
      } else {
        for c in stride(from: 0, to: channels, by: lanes) {
          transformSlope(patch, isWhole: false, channel: c, to: first + c, step: step, half: half.start)
        }
      }
    }
  }

  /// The square of pixels whose upper left one is given; it may reach over the edge.
  @inline(__always)
  private func patch<let side: Int>(
    _ images: Buffer, _ image: Int, _ top: Int, _ left: Int, channels: Int, zeros: Buffer
  ) -> Patch<side> {
    let (height, width) = (convolution.height, convolution.width)
    let origin = Floats(images.start) + image * height * width * channels
    var rows = InlineArray<side, Floats>(repeating: Floats(zeros.start))
    for i in 0..<side where (0..<height).contains(top + i) {
      rows[i] = origin + ((top + i) * width + left) * channels
    }
    return Patch(rows: rows, columns: max(0, -left)..<min(side, width - left), step: channels)
  }

  /// y of some tiles and channels, with what is added to it.
  private func writeOutputs(
    _ products: Floats, step: Int, _ tiles: Range<Int>, to y: Buffer, channels: Int, _ columns: Range<Int>,
    _ shift: Buffer?, _ residual: Buffer?
  ) {
    let (height, width) = (convolution.height, convolution.width)
    let half = Buffer(uninitialized: places * lanes)
    defer { withExtendedLifetime(half) {} }
    let shiftStep = shift?.count == channels ? 0 : channels
    for (index, tile) in tiles.enumerated() {
      let (image, row, column) = position(of: tile)
      let isWhole = row + side <= height && column + side <= width
      for c in stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        let place = ((image * height + row) * width + column) * channels + c
        let target = Target(
          pixels: y.start + place, row: width * channels, column: channels, rows: height - row,
          columns: width - column,
          residual: residual.map { Floats($0.start) + place })
        let shift = if let shift { load(shift.start + image * shiftStep + c) } else { Vector() }
        let product = products + index * columns.count + c - columns.lowerBound
        if isWhole {
          transformOutput(product, step: step, shift: shift, to: target, isWhole: true, half: half.start)
        } else {
          transformOutput(product, step: step, shift: shift, to: target, isWhole: false, half: half.start)
        }
      }
    }
  }
}
