import Kernels

/// Something that a kernel is asked to do, of a fixed size.
public struct Workload {
  /// What is counted of it.
  public enum Size {
    /// Multiplications and additions of the plain formula, whatever the algorithm.
    case operations(Int)
    /// Bytes that are read and written, each number once, whatever the number of passes.
    case bytes(Int)
  }

  /// The kernel.
  public let kernel: String
  /// The shape that it works on.
  public let shape: String
  /// How much it has to do.
  public let size: Size
  /// Makes what the kernel works on, and gives one repetition as a function of nothing.
  public let prepare: () -> () -> Void

  init(_ kernel: String, _ shape: String, _ size: Size, _ prepare: @escaping () -> () -> Void) {
    self.kernel = kernel
    self.shape = shape
    self.size = size
    self.prepare = prepare
  }
}

extension Workload {
  /// All of them, in the order of the table.
  public static var all: [Workload] { products + convolutions + others }

  /// Products of matrices.
  private static var products: [Workload] {
    [
      product(rows: 256, terms: 256, columns: 256),
      product(rows: 512, terms: 512, columns: 512),
      product(rows: 6272, terms: 64, columns: 64),
      product(rows: 64, terms: 6272, columns: 64, leftIsTransposed: true),
    ]
  }

  private static func product(
    rows: Int, terms: Int, columns: Int, leftIsTransposed: Bool = false
  ) -> Workload {
    let name = leftIsTransposed ? "matrix product, left transposed" : "matrix product"
    return Workload(
      name, "[\(rows), \(terms)] · [\(terms), \(columns)]", .operations(2 * rows * terms * columns)
    ) {
      let left = numbers(rows * terms), b = Factor.plain(numbers(terms * columns))
      let a: Factor = leftIsTransposed ? .transposed(left) : .plain(left)
      return { _ = matrixProduct(a, b, rows: rows, terms: terms, columns: columns) }
    }
  }

  /// Convolutions of 32 images: first those that are computed by the formula, then Winograd's.
  private static var convolutions: [Workload] {
    let fullTiles = Convolution(
      batch: 32, height: 30, width: 30, inputChannels: 64, outputChannels: 64, kernel: 3,
      padding: EdgeWidths(0))
    let five = convolution(side: 28, from: 64, to: 64, kernel: 5)
    let halving = Convolution(
      batch: 32, height: 28, width: 28, inputChannels: 32, outputChannels: 32, kernel: 3, stride: 2,
      padding: EdgeWidths(top: 0, left: 0, bottom: 1, right: 1))
    let first = convolution(side: 28, from: 1, to: 32, kernel: 3)
    let last = convolution(side: 28, from: 32, to: 1, kernel: 3)
    // The networks S and M of the comparison have these.
    let winograd = [(28, 16), (28, 32), (14, 64), (7, 64)].map { side, channels in
      convolution(side: side, from: channels, to: channels, kernel: 3)
    }
    return [output(fullTiles, "direct"), output(five, "direct")] + gradients(five, "direct")
      + [output(halving, "direct"), output(first, "direct"), output(last, "scattered")]
      + winograd.flatMap { [output($0, "Winograd")] + gradients($0, "Winograd") }
  }

  private static func convolution(side: Int, from inputs: Int, to outputs: Int, kernel: Int) -> Convolution {
    Convolution(
      batch: 32, height: side, width: side, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      padding: EdgeWidths(kernel / 2))
  }

  private static func output(_ convolution: Convolution, _ algorithm: String) -> Workload {
    Workload("convolution, \(algorithm)", convolution.shape, .operations(convolution.operations)) {
      let x = numbers(convolution.inputCount), w = numbers(convolution.weightCount)
      let bias = numbers(convolution.outputChannels)
      return { _ = convolution.output(x, w, bias: bias) }
    }
  }

  private static func gradients(_ convolution: Convolution, _ algorithm: String) -> [Workload] {
    let name = "convolution, \(algorithm), gradient of", size = Size.operations(convolution.operations)
    return [
      Workload("\(name) x", convolution.shape, size) {
        let dy = numbers(convolution.outputCount), w = numbers(convolution.weightCount)
        return { _ = convolution.inputGradient(dy, w) }
      },
      Workload("\(name) w", convolution.shape, size) {
        let x = numbers(convolution.inputCount), dy = numbers(convolution.outputCount)
        return { _ = convolution.weightGradient(x, dy) }
      },
    ]
  }

  /// What stands between the convolutions, and the optimizer.
  private static var others: [Workload] {
    let norm = GroupNormShape(batch: 32, pixels: 784, channels: 32, groups: 8)
    let normCount = 32 * 784 * 32
    let (scale, shift) = (numbers(32), numbers(32))
    let attention = Attention(batch: 128, positions: 49, channels: 64, heads: 1)
    let attentionCount = 128 * 49 * 64, product = 2 * 128 * 49 * 49 * 64
    let parameters = 1_623_169
    return [
      Workload("attention", "128 · [49, 64], one head", .operations(2 * product)) {
        let (q, k, v) = (numbers(attentionCount), numbers(attentionCount), numbers(attentionCount))
        return { _ = attention.output(query: q, key: k, value: v) }
      },
      Workload("attention, gradients", "128 · [49, 64], one head", .operations(4 * product)) {
        let (q, k, v) = (numbers(attentionCount), numbers(attentionCount), numbers(attentionCount))
        let weights = attention.output(query: q, key: k, value: v).weights, dy = numbers(attentionCount)
        return { _ = attention.gradients(query: q, key: k, value: v, weights: weights, dy) }
      },
      Workload("group norm and SiLU", "32 · [28 × 28, 32], 8 groups", .bytes(4 * 2 * normCount)) {
        let x = numbers(normCount)
        return { _ = groupNorm(x, scale: scale, shift: shift, norm, epsilon: 1e-6, silu: true) }
      },
      Workload("group norm and SiLU, gradients", "32 · [28 × 28, 32], 8 groups", .bytes(4 * 3 * normCount)) {
        let x = numbers(normCount), dy = numbers(normCount)
        let statistics = groupNorm(x, scale: scale, shift: shift, norm, epsilon: 1e-6, silu: true).statistics
        return {
          _ = groupNormGradient(x, scale: scale, shift: shift, statistics: statistics, dy, norm, silu: true)
        }
      },
      Workload("softmax", "[6272, 49]", .bytes(4 * 2 * 6272 * 49)) {
        let x = numbers(6272 * 49)
        return { _ = softmax(x, rows: 6272, columns: 49) }
      },
      Workload("exponential", "[1048576]", .bytes(4 * 2 << 20)) {
        let x = numbers(1 << 20)
        return { _ = exponential(x) }
      },
      Workload("step of Adam", "[\(parameters)]", .bytes(4 * 7 * parameters)) {
        let (w, g, m) = (numbers(parameters), numbers(parameters), numbers(parameters))
        let v = Buffer(repeating: 1, count: parameters)
        return {
          _ = adamStep(
            weights: w, gradient: g, firstMoment: m, secondMoment: v, learningRate: 1e-3, beta1: 0.9,
            beta2: 0.999, epsilon: 1e-8, step: 1)
        }
      },
    ]
  }
}

/// Numbers in [−1, 1], the same each time, with no pattern that a kernel could profit from.
private func numbers(_ count: Int) -> Buffer {
  Buffer(count: count) { index in
    Float(Int32(truncatingIfNeeded: (index + 1) &* 0x9E37_79B9)) * 0x1p-31
  }
}

extension Convolution {
  fileprivate var inputCount: Int { batch * height * width * inputChannels }
  fileprivate var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  fileprivate var weightCount: Int { outputChannels * inputChannels * kernel * kernel }
  fileprivate var operations: Int { 2 * outputCount * inputChannels * kernel * kernel }

  fileprivate var shape: String {
    let step = stride > 1 ? ", stride \(stride)" : ""
    return "\(kernel) × \(kernel)\(step), \(batch) · [\(height) × \(width), \(inputChannels)] → "
      + "[\(outputHeight) × \(outputWidth), \(outputChannels)]"
  }
}
