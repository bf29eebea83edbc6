import Datasets
import Files
import Foundation
import TestSupport
import Testing

/// A folder that another process is writing to.
///
/// The claim is the test's own: a process can't tell whose it is.
@Suite("Two runs in one folder")
struct ClaimTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Expects that a program is refused before it has shown or changed anything while a folder is claimed.
  private func expectRefusal(
    of name: String = "ddpm", _ arguments: [String], folder: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let existed = FileManager.default.fileExists(atPath: scratch(folder))
    let claim = try FolderClaim(scratch(folder))
    let before = try filesBelow(scratch.path), names = try scratch.contents
    let ended = try run(
      program(name), name == "ddpm" ? withSubcommand(arguments) : arguments, in: scratch.path,
      environment: ["MNIST_DIR": scratch("mnist")])
    #expect(ended.status == 1, sourceLocation: sourceLocation)
    #expect(
      ended.onlyErrorLine(sourceLocation: sourceLocation)
        == "\(name): \(folder): expected a folder that no other process writes to, found one that does",
      sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
    #expect(try scratch.contents == names, sourceLocation: sourceLocation)
    expectEqual(try filesBelow(scratch.path), before, sourceLocation: sourceLocation)
    #expect(FileManager.default.fileExists(atPath: scratch(folder)) || !existed)
    withExtendedLifetime(claim) {}
  }

  @Test("of a chapter is refused, be it with or without --out", arguments: representatives)
  func ofChapters(chapter: Int) throws {
    try writeWhole("old", to: scratch("here/record.csv"))
    try expectRefusal(of: "chapter\(chapter)", ["--quick", "--out", "here"], folder: "here")
    try expectRefusal(of: "chapter\(chapter)", ["--quick"], folder: "out/chapter\(chapter)")
  }

  @Test("of the trainer is refused: to begin, to go on, and to estimate the bound")
  func ofTheTrainer() throws {
    try writePictures(to: scratch("pictures"))
    try expectRefusal(fewPictures, folder: "out/models/pictures")
    try expectRefusal(fewPictures + ["--model", "m"], folder: "m")
    try scratch.beginTraining()
    try expectRefusal(fewPictures + ["--model", "m", "--resume"], folder: "m")
    try untrainedModel(size: 28).write(to: scratch("whole"))
    try expectRefusal(["bound", "--model", "whole"], folder: "whole")
  }

  @Test("of the trainer is refused where two models have one folder for their trainings")
  func sharedTraining() throws {
    try writePictures(to: scratch("pictures"))
    for model in ["a", "b"] {
      _ = try scratch.folder(model)
      try FileManager.default.createSymbolicLink(
        atPath: scratch("\(model)/training"), withDestinationPath: "../shared")
    }
    _ = try scratch.folder("shared")
    // A claim of a's training, by its other name.
    try expectRefusal(fewPictures + ["--model", "b"], folder: "b/training")
  }

  @Test("of the trainer cannot come about by moving the folder away: the training there ends")
  func movedAway() throws {
    // An epoch of some seconds, so that nothing is being written when the folder is moved.
    let long = drawnDigits + ["--limit", "4000", "--model"]
    let training = try Prepared(program("ddpm"), ["train"] + long + ["m"], in: scratch.path)
    try training.start()
    let begun = ["m", "m/training", "m/training/checkpoint.safetensors"]
    // (A hidden file may go while the folder is being listed.)
    while (try? scratch.contents) != begun { sched_yield() }
    try FileManager.default.moveItem(atPath: scratch("m"), toPath: scratch("n"))
    let ended = try training.end()
    #expect(ended.status == 1)
    let line = ended.onlyErrorLine()
    // The first checkpoint has its name before the folder is synced: moved between the two, the folder is missed there.
    #expect(
      line == "ddpm: m: expected the folder that this process writes to, found that it was moved or removed"
        || line.hasPrefix(
          "ddpm: m/training/checkpoint.safetensors: expected to write in the folder m/training")
    )
    #expect(try scratch.contents == begun.map { "n" + $0.dropFirst() })
    try scratch.train(long + ["n", "--resume", "--steps", "1"])
  }

  @Test("of the sampler, the judge and the flow is refused, before anything is read of MNIST")
  func ofTheOthers() throws {
    try untrainedModel(size: 28).write(to: scratch("model"))
    for (command, folder) in [("sample", "out/samples"), ("judge", "out/judge"), ("likelihood", "out/flow")] {
      try expectRefusal([command, "--model", "model"], folder: folder)
      try expectRefusal([command, "--model", "model", "--out", "here"], folder: "here")
    }
  }

  @Test("of the trainer at the same time: one trains to its end, undisturbed, and the other is refused")
  func together() throws {
    try writePictures(to: scratch("pictures"))
    let training = fewPictures + ["--epochs", "20", "--model"]
    try scratch.train(training + ["whole"])
    let both = try (0..<2).map { _ in
      try Prepared(program("ddpm"), ["train"] + training + ["m"], in: scratch.path)
    }
    for one in both { try one.start() }
    let ended = try both.map { try $0.end() }.sorted { $0.status < $1.status }
    #expect(ended.map(\.status) == [0, 1])
    // The other may come before it has claimed the folder, while it trains or after it has ended.
    #expect(ended[1].onlyErrorLine().hasPrefix("ddpm: m: expected a folder "))
    #expect(ended[1].output.isEmpty)
    expectEqual(try filesBelow(scratch("m")), try filesBelow(scratch("whole")))
  }

  @Test("one after the other is none: the folder is given back at the end, and after kill -9")
  func oneAfterTheOther() throws {
    for _ in 0..<2 { #expect(try run(chapter: 1, ["--quick"], in: scratch.path).status == 0) }
    let ended = try run(program("chapter3"), [], in: scratch.path, until: 1, then: SIGKILL)
    #expect(ended.status == 128 + SIGKILL)
    #expect(try run(chapter: 3, ["--quick", "--out", "data/chapter3"], in: scratch.path).status == 0)
  }

  @Test("or one that is refused for another reason leaves no folder that was not there")
  func nothingLeft() throws {
    try untrainedModel(size: 28).write(to: scratch("model"))
    let before = try scratch.contents
    for (name, arguments) in [
      ("chapter4", ["--quick", "--learning-rate", "1e9"]),
      ("ddpm", ["train", "--model", "a/b", "--dataset", "none"]),
      ("ddpm", ["judge", "--model", "model", "--also", "none"]),
      ("ddpm", ["likelihood", "--model", "model"]),
    ] {
      let ended = try run(program(name), arguments, in: scratch.path)
      #expect(ended.status == 1)
      #expect(try scratch.contents == before, "\(arguments)")
    }
  }

  @Test(
    "or one in a folder that nobody can write to is refused at once",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self")), arguments: ["/proc", "/proc/x"])
  func nobody(folder: String) throws {
    try untrainedModel(size: 28).write(to: scratch("model"))
    let commands =
      [1, 4].map { ("chapter\($0)", ["--out", folder]) } + [("ddpm", ["train", "--model", folder])]
      + ["sample", "judge", "likelihood"].map { ("ddpm", [$0, "--model", "model", "--out", folder]) }
    for (name, arguments) in commands {
      let ended = try run(program(name), arguments, in: scratch.path)
      #expect(ended.status == 1)
      #expect(ended.onlyErrorLine().hasPrefix("\(name): \(folder)"))
      #expect(ended.output.isEmpty)
    }
  }
}
