import ArgumentParser
import Console
import Notebook

/// `ddpm likelihood`: how probable a model thinks MNIST's test images, and its digits along the probability flow.
struct Likelihood: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Measure a model of MNIST along the probability-flow ODE: likelihood, and samples in few evaluations.",
    discussion: """
      Writes likelihood.csv and judged.csv. Needs MNIST (make mnist); takes ten minutes, a hundredth of them with \
      --count 20 --likelihoods 5.

        ddpm likelihood --model data/models/mnist --out out/flow
      """)

  @Option(help: "The model's folder, as diffusers' DDPMPipeline saves one.")
  var model: String

  @Option(parsing: .unconditional, help: "Samples to be judged, 4 to 6000 (default: 2000).")
  var count: Int?

  @Option(
    parsing: .unconditional, help: "Test images whose likelihood is asked, 2 to 10000 (default: 500).")
  var likelihoods: Int?

  @Option(help: "Write to this folder (default: out/flow).")
  var out: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try requireNames([("--model", model), ("--out", out)])
    if let count { try require("--count", count, in: 4...6000) }
    if let likelihoods { try require("--likelihoods", likelihoods, in: 2...10_000) }
  }

  func run() throws {
    common.apply()
    try LikelihoodCommand(options: self).run()
  }
}
