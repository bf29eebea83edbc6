import ArgumentParser
import Formats
import Foundation
import Notebook

/// Weaves the README of each chapter from its source and the record of its last run.
@main
struct Weave: ParsableCommand {
  static func main() {
    let weave = parsedOrExit()
    orExit(try weave.run())
  }

  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Weaves Chapters/ChapterN/README.md from main.swift and data/chapterN/record.csv.")

  @Flag(help: "Write nothing; fail where a page does not follow from source and record.")
  var check = false

  @Option(name: .customLong("of"), help: "How many chapters the book has, for the links between them.")
  var chapterCount: Int

  @Argument(help: "The chapters to weave, by number.")
  var chapters: [Int]

  func run() throws {
    for chapter in chapters {
      let folder = "Chapters/Chapter\(chapter)"
      let text = String(decoding: try readWhole("\(folder)/main.swift"), as: UTF8.self)
      let record = try Record.read("data/chapter\(chapter)/record.csv")
      let page = Page(
        chapter: chapter, chapterCount: chapterCount, source: LiterateSource(text), record: record)
      if let staleness = page.staleness {
        throw StalePage(
          "data/chapter\(chapter)/record.csv is stale: \(staleness); run `make chapter\(chapter)`")
      }
      for figure in page.figures {
        guard FileManager.default.fileExists(atPath: "figures/\(figure)") else {
          throw StalePage("figures/\(figure) is missing; run `make chapter\(chapter)`")
        }
      }
      let readme = "\(folder)/README.md"
      if check {
        guard try readWhole(readme) == Array(page.markdown.utf8) else {
          throw StalePage("\(readme) is stale; run `make chapter\(chapter)`")
        }
      } else {
        try writeWhole(page.markdown, to: readme)
      }
    }
  }
}

/// Why a page does not follow from its source and its record.
private struct StalePage: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
