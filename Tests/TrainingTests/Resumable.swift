import Datasets
import Denoisers
import Deterministic
import Diffusion
import Formats
import Networks
import Training

/// A training that can be begun again and resumed.
struct Resumable<Model: NoisePredictor, Data: TrainingData> {
  var configuration: Model.Configuration
  var data: Data
  var settings: TrainingSettings
  var network: JSON

  var options: JSON { ["network": network, "data": "small", "settings": settings.json] }

  func begin() -> NoiseTrainer<Model> {
    Trainer(configuration, data: data, schedule: linear, settings: settings)
  }

  func resume(_ checkpoint: Checkpoint) throws(ResumeFailure) -> NoiseTrainer<Model> {
    try Trainer(
      configuration, data: data, schedule: linear, settings: settings, resuming: checkpoint, options: options)
  }

  /// The training after some steps without a break.
  func trained(_ stepCount: Int) throws -> NoiseTrainer<Model> {
    var trainer = begin()
    try trainer.advance(to: stepCount)
    return trainer
  }

  /// The file of a trainer.
  func bytes(_ trainer: NoiseTrainer<Model>) -> [UInt8] {
    trainer.checkpoint(options: options).safetensors.bytes
  }
}

extension Trainer {
  mutating func advance(to stepCount: Int) throws {
    while self.stepCount < stepCount { try step() }
  }
}

/// Points, in batches of three pieces, with every setting in effect.
func smallPoints(
  width: Int = 16, depth: Int = 1, batchSize: Int = 150,
  learningRate: LearningRate = LearningRate(1e-2, warmUp: 5, decay: .cosine(end: 40, floor: 0.1)),
  limit: Double? = 0.5, averageDecay: Double = 0.5, seed: UInt64 = 3
) -> Resumable<MLP, ToyPoints> {
  Resumable(
    configuration: MLPConfiguration(inputs: 2, width: width, depth: depth, embeddingDimension: 8),
    data: ToyPoints(.moons, random: RandomNumbers(seed: 1)[.data]),
    settings: TrainingSettings(
      batchSize: batchSize, learningRate: learningRate, largestGradientNorm: limit,
      averageDecay: averageDecay, seed: seed),
    network: ["width": JSON(width), "depth": JSON(depth)])
}

/// 30 pictures in batches of 12, so that every third batch lies in two epochs; a U-Net with dropout.
func smallPictures() -> Resumable<UNet, ImageSet> {
  var configuration = UNetConfiguration.ddpm(
    sampleSize: 28, channels: 1, blockOutChannels: [4, 8], layersPerBlock: 1, attentionStages: [1], groups: 4)
  configuration.dropout = 0.2
  let digits = DrawnDigits(seed: 1)
  return Resumable(
    configuration: configuration,
    data: ImageSet((0..<30).map(digits.image), random: RandomNumbers(seed: 5)),
    settings: TrainingSettings(batchSize: 12, learningRate: LearningRate(1e-3)), network: configuration.json)
}
