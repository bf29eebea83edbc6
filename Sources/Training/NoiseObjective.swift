import Denoisers
import Deterministic
import Diffusion
import Networks
import Tensors

/// The objective of the paper, L_simple, equation 14, as a mean: ‖ε − ε_θ(x_t, t)‖² over all elements of a batch, divided by
/// their count.
package struct NoiseObjective<Model: NoisePredictor>: Objective {
  /// The samples.
  package let data: any TrainingData
  /// How much noise each timestep has.
  package let schedule: NoiseSchedule
  /// The number of samples in a step.
  package let batchSize: Int
  private let random: RandomNumbers

  /// Creates the objective.
  ///
  /// - Parameters:
  ///   - data: The samples.
  ///   - schedule: How much noise each timestep has.
  ///   - batchSize: The number of samples in a step, 1 or more.
  ///   - seed: What timesteps, noise and dropout are a function of.
  package init(data: any TrainingData, schedule: NoiseSchedule, batchSize: Int, seed: UInt64) {
    self.data = data
    self.schedule = schedule
    self.batchSize = batchSize
    random = RandomNumbers(seed: seed)
  }

  /// The same for every step.
  package func batchSize(ofStep n: Int) -> Int { batchSize }

  /// Lines 2 to 4 of algorithm 1.
  package func batch(ofStep n: Int) -> Batch {
    Batch(data, schedule: schedule, random: random, step: n, size: batchSize)
  }

  /// What some samples contribute to the mean.
  package func loss(of model: Model, for batch: Batch, samples: Range<Int>, step n: Int) -> Tensor {
    prediction(of: model, for: batch, samples, step: n)
      .squaredDistance(to: batch.noise.rows(samples), times: 1 / Double(batch.noise.count))
  }

  /// The noise that a network predicts in training for some samples of a batch.
  private func prediction(of model: Model, for batch: Batch, _ samples: Range<Int>, step: Int) -> Tensor {
    model.predictedNoise(
      from: batch.noisy.rows(samples), timesteps: batch.timesteps[samples].map { Timestep($0) },
      dropout: DropoutContext(random: random, step: step, samples: samples))
  }

  /// The positions of data that are not finite, or the timesteps of samples for which the network's prediction is not.
  package func origin(ofLossOf batch: Batch, by model: Model, step n: Int) -> TrainingFailure.Origin? {
    let samples = batch.timesteps.indices
    let firstPosition = (n - 1) * batchSize
    let badData = samples.filter { !batch.x0.rows($0..<$0 + 1).isFinite }
    guard badData.isEmpty else { return .data(positions: badData.map { firstPosition + $0 }) }
    let predicted = Tensor.inPieces(batchSize: samples.count, samplesPerPiece: Model.largestForwardPiece) {
      prediction(of: model, for: batch, $0, step: n)
    }
    let bad = samples.filter { sample in
      let row = sample..<sample + 1
      return !predicted.rows(row).squaredDistance(to: batch.noise.rows(row)).isFinite
    }
    guard bad.isEmpty || bad.count == samples.count else {
      return .samples(timesteps: bad.map { batch.timesteps[$0] })
    }
    return nil
  }
}

/// The training of a network to predict noise, by Adam: algorithm 1 of the paper.
package typealias NoiseTrainer<Model: NoisePredictor> = Trainer<NoiseObjective<Model>, Adam>

extension Trainer where Rule == Adam {
  /// Begins the training of a network to predict noise, with weights that are a function of the settings' seed.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - data: The samples.
  ///   - schedule: How much noise each timestep has.
  ///   - settings: Batch size, learning rate and the like.
  package init<Network: NoisePredictor>(
    _ configuration: Network.Configuration, data: some TrainingData, schedule: NoiseSchedule,
    settings: TrainingSettings
  ) where Goal == NoiseObjective<Network> {
    self.init(
      configuration,
      objective: NoiseObjective(
        data: data, schedule: schedule, batchSize: settings.batchSize, seed: settings.seed),
      settings: settings, optimizer: { Adam(for: $0) })
  }
}
