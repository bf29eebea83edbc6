import Networks
import Tensors
import TestSupport
import Stops
import Testing

/// The network once more in Double, by loops over what the formulas name.
private struct PlainLeNet {
  let weights: Weights

  /// Features and logits of a picture.
  func callAsFunction(_ picture: [Double]) -> (features: [Double], logits: [Double]) {
    let first = pooled(relu(convolution(picture, size: 28, "conv1", padding: 2)), size: 28, channels: 2)
    let second = pooled(relu(convolution(first, size: 14, "conv2", padding: 0)), size: 10, channels: 3)
    let features = relu(linear(relu(linear(second, "fc1")), "fc2"))
    return (features, linear(features, "fc3"))
  }

  private func relu(_ x: [Double]) -> [Double] { x.map { max(0, $0) } }

  private func convolution(_ x: [Double], size: Int, _ name: String, padding: Int) -> [Double] {
    let weight = weights["\(name).weight"], bias = weights["\(name).bias"]
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let places = 0..<size + 2 * padding - 4
    return places.flatMap { i in
      places.flatMap { j in
        (0..<outputs).map { o in
          var sum = Double(bias[o])
          for u in 0..<5 {
            for v in 0..<5 where (0..<size).contains(i + u - padding) && (0..<size).contains(j + v - padding)
            {
              for c in 0..<inputs {
                sum +=
                  x[((i + u - padding) * size + j + v - padding) * inputs + c] * Double(weight[o, c, u, v])
              }
            }
          }
          return sum
        }
      }
    }
  }

  private func pooled(_ x: [Double], size: Int, channels: Int) -> [Double] {
    (0..<size / 2).flatMap { i in
      (0..<size / 2).flatMap { j in
        (0..<channels).map { c in
          [(0, 0), (0, 1), (1, 0), (1, 1)]
            .map { x[((2 * i + $0.0) * size + 2 * j + $0.1) * channels + c] }.reduce(-.infinity, max)
        }
      }
    }
  }

  private func linear(_ x: [Double], _ name: String) -> [Double] {
    let weight = weights["\(name).weight"], bias = weights["\(name).bias"]
    return (0..<weight.shape[0]).map { o in
      x.indices.reduce(Double(bias[o])) { $0 + x[$1] * Double(weight[o, $1]) }
    }
  }
}

@Suite("LeNet")
struct LeNetTests {
  private let small = LeNetConfiguration(firstChannels: 2, secondChannels: 3)

  private func pictures(_ count: Int) -> Tensor {
    var random = SplitMix64(state: 1)
    return Tensor(random.floats(count * 784, in: -1...1), shape: [count, 28, 28, 1])
  }

  @Test("has the weights that its layers make, 120,382 numbers with 16 and 32 channels")
  func weights() {
    // 16 · 25 + 16, 32 · 16 · 25 + 32, 120 · 800 + 120, 84 · 120 + 84, 10 · 84 + 10.
    #expect(LeNet.parameterCount(LeNetConfiguration()) == 416 + 12_832 + 96_120 + 10_164 + 850)
    let expected = ["conv1", "conv2", "fc1", "fc2", "fc3"].flatMap { ["\($0).weight", "\($0).bias"] }
    #expect(LeNet.weightShapes(small).map(\.name) == expected)
  }

  @Test("gives the features and logits that loops in Double give")
  func plainLoops() {
    let weights = LeNet.initialWeights(small, seed: 3)
    let pictures = pictures(3)
    let (features, logits) = LeNet(small, weights: weights)(pictures)
    #expect(features.shape == [3, 84] && logits.shape == [3, 10])
    for row in 0..<3 {
      let expected = PlainLeNet(weights: weights)(pictures.rows(row..<row + 1).values.map { Double($0) })
      // Sums of at most 120 terms of size about 0.1: rounding makes about 1e-7 of them.
      for (i, value) in expected.features.enumerated() {
        #expect(abs(Double(features[row, i]) - value) < 1e-6)
      }
      for (i, value) in expected.logits.enumerated() { #expect(abs(Double(logits[row, i]) - value) < 1e-6) }
    }
    #expect(features.values.contains(0) && features.values.contains { $0 > 0.01 })
  }

  @Test("gives a picture the same bits alone and among others, and logits from features those of the whole")
  func alone() {
    let network = LeNet(small, weights: LeNet.initialWeights(small, seed: 4))
    let pictures = pictures(5)
    let (features, logits) = network(pictures)
    #expect(network.features(of: pictures).values == features.values)
    #expect(network.logits(of: features).values == logits.values)
    for row in 0..<5 {
      #expect(network(pictures.rows(row..<row + 1)).logits.values == logits.rows(row..<row + 1).values)
    }
  }

  @Test("stops the program at pictures of another shape, and at no channels")
  func mistakes() async {
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let configuration = LeNetConfiguration()
      _ = LeNet(configuration, weights: LeNet.initialWeights(configuration, seed: 1))(.zeros([2, 1, 28, 28]))
    }
    stopped(shape, saying: "LeNet: expected pictures [batch, 28, 28, 1], found [2, 1, 28, 28]")
    let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LeNetConfiguration(firstChannels: 0)
    }
    stopped(channels, saying: "LeNetConfiguration: 0 and 32 channels")
  }
}
