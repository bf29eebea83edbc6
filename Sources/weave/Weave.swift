import ArgumentParser
import Console
import Files
import Foundation
import Notebook

/// Weaves the pages of the chapters, each from its source and the record of its last run, the pages of their
/// exercises' solutions, each from its tests, the table of chapters in the README, and the pages of the ledger and the
/// literature.
@main
struct Weave: ParsableCommand {
  static func main() {
    let weave = parsedOrExit()
    orExit(try weave.run())
  }

  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Weaves README.md and SOLUTIONS.md in Chapters/ChapterN, from main.swift, record and tests.")

  @Flag(help: "Write nothing; fail where a page does not follow from what it is woven from.")
  var check = false

  @Flag(help: "Weave the table of chapters in README.md too, Book/paper.md and Book/references.md.")
  var readme = false

  @Option(help: "The numbers of the book's chapters, in order and with commas, for the links between them.")
  var book: ChapterList

  @Argument(help: "The chapters to weave, by number.")
  var chapters: [Int] = []

  func validate() throws {
    guard readme || !chapters.isEmpty else { throw ValidationError("expected a chapter, or --readme") }
    for chapter in chapters where !book.numbers.contains(chapter) {
      throw ValidationError("expected a chapter of the book, found \(chapter)")
    }
  }

  func run() throws {
    for chapter in chapters { try weave(chapter) }
    if readme { try weaveReadme() }
  }

  private func weave(_ chapter: Int) throws {
    let folder = "Chapters/Chapter\(chapter)"
    let source = try source(ofChapter: chapter)
    let page = Page(
      chapter: chapter, book: book.numbers, source: source, record: try record(ofChapter: chapter),
      references: try references())
    if let staleness = page.staleness {
      throw StalePage(
        "data/chapter\(chapter)/record.csv is stale: \(staleness); run `make chapter\(chapter)`")
    }
    for figure in page.record.figures {
      guard FileManager.default.fileExists(atPath: "figures/\(figure.file)") else {
        throw StalePage("figures/\(figure.file) is missing; run `make chapter\(chapter)`")
      }
    }
    let solutions = Solutions(
      chapter: chapter, source: LiterateSource(try readText(Solutions.file(ofChapter: chapter))))
    let exercises = Solutions.titles(ofExercisesIn: source)
    guard solutions.titles == exercises else {
      throw StalePage(
        "\(Solutions.file(ofChapter: chapter)) solves \(solutions.titles.joined(separator: " | ")), "
          + "the chapter sets \(exercises.joined(separator: " | "))")
    }
    try put(
      [("\(folder)/README.md", try page.markdown()), ("\(folder)/SOLUTIONS.md", solutions.markdown)],
      madeBy: "chapter\(chapter)")
  }

  private func source(ofChapter chapter: Int) throws(FileFailure) -> LiterateSource {
    LiterateSource(try readText("Chapters/Chapter\(chapter)/main.swift"))
  }

  private func record(ofChapter chapter: Int) throws(FileFailure) -> Record {
    try Record.read("data/chapter\(chapter)/record.csv")
  }

  /// The numbers of what the chapters show, and the literature.
  ///
  /// A chapter that has not run yet has none: only those that refer to it have to wait for it.
  private func references() throws -> CrossReferences {
    try CrossReferences(
      chapters: book.numbers.compactMap { chapter in
        guard let source = try? source(ofChapter: chapter) else { return nil }
        return (chapter, source, (try? record(ofChapter: chapter)) ?? Record())
      }, literature: try literature())
  }

  private func literature() throws -> Literature { try Literature(parsing: readWhole(Literature.file)) }

  private func weaveReadme() throws {
    var readme = try readText("README.md")
    let contents = try Contents(chapters: book.numbers) { file throws(FileFailure) in
      String(decoding: try readWhole(file), as: UTF8.self)
    }
    let ledger = Ledger(text: try readText(Ledger.file))
    let woven = try ledger.markdown { file throws(FileFailure) in try readWhole(file) }
    let (begin, end) = (Contents.begin, Contents.end)
    guard let first = readme.firstRange(of: begin), let last = readme.firstRange(of: end),
      first.upperBound <= last.lowerBound
    else { throw StalePage("README.md has no place for the table of chapters: \(begin) … \(end)") }
    readme = readme[..<first.upperBound] + "\n\n" + contents.markdown + "\n" + readme[last.lowerBound...]
    let pages = [("README.md", readme), (Ledger.page, woven), (Literature.page, try literature().markdown)]
    try put(pages, madeBy: "readme")
  }

  private func readText(_ file: String) throws(FileFailure) -> String {
    String(decoding: try readWhole(file), as: UTF8.self)
  }

  /// Writes the pages, all or none, or finds that they already stand there.
  private func put(_ pages: [(file: String, markdown: String)], madeBy target: String) throws {
    let files = pages.map { (path: $0.file, bytes: Array($0.markdown.utf8)) }
    guard check else { return try writeTogether(files) }
    for file in files where try readWhole(file.path) != file.bytes {
      throw StalePage("\(file.path) is stale; run `make \(target)`")
    }
  }
}

/// Why a page does not follow from its source and its record.
struct StalePage: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Numbers of chapters with commas between them, each larger than the one before.
struct ChapterList: ExpressibleByArgument {
  let numbers: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, zip(numbers, numbers.dropFirst()).allSatisfy(<) else { return nil }
  }
}
