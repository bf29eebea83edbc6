import Files
import Formats
import Foundation
import TestSupport
import Testing

/// Files that no program of this project has written: nothing replaces or removes them.
///
/// Each time one line names the first of them, and every file is as it was.
@Suite("Somebody's own file")
struct OwnershipTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func expectRefused(
    _ ended: Ended, _ line: String, since before: [String: Data], status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(ended.status == status, sourceLocation: sourceLocation)
    #expect(ended.onlyErrorLine(sourceLocation: sourceLocation) == line, sourceLocation: sourceLocation)
    expectEqual(try filesBelow(scratch.path), before, sourceLocation: sourceLocation)
  }

  private func otherOrigin(_ program: String, _ file: String) -> String {
    "\(program): \(file): expected no file there, or one that an earlier run has written, found one of another origin"
  }

  // MARK: - Programs

  @Test("in the folder of a chapter is left: told before the work, or, with no table's name, before writing")
  func chapter() throws {
    try writeWhole("mine", to: scratch("mine/schedule.csv"))
    var before = try filesBelow(scratch.path)
    let early = try run(chapter: 1, ["--quick", "--out", "mine"], in: scratch.path)
    try expectRefused(early, otherOrigin("chapter1", "mine/schedule.csv"), since: before)
    #expect(early.output.isEmpty)

    // An earlier run's folder: what its record names is replaced, and nothing else.
    #expect(try run(chapter: 1, ["--quick", "--out", "o"], in: scratch.path).status == 0)
    try writeWhole("mine", to: scratch("o/notes.csv"))
    #expect(try run(chapter: 1, ["--quick", "--seed", "3", "--out", "o"], in: scratch.path).status == 0)
    #expect(try readWhole(scratch("o/notes.csv")) == Array("mine".utf8))
    let record = String(decoding: try readWhole(scratch("o/record.csv")), as: UTF8.self)
    try writeWhole(
      record.split(separator: "\r\n").filter { !$0.contains("→ schedule.csv") }.joined(separator: "\r\n"),
      to: scratch("o/record.csv"))
    before = try filesBelow(scratch.path)
    let late = try run(chapter: 1, ["--quick", "--out", "o"], in: scratch.path)
    try expectRefused(late, otherOrigin("chapter1", "o/schedule.csv"), since: before)
  }

  @Test(
    "in the folder of samples is left, be it an image or the samples",
    arguments: [
      (["0001.pgm"], "0001.pgm"), (["sheet.pgm"], "sheet.pgm"),
      (["samples.safetensors"], "samples.safetensors"),
      (["0000.pgm", "samples.safetensors"], "0000.pgm"),
    ])
  func sampler(names: [String], told: String) throws {
    try untrainedModel().write(to: scratch("model"))
    for name in names { try writeWhole("mine", to: scratch("out/\(name)")) }
    let before = try filesBelow(scratch.path)
    let ended = try scratch.sample(["--count", "2", "--steps", "2", "--out", "out"])
    try expectRefused(ended, otherOrigin("ddpm", "out/\(told)"), since: before)
  }

  @Test("in the place of an answer is left: a checkpoint too, which is a safetensors file")
  func prediction() throws {
    try writePictures(to: scratch("pictures"))
    try scratch.beginTraining()
    try Safetensors([
      .init("sample", shape: [1, 1, 8, 8], floats: [Float](repeating: 0.5, count: 64)),
      .init("timestep", shape: [1], integers: [10]),
    ]).write(to: scratch("request"))
    try writeWhole("mine", to: scratch("answer"))
    for output in ["answer", "m/training/checkpoint.safetensors", "m/history.csv"] {
      let before = try filesBelow(scratch.path)
      let ended = try run(
        ddpm: ["predict", "--model", "m", "--input", "request", "--output", output], in: scratch.path)
      try expectRefused(ended, otherOrigin("ddpm", output), since: before)
    }
  }

  @Test("in the place of an estimate, a verdict or a measurement is left")
  func tables() throws {
    try untrainedModel(size: 28).write(to: scratch("m"))
    try writeWhole("mine", to: scratch("m/bound.csv"))
    try writeWhole("set,mine", to: scratch("judged/judged.csv"))
    try writeWhole("mine", to: scratch("flow/likelihood.csv"))
    for (command, arguments, file) in [
      ("bound", [], "m/bound.csv"), ("judge", ["--out", "judged"], "judged/judged.csv"),
      ("likelihood", ["--out", "flow"], "flow/likelihood.csv"),
    ] {
      let before = try filesBelow(scratch.path)
      let ended = try run(ddpm: [command, "--model", "m"] + arguments, in: scratch.path)
      try expectRefused(ended, otherOrigin("ddpm", file), since: before)
    }
  }

  @Test("in the place of a training's model is left when the training goes on, and so is a kept epoch")
  func model() throws {
    try writePictures(to: scratch("pictures"))
    try scratch.beginTraining()
    let resuming = fewPictures + ["--model", "m", "--resume"]
    for name in ["unet/diffusion_pytorch_model.safetensors", "scheduler/scheduler_config.json"] {
      let whole = try readWhole(scratch("m/\(name)"))
      try writeWhole(whole.dropLast() + [whole[whole.count - 1] ^ 1], to: scratch("m/\(name)"))
      try scratch.expectRefusal(
        resuming, "m: expected the model as its training has left it: going on replaces it (move yours to")
      try writeWhole(whole, to: scratch("m/\(name)"))
    }
    try scratch.train(resuming)

    try writeWhole("mine", to: scratch("n/training/epoch-7/history.csv"))
    try scratch.expectRefusal(
      fewPictures + ["--model", "n"],
      "n: expected a folder without a model (--resume goes on with a training), found training/epoch-7 in it")
  }

  // MARK: - Scripts and targets

  /// Runs one of the project's scripts.
  private func script(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws
    -> Ended
  {
    try run(
      "/bin/sh", ["\(repository)/Tools/\(name)"] + arguments, in: scratch.path, environment: environment)
  }

  @Test("under MNIST's name, or beside it, is left by `make mnist`")
  func mnist() throws {
    for (folder, name, what) in [
      ("fashion", "train-images-idx3-ubyte", "fashion/train-images-idx3-ubyte is there and is not MNIST's"),
      ("last", "t10k-labels-idx1-ubyte", "last/t10k-labels-idx1-ubyte is there and is not MNIST's"),
      ("photographs", "photograph.pgm", "photographs holds other files (photograph.pgm)"),
    ] {
      try writeWhole("mine", to: scratch("\(folder)/\(name)"))
      let before = try filesBelow(scratch.path)
      let ended = try script(
        "mnist.sh", [], environment: ["MNIST_DIR": folder, "MNIST_URL": "file:///nowhere"])
      try expectRefused(
        ended,
        "mnist: \(what); nothing was changed. Name another folder in MNIST_DIR, or unset it for data/mnist, or "
          + "move your files", since: before)
      #expect(ended.output.isEmpty)
    }
  }

  @Test(
    "in the folder of the book or of the reference is left when that is made again, and when it is removed")
  func replaced() throws {
    try writeWhole("mine", to: scratch("own/index.html"))
    try writeWhole("1", to: scratch("new/index.html"))
    var before = try filesBelow(scratch.path)
    try expectRefused(
      try script("replace.sh", ["new", "own"]),
      "own: expected a folder that is new, empty, or was made by this project; nothing was changed",
      since: before)
    #expect(try script("replace.sh", ["--remove", "own"]).status == 0)
    expectEqual(try filesBelow(scratch.path), before)

    #expect(try script("replace.sh", ["new", "book"]).status == 0)
    try writeWhole("mine", to: scratch("book/notes/mine.txt"))
    for page in ["other.html", "notes/mine.txt"] { try writeWhole("2", to: scratch("newer/\(page)")) }
    before = try filesBelow(scratch.path).filter { $0.key != "newer/.files" }
    let ended = try script("replace.sh", ["newer", "book"])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("book/./notes/mine.txt: expected no file of somebody's own"))
    expectEqual(try filesBelow(scratch.path).filter { $0.key != "newer/.files" }, before)
    try FileManager.default.removeItem(atPath: scratch("newer/notes"))
    #expect(try script("replace.sh", ["newer", "book"]).status == 0)
    #expect(try Set(filesBelow(scratch("book")).keys) == [".files", "other.html", "notes/mine.txt"])
    #expect(try script("replace.sh", ["--remove", "book"]).status == 0)
    #expect(try filesBelow(scratch("book")) == ["notes/mine.txt": Data("mine".utf8)])
  }

  /// What chapter 1 needs to be drawn and burnt, in the scratch folder.
  private func copyChapter() throws {
    _ = try scratch.folder("Chapters")
    _ = try scratch.folder("data")
    for name in [
      "Makefile", "Package.swift", "Tools", "Chapters/style.gp", "Chapters/Chapter1", "data/chapter1",
      "figures",
    ] {
      try FileManager.default.copyItem(atPath: "\(repository)/\(name)", toPath: scratch(name))
    }
  }

  @Test("among the results is left by `make burn`, which removes what the chapters make")
  func burn() throws {
    try copyChapter()
    let kept = ["data/chapter1/mine.csv", "figures/mine.png", "figures/play/index.html"]
    for file in kept.prefix(2) { try writeWhole("mine", to: scratch(file)) }
    let ended = try run("/usr/bin/env", ["make", "burn", "CHAPTERS=1"], in: scratch.path)
    #expect(ended.status == 0)
    #expect(ended.onlyErrorLine() == "data/chapter1: left there, with files that no chapter makes")
    let left = try filesBelow(scratch.path).keys
    for file in kept { #expect(left.contains(file), "\(file)") }
    #expect(left.count { $0.hasPrefix("data/") } == 1)
    #expect(!left.contains { $0.hasPrefix("figures/chapter1_") })
  }

  @Test("`~/.gnuplot` changes no figure and stops none")
  func settingsOfGnuplot() throws {
    guard try run("/bin/sh", ["-c", "command -v gnuplot"], in: scratch.path).status == 0 else { return }
    try copyChapter()
    try writeWhole("set term x11\nset logscale y\nset samples 20\n", to: scratch("own/.gnuplot"))
    for home in ["own", "none"] {
      let ended = try run(
        "/usr/bin/env", ["make", "draw-chapter1", "FIGURES=\(home)-figures"], in: scratch.path,
        environment: ["HOME": scratch(home)])
      #expect(ended.status == 0, "\(ended.error)")
    }
    let own = try filesBelow(scratch("own-figures"))
    #expect(own.count > 4)
    expectEqual(own, try filesBelow(scratch("none-figures")))
  }

  #if arch(x86_64) && os(Linux)
  @Test("a program that was built for more than the processor has says so in one line")
  func processor() throws {
    let emulator = try run("/bin/sh", ["-c", "command -v qemu-x86_64"], in: scratch.path)
    let isPlain = ProcessInfo.processInfo.environment["KERNELS_MARCH"] == "none"
    guard emulator.status == 0, !isPlain else { return }
    let ended = try run(
      String(emulator.output.dropLast()), ["-cpu", "Nehalem", program("ddpm"), "--help"], in: scratch.path
    )
    #expect(ended.status == 1)
    #expect(ended.output.isEmpty)
    #expect(
      ended.onlyErrorLine().wholeMatch(
        of:
          /ddpm: built for a processor with AVX, which this one lacks: rebuild it here with `make clean build`.*/
      )
        != nil, "\(ended.error)")
  }
  #endif
}
