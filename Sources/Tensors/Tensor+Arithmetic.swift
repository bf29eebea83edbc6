import Diffusion
import Kernels

extension Tensor {
  /// The sum, element by element.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    left.requireSameShape(right, in: "+")
    return Tensor(Kernels.sum(left.buffer, right.buffer), left.shape, from: left, right) {
      [left = left.place, right = right.place] dy, gradients in
      gradients.add(to: left, dy)
      gradients.add(to: right, dy)
    }
  }

  /// The difference, element by element.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    left.requireSameShape(right, in: "-")
    return Tensor(difference(left.buffer, right.buffer), left.shape, from: left, right) {
      [left = left.place, right = right.place] dy, gradients in
      gradients.add(to: left, dy)
      gradients.add(to: right, -1 * dy)
    }
  }

  /// The product, element by element.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    left.requireSameShape(right, in: "*")
    return Tensor(product(left.buffer, right.buffer), left.shape, from: left, right) { dy, gradients in
      gradients.add(to: left, dy * right.untracked())
      gradients.add(to: right, dy * left.untracked())
    }
  }

  /// The quotient, element by element.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    left.requireSameShape(right, in: "/")
    let ratio = quotient(left.buffer, right.buffer)
    return Tensor(ratio, left.shape, from: left, right) { dy, gradients in
      gradients.add(to: left, dy / right.untracked())
      gradients.add(to: right, -1 * (dy * Tensor(ratio, left.shape) / right.untracked()))
    }
  }

  /// A multiple; the factor is rounded to Float first.
  public static func * (scale: Double, tensor: Tensor) -> Tensor {
    Tensor(scaled(tensor.buffer, by: Float(scale)), tensor.shape, from: tensor) {
      [tensor = tensor.place] dy, gradients in
      gradients.add(to: tensor, scale * dy)
    }
  }

  /// A number added to every element.
  public static func + (tensor: Tensor, shift: Double) -> Tensor {
    Tensor(shifted(tensor.buffer, by: Float(shift)), tensor.shape, from: tensor) {
      [tensor = tensor.place] dy, gradients in
      gradients.add(to: tensor, dy)
    }
  }

  /// The sum a · x + b · y in one pass; the factors are rounded to Float, and the sum once, after both products.
  public static func combining(_ a: Double, _ x: Tensor, _ b: Double, _ y: Tensor) -> Tensor {
    x.requireSameShape(y, in: "combining")
    let mixed = combination(Float(a), x.buffer, Float(b), y.buffer)
    return Tensor(mixed, x.shape, from: x, y) { [x = x.place, y = y.place] dy, gradients in
      gradients.add(to: x, a * dy)
      gradients.add(to: y, b * dy)
    }
  }

  /// The sum with another tensor of the same shape, in place where nobody else holds this one's numbers.
  consuming func adding(_ other: Tensor) -> Tensor {
    let shape = shape
    var total = buffer
    self = Tensor(other.buffer, other.shape)
    add(other.buffer, into: &total)
    return Tensor(total, shape)
  }
}

/// What the formulas of diffusion ask for.
extension Tensor: VectorSample {
  /// The number of coordinates, all rows together.
  public var dimension: Int { count }

  /// The sum of a term for each pair of numbers, computed and added in Double, in the order of the shape.
  public func sum(with other: Tensor, _ term: (Double, Double) -> Double) -> Double {
    requireSameShape(other, in: "sum(with:)")
    let others = other.buffer.values
    var sum = 0.0
    for (index, number) in buffer.values.enumerated() { sum += term(Double(number), Double(others[index])) }
    return sum
  }

  /// The inner product Σ xᵢ yᵢ, summed in Double in a fixed order.
  public func dot(_ other: Tensor) -> Double {
    requireSameShape(other, in: "dot")
    return Kernels.dot(buffer, other.buffer)
  }

  /// The tensor of transformed numbers, with no gradient.
  public func map(_ transform: (Double) -> Double) -> Tensor {
    let numbers = buffer.values
    return Tensor(Buffer(count: count) { Float(transform(Double(numbers[$0]))) }, shape)
  }

  /// The tensor with its numbers brought into [−magnitude, magnitude], with no gradient; NaN stays NaN.
  public func clipped(to magnitude: Double) -> Tensor {
    guard magnitude >= 0 else { fatalError("clipped: to a magnitude of \(magnitude)") }
    return Tensor(clamped(buffer, to: -Float(magnitude)...Float(magnitude)), shape)
  }
}

// MARK: - Sums

extension Tensor {
  /// The sum of all elements, a single number.
  public func sum() -> Tensor {
    let total = Float(Kernels.sum(of: buffer))
    return Tensor(Buffer(repeating: total, count: 1), [], from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Tensor(repeating: dy.value, shape: x.shape))
    }
  }

  /// The mean of all elements, a single number.
  public func mean() -> Tensor { 1 / Double(count) * sum() }

  /// The squared distance Σ (xᵢ − yᵢ)² times a factor, a single number: with 1 / count the mean squared error.
  ///
  /// Summed in Double in a fixed order and rounded once.
  public func squaredDistance(to target: Tensor, times factor: Double = 1) -> Tensor {
    requireSameShape(target, in: "squaredDistance")
    let distance = Float(factor * sumOfSquaredDifferences(buffer, target.buffer))
    return Tensor(Buffer(repeating: distance, count: 1), [], from: self, target) { dy, gradients in
      let slope = 2 * factor * Double(dy.value)
      // Subtracted first: exact for numbers that are close, and 0 where they are equal.
      let difference = untracked() - target.untracked()
      gradients.add(to: self, slope * difference)
      gradients.add(to: target, -slope * difference)
    }
  }

  /// The mean squared error, a single number: L_simple of a batch is that of the predicted noise.
  public func meanSquaredError(to target: Tensor) -> Tensor {
    squaredDistance(to: target, times: 1 / Double(count))
  }

  /// Σ xᵢ², summed in Double.
  public var sumOfSquares: Double { Kernels.sumOfSquares(of: buffer) }

  /// Whether no element is infinite or not a number.
  public var isFinite: Bool { Kernels.isFinite(buffer) }
}
