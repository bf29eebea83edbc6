/// Zeros around an image.
public struct EdgeWidths: Hashable, Sendable {
  /// Rows above.
  public var top: Int
  /// Columns to the left.
  public var left: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the right.
  public var right: Int

  /// The same number on all sides.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

  /// Each side by itself.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }
}

/// What is done to the numbers of x before they are convolved.
///
/// Winograd's algorithm does it while it reads, and writes nothing in between.
public enum ConvolutionInput: Sendable {
  /// Nothing.
  case asItIs
  /// Each pixel stands for 2 × 2: x has half the height and half the width.
  case upsampled
  /// silu(factor · x + offset), given what `groupNormFactors` gives, [batch, 2, in].
  case normalized(Buffer)
}

/// A two-dimensional convolution of images [B, H, W, C] with weights [out, in, kernel, kernel].
///
///     y[b, i, j, o] = bias[o] + Σ_{u, v, c} x[b, i·stride + u − top, j·stride + v − left, c] · w[o, c, u, v]
///
/// and its two gradients.
public struct Convolution: Hashable, Sendable {
  /// The number of images.
  public let batch: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// Pixels from left to right.
  public let width: Int
  /// The channels of x.
  public let inputChannels: Int
  /// The channels of y.
  public let outputChannels: Int
  /// The height and width of the kernel.
  public let kernel: Int
  /// How far the kernel moves.
  public let stride: Int
  /// Zeros around x.
  public let padding: EdgeWidths

  /// Creates a convolution; sizes that fit no output stop the program.
  public init(
    batch: Int, height: Int, width: Int, inputChannels: Int, outputChannels: Int, kernel: Int,
    stride: Int = 1,
    padding: EdgeWidths
  ) {
    self.batch = batch
    self.height = height
    self.width = width
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    guard batch >= 0, inputChannels >= 1, outputChannels >= 1, kernel >= 1, stride >= 1,
      paddedHeight >= kernel, paddedWidth >= kernel,
      min(padding.top, padding.left, padding.bottom, padding.right) >= 0
    else { fatalError("there is no such convolution: \(self)") }
  }

  /// The height of y.
  public var outputHeight: Int { (paddedHeight - kernel) / stride + 1 }
  /// The width of y.
  public var outputWidth: Int { (paddedWidth - kernel) / stride + 1 }

  var paddedHeight: Int { padding.top + height + padding.bottom }
  var paddedWidth: Int { padding.left + width + padding.right }
  var inputCount: Int { batch * height * width * inputChannels }
  var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  var weightCount: Int { outputChannels * inputChannels * kernel * kernel }
  /// The multiplications of the plain formula.
  var size: Int { outputCount * inputChannels * kernel * kernel }

  // MARK: - The algorithm

  /// How it is computed: chosen here, by shape, and nowhere else.
  enum Algorithm {
    /// A kernel of one pixel: the matrix product of pixels and weights.
    case matrixProduct
    /// Winograd's F(4 × 4, 3 × 3): a quarter of the multiplications.
    case winograd
    /// Each output from its inputs, tile by tile.
    case direct
    /// Each input scattered to its outputs: for so few output channels that a tile of them would be nearly empty.
    case scatter
  }

  /// The algorithm: independent of the batch, so that an image has the same bits alone and among others.
  ///
  /// Winograd's transforms work on whole vectors of channels, so both numbers of channels are multiples of one; with
  /// fewer they would cost more than the multiplications that they save. Scattering pays where a tile, 8 or 16
  /// channels wide at the least, would be nearly empty; it needs stride 1, and its canvas begins
  /// kernel − 1 − padding before the image.
  var algorithm: Algorithm {
    if kernel == 1, stride == 1, padding == EdgeWidths(0) { return .matrixProduct }
    if kernel == 3, stride == 1, padding == EdgeWidths(1), inputChannels % lanes == 0,
      outputChannels % lanes == 0
    {
      return .winograd
    }
    return stride == 1 && outputChannels <= 3 && padding.allAtMost(kernel - 1) ? .scatter : .direct
  }

  // MARK: - The three products

  /// y = x * w + bias + vectors + residual.
  ///
  /// - Parameters:
  ///   - x: [batch, height, width, in]; half the height and width where it is to be up-sampled.
  ///   - weights: [out, in, kernel, kernel].
  ///   - bias: [out], or nil.
  ///   - vectors: Added to all pixels of an image, [batch, out], or nil.
  ///   - residual: Added to y, [batch, height', width', out], or nil. Where nobody else holds it, Winograd's
  ///     algorithm lets y take its place: memory that has just been read is written faster than other memory.
  ///   - input: What is done to x first.
  /// - Returns: [batch, height', width', out].
  public func output(
    _ x: Buffer, _ weights: Buffer, bias: Buffer?, vectors: Buffer? = nil,
    residual: consuming Buffer? = nil, reading input: ConvolutionInput = .asItIs
  ) -> Buffer {
    switch input {
    case .asItIs: require(x, inputCount, "x")
    case .upsampled:
      guard height % 2 == 0, width % 2 == 0 else { fatalError("up-sampled to an odd size: \(self)") }
      require(x, inputCount / 4, "x")
    case .normalized(let factors):
      require(x, inputCount, "x")
      require(factors, batch * 2 * inputChannels, "factors")
    }
    require(weights, weightCount, "weights")
    if let bias { require(bias, outputChannels, "bias") }
    if let vectors { require(vectors, batch * outputChannels, "vectors") }
    if let residual { require(residual, outputCount, "residual") }
    if algorithm == .winograd {
      return Winograd(self).output(
        x, input, weights, bias: bias, vectors: vectors, residual: consume residual)
    }
    let x =
      switch input {
      case .asItIs: x
      case .upsampled:
        upsampledNearest(x, batch: batch, height: height / 2, width: width / 2, channels: inputChannels)
      case .normalized(let factors):
        siluOfNormalized(x, factors, batch: batch, pixels: height * width, channels: inputChannels)
      }
    var y =
      switch algorithm {
      case .matrixProduct:
        Kernels.matrixProduct(
          .plain(x), .transposed(weights), plus: bias, rows: batch * height * width, terms: inputChannels,
          columns: outputChannels)
      case .scatter: scatteredOutput(x, weights, bias: bias)
      case .direct, .winograd: directOutput(x, weights, bias: bias)
      }
    if let vectors {
      y = addingToPixels(
        y, vectors, batch: batch, pixels: outputHeight * outputWidth, channels: outputChannels)
    }
    if let residual { add(residual, into: &y) }
    return y
  }

  /// ∂L/∂x, given ∂L/∂y.
  ///
  /// - Parameters:
  ///   - dy: [batch, height', width', out].
  ///   - weights: [out, in, kernel, kernel].
  /// - Returns: [batch, height, width, in].
  public func inputGradient(_ dy: Buffer, _ weights: Buffer) -> Buffer {
    require(dy, outputCount, "dy")
    require(weights, weightCount, "weights")
    switch algorithm {
    case .matrixProduct:
      return Kernels.matrixProduct(
        .plain(dy), .plain(weights), rows: batch * height * width, terms: outputChannels,
        columns: inputChannels)
    case .winograd: return Winograd(self).inputGradient(dy, weights)
    case .direct, .scatter: return scatteredInputGradient(dy, weights)
    }
  }

  /// ∂L/∂w, given ∂L/∂y.
  ///
  /// - Parameters:
  ///   - x: [batch, height, width, in].
  ///   - dy: [batch, height', width', out].
  /// - Returns: [out, in, kernel, kernel].
  public func weightGradient(_ x: Buffer, _ dy: Buffer) -> Buffer {
    require(x, inputCount, "x")
    require(dy, outputCount, "dy")
    switch algorithm {
    case .matrixProduct:
      return Kernels.matrixProduct(
        .transposed(dy), .plain(x), rows: outputChannels, terms: batch * height * width,
        columns: inputChannels)
    case .winograd: return Winograd(self).weightGradient(x, dy)
    case .direct, .scatter: return directWeightGradient(x, dy)
    }
  }

  private func require(_ buffer: Buffer, _ count: Int, _ name: String) {
    guard buffer.count == count else {
      fatalError("\(name) has \(buffer.count) numbers, \(self) wants \(count)")
    }
  }
}

extension EdgeWidths {
  fileprivate func allAtMost(_ limit: Int) -> Bool { max(top, left, bottom, right) <= limit }
}
