import Foundation
import TestSupport
import Testing

/// The folder that `Package.swift` stands in.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The chapters that there are.
let chapters = (1...9).filter {
  FileManager.default.fileExists(atPath: "\(repository)/Chapters/Chapter\($0)/main.swift")
}

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

/// Runs a program to its end.
///
/// Its output goes to files: nobody has to drain them while it runs.
///
/// - Parameters:
///   - path: The program.
///   - arguments: Its arguments.
///   - folder: The folder to run in.
///   - environment: Variables to set; `MNIST_DIR` is never the reader's own.
///   - input: What it reads from standard input.
func run(
  _ path: String, _ arguments: [String], in folder: String, environment: [String: String] = [:],
  input: String = ""
) throws -> Ended {
  let streams = try Scratch()
  for name in ["out", "err"] { try Data().write(to: URL(filePath: streams(name))) }
  try Data(input.utf8).write(to: URL(filePath: streams("in")))
  let output = try FileHandle(forWritingTo: URL(filePath: streams("out")))
  let error = try FileHandle(forWritingTo: URL(filePath: streams("err")))

  let process = Process()
  process.executableURL = URL(filePath: path)
  process.arguments = arguments
  process.currentDirectoryURL = URL(filePath: folder)
  process.environment = ProcessInfo.processInfo.environment
    .merging(["MNIST_DIR": "/nowhere"]) { $1 }.merging(environment) { $1 }
  process.standardInput = try FileHandle(forReadingFrom: URL(filePath: streams("in")))
  process.standardOutput = output
  process.standardError = error
  try process.run()
  process.waitUntilExit()
  return Ended(
    status: process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0),
    output: try String(contentsOfFile: streams("out"), encoding: .utf8),
    error: try String(contentsOfFile: streams("err"), encoding: .utf8))
}

/// Runs a chapter to its end.
func run(
  chapter: Int, _ arguments: [String] = [], in folder: String, environment: [String: String] = [:],
  input: String = ""
) throws -> Ended {
  try run(program("chapter\(chapter)"), arguments, in: folder, environment: environment, input: input)
}

/// Runs a shell's line in which `$0` is a chapter.
func run(chapter: Int, shell line: String, in folder: String) throws -> Ended {
  try run("/bin/sh", ["-c", line, program("chapter\(chapter)")], in: folder)
}
