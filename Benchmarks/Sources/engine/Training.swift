import Deterministic
import Diffusion
import Networks
import Tensors

/// A batch as it is drawn from the data: images, noise and timesteps.
struct Batch {
  let x0: Tensor
  let noise: Tensor
  /// t, 1…1000, one for each image.
  let t: [Int]

  init(number: Int, size: Int) {
    let random = RandomNumbers(seed: 1)
    x0 = .normal(random[.data], step: number, samples: 0..<size, rowShape: [28, 28, 1])
    noise = .normal(random[.jump], step: number, samples: 0..<size, rowShape: [28, 28, 1])
    t = (0..<size).map { 1 + random[.data].index(below: 1000, step: number, sample: $0, element: 784) }
  }

  /// The timesteps of some images as the network counts them, from 0.
  func timesteps(of samples: Range<Int>) -> [Double] { t[samples].map { Double($0 - 1) } }

  /// x_t of some images, each noised as its own t says.
  func noised(_ samples: Range<Int>, _ schedule: NoiseSchedule) -> Tensor {
    Tensor(
      rowsOf: samples.map { sample in
        let row = sample..<sample + 1
        return schedule[t[sample]].marginal(of: x0.rows(row)).draw(noise.rows(row))
      })
  }
}

/// A network on its way.
final class Training {
  private let configuration: UNetConfiguration
  private let batchSize: Int
  private let batches: [Batch]
  private let schedule: NoiseSchedule
  private var weights: Weights
  private var adam: Adam
  private var average: MovingAverage
  private var stepCount = 0

  init(_ configuration: UNetConfiguration, batchSize: Int) {
    self.configuration = configuration
    self.batchSize = batchSize
    batches = (0..<4).map { Batch(number: $0, size: batchSize) }
    do { schedule = try .linear() } catch { fatalError("the linear schedule: \(error)") }
    weights = UNet.initialWeights(configuration, seed: 1)
    adam = Adam(for: weights)
    average = MovingAverage(weights, decay: 0.999)
  }

  /// One step: noising, forward, mean squared error, backward, clipping, Adam, the moving average of the weights.
  func step() {
    let batch = batches[stepCount % batches.count]
    stepCount += 1
    let (loss, gradients) = UNet.lossAndGradients(configuration, weights: weights, batchSize: batchSize) {
      [schedule]
      network, samples in
      let predicted = network(batch.noised(samples, schedule), timestepIndices: batch.timesteps(of: samples))
      return predicted.squaredDistance(to: batch.noise.rows(samples), times: 1 / Double(batch.noise.count))
    }
    guard loss.isFinite else { fatalError("a loss of \(loss) in step \(stepCount)") }
    let factor = gradients.clippingFactor(norm: 1).factor
    adam.step(&weights, gradients: gradients, gradientScale: factor, learningRate: 1e-3)
    average.update(with: weights)
  }
}
