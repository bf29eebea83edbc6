import ArgumentParser
import Console
import Diffusion
import Notebook

/// The options of the chapter: those that every chapter has, and those of its experiments.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter8", abstract: "Chapter 8: fewer steps.")

  @Option(parsing: .unconditional, help: "Evaluations of the network for a digit, 2 to 2000.")
  var evaluations = 50

  @Option(help: "How the ODE is solved for the digits, euler or heun.")
  var solver = ODEMethod.heun

  @Option(
    parsing: .unconditional, help: "A mistake: multiply the true score of the mixtures by this, 0.1 to 10.")
  var scoreScale = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    try require("--evaluations", evaluations, in: 2...2000)
    try require("--score-scale", scoreScale, in: 0.1...10)
  }

  var changeResults: Bool { scoreScale != 1 || evaluations != 50 || solver != .heun }
}

extension ODEMethod: ExpressibleByArgument {}
