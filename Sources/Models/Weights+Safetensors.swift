import Files
import Formats
import Networks
import Tensors

extension Weights {
  /// Reads all tensors of a file.
  ///
  /// - Parameter path: A safetensors file, its tensors of the type F32, F16 or BF16.
  /// - Returns: The weights in the order of the file.
  /// - Throws: A failure that names the byte and the tensor.
  package static func read(safetensors path: String) throws(FileFailure) -> Weights {
    try Weights(Safetensors.read(path))
  }

  /// Takes tensors from what a file holds.
  ///
  /// - Parameters:
  ///   - file: The file's contents.
  ///   - prefix: Takes only the tensors whose name begins so, and leaves the beginning out.
  /// - Throws: A failure that names a tensor of another type than F32, F16 or BF16.
  package init(_ file: Safetensors, prefix: String = "") throws(FileFailure) {
    var pairs: [(name: String, tensor: Tensor)] = []
    for entry in file.entries where entry.name.hasPrefix(prefix) {
      let tensor = Tensor(try file.floats(entry.name), shape: entry.shape)
      pairs.append((String(entry.name.dropFirst(prefix.count)), tensor))
    }
    self.init(pairs)
  }

  /// The weights as a file's tensors, of the type F32.
  ///
  /// - Parameter prefix: What each name shall begin with.
  package func safetensors(prefix: String = "") -> [Safetensors.Tensor] {
    zip(names, tensors).map { name, tensor in
      Safetensors.Tensor(prefix + name, shape: tensor.shape, floats: tensor.values)
    }
  }

  /// The weights as a file that diffusers reads.
  package var file: Safetensors { Safetensors(safetensors(), metadata: ["format": "pt"]) }

  /// Writes the weights as diffusers does, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(safetensors path: String) throws(FileFailure) {
    try file.write(to: path)
  }
}
