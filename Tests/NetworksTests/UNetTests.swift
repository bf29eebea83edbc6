import Deterministic
import Models
import Networks
import Tensors
import Stops
import Testing

@Suite("The U-Net")
struct UNetTests {
  /// The configuration of `unet_tiny` at another size.
  private func tinyConfiguration(_ channels: [Int], layersPerBlock: Int = 1) throws -> UNetConfiguration {
    var configuration = try UNetConfiguration.read(fixture("unet_tiny/config.json"))
    configuration.blockOutChannels = channels
    configuration.layersPerBlock = layersPerBlock
    return configuration
  }

  @Test("It has as many parameters as PyTorch's")
  func parameterCounts() throws {
    let published = try UNetConfiguration.read(fixture("ddpm-cifar10-32/config.json"))
    #expect(UNet.parameterCount(published) == 35_746_307)
    let ownWords = UNetConfiguration.ddpm(
      sampleSize: 32, channels: 3, blockOutChannels: [128, 256, 256, 256], layersPerBlock: 2,
      attentionStages: [1], groups: 32)
    #expect(ownWords == published)
    #expect(UNet.parameterCount(try tinyConfiguration([16, 32, 32])) == 280_177)
    #expect(UNet.parameterCount(try tinyConfiguration([16, 32, 64])) == 686_769)
    #expect(UNet.parameterCount(try tinyConfiguration([32, 64, 64], layersPerBlock: 2)) == 1_623_169)
  }

  @Test("A row of the result has the same bits whatever the batch")
  func rowsDoNotDependOnTheBatch() throws {
    let configuration = try tinyConfiguration([16, 32, 32])
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    let random = RandomNumbers(seed: 2)
    let images = Tensor.normal(random[.jump], samples: 0..<64, rowShape: [28, 28, 1])
    let timesteps = (0..<64).map { 15.5 * Double($0) }
    let all = network(images, timestepIndices: timesteps)
    let nine = network(images.rows(0..<9), timestepIndices: Array(timesteps[..<9]))
    #expect(nine.bits == all.rows(0..<9).bits)
    for row in [0, 1, 8, 31, 63] {
      let one = network(images.rows(row..<row + 1), timestepIndices: [timesteps[row]])
      #expect(one.bits == all.rows(row..<row + 1).bits, "row \(row)")
    }
    let inPieces = Tensor.inPieces(batchSize: 64) {
      network(images.rows($0), timestepIndices: Array(timesteps[$0]))
    }
    #expect(inPieces.bits == all.bits)
  }

  @Test("It works at any size that its stages can halve, and on images that are not square")
  func sizes() throws {
    let configuration = try tinyConfiguration([16, 32, 32])
    #expect(configuration.sizeMultiple == 4)
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    for (height, width) in [(4, 4), (8, 12), (32, 16)] {
      let images = Tensor.zeros([2, height, width, 1])
      #expect(network(images, timestepIndices: [3, 4]).shape == [2, height, width, 1])
    }
  }

  @Test("The prediction depends on the timestep, between whole ones too")
  func timesteps() throws {
    let configuration = try tinyConfiguration([16, 32, 32])
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    let image = Tensor(repeating: 0.5, shape: [1, 8, 8, 1])
    let predictions = [10, 10.5, 11].map { network(image, timestepIndices: [$0]).values }
    #expect(Set(predictions).count == 3)
    let toWhole = largestDifference(predictions[0], predictions[2])
    #expect(largestDifference(predictions[0], predictions[1]) < toWhole)
  }

  @Test("Images in [0, 1] may be centered by the network")
  func centring() throws {
    var configuration = try tinyConfiguration([16, 32, 32])
    let weights = UNet.initialWeights(configuration, seed: 1)
    let image = Tensor((0..<64).map { Float($0) / 64 }, shape: [1, 8, 8, 1])
    let plain = UNet(configuration, weights: weights)(2 * image + -1, timestepIndices: [5])
    configuration.centerInputSample = true
    #expect(UNet(configuration, weights: weights)(image, timestepIndices: [5]).bits == plain.bits)
  }

  @Test("Without attention in the middle there are no weights for it")
  func withoutMiddleAttention() throws {
    var configuration = try tinyConfiguration([16, 32, 32])
    let all = UNet.weightShapes(configuration).map(\.name)
    configuration.addAttention = false
    let fewer = UNet.weightShapes(configuration).map(\.name)
    #expect(fewer == all.filter { !$0.hasPrefix("mid_block.attentions") })
    #expect(fewer.count == all.count - 10)
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    #expect(network(.zeros([1, 4, 4, 1]), timestepIndices: [0]).shape == [1, 4, 4, 1])
  }

  @Test("Heads of attention share the channels")
  func heads() throws {
    var configuration = try tinyConfiguration([16, 32, 32])
    let weights = UNet.initialWeights(configuration, seed: 1)
    let image = Tensor((0..<64).map { Float($0) / 64 }, shape: [1, 8, 8, 1])
    let one = UNet(configuration, weights: weights)(image, timestepIndices: [5])
    configuration.attentionHeadDim = 32
    #expect(UNet(configuration, weights: weights)(image, timestepIndices: [5]).bits == one.bits)
    configuration.attentionHeadDim = 8
    #expect(UNet(configuration, weights: weights)(image, timestepIndices: [5]).bits != one.bits)
  }

  @Test("Dropout is off without a context; with one, a sample meets the same zeros in any piece")
  func dropout() throws {
    var configuration = try tinyConfiguration([16, 32, 32])
    let weights = UNet.initialWeights(configuration, seed: 1)
    let images = Tensor.normal(RandomNumbers(seed: 2)[.jump], samples: 0..<3, rowShape: [8, 8, 1])
    let plain = UNet(configuration, weights: weights)(images, timestepIndices: [1, 2, 3])
    configuration.dropout = 0.1
    let network = UNet(configuration, weights: weights)
    #expect(network(images, timestepIndices: [1, 2, 3]).bits == plain.bits)
    func context(_ samples: Range<Int>, step: Int) -> DropoutContext {
      DropoutContext(random: RandomNumbers(seed: 3), step: step, samples: samples)
    }
    let dropped = network(images, timestepIndices: [1, 2, 3], dropout: context(0..<3, step: 1))
    #expect(dropped.bits != plain.bits)
    let last = network(images.rows(2..<3), timestepIndices: [3], dropout: context(2..<3, step: 1))
    #expect(last.bits == dropped.rows(2..<3).bits)
    let nextStep = network(images, timestepIndices: [1, 2, 3], dropout: context(0..<3, step: 2))
    #expect(nextStep.bits != dropped.bits)
  }

  @Test("Images that the stages cannot halve stop the program")
  func wrongSizes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let configuration = UNetConfiguration.ddpm(
        sampleSize: 8, channels: 1, blockOutChannels: [8, 8], layersPerBlock: 1, attentionStages: [],
        groups: 4)
      let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
      _ = network(.zeros([1, 7, 8, 1]), timestepIndices: [0])
    }
    stopped(
      result, saying: "images of shape [1, 7, 8, 1] and 1 timesteps; heights and widths are multiples of 2")
  }
}
