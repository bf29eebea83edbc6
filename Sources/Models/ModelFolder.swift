import Files
import Formats
import Networks

/// A network in a folder, as diffusers' `save_pretrained` writes and `from_pretrained` opens it:
/// `config.json` and `diffusion_pytorch_model.safetensors`.
extension UNet {
  /// The name of the file with the configuration.
  package static let configurationFile = "config.json"
  /// The name of the file with the weights.
  package static let weightsFile = "diffusion_pytorch_model.safetensors"

  /// Reads a model folder.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The configuration, and the weights in the network's order.
  /// - Throws: A failure that names the file, and in it the option or the tensor; one that names both where the folder
  ///   holds a whole weights file and the index of weights in shards: nobody can tell which of them is out of date.
  package static func read(
    folder: String
  ) throws(FileFailure) -> (configuration: UNetConfiguration, weights: Weights) {
    let index = "\(weightsFile).index.json"
    guard !isThere("\(folder)/\(weightsFile)") || !isThere("\(folder)/\(index)") else {
      throw FileFailure(
        file: folder, at: .whole, expected: "one set of weights", found: "both \(weightsFile) and \(index)")
    }
    let configuration = try UNetConfiguration.read("\(folder)/\(configurationFile)")
    return (configuration, try readWeights("\(folder)/\(weightsFile)", for: configuration))
  }

  /// Writes a model folder: both files, or neither.
  ///
  /// - Parameters:
  ///   - folder: The folder; made if it is missing.
  ///   - configuration: The network's shape.
  ///   - weights: Its weights.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package static func write(
    folder: String, configuration: UNetConfiguration, weights: Weights
  ) throws(FileFailure) {
    try writeTogether(files(folder: folder, configuration: configuration, weights: weights))
  }

  /// The files of a model folder, for a writer who has others to write with them.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - configuration: The network's shape.
  ///   - weights: Its weights.
  /// - Returns: Where each file goes and what it shall contain.
  package static func files(
    folder: String, configuration: UNetConfiguration, weights: Weights
  ) -> [(path: String, bytes: [UInt8])] {
    [
      (path: "\(folder)/\(weightsFile)", bytes: weights.file.bytes),
      (path: "\(folder)/\(configurationFile)", bytes: Array(configuration.json.text.utf8)),
    ]
  }
}

extension Network {
  /// Reads a network's weights.
  ///
  /// - Parameters:
  ///   - path: A safetensors file with exactly the network's weights.
  ///   - configuration: The network's shape.
  /// - Returns: The weights in the network's order.
  /// - Throws: A failure that names the file and what is missing, left over or of another shape.
  package static func readWeights(_ path: String, for configuration: Configuration) throws(FileFailure)
    -> Weights
  {
    let weights = try Weights.read(safetensors: path)
    do throws(WeightsFailure) {
      return try ordered(weights, for: configuration)
    } catch {
      throw FileFailure(file: path, at: .whole, expected: error.expected, found: error.found)
    }
  }
}
