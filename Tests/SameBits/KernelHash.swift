import Kernels

/// A hash of what the kernels compute on small made-up numbers: one number for every machine.
public func kernelHash() -> UInt64 {
  var hash = Hash()
  var made = MadeUp()

  // Convolutions by every algorithm: Winograd, direct with stride, scattered, a matrix product.
  let convolutions = [
    Convolution(
      batch: 2, height: 7, width: 9, inputChannels: 32, outputChannels: 48, kernel: 3, padding: EdgeWidths(1)),
    Convolution(
      batch: 2, height: 9, width: 7, inputChannels: 5, outputChannels: 18, kernel: 3, stride: 2,
      padding: EdgeWidths(top: 0, left: 0, bottom: 1, right: 1)),
    Convolution(
      batch: 1, height: 6, width: 5, inputChannels: 17, outputChannels: 2, kernel: 5, padding: EdgeWidths(2)),
    Convolution(
      batch: 2, height: 5, width: 5, inputChannels: 20, outputChannels: 35, kernel: 1, padding: EdgeWidths(0)),
  ]
  for convolution in convolutions {
    let outputs =
      convolution.batch * convolution.outputHeight * convolution.outputWidth * convolution.outputChannels
    let inputs = convolution.batch * convolution.height * convolution.width * convolution.inputChannels
    let taps =
      convolution.inputChannels * convolution.outputChannels * convolution.kernel * convolution.kernel
    let x = made.buffer(inputs), weights = made.buffer(taps), dy = made.buffer(outputs)
    hash.add(convolution.output(x, weights, bias: made.buffer(convolution.outputChannels)))
    hash.add(convolution.inputGradient(dy, weights))
    hash.add(convolution.weightGradient(x, dy))
  }

  // A product whose sums are longer than a block, with a transposed factor on either side.
  let a = made.buffer(19 * 700), b = made.buffer(700 * 37)
  hash.add(matrixProduct(.plain(a), .transposed(b), rows: 19, terms: 700, columns: 37))
  hash.add(matrixProduct(.transposed(a), .plain(b), plus: made.buffer(37), rows: 19, terms: 700, columns: 37))

  let attention = Attention(batch: 2, positions: 21, channels: 24, heads: 3)
  let (q, k, v) = (made.buffer(1008), made.buffer(1008), made.buffer(1008))
  let (mixed, weights) = attention.output(query: q, key: k, value: v)
  hash.add(mixed)
  let slopes = attention.gradients(query: q, key: k, value: v, weights: weights, made.buffer(1008))
  for slope in [slopes.query, slopes.key, slopes.value] { hash.add(slope) }

  let shape = GroupNormShape(batch: 3, pixels: 25, channels: 24, groups: 6)
  let (x, scale, shift) = (made.buffer(1800), made.buffer(24), made.buffer(24))
  let (y, statistics) = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 1e-5, silu: true)
  hash.add(y)
  let (dx, dscale, dshift) = groupNormGradient(
    x, scale: scale, shift: shift, statistics: statistics, made.buffer(1800), shape, silu: true)
  for slope in [dx, dscale, dshift] { hash.add(slope) }

  // A convolution with all that is added to it, of a narrow image.
  let narrow = Convolution(
    batch: 2, height: 5, width: 3, inputChannels: 6, outputChannels: 32, kernel: 3, padding: EdgeWidths(1))
  let (picture, taps) = (made.buffer(180), made.buffer(1728))
  hash.add(
    narrow.output(
      picture, taps, bias: made.buffer(32), vectors: made.buffer(64), residual: made.buffer(960)))

  for function in [exponential, hyperbolicTangent, sigmoid, silu, relu, squared] {
    hash.add(function(x))
  }
  for gradient in [siluGradient, reluGradient, sigmoidGradient, hyperbolicTangentGradient] {
    hash.add(gradient(x, y))
  }
  hash.add(squareRoot(exponential(x)))
  hash.add(columnSums(x, rows: 75, columns: 24))
  hash.add(sumOverPixels(x, batch: 3, pixels: 25, channels: 24))
  hash.add(maxPooled(x, batch: 3, height: 5, width: 5, channels: 24))
  hash.add(upsampledNearestGradient(x, batch: 3, height: 5, width: 5, channels: 6))
  hash.add(softmaxGradient(x, y, rows: 75, columns: 24))
  hash.add(logarithm(exponential(x)))
  hash.add(softmax(x, rows: 75, columns: 24))
  hash.add(dot(x, y))
  let (loss, slope) = crossEntropy(x, labels: (0..<75).map { $0 % 24 }, rows: 75, columns: 24)
  hash.add(loss)
  hash.add(slope)
  let step = adamStep(
    weights: x, gradient: y, gradientScale: 0.7, firstMoment: made.buffer(1800), secondMoment: squared(y),
    learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3)
  for part in [step.weights, step.firstMoment, step.secondMoment] { hash.add(part) }
  let neighbors = nearestRows(x, y, aRows: 50, bRows: 50, columns: 36, count: 3, skippingSame: true)
  for distance in neighbors.squaredDistances { hash.add(Double(distance)) }
  for row in neighbors.rows { hash.add(UInt64(row)) }
  return hash.value
}

/// FNV-1a over the bits of numbers.
public struct Hash {
  /// The hash so far.
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  public init() {}

  /// Takes a word in.
  public mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }

  /// Takes the bits of a number in.
  public mutating func add(_ number: Double) { add(number.bitPattern) }

  /// Takes the bits of all numbers in.
  public mutating func add(_ numbers: Buffer) {
    for index in 0..<numbers.count { add(UInt64(numbers[index].bitPattern)) }
  }
}

/// Numbers in [−1, 1) that only have to be the same everywhere.
private struct MadeUp {
  private var state: UInt64 = 2020

  mutating func buffer(_ count: Int) -> Buffer {
    Buffer(count: count) { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
    }
  }
}
