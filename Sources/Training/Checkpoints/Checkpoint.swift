import Files
import Formats
import Networks

/// All that a training holds after a step: what it takes to go on as if it had never stopped.
///
/// ```swift
/// try trainer.checkpoint(options: options).write(to: "model/training/checkpoint.safetensors")
///
/// var trainer = try NoiseTrainer<UNet>(
///   configuration, data: data, schedule: schedule, settings: settings,
///   resuming: .read("model/training/checkpoint.safetensors"), options: options)
/// ```
///
/// It is one file, so that it is whole or absent by one renaming, and the one before stays until then. Random numbers are
/// addressed by step: no generator has a state to be kept.
///
/// The options are whatever decides the bits of the run, as JSON: the network's configuration, a description of the data
/// (for files a digest of their contents, not only their path), the noise schedule, and `TrainingSettings.json`. A
/// training resumes only with the same. What may differ stays out: the number of epochs, the output, the number of
/// threads.
///
/// A learning rate that falls until the end of the run (a cosine) makes the number of epochs an option of every step: the
/// run that is asked for more epochs has had other rates from its first step on. So such a program settles the `end` when
/// the run begins, has it in the options, and on resuming takes it from there (`checkpoint.options`) instead of computing
/// it from the new number of epochs; the added steps then have the rate of the floor. Or it decays after steps that are
/// named (`LearningRate.Decay.steps`), which no number of epochs moves. A program that leaves the rate out of the options
/// is caught all the same: the rates of the steps made stand in the history, and must be those that are asked for.
package struct Checkpoint: Sendable {
  /// The network's weights.
  package let weights: Weights
  /// Adam's mean of the gradients, under the same names.
  package let firstMoments: Weights
  /// Adam's mean of their squares, under the same names.
  package let secondMoments: Weights
  /// The average of the weights, under the same names.
  package let average: Weights
  /// The steps so far.
  package let history: TrainingHistory
  /// What decides the bits of the run.
  package let options: JSON
  /// The name that a failure gives: the file that the checkpoint was read from.
  let file: String

  /// Creates a checkpoint whose parts are known to belong together.
  init(
    weights: Weights, firstMoments: Weights, secondMoments: Weights, average: Weights,
    history: TrainingHistory, options: JSON, file: String = "a checkpoint in memory"
  ) {
    self.weights = weights
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.average = average
    self.history = history
    self.options = options
    self.file = file
  }

  /// The number of steps made.
  package var stepCount: Int { history.entries.count }

  /// Writes the checkpoint, whole or not at all.
  ///
  /// A network of 687,000 parameters makes 11 MB, written in 60 ms, half of which the disk takes.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) { try safetensors.write(to: path) }

  /// Reads a checkpoint.
  ///
  /// - Parameter path: A file that `write` has written.
  /// - Returns: The checkpoint, as it was to the bit.
  /// - Throws: A failure that names the byte or the tensor: whatever has changed in the file since it was written is seen.
  package static func read(_ path: String) throws(FileFailure) -> Checkpoint {
    try Checkpoint(Safetensors.read(path), file: path)
  }

  /// The parts that have a tensor for each of the network's weights, by what the tensors' names begin with.
  enum Part: String, CaseIterable {
    case weights = "weights."
    case firstMoments = "first_moment."
    case secondMoments = "second_moment."
    case average = "average."
  }

  subscript(part: Part) -> Weights {
    switch part {
    case .weights: weights
    case .firstMoments: firstMoments
    case .secondMoments: secondMoments
    case .average: average
    }
  }
}
