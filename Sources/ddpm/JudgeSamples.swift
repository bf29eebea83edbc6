import ArgumentParser
import Console
import Notebook

/// `ddpm judge`: how good a model's samples of MNIST are.
struct JudgeSamples: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract: "Train a classifier on MNIST and judge a model's samples by its features.",
    discussion: """
      Writes judged.csv (Fréchet distance, precision, recall), epochs.csv, nearest.csv, nearest.pgm and the classifier, \
      lenet.safetensors. Needs MNIST (make mnist); takes twelve minutes.

        ddpm judge --model data/models/mnist --out out/judge
        ddpm judge --model data/models/mnist --also samples.safetensors --out out/both
      """)

  @Option(help: "The model's folder, as diffusers' DDPMPipeline saves one.")
  var model: String

  @Option(parsing: .unconditional, help: "Samples to be judged, 4 to 6000 (default: 2000).")
  var count: Int?

  @Option(parsing: .unconditional, help: "Steps, 2 to the model's timesteps (default: all of them).")
  var steps: Int?

  @Option(help: "A safetensors file with other `samples`, (N, 1, 28, 28) in -1…1, to be judged too.")
  var also: String?

  @Option(help: "Write to this folder (default: out/judge).")
  var out: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try requireNames([("--model", model), ("--also", also), ("--out", out)])
    // Three neighbors of a sample at least; and ten sets of as many training images.
    if let count { try require("--count", count, in: 4...6000) }
  }

  func run() throws {
    common.apply()
    try JudgeCommand(options: self).run()
  }
}
