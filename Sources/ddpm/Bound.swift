import ArgumentParser
import Console
import Datasets
import Deterministic
import Diffusion
import Evaluation
import Files
import Formats
import Models
import Notebook
import Tensors

/// `ddpm bound`: how many bits a model needs for the test images of MNIST, at most.
struct Bound: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Estimate the variational bound of a model on MNIST's test images, in bits per dimension.",
    discussion: """
      Writes bound.csv and bound_by_timestep.csv into the model's folder. Needs MNIST (make mnist).

        ddpm bound --model out/models/mnist
      """)

  @Option(help: "The model's folder, as diffusers' DDPMPipeline saves one.")
  var model: String

  @Option(parsing: .unconditional, help: "Use the first N test images, 2 or more (default: 2000).")
  var limit: Int?

  @OptionGroup var common: CommonOptions

  /// The name of the table of the whole bound, in the model's folder.
  static let summaryName = "bound.csv"

  func validate() throws {
    try requireNames([("--model", model)])
    if let limit { try require("--limit", limit, in: 2...1 << 30) }
  }

  func run() throws {
    common.apply()
    let network = try DiffusionModel.read(folder: model, drawing: MNIST.size)
    let files = (summary: "\(model)/\(Self.summaryName)", byTimestep: "\(model)/bound_by_timestep.csv")
    for file in [files.summary, files.byTimestep] { try requireWritable(file) }
    try OwnMark.csv(files.summary, columns: BoundEstimate.summaryColumns).require(before: [files.summary])
    try OwnMark.csv(files.byTimestep, columns: BoundEstimate.columns).require(before: [files.byTimestep])
    let claim = try FolderClaim(model)
    defer { withExtendedLifetime(claim) {} }
    let mnist = try MNIST(.test, atLeast: 2)
    let count = min(mnist.count, limit ?? 2000)
    let images = Tensor(rows: count, of: [MNIST.size, MNIST.size, 1]) { mnist.image($0).pixels }
    let bar = ProgressBar("bound", of: count, unit: "pictures")
    let estimate = BoundEstimate(
      of: images, schedule: network.schedule, variance: network.scheduler.variance,
      random: RandomNumbers(seed: common.seed), model: network.network, progress: { bar.advance(by: $0) })
    guard estimate.total.value.isFinite, estimate.total.standardError.isFinite else {
      throw FileFailure(
        file: model, at: .whole, expected: "a model whose bits per dimension are finite",
        found: "\(estimate.total.value) ± \(estimate.total.standardError)")
    }
    try claim.requireInPlace()
    try writeTogether([
      (path: files.summary, bytes: Array(estimate.summary.text.utf8)),
      (path: files.byTimestep, bytes: Array(estimate.csv.text.utf8)),
    ])
    emit(
      "\(count) test images: \(estimate.total.value.text(places: 4)) ± "
        + "\(estimate.total.standardError.text(places: 4)) bits per dimension")
  }
}
