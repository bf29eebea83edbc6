import Formats
import Foundation
import TestSupport
import Testing

/// Trainings that are interrupted and go on: 38 breaks in all.
@Suite("A training that goes on")
struct ResumedTrainingTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writePictures(to: scratch("pictures"))
  }

  private func steps(in folder: String) throws -> Int {
    try Safetensors.read(scratch("\(folder)/training/checkpoint.safetensors")).entry("history").shape[0]
  }

  @Test(
    "after --steps has the bits of the one that never stopped, with another number of threads each time",
    arguments: [
      (fewPictures + ["--dropout", "0.1", "--epochs", "9"], 27, [1, 2, 3, 4, 7, 8, 13, 18, 23, 26]),
      (drawnDigits + ["--decay", "steps", "--epochs", "4"], 8, [1, 2, 5, 7]),
    ])
  func steps(training: [String], planned: Int, breaks: [Int]) throws {
    try scratch.train(training + ["--model", "whole", "--threads", "2"])
    for (number, step) in breaks.enumerated() {
      let ended = try scratch.train(
        training + ["--model", "broken", "--steps", "\(step)", "--threads", "\(number % 3 + 1)"]
          + (number > 0 ? ["--resume"] : []))
      #expect(ended.onlyErrorLine() == "broken: step \(step) of \(planned)")
      #expect(try steps(in: "broken") == step)
      #expect(try CSV.read(scratch("broken/history.csv")).numbers(in: "step").last == Double(step))
    }
    try scratch.train(training + ["--model", "broken", "--resume", "--threads", "1"])
    expectEqual(try filesBelow(scratch("broken")), try filesBelow(scratch("whole")))
  }

  // An epoch's line comes when its files are there: the signals come in the next one's steps, or while those are written.
  @Test(
    "after a signal does too; the signal's status says what ended it, one line that it is saved",
    arguments: [
      (drawnDigits + ["--epochs", "40"], 4), (fewPictures + ["--noise", "cosine", "--epochs", "120"], 8),
    ])
  func signals(training: [String], count: Int) throws {
    try scratch.train(training + ["--model", "whole"])
    var random = SplitMix64(state: 5)
    var last = 0
    for number in 0..<count {
      let (signal, status): (Int32, Int32) = number % 2 == 0 ? (SIGINT, 130) : (SIGTERM, 143)
      let ended = try run(
        program("ddpm"),
        ["train"] + training + ["--model", "broken", "--threads", "\(number % 3 + 1)"]
          + (number > 0 ? ["--resume"] : []),
        in: scratch.path, until: 1 + number % 2, beginning: "epoch ", then: signal,
        after: Int.random(in: 0...10_000_000, using: &random)
      )
      #expect(ended.status == status, "\(ended.error)")
      let step = try steps(in: "broken")
      #expect(
        ended.onlyErrorLine() == "broken: stopped and saved after step \(step); --resume goes on")
      #expect(step > last)
      last = step
      try expectModel("broken", step: step)
    }
    try scratch.train(training + ["--model", "broken", "--resume"])
    expectEqual(try filesBelow(scratch("broken")), try filesBelow(scratch("whole")))
  }

  /// Expects a folder that predicts, with a history to the step.
  private func expectModel(_ folder: String, step: Int) throws {
    #expect(try CSV.read(scratch("\(folder)/history.csv")).numbers(in: "step").last == Double(step))
    try Safetensors([
      .init("sample", shape: [1, 1, 8, 8], floats: [Float](repeating: 0.5, count: 64)),
      .init("timestep", shape: [1], integers: [10]),
    ]).write(to: scratch("request"))
    try scratch.train(["predict", "--model", folder, "--input", "request", "--output", "answer"])
  }

  @Test("after kill -9 does too: whenever it came, there is a checkpoint that is whole")
  func killed() throws {
    let training = fewPictures + ["--epochs", "100"]
    try scratch.train(training + ["--model", "whole"])
    var random = SplitMix64(state: 9)
    for number in 0..<12 {
      let ended = try run(
        program("ddpm"),
        ["train"] + training + ["--model", "broken", "--threads", "\(number % 3 + 1)"]
          + (number > 0 ? ["--resume"] : []),
        in: scratch.path,
        until: 1, beginning: "epoch ", then: SIGKILL, after: Int.random(in: 0...30_000_000, using: &random))
      // Where the machine is busy the training may come to its end before the signal does.
      guard ended.status != 0 else { break }
      #expect(ended.status == 128 + SIGKILL, "\(ended.error)")
      #expect(try steps(in: "broken") <= 300)
    }
    try scratch.train(training + ["--model", "broken", "--resume"])
    expectEqual(try filesBelow(scratch("broken")), try filesBelow(scratch("whole")))
  }

  @Test("to more epochs keeps the rates that it was planned with, and then has the last of them")
  func moreEpochs() throws {
    try scratch.train(fewPictures + ["--model", "m", "--epochs", "2"])
    let before = try CSV.read(scratch("m/history.csv")).rows
    let ended = try scratch.train(fewPictures + ["--model", "m", "--epochs", "4", "--resume"])
    #expect(ended.epochLines.map { $0.prefix(12) } == ["epoch 3 of 4", "epoch 4 of 4"])
    #expect(ended.onlyErrorLine() == "m: step 12 of 12")
    let history = try CSV.read(scratch("m/history.csv"))
    #expect(Array(history.rows.prefix(2)) == before)
    // The cosine ends at a hundredth of the largest rate.
    #expect(try history.numbers(in: "learning_rate")[2...] == [0.002 * 0.01, 0.002 * 0.01])
  }

  @Test("without --epochs goes to the end that was planned, and there has nothing to do")
  func plannedEpochs() throws {
    try scratch.train(fewPictures + ["--model", "whole", "--epochs", "3"])
    try scratch.train(fewPictures + ["--model", "m", "--epochs", "3", "--steps", "2"])
    try scratch.train(fewPictures + ["--model", "m", "--resume"])
    expectEqual(try filesBelow(scratch("m")), try filesBelow(scratch("whole")))
    let ended = try scratch.train(fewPictures + ["--model", "m", "--resume"])
    #expect(ended.output.isEmpty)
    expectEqual(try filesBelow(scratch("m")), try filesBelow(scratch("whole")))
  }

  @Test("may have moved, its pictures too")
  func moved() throws {
    let training = fewPictures + ["--epochs", "3"]
    try scratch.train(training + ["--model", "whole"])
    try scratch.train(training + ["--model", "m", "--steps", "4"])
    _ = try scratch.folder("elsewhere")
    try FileManager.default.moveItem(atPath: scratch("m"), toPath: scratch("elsewhere/n"))
    try FileManager.default.moveItem(atPath: scratch("pictures"), toPath: scratch("elsewhere/photographs"))
    try scratch.train(
      training + ["--dataset", "elsewhere/photographs", "--model", "elsewhere/n", "--resume"])
    expectEqual(try filesBelow(scratch("elsewhere/n")), try filesBelow(scratch("whole")))
  }
}
