import Deterministic
import Kernels

/// Numbers in a box: Float32 values with a shape, images as [B, H, W, C].
///
/// A tensor is a value. Operations make new ones and read like the mathematics:
///
/// ```swift
/// let noisy = 0.778 * x0 + 0.628 * noise
/// let loss = (network(noisy) - noise).squared().mean()
/// ```
///
/// A tensor that was made by operations on tracked tensors remembers how, so that `loss.gradients(at:)` can go back the
/// same way (Gradients.swift has the story). One that was not remembers nothing.
///
/// Weights have the layouts of PyTorch, so that files need no conversion: a convolution's [out, in, height, width],
/// a linear layer's [out, in].
public struct Tensor: Sendable {
  /// The length of each dimension, the last running fastest; [] for a single number.
  public let shape: [Int]
  /// The numbers.
  let buffer: Buffer
  /// How it was made, when a gradient may be asked for.
  let node: Node?

  /// Creates a tensor of numbers that have just been computed.
  ///
  /// - Parameters:
  ///   - buffer: As many numbers as the product of the shape.
  ///   - shape: The length of each dimension.
  ///   - node: How it was made.
  init(_ buffer: Buffer, _ shape: [Int], _ node: Node? = nil) {
    guard buffer.count == shape.reduce(1, *) else {
      fatalError("a tensor of shape \(shape) does not have \(buffer.count) numbers")
    }
    self.shape = shape
    self.buffer = buffer
    self.node = node
  }

  /// The number of numbers.
  public var count: Int { buffer.count }

  /// The numbers in order, the last dimension running fastest.
  public var values: [Float] { buffer.values }

  /// The only number of a tensor that has one.
  public var value: Float {
    guard count == 1 else { fatalError("a tensor of shape \(shape) is not a single number") }
    return buffer[0]
  }

  /// The number at a place, one index for each dimension.
  public subscript(indices: Int...) -> Float {
    guard indices.count == shape.count, zip(indices, shape).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
      fatalError("no element \(indices) in a tensor of shape \(shape)")
    }
    return buffer[zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }
}

// MARK: - Making tensors

extension Tensor {
  /// A single number.
  public init(_ value: Float) { self.init(Buffer(repeating: value, count: 1), []) }

  /// The numbers of an array, in the order of the shape.
  ///
  /// - Parameters:
  ///   - values: As many as the product of the shape.
  ///   - shape: The length of each dimension; by default one dimension.
  public init(_ values: [Float], shape: [Int]? = nil) {
    self.init(Buffer(values), shape ?? [values.count])
  }

  /// The same number everywhere.
  public init(repeating value: Float, shape: [Int]) {
    self.init(Buffer(repeating: value, count: shape.reduce(1, *)), shape)
  }

  /// Zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// Draws from N(0, 1): a row of the batch for each sample, its elements counted in the order h, w, c.
  ///
  /// Each is a Double of `RandomStream`, rounded once. Sample 17's row is the same in any batch.
  ///
  /// - Parameters:
  ///   - random: The numbers of one use.
  ///   - step: The timestep or training step they belong to.
  ///   - samples: The samples, one a row.
  ///   - rowShape: The shape of a row, such as [28, 28, 1].
  /// - Returns: A tensor of shape [samples.count] + rowShape.
  @inlinable
  public static func normal(
    _ random: RandomStream, step: Int = 0, samples: some Sequence<Int>, rowShape: [Int]
  ) -> Tensor {
    // Inlined for the caller's kind of sequence: a range is listed faster than its numbers are drawn.
    normal(random, step: step, samples: Array(samples), rowShape: rowShape)
  }

  /// As above, of a list of samples.
  public static func normal(
    _ random: RandomStream, step: Int = 0, samples: [Int], rowShape: [Int]
  ) -> Tensor {
    let rowCount = rowShape.reduce(1, *)
    return Tensor(rows: samples.count, of: rowShape) { row in
      random.normals(step: step, sample: samples[row], count: rowCount)
    }
  }
}

// MARK: - Shapes

extension Tensor {
  /// The same numbers in another shape.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    Tensor(buffer, newShape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, dy.reshaped(x.shape))
    }
  }

  /// The number of rows: the length of the first dimension.
  public var rowCount: Int { shape.first ?? 1 }

  /// The number of numbers in a row.
  var rowLength: Int { rowCount == 0 ? 0 : count / rowCount }

  /// Stops the program unless the shapes are equal.
  func requireSameShape(_ other: Tensor, in operation: String) {
    guard shape == other.shape else { fatalError("\(operation): shapes \(shape) and \(other.shape)") }
  }

  /// Batch, height, width and channels of images; anything else stops the program.
  func imageShape(in operation: String) -> (batch: Int, height: Int, width: Int, channels: Int) {
    guard shape.count == 4 else {
      fatalError("\(operation): expected [B, H, W, C], found \(shape)")
    }
    return (shape[0], shape[1], shape[2], shape[3])
  }

  /// Rows and columns of a matrix; anything else stops the program.
  func matrixShape(in operation: String) -> (rows: Int, columns: Int) {
    guard shape.count == 2 else { fatalError("\(operation): expected [rows, columns], found \(shape)") }
    return (shape[0], shape[1])
  }
}
