/// Why a training cannot go on: a number that is infinite or not a number.
///
/// The step that met it has changed nothing.
package enum TrainingFailure: Error, Equatable, Sendable {
  /// The loss of a step's batch.
  case lossNotFinite(step: Int, loss: Double, origin: Origin)
  /// The gradient of a step, with the names of the weights that have no finite one.
  case gradientNotFinite(step: Int, names: [String])
  /// What a step would have made of the weights, with their names.
  case weightsNotFinite(step: Int, names: [String], learningRate: Double)

  /// Where a loss stopped being finite.
  package enum Origin: Equatable, Sendable {
    /// The data: the positions of the samples that hold a number that is not finite.
    case data(positions: [Int])
    /// The network, for some samples: their timesteps.
    case samples(timesteps: [Int])
    /// The network, whatever the sample: the size of the weights' largest number.
    case weights(largest: Double)
  }

  /// The step, 1 for the first.
  package var step: Int {
    switch self {
    case .lossNotFinite(let step, _, _), .gradientNotFinite(let step, _), .weightsNotFinite(let step, _, _):
      step
    }
  }
}

extension TrainingFailure: CustomStringConvertible {
  /// The failure in one line.
  package var description: String {
    switch self {
    case .lossNotFinite(let step, let loss, let origin):
      "training step \(step): expected a finite loss, found \(loss.isNaN ? "not a number" : "\(loss)"): \(origin)"
    case .gradientNotFinite(let step, let names):
      "training step \(step): expected finite gradients, found none for \(listed(names))"
    case .weightsNotFinite(let step, let names, let learningRate):
      "training step \(step): expected finite weights, but a learning rate of \(learningRate) leads out of Float's "
        + "range in \(listed(names))"
    }
  }
}

extension TrainingFailure.Origin: CustomStringConvertible {
  /// Where, as a phrase.
  package var description: String {
    switch self {
    case .data(let positions):
      "the data are not finite at position\(positions.count == 1 ? "" : "s") \(listed(positions))"
    case .samples(let timesteps):
      "the prediction is out of range at timestep\(timesteps.count == 1 ? "" : "s") \(listed(timesteps))"
    case .weights(let largest):
      "the weights, the largest of which is \(largest)"
    }
  }
}

/// The first of a list, and how many more there are.
func listed(_ items: [some CustomStringConvertible]) -> String {
  let shown = items.prefix(8).map(\.description).joined(separator: ", ")
  return items.count > 8 ? "\(shown) and \(items.count - 8) more" : shown
}
