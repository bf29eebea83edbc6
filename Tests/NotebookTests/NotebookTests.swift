import ArgumentParser
import Files
import Formats
import Foundation
import Notebook
import TestSupport
import Testing

/// A page that is shown, checked and written.
///
/// Each runs in a process of its own, since it prints and may end.
@Suite("Notebook")
struct NotebookTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writeWhole(
      """
      /*:
      # Title
      The mean is $\\bar x$.
      */
      page.show("a")
        page.check("mean")
      /*:
      ## Next
      */
      page.figure("f")
      /*:
      The end.
      */
      """, to: scratch.path + "/main.swift")
  }

  @Test("prints prose before its cell, what the cells show in order, and writes all files at the end")
  func page() async throws {
    let result = await #expect(processExitsWith: .success, observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.show("a", line: 5)
      page.show(["t", "beta"], [["1", "0.1"], ["1000", "2"]], line: 5)
      page.check("mean", 0.79599, isPrinted: "0.796", line: 6)
      page.claim("it holds", true, line: 6)
      page.write(CSV(columns: ["t"], rows: [[1]]), to: "t.csv", line: 6)
      page.write(PGM(width: 2, height: 1, maximumLevel: 255, levels: [0, 255]), to: "p.pgm", line: 10)
      page.figure("f", "A caption with $x_t$.", alt: "A line.", line: 10)
      page.progress("work", of: 2, unit: "steps").advance(by: 3)
      guard try FileManager.default.contentsOfDirectory(atPath: folder + "/out").isEmpty else {
        fatalError("written too early")
      }
      page.finish()
    }
    #expect(
      result.output == """

        Title
        ═════
        The mean is x̄.

        a
           t  beta
           1   0.1
        1000     2
        ✓ mean: 0.796   (computed 0.79599)
        ✓ it holds
        → t.csv, 1 rows: t

        Next
        ────

        → p.pgm, 2 × 1 pixels
        → Figure 9.1, figures/f: A caption with xₜ.

        The end.


        """)
    #expect(result.error == "chapter 9: 4 files in \(scratch.path)/out\n")
    #expect(
      try scratch.contents
        == ["main.swift", "out", "out/checks.csv", "out/p.pgm", "out/record.csv", "out/t.csv"])

    let checks = try CSV.read(scratch.path + "/out/checks.csv")
    #expect(
      checks
        == CSV(
          columns: ["check", "printed", "computed", "holds"], rows: [["mean", "0.796", "0.79599", "true"]]))
    let record = try Record.read(scratch.path + "/out/record.csv")
    #expect(record.entries.map(\.line) == [5, 5, 6, 6, 6, 10, 10, 10])
    #expect(record.entries.map(\.kind) == [.text, .table, .text, .text, .text, .text, .figure, .alternative])
    #expect(record.entries[2].code == "page.check(\"mean\")")
    #expect(record.entries[1].text == "t | beta\n1 | 0.1\n1000 | 2")
    #expect(record.entries[6].text == "f: A caption with $x_t$.")
    #expect(record.entries[7].text == "A line.")
  }

  @Test("a table is described once: the page shows some rows and columns of it, the file has all digits")
  func table() async throws {
    let result = await #expect(processExitsWith: .success, observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.table(
        [(t: 1, share: 0.123456), (t: 2, share: 0.5), (t: 3, share: 0.25)], to: "t.csv",
        showing: { $0.t != 2 },
        [
          Column("$t$", csv: "t") { $0.t }, Column("share", csv: "share", .percent(1)) { $0.share },
          Column("digits", .digits(2)) { $0.share }, Column("places", .places(3)) { $0.share },
          Column(csv: "half") { $0.share / 2 },
        ], line: 5)
      page.finish()
    }
    #expect(
      result.output.contains(
        """
        t   share  digits  places
        1  12.3 %    0.12   0.123
        3  25.0 %    0.25   0.250
        → t.csv, 3 rows: t, share, half
        """))
    #expect(
      try CSV.read(scratch.path + "/out/t.csv")
        == CSV(
          columns: ["t", "share", "half"],
          rows: [["1", "0.123456", "0.061728"], ["2", "0.5", "0.25"], ["3", "0.25", "0.125"]]))
    let record = try Record.read(scratch.path + "/out/record.csv")
    #expect(record.entries[0].kind == .table)
    #expect(record.entries[0].text.hasPrefix("$t$ | share | digits | places\n1 | 12.3 % | 0.12 | 0.123\n"))
  }

  @Test("a check that fails shows both numbers, ends with status 1 and writes nothing")
  func failedCheck() async throws {
    let result = await #expect(processExitsWith: .exitCode(1), observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.show("a", line: 5)
      page.check("mean", 0.7954, isPrinted: "0.796", line: 6)
      page.finish()
    }
    #expect(result.error.hasSuffix(": mean: expected 0.796, computed is 0.795 (0.7954)\n"))
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(!result.output.contains("✓"))
    #expect(try scratch.contents == ["main.swift"])
  }

  @Test("a number that is not finite fails its check")
  func nanCheck() async throws {
    let result = await #expect(processExitsWith: .exitCode(1), observing: both) {
      [folder = scratch.path as String] in
      try notebook(in: folder).check("mean", .nan, isPrinted: "0.796", line: 6)
    }
    #expect(result.error.hasSuffix(": mean: expected 0.796, computed is nan\n"))
    #expect(try scratch.contents == ["main.swift"])
  }

  @Test("a claim that fails says which, ends with status 1 and writes nothing")
  func failedClaim() async throws {
    let result = await #expect(processExitsWith: .exitCode(1), observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.claim("it holds\nor not", false, line: 6)
      page.finish()
    }
    #expect(result.error.hasSuffix(": does not hold: it holds\\nor not\n"))
    #expect(try scratch.contents == ["main.swift"])
  }

  @Test("files that cannot be written are named, with status 1, and the others are not written either")
  func unwritable() async throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/out/b.csv", withIntermediateDirectories: true)
    let result = await #expect(processExitsWith: .exitCode(1), observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.write(CSV(columns: ["t"], rows: [[1]]), to: "a.csv", line: 6)
      page.write(CSV(columns: ["t"], rows: [[1]]), to: "b.csv", line: 6)
      page.finish()
    }
    #expect(result.error.hasSuffix(": \(scratch.path)/out/b.csv: expected a file to write, found a folder\n"))
    #expect(try scratch.contents == ["main.swift", "out", "out/b.csv"])
  }

  @Test("the same name twice is a mistake in the chapter")
  func twice() async throws {
    let result = await #expect(processExitsWith: .failure, observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.write(CSV(columns: ["t"], rows: [[1]]), to: "a.csv", line: 6)
      page.write(CSV(columns: ["t"], rows: [[2]]), to: "a.csv", line: 6)
    }
    #expect(result.error.contains("a.csv is written twice"))
    // Its folder was made when the page was opened.
    #expect(try scratch.contents == ["main.swift", "out"])
  }

  @Test("a page whose source is gone has no prose, and its cells show what they show")
  func withoutSource() async throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/main.swift")
    let result = await #expect(processExitsWith: .success, observing: both) {
      [folder = scratch.path as String] in
      let page = try notebook(in: folder)
      page.show("a", line: 5)
      page.finish()
    }
    #expect(result.output == "a\n")
    #expect(try scratch.contents == ["out", "out/record.csv"])
  }

  @Test(
    "results that are the committed ones go to data/, others to out/, and both to where --out says",
    arguments: [
      ([], "data/chapter9"), (["--seed", "2020"], "data/chapter9"), (["--threads", "1"], "data/chapter9"),
      (["--pause"], "data/chapter9"), (["--quick"], "out/chapter9"), (["--seed", "1"], "out/chapter9"),
      (["--quick", "--out", "there"], "there"), (["--out", "there"], "there"),
    ])
  func folders(arguments: [String], folder: String) throws {
    let options = try ChapterOptions.parse(arguments)
    #expect(options.folder(ofChapter: 9, changesResults: false) == folder)
    let changed = options.folder(ofChapter: 9, changesResults: true)
    #expect(changed == (arguments.contains("--out") ? "there" : "out/chapter9"))
  }
}

/// A page of chapter 9 whose source and results lie in a folder.
private func notebook(in folder: String) throws -> Notebook {
  let options = try ChapterOptions.parse(["--out", folder + "/out"])
  return Notebook(chapter: 9, options: options, file: folder + "/main.swift")
}

/// What a test looks at when a process of its own has ended.
private let both: [any PartialKeyPath<ExitTest.Result> & Sendable] = [
  \.standardOutputContent, \.standardErrorContent,
]

extension ExitTest.Result? {
  fileprivate var output: String { String(decoding: self?.standardOutputContent ?? [], as: UTF8.self) }
  fileprivate var error: String { String(decoding: self?.standardErrorContent ?? [], as: UTF8.self) }
}
