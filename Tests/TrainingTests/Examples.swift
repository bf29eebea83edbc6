import Denoisers
import Deterministic
import Diffusion
import Networks
import Tensors
import Training

/// Data whose sample at position p is whatever a function says.
struct Computed: TrainingData {
  let rowShape: [Int]
  let row: @Sendable (Int) -> [Double]

  func rows(_ positions: Range<Int>) -> Tensor {
    Tensor(rows: positions.count, of: rowShape) { row(positions.lowerBound + $0) }
  }
}

/// Numbers drawn from N(mean, deviation²), a few a row.
func gaussian(_ deviation: Double, mean: Double = 0, length: Int = 2) -> Computed {
  let random = RandomNumbers(seed: 77)
  return Computed(rowShape: [length]) { position in
    random[.data].normals(sample: position, count: length).map { mean + deviation * $0 }
  }
}

/// A network that predicts the timestep it is given, times a weight; it has no other use.
struct TimestepTeller: NoisePredictor {
  private let scale: Tensor

  init(_ configuration: Int, from source: WeightSource) {
    scale = source.weight("scale", shape: [1], .constant(1))
  }

  func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?) -> Tensor {
    Tensor(timestepIndices.map { Float($0) * scale[0] }, shape: x.shape)
  }
}

/// A schedule that the examples share.
let linear: NoiseSchedule = {
  do { return try .linear() } catch { fatalError("\(error)") }
}()

extension Tensor {
  /// The bits of the numbers, which tell −0 from 0 and compare NaN with NaN.
  var bits: [UInt32] { values.map(\.bitPattern) }
}

extension Weights {
  /// The bits of all numbers.
  var bits: [[UInt32]] { tensors.map(\.bits) }
}

/// All that a trainer holds, as bits.
struct TrainerState: Equatable {
  let weights, average, firstMoments, secondMoments: [[UInt32]]
  let updateCount, stepCount: Int
  let history: TrainingHistory

  init(_ trainer: NoiseTrainer<some NoisePredictor>) {
    weights = trainer.weights.bits
    average = trainer.average.weights.bits
    firstMoments = trainer.optimizer.firstMoments.bits
    secondMoments = trainer.optimizer.secondMoments.bits
    updateCount = trainer.average.updateCount
    stepCount = trainer.stepCount
    history = trainer.history
  }
}

/// Whether something holds; for `#expect`, which would otherwise list all numbers of two states that differ.
func isTrue(_ condition: Bool) -> Bool { condition }
