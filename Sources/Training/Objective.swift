import Networks
import Tensors

/// What a training makes smaller: the batch that a step looks at, and a network's loss on it.
///
/// Both are functions of the step, so that a training can be interrupted and go on with the same bits.
package protocol Objective: Sendable {
  /// The network that is trained.
  associatedtype Model: Network
  /// What a step looks at.
  associatedtype Batch: Sendable

  /// The number of samples of a step, 1 or more; n is 1 for the first step.
  func batchSize(ofStep n: Int) -> Int

  /// What a step looks at; any step may be asked for at any time.
  func batch(ofStep n: Int) -> Batch

  /// What some samples contribute to the loss of a batch; the sum over all samples is the loss.
  ///
  /// It is called for pieces of the batch, on several threads at once.
  ///
  /// - Parameters:
  ///   - model: The network, its weights tracked.
  ///   - batch: What the step looks at.
  ///   - samples: The rows of the batch that count.
  ///   - n: The step, for what is random in it.
  /// - Returns: A single number.
  func loss(of model: Model, for batch: Batch, samples: Range<Int>, step n: Int) -> Tensor

  /// Where a loss stopped being finite; nil where it is not known to come from the data or from some samples alone.
  func origin(ofLossOf batch: Batch, by model: Model, step n: Int) -> TrainingFailure.Origin?
}

extension Objective {
  /// Not known.
  package func origin(ofLossOf batch: Batch, by model: Model, step n: Int) -> TrainingFailure.Origin? { nil }
}
