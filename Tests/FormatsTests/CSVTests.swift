import Files
import Formats
import TestSupport
import Stops
import Testing

@Suite("A CSV table")
struct CSVTests {
  @Test("is written with a header, CRLF after every record, and quotes only where they are needed")
  func text() {
    let table = CSV(
      columns: ["t", "beta, in words", "said"],
      rows: [
        ["1", "small", "\"so\""],
        ["2", "a\nb", "c\rd"],
        ["3", "e\r\nf", ""],
        ["4", " g ", "'h';"],
      ])
    let records = [
      "t,\"beta, in words\",said", "1,small,\"\"\"so\"\"\"", "2,\"a\nb\",\"c\rd\"",
      "3,\"e\r\nf\",", "4, g ,'h';",
    ]
    #expect(table.text == records.map { $0 + "\r\n" }.joined())
  }

  @Test("is written from values of every kind")
  func values() {
    let table = CSV(
      columns: ["n", "x", "ok", "name"], rows: [[1, 0.1, true, "a,b"], [-2, -0.0, false, ""]]
    )
    #expect(table.rows == [["1", "0.1", "true", "a,b"], ["-2", "-0.0", "false", ""]])
    #expect(table.text == "n,x,ok,name\r\n1,0.1,true,\"a,b\"\r\n-2,-0.0,false,\r\n")
  }

  // Section 2 of RFC 4180, rule by rule, with a header where the rule has none.
  @Test(
    "is read by the rules of RFC 4180",
    arguments: [
      ("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", ["aaa", "bbb", "ccc"], [["zzz", "yyy", "xxx"]]),
      ("aaa,bbb,ccc\r\nzzz,yyy,xxx", ["aaa", "bbb", "ccc"], [["zzz", "yyy", "xxx"]]),
      ("f,g\r\na b , c\r\n", ["f", "g"], [["a b ", " c"]]),
      ("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", ["aaa", "bbb", "ccc"], [["zzz", "yyy", "xxx"]]),
      ("x,y,z\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\n", ["x", "y", "z"], [["aaa", "b\r\nbb", "ccc"]]),
      ("x,y,z\r\n\"aaa\",\"b\"\"bb\",\"ccc\"", ["x", "y", "z"], [["aaa", "b\"bb", "ccc"]]),
    ])
  func rules(text: String, columns: [String], rows: [[String]]) throws {
    try expect(text, reads: columns, rows)
  }

  @Test(
    "is read with line feeds, empty fields, empty quotes, a byte order mark or no rows as well",
    arguments: [
      ("a,b\n1,2\n3,4\n", ["a", "b"], [["1", "2"], ["3", "4"]]),
      ("a,b\r\n1,2\n3,4", ["a", "b"], [["1", "2"], ["3", "4"]]),
      ("a,b\n,\n\"\",\"\"\n", ["a", "b"], [["", ""], ["", ""]]),
      ("a,b\n1,", ["a", "b"], [["1", ""]]),
      ("a\n\n1\n", ["a"], [[""], ["1"]]),
      ("\u{feff}a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
      ("a,b", ["a", "b"], []),
      ("\n", [""], []),
      ("ᾱ,\"β\u{303}\"\n\"\n\",😀\n", ["ᾱ", "β\u{303}"], [["\n", "😀"]]),
    ])
  func lenient(text: String, columns: [String], rows: [[String]]) throws {
    try expect(text, reads: columns, rows)
  }

  private func expect(_ text: String, reads columns: [String], _ rows: [[String]]) throws {
    let table = try CSV(parsing: Array(text.utf8), file: "t")
    #expect(table.columns == columns)
    #expect(table.rows == rows)
  }

  @Test("is read back as it was written, whatever its fields contain")
  func roundTrip() throws {
    var random = SplitMix64(state: 4180)
    let pieces = ["a", ",", "\"", "\r", "\n", "\r\n", " ", "é", "\u{301}", "😀", "0.5", ""]
    func field() -> String { (0..<3).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() }
    let scratch = try Scratch()
    for trial in 0..<500 {
      let columns = (0..<1 + trial % 4).map { "\($0)" + field() }
      let rows = (0..<trial % 7).map { _ in columns.map { _ in field() } }
      let table = CSV(columns: columns, rows: rows)
      #expect(try CSV(parsing: Array(table.text.utf8), file: "t") == table)
    }
    let table = CSV(columns: ["x"], rows: [["\r\n"]])
    try table.write(to: scratch("a/t.csv"))
    #expect(try CSV.read(scratch("a/t.csv")) == table)
  }

  @Test("keeps a byte order mark that is part of its first name")
  func byteOrderMark() throws {
    let table = CSV(columns: ["\u{feff}t", "\u{feff}"], rows: [["\u{feff}1", "2"]])
    let text = "\"\u{feff}t\",\"\u{feff}\"\r\n\"\u{feff}1\",2\r\n"
    #expect(Array(table.text.utf8) == Array(text.utf8))
    #expect(try CSV(parsing: Array(table.text.utf8), file: "t") == table)
  }

  @Test("is refused with the line, what was expected and what was found", arguments: refusals)
  func refused(bytes: [UInt8], line: Int, expected: String, found: String) {
    let failure = FileFailure(file: "t.csv", at: .line(line), expected: expected, found: found)
    #expect(throws: failure) { try CSV(parsing: bytes, file: "t.csv") }
  }

  static let wholeQuotes = "a field without quotes, or all of it in quotes"
  static let afterQuote = "a comma or a line end after a closing quote"
  static let refusals: [([UInt8], Int, String, String)] = [
    ([], 1, "a line with column names", "nothing"),
    ([0xef, 0xbb, 0xbf], 1, "a line with column names", "nothing"),
    (Array("a,b\n1\n".utf8), 2, "2 fields", "1 field"),
    (Array("a,b\n1,2\n1,2,3\n".utf8), 3, "2 fields", "3 fields"),
    (Array("a,b\n1,2\n\n".utf8), 3, "2 fields", "1 field"),
    (Array("a\n1,2\n".utf8), 2, "1 field", "2 fields"),
    (Array("a,b\n\"1\n2\",3\n4\n".utf8), 4, "2 fields", "1 field"),
    (Array("a,b,a\n".utf8), 1, "each column name once", "\"a\" twice"),
    (Array("a\n1\"\n".utf8), 2, wholeQuotes, "a quote within it"),
    (Array("a\n \"1\"\n".utf8), 2, wholeQuotes, "a quote within it"),
    (Array("a\n\"1\"2\n".utf8), 2, afterQuote, "more text"),
    (Array("a\n\"1\" \n".utf8), 2, afterQuote, "more text"),
    (Array("a\n\"1\n\"2\n".utf8), 3, afterQuote, "more text"),
    (Array("a\n\"1\n2\n".utf8), 2, "a closing quote", "the end of the file"),
    (Array("a\n\"".utf8), 2, "a closing quote", "the end of the file"),
    (Array("a\n1\n\"2\"\"".utf8), 3, "a closing quote", "the end of the file"),
    (Array("a\r1\n".utf8), 1, "a line feed after a carriage return", "none"),
    (Array("a\n1\r".utf8), 2, "a line feed after a carriage return", "none"),
    (Array("a\n1\n".utf8) + [0xff], 3, "text in UTF-8", "the bytes ff"),
    (Array("a\n\"\n".utf8) + [0xc3, 0x22], 2, "text in UTF-8", "the bytes 0a c3"),
    ([0x61, 10, 0xc0, 0x80], 2, "text in UTF-8", "the bytes c0 80"),
    (
      Array(("a\nb" + String(repeating: "\u{301}", count: 31)).utf8), 2,
      "at most 30 combining marks in a row", "more"
    ),
    ([0x61, 10, 0xed, 0xa0, 0x80], 2, "text in UTF-8", "the bytes ed a0 80"),
  ]

  @Test("gives its columns by name, as text and as numbers")
  func columns() throws {
    let table = CSV(
      columns: ["name", "x"],
      rows: [["a", "1"], ["b", "-2.5e-3"], ["c", "+4."], ["d", ".5"], ["e", "5E2"], ["f", "-0.0"]])
    #expect(try table.column("name") == ["a", "b", "c", "d", "e", "f"])
    let numbers = try table.numbers(in: "x")
    #expect(numbers == [1, -0.0025, 4, 0.5, 500, 0])
    #expect(numbers.last?.sign == .minus)
  }

  @Test("refuses a column that it does not have, and names those it has")
  func missingColumn() throws {
    let table = try CSV(parsing: Array("t,beta\n1,2\n".utf8), file: "t.csv")
    let failure = FileFailure(
      file: "t.csv", at: .line(1), expected: "a column \"alpha\"", found: "\"t\", \"beta\"")
    #expect(throws: failure) { try table.column("alpha") }
    #expect(throws: failure) { try table.numbers(in: "alpha") }
  }

  @Test(
    "refuses what is not a finite decimal number, and names its line",
    arguments: ["", "x", " 1", "1 ", "1,5", "nan", "inf", "-infinity", "1e999", "0x10", "1e", "--1", "1_000"])
  func notNumbers(field: String) throws {
    // The first row's line feeds count as lines of the file.
    let text = "a,b\r\n\"1\n\n\",2\n3,4\n5,\"\(field)\"\n"
    let table = try CSV(parsing: Array(text.utf8), file: "t.csv")
    let failure = FileFailure(
      file: "t.csv", at: .line(6), expected: "a finite number in column \"b\"", found: "\"\(field)\"")
    #expect(throws: failure) { try table.numbers(in: "b") }
  }

  @Test("that cannot be is a mistake of the program, which stops and says which")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = CSV(columns: [], rows: [[String]]())
      }, saying: "a CSV table has at least one column")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = CSV(columns: ["a", "b", "a"], rows: [[String]]())
      }, saying: "a CSV table has one column \"a\", not two")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = CSV(columns: ["a", "b"], rows: [["1", "2"], ["3"]])
      }, saying: "row 1 of a CSV table has 2 fields, not 1")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = CSV(columns: ["a"], rows: [[1], [Double.nan]])
      }, saying: "a number in a CSV file is finite, not nan")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = (-Double.infinity).csvField
      }, saying: "a number in a CSV file is finite, not -inf")
  }
}

@Suite("A number in a CSV file")
struct CSVValueTests {
  @Test(
    "has the shortest digits",
    arguments: [
      (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (0.1, "0.1"), (0.1 + 0.2, "0.30000000000000004"),
      (1e-5, "1e-05"), (1e16, "1e+16"),
      (.leastNonzeroMagnitude, "5e-324"), (1 / 3, "0.3333333333333333"),
      (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ] as [(Double, String)])
  func shortest(number: Double, field: String) {
    #expect(number.csvField == field)
  }

  @Test("reads back as exactly the same bits, for 10,000 random patterns of bits")
  func exact() throws {
    var random = SplitMix64(state: 1)
    var numbers: [Double] = [0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude]
    while numbers.count < 10_000 {
      let number = Double(bitPattern: random.next())
      if number.isFinite { numbers.append(number) }
    }
    let table = CSV(columns: ["x"], rows: numbers.map { [$0] })
    let read = try CSV(parsing: Array(table.text.utf8), file: "t").numbers(in: "x")
    #expect(read.map(\.bitPattern) == numbers.map(\.bitPattern))
  }
}
