import Foundation
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(Glibc)
/// Gives the system back what the allocator keeps; Glibc's module does not have it.
@_silgen_name("malloc_trim") private func trimHeap(_ kept: Int) -> Int32
#endif

/// The longest that a file may take of the processor's time, which other programs leave as it is.
let longestTime = 1.0
/// What reading may take of memory beyond the file's size.
let mostMemory = 128 << 20

/// The time that this process has had of the processors, in seconds.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// The time in seconds since some moment.
func seconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

/// What this process has had of the machine's memory at most, in bytes, since it was last asked to forget; 0 where the
/// system does not say.
struct PeakMemory {
  private let status: Int32
  private var text = [UInt8](repeating: 0, count: 4096)

  init() { status = open("/proc/self/status", O_RDONLY) }

  /// The highest that the resident set has been (VmHWM).
  mutating func bytes() -> Int {
    let count = text.withUnsafeMutableBytes { pread(status, $0.baseAddress, $0.count, 0) }
    guard count > 0, let start = text.firstRange(of: Array("VmHWM:".utf8))?.upperBound else { return 0 }
    return 1024
      * text[start...].drop { $0 == 9 || $0 == 32 }.prefix { (48...57).contains($0) }
      .reduce(0) { 10 * $0 + Int($1 - 48) }
  }

  /// Has the allocator give back what it keeps, and forgets what has been.
  func reset() {
    #if canImport(Glibc)
    _ = trimHeap(0)
    #endif
    let file = open("/proc/self/clear_refs", O_WRONLY)
    guard file >= 0 else { return }
    _ = write(file, "5", 1)
    close(file)
  }
}

/// How far a worker has come: in a file that is written over before every case, so that it is known afterwards at which
/// one it was stopped.
struct Progress {
  /// The case under way.
  var number = 0
  /// Files that were read.
  var accepted = 0
  /// Files that were refused in one clear line.
  var refused = 0
  /// What the slowest took, in microseconds.
  var slowest = 0
  /// Its number.
  var slowestNumber = 0
  /// What the hungriest took of memory, in bytes.
  var hungriest = 0
  /// Its number.
  var hungriestNumber = 0

  /// As numbers, to be kept in a file.
  var words: [Int] {
    get { [number, accepted, refused, slowest, slowestNumber, hungriest, hungriestNumber] }
    set {
      (number, accepted, refused) = (newValue[0], newValue[1], newValue[2])
      (slowest, slowestNumber, hungriest, hungriestNumber) = (
        newValue[3], newValue[4], newValue[5], newValue[6]
      )
    }
  }

  /// Writes it over what a file has.
  func save(to file: Int32) {
    _ = words.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  /// What a file has; nothing has been done where it has nothing.
  static func load(_ file: Int32) -> Progress {
    var progress = Progress()
    var words = progress.words
    let count = words.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    if count == words.count * MemoryLayout<Int>.size { progress.words = words }
    return progress
  }

  /// Takes down the time of a case, if it is the longest.
  mutating func saw(time: Int, by number: Int) {
    if time > slowest { (slowest, slowestNumber) = (time, number) }
  }

  /// Takes down the memory of a case, if it is the most.
  mutating func saw(memory: Int, by number: Int) {
    if memory > hungriest { (hungriest, hungriestNumber) = (memory, number) }
  }

  /// Both together, the first being further on.
  func adding(_ earlier: Progress) -> Progress {
    var sum = self
    sum.accepted += earlier.accepted
    sum.refused += earlier.refused
    sum.saw(time: earlier.slowest, by: earlier.slowestNumber)
    sum.saw(memory: earlier.hungriest, by: earlier.hungriestNumber)
    return sum
  }
}
