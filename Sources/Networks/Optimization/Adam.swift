import Tensors

/// The optimizer Adam (Kingma and Ba 2015), with the semantics of PyTorch's.
///
///     mₙ = β₁ mₙ₋₁ + (1 − β₁) gₙ        vₙ = β₂ vₙ₋₁ + (1 − β₂) gₙ²
///     wₙ = wₙ₋₁ − η (mₙ / (1 − β₁ⁿ)) / (√(vₙ / (1 − β₂ⁿ)) + ε)
///
/// A value: whoever keeps a copy can go back to it.
public struct Adam: Optimizer {
  /// How quickly the mean of the gradients forgets.
  public let beta1: Double
  /// How quickly the mean of their squares forgets.
  public let beta2: Double
  /// ε, which keeps the quotient finite.
  public let epsilon: Double
  /// n, the number of steps made.
  public private(set) var stepCount: Int
  /// m, the mean of the gradients.
  public private(set) var firstMoments: Weights
  /// v, the mean of their squares.
  public private(set) var secondMoments: Weights

  /// Creates the optimizer before its first step.
  ///
  /// - Parameters:
  ///   - weights: The weights that it will train.
  ///   - beta1: β₁, at least 0 and less than 1.
  ///   - beta2: β₂, at least 0 and less than 1.
  ///   - epsilon: ε, above 0.
  public init(for weights: Weights, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.init(
      firstMoments: weights.zeros, secondMoments: weights.zeros, stepCount: 0, beta1: beta1, beta2: beta2,
      epsilon: epsilon)
  }

  /// Creates the optimizer as it was after some steps.
  ///
  /// - Parameters:
  ///   - firstMoments: m.
  ///   - secondMoments: v, under the same names.
  ///   - stepCount: n.
  ///   - beta1: β₁, at least 0 and less than 1.
  ///   - beta2: β₂, at least 0 and less than 1.
  ///   - epsilon: ε, above 0.
  public init(
    firstMoments: Weights, secondMoments: Weights, stepCount: Int, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8
  ) {
    guard (0..<1).contains(beta1), (0..<1).contains(beta2), epsilon > 0, stepCount >= 0 else {
      fatalError("Adam: betas \(beta1) and \(beta2), epsilon \(epsilon), after \(stepCount) steps")
    }
    firstMoments.requireSameNames(secondMoments)
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.stepCount = stepCount
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Makes a step.
  ///
  /// - Parameters:
  ///   - weights: The weights, which change.
  ///   - gradients: The gradient of the loss with respect to each, under the same names.
  ///   - gradientScale: What the gradients are multiplied with first, such as `clippingFactor`.
  ///   - learningRate: η.
  public mutating func step(
    _ weights: inout Weights, gradients: Weights, gradientScale: Double = 1, learningRate: Double
  ) {
    weights.requireSameNames(gradients)
    weights.requireSameNames(firstMoments)
    stepCount += 1
    let new = weights.tensors.indices.map { place in
      weights.tensors[place].adamStep(
        gradient: gradients.tensors[place], gradientScale: gradientScale,
        firstMoment: firstMoments.tensors[place], secondMoment: secondMoments.tensors[place],
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, step: stepCount)
    }
    weights = weights.replacing(new.map { $0.tensor })
    firstMoments = firstMoments.replacing(new.map { $0.firstMoment })
    secondMoments = secondMoments.replacing(new.map { $0.secondMoment })
  }
}
