import Files
import Formats
import Networks
import TestSupport
import Training

/// A kind of file under torture.
struct Format {
  /// Whole files, from which the damaged ones are made.
  let files: [[UInt8]]
  /// A damaged file.
  let damage: (inout SplitMix64) -> [UInt8]
  /// Reads a file; throws what the reader throws.
  let read: ([UInt8]) throws -> Check
  /// How a case is written down for another program to compare; nil where none does.
  var record: (([UInt8]) -> JSON)?
  /// Whether a case is a file as it is, so that a failure's place lies in it.
  var isOneFile = true
  /// Files that are tried as they are.
  var listed: [(name: String, bytes: [UInt8])] = []

  /// Looks at what was read, and returns what is wrong with it, nil where nothing is.
  typealias Check = () throws -> String?

  /// Which damaged files are tried.
  enum Cases {
    /// Damaged at random.
    case random(seed: UInt64)
    /// Cut short anywhere, and each bit flipped.
    case every
    /// As they are listed.
    case listed
  }

  /// How many cases there are.
  func count(of cases: Cases) -> Int {
    switch cases {
    case .random: .max
    case .every: files.reduce(0) { $0 + 9 * $1.count }
    case .listed: listed.count
    }
  }

  /// The file with a number.
  func bytes(_ cases: Cases, _ number: Int) -> [UInt8] {
    switch cases {
    case .random(let seed):
      // Its own generator, so that it can be made again without those before it.
      var random = SplitMix64(state: seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(number))
      random = SplitMix64(state: random.next())
      return damage(&random)
    case .every:
      var place = number
      for file in files {
        if place < file.count { return Array(file[..<place]) }
        place -= file.count
        if place < 8 * file.count {
          var bytes = file
          bytes[place / 8] ^= 1 << (place % 8)
          return bytes
        }
        place -= 8 * file.count
      }
      fatalError("there is no case \(number)")
    case .listed: return listed[number].bytes
    }
  }

  /// What a report calls a case.
  func name(_ cases: Cases, _ number: Int) -> String {
    if case .listed = cases { return listed[number].name }
    return "case \(number)"
  }
}

/// What a reader made of a file.
enum Verdict {
  /// It was read.
  case accepted
  /// It was refused, in one clear line.
  case refused(String)
  /// Something is wrong with the reader.
  case wrong(String)
}

/// More characters than a clear line has.
let longestLine = 1200

/// Has a file read, and looks at what comes of it.
///
/// - Parameter measure: Called between reading and looking.
func verdict(of format: Format, on bytes: [UInt8], measure: () -> Void = {}) -> Verdict {
  let message: String
  let result = Result { try format.read(bytes) }
  measure()
  do {
    if let wrong = try result.get()() { return .wrong(wrong) }
    return .accepted
  } catch let failure as FileFailure {
    message = failure.description
    if case .byte(let offset) = failure.place, !(0...max(bytes.count, 8)).contains(offset), format.isOneFile {
      return .wrong("points outside the file: \(message)")
    }
  } catch let failure as ResumeFailure {
    message = failure.description
  } catch let failure as WeightsFailure {
    message = onOneLine(failure.description)
  } catch {
    return .wrong("another kind of error: \(error)")
  }
  guard message.unicodeScalars.count <= longestLine else {
    return .wrong("a message of \(message.unicodeScalars.count) characters: \(message.prefix(100))…")
  }
  guard message == onOneLine(message), message.contains("expected"), message.contains("found") else {
    return .wrong("not a line that says what was expected and found: \(message)")
  }
  return .refused(message)
}
