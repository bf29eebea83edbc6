import ArgumentParser
import Files
import Formats
import Foundation
import Models
import Notebook

/// `ddpm predict`: what a model's network says to the samples in a file.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predict the noise in samples, from a safetensors file into another.",
    discussion: """
      The input holds `sample`, (N, C, H, W), and `timestep`, N whole numbers that count from 0, as in diffusers. The \
      output holds `prediction`.

        ddpm predict --model data/models/mnist --input in.safetensors --output out.safetensors
      """)

  @Option(help: "The model's folder, as diffusers' DDPMPipeline saves one.")
  var model: String

  @Option(help: "A safetensors file with `sample` and `timestep` (from 0).")
  var input: String

  @Option(help: "The safetensors file that gets `prediction`.")
  var output: String

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try requireNames([("--model", model), ("--input", input), ("--output", output)])
    if input == output || isSameFile(input, output) {
      throw ValidationError("--output: expected another file than --input's, found \(output)")
    }
  }

  func run() throws {
    common.apply()
    let network = try DiffusionModel.read(folder: model)
    try requireApart(output, from: network.files(in: model).map(\.path))
    try requireWritable(output)
    try OwnMark.safetensors(output, tensors: ["prediction"]).require(before: [output])
    let claim = try FolderClaim(URL(filePath: output).deletingLastPathComponent().relativePath)
    defer { withExtendedLifetime(claim) {} }
    try network.predict(input: input, output: output)
  }
}
