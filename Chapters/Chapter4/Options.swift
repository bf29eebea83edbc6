import ArgumentParser
import Console
import Diffusion
import Notebook

/// How the pixels of the digits are scaled; only one of the ways is right.
enum PixelScale: String, CaseIterable, ExpressibleByArgument {
  case signed, unit, bytes
}

/// The options of the chapter: those that every chapter has, and those of its two trainings.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "chapter4", abstract: "Chapter 4: the loss.")

  @Option(parsing: .unconditional, help: "Training steps of the network for points, 10 to 100000.")
  var steps: Int?

  @Option(parsing: .unconditional, help: "Training steps of the network for digits, 10 to 100000.")
  var digitSteps: Int?

  @Option(parsing: .unconditional, help: "The learning rate of the network for points, above 0.")
  var learningRate = 3e-3

  @Option(parsing: .unconditional, help: "The last β of the schedule that the networks are trained with.")
  var lastBeta = 0.02

  @Option(help: "How the digits' pixels are scaled: signed (-1 to 1), unit (0 to 1) or bytes (0 to 255).")
  var pixels = PixelScale.signed

  @Flag(help: "Train although preflight has found something.")
  var anyway = false

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    if let steps { try require("--steps", steps, in: 10...100_000) }
    if let digitSteps { try require("--digit-steps", digitSteps, in: 10...100_000) }
    guard learningRate > 0, learningRate < .infinity else {
      throw ValidationError("--learning-rate: expected a number above 0, found \(learningRate)")
    }
    try require("--last-beta \(lastBeta)") { try schedule().requireRespacing(to: 10) }
  }

  func schedule() throws -> NoiseSchedule { try .linear(to: lastBeta) }

  var changeResults: Bool {
    steps != nil || digitSteps != nil || learningRate != 3e-3 || lastBeta != 0.02 || pixels != .signed
  }
}
