import Kernels
import TestSupport
import Testing

/// Kernels of 3 × 3 with stride 1 and padding 1 whose channels are multiples of 16 go by way of Winograd's transforms.
@Suite("Winograd convolution")
struct WinogradTests {
  /// What the errors of a convolution with these inputs and outputs are.
  private struct Errors {
    var output = 0.0
    var inputGradient = 0.0
    var weightGradient = 0.0

    init(_ convolution: Convolution, seed: Int) {
      var random = SplitMix64(state: UInt64(seed))
      let x = random.floats(convolution.inputCount), w = random.floats(convolution.weightCount)
      let bias = random.floats(convolution.outputChannels), dy = random.floats(convolution.outputCount)
      var y = Sums(count: convolution.outputCount), dx = Sums(count: convolution.inputCount)
      var dw = Sums(count: convolution.weightCount)
      let outputs = convolution.outputChannels, image = convolution.outputCount / convolution.batch
      let vectors = random.floats(convolution.batch * outputs), residual = random.floats(y.values.count)
      for place in y.values.indices {
        y.add(1, bias[place % outputs], at: place)
        y.add(1, vectors[place / image * outputs + place % outputs], at: place)
        y.add(1, residual[place], at: place)
      }
      convolution.forEachTerm { i, j, k in
        y.add(x[i], w[j], at: k)
        dx.add(dy[k], w[j], at: i)
        dw.add(dy[k], x[i], at: j)
      }
      let (xs, ws, dys) = (Buffer(x), Buffer(w), Buffer(dy))
      output = y.relativeError(
        in: convolution.output(
          xs, ws, bias: Buffer(bias), vectors: Buffer(vectors), residual: Buffer(residual)))
      inputGradient = dx.relativeError(in: convolution.inputGradient(dys, ws))
      weightGradient = dw.relativeError(in: convolution.weightGradient(xs, dys))
    }
  }

  private func images(
    _ batch: Int, _ height: Int, _ width: Int, from inputs: Int, to outputs: Int
  ) -> Convolution {
    Convolution(
      batch: batch, height: height, width: width, inputChannels: inputs, outputChannels: outputs, kernel: 3,
      padding: EdgeWidths(1))
  }

  // Relative to the largest number of the result, measured: the largest errors of y, of ∂x and of ∂w.
  //
  //   channels        y           ∂x           ∂w
  //         16     1.1e−6       0.8e−6       0.7e−6
  //         64     2.1e−6       1.6e−6       1.1e−6
  //        128     2.2e−6       2.3e−6       1.0e−6
  //
  // The bound is twice the largest of a line.
  @Test("is as close to the formula as was measured", arguments: [(16, 2.2e-6), (64, 4.2e-6), (128, 4.6e-6)])
  func errors(channels: Int, bound: Double) {
    for (height, width) in [(14, 14), (7, 7), (13, 11)] {
      let errors = Errors(images(2, height, width, from: channels, to: channels), seed: channels)
      #expect(max(errors.output, errors.inputGradient) <= bound, "\(height) x \(width)")
      // Its sums are over pixels, whatever the channels.
      #expect(errors.weightGradient <= 2.2e-6, "\(height) x \(width)")
    }
  }

  @Test("is close to the formula for images of any size, one pixel to ten, and any channels")
  func shapes() {
    var random = SplitMix64(state: 5)
    for seed in 0..<30 {
      let convolution = images(
        random.whole(1...3), random.whole(1...10), random.whole(1...10),
        from: random.one(of: [16, 32, 48, 80]), to: random.one(of: [16, 32, 48, 80]))
      let errors = Errors(convolution, seed: seed)
      // Measured: at most 2.0e−6.
      #expect(max(errors.output, errors.inputGradient, errors.weightGradient) <= 4.1e-6, "\(convolution)")
    }
  }

  @Test("makes of each image alone what it makes of it among others")
  func aloneAndAmongOthers() {
    var random = SplitMix64(state: 9)
    // Blocks of several lengths, which end within an image and at its end, and tiles over either edge.
    for (height, width, channels) in [(4, 4, 16), (7, 7, 64), (14, 13, 48), (5, 28, 32)] {
      let batch = 37
      let many = images(batch, height, width, from: channels, to: channels)
      let one = images(1, height, width, from: channels, to: channels)
      let x = random.floats(many.inputCount), weights = random.buffer(many.weightCount)
      let whole = many.output(Buffer(x), weights, bias: nil).values
      for index in [0, 1, 17, 36] {
        let image = Buffer(Array(x[index * one.inputCount..<(index + 1) * one.inputCount]))
        #expect(
          one.output(image, weights, bias: nil).values
            == Array(whole[index * one.outputCount..<(index + 1) * one.outputCount]))
      }
    }
  }
}
