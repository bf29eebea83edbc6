import ArgumentParser
import Diffusion
import Notebook

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

  @Option(parsing: .unconditional, help: "Pictures, 1 to 10000 (default: 64).")
  var count: Int?

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

  @OptionGroup var common: ChapterOptions

  /// Whether the program is the sampler, and not the chapter.
  var isCommand: Bool { model != nil }

  /// The most pictures of a run: each has a name of four digits.
  static let mostPictures = 10_000

  func validate() throws {
    for (name, path) in [("model", model), ("initial-noise", initialNoise)] where path?.isEmpty == true {
      throw ValidationError("--\(name): expected a name, found an empty one")
    }
    if let count { try require("--count", count, in: 1...Self.mostPictures) }
    // The model, once it is read, says how many there can be.
    if let steps { try require("--steps", steps, in: 2...1_000_000) }
    if let batchSize { try require("--batch-size", batchSize, in: 1...65_536) }
    try validateUse()
  }

  /// Refuses options that say nothing together.
  private func validateUse() throws {
    func refuse(_ options: [(String, Bool)], _ reason: String) throws {
      if let given = options.first(where: { $0.1 }) { throw ValidationError("\(given.0): \(reason)") }
    }
    if isCommand {
      try refuse(
        [("--quick", common.quick), ("--pause", common.pause)], "is the chapter's, not the sampler's")
      if initialNoise != nil {
        try refuse(
          [("--count", count != nil)], "does not go with --initial-noise, whose file says how many")
      }
    } else {
      try refuse(
        [
          ("--count", count != nil), ("--steps", steps != nil), ("--variance", variance != nil),
          (clip == false ? "--no-clip" : "--clip", clip != nil), ("--batch-size", batchSize != nil),
          ("--initial-noise", initialNoise != nil),
        ], "is the sampler's, which --model asks for")
    }
  }
}

extension ReverseVariance: ExpressibleByArgument {}
