import ArgumentParser
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Evaluation
import Files
import Formats
import Models
import Notebook
import Statistics
import Tensors

/// A model's digits along the probability flow in the eyes of chapter 6's judge, and the likelihood of MNIST's test
/// digits: minutes of work, so committed.
///
///     judged.csv        digits by several solvers and budgets, a row each
///     likelihood.csv    bits per dimension, in two ways and for two tolerances, and chapter 5's bound
struct LikelihoodCommand {
  let options: Likelihood

  /// The steps of the sampler that the flow is compared with, where the model has as many.
  private static let samplerSteps = 50
  private static let likelihoodColumns = [
    "kind", "tolerance", "evaluations", "images", "bits", "standard_error",
  ]

  private var outFolder: String { options.out ?? "out/flow" }
  private var random: RandomNumbers { RandomNumbers(seed: options.common.seed) }
  private var likelihoodCount: Int { options.likelihoods ?? 500 }

  /// Does what is asked for.
  func run() throws {
    let files = (judged: "\(outFolder)/judged.csv", likelihood: "\(outFolder)/likelihood.csv")
    for file in [files.judged, files.likelihood] { try requireWritable(file) }
    try OwnMark.csv(files.judged, columns: JudgingRoom.columns).require(before: [files.judged])
    try OwnMark.csv(files.likelihood, columns: Self.likelihoodColumns).require(before: [files.likelihood])
    let claim = try FolderClaim(outFolder)
    defer { withExtendedLifetime(claim) {} }
    let model = try DiffusionModel.read(folder: options.model, drawing: MNIST.size)
    try requireFollowable(model)
    let judge = try Judge.read("\(Notebook.project())/data/models/judge/lenet.safetensors")
    let test = try MNIST(.test, atLeast: max(4, likelihoodCount))
    let pictures = Tensor(rows: test.count, of: [MNIST.size, MNIST.size, 1]) { test.image($0).pixels }
    let room = JudgingRoom(judge, test: pictures, labels: (0..<test.count).map(test.label), random: random)
    let rows = try judged(model, in: room)
    let likelihoods = try likelihoods(of: pictures, by: model)
    try claim.requireInPlace()
    try writeTogether([
      (path: files.judged, bytes: Array(JudgingRoom.csv(rows).text.utf8)),
      (path: files.likelihood, bytes: Array(likelihoods.text.utf8)),
    ])
    note("measured: \(outFolder)")
  }

  /// Refuses a model whose schedule the flow, or the sampler to compare it with, cannot follow.
  private func requireFollowable(_ model: DiffusionModel) throws(FileFailure) {
    let lowest = model.schedule.noiseLevel(at: 1)
    let highest = model.schedule.noiseLevel(at: Double(model.schedule.stepCount))
    guard highest > lowest, highest < .infinity else {
      throw FileFailure(
        file: "\(options.model)/scheduler/scheduler_config.json", at: .whole,
        expected: "a schedule whose noise level grows and stays finite", found: "\(lowest) to \(highest)")
    }
    try model.requireSteps(Self.samplerSteps, in: options.model)
  }

  // MARK: The judge

  private func judged(_ model: DiffusionModel, in room: JudgingRoom) throws -> [JudgingRoom.Row] {
    let count = options.count ?? 2000
    let xT = NumberedSampler(model, seed: options.common.seed).startingNoise(of: 0..<count)
    func flow(_ method: ODEMethod, _ evaluations: Int) throws -> JudgingRoom.Row {
      let methodName =
        switch method {
        case .heun: "Heun"
        case .euler: "Euler"
        }
      let name = "flow by \(methodName), \(evaluations) evaluations"
      let bar = ProgressBar(name, of: count * evaluations, unit: "evaluations")
      let flow = ModelFlow(model, evaluations: evaluations, method: method)
      return try row(name, flow.denoised(flow.decode(xT) { bar.advance(by: $0) }))
    }
    func steps(clipping clips: Bool) throws -> JudgingRoom.Row {
      let steps = min(Self.samplerSteps, model.schedule.stepCount)
      let name = "DDPM, \(steps) steps, \(clips ? "" : "not ")clipped"
      let bar = ProgressBar(name, of: count * steps, unit: "steps of a picture")
      let sampler = NumberedSampler(model, stepCount: steps, clipsX0: clips, seed: options.common.seed)
      return try row(name, sampler.samples(of: 0..<count, progress: { bar.advance(by: $0) }))
    }
    func row(_ name: String, _ samples: Tensor) throws -> JudgingRoom.Row {
      guard samples.isFinite else {
        throw FileFailure(
          file: options.model, at: .whole, expected: "a model whose samples are finite",
          found: "one that is not")
      }
      let row = room.row(name, samples.clipped(to: 1))
      emit(row.line)
      return row
    }
    return [
      try flow(.heun, 20), try flow(.euler, 50), try flow(.heun, 50), try flow(.heun, 100),
      try steps(clipping: false), try steps(clipping: true),
    ]
  }

  // MARK: The likelihood

  /// The bits per dimension of test digits: by the flow, of digits whose levels are spread evenly and of digits with the noise
  /// of t = 1, and by chapter 5's bound.
  private func likelihoods(of test: Tensor, by model: DiffusionModel) throws -> CSV {
    let images = test.rows(0..<likelihoodCount)
    let dimension = MNIST.size * MNIST.size
    let first = model.schedule[1]
    let bound = BoundEstimate(
      of: images, schedule: model.schedule, variance: model.scheduler.variance, random: random,
      model: model.network)
    // A pixel's value is the middle of its level, which is 1/127.5 wide.
    let spread = Tensor(rows: likelihoodCount, of: [MNIST.size, MNIST.size, 1]) { row in
      let places = random[.dequantization].uniforms(sample: row, count: dimension)
      return zip(images.rows(row..<row + 1).values, places).map { (level: Float, place: Double) -> Double in
        Double(level) + (place - 0.5) / 127.5
      }
    }
    // The very x_1 that the bound's L_0 is of.
    let noised = first.marginal(of: images).draw(
      .normal(random[.jump], step: 1, samples: 0..<likelihoodCount, rowShape: [MNIST.size, MNIST.size, 1]))
    // What is added to −log₂ p: where levels are spread, that a level's probability is its density times its width; where
    // there is noise, log q(x_1 | x_0), and L_0 with its error.
    let ofNoise: Double = -0.5 * (log(2 * Double.pi * (1 - first.alphaBar)) + 1) / log(2)
    let kinds: [(name: String, x: Tensor, added: Double, error: Double)] = [
      ("levels", spread, log(127.5) / log(2), 0),
      ("noise", noised, ofNoise + bound.reconstruction.value, bound.reconstruction.standardError),
    ]
    var rows: [[any CSVValue]] = []
    for kind in kinds {
      for tolerance in [1e-3, 1e-4] {
        let logs = try logDensities(of: kind.x, by: model, tolerance: tolerance, kind.name)
        let bits = Moments(
          logs.map { density -> Double in
            kind.added - density.logDensity / (Double(dimension) * log(2))
          })
        let error = (bits.variance / Double(likelihoodCount) + kind.error * kind.error).squareRoot()
        try requireFinite(bits.mean, error)
        let evaluations = Double(logs.reduce(0) { $0 + $1.evaluations }) / Double(likelihoodCount)
        rows.append([kind.name, tolerance, evaluations, likelihoodCount, bits.mean, error])
        emit("\(kind.name), tolerance \(tolerance.text(1)): \(bits.mean.text(places: 4)) bits per dimension")
      }
    }
    try requireFinite(bound.total.value, bound.total.standardError)
    rows.append(["bound", 0, 0, likelihoodCount, bound.total.value, bound.total.standardError])
    emit("chapter 5's bound: \(bound.total.value.text(places: 4)) bits per dimension")
    return CSV(columns: Self.likelihoodColumns, rows: rows)
  }

  /// Refuses a model of which a measured number is none.
  private func requireFinite(_ numbers: Double...) throws(FileFailure) {
    guard let number = numbers.first(where: { !$0.isFinite }) else { return }
    throw FileFailure(
      file: options.model, at: .whole, expected: "a model whose bits per dimension are finite",
      found: "\(number)")
  }

  private func logDensities(
    of x: Tensor, by model: DiffusionModel, tolerance: Double, _ label: String
  ) throws(ODEFailure) -> [(logDensity: Double, evaluations: Int)] {
    let probes = Tensor(rows: x.rowCount, of: [MNIST.size, MNIST.size, 1]) { row in
      random[.probe].uniforms(sample: row, count: MNIST.size * MNIST.size).map { $0 < 0.5 ? -1 : 1 }
    }
    let bar = ProgressBar(label, of: x.rowCount, unit: "pictures")
    return try ModelFlow(model, evaluations: 2).logDensities(
      of: x, probes: probes, by: DormandPrince(relativeTolerance: tolerance, absoluteTolerance: tolerance),
      progress: { bar.advance() })
  }
}
