import Diffusion
import Files
import Formats
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// The files of a model's folder.
private let modelFiles = [
  "history.csv", "model_index.json", "scheduler/scheduler_config.json", "unet/config.json",
  "unet/diffusion_pytorch_model.safetensors",
]

/// The files that only training needs.
private let trainingFiles = ["training/checkpoint.safetensors", "training/written.txt"]

/// `ddpm train`, run as its users run it.
@Suite("The trainer")
struct TrainerTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writePictures(to: scratch("pictures"))
  }

  @Test("writes a model's folder and, beside it, what only training needs; and says so in one line")
  func folder() throws {
    let ended = try scratch.train(drawnDigits + ["--epochs", "3"])
    #expect(ended.onlyErrorLine() == "out/models/drawn: step 6 of 6")
    #expect(
      try filesBelow(scratch("out")).keys.sorted()
        == (modelFiles + trainingFiles).map { "models/drawn/\($0)" }.sorted())
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["out", "pictures"])
  }

  @Test("says in a line an epoch what the history holds")
  func lines() throws {
    let ended = try scratch.train(fewPictures + ["--epochs", "3", "--model", "m"])
    let history = try CSV.read(scratch("m/history.csv"))
    #expect(history.columns == ["epoch", "step", "loss", "gradient_norm", "learning_rate"])
    let lines = ended.epochLines
    #expect(lines.count == 3)
    #expect(history.rows.count == 3)
    for (row, line) in zip(history.rows, lines) {
      let parts = try #require(
        line.wholeMatch(of: /epoch (\d) of 3: mean loss (\d\.\d{5}), step (\d), \d+ s/), "\(line)")
      #expect(row[0] == String(parts.1))
      #expect(row[1] == String(parts.3))
      let loss = try #require(Double(row[2])), shown = try #require(Double(String(parts.2)))
      // The line has five places.
      #expect(abs(loss - shown) <= 0.5e-5 + 1e-12)
    }
    #expect(try history.numbers(in: "step") == [3, 6, 9])
  }

  @Test("writes the same bytes with any number of threads", arguments: [fewPictures, drawnDigits])
  func threads(training: [String]) throws {
    for threads in ["1", "3"] {
      try scratch.train(
        training + ["--dropout", "0.1", "--epochs", "2", "--threads", threads, "--model", "with \(threads)"])
    }
    expectEqual(try filesBelow(scratch("with 1")), try filesBelow(scratch("with 3")))
  }

  @Test("gives other weights with another seed, schedule, rate, average or dropout")
  func options() throws {
    let others = [
      [], ["--seed", "1"], ["--noise", "cosine"], ["--learning-rate", "0.001"], ["--decay", "steps"],
      ["--decay", "constant"], ["--warm-up", "2"], ["--average", "0.1"], ["--dropout", "0.5"],
      ["--limit", "8"], ["--blocks", "2"], ["--attention", "8"], ["--batch-size", "5"],
    ]
    var seen: Set<Data> = []
    for (number, other) in others.enumerated() {
      try scratch.train(fewPictures + ["--epochs", "2", "--model", "\(number)"] + other)
      let weights = try #require(
        try filesBelow(scratch("\(number)"))["unet/diffusion_pytorch_model.safetensors"])
      #expect(seen.insert(weights).inserted, "\(other)")
    }
  }

  @Test("gives the model the average of the weights, which are not the last ones")
  func average() throws {
    try scratch.train(drawnDigits + ["--epochs", "2", "--model", "m"])
    let model = try Safetensors.read(scratch("m/unet/diffusion_pytorch_model.safetensors"))
    let checkpoint = try Safetensors.read(scratch("m/training/checkpoint.safetensors"))
    for entry in model.entries {
      let floats = try model.floats(entry.name)
      #expect(floats == (try checkpoint.floats("average.\(entry.name)", shape: entry.shape)))
      #expect(floats != (try checkpoint.floats("weights.\(entry.name)", shape: entry.shape)))
    }
  }

  @Test("keeps the models of the epochs that are asked for, each as a training that stopped there left it")
  func keep() throws {
    try scratch.train(fewPictures + ["--epochs", "4", "--keep", "1,3", "--model", "m"])
    let whole = try filesBelow(scratch("m"))
    let kept = ["training/epoch-1", "training/epoch-3"]
    #expect(
      whole.keys.sorted()
        == (modelFiles + trainingFiles
        + kept.flatMap { folder in modelFiles.map { "\(folder)/\($0)" } }).sorted())
    try scratch.train(fewPictures + ["--epochs", "4", "--steps", "9", "--model", "stopped"])
    let stopped = try filesBelow(scratch("stopped")).filter { modelFiles.contains($0.key) }
    expectEqual(try filesBelow(scratch("m/training/epoch-3")), stopped)
  }

  @Test(
    "without --model takes the pictures' name, below out/ or --out",
    arguments: [
      (["--dataset", "pictures/"], "out/models/pictures"),
      (["--dataset", "./pictures/../pictures/.", "--out", "o"], "o/models/pictures"),
    ])
  func names(arguments: [String], folder: String) throws {
    let ended = try scratch.train(fewPictures + arguments + ["--steps", "1"])
    #expect(ended.onlyErrorLine() == "\(folder): step 1 of 60")
    #expect(
      FileManager.default.fileExists(
        atPath: scratch("\(folder)/unet/diffusion_pytorch_model.safetensors")))
  }

  @Test("takes the first pictures of a folder by their names where there is a limit")
  func limit() throws {
    try scratch.train(fewPictures + ["--limit", "4", "--epochs", "2", "--model", "limited"])
    _ = try scratch.folder("first")
    for number in 0..<4 {
      try FileManager.default.copyItem(
        atPath: scratch("pictures/\(number).pgm"), toPath: scratch("first/\(number).pgm"))
    }
    try scratch.train(fewPictures + ["--dataset", "first", "--epochs", "2", "--model", "copied"])
    expectEqual(try filesBelow(scratch("limited")), try filesBelow(scratch("copied")))
  }

  /// Writes pictures and labels in MNIST's format.
  private func writeMNIST(_ name: String, count: Int) throws {
    var random = SplitMix64(state: UInt64(count))
    let header: [UInt8] = [0, 0, 0, UInt8(count)]
    try writeWhole(
      [0, 0, 8, 3] + header + [0, 0, 0, 28, 0, 0, 0, 28]
        + (0..<784 * count).map { _ in UInt8(truncatingIfNeeded: random.next()) },
      to: scratch("mnist/\(name)-images-idx3-ubyte"))
    try writeWhole(
      [0, 0, 8, 1] + header + [UInt8](repeating: 7, count: count),
      to: scratch("mnist/\(name)-labels-idx1-ubyte"))
  }

  @Test("trains on MNIST's training images, and estimates its model's bound on the test images, beside it")
  func bound() throws {
    try writeMNIST("train", count: 10)
    let place = ["MNIST_DIR": scratch("mnist")]
    let trained = try run(
      ddpm:
        drawnDigits + [
          "--dataset", "mnist", "--limit", "8", "--batch-size", "4", "--epochs", "1", "--anyway",
        ],
      in: scratch.path, environment: place)
    #expect(trained.status == 0)
    #expect(trained.onlyErrorLine() == "out/models/mnist: step 2 of 2")

    let before = try filesBelow(scratch("out"))
    let asked = ["bound", "--model", "out/models/mnist", "--limit", "3"]
    let missing = try run(ddpm: asked, in: scratch.path, environment: place)
    #expect(missing.status == 1)
    #expect(missing.onlyErrorLine().hasPrefix("ddpm: \(scratch("mnist"))/t10k-images-idx3-ubyte: "))
    try writeMNIST("t10k", count: 4)
    for threads in ["1", "2"] {
      let ended = try run(
        ddpm: asked + ["--threads", threads], in: scratch.path, environment: place)
      #expect(ended.status == 0, "\(ended.error)")
      #expect(ended.error.isEmpty)
      #expect(
        ended.output.wholeMatch(
          of: /3 test images: \d+\.\d{4} ± \d+\.\d{4} bits per dimension\n/) != nil, "\(ended.output)")
      var after = try filesBelow(scratch("out"))
      let tables = ["bound.csv", "bound_by_timestep.csv"].map {
        after.removeValue(forKey: "models/mnist/\($0)")
      }
      #expect(!tables.contains(nil))
      expectEqual(after, before)
      try FileManager.default.moveItem(
        atPath: scratch("out/models/mnist/bound.csv"), toPath: scratch(threads))
    }
    #expect(try readWhole(scratch("1")) == (try readWhole(scratch("2"))))
    #expect(try CSV.read(scratch("1")).numbers(in: "images") == [3])
  }

  @Test("predicts in a file what the model's network says, to the bit, and changes nothing of the model")
  func predicts() throws {
    try scratch.train(drawnDigits + ["--steps", "2", "--model", "m"])
    let before = try filesBelow(scratch("m"))
    let timesteps: [Int64] = [0, 999, 500]
    var random = SplitMix64(state: 3)
    let pixels = (0..<3 * 784).map { _ in Float.random(in: -2...2, using: &random) }
    try Safetensors([
      .init("sample", shape: [3, 1, 28, 28], floats: pixels),
      .init("timestep", shape: [3], integers: timesteps),
    ]).write(to: scratch("in.safetensors"))
    let ended = try scratch.train(
      ["predict", "--model", "m", "--input", "in.safetensors", "--output", "new/out.safetensors"])
    #expect(ended.output.isEmpty)
    expectEqual(try filesBelow(scratch("m")), before)

    let output = try Safetensors.read(scratch("new/out.safetensors"))
    #expect(output.entries.map(\.name) == ["prediction"])
    let prediction = try output.floats("prediction", shape: [3, 1, 28, 28])
    // Of one channel the layouts [N, C, H, W] and [N, H, W, C] are the same.
    let network = try DiffusionModel.read(folder: scratch("m")).network
    let expected = network.predictedNoise(
      from: Tensor(pixels, shape: [3, 28, 28, 1]), timesteps: timesteps.map { Timestep(index: Double($0)) })
    let isEqual = prediction == expected.values
    #expect(isEqual)
    try DiffusionModel.read(folder: scratch("m"))
      .predict(input: scratch("in.safetensors"), output: scratch("direct"))
    #expect(try readWhole(scratch("direct")) == (try readWhole(scratch("new/out.safetensors"))))
  }
}
