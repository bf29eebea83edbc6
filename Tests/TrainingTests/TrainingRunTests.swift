import Files
import Foundation
import Networks
import TestSupport
import Testing
import Training

/// Longer than any test takes.
private let never = Duration.seconds(1_000_000)

@Suite("A training run")
struct TrainingRunTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch("training/checkpoint")
  }

  private func savedStep() -> Int? { (try? Checkpoint.read(path))?.stepCount }

  @Test("makes the steps of a bare loop, and leaves its last checkpoint")
  func steps() throws {
    let training = smallPoints(batchSize: 20)
    let run = TrainingRun(to: 25, stepsPerEpoch: 10, checkpoint: path, options: training.options)
    var trainer = training.begin()
    var entries: [TrainingHistory.Entry] = []
    #expect(try run(&trainer) { entries.append($0) } == .finished)
    let expected = try training.trained(25)
    #expect(isTrue(TrainerState(trainer) == TrainerState(expected)))
    #expect(entries == expected.history.entries)
    #expect(isTrue(try readWhole(path) == training.bytes(expected)))
    #expect(try scratch.contents == ["training", "training/checkpoint"])
    // Once more, there is nothing to do.
    #expect(try run(&trainer) { _ in Issue.record("a step") } == .finished)
    #expect(isTrue(try readWhole(path) == training.bytes(expected)))
  }

  @Test("tells each epoch's mean loss, the same after a break in its middle")
  func epochs() throws {
    let training = smallPoints(batchSize: 20)
    func epochs(stops: [Int]) throws -> [TrainingRun.Epoch] {
      var epochs: [TrainingRun.Epoch] = []
      for stop in stops {
        let run = TrainingRun(to: stop, stepsPerEpoch: 10, checkpoint: path, options: training.options)
        var trainer = stop == stops[0] ? training.begin() : try training.resume(.read(path))
        _ = try run(
          &trainer,
          afterEpoch: { epoch, trainer in
            #expect(trainer.stepCount == 10 * epoch.number)
            epochs.append(epoch)
          })
      }
      return epochs
    }
    let losses = try training.trained(35).history.entries.map(\.loss)
    let whole = try epochs(stops: [35])
    #expect(
      whole
        == (1...3).map { .init(number: $0, meanLoss: losses[10 * $0 - 10..<10 * $0].reduce(0, +) / 10) })
    #expect(try epochs(stops: [7, 10, 13, 20, 28, 35]) == whole)
  }

  @Test(
    "saves after each epoch and at the end where the clock doesn't ask, and after each step where it always does"
  )
  func saving() throws {
    let training = smallPoints(batchSize: 20)
    func seen(_ interval: Duration) throws -> [Int?] {
      try? FileManager.default.removeItem(atPath: path)
      let run = TrainingRun(
        to: 7, stepsPerEpoch: 3, checkpoint: path, options: training.options, savingEvery: interval)
      var trainer = training.begin()
      var seen: [Int?] = []
      _ = try run(&trainer) { _ in seen.append(savedStep()) }
      return seen + [savedStep()]
    }
    #expect(try seen(never) == [nil, nil, nil, 3, 3, 3, 6, 7])
    #expect(try seen(.zero) == [nil, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test("keeps the last good checkpoint when the loss is not finite")
  func notFinite() throws {
    let points = smallPoints().data
    let data = Computed(rowShape: [2]) { position in
      position == 95 ? [.nan, 0] : points.rows(position..<position + 1).values.map(Double.init)
    }
    let training = Resumable<MLP, Computed>(
      configuration: smallPoints().configuration, data: data,
      settings: TrainingSettings(batchSize: 20, learningRate: LearningRate(1e-2)), network: "small")
    let run = TrainingRun(
      to: 10, stepsPerEpoch: 3, checkpoint: path, options: training.options, savingEvery: never)
    var trainer = training.begin()
    let failure = #expect(throws: TrainingRun.Failure.self) { try run(&trainer) }
    guard case .training(let reason) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(reason.step == 5)
    #expect(failure?.description == reason.description)
    #expect(trainer.stepCount == 4)
    #expect(isTrue(try readWhole(path) == training.bytes(try training.trained(3))))
  }

  @Test("does not begin where its checkpoint cannot be written, and ends where what follows an epoch fails")
  func failures() throws {
    let training = smallPoints(batchSize: 20)
    try writeWhole("in the way", to: scratch("file"))
    var trainer = training.begin()
    let impossible = TrainingRun(
      to: 10, stepsPerEpoch: 4, checkpoint: scratch("file/checkpoint"), options: training.options)
    #expect(throws: TrainingRun.Failure.self) { try impossible(&trainer) }
    #expect(trainer.stepCount == 0)

    let run = TrainingRun(
      to: 10, stepsPerEpoch: 4, checkpoint: path, options: training.options, savingEvery: never)
    let reason = FileFailure(file: "model", at: .whole, expected: "room", found: "none")
    #expect(throws: TrainingRun.Failure.file(reason)) {
      _ = try run(
        &trainer,
        afterEpoch: { (epoch, _) throws(FileFailure) in
          if epoch.number == 2 { throw reason }
        })
    }
    #expect(savedStep() == 4)
  }

  @Test("saves nothing where no checkpoint is wanted")
  func unsaved() throws {
    let training = smallPoints(batchSize: 20)
    var trainer = training.begin()
    let run = TrainingRun(to: 3, stepsPerEpoch: 1, checkpoint: nil, options: [:])
    #expect(try run(&trainer) == .finished)
    #expect(trainer.stepCount == 3)
    #expect(try scratch.contents.isEmpty)
  }
}
