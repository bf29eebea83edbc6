import Kernels
import TestSupport
import Stops
import Testing

extension Convolution {
  /// All triples of places (x, w, y) of the formula: x · w is a term of y, and what is padding is left out.
  func forEachTerm(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    for b in 0..<batch {
      for i in 0..<outputHeight {
        for j in 0..<outputWidth {
          for u in 0..<kernel {
            for v in 0..<kernel {
              let row = i * stride + u - padding.top, column = j * stride + v - padding.left
              guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
              let x = ((b * height + row) * width + column) * inputChannels
              let y = ((b * outputHeight + i) * outputWidth + j) * outputChannels
              for o in 0..<outputChannels {
                for c in 0..<inputChannels {
                  body(x + c, ((o * inputChannels + c) * kernel + u) * kernel + v, y + o)
                }
              }
            }
          }
        }
      }
    }
  }

  var inputCount: Int { batch * height * width * inputChannels }
  var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  var weightCount: Int { outputChannels * inputChannels * kernel * kernel }
  /// Whether it is computed by way of Winograd's transforms, whose rounding errors have tests of their own.
  var isTransformed: Bool {
    kernel == 3 && stride == 1 && padding == EdgeWidths(1) && inputChannels % 16 == 0
      && outputChannels % 16 == 0
  }

  /// A random one of a kernel and stride.
  init(kernel: Int, stride: Int, _ random: inout SplitMix64) {
    let padding: EdgeWidths
    switch random.whole(0...3) {
    case 0: padding = EdgeWidths(0)
    case 1: padding = EdgeWidths(kernel / 2)
    case 2: padding = EdgeWidths(top: 0, left: 0, bottom: 1, right: 1)
    default:
      padding = EdgeWidths(
        top: random.whole(0...kernel), left: random.whole(0...kernel), bottom: random.whole(0...kernel),
        right: random.whole(0...kernel))
    }
    let smallest = kernel - min(padding.top + padding.bottom, padding.left + padding.right)
    let sides = max(1, smallest)...max(9, smallest)
    var (height, width) = (random.whole(sides), random.whole(sides))
    // Some are as high or as wide as several blocks of rows or tiles, with strides too.
    switch random.whole(0...5) {
    case 0: height = random.whole(20...40)
    case 1: width = random.whole(20...40)
    default: break
    }
    self.init(
      batch: random.whole(1...3), height: height, width: width,
      inputChannels: random.one(of: [1, 3, 5, 16, 32, 48]),
      outputChannels: random.one(of: [1, 2, 3, 7, 16, 32, 48]), kernel: kernel, stride: stride,
      padding: padding)
  }
}

/// What a convolution is given.
private struct Numbers {
  let x: [Float], w: [Float], bias: [Float], vectors: [Float], residual: [Float], dy: [Float]

  init(_ convolution: Convolution, _ random: inout SplitMix64) {
    x = random.floats(convolution.inputCount)
    w = random.floats(convolution.weightCount)
    bias = random.floats(convolution.outputChannels)
    vectors = random.floats(convolution.batch * convolution.outputChannels)
    residual = random.floats(convolution.outputCount)
    dy = random.floats(convolution.outputCount)
  }
}

@Suite("Convolution")
struct ConvolutionTests {
  /// Twenty-two random shapes of each kernel and stride, those of Winograd aside.
  private func forEachShape(_ kernel: Int, _ stride: Int, _ body: (Convolution, Numbers) -> Void) {
    var random = SplitMix64(state: UInt64(10 * kernel + stride))
    var count = 0
    while count < 22 {
      let convolution = Convolution(kernel: kernel, stride: stride, &random)
      guard !convolution.isTransformed else { continue }
      body(convolution, Numbers(convolution, &random))
      count += 1
    }
  }

  @Test("is the sum of its formula, two roundings more than it has terms", arguments: [1, 3, 5], [1, 2, 3])
  func output(kernel: Int, stride: Int) {
    forEachShape(kernel, stride) { convolution, numbers in
      var sums = Sums(count: convolution.outputCount)
      let outputs = convolution.outputChannels, image = convolution.outputCount / convolution.batch
      for place in sums.values.indices { sums.add(1, numbers.bias[place % outputs], at: place) }
      convolution.forEachTerm { x, w, y in sums.add(numbers.x[x], numbers.w[w], at: y) }
      let x = Buffer(numbers.x), w = Buffer(numbers.w), bias = Buffer(numbers.bias)
      let terms = Double(kernel * kernel * convolution.inputChannels)
      let y = convolution.output(x, w, bias: bias)
      #expect(sums.roundings(in: y) <= terms + 2, "\(convolution)")

      // A vector for each image and a residual are two more.
      for place in sums.values.indices {
        sums.add(1, numbers.vectors[place / image * outputs + place % outputs], at: place)
        sums.add(1, numbers.residual[place], at: place)
      }
      let more = convolution.output(
        x, w, bias: bias, vectors: Buffer(numbers.vectors), residual: Buffer(numbers.residual))
      #expect(sums.roundings(in: more) <= terms + 4, "\(convolution)")
    }
  }

  @Test(
    "adds a residual to the same bits in its place, which y takes where nobody else holds it",
    arguments: [(3, 16, 32), (1, 64, 256), (3, 8, 3), (3, 20, 24)])
  func residualInPlace(batch: Int, inputs: Int, outputs: Int) {
    var random = SplitMix64(state: UInt64(outputs))
    let kernel = inputs == 20 ? 1 : 3
    let convolution = Convolution(
      batch: batch, height: 6, width: 9, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      padding: EdgeWidths(kernel / 2))
    let x = random.buffer(convolution.inputCount), weights = random.buffer(convolution.weightCount)
    let numbers = random.floats(convolution.outputCount)
    let held = Buffer(numbers)
    let y = convolution.output(x, weights, bias: nil, residual: held)
    #expect(held.values == numbers)
    let free = Buffer(numbers), place = ObjectIdentifier(free)
    let inPlace = convolution.output(x, weights, bias: nil, residual: consume free)
    #expect(inPlace.values == y.values)
    if convolution.isTransformed { #expect(ObjectIdentifier(inPlace) == place) }
  }

  @Test(
    "of up-sampled images gives the bits of up-sampling first",
    arguments: [(16, 32, 3), (48, 16, 3), (8, 3, 3), (20, 24, 1), (3, 5, 5)])
  func upsampledWhileReading(inputs: Int, outputs: Int, kernel: Int) {
    var random = SplitMix64(state: UInt64(inputs))
    for (height, width) in [(1, 1), (3, 2), (7, 5)] {
      let convolution = Convolution(
        batch: 2, height: 2 * height, width: 2 * width, inputChannels: inputs, outputChannels: outputs,
        kernel: kernel, padding: EdgeWidths(kernel / 2))
      let x = random.buffer(convolution.inputCount / 4), weights = random.buffer(convolution.weightCount)
      let whole = upsampledNearest(x, batch: 2, height: height, width: width, channels: inputs)
      #expect(
        convolution.output(x, weights, bias: nil, reading: .upsampled).values
          == convolution.output(whole, weights, bias: nil).values)
    }
  }

  @Test("without a bias is what it is with a bias of 0", arguments: [1, 3, 5], [1, 2])
  func noBias(kernel: Int, stride: Int) {
    forEachShape(kernel, stride) { convolution, numbers in
      let x = Buffer(numbers.x), w = Buffer(numbers.w)
      let zeros = Buffer(repeating: 0, count: convolution.outputChannels)
      let without = convolution.output(x, w, bias: nil), with = convolution.output(x, w, bias: zeros)
      #expect(without.values == with.values, "\(convolution)")
    }
  }

  @Test("gives x the sum over the outputs that it went into", arguments: [1, 3, 5], [1, 2, 3])
  func inputGradient(kernel: Int, stride: Int) {
    forEachShape(kernel, stride) { convolution, numbers in
      var sums = Sums(count: convolution.inputCount)
      convolution.forEachTerm { x, w, y in sums.add(numbers.dy[y], numbers.w[w], at: x) }
      let dx = convolution.inputGradient(Buffer(numbers.dy), Buffer(numbers.w))
      #expect(
        sums.roundings(in: dx) <= Double(kernel * kernel * convolution.outputChannels + 2), "\(convolution)")
    }
  }

  @Test("gives a weight the sum over the pixels and images", arguments: [1, 3, 5], [1, 2, 3])
  func weightGradient(kernel: Int, stride: Int) {
    forEachShape(kernel, stride) { convolution, numbers in
      var sums = Sums(count: convolution.weightCount)
      convolution.forEachTerm { x, w, y in sums.add(numbers.x[x], numbers.dy[y], at: w) }
      let dw = convolution.weightGradient(Buffer(numbers.x), Buffer(numbers.dy))
      let terms = convolution.batch * convolution.outputHeight * convolution.outputWidth
      #expect(sums.roundings(in: dw) <= Double(terms), "\(convolution)")
    }
  }

  @Test(
    "has gradients that are its transposes: ⟨dy, x * w⟩ = ⟨dx, x⟩ = ⟨dw, w⟩", arguments: [1, 3, 5], [1, 2, 3])
  func adjoint(kernel: Int, stride: Int) {
    var random = SplitMix64(state: UInt64(100 * kernel + stride))
    for _ in 0..<20 {
      let convolution = Convolution(kernel: kernel, stride: stride, &random)
      let x = random.buffer(convolution.inputCount)
      let w = random.buffer(convolution.weightCount)
      let dy = random.buffer(convolution.outputCount)
      let y = convolution.output(x, w, bias: nil)
      let forward = inner(dy, y)
      // Errors of 2⁻²⁴ or so of each number, of random signs: far below 2⁻¹⁸ of the lengths' product.
      let tolerance = 0x1p-18 * (inner(dy, dy) * inner(y, y)).squareRoot()
      #expect(abs(inner(convolution.inputGradient(dy, w), x) - forward) <= tolerance, "\(convolution)")
      #expect(abs(inner(convolution.weightGradient(x, dy), w) - forward) <= tolerance, "\(convolution)")
    }
  }

  @Test("of no image has no output, and no slope")
  func noImage() {
    for kernel in [1, 3, 5] {
      for channels in [1, 16] {
        let convolution = Convolution(
          batch: 0, height: 8, width: 8, inputChannels: channels, outputChannels: channels, kernel: kernel,
          padding: EdgeWidths(kernel / 2))
        let none = Buffer([]), w = Buffer(repeating: 1, count: convolution.weightCount)
        #expect(convolution.output(none, w, bias: nil).values.isEmpty)
        #expect(convolution.inputGradient(none, w).values.isEmpty)
        #expect(convolution.weightGradient(none, none).values.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("refuses a kernel that is larger than the padded image")
  func largeKernel() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Convolution(
        batch: 1, height: 2, width: 9, inputChannels: 1, outputChannels: 1, kernel: 5, padding: EdgeWidths(1))
    }
    stopped(result, saying: "there is no such convolution: Convolution(batch: 1, height: 2")
  }

  @Test(
    "refuses numbers that are not as many as its shape asks for",
    arguments: [(99, 9, "x has 99 numbers"), (100, 8, "weights has 8 numbers")])
  func wrongCounts(x: Int, w: Int, message: String) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [x, w] in
      let convolution = Convolution(
        batch: 1, height: 10, width: 10, inputChannels: 1, outputChannels: 1, kernel: 3,
        padding: EdgeWidths(1))
      let zeros = { Buffer(repeating: 0, count: $0) }
      _ = convolution.output(zeros(x), zeros(w), bias: nil)
    }
    stopped(result, saying: message)
  }
}
