import Deterministic
import Models
import Networks
import Tensors
import Stops
import Testing

@Suite("What goes on inside a U-Net")
struct ObservationTests {
  private let timesteps = [3.0, 500.5]

  private func network(_ configuration: UNetConfiguration) -> (UNet, Weights, Tensor) {
    let weights = UNet.initialWeights(configuration, seed: 1)
    let size = configuration.sampleSize ?? 8
    let images = Tensor.normal(
      RandomNumbers(seed: 2)[.jump], samples: 0..<2, rowShape: [size, size, configuration.inChannels])
    return (UNet(configuration, weights: weights), weights, images)
  }

  /// Expects that each part's output is what the part by itself makes of the outputs before it.
  private func expectReplay(
    of observations: [UNetObservation], _ configuration: UNetConfiguration, _ weights: Weights,
    _ images: Tensor, skip: (Tensor) -> Tensor = { $0 }
  ) {
    var outputs: [String: Tensor] = [:]
    var x = configuration.centerInputSample ? 2 * images + -1 : images
    for seen in observations {
      let part = seen.part
      let names = [part.name] + (part.name == "conv_out" ? ["conv_norm_out"] : [])
      let own = Weights(
        zip(weights.names, weights.tensors).map { (name: $0, tensor: $1) }.filter { weight in
          names.contains { weight.name.hasPrefix("\($0).") }
        })
      #expect(part.parameterCount == own.parameterCount)
      let input = part.joins.flatMap { outputs[$0] }.map { x.concatenatedChannels(skip($0)) } ?? x
      if part.kind != .timeEmbedding { #expect(input.shape.dropFirst() == part.inputShape[...]) }
      let layer = OnePart(.init(part: part, unet: configuration), weights: own)
      let time = outputs["time_embedding"]?.silu() ?? x
      let made = layer(input, timestepIndices: timesteps, time: time)
      let isSame = made.bits == seen.output.bits
      #expect(isSame, "\(part.name)")
      outputs[part.name] = seen.output
      if part.kind != .timeEmbedding { x = seen.output }
    }
  }

  @Test(
    "Each part makes of the outputs before it what it makes by itself, and the last is the prediction",
    arguments: NamedConfiguration.all)
  func replay(named: NamedConfiguration) {
    let (network, weights, images) = network(named.configuration)
    var observations: [UNetObservation] = []
    let prediction = network(images, timestepIndices: timesteps) { observations.append($0) }
    #expect(observations.map(\.part) == named.configuration.parts)
    #expect(prediction.bits == network(images, timestepIndices: timesteps).bits)
    #expect(observations.last?.output.bits == prediction.bits)
    expectReplay(of: observations, named.configuration, weights, images)
  }

  @Test("Without skips each part makes of zeros in their place what it makes by itself")
  func replayWithoutSkips() {
    for named in NamedConfiguration.all {
      let (_, weights, images) = network(named.configuration)
      let network = SkiplessUNet(.init(named.configuration), weights: weights)
      var observations: [UNetObservation] = []
      let prediction = network(images, timestepIndices: timesteps) { observations.append($0) }
      #expect(prediction.bits == network(images, timestepIndices: timesteps).bits)
      #expect(observations.last?.output.bits == prediction.bits)
      expectReplay(of: observations, named.configuration, weights, images) { .zeros($0.shape) }
    }
  }

  @Test("The parts of network S, by name and in order")
  func names() {
    let parts = NamedConfiguration.small.parts
    #expect(
      parts.map(\.name) == [
        "time_embedding", "conv_in", "down_blocks.0.resnets.0", "down_blocks.0.downsamplers.0",
        "down_blocks.1.resnets.0", "down_blocks.1.downsamplers.0", "down_blocks.2.resnets.0",
        "down_blocks.2.attentions.0", "mid_block.resnets.0", "mid_block.attentions.0", "mid_block.resnets.1",
        "up_blocks.0.resnets.0", "up_blocks.0.attentions.0", "up_blocks.0.resnets.1",
        "up_blocks.0.attentions.1", "up_blocks.0.upsamplers.0", "up_blocks.1.resnets.0",
        "up_blocks.1.resnets.1", "up_blocks.1.upsamplers.0", "up_blocks.2.resnets.0", "up_blocks.2.resnets.1",
        "conv_out",
      ])
    let skips = parts.filter { $0.joins != nil }
    #expect(
      skips.map(\.joins) == [
        "down_blocks.2.attentions.0", "down_blocks.1.downsamplers.0", "down_blocks.1.resnets.0",
        "down_blocks.0.downsamplers.0", "down_blocks.0.resnets.0", "conv_in",
      ])
    for part in skips {
      #expect(parts.first { $0.name == part.joins }?.joinedBy == part.name)
    }
    #expect(parts.filter { $0.joinedBy != nil }.count == skips.count)
    #expect(parts[6].inputShape == [7, 7, 32])
    #expect(parts[6].outputShape == [7, 7, 64])
    #expect(parts[11].inputShape == [7, 7, 128])
  }

  @Test("The parts' parameters add up to the network's, a weight belonging to one part")
  func parameterCounts() throws {
    let cifar = try UNetConfiguration.ddpm(
      sampleSize: 32, channels: 3, baseChannels: 128, multipliers: [1, 2, 2, 2], layersPerBlock: 2,
      attentionAt: [16], groups: 32)
    func total(_ configuration: UNetConfiguration) -> Int {
      configuration.parts(height: 32, width: 64).reduce(0) { $0 + $1.parameterCount }
    }
    #expect(total(cifar) == 35_746_307)
    #expect(total(NamedConfiguration.small) == 686_769)
    for named in NamedConfiguration.all {
      #expect(total(named.configuration) == UNet.parameterCount(named.configuration))
    }
    #expect(total(UNetConfiguration()) == UNet.parameterCount(UNetConfiguration()))
    #expect(SkiplessUNet.parameterCount(.init(NamedConfiguration.small)) == 686_769)
    // By hand: two linear layers; a convolution; two normalizations, two convolutions, a linear layer.
    let parts = NamedConfiguration.small.parts
    #expect(parts[0].parameterCount == 64 * 16 + 64 + 64 * 64 + 64)
    #expect(parts[1].parameterCount == 9 * 16 + 16)
    #expect(parts[2].parameterCount == 2 * 32 + 2 * (9 * 256 + 16) + 64 * 16 + 16)
  }

  @Test("Shapes follow the image's, square or not, and every part is given what the one before it made")
  func shapes() throws {
    let published = try UNetConfiguration.read(fixture("ddpm-cifar10-32/config.json"))
    for configuration in NamedConfiguration.all.map(\.configuration) + [published] {
      let multiple = configuration.sizeMultiple
      let parts = configuration.parts(height: 3 * multiple, width: 2 * multiple)
      var shape = [3 * multiple, 2 * multiple, configuration.inChannels]
      for part in parts.dropFirst() {
        let skip = parts.first { $0.name == part.joins }
        #expect(part.inputShape == [shape[0], shape[1], shape[2] + (skip?.outputShape[2] ?? 0)])
        if let skip { #expect(skip.outputShape.dropLast() == shape.dropLast()) }
        shape = part.outputShape
      }
      #expect(shape == [3 * multiple, 2 * multiple, configuration.outChannels])
      #expect(parts.map { $0.outputShape[0] }.min() == 3)
    }
    let network = UNet(
      NamedConfiguration.small, weights: UNet.initialWeights(NamedConfiguration.small, seed: 1))
    var seen: [[Int]] = []
    _ = network(.zeros([1, 12, 8, 1]), timestepIndices: [0]) {
      seen.append(Array($0.output.shape.dropFirst()))
    }
    #expect(seen == NamedConfiguration.small.parts(height: 12, width: 8).map(\.outputShape))
  }

  @Test("Attention's weights are shares of 1, head by head, and those it mixes the values with")
  func attentionWeights() throws {
    var configuration = NamedConfiguration.small
    configuration.sampleSize = 12
    configuration.attentionHeadDim = 32
    let (network, weights, images) = network(configuration)
    var observations: [UNetObservation] = []
    _ = network(images, timestepIndices: timesteps) { observations.append($0) }
    for (before, seen) in zip(observations, observations.dropFirst()) {
      #expect((seen.attentionWeights == nil) == (seen.part.kind != .attention))
      guard let shares = seen.attentionWeights else { continue }
      #expect(shares.shape == [2, 2, 9, 9])
      // The formula in Double, of queries, keys and values in single precision.
      let name = seen.part.name
      func linear(_ layer: String, _ h: Tensor) -> Tensor {
        h.linear(weights["\(name).\(layer).weight"], bias: weights["\(name).\(layer).bias"])
      }
      let h = before.output.groupNorm(
        groups: 8, scale: weights["\(name).group_norm.weight"], shift: weights["\(name).group_norm.bias"],
        epsilon: 1e-6, silu: false
      ).reshaped([2, 9, 64])
      let (q, k, v) = (linear("to_q", h), linear("to_k", h), linear("to_v", h))
      var mixed = [Float](repeating: 0, count: v.count)
      for (image, head, pixel) in places(2, 2, 9) {
        let row = (0..<9).map { Double(shares[image, head, pixel, $0]) }
        #expect(abs(row.reduce(0, +) - 1) < 1e-6)
        let scores = (0..<9).map { other in
          (0..<32).reduce(0) {
            $0 + Double(q[image, pixel, 32 * head + $1]) * Double(k[image, other, 32 * head + $1])
          } / Double(32).squareRoot()
        }
        let sum = scores.reduce(0) { $0 + exp($1) }
        for (share, score) in zip(row, scores) { #expect(abs(share - exp(score) / sum) < 1e-6) }
        for channel in 32 * head..<32 * (head + 1) {
          mixed[(9 * image + pixel) * 64 + channel] = Float(
            (0..<9).reduce(0) { $0 + row[$1] * Double(v[image, $1, channel]) })
        }
      }
      let output = linear("to_out.0", Tensor(mixed, shape: [2, 9, 64])).reshaped(seen.output.shape)
      #expect(largestDifference(before.output + output, seen.output) < 1e-5)
    }
  }

  /// All places of an array of three dimensions.
  private func places(_ first: Int, _ second: Int, _ third: Int) -> [(Int, Int, Int)] {
    (0..<first * second * third).map { ($0 / (second * third), $0 / third % second, $0 % third) }
  }

  @Test("Attention's weights for an image are the same in any batch")
  func attentionWeightsOfOneImage() {
    let (network, _, images) = network(NamedConfiguration.small)
    func shares(_ images: Tensor, _ timesteps: [Double]) -> Tensor? {
      var shares: Tensor?
      _ = network(images, timestepIndices: timesteps) { shares = $0.attentionWeights ?? shares }
      return shares
    }
    let both = shares(images, timesteps), last = shares(images.rows(1..<2), [timesteps[1]])
    #expect(last?.shape == [1, 1, 49, 49])
    #expect(last?.bits == both?.rows(1..<2).bits)
  }

  @Test("Without skips nothing is learned from them: the shortcuts' weights for them have no gradient")
  func gradientsWithoutSkips() {
    let configuration = NamedConfiguration.small
    let (network, weights, images) = network(configuration)
    let with = UNet.lossAndGradients(configuration, weights: weights, batchSize: 2) { network, _ in
      network(images, timestepIndices: timesteps).squaredDistance(to: images)
    }
    let without = SkiplessUNet.lossAndGradients(.init(configuration), weights: weights, batchSize: 2) {
      network, _ in network(images, timestepIndices: timesteps).squaredDistance(to: images)
    }
    let plain = SkiplessUNet(.init(configuration), weights: weights)
    #expect(
      plain(images, timestepIndices: timesteps).bits != network(images, timestepIndices: timesteps).bits)
    for part in configuration.parts {
      guard let source = configuration.parts.first(where: { $0.name == part.joins }) else { continue }
      let name = "\(part.name).conv_shortcut.weight"
      let inputs = part.inputShape[2], own = inputs - source.outputShape[2]
      #expect(with.gradients[name].values.allSatisfy { $0 != 0 }, "\(name)")
      let slopes = without.gradients[name].values.enumerated()
      #expect(slopes.allSatisfy { ($1 != 0) == ($0 % inputs < own) }, "\(name)")
    }
  }

  @Test("Without skips the gradient is the loss's slope")
  func slopeWithoutSkips() {
    var configuration = NamedConfiguration.small
    configuration.sampleSize = 8
    let (_, weights, images) = network(configuration)
    func loss(_ weights: Weights) -> (loss: Double, gradients: Weights) {
      SkiplessUNet.lossAndGradients(.init(configuration), weights: weights, batchSize: 2) { network, _ in
        network(images, timestepIndices: timesteps).squaredDistance(
          to: images, times: 1 / Double(images.count))
      }
    }
    // Along the gradient g itself, a length of 1 having the slope ‖g‖.
    let gradients = loss(weights).gradients
    let norm = gradients.norm
    func moved(by length: Double) -> Double {
      loss(weights.combined(with: gradients) { .combining(1, $0, length / norm, $1) }).loss
    }
    let slope = (moved(by: 1e-3) - moved(by: -1e-3)) / 2e-3
    #expect(abs(slope - norm) < 1e-2 * norm, "\(slope), not \(norm)")
  }

  @Test("Without a size the parts have no shapes, and the program stops")
  func withoutSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var configuration = UNetConfiguration()
      configuration.sampleSize = nil
      _ = configuration.parts
    }
    stopped(result, saying: "UNetConfiguration: parts without a sample size")
  }
}
