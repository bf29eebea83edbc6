import Deterministic
import Diffusion
import Files
import Formats
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Predictions in files")
struct PredictionFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func saved() throws -> DiffusionModel { try .read(folder: fixture("diffusers/model")) }

  /// What the model predicts for a request, through files.
  private func prediction(_ model: DiffusionModel, _ x: Tensor, timesteps: [Int]) throws -> [Float] {
    try writeRequest(scratch("in"), sample: x, timesteps: timesteps)
    try model.predict(input: scratch("in"), output: scratch("out"))
    let file = try Safetensors.read(scratch("out"))
    #expect(file.entries.map(\.name) == ["prediction"])
    return try file.floats("prediction", shape: x.shape)
  }

  @Test("Diffusers' predictions for the model that it saved, height and width apart")
  func saves() throws {
    let model = try saved()
    try model.predict(
      input: fixture("diffusers/request.safetensors"), output: scratch("new/out.safetensors"))
    let ours = try Safetensors.read(scratch("new/out.safetensors")).floats(
      "prediction", shape: [5, 1, 8, 12])
    let theirs = try Safetensors.read(fixture("diffusers/reference.safetensors")).floats("prediction")
    #expect(theirs.contains { $0.magnitude > 1 })
    #expect(largestDifference(ours, theirs) < 1e-5)  // 1e-6
  }

  @Test("Diffusers' own test network, of three channels, predicts the same")
  func gold() throws {
    let folder = fixture("unet_gold", of: "NetworksTests")
    let (configuration, weights) = try UNet.read(folder: folder)
    let model = DiffusionModel(configuration: configuration, weights: weights, scheduler: .linear())
    let reference = try Safetensors.read("\(folder)/reference.safetensors")
    let noise = try reference.floats("initial_noise", shape: [1, 3, 8, 8])
    let ours = try prediction(model, Tensor(noise + noise, shape: [2, 3, 8, 8]), timesteps: [500, 10])
    let theirs =
      try reference.floats("prediction_500") + reference.floats("prediction_at_timestep_10_zero_based")
    #expect(largestDifference(ours, theirs) < 1e-5)  // 2e-6
  }

  @Test("A network for digits predicts what PyTorch does")
  func tiny() throws {
    let folder = fixture("unet_tiny", of: "NetworksTests")
    let (configuration, weights) = try UNet.read(folder: folder)
    let model = DiffusionModel(configuration: configuration, weights: weights, scheduler: .linear())
    let reference = try Safetensors.read("\(folder)/reference.safetensors")
    let timesteps = try reference.integers("timestep_zero_based").prefix(4).map { Int($0) }
    func images(_ name: String) throws -> Tensor {
      Tensor(Array(try reference.floats(name).prefix(4 * 784)), shape: [4, 1, 28, 28])
    }
    let marginals = timesteps.map { model.schedule[$0 + 1].marginal(of: 1.0) }
    let noisy = Tensor.combiningRows(
      marginals.map(\.mean), try images("x0"), marginals.map(\.standardDeviation), try images("noise"))
    let ours = try prediction(model, noisy, timesteps: timesteps)
    #expect(largestDifference(ours, try reference.floats("prediction")) < 1e-5)  // 2e-6
  }

  @Test("An image's prediction has the same bits in any number of images", arguments: [1, 63, 64, 65, 129])
  func batches(count: Int) throws {
    let model = try saved()
    let x = Tensor.normal(RandomNumbers(seed: 3)[.data], samples: 0..<count, rowShape: [1, 4, 6])
    let timesteps = (0..<count).map { 7 * $0 % 20 }
    let all = try prediction(model, x, timesteps: timesteps)
    for image in Set([0, count / 2, count - 1]) {
      let one = model.network(
        x.rows(image..<image + 1).reshaped([1, 4, 6, 1]), timestepIndices: [Double(timesteps[image])])
      #expect(all[image * 24..<(image + 1) * 24].map(\.bitPattern) == one.bits)
    }
  }

  @Test("No images have no predictions")
  func none() throws {
    #expect(try prediction(try saved(), .zeros([0, 1, 8, 8]), timesteps: []) == [])
  }

  @Test("Images of the type BF16 are read, and tensors that nobody asks about let be")
  func brainHalf() throws {
    let x = Tensor.normal(RandomNumbers(seed: 4)[.data], samples: 0..<1, rowShape: [1, 4, 4])
    let halves = x.values.map { UInt16($0.bitPattern >> 16) }
    let header =
      #"{"other":{"dtype":"BOOL","shape":[8],"data_offsets":[40,48]},"#
      + #""sample":{"dtype":"BF16","shape":[1,1,4,4],"data_offsets":[0,32]},"#
      + #""timestep":{"dtype":"I64","shape":[1],"data_offsets":[32,40]}}"#
    var bytes = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
    for half in halves { bytes += [UInt8(half & 255), UInt8(half >> 8)] }
    bytes += [3, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 8)
    try writeWhole(bytes, to: scratch("half"))
    let model = try saved()
    try model.predict(input: scratch("half"), output: scratch("out"))
    let ours = try Safetensors.read(scratch("out")).floats("prediction", shape: [1, 1, 4, 4])
    let rounded = Tensor(halves.map { Float(bitPattern: UInt32($0) << 16) }, shape: [1, 1, 4, 4])
    #expect(ours == (try prediction(model, rounded, timesteps: [3])))
  }

  @Test(
    "A request that can't be answered is refused by tensor and reason, and the old answer stays",
    arguments: [
      (
        [2, 3, 8, 8], [0, 0], #""sample" of a shape [N, 1, H, W], H and W multiples of 2, found [2, 3, 8, 8]"#
      ),
      ([2, 8, 8], [0, 0], #""sample" of a shape [N, 1, H, W], H and W multiples of 2, found [2, 8, 8]"#),
      (
        [2, 1, 8, 7], [0, 0], #""sample" of a shape [N, 1, H, W], H and W multiples of 2, found [2, 1, 8, 7]"#
      ),
      (
        [2, 1, 0, 8], [0, 0], #""sample" of a shape [N, 1, H, W], H and W multiples of 2, found [2, 1, 0, 8]"#
      ),
      ([2, 1, 8, 8], [0, 0, 0], #""timestep" of the shape [2], found [3]"#),
      ([2, 1, 8, 8], [0, 20], #""timestep" within 0…19, found 20 for image 1"#),
      ([2, 1, 8, 8], [-1, 0], #""timestep" within 0…19, found -1 for image 0"#),
    ])
  func refusals(shape: [Int], timesteps: [Int], message: String) throws {
    let model = try saved()
    try writeRequest(scratch("in"), sample: .zeros(shape), timesteps: timesteps)
    try writeWhole("old", to: scratch("out"))
    let failure = #expect(throws: FileFailure.self) {
      try model.predict(input: scratch("in"), output: scratch("out"))
    }
    let place = message.hasPrefix("\"sample\"") ? 79 : 20
    #expect(failure?.description == "\(scratch("in")): byte \(place): expected tensor \(message)")
    #expect(try readWhole(scratch("out")) == Array("old".utf8))
  }

  @Test("A tensor that is missing, or of another type, is named")
  func missing() throws {
    let model = try saved()
    func refusal(_ tensors: [Safetensors.Tensor]) throws -> String? {
      try Safetensors(tensors).write(to: scratch("in"))
      let failure = #expect(throws: FileFailure.self) {
        try model.predict(input: scratch("in"), output: scratch("out"))
      }
      return failure?.description.replacing(scratch("in"), with: "IN")
    }
    let sample = Safetensors.Tensor("sample", shape: [1, 1, 2, 2], floats: [1, 2, 3, 4])
    #expect(
      try refusal([.init("x", shape: [1], integers: [0])])
        == "IN: byte 8: expected a tensor \"sample\", found \"x\"")
    #expect(try refusal([sample]) == "IN: byte 8: expected a tensor \"timestep\", found \"sample\"")
    let whole = try #require(
      try refusal([sample, .init("timestep", shape: [1], floats: [0])]))
    #expect(whole.hasSuffix("expected tensor \"timestep\" of the type I64, found F32"))
    let images = try #require(
      try refusal([
        .init("sample", shape: [1, 1, 2, 2], integers: [1, 2, 3, 4]),
        .init("timestep", shape: [1], integers: [0]),
      ]))
    #expect(images.hasSuffix("expected tensor \"sample\" of the type F32, F16 or BF16, found I64"))
    #expect(try scratch.contents == ["in"])
  }

  @Test("Where the answer can't be written, the request is not even read")
  func unwritable() throws {
    let model = try saved()
    let failure = FileFailure(
      file: scratch.path, at: .whole, expected: "a file to write", found: "a folder")
    #expect(throws: failure) { try model.predict(input: scratch("nowhere"), output: scratch.path) }
  }
}
