import ArgumentParser
import Console
import Diffusion
import Notebook

/// The options of the chapter: those that every chapter has, and its schedule.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter1", abstract: "Chapter 1: the noise schedule.")

  @Option(parsing: .unconditional, help: "Timesteps of the linear schedule, T.")
  var steps = 1000

  @Option(parsing: .unconditional, help: "Its first β, in (0, 1).")
  var firstBeta = 1e-4

  @Option(parsing: .unconditional, help: "Its last β, in (0, 1).")
  var lastBeta = 0.02

  @OptionGroup var common: ChapterOptions

  /// The linear schedule of these options.
  func schedule() throws -> NoiseSchedule {
    try .linear(from: firstBeta, to: lastBeta, stepCount: steps)
  }

  /// Refuses what is no schedule.
  func validate() throws {
    try require("--steps", steps, in: 2...100_000)
    for (name, beta) in [("--first-beta", firstBeta), ("--last-beta", lastBeta)] {
      guard beta > 0, beta < 1 else {
        throw ValidationError("\(name): expected a β in (0, 1), found \(beta)")
      }
    }
    try require("--steps \(steps) --first-beta \(firstBeta) --last-beta \(lastBeta)", toAllow: schedule)
  }
}
