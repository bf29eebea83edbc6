import ArgumentParser
import Console
import Foundation

/// The options that every chapter has.
package struct ChapterOptions: ParsableArguments {
  /// The folder to write to, where the reader named one.
  @Option(help: "Write to this folder (default: data/chapterN; out/chapterN when results change).")
  package var out: String?

  /// The seed of every random number.
  @Option(parsing: .unconditional, help: "The seed of every random number, a whole number from 0.")
  package var seed: UInt64 = ChapterOptions.committedSeed

  /// The number of threads; results do not depend on it.
  @Option(parsing: .unconditional, help: "Threads to compute with; the results do not depend on it.")
  package var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  /// Smaller samples, for a first look.
  @Flag(help: "Smaller samples: a first look in a moment.")
  package var quick = false

  /// Waits for Return after each cell.
  @Flag(help: "Wait for Return after each cell.")
  package var pause = false

  /// The seed of the committed results: the year of the paper.
  package static let committedSeed: UInt64 = 2020

  /// Creates the options' default values.
  package init() {}

  /// Refuses what no chapter can do.
  package func validate() throws {
    try require("--threads", threads, in: 1...1024)
    if let out, out.isEmpty { throw ValidationError("--out: expected a folder, found an empty name") }
  }

  /// The folder that a chapter writes to.
  ///
  /// - Parameters:
  ///   - chapter: The number of the chapter.
  ///   - changesResults: Whether an option of the chapter's own changes what it computes.
  package func folder(ofChapter chapter: Int, changesResults: Bool) -> String {
    out ?? "\(changesResults || changeResults ? "out" : "data")/chapter\(chapter)"
  }

  /// Whether these options give other results than the committed ones.
  var changeResults: Bool { quick || seed != Self.committedSeed }
}
