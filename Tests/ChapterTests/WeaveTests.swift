import Files
import Foundation
import Notebook
import TestSupport
import Testing

/// The tool that makes the book's pages.
@Suite("weave")
struct WeaveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func weave(_ arguments: [String], in folder: String) throws -> Ended {
    try run(program("weave"), arguments, in: folder)
  }

  /// The option that says which chapters there are.
  private func book(_ chapters: [Int]) -> [String] {
    ["--book", chapters.map(String.init).joined(separator: ",")]
  }

  private var everyChapter: [String] { book(chapters) + chapters.map(String.init) }

  @Test("finds that every committed page follows from its source, its record and its figures")
  func committed() throws {
    let ended = try weave(["--check", "--readme"] + everyChapter, in: repository)
    #expect(ended.status == 0)
    #expect(ended.error == "")
    #expect(ended.output == "")
  }

  /// Copies what the pages are made of; of the figures only the names count.
  private func copyBook() throws {
    for chapter in chapters {
      let (book, data) = ("Chapters/Chapter\(chapter)", "data/chapter\(chapter)")
      let tests = "Tests/ExerciseTests"
      for folder in [book, data, tests] { _ = try scratch.folder(folder) }
      for file in [
        "\(book)/main.swift", "\(book)/README.md", "\(book)/SOLUTIONS.md", "\(data)/record.csv",
        "\(tests)/Chapter\(chapter)Solutions.swift",
      ] {
        try FileManager.default.copyItem(atPath: "\(repository)/\(file)", toPath: scratch(file))
      }
    }
    for figure in try FileManager.default.contentsOfDirectory(atPath: "\(repository)/figures") {
      try writeWhole("", to: scratch("figures/\(figure)"))
    }
  }

  @Test("weaves the committed pages again, byte for byte")
  func again() throws {
    try copyBook()
    let pages = chapters.flatMap {
      ["Chapters/Chapter\($0)/README.md", "Chapters/Chapter\($0)/SOLUTIONS.md"]
    }
    for page in pages { try FileManager.default.removeItem(atPath: scratch(page)) }
    let ended = try weave(everyChapter, in: scratch.path)
    #expect(ended.status == 0)
    #expect(ended.error == "")
    for page in pages {
      #expect(try readWhole(scratch(page)) == (try readWhole("\(repository)/\(page)")))
    }
  }

  @Test(
    "tells in one line which file does not fit any more, and writes nothing",
    arguments: [
      ("Chapters/Chapter2/README.md", "one jump", "one leap", "Chapters/Chapter2/README.md is stale"),
      ("Chapters/Chapter2/README.md", "✓ x_t: 0.778", "✓ x_t: 0.779", "Chapters/Chapter2/README.md is stale"),
      ("Chapters/Chapter2/main.swift", "one jump", "one leap", "Chapters/Chapter2/README.md is stale"),
      (
        "Chapters/Chapter2/main.swift", "let stops = [1,", "let stops = [2,",
        "Chapters/Chapter2/README.md is stale"
      ),
      (
        "Chapters/Chapter2/main.swift", "isPrinted: \"0.778\"", "isPrinted: \"0.779\"",
        "data/chapter2/record.csv is stale: line "
      ),
      (
        "Chapters/Chapter2/main.swift", "## By hand\n", "\n## By hand\n",
        "data/chapter2/record.csv is stale: line "
      ),
      ("Chapters/Chapter2/main.swift", "page.finish()\n", "", "Chapters/Chapter2/README.md is stale"),
      ("data/chapter2/record.csv", "✓ x_t: 0.778", "✓ x_t: 0.779", "Chapters/Chapter2/README.md is stale"),
      (
        "data/chapter2/record.csv", ",figure,", ",picture,",
        "data/chapter2/record.csv: expected a line number"
      ),
      (
        "data/chapter2/record.csv", "line,code", "code,line",
        "data/chapter2/record.csv: line 1: expected the columns"
      ),
      (
        "Chapters/Chapter2/SOLUTIONS.md", "# Chapter 2", "# Chapter two",
        "Chapters/Chapter2/SOLUTIONS.md is stale"
      ),
      (
        "Tests/ExerciseTests/Chapter2Solutions.swift", "# Chapter 2", "# Chapter two",
        "Chapters/Chapter2/SOLUTIONS.md is stale"
      ),
      (
        "Tests/ExerciseTests/Chapter2Solutions.swift", "## 2. ", "## 3. ",
        "Tests/ExerciseTests/Chapter2Solutions.swift solves 1. "
      ),
      (
        "Chapters/Chapter2/main.swift", "2. **", "2. Not bold **",
        "Tests/ExerciseTests/Chapter2Solutions.swift solves 1. "
      ),
    ])
  func stale(file: String, old: String, new: String, message: String) throws {
    try copyBook()
    let text = try String(contentsOfFile: scratch(file), encoding: .utf8)
    let range = try #require(text.firstRange(of: old), "\(file) has no \(old)")
    try writeWhole(text.replacingCharacters(in: range, with: new), to: scratch(file))
    let page = try readWhole(scratch("Chapters/Chapter2/README.md"))
    try expectFailure(["--check"] + everyChapter, message: message)
    #expect(try readWhole(scratch("Chapters/Chapter2/README.md")) == page)
    // The other chapters are as they were.
    #expect(try weave(["--check"] + book(chapters) + ["1", "3"], in: scratch.path).status == 0)
  }

  @Test(
    "tells in one line which file is missing",
    arguments: [
      ("figures/figure_2.png", "figures/figure_2.png is missing"),
      ("figures/chapter2_forward_and_back.gif", "figures/chapter2_forward_and_back.gif is missing"),
      ("Chapters/Chapter2/README.md", "Chapters/Chapter2/README.md: expected a file to read"),
      ("Chapters/Chapter2/main.swift", "Chapters/Chapter2/main.swift: expected a file to read"),
      ("data/chapter2/record.csv", "data/chapter2/record.csv: expected a file to read"),
    ])
  func missing(file: String, message: String) throws {
    try copyBook()
    try FileManager.default.removeItem(atPath: scratch(file))
    try expectFailure(["--check"] + everyChapter, message: message)
  }

  @Test("weaves no page from a record that is stale or a figure that is missing")
  func refuses() throws {
    try copyBook()
    try FileManager.default.removeItem(atPath: scratch("figures/figure_4.png"))
    try FileManager.default.removeItem(atPath: scratch("Chapters/Chapter3/README.md"))
    try expectFailure(
      ["--book", "1,2,3", "3"], message: "figures/figure_4.png is missing; run `make chapter3`")
    #expect(!FileManager.default.fileExists(atPath: scratch("Chapters/Chapter3/README.md")))
  }

  @Test("sets prose, code, output and figures in the order of the source, and says how to run it")
  func order() throws {
    try writeWhole(
      """
      /*:
      # Title

      With $x_t$ as it is.
      */
      import A
      /*: A cell. */
      page.show("a")

      for i in 1...2 {
        page.show("\\(i)")
      }
      page.figure("f", "Caption: $x_t$.")
      page.show("b")
      page.figure("g.gif", "Moves.")
      /*:
      The end.
      */
      page.finish()
      """, to: scratch("Chapters/Chapter2/main.swift"))
    let record = Record(entries: [
      .init(line: 8, code: "page.show(\"a\")", kind: .text, text: "a\n  of two lines"),
      .init(line: 11, code: "page.show(\"\\(i)\")", kind: .text, text: "1"),
      .init(line: 11, code: "page.show(\"\\(i)\")", kind: .text, text: "2"),
      .init(
        line: 13, code: "page.figure(\"f\", \"Caption: $x_t$.\")", kind: .figure, text: "f: Caption: $x_t$."),
      .init(line: 14, code: "page.show(\"b\")", kind: .text, text: "b"),
      .init(line: 15, code: "page.figure(\"g.gif\", \"Moves.\")", kind: .figure, text: "g.gif: Moves."),
    ])
    try record.csv.write(to: scratch("data/chapter2/record.csv"))
    for figure in ["f.png", "g.gif"] { try writeWhole("", to: scratch("figures/\(figure)")) }
    try writeWhole("", to: scratch("Tests/ExerciseTests/Chapter2Solutions.swift"))
    #expect(try weave(["--book", "1,2,3", "2"], in: scratch.path).status == 0)
    let page = """
      <!-- Woven from main.swift and what it printed by `make chapter2`; edits are lost. -->

      # Title

      With $x_t$ as it is.

      *Run it:* `make chapter2` · *source:* [`main.swift`](main.swift)

      ```swift
      import A
      ```

      A cell.

      ```swift
      page.show("a")

      for i in 1...2 {
        page.show("\\(i)")
      }
      page.figure("f", "Caption: $x_t$.")
      page.show("b")
      page.figure("g.gif", "Moves.")
      ```

      ```text
      a
        of two lines
      1
      2
      ```

      ![f](../../figures/f.png)

      *Caption: $x_t$.*

      ```text
      b
      ```

      ![g.gif](../../figures/g.gif)

      *Moves.*

      The end.

      ```swift
      page.finish()
      ```

      ---

      [← Chapter 1](../Chapter1/README.md) · [All chapters](../../README.md) · [Chapter 3 →](../Chapter3/README.md)

      """
    #expect(try String(contentsOfFile: scratch("Chapters/Chapter2/README.md"), encoding: .utf8) == page)
    #expect(try weave(["--check", "--book", "1,2,3", "2"], in: scratch.path).status == 0)
    // At the ends of the book there is no page before or behind.
    #expect(try weave(["--book", "1,2", "2"], in: scratch.path).status == 0)
    let last = try String(contentsOfFile: scratch("Chapters/Chapter2/README.md"), encoding: .utf8)
    // A book may leave numbers out.
    #expect(try weave(["--book", "2,11", "2"], in: scratch.path).status == 0)
    let gap = try String(contentsOfFile: scratch("Chapters/Chapter2/README.md"), encoding: .utf8)
    #expect(gap.hasSuffix("\n[All chapters](../../README.md) · [Chapter 11 →](../Chapter11/README.md)\n"))
    #expect(last.hasSuffix("\n[← Chapter 1](../Chapter1/README.md) · [All chapters](../../README.md)\n"))
  }

  @Test(
    "tells a mistake in its use in one line",
    arguments: [
      [], ["--book", "3"], ["--book", "x", "1"], ["--book", "1,", "1"], ["--book", "2,1", "1"],
      ["--book", "1", "x"],
      ["--book", "1,3", "2"], ["--books", "3", "1"],
    ])
  func usage(arguments: [String]) throws {
    let ended = try weave(arguments, in: scratch.path)
    #expect(ended.status == 64)
    #expect(ended.onlyErrorLine().hasPrefix("weave: "))
    #expect(ended.output.isEmpty)
  }

  private func expectFailure(
    _ arguments: [String], message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let ended = try weave(arguments, in: scratch.path)
    #expect(ended.status == 1, sourceLocation: sourceLocation)
    let line = ended.onlyErrorLine(sourceLocation: sourceLocation)
    #expect(line.hasPrefix("weave: \(message)"), "\(line)", sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
  }
}
