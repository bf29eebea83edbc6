import ArgumentParser
import Console
import Diffusion
import Notebook

/// The options of the chapter: the common ones, a pixel of the reader’s, and the coarse schedule.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter3", abstract: "Chapter 3: the posterior.")

  @Option(name: .customLong("x0"), parsing: .unconditional, help: "A clean pixel of your choice, -10 to 10.")
  var cleanPixel = 0.8

  @Option(name: .customLong("xt"), parsing: .unconditional, help: "The noisy pixel it became, -10 to 10.")
  var noisyPixel = 0.6

  @Option(parsing: .unconditional, help: "The timestep at which it did, 1 to 1000.")
  var timestep = 500

  @Option(parsing: .unconditional, help: "Steps of the coarse schedule, 2 to 1000.")
  var steps = 10

  @OptionGroup var common: ChapterOptions

  /// Refuses what is outside the chapter's range.
  func validate() throws {
    for (name, value) in [("--x0", cleanPixel), ("--xt", noisyPixel)] {
      guard abs(value) <= 10 else { throw ValidationError("\(name): expected -10 to 10, found \(value)") }
    }
    try require("--timestep", timestep, in: 1...1000)
    try require("--steps", steps, in: 2...1000)
    try require("--steps \(steps)", toAllow: coarse)
  }

  /// A schedule of few steps that ends where the thousand end.
  func coarse() throws -> NoiseSchedule {
    try .demonstration(stepCount: steps, multiplier: 30 / Double(steps))
  }

  /// Whether these options, the common ones aside, give other results than the committed ones.
  var changeResults: Bool { (cleanPixel, noisyPixel, timestep, steps) != (0.8, 0.6, 500, 10) }
}
