/// A rule by which gradients change weights.
///
/// A value that remembers what it needs of earlier gradients: whoever keeps a copy can go back to it.
public protocol Optimizer: Sendable {
  /// The number of steps made.
  var stepCount: Int { get }

  /// Makes a step.
  ///
  /// - Parameters:
  ///   - weights: The weights, which change.
  ///   - gradients: The gradient of the loss with respect to each, under the same names.
  ///   - gradientScale: What the gradients are multiplied with first, such as `clippingFactor`.
  ///   - learningRate: η.
  mutating func step(
    _ weights: inout Weights, gradients: Weights, gradientScale: Double, learningRate: Double)
}
