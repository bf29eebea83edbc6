import Datasets
import Files
import Formats
import Networks
import TestSupport
import Testing
import Threads
import Training

@Suite("A resumed training")
struct ResumingTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  // The number of threads belongs to the whole process: so these tests have processes of their own.
  @Test("has the bits of the one that never stopped, after 24 breaks, and threads coming and going")
  func points() async {
    await #expect(processExitsWith: .success) { [path = scratch("checkpoint") as String] in
      let training = smallPoints()
      let stepCount = 40
      threadCount = 1
      let whole = try training.trained(stepCount)
      var random = SplitMix64(state: 1)
      // The first and the last moment, the end of the warm-up, and others.
      for stop in [0, 1, 5, stepCount - 1] + (0..<20).map({ _ in random.whole(2...stepCount - 2) }) {
        threadCount = random.whole(1...4)
        try training.trained(stop).checkpoint(options: training.options).write(to: path)
        threadCount = random.one(of: [1, 2, 3, 4].filter { $0 != threadCount })
        var resumed = try training.resume(.read(path))
        #expect(isTrue(TrainerState(resumed) == TrainerState(try training.trained(stop))))
        try resumed.advance(to: stepCount)
        #expect(isTrue(TrainerState(resumed) == TrainerState(whole)), "stopped at \(stop)")
        #expect(isTrue(training.bytes(resumed) == training.bytes(whole)), "stopped at \(stop)")
      }
    }
  }

  @Test("has the same bits after several breaks, at every step")
  func everyStep() throws {
    let training = smallPoints(batchSize: 20)
    var broken = training.begin()
    for _ in 0..<10 {
      try broken.step()
      try broken.checkpoint(options: training.options).write(to: scratch("checkpoint"))
      broken = try training.resume(.read(scratch("checkpoint")))
    }
    #expect(isTrue(TrainerState(broken) == TrainerState(try training.trained(10))))
  }

  @Test("has the same bits with a U-Net, dropout, and a break in a batch that two epochs share")
  func pictures() async {
    await #expect(processExitsWith: .success) { [path = scratch("checkpoint") as String] in
      let training = smallPictures()
      threadCount = 2
      let whole = try training.trained(6)
      for (stop, before, after) in [(2, 1, 2), (3, 3, 1), (5, 2, 3)] {
        threadCount = before
        try training.trained(stop).checkpoint(options: training.options).write(to: path)
        threadCount = after
        var resumed = try training.resume(.read(path))
        try resumed.advance(to: 6)
        #expect(isTrue(TrainerState(resumed) == TrainerState(whole)), "stopped at \(stop)")
        #expect(isTrue(training.bytes(resumed) == training.bytes(whole)), "stopped at \(stop)")
      }
    }
  }

  @Test("is refused with other options, each by name, with what it had and what is asked")
  func options() throws {
    let training = smallPoints()
    let checkpoint = try training.trained(3).checkpoint(options: training.options)
    func changes(_ change: (inout Resumable<MLP, ToyPoints>) -> Void) -> [ResumeFailure.ChangedOption] {
      var other = training
      change(&other)
      do throws(ResumeFailure) {
        _ = try other.resume(checkpoint)
      } catch {
        if case .options(_, let changes) = error { return changes }
      }
      return []
    }
    #expect(changes { $0.settings.batchSize = 64 } == [.init("settings.batch_size", had: 150, asked: 64)])
    #expect(
      changes { $0.settings.largestGradientNorm = nil }
        == [.init("settings.largest_gradient_norm", had: 0.5, asked: .null)])
    #expect(
      changes { $0.settings.averageDecay = 0.25 }
        == [.init("settings.average_decay", had: 0.5, asked: 0.25)])
    #expect(changes { $0.settings.seed = 4 } == [.init("settings.seed", had: 3, asked: 4)])
    #expect(
      changes { $0.settings.seed = .max }
        == [.init("settings.seed", had: 3, asked: "18446744073709551615")])
    #expect(
      changes {
        $0.settings.learningRate = LearningRate(2e-2, warmUp: 5, decay: .cosine(end: 40, floor: 0.1))
      }
        == [.init("settings.learning_rate.peak", had: 0.01, asked: 0.02)])
    #expect(
      changes {
        $0.settings.learningRate = LearningRate(1e-2, warmUp: 4, decay: .steps(after: [7], factor: 0.5))
      }
        == [
          .init("settings.learning_rate.warm_up", had: 5, asked: 4),
          .init("settings.learning_rate.decay", had: "cosine", asked: "steps"),
          .init("settings.learning_rate.end", had: 40, asked: nil),
          .init("settings.learning_rate.floor", had: 0.1, asked: nil),
          .init("settings.learning_rate.after", had: nil, asked: [7]),
          .init("settings.learning_rate.factor", had: nil, asked: 0.5),
        ])
    #expect(
      changes {
        $0.network = ["width": 16, "depth": 2]
        $0.settings.batchSize = 1
      } == [
        .init("network.depth", had: 1, asked: 2), .init("settings.batch_size", had: 150, asked: 1),
      ])
    #expect(
      changes { $0.network = "MLP" } == [
        .init("network", had: ["width": 16, "depth": 1], asked: "MLP")
      ])
    #expect(changes { $0.network = ["depth": 1, "width": 16] }.isEmpty)
  }

  @Test("says in one line which option is another one")
  func optionsInOneLine() throws {
    let checkpoint = smallPoints().begin().checkpoint(options: ["a": 1, "b": ["c": "x\ny"]])
    try checkpoint.write(to: scratch("f"))
    let failure = #expect(throws: ResumeFailure.self) {
      try Checkpoint.read(scratch("f")).requireOptions(["a": 2, "b": [:], "d": true])
    }
    #expect(
      failure?.description
        == "\(scratch("f")): expected the options that the run has had, found a 2 instead of 1, "
        + #"b.c nothing instead of "x\ny", d true instead of nothing"#)
  }

  @Test("is refused in one line, however many options its file has, and however long their names")
  func manyOptions() throws {
    let trainer = try smallPoints().trained(1)
    let options = JSON((0..<50_000).map { JSON.Member("\($0)" + String(repeating: ".", count: 1000), 1) })
    let checkpoint = trainer.checkpoint(options: options)
    let failure = #expect(throws: ResumeFailure.self) { try checkpoint.requireOptions(["a": 2]) }
    #expect((failure?.description.count ?? .max) < 700)
    var pieces = try CheckpointPieces(trainer.checkpoint(options: ["a": 2]).safetensors)
    pieces.metadata["options"] = options.compactText
    let read = #expect(throws: FileFailure.self) { try Checkpoint(pieces.file(), file: "f") }
    #expect(
      read?.description.hasPrefix("f: byte 8: expected options of at most 1048576 bytes, found ") == true)
  }

  @Test("is refused with a rate that the steps made have not had, even where no option tells")
  func rates() throws {
    let training = smallPoints(learningRate: LearningRate(1e-2, decay: .cosine(end: 10)))
    let checkpoint = try training.trained(4).checkpoint(options: [:])
    func resume(_ learningRate: LearningRate) throws(ResumeFailure) {
      var settings = training.settings
      settings.learningRate = learningRate
      _ = try NoiseTrainer<MLP>(
        training.configuration, data: training.data, schedule: linear, settings: settings,
        resuming: checkpoint, options: [:])
    }
    try resume(training.settings.learningRate)
    let failure = #expect(throws: ResumeFailure.self) {
      try resume(LearningRate(1e-2, decay: .cosine(end: 20)))
    }
    guard case .options(_, let changes) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    let had = LearningRate(1e-2, decay: .cosine(end: 10))(step: 1)
    let asked = LearningRate(1e-2, decay: .cosine(end: 20))(step: 1)
    #expect(changes == [.init("the learning rate of step 1", had: JSON(had), asked: JSON(asked))])
  }

  @Test("may have other rates from the next step on, where its options leave them out")
  func laterRates() throws {
    var training = smallPoints(learningRate: LearningRate(1e-2, decay: .steps(after: [6], factor: 0.5)))
    let checkpoint = try training.trained(4).checkpoint(options: [:])
    training.settings.learningRate = LearningRate(1e-2, decay: .steps(after: [4], factor: 0.1))
    var resumed = try NoiseTrainer<MLP>(
      training.configuration, data: training.data, schedule: linear, settings: training.settings,
      resuming: checkpoint, options: [:])
    try resumed.advance(to: 8)
    #expect(isTrue(TrainerState(resumed) == TrainerState(try training.trained(8))))
  }

  @Test("is refused with the weights of another network, by name and shape")
  func anotherNetwork() throws {
    let checkpoint = try smallPoints().trained(1).checkpoint(options: [:])
    func failure(width: Int, depth: Int) -> String? {
      let other = smallPoints(width: width, depth: depth)
      return #expect(throws: ResumeFailure.self) {
        try NoiseTrainer<MLP>(
          other.configuration, data: other.data, schedule: linear, settings: other.settings,
          resuming: checkpoint, options: [:])
      }?.description
    }
    let wider = failure(width: 17, depth: 1)
    #expect(
      wider?.contains(#"expected "weights.time_embedding.linear_1.weight" of the shape [17, 8]"#) == true)
    #expect(wider?.contains("[16, 8]") == true)
    #expect(failure(width: 16, depth: 2)?.contains("\"weights.layers.1.linear.weight\"") == true)
    #expect(
      failure(width: 16, depth: 0)?.contains("\"weights.layers.0.linear.bias\", which the network") == true)
  }
}
