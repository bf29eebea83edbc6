import ArgumentParser
import Diffusion
import Foundation
import Notebook

/// What the program can be asked for: the chapter, or with `--model` its long measurements.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter7", abstract: "Chapter 7: the score.",
    discussion: """
      Without --model this is the chapter. With it, it samples and measures a model of MNIST along the probability-flow \
      ODE, and writes to --out (default: out/flow): judged.csv and likelihood.csv.
      """)

  @Option(help: "Measure the model in this folder, as diffusers' DDPMPipeline saves one; needs MNIST.")
  var model: String?

  @Option(parsing: .unconditional, help: "With --model: pictures to be judged, 4 to 6000 (default: 2000).")
  var count: Int?

  @Option(
    parsing: .unconditional,
    help: "With --model: pictures whose likelihood is asked, 2 to 10000 (default: 500).")
  var likelihoods: Int?

  @Option(parsing: .unconditional, help: "Evaluations of the network for a digit, 2 to 2000.")
  var evaluations = 50

  @Option(help: "How the ODE is solved for the digits, euler or heun.")
  var solver = ODEMethod.heun

  @Option(
    parsing: .unconditional, help: "A mistake: multiply the true score of the mixtures by this, 0.1 to 10.")
  var scoreScale = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    if model?.isEmpty == true { throw ValidationError("--model: expected a name, found an empty one") }
    if let count { try require("--count", count, in: 4...6000) }
    if let likelihoods { try require("--likelihoods", likelihoods, in: 2...10_000) }
    try require("--evaluations", evaluations, in: 2...2000)
    try require("--score-scale", scoreScale, in: 0.1...10)
    if model == nil {
      for (name, isGiven) in [("--count", count != nil), ("--likelihoods", likelihoods != nil)] where isGiven
      {
        throw ValidationError("\(name): only with --model")
      }
      return
    }
    let ofTheChapter = [
      ("--score-scale", scoreScale != 1), ("--evaluations", evaluations != 50), ("--solver", solver != .heun),
      ("--quick", common.quick), ("--pause", common.pause),
    ]
    for (name, isGiven) in ofTheChapter where isGiven {
      throw ValidationError("\(name): only without --model")
    }
  }
}

extension Options {
  /// The folder that `--model` names.
  var modelFolder: String { model ?? "" }

  /// Measures the model and ends the program; a failure is one line on standard error and status 1.
  func runCommandAndExit() -> Never {
    orExit(try MeasureCommand(options: self).run())
    Foundation.exit(0)
  }
}

extension ODEMethod: ExpressibleByArgument {}
