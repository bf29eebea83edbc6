import Files
import Notebook
import TestSupport
import Testing

/// What the cells of a chapter printed, in a file.
@Suite("Record")
struct RecordTests {
  @Test("comes back from its file as it was")
  func roundTrip() throws {
    let scratch = try Scratch()
    let record = Record(entries: [
      .init(line: 3, code: "page.show(\"a, b\")", kind: .text, text: "a, \"b\"\nand a second line"),
      .init(line: 3, code: "page.show(\"a, b\")", kind: .text, text: ""),
      .init(line: 900, code: "", kind: .figure, text: "figure_2: $x_t$, ᾱ and 🂡\r\n"),
    ])
    try record.csv.write(to: scratch.path + "/record.csv")
    #expect(try Record.read(scratch.path + "/record.csv") == record)
    try Record().csv.write(to: scratch.path + "/empty.csv")
    #expect(try Record.read(scratch.path + "/empty.csv") == Record())
  }

  @Test(
    "that is damaged is refused with its file and what is wrong",
    arguments: [
      (
        "line,code,kind\r\n1,a,text\r\n",
        " line 1: expected the columns line,code,kind,text, found line,code,kind"
      ),
      (
        "line,code,kind,text\r\n1,a,text,b\r\nx,a,text,b\r\n",
        " expected a line number and `text`, `table`, `figure` or `alternative` in record 2, found x and text"
      ),
      (
        "line,code,kind,text\r\n1,a,picture,b\r\n",
        " expected a line number and `text`, `table`, `figure` or `alternative` in record 1, found 1 and picture"
      ),
      ("line,code,kind,text\r\n1,a,text\r\n", " line 2: expected 4 fields, found 3 fields"),
      ("line,code,kind,text\r\n1,a,text,\"b", " line 2: expected a closing quote, found the end of the file"),
      ("", " line 1: expected a line with column names, found nothing"),
    ])
  func damaged(text: String, reason: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/record.csv"
    try writeWhole(text, to: path)
    let failure = #expect(throws: FileFailure.self) { try Record.read(path) }
    #expect(failure?.description == "\(path):\(reason)")
  }

  @Test("that is not there is refused with its file")
  func missing() throws {
    let path = try Scratch().path + "/record.csv"
    let failure = #expect(throws: FileFailure.self) { try Record.read(path) }
    #expect(failure?.description == "\(path): expected a file to read, found \"No such file or directory\"")
  }
}
