import ArgumentParser
import Console
import Datasets
import Files
import Formats
import Foundation
import Models
import Networks
import Notebook
import Training

/// `ddpm info`: what a folder or a file is, and what can be done with it.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Say what a model's folder, a safetensors file or a folder of images is, and what can be done with it.",
    discussion: """
        ddpm info data/models/mnist
        ddpm info out/digits/samples.safetensors
        ddpm info my-pictures
      """)

  @Argument(help: "A model's folder, a safetensors file, or a folder of PGM images.")
  var path: String

  func validate() throws {
    if path.isEmpty { throw ValidationError("PATH: expected a name, found an empty one") }
  }

  func run() throws {
    try refuseImpossible(path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileFailure(
        file: path, at: .whole, expected: "a folder or a file", found: "no such file or folder")
    }
    let lines =
      if !isFolder.boolValue {
        try safetensors()
      } else if isThere("\(path)/\(DiffusionModel.indexFile)") {
        try model()
      } else {
        try images()
      }
    emit(lines.joined(separator: "\n"))
  }

  // MARK: A model

  private func model() throws -> [String] {
    let model = try DiffusionModel.read(folder: path)
    let (network, scheduler) = (model.configuration, model.scheduler)
    let size = network.sampleSize.map { "\($0) x \($0)" } ?? "any size"
    let betas =
      scheduler.trainedBetas != nil
      ? "a list of β"
      : "\(scheduler.betaSchedule.rawValue)"
        + (scheduler.betaSchedule == .linear ? ", β from \(scheduler.betaStart) to \(scheduler.betaEnd)" : "")
    let clipping = scheduler.clipSample ? "clipped to ±\(scheduler.clipSampleRange.text(2))" : "not clipped"
    let stageKinds = network.downBlockTypes.map { $0 == .withAttention ? "attention" : "plain" }
    var lines = [
      "\(path): a model that predicts noise, as diffusers' DDPMPipeline saves one",
      "images     \(size), \(network.inChannels == 1 ? "1 channel" : "\(network.inChannels) channels")",
      "unet       UNet2DModel, \(UNet.parameterCount(network)) parameters; channels "
        + "\(network.blockOutChannels.map(String.init).joined(separator: ", ")); stages "
        + "\(stageKinds.joined(separator: ", ")), residual blocks in each \(network.layersPerBlock)",
      "scheduler  DDPMScheduler, \(model.schedule.stepCount) timesteps, \(betas), variance "
        + "\(scheduler.variance.rawValue), x_0 \(clipping)",
    ]
    if let training = try training() { lines.append(training) }
    lines.append("sample     ddpm sample --model \(path) --count 16 --out out/samples")
    if network.sampleSize == MNIST.size, network.inChannels == 1 {
      lines += [
        "measure    ddpm bound --model \(path)",
        "           ddpm judge --model \(path)",
        "           ddpm likelihood --model \(path)",
      ]
    }
    return lines
  }

  /// How far the training of the model has come; nil where it has left no checkpoint.
  private func training() throws -> String? {
    let file = "\(path)/training/checkpoint.safetensors"
    guard isThere(file) else { return nil }
    let checkpoint = try Checkpoint.read(file)
    let loss = checkpoint.history.meanLoss(ofLast: 100).map { ", mean loss of the last steps \($0.text(3))" }
    return
      "training   step \(checkpoint.stepCount)\(loss ?? ""); ddpm train with the same options and --resume goes on"
  }

  // MARK: Other files

  private func safetensors() throws -> [String] {
    let file = try Safetensors.read(path)
    let names = file.entries.map(\.name)
    let count = file.entries.reduce(0) { $0 + $1.count }
    var lines = [
      "\(path): a safetensors file, \(names.count) tensors of \(count) numbers in all, \(file.bytes.count) bytes"
    ]
    let shown = file.entries.prefix(12)
    let width = shown.map { onOneLine($0.name).count }.max() ?? 0
    for entry in shown {
      let name = onOneLine(entry.name)
      lines.append(
        "  \(name)\(String(repeating: " ", count: width - name.count))  \(entry.type)  \(entry.shape)")
    }
    if names.count > shown.count { lines.append("  … and \(names.count - shown.count) more") }
    for (name, text) in file.metadata.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(onOneLine(name)): \(onOneLine(text.count > 100 ? text.prefix(100) + "…" : text))")
    }
    let uses: [(Bool, String)] = [
      (names == ["samples"], "samples: ddpm judge --model DIR --also \(path) judges them (of 28 x 28)"),
      (
        names.contains("sample") && names.contains("timestep"),
        "a request: ddpm predict --model DIR --input \(path) --output OUT"
      ),
      (names == ["initial_noise"], "a beginning: ddpm sample --model DIR --initial-noise \(path)"),
    ]
    return lines + uses.filter(\.0).map(\.1)
  }

  private func images() throws -> [String] {
    let census = try PictureFolder.census(of: path)
    let images = try PictureFolder.images(in: path)
    let pixels = images.lazy.flatMap(\.pixels)
    let (low, high) = (pixels.min() ?? 0, pixels.max() ?? 0)
    return [
      "\(path): a folder of PGM images",
      ImagesFound(images, of: census, in: path).line,
      "levels     from \(low.text(4)) to \(high.text(4)), black being -1 and white 1",
      "train      ddpm train --dataset \(path) --model out/mine",
    ]
  }
}
