import Files
import Testing

@Suite("A file's failure")
struct FileFailureTests {
  @Test(
    "is described in one line: file, place, what was expected, what was found",
    arguments: [
      (FileFailure.Place.whole, "data/a.csv: expected a file to read, found a folder"),
      (.byte(0), "data/a.csv: byte 0: expected a file to read, found a folder"),
      (.line(12), "data/a.csv: line 12: expected a file to read, found a folder"),
    ])
  func oneLine(place: FileFailure.Place, description: String) {
    let failure = FileFailure(file: "data/a.csv", at: place, expected: "a file to read", found: "a folder")
    #expect("\(failure)" == description)
  }

  @Test("stays one line, with no control characters, whatever a name or a field contains")
  func escaped() {
    let failure = FileFailure(file: "a\nb", at: .line(2), expected: "x\r\n\u{2028}", found: "\u{1b}[2J\0é")
    #expect("\(failure)" == #"a\nb: line 2: expected x\r\n\u{2028}, found \u{1B}[2J\0é"#)
  }

  @Test("stays short, however long what it shows: 500 characters a phrase")
  func short() {
    let failure = FileFailure(
      file: "a", at: .byte(7), expected: String(repeating: "e\u{301}", count: 1_000_000),
      found: String(repeating: "\0", count: 250))
    let line = "\(failure)"
    #expect(line.unicodeScalars.count == "a: byte 7: expected , found ".count + 501 + 500)
    #expect(line.hasSuffix(#"e\#u{301}…, found \0\0"# + String(repeating: #"\0"#, count: 248)))
  }
}
