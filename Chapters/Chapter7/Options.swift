import ArgumentParser
import Console
import Notebook

/// The options of the chapter: those that every chapter has, and those of its experiments.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "chapter7", abstract: "Chapter 7: the score.")

  @Option(
    parsing: .unconditional, help: "A mistake: multiply the true score of the mixtures by this, 0.1 to 10.")
  var scoreScale = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws { try require("--score-scale", scoreScale, in: 0.1...10) }
}
