import Datasets
import Deterministic
import Diffusion
import Formats
import Foundation
import Networks
import TestSupport
import Training

extension SplitMix64 {
  /// A safetensors file with tensors of any types and shapes, in any order.
  mutating func tensors() -> [UInt8] {
    var entries: [String] = []
    var end = 0
    for number in 0..<whole(0...4) {
      let type = one(of: Safetensors.ElementType.allCases)
      var shape = (0..<whole(0...3)).map { _ in whole(0...3) }
      // Four bits or six: as many as fill bytes.
      if type.bits < 8 { shape.append(4) }
      let size = shape.reduce(type.bits, *) / 8
      let name = one(of: ["t", "ä", #"\u00e9\n"#, "weight.", ""]) + String(number)
      entries.append(described(name, type.rawValue, "\(shape)", "[\(end),\(end + size)]"))
      end += size
    }
    if whole(0...2) == 0 { entries.append(#""__metadata__":{"format":"pt","é":""}"#) }
    entries.shuffle(using: &self)
    let header = "{\(entries.joined(separator: one(of: [",", " ,\n"])))}" + one(of: ["", " ", "\r \t\n"])
    return lengthBytes(UInt64(header.utf8.count)) + Array(header.utf8)
      + (0..<end).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// A safetensors file whose header is damaged, and whose length mostly is the header's all the same.
  mutating func damagedTensors(_ file: [UInt8]) -> [UInt8] {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var header = Array(file[8..<8 + length])
    header =
      whole(0...2) == 0 ? damaged(header, by: "{}[]:,\"\\ 0123468F-") : damaged(json: header)
    var data = Array(file[(8 + length)...])
    switch whole(0...7) {
    case 0: data.removeLast(min(data.count, whole(1...8)))
    case 1: data += [UInt8](repeating: 0, count: whole(1...8))
    default: break
    }
    var length8 = lengthBytes(UInt64(header.count))
    if whole(0...7) == 0 { length8 = damaged(length8, by: "\0\u{1}") }
    return length8 + header + data
  }

  /// A checkpoint with one piece changed.
  mutating func damaged(_ good: CheckpointPieces) -> CheckpointPieces {
    var pieces = good
    let name = one(of: good.floats.keys.sorted())
    switch whole(0...7) {
    case 0:
      let options = Array((good.metadata["options"] ?? "").utf8)
      pieces.metadata["options"] = String(decoding: damaged(json: options), as: UTF8.self)
    case 1:
      pieces.metadata[one(of: ["format", "version", "step", "options", "é"])] = one(of: boundaryNumbers)
    case 2: pieces.metadata[one(of: ["format", "version", "step", "options"])] = nil
    case 3:
      let bits = one(
        of: [.nan, .infinity, -0.0, -1, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Float])
      pieces.floats[name]?.values[0] = bits
    case 4: pieces.floats[name] = nil
    case 5: pieces.floats[name]?.shape.append(1)
    case 6:
      let place = whole(0...7)
      let numbers = [0, 1, -1, .min, .max, Int64(bitPattern: Double.infinity.bitPattern)]
      pieces.integers["history"]?.values[place] = one(of: numbers)
    default:
      pieces.floats[one(of: ["x", "weights.x", "average.", name + "é", "history"])] = ([2], [1, 2])
      if pieces.floats["history"] != nil { pieces.integers["history"] = nil }
    }
    return pieces
  }
}

/// What was read of tensors, for the safetensors package to compare.
func recorded(_ bytes: [UInt8]) -> JSON {
  guard let file = try? Safetensors(parsing: bytes, file: "f") else { return .null }
  let tensors = file.entries.map { entry in
    var members = [
      JSON.Member("name", JSON(entry.name)), .init("dtype", JSON(entry.type.rawValue)),
      .init("shape", JSON(entry.shape.map { JSON($0) })),
    ]
    if let floats = try? file.floats(entry.name) {
      members.append(.init("floats", JSON(base64(floats.map(\.bitPattern)))))
    } else if let integers = try? file.integers(entry.name) {
      members.append(.init("integers", JSON(base64(integers))))
    }
    return JSON(members)
  }
  let metadata = file.metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }
  return ["tensors": JSON(tensors), "metadata": JSON(metadata)]
}

/// The bytes of integers, the lowest first, as letters.
private func base64(_ integers: [some FixedWidthInteger]) -> String {
  var bytes: [UInt8] = []
  for integer in integers { withUnsafeBytes(of: integer.littleEndian) { bytes += $0 } }
  return Data(bytes).base64EncodedString()
}

/// What was read of a picture, for Netpbm and Pillow to compare.
func recordedPicture(_ bytes: [UInt8]) -> JSON {
  guard let picture = try? PGM(parsing: bytes, file: "f") else { return .null }
  return [
    "width": JSON(picture.width), "height": JSON(picture.height), "maximum": JSON(picture.maximumLevel),
    "levels": JSON(picture.levels.map { JSON(Int($0)) }),
  ]
}

/// A file written over where it is: what is damaged need not be whole, and is written a hundred thousand times.
func overwrite(_ path: String, with bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

/// A training whose checkpoint is a few thousand bytes.
struct SmallTraining {
  private let network = MLPConfiguration(inputs: 2, width: 2, depth: 0, embeddingDimension: 4)
  private let data = ToyPoints(.moons, random: RandomNumbers(seed: 1)[.data])
  private let settings = TrainingSettings(batchSize: 4, learningRate: LearningRate(1e-2))
  private let schedule: NoiseSchedule
  private let options: JSON
  /// The checkpoint after two steps.
  let checkpoint: Safetensors

  init() throws {
    schedule = try .linear()
    options = ["network": ["width": 2, "depth": 0], "data": "moons", "settings": settings.json]
    var trainer = NoiseTrainer<MLP>(network, data: data, schedule: schedule, settings: settings)
    for _ in 0..<2 { try trainer.step() }
    checkpoint = trainer.checkpoint(options: options).safetensors
  }

  /// The training that goes on from a checkpoint.
  func resumed(_ checkpoint: Checkpoint) throws(ResumeFailure) -> NoiseTrainer<MLP> {
    try Trainer(
      network, data: data, schedule: schedule, settings: settings, resuming: checkpoint, options: options)
  }
}
