/// A part of a U-Net: a box in a drawing of it, a row in a table of its parameters.
public struct UNetPart: Equatable, Sendable {
  /// What a part does.
  public enum Kind: String, CaseIterable, Sendable {
    /// Sines and cosines of the timestep through two linear layers.
    case timeEmbedding = "time embedding"
    /// A 3 × 3 convolution, the last one after a normalization with SiLU.
    case convolution = "convolution"
    /// A `ResidualBlock`.
    case residualBlock = "residual block"
    /// An `AttentionBlock`.
    case attention = "attention"
    /// A `Downsample`.
    case downSampling = "down-sampling"
    /// An `Upsample`.
    case upSampling = "up-sampling"
  }

  /// What the names of its weights begin with, such as `down_blocks.0.resnets.0`.
  public let name: String
  /// What it does.
  public let kind: Kind
  /// The shape of what it is given for one image, [height, width, channels], a skip connection's channels among them;
  /// [channels] of the timestep's embedding.
  public let inputShape: [Int]
  /// The shape of what it makes for one image, [height, width, channels]; [channels] of the timestep's embedding.
  public let outputShape: [Int]
  /// The number of numbers in its weights; those of `conv_norm_out` are counted with `conv_out`.
  public let parameterCount: Int
  /// The part on the way down whose output stands beside the input; nil without a skip connection.
  public fileprivate(set) var joins: String?
  /// The part on the way up whose input this one's output stands beside; nil without a skip connection.
  public fileprivate(set) var joinedBy: String?
}

extension UNetConfiguration {
  /// The network's parts in the order in which they are applied, for images of `sampleSize`; nothing is computed.
  ///
  /// ```swift
  /// for part in configuration.parts { print(part.name, part.outputShape, part.parameterCount) }
  /// // time_embedding [64] 5248
  /// // conv_in [28, 28, 16] 160
  /// // down_blocks.0.resnets.0 [28, 28, 16] 5744 …
  /// ```
  public var parts: [UNetPart] {
    guard let size = sampleSize else { fatalError("UNetConfiguration: parts without a sample size") }
    return parts(height: size, width: size)
  }

  /// The network's parts in the order in which they are applied, for images of a size; nothing is computed.
  ///
  /// - Parameters:
  ///   - height: The images' height, a multiple of `sizeMultiple`.
  ///   - width: The images' width, a multiple of `sizeMultiple`.
  /// - Returns: The parts; their parameters sum to `UNet.parameterCount`.
  public func parts(height: Int, width: Int) -> [UNetPart] {
    guard height >= 1, width >= 1, height % sizeMultiple == 0, width % sizeMultiple == 0 else {
      fatalError("UNetConfiguration: parts for \(height) x \(width) pixels, not multiples of \(sizeMultiple)")
    }
    var list = PartList(UNet.weightShapes(self), height: height, width: width, channels: inChannels)
    list.addTimeEmbedding(inputs: blockOutChannels[0], outputs: timeChannels)
    list.add(.convolution, "conv_in", channels: blockOutChannels[0])
    list.keep()
    let last = blockOutChannels.count - 1
    for (stage, channels) in blockOutChannels.enumerated() {
      let block = "down_blocks.\(stage)"
      for layer in 0..<layersPerBlock {
        list.add(.residualBlock, "\(block).resnets.\(layer)", channels: channels)
        if downBlockTypes[stage] == .withAttention { list.add(.attention, "\(block).attentions.\(layer)") }
        list.keep()
      }
      if stage < last {
        list.add(.downSampling, "\(block).downsamplers.0")
        list.keep()
      }
    }
    list.add(.residualBlock, "mid_block.resnets.0")
    if addAttention { list.add(.attention, "mid_block.attentions.0") }
    list.add(.residualBlock, "mid_block.resnets.1")
    for stage in blockOutChannels.indices {
      let block = "up_blocks.\(stage)"
      for layer in 0...layersPerBlock {
        list.addJoining(.residualBlock, "\(block).resnets.\(layer)", channels: upOutputs(stage))
        if upBlockTypes[stage] == .withAttention { list.add(.attention, "\(block).attentions.\(layer)") }
      }
      if stage < last { list.add(.upSampling, "\(block).upsamplers.0") }
    }
    list.add(.convolution, "conv_out", channels: outChannels)
    return list.parts
  }
}

/// The parts so far, and what is on its way to the next.
private struct PartList {
  private(set) var parts: [UNetPart] = []
  /// The shape that the next part is given.
  private var shape: [Int]
  /// The places of the parts whose outputs the way up will join, the newest last.
  private var kept: [Int] = []
  private let weights: [(name: String, shape: [Int])]

  init(_ weights: [(name: String, shape: [Int])], height: Int, width: Int, channels: Int) {
    self.weights = weights
    shape = [height, width, channels]
  }

  /// The number of numbers in the weights whose names begin with a part's.
  private func parameterCount(_ part: String) -> Int {
    weights.filter { $0.name.hasPrefix("\(part).") }.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  mutating func addTimeEmbedding(inputs: Int, outputs: Int) {
    let name = "time_embedding"
    parts.append(
      UNetPart(
        name: name, kind: .timeEmbedding, inputShape: [inputs], outputShape: [outputs],
        parameterCount: parameterCount(name)))
  }

  /// Adds a part; nil channels are as many as before.
  mutating func add(_ kind: UNetPart.Kind, _ name: String, channels: Int? = nil) {
    let input = shape
    switch kind {
    case .downSampling: shape = [input[0] / 2, input[1] / 2, input[2]]
    case .upSampling: shape = [2 * input[0], 2 * input[1], input[2]]
    default: shape[2] = channels ?? input[2]
    }
    let normalization = name == "conv_out" ? parameterCount("conv_norm_out") : 0
    parts.append(
      UNetPart(
        name: name, kind: kind, inputShape: input, outputShape: shape,
        parameterCount: parameterCount(name) + normalization))
  }

  /// Keeps the newest part's output for the way up.
  mutating func keep() { kept.append(parts.count - 1) }

  /// Adds a part that is given the newest of what was kept beside its input.
  mutating func addJoining(_ kind: UNetPart.Kind, _ name: String, channels: Int) {
    let source = kept.removeLast()
    shape[2] += parts[source].outputShape[2]
    add(kind, name, channels: channels)
    parts[source].joinedBy = name
    parts[parts.count - 1].joins = parts[source].name
  }
}
