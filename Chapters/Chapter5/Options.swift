import ArgumentParser
import Notebook

/// The options of the chapter: those that every chapter has.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter5", abstract: "Chapter 5: the U-Net.",
    discussion: "To train a network of your own: ddpm train --help.")

  @OptionGroup var common: ChapterOptions

  /// The options of the chapter; where the command line asks for what `ddpm` does now, the end of the program with the
  /// line to use.
  static func orSentOn() -> Options {
    sendOn(
      to: "ddpm",
      options: [
        "dataset", "model", "resume", "epochs", "steps", "limit", "batch-size", "learning-rate", "warm-up",
        "decay", "average", "noise", "dropout", "channels", "multipliers", "blocks", "attention", "keep",
        "anyway", "predict", "output", "bound",
      ]
    ) { arguments in
      if arguments.contains(where: { $0.hasPrefix("--predict") }) {
        return ["predict"]
          + arguments.map { $0.hasPrefix("--predict") ? "--input" + $0.dropFirst("--predict".count) : $0 }
      }
      return arguments.contains("--bound")
        ? ["bound"] + arguments.filter { $0 != "--bound" } : ["train"] + arguments
    }
    return parsedOrExit()
  }
}
