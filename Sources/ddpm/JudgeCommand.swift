import Console
import Datasets
import Denoisers
import Deterministic
import Evaluation
import Files
import Formats
import Foundation
import Models
import Notebook
import Tensors
import Training

/// The judge's training and its verdict on a model, which the chapter shows: minutes of work, so committed.
///
///     lenet.safetensors    the judge
///     judged.csv           the model's samples, real pictures and others, a row each
///     epochs.csv           the models of some epochs of the training, where they were kept
///     nearest.pgm          the samples that the judge is surest of, and under each the nearest training picture
///     nearest.csv          how far those are, and how far samples and real pictures are from their nearest
struct JudgeCommand {
  let options: JudgeSamples

  /// Pictures are compared with as many training pictures, drawn this often.
  private static let floorSets = 10
  /// The samples by which a model of an epoch is judged.
  private static let samplesOfEpoch = 500
  /// The steps in which those are drawn, where the model has as many.
  private static let stepsOfEpoch = 100

  private var outFolder: String { options.out ?? "out/judge" }
  private var random: RandomNumbers { RandomNumbers(seed: options.common.seed) }
  private var count: Int { options.count ?? 2000 }

  /// Does what is asked for.
  func run() throws {
    let files = ["judged.csv", "lenet.safetensors", "epochs.csv", "nearest.pgm", "nearest.csv"]
      .map { "\(outFolder)/\($0)" }
    for file in files {
      try requireWritable(file)
      try requireApart(file, from: options.also.map { [$0] } ?? [])
    }
    try OwnMark.csv(files[0], columns: JudgingRoom.columns).require(before: files)
    let claim = try FolderClaim(outFolder)
    defer { withExtendedLifetime(claim) {} }
    let model = try DiffusionModel.read(folder: options.model, drawing: MNIST.size)
    try requireSteps(options.steps, of: model)
    let epochs = try keptEpochs()
    let also = try options.also.map(others)
    // Of the test pictures three neighbors at least, of the others sets as large as those of the samples.
    let largest = epochs.isEmpty ? count : max(count, Self.samplesOfEpoch)
    let (train, test) = (try MNIST(.train, atLeast: Self.floorSets * largest), try MNIST(.test, atLeast: 4))
    let judge = try trained(on: train)
    let room = JudgingRoom(
      judge, test: pictures(test), labels: (0..<test.count).map(test.label), random: random)
    emit("the judge names \((100 * room.accuracy).text(places: 2)) % of the test pictures")

    var rows = [floor(of: count, train, in: room)]
    let samples = try sampled(model, count, steps: options.steps, from: options.model)
    rows.append(room.row("the model, \(options.steps ?? model.schedule.stepCount) steps", samples))
    if let also { rows.append(room.row("PyTorch and diffusers, the same network", also)) }
    for row in rows { emit(row.line) }
    let judgedEpochs = try judged(epochs, train, in: room)
    let nearest = Nearest(samples, train: pictures(train), test: room.test, judge)
    try claim.requireInPlace()
    try writeTogether(
      [
        (path: "\(outFolder)/judged.csv", bytes: Array(JudgingRoom.csv(rows).text.utf8)),
        (path: "\(outFolder)/epochs.csv", bytes: Array(judgedEpochs.text.utf8)),
        (path: "\(outFolder)/nearest.csv", bytes: Array(nearest.csv.text.utf8)),
        (path: "\(outFolder)/nearest.pgm", bytes: nearest.sheet.pgm.bytes),
        (path: "\(outFolder)/lenet.safetensors", bytes: judge.file.bytes),
      ])
    note("the verdict: \(outFolder)")
  }
}

// MARK: - What is read

extension JudgeCommand {
  /// Other samples, [N, 28, 28, 1].
  private func others(in path: String) throws(FileFailure) -> Tensor {
    let file = try Safetensors.read(path)
    let entry = try file.entry("samples")
    guard entry.shape.count == 4, entry.shape[0] >= 4, entry.shape[1...] == [1, MNIST.size, MNIST.size] else {
      throw file.failure(entry, expected: "of a shape [4 or more, 1, 28, 28]", found: "\(entry.shape)")
    }
    let samples = Tensor(try file.floats("samples"), shape: entry.shape)
    guard samples.isFinite else {
      throw file.failure(entry, expected: "of finite numbers", found: "one that is not")
    }
    // Half of a gray level, for what was rounded.
    if let outside = samples.values.first(where: { abs($0) > 1 + 0.5 / 127.5 }) {
      throw file.failure(entry, expected: "of numbers in -1…1", found: "\(outside)")
    }
    guard samples.values.contains(where: { $0 < 0 }) else {
      throw file.failure(entry, expected: "of numbers in -1…1, black being -1", found: "none below 0")
    }
    return samples.channelsLast()
  }

  /// A model that was kept in its training.
  private struct Epoch {
    let number: Int
    let folder: String
    let model: DiffusionModel
    /// The mean loss of the epoch.
    let loss: Double
  }

  /// The models that were kept, by epoch.
  private func keptEpochs() throws(FileFailure) -> [Epoch] {
    let folder = "\(options.model)/training"
    let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .compactMap { $0.hasPrefix("epoch-") ? Int($0.dropFirst(6)) : nil }.sorted()
    var epochs: [Epoch] = []
    for number in numbers {
      let own = "\(folder)/epoch-\(number)"
      let model = try DiffusionModel.read(folder: own, drawing: MNIST.size)
      try model.requireSteps(Self.stepsOfEpoch, in: own)
      let history = "\(own)/history.csv"
      guard let loss = try CSV.read(history).numbers(in: "loss").last else {
        throw FileFailure(file: history, at: .whole, expected: "an epoch", found: "none")
      }
      epochs.append(Epoch(number: number, folder: own, model: model, loss: loss))
    }
    return epochs
  }

  private func pictures(_ mnist: MNIST) -> Tensor {
    Tensor(rows: mnist.count, of: [MNIST.size, MNIST.size, 1]) { mnist.image($0).pixels }
  }

  private func shuffled(_ train: MNIST) -> ImageSet {
    ImageSet((0..<train.count).lazy.map(train.image), random: random)
  }
}

// MARK: - What is judged

extension JudgeCommand {
  private func trained(on train: MNIST) throws -> Judge {
    let settings = JudgeSettings(seed: options.common.seed)
    let bar = ProgressBar("the judge", of: settings.stepCount(pictures: train.count), unit: "steps")
    return try Judge.trained(
      on: shuffled(train), labels: (0..<train.count).map(train.label), settings: settings,
      finishedStep: { _, _ in bar.advance() })
  }

  /// Samples of the model in a folder, which nobody can judge where they are not finite.
  private func sampled(
    _ model: DiffusionModel, _ count: Int, steps: Int?, from folder: String
  ) throws(FileFailure) -> Tensor {
    let sampler = NumberedSampler(model, stepCount: steps, seed: options.common.seed)
    let bar = ProgressBar(folder, of: count * sampler.steps.count, unit: "steps of a picture")
    let samples = sampler.samples(of: 0..<count, progress: { bar.advance(by: $0) })
    guard samples.isFinite else {
      throw FileFailure(
        file: folder, at: .whole, expected: "a model whose samples are finite", found: "one that is not")
    }
    return samples
  }

  /// Real pictures in the place of samples: ten sets of as many training pictures, their mean.
  ///
  /// MNIST's own order is not random: its pictures are shuffled before they are cut into sets.
  private func floor(of count: Int, _ train: MNIST, in room: JudgingRoom) -> JudgingRoom.Row {
    let sets = Self.floorSets
    let order = shuffled(train).order(ofEpoch: 0)
    return .mean(
      "as many training pictures, mean of \(sets) sets",
      (0..<sets).map { set in
        let first = set * (train.count / sets)
        return room.row(
          "",
          Tensor(rows: count, of: [MNIST.size, MNIST.size, 1]) { train.image(order[first + $0]).pixels })
      })
  }

  /// The models of some epochs, each judged by 500 samples of 100 steps, or of all where there are fewer.
  private func judged(_ epochs: [Epoch], _ train: MNIST, in room: JudgingRoom) throws(FileFailure) -> CSV {
    var rows: [[any CSVValue]] = []
    if epochs.isEmpty {
      note("\(options.model)/training: no epoch-N was kept, so epochs.csv has no rows")
    }
    let real = epochs.isEmpty ? 0 : floor(of: Self.samplesOfEpoch, train, in: room).distance
    for epoch in epochs {
      let steps = epoch.model.schedule.stepCount > Self.stepsOfEpoch ? Self.stepsOfEpoch : nil
      let samples = try sampled(epoch.model, Self.samplesOfEpoch, steps: steps, from: epoch.folder)
      let row = room.row("epoch \(epoch.number)", samples)
      emit(row.line)
      rows.append([
        epoch.number, epoch.loss, row.distance, row.standardError, row.precision, row.recall, row.sure, real,
      ])
    }
    return CSV(
      columns: ["epoch", "loss", "distance", "standard_error", "precision", "recall", "sure", "real"],
      rows: rows)
  }
}
