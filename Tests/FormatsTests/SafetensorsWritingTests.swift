import Files
import Formats
import TestSupport
import Stops
import Testing

@Suite("Tensors")
struct SafetensorsWritingTests {
  typealias Tensor = Safetensors.Tensor

  static let tensors: [Tensor] = [
    Tensor("weight", shape: [2, 3, 2], floats: (0..<12).map { Float($0) / 8 - 0.5 }),
    Tensor(
      "bias", shape: [6],
      floats: [0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity]),
    Tensor("scale", shape: [], floats: [1.5]), Tensor("nothing", shape: [2, 0], floats: []),
    Tensor("steps", shape: [2, 2], integers: [0, -1, .max, .min]),
    Tensor("Labels", shape: [1], integers: [7]),
    Tensor("naïve \"a\\b\"/\n\u{1}\u{7f}\u{2028}🎲", shape: [1], floats: [2.5]),
  ]
  static let metadata = ["format": "pt \"é\"\t"]

  @Test(
    "are written as the safetensors library writes them (`Fixtures/reference.py`), in whatever order given")
  func library() throws {
    let bytes = try readWhole(fixture("floats.safetensors"))
    var random = SplitMix64(state: 1)
    for _ in 0..<20 {
      let shuffled = Self.tensors.shuffled(using: &random)
      #expect(Safetensors(shuffled, metadata: Self.metadata).bytes == bytes)
    }
  }

  @Test("are read back as they were written")
  func roundTrip() throws {
    let scratch = try Scratch()
    let written = Safetensors(Self.tensors, metadata: Self.metadata)
    try written.write(to: scratch("weights/a.safetensors"))
    let read = try Safetensors.read(scratch("weights/a.safetensors"))
    #expect(read.bytes == written.bytes)
    #expect(read.metadata == Self.metadata)
    for file in [written, read] {
      #expect(file.entries.map(\.name) == read.entries.map(\.name))
      for tensor in Self.tensors {
        switch tensor.values {
        case .floats(let floats): #expect(try file.floats(tensor.name, shape: tensor.shape) == floats)
        case .integers(let integers): #expect(try file.integers(tensor.name, shape: tensor.shape) == integers)
        }
      }
    }
  }

  @Test("keep the bits of a NaN")
  func notANumber() throws {
    let patterns: [UInt32] = [0x7fc0_0000, 0xffc0_0001, 0x7f80_0001, 0xffff_ffff]
    let file = Safetensors([Tensor("n", shape: [4], floats: patterns.map { Float(bitPattern: $0) })])
    let read = try Safetensors(parsing: file.bytes, file: "s")
    #expect(try read.floats("n").map(\.bitPattern) == patterns)
  }

  @Test("begin at a multiple of eight bytes, whatever the header's length")
  func alignment() {
    for length in 0..<16 {
      let name = String(repeating: "x", count: length)
      let bytes = Safetensors([Tensor(name, shape: [1], floats: [1])]).bytes
      #expect(bytes.count % 8 == 4)
      #expect(bytes.suffix(4) == [0, 0, 0x80, 0x3f])
      #expect(bytes[0] % 8 == 0)
    }
  }

  @Test("may be none, and several metadata go by name")
  func edges() {
    #expect(Safetensors([]).bytes == tensorFile("{}      "))
    let metadata = Safetensors([], metadata: ["b": "2", "é": "3", "B": "1"])
    #expect(metadata.bytes == tensorFile(#"{"__metadata__":{"B":"1","b":"2","é":"3"}}     "#))
  }

  @Test("of every type that torch has are read, the halves as torch converts them (`Fixtures/reference.py`)")
  func torch() throws {
    let file = try Safetensors.read(fixture("types.safetensors"))
    let names = file.entries.map(\.type.rawValue)
    let all = Safetensors.ElementType.allCases.map(\.rawValue)
    // The library lays types out from the last to the first; F4, F6 and true halves torch has not.
    #expect(names.reduced() == all.reversed().filter { !["F4", "F6_E2M3", "F6_E3M2"].contains($0) })
    for type in ["half", "brain"] {
      let converted = try file.floats(type).map(\.bitPattern)
      #expect(try converted == file.floats("\(type) as float").map(\.bitPattern))
    }
  }

  @Test("that cannot be are a mistake of the program, which stops and says which")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor("w", shape: [2, 2], floats: [1, 2, 3])
      }, saying: "the tensor \"w\" of shape [2, 2] does not have 3 elements")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor("w", shape: [-1, -1], integers: [1])
      }, saying: "the tensor \"w\" of shape [-1, -1] does not have 1 element")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor("__metadata__", shape: [], floats: [1])
      }, saying: "a tensor is not named __metadata__")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Safetensors([Tensor("w", shape: [], floats: [1]), Tensor("w", shape: [], integers: [1])])
      }, saying: "a safetensors file has one tensor \"w\", not two")
  }
}

extension [String] {
  /// The texts without those that repeat the one before.
  fileprivate func reduced() -> [String] {
    indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
  }
}
