import Files
import Formats
import Foundation
import TestSupport
import Testing

/// What somebody who trains can get wrong beyond the value of an option.
///
/// Each time one line says what was found, and every file that was there is as it was.
@Suite("Bad input of the trainer")
struct TrainerInputTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writePictures(to: scratch("pictures"))
  }

  // MARK: - Going on

  private static let otherOptions: [([String], String)] = [
    (["--batch-size", "3"], "--batch-size 3 instead of 4"),
    (["--learning-rate", "0.001"], "--learning-rate 0.001 instead of 0.002"),
    (["--seed", "18446744073709551615"], "--seed \"18446744073709551615\" instead of 2020"),
    (["--channels", "16"], "--channels times --multipliers [16] instead of [8]"),
    (["--multipliers", "1,1"], "--channels times --multipliers [8,8] instead of [8]"),
    (["--attention", "8"], "--attention [\"AttnDownBlock2D\"] instead of [\"DownBlock2D\"]"),
    (["--blocks", "2"], "--blocks 2 instead of 1"),
    (["--dropout", "0.5"], "--dropout 0.5 instead of 0.0"),
    (["--noise", "cosine"], "--noise \"squaredcos_cap_v2\" instead of \"linear\""),
    (["--average", "0.9"], "--average 0.9 instead of 0.9995"),
    (["--decay", "constant"], "--decay \"constant\" instead of \"cosine\""),
    (["--decay", "steps"], "--decay \"steps\" instead of \"cosine\""),
    (["--warm-up", "3"], "--warm-up 3 instead of 0"),
    (["--limit", "8"], "--dataset or --limit: pictures 8 instead of 10"),
    (["--dataset", "drawn"], "--dataset or --limit: pictures \"drawn digits\" instead of 10"),
    (["--dataset", "larger"], "--dataset: size 16 instead of 8, --dataset: shape [16,16,1] instead of"),
    (["--dataset", "other"], "--dataset: digest of the pictures \""),
    (
      ["--batch-size", "2", "--blocks", "3", "--seed", "1"],
      "--blocks 3 instead of 1, --batch-size 2 instead of 4, --seed 1 instead of 2020"
    ),
  ]

  @Test("is to go on with other options than the training had: each is named, with what it had")
  func otherOptions() throws {
    try writePictures(width: 16, height: 16, to: scratch("larger"))
    try FileManager.default.copyItem(atPath: scratch("pictures"), toPath: scratch("other"))
    try PGM(width: 8, height: 8, maximumLevel: 255, levels: [UInt16](repeating: 9, count: 64))
      .write(to: scratch("other/7.pgm"))
    try scratch.beginTraining()
    for (other, shown) in Self.otherOptions {
      try scratch.expectRefusal(
        fewPictures + ["--model", "m", "--resume"] + other,
        "m/training/checkpoint.safetensors: expected the options that the run has had, found \(shown)")
    }
    let arguments = ["--dataset", "drawn", "--model", "d", "--steps", "1"] + fewPictures.dropFirst(2)
    #expect(try run(ddpm: arguments, in: scratch.path).status == 0)
    try scratch.expectRefusal(
      arguments + ["--resume", "--limit", "64"],
      "d/training/checkpoint.safetensors: expected the options that the run has had, found --limit 64 instead of 10000"
    )
  }

  @Test("is to go on where no training is, or to begin where one is, or a model, or a file")
  func places() throws {
    try scratch.beginTraining()
    // As it is committed.
    try FileManager.default.copyItem(atPath: scratch("m"), toPath: scratch("committed"))
    try FileManager.default.removeItem(atPath: scratch("committed/training"))
    try writeWhole("old", to: scratch("file"))
    try writeWhole("old", to: scratch("notes/unet/config.json"))
    let goes = "a folder with a training that --resume can go on with"
    let begins = "a folder without a model (--resume goes on with a training)"
    for (model, isResumed, message) in [
      ("none", true, "none: expected \(goes), found no such folder"),
      ("pictures", true, "pictures: expected \(goes), found no training/checkpoint.safetensors in it"),
      ("committed", true, "committed: expected \(goes), found no training/checkpoint.safetensors in it"),
      ("file", true, "file: expected a folder, found a file"),
      ("m", false, "m: expected \(begins), found training/checkpoint.safetensors in it"),
      ("committed", false, "committed: expected \(begins), found model_index.json in it"),
      ("notes", false, "notes: expected \(begins), found unet in it"),
      ("file", false, "file: expected a folder, found a file"),
      (
        "file/below", false,
        "file/below/training/checkpoint.safetensors: expected a file to write, found \"Not a directory\""
      ),
    ] {
      try scratch.expectRefusal(fewPictures + ["--model", model] + (isResumed ? ["--resume"] : []), message)
    }
  }

  @Test("in a checkpoint, be it one bit or its end, is told by the file")
  func checkpoint() throws {
    try scratch.beginTraining()
    let path = scratch("m/training/checkpoint.safetensors")
    let whole = try readWhole(path)
    var random = SplitMix64(state: 17)
    // The header, the planned steps (6 to 7, and 6 to 4), and anywhere.
    let planned = try #require(whole.firstRange(of: Array("planned_steps\\\":".utf8))).upperBound
    #expect(whole[planned] == UInt8(ascii: "6"))
    let bits =
      [0, 8 * 8 + 1, 8 * planned, 8 * planned + 1]
      + (0..<8).map { _ in Int.random(in: 0..<8 * whole.count, using: &random) }
    for bit in bits {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      try writeWhole(bytes, to: path)
      try scratch.expectRefusal(
        fewPictures + ["--model", "m", "--resume"], "m/training/checkpoint.safetensors: ")
    }
    for count in [0, 7, whole.count / 2, whole.count - 1] {
      try writeWhole(Array(whole.prefix(count)), to: path)
      try scratch.expectRefusal(
        fewPictures + ["--model", "m", "--resume"], "m/training/checkpoint.safetensors: ")
    }
  }

  // MARK: - Data

  @Test(
    "in the pictures is told by the folder or the file, and no folder is made",
    arguments: [
      ("none", "none: expected a folder of pictures in PGM format, named *.pgm, found no such folder"),
      ("empty", "empty: expected a folder of pictures in PGM format, named *.pgm, found an empty folder"),
      (
        "texts", "texts: expected a folder of pictures in PGM format, named *.pgm, found no such file among 1"
      ),
      ("texts/a.txt", "texts/a.txt: expected a folder of pictures in PGM format, named *.pgm, found a file"),
      ("unequal", "unequal/1.pgm: expected a picture of 8 x 8, as 0.pgm, found 8 x 4"),
      ("broken", "broken/1.pgm: byte 11: expected 64 levels (64 bytes), found 1 byte"),
      ("flat", "flat: expected square pictures, found 8 x 4"),
      (
        "odd",
        "odd: expected pictures of a size that --multipliers can halve, a multiple of 2, found 9 x 9"
      ),
      ("mnist", "/nowhere: expected MNIST's unpacked files (run `make mnist`, or name their folder in"),
    ])
  func pictures(dataset: String, message: String) throws {
    _ = try scratch.folder("empty")
    try writeWhole("no picture", to: scratch("texts/a.txt"))
    for folder in ["unequal", "broken"] { try writePictures(1, to: scratch(folder)) }
    let flat = PGM(width: 8, height: 4, maximumLevel: 255, levels: [UInt16](repeating: 9, count: 32))
    try flat.write(to: scratch("unequal/1.pgm"))
    try writeWhole("P5 8 8 255\n.", to: scratch("broken/1.pgm"))
    try writePictures(8, width: 8, height: 4, to: scratch("flat"))
    try writePictures(8, width: 9, height: 9, to: scratch("odd"))
    let contents = try scratch.contents
    try scratch.expectRefusal(
      fewPictures + ["--dataset", dataset, "--multipliers", "1,1", "--batch-size", "1", "--model", "m"],
      message)
    #expect(try scratch.contents == contents)
  }

  @Test(
    "that is right alone and not for these pictures is told by the option",
    arguments: [
      (["--batch-size", "11"], "--batch-size: expected no more than the 10 pictures of an epoch, found 11"),
      (
        ["--limit", "3"], "--batch-size: expected no more than the 3 pictures of an epoch, found 4"
      ),
      (["--attention", "7"], "--attention: expected sizes that occur, [8], found 7"),
      (["--attention", "-8"], "--attention: expected sizes that occur, [8], found -8"),
      (["--warm-up", "60"], "--warm-up: expected fewer than the 60 steps of all epochs, found 60"),
      (
        ["--dataset", "drawn", "--multipliers", "1,1,1,1"],
        "--multipliers: expected pictures of a size that is a multiple of 8, for 4 stages, found 28"
      ),
    ])
  func sizes(other: [String], message: String) throws {
    let contents = try scratch.contents
    try scratch.expectRefusal(fewPictures + other, message)
    #expect(try scratch.contents == contents)
  }

  @Test("like pictures whose attention no machine's memory holds is refused before the network is made")
  func memory() throws {
    try writePictures(2, width: 4096, height: 4096, to: scratch("large"))
    let ended = try run(
      ddpm: ["--dataset", "large", "--model", "m", "--attention", "4096", "--batch-size", "2", "--anyway"],
      in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "ddpm: m: expected a network and pictures that this machine's memory of "))
    #expect(!FileManager.default.fileExists(atPath: scratch("m")))
  }

  #if os(Linux)
  @Test("like a standard output that is full costs no epoch: its model is there before its line")
  func fullOutput() throws {
    try writePictures(to: scratch("pictures"))
    let training = fewPictures + ["--epochs", "1", "--model", "m"]
    func intoNowhere(_ arguments: [String]) throws -> Ended {
      try run(
        ddpmShell: "exec \"$0\" train \(arguments.joined(separator: " ")) > /dev/full", in: scratch.path)
    }
    // The report comes before the first step; going on has none.
    let begun = try intoNowhere(training)
    #expect(begun.status == 1)
    #expect(begun.onlyErrorLine() == "ddpm: standard output cannot be written")
    let ended = try intoNowhere(training + ["--resume"])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine() == "ddpm: standard output cannot be written")
    for name in ["model_index.json", "history.csv"] {
      #expect(FileManager.default.fileExists(atPath: scratch("m/\(name)")))
    }
  }
  #endif

  @Test("that lets the loss stop being finite ends the training within that step; what was saved stays")
  func notFinite() throws {
    let training = fewPictures + ["--learning-rate", "1e30", "--model", "m"]
    let ended = try run(ddpm: training, in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "ddpm: training step 2: expected a finite loss, found not a number: "))
    try scratch.expectRefusal(training + ["--resume"], "training step 2: ")
  }

  // MARK: - A full disk

  // The limit on a file's size stands for a full disk: the system accepts the first bytes and refuses the rest. A block
  // has 512 bytes. The averaged weights are a quarter of a checkpoint and a little more.
  private func runWithFullDisk(_ arguments: [String], bytes: Int) throws -> Ended {
    try run(
      ddpmShell: "ulimit -f \(bytes / 512); exec \"$0\" train \(arguments.joined(separator: " "))",
      in: scratch.path)
  }

  @Test("like a full disk when a training begins leaves no file")
  func fullFromTheStart() throws {
    let before = try filesBelow(scratch.path)
    let ended = try runWithFullDisk(fewPictures + ["--model", "m"], bytes: 100_000)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("ddpm: m/training/checkpoint.safetensors: expected "))
    #expect(ended.onlyErrorLine().hasSuffix("\"File too large\""))
    #expect(ended.output.isEmpty)
    expectEqual(try filesBelow(scratch.path), before)
  }

  @Test(
    "like a full disk when it saves leaves the checkpoint before, from which it goes on to the same end",
    arguments: [("training/checkpoint.safetensors", 2), ("unet/diffusion_pytorch_model.safetensors", 8)])
  func full(file: String, part: Int) throws {
    let training = fewPictures + ["--epochs", "2"]
    #expect(try run(ddpm: training + ["--model", "whole"], in: scratch.path).status == 0)
    try scratch.beginTraining()
    let before = try filesBelow(scratch("m"))
    let size = try #require(before["training/checkpoint.safetensors"]).count
    let ended = try runWithFullDisk(training + ["--model", "m", "--resume"], bytes: size / part)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("ddpm: m/\(file): expected "))
    #expect(ended.onlyErrorLine().hasSuffix("\"File too large\""))
    var after = try filesBelow(scratch("m"))
    if part == 2 {
      // The model of the epoch came before the checkpoint, and it was in time.
      let whole = try filesBelow(scratch("whole"))
      for name in after.keys where name != file {
        let isEqual = after[name] == whole[name]
        #expect(isEqual, "\(name)")
        after[name] = before[name]
      }
    }
    expectEqual(after, before)
    #expect(
      try run(ddpm: training + ["--model", "m", "--resume"], in: scratch.path).status == 0)
    expectEqual(try filesBelow(scratch("m")), try filesBelow(scratch("whole")))
  }

  // MARK: - Options that do not go together

  @Test(
    "that asks for half a thing, or for what another subcommand does, is a mistake in its use",
    arguments: [
      (["--model", "m", "--out", "o"], "--out: does not go with --model, which says where"),
      (["--model", "m", "--quick"], "Unknown option '--quick'"),
      (["--bound", "--model", "m"], "Unknown option '--bound'"),
      (["bound"], "Missing expected argument '--model <model>'"),
      (["bound", "--model", "m", "--limit", "1"], "--limit: expected 2 to 1073741824, found 1"),
      (["bound", "--model", "m", "--dataset", "mnist"], "Unknown option '--dataset'"),
      (["predict", "--model", "m"], "Missing expected argument '--input <input>'"),
      (["predict", "--model", "m", "--input", "a"], "Missing expected argument '--output <output>'"),
      (["predict", "--input", "a", "--output", "b"], "Missing expected argument '--model <model>'"),
      (
        ["predict", "--model", "m", "--input", "a", "--output", "b", "--limit", "3"],
        "Unknown option '--limit'"
      ),
    ])
  func together(arguments: [String], message: String) throws {
    let contents = try scratch.contents
    try scratch.expectRefusal(arguments, message, status: 64)
    #expect(try scratch.contents == contents)
  }
}
