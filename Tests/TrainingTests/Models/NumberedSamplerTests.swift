import Denoisers
import Deterministic
import Diffusion
import Formats
import Models
import Networks
import Tensors
import Stops
import Testing
import Threads

@Suite("Pictures from a model")
struct NumberedSamplerTests {
  /// A model of 12 timesteps for pictures of 8 × 8, with weights that nobody trained.
  private func model(
    channels: Int = 1, sampleSize: Int? = 8, _ change: (inout SchedulerConfiguration) -> Void = { _ in }
  ) -> DiffusionModel {
    var configuration = UNetConfiguration.ddpm(
      sampleSize: 8, channels: channels, blockOutChannels: [8, 8], layersPerBlock: 1, attentionStages: [],
      groups: 4)
    configuration.sampleSize = sampleSize
    var scheduler = SchedulerConfiguration.linear(to: 0.5, stepCount: 12)
    change(&scheduler)
    return DiffusionModel(
      configuration: configuration, weights: UNet.initialWeights(configuration, seed: 3), scheduler: scheduler
    )
  }

  // MARK: - Pictures by number

  @Test("Picture 17 is the same alone, among others, in batches of any size and on any number of threads")
  func seventeen() {
    let sampler = NumberedSampler(model(), seed: 2020)
    let alone = sampler.samples(of: [17])
    #expect(alone.shape == [1, 8, 8, 1])
    for threads in [1, 2, 3] {
      threadCount = threads
      for batchSize in [1, 5, 20, 64] {
        let many = sampler.samples(of: 0..<20, batchSize: batchSize)
        #expect(many.shape == [20, 8, 8, 1])
        #expect(isTrue(many.rows(17..<18).bits == alone.bits), "\(threads) threads, batches of \(batchSize)")
        #expect(isTrue(many.rows(16..<17).bits != alone.bits))
      }
      #expect(isTrue(sampler.samples(of: [40, 17, 3], batchSize: 2).rows(1..<2).bits == alone.bits))
      #expect(isTrue(sampler.samples(of: 17..<18).bits == alone.bits))
    }
    #expect(isTrue(sampler.trajectory(of: [9, 17]).sample().rows(1..<2).bits == alone.bits))
    #expect(isTrue(NumberedSampler(model(), seed: 2021).samples(of: [17]).bits != alone.bits))
  }

  @Test("A picture's noise has the addresses that it says", arguments: [1, 3], ReverseVariance.allCases)
  func addresses(channels: Int, variance: ReverseVariance) {
    let model = model(channels: channels)
    let sampler = NumberedSampler(model, variance: variance, clipsX0: true, seed: 5)
    let random = RandomNumbers(seed: 5)
    func normals(_ purpose: Purpose, step: Int = 0) -> Tensor {
      let numbers = (0..<64 * channels).map {
        Float(random[purpose].normal(step: step, sample: 6, element: $0))
      }
      return Tensor(numbers, shape: [1, 8, 8, channels])
    }
    var x = normals(.startingNoise)
    #expect(isTrue(sampler.startingNoise(of: 4..<8).rows(2..<3).bits == x.bits))
    for moment in sampler.trajectory(of: 4..<8) {
      #expect(isTrue(moment.sample.rows(2..<3).bits == x.bits), "t = \(moment.timestep)")
      guard moment.timestep > 0 else { break }
      let step = model.schedule[moment.timestep]
      let noise = model.network(x, timestepIndices: [Double(moment.timestep - 1)])
      let x0 = step.x0(from: x, noise: noise).map { min(max($0, -1), 1) }
      let reverse = step.reverse(from: x, predictedX0: x0, variance: variance)
      x = moment.timestep > 1 ? reverse.draw(normals(.reverseStep, step: moment.timestep)) : reverse.mean
    }
  }

  @Test("Pictures may begin with noise that is given, of another size too")
  func givenNoise() {
    let sampler = NumberedSampler(model(sampleSize: nil), seed: 5)
    let xT = Tensor.normal(RandomNumbers(seed: 6)[.data], samples: 0..<5, rowShape: [4, 6, 1])
    let moments = Array(sampler.trajectory(of: 3..<8, from: xT))
    #expect(isTrue(moments[0].sample.bits == xT.bits))
    let samples = sampler.samples(of: 3..<8, from: xT, batchSize: 2)
    #expect(isTrue(samples.bits == moments.last?.sample.bits))
    // The noise of the steps is the picture's own.
    #expect(isTrue(sampler.samples(of: [7], from: xT.rows(4..<5)).bits == samples.rows(4..<5).bits))
    #expect(isTrue(sampler.samples(of: [6], from: xT.rows(4..<5)).bits != samples.rows(4..<5).bits))
    let own = NumberedSampler(model(), seed: 5)
    let started = own.samples(of: 0..<3, from: own.startingNoise(of: 0..<3))
    #expect(isTrue(started.bits == own.samples(of: 0..<3).bits))
  }

  // MARK: - What the model's folder says

  @Test("The model's folder decides the variance and the clipping, unless it is told otherwise")
  func settings() {
    let clipped = model {
      $0.variance = .beta
      $0.clipSampleRange = 0.25
    }
    let unclipped = model { $0.clipSample = false }
    func settings(_ sampler: NumberedSampler) -> (ReverseVariance, Double?) {
      (sampler.variance, sampler.x0Range)
    }
    #expect(settings(NumberedSampler(clipped, seed: 1)) == (.beta, 0.25))
    #expect(
      settings(NumberedSampler(clipped, variance: .betaTilde, clipsX0: false, seed: 1)) == (.betaTilde, nil))
    #expect(settings(NumberedSampler(unclipped, seed: 1)) == (.betaTilde, nil))
    #expect(settings(NumberedSampler(unclipped, variance: .beta, clipsX0: true, seed: 1)) == (.beta, 1))
    #expect(NumberedSampler(clipped, seed: 1).steps == clipped.schedule.steps)

    let xHats = NumberedSampler(clipped, seed: 1).trajectory(of: 0..<2).map(\.predictedX0.values)
    #expect(xHats.joined().allSatisfy { abs($0) <= 0.25 } && xHats.joined().contains(0.25))
    let free = NumberedSampler(clipped, clipsX0: false, seed: 1).trajectory(of: 0..<2).map(
      \.predictedX0.values)
    #expect(free.joined().contains { abs($0) > 1 })
  }

  @Test("Fewer steps are those of the respaced schedule, and of each step the noise of its timestep")
  func fewerSteps() {
    let model = model()
    let sampler = NumberedSampler(model, stepCount: 5, seed: 8)
    #expect(sampler.steps == model.schedule.respaced(to: 5))
    #expect(sampler.trajectory(of: [2]).map(\.timestep) == [12, 9, 7, 4, 1, 0])
    let start = sampler.trajectory(of: [2]).first { $0.timestep == 12 }?.sample
    #expect(isTrue(start?.bits == sampler.startingNoise(of: [2]).bits))
    let expected = AncestralSampler(
      steps: sampler.steps, from: sampler.startingNoise(of: [2]), variance: .betaTilde,
      adjustingX0: { $0.clipped(to: 1) },
      noise: { t in
        .normal(RandomNumbers(seed: 8)[.reverseStep], step: t, samples: [2], rowShape: [8, 8, 1])
      }, predictor: model.predictor)
    #expect(isTrue(sampler.samples(of: [2]).bits == expected.sample().bits))
    #expect(NumberedSampler(model, stepCount: 12, seed: 8).steps == model.schedule.steps)
  }

  @Test("Progress is told step by step: pictures times steps in all")
  func progress() {
    var told: [Int] = []
    _ = NumberedSampler(model(), stepCount: 3, seed: 8).samples(of: 0..<7, batchSize: 3) { told.append($0) }
    #expect(told == [3, 3, 3, 3, 3, 3, 1, 1, 1])
  }

  // MARK: - Another implementation

  @Test("A run of 1000 steps is that of PyTorch and diffusers in double precision, to 2e-4")
  func recordedRun() throws {
    let folder = fixture("unet_tiny", of: "NetworksTests")
    let (configuration, first) = try UNet.read(folder: folder)
    let trained = try Safetensors.read("\(folder)/reference.safetensors")
    let weights = Weights(
      try zip(first.names, first.tensors).map { name, weight in
        let values = try trained.floats("after_five_steps/\(name)", shape: weight.shape)
        return (name, Tensor(values, shape: weight.shape))
      })
    let model = DiffusionModel(configuration: configuration, weights: weights, scheduler: .linear())
    let run = try Safetensors.read("\(folder)/sampling.safetensors")
    func recorded(_ name: String) throws -> [Float] { try run.floats(name, shape: [2, 1, 28, 28]) }
    let sampler = AncestralSampler(
      steps: model.schedule.steps,
      from: Tensor(try recorded("initial_noise"), shape: [2, 1, 28, 28]).channelsLast(),
      variance: .betaTilde, adjustingX0: { $0.clipped(to: 1) }, noise: { _ in .zeros([2, 28, 28, 1]) },
      predictor: model.predictor)
    var compared: [Int] = []
    // There x_899 is what the step from the timestep 899, our 900, leads to: x at our timestep 899.
    for moment in sampler where [899, 499, 99, 9, 0].contains(moment.timestep) {
      let difference = largestDifference(
        moment.sample.channelsFirst().values, try recorded("x_\(moment.timestep)"))
      // PyTorch's own single precision differs by 2.6e-5 from its double at the end.
      #expect(difference < 2e-4, "x_\(moment.timestep)")
      compared.append(moment.timestep)
    }
    #expect(compared == [899, 499, 99, 9, 0])
  }

  @Test("A loop with a stand-in for the network ends at diffusers' sum in single precision too")
  func standIn() throws {
    let start = Tensor((0..<768).map { Float($0) / 768 }, shape: [4, 8, 8, 3])
    let sampler = AncestralSampler(
      steps: linear.steps, from: start, variance: .betaTilde, adjustingX0: { $0.clipped(to: 1) },
      noise: { _ in .zeros(start.shape) }, predictor: { x, t in t.index / t.value * x })
    let sum = sampler.sample().values.reduce(0.0) { $0 + Double(abs($1)) }
    // Each step's few roundings of 2⁻²⁴ add up to no more than their number of them.
    #expect(abs(sum / 0.6609351890 - 1) < 3000 * 0x1p-24)
  }

  // MARK: - Mistakes

  @Test("No pictures, noise for others and a model without a size stop the program")
  func stops() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let model = try DiffusionModel.read(folder: fixture("diffusers/model"))
        _ = NumberedSampler(model, seed: 1).samples(of: 3..<3)
      }, saying: "NumberedSampler: 0 samples in batches of 64")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let model = try DiffusionModel.read(folder: fixture("diffusers/model"))
        _ = NumberedSampler(model, seed: 1).trajectory(of: 0..<3, from: .zeros([2, 8, 8, 1]))
      }, saying: "NumberedSampler: 3 samples from noise of the shape [2, 8, 8, 1]")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var configuration = UNetConfiguration.ddpm(
          sampleSize: 8, channels: 1, blockOutChannels: [8], layersPerBlock: 1, attentionStages: [], groups: 4
        )
        configuration.sampleSize = nil
        let model = DiffusionModel(
          configuration: configuration, weights: UNet.initialWeights(configuration, seed: 3),
          scheduler: .linear())
        _ = NumberedSampler(model, seed: 1).startingNoise(of: 0..<3)
      }, saying: "NumberedSampler: starting noise of a shape that is not known")
  }
}
