import Tensors

/// The exponential moving average of a network's weights, which makes better samples than the weights themselves.
///
///     averageₙ = dₙ averageₙ₋₁ + (1 − dₙ) weightsₙ,      dₙ = min(decay, (1 + n) / (10 + n)),      n = 1, 2, …
///
/// The second term of the minimum is the warm-up of TensorFlow and diffusers: at first the average forgets quickly, or it
/// would remember the random weights that training began with. (diffusers is one update behind: its first copies the
/// weights.)
public struct MovingAverage: Sendable {
  /// The largest share of the old average that an update keeps.
  public let decay: Double
  /// How many updates there have been.
  public private(set) var updateCount: Int
  /// The average.
  public private(set) var weights: Weights

  /// Creates an average.
  ///
  /// - Parameters:
  ///   - weights: What it begins with, or what it was when training stopped.
  ///   - decay: The largest share of the old average that an update keeps, at least 0 and less than 1.
  ///   - updateCount: How many updates there have been.
  public init(_ weights: Weights, decay: Double = 0.9999, updateCount: Int = 0) {
    guard decay >= 0, decay < 1, updateCount >= 0 else {
      fatalError("MovingAverage: a decay of \(decay) after \(updateCount) updates")
    }
    self.weights = weights
    self.decay = decay
    self.updateCount = updateCount
  }

  /// dₙ, the share of the old average that update n keeps.
  public func decay(ofUpdate n: Int) -> Double { min(decay, Double(1 + n) / Double(10 + n)) }

  /// Takes new weights into the average.
  public mutating func update(with new: Weights) {
    updateCount += 1
    let kept = decay(ofUpdate: updateCount)
    weights = weights.combined(with: new) { old, new in old.movingAverage(with: new, decay: kept) }
  }
}
