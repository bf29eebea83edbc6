import Deterministic
import Diffusion
import Networks
import Tensors
import Testing

@Suite("A noise predictor")
struct NoisePredictorTests {
  private let teller = TimestepTeller(0, weights: TimestepTeller.initialWeights(0, seed: 1))

  @Test("gives the network t − 1")
  func timestepsFromZero() {
    let x = Tensor.zeros([4])
    #expect(teller.predictedNoise(from: x, timesteps: [1, 2.5, 17, 1000]).values == [0, 1.5, 16, 999])
    #expect(teller.predictedNoise(from: x, timestep: 1).values == [0, 0, 0, 0])
    #expect(teller.predictedNoise(from: x, timestep: 500.25).values == [499.25, 499.25, 499.25, 499.25])
  }

  @Test("gives each row of many at one timestep what it gives it alone", arguments: [1, 7, 64, 300])
  func manyRows(count: Int) {
    let configuration = MLPConfiguration(inputs: 6, width: 24, depth: 2)
    let model = MLP(configuration, weights: MLP.initialWeights(configuration, seed: 3))
    let x = Tensor.normal(RandomNumbers(seed: 4)[.startingNoise], samples: 0..<count, rowShape: [3, 2, 1])
    let all = model.predictedNoise(from: x, timestep: 321)
    #expect(all.shape == [count, 3, 2, 1])
    for row in stride(from: 0, to: count, by: 13) {
      let alone = model.predictedNoise(from: x.rows(row..<row + 1), timesteps: [321])
      #expect(all.rows(row..<row + 1).bits == alone.bits)
    }
    // Among others at other timesteps it is the same too.
    let mixed = model.predictedNoise(from: x, timesteps: (0..<count).map { $0 == 0 ? 321 : Timestep($0) })
    #expect(mixed.rows(0..<1).bits == all.rows(0..<1).bits)
  }

  @Test("of an MLP takes samples of any shape, and flattens them")
  func flattening() {
    let configuration = MLPConfiguration(inputs: 6, width: 8, depth: 1)
    let model = MLP(configuration, weights: MLP.initialWeights(configuration, seed: 3))
    let x = Tensor.normal(RandomNumbers(seed: 4)[.startingNoise], samples: 0..<5, rowShape: [3, 2, 1])
    let timesteps: [Timestep] = [1, 2, 3, 4, 5]
    let flat = model(x.reshaped([5, 6]), timestepIndices: [0, 1, 2, 3, 4])
    let found = model.predictedNoise(from: x, timesteps: timesteps)
    #expect(found.shape == x.shape)
    #expect(found.bits == flat.bits)
  }
}
