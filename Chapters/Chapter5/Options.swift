import ArgumentParser
import Console
import Notebook

/// The options of the chapter: those that every chapter has.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter5", abstract: "Chapter 5: the U-Net.",
    discussion: "To train a network of your own: ddpm train --help.")

  @OptionGroup var common: ChapterOptions

  /// The options; where the command line asks for what `ddpm` does, the program ends with the line to use.
  static func orSentOn() -> Options {
    let options: Set = [
      "dataset", "model", "resume", "epochs", "steps", "limit", "batch-size", "learning-rate", "warm-up",
      "decay", "average", "noise", "dropout", "channels", "multipliers", "blocks", "attention", "keep",
      "anyway", "predict", "output", "bound",
    ]
    sendOn(to: "ddpm", options: options) { words in
      if words.contains(where: { $0.hasPrefix("--predict") }) {
        return ["predict"] + words.map { $0.hasPrefix("--predict") ? "--input" + $0.dropFirst(9) : $0 }
      }
      return words.contains("--bound") ? ["bound"] + words.filter { $0 != "--bound" } : ["train"] + words
    }
    return parsedOrExit()
  }
}
