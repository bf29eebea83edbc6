import Denoisers
import Deterministic
import Diffusion
import Samples
import Tensors
import Testing

@Suite("A mixture as a predictor for many points")
struct MixtureTensorTests {
  @Test("predicts for each point what it predicts for it alone", arguments: [1, 99, 250])
  func manyPoints(count: Int) {
    let mixture = ToyDistribution.gaussianMixture
    let points = Tensor.normal(RandomNumbers(seed: 3)[.startingNoise], samples: 0..<count, rowShape: [2])
    let predicted = mixture.bestNoisePrediction(from: points, alphaBar: 0.6)
    let alone = points.points.map { mixture.bestNoisePrediction(from: $0, alphaBar: 0.6) }
    #expect(predicted.shape == [count, 2] && predicted.bits == Tensor(points: alone).bits)
  }
}
