import Files
import Formats
import TestSupport
import Stops
import Testing

@Suite("An IDX array")
struct IDXTests {
  @Test("is written as magic, dimensions with the highest byte first, and elements")
  func layout() {
    let array = IDX(dimensions: [2, 1, 3], elements: [1, 2, 3, 4, 5, 6])
    #expect(array.bytes == [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
    let long = IDX(dimensions: [66_051], elements: [UInt8](repeating: 0, count: 66_051))
    #expect(long.bytes[4..<8] == [0, 1, 2, 3])
  }

  @Test("is read back as it was written", arguments: [[1], [10], [3, 2], [5, 28, 28], [1, 2, 1, 2, 1]])
  func roundTrip(dimensions: [Int]) throws {
    let count = dimensions.reduce(1, *)
    let array = IDX(dimensions: dimensions, elements: (0..<count).map { UInt8($0 % 251) })
    #expect(try IDX(parsing: array.bytes, file: "a") == array)

    let scratch = try Scratch()
    try array.write(to: scratch("mnist/a"))
    #expect(try IDX.read(scratch("mnist/a")) == array)
  }

  @Test("may have 255 dimensions")
  func manyDimensions() throws {
    let array = IDX(dimensions: .init(repeating: 1, count: 255), elements: [9])
    #expect(try IDX(parsing: array.bytes, file: "a") == array)
  }

  @Test("is refused with the byte, what was expected and what was found", arguments: refusals)
  func refused(bytes: [UInt8], offset: Int, expected: String, found: String) {
    let failure = FileFailure(file: "a", at: .byte(offset), expected: expected, found: found)
    #expect(throws: failure) { try IDX(parsing: bytes, file: "a") }
  }

  static let magic = "an IDX file (00 00, type, number of dimensions)"
  static let large: [UInt8] = [0xff, 0xff, 0xff, 0xff]
  static let refusals: [([UInt8], Int, String, String)] = [
    ([], 0, magic, "an empty file"),
    ([0, 0, 8], 0, magic, "only 3 bytes"),
    ([0, 0], 0, magic, "only 2 bytes"),
    ([0, 1, 8, 1, 0], 0, magic, "the bytes 00 01 08 01"),
    (Array("P5\n1 1\n255\na".utf8), 0, magic, "a PGM picture (P5)"),
    (Array("<!DOCTYPE html>".utf8), 0, magic, "a page of HTML"),
    ([0x1f, 0x8b, 8, 0], 0, "an unpacked IDX file", "gzip data; `gzip -d` unpacks a file named *.gz"),
    ([0, 0, 0x09, 1, 0, 0, 0, 1, 1], 2, "unsigned bytes (type 0x08)", "signed bytes (type 0x09)"),
    ([0, 0, 0x0b, 1], 2, "unsigned bytes (type 0x08)", "16-bit integers (type 0x0b)"),
    ([0, 0, 0x0c, 1], 2, "unsigned bytes (type 0x08)", "32-bit integers (type 0x0c)"),
    ([0, 0, 0x0d, 1], 2, "unsigned bytes (type 0x08)", "floats (type 0x0d)"),
    ([0, 0, 0x0e, 1], 2, "unsigned bytes (type 0x08)", "doubles (type 0x0e)"),
    ([0, 0, 0x07, 1], 2, "unsigned bytes (type 0x08)", "the unknown type 0x07"),
    ([0, 0, 8, 0, 1], 3, "at least 1 dimension", "0"),
    ([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0], 4, "3 dimensions (12 bytes)", "7 bytes"),
    ([0, 0, 8, 255], 4, "255 dimensions (1,020 bytes)", "0 bytes"),
    ([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 0], 8, "a dimension of at least 1", "0"),
    ([0, 0, 8, 1, 0, 0, 0, 1], 4, "1 element (9 bytes)", "8 bytes"),
    ([0, 0, 8, 1, 0, 0, 0, 3, 1, 2], 4, "3 elements (11 bytes)", "10 bytes"),
    ([0, 0, 8, 1, 0, 0, 0, 2, 1, 2, 3], 10, "the end of the file after 2", "1 byte more"),
    (
      [0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28] + .init(repeating: 0, count: 1008), 4,
      "60000 x 28 x 28 elements (47,040,016 bytes)", "1,024 bytes"
    ),
    ([0, 0, 8, 1] + large, 4, "4294967295 elements (4,294,967,303 bytes)", "8 bytes"),
    (
      [0, 0, 8, 2] + large + large + [1], 4, "dimensions that a file can fill", "4294967295 x 4294967295"
    ),
    // 2^63 - 1: the elements could be counted, but not together with the header.
    (
      [0, 0, 8, 3, 0x09, 0x1f, 0xff, 0xb7, 0, 0x01, 0x6a, 0x41, 0, 0x09, 0xe9, 0xb9], 4,
      "dimensions that a file can fill", "153092023 x 92737 x 649657"
    ),
    (
      [0, 0, 8, 3] + [0x7f, 0xff, 0xff, 0xff] + large + [0, 0, 0, 1], 4,
      "2147483647 x 4294967295 x 1 elements (9,223,372,030,412,324,881 bytes)", "16 bytes"
    ),
    (
      [0, 0, 8, 9] + (0..<9).flatMap { _ in large }, 4, "dimensions that a file can fill",
      "4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295 x 4294967295"
        + " x … (9 dimensions)"
    ),
  ]

  @Test("cut short anywhere is refused")
  func truncated() throws {
    let bytes = IDX(dimensions: [2, 3, 4], elements: .init(repeating: 5, count: 24)).bytes
    for count in 0..<bytes.count {
      #expect(throws: FileFailure.self) { try IDX(parsing: Array(bytes.prefix(count)), file: "a") }
    }
  }

  @Test("that cannot be is a mistake of the program, which stops and says which")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = IDX(dimensions: [], elements: [1])
      }, saying: "an IDX array has 1 to 255 dimensions, not 0")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = IDX(dimensions: [2, 0], elements: [])
      }, saying: "an IDX array has dimensions of 1 to 4,294,967,295, not 0")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = IDX(dimensions: [2, 2], elements: [1, 2, 3])
      }, saying: "an IDX array of 2 x 2 does not have 3 elements")
  }
}
