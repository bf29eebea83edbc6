/// Attention of every position to every other, head by head: equation 1 of Vaswani and others, 2017.
///
///     S = q kᵀ / √d       P = softmax(S), row by row       y = P v
///
/// q, k and v are [batch, positions, channels]; a head is d = channels / heads neighboring channels of them. The
/// gradients follow from the last product to the first:
///
///     ∂v = Pᵀ ∂y       ∂P = ∂y vᵀ       ∂S = softmax's       ∂q = ∂S k / √d       ∂k = ∂Sᵀ q / √d
public struct Attention: Sendable {
  /// The number of samples.
  public let batch: Int
  /// The positions that attend to each other: the pixels.
  public let positions: Int
  /// The channels of q, k, v and y.
  public let channels: Int
  /// The number of heads; divides the channels.
  public let heads: Int

  /// Creates the attention of given sizes.
  public init(batch: Int, positions: Int, channels: Int, heads: Int) {
    guard heads >= 1, channels % heads == 0 else { fatalError("\(heads) heads for \(channels) channels") }
    (self.batch, self.positions, self.channels, self.heads) = (batch, positions, channels, heads)
  }

  private var headChannels: Int { channels / heads }
  private var scale: Float { 1 / Float(headChannels).squareRoot() }
  private var size: Int { batch * positions * positions * channels }

  /// A walk along the rows of q, k, v or y, head by head.
  private var alongHead: Walk { Walk(row: channels, step: 1, depth: headChannels) }
  /// A walk along the rows of P.
  private var alongRow: Walk { Walk(row: positions, step: 1, depth: positions) }
  /// A walk down the columns of P.
  private var downColumn: Walk { Walk(row: 1, step: positions, depth: positions) }

  /// The first number of a head in q, k, v or y.
  private func first(_ buffer: Buffer, _ piece: Int) -> MutableFloats {
    buffer.start + piece / heads * positions * channels + piece % heads * headChannels
  }

  /// A head of q, k, v or dy as a right factor.
  private func rows(of buffer: Buffer, _ piece: Int) -> Panels {
    Panels(rowsAt: first(buffer, piece), row: channels, terms: positions, columns: headChannels)
  }

  /// A head of k or v, transposed, as a right factor in a scratch buffer.
  private func columns(of buffer: Buffer, _ piece: Int, in scratch: Buffer) -> Panels {
    let source = first(buffer, piece), row = channels
    Panels.pack(into: scratch.start, terms: headChannels, columns: positions) { source[$1 * row + $0] }
    return Panels(packedAt: scratch.start, terms: headChannels, columns: positions)
  }

  private var packedCount: Int { Panels.packedCount(terms: headChannels, columns: positions) }

  /// The result y, and P, [batch, heads, positions, positions].
  public func output(query: Buffer, key: Buffer, value: Buffer) -> (y: Buffer, weights: Buffer) {
    require(query, key, value)
    let y = Buffer(uninitialized: query.count)
    let weights = Buffer(uninitialized: batch * heads * positions * positions)
    parallelFor(batch * heads, size: size) { piece in
      let p = weights.start + piece * positions * positions
      weigh(query, key, piece, into: p)
      multiply(rows: positions, p, alongRow, rows(of: value, piece), .zero, first(y, piece), cRow: channels)
    }
    return (y, weights)
  }

  /// P alone, [batch, heads, positions, positions].
  public func weights(query: Buffer, key: Buffer) -> Buffer {
    require(query, key)
    let weights = Buffer(uninitialized: batch * heads * positions * positions)
    parallelFor(batch * heads, size: size) { piece in
      weigh(query, key, piece, into: weights.start + piece * positions * positions)
    }
    return weights
  }

  /// P of one head of one sample; p has room for positions² numbers.
  private func weigh(_ query: Buffer, _ key: Buffer, _ piece: Int, into p: MutableFloats) {
    let scratch = Buffer(uninitialized: packedCount)
    defer { withExtendedLifetime(scratch) {} }
    multiply(
      rows: positions, first(query, piece), alongHead, columns(of: key, piece, in: scratch), .zero, p,
      cRow: positions)
    for index in 0..<positions * positions { p[index] *= scale }
    for row in 0..<positions { softmaxRow(p + row * positions, positions) }
  }

  /// The gradients with respect to q, k and v, given P and that of y.
  public func gradients(
    query: Buffer, key: Buffer, value: Buffer, weights: Buffer, _ dy: Buffer
  ) -> (query: Buffer, key: Buffer, value: Buffer) {
    require(query, key, value, dy)
    guard weights.count == batch * heads * positions * positions else {
      fatalError("\(weights.count) weights of attention over \(batch) x \(heads) heads x \(positions)²")
    }
    let (dq, dk, dv) = (
      Buffer(uninitialized: query.count), Buffer(uninitialized: query.count),
      Buffer(uninitialized: query.count)
    )
    parallelFor(batch * heads, size: 3 * size) { piece in
      let scratch = Buffer(uninitialized: packedCount), slopes = Buffer(uninitialized: positions * positions)
      defer { withExtendedLifetime((scratch, slopes)) {} }
      let p = weights.start + piece * positions * positions, ds = slopes.start
      multiply(rows: positions, p, downColumn, rows(of: dy, piece), .zero, first(dv, piece), cRow: channels)
      multiply(
        rows: positions, first(dy, piece), alongHead, columns(of: value, piece, in: scratch), .zero, ds,
        cRow: positions)
      for row in 0..<positions { softmaxRowGradient(p + row * positions, ds + row * positions, positions) }
      for index in 0..<positions * positions { ds[index] *= scale }
      multiply(rows: positions, ds, alongRow, rows(of: key, piece), .zero, first(dq, piece), cRow: channels)
      multiply(
        rows: positions, ds, downColumn, rows(of: query, piece), .zero, first(dk, piece), cRow: channels)
    }
    return (dq, dk, dv)
  }

  private func require(_ buffers: Buffer...) {
    for buffer in buffers where buffer.count != batch * positions * channels {
      fatalError("attention over \(batch) x \(positions) x \(channels) given \(buffer.count) numbers")
    }
  }
}
