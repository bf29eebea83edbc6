import Deterministic
import Diffusion
import Formats
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

/// A model that nobody trained; where no size is told, it names none.
func untrainedModel(
  size: Int? = 8, channels: Int = 1, weightFactor: Double = 1,
  scheduler: SchedulerConfiguration = .linear(to: 0.5, stepCount: 12)
) -> DiffusionModel {
  var configuration = UNetConfiguration.ddpm(
    sampleSize: size ?? 8, channels: channels, blockOutChannels: [8, 8], layersPerBlock: 1,
    attentionStages: [], groups: 4)
  configuration.sampleSize = size
  let weights = UNet.initialWeights(configuration, seed: 3).map { weightFactor * $0 }
  return DiffusionModel(configuration: configuration, weights: weights, scheduler: scheduler)
}

extension Scratch {
  /// Runs the sampler.
  func sample(_ arguments: [String], model: String = "model") throws -> Ended {
    try run(ddpm: ["sample", "--model", model] + arguments, in: path)
  }

  /// The samples in a folder, [N, C, H, W].
  func samples(in folder: String) throws -> (shape: [Int], values: [Float]) {
    let file = try Safetensors.read(self("\(folder)/samples.safetensors"))
    #expect(file.entries.map(\.name) == ["samples"])
    return (try file.entry("samples").shape, try file.floats("samples"))
  }

  /// Expects one line on standard error, and nothing shown or written.
  func expectRefused(
    _ ended: Ended, status: Int32 = 1, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.status == status, sourceLocation: sourceLocation)
    #expect(
      ended.onlyErrorLine(sourceLocation: sourceLocation) == "ddpm: \(message)",
      sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
    for folder in ["out", "new"] {
      #expect(!FileManager.default.fileExists(atPath: self(folder)), sourceLocation: sourceLocation)
    }
  }
}
