import Files
import Formats
import Foundation
import Notebook
import TestSupport
import Testing

/// What a reader can get wrong.
///
/// Each time one line says what was found; nothing is shown or written.
@Suite("Bad input")
struct BadInputTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// An option, with values that are wrong and what the message shows of them.
  struct Wrong: CustomTestStringConvertible {
    /// `chapter1`, or a subcommand such as `ddpm train`.
    let command: String
    let option: String
    let values: [(given: String, shown: String)]
    var testDescription: String { "\(command) \(option)" }

    init(_ chapter: Int, _ option: String, _ values: [(String, String)]) {
      self.init("chapter\(chapter)", option, values)
    }

    init(_ command: String, _ option: String, _ values: [(String, String)]) {
      (self.command, self.option) = (command, option)
      self.values = values
    }

    /// The program.
    var program: String { String(command.prefix { $0 != " " }) }

    /// Runs the command with more arguments, beside those that it needs.
    func run(_ arguments: [String], in folder: String) throws -> Ended {
      let needed = ["--model", "m", "--input", "in", "--output", "out"]
      let own = ["train": 0, "info": 0, "predict": 6][command.dropFirst("ddpm ".count)] ?? 2
      let words = program == "ddpm" ? [String(command.dropFirst("ddpm ".count))] + needed.prefix(own) : []
      return try ChapterTests.run(ChapterTests.program(program), words + arguments, in: folder)
    }
  }

  private static let noNumbers = ["x", "0,5", "1 2", " 1", "1e", "--quick", "a\nb", "½"].map {
    ($0, $0.escaped)
  }
  private static let noWholeNumbers =
    noNumbers + ["1.5", "1e3", "nan", "inf", "0x10", "99999999999999999999"].map { ($0, $0) }
  private static let noChances =
    noNumbers + [
      ("nan", "nan"), ("inf", "inf"), ("1e999", "inf"), ("-inf", "-inf"), ("0", "0.0"), ("-0", "-0.0"),
      ("1", "1.0"),
      ("-0.1", "-0.1"), ("1e-400", "0.0"),
    ]
  private static let noPixels =
    noNumbers + [
      ("nan", "nan"), ("-nan", "nan"), ("inf", "inf"), ("1e999", "inf"), ("10.001", "10.001"),
      ("-11", "-11.0"),
    ]

  private static let noCounts = noWholeNumbers + ["0", "-1"].map { ($0, $0) }
  private static let noShares =
    noNumbers + [("nan", "nan"), ("inf", "inf"), ("1e999", "inf"), ("1", "1.0"), ("-0.1", "-0.1")]
  private static let noLists =
    ["x", "7,", ",7", "7,,7", "7, 7", "7;7", "1.5", "none,7", "--quick", "99999999999999999999"].map {
      ($0, $0)
    }

  /// Of the representatives all values, of the others the last.
  private static func all(_ values: [(String, String)], _ chapter: Int) -> [(String, String)] {
    representatives.contains(chapter) ? values : values.suffix(1)
  }

  private static let wrong: [Wrong] =
    [
      Wrong(1, "--steps", noWholeNumbers + [("1", "1"), ("0", "0"), ("-1", "-1"), ("100001", "100001")]),
      Wrong(1, "--first-beta", noChances),
      Wrong(1, "--last-beta", noChances),
      Wrong(2, "--dataset", ["x", "MNIST", "drawn ", "mnist,drawn"].map { ($0, $0) }),
      Wrong(2, "--index", noWholeNumbers + [("-1", "-1"), ("60000", "60000")]),
      Wrong(2, "--image", []),
      Wrong(2, "--steps", noWholeNumbers + [("4", "4"), ("51", "51"), ("-30", "-30")]),
      Wrong(
        2, "--multiplier",
        noNumbers + [
          ("nan", "nan"), ("inf", "inf"), ("0", "0.0"), ("-1", "-1.0"), ("10.001", "10.001"),
          ("1e-400", "0.0"),
          // In the range, but so small that 1 − β is 1.
          ("1e-300", "1e-300"),
        ]),
      Wrong(3, "--x0", noPixels),
      Wrong(3, "--xt", noPixels),
      Wrong(3, "--timestep", noWholeNumbers + [("0", "0"), ("-1", "-1"), ("1001", "1001")]),
      Wrong(3, "--steps", noWholeNumbers + [("1", "1"), ("-1", "-1"), ("1001", "1001")]),
      Wrong(4, "--steps", noWholeNumbers + [("9", "9"), ("-1", "-1"), ("100001", "100001")]),
      Wrong(4, "--digit-steps", noWholeNumbers + [("9", "9"), ("-1", "-1"), ("100001", "100001")]),
      Wrong(
        4, "--learning-rate",
        noNumbers + [("nan", "nan"), ("inf", "inf"), ("0", "0.0"), ("-1", "-1.0"), ("1e-400", "0.0")]),
      Wrong(4, "--last-beta", noChances + [("0.35", "timestep 889 is 1.0")]),
      Wrong(4, "--pixels", ["x", "Signed", "signed "].map { ($0, $0) }),
      Wrong("ddpm train", "--dataset", []),
      Wrong("ddpm train", "--model", []),
      Wrong("ddpm train", "--epochs", noCounts + [("10001", "10001")]),
      Wrong("ddpm train", "--steps", noCounts + [("1073741825", "1073741825")]),
      Wrong("ddpm train", "--limit", noCounts + [("1073741825", "1073741825")]),
      Wrong("ddpm train", "--batch-size", noCounts + [("65537", "65537")]),
      Wrong(
        "ddpm train", "--learning-rate",
        noNumbers + [("nan", "nan"), ("inf", "inf"), ("0", "0.0"), ("-1", "-1.0"), ("1e-400", "0.0")]),
      Wrong("ddpm train", "--warm-up", noWholeNumbers + [("-1", "-1")]),
      Wrong("ddpm train", "--decay", ["x", "Cosine", "steps ", "linear"].map { ($0, $0) }),
      Wrong("ddpm train", "--average", noShares),
      Wrong("ddpm train", "--noise", ["x", "Linear", "cosine ", "steps"].map { ($0, $0) }),
      Wrong("ddpm train", "--dropout", noShares),
      // The groups of a normalization are 8; and what a checkpoint can hold is bounded.
      Wrong(
        "ddpm train", "--channels",
        noCounts + ["12", "1032"].map { ($0, $0) } + [("1024", "found 2587151361")]),
      Wrong(
        "ddpm train", "--multipliers",
        noLists + [("none", "[]"), ("0", "[0]"), ("1,-1", "[1, -1]"), ("1025", "[1025]")]),
      Wrong("ddpm train", "--blocks", noCounts + [("65", "65")]),
      Wrong("ddpm train", "--attention", noLists),
      Wrong("ddpm train", "--keep", noLists + ["0", "-1", "5,0"].map { ($0, $0) }),
      Wrong("ddpm sample", "--model", []),
      Wrong("ddpm sample", "--initial-noise", []),
      Wrong("ddpm judge", "--model", []),
      Wrong("ddpm judge", "--also", []),
      Wrong("ddpm judge", "--count", noCounts + [("3", "3"), ("6001", "6001")]),
      Wrong("ddpm judge", "--steps", noWholeNumbers),
      Wrong("ddpm bound", "--model", []),
      Wrong("ddpm bound", "--limit", noCounts + [("1", "1"), ("1073741825", "1073741825")]),
      Wrong("ddpm predict", "--model", []),
      Wrong("ddpm predict", "--input", []),
      Wrong("ddpm predict", "--output", []),
      Wrong("ddpm sample", "--count", noCounts + [("10001", "10001")]),
      Wrong("ddpm sample", "--first", noWholeNumbers + [("-1", "-1"), ("10000", "10000")]),
      // How many there can be, the model says: see `SamplerInputTests`.
      Wrong("ddpm sample", "--steps", noWholeNumbers),
      Wrong("ddpm sample", "--variance", ["x", "Beta", "beta ", "β"].map { ($0, $0) }),
      Wrong("ddpm sample", "--batch-size", noCounts + [("65537", "65537")]),
      Wrong(6, "--timestep-shift", noWholeNumbers + [("1001", "1001"), ("-1001", "-1001")]),
      Wrong("ddpm likelihood", "--model", []),
      Wrong("ddpm likelihood", "--count", noCounts + [("3", "3"), ("6001", "6001")]),
      Wrong("ddpm likelihood", "--likelihoods", noCounts + [("1", "1"), ("10001", "10001")]),
      Wrong(8, "--evaluations", noCounts + [("1", "1"), ("2001", "2001")]),
      Wrong(8, "--solver", ["x", "Heun", "heun ", "dormand-prince"].map { ($0, $0) }),
    ]
    + [7, 8, 11].map { chapter in
      Wrong(
        chapter, "--score-scale",
        noNumbers + [
          ("nan", "nan"), ("inf", "inf"), ("0", "0.0"), ("-1", "-1.0"), ("0.099", "0.099"), ("10.1", "10.1"),
        ])
    }
    + chapters.flatMap { chapter in
      [
        // They are the same options in every chapter.
        Wrong(
          chapter, "--seed", all(noWholeNumbers + ["-1", "18446744073709551616"].map { ($0, $0) }, chapter)),
        Wrong(chapter, "--threads", all(noWholeNumbers + ["0", "-1", "1025"].map { ($0, $0) }, chapter)),
        Wrong(chapter, "--out", []),
      ]
    }
    + ["train", "sample", "judge", "bound", "likelihood", "predict"].flatMap { subcommand in
      let command = "ddpm \(subcommand)"
      let out = ["bound", "predict"].contains(subcommand) ? [] : [Wrong(command, "--out", [])]
      return out + [
        Wrong(
          command, "--seed",
          subcommand == "train"
            ? noWholeNumbers + ["-1", "18446744073709551616"].map { ($0, $0) } : [("-1", "-1")]),
        Wrong(
          command, "--threads",
          subcommand == "train" ? noWholeNumbers + ["0", "-1", "1025"].map { ($0, $0) } : [("0", "0")]),
      ]
    }

  @Test(
    "in any option is a mistake in its use: the line names the option and what was found", arguments: wrong)
  func options(wrong: Wrong) throws {
    for (number, (given, shown)) in wrong.values.enumerated() {
      // Written in the two ways in turn.
      let arguments = number % 2 == 0 ? [wrong.option, given] : ["\(wrong.option)=\(given)"]
      let ended = try wrong.run(arguments, in: scratch.path)
      let line = ended.onlyErrorLine("\(arguments)")
      #expect(ended.status == 64, "\(arguments): \(line)")
      #expect(line.hasPrefix("\(wrong.program): "))
      #expect(line.contains(wrong.option), "\(arguments): \(line)")
      #expect(line.contains(shown), "\(arguments): \(line)")
      #expect(ended.output.isEmpty)
    }
    for arguments in [[wrong.option], ["\(wrong.option)="]] {
      let ended = try wrong.run(arguments, in: scratch.path)
      #expect(ended.status == 64)
      #expect(ended.onlyErrorLine().contains("Missing value for '\(wrong.option)"))
    }
    let empty = try wrong.run([wrong.option, ""], in: scratch.path)
    #expect(empty.status == (wrong.option == "--image" ? 1 : 64))
    #expect(empty.onlyErrorLine().contains(wrong.option))
    #expect(empty.output.isEmpty)
    #expect(try scratch.contents == [])
  }

  @Test("has been thought of for every option of every chapter and every subcommand")
  func everyOption() throws {
    let commands =
      chapters.map { "chapter\($0)" }
      + ["train", "sample", "judge", "bound", "likelihood", "predict", "info"].map { "ddpm \($0)" }
    let listed = try run(program("ddpm"), ["--help"], in: scratch.path).output
      .matches(of: /\n  ([a-z]+)  +[A-Z]/).map { "ddpm \($0.1)" }
    #expect(listed == commands.filter { $0.hasPrefix("ddpm") })
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      let help = try run(program(words[0]), words.dropFirst() + ["--help"], in: scratch.path).output
      let options = help.matches(of: /\n  (--[a-z0-9-]+) </).map { String($0.1) }
      #expect(options.sorted() == Self.wrong.filter { $0.command == command }.map(\.option).sorted())
    }
  }

  @Test(
    "that a chapter had before is answered with the line of `ddpm` to use",
    arguments: [
      (
        5, ["--dataset", "drawn", "--epochs", "3", "--model", "my model"],
        "train --dataset drawn --epochs 3 --model 'my model'"
      ),
      (5, ["--resume"], "train --resume"), (5, ["--bound", "--model", "m"], "bound --model m"),
      (5, ["--model", "m", "--predict", "a", "--output=b"], "predict --model m --input a --output=b"),
      (5, ["--predict=a", "--model", "m", "--output", "b"], "predict --input=a --model m --output b"),
      (6, ["--model=m", "--no-clip"], "sample --model=m --no-clip"),
      (6, ["--judge", "--model", "m"], "judge --model m"),
      (11, ["--threads", "1", "--model", "m", "--count", "9"], "likelihood --threads 1 --model m --count 9"),
    ])
  func sentOn(chapter: Int, arguments: [String], words: String) throws {
    let ended = try run(chapter: chapter, arguments, in: scratch.path)
    #expect(ended.status == 64)
    let line = ended.onlyErrorLine()
    #expect(
      line.hasPrefix("chapter\(chapter): --") && line.contains(" is now of another program: "), "\(line)")
    #expect(line.hasSuffix("/ddpm \(words)"), "\(line)")
    #expect(ended.output.isEmpty)
    #expect(try scratch.contents == [])
  }

  @Test(
    "that names no option, or no value of one, is refused", arguments: representatives,
    [
      (["--stepz", "3"], "--stepz"), (["-x"], "-x"), (["extra"], "extra"), (["--quick", "10", "20"], "10"),
      (["--quick=yes"], "--quick"), (["--", "extra"], "extra"), (["--ste\nps"], "--ste\\nps"), ([""], "''"),
    ])
  func unknown(chapter: Int, arguments: ([String], shown: String)) throws {
    let ended = try run(chapter: chapter, arguments.0, in: scratch.path)
    #expect(ended.status == 64)
    #expect(ended.onlyErrorLine().contains(arguments.shown))
    #expect(ended.output.isEmpty)
    #expect(try scratch.contents == [])
  }

  @Test(
    "that is no schedule, though each number is in its range, names the options and the timestep",
    arguments: [
      (
        ["--last-beta", "0.9", "--steps", "100000"],
        "--steps 100000 --first-beta 0.0001 --last-beta 0.9: ᾱ at timestep"
      ),
      (
        ["--first-beta", "1e-20"], "--steps 1000 --first-beta 1e-20 --last-beta 0.02: ᾱ at timestep 1 rounds"
      ),
    ])
  func schedules(arguments: [String], message: String) throws {
    let ended = try run(chapter: 1, arguments, in: scratch.path)
    #expect(ended.status == 64)
    #expect(ended.onlyErrorLine().hasPrefix("chapter1: \(message)"))
    #expect(try scratch.contents == [])
  }

  // MARK: Files to read

  @Test(
    "in the picture's file is told by the file and the byte",
    arguments: [
      ("no.pgm", nil, "no.pgm: expected a file to read, found \"No such file or directory\""),
      (".", nil, ".: expected a file to read, found a folder"),
      ("", nil, "\"\": expected a path, found an empty one"),
      ("a.pgm", [], "a.pgm: byte 0: expected a PGM picture (P5 or P2), found an empty file"),
      (
        "a.png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
        "a.png: byte 0: expected a PGM picture (P5 or P2), found a PNG picture"
      ),
      ("a.pgm", Array("P5 2 2 255\nabc".utf8), "a.pgm: byte 11: expected 4 levels (4 bytes), found 3 bytes"),
      (
        "a.pgm", Array("P5 2 2 255\nabcde".utf8),
        "a.pgm: byte 15: expected the end of the file after one picture, found 1 byte more"
      ),
      ("a.pgm", Array("P5 0 2 255\n".utf8), "a.pgm: byte 3: expected a width of 1"),
    ] as [(String, [UInt8]?, String)])
  func pictures(name: String, bytes: [UInt8]?, message: String) throws {
    if let bytes { try writeWhole(bytes, to: scratch(name)) }
    let ended = try run(chapter: 2, ["--quick", "--image", name], in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix("chapter2: --image (portrait, mondrian or a PGM file): \(message)"))
    #expect(ended.output.isEmpty)
    #expect(try scratch.contents == (bytes == nil ? [] : [name]))
  }

  @Test("is no picture of any size: its middle square is taken", arguments: [(1, 1), (3, 2), (200, 129)])
  func pictureSizes(width: Int, height: Int) throws {
    let levels = (0..<width * height).map { UInt16($0 % 200) }
    try PGM(width: width, height: height, maximumLevel: 255, levels: levels).write(to: scratch("a.pgm"))
    let ended = try run(chapter: 2, ["--quick", "--image", "a.pgm"], in: scratch.path)
    #expect(ended.status == 0, "\(ended.error)")
  }

  /// Two images and two labels in IDX files, or what is left of them.
  private func writeMNIST(
    images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]
      + [UInt8](repeating: 100, count: 1568),
    labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 3, 4]
  ) throws {
    try writeWhole(images, to: scratch("mnist/train-images-idx3-ubyte"))
    try writeWhole(labels, to: scratch("mnist/train-labels-idx1-ubyte"))
  }

  private func runMNIST(_ arguments: [String]) throws -> Ended {
    try run(
      chapter: 2, ["--quick", "--dataset", "mnist"] + arguments, in: scratch.path,
      environment: ["MNIST_DIR": scratch("mnist")])
  }

  @Test("is none of MNIST where it is there")
  func goodMNIST() throws {
    try writeMNIST()
    let ended = try runMNIST(["--index", "1"])
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.onlyErrorLine().hasSuffix("in out/chapter2"))
  }

  @Test("in MNIST that is not there says what to run", arguments: [true, false])
  func noMNIST(hasFolder: Bool) throws {
    if hasFolder { _ = try scratch.folder("mnist") }
    let ended = try runMNIST([])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().contains("run `make mnist`"))
    #expect(ended.onlyErrorLine().contains(scratch("mnist")))
    #expect(ended.output.isEmpty)
    #expect(try scratch.contents == (hasFolder ? ["mnist"] : []))
  }

  @Test("in an index that the files do not have is told with the range that they have")
  func mnistIndex() throws {
    try writeMNIST()
    let ended = try runMNIST(["--index", "2"])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine() == "chapter2: --index: expected 0 to 1, found 2")
    #expect(ended.output.isEmpty)
  }

  @Test(
    "in MNIST's files is told by the file and the byte",
    arguments: [
      (
        "images cut",
        "images-idx3-ubyte: byte 4: expected 2 x 28 x 28 elements (1,584 bytes), found 1,583 bytes"
      ),
      (
        "images long",
        "images-idx3-ubyte: byte 1584: expected the end of the file after 2 x 28 x 28, found 1 byte more"
      ),
      ("images packed", "images-idx3-ubyte: byte 0: expected an unpacked IDX file, found gzip data"),
      (
        "images are labels",
        "images-idx3-ubyte: byte 3: expected 3 dimensions (images, rows, columns), found 1"
      ),
      ("labels cut", "labels-idx1-ubyte: byte 4: expected 2 elements (10 bytes), found 9 bytes"),
      ("labels few", "labels-idx1-ubyte: byte 4: expected a label for each image, 2, found 1"),
      ("labels wrong", "labels-idx1-ubyte: byte 9: expected a label in 0…9, found 12"),
      ("labels missing", "labels-idx1-ubyte: expected MNIST's unpacked files"),
      (
        "labels are a page",
        "labels-idx1-ubyte: byte 0: expected an IDX file (00 00, type, number of dimensions), found a page of HTML"
      ),
    ])
  func damagedMNIST(damage: String, message: String) throws {
    try writeMNIST()
    let images = Array(try readWhole(scratch("mnist/train-images-idx3-ubyte")))
    let labels = Array(try readWhole(scratch("mnist/train-labels-idx1-ubyte")))
    switch damage {
    case "images cut": try writeMNIST(images: images.dropLast())
    case "images long": try writeMNIST(images: images + [0])
    case "images packed": try writeMNIST(images: [0x1f, 0x8b] + images)
    case "images are labels": try writeMNIST(images: labels)
    case "labels cut": try writeMNIST(labels: labels.dropLast())
    case "labels few": try writeMNIST(labels: [0, 0, 8, 1, 0, 0, 0, 1, 3])
    case "labels wrong": try writeMNIST(labels: labels.dropLast() + [12])
    case "labels missing":
      try FileManager.default.removeItem(atPath: scratch("mnist/train-labels-idx1-ubyte"))
    default: try writeMNIST(labels: Array("<!DOCTYPE html>".utf8))
    }
    let ended = try runMNIST([])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("chapter2: \(scratch("mnist"))/train-\(message)"))
    #expect(ended.output.isEmpty)
  }

  // MARK: Trainings that come to nothing

  @Test("that leads chapter 4's sampler to no numbers ends in a line that says so")
  func notFinite() throws {
    let ended = try run(
      chapter: 4,
      ["--quick", "--last-beta", "0.3", "--anyway", "--steps", "10", "--digit-steps", "10", "--out", "out"],
      in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine() == "chapter4: the digits drawn: expected finite numbers, found one that is not")
    #expect(try scratch.contents == [])
  }

  @Test(
    "that would spoil a training is found before its first step, and named",
    arguments: [
      (["--pixels", "unit"], "the digits: the data lie in 0…1 and look like 0…1: scale by 2 v − 1"),
      (["--pixels", "bytes"], "the digits: the data lie in 0…255 and look like gray levels 0…255"),
      (["--last-beta", "0.005"], "the points: 7.775 % of the variance of x_0 is left at T = 1000"),
      (["--steps", "10"], "the points: 77 timesteps are never drawn in 2560 draws"),
    ])
  func preflight(arguments: [String], message: String) throws {
    let ended = try run(chapter: 4, ["--quick"] + arguments, in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("chapter4: \(message)"), "\(ended.error)")
    #expect(ended.output.contains("wrong: "))
    #expect(!ended.output.contains("A network for points"))
    #expect(try scratch.contents == [])
  }

  @Test("that lets the loss stop being finite stops the training within that step")
  func lossNotFinite() throws {
    let ended = try run(chapter: 4, ["--quick", "--learning-rate", "1e9"], in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "chapter4: training step 2: expected a finite loss, found not a number: "))
    #expect(try scratch.contents == [])
  }

  @Test("that leaves a network which draws no numbers is told after the training, and nothing is written")
  func drawnOutOfRange() throws {
    let ended = try run(
      chapter: 4, ["--quick", "--learning-rate", "10", "--steps", "60", "--anyway"], in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasSuffix("draws points that are not finite: try a smaller --learning-rate"))
    #expect(try scratch.contents == [])
  }

  // MARK: Folders to write to

  @Test(
    "in the folder to write to is told by the file, and leaves what was there", arguments: representatives,
    [
      ("file", "\"Not a directory\""), ("file/below", "\"Not a directory\""),
      (String(repeating: "n", count: 256), "\"File name too long\""),
      ("dangling", "\"No such file or directory\""),
      ("/dev/null/out", "\"Not a directory\""),
    ])
  func folders(chapter: Int, place: (out: String, reason: String)) throws {
    try writeWhole("old", to: scratch("file"))
    try FileManager.default.createSymbolicLink(atPath: scratch("dangling"), withDestinationPath: "no/where")
    let ended = try run(chapter: chapter, ["--quick", "--out", place.out], in: scratch.path)
    #expect(ended.status == 1)
    let line = ended.onlyErrorLine()
    #expect(line.hasPrefix("chapter\(chapter): \(place.out)/"), "\(line)")
    #expect(line.hasSuffix("found \(place.reason)"), "\(line)")
    #expect(try scratch.contents == ["dangling", "file"])
    #expect(try readWhole(scratch("file")) == Array("old".utf8))
  }

  @Test("in one of the files to replace leaves all of them as they were", arguments: representatives)
  func oneOfTheFiles(chapter: Int) throws {
    _ = try scratch.folder("out/record.csv")
    try writeWhole("old", to: scratch("out/checks.csv"))
    let ended = try run(chapter: chapter, ["--quick", "--out", "out"], in: scratch.path)
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine() == "chapter\(chapter): out/record.csv: expected a file to write, found a folder")
    #expect(try scratch.contents == ["out", "out/checks.csv", "out/record.csv"])
    #expect(try readWhole(scratch("out/checks.csv")) == Array("old".utf8))
  }

  @Test("in a folder that may not be written to leaves it as it was", arguments: representatives)
  func protected(chapter: Int) throws {
    // Permissions do not bind root.
    if getuid() == 0 { return }
    try writeWhole("old", to: scratch("out/checks.csv"))
    chmod(scratch("out"), 0o555)
    defer { chmod(scratch("out"), 0o755) }
    let ended = try run(chapter: chapter, ["--quick", "--out", "out"], in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasSuffix("found \"Permission denied\""))
    #expect(try scratch.contents == ["out", "out/checks.csv"])
  }

  // The limit on a file's size stands for a full disk: the system accepts the first bytes and refuses the rest. It is
  // above what a chapter prints, since that goes to a file here, and below its longest table.
  @Test("like a full disk leaves what was there", arguments: representatives)
  func fullDisk(chapter: Int) throws {
    try writeWhole("old", to: scratch("out/checks.csv"))
    try writeWhole(Record().csv.text, to: scratch("out/record.csv"))
    let ended = try run(
      chapter: chapter, shell: "ulimit -f 96; exec \"$0\" --quick --out out", in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("chapter\(chapter): out/"))
    #expect(ended.onlyErrorLine().hasSuffix(" bytes, found \"File too large\""))
    #expect(try scratch.contents == ["out", "out/checks.csv", "out/record.csv"])
    #expect(try readWhole(scratch("out/checks.csv")) == Array("old".utf8))
  }
}

extension String {
  /// As a message shows it, on one line.
  fileprivate var escaped: String { replacing("\n", with: "\\n") }
}
