import Datasets
import Files
import Formats
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// The program of chapter 6 as a judge, of models that nobody trained, on drawn digits in the place of MNIST's.
@Suite("The judge of chapter 6")
struct JudgeCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try untrainedModel(size: 28).write(to: scratch("model"))
  }

  @Test("judges samples, others, real pictures and kept models")
  func everything() throws {
    try scratch.writeDigits()
    for (epoch, loss) in [(10, "0.5"), (2, "0.75")] {
      try untrainedModel(size: 28, scheduler: .linear(to: 0.5, stepCount: 3))
        .write(to: scratch("model/training/epoch-\(epoch)"))
      try writeWhole("loss\r\n7\r\n\(loss)\r\n", to: scratch("model/training/epoch-\(epoch)/history.csv"))
    }
    // The model's own samples, which are then judged as if they were others'.
    _ = try scratch.sample(["--count", "8", "--steps", "5", "--out", "others"])
    let ended = try scratch.judge([
      "--count", "8", "--steps", "5", "--also", "others/samples.safetensors", "--out", "new",
    ])
    #expect(ended.status == 0)
    #expect(ended.onlyErrorLine() == "the verdict: new")
    #expect(ended.output.hasPrefix("the judge names "))
    #expect(
      try files(in: scratch("new")).keys.sorted()
        == ["epochs.csv", "judged.csv", "lenet.safetensors", "nearest.csv", "nearest.pgm"])
    _ = try LeNet.readWeights(scratch("new/lenet.safetensors"), for: LeNetConfiguration())

    let judged = try CSV.read(scratch("new/judged.csv"))
    #expect(
      judged.rows.map { $0[0] } == [
        "as many training pictures, mean of 10 sets", "the model, 5 steps",
        "PyTorch and diffusers, the same network",
      ])
    #expect(judged.rows[1].dropFirst() == judged.rows[2].dropFirst())
    let distances = try judged.numbers(in: "distance")
    #expect(distances[0] < distances[1])

    let epochs = try CSV.read(scratch("new/epochs.csv"))
    #expect(try epochs.numbers(in: "epoch") == [2, 10])
    #expect(try epochs.numbers(in: "loss") == [0.75, 0.5])
    // It is the same model.
    #expect(epochs.rows[0].dropFirst(2) == epochs.rows[1].dropFirst(2))
    try expectNearest(in: "new", samplesIn: "others")
  }

  /// Expects of nearest.csv and nearest.pgm what every distance, looked at one by one, says.
  private func expectNearest(in folder: String, samplesIn others: String) throws {
    func levels(_ part: MNIST.Part) throws -> [[Double]] {
      let mnist = try MNIST(part, directory: scratch("mnist"))
      return (0..<mnist.count).map { mnist.image($0).pixels }
    }
    let train = try levels(.train)
    let samples = try scratch.samples(in: others).values.map { Double($0) }
    let rows = stride(from: 0, to: samples.count, by: 784).map { Array(samples[$0..<$0 + 784]) }
    func nearest(_ picture: [Double]) -> (index: Int, distance: Double) {
      nearestByEveryDistance(to: picture, among: train)
    }
    let found = try CSV.read(scratch("\(folder)/nearest.csv"))
    for (name, pictures) in [("samples", rows), ("test_pictures", try levels(.test))] {
      let distances = pictures.map { nearest($0).distance }.sorted()
      let percentile = distances.last { distance in
        100 * distances.count { $0 < distance } <= distances.count
      }
      for (measure, expected) in [
        ("mean", distances.reduce(0, +) / Double(distances.count)),
        ("percentile", try #require(percentile)), ("smallest", distances[0]),
      ] {
        // The program's differences and sums are of single precision.
        for number in try found.numbers(in: "\(measure)_of_\(name)") {
          #expect(abs(number / expected - 1) < 1e-6, "\(measure) of \(name)")
        }
      }
    }
    let digits = try found.numbers(in: "digit")
    #expect(!digits.isEmpty && digits == digits.sorted() && Set(digits).count == digits.count)
    for (row, sample) in try found.numbers(in: "sample").enumerated() {
      let expected = nearest(rows[Int(sample)])
      #expect(try found.numbers(in: "nearest")[row] == Double(expected.index))
      #expect(abs(try found.numbers(in: "distance")[row] / expected.distance - 1) < 1e-6)
    }
    let sheet = try PGM.read(scratch("\(folder)/nearest.pgm"))
    #expect(sheet.height == 2 * 28 + 2 && sheet.width == 30 * digits.count - 2)
  }

  @Test(
    "says so where no model of an epoch was kept, needs fewer pictures then, and writes the same on any number of threads"
  )
  func noEpochs() throws {
    try scratch.writeDigits(train: 40, test: 4)
    for threads in ["1", "3"] {
      let ended = try scratch.judge(["--count", "4", "--out", threads, "--threads", threads])
      #expect(ended.status == 0, "\(ended.error)")
      #expect(
        ended.error
          == "model/training: no epoch-N was kept, so epochs.csv has no rows\nthe verdict: \(threads)\n")
      #expect(ended.output.contains("the model, 12 steps: "))
    }
    #expect(try CSV.read(scratch("1/epochs.csv")).rows.isEmpty)
    expectEqual(try files(in: scratch("1")), try files(in: scratch("3")))
  }

  @Test("refuses samples that are not finite, and writes nothing")
  func notFinite() throws {
    try untrainedModel(size: 28, weightFactor: 1e30).write(to: scratch("wild"))
    try scratch.writeDigits(train: 40, test: 4)
    let ended = try scratch.judge(["--count", "4"], model: "wild")
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine()
        == "ddpm: wild: expected a model whose samples are finite, found one that is not")
    #expect(try scratch.contents.filter { $0.hasPrefix("out") } == [])
  }
}
