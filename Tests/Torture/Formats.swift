import Datasets
import Files
import Formats
import Models
import Networks
import TestSupport
import Training

/// The formats by name.
let formats: [(name: String, make: @Sendable () throws -> Format)] = [
  ("safetensors", safetensors), ("json", json), ("configuration", configuration), ("scheduler", scheduler),
  ("model", model), ("checkpoint", checkpoint), ("idx", idx), ("mnist", mnist), ("pgm", pgm), ("csv", csv),
  ("awkward", awkward),
  ("written", written),
]

private let networkFixtures = "Tests/NetworksTests/Fixtures"

private func files(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

private func files(_ paths: String...) throws -> [[UInt8]] { try paths.map { try readWhole($0) } }

/// What damages any of some files by its bytes.
private func bytewise(_ files: [[UInt8]], by meaningful: String) -> (inout SplitMix64) -> [UInt8] {
  { random in random.damaged(random.one(of: files), by: meaningful, splicing: files) }
}

/// What damages any of some JSON texts, half of them by their values.
private func byValue(_ files: [[UInt8]]) -> (inout SplitMix64) -> [UInt8] {
  { random in
    let file = random.one(of: files)
    return random.whole(0...1) == 0
      ? random.damaged(json: file)
      : random.damaged(file, by: "{}[]:,\"\\u0123456789.-eE \n", splicing: files)
  }
}

// MARK: - JSON and what is made of it

@Sendable private func json() throws -> Format {
  let whole =
    try files("Tests/FormatsTests/Fixtures/values.json", "\(networkFixtures)/unet_tiny/config.json")
    + files([#"{"a": [1.5e+3, -0, null], "b": {"c": "é\\n\ud83c\udfb2"}}"#, "[[[]], true,\r\n{}, \"\"]"])
  return Format(files: whole, damage: byValue(whole)) { bytes in
    let value = try JSON(parsing: bytes, file: "f")
    return {
      guard try JSON(parsing: Array(value.compactText.utf8), file: "f") == value else {
        return "written otherwise"
      }
      _ = try JSON(parsing: Array(value.text.utf8), file: "f")
      return nil
    }
  }
}

/// What is wrong with the line in which weights are refused; nil where nothing is.
private func complaint(about failure: WeightsFailure) -> String? {
  let line = failure.description
  return line.unicodeScalars.count <= longestLine && line == onOneLine(line)
    ? nil : "no clear line: \(line.prefix(200))"
}

@Sendable private func configuration() throws -> Format {
  let whole = try ["ddpm-cifar10-32", "unet_gold", "unet_tiny"].map {
    try readWhole("\(networkFixtures)/\($0)/config.json")
  }
  let weights = try Weights.read(safetensors: "\(networkFixtures)/unet_gold/\(UNet.weightsFile)")
  return Format(files: whole, damage: byValue(whole)) { bytes in
    let read = try UNetConfiguration(JSON(parsing: bytes, file: "f"))
    // What every reader of a configuration does next.
    var refusal: WeightsFailure?
    do throws(WeightsFailure) { _ = try UNet.ordered(weights, for: read) } catch { refusal = error }
    if read.sampleSize != nil { _ = read.parts }
    return {
      guard try UNetConfiguration(read.json) == read else { return "written otherwise" }
      guard UNet.parameterCount(read) > 0 else { return "a network without parameters" }
      return refusal.flatMap(complaint)
    }
  }
}

@Sendable private func scheduler() throws -> Format {
  let whole = try ["cosine", "linear", "listed"].map {
    try readWhole("Tests/TrainingTests/Fixtures/diffusers/\($0)/scheduler_config.json")
  }
  return Format(files: whole, damage: byValue(whole)) { bytes in
    let read = try SchedulerConfiguration(JSON(parsing: bytes, file: "f"))
    return {
      guard try SchedulerConfiguration(read.json) == read else { return "written otherwise" }
      return try read.schedule.stepCount == read.numTrainTimesteps ? nil : "a schedule of another length"
    }
  }
}

/// A model folder of which one file is damaged: a case is that file after a byte that says which.
@Sendable private func model() throws -> Format {
  let folder = "Tests/TrainingTests/Fixtures/diffusers/model"
  let names = [
    DiffusionModel.indexFile, "scheduler/scheduler_config.json", "unet/\(UNet.configurationFile)",
    "unet/\(UNet.weightsFile)",
  ]
  let parts = try names.map { try readWhole("\(folder)/\($0)") }
  let scratch = try Scratch()
  for (name, part) in zip(names, parts) { try writeWhole(part, to: scratch(name)) }
  let texts = parts.dropLast().enumerated().map { [UInt8($0)] + $1 }
  return Format(
    files: texts,
    damage: { random in
      let number = random.whole(0...3)
      guard number < 3 else { return [3] + random.damagedTensors(parts[3]) }
      return [UInt8(number)] + byValue([parts[number]])(&random)
    },
    read: { bytes in
      let number = Int(bytes.first ?? 0) % names.count
      try overwrite(scratch(names[number]), with: Array(bytes.dropFirst()))
      defer { try? overwrite(scratch(names[number]), with: parts[number]) }
      let read = try DiffusionModel.read(folder: scratch.path)
      return { read.weights.count > 0 ? nil : "a model without weights" }
    }, isOneFile: false)
}

// MARK: - Tensors

@Sendable private func safetensors() throws -> Format {
  let own = Safetensors(
    [.init("f", shape: [2, 1], floats: [1, 2]), .init("i", shape: [1], integers: [3])], metadata: ["a": "b"])
  let whole =
    try files(
      "Tests/FormatsTests/Fixtures/floats.safetensors", "Tests/FormatsTests/Fixtures/types.safetensors")
    + [own.bytes]
  return Format(
    files: whole,
    damage: { random in
      switch random.whole(0...3) {
      case 0: random.damaged(random.one(of: whole), by: "{}[]:,\"\\ 0123468F-", splicing: whole)
      case 1: random.tensors()
      case 2: random.damagedTensors(random.tensors())
      default: random.damagedTensors(random.one(of: whole))
      }
    },
    read: { bytes in
      let read = try Safetensors(parsing: bytes, file: "f")
      return {
        for entry in read.entries {
          let count =
            switch entry.type {
            case .f32, .f16, .bf16: try read.floats(entry.name).count
            case .i64: try read.integers(entry.name).count
            default: entry.count
            }
          guard count == entry.count else { return "\(count) elements of the shape \(entry.shape)" }
        }
        return nil
      }
    }, record: recorded, listed: oddTensors)
}

/// A checkpoint of a small training, which is to go on from it.
@Sendable private func checkpoint() throws -> Format {
  let training = try SmallTraining()
  let good = training.checkpoint
  let pieces = try CheckpointPieces(good)
  return Format(
    files: [good.bytes],
    damage: { random in
      switch random.whole(0...3) {
      case 0: random.damaged(good.bytes, by: "{}[]:,\"\\ 0123468F-")
      case 1: random.damagedTensors(good.bytes)
      default: random.damaged(pieces).file().bytes
      }
    },
    read: { bytes in
      let read = try Checkpoint(Safetensors(parsing: bytes, file: "f"), file: "f")
      let trainer = try training.resumed(read)
      return { trainer.stepCount == read.stepCount && trainer.weights.isFinite ? nil : "resumed elsewhere" }
    })
}

// MARK: - Pictures, arrays and tables

@Sendable private func idx() throws -> Format {
  let whole = [
    IDX(dimensions: [2, 3, 1], elements: [1, 2, 3, 4, 5, 6]), IDX(dimensions: [4], elements: [8, 0, 1, 0]),
  ].map(\.bytes)
  return Format(files: whole, damage: bytewise(whole, by: "\0\u{1}\u{8}\u{3}")) { bytes in
    let array = try IDX(parsing: bytes, file: "f")
    return { array.bytes == bytes ? nil : "written otherwise" }
  }
}

/// MNIST's two files, of which one is damaged: a case is that file after a byte that says which.
@Sendable private func mnist() throws -> Format {
  let names = [MNIST.Part.test.imagesFile, MNIST.Part.test.labelsFile]
  let parts = [
    IDX(dimensions: [3, 28, 28], elements: (0..<3 * 784).map { UInt8($0 % 256) }),
    IDX(dimensions: [3], elements: [7, 0, 9]),
  ].map(\.bytes)
  let scratch = try Scratch()
  for (name, part) in zip(names, parts) { try writeWhole(part, to: scratch(name)) }
  return Format(
    files: parts.enumerated().map { [UInt8($0)] + $1 },
    damage: { random in
      let number = random.whole(0...1)
      let bytes = random.damaged(parts[number], by: "\0\u{1}\u{8}\u{9}\u{a}\u{3}\u{1c}", splicing: parts)
      return [UInt8(number)] + bytes
    },
    read: { bytes in
      let number = Int(bytes.first ?? 0) % 2
      try overwrite(scratch(names[number]), with: Array(bytes.dropFirst()))
      defer { try? overwrite(scratch(names[number]), with: parts[number]) }
      let read = try MNIST(.test, directory: scratch.path)
      return {
        for index in 0..<read.count {
          guard (0...9).contains(read.label(index)), read.image(index).pixels.count == 784 else {
            return "image \(index) is none"
          }
        }
        return nil
      }
    }, isOneFile: false)
}

@Sendable private func pgm() throws -> Format {
  let whole = files([
    "P5\n3 2\n255\nabcdef", "P5 # c\n1 2\n999\n\u{1}\u{2}\u{1}\u{2}", "P2\n3 1\n99\n50 60 7 # end\n\n",
    "P5\t2#\n 1 #1\r2\r\n3\u{c}\u{1}\u{2}", "P2 2 2 65535 0 65535\n\n256 255\n",
  ])
  return Format(
    files: whole, damage: bytewise(whole, by: "\r\n\t\u{b}\u{c} ##0125569-P\0"),
    read: { bytes in
      let picture = try PGM(parsing: bytes, file: "f")
      return { try PGM(parsing: picture.bytes, file: "f") == picture ? nil : "written otherwise" }
    }, record: recordedPicture, listed: oddPictures)
}

@Sendable private func csv() throws -> Format {
  let whole = files([
    "t,beta\r\n1,0.5\r\n2,0.25\r\n", "a,\"b\"\"c\"\n\"x\r\ny\",é\n", "only\n\n1e-05\n", "\u{feff}x,y\r\n1,2",
  ])
  return Format(files: whole, damage: bytewise(whole, by: "\r\n\t \",,\"0159-.eE\0")) { bytes in
    let table = try CSV(parsing: bytes, file: "f")
    return {
      guard try CSV(parsing: Array(table.text.utf8), file: "f") == table else { return "written otherwise" }
      for column in table.columns.prefix(3) {
        guard try table.numbers(in: column).allSatisfy(\.isFinite) else { return "a number that is none" }
      }
      return nil
    }
  }
}

/// Pictures as this project writes them: read by others, they must have the same pixels.
@Sendable private func written() throws -> Format {
  Format(
    files: [],
    damage: { random in
      let (width, height) = (random.whole(1...40), random.whole(1...40))
      let maximum = random.one(of: [
        1, 2, 127, 254, 255, 256, 257, 1000, 65_534, 65_535, random.whole(1...65_535),
      ])
      let levels = (0..<width * height).map { _ in UInt16(random.whole(0...maximum)) }
      return PGM(width: width, height: height, maximumLevel: maximum, levels: levels).bytes
    },
    read: { bytes in
      let picture = try PGM(parsing: bytes, file: "f")
      return { picture.bytes == bytes ? nil : "written otherwise" }
    }, record: recordedPicture)
}
