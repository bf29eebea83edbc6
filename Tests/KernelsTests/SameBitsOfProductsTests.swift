import Kernels
import TestSupport
import Testing
import Threads

/// A convolution of some images for every way that it is computed in.
enum Algorithm: String, CaseIterable, Codable, Sendable {
  case matrixProduct, winogradOfSmallImages, winogradOfLargeImages, direct, directOfNarrowImages, strided,
    scatter

  func convolution(batch: Int) -> Convolution {
    func images(
      _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
      padding: EdgeWidths = EdgeWidths(1)
    ) -> Convolution {
      Convolution(
        batch: batch, height: height, width: width, inputChannels: inputs, outputChannels: outputs,
        kernel: kernel, stride: stride, padding: padding)
    }
    return switch self {
    case .matrixProduct: images(9, 11, 24, 40, kernel: 1, padding: EdgeWidths(0))
    case .winogradOfSmallImages: images(7, 7, 64, 96)
    case .winogradOfLargeImages: images(29, 27, 16, 32)
    case .direct: images(19, 17, 3, 16)
    case .directOfNarrowImages: images(9, 5, 20, 32, kernel: 5, padding: EdgeWidths(2))
    case .strided:
      images(14, 15, 16, 33, stride: 2, padding: EdgeWidths(top: 0, left: 0, bottom: 1, right: 1))
    case .scatter: images(14, 13, 32, 1)
    }
  }

  /// The weights, and the bias.
  func weights() -> (w: Buffer, bias: Buffer) {
    var random = SplitMix64(state: 6)
    let convolution = convolution(batch: 1)
    return (
      random.buffer(convolution.weightCount), random.buffer(convolution.outputChannels)
    )
  }

  /// What there is of each image.
  func numbers(batch: Int) -> (x: Buffer, dy: Buffer, vectors: Buffer, residual: Buffer) {
    var random = SplitMix64(state: 7)
    let convolution = convolution(batch: batch)
    return (
      random.buffer(convolution.inputCount), random.buffer(convolution.outputCount),
      random.buffer(batch * convolution.outputChannels), random.buffer(convolution.outputCount)
    )
  }
}

extension Buffer {
  /// One row of so many.
  fileprivate func row(_ row: Int, of rows: Int) -> Buffer {
    let length = count / rows
    return Buffer(Array(values[row * length..<(row + 1) * length]))
  }
}

@Suite("The same bits of products, convolutions and attention")
struct SameBitsOfProductsTests {
  @Test("for an image convolved alone and among sixty-four", arguments: Algorithm.allCases)
  func imageAlone(algorithm: Algorithm) {
    let (x, dy, vectors, residual) = algorithm.numbers(batch: 64), (w, bias) = algorithm.weights()
    let all = algorithm.convolution(batch: 64), one = algorithm.convolution(batch: 1)
    let y = all.output(x, w, bias: bias, vectors: vectors, residual: residual)
    let dx = all.inputGradient(dy, w)
    for image in [0, 17, 63] {
      let alone = one.output(
        x.row(image, of: 64), w, bias: bias, vectors: vectors.row(image, of: 64),
        residual: residual.row(image, of: 64))
      #expect(sameBits(alone.values, y.row(image, of: 64).values), "image \(image)")
      let slope = one.inputGradient(dy.row(image, of: 64), w)
      #expect(sameBits(slope.values, dx.row(image, of: 64).values), "image \(image)")
    }
  }

  @Test("for a sample's attention alone and among sixty-four", arguments: [1, 4])
  func attentionAlone(heads: Int) {
    var random = SplitMix64(state: 8)
    let all = Attention(batch: 64, positions: 25, channels: 32, heads: heads)
    let one = Attention(batch: 1, positions: 25, channels: 32, heads: heads)
    let inputs = (0..<4).map { _ in random.buffer(64 * 25 * 32) }
    let (y, p) = all.output(query: inputs[0], key: inputs[1], value: inputs[2])
    let slopes = all.gradients(
      query: inputs[0], key: inputs[1], value: inputs[2], weights: p, inputs[3])
    for sample in [0, 17, 63] {
      let rows = inputs.map { $0.row(sample, of: 64) }
      let (own, weights) = one.output(query: rows[0], key: rows[1], value: rows[2])
      let ownSlopes = one.gradients(query: rows[0], key: rows[1], value: rows[2], weights: weights, rows[3])
      #expect(sameBits(own.values, y.row(sample, of: 64).values))
      #expect(sameBits(ownSlopes.query.values, slopes.query.row(sample, of: 64).values))
      #expect(sameBits(ownSlopes.key.values, slopes.key.row(sample, of: 64).values))
      #expect(sameBits(ownSlopes.value.values, slopes.value.row(sample, of: 64).values))
    }
  }

  // The number of threads belongs to the whole process, and a work that begins while another is under way gets one
  // thread: so each of these tests has a process of its own.

  @Test(
    "for a convolution and its gradients on 1, 2, 3 and 8 threads", arguments: Algorithm.allCases, [1, 2, 17])
  func convolution(algorithm: Algorithm, batch: Int) async {
    await #expect(processExitsWith: .success) { [algorithm, batch] in
      let convolution = algorithm.convolution(batch: batch)
      let (x, dy, vectors, residual) = algorithm.numbers(batch: batch)
      expectSameBitsOnThreads("\(algorithm), \(batch) images") {
        let (w, bias) = algorithm.weights()
        return [
          convolution.output(x, w, bias: bias, vectors: vectors, residual: residual),
          convolution.inputGradient(dy, w), convolution.weightGradient(x, dy),
        ]
      }
    }
  }

  @Test("for a matrix product on 1, 2, 3 and 8 threads")
  func product() async {
    await #expect(processExitsWith: .success) {
      var random = SplitMix64(state: 9)
      for (rows, terms, columns) in [(200, 90, 70), (57, 700, 33), (1, 3000, 128)] {
        let a = random.buffer(rows * terms), b = random.buffer(terms * columns)
        for (left, right) in [
          (Factor.plain(a), Factor.plain(b)), (.plain(a), .transposed(b)), (.transposed(a), .plain(b)),
        ] {
          expectSameBitsOnThreads("\(rows) x \(terms) x \(columns)") {
            [matrixProduct(left, right, rows: rows, terms: terms, columns: columns)]
          }
        }
      }
    }
  }

  @Test("for attention and its gradients on 1, 2, 3 and 8 threads", arguments: [1, 4])
  func attention(heads: Int) async {
    await #expect(processExitsWith: .success) { [heads] in
      var random = SplitMix64(state: 10)
      let attention = Attention(batch: 5, positions: 49, channels: 32, heads: heads)
      let inputs = (0..<4).map { _ in random.buffer(5 * 49 * 32) }
      expectSameBitsOnThreads("\(heads) heads") {
        let (y, p) = attention.output(query: inputs[0], key: inputs[1], value: inputs[2])
        let slopes = attention.gradients(
          query: inputs[0], key: inputs[1], value: inputs[2], weights: p, inputs[3])
        return [y, p, slopes.query, slopes.key, slopes.value]
      }
    }
  }
}

/// Expects what a computation gives on one thread, bit by bit, on others.
private func expectSameBitsOnThreads(_ name: String, _ compute: () -> [Buffer]) {
  threadCount = 1
  let expected = compute().map(\.values)
  for threads in [2, 3, 8] {
    threadCount = threads
    for (found, expected) in zip(compute(), expected) {
      #expect(sameBits(found.values, expected), "\(name) on \(threads) threads")
    }
  }
}
