import Files
import Formats
import Networks

/// A training from where it stands to a number of steps, saved on the way and stopped when asked to.
///
/// ```swift
/// let run = TrainingRun(
///   to: epochs * stepsPerEpoch, stepsPerEpoch: stepsPerEpoch, checkpoint: "model/training/checkpoint.safetensors",
///   options: options)
/// let end = try run(&trainer, until: StopSignals()) { entry in
///   progress(entry.step, of: run.stepCount)
/// }
/// if case .stopped(let signal) = end { exit(signal.exitStatus) }
/// ```
///
/// It prints nothing. A clock decides when to save, and nothing else.
package struct TrainingRun: Sendable {
  /// How a run ended.
  package enum End: Equatable, Sendable {
    /// All steps are made.
    case finished
    /// A signal came; the checkpoint is of the step that was being made.
    case stopped(StopSignal)
  }

  /// Why a run could not go on.
  package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// A number that is not finite: the trainer stands after the last good step.
    case training(TrainingFailure)
    /// A file that could not be written.
    case file(FileFailure)

    /// The failure in one line.
    package var description: String {
      switch self {
      case .training(let failure): failure.description
      case .file(let failure): failure.description
      }
    }
  }

  /// An epoch that has ended.
  package struct Epoch: Equatable, Sendable {
    /// The epoch, 1 for the first.
    package let number: Int
    /// The mean of the losses of its steps, those before a break included.
    package let meanLoss: Double

    /// Creates an epoch.
    package init(number: Int, meanLoss: Double) {
      self.number = number
      self.meanLoss = meanLoss
    }
  }

  /// The steps that the trainer shall have made in the end, those of earlier runs included.
  package let stepCount: Int
  /// The steps of an epoch.
  package let stepsPerEpoch: Int
  /// Where the checkpoint goes; nil where none is wanted.
  package let checkpointPath: String?
  /// What decides the bits of the run; `Checkpoint` says what belongs there.
  package let options: JSON
  /// The longest that steps stay unsaved.
  package let savingInterval: Duration

  /// Creates a run.
  ///
  /// - Parameters:
  ///   - stepCount: The steps that the trainer shall have made in the end, those of earlier runs included.
  ///   - stepsPerEpoch: The steps of an epoch, 1 or more.
  ///   - checkpointPath: Where the checkpoint goes: after every epoch, at the end, and between; nil where none is wanted.
  ///   - options: What decides the bits of the run.
  ///   - savingInterval: How long steps may stay unsaved; by default a minute, a thousand times what saving takes.
  package init(
    to stepCount: Int, stepsPerEpoch: Int, checkpoint checkpointPath: String?, options: JSON,
    savingEvery savingInterval: Duration = .seconds(60)
  ) {
    guard stepCount >= 0, stepsPerEpoch >= 1, savingInterval >= .zero else {
      fatalError(
        "TrainingRun: \(stepCount) steps, \(stepsPerEpoch) an epoch, saved every \(savingInterval)")
    }
    self.stepCount = stepCount
    self.stepsPerEpoch = stepsPerEpoch
    self.checkpointPath = checkpointPath
    self.options = options
    self.savingInterval = savingInterval
  }

  /// Trains.
  ///
  /// A signal is obeyed after the step that it comes in, be it the last: the step's checkpoint is written and the run ends.
  /// At the end of an epoch `afterEpoch` comes before the checkpoint, so that a process that is killed between them does
  /// the epoch's last steps, and what follows them, again: nothing is left out.
  ///
  /// - Parameters:
  ///   - trainer: The training, at its beginning or resumed; afterwards where it has come to.
  ///   - signals: What may ask the run to stop; nil where nothing may.
  ///   - afterStep: Called after each step with its entry in the history.
  ///   - afterEpoch: Called after each epoch's last step, with the trainer as it is then.
  ///   - beforeSaving: Called before each checkpoint is written.
  /// - Returns: How it ended; the checkpoint is of the last step made.
  /// - Throws: A checkpoint that cannot be written, if it can be foreseen before the first step; what `afterEpoch`
  ///   and `beforeSaving` throw;
  ///   a training that cannot go on. The last checkpoint that was written stays.
  package func callAsFunction<Goal>(
    _ trainer: inout Trainer<Goal, Adam>, until signals: StopSignals? = nil,
    afterStep: (TrainingHistory.Entry) -> Void = { _ in },
    afterEpoch: (Epoch, Trainer<Goal, Adam>) throws(FileFailure) -> Void = { _, _ in },
    beforeSaving: () throws(FileFailure) -> Void = {}
  ) throws(Failure) -> End {
    do throws(FileFailure) {
      if let checkpointPath { try requireWritable(checkpointPath) }
    } catch { throw .file(error) }

    let clock = ContinuousClock()
    var lastSaved = clock.now
    var isSaved = false
    while trainer.stepCount < stepCount, signals?.asked == nil {
      afterStep(try step(&trainer))
      let endsEpoch = trainer.stepCount.isMultiple(of: stepsPerEpoch)
      if endsEpoch { try finishEpoch(trainer, afterEpoch) }
      isSaved = endsEpoch || lastSaved.duration(to: clock.now) >= savingInterval
      if isSaved {
        try save(trainer, beforeSaving)
        lastSaved = clock.now
      }
    }
    if !isSaved { try save(trainer, beforeSaving) }
    return signals?.asked.map { .stopped($0) } ?? .finished
  }

  private func step<Goal>(_ trainer: inout Trainer<Goal, Adam>) throws(Failure) -> TrainingHistory.Entry {
    do throws(TrainingFailure) { return try trainer.step() } catch { throw .training(error) }
  }

  private func finishEpoch<Goal>(
    _ trainer: Trainer<Goal, Adam>, _ afterEpoch: (Epoch, Trainer<Goal, Adam>) throws(FileFailure) -> Void
  ) throws(Failure) {
    guard let meanLoss = trainer.history.meanLoss(ofLast: stepsPerEpoch) else { return }
    let epoch = Epoch(number: trainer.stepCount / stepsPerEpoch, meanLoss: meanLoss)
    do throws(FileFailure) { try afterEpoch(epoch, trainer) } catch { throw .file(error) }
  }

  private func save<Goal>(
    _ trainer: Trainer<Goal, Adam>, _ beforeSaving: () throws(FileFailure) -> Void
  ) throws(Failure) {
    guard let checkpointPath else { return }
    do throws(FileFailure) {
      try beforeSaving()
      try trainer.checkpoint(options: options).write(to: checkpointPath)
    } catch { throw .file(error) }
  }
}
