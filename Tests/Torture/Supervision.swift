import Files
import Formats
import Foundation
import TestSupport

/// What a worker is asked to do.
struct Run {
  let format: String
  let cases: Format.Cases
  let count: Int
  /// The file for what another program shall compare.
  let record: String?

  /// The seed, or the word `every`, as the command line has it.
  var casesArgument: String {
    switch cases {
    case .random(let seed): String(seed)
    case .every: "every"
    case .listed: "listed"
    }
  }
}

/// Longer than this a worker may not be at one case.
private let patience = 10.0
/// So often a worker is started again.
private let mostStarts = 20

/// Has a worker go through the cases, starts it again after the one that it was stopped at, prints what was counted and
/// found, and returns whether nothing was.
func supervise(_ run: Run, _ format: Format) throws -> Bool {
  let scratch = try Scratch()
  let (statePath, foundPath) = (scratch("state"), scratch("found"))
  for path in [foundPath] + (run.record.map { [$0] } ?? []) { try overwrite(path, with: []) }
  let start = seconds()
  var total = Progress()
  var stops: [String] = []
  var first = 0
  while first < run.count, stops.count < mostStarts {
    try overwrite(statePath, with: [])
    let state = open(statePath, O_RDONLY)
    defer { close(state) }
    let end = try watch(run, from: first, statePath, foundPath, state)
    let progress = Progress.load(state)
    total = progress.adding(total)
    guard let end else { break }
    stops.append("\(format.name(run.cases, progress.number)): \(end)")
    first = progress.number + 1
  }
  let found =
    stops
    + String(decoding: try readWhole(foundPath), as: UTF8.self).split(separator: "\n").map { String($0) }
  let time = seconds() - start
  print(
    "\(run.format) \(run.casesArgument): \(min(run.count, max(first, total.number))) files, "
      + "\(total.accepted) read, \(total.refused) refused, \(found.count) wrong; "
      + "slowest \(total.slowest / 1000) ms (\(format.name(run.cases, total.slowestNumber))), "
      + "\(total.hungriest >> 20) MiB at most (\(format.name(run.cases, total.hungriestNumber))); \(Int(time.rounded())) s"
  )
  for line in found.prefix(40) { print("  \(run.format) \(run.casesArgument) \(line)") }
  return found.isEmpty
}

/// Has a worker go through the cases from one on, and returns what stopped it, nil where nothing did.
private func watch(
  _ run: Run, from first: Int, _ statePath: String, _ foundPath: String, _ state: Int32
) throws -> String? {
  let worker = Process()
  worker.executableURL = URL(filePath: CommandLine.arguments[0])
  worker.arguments =
    ["--worker", run.format, run.casesArgument, String(run.count), String(first), statePath, foundPath]
    + (run.record.map { [$0] } ?? [])
  worker.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
  let errors = Pipe()
  worker.standardError = errors
  // Read meanwhile, or a worker that has much to say would wait for ever.
  let said = Said()
  errors.fileHandleForReading.readabilityHandler = { said.add($0.availableData) }
  try worker.run()
  var (number, since) = (-1, seconds())
  while worker.isRunning {
    usleep(20_000)
    let now = Progress.load(state).number
    if now != number { (number, since) = (now, seconds()) }
    if seconds() - since > patience {
      kill(worker.processIdentifier, SIGKILL)
      worker.waitUntilExit()
      return "hung for \(Int(patience)) s"
    }
  }
  worker.waitUntilExit()
  if worker.terminationStatus == 0, worker.terminationReason == .exit { return nil }
  usleep(50_000)
  let kind = worker.terminationReason == .exit ? "exit status" : "signal"
  return "stopped by \(kind) \(worker.terminationStatus): \(said.text.prefix(300))"
}

/// What a worker says on standard error.
private final class Said: @unchecked Sendable {
  private let lock = NSLock()
  private var bytes = Data()

  func add(_ more: Data) { lock.withLock { bytes += more.prefix(4096) } }

  var text: String { onOneLine(lock.withLock { String(decoding: bytes, as: UTF8.self) }) }
}

// MARK: - The worker

/// Goes through the cases from one on.
func work(_ run: Run, from first: Int, state statePath: String, found foundPath: String) throws {
  let format = try format(run.format)
  let state = open(statePath, O_WRONLY)
  let found = try appending(to: foundPath)
  var book = try run.record.map { try Book(path: $0) }
  var progress = Progress()
  var memory = PeakMemory()
  memory.reset()
  var before = memory.bytes()
  for number in first..<run.count {
    progress.number = number
    progress.save(to: state)
    let bytes = format.bytes(run.cases, number)
    if case .listed = run.cases {
      // What the one before has left to the allocator is not this one's.
      memory.reset()
      before = memory.bytes()
    }
    let start = processorSeconds()
    var time = 0.0
    var rise = 0
    let verdict = verdict(of: format, on: bytes) {
      time = processorSeconds() - start
      rise = memory.bytes() - before
    }
    var complaints: [String] = []
    switch verdict {
    case .accepted: progress.accepted += 1
    case .refused: progress.refused += 1
    case .wrong(let what): complaints.append(what)
    }
    if time > longestTime { complaints.append("took \(time) s for \(bytes.count) bytes") }
    if rise > bytes.count + mostMemory {
      complaints.append("took \(rise >> 20) MiB for \(bytes.count) bytes")
      memory.reset()
      before = memory.bytes()
    }
    progress.saw(time: Int(time * 1e6), by: number)
    progress.saw(memory: rise, by: number)
    for complaint in complaints {
      found.write(Data("\(format.name(run.cases, number)): \(onOneLine(complaint))\n".utf8))
    }
    if let record = format.record { book?.keep(bytes, format.name(run.cases, number), verdict, record) }
  }
  progress.number = run.count
  progress.save(to: state)
}

private func appending(to path: String) throws -> FileHandle {
  let handle = try FileHandle(forWritingTo: URL(filePath: path))
  try handle.seekToEnd()
  return handle
}

/// Files and what was made of them, each once, some of each kind, for another program to compare.
private struct Book {
  private let handle: FileHandle
  private var seen: Set<Int> = []
  private var counts: [String: Int] = [:]
  private let mostOfAKind = (accepted: 50_000, refused: 1000)

  init(path: String) throws { handle = try appending(to: path) }

  mutating func keep(_ bytes: [UInt8], _ name: String, _ verdict: Verdict, _ record: ([UInt8]) -> JSON) {
    let kind: String
    var members = [
      JSON.Member("name", JSON(name)), .init("file", JSON(Data(bytes).base64EncodedString())),
    ]
    switch verdict {
    case .accepted:
      kind = ""
      members.append(.init("read", record(bytes)))
    case .refused(let message):
      kind = category(of: message)
      members.append(.init("refused", JSON(kind)))
    case .wrong: return
    }
    let most = kind.isEmpty ? mostOfAKind.accepted : mostOfAKind.refused
    guard counts[kind, default: 0] < most, seen.insert(bytes.hashValue).inserted else { return }
    counts[kind, default: 0] += 1
    handle.write(Data((JSON(members).compactText + "\n").utf8))
  }

  /// What a message expects, without names and numbers.
  private func category(of message: String) -> String {
    guard let start = message.range(of: "expected ")?.upperBound else { return message }
    let end = message.range(of: ", found ", options: .backwards)?.lowerBound ?? message.endIndex
    guard start <= end else { return message }
    return String(message[start..<end]).replacing(/"[^"]*"/, with: "…").replacing(/\[[0-9, ]*\]/, with: "…")
      .replacing(/[0-9][0-9,]*/, with: "n").replacing(/(for|type) [A-Z][A-Z0-9_]*/) { "\($0.1) …" }
  }
}
