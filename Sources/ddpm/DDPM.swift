import ArgumentParser
import Console
import Notebook

/// The program for those who want to train, sample and measure; the chapters are for those who want to read.
@main
struct DDPM: ParsableCommand {
  static func main() { runOrExit() }

  static let configuration = CommandConfiguration(
    commandName: "ddpm",
    abstract: "Train denoising diffusion models, sample from them and measure them.",
    discussion: """
      Models are folders that Hugging Face diffusers opens, and the other way round. Everything is a function of --seed, \
      to the bit.

        ddpm train --epochs 3 --model out/mine
        ddpm sample --model data/models/mnist --count 16 --out out/digits
        ddpm info data/models/mnist
      """,
    version: version,
    subcommands: [
      Train.self, Sample.self, JudgeSamples.self, Bound.self, Likelihood.self, Predict.self, Info.self,
    ])
}
