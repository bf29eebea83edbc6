import Deterministic
import Diffusion
import Networks
import Tensors

/// The training of a network to predict noise (algorithm 1 of the paper), a step at a time.
///
/// ```swift
/// var trainer = try Trainer<MLP>(
///   MLPConfiguration(inputs: 2), data: ToyPoints(.moons, random: RandomNumbers(seed: 1)), schedule: .linear(),
///   settings: TrainingSettings(batchSize: 256, learningRate: LearningRate(2e-3)))
/// for _ in 0..<2000 { try trainer.step() }
/// let noise = trainer.averagedModel.predictedNoise(from: xt, timestep: 500)
/// ```
///
/// A value: a copy goes its own way, and two copies that make the same steps hold the same bits. What a step does is a
/// function of what the trainer was made of, of the weights, the optimiser and the average.
public struct Trainer<Model: NoisePredictor>: Sendable {
  /// The network's shape.
  public let configuration: Model.Configuration
  /// The samples.
  public let data: any TrainingData
  /// How much noise each timestep has.
  public let schedule: NoiseSchedule
  /// Batch size, learning rate and the like.
  public let settings: TrainingSettings
  private let random: RandomNumbers

  /// The network's weights.
  public private(set) var weights: Weights
  /// Adam, and what it remembers of the gradients.
  public private(set) var optimiser: Adam
  /// The average of the weights, of which samples are made.
  public private(set) var average: MovingAverage
  /// The steps so far.
  public private(set) var history: TrainingHistory

  /// Begins a training, with weights that are a function of the settings' seed.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - data: The samples.
  ///   - schedule: How much noise each timestep has.
  ///   - settings: Batch size, learning rate and the like.
  public init(
    _ configuration: Model.Configuration, data: some TrainingData, schedule: NoiseSchedule,
    settings: TrainingSettings
  ) {
    let weights = Model.initialWeights(configuration, seed: settings.seed)
    self.init(
      configuration, data: data, schedule: schedule, settings: settings, weights: weights,
      optimiser: Adam(for: weights), average: MovingAverage(weights, decay: settings.averageDecay),
      history: TrainingHistory())
  }

  /// Creates the trainer as it was after the steps of a history; the parts are known to belong together.
  init(
    _ configuration: Model.Configuration, data: any TrainingData, schedule: NoiseSchedule,
    settings: TrainingSettings, weights: Weights, optimiser: Adam, average: MovingAverage,
    history: TrainingHistory
  ) {
    self.configuration = configuration
    self.data = data
    self.schedule = schedule
    self.settings = settings
    random = RandomNumbers(seed: settings.seed)
    self.weights = weights
    self.optimiser = optimiser
    self.average = average
    self.history = history
  }

  /// The number of steps made.
  public var stepCount: Int { optimiser.stepCount }

  /// The network with the weights as they are.
  public var model: Model { Model(configuration, weights: weights) }

  /// The network with the average of the weights: the one to make samples with.
  public var averagedModel: Model { Model(configuration, weights: average.weights) }

  /// What a step looks at, 1 for the first; any step may be asked for at any time.
  public func batch(ofStep n: Int) -> Batch {
    Batch(data, schedule: schedule, random: random, step: n, size: settings.batchSize)
  }

  /// Makes a step.
  ///
  /// L_simple as a mean, equation 14: ‖ε − ε_θ(x_t, t)‖² over all numbers of the batch, divided by their count. Its
  /// gradients are shortened where they are too long; Adam changes the weights, and they go into the average.
  ///
  /// - Returns: The new entry of the history.
  /// - Throws: Where the loss, the gradients or the new weights are not finite; nothing has changed then.
  @discardableResult
  public mutating func step() throws(TrainingFailure) -> TrainingHistory.Entry {
    let n = stepCount + 1
    let batch = batch(ofStep: n)
    let (loss, gradients) = lossAndGradients(of: batch, step: n)
    guard loss.isFinite else {
      throw .lossNotFinite(step: n, loss: loss, origin: origin(ofLossOf: batch, step: n))
    }
    // Squares of floats, summed in Double, are finite where the floats are.
    let norm = gradients.norm
    guard norm.isFinite else { throw .gradientNotFinite(step: n, names: gradients.namesNotFinite) }
    let clipping = settings.largestGradientNorm.map { gradients.clippingFactor(norm: $0).factor } ?? 1
    let learningRate = settings.learningRate(step: n)

    var newWeights = weights, newOptimiser = optimiser
    newOptimiser.step(
      &newWeights, gradients: gradients, gradientScale: clipping, learningRate: learningRate)
    guard newWeights.isFinite else {
      throw .weightsNotFinite(step: n, names: newWeights.namesNotFinite, learningRate: learningRate)
    }
    weights = newWeights
    optimiser = newOptimiser
    average.update(with: weights)
    let entry = TrainingHistory.Entry(step: n, loss: loss, gradientNorm: norm, learningRate: learningRate)
    history.append(entry)
    return entry
  }

  /// The time that some steps take, estimated from one that changes nothing, in seconds.
  ///
  /// It differs from run to run: for standard error, not for a page. It takes as long as two steps, the first of which
  /// warms memory and threads up.
  ///
  /// - Parameter count: The number of steps.
  public func estimatedSeconds(for count: Int) -> Double {
    var trial = self
    _ = try? trial.step()
    let time = ContinuousClock().measure { _ = try? trial.step() }
    return Double(count) * (time / .seconds(1))
  }
}

// MARK: - The loss

extension Trainer {
  private func lossAndGradients(of batch: Batch, step: Int) -> (loss: Double, gradients: Weights) {
    Model.lossAndGradients(configuration, weights: weights, batchSize: settings.batchSize) { model, samples in
      prediction(of: model, for: batch, samples, step: step)
        .squaredDistance(to: batch.noise.rows(samples), times: 1 / Double(batch.noise.count))
    }
  }

  /// The noise that a network predicts in training for some samples of a batch.
  private func prediction(of model: Model, for batch: Batch, _ samples: Range<Int>, step: Int) -> Tensor {
    model.predictedNoise(
      from: batch.noisy.rows(samples), timesteps: batch.timesteps[samples].map(Double.init),
      dropout: DropoutContext(random: random, step: step, samples: samples))
  }

  /// Where the loss of a batch stopped being finite.
  private func origin(ofLossOf batch: Batch, step: Int) -> TrainingFailure.Origin {
    let samples = batch.timesteps.indices
    let firstPosition = (step - 1) * settings.batchSize
    let badData = samples.filter { !batch.x0.rows($0..<$0 + 1).isFinite }
    guard badData.isEmpty else { return .data(positions: badData.map { firstPosition + $0 }) }
    let model = model
    let predicted = Tensor.inPieces(batchSize: samples.count, samplesPerPiece: Model.largestForwardPiece) {
      prediction(of: model, for: batch, $0, step: step)
    }
    let bad = samples.filter { sample in
      let row = sample..<sample + 1
      return !predicted.rows(row).squaredDistance(to: batch.noise.rows(row)).isFinite
    }
    guard bad.isEmpty || bad.count == samples.count else {
      return .samples(timesteps: bad.map { batch.timesteps[$0] })
    }
    return .weights(largest: weights.largestMagnitude)
  }
}

extension Weights {
  /// The names of the tensors that hold a number that is not finite.
  fileprivate var namesNotFinite: [String] { names.filter { !self[$0].isFinite } }

  /// The size of the largest number.
  fileprivate var largestMagnitude: Double {
    Double(tensors.lazy.flatMap(\.values).map(\.magnitude).max() ?? 0)
  }
}
