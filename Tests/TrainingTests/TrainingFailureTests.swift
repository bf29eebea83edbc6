import Datasets
import Denoisers
import Deterministic
import Diffusion
import Networks
import Tensors
import Testing
import Training

/// A network that is right out of range from some timestep on: its output is its only weight times 10³⁸ there.
private struct Overflowing: NoisePredictor {
  private let scale: Tensor

  init(_ first: Int, from source: WeightSource) {
    scale = source.weight("scale", shape: [1], .constant(1))
    self.first = first
  }

  private let first: Int

  func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?) -> Tensor {
    let sizes = timestepIndices.map { $0 + 1 >= Double(first) ? Float.infinity : 0 }
    return x.linear(scale.reshaped([1, 1])) + Tensor(sizes, shape: x.shape)
  }
}

@Suite("A training that cannot go on")
struct TrainingFailureTests {
  private let points = ToyPoints(.moons, random: RandomNumbers(seed: 1)[.data])

  private func trainer(
    _ data: some TrainingData, learningRate: Double = 1e-3, limit: Double? = 1
  ) -> NoiseTrainer<MLP> {
    Trainer(
      MLPConfiguration(inputs: 2, width: 8, depth: 1, embeddingDimension: 8), data: data, schedule: linear,
      settings: TrainingSettings(
        batchSize: 10, learningRate: LearningRate(learningRate), largestGradientNorm: limit))
  }

  @Test("stops in the step after weights that were thrown far away, and leaves them")
  func learningRate() throws {
    var trainer = trainer(points, learningRate: 1e30)
    try trainer.step()
    let before = TrainerState(trainer)
    let failure = #expect(throws: TrainingFailure.self) { try trainer.step() }
    guard case .lossNotFinite(step: 2, let loss, origin: .weights(let largest)) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(!loss.isFinite)
    #expect(largest > 1e29 && largest < 1e31)
    #expect(failure?.description.hasPrefix("training step 2: expected a finite loss, found") == true)
    #expect(failure?.description.contains("the weights, the largest of which is") == true)
    #expect(TrainerState(trainer) == before)
  }

  @Test("stops in the step that would lead out of the range of Float")
  func weightsOutOfRange() {
    var trainer = trainer(points, learningRate: 1e39)
    let before = TrainerState(trainer)
    let failure = #expect(throws: TrainingFailure.self) { try trainer.step() }
    guard case .weightsNotFinite(step: 1, let names, learningRate: 1e39) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(names.contains("output.weight"))
    #expect(TrainerState(trainer) == before)
  }

  @Test("names the positions of data that are not finite", arguments: [Double.nan, .infinity])
  func data(bad: Double) throws {
    let points = points
    let data = Computed(rowShape: [2]) { position in
      position == 37 ? [0, bad] : points.rows(position..<position + 1).values.map(Double.init)
    }
    var trainer = trainer(data)
    for _ in 0..<3 { try trainer.step() }
    let before = TrainerState(trainer)
    let failure = #expect(throws: TrainingFailure.self) { try trainer.step() }
    guard case .lossNotFinite(step: 4, _, origin: .data(positions: [37])) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(failure?.description.hasSuffix(": the data are not finite at position 37") == true)
    #expect(TrainerState(trainer) == before)
  }

  @Test("names the timesteps at which the network leaves the range")
  func timesteps() {
    let data = gaussian(1, length: 1)
    var trainer = NoiseTrainer<Overflowing>(
      800, data: data, schedule: linear,
      settings: TrainingSettings(batchSize: 20, learningRate: LearningRate(1e-3)))
    let before = TrainerState(trainer)
    let high = trainer.batch(ofStep: 1).timesteps.filter { $0 >= 800 }
    #expect((1..<20).contains(high.count))
    let failure = #expect(throws: TrainingFailure.self) { try trainer.step() }
    guard case .lossNotFinite(step: 1, _, origin: .samples(let timesteps)) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(timesteps == high)
    #expect(failure?.step == 1)
    #expect(TrainerState(trainer) == before)
  }
}
