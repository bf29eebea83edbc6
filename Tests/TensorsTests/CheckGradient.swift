import Tensors
import TestSupport
import Testing

/// Checks shape, result and gradients of an operation at random numbers of given shapes, all in one call.
///
/// The gradient of each input is checked in one random direction v, for a random u: gᵀv, where g = uᵀJ is what the
/// tensors give, against the central difference of uᵀf in Double,
///
///     (uᵀ f(x + h v) − uᵀ f(x − h v)) / 2h          h = 10⁻⁵
///
/// whose own error is about h² = 10⁻¹⁰. Measured over all operations and shapes, gradients are off by 3.5 · 10⁻⁷ at
/// most, relative to the terms of gᵀv, and results by 1.6 · 10⁻⁶ of the largest number, which is what Winograd's
/// transforms lose: the tolerances are 10⁻⁶ and 4 · 10⁻⁶.
///
/// Each input is tracked alone, too, the others being plain numbers: the bits stay the same.
///
/// - Parameters:
///   - shapes: The shapes of the inputs.
///   - interval: Where their numbers lie.
///   - random: What the numbers are drawn from.
///   - operation: The operation.
///   - reference: The same by plain loops.
func checkGradient(
  _ shapes: [[Int]], in interval: ClosedRange<Double> = -1...1, _ random: inout SplitMix64,
  _ operation: ([Tensor]) -> Tensor, like reference: ([Numbers]) -> Numbers,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  func drawn(_ shape: [Int], in interval: ClosedRange<Double> = -1...1) -> Tensor {
    Tensor(random.floats(shape.reduce(1, *), in: interval), shape: shape)
  }
  let plain = shapes.map { drawn($0, in: interval) }, tracked = plain.map { $0.tracked() }
  let result = operation(tracked), expected = reference(plain.map(Numbers.init))
  #expect(result.shape == expected.shape, "for \(shapes)", sourceLocation: sourceLocation)
  #expect(result.isTracked, sourceLocation: sourceLocation)
  #expect(!operation(plain).isTracked, sourceLocation: sourceLocation)
  guard result.shape == expected.shape else { return }

  let size = expected.values.reduce(1) { max($0, abs($1)) }
  let error = zip(result.values, expected.values).map { abs(Double($0) - $1) / size }.worst
  #expect(error <= 4e-6, "the result for \(shapes)", sourceLocation: sourceLocation)

  let u = drawn(result.shape)
  let gradients = result.gradients(at: tracked, direction: u)
  for (input, gradient) in gradients.enumerated() {
    #expect(gradient.shape == shapes[input], sourceLocation: sourceLocation)
    guard gradient.shape == shapes[input] else { continue }
    let v = drawn(shapes[input])
    let terms = zip(gradient.values, v.values).map { Double($0) * Double($1) }
    func moved(by h: Double) -> Double {
      var inputs = plain.map(Numbers.init)
      inputs[input] = inputs[input].with(Numbers(v)) { $0 + h * $1 }
      return reference(inputs).with(Numbers(u), *).values.reduce(0, +)
    }
    let slope = (moved(by: 1e-5) - moved(by: -1e-5)) / 2e-5
    let error = abs(terms.reduce(0, +) - slope)
    let tolerance = 1e-6 * max(1, terms.reduce(0) { $0 + abs($1) })
    #expect(error <= tolerance, "the gradient of input \(input) of \(shapes)", sourceLocation: sourceLocation)

    var mixed = plain
    mixed[input] = tracked[input]
    let alone = operation(mixed).gradients(at: [tracked[input]], direction: u)[0]
    #expect(
      alone.values == gradient.values, "input \(input) of \(shapes) alone", sourceLocation: sourceLocation)
  }
}

extension Numbers {
  /// The numbers of a tensor.
  init(_ tensor: Tensor) { self.init(tensor.shape, tensor.values.map(Double.init)) }
}

extension Sequence<Double> {
  /// The largest, or infinity if one is not a number.
  var worst: Double { reduce(0) { $1.isNaN ? .infinity : Swift.max($0, $1) } }
}

extension SplitMix64 {
  /// A shape of one to four dimensions.
  mutating func shape() -> [Int] {
    (0..<whole(1...4)).map { _ in whole(1...7) }
  }
}
