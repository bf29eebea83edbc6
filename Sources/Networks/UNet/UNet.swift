import Tensors

/// The U-Net of denoising diffusion, the same function as diffusers' `UNet2DModel`.
///
///     e = time_embedding(t)
///     conv_in → down_blocks → mid_block → up_blocks → conv_norm_out, SiLU → conv_out
///                    └──── skip connections ────┘        e goes into every residual block
///
/// The names and layouts of the weights are those of diffusers' files.
public struct UNet: Network, Sendable {
  /// The network's shape.
  public let configuration: UNetConfiguration
  private let convIn: Conv2d
  private let timeEmbedding: TimestepEmbedding
  private let downBlocks: [DownBlock]
  private let midBlock: MidBlock
  private let upBlocks: [UpBlock]
  private let normOut: GroupNorm
  private let convOut: Conv2d

  /// Puts the network together.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape; one that `validate` refuses stops the program.
  ///   - source: Where the weights come from.
  public init(_ configuration: UNetConfiguration, from source: WeightSource) {
    do throws(ConfigurationFailure) { try configuration.validate() } catch { fatalError("UNet: \(error)") }
    self.configuration = configuration
    let channels = configuration.blockOutChannels
    convIn = Conv2d(
      inputChannels: configuration.inChannels, outputChannels: channels[0], kernel: 3, padding: Padding(1),
      from: source["conv_in"])
    let sinusoids = SinusoidalEmbedding(
      dimension: channels[0], cosineFirst: configuration.flipSinToCos, frequencyShift: configuration.freqShift
    )
    timeEmbedding = TimestepEmbedding(
      sinusoids, outputs: configuration.timeChannels, from: source["time_embedding"])
    downBlocks = channels.indices.map { stage in
      DownBlock(configuration, stage: stage, from: source["down_blocks"][String(stage)])
    }
    midBlock = MidBlock(configuration, from: source["mid_block"])
    upBlocks = channels.indices.map { stage in
      UpBlock(configuration, stage: stage, from: source["up_blocks"][String(stage)])
    }
    normOut = GroupNorm(
      groups: configuration.normNumGroups, channels: channels[0], epsilon: configuration.normEps, silu: true,
      from: source["conv_norm_out"])
    convOut = Conv2d(
      inputChannels: channels[0], outputChannels: configuration.outChannels, kernel: 3, padding: Padding(1),
      from: source["conv_out"])
  }

  /// Applies the network.
  ///
  /// - Parameters:
  ///   - x: Images, [batch, height, width, inChannels]; height and width are multiples of
  ///     `configuration.sizeMultiple`.
  ///   - timestepIndices: One for each image, counted from 0 as diffusers does; whole, or between whole ones.
  ///   - dropout: What is being trained on; nil outside of training.
  /// - Returns: The prediction, [batch, height, width, outChannels].
  public func callAsFunction(
    _ x: Tensor, timestepIndices: [Double], dropout: DropoutContext? = nil
  ) -> Tensor {
    prediction(x, timestepIndices: timestepIndices, dropout: dropout)
  }

  /// Applies the network and shows the output of each of its parts.
  ///
  /// ```swift
  /// _ = network(digit, timestepIndices: [299]) { seen in print(seen.part.name, seen.output.shape) }
  /// // time_embedding [1, 64]
  /// // conv_in [1, 28, 28, 16]
  /// // down_blocks.0.resnets.0 [1, 28, 28, 16] …
  /// // conv_out [1, 28, 28, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - x: As above.
  ///   - timestepIndices: As above.
  ///   - observe: Told of each part, in the order of `configuration.parts`.
  /// - Returns: The prediction, the same bits as unobserved.
  public func callAsFunction(
    _ x: Tensor, timestepIndices: [Double], observing observe: (UNetObservation) -> Void
  ) -> Tensor {
    withoutActuallyEscaping(observe) {
      prediction(x, timestepIndices: timestepIndices, dropout: nil, observe: $0)
    }
  }

  /// Applies the network, with or without its skip connections, observed or not.
  func prediction(
    _ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?, joinsSkips: Bool = true,
    observe: ((UNetObservation) -> Void)? = nil
  ) -> Tensor {
    let multiple = configuration.sizeMultiple
    guard x.shape.count == 4, x.shape[0] == timestepIndices.count, x.shape[1] % multiple == 0,
      x.shape[2] % multiple == 0, x.shape[3] == configuration.inChannels
    else {
      fatalError(
        "UNet: images of shape \(x.shape) and \(timestepIndices.count) timesteps; heights and widths are multiples of "
          + "\(multiple), channels \(configuration.inChannels)")
    }
    var pass = UNetPass(
      timeEmbedding(timestepIndices), dropout: dropout, joinsSkips: joinsSkips,
      parts: configuration.parts(height: x.shape[1], width: x.shape[2]), observe: observe)
    var h = pass.made(convIn(configuration.centerInputSample ? 2 * x + -1 : x))
    pass.keep(h)
    for block in downBlocks { h = block(h, &pass) }
    h = midBlock(h, &pass)
    for block in upBlocks { h = block(h, &pass) }
    return pass.made(convOut(h, after: normOut))
  }
}
