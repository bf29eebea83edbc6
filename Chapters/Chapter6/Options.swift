import ArgumentParser
import Console
import Notebook

/// The options of the chapter: those that every chapter has, and the mistakes that its last experiment makes.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter6", abstract: "Chapter 6: sampling.",
    discussion: "To sample from a model and to judge it: ddpm sample --help, ddpm judge --help.")

  @Flag(help: "A mistake: add noise in the last step too.")
  var lastNoise = false

  @Flag(help: "A mistake: take pixels for 0 to 1, and clip the predicted x_0 to that.")
  var unitRange = false

  @Option(parsing: .unconditional, help: "A mistake: tell the network t + this, -1000 to 1000.")
  var timestepShift = 0

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    try require("--timestep-shift", timestepShift, in: -1000...1000)
  }

  /// The options of the chapter; where the command line asks for what `ddpm` does now, the end of the program with the
  /// line to use.
  static func orSentOn() -> Options {
    sendOn(
      to: "ddpm",
      options: [
        "model", "count", "first", "steps", "variance", "clip", "no-clip", "batch-size", "initial-noise",
        "judge", "also",
      ]
    ) { arguments in
      let isJudge = arguments.contains("--judge")
      return [isJudge ? "judge" : "sample"] + arguments.filter { $0 != "--judge" }
    }
    return parsedOrExit()
  }
}

// MARK: - The mistakes

/// What can go wrong in a sampler.
struct Mistake: Equatable, Sendable {
  /// Noise in the last step too.
  var lastNoise = false
  /// Pixels taken for 0…1, and x̂_0 clipped to that.
  var unitRange = false
  /// What is added to the timestep that the network is told.
  var timestepShift = 0
}

extension Options {
  /// The mistakes that are asked for.
  var mistake: Mistake {
    Mistake(lastNoise: lastNoise, unitRange: unitRange, timestepShift: timestepShift)
  }
}
