import ArgumentParser
import Console
import Notebook

/// The options of the chapter: those that every chapter has, and those of its experiments.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter11", abstract: "Chapter 11: the price of a digit.",
    discussion: "To measure a model of your own: ddpm likelihood --help.")

  @Option(
    parsing: .unconditional, help: "A mistake: multiply the true score of the mixtures by this, 0.1 to 10.")
  var scoreScale = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws { try require("--score-scale", scoreScale, in: 0.1...10) }

  /// The options of the chapter.
  ///
  /// Where the command line asks for what `ddpm` does now, the program ends with the line to use.
  static func orSentOn() -> Options {
    sendOn(to: "ddpm", options: ["model", "count", "likelihoods"]) { ["likelihood"] + $0 }
    return parsedOrExit()
  }
}
