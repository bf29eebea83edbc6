import Networks
import Tensors
import Testing
import Training

/// Learning that y = 2 x from points, by plain gradient descent: neither noise nor Adam.
private struct Doubling: Objective {
  struct Pairs: Sendable { let x, y: Tensor }

  func batchSize(ofStep n: Int) -> Int { n.isMultiple(of: 2) ? 3 : 20 }

  func batch(ofStep n: Int) -> Pairs {
    let x = (0..<batchSize(ofStep: n)).map { Float(($0 * 7 + n) % 5) / 5 - 0.4 }
    return Pairs(x: Tensor(x, shape: [x.count, 1]), y: Tensor(x.map { 2 * $0 }, shape: [x.count, 1]))
  }

  func loss(of model: Line, for batch: Pairs, samples: Range<Int>, step n: Int) -> Tensor {
    model(batch.x.rows(samples))
      .squaredDistance(to: batch.y.rows(samples), times: 1 / Double(batch.x.rowCount))
  }
}

private struct Line: Network {
  let linear: Linear

  init(_ configuration: Int, from source: WeightSource) {
    linear = Linear(inputs: configuration, outputs: 1, from: source["line"])
  }

  func callAsFunction(_ x: Tensor) -> Tensor { linear(x) }
}

/// w ← w − η g.
private struct GradientDescent: Optimizer {
  private(set) var stepCount = 0

  mutating func step(
    _ weights: inout Weights, gradients: Weights, gradientScale: Double, learningRate: Double
  ) {
    stepCount += 1
    let scale = -learningRate * gradientScale
    weights = weights.combined(with: gradients) { $0 + scale * $1 }
  }
}

@Suite("A trainer of another objective, by another optimizer")
struct ObjectiveTests {
  private func trained(_ steps: Int) throws -> Trainer<Doubling, GradientDescent> {
    var trainer = Trainer(
      1, objective: Doubling(),
      settings: TrainingSettings(
        learningRate: LearningRate(0.5), largestGradientNorm: nil, averageDecay: 0, seed: 5),
      optimizer: { _ in GradientDescent() })
    try trainer.run(steps)
    return trainer
  }

  @Test("learns the line, and its average without memory is the weights")
  func line() throws {
    let trainer = try trained(400)
    #expect(abs(trainer.model(Tensor([0.25], shape: [1, 1])).values[0] - 0.5) < 1e-4)
    #expect(trainer.average.weights.bits == trainer.weights.bits)
    #expect(trainer.history.entries.map(\.step) == Array(1...400))
  }

  @Test("has the gradient of the whole batch in a step, whatever its size, as the derivative by hand has it")
  func step() throws {
    let before = try trained(0), after = try trained(1)
    let (w, b) = (
      Double(before.weights["line.weight"].values[0]), Double(before.weights["line.bias"].values[0])
    )
    let batch = Doubling().batch(ofStep: 1)
    let pairs = zip(batch.x.values.map(Double.init), batch.y.values.map(Double.init))
    let slopeOfW = pairs.reduce(0) { $0 + 2 * (w * $1.0 + b - $1.1) * $1.0 } / 20
    let slopeOfB = pairs.reduce(0) { $0 + 2 * (w * $1.0 + b - $1.1) } / 20
    #expect(abs(Double(after.weights["line.weight"].values[0]) - (w - 0.5 * slopeOfW)) < 1e-6)
    #expect(abs(Double(after.weights["line.bias"].values[0]) - (b - 0.5 * slopeOfB)) < 1e-6)
  }
}
