import Deterministic
import Diffusion
import Files
import Formats
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Stops
import Testing

/// The files of a model folder, and what stands in it beside them: folders.
private let modelFiles = [
  "model_index.json", "scheduler", "scheduler/scheduler_config.json", "unet", "unet/config.json",
  "unet/diffusion_pytorch_model.safetensors",
]

@Suite("A model in a folder")
struct DiffusionModelTests {
  let scratch: Scratch
  private let saved = fixture("diffusers/model")

  init() throws { scratch = try Scratch() }

  /// A copy of what diffusers saved, one file of it changed, or taken away.
  private func copy(_ file: String? = nil, _ change: (String) -> String? = { $0 }) throws -> String {
    let folder = scratch("model")
    try FileManager.default.copyItem(atPath: saved, toPath: folder)
    if let file {
      let text = String(decoding: try readWhole("\(saved)/\(file)"), as: UTF8.self)
      try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
      if let changed = change(text) { try writeWhole(changed, to: "\(folder)/\(file)") }
    }
    return folder
  }

  /// What a reader says to a folder, the folder's own path left out.
  private func refusal(_ folder: String) -> String? {
    do throws(FileFailure) {
      _ = try DiffusionModel.read(folder: folder)
      return nil
    } catch {
      return error.description.replacing(folder, with: "DIR")
    }
  }

  @Test("What diffusers saved is read, and written again byte for byte")
  func roundTrip() throws {
    let model = try DiffusionModel.read(folder: saved)
    #expect(model.configuration.blockOutChannels == [4, 4])
    #expect(model.scheduler.variance == .beta && model.scheduler.numTrainTimesteps == 20)
    #expect(try model.schedule == .linear(to: 0.5, stepCount: 20))
    try model.write(to: scratch("deep/copy"))
    #expect(try scratch.contents == (["deep", "deep/copy"] + modelFiles.map { "deep/copy/\($0)" }))
    for file in modelFiles where file.contains(".") {
      #expect(try readWhole(scratch("deep/copy/\(file)")) == readWhole("\(saved)/\(file)"), "\(file)")
    }
    // And once more, over what is there.
    try model.write(to: scratch("deep/copy"))
    #expect(refusal(scratch("deep/copy")) == nil)
  }

  @Test("A predictor counts timesteps from 1, the network from 0")
  func predictor() throws {
    let model = try DiffusionModel.read(folder: saved)
    let x = Tensor.normal(RandomNumbers(seed: 5)[.data], samples: 0..<3, rowShape: [8, 8, 1])
    let expected = model.network(x, timestepIndices: [6, 6, 6])
    #expect(model.predictor(x, 7).bits == expected.bits)
    #expect(model.predictor(x, 8).bits != expected.bits)
  }

  @Test("A folder without a model is refused in one line")
  func nothing() throws {
    let expected = "DIR: expected a folder with a model, as diffusers saves it, found"
    #expect(refusal(scratch("nowhere")) == "\(expected) no such folder")
    #expect(refusal(try scratch.folder("empty")) == "\(expected) no model_index.json in it")
    #expect(
      refusal(try copy("model_index.json") { _ in nil }) == "\(expected) no model_index.json in it")
  }

  @Test(
    "A model of other classes is refused by the class",
    arguments: [
      (
        "DDPMPipeline", "DDIMPipeline",
        #"byte 19: expected "_class_name" to be "DDPMPipeline", found "DDIMPipeline""#
      ),
      (
        "DDPMScheduler", "DDIMScheduler",
        #"byte 84: expected "scheduler" to be ["diffusers","DDPMScheduler"], all that is supported, "#
          + #"found ["diffusers","DDIMScheduler"]"#
      ),
      (
        "UNet2DModel", "UNet2DConditionModel",
        #"byte 138: expected "unet" to be ["diffusers","UNet2DModel"], all that is supported, "#
          + #"found ["diffusers","UNet2DConditionModel"]"#
      ),
      (
        "\"unet\"", "\"vae\"",
        #"byte 137: expected "vae" to be left out, an unknown option, found ["diffusers","UNet2DModel"]"#
      ),
      (
        "_class_name", "_name",
        #"byte 0: expected a member "_class_name", found an object with "_name", "_diffusers_version", "#
          + #""scheduler", "unet""#
      ),
    ])
  func otherClasses(old: String, new: String, message: String) throws {
    let folder = try copy("model_index.json") { $0.replacing(old, with: new) }
    #expect(refusal(folder) == "DIR/model_index.json: \(message)")
  }

  @Test("A part that the index leaves out is missed", arguments: ["scheduler", "unet"])
  func missingPart(part: String) throws {
    let folder = try copy("model_index.json") { $0.replacing("\"\(part)\"", with: "\"_\(part)\"") }
    let message = try #require(refusal(folder))
    #expect(message.hasPrefix("DIR/model_index.json: byte 0: expected a member \"\(part)\", found "))
  }

  @Test("A file that is missing is named", arguments: modelFiles.filter { $0.contains("/") })
  func missingFile(file: String) throws {
    let folder = try copy(file) { _ in nil }
    #expect(refusal(folder) == "DIR/\(file): expected a file to read, found \"No such file or directory\"")
  }

  @Test("A part that is corrupt or not supported is named, and the byte in it")
  func parts() throws {
    func expect(_ file: String, _ old: String, _ new: String, _ message: String) throws {
      let folder = try copy(file) { $0.replacing(old, with: new) }
      #expect(refusal(folder) == "DIR/\(file): \(message)")
      try FileManager.default.removeItem(atPath: folder)
    }
    try expect("model_index.json", "]", "}", "byte 125: expected a comma or ], found \"}\"")
    try expect(
      "scheduler/scheduler_config.json", "\"epsilon\"", "\"sample\"",
      "byte 282: expected \"prediction_type\" to be \"epsilon\", all that is supported, found \"sample\"")
    try expect(
      "unet/config.json", "\"act_fn\": \"silu\"", "\"act_fn\": \"gelu\"",
      "byte 80: expected \"act_fn\" to be \"silu\", all that is supported, found \"gelu\"")
  }

  @Test("Weights that are corrupt, cut short or another network's are refused")
  func weights() throws {
    let folder = try copy()
    let path = "\(folder)/unet/diffusion_pytorch_model.safetensors"
    let bytes = try readWhole(path)
    try writeWhole(Array(bytes.dropLast()), to: path)
    let short = try #require(refusal(folder))
    #expect(short.hasPrefix("DIR/unet/diffusion_pytorch_model.safetensors: byte "))
    try writeWhole([0xff] + bytes.dropFirst(), to: path)
    #expect(try #require(refusal(folder)).hasPrefix("DIR/unet/diffusion_pytorch_model.safetensors: byte "))
    var other = try UNetConfiguration.read("\(folder)/unet/config.json")
    other.addAttention = true
    try UNet.initialWeights(other, seed: 1).write(safetensors: path)
    let foreign = try #require(refusal(folder))
    #expect(foreign.hasPrefix("DIR/unet/diffusion_pytorch_model.safetensors: expected "))
    #expect(foreign.contains("mid_block.attentions.0"))
  }

  @Test("A network that predicts a variance too is refused by its number of channels")
  func learnedVariance() throws {
    let folder = try copy()
    var configuration = try UNetConfiguration.read("\(folder)/unet/config.json")
    configuration.outChannels = 2
    try UNet.write(
      folder: "\(folder)/unet", configuration: configuration,
      weights: UNet.initialWeights(configuration, seed: 1))
    #expect(
      refusal(folder)
        == "DIR/unet/config.json: byte 706: expected \"out_channels\" to be as many as in_channels, 1, found 2"
    )
  }

  @Test("Where one file can't be written, none is")
  func allOrNone() throws {
    let model = try DiffusionModel.read(folder: saved)
    let folder = try copy()
    var changed = SchedulerConfiguration.cosine()
    changed.clipSample = false
    let other = DiffusionModel(
      configuration: model.configuration, weights: model.weights.map { 2 * $0 }, scheduler: changed)
    // A folder stands where the last file shall go.
    try FileManager.default.removeItem(atPath: "\(folder)/model_index.json")
    try FileManager.default.createDirectory(
      atPath: "\(folder)/model_index.json", withIntermediateDirectories: true)
    let failure = FileFailure(
      file: "\(folder)/model_index.json", at: .whole, expected: "a file to write", found: "a folder")
    #expect(throws: failure) { try other.write(to: folder) }
    for file in modelFiles where file.contains("/") {
      #expect(try readWhole("\(folder)/\(file)") == readWhole("\(saved)/\(file)"), "\(file)")
    }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == modelFiles)
  }

  @Test("Parts that are not of one model stop the program")
  func stops() async {
    let foreign = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try DiffusionModel.read(folder: fixture("diffusers/model"))
      var other = model.configuration
      other.addAttention = true
      _ = DiffusionModel(configuration: other, weights: model.weights, scheduler: model.scheduler)
    }
    stopped(foreign, saying: "DiffusionModel: expected \"mid_block.attentions.0")
    let noSchedule = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try DiffusionModel.read(folder: fixture("diffusers/model"))
      _ = DiffusionModel(
        configuration: model.configuration, weights: model.weights, scheduler: .linear(stepCount: 0))
    }
    stopped(noSchedule, saying: "DiffusionModel: num_train_timesteps: expected 1 to 1000000, found 0")
  }

  /// The models that diffusers shall open, by name: `make diffusers`.
  private var examples: [(name: String, model: DiffusionModel)] {
    get throws {
      func model(_ configuration: UNetConfiguration, _ scheduler: SchedulerConfiguration) -> DiffusionModel {
        DiffusionModel(
          configuration: configuration, weights: UNet.initialWeights(configuration, seed: 6),
          scheduler: scheduler)
      }
      var heads = try UNetConfiguration.read(fixture("unet_gold/config.json", of: "NetworksTests"))
      heads.attentionHeadDim = 2
      heads.centerInputSample = true
      let ddpm = UNetConfiguration.ddpm(
        sampleSize: 16, channels: 3, blockOutChannels: [8, 16, 16], layersPerBlock: 2, attentionStages: [1],
        groups: 4, dropout: 0.1)
      let digits = try UNetConfiguration.read(fixture("unet_tiny/config.json", of: "NetworksTests"))
      var clipless = SchedulerConfiguration.betas((1...50).map { 0.002 * Double($0) })
      clipless.clipSample = false
      return [
        ("theirs", try DiffusionModel.read(folder: saved)), ("heads", model(heads, clipless)),
        ("ddpm", model(ddpm, .linear())), ("digits", model(digits, .cosine(stepCount: 400))),
      ]
    }
  }

  @Test("Models are written for diffusers, with predictions")
  func forDiffusers() throws {
    let folder = ProcessInfo.processInfo.environment["DIFFUSERS_DIR"] ?? scratch("models")
    for (name, model) in try examples {
      let place = "\(folder)/\(name)"
      try model.write(to: "\(place)/model")
      let size = try #require(model.configuration.sampleSize)
      let x = Tensor.normal(
        RandomNumbers(seed: 9)[.data], samples: 0..<7, rowShape: [model.configuration.inChannels, size, size])
      let last = model.schedule.stepCount - 1
      try writeRequest(
        "\(place)/request.safetensors", sample: x, timesteps: [0, 1, 5, 5, last / 2, last - 1, last])
      try model.predict(
        input: "\(place)/request.safetensors", output: "\(place)/prediction.safetensors")
      let betas = model.schedule.timesteps.map { Float(model.schedule.beta($0)) }
      try Safetensors([.init("betas", shape: [betas.count], floats: betas)])
        .write(to: "\(place)/betas.safetensors")
      #expect(refusal("\(place)/model") == nil)
    }
  }
}
