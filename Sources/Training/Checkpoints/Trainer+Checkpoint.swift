import Denoisers
import Diffusion
import Files
import Formats
import Networks

extension Trainer where Rule == Adam {
  /// All that the training holds now.
  ///
  /// - Parameter options: What decides the bits of the run, by name; `Checkpoint` says what belongs there.
  package func checkpoint(options: JSON) -> Checkpoint {
    Checkpoint(
      weights: weights, firstMoments: optimizer.firstMoments, secondMoments: optimizer.secondMoments,
      average: average.weights, history: history, options: options)
  }

  /// Goes on with a training: every further step has the bits that it would have had without the break.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape, as the run has had it.
  ///   - objective: What a step looks at, and its loss, the same.
  ///   - settings: Learning rate and the like. The rates of the steps made must be the same.
  ///   - checkpoint: Where the run stopped.
  ///   - options: The same that the checkpoint was made with.
  /// - Throws: What keeps the checkpoint from being this training's: options, tensors by name.
  package init(
    _ configuration: Model.Configuration, objective: Goal, settings: TrainingSettings,
    resuming checkpoint: Checkpoint, options: JSON
  ) throws(ResumeFailure) {
    try checkpoint.requireOptions(options)
    try checkpoint.requireRates(settings.learningRate)
    let weights = try Self.part(.weights, of: checkpoint, configuration)
    let optimizer = Adam(
      firstMoments: try Self.part(.firstMoments, of: checkpoint, configuration),
      secondMoments: try Self.part(.secondMoments, of: checkpoint, configuration),
      stepCount: checkpoint.stepCount)
    let average = MovingAverage(
      try Self.part(.average, of: checkpoint, configuration), decay: settings.averageDecay,
      updateCount: checkpoint.stepCount)
    self.init(
      configuration, objective: objective, settings: settings, weights: weights,
      optimizer: optimizer, average: average, history: checkpoint.history)
  }

  /// Goes on with the training of a network to predict noise.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape, as the run has had it.
  ///   - data: The samples, the same.
  ///   - schedule: How much noise each timestep has, the same.
  ///   - settings: Batch size, learning rate and the like. The rates of the steps made must be the same.
  ///   - checkpoint: Where the run stopped.
  ///   - options: The same that the checkpoint was made with.
  /// - Throws: What keeps the checkpoint from being this training's: options, tensors by name.
  package init<Network: NoisePredictor>(
    _ configuration: Network.Configuration, data: some TrainingData, schedule: NoiseSchedule,
    settings: TrainingSettings, resuming checkpoint: Checkpoint, options: JSON
  ) throws(ResumeFailure) where Goal == NoiseObjective<Network> {
    try self.init(
      configuration,
      objective: NoiseObjective(
        data: data, schedule: schedule, batchSize: settings.batchSize, seed: settings.seed),
      settings: settings, resuming: checkpoint, options: options)
  }

  /// A part of a checkpoint, with exactly the network's names and shapes, in the network's order.
  private static func part(
    _ part: Checkpoint.Part, of checkpoint: Checkpoint, _ configuration: Model.Configuration
  ) throws(ResumeFailure) -> Weights {
    do throws(WeightsFailure) {
      return try Model.ordered(checkpoint[part], for: configuration)
    } catch {
      let failure = error.prefixed(part.rawValue)
      throw .checkpoint(
        FileFailure(
          file: checkpoint.file, at: .whole, expected: failure.expected, found: failure.found))
    }
  }
}

extension Checkpoint {
  /// Refuses a learning rate that would have made other steps than were made.
  fileprivate func requireRates(_ learningRate: LearningRate) throws(ResumeFailure) {
    for entry in history.entries {
      let asked = learningRate(step: entry.step)
      guard asked == entry.learningRate else {
        let change = ResumeFailure.ChangedOption(
          "the learning rate of step \(entry.step)", had: JSON(entry.learningRate), asked: JSON(asked))
        throw .options(file: file, [change])
      }
    }
  }
}

extension WeightsFailure {
  /// The same failure of tensors whose names begin so.
  fileprivate func prefixed(_ prefix: String) -> WeightsFailure {
    WeightsFailure(
      missing: missing.map { prefix + $0 }, unknown: unknown.map { prefix + $0 },
      misshaped: misshaped.map { Mismatch(name: prefix + $0.name, expected: $0.expected, found: $0.found) })
  }
}
