import Threads

// Group normalization (Wu and He 2018), with the activation that follows it.
//
//   μ = Σ x / n,   σ² = Σ (x − μ)² / n      over the n = pixels · channels / groups numbers of a group
//   x̂ = (x − μ) ρ,  ρ = 1 / √(σ² + ε)
//   z = γ x̂ + β = factor · x + offset       with a factor and an offset for each channel
//   y = z, or silu(z)
//
// A sample lies in the second cache, so that passes over it are cheap; what costs is the exponential. Sums are kept
// for each channel, in floats, whatever the group; a group adds the sums of its channels in Double.

/// The shape of what is normalized: [batch, pixels, channels], the channels in groups of equal size.
public struct GroupNormShape: Sendable {
  /// The number of samples.
  public var batch: Int
  /// The number of pixels: height times width.
  public var pixels: Int
  /// The number of channels.
  public var channels: Int
  /// The number of groups; it divides the number of channels.
  public var groups: Int

  /// Creates a shape.
  public init(batch: Int, pixels: Int, channels: Int, groups: Int) {
    guard groups > 0, channels % groups == 0 else { fatalError("\(channels) channels in \(groups) groups") }
    self.batch = batch
    self.pixels = pixels
    self.channels = channels
    self.groups = groups
  }

  /// The channels of a group.
  var width: Int { channels / groups }
  /// The floats of a sample.
  var sample: Int { pixels * channels }
  /// The floats of the batch.
  var count: Int { batch * sample }

  /// Does every sample, or, where there are too few of them to share out, every run of a sample's channels that is whole
  /// groups and whole vectors.
  @inline(__always)
  func forEachPiece(_ body: (_ sample: Int, _ groups: Range<Int>) -> Void) {
    var groupsInPiece = groups
    if batch < 8, count > pieceLength {
      groupsInPiece = 1
      while groupsInPiece * width % lanes != 0 { groupsInPiece += 1 }
    }
    let pieces = (groups + groupsInPiece - 1) / groupsInPiece
    parallelForUnchecked(batch * pieces) { piece in
      let first = piece % pieces * groupsInPiece
      body(piece / pieces, first..<min(groups, first + groupsInPiece))
    }
  }

  /// The channels of a range of groups.
  @inline(__always)
  func channels(of groups: Range<Int>) -> Range<Int> { groups.lowerBound * width..<groups.upperBound * width }

  /// Calls the body with room for some numbers a channel.
  @inline(__always)
  func withChannelNumbers(_ count: Int, _ body: (_ start: MutableFloats, _ stride: Int) -> Void) {
    let stride = channels + lanes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count * stride) { room in
      guard let start = room.baseAddress else { return }
      body(start, stride)
    }
  }
}

/// Normalizes the groups of each sample: y = γ x̂ + β, through silu if wanted.
///
/// - Parameters:
///   - x: [batch, pixels, channels].
///   - scale: γ, [channels].
///   - shift: β, [channels].
///   - shape: The shape of x.
///   - epsilon: ε.
///   - silu: Whether y goes through silu.
/// - Returns: y, shaped as x, and for each sample and group its mean and 1 / √(variance + ε): [batch, groups, 2].
public func groupNorm(
  _ x: Buffer, scale: Buffer, shift: Buffer, _ shape: GroupNormShape, epsilon: Float, silu: Bool
) -> (y: Buffer, statistics: Buffer) {
  requireCount(x, shape.count)
  requireCount(scale, shape.channels)
  requireCount(shift, shape.channels)
  let y = Buffer(uninitialized: x.count)
  let statistics = Buffer(uninitialized: shape.batch * shape.groups * 2)
  let from = x.start, to = y.start, gamma = scale.start, beta = shift.start, found = statistics.start
  shape.forEachPiece { sample, groups in
    let x = from + sample * shape.sample, y = to + sample * shape.sample
    let statistics = found + sample * shape.groups * 2
    findStatistics(x, shape, groups, Double(epsilon), statistics)
    shape.withChannelNumbers(2) { factor, stride in
      let offset = factor + stride
      findFactors(statistics, gamma, beta, shape, groups, factor, offset)
      forEachVector(covering: shape.channels(of: groups)) { c, count in
        let x = x + c, y = y + c, factor = factor + c, offset = offset + c
        if silu {
          applySiLU(x, y, factor, offset, rows: shape.pixels, stride: shape.channels, count)
        } else {
          apply(x, y, factor, offset, rows: shape.pixels, stride: shape.channels, count)
        }
      }
    }
  }
  return (y, statistics)
}

/// The normalization of each sample as a factor and an offset for each channel: z = factor · x + offset.
///
/// What comes next may apply them while it reads x, so that z need not be written.
///
/// - Parameters:
///   - x: [batch, pixels, channels].
///   - scale: γ, [channels].
///   - shift: β, [channels].
///   - shape: The shape of x.
///   - epsilon: ε.
/// - Returns: For each sample its factors and its offsets, [batch, 2, channels].
public func groupNormFactors(
  _ x: Buffer, scale: Buffer, shift: Buffer, _ shape: GroupNormShape, epsilon: Float
) -> Buffer {
  requireCount(x, shape.count)
  requireCount(scale, shape.channels)
  requireCount(shift, shape.channels)
  let factors = Buffer(uninitialized: shape.batch * 2 * shape.channels)
  let statistics = Buffer(uninitialized: shape.batch * shape.groups * 2)
  defer { withExtendedLifetime(statistics) {} }
  let from = x.start, to = factors.start, gamma = scale.start, beta = shift.start, found = statistics.start
  shape.forEachPiece { sample, groups in
    let statistics = found + sample * shape.groups * 2, factor = to + sample * 2 * shape.channels
    findStatistics(from + sample * shape.sample, shape, groups, Double(epsilon), statistics)
    findFactors(statistics, gamma, beta, shape, groups, factor, factor + shape.channels)
  }
  return factors
}

/// silu(factor · x + offset), given the factors of `groupNormFactors`.
func siluOfNormalized(_ x: Buffer, _ factors: Buffer, batch: Int, pixels: Int, channels: Int) -> Buffer {
  let result = Buffer(uninitialized: x.count)
  let x = x.start, y = result.start, factors = factors.start
  parallelFor(batch, size: result.count) { sample in
    let first = sample * pixels * channels
    applySiLU(x + first, y + first, factors + sample * 2 * channels, rows: pixels, channels: channels)
  }
  return result
}

/// y = silu(factor · x + offset) in some rows, whose factors and offsets lie one behind the other.
func applySiLU(_ x: Floats, _ y: MutableFloats, _ factors: Floats, rows: Int, channels: Int) {
  forEachVector(covering: 0..<channels) { c, count in
    applySiLU(x + c, y + c, factors + c, factors + channels + c, rows: rows, stride: channels, count)
  }
}

/// y = factor · x + offset in the first `count` of sixteen channels, down the rows.
@inline(never)
private func apply(
  _ x: Floats, _ y: MutableFloats, _ factor: Floats, _ offset: Floats, rows: Int, stride: Int, _ count: Int
) {
  let factor = load(factor), offset = load(offset)
  for row in 0..<rows {
    write(fused(load(x + row &* stride), factor, plus: offset), y + row &* stride, count)
  }
}

/// y = silu(factor · x + offset), likewise.
@inline(never)
private func applySiLU(
  _ x: Floats, _ y: MutableFloats, _ factor: Floats, _ offset: Floats, rows: Int, stride: Int, _ count: Int
) {
  let factor = load(factor), offset = load(offset)
  for row in 0..<rows {
    write(Kernels.silu(fused(load(x + row &* stride), factor, plus: offset)), y + row &* stride, count)
  }
}

/// Mean and 1 / √(variance + ε) of some groups of a sample.
@inline(never)
private func findStatistics(
  _ x: Floats, _ shape: GroupNormShape, _ groups: Range<Int>, _ epsilon: Double, _ statistics: MutableFloats
) {
  let width = shape.width
  let n = Double(shape.pixels * width)
  let channels = shape.channels(of: groups)
  shape.withChannelNumbers(2) { sums, stride in
    let means = sums + stride
    sumRows(x, rows: shape.pixels, stride: shape.channels, channels: channels, into: sums)
    for group in groups {
      let mean = Float(sumOfChannels(sums + group * width, width) / n)
      statistics[2 * group] = mean
      for c in group * width..<(group + 1) * width { means[c] = mean }
    }
    forEachVector(covering: channels) { c, count in
      let x = x + c, mean = load(means + c)
      let squares = fourSquareSums(shape.pixels) { load(x + $0 * shape.channels) - mean }
      write(squares, sums + c, count)
    }
    for group in groups {
      let variance = sumOfChannels(sums + group * width, width) / n
      statistics[2 * group + 1] = Float(1 / (variance + epsilon).squareRoot())
    }
  }
}

/// The sum of a group's channels.
@inline(__always)
private func sumOfChannels(_ sums: MutableFloats, _ width: Int) -> Double {
  var sum = 0.0
  for c in 0..<width { sum += Double(sums[c]) }
  return sum
}

/// Four sums of squares of rows, as `fourSums`.
@inline(__always)
private func fourSquareSums(_ rows: Int, _ term: (Int) -> Vector) -> Vector {
  var a = Vector(), b = Vector(), c = Vector(), d = Vector()
  @inline(__always) func add(_ row: Int, _ sum: inout Vector) {
    let value = term(row)
    sum = fused(value, value, plus: sum)
  }
  var row = 0
  while row + 4 <= rows {
    add(row, &a)
    add(row + 1, &b)
    add(row + 2, &c)
    add(row + 3, &d)
    row += 4
  }
  if row < rows { add(row, &a) }
  if row + 1 < rows { add(row + 1, &b) }
  if row + 2 < rows { add(row + 2, &c) }
  return (a + b) + (c + d)
}

/// factor = γ ρ and offset = β − μ γ ρ for each channel of some groups.
@inline(__always)
func findFactors(
  _ statistics: Floats, _ gamma: Floats, _ beta: Floats, _ shape: GroupNormShape, _ groups: Range<Int>,
  _ factor: MutableFloats, _ offset: MutableFloats
) {
  for group in groups {
    let mean = statistics[2 * group], inverse = statistics[2 * group + 1]
    for c in group * shape.width..<(group + 1) * shape.width {
      factor[c] = gamma[c] * inverse
      offset[c] = beta[c].addingProduct(-mean, factor[c])
    }
  }
}
