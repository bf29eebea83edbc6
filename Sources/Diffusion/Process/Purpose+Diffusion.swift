import Deterministic

/// What the process draws random numbers for.
extension Purpose {
  /// A draw x_0 from a data distribution: a point, a mixture's component, which digit.
  public static let data = Purpose(rawValue: 0)
  /// The noise of one forward step, q(x_t | x_{t−1}).
  public static let forwardStep = Purpose(rawValue: 2)
  /// The noise ε of a sample of q(x_t | x_0) in closed form.
  public static let jump = Purpose(rawValue: 3)
  /// The noise z of a reverse step.
  public static let reverseStep = Purpose(rawValue: 4)
  /// The noise x_T that sampling begins with.
  public static let startingNoise = Purpose(rawValue: 9)
  /// The noise z of a Langevin step, which corrects a sample at its noise level.
  public static let correction = Purpose(rawValue: 13)
  /// The signs of the direction in which a divergence is estimated.
  public static let probe = Purpose(rawValue: 14)
  /// Where in its gray level a pixel lies, when levels are made real numbers.
  public static let dequantization = Purpose(rawValue: 15)
}
