import Datasets
import Deterministic
import Diffusion
import Formats
import Foundation
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// The program of chapter 6 as a tool, on a model that nobody trained.
@Suite("The sampler of chapter 6")
struct SamplerTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try model().write(to: scratch("model"))
  }

  /// A model of 12 timesteps for pictures of 8 × 8.
  private func model(
    channels: Int = 1, sampleSize: Int? = 8, weightFactor: Double = 1,
    scheduler: SchedulerConfiguration = .linear(to: 0.5, stepCount: 12)
  ) -> DiffusionModel {
    var configuration = UNetConfiguration.ddpm(
      sampleSize: 8, channels: channels, blockOutChannels: [8, 8], layersPerBlock: 1, attentionStages: [],
      groups: 4)
    configuration.sampleSize = sampleSize
    let weights = UNet.initialWeights(configuration, seed: 3).map { weightFactor * $0 }
    return DiffusionModel(configuration: configuration, weights: weights, scheduler: scheduler)
  }

  private func sample(_ arguments: [String], model: String = "model") throws -> Ended {
    try run(chapter: 6, ["--model", model] + arguments, in: scratch.path)
  }

  /// The samples in a folder, [N, C, H, W].
  private func samples(in folder: String) throws -> (shape: [Int], values: [Float]) {
    let file = try Safetensors.read(scratch("\(folder)/samples.safetensors"))
    #expect(file.entries.map(\.name) == ["samples"])
    return (try file.entry("samples").shape, try file.floats("samples"))
  }

  private func expectSamples(
    in folder: String, _ expected: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (shape, values) = try samples(in: folder)
    let numbers = expected.channelsFirst()
    #expect(shape == numbers.shape, sourceLocation: sourceLocation)
    let isEqual = values.map(\.bitPattern) == numbers.values.map(\.bitPattern)
    #expect(isEqual, sourceLocation: sourceLocation)
  }

  /// Expects one line on standard error, and nothing shown or written.
  private func expectRefused(
    _ ended: Ended, status: Int32 = 1, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.status == status, sourceLocation: sourceLocation)
    #expect(
      ended.onlyErrorLine(sourceLocation: sourceLocation) == "chapter6: \(message)",
      sourceLocation: sourceLocation)
    #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
    for folder in ["out", "new"] {
      #expect(!FileManager.default.fileExists(atPath: scratch(folder)), sourceLocation: sourceLocation)
    }
  }

  // MARK: What it draws

  @Test("writes each picture, a sheet of them and the samples, and says what it did")
  func everything() throws {
    let ended = try sample(["--count", "5", "--out", "deep/pictures"])
    #expect(ended.status == 0)
    #expect(
      ended.output
        == "5 pictures in 12 of 12 steps, variance beta-tilde, x_0 clipped to ±1, seed 2020: deep/pictures\n")
    #expect(ended.error.isEmpty)
    let names = (0..<5).map { "000\($0).pgm" } + ["samples.safetensors", "sheet.pgm"]
    #expect(try files(in: scratch("deep/pictures")).keys.sorted() == names)
    try expectSamples(in: "deep/pictures", ModelSampler(model(), seed: 2020).samples(of: 0..<5))

    let values = try samples(in: "deep/pictures").values
    let sheet = try PGM.read(scratch("deep/pictures/sheet.pgm"))
    #expect(sheet.width == 3 * 8 + 2 * 2 && sheet.height == 2 * 8 + 2)
    for picture in 0..<5 {
      let pgm = try PGM.read(scratch("deep/pictures/\(names[picture])"))
      let pixels = values[64 * picture..<64 * (picture + 1)].map { Double($0) }
      #expect(pgm == Image(height: 8, width: 8, pixels: pixels).pgm)
      for y in 0..<8 {
        let start = (picture / 3 * 10 + y) * sheet.width + picture % 3 * 10
        #expect(sheet.levels[start..<start + 8] == pgm.levels[8 * y..<8 * (y + 1)])
      }
    }
  }

  @Test("draws 64 pictures into out/samples where nothing else is said, and over what is there")
  func defaults() throws {
    for _ in 0..<2 {
      let ended = try sample([])
      #expect(ended.status == 0, "\(ended.error)")
      #expect(ended.output.hasPrefix("64 pictures in 12 of 12 steps, "))
      #expect(ended.output.hasSuffix(": out/samples\n"))
      #expect(try files(in: scratch("out/samples")).count == 66)
    }
    #expect(try scratch.contents.filter { !$0.hasPrefix("model") }.count == 68)
  }

  @Test("draws the same picture 17 byte for byte, whatever the count, the batches and the threads")
  func seventeen() throws {
    _ = try sample(["--count", "18", "--out", "a", "--batch-size", "18", "--threads", "1"])
    _ = try sample(["--count", "25", "--out", "b", "--batch-size", "4", "--threads", "2"])
    _ = try sample(["--count", "18", "--out", "c", "--batch-size", "65536", "--threads", "3"])
    let (a, b, c) = (try files(in: scratch("a")), try files(in: scratch("b")), try files(in: scratch("c")))
    for picture in 10..<18 { #expect(a["00\(picture).pgm"] == b["00\(picture).pgm"]) }
    #expect(a["0017.pgm"] != a["0016.pgm"])
    let isEqual = a == c
    #expect(isEqual)
    #expect(try samples(in: "a").values == Array(samples(in: "b").values.prefix(18 * 64)))
  }

  @Test("says which pictures in the folder are not of this run")
  func earlierPictures() throws {
    _ = try sample(["--count", "3", "--out", "new"])
    try writeWhole("mine", to: scratch("new/notes.pgm"))
    let ended = try sample(["--count", "1", "--out", "new"])
    #expect(ended.status == 0)
    #expect(ended.onlyErrorLine() == "new: 2 pictures of another run are still there, 0001.pgm to 0002.pgm")
    #expect(try files(in: scratch("new")).count == 6)
  }

  @Test(
    "does as it is told, and else as the model's folder says",
    arguments: [
      (["--variance", "beta"], ReverseVariance.beta, 1, nil, 2020),
      (["--variance=beta-tilde"], .betaTilde, 1, nil, 2020), (["--no-clip"], .betaTilde, nil, nil, 2020),
      (["--steps", "5", "--seed", "7"], .betaTilde, 1, 5, 7), (["--steps", "12"], .betaTilde, 1, nil, 2020),
      (["--model", "other"], .beta, nil, nil, 2020),
      (["--model", "other", "--clip"], .beta, 0.25, nil, 2020),
      (["--model", "other", "--variance", "beta-tilde"], .betaTilde, nil, nil, 2020),
    ] as [([String], ReverseVariance, Double?, Int?, UInt64)])
  func options(
    arguments: [String], variance: ReverseVariance, range: Double?, stepCount: Int?, seed: UInt64
  ) throws {
    var scheduler = SchedulerConfiguration.linear(to: 0.5, stepCount: 12)
    (scheduler.variance, scheduler.clipSample, scheduler.clipSampleRange) = (.beta, false, 0.25)
    let other = model(scheduler: scheduler)
    try other.write(to: scratch("other"))
    let isOther = arguments.contains("other")
    let ended = try run(
      chapter: 6, (isOther ? [] : ["--model", "model"]) + arguments + ["--count", "2", "--out", "new"],
      in: scratch.path)
    #expect(ended.status == 0, "\(ended.error)")
    #expect(
      ended.output == "2 pictures in \(stepCount ?? 12) of 12 steps, variance \(variance.rawValue), "
        + (range.map { "x_0 clipped to ±\($0 == 1 ? "1" : "0.25")" } ?? "x_0 not clipped")
        + ", seed \(seed): new\n")
    let sampler = ModelSampler(
      isOther ? other : model(), stepCount: stepCount, variance: variance, clipsX0: range != nil, seed: seed)
    #expect(sampler.x0Range == range)
    try expectSamples(in: "new", sampler.samples(of: 0..<2))
  }

  @Test(
    "begins with the noise in a file, as many pictures as it has, and keeps the seed's noise in the steps")
  func initialNoise() throws {
    let xT = Tensor.normal(RandomNumbers(seed: 6), .data, samples: 0..<3, rowShape: [8, 8, 1])
    try Safetensors([.init("initial_noise", shape: [3, 1, 8, 8], floats: xT.values)])
      .write(to: scratch("noise.safetensors"))
    let ended = try sample(["--initial-noise", "noise.safetensors", "--out", "new", "--batch-size", "2"])
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.output.hasPrefix("3 pictures in "))
    try expectSamples(in: "new", ModelSampler(model(), seed: 2020).samples(of: 0..<3, from: xT))
  }

  @Test("takes noise of any size that can be halved for a model that names none, which else it refuses")
  func noSize() throws {
    let sizeless = model(sampleSize: nil)
    try sizeless.write(to: scratch("sizeless"))
    expectRefused(
      try sample([], model: "sizeless"),
      "sizeless/unet/config.json: expected a sample_size, or --initial-noise of one, found none")
    let xT = Tensor.normal(RandomNumbers(seed: 6), .data, samples: 0..<2, rowShape: [4, 6, 1])
    try Safetensors([.init("initial_noise", shape: [2, 1, 4, 6], floats: xT.values)])
      .write(to: scratch("noise.safetensors"))
    let ended = try sample(["--initial-noise", "noise.safetensors", "--out", "new"], model: "sizeless")
    #expect(ended.status == 0, "\(ended.error)")
    try expectSamples(in: "new", ModelSampler(sizeless, seed: 2020).samples(of: 0..<2, from: xT))
  }

  @Test("writes of pictures with several channels the samples alone, and says so")
  func colours() throws {
    let colours = model(channels: 3)
    try colours.write(to: scratch("colours"))
    let ended = try sample(["--count", "2", "--out", "new"], model: "colours")
    #expect(ended.status == 0)
    #expect(
      ended.onlyErrorLine() == "3 channels: no PGM pictures, which are grey; samples.safetensors has all")
    #expect(try files(in: scratch("new")).keys.sorted() == ["samples.safetensors"])
    try expectSamples(in: "new", ModelSampler(colours, seed: 2020).samples(of: 0..<2))
  }

  // MARK: What can be wrong

  @Test(
    "refuses an option's value that can't be, by the option and the value",
    arguments: [
      ("--count", ["0", "-1", "10001", "1.5", "x", "99999999999999999999"]),
      ("--steps", ["1", "0", "-3", "2.0", "x", "99999999999999999999"]),
      ("--variance", ["Beta", "beta_tilde", "0.1"]), ("--batch-size", ["0", "-1", "65537", "all"]),
      ("--seed", ["-1", "x", "18446744073709551616"]), ("--threads", ["0", "1025"]),
    ])
  func values(option: String, values: [String]) throws {
    for value in values {
      let ended = try sample([option, value])
      #expect(ended.status == 64)
      let line = ended.onlyErrorLine()
      #expect(line.contains(option) && line.contains(value), "\(line)")
      #expect(ended.output.isEmpty)
    }
    for path in ["--model", "--initial-noise", "--out"] {
      let ended = try sample([path, ""])
      #expect(ended.status == 64)
      #expect(ended.onlyErrorLine().contains(path))
    }
    #expect(!FileManager.default.fileExists(atPath: scratch("out")))
  }

  @Test("refuses options that say nothing together, by the first of them")
  func use() throws {
    let ofSampler: [[String]] = [
      ["--count", "3"], ["--steps", "3"], ["--variance", "beta"], ["--clip"], ["--no-clip"],
      ["--batch-size", "3"], ["--initial-noise", "a"],
    ]
    for option in ofSampler {
      expectRefused(
        try run(chapter: 6, option, in: scratch.path), status: 64,
        "\(option[0]): is the sampler's, which --model asks for")
    }
    for option in ["--quick", "--pause"] {
      expectRefused(try sample([option]), status: 64, "\(option): is the chapter's, not the sampler's")
    }
    expectRefused(
      try sample(["--initial-noise", "a", "--count", "3"]), status: 64,
      "--count: does not go with --initial-noise, whose file says how many")
  }

  @Test("refuses more steps than the model has timesteps")
  func steps() throws {
    expectRefused(
      try sample(["--steps", "13"]), "--steps: expected no more than the model's 12 timesteps, found 13")
  }

  @Test("refuses a model that is none, or not understood, by the file and what is in it")
  func models() throws {
    expectRefused(
      try sample([], model: "nowhere"),
      "nowhere: expected a folder with a model, as diffusers saves it, found no such folder")
    let file = scratch("model/scheduler/scheduler_config.json")
    let text = String(decoding: try readWhole(file), as: UTF8.self)
    let changes = [
      (
        "\"DDPMScheduler\"", "\"DDIMScheduler\"",
        "\"_class_name\" to be \"DDPMScheduler\", found \"DDIMScheduler\""
      ),
      (
        "\"epsilon\"", "\"sample\"",
        "\"prediction_type\" to be \"epsilon\", all that is supported, found \"sample\""
      ),
      (
        "\"clip_sample_range\": 1.0", "\"clip_sample_range\": 0.0",
        "\"clip_sample_range\" to be a number above 0, found 0.0"
      ),
    ]
    for (old, new, message) in changes {
      try writeWhole(text.replacing(old, with: new), to: file)
      let ended = try sample([])
      #expect(ended.status == 1)
      let line = ended.onlyErrorLine()
      #expect(line.hasPrefix("chapter6: model/scheduler/scheduler_config.json: byte "), "\(line)")
      #expect(line.hasSuffix(": expected \(message)"), "\(line)")
    }
    #expect(try scratch.contents.filter { !$0.hasPrefix("model") } == [])
  }

  @Test("refuses a model whose samples are not finite, once it has them, and writes nothing")
  func notFinite() throws {
    try model(weightFactor: 1e30).write(to: scratch("wild"))
    expectRefused(
      try sample(["--count", "2"], model: "wild"),
      "wild: expected a model whose samples are finite, found picture 0, which is not")
  }

  @Test("refuses noise of another shape, or none, by the file, the byte and the tensor")
  func noise() throws {
    func expect(
      _ shape: [Int], named name: String = "initial_noise", value: Float = 0, _ message: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let values = [Float](repeating: value, count: shape.reduce(1, *))
      try Safetensors([.init(name, shape: shape, floats: values)]).write(to: scratch("a"))
      expectRefused(
        try sample(["--initial-noise", "a"]), "a: byte \(message)", sourceLocation: sourceLocation)
    }
    let shape = "25: expected tensor \"initial_noise\" of a shape [1…10000, 1, 8, 8], found"
    for wrong in [[2, 8, 8], [2, 8, 8, 1], [2, 3, 8, 8], [2, 1, 8, 16], [2, 1, 4, 4], [0, 1, 8, 8], []] {
      try expect(wrong, "\(shape) \(wrong)")
    }
    try expect([10_001, 1, 8, 8], "\(shape) [10001, 1, 8, 8]")
    try expect([2, 1, 8, 8], named: "noise", "8: expected a tensor \"initial_noise\", found \"noise\"")
    try expect(
      [2, 1, 8, 8], value: .infinity,
      "25: expected tensor \"initial_noise\" of finite numbers, found one that is not")
    try Safetensors([.init("initial_noise", shape: [1, 1, 8, 8], integers: [Int64](repeating: 0, count: 64))])
      .write(to: scratch("a"))
    expectRefused(
      try sample(["--initial-noise", "a"]),
      "a: byte 25: expected tensor \"initial_noise\" of the type F32, F16 or BF16, found I64")
    expectRefused(
      try sample(["--initial-noise", "b"]),
      "b: expected a file to read, found \"No such file or directory\"")
  }

  @Test(
    "refuses a folder that it can't write to before it samples, and leaves what was there",
    arguments: [
      ("file", "file/0000.pgm: expected a file to write, found \"Not a directory\""),
      ("taken", "taken/samples.safetensors: expected a file to write, found a folder"),
    ])
  func folders(out: String, message: String) throws {
    try writeWhole("old", to: scratch("file"))
    try writeWhole("old", to: scratch("taken/0000.pgm"))
    _ = try scratch.folder("taken/samples.safetensors")
    // A model whose samples would be refused: it isn't asked for any.
    try model(weightFactor: 1e30).write(to: scratch("wild"))
    let before = try scratch.contents
    expectRefused(try sample(["--count", "2", "--out", out], model: "wild"), message)
    #expect(try scratch.contents == before)
    #expect(try readWhole(scratch("taken/0000.pgm")) == Array("old".utf8))
  }

  // A limit on the size of a file stands for a full disk: the pictures fit, the samples don't.
  @Test("leaves all as it was where not every file can be written")
  func fullDisk() throws {
    try writeWhole("old", to: scratch("new/0000.pgm"))
    let ended = try run(
      chapter: 6,
      shell: "trap '' XFSZ; ulimit -f 8; exec \"$0\" --model model --count 64 --steps 2 --out new",
      in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("chapter6: new/"))
    #expect(ended.onlyErrorLine().hasSuffix(" bytes, found \"File too large\""))
    #expect(ended.output.isEmpty)
    #expect(try files(in: scratch("new")) == ["0000.pgm": Data("old".utf8)])
  }
}
