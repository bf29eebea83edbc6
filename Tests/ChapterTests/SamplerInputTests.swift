import Deterministic
import Files
import Formats
import Foundation
import Models
import TestSupport
import Testing

/// What somebody who samples can get wrong.
///
/// Each time one line says what was found, and nothing is written.
@Suite("Bad input for the sampler of chapter 6")
struct SamplerInputTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try untrainedModel().write(to: scratch("model"))
  }

  @Test(
    "refuses an option's value that can't be, by the option and the value",
    arguments: [
      ("--count", ["0", "-1", "10001", "1.5", "x", "99999999999999999999"]),
      ("--first", ["-1", "10000", "1.5", "x"]), ("--steps", ["2.0", "x", "99999999999999999999"]),
      ("--variance", ["Beta", "beta_tilde", "0.1"]), ("--batch-size", ["0", "-1", "65537", "all"]),
      ("--seed", ["-1", "x", "18446744073709551616"]), ("--threads", ["0", "1025"]),
    ])
  func values(option: String, values: [String]) throws {
    for value in values {
      let ended = try scratch.sample([option, value])
      #expect(ended.status == 64)
      let line = ended.onlyErrorLine()
      #expect(line.contains(option) && line.contains(value), "\(line)")
      #expect(ended.output.isEmpty)
    }
    for path in ["--model", "--initial-noise", "--out"] {
      let ended = try scratch.sample([path, ""])
      #expect(ended.status == 64)
      #expect(ended.onlyErrorLine().contains(path))
    }
    #expect(!FileManager.default.fileExists(atPath: scratch("out")))
  }

  @Test("refuses options that say nothing together, by the first of them")
  func use() throws {
    scratch.expectRefused(
      try run(ddpm: ["sample", "--count", "3"], in: scratch.path), status: 64,
      "Missing expected argument '--model <model>'")
    scratch.expectRefused(
      try scratch.sample(["--initial-noise", "a", "--count", "3"]), status: 64,
      "--count: does not go with --initial-noise, whose file says how many")
    scratch.expectRefused(
      try scratch.sample(["--initial-noise", "a", "--first", "3"]), status: 64,
      "--first: does not go with --initial-noise")
    scratch.expectRefused(
      try scratch.sample(["--first", "9990", "--count", "11"]), status: 64,
      "--first 9990 and --count: expected 1 to 10, found 11")
  }

  @Test("refuses steps that the model does not have", arguments: ["13", "1", "0", "-3", "1000001"])
  func steps(steps: String) throws {
    scratch.expectRefused(
      try scratch.sample(["--steps", steps]),
      "--steps: expected 2 to the model's 12 timesteps, found \(steps)")
  }

  @Test("refuses pictures that no machine's memory holds, before it begins", arguments: [1 << 16, 1 << 14])
  func memory(size: Int) throws {
    try untrainedModel(size: size).write(to: scratch("model"))
    let ended = try scratch.sample(["--count", "10000", "--out", "new"])
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "ddpm: model/unet/config.json: expected a network and pictures that this machine's memory of "))
    #expect(!FileManager.default.fileExists(atPath: scratch("new")))
  }

  @Test("refuses steps between which nothing is left, or nothing happens")
  func steep() throws {
    for (scheduler, steps, message) in [
      (SchedulerConfiguration.linear(to: 0.2), "5", "β at timestep 1000 is 1.0"),
      (.linear(to: 0.9, stepCount: 100), "3", "β at timestep 100 is 1.0"),
    ] {
      try untrainedModel(scheduler: scheduler).write(to: scratch("model"))
      scratch.expectRefused(
        try scratch.sample(["--count", "2", "--out", "new", "--steps", steps]),
        "--steps \(steps): a noise schedule needs every β in (0, 1), but \(message)")
    }
  }

  @Test("refuses to write over the noise that it begins with, or over the model, by whatever names")
  func overInputs() throws {
    let noise = Safetensors([
      .init("initial_noise", shape: [2, 1, 8, 8], floats: [Float](repeating: 0.5, count: 128))
    ])
    try noise.write(to: scratch("in/samples.safetensors"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch("model/unet/samples.safetensors"),
      withDestinationPath: scratch("model/unet/diffusion_pytorch_model.safetensors"))
    let before = try filesBelow(scratch.path)
    for arguments in [
      ["--initial-noise", "in/../in/samples.safetensors", "--out", "in"],
      ["--count", "1", "--out", "model/unet"],
    ] {
      let ended = try scratch.sample(arguments)
      #expect(ended.status == 1)
      #expect(ended.onlyErrorLine().contains("expected a file to write that nothing is read from, found "))
    }
    expectEqual(try filesBelow(scratch.path), before)
  }

  @Test("refuses any steps for a model of one timestep, with which no fewer can be made")
  func oneTimestep() throws {
    try untrainedModel(scheduler: .linear(to: 0.5, stepCount: 1)).write(to: scratch("model"))
    scratch.expectRefused(
      try scratch.sample(["--steps", "1"]), "--steps: expected no number for a model of 1 timestep, found 1")
  }

  @Test("refuses a model that is none, or not understood, by the file and what is in it")
  func models() throws {
    scratch.expectRefused(
      try scratch.sample([], model: "nowhere"),
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
      let ended = try scratch.sample([])
      #expect(ended.status == 1)
      let line = ended.onlyErrorLine()
      #expect(line.hasPrefix("ddpm: model/scheduler/scheduler_config.json: byte "), "\(line)")
      #expect(line.hasSuffix(": expected \(message)"), "\(line)")
    }
    #expect(try scratch.contents.filter { !$0.hasPrefix("model") } == [])
  }

  @Test("refuses a model whose samples are not finite, once it has them, and writes nothing")
  func notFinite() throws {
    try untrainedModel(weightFactor: 1e30).write(to: scratch("wild"))
    scratch.expectRefused(
      try scratch.sample(["--count", "2"], model: "wild"),
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
      scratch.expectRefused(
        try scratch.sample(["--initial-noise", "a"]), "a: byte \(message)", sourceLocation: sourceLocation)
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
    scratch.expectRefused(
      try scratch.sample(["--initial-noise", "a"]),
      "a: byte 25: expected tensor \"initial_noise\" of the type F32, F16 or BF16, found I64")
    scratch.expectRefused(
      try scratch.sample(["--initial-noise", "b"]),
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
    try untrainedModel(weightFactor: 1e30).write(to: scratch("wild"))
    let before = try scratch.contents
    scratch.expectRefused(try scratch.sample(["--count", "2", "--out", out], model: "wild"), message)
    #expect(try scratch.contents == before)
    #expect(try readWhole(scratch("taken/0000.pgm")) == Array("old".utf8))
  }

  // A limit on the size of a file stands for a full disk: the pictures fit, the samples don't.
  @Test("leaves all as it was where not every file can be written")
  func fullDisk() throws {
    let samples = Safetensors([.init("samples", shape: [1, 1, 1, 1], floats: [0])])
    try samples.write(to: scratch("new/samples.safetensors"))
    try writeWhole("old", to: scratch("new/0000.pgm"))
    let ended = try run(
      ddpmShell: "ulimit -f 8; exec \"$0\" sample --model model --count 64 --steps 2 --out new",
      in: scratch.path)
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("ddpm: new/"))
    #expect(ended.onlyErrorLine().hasSuffix(" bytes, found \"File too large\""))
    #expect(ended.output.isEmpty)
    #expect(
      try files(in: scratch("new"))
        == ["0000.pgm": Data("old".utf8), "samples.safetensors": Data(samples.bytes)])
  }
}
