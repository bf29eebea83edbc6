import Files
import Formats
import TestSupport
import Testing

@Suite("A safetensors file")
struct SafetensorsTests {
  @Test("that the safetensors library's tests accept is read", arguments: accepted)
  func reads(bytes: [UInt8], shapes: [[Int]]) throws {
    let file = try Safetensors(parsing: bytes, file: "s")
    #expect(file.entries.map(\.shape) == shapes)
    #expect(file.entries.allSatisfy { $0.name == "test" && $0.type == .i32 })
    #expect(file.metadata.isEmpty)
    #expect(file.bytes == bytes)
  }

  // From the tests in the library's src/tensor.rs.
  static let accepted: [([UInt8], [[Int]])] = [
    (tensorFile("{\(described("test", "I32", "[2,2]", "[0,16]"))}", zeros: 16), [[2, 2]]),
    (tensorFile("{\(described("test", "I32", "[]", "[0,4]"))}", zeros: 4), [[]]),
    (tensorFile("{\(described("test", "I32", "[2,0]", "[0, 0]"))}"), [[2, 0]]),
    (tensorFile("{}\r \t\n"), []),
  ]

  @Test("has its tensors in the order of their data, and its metadata by name")
  func order() throws {
    let entries = [
      described("c", "U8", "[0]", "[3,3]"), described("b", "I16", "[1]", "[1,3]"),
      described("d", "U8", "[4,0]", "[0,0]"), #""__metadata__":{"format":"pt","é":"\n"}"#,
      described("a", "I8", "[1,1]", "[0,1]"),
    ]
    let file = try Safetensors(
      parsing: tensorFile("{\(entries.joined(separator: ","))}", zeros: 3), file: "s")
    #expect(file.entries.map(\.name) == ["d", "a", "b", "c"])
    #expect(file.entries.map(\.count) == [0, 1, 1, 0])
    #expect(file.metadata == ["format": "pt", "é": "\n"])
    #expect(try file.entry("b").type == .i16)
  }

  @Test("may say more of a tensor, which is let be, and may name it with escapes or not at all")
  func leniency() throws {
    let header =
      #"{"\u0061":{"shape":[1],"more":{"dtype":[1e308]},"data_offsets":[0,1],"dtype":"U8"},"#
      + described("", "U8", "[1]", "[1,2]") + "}"
    let file = try Safetensors(parsing: tensorFile(header, zeros: 2), file: "s")
    #expect(file.entries.map(\.name) == ["a", ""])
  }

  @Test("lists a tensor of any type of the format", arguments: Safetensors.ElementType.allCases)
  func types(type: Safetensors.ElementType) throws {
    let header = "{\(described("t", type.rawValue, "[2,4]", "[0,\(type.bits)]"))}"
    let file = try Safetensors(parsing: tensorFile(header, zeros: type.bits), file: "s")
    #expect(file.entries.map(\.type) == [type])
    #expect(file.entries.map(\.count) == [8])

    let readable: [Safetensors.ElementType] = [.f32, .f16, .bf16]
    if readable.contains(type) {
      #expect(try file.floats("t") == [Float](repeating: 0, count: 8))
    } else {
      #expect(throws: mismatch("tensor \"t\" of the type F32, F16 or BF16", found: type.rawValue)) {
        try file.floats("t")
      }
    }
    if type == .i64 {
      #expect(try file.integers("t") == [Int64](repeating: 0, count: 8))
    } else {
      #expect(throws: mismatch("tensor \"t\" of the type I64", found: type.rawValue)) {
        try file.integers("t")
      }
    }
  }

  private func mismatch(_ expected: String, found: String) -> FileFailure {
    // The entry begins after 8 bytes of length and `{"t":`.
    FileFailure(file: "s", at: .byte(13), expected: expected, found: found)
  }

  @Test("refuses to give a tensor that it does not have, or not in this shape")
  func wrongTensor() throws {
    let bytes = tensorFile("{\(described("t", "F32", "[2,3]", "[0,24]"))}", zeros: 24)
    let file = try Safetensors(parsing: bytes, file: "s")
    #expect(try file.floats("t", shape: [2, 3]).count == 6)
    #expect(throws: mismatch("tensor \"t\" of the shape [3, 2]", found: "[2, 3]")) {
      try file.floats("t", shape: [3, 2])
    }
    let missing = FileFailure(file: "s", at: .byte(8), expected: "a tensor \"u\"", found: "\"t\"")
    #expect(throws: missing) { try file.floats("u") }
    #expect(throws: missing) { try file.entry("u") }
    let none = FileFailure(file: "s", at: .byte(8), expected: "a tensor \"t\"", found: "no tensor")
    #expect(throws: none) { try Safetensors(parsing: tensorFile("{}"), file: "s").integers("t") }
  }

  @Test("gives elements with the lowest byte first")
  func elements() throws {
    let header =
      "{\(described("i", "I64", "[2]", "[0,16]")),\(described("f", "F32", "[2]", "[16,24]"))}"
    let bytes =
      tensorFile(header) + [1, 2, 0, 0, 0, 0, 0, 0x80] + [UInt8](repeating: 0xff, count: 8)
      + [0, 0, 0x20, 0xc1] + [1, 0, 0, 0]
    let file = try Safetensors(parsing: bytes, file: "s")
    #expect(try file.integers("i") == [.min + 513, -1])
    #expect(try file.floats("f") == [-10, .leastNonzeroMagnitude])
  }
}
