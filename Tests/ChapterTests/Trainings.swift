import Formats
import Foundation
import TestSupport
import Testing

/// The options of a training that takes a moment: drawn digits, a network of two stages, 2 steps an epoch.
let drawnDigits = [
  "--dataset", "drawn", "--limit", "64", "--batch-size", "32", "--channels", "8", "--multipliers", "1,1",
  "--attention", "none",
]

/// The options of a training that takes less: the pictures of `writePictures`, a network of one stage, and 3 steps an
/// epoch, the last of which sees pictures of two epochs.
let fewPictures = [
  "--dataset", "pictures", "--batch-size", "4", "--channels", "8", "--multipliers", "1", "--attention",
  "none", "--anyway",
]

/// Writes pictures of unlike gray levels.
func writePictures(_ count: Int = 10, width: Int = 8, height: Int = 8, to folder: String) throws {
  var random = SplitMix64(state: UInt64(count))
  for number in 0..<count {
    let levels = (0..<width * height).map { _ in UInt16(random.next() % 256) }
    try PGM(width: width, height: height, maximumLevel: 255, levels: levels)
      .write(to: "\(folder)/\(number).pgm")
  }
}

extension Ended {
  /// The lines that a trainer prints of the epochs that ended, without its report.
  var epochLines: [Substring] { output.split(separator: "\n").filter { $0.hasPrefix("epoch ") } }
}

extension Scratch {
  /// Runs the trainer, or the subcommand that the arguments begin with, and expects that it ends well.
  @discardableResult
  func train(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Ended {
    let ended = try run(ddpm: arguments, in: path)
    #expect(ended.status == 0, "\(ended.error)", sourceLocation: sourceLocation)
    return ended
  }

  /// Expects that the trainer, or the subcommand that the arguments begin with, refuses, in one line, and changes nothing.
  func expectRefusal(
    _ arguments: [String], _ message: String, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try filesBelow(path)
    let ended = try run(ddpm: arguments, in: path)
    #expect(ended.status == status, "\(arguments)", sourceLocation: sourceLocation)
    let line = ended.onlyErrorLine("\(arguments)", sourceLocation: sourceLocation)
    #expect(line.hasPrefix("ddpm: \(message)"), "\(line)", sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
    expectEqual(try filesBelow(path), before, "\(arguments)", sourceLocation: sourceLocation)
  }

  /// Leaves a training in the folder m, after step 4 of 6.
  func beginTraining() throws {
    try train(fewPictures + ["--epochs", "2", "--steps", "4", "--model", "m"])
  }
}
