import Files
import Formats
import Foundation
import TestSupport
import Stops
import Testing

@Suite("A JSON value")
struct JSONValueTests {
  private func parsed(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), file: "j") }

  @Test("is given as what it is")
  func accessors() throws {
    let settings = try parsed(#"{"size":28,"rate":1e-3,"name":"é","on":true,"off":null,"list":[1,2]}"#)
    #expect(try settings.member("size").integer == 28)
    #expect(try settings.member("size").number == 28)
    #expect(try settings.member("rate").number == 0.001)
    #expect(try settings.member("name").string == "é")
    #expect(try settings.member("on").boolean)
    #expect(settings["off"] == .null)
    #expect(try settings["list"]?.elements.map { try $0.integer } == [1, 2])
    #expect(settings["more"] == nil)
    #expect(settings["size"]?["more"] == nil)
  }

  @Test("that is not what its reader needs is refused, and where it stands is said", arguments: mismatches)
  func mismatch(text: String, expected: String, found: String, read: @Sendable (JSON) throws -> Void) throws {
    let value = try parsed("[ \(text)]").elements[0]
    let failure = FileFailure(file: "j", at: .byte(2), expected: expected, found: found)
    #expect(throws: failure) { try read(value) }
  }

  static let integer: @Sendable (JSON) throws -> Void = { _ = try $0.integer }
  static let number: @Sendable (JSON) throws -> Void = { _ = try $0.number }
  static let member: @Sendable (JSON) throws -> Void = { _ = try $0.member("a") }
  static let mismatches: [(String, String, String, @Sendable (JSON) throws -> Void)] = [
    ("1.0", "an integer of 64 bits", "1.0", integer), ("1e2", "an integer of 64 bits", "1e2", integer),
    ("9223372036854775808", "an integer of 64 bits", "9223372036854775808", integer),
    (#""1""#, "an integer of 64 bits", #""1""#, integer), ("1e400", "a finite number", "1e400", number),
    ("[1]", "a finite number", "an array of 1 element", number), ("[]", "a finite number", "[]", number),
    ("1", "true or false", "1", { _ = try $0.boolean }), ("true", "a string", "true", { _ = try $0.string }),
    ("null", "an array", "null", { _ = try $0.elements }), ("{}", "an array", "{}", { _ = try $0.elements }),
    ("[]", "an object", "[]", { _ = try $0.members }), ("1", "an object", "1", member),
    ("{}", #"a member "a""#, "{}", member),
    (#"{"b":1,"c":2}"#, #"a member "a""#, #"an object with "b", "c""#, member),
    (
      #"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0}"#, #"a member "a""#,
      #"an object with "1", "2", "3", "4", "5", "6", "7", "8" and 2 more"#, member
    ),
    (
      "\"" + String(repeating: "é", count: 65) + "\"", "an integer of 64 bits",
      "\"" + String(repeating: "é", count: 64) + "…\"", integer
    ),
  ]

  @Test("made in a program is refused without a place in a file")
  func inMemory() {
    let failure = FileFailure(
      file: "a JSON value in memory", at: .whole, expected: "an array", found: "1")
    #expect(throws: failure) { try JSON(1).elements }
  }

  static let values: JSON = [
    "text": "é \"a\\b\"/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}\u{2028}🎲",
    "numbers": [
      0, -1, JSON(Int.max), JSON(Int.min), 0.1, -0.0, 5.0, 1e-05, 0.0001, 1e16, 1e22,
      JSON(Double.leastNonzeroMagnitude), 1.7976931348623157e308, 9_007_199_254_740_991.0,
      9_007_199_254_740_992.0, 9_007_199_254_740_994.0,
      -9_999_999_999_999_998.0,
    ],
    "words": [true, false, nil],
    "empty": ["array": [], "object": [:], "": [[], [[:]]]],
    "é": 1, "Z": 2, "a": 3, "z": 4, "🎲": 5, "\u{ffff}": 6,
  ]

  @Test("is written as Python's json.dumps writes it (`Fixtures/reference.py`)")
  func python() throws {
    #expect(try Array(Self.values.text.utf8) == readWhole(fixture("values.json")))
  }

  @Test("is written compactly without blanks, and with only the escapes that must be")
  func compact() {
    let value: JSON = ["b": [1, 2.5, "é\"\\/\n\u{1}\u{7f}\u{2028}🎲"], "a": [:], "c": [nil, true]]
    #expect(
      value.compactText == #"{"b":[1,2.5,"é\"\\/\n\u0001"# + "\u{7f}\u{2028}🎲"
        + #""],"a":{},"c":[null,true]}"#)
  }

  @Test("is read back as it was written")
  func roundTrip() throws {
    #expect(try parsed(Self.values.compactText) == Self.values)
    let sorted = try parsed(Self.values.text)
    #expect(try parsed(sorted.text) == sorted)
    #expect(try parsed(sorted.compactText) == sorted)

    let scratch = try Scratch()
    try Self.values.write(to: scratch("model/config.json"))
    #expect(try JSON.read(scratch("model/config.json")) == sorted)
  }

  @Test("of any finite number reads back as exactly that number")
  func numbers() throws {
    var random = SplitMix64(state: 8259)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      #expect(try parsed(JSON(number).text).number.bitPattern == number.bitPattern)
    }
  }

  @Test("that cannot be is a mistake of the program, which stops and says which")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = JSON(-Double.infinity)
      }, saying: "a number in a JSON text is finite, not -inf")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ["a": 1, "b": 2, "a": 3] as JSON
      }, saying: "a JSON object has one member \"a\", not two")
  }
}

/// The path of a file in `Fixtures`.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
}
