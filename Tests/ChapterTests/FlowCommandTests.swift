import Formats
import Foundation
import Models
import TestSupport
import Testing

@Suite("What `ddpm likelihood` measures of a model")
struct FlowCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try untrainedModel(size: 28).write(to: scratch("model"))
    try scratch.writeDigits(train: 1, test: 30)
  }

  private func measure(_ arguments: [String], model: String = "model") throws -> Ended {
    try run(
      ddpm: ["likelihood", "--model", model] + arguments, in: scratch.path,
      environment: ["MNIST_DIR": scratch("mnist")])
  }

  private func expectRefused(
    _ ended: Ended, status: Int32 = 1, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    scratch.expectRefused(
      ended, status: status, message, sourceLocation: sourceLocation)
  }

  @Test("is the same on any number of threads, and says what of")
  func measured() throws {
    for threads in ["1", "3"] {
      let ended = try measure(
        ["--count", "4", "--likelihoods", "2", "--threads", threads, "--out", threads])
      #expect(ended.status == 0, "\(ended.error)")
      #expect(ended.error.contains("measured: \(threads)"))
    }
    for name in ["judged.csv", "likelihood.csv"] {
      let one = try Data(contentsOf: URL(filePath: scratch("1/\(name)")))
      #expect(one == (try Data(contentsOf: URL(filePath: scratch("3/\(name)")))))
    }
    let judged = try CSV.read(scratch("1/judged.csv"))
    #expect(
      judged.rows.map { $0[0] } == [
        "flow by Heun, 20 evaluations", "flow by Euler, 50 evaluations", "flow by Heun, 50 evaluations",
        "flow by Heun, 100 evaluations", "DDPM, 12 steps, not clipped", "DDPM, 12 steps, clipped",
      ])
    #expect(try judged.numbers(in: "pictures") == [4, 4, 4, 4, 4, 4])
    let likelihood = try CSV.read(scratch("1/likelihood.csv"))
    #expect(likelihood.rows.map { $0[0] } == ["levels", "levels", "noise", "noise", "bound"])
    #expect(try likelihood.numbers(in: "images") == [2, 2, 2, 2, 2])
    // Tolerances a tenth of one another find the same bits, with more evaluations.
    let (bits, evaluations) = (try likelihood.numbers(in: "bits"), try likelihood.numbers(in: "evaluations"))
    for first in [0, 2] {
      #expect(abs(bits[first] - bits[first + 1]) < 0.05)
      #expect(evaluations[first + 1] > evaluations[first])
    }
  }

  @Test("is nobody's without a model, and has no options of the chapter")
  func use() throws {
    expectRefused(try measure(["--quick"]), status: 64, "Unknown option '--quick'")
    expectRefused(
      try run(ddpm: ["likelihood"], in: scratch.path), status: 64,
      "Missing expected argument '--model <model>'")
  }

  @Test("refuses a model that is none, or of other pictures than MNIST's")
  func models() throws {
    expectRefused(
      try measure([], model: "mnist"),
      "mnist: expected a folder with a model, as diffusers saves it, found no model_index.json in it")
    try untrainedModel(size: 8).write(to: scratch("other"))
    expectRefused(
      try measure([], model: "other"),
      "other/unet/config.json: expected a model of 28 x 28 pictures with one channel, found sample_size 8 and "
        + "in_channels 1")
  }

  @Test("refuses MNIST that is not there, or too little for what is asked for")
  func mnist() throws {
    expectRefused(
      try measure(["--likelihoods", "31"]),
      "\(scratch("mnist/t10k-images-idx3-ubyte")): byte 4: expected 31 pictures or more, found 30")
    try FileManager.default.removeItem(atPath: scratch("mnist"))
    let ended = try measure([])
    #expect(ended.status == 1)
    #expect(
      ended.onlyErrorLine().hasPrefix("ddpm: \(scratch("mnist")): expected MNIST's unpacked files"))
  }

  @Test("refuses a schedule that the flow, or fifty steps, cannot follow")
  func schedules() throws {
    for (scheduler, message) in [
      (
        SchedulerConfiguration.linear(to: 0.5, stepCount: 1),
        "expected a schedule whose noise level grows and stays finite"
      ),
      (.linear(to: 0.9), "expected a schedule whose noise level grows and stays finite"),
      (
        .betas([Double](repeating: 1e-3, count: 990) + [Double](repeating: 0.99, count: 10)),
        "expected a schedule that 50 steps can follow"
      ),
    ] {
      try untrainedModel(size: 28, scheduler: scheduler).write(to: scratch("steep"))
      let ended = try measure(["--count", "4", "--likelihoods", "2"], model: "steep")
      #expect(ended.status == 1)
      #expect(
        ended.onlyErrorLine().hasPrefix("ddpm: steep/scheduler/scheduler_config.json: \(message)"))
    }
  }

  @Test("refuses a model that leads to nothing finite")
  func wild() throws {
    try untrainedModel(size: 28, weightFactor: 1e12).write(to: scratch("wild"))
    expectRefused(
      try measure(["--count", "4", "--likelihoods", "2"], model: "wild"),
      "wild: expected a model whose samples are finite, found one that is not")
  }
}
