import ArgumentParser
import Datasets
import Deterministic
import Diffusion
import Evaluation
import Formats
import Networks
import Notebook
import Tensors
import Training

/// A model's digits along the probability flow in the eyes of chapter 6's judge, and the likelihood of MNIST's test
/// digits: minutes of work, so committed.
///
///     judged.csv        digits by several solvers and budgets, a row each
///     likelihood.csv    bits per dimension, for several numbers of evaluations
struct MeasureCommand {
  let options: Options

  private var outFolder: String { options.common.out ?? "out/flow" }
  private var random: RandomNumbers { RandomNumbers(seed: options.common.seed) }
  private var likelihoodCount: Int { options.likelihoods ?? 500 }

  /// Does what is asked for.
  func run() throws {
    let files = (judged: "\(outFolder)/judged.csv", likelihood: "\(outFolder)/likelihood.csv")
    for file in [files.judged, files.likelihood] { try requireWritable(file) }
    let model = try DiffusionModel.read(folder: options.modelFolder, drawing: MNIST.size)
    let judge = try Judge.read("\(Notebook.project())/data/models/judge/lenet.safetensors")
    let test = try MNIST(.test, atLeast: max(4, likelihoodCount))
    let pictures = Tensor(rows: test.count, of: [MNIST.size, MNIST.size, 1]) { test.image($0).pixels }
    let room = JudgingRoom(judge, test: pictures, labels: (0..<test.count).map(test.label), random: random)
    let rows = try judged(model, in: room)
    let likelihoods = try likelihoods(of: pictures, by: model)
    try writeTogether([
      (path: files.judged, bytes: Array(JudgingRoom.csv(rows).text.utf8)),
      (path: files.likelihood, bytes: Array(likelihoods.text.utf8)),
    ])
    note("measured: \(outFolder)")
  }

  // MARK: The judge

  private func judged(_ model: DiffusionModel, in room: JudgingRoom) throws -> [JudgingRoom.Row] {
    let count = options.count ?? 2000
    let xT = ModelSampler(model, seed: options.common.seed).startingNoise(of: 0..<count)
    func flow(_ method: ODEMethod, _ evaluations: Int) throws -> JudgingRoom.Row {
      let name = "flow, \(method.rawValue), \(evaluations) evaluations"
      let bar = ProgressBar(name, of: count * evaluations, unit: "evaluations")
      return try row(
        name, ModelFlow(model, evaluations: evaluations, method: method).decode(xT) { bar.advance(by: $0) })
    }
    func row(_ name: String, _ samples: Tensor) throws -> JudgingRoom.Row {
      guard samples.isFinite else {
        throw FileFailure(
          file: options.modelFolder, at: .whole, expected: "a model whose samples are finite",
          found: "one that is not")
      }
      let row = room.row(name, samples.clipped(to: 1))
      emit(row.line)
      return row
    }
    let steps = min(50, model.schedule.stepCount)
    let bar = ProgressBar("DDPM, \(steps) steps", of: count * steps, unit: "steps of a picture")
    let fewSteps = ModelSampler(model, stepCount: steps, seed: options.common.seed)
    let ancestral = try row(
      "DDPM, \(steps) steps", fewSteps.samples(of: 0..<count, progress: { bar.advance(by: $0) }))
    return [
      try flow(.heun, 20), try flow(.euler, 50), try flow(.heun, 50), try flow(.heun, 100), ancestral,
    ]
  }

  // MARK: The likelihood

  private func likelihoods(of test: Tensor, by model: DiffusionModel) throws -> CSV {
    let count = likelihoodCount
    let dimension = MNIST.size * MNIST.size
    // Each level is 1/127.5 wide, and the level is in its middle.
    let x = Tensor(rows: count, of: [MNIST.size, MNIST.size, 1]) { row in
      let places = random.uniforms(.dequantisation, sample: row, count: dimension)
      return zip(test.rows(row..<row + 1).values, places).map { (level: Float, place: Double) -> Double in
        Double(level) + (place - 0.5) / 127.5
      }
    }
    let probes = Tensor(rows: count, of: [MNIST.size, MNIST.size, 1]) { row in
      random.uniforms(.probe, sample: row, count: dimension).map { $0 < 0.5 ? -1 : 1 }
    }
    var rows: [[any CSVValue]] = []
    for tolerance in [1e-3, 1e-4] {
      let bar = ProgressBar("likelihood to \(tolerance.text(1))", of: count, unit: "pictures")
      let found = try ModelFlow(model, evaluations: 2).logDensities(
        of: x, probes: probes, by: DormandPrince(relativeTolerance: tolerance, absoluteTolerance: tolerance),
        progress: { bar.advance() })
      // −log₂ of a picture's probability, a dimension.
      let bits = Moments(
        found.map { (log(127.5) - $0.logDensity / Double(dimension)) / log(2) })
      let error = (bits.variance / Double(count)).squareRoot()
      let evaluations = Double(found.reduce(0) { $0 + $1.evaluations }) / Double(count)
      emit(
        "\(bits.mean.text(places: 4)) ± \(error.text(places: 4)) bits per dimension, tolerance \(tolerance.text(1)), "
          + "\(evaluations.text(places: 0)) evaluations")
      rows.append([tolerance, evaluations, count, bits.mean, error])
    }
    return CSV(columns: ["tolerance", "evaluations", "images", "bits", "standard_error"], rows: rows)
  }
}
