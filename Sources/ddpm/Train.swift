import ArgumentParser
import Console
import Diffusion
import Formats
import Models
import Networks
import Notebook
import Training

/// `ddpm train`: a training from the command line.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a U-Net to predict noise, on synthetic digits, MNIST or a folder of images.",
    discussion: """
      The model's folder is one that Hugging Face diffusers opens. Ctrl-C saves and ends; --resume goes on.

      On synthetic digits, under a minute; and on from where that was stopped:
        ddpm train --epochs 3 --model out/mine
        ddpm train --epochs 3 --model out/mine --resume

      On a folder of square PGM images of one size; on MNIST, which `make mnist` fetches:
        ddpm train --dataset my-pictures --model out/my-pictures
        ddpm train --dataset mnist --epochs 20
      """)

  @Option(
    help:
      "Train on synthetic digits (drawn), on mnist, or on the square PGM images in a folder (default: drawn)."
  )
  var dataset: String?

  @Option(help: "The model's folder, as diffusers lays it out (default: out/models/DATASET).")
  var model: String?

  @Flag(
    help:
      "Go on with the training in the model's folder, with the same options; more --epochs go on at the last rate."
  )
  var resume = false

  @Option(parsing: .unconditional, help: "Epochs of training, 1 to 10000 (default: 20).")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Stop after this many steps, 1 or more, whatever the epochs.")
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: "Use the first N images (default: all); of synthetic digits an epoch is N new ones (10000).")
  var limit: Int?

  @Option(parsing: .unconditional, help: "Images in a step, 1 to 65536 (default: 128).")
  var batchSize: Int?

  @Option(parsing: .unconditional, help: "The largest learning rate, above 0 (default: 0.002).")
  var learningRate: Double?

  @Option(
    parsing: .unconditional,
    help: "Steps in which the rate grows up to there, from 0 (default: 500, of a short run a tenth).")
  var warmUp: Int?

  @Option(
    help: "How the rate falls after that: a cosine (the default), steps (times 0.3 after 6 tenths), constant."
  )
  var decay: RateDecay?

  @Option(
    parsing: .unconditional, help: "The share of the average that a step keeps, in [0, 1) (default: 0.9995).")
  var average: Double?

  @Option(help: "The noise schedule of 1000 steps, linear or cosine (default: linear).")
  var noise: NoiseKind?

  @Option(parsing: .unconditional, help: "The probability of dropout, in [0, 1) (default: 0).")
  var dropout: Double?

  @Option(
    parsing: .unconditional, help: "Channels of the finest stage, a multiple of 8 up to 1024 (default: 16).")
  var channels: Int?

  @Option(parsing: .unconditional, help: "The channels of the stages as multiples (default: 1,2,4).")
  var multipliers: IntegerList?

  @Option(parsing: .unconditional, help: "Residual blocks in a stage, 1 to 64 (default: 1).")
  var blocks: Int?

  @Option(
    parsing: .unconditional,
    help: "The sizes at which there is attention, or none (default: the coarsest, 7 of 28).")
  var attention: IntegerList?

  @Flag(
    help: "Train although the images are too few, all the same or far too dark: what else stops a training.")
  var anyway = false

  @Option(parsing: .unconditional, help: "Keep the model of these epochs too, in training/epoch-N.")
  var keep: IntegerList?

  @Option(help: "Write below this folder where --model does not say where (default: out).")
  var out: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try requireNames([("--dataset", dataset), ("--model", model), ("--out", out)])
    if model != nil, out != nil {
      throw ValidationError("--out: does not go with --model, which says where")
    }
    if let epochs { try require("--epochs", epochs, in: 1...10_000) }
    if let steps { try require("--steps", steps, in: 1...1 << 30) }
    if let limit { try require("--limit", limit, in: 1...1 << 30) }
    if let batchSize { try require("--batch-size", batchSize, in: 1...65_536) }
    // The kernels multiply by it as a Float, which must not be 0.
    if let learningRate, !(Float(learningRate) > 0 && learningRate < .infinity) {
      throw ValidationError("--learning-rate: expected a number above 0, found \(learningRate)")
    }
    if let warmUp { try require("--warm-up", warmUp, in: 0...1 << 30) }
    for (name, share) in [("average", average), ("dropout", dropout)] {
      guard let share, !(share >= 0 && share < 1) else { continue }
      throw ValidationError("--\(name): expected a number from 0 to below 1, found \(share)")
    }
    if let channels { try require("--channels", channels, in: 8...1024) }
    if let blocks { try require("--blocks", blocks, in: 1...64) }
    // The size of the images changes the number of weights by little or nothing.
    try requireStorable(try network(sampleSize: nil))
    if let keep, keep.numbers.contains(where: { $0 < 1 }) {
      throw ValidationError("--keep: expected epochs from 1, found \(keep)")
    }
  }

  func run() throws {
    common.apply()
    let status = try TrainerCommand(self).run()
    if status != 0 { throw ExitCode(status) }
  }

  /// Refuses a network whose checkpoint could be written and not be read again: four numbers of 4 bytes for each
  /// weight make half of the 4 GiB up to which files are read.
  private func requireStorable(_ network: UNetConfiguration) throws {
    let (most, found) = (1 << 27, UNet.parameterCount(network))
    guard found <= most else {
      throw ValidationError(
        "--channels, --multipliers and --blocks: expected a network of up to \(most) weights, found \(found)")
    }
  }
}

// MARK: - What the options mean

extension Train {
  /// The network.
  ///
  /// - Parameter sampleSize: The height and width of the pictures; nil for any that fits.
  func network(sampleSize: Int?) throws -> UNetConfiguration {
    let multipliers = multipliers?.numbers ?? [1, 2, 4]
    let coarsest = (sampleSize ?? 1) >> (multipliers.count - 1)
    let attention = attention?.numbers ?? [coarsest]
    // A size at which every stage that is asked for occurs, to look at all else before there are pictures.
    let smallest = 1 << max(0, min(16, multipliers.count) - 1)
    do throws(ConfigurationFailure) {
      return try .ddpm(
        sampleSize: sampleSize ?? smallest, channels: 1, baseChannels: channels ?? 16,
        multipliers: multipliers,
        layersPerBlock: blocks ?? 1, attentionAt: sampleSize == nil ? [] : Set(attention),
        dropout: dropout ?? 0)
    } catch {
      throw ValidationError(explained(error))
    }
  }

  /// A failure of the network's configuration, by the option of the command line.
  private func explained(_ failure: ConfigurationFailure) -> String {
    switch failure.option {
    case "sample_size":
      return "--multipliers: expected pictures of a size that is \(failure.expected), found \(failure.found)"
    case "norm_num_groups":
      return "--channels: expected a multiple of \(failure.found), found \(channels ?? 16)"
    default: break
    }
    let names = [
      "channels": "--channels", "multipliers": "--multipliers", "attention": "--attention",
      "layers_per_block": "--blocks", "dropout": "--dropout", "block_out_channels": "--channels",
    ]
    return "\(names[failure.option] ?? failure.option): expected \(failure.expected), found \(failure.found)"
  }

  /// How the noise is scheduled.
  var scheduler: SchedulerConfiguration {
    switch noise ?? .linear {
    case .linear: .linear()
    case .cosine: .cosine()
    }
  }

  /// What decides the training beside network, data and schedule.
  ///
  /// - Parameter plannedSteps: The steps at whose end the rate has fallen.
  /// - Throws: A warm-up that leaves no step for what follows it.
  func settings(plannedSteps: Int) throws -> TrainingSettings {
    // A short run has a short warm-up, unless another is asked for.
    let warmUp = warmUp ?? min(500, plannedSteps / 10)
    guard warmUp < plannedSteps else {
      throw ValidationError(
        "--warm-up: expected fewer than the \(plannedSteps) steps of all epochs, found \(warmUp)")
    }
    let peak = learningRate ?? 2e-3
    let rate =
      switch decay ?? .cosine {
      case .cosine: LearningRate(peak, warmUp: warmUp, decay: .cosine(end: plannedSteps, floor: 0.01))
      case .steps:
        LearningRate(peak, warmUp: warmUp, decay: .steps(after: [plannedSteps * 6 / 10], factor: 0.3))
      case .constant: LearningRate(peak, warmUp: warmUp)
      }
    return TrainingSettings(
      batchSize: batchSize ?? 128, learningRate: rate, averageDecay: average ?? 0.9995, seed: common.seed)
  }
}

/// How the learning rate falls after the warm-up.
enum RateDecay: String, CaseIterable, ExpressibleByArgument {
  case cosine
  case steps
  case constant
}

/// A rule for the noise schedule.
enum NoiseKind: String, CaseIterable, ExpressibleByArgument {
  case linear
  case cosine
}

/// Whole numbers with commas between them, or `none`.
struct IntegerList: ExpressibleByArgument, CustomStringConvertible {
  let numbers: [Int]

  init?(argument: String) {
    let parts = argument == "none" ? [] : argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count else { return nil }
    self.numbers = numbers
  }

  var description: String { numbers.isEmpty ? "none" : numbers.map(String.init).joined(separator: ",") }
}
