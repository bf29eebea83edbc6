import Files
import Formats
import Networks
import TestSupport
import Testing
import Training

/// A training whose checkpoint is a few thousand bytes.
private let tiny =
  Resumable(
    configuration: MLPConfiguration(inputs: 2, width: 2, depth: 0, embeddingDimension: 4),
    data: gaussian(1), settings: TrainingSettings(batchSize: 4, learningRate: LearningRate(1e-2)),
    network: "tiny") as Resumable<MLP, Computed>

@Suite("A checkpoint")
struct CheckpointTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("is read as it was written, to the bit, and written again the same")
  func roundTrip() throws {
    let trainer = try smallPoints().trained(3)
    let checkpoint = trainer.checkpoint(options: ["α": [1, 2.5, nil]])
    try checkpoint.write(to: scratch("deep/f"))
    let read = try Checkpoint.read(scratch("deep/f"))
    #expect(read.stepCount == 3)
    #expect(read.history == trainer.history)
    #expect(read.options == ["α": [1, 2.5, nil]])
    for (found, expected) in [
      (read.weights, trainer.weights), (read.average, trainer.average.weights),
      (read.firstMoments, trainer.optimizer.firstMoments),
      (read.secondMoments, trainer.optimizer.secondMoments),
    ] {
      for name in expected.names { #expect(found[name].bits == expected[name].bits) }
      #expect(found.count == expected.count)
    }
    #expect(try readWhole(scratch("deep/f")) == checkpoint.safetensors.bytes)
    #expect(read.safetensors.bytes == checkpoint.safetensors.bytes)
  }

  @Test("has the tensors that its description says, with digests that anyone can compute")
  func layout() throws {
    let trainer = try tiny.trained(2)
    let file = trainer.checkpoint(options: tiny.options).safetensors
    #expect(try CheckpointPieces(file).file().bytes == file.bytes)
    let names = trainer.weights.names
    let parts = ["average.", "first_moment.", "second_moment.", "weights."]
    #expect(
      file.entries.map(\.name) == ["digests", "history"]
        + parts.flatMap { part in names.sorted().map { part + $0 } })
    #expect(file.metadata["step"] == "2")
    let entry = trainer.history.entries[1]
    #expect(
      try file.integers("history", shape: [2, 4])[4...].map { $0 }
        == [
          2, Int64(bitPattern: entry.loss.bitPattern), Int64(bitPattern: entry.gradientNorm.bitPattern),
          Int64(bitPattern: entry.learningRate.bitPattern),
        ])
  }

  @Test("is refused after any change of a bit, and cut off anywhere")
  func everyByte() throws {
    let good = tiny.bytes(try tiny.trained(2))
    func isAccepted(_ bytes: [UInt8]) -> Bool {
      do {
        _ = try tiny.resume(Checkpoint(Safetensors(parsing: bytes, file: "f"), file: "f"))
        return true
      } catch {
        let text = "\(error)"
        if text.contains("\n") || !text.hasPrefix("f:") { Issue.record("\(text)") }
        return false
      }
    }
    #expect(isAccepted(good))
    var accepted: [Int] = []
    for place in good.indices {
      var bytes = good
      bytes[place] ^= 1 << (place % 8)
      if isAccepted(bytes) { accepted.append(place) }
    }
    #expect(accepted.isEmpty)
    #expect(!good.indices.contains { isAccepted(Array(good[..<$0])) })
    #expect(!isAccepted(good + [0]))
  }

  @Test("that is wrong in itself is refused by name, though its digests are right")
  func refusals() throws {
    let good = try CheckpointPieces(tiny.trained(2).checkpoint(options: tiny.options).safetensors)
    func expectRefusal(
      _ message: String, digests: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout CheckpointPieces) -> Void
    ) {
      var pieces = good
      change(&pieces)
      do {
        _ = try tiny.resume(Checkpoint(pieces.file(digests: digests), file: "f"))
        Issue.record("accepted", sourceLocation: sourceLocation)
      } catch {
        #expect("\(error)" == message, sourceLocation: sourceLocation)
      }
    }
    let format = "diffusion-by-hand training checkpoint"
    expectRefusal("f: byte 8: expected metadata with \"format\" \"\(format)\", found \"pt\"") {
      $0.metadata["format"] = "pt"
    }
    expectRefusal("f: byte 8: expected metadata with \"format\" \"\(format)\", found none") {
      $0.metadata = [:]
    }
    expectRefusal("f: byte 8: expected metadata with \"version\" \"2\", found \"1\"") {
      $0.metadata["version"] = "1"
    }
    expectRefusal("f: byte 8: expected metadata with \"step\" \"2\", found \"3\"") {
      $0.metadata["step"] = "3"
    }
    expectRefusal("f: byte 8: expected metadata with \"options\", found none") {
      $0.metadata["options"] = nil
    }
    expectRefusal(
      "f: the options in its metadata: byte 1: expected a name in quotes, found the end of the file"
    ) {
      $0.metadata["options"] = "{"
    }
    expectRefusal("f: expected tensor \"history\" of the shape [steps, 4], found [4, 2]") {
      $0.integers["history"]?.shape = [4, 2]
    }
    expectRefusal("f: expected tensor \"history\" with step 2 in row 1, found step 1") {
      $0.integers["history"]?.values[4] = 1
    }
    expectRefusal("f: expected tensor \"history\" with finite numbers in row 1, found [inf, 1.0, 0.01]") {
      $0.integers["history"]?.values[5] = Int64(bitPattern: Double.infinity.bitPattern)
      $0.integers["history"]?.values[6] = Int64(bitPattern: 1.0.bitPattern)
    }
    let name = "output.bias"
    for part in ["weights", "average", "first_moment", "second_moment"] {
      for bad in [Float.nan, .infinity] {
        let accepted = part == "second_moment" ? "finite numbers from 0 up" : "finite numbers"
        expectRefusal(
          "f: expected tensor \"\(part).\(name)\" with \(accepted), found one that is not finite"
        ) { $0.floats["\(part).\(name)"]?.values[1] = bad }
      }
      expectRefusal("f: expected \"\(part).\(name)\", found 1 missing") { $0.floats["\(part).\(name)"] = nil }
      expectRefusal(
        "f: expected \"\(part).\(name)\" of the shape [2], found \"\(part).\(name)\" of the shape [1, 2]"
      ) {
        $0.floats["\(part).\(name)"]?.shape = [1, 2]
      }
      expectRefusal(
        "f: expected no tensor but the network's, found \"\(part).x\", which the network does not have"
      ) {
        $0.floats["\(part).x"] = ([1], [1])
      }
      expectRefusal("f: expected tensor \"\(part).\(name)\" of the type F32, found I64") {
        $0.floats["\(part).\(name)"] = nil
        $0.integers["\(part).\(name)"] = ([2], [0, 0])
      }
    }
    expectRefusal(
      "f: expected tensor \"second_moment.\(name)\" with finite numbers from 0 up, found one below 0"
    ) {
      $0.floats["second_moment.\(name)"]?.values[0] = -1e-9
    }
    expectRefusal(
      "f: expected names that begin with \"weights.\", \"first_moment.\", \"second_moment.\", \"average.\", "
        + "found \"weight.x\""
    ) { $0.floats["weight.x"] = ([1], [1]) }
  }

  @Test("whose tensor has changed is refused by the tensor's name")
  func digests() throws {
    let trainer = try tiny.trained(2)
    let file = trainer.checkpoint(options: tiny.options).safetensors
    var bytes = file.bytes
    // The last float of the file is the last of the names.
    bytes[bytes.count - 2] ^= 1
    let last = try #require(file.entries.last?.name)
    let failure = #expect(throws: FileFailure.self) {
      try Checkpoint(Safetensors(parsing: bytes, file: "f"), file: "f")
    }
    #expect(failure?.expected.hasPrefix("tensor \"\(last)\" with the digest ") == true)
  }

  // A program that takes an option from the checkpoint, such as the steps that were planned, has nothing to compare it
  // with.
  @Test("whose options have changed is refused, whoever asks for them")
  func optionsDigest() throws {
    let file = try tiny.trained(2).checkpoint(options: ["planned_steps": 30]).safetensors
    var bytes = file.bytes
    let place = try #require(bytes.firstRange(of: Array("planned_steps\\\":3".utf8))).upperBound - 1
    bytes[place] ^= 1
    let failure = #expect(throws: FileFailure.self) {
      try Checkpoint(Safetensors(parsing: bytes, file: "f"), file: "f")
    }
    #expect(failure?.expected.hasPrefix("metadata with \"options_digest\" \"") == true)
  }

  @Test("without a history, without digests and with too few is refused")
  func withoutTensors() throws {
    let good = try CheckpointPieces(tiny.trained(2).checkpoint(options: tiny.options).safetensors)
    #expect(throws: FileFailure.self) { try Checkpoint(good.file(digests: 3), file: "f") }
    var pieces = good
    pieces.integers["history"] = nil
    #expect(throws: FileFailure.self) { try Checkpoint(pieces.file(), file: "f") }
    let bare = Safetensors([], metadata: good.metadata)
    #expect(throws: FileFailure.self) { try Checkpoint(bare, file: "f") }
  }
}
