import Files
import Formats
import TestSupport
import Stops
import Testing

@Suite("A PGM picture")
struct PGMTests {
  @Test("is written with the header P5, width and height, maximum level: 13 bytes for 28 x 28")
  func header() {
    let picture = PGM(width: 28, height: 28, levels: (0..<784).map { UInt16($0 % 256) })
    #expect(Array(picture.bytes.prefix(13)) == Array("P5\n28 28\n255\n".utf8))
    #expect(picture.bytes.count == 13 + 784)
    #expect(picture.bytes.suffix(2) == [14, 15])
  }

  @Test("has levels of two bytes, the higher first, when the maximum is above 255")
  func twoBytes() {
    let picture = PGM(width: 2, height: 1, maximumLevel: 256, levels: [1, 256])
    #expect(picture.bytes == Array("P5\n2 1\n256\n".utf8) + [0, 1, 1, 0])
  }

  @Test(
    "is read back as it was written",
    arguments: [
      (1, 1, 1), (3, 2, 255), (2, 3, 256), (28, 28, 255), (1, 40, 65_535), (7, 1, 9), (3, 3, 2), (3, 3, 254),
      (3, 3, 257), (3, 3, 65_534),
    ])
  func roundTrip(width: Int, height: Int, maximum: Int) throws {
    let levels = (0..<width * height).map { UInt16(($0 * 7919 + maximum) % (maximum + 1)) }
    let picture = PGM(width: width, height: height, maximumLevel: maximum, levels: levels)
    #expect(try PGM(parsing: picture.bytes, file: "p") == picture)

    let scratch = try Scratch()
    try picture.write(to: scratch("pictures/p.pgm"))
    #expect(try PGM.read(scratch("pictures/p.pgm")) == picture)
  }

  @Test(
    "is read from every header that the format allows",
    arguments: [
      "P5\n2 1\n255\nab", "P5 2 1 255 ab", "P5\t2\r\n1\n\n255\rab", "P5\n# by hand\n2 1\n255\nab",
      "P5\n2 # wide\n#\n#\r 1\n255\nab", "P5 #\n2 1 255 ab", "P5\n0002 01 255\nab",
      // A comment counts for nothing, not even as the end of a number or as white space.
      "P5 2 1 2#\n55\nab", "P5 2 1 255#\n\nab",
    ])
  func headers(text: String) throws {
    let picture = PGM(width: 2, height: 1, levels: [97, 98])
    #expect(try PGM(parsing: Array(text.utf8), file: "p") == picture)
  }

  @Test("may have a comment anywhere between the magic and the white space before its levels")
  func comments() throws {
    let header = Array("P5 12 1 255 ".utf8)
    let levels = Array("abcdefghijkl".utf8)
    let picture = PGM(width: 12, height: 1, levels: levels.map { UInt16($0) })
    for comment in ["#\n", "#\r", "# 7 # 8\n", "#\n#\u{ff}\r"] {
      for place in 2..<header.count {
        let bytes = header[..<place] + Array(comment.utf8) + header[place...] + levels
        #expect(try PGM(parsing: Array(bytes), file: "p") == picture)
      }
      // Behind the white space it is levels.
      #expect(throws: FileFailure.self) {
        try PGM(parsing: header + Array(comment.utf8) + levels, file: "p")
      }
    }
  }

  @Test("has any white space between its numbers, and exactly one before its levels")
  func whiteSpace() throws {
    for space in Array(" \t\n\r\u{b}\u{c}".utf8) {
      for more in Array(" \t\n\r\u{b}\u{c}".utf8) {
        let bytes =
          Array("P5".utf8) + [space, more] + Array("2".utf8) + [more, space] + Array("1".utf8) + [space]
          + Array("255".utf8) + [more, space, 0x61]
        #expect(
          try PGM(parsing: bytes, file: "p") == PGM(width: 2, height: 1, levels: [UInt16(space), 0x61]))
      }
    }
  }

  @Test("is read with the higher byte of a level first, where the maximum is above 255")
  func highestFirst() throws {
    let bytes = Array("P5 2 1 65535 ".utf8) + [1, 2, 0xff, 0xfe]
    let picture = PGM(width: 2, height: 1, maximumLevel: 65_535, levels: [0x0102, 0xfffe])
    #expect(try PGM(parsing: bytes, file: "p") == picture)
  }

  @Test("keeps levels that look like white space or a comment")
  func levelsLikeText() throws {
    let picture = PGM(width: 4, height: 1, levels: [10, 35, 32, 35])
    #expect(try PGM(parsing: Array("P5\n4 1\n255\n\n# #".utf8), file: "p") == picture)
  }

  @Test(
    "is read from the plain format, where levels are numbers",
    arguments: [
      "P2\n3 1\n15\n0 7 15\n", "P2 3 1 15 0\n7\u{b}15\u{c}", "P2 3 1 15 # levels\n0 7 # black\n 15 # end\n\n",
    ])
  func plain(text: String) throws {
    let picture = PGM(width: 3, height: 1, maximumLevel: 15, levels: [0, 7, 15])
    #expect(try PGM(parsing: Array(text.utf8), file: "p") == picture)
  }

  @Test("is refused with the byte, what was expected and what was found", arguments: refusals)
  func refused(bytes: [UInt8], offset: Int, expected: String, found: String) {
    let failure = FileFailure(file: "p.pgm", at: .byte(offset), expected: expected, found: found)
    #expect(throws: failure) { try PGM(parsing: bytes, file: "p.pgm") }
  }

  static let refusals: [([UInt8], Int, String, String)] = [
    ([], 0, "a PGM picture (P5 or P2)", "an empty file"),
    (Array("P".utf8), 0, "a PGM picture (P5 or P2)", "only 1 byte"),
    (Array("P6\n1 1\n255\nabc".utf8), 0, "a PGM picture (P5 or P2)", "a PPM picture (P6)"),
    (Array("P4\n1 1\na".utf8), 0, "a PGM picture (P5 or P2)", "a PBM picture (P4)"),
    ([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], 0, "a PGM picture (P5 or P2)", "a PNG picture"),
    ([0xff, 0xd8, 0xff, 0xe0], 0, "a PGM picture (P5 or P2)", "a JPEG picture"),
    ([0x1f, 0x8b, 8, 0], 0, "a PGM picture (P5 or P2)", "gzip data"),
    ([1, 2, 0xab, 4, 5], 0, "a PGM picture (P5 or P2)", "the bytes 01 02 ab 04"),
    (Array("P5".utf8), 2, "white space after the magic", "the end of the file"),
    (Array("P52 1 255 ab".utf8), 2, "white space after the magic", "\"2\""),
    (Array("P5\n".utf8), 3, "a width of 1 to 2,147,483,647", "the end of the file"),
    (Array("P5\n# no size".utf8), 12, "a width of 1 to 2,147,483,647", "the end of the file"),
    (Array("P5\n0 1\n255\n".utf8), 3, "a width of 1 to 2,147,483,647", "0"),
    (Array("P5\n2 0\n255\n".utf8), 5, "a height of 1 to 2,147,483,647", "0"),
    (Array("P5\n-2 1\n255\nab".utf8), 3, "a width of 1 to 2,147,483,647", "\"-\""),
    (Array("P5\n2.5 1\n255\nab".utf8), 4, "a width of 1 to 2,147,483,647", "\".\""),
    (Array("P5\n2\0 1\n255\nab".utf8), 4, "a width of 1 to 2,147,483,647", "the byte 0x00"),
    (Array("P5\n2147483648 1\n255\nab".utf8), 3, "a width of 1 to 2,147,483,647", "2147483648"),
    (
      Array("P5\n1 99999999999999999999999999 255\na".utf8), 5, "a height of 1 to 2,147,483,647",
      "a number of 26 digits"
    ),
    (Array("P5\n2 1\n0\nab".utf8), 7, "a maximum level of 1 to 65,535", "0"),
    (Array("P5\n2 1\n65536\nab".utf8), 7, "a maximum level of 1 to 65,535", "65536"),
    (Array("P5\n2 1\n".utf8), 7, "a maximum level of 1 to 65,535", "the end of the file"),
    (Array("P5\n2 1\n255".utf8), 10, "2 levels (2 bytes)", "0 bytes"),
    (Array("P5\n2 1\n255\na".utf8), 11, "2 levels (2 bytes)", "1 byte"),
    (Array("P5\n2 1\n256\nabc".utf8), 11, "2 levels (4 bytes)", "3 bytes"),
    (
      Array("P5\n2147483647 2147483647\n65535\nab".utf8), 31,
      "4,611,686,014,132,420,609 levels (9,223,372,028,264,841,218 bytes)", "2 bytes"
    ),
    (Array("P5\n2 1\n255\nabc".utf8), 13, "the end of the file after one picture", "1 byte more"),
    (
      Array("P5\n1 1\n255\naP5\n1 1\n255\na".utf8), 12, "the end of the file after one picture",
      "12 bytes more"
    ),
    (Array("P5\n2 1\n97\nab".utf8), 11, "a level of 0 to 97", "98"),
    (Array("P5\n1 1\n256\n".utf8) + [1, 1], 11, "a level of 0 to 256", "257"),
    (Array("P2\n3 1\n15\n0 7 16".utf8), 14, "level 3 of 3 of 0 to 15", "16"),
    (Array("P2\n3 1\n15\n0 7 x\n".utf8), 14, "level 3 of 3 of 0 to 15", "\"x\""),
    (Array("P2\n3 1\n15\n0 7   ".utf8), 16, "level 3 of 3 of 0 to 15", "the end of the file"),
    (Array("P2\n3 1\n15\n0 7".utf8), 10, "3 levels (at least 6 bytes)", "3 bytes"),
    (
      Array("P2\n2147483647 2147483647\n9\n1".utf8), 27,
      "4,611,686,014,132,420,609 levels (at least 9,223,372,028,264,841,218 bytes)", "1 byte"
    ),
    (Array("P2\n3 1\n15\n0 7 15".utf8), 16, "white space after level 3", "the end of the file"),
    (Array("P2\n3 1\n15\n0 7 1#5\n".utf8), 18, "white space after level 3", "the end of the file"),
    // Not even at its line's end does a comment end a number, which Netpbm's own programs let it do.
    (Array("P5 1 1 255#\na".utf8), 12, "a maximum level of 1 to 65,535", "\"a\""),
    (Array("P5#\n1 1 255 a".utf8), 2, "white space after the magic", "\"1\""),
    (Array("P2\n1 1\n15\n7 7".utf8), 12, "the end of the file after one picture", "\"7\""),
  ]

  @Test(
    "cut short anywhere is refused",
    arguments: [
      "P5\n3 2\n255\nabcdef", "P5\n# c\n1 2 # d\n1000\n\u{1}\u{2}\u{1}\u{2}", "P2\n3 1\n99\n50 60 77\n",
    ])
  func truncated(text: String) throws {
    let bytes = Array(text.utf8)
    _ = try PGM(parsing: bytes, file: "p")
    for count in 0..<bytes.count {
      #expect(throws: FileFailure.self) { try PGM(parsing: Array(bytes.prefix(count)), file: "p") }
    }
  }

  @Test("that cannot be is a mistake of the program, which stops and says which")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = PGM(width: 0, height: 3, levels: [])
      }, saying: "a PGM has a width and a height of at least 1, not 0 x 3")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = PGM(width: 1, height: 1, maximumLevel: 65_536, levels: [0])
      }, saying: "a PGM has a maximum level of 1 to 65535, not 65536")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = PGM(width: 2, height: 2, levels: [1, 2, 3])
      }, saying: "a PGM of 2 x 2 has 4 levels, not 3")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = PGM(width: 2, height: 1, maximumLevel: 9, levels: [9, 10])
      }, saying: "a PGM's level 1 is at most 9, not 10")
  }
}
