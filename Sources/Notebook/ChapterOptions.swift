import ArgumentParser
import Foundation

/// The options that every chapter has.
public struct ChapterOptions: ParsableArguments {
  /// The folder to write to, where the reader named one.
  @Option(help: "Write to this folder (default: data/chapterN; out/chapterN when results change).")
  public var out: String?

  /// The seed of every random number.
  @Option(help: "The seed of every random number, a whole number from 0.")
  public var seed: UInt64 = ChapterOptions.committedSeed

  /// The number of threads; results do not depend on it.
  @Option(help: "Threads to compute with; the results do not depend on it.")
  public var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  /// Smaller samples, for a first look.
  @Flag(help: "Smaller samples: a first look in a moment.")
  public var quick = false

  /// Waits for Return after each cell.
  @Flag(help: "Wait for Return after each cell.")
  public var pause = false

  /// The seed of the committed results: the year of the paper.
  public static let committedSeed: UInt64 = 2020

  /// Creates the options' default values.
  public init() {}

  /// Refuses what no chapter can do.
  public func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if let out, out.isEmpty { throw ValidationError("--out: expected a folder, found an empty name") }
  }

  /// Whether these options give other results than the committed ones.
  var changeResults: Bool { quick || seed != Self.committedSeed }
}

extension ParsableCommand {
  /// Parses the command line; a mistake ends the program with one line on standard error and status 64.
  public static func parsedOrExit() -> Self {
    do {
      return try parse()
    } catch {
      let status = exitCode(for: error)
      guard status != .success else { exit(withError: error) }
      let lines = message(for: error).split(separator: "\n")
      complain("\(_commandName): \(lines.first ?? "")")
      Foundation.exit(status.rawValue)
    }
  }
}

/// The value of `body`, or the end of the program: one line on standard error and status 1.
///
/// For what the world can get wrong at the top level of a chapter: a file that is not there, a value that an
/// option made impossible.
public func orExit<Value>(_ body: @autoclosure () throws -> Value) -> Value {
  do {
    return try body()
  } catch {
    complain("\(programName): \(error)")
    exit(1)
  }
}

/// The name under which the program was started.
var programName: String {
  (CommandLine.arguments.first ?? "chapter").split(separator: "/").last.map(String.init) ?? "chapter"
}

/// Writes one line to standard error.
func complain(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
