import Files
import Foundation
import Synchronization
import TestSupport
import Testing
import Training

// What ends a process is tried on processes of their own.
@Suite("A training run that is broken off")
struct BrokenRunTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch("checkpoint")
  }

  @Test("by a signal finishes the step, saves it and ends", arguments: StopSignal.allCases, [13, 20, 40])
  func signals(signal: StopSignal, step: Int) async throws {
    await #expect(processExitsWith: .exitCode(signal.exitStatus)) {
      [path = path as String, number = signal.number as Int32, step = step as Int] in
      let training = smallPoints()
      var trainer = training.begin()
      // Step 20 ends an epoch and step 40 the run.
      let run = TrainingRun(to: 40, stepsPerEpoch: 10, checkpoint: path, options: training.options)
      let end = try run(&trainer, until: StopSignals()) { if $0.step == step { raiseHere(number) } }
      guard case .stopped(let signal) = end, trainer.stepCount == step else { exit(1) }
      exit(signal.exitStatus)
    }
    let training = smallPoints()
    #expect(isTrue(try readWhole(path) == training.bytes(try training.trained(step))))
    var resumed = try training.resume(.read(path))
    try resumed.advance(to: 40)
    #expect(isTrue(TrainerState(resumed) == TrainerState(try training.trained(40))))
  }

  @Test("by a signal from outside, and many more while it saves, leaves the checkpoint of its last step")
  func manySignals() async throws {
    await #expect(processExitsWith: .exitCode(130)) { [path = path as String] in
      let training = smallPoints(width: 128, depth: 2, batchSize: 2)
      var trainer = training.begin()
      let run = TrainingRun(
        to: 1_000_000, stepsPerEpoch: 7, checkpoint: path, options: training.options, savingEvery: .zero)
      let signals = StopSignals()
      let begins = Atomic(false)
      Thread.detachNewThread {
        while !begins.load(ordering: .relaxed) {}
        while true { kill(getpid(), SIGINT) }
      }
      let end = try run(&trainer, until: signals) { entry in
        if entry.step == 3 { begins.store(true, ordering: .relaxed) }
      }
      guard end == .stopped(.interrupt), try readWhole(path) == training.bytes(trainer) else { exit(1) }
      withExtendedLifetime(signals) { exit(130) }
    }
    #expect(try Checkpoint.read(path).stepCount >= 3)
    #expect(try scratch.contents == ["checkpoint"])
  }

  @Test("by kill -9 at any moment of its saving leaves a checkpoint that is whole")
  func killed() async throws {
    let training = smallPoints(width: 128, depth: 3, batchSize: 2)
    var random = SplitMix64(state: 1)
    try training.begin().checkpoint(options: training.options).write(to: path)
    for _ in 0..<8 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, moment = random.whole(0...100_000) as Int] in
        let training = smallPoints(width: 128, depth: 3, batchSize: 2)
        var trainer = try training.resume(.read(path))
        Thread.detachNewThread {
          for _ in 0..<moment { sched_yield() }
          kill(getpid(), SIGKILL)
        }
        let run = TrainingRun(
          to: 1_000_000, stepsPerEpoch: 7, checkpoint: path, options: training.options, savingEvery: .zero)
        _ = try run(&trainer)
      }
      let checkpoint = try Checkpoint.read(path)
      let expected = try training.trained(checkpoint.stepCount)
      #expect(isTrue(TrainerState(try training.resume(checkpoint)) == TrainerState(expected)))
    }
  }

  // The limit on a file's size stands for a full disk: the system accepts the first bytes and refuses the rest.
  @Test("by a full disk keeps the checkpoint before")
  func full() async throws {
    let training = smallPoints()
    await #expect(processExitsWith: .success) { [path = path as String] in
      let training = smallPoints()
      var trainer = training.begin()
      let run = TrainingRun(to: 40, stepsPerEpoch: 4, checkpoint: path, options: training.options)
      signal(SIGXFSZ, SIG_IGN)
      let failure = #expect(throws: TrainingRun.Failure.self) {
        _ = try run(
          &trainer,
          afterEpoch: { epoch, _ in if epoch.number == 2 { limitFileSize(to: 20_000) } })
      }
      guard case .file(let reason) = failure else { exit(1) }
      #expect(reason.file == path && reason.found == "\"File too large\"")
      #expect(trainer.stepCount == 8)
    }
    #expect(isTrue(try readWhole(path) == training.bytes(try training.trained(4))))
    #expect(try scratch.contents == ["checkpoint"])
  }
}

/// Lets no file of this process grow beyond a number of bytes.
private func limitFileSize(to count: UInt) {
  var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
  #if canImport(Glibc)
  let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
  let resource = RLIMIT_FSIZE
  #endif
  guard setrlimit(resource, &limit) == 0 else { fatalError("no limit on the size of files") }
}
