import Files
import Formats
import Foundation
import TestSupport
import Testing

/// What somebody who uses a model can get wrong.
///
/// Each time one line says what was found, and every file that was there is as it was.
@Suite("Bad input with a model")
struct ModelInputTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writePictures(to: scratch("pictures"))
  }

  /// Writes a request for a prediction.
  private func writeRequest(sample: [Int] = [2, 1, 8, 8], timesteps: [Int64] = [0, 999]) throws {
    try Safetensors([
      .init("sample", shape: sample, floats: [Float](repeating: 0.5, count: sample.reduce(1, *))),
      .init("timestep", shape: [timesteps.count], integers: timesteps),
    ]).write(to: scratch("request"))
  }

  private let predicting = ["predict", "--model", "m", "--input", "request", "--output", "answer"]

  @Test("in a model's folder is told by the file and what is wrong in it")
  func models() throws {
    try scratch.beginTraining()
    try writeRequest()
    let (network, scheduler) = ("m/unet/config.json", "m/scheduler/scheduler_config.json")
    let weights = "m/unet/diffusion_pytorch_model.safetensors"
    let changes: [(file: String, old: String, new: String?, message: String)] = [
      (network, "\"silu\"", "\"gelu\"", "\(network): byte "),
      (network, "\"DownBlock2D\"", "\"SkipDownBlock2D\"", "\(network): byte "),
      (network, "\"dropout\"", "\"drop-out\"", "\(network): byte "),
      (network, "}", "", "\(network): byte "),
      (network, "\"UNet2DModel\"", "\"UNet2DConditionModel\"", "\(network): byte "),
      (network, "\"layers_per_block\": 1", "\"layers_per_block\": 2", "\(weights): expected "),
      (scheduler, "\"linear\"", "\"sigmoid\"", "\(scheduler): byte "),
      (scheduler, "\"epsilon\"", "\"v_prediction\"", "\(scheduler): byte "),
      (scheduler, "0.02", "1.5", "\(scheduler): byte "),
      (scheduler, "{", "[", "\(scheduler): byte "),
      ("m/model_index.json", "DDPMPipeline", "DDIMPipeline", "m/model_index.json: byte "),
      ("m/model_index.json", "", nil, "m: expected a folder with a model, as diffusers saves it, found no "),
      (network, "", nil, "\(network): expected a file to read, found "),
      (scheduler, "", nil, "\(scheduler): expected a file to read, found "),
      (weights, "", nil, "\(weights): expected a file to read, found "),
    ]
    for change in changes {
      let whole = try readWhole(scratch(change.file))
      if let new = change.new {
        let text = String(decoding: whole, as: UTF8.self)
        let range = try #require(text.firstRange(of: change.old), "\(change.file) has no \(change.old)")
        try writeWhole(text.replacingCharacters(in: range, with: new), to: scratch(change.file))
      } else {
        try FileManager.default.removeItem(atPath: scratch(change.file))
      }
      try scratch.expectRefusal(predicting, change.message)
      try scratch.expectRefusal(["bound", "--model", "m"], change.message)
      try writeWhole(whole, to: scratch(change.file))
    }
    let whole = try readWhole(scratch(weights))
    for count in [0, 7, 100, whole.count - 1] {
      try writeWhole(Array(whole.prefix(count)), to: scratch(weights))
      try scratch.expectRefusal(predicting, "\(weights): ")
    }
    for (folder, found) in [
      ("none", "no such folder"), ("pictures", "no model_index.json in it"), ("request", "a file"),
    ] {
      try scratch.expectRefusal(
        predicting + ["--model", folder],
        "\(folder): expected a folder with a model, as diffusers saves it, found \(found)")
    }
  }

  @Test("in a request for a prediction is told by the file and the tensor; the old answer stays")
  func requests() throws {
    try scratch.beginTraining()
    try Safetensors([.init("prediction", shape: [1], floats: [0])]).write(to: scratch("answer"))
    try scratch.expectRefusal(
      predicting, "request: expected a file to read, found \"No such file or directory\"")
    let requests: [(sample: [Int], timesteps: [Int64], message: String)] = [
      ([2, 3, 8, 8], [0, 1], "\"sample\""), ([2, 8, 8, 1], [0, 1], "\"sample\""),
      ([2, 1, 8], [0, 1], "\"sample\""), ([2, 1, 0, 8], [0, 1], "\"sample\""),
      ([2, 1, 8, 8], [0], "\"timestep\""), ([2, 1, 8, 8], [0, 1, 2], "\"timestep\""),
      ([2, 1, 8, 8], [0, 1000], "1000 for image 1"), ([2, 1, 8, 8], [-1, 0], "-1 for image 0"),
    ]
    for request in requests {
      try writeRequest(sample: request.sample, timesteps: request.timesteps)
      try scratch.expectRefusal(predicting, "request: ")
      let ended = try run(ddpm: predicting, in: scratch.path)
      #expect(ended.error.contains(request.message), "\(ended.error)")
    }
    for text in ["", "no tensors", "{}"] {
      try writeWhole(text, to: scratch("request"))
      try scratch.expectRefusal(predicting, "request: ")
    }
    try writeRequest()
    for (output, message) in [
      ("pictures", "pictures: expected a file to write, found a folder"),
      ("answer/a", "answer/a: expected a file to write, found \"Not a directory\""),
      ("dangling/", "dangling/: "),
    ] {
      try scratch.expectRefusal(predicting + ["--output", output], message)
    }
  }

  @Test("in a request, numbers that are none or lead to none, is told by the tensor")
  func notFinite() throws {
    try untrainedModel(weightFactor: 1e12).write(to: scratch("wild"))
    try untrainedModel().write(to: scratch("m"))
    try writeRequest()
    try scratch.expectRefusal(predicting + ["--model", "wild"], "request: byte ")
    try Safetensors([
      .init("sample", shape: [1, 1, 8, 8], floats: [Float](repeating: .nan, count: 64)),
      .init("timestep", shape: [1], integers: [3]),
    ]).write(to: scratch("request"))
    try scratch.expectRefusal(predicting, "request: byte ")
  }

  @Test("is an answer in the place of the model, or in the folder of a training that runs")
  func answerOverModel() throws {
    try untrainedModel().write(to: scratch("m"))
    try writeRequest(timesteps: [0, 11])
    let weights = "m/unet/diffusion_pytorch_model.safetensors"
    try scratch.expectRefusal(
      ["predict", "--model", "m", "--input", "request", "--output", weights],
      "\(weights): expected a file to write that nothing is read from, found \(weights)")
    let claim = try FolderClaim(scratch("m"))
    try scratch.expectRefusal(
      ["predict", "--model", "m", "--input", "request", "--output", "m/answer"],
      "m: expected a folder that no other process writes to")
    withExtendedLifetime(claim) {}
  }

  @Test("is a model of images that are not MNIST's, whose bound is asked for")
  func boundOfOthers() throws {
    try untrainedModel().write(to: scratch("small"))
    try untrainedModel(size: 28, channels: 3).write(to: scratch("colored"))
    try scratch.writeDigits(train: 1, test: 4)
    for (folder, found) in [
      ("small", "sample_size 8 and in_channels 1"), ("colored", "sample_size 28 and in_channels 3"),
    ] {
      try scratch.expectRefusal(
        ["bound", "--model", folder],
        "\(folder)/unet/config.json: expected a model of 28 x 28 pictures with one channel, found \(found)")
    }
  }

  @Test("is a model whose bound is no number")
  func bound() throws {
    try untrainedModel(size: 28, weightFactor: 1e12).write(to: scratch("wild"))
    try scratch.writeDigits(train: 1, test: 4)
    let before = try filesBelow(scratch.path)
    let ended = try run(
      ddpm: ["bound", "--model", "wild", "--limit", "2"], in: scratch.path,
      environment: ["MNIST_DIR": scratch("mnist")])
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "ddpm: wild: expected a model whose bits per dimension are finite, found "))
    expectEqual(try filesBelow(scratch.path), before)
  }

  @Test("is to keep an epoch that is over; a model that is gone is written again")
  func over() throws {
    try scratch.beginTraining()
    try scratch.expectRefusal(
      fewPictures + ["--model", "m", "--epochs", "2", "--resume", "--keep", "1,2"],
      "--keep: epoch 1 of this training is over and was not kept")
    try scratch.train(fewPictures + ["--model", "m", "--epochs", "2", "--resume"])
    let whole = try filesBelow(scratch("m"))
    for name in ["unet", "model_index.json"] {
      try FileManager.default.removeItem(atPath: scratch("m/\(name)"))
    }
    try scratch.train(fewPictures + ["--model", "m", "--epochs", "2", "--resume"])
    expectEqual(try filesBelow(scratch("m")), whole)
  }
}
