import Networks

/// A training, a step at a time: what an objective says of a batch, an optimizer turns into new weights.
///
/// Algorithm 1 of the paper, a network that learns to predict noise, is a `NoiseTrainer`:
///
/// ```swift
/// var trainer = NoiseTrainer<MLP>(
///   MLPConfiguration(inputs: 2), data: ToyPoints(.moons, random: RandomNumbers(seed: 1)[.data]), schedule: .linear(),
///   settings: TrainingSettings(batchSize: 256, learningRate: LearningRate(2e-3)))
/// for _ in 0..<2000 { try trainer.step() }
/// let noise = trainer.averagedModel.predictedNoise(from: xt, timestep: 500)
/// ```
///
/// A value: a copy goes its own way, and two copies that make the same steps hold the same bits. What a step does is a
/// function of the objective, and of the weights, the optimizer and the average before it.
package struct Trainer<Goal: Objective, Rule: Optimizer>: Sendable {
  /// The network that is trained.
  package typealias Model = Goal.Model

  /// The network's shape.
  package let configuration: Model.Configuration
  /// What a step looks at, and its loss.
  package let objective: Goal
  /// Learning rate, seed and the like.
  package let settings: TrainingSettings

  /// The network's weights.
  package private(set) var weights: Weights
  /// The rule of the steps, and what it remembers of the gradients.
  package private(set) var optimizer: Rule
  /// The exponential moving average of the weights, of which samples are made.
  package private(set) var average: MovingAverage
  /// The steps so far.
  package private(set) var history: TrainingHistory

  /// Begins a training, with weights that are a function of the settings' seed.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - objective: What a step looks at, and its loss.
  ///   - settings: Learning rate, seed and the like; the size of a batch is the objective's.
  ///   - optimizer: Makes the rule of the steps for the first weights.
  package init(
    _ configuration: Model.Configuration, objective: Goal, settings: TrainingSettings,
    optimizer: (Weights) -> Rule
  ) {
    let weights = Model.initialWeights(configuration, seed: settings.seed)
    self.init(
      configuration, objective: objective, settings: settings, weights: weights,
      optimizer: optimizer(weights), average: MovingAverage(weights, decay: settings.averageDecay),
      history: TrainingHistory())
  }

  /// Creates the trainer as it was after the steps of a history; the parts are known to belong together.
  init(
    _ configuration: Model.Configuration, objective: Goal, settings: TrainingSettings, weights: Weights,
    optimizer: Rule, average: MovingAverage, history: TrainingHistory
  ) {
    self.configuration = configuration
    self.objective = objective
    self.settings = settings
    self.weights = weights
    self.optimizer = optimizer
    self.average = average
    self.history = history
  }

  /// The number of steps made.
  package var stepCount: Int { optimizer.stepCount }

  /// The network with the weights as they are.
  package var model: Model { Model(configuration, weights: weights) }

  /// The network with the average of the weights: the one to make samples with.
  package var averagedModel: Model { Model(configuration, weights: average.weights) }

  /// What a step looks at, 1 for the first; any step may be asked for at any time.
  package func batch(ofStep n: Int) -> Goal.Batch { objective.batch(ofStep: n) }

  /// Makes a step.
  ///
  /// The gradients of the objective's loss are scaled down where they are too long; the optimizer changes the weights, and
  /// they go into the average.
  ///
  /// - Returns: The new entry of the history.
  /// - Throws: Where the loss, the gradients or the new weights are not finite; nothing has changed then.
  @discardableResult
  package mutating func step() throws(TrainingFailure) -> TrainingHistory.Entry {
    let n = stepCount + 1
    let batch = batch(ofStep: n)
    let (loss, gradients) = lossAndGradients(of: batch, step: n)
    guard loss.isFinite else {
      let origin = objective.origin(ofLossOf: batch, by: model, step: n)
      throw .lossNotFinite(step: n, loss: loss, origin: origin ?? .weights(largest: weights.largestMagnitude))
    }
    // Squares of floats, summed in Double, are finite where the floats are.
    let norm = gradients.norm
    guard norm.isFinite else { throw .gradientNotFinite(step: n, names: gradients.namesNotFinite) }
    let clipping = settings.largestGradientNorm.map { gradients.clippingFactor(norm: $0).factor } ?? 1
    let learningRate = settings.learningRate(step: n)

    var newWeights = weights, newOptimizer = optimizer
    newOptimizer.step(
      &newWeights, gradients: gradients, gradientScale: clipping, learningRate: learningRate)
    guard newWeights.isFinite else {
      throw .weightsNotFinite(step: n, names: newWeights.namesNotFinite, learningRate: learningRate)
    }
    weights = newWeights
    optimizer = newOptimizer
    average.update(with: weights)
    let entry = TrainingHistory.Entry(step: n, loss: loss, gradientNorm: norm, learningRate: learningRate)
    history.append(entry)
    return entry
  }

  /// Makes steps.
  ///
  /// ```swift
  /// try trainer.run(2000) { _ in bar.advance() }
  /// ```
  ///
  /// - Parameters:
  ///   - count: How many, 0 or more.
  ///   - afterStep: Called after each step with the training as it is then.
  /// - Throws: Where a number stops being finite; the steps before it are made.
  package mutating func run(_ count: Int, afterStep: (Trainer) -> Void = { _ in }) throws(TrainingFailure) {
    for _ in 0..<count {
      try step()
      afterStep(self)
    }
  }

  private func lossAndGradients(of batch: Goal.Batch, step n: Int) -> (loss: Double, gradients: Weights) {
    Model.lossAndGradients(configuration, weights: weights, batchSize: objective.batchSize(ofStep: n)) {
      model, samples in objective.loss(of: model, for: batch, samples: samples, step: n)
    }
  }

  /// The time that some steps take, estimated from one that changes nothing, in seconds.
  ///
  /// It differs from run to run: for standard error, not for a page. It takes as long as two steps, the first of which
  /// warms memory and threads up.
  ///
  /// - Parameter count: The number of steps.
  package func estimatedSeconds(for count: Int) -> Double {
    var trial = self
    _ = try? trial.step()
    let time = ContinuousClock().measure { _ = try? trial.step() }
    return Double(count) * (time / .seconds(1))
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
