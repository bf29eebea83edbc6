import Formats

/// A training's checkpoint in pieces that can be changed and put together again.
package struct CheckpointPieces {
  /// The tensors of the type F32.
  package var floats: [String: (shape: [Int], values: [Float])] = [:]
  /// The tensors of the type I64, without the digests.
  package var integers: [String: (shape: [Int], values: [Int64])] = [:]
  /// What the file says of itself.
  package var metadata: [String: String]

  /// Takes a checkpoint apart.
  package init(_ file: Safetensors) throws {
    metadata = file.metadata
    for entry in file.entries where entry.name != "digests" {
      if entry.type == .i64 {
        integers[entry.name] = (entry.shape, try file.integers(entry.name))
      } else {
        floats[entry.name] = (entry.shape, try file.floats(entry.name))
      }
    }
  }

  /// The file, with digests that are right whatever it says.
  ///
  /// - Parameter count: How many digests to keep; all unless told.
  package func file(digests count: Int? = nil) -> Safetensors {
    func digest(_ words: some Sequence<UInt64>) -> UInt64 {
      words.reduce(14_695_981_039_346_656_037) { ($0 ^ $1) &* 1_099_511_628_211 }
    }
    var digests: [String: UInt64] = [:]
    for (name, tensor) in floats { digests[name] = digest(tensor.values.map { UInt64($0.bitPattern) }) }
    for (name, tensor) in integers { digests[name] = digest(tensor.values.map { UInt64(bitPattern: $0) }) }
    let sorted = digests.sorted { $0.key < $1.key }.map { Int64(bitPattern: $0.value) }
    let kept = Array(sorted.prefix(count ?? sorted.count))
    var metadata = metadata
    if let options = metadata["options"], metadata["options_digest"] != nil {
      let bits = String(digest(options.utf8.map { UInt64($0) }), radix: 16)
      metadata["options_digest"] = String(repeating: "0", count: 16 - bits.count) + bits
    }
    return Safetensors(
      floats.map { .init($0.key, shape: $0.value.shape, floats: $0.value.values) }
        + integers.map { .init($0.key, shape: $0.value.shape, integers: $0.value.values) }
        + [.init("digests", shape: [kept.count], integers: kept)],
      metadata: metadata)
  }
}
