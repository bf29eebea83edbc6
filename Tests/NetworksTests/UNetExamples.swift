import Networks
import Tensors
import Testing

/// One part of a U-Net by itself, from that part's weights.
struct OnePart: Network {
  enum Layer {
    case time(TimestepEmbedding)
    case convolution(Conv2d, after: GroupNorm?)
    case residual(ResidualBlock)
    case attention(AttentionBlock)
    case down(Downsample)
    case up(Upsample)
  }
  struct Configuration: Sendable {
    let part: UNetPart
    let unet: UNetConfiguration
  }
  let layer: Layer

  init(_ configuration: Configuration, from source: WeightSource) {
    let (part, unet) = (configuration.part, configuration.unet)
    let own = part.name.split(separator: ".").reduce(source) { $0[String($1)] }
    let (inputs, outputs) = (part.inputShape.last ?? 0, part.outputShape.last ?? 0)
    layer =
      switch part.kind {
      case .timeEmbedding:
        .time(
          TimestepEmbedding(
            SinusoidalEmbedding(
              dimension: inputs, cosineFirst: unet.flipSinToCos, frequencyShift: unet.freqShift),
            outputs: outputs, from: own))
      case .convolution:
        .convolution(
          Conv2d(inputChannels: inputs, outputChannels: outputs, kernel: 3, padding: .init(1), from: own),
          after: part.name == "conv_in"
            ? nil
            : GroupNorm(
              groups: unet.normNumGroups, channels: inputs, epsilon: unet.normEps, silu: true,
              from: source["conv_norm_out"]))
      case .residualBlock:
        .residual(
          ResidualBlock(
            inputChannels: inputs, outputChannels: outputs, timeChannels: unet.timeChannels,
            groups: unet.normNumGroups, epsilon: unet.normEps, dropout: unet.dropout, from: own))
      case .attention:
        .attention(
          AttentionBlock(
            channels: inputs, heads: inputs / (unet.attentionHeadDim ?? inputs), groups: unet.normNumGroups,
            epsilon: unet.normEps, from: own))
      case .downSampling:
        .down(Downsample(channels: inputs, padding: unet.downsamplePadding, from: own))
      case .upSampling: .up(Upsample(channels: inputs, from: own))
      }
  }

  func callAsFunction(_ x: Tensor, timestepIndices: [Double], time: Tensor) -> Tensor {
    switch layer {
    case .time(let embedding): embedding(timestepIndices)
    case .convolution(let convolution, let norm): convolution(norm?(x) ?? x)
    case .residual(let block): block(x, time: time)
    case .attention(let block): block(x)
    case .down(let layer): layer(x)
    case .up(let layer): layer(x)
    }
  }
}

/// A configuration, and what a test calls it.
struct NamedConfiguration: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let configuration: UNetConfiguration

  /// Network S, one whose options are all others, and one of a single stage.
  static let all: [NamedConfiguration] = {
    var odd = UNetConfiguration()
    odd.sampleSize = 8
    odd.inChannels = 2
    odd.outChannels = 3
    odd.centerInputSample = true
    odd.blockOutChannels = [8, 16]
    odd.downBlockTypes = [.withAttention, .plain]
    odd.upBlockTypes = [.plain, .withAttention]
    odd.attentionHeadDim = 4
    odd.addAttention = false
    odd.normNumGroups = 4
    odd.layersPerBlock = 3
    return [
      NamedConfiguration(testDescription: "S", configuration: small),
      NamedConfiguration(testDescription: "odd", configuration: odd),
      NamedConfiguration(
        testDescription: "one stage",
        configuration: .ddpm(
          sampleSize: 5, channels: 1, blockOutChannels: [8], layersPerBlock: 2, attentionStages: [], groups: 2
        )),
    ]
  }()

  /// Network S.
  static let small = UNetConfiguration.ddpm(
    sampleSize: 28, channels: 1, blockOutChannels: [16, 32, 64], layersPerBlock: 1, attentionStages: [2],
    groups: 8)
}
