import Networks
import Training

/// What decides the training of a `Judge` beside its network and its pictures.
package struct JudgeSettings: Equatable, Sendable {
  /// How often each picture is seen.
  package var epochs: Int
  /// The number of pictures in a step; the last of an epoch has what is left.
  package var batchSize: Int
  /// The learning rate after the warm-up; from there half a cosine leads down to 0 at the last step.
  package var peakRate: Double
  /// What the first weights are a function of.
  package var seed: UInt64

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - epochs: How often each picture is seen, 1 or more.
  ///   - batchSize: The number of pictures in a step, 1 or more.
  ///   - peakRate: The learning rate after the warm-up, above 0.
  ///   - seed: What the first weights are a function of.
  package init(epochs: Int = 5, batchSize: Int = 128, peakRate: Double = 2e-3, seed: UInt64 = 2020) {
    guard epochs >= 1, batchSize >= 1 else {
      fatalError("JudgeSettings: \(epochs) epochs in batches of \(batchSize)")
    }
    self.epochs = epochs
    self.batchSize = batchSize
    self.peakRate = peakRate
    self.seed = seed
  }

  /// The number of steps that a number of pictures makes.
  package func stepCount(pictures: Int) -> Int { epochs * stepsPerEpoch(pictures: pictures) }

  /// The steps after which all pictures have been seen once more.
  func stepsPerEpoch(pictures: Int) -> Int { (pictures + batchSize - 1) / batchSize }

  /// The rate of each step for a number of pictures: a tenth of the first epoch to warm up, then the cosine.
  package func learningRate(pictures: Int) -> LearningRate {
    let end = stepCount(pictures: pictures)
    let warmUp = stepsPerEpoch(pictures: pictures) / 10
    return LearningRate(peakRate, warmUp: warmUp, decay: .cosine(end: end))
  }

  /// The same for a `Trainer`: gradients as they are, and no average but the weights themselves.
  func training(pictures: Int) -> TrainingSettings {
    TrainingSettings(
      batchSize: batchSize, learningRate: learningRate(pictures: pictures), largestGradientNorm: nil,
      averageDecay: 0, seed: seed)
  }
}
