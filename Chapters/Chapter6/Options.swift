import ArgumentParser
import Console
import Notebook

/// The options of the chapter: those that every chapter has, and the mistakes of the section “Break it”.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter6", abstract: "Chapter 6: sampling.",
    discussion: "To sample from a model and to measure its samples: ddpm sample --help, ddpm judge --help.")

  @Flag(help: "A mistake: add no new noise in any step.") var noNoise = false
  @Flag(help: "A mistake: add noise in the last step too.") var lastNoise = false
  @Flag(help: "A mistake: take pixels for 0 to 1, and clip the predicted x_0 to that.") var unitRange = false
  @Option(parsing: .unconditional, help: "A mistake: tell the network t + this, -1000 to 1000.")
  var timestepShift = 0
  @OptionGroup var common: ChapterOptions

  func validate() throws { try require("--timestep-shift", timestepShift, in: -1000...1000) }

  /// The mistakes that are asked for.
  var mistake: Mistake {
    Mistake(noNoise: noNoise, lastNoise: lastNoise, unitRange: unitRange, timestepShift: timestepShift)
  }

  /// The options, or, where they are those of `ddpm` now, the end of the program with the line to use.
  static func orSentOn() -> Options {
    let sampling = ["model", "count", "first", "steps", "variance", "clip", "no-clip", "batch-size"]
    sendOn(to: "ddpm", options: Set(sampling + ["initial-noise", "judge", "also"])) { arguments in
      [arguments.contains("--judge") ? "judge" : "sample"] + arguments.filter { $0 != "--judge" }
    }
    return parsedOrExit()
  }
}
