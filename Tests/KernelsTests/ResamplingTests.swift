import Kernels
import TestSupport
import Testing

@Suite("Resampling and joining")
struct ResamplingTests {
  /// An image of a batch, read by its indices.
  struct Images {
    var height: Int
    var width: Int
    var channels: Int
    var values: [Float]

    subscript(b: Int, i: Int, j: Int, c: Int) -> Float {
      get { values[((b * height + i) * width + j) * channels + c] }
      set { values[((b * height + i) * width + j) * channels + c] = newValue }
    }
  }

  @Test("upsampling repeats each pixel four times, and its gradient adds four", arguments: channelCounts)
  func upsampling(channels: Int) {
    var random = SplitMix64(state: UInt64(channels))
    for _ in 0..<2 {
      let batch = random.whole(1...3), height = random.whole(1...7), width = random.whole(1...7)
      let x = random.buffer(batch * height * width * channels)
      let small = Images(height: height, width: width, channels: channels, values: x.values)
      var large = Images(
        height: 2 * height, width: 2 * width, channels: channels,
        values: [Float](repeating: 0, count: 4 * x.count))
      let dy = random.buffer(4 * x.count)
      let dLarge = Images(height: 2 * height, width: 2 * width, channels: channels, values: dy.values)
      var dSmall = [Double](repeating: 0, count: x.count)
      for b in 0..<batch {
        for i in 0..<2 * height {
          for j in 0..<2 * width {
            for c in 0..<channels {
              large[b, i, j, c] = small[b, i / 2, j / 2, c]
              dSmall[((b * height + i / 2) * width + j / 2) * channels + c] += Double(dLarge[b, i, j, c])
            }
          }
        }
      }
      #expect(
        upsampledNearest(x, batch: batch, height: height, width: width, channels: channels).values
          == large.values)
      expectClose(
        upsampledNearestGradient(dy, batch: batch, height: height, width: width, channels: channels), dSmall)
    }
  }

  @Test(
    "pooling takes the largest of four, and its gradient goes to the first that is", arguments: channelCounts)
  func pooling(channels: Int) {
    var random = SplitMix64(state: UInt64(channels))
    for _ in 0..<2 {
      let batch = random.whole(1...3), height = random.whole(2...7), width = random.whole(2...7)
      // Few different numbers, so that many are equal.
      let x = Buffer((0..<batch * height * width * channels).map { _ in Float(random.whole(0...3)) })
      let image = Images(height: height, width: width, channels: channels, values: x.values)
      let dy = random.buffer(batch * (height / 2) * (width / 2) * channels)
      var y: [Float] = []
      var dx = Images(
        height: height, width: width, channels: channels, values: [Float](repeating: 0, count: x.count))
      for b in 0..<batch {
        for i in 0..<height / 2 {
          for j in 0..<width / 2 {
            for c in 0..<channels {
              let places = [(0, 0), (0, 1), (1, 0), (1, 1)].map { (2 * i + $0.0, 2 * j + $0.1) }
              var best = places[0]
              for place in places where image[b, place.0, place.1, c] > image[b, best.0, best.1, c] {
                best = place
              }
              dx[b, best.0, best.1, c] = dy[y.count]
              y.append(image[b, best.0, best.1, c])
            }
          }
        }
      }
      #expect(maxPooled(x, batch: batch, height: height, width: width, channels: channels).values == y)
      #expect(
        maxPooledGradient(x, dy, batch: batch, height: height, width: width, channels: channels).values
          == dx.values)
    }
  }

  @Test("channels set side by side can be taken apart again", arguments: channelCounts)
  func channels(xChannels: Int) {
    var random = SplitMix64(state: UInt64(xChannels))
    for yChannels in [1, 4, 16, 21, 32] {
      let rows = random.whole(1...20)
      let x = random.buffer(rows * xChannels), y = random.buffer(rows * yChannels)
      let both = concatenatedChannels(x, y, rows: rows, xChannels: xChannels, yChannels: yChannels)
      var expected: [Float] = []
      for row in 0..<rows {
        expected += x.values[row * xChannels..<(row + 1) * xChannels]
        expected += y.values[row * yChannels..<(row + 1) * yChannels]
      }
      #expect(both.values == expected)
      let parts = splitChannels(both, rows: rows, xChannels: xChannels, yChannels: yChannels)
      #expect(parts.x.values == x.values)
      #expect(parts.y.values == y.values)
    }
  }

  @Test("rows taken from a batch can be set one after another again")
  func batches() {
    var random = SplitMix64(state: 6)
    for rowLength in [1, 3, 16, 17, 50] {
      let x = random.buffer(7 * rowLength)
      let parts = [(0, 2), (2, 1), (3, 0), (3, 4)].map {
        rowsTaken(x, from: $0.0, count: $0.1, of: rowLength)
      }
      #expect(parts[1].values == Array(x.values[2 * rowLength..<3 * rowLength]))
      #expect(concatenatedRows(parts).values == x.values)
    }
  }

  @Test("turning puts each sample's rows in the place of its columns", arguments: channelCounts)
  func turning(columns: Int) {
    var random = SplitMix64(state: UInt64(columns))
    let batch = random.whole(1...3), rows = random.whole(1...20)
    let x = random.buffer(batch * rows * columns)
    let y = transposedSamples(x, batch: batch, rows: rows, columns: columns)
    #expect(y.count == x.count)
    for b in 0..<batch {
      for i in 0..<rows {
        for j in 0..<columns { #expect(y[(b * columns + j) * rows + i] == x[(b * rows + i) * columns + j]) }
      }
    }
    #expect(transposedSamples(y, batch: batch, rows: columns, columns: rows).values == x.values)
  }
}
