import ArgumentParser
import Datasets
import Deterministic
import Diffusion
import Evaluation
import Formats
import Foundation
import Networks
import Notebook
import Tensors
import Training

/// The judge's training and its verdict on a model, which the chapter shows: minutes of work, so committed.
///
///     lenet.safetensors    the judge
///     judged.csv           the model's samples, real pictures and others, a row each
///     epochs.csv           the models of some epochs of the training, where they were kept
///     nearest.pgm          the samples that the judge is surest of, and under each the nearest training picture
///     nearest.csv          how far those are, and how far a real picture is from its nearest
struct JudgeCommand {
  private let options: Options
  private let modelFolder: String
  private let outFolder: String
  private let random: RandomNumbers

  init(_ options: Options) {
    self.options = options
    modelFolder = options.model ?? ""
    outFolder = options.common.out ?? "out/judge"
    random = RandomNumbers(seed: options.common.seed)
  }

  /// Does what is asked for and ends the program; a failure is one line on standard error and status 1.
  func runAndExit() -> Never {
    orExit(try run())
    exit(0)
  }

  private func run() throws {
    for file in ["lenet.safetensors", "judged.csv", "epochs.csv", "nearest.pgm", "nearest.csv"] {
      try requireWritable("\(outFolder)/\(file)")
    }
    let model = try DiffusionModel.read(folder: modelFolder)
    try requireDigits(of: model)
    let also = try options.also.map(others)
    let (train, test) = (try MNIST(.train), try MNIST(.test))
    let judge = try trained(on: train)
    let room = JudgingRoom(
      judge, test: pictures(test, 0..<test.count), labels: (0..<test.count).map(test.label), random: random)
    emit("the judge names \((100 * room.accuracy).text(places: 2)) % of the test pictures")

    let count = options.count ?? 2000
    var rows = [floor(of: count, train, in: room)]
    let samples = sampled(model, count, steps: options.steps, label: "samples")
    rows.append(room.row("the model, \(options.steps ?? model.schedule.stepCount) steps", samples))
    guard samples.isFinite else {
      throw FileFailure(
        file: modelFolder, at: .whole, expected: "a model whose samples are finite", found: "one that is not")
    }
    if let also { rows.append(room.row("PyTorch and diffusers, the same network", also)) }
    for row in rows { emit(row.line) }
    let epochs = try keptEpochs(train, in: room)
    let nearest = Nearest(samples, train: pictures(train, 0..<train.count), test: room.test, judge)
    try writeTogether(
      [
        (path: "\(outFolder)/judged.csv", bytes: Array(JudgingRoom.csv(rows).text.utf8)),
        (path: "\(outFolder)/epochs.csv", bytes: Array(epochs.text.utf8)),
        (path: "\(outFolder)/nearest.csv", bytes: Array(nearest.csv.text.utf8)),
        (path: "\(outFolder)/nearest.pgm", bytes: nearest.sheet.pgm.bytes),
        (path: "\(outFolder)/lenet.safetensors", bytes: judge.file.bytes),
      ])
    note("the verdict: \(outFolder)")
  }

  /// Refuses a model that draws no digits as MNIST has them, and more steps than it has timesteps.
  private func requireDigits(of model: DiffusionModel) throws {
    let configuration = model.configuration
    guard configuration.sampleSize == MNIST.size, configuration.inChannels == 1 else {
      throw FileFailure(
        file: "\(modelFolder)/unet/config.json", at: .whole,
        expected: "a model of 28 x 28 pictures, one channel",
        found:
          "\(configuration.inChannels) channels, sample_size \(configuration.sampleSize.map { "\($0)" } ?? "none")"
      )
    }
    if let steps = options.steps, steps > model.schedule.stepCount {
      throw ValidationError(
        "--steps: expected no more than the model's \(model.schedule.stepCount) timesteps, found \(steps)")
    }
  }

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
    return samples.channelsLast()
  }

  private func trained(on train: MNIST) throws -> Judge {
    let settings = JudgeSettings(seed: options.common.seed)
    let data = shuffled(train)
    let bar = ProgressBar("the judge", of: settings.stepCount(pictures: train.count), unit: "steps")
    return try Judge.trained(
      on: data, labels: (0..<train.count).map(train.label), settings: settings,
      finishedStep: { _, _ in bar.advance() })
  }

  private func pictures(_ mnist: MNIST, _ range: Range<Int>) -> Tensor {
    Tensor(rows: range.count, of: [MNIST.size, MNIST.size, 1]) { mnist.image(range.lowerBound + $0).pixels }
  }

  private func sampled(_ model: DiffusionModel, _ count: Int, steps: Int?, label: String) -> Tensor {
    let sampler = ModelSampler(model, stepCount: steps, seed: options.common.seed)
    let bar = ProgressBar(label, of: count * sampler.steps.count, unit: "steps of a picture")
    return sampler.samples(of: 0..<count, progress: { bar.advance(by: $0) })
  }

  /// Real pictures in the place of samples: ten sets of as many training pictures, their mean.
  ///
  /// MNIST's own order is not random: its pictures are shuffled before they are cut into sets.
  private func floor(of count: Int, _ train: MNIST, in room: JudgingRoom) -> JudgingRoom.Row {
    let sets = 10
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

  private func shuffled(_ train: MNIST) -> ImageSet {
    ImageSet((0..<train.count).lazy.map(train.image), random: random)
  }

  /// The models of some epochs, each judged by 500 samples of 100 steps.
  private func keptEpochs(_ train: MNIST, in room: JudgingRoom) throws -> CSV {
    let folder = "\(modelFolder)/training"
    let real = floor(of: 500, train, in: room).distance
    let kept = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .compactMap { $0.hasPrefix("epoch-") ? Int($0.dropFirst(6)) : nil }.sorted()
    if kept.isEmpty { note("\(folder): no epoch-N was kept, so epochs.csv has no rows") }
    var rows: [[any CSVValue]] = []
    for epoch in kept {
      let model = try DiffusionModel.read(folder: "\(folder)/epoch-\(epoch)")
      let history = try CSV.read("\(folder)/epoch-\(epoch)/history.csv")
      let row = room.row("epoch \(epoch)", sampled(model, 500, steps: 100, label: "epoch \(epoch)"))
      emit(row.line)
      guard let loss = try history.numbers(in: "loss").last else {
        throw FileFailure(
          file: "\(folder)/epoch-\(epoch)/history.csv", at: .whole, expected: "an epoch", found: "none")
      }
      rows.append([epoch, loss, row.distance, row.standardError, row.precision, row.recall, row.sure, real])
    }
    return CSV(
      columns: ["epoch", "loss", "distance", "standard_error", "precision", "recall", "sure", "real"],
      rows: rows)
  }
}
