import Console
import Files
import Formats
import Foundation

/// A chapter as a page: it prints the prose of `main.swift` as it goes, and below each cell what the cell shows.
///
/// ```swift
/// let page = Notebook(chapter: 1, options: options.common)
/// page.show("x_t has mean \(next.mean)")
/// page.check("mean of x_t", next.mean, isPrinted: "0.796")
/// page.write(table, to: "schedule.csv")
/// page.finish()
/// ```
///
/// What is shown goes to standard output and into a record, each with its line of the source, so that the weaver
/// can set it under its cell. Files are kept until `finish()` and then written together: a chapter that stops in
/// the middle has changed nothing. While the page is open, no other run can write to its folder. Files that no earlier run
/// has written are never replaced: the record of that run tells which it has.
package final class Notebook {
  /// The number of the chapter.
  package let chapter: Int
  /// The folder that the chapter writes to.
  package let folder: String

  /// Keeps other runs out of the folder.
  private let claim: FolderClaim
  private let source: LiterateSource
  private var waitsForReturn: Bool
  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private var shownBlocks = 0
  private var shownFigures = 0
  private var hasShownCell = false
  private var record = Record()
  private var checks: [[any CSVValue]] = []
  private var files: [(name: String, bytes: [UInt8])] = []

  /// Opens the page.
  ///
  /// - Parameters:
  ///   - chapter: The number of the chapter.
  ///   - options: The common options.
  ///   - changesResults: Whether an option of the chapter's own changes what it computes; then results go to
  ///     `out/` instead of `data/`, unless `--out` names a folder.
  ///   - file: The chapter's source, from which the prose is read. Where it is gone, the page has no prose and
  ///     nothing is recorded, so it does not write to `data/` then.
  package init(chapter: Int, options: ChapterOptions, changesResults: Bool = false, file: String = #filePath)
  {
    self.chapter = chapter
    let folder = options.folder(ofChapter: chapter, changesResults: changesResults)
    // Now and not after all the work.
    orExit(try requireWritable("\(folder)/\(Self.recordName)"))
    claim = orExit(try FolderClaim(folder))
    self.folder = folder
    waitsForReturn = options.pause
    let text = try? readWhole(file)
    source = LiterateSource(String(decoding: text ?? [], as: UTF8.self))
    if text == nil, options.out == nil, !changesResults, !options.changeResults {
      stop(
        "\(file) is not there, and without it data/ would get an empty record; name another folder with --out"
      )
    }
    orExit(try requireOwnFolder())
  }

  /// The folder of the project, for a chapter that reads committed results: three above its source.
  package static func project(file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  }

  // MARK: Showing

  /// Shows a line of text, or several.
  package func show(_ text: String, line: Int = #line) {
    turn(to: line)
    emit(text)
    remember(.text, text, line)
  }

  /// Shows a small table with its columns lined up.
  package func show(_ columns: [String], _ rows: [[String]], line: Int = #line) {
    show(table: columns, rows, line: line)
  }

  /// Shows a table: lined up in a terminal, a table of Markdown on the page.
  func show(table columns: [String], _ rows: [[String]], line: Int) {
    turn(to: line)
    let plain = [columns.map { PlainProse.text(of: $0) }] + rows
    let widths = columns.indices.map { column in plain.map { $0[column].count }.max() ?? 0 }
    let lines = plain.map { row in
      zip(row, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
    }
    emit(lines.joined(separator: "\n"))
    remember(.table, ([columns] + rows).map { $0.joined(separator: " | ") }.joined(separator: "\n"), line)
  }

  /// Shows a computed number beside the one of a worked example, and stops the chapter when they differ.
  ///
  /// They agree when the computed one, rounded as the printed one is, is the printed one.
  ///
  /// - Parameters:
  ///   - name: What the number is.
  ///   - computed: The value from the project's own functions.
  ///   - printed: The number as it is worked by hand, such as `0.796` or `4.04e-5`.
  ///   - line: The line of the chapter that asks.
  package func check(_ name: String, _ computed: Double, isPrinted printed: String, line: Int = #line) {
    turn(to: line)
    guard computed.isFinite else { stop("\(name): expected \(printed), computed is \(computed)") }
    let rounded = DecimalText(computed).text(asPreciseAs: printed)
    guard rounded == printed else {
      stop("\(name): expected \(printed), computed is \(rounded) (\(computed))")
    }
    show("✓ \(name): \(printed)   (computed \(computed.text(12)))", line: line)
    checks.append([name, printed, computed, true])
  }

  /// Shows a claim that was measured, and stops the chapter when it does not hold.
  package func claim(_ text: String, _ holds: Bool, line: Int = #line) {
    turn(to: line)
    guard holds else { stop("does not hold: \(text)") }
    show("✓ \(text)", line: line)
  }

  /// Says that a figure belongs here; the weaver sets the image in its place.
  ///
  /// - Parameters:
  ///   - name: The name of its file in `figures/`, without the ending of a PNG.
  ///   - caption: What to see, Markdown in whole sentences.
  ///   - alternative: What the image shows, for those who cannot see it.
  ///   - line: The line of the chapter that asks.
  package func figure(_ name: String, _ caption: String, alt alternative: String = "", line: Int = #line) {
    turn(to: line)
    shownFigures += 1
    emit("→ Figure \(chapter).\(shownFigures), figures/\(name): \(PlainProse.text(of: caption))")
    remember(.figure, "\(name): \(caption)", line)
    remember(.alternative, alternative, line)
  }

  /// Shows a picture where standard output is a terminal, in half blocks, as large as fits; elsewhere nothing.
  package func preview(_ picture: PGM, line: Int = #line) {
    turn(to: line)
    guard isTerminal else { return }
    emit(ImagePreview.text(of: picture, columns: terminalColumns()))
  }

  /// A progress bar for a long computation.
  package func progress(_ label: String, of total: Int, unit: String) -> ProgressBar {
    ProgressBar(label, of: total, unit: unit)
  }

  /// Says on standard error what differs from run to run, such as a time; only a terminal sees it.
  package func aside(_ text: String) {
    if isatty(STDERR_FILENO) == 1 { note(text) }
  }

  // MARK: Writing

  /// Writes a table as CSV.
  package func write(_ table: CSV, to name: String, line: Int = #line) {
    add(
      Array(table.text.utf8), as: name, "\(table.rows.count) rows: \(table.columns.joined(separator: ", "))",
      line)
  }

  /// Writes a picture as PGM.
  package func write(_ picture: PGM, to name: String, line: Int = #line) {
    add(picture.bytes, as: name, "\(picture.width) × \(picture.height) pixels", line)
  }

  private func add(_ bytes: [UInt8], as name: String, _ summary: String, _ line: Int) {
    guard !files.contains(where: { $0.name == name }) else { fatalError("\(name) is written twice") }
    files.append((name, bytes))
    show("→ \(name), \(summary)", line: line)
  }

  /// Prints the prose that is left and writes the chapter's files.
  package func finish() {
    turn(to: source.lines.count + 1)
    if !checks.isEmpty {
      let table = CSV(columns: ["check", "printed", "computed", "holds"], rows: checks)
      files.append((Self.checksName, Array(table.text.utf8)))
    }
    // First the record, by which a run recognizes what an earlier one has written, were it killed while writing.
    files.insert((Self.recordName, Array(record.csv.text.utf8)), at: 0)
    orExit(try claim.requireInPlace())
    orExit(try requireOwnFiles())
    orExit(try writeTogether(files.map { (path: path($0), bytes: $0.bytes) }))
    note("chapter \(chapter): \(files.count) files in \(folder)")
  }

  // MARK: Whose files

  private static let recordName = "record.csv"
  private static let checksName = "checks.csv"

  private var mark: OwnMark { .csv("\(folder)/\(Self.recordName)", columns: Record.columns) }

  /// Refuses a folder of tables or images that no chapter has written, before the work.
  private func requireOwnFolder() throws(FileFailure) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let results = names.filter { $0.hasSuffix(".csv") || $0.hasSuffix(".pgm") }.sorted()
    try mark.require(before: results.map { "\(folder)/\($0)" })
  }

  /// Refuses to replace a file that stands in no earlier record.
  private func requireOwnFiles() throws(FileFailure) {
    guard let earlier = try? Record.read(mark.path) else { return try mark.require(before: files.map(path)) }
    // A program whose source was out of reach has recorded nothing.
    guard !earlier.entries.isEmpty else { return }
    let own = earlier.fileNames + [Self.recordName, Self.checksName]
    if let other = files.first(where: { !own.contains($0.name) && isThere(path($0)) }) {
      throw FileFailure(
        file: path(other), at: .whole, expected: "no file there, or one that an earlier run has written",
        found: "one of another origin")
    }
  }

  private func path(_ file: (name: String, bytes: [UInt8])) -> String { "\(folder)/\(file.name)" }

  // MARK: The page

  /// Prints the prose that stands before this line, if it is not printed yet.
  private func turn(to line: Int) {
    while shownBlocks < source.blocks.count, source.blocks[shownBlocks].lines.lowerBound <= line {
      let block = source.blocks[shownBlocks]
      shownBlocks += 1
      guard block.kind == .prose else { continue }
      if waitsForReturn, hasShownCell { waitForReturn() }
      hasShownCell = false
      emit("\n" + PlainProse.text(of: block.text, styled: isTerminal) + "\n")
    }
    hasShownCell = true
  }

  /// Waits for Return; where no more input can come, the rest of the page is not held up.
  private func waitForReturn() {
    prompt("— Return turns the page —")
    if readLine() == nil {
      waitsForReturn = false
      note("")
    }
  }

  private func remember(_ kind: Record.Entry.Kind, _ text: String, _ line: Int) {
    guard source.lines.indices.contains(line - 1) else { return }
    let code = source.lines[line - 1].drop { $0 == " " }
    record.entries.append(Record.Entry(line: line, code: String(code), kind: kind, text: text))
  }

  private func stop(_ reason: String) -> Never {
    note("\(programName): \(reason)")
    exit(1)
  }
}
