import Datasets
import Files
import Formats
import Foundation
import TestSupport
import Testing

/// What somebody who lets a model be judged can get wrong.
///
/// Each time one line says what was found, before anything is trained or drawn, and nothing is written.
@Suite("Bad input for the judge of chapter 6")
struct JudgeInputTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try untrainedModel(size: 28).write(to: scratch("model"))
    // Not enough for the judge: whatever is not refused before ends there.
    try scratch.writeDigits(train: 39, test: 3)
  }

  @Test(
    "refuses a value or a use of an option that can't be",
    arguments: [
      (["--count", "3"], "--count: expected 4 to 6000, found 3"),
      (["--count", "6001"], "--count: expected 4 to 6000, found 6001"),
      (["--count", "0"], "--count: expected 4 to 6000, found 0"),
      (["--also", ""], "--also: expected a name, found an empty one"),
      (["--variance", "beta"], "Unknown option '--variance'"),
      (["--quick"], "Unknown option '--quick'"),
    ])
  func use(arguments: [String], message: String) throws {
    scratch.expectRefused(try scratch.judge(arguments), status: 64, message)
  }

  @Test("is nobody's without a model")
  func missing() throws {
    scratch.expectRefused(
      try run(ddpm: ["judge"], in: scratch.path), status: 64, "Missing expected argument '--model <model>'")
  }

  @Test("refuses steps that the model does not have", arguments: ["13", "1", "0", "-3"])
  func steps(steps: String) throws {
    scratch.expectRefused(
      try scratch.judge(["--steps", steps]),
      "--steps: expected 2 to the model's 12 timesteps, found \(steps)")
  }

  @Test(
    "refuses a model of other pictures than MNIST's",
    arguments: [
      (8, 1, "sample_size 8 and in_channels 1"), (28, 3, "sample_size 28 and in_channels 3"),
      (nil, 1, "sample_size none and in_channels 1"),
    ] as [(Int?, Int, String)])
  func models(size: Int?, channels: Int, found: String) throws {
    let other = untrainedModel(size: size, channels: channels)
    let message = "unet/config.json: expected a model of 28 x 28 pictures with one channel, found \(found)"
    try other.write(to: scratch("other"))
    scratch.expectRefused(try scratch.judge([], model: "other"), "other/\(message)")
    // One that was kept in the training is no better.
    try other.write(to: scratch("model/training/epoch-3"))
    scratch.expectRefused(try scratch.judge([]), "model/training/epoch-3/\(message)")
  }

  @Test("refuses to write over the other samples")
  func overOthers() throws {
    let samples = [Float](repeating: 0.5, count: 4 * 784)
    try Safetensors([.init("samples", shape: [4, 1, 28, 28], floats: samples)])
      .write(to: scratch("others/lenet.safetensors"))
    scratch.expectRefused(
      try scratch.judge(["--also", "others/lenet.safetensors", "--out", "others"]),
      "others/lenet.safetensors: expected a file to write that nothing is read from, found "
        + "others/lenet.safetensors")
  }

  @Test("refuses a kept model whose schedule a hundred steps cannot follow")
  func steepEpoch() throws {
    // 990 timesteps with hardly any noise, and ten with nearly nothing else.
    let betas = [Double](repeating: 1e-3, count: 990) + [Double](repeating: 0.99, count: 10)
    try untrainedModel(size: 28, scheduler: .betas(betas)).write(to: scratch("model/training/epoch-3"))
    let ended = try scratch.judge([])
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix(
        "ddpm: model/training/epoch-3/scheduler/scheduler_config.json: expected a schedule that 100 steps can follow, "
          + "found one that they cannot: "))
  }

  @Test("refuses a model that is none, and a kept one without its loss")
  func noModels() throws {
    scratch.expectRefused(
      try scratch.judge([], model: "mnist"),
      "mnist: expected a folder with a model, as diffusers saves it, found no model_index.json in it")
    try untrainedModel(size: 28).write(to: scratch("model/training/epoch-3"))
    let history = scratch("model/training/epoch-3/history.csv")
    for (text, message) in [
      (nil, "expected a file to read, found \"No such file or directory\""),
      ("epoch,loss\r\n", "expected an epoch, found none"),
      ("epoch,loss\r\n3,nan\r\n", "line 2: expected a finite number in column \"loss\", found \"nan\""),
    ] {
      if let text { try writeWhole(text, to: history) }
      scratch.expectRefused(try scratch.judge([]), "model/training/epoch-3/history.csv: \(message)")
    }
  }

  @Test("refuses other samples that are none, by the file, the byte and the tensor")
  func others() throws {
    func expect(
      _ shape: [Int], named name: String = "samples", value: Float = 0, _ message: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let values = [Float](repeating: value, count: shape.reduce(1, *))
      try Safetensors([.init(name, shape: shape, floats: values)]).write(to: scratch("a"))
      scratch.expectRefused(
        try scratch.judge(["--also", "a"]), "a: byte \(message)", sourceLocation: sourceLocation)
    }
    let shape = "19: expected tensor \"samples\" of a shape [4 or more, 1, 28, 28], found"
    for wrong in [[4, 28, 28], [4, 28, 28, 1], [3, 1, 28, 28], [0, 1, 28, 28], [4, 3, 28, 28], []] {
      try expect(wrong, "\(shape) \(wrong)")
    }
    try expect([4, 1, 28, 28], named: "pictures", "8: expected a tensor \"samples\", found \"pictures\"")
    for value in [Float.infinity, .nan] {
      try expect(
        [4, 1, 28, 28], value: value,
        "19: expected tensor \"samples\" of finite numbers, found one that is not")
    }
    for value in [Float(-1.01), 255] {
      try expect(
        [4, 1, 28, 28], value: value,
        "19: expected tensor \"samples\" of numbers in -1…1, found \(value)")
    }
    try writeWhole("P5", to: scratch("a"))
    let ended = try scratch.judge(["--also", "a"])
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("ddpm: a: byte 0: expected "))
    scratch.expectRefused(
      try scratch.judge(["--also", "b"]), "b: expected a file to read, found \"No such file or directory\"")
  }

  @Test("refuses MNIST that is not there, damaged, or too little for what is asked for")
  func mnist() throws {
    let (images, labels) = (scratch("mnist/t10k-images-idx3-ubyte"), scratch("mnist/t10k-labels-idx1-ubyte"))
    let train = scratch("mnist/train-images-idx3-ubyte")
    scratch.expectRefused(
      try scratch.judge(["--count", "4"]), "\(train): byte 4: expected 40 pictures or more, found 39")
    scratch.expectRefused(
      try scratch.judge([]), "\(train): byte 4: expected 20000 pictures or more, found 39")
    // A model that was kept is judged by 500 samples, whatever the count.
    let epoch = scratch("model/training/epoch-3")
    try untrainedModel(size: 28).write(to: epoch)
    try writeWhole("loss\r\n0.1\r\n", to: "\(epoch)/history.csv")
    scratch.expectRefused(
      try scratch.judge(["--count", "4"]), "\(train): byte 4: expected 5000 pictures or more, found 39")
    try FileManager.default.removeItem(atPath: scratch("model/training"))
    try scratch.writeDigits(train: 40, test: 3)
    scratch.expectRefused(
      try scratch.judge(["--count", "4"]), "\(images): byte 4: expected 4 pictures or more, found 3")
    try writeWhole(Array(try readWhole(labels).dropLast()), to: labels)
    scratch.expectRefused(
      try scratch.judge(["--count", "4"]), "\(labels): byte 4: expected 3 elements (11 bytes), found 10 bytes"
    )
    for missing in ["t10k-labels-idx1-ubyte", "train-images-idx3-ubyte"] {
      try FileManager.default.removeItem(atPath: scratch("mnist/\(missing)"))
      scratch.expectRefused(
        try scratch.judge(["--count", "4"]),
        "\(scratch("mnist/\(missing)")): expected MNIST's unpacked files (run `make mnist`, or name their "
          + "folder in MNIST_DIR), found no such file")
    }
    try FileManager.default.removeItem(atPath: scratch("mnist"))
    scratch.expectRefused(
      try scratch.judge(["--count", "4"]),
      "\(scratch("mnist")): expected MNIST's unpacked files (run `make mnist`, or name their folder in "
        + "MNIST_DIR), found no such folder")
  }

  @Test(
    "refuses a folder that it can't write to before it trains, and leaves what was there",
    arguments: [
      ("file", "file/judged.csv: expected a file to write, found \"Not a directory\""),
      ("taken", "taken/nearest.csv: expected a file to write, found a folder"),
    ])
  func folders(out: String, message: String) throws {
    try writeWhole("old", to: scratch("file"))
    try writeWhole("old", to: scratch("taken/judged.csv"))
    _ = try scratch.folder("taken/nearest.csv")
    let before = try scratch.contents
    scratch.expectRefused(try scratch.judge(["--out", out]), message)
    #expect(try scratch.contents == before)
    #expect(try readWhole(scratch("taken/judged.csv")) == Array("old".utf8))
  }
}
