import Formats
import Networks

extension TrainingSettings {
  /// The settings by name, as a checkpoint's options have them.
  package var json: JSON {
    [
      "batch_size": JSON(batchSize), "learning_rate": learningRate.json,
      // An infinite limit is none, and JSON has no infinity.
      "largest_gradient_norm": largestGradientNorm.flatMap { $0.isFinite ? JSON($0) : nil } ?? .null,
      "average_decay": JSON(averageDecay),
      // A reader of JSON may take numbers from 2⁶³ up for others.
      "seed": Int(exactly: seed).map { JSON($0) } ?? JSON(String(seed)),
    ]
  }
}

extension LearningRate {
  /// The schedule by name, as a checkpoint's options have it.
  package var json: JSON {
    let shape: [JSON.Member] =
      switch decay {
      case .constant: [.init("decay", "constant")]
      case .cosine(let end, let floor):
        [.init("decay", "cosine"), .init("end", JSON(end)), .init("floor", JSON(floor))]
      case .steps(let places, let factor):
        [
          .init("decay", "steps"), .init("after", JSON(places.map { JSON($0) })),
          .init("factor", JSON(factor)),
        ]
      }
    return JSON([.init("peak", JSON(peak)), .init("warm_up", JSON(warmUp))] + shape)
  }
}
