import Diffusion
import Files
import Formats
import Foundation
import Networks

/// A model in a folder, as diffusers' `DDPMPipeline.save_pretrained` writes and `from_pretrained` opens it:
///
///     model_index.json                                 which classes the parts are for
///     scheduler/scheduler_config.json
///     unet/config.json
///     unet/diffusion_pytorch_model.safetensors
extension DiffusionModel {
  /// The name of the file that says which classes the parts are for.
  package static let indexFile = "model_index.json"
  /// The class of the whole.
  private static let className = "DDPMPipeline"
  /// The library and the class of each part.
  private static let parts = [
    JSON.Member("scheduler", ["diffusers", JSON(SchedulerConfiguration.className)]),
    JSON.Member("unet", ["diffusers", "UNet2DModel"]),
  ]

  private static func networkFolder(of folder: String) -> String { "\(folder)/unet" }
  private static func schedulerFile(of folder: String) -> String {
    "\(folder)/scheduler/scheduler_config.json"
  }

  /// Reads a model folder.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The model.
  /// - Throws: A failure that names the file, and in it the option, the tensor or the byte.
  package static func read(folder: String) throws(FileFailure) -> DiffusionModel {
    try requireParts(of: folder)
    let scheduler = try SchedulerConfiguration.read(schedulerFile(of: folder))
    let (configuration, weights) = try UNet.read(folder: networkFolder(of: folder))
    do throws(ConfigurationFailure) {
      try requireNoise(configuration)
    } catch {
      throw error.located(in: try JSON.read("\(networkFolder(of: folder))/\(UNet.configurationFile)"))
    }
    return DiffusionModel(configuration: configuration, weights: weights, scheduler: scheduler)
  }

  /// Reads a model folder, and refuses a model of other pictures than those of one size and number of channels.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - size: The height and width of the pictures.
  ///   - channels: Their channels.
  /// - Returns: The model.
  /// - Throws: A failure that names the file, and in it the option, the tensor or the byte.
  package static func read(
    folder: String, drawing size: Int, channels: Int = 1
  ) throws(FileFailure) -> DiffusionModel {
    let model = try read(folder: folder)
    let found = (size: model.configuration.sampleSize, channels: model.configuration.inChannels)
    guard found.size == size, found.channels == channels else {
      throw FileFailure(
        file: "\(networkFolder(of: folder))/\(UNet.configurationFile)", at: .whole,
        expected:
          "a model of \(size) x \(size) pictures with \(channels == 1 ? "one channel" : "\(channels) channels")",
        found: "sample_size \(found.size.map { "\($0)" } ?? "none") and in_channels \(found.channels)")
    }
    return model
  }

  /// Refuses a schedule that cannot be walked in some number of steps.
  ///
  /// - Parameters:
  ///   - count: The number of steps; no more than the schedule has, and for all of them any schedule will do.
  ///   - folder: The model's folder, for the failure to name.
  /// - Throws: A failure that names the scheduler's file and says which step cannot be.
  package func requireSteps(_ count: Int, in folder: String) throws(FileFailure) {
    guard count < schedule.stepCount else { return }
    do throws(ScheduleFailure) {
      try schedule.requireRespacing(to: count)
    } catch {
      throw FileFailure(
        file: Self.schedulerFile(of: folder), at: .whole,
        expected: "a schedule that \(count) steps can follow",
        found: "one that they cannot: \(error)")
    }
  }

  /// Refuses a folder that holds no model, or one of other classes.
  private static func requireParts(of folder: String) throws(FileFailure) {
    let path = "\(folder)/\(indexFile)"
    guard FileManager.default.fileExists(atPath: path) else {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      let found =
        !isThere ? "no such folder" : isFolder.boolValue ? "no \(indexFile) in it" : "a file"
      throw FileFailure(
        file: folder, at: .whole, expected: "a folder with a model, as diffusers saves it", found: found)
    }
    let index = try JSON.read(path)
    try index.readConfiguration(of: className, fixed: parts) { (_, _) throws(FileFailure) in false }
    for name in [JSON.className] + parts.map(\.name) { _ = try index.member(name) }
  }

  /// Writes a model folder: all files, or none.
  ///
  /// - Parameter folder: The folder; made if it is missing.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to folder: String) throws(FileFailure) {
    try writeTogether(files(in: folder))
  }

  /// The files of a model folder, for a writer who has others to write with them; what makes the folder a model's
  /// comes last.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: Where each file goes and what it shall contain.
  package func files(in folder: String) -> [(path: String, bytes: [UInt8])] {
    let index = JSON(configurationOf: Self.className, Self.parts)
    return UNet.files(
      folder: Self.networkFolder(of: folder), configuration: configuration, weights: weights) + [
        (path: Self.schedulerFile(of: folder), bytes: Array(scheduler.json.text.utf8)),
        (path: "\(folder)/\(Self.indexFile)", bytes: Array(index.text.utf8)),
      ]
  }
}
