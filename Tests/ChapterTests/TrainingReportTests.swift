import Files
import Formats
import Foundation
import TestSupport
import Testing

/// What the trainer says before its first step and after its last.
@Suite("The trainer's report")
struct TrainingReportTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private let options = [
    "--batch-size", "8", "--channels", "8", "--multipliers", "1", "--attention", "none", "--epochs", "1",
    "--model", "m",
  ]

  /// Writes images with the levels of a function, as `N.pgm` or another name.
  private func write(
    _ count: Int, to folder: String, maximum: Int = 255, extension other: String = "pgm",
    level: (Int, Int) -> UInt16
  ) throws {
    for number in 0..<count {
      try PGM(width: 8, height: 8, maximumLevel: maximum, levels: (0..<64).map { level(number, $0) })
        .write(to: scratch("\(folder)/\(number).\(other)"))
    }
  }

  private func anyLevel(_ number: Int, _ place: Int) -> UInt16 { UInt16((number * 37 + place * 11) % 256) }

  @Test("counts the images, and what is left out and why; an extension may have capitals")
  func counts() throws {
    try write(60, to: "mine", level: anyLevel)
    try write(60, to: "mine", extension: "PGM", level: anyLevel)
    for name in ["notes.txt", "a.png", "within/0.pgm", ".hidden"] {
      try writeWhole("x", to: scratch("mine/\(name)"))
    }
    let lines = try scratch.train(["--dataset", "mine", "--limit", "110"] + options).output.split(
      separator: "\n")
    #expect(
      lines[0] == "images: 110 of 8 x 8 in mine; left out: 2 files with other extensions (such as a.png), "
        + "1 subfolder (within), 10 beyond --limit")
    #expect(lines[1] == "training: 14 steps of 8 samples are 112, 1.018 epochs of 110")
    #expect(lines[2].hasPrefix("data: the first 110 samples, each [8, 8, 1], lie in -1…1, mean "))
    #expect(lines[2].contains(", standard deviation "))
    #expect(
      lines[4].wholeMatch(
        of: /timesteps: (\d+) of 1000 are drawn \(1\d\.\d* %\); each is drawn 0 to \d times, 0.112 on average/
      )
        != nil, "\(lines[4])")
    #expect(lines[5].hasPrefix("warning: 8"))
    #expect(
      lines[6].wholeMatch(of: /time: \d\S* s a step, about \d+ s for the 11 steps left/) != nil, "\(lines[6])"
    )
    #expect(lines[7].hasPrefix("epoch 1 of 1: mean loss "))
  }

  @Test("of images that only lie in subfolders says so")
  func subfolders() throws {
    try writeWhole("x", to: scratch("mine/within/0.pgm"))
    try scratch.expectRefusal(
      ["--dataset", "mine"] + options,
      "mine: expected a folder of pictures in PGM format, named *.pgm, found only subfolders, whose images are not read"
    )
  }

  @Test("refuses what nothing can be learned from, unless it is wanted anyway; then it is a warning")
  func hopeless() throws {
    try write(120, to: "black") { _, _ in 0 }
    try write(120, to: "masks") { UInt16(($0 + $1) % 2) }
    try write(120, to: "ten-bits", maximum: 65535) { UInt16(($0 * 37 + $1 * 11) % 1024) }
    try write(99, to: "few", level: anyLevel)
    try write(120, to: "good", level: anyLevel)
    for (folder, found) in [
      ("black", "the data are -1 everywhere"),
      (
        "masks",
        "the data lie in -1…-0.9922, 0.3922 % of −1…1: is the maximum in the files' headers that of their levels?"
      ),
      (
        "ten-bits",
        "the data lie in -1…-0.9688, 1.561 % of −1…1: is the maximum in the files' headers that of their levels?"
      ),
      ("few", "99 samples are too few to learn from: 100 or more are needed, better thousands"),
    ] {
      let contents = try scratch.contents
      try scratch.expectRefusal(
        ["--dataset", folder] + options,
        "\(folder): expected images to learn from (--anyway trains all the same), found \(found)")
      #expect(try scratch.contents == contents)
      let ended = try scratch.train(
        ["--dataset", folder, "--anyway", "--model", "any-\(folder)"] + options.dropLast(2))
      #expect(ended.output.contains("\nwarning: \(found)\n"), "\(ended.output)")
    }
    #expect(!(try scratch.train(["--dataset", "good"] + options).output.contains("too few")))
  }

  @Test("says of options that ask for more than the run has that they do")
  func moreThanTheRun() throws {
    try write(120, to: "good", level: anyLevel)
    let ended = try scratch.train(["--dataset", "good", "--steps", "500"] + options)
    #expect(
      ended.output.contains(
        "\nwarning: --steps 500: the training ends after the 15 steps of 1 epochs (--epochs)\n"))
    let kept = try scratch.train(
      ["--dataset", "good"] + options.dropLast(4) + [
        "--epochs", "3", "--steps", "20", "--keep", "1,3", "--model", "k",
      ])
    #expect(
      kept.output.contains("\nwarning: --keep 3: the run ends after step 20, before the end of that epoch\n"))
    try scratch.expectRefusal(
      ["--dataset", "good", "--learning-rate", "1e-300"] + options,
      "--learning-rate: expected a number above 0, found 1e-300", status: 64)
  }

  @Test("says in the end that nothing was learned where the mean loss is above a half, and else does not")
  func nothingLearned() throws {
    try write(120, to: "good", level: anyLevel)
    let short = try scratch.train(["--dataset", "good"] + options)
    let loss = try #require(try CSV.read(scratch("m/history.csv")).numbers(in: "loss").last)
    #expect(loss > 0.5)
    let warning: String =
      "\nwarning: nothing was learned: the mean loss of the last 15 steps is \(loss.text(places: 3)), and predicting 0 "
      + "everywhere has 1; more steps, or another learning rate\n"
    #expect(short.output.hasSuffix(warning), "\(short.output)")
    // Images of one level each, which one number tells: that is learned in a moment.
    try write(120, to: "plain") { number, _ in UInt16(number % 2 * 255) }
    let long = try scratch.train(
      ["--dataset", "plain", "--learning-rate", "0.01"] + options.dropLast(4) + [
        "--epochs", "20", "--model", "long",
      ])
    let last = try #require(try CSV.read(scratch("long/history.csv")).numbers(in: "loss").last)
    #expect(last < 0.5)
    #expect(!long.output.contains("nothing was learned"))
  }
}
