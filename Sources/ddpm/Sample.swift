import ArgumentParser
import Console
import Diffusion
import Models
import Notebook

/// `ddpm sample`: images from a trained model.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample images from a model.",
    discussion: """
      Writes sheet.pgm, each image as NNNN.pgm, and samples.safetensors. Image 17 is the same in whichever run, on \
      whichever machine it is sampled.

        ddpm sample --model data/models/mnist --count 16 --out out/digits
        ddpm sample --model data/models/mnist --count 16 --steps 50 --seed 7 --out out/other-digits
        ddpm sample --model data/models/mnist --first 500 --count 500 --out out/second
      """)

  @Option(help: "The model's folder, as diffusers' DDPMPipeline saves one.")
  var model: String

  @Option(
    parsing: .unconditional,
    help: "Images, 1 to 10000 (default: 64).")
  var count: Int?

  @Option(
    parsing: .unconditional,
    help: "The number of the first image (default: 0); each is the same in whichever run it is sampled.")
  var first: Int?

  @Option(parsing: .unconditional, help: "Steps, 2 to the model's timesteps (default: all of them).")
  var steps: Int?

  @Option(help: "The variance of a step, beta or beta-tilde (default: what the model's folder says).")
  var variance: ReverseVariance?

  @Flag(
    inversion: .prefixedNo, help: "Clip the predicted x_0, or don't (default: what the model's folder says).")
  var clip: Bool?

  @Option(
    parsing: .unconditional, help: "Images at once, 1 to 65536; they don't depend on it (default: 64).")
  var batchSize: Int?

  @Option(help: "Begin with `initial_noise`, (N, C, H, W), of this safetensors file instead of the seed's.")
  var initialNoise: String?

  @Option(help: "Write to this folder (default: out/samples).")
  var out: String?

  @OptionGroup var common: CommonOptions

  /// The most images of a run: each has a name of four digits.
  static let mostPictures = 10_000

  func validate() throws {
    try requireNames([("--model", model), ("--initial-noise", initialNoise), ("--out", out)])
    if let count { try require("--count", count, in: 1...Self.mostPictures) }
    if let first {
      try require("--first", first, in: 0...Self.mostPictures - 1)
      try require("--first \(first) and --count", count ?? 64, in: 1...Self.mostPictures - first)
    }
    if let batchSize { try require("--batch-size", batchSize, in: 1...65_536) }
    guard initialNoise != nil else { return }
    if count != nil {
      throw ValidationError("--count: does not go with --initial-noise, whose file says how many")
    }
    if first != nil { throw ValidationError("--first: does not go with --initial-noise") }
  }

  func run() throws {
    common.apply()
    try SamplerCommand(options: self).run()
  }
}

/// Refuses steps that a model does not have.
///
/// - Parameters:
///   - steps: The steps that `--steps` asks for; nil for all.
///   - model: The model.
func requireSteps(_ steps: Int?, of model: DiffusionModel) throws {
  let timesteps = model.schedule.stepCount
  guard let steps else { return }
  guard steps >= 2, steps <= timesteps else {
    let expected =
      timesteps < 2 ? "no number for a model of 1 timestep" : "2 to the model's \(timesteps) timesteps"
    throw ValidationError("--steps: expected \(expected), found \(steps)")
  }
  try require("--steps \(steps)") { try model.schedule.requireRespacing(to: steps) }
}

extension ReverseVariance: ExpressibleByArgument {}
