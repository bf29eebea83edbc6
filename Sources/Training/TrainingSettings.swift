import Networks

/// What decides a training beside network, data and schedule.
package struct TrainingSettings: Equatable, Sendable {
  /// The number of samples in a step.
  package var batchSize: Int
  /// The rate of each step.
  package var learningRate: LearningRate
  /// What the gradients are shortened to where they are longer, all together; nil for no limit.
  package var largestGradientNorm: Double?
  /// The largest share of the old average of the weights that a step keeps.
  package var averageDecay: Double
  /// What the first weights, the timesteps, the noise and dropout are a function of.
  package var seed: UInt64

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - batchSize: The number of samples in a step, 1 or more.
  ///   - learningRate: The rate of each step.
  ///   - largestGradientNorm: What the gradients are shortened to where they are longer, above 0; nil for no limit.
  ///   - averageDecay: The largest share of the old average of the weights that a step keeps, at least 0, less than 1.
  ///   - seed: What the first weights, the timesteps, the noise and dropout are a function of.
  package init(
    batchSize: Int = 128, learningRate: LearningRate, largestGradientNorm: Double? = 1,
    averageDecay: Double = 0.999, seed: UInt64 = 2020
  ) {
    guard batchSize >= 1 else { fatalError("TrainingSettings: batches of \(batchSize) samples") }
    if let limit = largestGradientNorm, !(limit > 0) {
      fatalError("TrainingSettings: a largest gradient norm of \(limit)")
    }
    guard averageDecay >= 0, averageDecay < 1 else {
      fatalError("TrainingSettings: a decay of the average of \(averageDecay)")
    }
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.largestGradientNorm = largestGradientNorm
    self.averageDecay = averageDecay
    self.seed = seed
  }
}
