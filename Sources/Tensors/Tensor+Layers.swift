import Kernels

/// The zeros that a convolution sets around an image, in pixels at each edge.
public struct Padding: Hashable, Sendable {
  fileprivate let edges: EdgeWidths

  /// Rows above.
  public var top: Int { edges.top }
  /// Columns to the left.
  public var left: Int { edges.left }
  /// Rows below.
  public var bottom: Int { edges.bottom }
  /// Columns to the right.
  public var right: Int { edges.right }

  /// No zeros at any edge.
  public static var zero: Padding { Padding(0) }

  /// The same number on all sides.
  public init(_ all: Int) { edges = EdgeWidths(all) }

  /// Each side by itself.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    edges = EdgeWidths(top: top, left: left, bottom: bottom, right: right)
  }
}

// The operations that layers are made of.

extension Tensor {
  /// The matrix product of [m, k] and [k, n].
  public func matrixProduct(_ other: Tensor) -> Tensor {
    let (m, k) = matrixShape(in: "matrixProduct"), (otherRows, n) = other.matrixShape(in: "matrixProduct")
    guard k == otherRows else { fatalError("matrixProduct: shapes \(shape) and \(other.shape)") }
    let y = Kernels.matrixProduct(.plain(buffer), .plain(other.buffer), rows: m, terms: k, columns: n)
    return Tensor(y, [m, n], from: self, other) { dy, gradients in
      gradients.add(
        to: self,
        Tensor(
          Kernels.matrixProduct(.plain(dy.buffer), .transposed(other.buffer), rows: m, terms: n, columns: k),
          [m, k]))
      gradients.add(
        to: other,
        Tensor(
          Kernels.matrixProduct(.transposed(buffer), .plain(dy.buffer), rows: k, terms: m, columns: n),
          [k, n]))
    }
  }

  /// A linear map of the last dimension: x Wᵀ + b.
  ///
  /// - Parameters:
  ///   - weight: [out, in].
  ///   - bias: [out], or nil.
  /// - Returns: The shape of x with the last dimension `out`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    let (outputs, inputs) = weight.matrixShape(in: "linear")
    guard shape.last == inputs else { fatalError("linear: \(inputs) inputs wanted, the tensor has \(shape)") }
    let rows = count / max(1, inputs)
    let y = Kernels.matrixProduct(
      .plain(buffer), .transposed(weight.buffer), plus: bias?.buffer, rows: rows, terms: inputs,
      columns: outputs)
    return Tensor(y, shape.dropLast() + [outputs], from: [self, weight, bias].compactMap { $0?.place }) {
      [bias = bias?.place] dy, gradients in
      gradients.add(
        to: self,
        Tensor(
          Kernels.matrixProduct(
            .plain(dy.buffer), .plain(weight.buffer), rows: rows, terms: outputs, columns: inputs),
          shape))
      gradients.add(
        to: weight,
        Tensor(
          Kernels.matrixProduct(
            .transposed(dy.buffer), .plain(buffer), rows: outputs, terms: rows, columns: inputs),
          weight.shape))
      if let bias {
        gradients.add(to: bias, Tensor(columnSums(dy.buffer, rows: rows, columns: outputs), bias.shape))
      }
    }
  }

  /// A two-dimensional convolution (cross-correlation, as in every network library).
  ///
  ///     y[b, i, j, o] = Σ x[b, i·stride + u − top, j·stride + v − left, c] · weight[o, c, u, v]
  ///                     + bias[o] + vector[b, o] + residual[b, i, j, o]
  ///
  /// What is added is added while y is written: images are large, and reading and writing them once more takes as long
  /// as the convolution of a few channels.
  ///
  /// - Parameters:
  ///   - weight: [out, in, kernel, kernel].
  ///   - bias: [out], or nil.
  ///   - vector: A vector for each image, added to all its pixels, [batch, out], or nil: a residual block's timestep.
  ///   - residual: Of the shape of y, or nil: what a residual block adds to. Where it is consumed here and nobody else
  ///     holds its numbers, y may take their place.
  ///   - stride: 1 or more.
  ///   - padding: Zeros around the image.
  ///   - upsampled: Whether it is `upsampled()` that is convolved, which need not be written where no gradient is wanted.
  ///   - factors: Those of a group normalization, [batch, 2, in], where silu(factor · x + offset) stands for x; or nil.
  ///     Only where no gradient is wanted for x and the weights.
  /// - Returns: [batch, height', width', out].
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, plus vector: Tensor? = nil,
    plusImages residual: consuming Tensor? = nil, stride: Int = 1, padding: Padding = .zero,
    upsampled: Bool = false, factors: Tensor? = nil
  ) -> Tensor {
    guard factors == nil || !isTracked && !weight.isTracked && !upsampled else {
      fatalError("convolution: factors where a gradient is wanted, or of images to be up-sampled")
    }
    if upsampled, isTracked || weight.isTracked {
      return self.upsampled().convolution(
        weight, bias: bias, plus: vector, plusImages: consume residual, stride: stride, padding: padding)
    }
    var residual = residual
    let (batch, ownHeight, ownWidth, channels) = imageShape(in: "convolution")
    let (height, width) = upsampled ? (2 * ownHeight, 2 * ownWidth) : (ownHeight, ownWidth)
    guard weight.shape.count == 4, weight.shape[1] == channels, weight.shape[2] == weight.shape[3] else {
      fatalError("convolution: weights \(weight.shape) for images \(shape)")
    }
    let outputs = weight.shape[0]
    let convolution = Convolution(
      batch: batch, height: height, width: width, inputChannels: channels, outputChannels: outputs,
      kernel: weight.shape[2], stride: stride, padding: padding.edges)
    let outputShape = [batch, convolution.outputHeight, convolution.outputWidth, outputs]
    guard bias.map({ $0.shape == [outputs] }) ?? true, vector.map({ $0.shape == [batch, outputs] }) ?? true,
      residual.map({ $0.shape == outputShape }) ?? true
    else {
      let added = [bias, vector, residual].map { $0.map { "\($0.shape)" } ?? "nothing" }
      fatalError("convolution: \(added.joined(separator: ", ")) added to \(outputShape)")
    }
    let inputs = [self, weight, bias, vector, residual].compactMap { $0?.place }
    let (residualPlace, images) = (residual?.place, residual?.buffer)
    residual = nil
    let input: ConvolutionInput =
      if let factors { .normalized(factors.buffer) } else { upsampled ? .upsampled : .asItIs }
    let y = convolution.output(
      buffer, weight.buffer, bias: bias?.buffer, vectors: vector?.buffer, residual: consume images,
      reading: input)
    return Tensor(y, outputShape, from: inputs) {
      [x = self, bias = bias?.place, vector = vector?.place, residual = residualPlace] dy, gradients in
      gradients.add(to: x, Tensor(convolution.inputGradient(dy.buffer, weight.buffer), x.shape))
      gradients.add(to: weight, Tensor(convolution.weightGradient(x.buffer, dy.buffer), weight.shape))
      if let residual { gradients.add(to: residual, dy) }
      guard bias != nil || vector != nil else { return }
      let sums = sumOverPixels(
        dy.buffer, batch: batch, pixels: outputShape[1] * outputShape[2], channels: outputs)
      if let vector { gradients.add(to: vector, Tensor(sums, vector.shape)) }
      if let bias {
        gradients.add(to: bias, Tensor(columnSums(sums, rows: batch, columns: outputs), bias.shape))
      }
    }
  }

  /// Group normalization over the last dimension's groups and all pixels, then SiLU if wanted.
  ///
  /// x̂ = (x − mean) / √(variance + ε), y = scale · x̂ + shift; mean and (biased) variance of each sample's group.
  ///
  /// - Parameters:
  ///   - groups: How many groups the channels are cut into; divides their number.
  ///   - scale: [channels].
  ///   - shift: [channels].
  ///   - epsilon: Added to the variance.
  ///   - silu: Whether SiLU follows, in the same pass.
  /// - Returns: The same shape.
  public func groupNorm(groups: Int, scale: Tensor, shift: Tensor, epsilon: Double, silu: Bool) -> Tensor {
    let normShape = groupNormShape(groups, scale, shift)
    let (y, statistics) = Kernels.groupNorm(
      buffer, scale: scale.buffer, shift: shift.buffer, normShape, epsilon: Float(epsilon), silu: silu)
    return Tensor(y, self.shape, from: self, scale, shift) { dy, gradients in
      let (dx, dscale, dshift) = groupNormGradient(
        buffer, scale: scale.buffer, shift: shift.buffer, statistics: statistics, dy.buffer, normShape,
        silu: silu)
      gradients.add(to: self, Tensor(dx, self.shape))
      gradients.add(to: scale, Tensor(dscale, scale.shape))
      gradients.add(to: shift, Tensor(dshift, shift.shape))
    }
  }

  /// Group normalization as a factor and an offset for each sample's channels, with no gradient.
  ///
  /// y = factor · x + offset, where `groupNorm` without SiLU gives y; parameters as there.
  ///
  /// - Returns: [batch, 2, channels].
  public func groupNormFactors(groups: Int, scale: Tensor, shift: Tensor, epsilon: Double) -> Tensor {
    let normShape = groupNormShape(groups, scale, shift)
    let factors = Kernels.groupNormFactors(
      buffer, scale: scale.buffer, shift: shift.buffer, normShape, epsilon: Float(epsilon))
    return Tensor(factors, [normShape.batch, 2, normShape.channels])
  }

  private func groupNormShape(_ groups: Int, _ scale: Tensor, _ shift: Tensor) -> GroupNormShape {
    guard shape.count >= 2, let channels = shape.last, groups >= 1, channels % groups == 0,
      scale.count == channels, shift.count == channels
    else { fatalError("groupNorm: \(groups) groups and scale \(scale.shape) for \(self.shape)") }
    return GroupNormShape(
      batch: shape[0], pixels: shape.dropFirst().dropLast().reduce(1, *), channels: channels, groups: groups)
  }

  /// Softmax over the last dimension.
  public func softmax() -> Tensor {
    let columns = shape.last ?? 1, rows = count / max(1, columns)
    let y = Kernels.softmax(buffer, rows: rows, columns: columns)
    return Tensor(y, shape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Tensor(softmaxGradient(y, dy.buffer, rows: rows, columns: columns), x.shape))
    }
  }

  /// Attention of every position to every other: softmax(q kᵀ / √d) v, head by head.
  ///
  /// - Parameters:
  ///   - query: [batch, positions, channels].
  ///   - key: As query.
  ///   - value: As query.
  ///   - heads: How many heads the channels are cut into; divides their number.
  /// - Returns: As query.
  public static func attention(query: Tensor, key: Tensor, value: Tensor, heads: Int) -> Tensor {
    let shape = query.shape
    let attention = attention(of: query, key, heads: heads)
    query.requireSameShape(value, in: "attention")
    let (y, weights) = attention.output(query: query.buffer, key: key.buffer, value: value.buffer)
    return Tensor(y, shape, from: query, key, value) { dy, gradients in
      let (dq, dk, dv) = attention.gradients(
        query: query.buffer, key: key.buffer, value: value.buffer, weights: weights, dy.buffer)
      gradients.add(to: query, Tensor(dq, shape))
      gradients.add(to: key, Tensor(dk, shape))
      gradients.add(to: value, Tensor(dv, shape))
    }
  }

  /// The weights of that attention, softmax(q kᵀ / √d), head by head, with no gradient.
  ///
  /// - Parameters:
  ///   - query: [batch, positions, channels].
  ///   - key: As query.
  ///   - heads: How many heads the channels are cut into; divides their number.
  /// - Returns: [batch, heads, positions, positions], how much of the value at the last index goes to the one before it.
  public static func attentionWeights(query: Tensor, key: Tensor, heads: Int) -> Tensor {
    let attention = attention(of: query, key, heads: heads)
    let positions = query.shape[1]
    return Tensor(
      attention.weights(query: query.buffer, key: key.buffer),
      [query.shape[0], heads, positions, positions])
  }

  /// The attention of queries to keys.
  private static func attention(of query: Tensor, _ key: Tensor, heads: Int) -> Attention {
    query.requireSameShape(key, in: "attention")
    let shape = query.shape
    guard shape.count == 3, heads >= 1, shape[2] % heads == 0 else {
      fatalError("attention: \(heads) heads for \(shape)")
    }
    return Attention(batch: shape[0], positions: shape[1], channels: shape[2], heads: heads)
  }

  /// The mean cross-entropy of logits [batch, classes] with the true classes, in nats: a single number.
  public func crossEntropy(labels: [Int]) -> Tensor {
    let (rows, columns) = matrixShape(in: "crossEntropy")
    guard rows == labels.count, labels.allSatisfy({ (0..<columns).contains($0) }) else {
      fatalError("crossEntropy: \(labels.count) labels for logits \(shape)")
    }
    let (loss, slope) = Kernels.crossEntropy(buffer, labels: labels, rows: rows, columns: columns)
    return Tensor(Buffer(repeating: Float(loss), count: 1), [], from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Double(dy.value) * Tensor(slope, x.shape))
    }
  }
}
