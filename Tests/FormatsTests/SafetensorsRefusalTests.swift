import Files
import Formats
import TestSupport
import Testing

@Suite("A safetensors file that breaks the format")
struct SafetensorsRefusalTests {
  private func refuses(
    _ bytes: [UInt8], at offset: Int, expected: String, found: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let failure = FileFailure(file: "s", at: .byte(offset), expected: expected, found: found)
    #expect(throws: failure, sourceLocation: sourceLocation) { try Safetensors(parsing: bytes, file: "s") }
  }

  @Test(
    "before or in its header is refused with the byte, what was expected and what was found", arguments: heads
  )
  func head(bytes: [UInt8], offset: Int, expected: String, found: String) {
    refuses(bytes, at: offset, expected: expected, found: found)
  }

  static let start = "a safetensors file (8 bytes of length, header, data)"
  static let tooLong = "a safetensors file with a header of at most 100,000,000 bytes"
  static let brace = "a header that begins with {"
  static let heads: [([UInt8], Int, String, String)] = [
    ([], 0, start, "an empty file"), ([1, 2, 3], 0, start, "only 3 bytes"),
    ([2, 0, 0, 0, 0, 0, 0], 0, start, "the bytes 02 00 00 00"),
    (lengthBytes(60), 0, "a header of 60 bytes", "0 bytes after its length"),
    (lengthBytes(3) + Array("{}".utf8), 0, "a header of 3 bytes", "2 bytes after its length"),
    (lengthBytes(100_000_000), 0, "a header of 100,000,000 bytes", "0 bytes after its length"),
    (lengthBytes(100_000_001), 0, tooLong, "a length of 100000001 (the bytes 01 e1 f5 05)"),
    (
      [0xff, 0xff, 0xff, 0, 0, 0, 0, 0x3c], 0, tooLong,
      "a length of 4323455642292453375 (the bytes ff ff ff 00)"
    ),
    ([UInt8](repeating: 0xff, count: 8), 0, tooLong, "a length of \(UInt64.max) (the bytes ff ff ff ff)"),
    (
      Array("PK\u{3}\u{4}\0\0\u{8}\u{8}".utf8), 0, tooLong,
      "a length of 578712552184433488 (a zip archive)"
    ),
    (lengthBytes(1) + [0xff], 8, brace, "the byte 0xff"), (tensorFile("[]"), 8, brace, "\"[\""),
    (tensorFile(" {}"), 8, brace, "the byte 0x20"), (tensorFile("null"), 8, brace, "\"n\""),
    (tensorFile(""), 8, "a value", "the end of the file"),
    (tensorFile("", zeros: 1), 8, "a value", "the end of the text"),
    (tensorFile("{"), 9, "a name in quotes", "the end of the file"),
    (tensorFile("{", zeros: 1), 9, "a name in quotes", "the end of the text"),
    (tensorFile("{}x"), 10, "the end of the text after its value", "\"x\""),
    (tensorFile("{}\0"), 10, "the end of the text after its value", "the byte 0x00"),
    (lengthBytes(4) + [0x7b, 0x22, 0xff, 0x22], 10, "text in UTF-8", "the byte 0xff"),
  ]

  @Test("in what it says of itself is refused", arguments: metadataRefusals)
  func metadata(text: String, offset: Int, expected: String, found: String) {
    refuses(tensorFile("{\(text)}"), at: offset + 9, expected: expected, found: found)
  }

  static let metadataRefusals: [(String, Int, String, String)] = [
    (#""__metadata__":null"#, 15, "an object", "null"), (#""__metadata__":[]"#, 15, "an object", "[]"),
    (#""__metadata__":{"a":1}"#, 20, "a string", "1"),
    (#""__metadata__":{"a":null}"#, 20, "a string", "null"),
    (#""__metadata__":{"a":"b","a":"b"}"#, 24, "each name once in an object", "\"a\" twice"),
    (
      #""__metadata__":{},"__metadata__":{}"#, 18, "each name once in an object", "\"__metadata__\" twice"
    ),
    (described("__metadata__", "U8", "[0]", "[0,0]"), 37, "a string", "an array of 1 element"),
  ]

  // The entry's value begins at byte 13, its type at 22.
  @Test("in its description of a tensor is refused", arguments: descriptions)
  func description(text: String, offset: Int, expected: String, found: String) {
    refuses(tensorFile(#"{"t":"# + text + "}", zeros: 4), at: offset, expected: expected, found: found)
  }

  private static func entry(_ shape: String, _ offsets: String, type: String = "F32") -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  static let type = "a type of the format, such as F32"
  static let natural = "an integer of 0 to 9223372036854775807"
  static let bounds = "where the data begin and where they end"
  static let overflow = "dimensions whose product does not overflow"
  static let dimensions = "an array of 2 elements"
  static let descriptions: [(String, Int, String, String)] = [
    ("null", 13, #"an object"#, "null"), (#"["F32",[1],[0,4]]"#, 13, "an object", "an array of 3 elements"),
    ("{}", 13, #"a member "dtype""#, "{}"),
    (
      #"{"dtype":"F32","data_offsets":[0,4]}"#, 13, #"a member "shape""#,
      #"an object with "dtype", "data_offsets""#
    ),
    (#"{"dtype":"F32","shape":[1]}"#, 13, #"a member "data_offsets""#, #"an object with "dtype", "shape""#),
    (#"{"dtype":"F32","dtype":"F32"}"#, 28, "each name once in an object", "\"dtype\" twice"),
    (#"{"dtype":7}"#, 22, "a string", "7"), (entry("[1]", "[0,4]", type: "f32"), 22, type, "\"f32\""),
    (entry("[1]", "[0,4]", type: "C128"), 22, type, "\"C128\""), (entry("1", "[0,4]"), 36, "an array", "1"),
    (entry("[-1]", "[0,4]"), 37, natural, "-1"), (entry("[-0]", "[0,4]"), 37, natural, "-0"),
    (entry("[1.0]", "[0,4]"), 37, natural, "1.0"), (entry("[1e0]", "[0,4]"), 37, natural, "1e0"),
    (entry("[null]", "[0,4]"), 37, natural, "null"),
    (entry("[2,18446744073709551614]", "[0,4]"), 39, natural, "18446744073709551614"),
    (entry("[2,9223372036854775807]", "[0,4]"), 36, overflow, dimensions),
    (entry("[9223372036854775807]", "[0,4]"), 36, overflow, "an array of 1 element"),
    (entry("[4611686018427387904,2]", "[0,4]", type: "U8"), 35, overflow, dimensions),
    (#"{"more":[null,{"a":1e999}]}"#, 32, "a finite number", "1e999"),
    (entry("[1]", "4"), 55, "an array", "4"), (entry("[1]", "[4]"), 55, bounds, "an array of 1 element"),
    (entry("[1]", "[0,4,4]"), 55, bounds, "an array of 3 elements"),
    (entry("[1]", "[4,0]"), 55, bounds, dimensions),
    (entry("[1]", "[-4,0]"), 56, natural, "-4"), (entry("[1]", "[0,4.0]"), 58, natural, "4.0"),
    (entry("[2,2]", "[0,4]"), 57, "16 bytes for F32 [2, 2]", "4 bytes"),
    (entry("[]", "[0,0]"), 54, "4 bytes for F32 []", "0 bytes"),
    (
      entry("[3]", "[0,2]", type: "F4"), 35, "as many elements of the type F4 as fill whole bytes",
      "an array of 1 element"
    ),
    (
      entry("[1,2]", "[0,2]", type: "F6_E2M3"), 40,
      "as many elements of the type F6_E2M3 as fill whole bytes",
      dimensions
    ),
    (entry("[1]", "[1,5]"), 55, "the data of \"t\" from 0 on, where those before end", "from 1 on"),
    (entry("[2]", "[0,8]"), 55, "8 bytes after the header", "4"),
  ]

  @Test("between its tensors or after them is refused")
  func gaps() {
    func file(_ first: String, _ second: String, zeros: Int) -> [UInt8] {
      tensorFile(
        "{\(described("a", "U8", "[2]", first)),\(described("b", "U8", "[2]", second))}", zeros: zeros)
    }
    func expected(_ byte: Int) -> String { "the data of \"b\" from \(byte) on, where those before end" }
    refuses(file("[0,2]", "[1,3]", zeros: 3), at: 106, expected: expected(2), found: "from 1 on")
    refuses(file("[0,2]", "[0,2]", zeros: 2), at: 106, expected: expected(2), found: "from 0 on")
    refuses(file("[0,2]", "[3,5]", zeros: 5), at: 106, expected: expected(2), found: "from 3 on")
    refuses(
      file("[0,2]", "[2,4]", zeros: 2), at: 106, expected: "4 bytes after the header", found: "2")
    refuses(
      file("[0,2]", "[2,4]", zeros: 7), at: 117, expected: "the end of the file after the last tensor",
      found: "3 bytes more")
    refuses(
      tensorFile("{}", zeros: 1), at: 10, expected: "the end of the file after the last tensor",
      found: "1 byte more")
  }

  @Test("because it is cut short anywhere is refused")
  func truncated() throws {
    let bytes = SafetensorsTests.accepted[0].0
    for count in 0..<bytes.count {
      #expect(throws: FileFailure.self) { try Safetensors(parsing: Array(bytes.prefix(count)), file: "s") }
    }
  }

  @Test("by a single bit never stops the program")
  func flipped() {
    let header = "{\(described("a", "F16", "[2,3]", "[0,12]")),\(described("b", "I64", "[1]", "[12,20]"))}"
    let bytes = tensorFile(header, zeros: 20)
    var refused = 0
    var read = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        do throws(FileFailure) {
          let file = try Safetensors(parsing: flipped, file: "s")
          #expect(file.entries.map { $0.count * $0.type.bits / 8 }.reduce(0, +) == 20)
          read += 1
        } catch {
          refused += 1
        }
      }
    }
    // No bit of the length may change, every bit of the data may.
    #expect(refused >= 8 * 8)
    #expect(read >= 20 * 8)
  }
}
