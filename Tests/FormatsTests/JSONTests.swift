import Files
import Formats
import TestSupport
import Testing

@Suite("A JSON text")
struct JSONTests {
  private func parsed(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), file: "j") }

  @Test("is read as the value that it means", arguments: meanings)
  func meaning(text: String, value: JSON) throws {
    #expect(try parsed(text) == value)
    #expect(try parsed(" \t\r\n" + text + "\n ") == value)
  }

  static let meanings: [(String, JSON)] = [
    ("null", nil), ("true", true), ("false", false), ("0", 0), ("-12", -12), ("0.5", 0.5), ("1e-05", 1e-05),
    (#""""#, ""), (#""é🎲/""#, "é🎲/"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
    (#""\u0000\u00e9\u00E9\uFFFF""#, "\0éé\u{ffff}"), (#""\ud83c\uDFB2""#, "🎲"),
    (#""\ud800\udc00\udbff\udfff""#, "\u{10000}\u{10ffff}"), ("\"\u{7f}\u{2028}\"", "\u{7f}\u{2028}"),
    ("[]", []), ("[ ]", []), ("[1 , [ ], {}]", [1, [], [:]]), ("{ }", [:]),
    (#"{"b" : 1 , "a":{"":null}}"#, ["b": 1, "a": ["": nil]]),
  ]

  @Test("keeps every digit of a number", arguments: ["18446744073709551614", "-0", "1E400", "0.10", "1e+2"])
  func digits(digits: String) throws {
    let number = try parsed(digits)
    #expect(number.content == .number(digits))
    #expect(number.compactText == digits)
  }

  @Test("keeps the order of names, and tells different values apart")
  func order() throws {
    let object = try parsed(#"{"z":1,"a":2}"#)
    #expect(try object.members.map(\.name) == ["z", "a"])
    #expect(object != ["a": 2, "z": 1])
    #expect(try parsed("1.0") != parsed("1"))
  }

  @Test("may be 127 arrays deep, and no deeper")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try parsed(nested(127)).elements.count == 1)
    let failure = FileFailure(
      file: "j", at: .byte(127), expected: "arrays and objects at most 127 deep", found: "\"[\"")
    #expect(throws: failure) { try parsed(nested(128)) }
    #expect(throws: FileFailure.self) { try parsed(String(repeating: #"{"":["#, count: 100_000)) }
  }

  @Test(
    "may have 30 combining marks in a row, and no more: to compare two texts takes the square of their number",
    arguments: ["\u{301}", "\u{316}\u{301}", "\u{f73}"])
  func marks(pair: String) throws {
    func text(_ count: Int) -> String {
      #"{"a": {"\#u{e9}"#
        + String(
          String.UnicodeScalarView(repeatElement(pair.unicodeScalars, count: count).joined().prefix(count)))
        + #"\u0301": 1}}"#
    }
    #expect(try parsed(text(29)).member("a").members.count == 1)
    let failure = FileFailure(
      file: "j", at: .byte(7), expected: "at most 30 combining marks in a row", found: "more")
    for count in [30, 100_000] { #expect(throws: failure) { try parsed(text(count)) } }
    // A letter between them, and it is another row.
    #expect(try parsed("\"" + String(repeating: "a" + pair, count: 10_000) + "\"").string.utf8.count > 20_000)
  }

  @Test("is refused with the byte, what was expected and what was found", arguments: refusals)
  func refused(text: String, offset: Int, expected: String, found: String) {
    let failure = FileFailure(file: "j", at: .byte(offset), expected: expected, found: found)
    #expect(throws: failure) { try parsed(text) }
  }

  static let end = "the end of the file"
  static let pair = "the two escapes of a surrogate pair"
  static let refusals: [(String, Int, String, String)] = [
    ("", 0, "a value", end), ("  ", 2, "a value", end), ("nul", 0, "a value", "\"n\""),
    ("True", 0, "a value", "\"T\""), ("NaN", 0, "a value", "\"N\""), ("+1", 0, "a value", "\"+\""),
    (".5", 0, "a value", "\".\""), ("'a'", 0, "a value", "\"'\""),
    ("\u{feff}1", 0, "a value", "the byte 0xef"),
    ("-", 1, "a digit", end), ("-a", 1, "a digit", "\"a\""), ("1.", 2, "a digit", end),
    ("1.e5", 2, "a digit", "\"e\""), ("1e", 2, "a digit", end), ("1e-+2", 3, "a digit", "\"+\""),
    ("01", 1, "the end of the text after its value", "\"1\""),
    ("nullx", 4, "the end of the text after its value", "\"x\""),
    ("1 2", 2, "the end of the text after its value", "\"2\""),
    ("{}\0", 2, "the end of the text after its value", "the byte 0x00"),
    ("[", 1, "a value", end), ("[1", 2, "a comma or ]", end), ("[1 2]", 3, "a comma or ]", "\"2\""),
    ("[1,]", 3, "a value", "\"]\""), ("[,1]", 1, "a value", "\",\""), ("[1}", 2, "a comma or ]", "\"}\""),
    ("{", 1, "a name in quotes", end), ("{a:1}", 1, "a name in quotes", "\"a\""),
    (#"{"a"}"#, 4, "a colon", "\"}\""), (#"{"a":}"#, 5, "a value", "\"}\""),
    (#"{"a":1,}"#, 7, "a name in quotes", "\"}\""), (#"{"a":1]"#, 6, "a comma or }", "\"]\""),
    (#"{"a":1,"b":2,"a":1}"#, 13, "each name once in an object", "\"a\" twice"),
    (#"{"a":1,"\u0061":1}"#, 7, "each name once in an object", "\"a\" twice"),
    (#"[{"é":1,"e\#u{301}":1}]"#, 9, "each name once in an object", "\"e\u{301}\" twice"),
    (#""a"#, 2, "a closing quote", end), (#""a\""#, 4, "a closing quote", end),
    (#""a\"#, 3, "an escaped character", end),
    (#""\x""#, 2, #"one of the characters "\/bfnrtu after a backslash"#, "\"x\""),
    (#""\u12"#, 5, "four hexadecimal digits", end), (#""\u12g4""#, 5, "four hexadecimal digits", "\"g\""),
    (#""\ud800""#, 1, pair, #"\ud800 alone"#), (#""a\udc00\ud800""#, 2, pair, #"\udc00 alone"#),
    (#""\ud800\n""#, 1, pair, #"\ud800 alone"#), (#""\ud800\ud800""#, 1, pair, #"\ud800 alone"#),
    ("\"a\nb\"", 2, "no control character in a string, but its escape", "the byte 0x0a"),
    ("\"\u{1f}\"", 1, "no control character in a string, but its escape", "the byte 0x1f"),
  ]

  @Test(
    "that is not UTF-8 is refused at the first byte that is not",
    arguments: [
      [0xff], [0xc3], [0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80],
    ] as [[UInt8]])
  func invalid(bytes: [UInt8]) {
    let failure = FileFailure(
      file: "j", at: .byte(9), expected: "text in UTF-8", found: "the byte 0x\(String(bytes[0], radix: 16))")
    let before = Array(#"["","\né"#.utf8)
    #expect(before.count == 9)
    for after in [#""]"#, #"\u00e9"]"#, ""] {
      #expect(throws: failure) { try JSON(parsing: before + bytes + Array(after.utf8), file: "j") }
    }
  }

  @Test("cut short anywhere is refused")
  func truncated() throws {
    let bytes = Array(#"{"a":[1.5e+3,true,null,"\ud83c\udfb2é"],"b":{"c":false}}"#.utf8)
    _ = try JSON(parsing: bytes, file: "j")
    for count in 0..<bytes.count {
      #expect(throws: FileFailure.self) { try JSON(parsing: Array(bytes.prefix(count)), file: "j") }
    }
  }
}
