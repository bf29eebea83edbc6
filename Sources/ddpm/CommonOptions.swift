import ArgumentParser
import Console
import Foundation
import Notebook
import Threads

/// The options that every subcommand has.
struct CommonOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The seed of every random number, a whole number from 0.")
  var seed: UInt64 = ChapterOptions.committedSeed

  @Option(
    parsing: .unconditional, help: "Threads to compute with, 1 to 1024; the results do not depend on it.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    try require("--threads", threads, in: 1...1024)
  }

  /// Has the kernels compute with these threads.
  func apply() { threadCount = threads }
}

/// Refuses options that name a file or a folder by an empty name.
func requireNames(_ options: [(name: String, path: String?)]) throws {
  for option in options where option.path?.isEmpty == true {
    throw ValidationError("\(option.name): expected a name, found an empty one")
  }
}
