import Foundation
import TestSupport
import Testing

/// The folder that `Package.swift` stands in.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The numbers of the chapters that there are, in order.
let chapters: [Int] = {
  let folders = (try? FileManager.default.contentsOfDirectory(atPath: "\(repository)/Chapters")) ?? []
  return folders.compactMap { $0.hasPrefix("Chapter") ? Int($0.dropFirst("Chapter".count)) : nil }.sorted()
}()

/// The chapters of which contracts are tested that are common to all, and kept by `Notebook` and `ChapterOptions`: one that
/// only computes, and one with a network, figures in folders and results of others.
let representatives = [1, 6]

/// What a program has left when it ended.
struct Ended {
  /// The exit status; 128 and the signal's number where a signal ended it.
  let status: Int32
  let output: String
  let error: String

  /// Expects one line on standard error, and gives it without its end.
  func onlyErrorLine(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation)
    -> Substring
  {
    #expect(error.filter { $0 == "\n" }.count == 1, comment, sourceLocation: sourceLocation)
    #expect(error.last == "\n", comment, sourceLocation: sourceLocation)
    return error.dropLast()
  }
}

/// A program of this package, beside the tests that were built with it.
func program(_ name: String) throws -> String {
  let bundles = [Bundle.main] + Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
  let folders = bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
  let found = folders.map { $0.appending(path: name).path }.first(
    where: FileManager.default.isExecutableFile(atPath:))
  return try #require(found, "\(name) is not built beside the tests")
}

/// A program that is about to run, with files for its streams: nobody has to drain them while it runs.
final class Prepared {
  let process = Process()
  private let streams: Scratch

  /// Prepares a program.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: Its arguments.
  ///   - folder: The folder to run in.
  ///   - environment: Variables to set; `MNIST_DIR` is never the reader's own.
  ///   - input: What it reads from standard input.
  init(
    _ path: String, _ arguments: [String], in folder: String, environment: [String: String] = [:],
    input: String = ""
  ) throws {
    streams = try Scratch()
    for name in ["out", "err"] { try Data().write(to: URL(filePath: streams(name))) }
    try Data(input.utf8).write(to: URL(filePath: streams("in")))
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = ProcessInfo.processInfo.environment
      .merging(["MNIST_DIR": "/nowhere"]) { $1 }.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: streams("in")))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: streams("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: streams("err")))
  }

  /// Starts the program, with no signal kept from it: it inherits what the thread blocks that starts it, and those that
  /// tests run on block most.
  func start() throws {
    var none = sigset_t(), blocked = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try process.run()
  }

  /// Waits for the end of the program.
  ///
  /// - Parameter output: What it has printed, where that did not go to the file.
  func end(output: String? = nil) throws -> Ended {
    process.waitUntilExit()
    return Ended(
      status: process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0),
      output: try output ?? String(contentsOfFile: streams("out"), encoding: .utf8),
      error: try String(contentsOfFile: streams("err"), encoding: .utf8))
  }
}

/// Runs a program to its end; the parameters are those of `Prepared`.
func run(
  _ path: String, _ arguments: [String], in folder: String, environment: [String: String] = [:],
  input: String = ""
) throws -> Ended {
  let prepared = try Prepared(path, arguments, in: folder, environment: environment, input: input)
  try prepared.start()
  return try prepared.end()
}

/// Runs a chapter to its end.
func run(
  chapter: Int, _ arguments: [String] = [], in folder: String, environment: [String: String] = [:],
  input: String = ""
) throws -> Ended {
  try run(program("chapter\(chapter)"), arguments, in: folder, environment: environment, input: input)
}

/// Runs `ddpm` to its end; without a subcommand before the options, `ddpm train`.
func run(
  ddpm arguments: [String], in folder: String, environment: [String: String] = [:]
) throws -> Ended {
  try run(program("ddpm"), withSubcommand(arguments), in: folder, environment: environment)
}

/// The arguments of `ddpm`, with `train` before those that begin with an option.
func withSubcommand(_ arguments: [String]) -> [String] {
  arguments.first?.hasPrefix("-") == false ? arguments : ["train"] + arguments
}

/// Runs a shell's line in which `$0` is `ddpm`.
func run(ddpmShell line: String, in folder: String) throws -> Ended {
  try run("/bin/sh", ["-c", line, program("ddpm")], in: folder)
}

/// Runs a shell's line in which `$0` is a chapter.
func run(chapter: Int, shell line: String, in folder: String) throws -> Ended {
  try run("/bin/sh", ["-c", line, program("chapter\(chapter)")], in: folder)
}

/// Runs a program until it has printed some lines, sends it a signal, and waits for its end.
///
/// - Parameters:
///   - lines: The lines on standard output to wait for.
///   - beginning: How these lines begin.
///   - pause: How long to count between the last line and the signal, in nanoseconds or so.
func run(
  _ path: String, _ arguments: [String], in folder: String, until lines: Int, beginning: String = "",
  then signal: Int32,
  after pause: Int = 0
) throws -> Ended {
  let prepared = try Prepared(path, arguments, in: folder)
  let pipe = Pipe()
  prepared.process.standardOutput = pipe
  try prepared.start()
  var output = Data()
  var isSent = false
  while true {
    let more = pipe.fileHandleForReading.availableData
    if more.isEmpty { break }
    output += more
    let complete = String(decoding: output, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast()
    if !isSent, complete.count(where: { $0.hasPrefix(beginning) }) >= lines {
      isSent = true
      var count = SplitMix64(state: 0)
      for _ in 0..<pause where count.next() == 0 { isSent = true }
      kill(prepared.process.processIdentifier, signal)
    }
  }
  return try prepared.end(output: String(decoding: output, as: UTF8.self))
}
