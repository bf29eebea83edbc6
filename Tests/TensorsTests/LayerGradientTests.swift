import Tensors
import TestSupport
import Testing
import Kernels

@Suite("Gradients of layers")
struct LayerGradientTests {
  @Test("a matrix product is differentiated with respect to both factors")
  func matrixProduct() {
    var random = SplitMix64(state: 10)
    for _ in 0..<20 {
      let (m, k, n) = (random.whole(1...40), random.whole(1...40), random.whole(1...40))
      checkGradient(
        [[m, k], [k, n]], &random, { $0[0].matrixProduct($0[1]) }, like: { $0[0].matrixProduct($0[1]) })
    }
  }

  @Test("a linear layer is differentiated with respect to x, weight and bias", arguments: [false, true])
  func linear(hasBias: Bool) {
    var random = SplitMix64(state: 11)
    for _ in 0..<20 {
      let (inputs, outputs) = (random.whole(1...40), random.whole(1...40))
      let shapes = [random.shape() + [inputs], [outputs, inputs]] + (hasBias ? [[outputs]] : [])
      checkGradient(
        shapes, &random, { $0[0].linear($0[1], bias: hasBias ? $0[2] : nil) },
        like: { $0[0].linear($0[1], hasBias ? $0[2] : nil) })
    }
  }

  /// A way to compute a convolution, by what makes the kernels choose it.
  enum Algorithm: CaseIterable {
    case matrixProduct, winograd, direct, strided, scatter
  }

  /// What a convolution has added to it: a bias, a vector for each image, other images.
  enum Added: Int, CaseIterable {
    case nothing, bias, vectorToo, imagesToo
  }

  @Test(
    "a convolution is differentiated with respect to x, weight and what is added to it",
    arguments: Algorithm.allCases, Added.allCases)
  func convolution(algorithm: Algorithm, added: Added) {
    var random = SplitMix64(state: 12)
    for _ in 0..<20 {
      let inputs: Int, outputs: Int, kernel: Int
      var stride = 1, padding = Padding(random.whole(0...2))
      switch algorithm {
      case .matrixProduct: (inputs, outputs, kernel, padding) = (random.whole(1...33), 17, 1, Padding(0))
      case .winograd:
        (inputs, outputs, kernel) = (random.one(of: [16, 32]), random.one(of: [16, 32]), 3)
        padding = Padding(1)
      case .direct: (inputs, outputs, kernel) = (random.whole(1...5), random.whole(4...20), 3)
      case .strided:
        (inputs, outputs, kernel, stride) = (random.whole(1...16), random.whole(1...20), 3, 2)
        padding = Padding(top: 0, left: random.whole(0...1), bottom: 1, right: random.whole(0...2))
      case .scatter: (inputs, outputs, kernel) = (random.whole(1...20), random.whole(1...3), 3)
      }
      let image = [random.whole(1...2), random.whole(3...8), random.whole(3...8), inputs]
      let sides = (
        (image[1] + padding.top + padding.bottom - kernel) / stride + 1,
        (image[2] + padding.left + padding.right - kernel) / stride + 1
      )
      let addends = [[outputs], [image[0], outputs], [image[0], sides.0, sides.1, outputs]]
      let shapes = [image, [outputs, inputs, kernel, kernel]] + addends.prefix(added.rawValue)
      checkGradient(shapes, &random) { inputs in
        inputs[0].convolution(
          inputs[1], bias: inputs.count > 2 ? inputs[2] : nil, plus: inputs.count > 3 ? inputs[3] : nil,
          plusImages: inputs.count > 4 ? inputs[4] : nil, stride: stride, padding: padding)
      } like: { inputs in
        var y = inputs[0].convolution(
          inputs[1], inputs.count > 2 ? inputs[2] : nil, stride: stride, top: padding.top,
          left: padding.left, bottom: padding.bottom, right: padding.right)
        if inputs.count > 3 { y = y.addingToPixels(inputs[3]) }
        return inputs.count > 4 ? y.with(inputs[4], +) : y
      }
    }
  }

  @Test(
    "a convolution of up-sampled images is differentiated, and has the same bits where no gradient is wanted")
  func convolutionOfUpsampled() {
    var random = SplitMix64(state: 28)
    for channels in [1, 3, 16, 32] {
      let shapes = [[2, random.whole(1...5), random.whole(1...5), channels], [16, channels, 3, 3]]
      checkGradient(shapes, &random) {
        $0[0].convolution($0[1], padding: Padding(1), upsampled: true)
      } like: {
        $0[0].upsampled().convolution($0[1], nil, stride: 1, top: 1, left: 1, bottom: 1, right: 1)
      }
      let (x, weight) = (Tensor.drawn(shapes[0], &random), Tensor.drawn(shapes[1], &random))
      let whole = x.upsampled().convolution(weight, padding: Padding(1))
      #expect(x.convolution(weight, padding: Padding(1), upsampled: true).values == whole.values)
      #expect(x.tracked().convolution(weight, padding: Padding(1), upsampled: true).values == whole.values)
    }
  }

  @Test("group normalization is differentiated with respect to x, scale and shift", arguments: [false, true])
  func groupNorm(silu: Bool) {
    var random = SplitMix64(state: 13)
    for _ in 0..<20 {
      let groups = random.whole(1...4), channels = groups * random.whole(1...9)
      // Groups of at least six numbers: of one, the normalized is 0 whatever x is.
      let image = [random.whole(1...3), random.whole(2...5), random.whole(3...5), channels]
      checkGradient([image, [channels], [channels]], &random) {
        $0[0].groupNorm(groups: groups, scale: $0[1], shift: $0[2], epsilon: 1e-5, silu: silu)
      } like: {
        $0[0].groupNorm($0[1], $0[2], groups: groups, epsilon: 1e-5, silu: silu)
      }
    }
  }

  @Test("softmax is differentiated")
  func softmax() {
    var random = SplitMix64(state: 14)
    for _ in 0..<20 {
      let shape = random.shape() + [random.whole(1...40)]
      checkGradient([shape], in: -4...4, &random, { $0[0].softmax() }, like: { $0[0].softmax() })
    }
  }

  @Test("attention is differentiated with respect to query, key and value", arguments: [1, 2, 3])
  func attention(heads: Int) {
    var random = SplitMix64(state: 15)
    for _ in 0..<20 {
      let shape = [random.whole(1...3), random.whole(1...15), heads * random.whole(1...12)]
      checkGradient([shape, shape, shape], in: -2...2, &random) {
        .attention(query: $0[0], key: $0[1], value: $0[2], heads: heads)
      } like: {
        .attention($0[0], $0[1], $0[2], heads: heads)
      }
    }
  }

  @Test("cross-entropy is differentiated with respect to the logits")
  func crossEntropy() {
    var random = SplitMix64(state: 16)
    for _ in 0..<20 {
      let (rows, classes) = (random.whole(1...20), random.whole(1...20))
      let labels = (0..<rows).map { _ in random.whole(0...classes - 1) }
      checkGradient(
        [[rows, classes]], in: -4...4, &random, { $0[0].crossEntropy(labels: labels) },
        like: { $0[0].crossEntropy(labels) })
    }
  }

  @Test("upsampling and pooling are differentiated")
  func resampling() {
    var random = SplitMix64(state: 17)
    for _ in 0..<20 {
      let shape = [random.whole(1...3), random.whole(2...7), random.whole(2...7), random.whole(1...20)]
      checkGradient([shape], &random, { $0[0].upsampled() }, like: { $0[0].upsampled() })
      checkGradient([shape], &random, { $0[0].maxPooled() }, like: { $0[0].maxPooled() })
    }
  }

  @Test("channels move to the front and to the back, and gradients with them")
  func channelOrder() {
    var random = SplitMix64(state: 27)
    for _ in 0..<20 {
      let shape = [random.whole(1...3), random.whole(1...7), random.whole(1...7), random.whole(1...20)]
      checkGradient([shape], &random, { $0[0].channelsFirst() }, like: { $0[0].channelsFirst() })
      checkGradient([shape], &random, { $0[0].channelsLast() }, like: { $0[0].channelsLast() })
    }
  }

  @Test("concatenation is differentiated with respect to both")
  func concatenation() {
    var random = SplitMix64(state: 18)
    for _ in 0..<20 {
      let shape = random.shape(), left = random.whole(1...33), right = random.whole(1...33)
      checkGradient(
        [shape + [left], shape + [right]], &random, { $0[0].concatenatedChannels($0[1]) },
        like: { $0[0].concatenatedChannels($0[1]) })
    }
  }

  @Test("a vector added to all pixels is differentiated with respect to both")
  func addingToPixels() {
    var random = SplitMix64(state: 19)
    for _ in 0..<20 {
      let (batch, channels) = (random.whole(1...4), random.whole(1...33))
      let image = [batch, random.whole(1...6), random.whole(1...6), channels]
      checkGradient(
        [image, [batch, channels]], &random, { $0[0].addingToPixels($0[1]) },
        like: { $0[0].addingToPixels($0[1]) })
    }
  }
}

extension Tensor {
  fileprivate static func drawn(_ shape: [Int], _ random: inout SplitMix64) -> Tensor {
    Tensor(random.floats(shape.reduce(1, *)), shape: shape)
  }
}
