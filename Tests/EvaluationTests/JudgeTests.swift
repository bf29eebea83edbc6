import Datasets
import Deterministic
import Evaluation
import Files
import Foundation
import Networks
import Tensors
import TestSupport
import Stops
import Testing
import Threads
import Training

/// Drawn digits, their labels, and a small judge's training on them.
private struct Example {
  let digits = DrawnDigits(seed: 5)
  let configuration = LeNetConfiguration(firstChannels: 4, secondChannels: 8)
  let count: Int

  var labels: [Int] { (0..<count).map(digits.label) }
  var pictures: Tensor { Tensor(rows: count, of: [28, 28, 1]) { digits.image($0).pixels } }

  /// The judge and the loss of each step.
  func trained(_ settings: JudgeSettings, order: UInt64 = 1) throws -> (judge: Judge, losses: [Double]) {
    let data = ImageSet((0..<count).map(digits.image), random: RandomNumbers(seed: order))
    var losses: [Double] = []
    let judge = try Judge.trained(on: data, labels: labels, configuration: configuration, settings: settings)
    {
      #expect($0 == losses.count + 1)
      losses.append($1)
    }
    return (judge, losses)
  }
}

/// The bits of all weights.
private func bits(_ judge: Judge) -> [[UInt32]] { judge.weights.tensors.map { $0.values.map(\.bitPattern) } }

@Suite("A judge")
struct JudgeTests {
  @Test("learns drawn digits: the loss falls from that of guessing, and most are named right")
  func learns() throws {
    let example = Example(count: 500)
    let settings = JudgeSettings(epochs: 6, batchSize: 48, peakRate: 5e-3)
    let (judge, losses) = try example.trained(settings)
    #expect(losses.count == settings.stepCount(pictures: 500) && losses.count == 6 * 11)
    #expect(abs(losses[0] - Deterministic.log(10)) < 0.1)
    #expect(losses.suffix(11).reduce(0, +) / 11 < 0.5)
    // The next hundred, which it has not seen.
    let unseen = 500..<600
    let pictures = Tensor(rows: 100, of: [28, 28, 1]) { example.digits.image(unseen.lowerBound + $0).pixels }
    #expect(judge.accuracy(on: pictures, labels: unseen.map(example.digits.label)) > 0.7)
  }

  @Test("makes the steps that LeNet, cross-entropy and Adam make by hand, in the order that the set shows")
  func byHand() throws {
    let example = Example(count: 20)
    let settings = JudgeSettings(epochs: 2, batchSize: 12, peakRate: 1e-3, seed: 3)
    let found = try example.trained(settings, order: 9)
    let set = ImageSet((0..<20).map(example.digits.image), random: RandomNumbers(seed: 9))
    var weights = LeNet.initialWeights(example.configuration, seed: 3)
    var adam = Adam(for: weights)
    let rate = LearningRate(1e-3, decay: .cosine(end: 4))
    var losses: [Double] = []
    for numbers in [0, 1].flatMap({ epoch in
      [set.order(ofEpoch: epoch)[..<12], set.order(ofEpoch: epoch)[12...]]
    }) {
      let pictures = Tensor(rowsOf: numbers.map { example.pictures.rows($0..<$0 + 1) })
      let tracked = weights.map { $0.tracked() }
      let loss = LeNet(example.configuration, weights: tracked)(pictures).logits
        .crossEntropy(labels: numbers.map { example.labels[$0] })
      let gradients = weights.replacing(loss.gradients(at: tracked.tensors))
      losses.append(Double(loss.value))
      adam.step(&weights, gradients: gradients, learningRate: rate(step: losses.count))
    }
    #expect(found.losses == losses)
    #expect(bits(found.judge) == bits(Judge(example.configuration, weights: weights)))
  }

  // The number of threads belongs to the whole process: so this test has a process of its own.
  @Test("ends at the same bits on 1 and 3 threads, and judges with the same")
  func threads() async {
    await #expect(processExitsWith: .success) {
      let example = Example(count: 150)
      func results(_ threads: Int) throws -> ([[UInt32]], [Double], [UInt32], [Verdict]) {
        threadCount = threads
        let (judge, losses) = try example.trained(JudgeSettings(epochs: 2, batchSize: 60))
        let features = judge.features(of: example.pictures).values.map(\.bitPattern)
        return (bits(judge), losses, features, judge.verdicts(on: example.pictures))
      }
      let (one, three) = (try results(1), try results(3))
      let same = one == three
      #expect(same)
    }
  }

  @Test("is another one with another seed, order or rate")
  func arguments() throws {
    let example = Example(count: 30)
    let settings = JudgeSettings(epochs: 1, batchSize: 10, peakRate: 1e-3, seed: 3)
    var (otherSeed, otherRate) = (settings, settings)
    otherSeed.seed = 4
    otherRate.peakRate = 2e-3
    let judges = try [
      example.trained(settings), example.trained(settings, order: 2), example.trained(otherSeed),
      example.trained(otherRate),
    ]
    #expect(Set(judges.map { bits($0.judge) }).count == 4)
    let again = try example.trained(settings)
    #expect(bits(again.judge) == bits(judges[0].judge))
  }

  @Test("says the likeliest digit with its probability, which the features alone tell too")
  func verdicts() throws {
    let example = Example(count: 70)
    let judge = try example.trained(JudgeSettings(epochs: 2, batchSize: 20)).judge
    let features = judge.features(of: example.pictures)
    #expect(features.shape == [70, 84])
    let verdicts = judge.verdicts(on: example.pictures)
    #expect(judge.verdicts(onFeatures: features) == verdicts)
    let logits = judge.network(example.pictures).logits
    for (row, verdict) in verdicts.enumerated() {
      let own = (0..<10).map { Double(logits[row, $0]) }
      let total = own.reduce(0.0) { $0 + Deterministic.exp($1) }
      let probabilities = own.map { Deterministic.exp($0) / total }
      #expect(verdict.digit == probabilities.indices.max { probabilities[$0] < probabilities[$1] })
      #expect(abs(verdict.confidence - probabilities[verdict.digit]) < 1e-6)
    }
    let right = zip(verdicts, example.labels).filter { $0.digit == $1 }.count
    #expect(judge.accuracy(on: example.pictures, labels: example.labels) == Double(right) / 70)
  }

  @Test("who knows nothing says 0 with the probability 0.1, which is right in a tenth of the cases")
  func undecided() {
    let configuration = LeNetConfiguration(firstChannels: 1, secondChannels: 1)
    let judge = Judge(configuration, weights: LeNet.initialWeights(configuration, seed: 1).zeros)
    let pictures = Tensor(repeating: 0.5, shape: [10, 28, 28, 1])
    #expect(judge.verdicts(on: pictures).allSatisfy { $0.digit == 0 && abs($0.confidence - 0.1) < 1e-7 })
    #expect(judge.accuracy(on: pictures, labels: Array(0..<10)) == 0.1)
  }

  @Test("learns in steps that grow for a tenth of an epoch and then shrink to nothing at the last")
  func learningRate() {
    let settings = JudgeSettings(epochs: 3, batchSize: 100, peakRate: 0.01)
    let rate = settings.learningRate(pictures: 19_901)  // 200 steps an epoch, the last of one picture
    #expect(settings.stepCount(pictures: 19_901) == 600)
    #expect(rate(step: 10) == 0.005 && rate(step: 20) == 0.01)
    #expect((21...600).allSatisfy { rate(step: $0) < rate(step: $0 - 1) })
    #expect(abs(rate(step: 310) - 0.005) < 1e-15 && abs(rate(step: 600)) < 1e-15)
  }

  @Test("is read as it was written")
  func file() throws {
    let scratch = try Scratch()
    let configuration = LeNetConfiguration(firstChannels: 2, secondChannels: 3)
    let judge = Judge(configuration, weights: LeNet.initialWeights(configuration, seed: 1))
    try judge.file.write(to: scratch("folder/judge.safetensors"))
    let read = try Judge.read(scratch("folder/judge.safetensors"), configuration: configuration)
    #expect(bits(read) == bits(judge) && read.weights.names == judge.weights.names)
  }

  @Test("is refused where a tensor is missing, strange, of another shape or not finite, by file and name")
  func badFiles() throws {
    let scratch = try Scratch()
    let configuration = LeNetConfiguration(firstChannels: 2, secondChannels: 3)
    let weights = LeNet.initialWeights(configuration, seed: 1)
    func failure(_ name: String, _ weights: Weights) throws -> FileFailure? {
      let path = scratch("\(name).safetensors")
      try weights.write(safetensors: path)
      let failure = #expect(throws: FileFailure.self) { try Judge.read(path, configuration: configuration) }
      #expect(failure?.file == path)
      return failure
    }
    var pairs = zip(weights.names, weights.tensors).map { (name: $0, tensor: $1) }
    let last = pairs.removeLast()
    #expect(try failure("missing", Weights(pairs))?.expected.contains("\"fc3.bias\"") == true)
    pairs.append((name: "fc4.bias", tensor: last.tensor))
    #expect(try failure("strange", Weights(pairs))?.found.contains("\"fc4.bias\"") == true)
    pairs[9] = (name: "fc3.bias", tensor: .zeros([11]))
    #expect(try failure("shape", Weights(pairs))?.found == "\"fc3.bias\" of the shape [11]")
    pairs[9] = (name: "fc3.bias", tensor: Tensor([Float](repeating: 1, count: 9) + [.nan]))
    #expect(
      try failure("infinite", Weights(pairs))?.found == "an infinite one or NaN in tensor \"fc3.bias\"")
    #expect(throws: FileFailure.self) { try Judge.read(scratch("none.safetensors")) }
  }

  @Test("that is trained beyond what floats hold says so and at which step")
  func notFinite() throws {
    let example = Example(count: 20)
    let failure = #expect(throws: TrainingFailure.self) {
      try example.trained(JudgeSettings(epochs: 5, batchSize: 10, peakRate: 1e30))
    }
    #expect((1...10).contains(failure?.step ?? 0))
  }

  @Test("is not trained on what has no labels, labels that are no digits, or in no epochs")
  func mistakes() async {
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let digits = DrawnDigits(seed: 1)
      let data = ImageSet((0..<3).map(digits.image), random: RandomNumbers(seed: 1))
      _ = try Judge.trained(on: data, labels: [1, 2])
    }
    stopped(none, saying: "Judge: 2 labels for 3 pictures")
    let strange = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let digits = DrawnDigits(seed: 1)
      let data = ImageSet((0..<2).map(digits.image), random: RandomNumbers(seed: 1))
      _ = try Judge.trained(on: data, labels: [1, 10])
    }
    stopped(strange, saying: "Judge: label 1 is 10; a digit lies in 0…9")
    let epochs = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = JudgeSettings(epochs: 0)
    }
    stopped(epochs, saying: "JudgeSettings: 0 epochs in batches of 128")
  }
}

/// Whether the real files are on this machine.
private let mnistIsHere = FileManager.default.fileExists(
  atPath: "\(MNIST.directory)/\(MNIST.Part.test.imagesFile)")

extension JudgeTests {
  @Test("of 2,000 real digits names most of 1,000 others", .enabled(if: mnistIsHere, "needs MNIST"))
  func mnist() throws {
    let mnist = try MNIST(.train), test = try MNIST(.test)
    let data = ImageSet((0..<2000).map(mnist.image), random: RandomNumbers(seed: 1))
    let judge = try Judge.trained(
      on: data, labels: (0..<2000).map(mnist.label), settings: JudgeSettings(epochs: 3, batchSize: 32))
    let pictures = Tensor(rows: 1000, of: [28, 28, 1]) { test.image($0).pixels }
    // 94 % were found.
    #expect(judge.accuracy(on: pictures, labels: (0..<1000).map(test.label)) > 0.9)
  }
}
