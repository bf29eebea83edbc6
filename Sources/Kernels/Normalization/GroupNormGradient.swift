/// The gradients of `groupNorm`.
///
/// With dz = dy · silu′(z), or dy without it: dβ = Σ dz and dγ = Σ dz x̂ over batch and pixels, and
///
///     dx = ρ (γ dz − Σ γ dz / n − x̂ Σ γ dz x̂ / n)            sums over the group
///
/// x̂ and z are computed again from x.
///
/// - Parameters:
///   - x: What was normalized.
///   - scale: γ, [channels].
///   - shift: β, [channels].
///   - statistics: What `groupNorm` returned.
///   - dy: The gradient for y.
///   - shape: The shape of x.
///   - silu: Whether y went through silu.
/// - Returns: The gradients for x, for γ and for β.
public func groupNormGradient(
  _ x: Buffer, scale: Buffer, shift: Buffer, statistics: Buffer, _ dy: Buffer, _ shape: GroupNormShape,
  silu: Bool
) -> (dx: Buffer, dscale: Buffer, dshift: Buffer) {
  requireCount(x, shape.count)
  requireCount(dy, shape.count)
  requireCount(scale, shape.channels)
  requireCount(shift, shape.channels)
  requireCount(statistics, shape.batch * shape.groups * 2)
  let dx = Buffer(uninitialized: x.count)
  // The sums of each sample, dβ and then dγ; afterwards they are added in the samples' order.
  let partial = Buffer(uninitialized: shape.batch * 2 * shape.channels)
  let whole = Sample(
    x: x.start, dy: dy.start, gamma: scale.start, beta: shift.start, statistics: statistics.start,
    dx: dx.start,
    sumsOfShift: partial.start, sumsOfScale: partial.start + shape.channels)
  shape.forEachPiece { sample, groups in
    whole.moved(to: sample, shape).differentiate(shape, groups, silu: silu)
  }
  let dscale = Buffer(uninitialized: shape.channels), dshift = Buffer(uninitialized: shape.channels)
  forEachVector(covering: 0..<shape.channels) { c, count in
    var beta = Vector(), gamma = Vector()
    for sample in 0..<shape.batch {
      let sums = partial.start + sample * 2 * shape.channels + c
      beta += load(sums)
      gamma += load(sums + shape.channels)
    }
    write(beta, dshift.start + c, count)
    write(gamma, dscale.start + c, count)
  }
  return withExtendedLifetime(partial) { (dx, dscale, dshift) }
}

/// A sample: where its numbers are, and what is done with them.
private struct Sample {
  var x: Floats
  var dy: Floats
  var gamma: Floats
  var beta: Floats
  var statistics: Floats
  var dx: MutableFloats
  /// Σ dz for each channel.
  var sumsOfShift: MutableFloats
  /// Σ dz x̂ for each channel.
  var sumsOfScale: MutableFloats

  @inline(__always)
  func moved(to sample: Int, _ shape: GroupNormShape) -> Sample {
    let first = sample * shape.sample
    return Sample(
      x: x + first, dy: dy + first, gamma: gamma, beta: beta,
      statistics: statistics + sample * 2 * shape.groups,
      dx: dx + first, sumsOfShift: sumsOfShift + sample * 2 * shape.channels,
      sumsOfScale: sumsOfScale + sample * 2 * shape.channels)
  }

  /// The gradient for some groups, and their channels' sums.
  func differentiate(_ shape: GroupNormShape, _ groups: Range<Int>, silu: Bool) {
    let rows = shape.pixels, stride = shape.channels
    shape.withChannelNumbers(4) { factor, room in
      let offset = factor + room, inverse = offset + room, center = inverse + room
      findFactors(statistics, gamma, beta, shape, groups, factor, offset)
      findNormalization(shape, groups, inverse, center)
      forEachVector(covering: shape.channels(of: groups)) { c, count in
        if silu {
          sumThroughSiLU(
            x + c, dy + c, dx + c, factor + c, offset + c, inverse + c, center + c, rows: rows,
            stride: stride,
            sumsOfShift + c, sumsOfScale + c, count)
        } else {
          sum(
            x + c, dy + c, inverse + c, center + c, rows: rows, stride: stride, sumsOfShift + c,
            sumsOfScale + c,
            count)
        }
      }
      let slope = inverse, level = center
      findLine(shape, groups, slope, level)
      forEachVector(in: shape.channels(of: groups)) { c, count in
        let dz = silu ? Floats(dx) : dy
        combine(
          x + c, dz + c, dx + c, factor + c, slope + c, level + c, rows: rows, stride: stride, count)
      }
    }
  }

  /// x̂ = inverse · x + center for each channel.
  private func findNormalization(
    _ shape: GroupNormShape, _ groups: Range<Int>, _ inverse: MutableFloats, _ center: MutableFloats
  ) {
    for group in groups {
      let mean = statistics[2 * group], rho = statistics[2 * group + 1]
      for c in group * shape.width..<(group + 1) * shape.width {
        inverse[c] = rho
        center[c] = -mean * rho
      }
    }
  }

  /// dx = factor · dz + slope · x + level for each channel.
  private func findLine(
    _ shape: GroupNormShape, _ groups: Range<Int>, _ slope: MutableFloats, _ level: MutableFloats
  ) {
    let n = Double(shape.pixels * shape.width)
    for group in groups {
      let channels = group * shape.width..<(group + 1) * shape.width
      var ofShift = 0.0, ofScale = 0.0
      for c in channels {
        ofShift += Double(gamma[c]) * Double(sumsOfShift[c])
        ofScale += Double(gamma[c]) * Double(sumsOfScale[c])
      }
      let mean = Double(statistics[2 * group]), rho = Double(statistics[2 * group + 1])
      let slopeOfGroup = -rho * rho * ofScale / n
      let levelOfGroup = -rho * ofShift / n - slopeOfGroup * mean
      for c in channels {
        slope[c] = Float(slopeOfGroup)
        level[c] = Float(levelOfGroup)
      }
    }
  }
}

// MARK: - Sixteen channels, down the rows of a sample

/// Four sums that take turns: so an addition need not wait for the one before it.
private struct Turns {
  var next = Vector()
  var second = Vector()
  var third = Vector()
  var last = Vector()

  /// Adds a product to the sum whose turn it is.
  @inline(__always)
  mutating func add(_ x: Vector, _ y: Vector) { turn(fused(x, y, plus: next)) }

  /// Adds to the sum whose turn it is.
  @inline(__always)
  mutating func add(_ x: Vector) { turn(next + x) }

  @inline(__always)
  private mutating func turn(_ sum: Vector) {
    next = second
    second = third
    third = last
    last = sum
  }

  var sum: Vector {
    @inline(__always) get { (next + second) + (third + last) }
  }
}

/// Writes dz = dy · silu′(z) and sums dz and dz x̂.
@inline(never)
private func sumThroughSiLU(
  _ x: Floats, _ dy: Floats, _ dz: MutableFloats, _ factor: Floats, _ offset: Floats, _ inverse: Floats,
  _ center: Floats, rows: Int, stride: Int, _ shift: MutableFloats, _ scale: MutableFloats, _ count: Int
) {
  let factor = load(factor), offset = load(offset), inverse = load(inverse), center = load(center)
  var sums = Turns(), sumsOfProducts = Turns()
  for row in 0..<rows {
    let x = load(x + row &* stride)
    let gradient = load(dy + row &* stride) * siluSlope(fused(x, factor, plus: offset))
    write(gradient, dz + row &* stride, count)
    sums.add(gradient)
    sumsOfProducts.add(gradient, fused(x, inverse, plus: center))
  }
  write(sums.sum, shift, count)
  write(sumsOfProducts.sum, scale, count)
}

/// Sums dz and dz x̂ where dz = dy.
@inline(never)
private func sum(
  _ x: Floats, _ dy: Floats, _ inverse: Floats, _ center: Floats, rows: Int, stride: Int,
  _ shift: MutableFloats,
  _ scale: MutableFloats, _ count: Int
) {
  let inverse = load(inverse), center = load(center)
  var sums = Turns(), sumsOfProducts = Turns()
  for row in 0..<rows {
    let gradient = load(dy + row &* stride)
    sums.add(gradient)
    sumsOfProducts.add(gradient, fused(load(x + row &* stride), inverse, plus: center))
  }
  write(sums.sum, shift, count)
  write(sumsOfProducts.sum, scale, count)
}

/// dx = factor · dz + slope · x + level; dx may be dz.
@inline(never)
private func combine(
  _ x: Floats, _ dz: Floats, _ dx: MutableFloats, _ factor: Floats, _ slope: Floats, _ level: Floats,
  rows: Int,
  stride: Int, _ count: Int
) {
  let factor = load(factor), slope = load(slope), level = load(level)
  for row in 0..<rows {
    let line = fused(load(x + row &* stride), slope, plus: level)
    write(fused(load(dz + row &* stride), factor, plus: line), dx + row &* stride, count)
  }
}
