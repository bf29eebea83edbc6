import Deterministic
import Networks
import Tensors
import Testing

/// A network of one layer, so that a layer can be tested with weights of its own.
private struct OneLinear: Network {
  let layer: Linear
  init(_ configuration: [Int], from source: WeightSource) {
    layer = Linear(inputs: configuration[0], outputs: configuration[1], from: source["layer"])
  }
}

private struct OneConvolution: Network {
  let layer: Conv2d
  init(_ configuration: [Int], from source: WeightSource) {
    layer = Conv2d(
      inputChannels: configuration[0], outputChannels: configuration[1], kernel: configuration[2],
      from: source["layer"])
  }
}

private struct Resampler: Network {
  let down: Downsample
  let up: Upsample
  init(_ padding: Int, from source: WeightSource) {
    down = Downsample(channels: 1, padding: padding, from: source["down"])
    up = Upsample(channels: 1, from: source["up"])
  }
}

private struct OneDropout: Network {
  let first: Dropout
  let second: Dropout
  init(_ rate: Double, from source: WeightSource) {
    first = Dropout(rate, from: source)
    second = Dropout(rate, from: source)
  }
}

@Suite("Layers")
struct LayerTests {
  /// Timesteps 0 … 127, dimension 64, rows 23 … 25, columns 47 … 49: diffusers' `tests/models/test_layers_utils.py`.
  @Test(
    "The sinusoidal embedding is diffusers'",
    arguments: [
      (1.0, false, [0.9646, 0.9804, 0.9892, 0.9615, 0.9787, 0.9882, 0.9582, 0.9769, 0.9872]),
      (0.0, true, [0.3019, 0.2280, 0.1716, 0.3146, 0.2377, 0.1790, 0.3272, 0.2474, 0.1864]),
    ])
  func sinusoids(shift: Double, cosineFirst: Bool, expected: [Float]) {
    let embedding = SinusoidalEmbedding(dimension: 64, cosineFirst: cosineFirst, frequencyShift: shift)
    let rows = embedding((0..<128).map(Double.init))
    let corner = (23...25).flatMap { row in (47...49).map { rows[row, $0] } }
    #expect(largestDifference(corner, expected) < 5.1e-5)  // printed with four digits
  }

  @Test("The embedding at 0 is sines of 0 and cosines of 0; an odd dimension ends with a zero")
  func embeddingOfZero() {
    let sinesFirst = SinusoidalEmbedding(dimension: 6, cosineFirst: false, frequencyShift: 1)
    #expect(sinesFirst([0]).values == [0, 0, 0, 1, 1, 1])
    let cosinesFirst = SinusoidalEmbedding(dimension: 7, cosineFirst: true, frequencyShift: 0)
    #expect(cosinesFirst([0]).values == [1, 1, 1, 0, 0, 0, 0])
    // With shift 1 the frequencies of dimension 6 are 1, 1/100 and 1/10,000.
    let expected = [1, 0.01, 0.0001].map { Float(sin(7 * $0)) }
    #expect(largestDifference(Array(sinesFirst([7]).values[..<3]), expected) < 1e-7)
  }

  @Test("Linear layers begin uniform in ±1/√inputs", arguments: [[3, 4000], [48, 500], [1000, 20]])
  func linearInitialization(shape: [Int]) {
    let layer = OneLinear(shape, weights: OneLinear.initialWeights(shape, seed: 5)).layer
    #expect(layer.weight.shape == [shape[1], shape[0]])
    #expect(layer.bias.shape == [shape[1]])
    expectUniform(layer.weight, bound: 1 / Double(shape[0]).squareRoot())
    expectUniform(layer.bias, bound: 1 / Double(shape[0]).squareRoot())
  }

  @Test(
    "Convolutions begin uniform in ±1/√(inputs · kernel²)",
    arguments: [[4, 300, 3], [16, 200, 1], [1, 400, 5]])
  func convolutionInitialization(shape: [Int]) {
    let layer = OneConvolution(shape, weights: OneConvolution.initialWeights(shape, seed: 5)).layer
    #expect(layer.weight.shape == [shape[1], shape[0], shape[2], shape[2]])
    let bound = 1 / Double(shape[0] * shape[2] * shape[2]).squareRoot()
    expectUniform(layer.weight, bound: bound)
    expectUniform(layer.bias, bound: bound)
  }

  /// Checks range, mean and variance; the tolerances are five standard errors.
  private func expectUniform(_ tensor: Tensor, bound: Double) {
    let values = tensor.values.map { Double($0) / bound }
    let count = Double(values.count)
    #expect(values.allSatisfy { abs($0) <= 1 + 1e-6 })
    let mean = values.reduce(0, +) / count
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    let errorOfMean = (1 / (3 * count)).squareRoot()
    let errorOfSquare = (4 / (45 * count)).squareRoot()
    #expect(abs(mean) < 5 * errorOfMean)
    #expect(abs(square - 1 / 3.0) < 5 * errorOfSquare)
    #expect((values.map(abs).max() ?? 0) > 1 - 10 / count)
  }

  @Test("Initial weights follow from the seed; every tensor is drawn by itself, normalizations are 1 and 0")
  func initialWeights() {
    let configuration = UNetConfiguration.ddpm(
      sampleSize: 8, channels: 1, blockOutChannels: [8, 8], layersPerBlock: 1, attentionStages: [1], groups: 4
    )
    let weights = UNet.initialWeights(configuration, seed: 1)
    let again = UNet.initialWeights(configuration, seed: 1)
    #expect(weights.tensors.map(\.bits) == again.tensors.map(\.bits))
    let other = UNet.initialWeights(configuration, seed: 2)
    #expect(weights["conv_in.weight"].bits != other["conv_in.weight"].bits)
    let drawn = zip(weights.names, weights.tensors).filter { !$0.0.contains("norm") && $0.1.count > 1 }
    let ratios = drawn.map { $0.1.values[0] / $0.1.values[1] }
    #expect(Set(ratios).count == drawn.count)
    for (name, tensor) in zip(weights.names, weights.tensors) where name.contains("norm") {
      #expect(tensor.values.allSatisfy { $0 == (name.hasSuffix("weight") ? 1 : 0) }, "\(name)")
    }
    let random = RandomNumbers(seed: 1)
    let place = weights.names.firstIndex(of: "conv_out.bias") ?? 0
    let bound = 1 / Double(8 * 9).squareRoot()
    let first = Float(bound * (2 * random[.initialization].uniform(sample: place, element: 0) - 1))
    #expect(weights["conv_out.bias"].values[0] == first)
  }

  @Test("Down-sampling with padding 0 sees the image from its first pixel on, with padding 1 from one before")
  func downsampling() {
    let image = Tensor((0..<16).map(Float.init), shape: [1, 4, 4, 1])
    // Kernels with a single 1, in the middle.
    let middle: [Float] = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    func network(padding: Int) -> Resampler {
      let weights = Resampler.initialWeights(padding, seed: 1)
      return Resampler(
        padding, weights: weights.map { $0.count == 1 ? .zeros([1]) : Tensor(middle, shape: $0.shape) })
    }
    #expect(network(padding: 0).down(image).values == [5, 7, 13, 15])
    #expect(network(padding: 1).down(image).values == [0, 2, 8, 10])
    #expect(network(padding: 1).up(image).shape == [1, 8, 8, 1])
    #expect(Array(network(padding: 1).up(image).values[..<10]) == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0])
  }

  @Test("Dropout keeps the expectation, drops its share, and does nothing outside of training")
  func dropout() {
    let layer = OneDropout(0.3, weights: Weights([])).first
    let other = OneDropout(0.3, weights: Weights([])).second
    let x = Tensor(repeating: 2, shape: [100, 10, 10, 4])
    #expect(layer(x, nil).bits == x.bits)
    let context = DropoutContext(random: RandomNumbers(seed: 1), step: 3, samples: 0..<100)
    let values = layer(x, context).values
    let kept = Float(2 / 0.7)
    #expect(values.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-6 })
    // 40,000 draws: five standard errors.
    let share = Double(values.count { $0 == 0 }) / 40_000
    let errorOfShare = (0.3 * 0.7 / 40_000).squareRoot()
    #expect(abs(share - 0.3) < 5 * errorOfShare)
    let mean = values.reduce(0) { $0 + Double($1) } / 40_000
    let errorOfMean = errorOfShare * 2 / 0.7
    #expect(abs(mean - 2) < 5 * errorOfMean)
    #expect(other(x, context).values != values)
    let samples = stride(from: 0, to: 40_000, by: 400).map { first in Array(values[first..<first + 400]) }
    #expect(Set(samples).count == 100)
    let later = DropoutContext(random: RandomNumbers(seed: 1), step: 4, samples: 0..<100)
    #expect(layer(x, later).values != values)
    #expect(OneDropout(0, weights: Weights([])).first(x, context).bits == x.bits)
  }

  @Test("The gradient passes dropout where the number did")
  func dropoutGradient() {
    let layer = OneDropout(0.5, weights: Weights([])).first
    let x = Tensor(repeating: 1, shape: [2, 50]).tracked()
    let y = layer(x, DropoutContext(random: RandomNumbers(seed: 1), step: 1, samples: 4..<6))
    #expect(y.sum().gradients(at: [x])[0].values == y.values)
  }
}
