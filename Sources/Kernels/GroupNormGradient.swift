/// The gradients of `groupNorm`.
///
/// With dz = dy · silu′(z), or dy without it: dβ = Σ dz and dγ = Σ dz x̂ over batch and pixels, and
///
///     dx = ρ (γ dz − Σ γ dz / n − x̂ Σ γ dz x̂ / n)            sums over the group
///
/// x̂ and z are computed again from x.
///
/// - Parameters:
///   - x: What was normalised.
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
  let pointers = GradientPointers(
    x: x.start, dy: dy.start, gamma: scale.start, beta: shift.start, statistics: statistics.start,
    dx: dx.start,
    partial: partial.start)
  shape.forEachPiece { sample, groups in
    let pointers = pointers.moved(to: sample, shape)
    if silu {
      gradientOfGroups(pointers, shape, groups, silu: true)
    } else {
      gradientOfGroups(pointers, shape, groups, silu: false)
    }
  }
  let dscale = Buffer(uninitialized: shape.channels), dshift = Buffer(uninitialized: shape.channels)
  forEachVector(in: 0..<shape.channels) { c, count in
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

/// Where a sample's numbers are.
private struct GradientPointers {
  var x: Floats
  var dy: Floats
  var gamma: Floats
  var beta: Floats
  var statistics: Floats
  var dx: MutableFloats
  var partial: MutableFloats

  @inline(__always)
  func moved(to sample: Int, _ shape: GroupNormShape) -> GradientPointers {
    let first = sample * shape.sample
    return GradientPointers(
      x: x + first, dy: dy + first, gamma: gamma, beta: beta,
      statistics: statistics + sample * 2 * shape.groups,
      dx: dx + first, partial: partial + sample * 2 * shape.channels)
  }
}

/// The gradient for some groups of a sample, and their channels' sums of dz and dz x̂.
@inline(__always)
private func gradientOfGroups(
  _ at: GradientPointers, _ shape: GroupNormShape, _ groups: Range<Int>, silu: Bool
) {
  let stride = shape.channels, width = shape.width
  let sumsOfShift = at.partial, sumsOfScale = at.partial + shape.channels
  shape.withChannelNumbers(4) { factor, room in
    let offset = factor + room, inverse = offset + room, center = inverse + room
    findFactors(at.statistics, at.gamma, at.beta, shape, groups, factor, offset)
    for group in groups {
      let mean = at.statistics[2 * group], rho = at.statistics[2 * group + 1]
      for c in group * width..<(group + 1) * width {
        inverse[c] = rho
        center[c] = -mean * rho
      }
    }
    forEachVector(in: shape.channels(of: groups)) { c, count in
      let factor = load(factor + c), offset = load(offset + c), inverse = load(inverse + c),
        center = load(center + c)
      let x = at.x + c, dy = at.dy + c, dx = at.dx + c
      var a = Sums(), b = Sums(), d = Sums(), e = Sums()
      @inline(__always) func add(_ row: Int, _ sums: inout Sums) {
        let value = load(x + row * stride)
        var dz = load(dy + row * stride)
        if silu {
          dz *= siluSlope(fused(value, factor, plus: offset))
          write(dz, dx + row * stride, count)
        }
        sums.shift += dz
        sums.scale = fused(dz, fused(value, inverse, plus: center), plus: sums.scale)
      }
      var row = 0
      while row + 4 <= shape.pixels {
        add(row, &a)
        add(row + 1, &b)
        add(row + 2, &d)
        add(row + 3, &e)
        row += 4
      }
      if row < shape.pixels { add(row, &a) }
      if row + 1 < shape.pixels { add(row + 1, &b) }
      if row + 2 < shape.pixels { add(row + 2, &d) }
      write((a.shift + b.shift) + (d.shift + e.shift), sumsOfShift + c, count)
      write((a.scale + b.scale) + (d.scale + e.scale), sumsOfScale + c, count)
    }

    // dx = factor · dz + slope · x + level
    let slope = inverse, level = center
    let n = Double(shape.pixels * width)
    for group in groups {
      var ofShift = 0.0, ofScale = 0.0
      for c in group * width..<(group + 1) * width {
        ofShift += Double(at.gamma[c]) * Double(sumsOfShift[c])
        ofScale += Double(at.gamma[c]) * Double(sumsOfScale[c])
      }
      let mean = Double(at.statistics[2 * group]), rho = Double(at.statistics[2 * group + 1])
      let slopeOfGroup = -rho * rho * ofScale / n
      let levelOfGroup = -rho * ofShift / n - slopeOfGroup * mean
      for c in group * width..<(group + 1) * width {
        slope[c] = Float(slopeOfGroup)
        level[c] = Float(levelOfGroup)
      }
    }
    forEachVector(in: shape.channels(of: groups)) { c, count in
      let factor = load(factor + c), slope = load(slope + c), level = load(level + c)
      let x = at.x + c, dx = at.dx + c
      let dz = silu ? Floats(dx) : at.dy + c
      for p in 0..<shape.pixels {
        let line = fused(load(x + p * stride), slope, plus: level)
        write(fused(load(dz + p * stride), factor, plus: line), dx + p * stride, count)
      }
    }
  }
}

/// Sums of dz and of dz x̂.
private struct Sums {
  var shift = Vector()
  var scale = Vector()
}
