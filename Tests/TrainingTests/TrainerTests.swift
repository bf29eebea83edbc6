import Datasets
import Deterministic
import Diffusion
import Networks
import Tensors
import Testing
import Threads
import Training

/// A small training of points.
private func example(
  _ data: some TrainingData = ToyPoints(.moons, random: RandomNumbers(seed: 1)[.data]), batchSize: Int = 100,
  learningRate: LearningRate = LearningRate(1e-2), limit: Double? = 1, seed: UInt64 = 3
) -> NoiseTrainer<MLP> {
  Trainer(
    MLPConfiguration(inputs: data.rowShape.reduce(1, *), width: 16, depth: 1, embeddingDimension: 8),
    data: data, schedule: linear,
    settings: TrainingSettings(
      batchSize: batchSize, learningRate: learningRate, largestGradientNorm: limit, averageDecay: 0.2,
      seed: seed))
}

@Suite("A trainer")
struct TrainerTests {
  @Test("makes the step that tensors and Adam make by hand", arguments: [1.0, 0.05, nil])
  func byHand(limit: Double?) throws {
    let rate = LearningRate(1e-2, warmUp: 3)
    // A batch of one piece, so that a single graph has the same sums; an average that leaves its warm-up at step 2.
    var trainer = example(batchSize: 50, learningRate: rate, limit: limit)
    var weights = MLP.initialWeights(trainer.configuration, seed: 3)
    var adam = Adam(for: weights), average = MovingAverage(weights, decay: 0.2)
    #expect(trainer.weights.bits == weights.bits)
    for n in 1...4 {
      let batch = trainer.batch(ofStep: n)
      let tracked = weights.map { $0.tracked() }
      let model = MLP(trainer.configuration, weights: tracked)
      let loss = model(batch.noisy, timestepIndices: batch.timesteps.map { Double($0 - 1) })
        .meanSquaredError(to: batch.noise)
      let gradients = weights.replacing(loss.gradients(at: tracked.tensors))
      let scale = limit.map { min(1, $0 / (gradients.norm + 1e-6)) } ?? 1
      adam.step(&weights, gradients: gradients, gradientScale: scale, learningRate: rate(step: n))
      average.update(with: weights)

      let entry = try trainer.step()
      #expect(
        entry
          == .init(
            step: n, loss: Double(loss.value), gradientNorm: gradients.norm, learningRate: rate(step: n)))
      #expect(trainer.weights.bits == weights.bits)
      #expect(trainer.average.weights.bits == average.weights.bits)
      #expect(trainer.optimizer.secondMoments.bits == adam.secondMoments.bits)
      #expect(trainer.history.entries.last == entry && trainer.history.entries.count == n)
      #expect(trainer.stepCount == n)
    }
  }

  @Test("ends at the same bits when a copy makes the same steps")
  func copies() throws {
    var one = example()
    for _ in 0..<3 { try one.step() }
    var other = one
    for _ in 0..<5 { try one.step() }
    #expect(other.stepCount == 3)
    for _ in 0..<5 { try other.step() }
    #expect(TrainerState(one) == TrainerState(other))
    var third = example()
    for _ in 0..<8 { try third.step() }
    #expect(TrainerState(one) == TrainerState(third))
    var otherSeed = example(seed: 4)
    for _ in 0..<8 { try otherSeed.step() }
    #expect(TrainerState(otherSeed) != TrainerState(third))
  }

  // The number of threads belongs to the whole process: so this test has a process of its own.
  @Test("ends at the same bits after ten steps on 1, 2, 3 and 8 threads")
  func threads() async {
    await #expect(processExitsWith: .success) {
      func trained(threads: Int) throws -> TrainerState {
        threadCount = threads
        var trainer = example(batchSize: 300)
        for _ in 0..<10 { try trainer.step() }
        return TrainerState(trainer)
      }
      let expected = try trained(threads: 1)
      for threads in [2, 3, 8] {
        let found = try trained(threads: threads)
        #expect(found == expected, "\(threads) threads")
      }
    }
  }

  @Test("ends at the same bits on 1 and 2 threads with a U-Net and dropout")
  func threadsOfUNet() async {
    await #expect(processExitsWith: .success) {
      func trained(threads: Int) throws -> TrainerState {
        threadCount = threads
        var configuration = UNetConfiguration()
        configuration.sampleSize = 28
        configuration.inChannels = 1
        configuration.outChannels = 1
        configuration.layersPerBlock = 1
        configuration.blockOutChannels = [8, 16]
        configuration.downBlockTypes = [.plain, .plain]
        configuration.upBlockTypes = [.plain, .plain]
        configuration.normNumGroups = 4
        configuration.dropout = 0.2
        var trainer = NoiseTrainer<UNet>(
          configuration, data: FreshDigits(DrawnDigits(seed: 1)), schedule: linear,
          settings: TrainingSettings(batchSize: 20, learningRate: LearningRate(1e-3)))
        for _ in 0..<2 { try trainer.step() }
        return TrainerState(trainer)
      }
      let (one, two) = (try trained(threads: 1), try trained(threads: 2))
      #expect(one == two)
    }
  }

  @Test("takes a U-Net without skips as it takes one with them, and begins with the same weights")
  func withoutSkips() throws {
    let configuration = try UNetConfiguration.ddpm(
      sampleSize: 28, channels: 1, baseChannels: 8, multipliers: [1, 2], layersPerBlock: 1, attentionAt: [],
      groups: 4)
    let data = FreshDigits(DrawnDigits(seed: 1))
    let settings = TrainingSettings(batchSize: 20, learningRate: LearningRate(1e-3))
    var with = NoiseTrainer<UNet>(configuration, data: data, schedule: linear, settings: settings)
    var without = NoiseTrainer<SkiplessUNet>(
      .init(configuration), data: data, schedule: linear, settings: settings)
    #expect(with.weights.names == without.weights.names)
    #expect(with.weights.bits == without.weights.bits)
    for _ in 0..<5 {
      try with.step()
      try without.step()
    }
    #expect(with.weights.bits != without.weights.bits)
    let first = without.history.entries[0].loss, last = without.history.entries[4].loss
    #expect(last < first)
  }

  @Test("comes down to the lowest loss that data of N(0, s² I) allow")
  func lowestLoss() throws {
    let s = 0.5
    var trainer = NoiseTrainer<MLP>(
      MLPConfiguration(inputs: 2, width: 32, depth: 2), data: gaussian(s), schedule: linear,
      settings: TrainingSettings(
        batchSize: 256, learningRate: LearningRate(5e-3, warmUp: 20, decay: .cosine(end: 1500))))
    for _ in 0..<1500 { try trainer.step() }
    // The best prediction is E[ε | x_t] = √(1−ᾱ) x_t / v with v = ᾱ s² + 1 − ᾱ, its mean squared error ᾱ s² / v.
    let floor =
      linear.timesteps.reduce(0) { sum, t in
        let signal = linear.alphaBar(t) * s * s
        return sum + signal / (signal + 1 - linear.alphaBar(t))
      } / 1000
    let first = trainer.history.entries[0].loss
    let last = try #require(trainer.history.meanLoss(ofLast: 300))
    // 300 batches of 512 numbers: their squares spread as twice their mean at most, so the mean is known within
    // 2 · floor / √153,600 = 0.001; a network this small leaves a hundredth more.
    #expect(abs(last - floor) < 0.02, "\(last), lowest possible \(floor), at first \(first)")
    #expect(first > 3 * floor)
    // And it knows the prediction itself, at the middle of the range of its data.
    let t = 300, alphaBar = linear.alphaBar(t)
    let x = Tensor([0.3, -0.6], shape: [1, 2])
    let best = (1 - alphaBar).squareRoot() / (alphaBar * s * s + 1 - alphaBar) * x
    let found = trainer.averagedModel.predictedNoise(from: x, timestep: Timestep(t))
    #expect(
      zip(found.values, best.values).allSatisfy { abs($0 - $1) < 0.1 }, "\(found.values), \(best.values)")
  }

  @Test("has two networks: of the weights, and of their average")
  func models() throws {
    var trainer = example()
    for _ in 0..<3 { try trainer.step() }
    let x = trainer.batch(ofStep: 9).noisy
    let raw = MLP(trainer.configuration, weights: trainer.weights).predictedNoise(from: x, timestep: 7)
    let average = MLP(trainer.configuration, weights: trainer.average.weights)
      .predictedNoise(from: x, timestep: 7)
    #expect(trainer.model.predictedNoise(from: x, timestep: 7).bits == raw.bits)
    #expect(trainer.averagedModel.predictedNoise(from: x, timestep: 7).bits == average.bits)
    #expect(raw.bits != average.bits)
  }

  @Test("estimates a time without a change")
  func estimate() throws {
    var trainer = example()
    try trainer.step()
    let before = TrainerState(trainer)
    let seconds = trainer.estimatedSeconds(for: 10)
    #expect(seconds > 0 && seconds.isFinite)
    #expect(TrainerState(trainer) == before)
  }

  @Test("writes its history as a table")
  func history() throws {
    let history = TrainingHistory([
      .init(step: 1, loss: 1.5, gradientNorm: 0.25, learningRate: 0.001),
      .init(step: 2, loss: 0.5, gradientNorm: 2, learningRate: 0.002),
    ])
    #expect(
      history.csv.text
        == "step,loss,gradient_norm,learning_rate\r\n1,1.5,0.25,0.001\r\n2,0.5,2.0,0.002\r\n")
    #expect(history.meanLoss(ofLast: 1) == 0.5)
    #expect(history.meanLoss(ofLast: 9) == 1)
    #expect(TrainingHistory().meanLoss(ofLast: 9) == nil)
  }
}
