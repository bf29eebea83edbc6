import Foundation
import Kernels
import TestSupport
import Stops
import Testing

/// Attention in Double, by its formula and the derivative of it, position by position.
private struct PlainAttention {
  let positions: Int, channels: Int, heads: Int
  var y: [Double], weights: [Double], dq: [Double], dk: [Double], dv: [Double]

  /// One sample.
  init(q: [Float], k: [Float], v: [Float], dy: [Float], positions: Int, channels: Int, heads: Int) {
    (self.positions, self.channels, self.heads) = (positions, channels, heads)
    let zeros = [Double](repeating: 0, count: positions * channels)
    (y, dq, dk, dv) = (zeros, zeros, zeros, zeros)
    weights = [Double](repeating: 0, count: heads * positions * positions)
    let width = channels / heads, scale = 1 / Double(width).squareRoot()
    for head in 0..<heads {
      let columns = head * width..<(head + 1) * width
      func product(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int) -> Double {
        columns.reduce(0) { $0 + Double(a[i * channels + $1]) * Double(b[j * channels + $1]) }
      }
      for i in 0..<positions {
        let scores = (0..<positions).map { scale * product(q, i, k, $0) }
        let powers = scores.map(exp), sum = powers.reduce(0, +)
        let p = powers.map { $0 / sum }
        let dp = (0..<positions).map { product(dy, i, v, $0) }
        let mean = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
        for j in 0..<positions {
          weights[(head * positions + i) * positions + j] = p[j]
          let slope = p[j] * (dp[j] - mean) * scale
          for c in columns {
            y[i * channels + c] += p[j] * Double(v[j * channels + c])
            dv[j * channels + c] += p[j] * Double(dy[i * channels + c])
            dq[i * channels + c] += slope * Double(k[j * channels + c])
            dk[j * channels + c] += slope * Double(q[i * channels + c])
          }
        }
      }
    }
  }
}

/// The largest distance, relative to the largest number, or to 1 where all are smaller.
private func error(_ found: some Collection<Float>, _ exact: [Double]) -> Double {
  let scale = max(1, exact.map(abs).max() ?? 1)
  return zip(found, exact).reduce(0) { max($0, abs(Double($1.0) - $1.1) / scale) }
}

@Suite("Attention")
struct AttentionTests {
  @Test("and its gradients are those of its formula", arguments: [1, 2, 3, 4])
  func formula(heads: Int) {
    var random = SplitMix64(state: UInt64(heads))
    // Measured: 5.8e−7 at most.
    let bound = 1.2e-6
    for _ in 0..<24 {
      let batch = random.whole(1...3), positions = random.whole(1...50)
      let channels = heads * random.one(of: [1, 3, 5, 8, 16, 32]), size = positions * channels
      let attention = Attention(batch: batch, positions: positions, channels: channels, heads: heads)
      // Scores of a few units, so that some weights are large and some small.
      let q = random.floats(batch * size, in: -2...2), k = random.floats(batch * size, in: -2...2)
      let v = random.floats(batch * size), dy = random.floats(batch * size)
      let (qs, ks, vs) = (Buffer(q), Buffer(k), Buffer(v))
      let (y, p) = attention.output(query: qs, key: ks, value: vs)
      #expect(attention.weights(query: qs, key: ks).values == p.values)
      let slopes = attention.gradients(query: qs, key: ks, value: vs, weights: p, Buffer(dy))
      for sample in 0..<batch {
        func row(_ numbers: [Float]) -> [Float] { Array(numbers[sample * size..<(sample + 1) * size]) }
        let plain = PlainAttention(
          q: row(q), k: row(k), v: row(v), dy: row(dy), positions: positions, channels: channels, heads: heads
        )
        let weightCount = heads * positions * positions
        let found = p.values[sample * weightCount..<(sample + 1) * weightCount]
        #expect(error(found, plain.weights) <= bound, "\(attention)")
        #expect(error(row(y.values), plain.y) <= bound, "\(attention)")
        #expect(error(row(slopes.query.values), plain.dq) <= bound, "\(attention)")
        #expect(error(row(slopes.key.values), plain.dk) <= bound, "\(attention)")
        #expect(error(row(slopes.value.values), plain.dv) <= bound, "\(attention)")
      }
    }
  }

  @Test("refuses heads that do not share the channels out evenly")
  func heads() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Attention(batch: 1, positions: 9, channels: 8, heads: 3)
    }
    stopped(result, saying: "3 heads for 8 channels")
  }

  @Test("refuses numbers that are not as many as its shape asks for")
  func wrongCounts() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Buffer(repeating: 0, count: 72), longer = Buffer(repeating: 0, count: 80)
      _ = Attention(batch: 1, positions: 9, channels: 8, heads: 2).output(query: x, key: x, value: longer)
    }
    stopped(result, saying: "attention over 1 x 9 x 8 given 80 numbers")
  }

  @Test("refuses a slope or weights that are not as many as its shape asks for")
  func wrongSlopes() async {
    let slope = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Buffer(repeating: 0, count: 72), p = Buffer(repeating: 0, count: 162)
      _ = Attention(batch: 1, positions: 9, channels: 8, heads: 2)
        .gradients(query: x, key: x, value: x, weights: p, p)
    }
    stopped(slope, saying: "attention over 1 x 9 x 8 given 162 numbers")
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Buffer(repeating: 0, count: 72)
      _ = Attention(batch: 1, positions: 9, channels: 8, heads: 2)
        .gradients(query: x, key: x, value: x, weights: x, x)
    }
    stopped(weights, saying: "72 weights of attention")
  }
}
