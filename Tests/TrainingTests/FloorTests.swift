import Datasets
import Deterministic
import Diffusion
import Networks
import Samples
import Statistics
import Tensors
import Testing
import Training

/// What chapter 4 claims of its network, with a smaller one.
@Suite("A network trained on a mixture, against the lowest possible loss")
struct FloorTests {
  let random = RandomNumbers(seed: 5)
  let mixture = ToyDistribution.gaussianMixture
  let schedule: NoiseSchedule

  init() throws { schedule = try .linear() }

  private func trained(_ steps: Int) throws -> NoiseTrainer<MLP> {
    var trainer = NoiseTrainer<MLP>(
      MLPConfiguration(inputs: 2, width: 64, depth: 4), data: ToyPoints(.mixture, random: random[.data]),
      schedule: schedule,
      settings: TrainingSettings(
        batchSize: 256, learningRate: LearningRate(3e-3, warmUp: 25, decay: .cosine(end: 1200, floor: 0.01)),
        averageDecay: 0.99, seed: 5))
    for _ in 0..<steps { try trainer.step() }
    return trainer
  }

  /// Fresh points noised to t, and their noises.
  private func unseen(_ count: Int, at t: Int) -> (noisy: [SIMD2<Double>], noises: [SIMD2<Double>]) {
    let noises = (0..<count).map { i in
      let pair = random[.jump].normals(step: t, sample: i, count: 2)
      return SIMD2(pair[0], pair[1])
    }
    let noisy = noises.indices.map { i in
      schedule[t].marginal(of: ToyDistribution.mixture.point(1 << 31 + t * count + i, random: random[.data]))
        .draw(noises[i])
    }
    return (noisy, noises)
  }

  private func predictions(_ network: MLP, _ noisy: [SIMD2<Double>], at t: Int) -> [SIMD2<Double>] {
    network.predictedNoise(from: Tensor(points: noisy), timestep: Timestep(t)).points
  }

  /// The mean of a coordinate's squared difference.
  private func distance(_ a: [SIMD2<Double>], _ b: [SIMD2<Double>]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).dot($1.0 - $1.1) / 2 } / Double(a.count)
  }

  @Test(
    "comes within a twentieth of it on average, and within a fifth or 0.002 in every tenth of the timesteps")
  func excess() throws {
    let network = try trained(1200).averagedModel
    var (floors, excesses) = ([Double](), [Double]())
    for t in stride(from: 5, through: 1000, by: 10) {
      let (noisy, _) = unseen(200, at: t)
      let best = noisy.map { mixture.bestNoisePrediction(from: $0, at: schedule[t]) }
      floors.append(mixture.lowestLoss(at: schedule[t]))
      excesses.append(distance(predictions(network, noisy, at: t), best))
    }
    #expect(excesses.reduce(0, +) <= 0.05 * floors.reduce(0, +))
    for tenth in 0..<10 {
      let places = 10 * tenth..<10 * tenth + 10
      let (floor, excess) = (floors[places].reduce(0, +) / 10, excesses[places].reduce(0, +) / 10)
      #expect(excess <= max(0.2 * floor, 0.002), "t in \(100 * tenth + 1)…\(100 * tenth + 100)")
    }
  }

  // ‖ε − ε_θ‖² = ‖ε − ε*‖² + ‖ε* − ε_θ‖² + 2 (ε − ε*)·(ε* − ε_θ), and the last has mean 0: its standard error is
  // below 0.01 for 4,000 points.
  @Test("has the loss that it must have, the lowest and the excess", arguments: [20, 100, 300, 700])
  func parts(t: Int) throws {
    let network = try trained(100).model
    let (noisy, noises) = unseen(4000, at: t)
    let predicted = predictions(network, noisy, at: t)
    let best = noisy.map { mixture.bestNoisePrediction(from: $0, at: schedule[t]) }
    let lowest = mixture.lowestLoss(at: schedule[t])
    #expect(abs(distance(noises, best) - lowest) < 0.05 * lowest + 0.002)
    #expect(abs(distance(noises, predicted) - distance(noises, best) - distance(best, predicted)) < 0.04)
  }

  /// Rows of N(0, 1).
  private struct Noise: TrainingData {
    let random: RandomNumbers
    let rowShape = [40]
    func rows(_ positions: Range<Int>) -> Tensor {
      .normal(random[.data], samples: positions, rowShape: rowShape)
    }
  }

  // The outputs are affine in the last hidden vector, so they lie in a plane of as many dimensions; of the noise's other
  // directions nothing is predicted. A batch of 512 has 20,480 numbers: its mean square is within 0.04 of 1.
  @Test("cannot say more of the noise than its hidden vector has numbers for", arguments: [10, 30])
  func narrow(width: Int) throws {
    var trainer = NoiseTrainer<MLP>(
      MLPConfiguration(inputs: 40, width: width, depth: 1), data: Noise(random: random), schedule: schedule,
      settings: TrainingSettings(batchSize: 512, learningRate: LearningRate(3e-3), averageDecay: 0.9, seed: 5)
    )
    for _ in 0..<300 { try trainer.step() }
    let least = Double(40 - width) / 40
    let losses = trainer.history.entries.suffix(20).map(\.loss)
    #expect(losses.allSatisfy { $0 > least - 0.04 })
    // And it comes near: what it can learn, it has learned in part.
    #expect(losses.reduce(0, +) / 20 < 1 - 0.5 * Double(width) / 40)
  }

  @Test("draws points that come nearer to the data while its loss hardly falls")
  func quality() throws {
    let data = (0..<600).map { ToyDistribution.mixture.point(1 << 30 + $0, random: random[.data]) }
    func drawn(_ network: MLP) -> [SIMD2<Double>] {
      let start = Tensor.normal(random[.startingNoise], samples: 0..<600, rowShape: [2])
      let values = AncestralSampler(
        steps: schedule.respaced(to: 50), from: start, variance: .beta,
        noise: { Tensor.normal(random[.reverseStep], step: $0, samples: 0..<600, rowShape: [2]) },
        predictor: { network.predictedNoise(from: $0, timestep: $1) }
      ).sample().values
      return (0..<600).map { SIMD2(Double(values[2 * $0]), Double(values[2 * $0 + 1])) }
    }
    let (early, late) = (try trained(100), try trained(1200))
    let losses = late.history.entries.map(\.loss)
    let (before, after) = (losses[50..<100].reduce(0, +) / 50, losses.suffix(50).reduce(0, +) / 50)
    #expect(after > 0.6 * before)
    #expect(
      slicedWasserstein(drawn(late.averagedModel), data) < 0.6 * slicedWasserstein(drawn(early.model), data))
  }
}
