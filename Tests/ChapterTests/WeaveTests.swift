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
    _ = try scratch.folder("Book")
    try FileManager.default.copyItem(
      atPath: "\(repository)/Book/references.json", toPath: scratch("Book/references.json"))
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

  /// Writes a chapter 2 of its own, and the figures that it shows.
  private func writeChapter(_ source: String, _ record: Record, figures: [String]) throws {
    try writeWhole(source, to: scratch("Chapters/Chapter2/main.swift"))
    try record.csv.write(to: scratch("data/chapter2/record.csv"))
    for figure in figures { try writeWhole("", to: scratch("figures/\(figure)")) }
    try writeWhole("", to: scratch("Tests/ExerciseTests/Chapter2Solutions.swift"))
    try writeWhole(
      """
      [{"id": "a2020", "author": [{"family": "Ada"}, {"literal": "A Group"}], "issued": {"date-parts": [[2020]]},
        "title": "On marks", "URL": "https://example.org/marks"}]
      """, to: scratch("Book/references.json"))
  }

  private var page: String {
    get throws { try String(contentsOfFile: scratch("Chapters/Chapter2/README.md"), encoding: .utf8) }
  }

  @Test("sets prose, code, output and figures in the order of the source, and says how to run it")
  func order() throws {
    let record = Record(entries: [
      .init(line: 9, code: "page.show(\"a\")", kind: .text, text: "a\n  of two lines"),
      .init(line: 12, code: "page.write(a)", kind: .text, text: "→ a.csv, 3 rows: t"),
      .init(line: 14, code: "page.table(b)", kind: .table, text: "$t$ | share\n1 | 5 %"),
      .init(line: 16, code: "page.figure(f)", kind: .figure, text: "f: See [@g], [@law] and [@a2020]."),
      .init(line: 16, code: "page.figure(f)", kind: .alternative, text: "A line."),
      .init(line: 17, code: "page.figure(g)", kind: .figure, text: "g.gif: Moves."),
      .init(line: 17, code: "page.figure(g)", kind: .alternative, text: "A ball."),
    ])
    try writeChapter(
      """
      /*:
      # Title

      $$x_t = 1$$ {#law}
      */
      //: hide
      import A
      /*: A cell, [@f]. */
      page.show("a")

      //: hide
      page.write(a)
      //: end
      page.table(b)
      //: fold Two figures
      page.figure(f)
      page.figure(g)
      /*:
      The end.
      */
      """, record, figures: ["f.png", "g.gif"])
    #expect(try weave(["--book", "1,2,3", "2"], in: scratch.path).status == 0)
    let woven = """
      <!-- Woven from main.swift and what it printed by `make chapter2`; edits are lost. -->

      # Title

      <a id="law"></a>

      $$x_t = 1 \\qquad \\text{(2.1)}$$

      *Run it:* `make chapter2` · *source:* [`main.swift`](main.swift)

      A cell, [Figure 2.1](#f).

      ```swift
      page.show("a")

      page.table(b)
      ```

      <details><summary>Two figures</summary>

      ```swift
      page.figure(f)
      page.figure(g)
      ```

      </details>

      ```text
      a
        of two lines
      ```

      | $t$ | share |
      | ---: | ---: |
      | 1 | 5 % |

      <a id="f"></a>

      ![A line.](../../figures/f.png)

      ***Figure 2.1.** See [Figure 2.2](#g), [equation 2.1](#law) and [Ada and A Group 2020](../../Book/references.md#a2020).*

      <a id="g"></a>

      ![A ball.](../../figures/g.gif)

      ***Figure 2.2.** Moves.*

      The end.

      <details><summary>Files in <code>data/chapter2</code></summary>

      - a.csv, 3 rows: t

      </details>

      ---

      [← Chapter 1](../Chapter1/README.md) · [All chapters](../../README.md) · [Chapter 3 →](../Chapter3/README.md)

      """
    #expect(try page == woven)
    #expect(try weave(["--check", "--book", "1,2,3", "2"], in: scratch.path).status == 0)
    // At the ends of the book there is no page before or behind, and a book may leave numbers out.
    #expect(try weave(["--book", "1,2", "2"], in: scratch.path).status == 0)
    #expect(try page.hasSuffix("\n[← Chapter 1](../Chapter1/README.md) · [All chapters](../../README.md)\n"))
    #expect(try weave(["--book", "2,11", "2"], in: scratch.path).status == 0)
    #expect(
      try page.hasSuffix("\n[All chapters](../../README.md) · [Chapter 11 →](../Chapter11/README.md)\n"))
  }

  @Test(
    "tells which key nothing has, and which two things have",
    arguments: [
      ("Words, [@nothing].", "chapter 2: nothing has the key of [@nothing]"),
      ("$$1$$ {#a}\n\n$$2$$ {#a}", "chapter 2: a is equation 2.2, and equation 2.1 already"),
      ("$$1$$ {#a2020}", "chapter 2: a2020 is equation 2.1, and Ada and A Group 2020 already"),
    ])
  func keys(prose: String, message: String) throws {
    try writeChapter("/*:\n\(prose)\n*/\n", Record(), figures: [])
    try expectFailure(["--book", "1,2", "2"], message: message)
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
