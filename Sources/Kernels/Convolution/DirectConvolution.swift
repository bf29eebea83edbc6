// Convolution by its formula, for any kernel, stride and padding, as products of matrices that need not be
// written down.
//
// An image with zeros around it is copied to a scratch buffer, rows `pitch` floats apart. There, the channels of
// neighboring pixels lie one behind the other, so that for one output pixel and one kernel row u
//
//   Σ_v Σ_c x[i·s + u, j·s + v, c] · w[o, c, u, v]   is   Σ_k row[u][j·s·C + k] · W[u, k, o],   k = v·C + c < kernel·C:
//
// one contiguous run of x against one column of the weights. Pixels j are the rows of a tile (s·C apart), kernel
// rows u its segments (a pitch apart).

extension Convolution {
  /// From one row of the padded image to the next.
  private var pitch: Int { paddedWidth * inputChannels }
  /// The numbers that one kernel row covers.
  private var run: Int { kernel * inputChannels }

  /// Copies rows of an image, counted with their padding, to a scratch buffer.
  private func copyPadded(_ image: Floats, rows: Range<Int>, to scratch: MutableFloats) {
    for (place, row) in rows.enumerated() {
      let target = scratch + place * pitch, source = row - padding.top
      guard (0..<height).contains(source) else {
        target.update(repeating: 0, count: pitch)
        continue
      }
      let before = padding.left * inputChannels, length = width * inputChannels
      target.update(repeating: 0, count: before)
      (target + before).update(from: image + source * length, count: length)
      (target + before + length).update(repeating: 0, count: padding.right * inputChannels)
    }
  }

  // MARK: - Output

  /// y, each output from its inputs.
  func directOutput(_ x: Buffer, _ weights: Buffer, bias: Buffer?) -> Buffer {
    let y = Buffer(uninitialized: outputCount)
    let taps = packedTaps(weights)
    let panels = Panels(packedAt: taps.start, terms: kernel * run, columns: outputChannels)
    let start: Start = if let bias { .columns(bias.start) } else { .zero }
    let walk = Walk(row: stride * inputChannels, step: 1, depth: run, segment: pitch, segments: kernel)
    let outputRow = outputWidth * outputChannels

    let blocks = (outputHeight + rowsPerBlock - 1) / rowsPerBlock
    parallelFor(batch * blocks, size: size) { piece in
      let image = piece / blocks, first = piece % blocks * rowsPerBlock
      let last = min(outputHeight, first + rowsPerBlock)
      let rows = first * stride..<(last - 1) * stride + kernel
      let scratch = Buffer(uninitialized: rows.count * pitch)
      defer { withExtendedLifetime(scratch) {} }
      copyPadded(x.start + image * height * width * inputChannels, rows: rows, to: scratch.start)
      let output = y.start + (image * outputHeight + first) * outputRow

      for panel in 0..<panels.count {
        var row = 0
        while row < last - first {
          let a = Floats(scratch.start) + row * stride * pitch, c = output + row * outputRow
          let columns = panels.columns(of: panel)
          if outputWidth <= halfTileRows, row + 1 < last - first, columns == Panels.width(columns) {
            // A narrow image: one row in each half of the tile.
            let place = panel * tileColumns
            let start: Start = if case .columns(let bias) = start { .columns(bias + place) } else { start }
            tile(
              outputWidth, a, a + stride * pitch, walk, panels.start(of: panel), panels.row(of: panel), start,
              c + place, c + outputRow + place, outputChannels, columns: columns)
            row += 2
          } else {
            multiply(rows: outputWidth, a, walk, panels, panel: panel, start, c, cRow: outputChannels)
            row += 1
          }
        }
      }
    }
    return y
  }

  /// The rows of an image that make a piece: few enough for several threads, many enough that the rows which two
  /// pieces share do not matter.
  private var rowsPerBlock: Int { 8 }

  /// The weights as the right factor of the runs: rows (u, v, c), columns o.
  private func packedTaps(_ weights: Buffer) -> Buffer {
    let terms = kernel * run, (kernel, channels) = (kernel, inputChannels)
    return weights.arranged(
      as: Arrangement(kind: .taps, rows: terms, columns: outputChannels, kernel: kernel)
    ) {
      let packed = Buffer(uninitialized: Panels.packedCount(terms: terms, columns: outputChannels))
      Panels.pack(into: packed.start, terms: terms, columns: outputChannels) { term, o in
        let (tap, c) = (term / channels, term % channels)
        return weights.start[(o * channels + c) * kernel * kernel + tap]
      }
      return packed
    }
  }

  // MARK: - Scattering

  /// ∂L/∂x: what each pixel of dy adds to the pixels that it was made of.
  func scatteredInputGradient(_ dy: Buffer, _ weights: Buffer) -> Buffer {
    // Row o, columns (u, v, c), and zeros to a whole number of vectors.
    let (taps, channels) = (kernel * kernel, inputChannels)
    let columns = kernel * run, padded = wholeVectors(columns)
    let matrix = weights.arranged(
      as: Arrangement(kind: .scatteredTaps, rows: outputChannels, columns: columns, kernel: kernel)
    ) {
      let matrix = Buffer(repeating: 0, count: outputChannels * padded)
      for o in 0..<outputChannels {
        for c in 0..<channels {
          for tap in 0..<taps {
            matrix.start[o * padded + tap * channels + c] = weights.start[(o * channels + c) * taps + tap]
          }
        }
      }
      return matrix
    }
    return scatter(
      dy, height: outputHeight, width: outputWidth, channels: outputChannels, matrix, bias: nil,
      top: padding.top, left: padding.left, outputHeight: height, outputWidth: width,
      outputChannels: inputChannels)
  }

  /// y for few output channels: what each pixel of x adds to the pixels around it, by the kernel turned around.
  func scatteredOutput(_ x: Buffer, _ weights: Buffer, bias: Buffer?) -> Buffer {
    // Row c, columns (kernel − 1 − u, kernel − 1 − v, o), and zeros to a whole number of vectors.
    let (taps, channels, outputs) = (kernel * kernel, inputChannels, outputChannels)
    let columns = taps * outputs, padded = wholeVectors(columns)
    let matrix = weights.arranged(
      as: Arrangement(kind: .reversedTaps, rows: channels, columns: columns, kernel: kernel)
    ) {
      let matrix = Buffer(repeating: 0, count: channels * padded)
      for o in 0..<outputs {
        for c in 0..<channels {
          for tap in 0..<taps {
            matrix.start[c * padded + (taps - 1 - tap) * outputs + o] =
              weights.start[(o * channels + c) * taps + tap]
          }
        }
      }
      return matrix
    }
    return scatter(
      x, height: height, width: width, channels: inputChannels, matrix, bias: bias,
      top: kernel - 1 - padding.top, left: kernel - 1 - padding.left,
      outputHeight: outputHeight, outputWidth: outputWidth, outputChannels: outputChannels)
  }

  /// Adds source[i, j] · matrix to the kernel × kernel pixels at (i·stride − top, j·stride − left), in the order
  /// of i, j.
  private func scatter(
    _ source: Buffer, height: Int, width: Int, channels: Int, _ matrix: Buffer, bias: Buffer?, top: Int,
    left: Int,
    outputHeight: Int, outputWidth: Int, outputChannels: Int
  ) -> Buffer {
    let result = Buffer(uninitialized: batch * outputHeight * outputWidth * outputChannels)
    let run = kernel * outputChannels, columns = wholeVectors(kernel * run)
    let panels = Panels(rowsAt: matrix.start, row: columns, terms: channels, columns: columns)
    let canvasWidth = max((width - 1) * stride + kernel, left + outputWidth)
    let canvasHeight = max((height - 1) * stride + kernel, top + outputHeight)
    let pitch = canvasWidth * outputChannels

    parallelFor(batch, size: size) { image in
      let canvas = Buffer(uninitialized: canvasHeight * pitch), added = Buffer(uninitialized: width * columns)
      defer { withExtendedLifetime((canvas, added)) {} }
      canvas.start.update(repeating: 0, count: canvas.count)
      for row in 0..<height {
        let a = Floats(source.start) + (image * height + row) * width * channels
        multiply(
          rows: width, a, Walk(row: channels, step: 1, depth: channels), panels, .zero, added.start,
          cRow: columns)
        for column in 0..<width {
          for u in 0..<kernel {
            add(
              Floats(added.start) + column * columns + u * run,
              to: canvas.start + (row * stride + u) * pitch + column * stride * outputChannels, count: run)
          }
        }
      }
      for row in 0..<outputHeight {
        let from = Floats(canvas.start) + (top + row) * pitch + left * outputChannels
        let to = result.start + (image * outputHeight + row) * outputWidth * outputChannels
        to.update(from: from, count: outputWidth * outputChannels)
        if let bias {
          for column in 0..<outputWidth {
            add(bias.start, to: to + column * outputChannels, count: outputChannels)
          }
        }
      }
    }
    return result
  }

  // MARK: - Weights

  /// ∂L/∂w: for each kernel row u, the product of all runs of x with all pixels of dy, summed in the order b, i, j.
  func directWeightGradient(_ x: Buffer, _ dy: Buffer) -> Buffer {
    let result = Buffer(uninitialized: weightCount)
    let outputs = outputChannels, pixels = outputHeight * outputWidth
    // A tile's columns are the longer of the two, the channels of dy or the run of x.
    let isWide = outputs >= lanes
    let rows = isWide ? run : outputs, columns = isWide ? outputs : run
    parallelFor(kernel, size: size) { u in
      let sums = Buffer(uninitialized: rows * columns), scratch = Buffer(uninitialized: paddedHeight * pitch)
      defer { withExtendedLifetime((sums, scratch)) {} }
      for image in 0..<batch {
        copyPadded(
          x.start + image * height * width * inputChannels, rows: 0..<paddedHeight, to: scratch.start)
        let runs = Floats(scratch.start) + u * pitch
        let slopes = Floats(dy.start) + image * pixels * outputs
        let start: Start = image == 0 ? .zero : .output
        if isWide {
          let walk = Walk(
            row: 1, step: stride * inputChannels, depth: outputWidth, segment: stride * pitch,
            segments: outputHeight)
          let panels = Panels(rowsAt: slopes, row: outputs, terms: pixels, columns: outputs)
          multiply(rows: rows, runs, walk, panels, start, sums.start, cRow: columns)
        } else {
          let walk = Walk(
            row: 1, step: outputs, depth: outputWidth, segment: outputWidth * outputs, segments: outputHeight,
            gap: stride * (pitch - outputWidth * inputChannels))
          let panels = Panels(rowsAt: runs, row: stride * inputChannels, terms: pixels, columns: run)
          multiply(rows: rows, slopes, walk, panels, start, sums.start, cRow: columns)
        }
      }
      for o in 0..<outputs {
        for c in 0..<inputChannels {
          for v in 0..<kernel {
            let k = v * inputChannels + c
            result.start[((o * inputChannels + c) * kernel + u) * kernel + v] =
              batch == 0 ? 0 : sums.start[isWide ? k * columns + o : o * columns + k]
          }
        }
      }
    }
    return result
  }
}

/// A count rounded up to whole vectors.
private func wholeVectors(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

/// Adds numbers to others, one by one.
@inline(__always)
private func add(_ numbers: Floats, to sums: MutableFloats, count: Int) {
  var index = 0
  while index + lanes <= count {
    store(load(sums + index) + load(numbers + index), sums + index)
    index += lanes
  }
  while index < count {
    sums[index] += numbers[index]
    index += 1
  }
}
