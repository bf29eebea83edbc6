import ArgumentParser
import Diffusion
import Foundation
import Notebook
import Training

/// What the program can be asked for: the chapter, or with `--model` the sampler.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter6", abstract: "Chapter 6: sampling.",
    discussion: """
      Without --model this is the chapter. With it it draws samples from a model and writes them to --out (default: \
      out/samples): sheet.pgm, each picture as NNNN.pgm, and samples.safetensors.
      """)

  @Option(help: "Draw samples from the model in this folder, as diffusers' DDPMPipeline saves one.")
  var model: String?

  @Option(
    parsing: .unconditional,
    help: "Pictures, 1 to 10000 (default: 64); with --judge samples, 4 to 6000 (default: 2000).")
  var count: Int?

  @Option(
    parsing: .unconditional,
    help: "The number of the first picture (default: 0); each is the same in whichever run it is drawn.")
  var first: Int?

  @Option(parsing: .unconditional, help: "Steps, 2 to the model's timesteps (default: all of them).")
  var steps: Int?

  @Option(help: "The variance of a step, beta or beta-tilde (default: what the model's folder says).")
  var variance: ReverseVariance?

  @Flag(
    inversion: .prefixedNo, help: "Clip the predicted x_0, or don't (default: what the model's folder says).")
  var clip: Bool?

  @Option(
    parsing: .unconditional, help: "Pictures at once, 1 to 65536; they don't depend on it (default: 64).")
  var batchSize: Int?

  @Option(help: "Begin with `initial_noise`, (N, C, H, W), of this safetensors file instead of the seed's.")
  var initialNoise: String?

  @Flag(help: "A mistake: add noise in the last step too.")
  var lastNoise = false

  @Flag(help: "A mistake: take pixels for 0 to 1, and clip the predicted x_0 to that.")
  var unitRange = false

  @Option(parsing: .unconditional, help: "A mistake: tell the network t + this, -1000 to 1000.")
  var timestepShift = 0

  @Flag(
    help: "Train the judge on MNIST, and let it judge --count samples of --model; writes to out/judge."
  )
  var judge = false

  @Option(
    help: "With --judge: a safetensors file with other `samples`, (N, 1, 28, 28) in -1…1, to be judged too.")
  var also: String?

  @OptionGroup var common: ChapterOptions

  /// Whether the program is the sampler, and not the chapter.
  var isCommand: Bool { model != nil || judge }

  /// The most pictures of a run: each has a name of four digits.
  static let mostPictures = 10_000

  func validate() throws {
    for (name, path) in [("model", model), ("initial-noise", initialNoise), ("also", also)]
    where path?.isEmpty == true {
      throw ValidationError("--\(name): expected a name, found an empty one")
    }
    // For the judge three neighbours of a sample at least; and ten sets of as many training pictures.
    if let count { try require("--count", count, in: judge ? 4...6000 : 1...Self.mostPictures) }
    if let first {
      try require("--first", first, in: 0...Self.mostPictures - 1)
      try require("--first \(first) and --count", count ?? 64, in: 1...Self.mostPictures - first)
    }
    if let batchSize { try require("--batch-size", batchSize, in: 1...65_536) }
    try require("--timestep-shift", timestepShift, in: -1000...1000)
    try validateUse()
  }

  /// Refuses options that say nothing together.
  private func validateUse() throws {
    func refuse(_ options: [(String, Bool)], _ reason: String) throws {
      if let given = options.first(where: { $0.1 }) { throw ValidationError("\(given.0): \(reason)") }
    }
    let mistakes = [
      ("--last-noise", lastNoise), ("--unit-range", unitRange), ("--timestep-shift", timestepShift != 0),
    ]
    if also != nil, !judge { throw ValidationError("--also: goes with --judge") }
    if isCommand {
      guard model != nil else { throw ValidationError("--judge: needs --model FOLDER") }
      try refuse(mistakes, "is the chapter's, not the sampler's")
      if judge {
        try refuse(
          [
            ("--variance", variance != nil), (clip == false ? "--no-clip" : "--clip", clip != nil),
            ("--batch-size", batchSize != nil), ("--first", first != nil),
            ("--initial-noise", initialNoise != nil),
          ], "does not go with --judge")
      }
      try refuse(
        [("--quick", common.quick), ("--pause", common.pause)], "is the chapter's, not the sampler's")
      if initialNoise != nil {
        try refuse(
          [("--count", count != nil)], "does not go with --initial-noise, whose file says how many")
        try refuse([("--first", first != nil)], "does not go with --initial-noise")
      }
    } else {
      try refuse(
        [
          ("--count", count != nil), ("--first", first != nil), ("--steps", steps != nil),
          ("--variance", variance != nil),
          (clip == false ? "--no-clip" : "--clip", clip != nil), ("--batch-size", batchSize != nil),
          ("--initial-noise", initialNoise != nil),
        ], "is the sampler's, which --model asks for")
    }
  }
}

// MARK: - The commands

extension Options {
  /// The folder of the model, which every command has.
  var modelFolder: String { model ?? "" }

  /// Does what `isCommand` says and ends the program; a failure is one line on standard error and status 1.
  func runCommandAndExit() -> Never {
    orExit(try judge ? JudgeCommand(options: self).run() : SamplerCommand(options: self).run())
    Foundation.exit(0)
  }

  /// Refuses steps that a model does not have.
  func requireSteps(of model: DiffusionModel) throws {
    let timesteps = model.schedule.stepCount
    guard let steps else { return }
    guard steps >= 2, steps <= timesteps else {
      let expected =
        timesteps < 2 ? "no number for a model of 1 timestep" : "2 to the model's \(timesteps) timesteps"
      throw ValidationError("--steps: expected \(expected), found \(steps)")
    }
    try require("--steps \(steps)") { try model.schedule.requireRespacing(to: steps) }
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

extension ReverseVariance: ExpressibleByArgument {}
