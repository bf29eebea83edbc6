import ArgumentParser
import Console
import Datasets
import Deterministic
import Diffusion
import Files
import Formats
import Foundation
import Models
import Networks
import Notebook
import Samples
import Tensors
import Training

/// A training from the command line.
struct TrainerCommand {
  private let options: Train
  private let modelFolder: String
  private static let checkpointName = "training/checkpoint.safetensors"
  private static let historyName = "history.csv"
  private var trainingFolder: String { "\(modelFolder)/training" }
  private var checkpointFile: String { "\(modelFolder)/\(Self.checkpointName)" }
  /// Where the training lists what it has written of the model.
  private var writtenFile: String { "\(trainingFolder)/written.txt" }

  init(_ options: Train) {
    self.options = options
    // Of a folder such as `.` too the name that it has.
    let name = URL(filePath: options.dataset ?? "drawn").standardizedFileURL.lastPathComponent
    modelFolder =
      options.model ?? "\(options.out ?? "out")/models/\(name == "/" ? "pictures" : name)"
  }

  /// Does what is asked for.
  ///
  /// - Returns: The exit status.
  func run() throws -> Int32 {
    // Before the data, which take a while.
    try requireFolder()
    try requireWritable(checkpointFile)
    let claim = try TrainingClaim(model: modelFolder, training: trainingFolder)
    defer { withExtendedLifetime(claim) {} }
    let checkpoint = try checkpointToResume()
    let random = RandomNumbers(seed: options.common.seed)
    switch options.dataset ?? "drawn" {
    case "drawn":
      let digits = FreshDigits(DrawnDigits(seed: options.common.seed))
      let found =
        "images: synthetic digits of 28 x 28, a new one each time"
        + (isThere("drawn") ? " (for the folder of that name: --dataset ./drawn)" : "")
      return try train(on: digits, found, epoch: options.limit ?? 10_000, resuming: checkpoint, claim)
    case "mnist":
      let mnist = try MNIST(.train)
      let images = (0..<min(mnist.count, options.limit ?? .max)).lazy.map(mnist.image)
      let found =
        ImagesFound(images, of: mnist.count, in: MNIST.directory).line
        + (isThere("mnist") ? " (for the folder of that name: --dataset ./mnist)" : "")
      return try train(
        on: ImageSet(images, random: random), found, epoch: images.count, resuming: checkpoint, claim)
    case let folder:
      let census = try PictureFolder.census(of: folder)
      let images = try PictureFolder.images(in: folder, limit: options.limit ?? .max)
      try requireFitting(images[0], in: folder)
      let found = ImagesFound(images, of: census, in: folder).line
      return try train(
        on: ImageSet(images, random: random), found, epoch: images.count, resuming: checkpoint, claim)
    }
  }

  /// Refuses a file in the place of the folder, and a folder without a training where one shall go on.
  private func requireFolder() throws(FileFailure) {
    try refuseImpossible(modelFolder)
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: modelFolder, isDirectory: &isFolder)
    if isThere, !isFolder.boolValue {
      throw FileFailure(file: modelFolder, at: .whole, expected: "a folder", found: "a file")
    }
    if options.resume, !FileManager.default.fileExists(atPath: checkpointFile) {
      throw FileFailure(
        file: modelFolder, at: .whole, expected: "a folder with a training that --resume can go on with",
        found: isThere ? "no \(Self.checkpointName) in it" : "no such folder")
    }
  }

  /// What to go on from; nil where a training shall begin, and can.
  private func checkpointToResume() throws -> Checkpoint? {
    if options.resume {
      let checkpoint = try Checkpoint.read(checkpointFile)
      try WrittenFiles.read(writtenFile).requireUnchanged(in: modelFolder)
      return checkpoint
    }
    try requireNothingToLose()
    return nil
  }

  /// Refuses a folder in which the training would replace something: an hour of work may lie there.
  private func requireNothingToLose() throws(FileFailure) {
    let kept = ((try? FileManager.default.contentsOfDirectory(atPath: trainingFolder)) ?? [])
      .filter { $0.hasPrefix("epoch-") }.sorted().map { "training/\($0)" }
    let names =
      [Self.checkpointName, DiffusionModel.indexFile, Self.historyName, "unet", "scheduler"] + kept
    for name in names where FileManager.default.fileExists(atPath: "\(modelFolder)/\(name)") {
      throw FileFailure(
        file: modelFolder, at: .whole,
        expected: "a folder without a model (--resume goes on with a training)", found: "\(name) in it")
    }
  }

  /// Refuses pictures that the network cannot halve.
  private func requireFitting(_ image: Image, in folder: String) throws {
    let multiple = try options.network(sampleSize: nil).sizeMultiple
    let found = "\(image.width) x \(image.height)"
    guard image.height == image.width else {
      throw FileFailure(file: folder, at: .whole, expected: "square pictures", found: found)
    }
    guard image.height.isMultiple(of: multiple) else {
      throw FileFailure(
        file: folder, at: .whole,
        expected: "pictures of a size that --multipliers can halve, a multiple of \(multiple)", found: found)
    }
  }

  private func train(
    on data: some TrainingData, _ found: String, epoch samplesPerEpoch: Int,
    resuming checkpoint: Checkpoint?, _ claim: borrowing TrainingClaim
  ) throws -> Int32 {
    let batchSize = options.batchSize ?? 128
    guard batchSize <= samplesPerEpoch else {
      throw ValidationError(
        "--batch-size: expected no more than the \(samplesPerEpoch) pictures of an epoch, found \(batchSize)")
    }
    let stepsPerEpoch = (samplesPerEpoch + batchSize - 1) / batchSize
    // A run that is given more epochs keeps the rates that it was planned with.
    let planned = checkpoint?.plannedSteps ?? (options.epochs ?? 20) * stepsPerEpoch
    let epochs = options.epochs ?? max(planned, checkpoint?.stepCount ?? 0).dividedUp(by: stepsPerEpoch)
    if let last = options.keep?.numbers.max(), last > epochs {
      throw ValidationError("--keep: expected epochs up to \(epochs), found \(last)")
    }
    try requireKept(before: (checkpoint?.stepCount ?? 0) / stepsPerEpoch)
    let end = min(epochs * stepsPerEpoch, options.steps ?? .max)
    // Of a training that goes on all of this was said when it began.
    let report =
      checkpoint == nil
      ? [found] + (try preflight(of: data, settings: options.settings(plannedSteps: planned), to: end)) : []
    let (trainer, bits) = try begun(
      on: data, samplesPerEpoch: samplesPerEpoch, planned: planned, resuming: checkpoint, claim)
    (report + warnings(end: end, epochs: epochs, stepsPerEpoch: stepsPerEpoch)).forEach(emit)
    let run = TrainingRun(to: end, stepsPerEpoch: stepsPerEpoch, checkpoint: checkpointFile, options: bits)
    return try finish(trainer, run, epochs: epochs, claim)
  }

  /// What the options ask for and do not get.
  private func warnings(end: Int, epochs: Int, stepsPerEpoch: Int) -> [String] {
    var warnings: [String] = []
    if let steps = options.steps, steps > end {
      warnings.append(
        "warning: --steps \(steps): the training ends after the \(end) steps of \(epochs) epochs (--epochs)")
    }
    if let last = options.keep?.numbers.max(), last > end / stepsPerEpoch {
      warnings.append("warning: --keep \(last): the run ends after step \(end), before the end of that epoch")
    }
    if options.resume, isThere("\(modelFolder)/\(Bound.summaryName)") {
      warnings.append(
        "warning: \(modelFolder)/\(Bound.summaryName) is of the weights before this run (`ddpm bound` measures again)"
      )
    }
    return warnings
  }

  /// Looks at the training before its first step.
  ///
  /// - Returns: The report, with its warnings.
  /// - Throws: What makes it hopeless, unless the user wants it anyway.
  private func preflight(
    of data: some TrainingData, settings: TrainingSettings, to end: Int
  ) throws -> [String] {
    let preflight = try Preflight(
      data: data, schedule: options.scheduler.schedule, settings: settings, stepCount: end)
    if !options.anyway, !preflight.hopeless.isEmpty {
      throw FileFailure(
        file: options.dataset ?? "drawn", at: .whole,
        expected: "images to learn from (--anyway trains all the same)",
        found: preflight.hopeless.map(\.description).joined(separator: "; "))
    }
    return preflight.report(forced: options.anyway)
  }

  /// Refuses to keep an epoch that is over and was not kept.
  private func requireKept(before epochs: Int) throws {
    let missing = (options.keep?.numbers ?? []).sorted().first { epoch in
      epoch <= epochs && !FileManager.default.fileExists(atPath: keptFolder(epoch))
    }
    guard let missing else { return }
    throw ValidationError("--keep: epoch \(missing) of this training is over and was not kept")
  }

  /// Where the model of an epoch is kept.
  private func keptFolder(_ epoch: Int) -> String { "\(trainingFolder)/epoch-\(epoch)" }

  /// A training that begins, or goes on, and what decides its bits.
  private func begun(
    on data: some TrainingData, samplesPerEpoch: Int, planned: Int, resuming checkpoint: Checkpoint?,
    _ claim: borrowing TrainingClaim
  ) throws -> (trainer: NoiseTrainer<UNet>, bits: JSON) {
    let network = try options.network(sampleSize: data.rowShape[0])
    try MemoryNeed(training: network).require(in: modelFolder)
    let schedule = try options.scheduler.schedule
    let settings = try options.settings(plannedSteps: planned)
    // Of pictures that never repeat nothing but this says where an epoch ends.
    let endless = data.sampleCount == nil
    let bits = JSON(
      [
        .init("network", network.json), .init("data", data.identity),
        .init("scheduler", options.scheduler.json), .init("settings", settings.json),
        .init("planned_steps", JSON(planned)),
      ] + (endless ? [.init("pictures_per_epoch", JSON(samplesPerEpoch))] : []))
    guard let checkpoint else {
      let trainer = NoiseTrainer<UNet>(network, data: data, schedule: schedule, settings: settings)
      // From here on there is something to resume.
      try claim.requireInPlace()
      try trainer.checkpoint(options: bits).write(to: checkpointFile)
      return (trainer, bits)
    }
    do throws(ResumeFailure) {
      let trainer = try NoiseTrainer<UNet>(
        network, data: data, schedule: schedule, settings: settings, resuming: checkpoint, options: bits)
      return (trainer, bits)
    } catch { throw error.onCommandLine }
  }

  /// Trains to the end of the run or to a signal, and says how far it has come.
  private func finish(
    _ start: NoiseTrainer<UNet>, _ run: TrainingRun, epochs: Int, _ claim: borrowing TrainingClaim
  ) throws -> Int32 {
    var trainer = start
    let stepsPerEpoch = run.stepsPerEpoch, batchSize = trainer.settings.batchSize
    let bar = ProgressBar("", of: max(0, run.stepCount - trainer.stepCount) * batchSize, unit: "pictures")
    let clock = ContinuousClock()
    var epochStart = clock.now
    var pace = Pace(clock.now)
    // Caught until the model is written too.
    let signals = StopSignals()
    defer { withExtendedLifetime(signals) {} }
    let ended = try run(
      &trainer, until: signals,
      afterStep: { entry in
        let epoch = entry.step.dividedUp(by: stepsPerEpoch)
        if let seconds = pace.estimate(after: clock.now, stepsLeft: run.stepCount - entry.step) {
          bar.clear()
          emit(seconds)
        }
        bar.advance(by: batchSize, label: "epoch \(epoch)/\(epochs) loss \(entry.loss.text(places: 4))")
      },
      afterEpoch: { (epoch, trainer) throws(FileFailure) in
        bar.clear()
        let seconds = epochStart.duration(to: clock.now) / .seconds(1)
        epochStart = clock.now
        try write(trainer, stepsPerEpoch: stepsPerEpoch, claim)
        if options.keep?.numbers.contains(epoch.number) == true {
          try keep(trainer, epoch.number, stepsPerEpoch: stepsPerEpoch, claim)
        }
        // Only now: where nobody is left to be told, the program ends.
        emit(
          "epoch \(epoch.number) of \(epochs): mean loss \(epoch.meanLoss.text(places: 5)), "
            + "step \(trainer.stepCount), \(seconds.text(places: 0)) s")
      },
      beforeSaving: { () throws(FileFailure) in try claim.requireInPlace() })
    bar.clear()
    // Within an epoch, where a signal came before the first step, and where somebody has removed it.
    let isThere = FileManager.default.fileExists(atPath: "\(modelFolder)/\(DiffusionModel.indexFile)")
    if !trainer.stepCount.isMultiple(of: stepsPerEpoch) || trainer.stepCount == 0 || !isThere {
      try write(trainer, stepsPerEpoch: stepsPerEpoch, claim)
    }
    guard case .stopped(let signal) = ended else {
      if trainer.stepCount > start.stepCount { warnOfNothingLearned(trainer, stepsPerEpoch: stepsPerEpoch) }
      let nothingDone = options.resume && trainer.stepCount == start.stepCount
      note(
        "\(modelFolder): step \(trainer.stepCount) of \(epochs * stepsPerEpoch)"
          + (nothingDone
            ? ", nothing to do; more \(options.steps == nil ? "--epochs" : "--steps") go on" : ""))
      return 0
    }
    note("\(modelFolder): stopped and saved after step \(trainer.stepCount); --resume goes on")
    return signal.exitStatus
  }

  /// Says so where a training has come to nothing: a network that predicts no noise at all has a loss of 1.
  private func warnOfNothingLearned(_ trainer: NoiseTrainer<UNet>, stepsPerEpoch: Int) {
    let count = min(stepsPerEpoch, trainer.history.entries.count)
    guard let loss = trainer.history.meanLoss(ofLast: count), loss > 0.5 else { return }
    emit(
      "warning: nothing was learned: the mean loss of the last \(count) steps is \(loss.text(places: 3)), and "
        + "predicting 0 everywhere has 1; more steps, or another learning rate")
  }

  /// Writes the model, with the average of the weights, and the history of its training; and lists what it has written.
  private func write(
    _ trainer: NoiseTrainer<UNet>, stepsPerEpoch: Int, _ claim: borrowing TrainingClaim
  ) throws(FileFailure) {
    let files = files(of: trainer, in: modelFolder, stepsPerEpoch: stepsPerEpoch)
    let named = files.map { (name: String($0.path.dropFirst(modelFolder.count + 1)), bytes: $0.bytes) }
    try claim.requireInPlace()
    // With the old ones, until all of them are replaced.
    let listed = try WrittenFiles.read(writtenFile).adding(named)
    try writeTogether([(path: writtenFile, bytes: Array(listed.text.utf8))] + files)
    try writeWhole(WrittenFiles().adding(named).text, to: writtenFile)
  }

  /// Keeps the model of an epoch.
  private func keep(
    _ trainer: NoiseTrainer<UNet>, _ epoch: Int, stepsPerEpoch: Int, _ claim: borrowing TrainingClaim
  ) throws(FileFailure) {
    try claim.requireInPlace()
    try writeTogether(files(of: trainer, in: keptFolder(epoch), stepsPerEpoch: stepsPerEpoch))
  }

  private func files(
    of trainer: NoiseTrainer<UNet>, in folder: String, stepsPerEpoch: Int
  ) -> [(path: String, bytes: [UInt8])] {
    let model = DiffusionModel(
      configuration: trainer.configuration, weights: trainer.average.weights, scheduler: options.scheduler)
    let history = trainer.history.csv(stepsPerEpoch: stepsPerEpoch)
    return [(path: "\(folder)/\(Self.historyName)", bytes: Array(history.text.utf8))]
      + model.files(in: folder)
  }
}

/// What a training writes to: the model's folder, and that of its checkpoint, which may be a link to elsewhere.
private struct TrainingClaim: ~Copyable {
  // The inner one first, as they are given back: a folder is removed when nothing is left in it.
  private let training: FolderClaim
  private let model: FolderClaim

  init(model modelFolder: String, training trainingFolder: String) throws(FileFailure) {
    let model = try FolderClaim(modelFolder)
    training = try FolderClaim(trainingFolder)
    self.model = model
  }

  /// Refuses to go on where one of the folders has been moved away.
  borrowing func requireInPlace() throws(FileFailure) {
    try model.requireInPlace()
    try training.requireInPlace()
  }
}

extension Int {
  /// The quotient, rounded up.
  fileprivate func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}

extension Checkpoint {
  /// The steps that the run was planned for when it began.
  fileprivate var plannedSteps: Int? { try? options["planned_steps"]?.integer }
}
