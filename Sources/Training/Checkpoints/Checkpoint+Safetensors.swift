import Files
import Formats
import Models
import Networks

// A checkpoint as a safetensors file:
//
//     history          I64 [steps, 4]   for each step its number and, as bit patterns, loss, gradient norm, rate
//     weights.NAME     F32              and first_moment.NAME, second_moment.NAME, average.NAME
//     digests          I64 [tensors]    for each of the above, sorted by name
//     metadata         format, version, step, options (a JSON text), options_digest (of its bytes, hexadecimal)
//
// The digests are there because a network cannot tell a wrong bit in a weight from a right one, nor a program a wrong
// number in options that it takes from here and not from its user, such as the steps that were planned.

extension Checkpoint {
  private static let format = "diffusion-by-hand training checkpoint"
  private static let version = "2"
  private static let historyName = "history"
  private static let digestsName = "digests"
  /// The most bytes of options, written or read; a training's own are a few thousand.
  private static let longestOptions = 1 << 20

  /// The checkpoint as a file; a function of its contents alone.
  package var safetensors: Safetensors {
    let rows = history.entries.flatMap { entry in
      [Int64(entry.step)]
        + [entry.loss, entry.gradientNorm, entry.learningRate].map { Int64(bitPattern: $0.bitPattern) }
    }
    var tensors = [Safetensors.Tensor(Self.historyName, shape: [stepCount, 4], integers: rows)]
    for part in Part.allCases { tensors += self[part].safetensors(prefix: part.rawValue) }
    tensors.sort { precedes($0.name, $1.name) }
    let digests = tensors.map { tensor in
      switch tensor.values {
      case .floats(let floats): digest(of: floats)
      case .integers(let integers): digest(of: integers)
      }
    }
    tensors.append(Safetensors.Tensor(Self.digestsName, shape: [digests.count], integers: digests))
    let text = options.compactText
    guard text.utf8.count <= Self.longestOptions else {
      fatalError("Checkpoint: options of \(text.utf8.count) bytes; at most \(Self.longestOptions)")
    }
    return Safetensors(
      tensors,
      metadata: [
        "format": Self.format, "version": Self.version, "step": String(stepCount), "options": text,
        "options_digest": hexadecimal(digest(of: text)),
      ])
  }

  /// Takes a checkpoint from what a file holds.
  ///
  /// - Parameters:
  ///   - contents: The file's contents.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the byte or the tensor.
  package init(_ contents: Safetensors, file: String) throws(FileFailure) {
    func metadata(_ name: String, _ accepted: String?) throws(FileFailure) -> String {
      let found = contents.metadata[name]
      guard let found, accepted == nil || accepted == found else {
        throw FileFailure(
          file: file, at: .byte(8),
          expected: "metadata with \"\(name)\"" + (accepted.map { " \"\($0)\"" } ?? ""),
          found: found.map { "\"\($0)\"" } ?? "none")
      }
      return found
    }
    _ = try metadata("format", Self.format)
    _ = try metadata("version", Self.version)
    let text = try metadata("options", nil)
    guard text.utf8.count <= Self.longestOptions else {
      throw FileFailure(
        file: file, at: .byte(8), expected: "options of at most \(Self.longestOptions) bytes",
        found: "\(text.utf8.count)")
    }
    _ = try metadata("options_digest", hexadecimal(digest(of: text)))
    let options = try JSON(parsing: Array(text.utf8), file: "\(file): the options in its metadata")
    try Self.checkDigests(contents, file: file)
    let history = try Self.history(in: contents, file: file)
    _ = try metadata("step", String(history.entries.count))
    try Self.checkNames(contents, file: file)

    var parts: [Part: Weights] = [:]
    for part in Part.allCases { parts[part] = try Weights(contents, part, file: file) }
    guard let weights = parts[.weights], let first = parts[.firstMoments], let second = parts[.secondMoments],
      let average = parts[.average]
    else { fatalError("Checkpoint: \(Part.allCases) are not all parts") }
    self.init(
      weights: weights, firstMoments: first, secondMoments: second, average: average, history: history,
      options: options, file: file)
  }

  /// Refuses tensors that are not those that were written.
  private static func checkDigests(_ contents: Safetensors, file: String) throws(FileFailure) {
    let entries = contents.entries.filter { $0.name != digestsName }.sorted { precedes($0.name, $1.name) }
    let digests = try contents.integers(digestsName, shape: [entries.count])
    for (entry, expected) in zip(entries, digests) {
      let found =
        entry.type == .i64
        ? digest(of: try contents.integers(entry.name)) : digest(of: try contents.floats(entry.name))
      guard found == expected else {
        throw FileFailure(
          file: file, at: .whole,
          expected: "tensor \"\(entry.name)\" with the digest \(hexadecimal(expected))",
          found: hexadecimal(found))
      }
    }
  }

  /// Refuses tensors that no checkpoint has.
  private static func checkNames(_ contents: Safetensors, file: String) throws(FileFailure) {
    let own = [historyName, digestsName]
    for name in contents.entries.lazy.map(\.name) where !own.contains(name) {
      guard Part.allCases.contains(where: { name.hasPrefix($0.rawValue) }) else {
        throw FileFailure(
          file: file, at: .whole,
          expected: "names that begin with "
            + Part.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "),
          found: "\"\(name)\"")
      }
    }
  }

  /// The history: steps 1, 2, 3, … and finite numbers.
  private static func history(
    in contents: Safetensors, file: String
  ) throws(FileFailure) -> TrainingHistory {
    func failure(expected: String, found: String) -> FileFailure {
      FileFailure(
        file: file, at: .whole, expected: "tensor \"\(historyName)\" \(expected)", found: found)
    }
    let shape = try contents.entry(historyName).shape
    guard shape.count == 2, shape[1] == 4 else {
      throw failure(expected: "of the shape [steps, 4]", found: "\(shape)")
    }
    let rows = try contents.integers(historyName)
    var entries: [TrainingHistory.Entry] = []
    for (index, start) in stride(from: 0, to: rows.count, by: 4).enumerated() {
      guard rows[start] == index + 1 else {
        throw failure(expected: "with step \(index + 1) in row \(index)", found: "step \(rows[start])")
      }
      let numbers = rows[start + 1...start + 3].map { Double(bitPattern: UInt64(bitPattern: $0)) }
      guard numbers.allSatisfy(\.isFinite) else {
        throw failure(expected: "with finite numbers in row \(index)", found: "\(numbers)")
      }
      entries.append(
        TrainingHistory.Entry(
          step: index + 1, loss: numbers[0], gradientNorm: numbers[1], learningRate: numbers[2]))
    }
    return TrainingHistory(entries)
  }
}

extension Weights {
  /// A part of a checkpoint, of the type F32 and finite.
  fileprivate init(_ contents: Safetensors, _ part: Checkpoint.Part, file: String) throws(FileFailure) {
    for entry in contents.entries where entry.name.hasPrefix(part.rawValue) {
      guard entry.type == .f32 else {
        throw FileFailure(
          file: file, at: .whole, expected: "tensor \"\(entry.name)\" of the type F32",
          found: entry.type.rawValue)
      }
    }
    try self.init(contents, prefix: part.rawValue)
    // Squares are not below 0, and the root of their mean is what Adam divides by.
    let accepted = part == .secondMoments ? "finite numbers from 0 up" : "finite numbers"
    for (name, tensor) in zip(names, tensors) {
      let isBelow = part == .secondMoments && tensor.values.contains { $0 < 0 }
      guard tensor.isFinite, !isBelow else {
        throw FileFailure(
          file: file, at: .whole, expected: "tensor \"\(part.rawValue)\(name)\" with \(accepted)",
          found: isBelow ? "one below 0" : "one that is not finite")
      }
    }
  }
}

/// Whether a name stands before another by its bytes.
private func precedes(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// FNV-1a with words in the place of bytes.
///
/// Every step can be undone, so one changed word always changes the digest, and several do but for a chance of 2⁻⁶⁴.
/// It is no defence against somebody who means it.
private struct Digest {
  private var sum: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func take(_ word: UInt64) { sum = (sum ^ word) &* 0x100_0000_01b3 }

  var bits: Int64 { Int64(bitPattern: sum) }
}

func digest(of floats: [Float]) -> Int64 {
  var digest = Digest()
  for float in floats { digest.take(UInt64(float.bitPattern)) }
  return digest.bits
}

private func digest(of integers: [Int64]) -> Int64 {
  var digest = Digest()
  for integer in integers { digest.take(UInt64(bitPattern: integer)) }
  return digest.bits
}

private func digest(of text: String) -> Int64 {
  var digest = Digest()
  for byte in text.utf8 { digest.take(UInt64(byte)) }
  return digest.bits
}

func hexadecimal(_ bits: Int64) -> String {
  let digits = String(UInt64(bitPattern: bits), radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
