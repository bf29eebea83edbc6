import Tensors

// The three kinds of stages that the U-Net is made of. On the way down every result is kept; on the way up each residual
// block takes the newest of what was kept beside its input: the skip connection.

/// A stage on the way down: residual blocks, attention after each if wanted, then half the size unless it is the last.
struct DownBlock: Sendable {
  private let resnets: [ResidualBlock]
  private let attentions: [AttentionBlock]
  private let downsample: Downsample?

  init(_ configuration: UNetConfiguration, stage: Int, from source: WeightSource) {
    let channels = configuration.blockOutChannels
    var inputs = channels[max(0, stage - 1)]
    var resnets: [ResidualBlock] = []
    var attentions: [AttentionBlock] = []
    for layer in 0..<configuration.layersPerBlock {
      resnets.append(
        configuration.resnet(from: inputs, to: channels[stage], source["resnets"][String(layer)]))
      if configuration.downBlockTypes[stage] == .withAttention {
        attentions.append(configuration.attention(channels[stage], source["attentions"][String(layer)]))
      }
      inputs = channels[stage]
    }
    self.resnets = resnets
    self.attentions = attentions
    downsample =
      stage == channels.count - 1
      ? nil
      : Downsample(
        channels: channels[stage], padding: configuration.downsamplePadding, from: source["downsamplers.0"])
  }

  /// Applies the stage, and keeps what the way up will need.
  func callAsFunction(_ input: Tensor, _ pass: inout UNetPass) -> Tensor {
    var x = input
    for (layer, resnet) in resnets.enumerated() {
      x = pass.apply(resnet, to: x)
      if !attentions.isEmpty { x = pass.apply(attentions[layer], to: x) }
      pass.keep(x)
    }
    if let downsample {
      x = pass.made(downsample(x))
      pass.keep(x)
    }
    return x
  }
}

/// The coarsest stage: a residual block, attention if wanted, a residual block.
struct MidBlock: Sendable {
  private let first: ResidualBlock
  private let attention: AttentionBlock?
  private let second: ResidualBlock

  init(_ configuration: UNetConfiguration, from source: WeightSource) {
    let channels = configuration.blockOutChannels[configuration.blockOutChannels.count - 1]
    first = configuration.resnet(from: channels, to: channels, source["resnets.0"])
    attention = configuration.addAttention ? configuration.attention(channels, source["attentions.0"]) : nil
    second = configuration.resnet(from: channels, to: channels, source["resnets.1"])
  }

  /// Applies the stage.
  func callAsFunction(_ input: Tensor, _ pass: inout UNetPass) -> Tensor {
    var x = pass.apply(first, to: input)
    if let attention { x = pass.apply(attention, to: x) }
    return pass.apply(second, to: x)
  }
}

/// A stage on the way up: residual blocks that take a skip connection each, attention after each if wanted, then twice
/// the size unless it is the last.
struct UpBlock: Sendable {
  private let resnets: [ResidualBlock]
  private let attentions: [AttentionBlock]
  private let upsample: Upsample?

  init(_ configuration: UNetConfiguration, stage: Int, from source: WeightSource) {
    let outputs = configuration.upOutputs(stage)
    var resnets: [ResidualBlock] = []
    var attentions: [AttentionBlock] = []
    for (layer, inputs) in configuration.upInputs(stage).enumerated() {
      resnets.append(configuration.resnet(from: inputs, to: outputs, source["resnets"][String(layer)]))
      if configuration.upBlockTypes[stage] == .withAttention {
        attentions.append(configuration.attention(outputs, source["attentions"][String(layer)]))
      }
    }
    self.resnets = resnets
    self.attentions = attentions
    upsample =
      stage == configuration.blockOutChannels.count - 1
      ? nil : Upsample(channels: outputs, from: source["upsamplers.0"])
  }

  /// Applies the stage, and takes what the way down has kept.
  func callAsFunction(_ input: Tensor, _ pass: inout UNetPass) -> Tensor {
    var x = input
    for (layer, resnet) in resnets.enumerated() {
      x = pass.apply(resnet, to: pass.joined(x))
      if !attentions.isEmpty { x = pass.apply(attentions[layer], to: x) }
    }
    if let upsample { x = pass.made(upsample(x)) }
    return x
  }
}

extension UNetConfiguration {
  /// The channels of a stage on the way up, the coarsest being 0.
  func upOutputs(_ stage: Int) -> Int { blockOutChannels[blockOutChannels.count - 1 - stage] }

  /// The channels that the residual blocks of a stage on the way up are given: those of the block before, and beside them
  /// those of what the way down has kept.
  func upInputs(_ stage: Int) -> [Int] {
    let last = blockOutChannels.count - 1
    let before = upOutputs(max(0, stage - 1))
    let outputs = upOutputs(stage)
    // The first result of the stage on the way down came from the finer stage before it.
    let finer = upOutputs(min(last, stage + 1))
    return (0...layersPerBlock).map { layer in
      (layer == 0 ? before : outputs) + (layer == layersPerBlock ? finer : outputs)
    }
  }

  /// A residual block as this configuration has them.
  fileprivate func resnet(from inputs: Int, to outputs: Int, _ source: WeightSource) -> ResidualBlock {
    ResidualBlock(
      inputChannels: inputs, outputChannels: outputs, timeChannels: timeChannels, groups: normNumGroups,
      epsilon: normEps, dropout: dropout, from: source)
  }

  /// An attention block as this configuration has them.
  fileprivate func attention(_ channels: Int, _ source: WeightSource) -> AttentionBlock {
    AttentionBlock(
      channels: channels, heads: channels / (attentionHeadDim ?? channels), groups: normNumGroups,
      epsilon: normEps, from: source)
  }
}
