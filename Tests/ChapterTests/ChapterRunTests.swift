import Files
import Foundation
import Notebook
import TestSupport
import Testing

/// The chapters, run as a reader runs them.
@Suite("A chapter")
struct ChapterRunTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func committed(_ chapter: Int) throws -> [String: Data] {
    try files(in: "\(repository)/data/chapter\(chapter)")
  }

  // Of the others, which train, `make verify` and continuous integration compare every byte.
  @Test(
    "writes the committed files to data/, byte for byte, and shows the committed record",
    arguments: chapters.filter { $0 < 4 })
  func asCommitted(chapter: Int) throws {
    let ended = try run(chapter: chapter, in: scratch.path)
    let committed = try committed(chapter)
    #expect(ended.status == 0)
    #expect(ended.onlyErrorLine() == "chapter \(chapter): \(committed.count) files in data/chapter\(chapter)")
    #expect(ended.output == (try expectedOutput(chapter)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["data"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("data")) == ["chapter\(chapter)"])
    expectEqual(try files(in: scratch("data/chapter\(chapter)")), committed)
  }

  // The chapters that train do it in `make verify`, where they are short.
  @Test(
    "writes the same bytes and shows the same with any number of threads",
    arguments: chapters.filter { $0 < 4 },
    [1, 3])
  func threads(chapter: Int, threads: Int) throws {
    let ended = try run(
      chapter: chapter, ["--threads", "\(threads)", "--out", scratch("a folder")], in: scratch.path)
    #expect(ended.status == 0)
    #expect(ended.output == (try expectedOutput(chapter)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a folder"])
    expectEqual(try files(in: scratch("a folder")), try committed(chapter))
  }

  @Test(
    "with other results writes them to out/ and leaves data/ alone",
    arguments: [
      (1, ["--quick"]), (1, ["--seed", "1", "--quick"]), (1, ["--seed", "18446744073709551615"]),
      (1, ["--steps", "50"]), (1, ["--steps", "2", "--first-beta", "0.9", "--last-beta", "0.001"]),
      (1, ["--steps", "50", "--first-beta", "0.002", "--last-beta", "0.4"]),
      (2, ["--quick"]), (2, ["--seed", "1", "--quick"]), (2, ["--quick", "--index", "59999"]),
      (2, ["--quick", "--image", "mondrian", "--steps", "10", "--multiplier", "1.5"]),
      (2, ["--quick", "--steps", "50", "--multiplier", "10"]),
      (2, ["--quick", "--steps", "5", "--multiplier", "0.001"]),
      (3, ["--quick"]), (3, ["--seed", "1", "--quick"]), (3, ["--quick", "--x0", "-10", "--xt", "-0.5"]),
      (3, ["--quick", "--timestep", "1", "--steps", "2"]),
      (3, ["--quick", "--timestep", "1000", "--steps", "50"]),
      (4, ["--quick"]),
      (
        4,
        [
          "--quick", "--anyway", "--steps", "10", "--digit-steps", "10", "--pixels", "bytes", "--last-beta",
          "0.002",
        ]
      ),
      (5, ["--quick"]), (6, ["--quick", "--timestep-shift", "40", "--last-noise", "--unit-range"]),
      (7, ["--quick", "--score-scale", "1.05"]),
      (8, ["--quick", "--score-scale", "1.05", "--evaluations", "10", "--solver", "euler"]),
      (8, ["--quick", "--score-scale", "0.1", "--evaluations", "2"]),
      (8, ["--quick", "--score-scale", "10", "--evaluations", "3"]),
      (11, ["--quick", "--score-scale", "1.05"]),
    ])
  func otherResults(chapter: Int, arguments: [String]) throws {
    let data = try scratch.folder("data/chapter\(chapter)")
    try writeWhole("old", to: data + "/record.csv")
    let ended = try run(chapter: chapter, arguments, in: scratch.path)
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.onlyErrorLine().hasSuffix(" files in out/chapter\(chapter)"))
    #expect(try files(in: data) == ["record.csv": Data("old".utf8)])
    let written = try files(in: scratch("out/chapter\(chapter)"))
    #expect(Set(written.keys) == Set(try committed(chapter).keys))
    #expect(written["record.csv"] != (try committed(chapter)["record.csv"]))
  }

  @Test(
    "draws other digits with each of chapter 6's mistakes",
    arguments: [["--last-noise"], ["--unit-range"], ["--timestep-shift", "40"]])
  func mistakes(mistake: [String]) throws {
    for (folder, arguments) in [("right", []), ("wrong", mistake)] {
      let ended = try run(chapter: 6, ["--quick", "--out", folder] + arguments, in: scratch.path)
      #expect(ended.status == 0, "\(ended.error)")
    }
    let (right, wrong) = (try files(in: scratch("right")), try files(in: scratch("wrong")))
    let isSame = right["digits.pgm"] == wrong["digits.pgm"]
    #expect(!isSame)
  }

  // Of the others, which train, `make verify` compares the short version with another seed.
  @Test(
    "gives the same numbers again with the same other seed, on another number of threads",
    arguments: chapters.filter { $0 < 4 })
  func otherSeed(chapter: Int) throws {
    for threads in ["1", "2"] {
      let ended = try run(
        chapter: chapter, ["--quick", "--seed", "7", "--threads", threads, "--out", threads], in: scratch.path
      )
      #expect(ended.status == 0, "\(ended.error)")
    }
    expectEqual(try files(in: scratch("1")), try files(in: scratch("2")))
  }

  @Test("with --pause waits for Return after each cell, and shows the same", arguments: representatives)
  func pause(chapter: Int) throws {
    let plain = try run(chapter: chapter, ["--quick"], in: scratch.path)
    let returns = String(repeating: "\n", count: 100)
    let paused = try run(chapter: chapter, ["--quick", "--pause"], in: scratch.path, input: returns)
    #expect(paused.status == 0)
    #expect(paused.output == plain.output)
    let prompts = paused.error.ranges(of: "— Return turns the page —").count
    // Every block of prose but the first stands behind a cell, and every cell shows something or sets something up.
    let prose = try source(of: chapter).blocks.filter { $0.kind == .prose }
    #expect((5..<prose.count).contains(prompts), "\(prompts) prompts, \(prose.count) blocks of prose")

    let noInput = try run(chapter: chapter, ["--quick", "--pause"], in: scratch.path)
    #expect(noInput.status == 0)
    #expect(noInput.output == plain.output)
    #expect(noInput.error.ranges(of: "— Return turns the page —").count == 1)
  }

  @Test("with --pause really waits: before Return comes there is one cell, and no more")
  func waits() throws {
    let (input, prompt, output) = (Pipe(), Pipe(), scratch("output"))
    try Data().write(to: URL(filePath: output))
    let process = Process()
    process.executableURL = URL(filePath: try program("chapter1"))
    process.arguments = ["--pause", "--quick"]
    process.currentDirectoryURL = URL(filePath: scratch.path)
    (process.standardInput, process.standardError) = (input, prompt)
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
    try process.run()
    var seen = Data()
    while !String(decoding: seen, as: UTF8.self).contains("— Return turns the page —") {
      let more = prompt.fileHandleForReading.availableData
      if more.isEmpty { break }
      seen += more
    }
    #expect(process.isRunning)
    let shown = try String(contentsOfFile: output, encoding: .utf8)
    #expect(shown.contains("→ Figure 1.1"))
    #expect(!shown.contains("✓ variance of x_t: 0.01"))
    try input.fileHandleForWriting.close()
    _ = try prompt.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("answers --help on standard output, with every option, and does nothing else", arguments: chapters)
  func help(chapter: Int) throws {
    let ended = try run(chapter: chapter, ["--help"], in: scratch.path)
    #expect(ended.status == 0)
    #expect(ended.error.isEmpty)
    #expect(ended.output.contains("USAGE: chapter\(chapter)"))
    for option in ["--out <out>", "--seed <seed>", "--threads <threads>", "--quick", "--pause"] {
      #expect(ended.output.contains(option))
    }
    #expect(try scratch.contents == [])
  }

  @Test(
    "says so, fails and writes nothing when standard output cannot be written", arguments: representatives,
    [
      "exec \"$0\" --quick --out new >&-", "exec \"$0\" --quick --out new > /dev/full",
      "exec \"$0\" --help > /dev/full",
    ])
  func noStandardOutput(chapter: Int, line: String) throws {
    if line.contains("/dev/full"), !FileManager.default.fileExists(atPath: "/dev/full") { return }
    let ended = try run(chapter: chapter, shell: line, in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine() == "chapter\(chapter): standard output cannot be written")
    #expect(try scratch.contents == [])
  }

  @Test("needs no standard error", arguments: representatives)
  func noStandardError(chapter: Int) throws {
    let ended = try run(chapter: chapter, shell: "exec \"$0\" --quick --out new 2>&-", in: scratch.path)
    #expect(ended.status == 0)
    #expect(Set(try files(in: scratch("new")).keys) == Set(try committed(chapter).keys))
  }

  private func source(of chapter: Int) throws -> LiterateSource {
    LiterateSource(
      try String(contentsOfFile: "\(repository)/Chapters/Chapter\(chapter)/main.swift", encoding: .utf8))
  }

  /// What a run prints according to the committed record: each block of prose before the first cell behind it.
  private func expectedOutput(_ chapter: Int) throws -> String {
    let record = try Record.read("\(repository)/data/chapter\(chapter)/record.csv")
    var prose = try source(of: chapter).blocks.filter { $0.kind == .prose }[...]
    var output = ""
    func printProse(before line: Int) {
      while let next = prose.first, next.lines.lowerBound < line {
        output += "\n\(PlainProse.text(of: next.text))\n\n"
        prose.removeFirst()
      }
    }
    var figures = 0
    for entry in record.entries {
      printProse(before: entry.line)
      switch entry.kind {
      case .text: output += entry.text + "\n"
      case .table: output += linedUp(entry.text) + "\n"
      case .figure:
        figures += 1
        output += "→ Figure \(chapter).\(figures), figures/\(PlainProse.text(of: entry.text))\n"
      case .alternative: break
      }
    }
    printProse(before: .max)
    return output
  }

  /// A table of the record as a terminal shows it: columns lined up to the right.
  private func linedUp(_ table: String) -> String {
    let rows = table.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      number, row in
      row.components(separatedBy: " | ").map { number == 0 ? PlainProse.text(of: $0) : $0 }
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
