/// A stage of the U-Net on its way down.
public enum DownBlockType: String, CaseIterable, Sendable {
  /// Residual blocks.
  case plain = "DownBlock2D"
  /// Residual blocks, self-attention after each.
  case withAttention = "AttnDownBlock2D"
}

/// A stage of the U-Net on its way up.
public enum UpBlockType: String, CaseIterable, Sendable {
  /// Residual blocks.
  case plain = "UpBlock2D"
  /// Residual blocks, self-attention after each.
  case withAttention = "AttnUpBlock2D"
}

/// The shape of a U-Net, named and with the defaults as in the `config.json` of diffusers' `UNet2DModel`.
public struct UNetConfiguration: Equatable, Sendable {
  /// The height and width of the images that the network is meant for; the layers don't depend on it.
  public var sampleSize: Int? = nil
  /// The channels of the images.
  public var inChannels = 3
  /// The channels of the prediction.
  public var outChannels = 3
  /// Whether the images are in [0, 1], so that the network takes 2x − 1 instead of x.
  public var centerInputSample = false
  /// Whether the cosines of the timestep's embedding come first.
  public var flipSinToCos = true
  /// With 1 the embedding's last frequency is 1/10,000 exactly.
  public var freqShift = 0.0
  /// The stages on the way down, from the finest.
  public var downBlockTypes: [DownBlockType] = [.plain, .withAttention, .withAttention, .withAttention]
  /// The stages on the way up, from the coarsest.
  public var upBlockTypes: [UpBlockType] = [.withAttention, .withAttention, .withAttention, .plain]
  /// The channels of each stage, from the finest.
  public var blockOutChannels = [224, 448, 672, 896]
  /// The residual blocks of a stage on the way down; on the way up there is one more.
  public var layersPerBlock = 2
  /// Where zeros are added before an image is halved: with 0 below and at the right, with 1 on all sides.
  public var downsamplePadding = 1
  /// The probability that a number is dropped in training.
  public var dropout = 0.0
  /// The channels of a head of attention; nil for a single head of all channels.
  public var attentionHeadDim: Int? = 8
  /// Whether there is attention in the middle.
  public var addAttention = true
  /// The groups of every normalization.
  public var normNumGroups = 32
  /// ε of every normalization.
  public var normEps = 1e-5

  /// Creates diffusers' default configuration, to be changed field by field.
  public init() {}

  /// The configuration of "Denoising diffusion probabilistic models", at any size.
  ///
  /// One head of attention, ε = 10⁻⁶, zeros below and at the right before halving, sines first.
  ///
  /// - Parameters:
  ///   - sampleSize: The height and width of the images.
  ///   - channels: The channels of the images and of the prediction.
  ///   - blockOutChannels: The channels of each stage, from the finest.
  ///   - layersPerBlock: The residual blocks of a stage on the way down.
  ///   - attentionStages: The stages that have attention, the finest being 0.
  ///   - groups: The groups of every normalization.
  ///   - dropout: The probability that a number is dropped in training.
  /// - Returns: The configuration.
  public static func ddpm(
    sampleSize: Int, channels: Int, blockOutChannels: [Int], layersPerBlock: Int, attentionStages: Set<Int>,
    groups: Int, dropout: Double = 0
  ) -> UNetConfiguration {
    var configuration = UNetConfiguration()
    configuration.sampleSize = sampleSize
    configuration.inChannels = channels
    configuration.outChannels = channels
    configuration.blockOutChannels = blockOutChannels
    configuration.layersPerBlock = layersPerBlock
    let stages = blockOutChannels.indices
    configuration.downBlockTypes = stages.map { attentionStages.contains($0) ? .withAttention : .plain }
    configuration.upBlockTypes = stages.reversed().map {
      attentionStages.contains($0) ? .withAttention : .plain
    }
    configuration.normNumGroups = groups
    configuration.dropout = dropout
    configuration.flipSinToCos = false
    configuration.freqShift = 1
    configuration.downsamplePadding = 0
    configuration.attentionHeadDim = nil
    configuration.normEps = 1e-6
    return configuration
  }

  /// The same, in the words of a command line: channels as multiples, attention by the size of the images that have it.
  ///
  /// ```swift
  /// try .ddpm(
  ///   sampleSize: 28, channels: 1, baseChannels: 16, multipliers: [1, 2, 4], layersPerBlock: 1, attentionAt: [7])
  /// ```
  ///
  /// - Parameters:
  ///   - sampleSize: The height and width of the images.
  ///   - channels: The channels of the images and of the prediction.
  ///   - baseChannels: What the multipliers multiply, up to 65,536.
  ///   - multipliers: The channels of each stage, from the finest, as multiples; each up to 1024.
  ///   - layersPerBlock: The residual blocks of a stage on the way down.
  ///   - resolutions: The stages that have attention, by their height and width: `sampleSize` and its halves. Whatever
  ///     stands here, the middle has attention.
  ///   - groups: The groups of every normalization.
  ///   - dropout: The probability that a number is dropped in training.
  /// - Returns: The configuration, valid.
  /// - Throws: The first option that can't be.
  public static func ddpm(
    sampleSize: Int, channels: Int, baseChannels: Int, multipliers: [Int], layersPerBlock: Int,
    attentionAt resolutions: Set<Int>, groups: Int = 8, dropout: Double = 0
  ) throws(ConfigurationFailure) -> UNetConfiguration {
    guard (1...1 << 16).contains(baseChannels) else {
      throw ConfigurationFailure(option: "channels", expected: "1 to 65536", found: "\(baseChannels)")
    }
    guard (1...16).contains(multipliers.count), multipliers.allSatisfy((1...1024).contains) else {
      throw ConfigurationFailure(
        option: "multipliers", expected: "1 to 16 numbers from 1 to 1024", found: "\(multipliers)")
    }
    func configuration(attentionStages: Set<Int>) throws(ConfigurationFailure) -> UNetConfiguration {
      let configuration = ddpm(
        sampleSize: sampleSize, channels: channels, blockOutChannels: multipliers.map { $0 * baseChannels },
        layersPerBlock: layersPerBlock, attentionStages: attentionStages, groups: groups, dropout: dropout)
      try configuration.validate()
      return configuration
    }
    // Only a size that can be halved says which resolutions occur.
    _ = try configuration(attentionStages: [])
    let occurring = multipliers.indices.map { sampleSize >> $0 }
    if let other = resolutions.sorted().first(where: { !occurring.contains($0) }) {
      throw ConfigurationFailure(
        option: "attention", expected: "sizes that occur, \(occurring)", found: "\(other)")
    }
    return try configuration(
      attentionStages: Set(multipliers.indices.filter { resolutions.contains(occurring[$0]) }))
  }

  /// The length of the timestep's embedding: four times the channels of the finest stage.
  public var timeChannels: Int { 4 * (blockOutChannels.first ?? 0) }

  /// What the height and the width of an image must be a multiple of: each stage but the last halves them.
  public var sizeMultiple: Int { 1 << max(0, blockOutChannels.count - 1) }
}

/// An option of a configuration whose value can't be.
public struct ConfigurationFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The option, as its file or the command line names it.
  public let option: String
  /// What would have been right, as a phrase.
  public let expected: String
  /// What is there, as a phrase.
  public let found: String

  /// Creates a failure from its three parts.
  public init(option: String, expected: String, found: String) {
    self.option = option
    self.expected = expected
    self.found = found
  }

  /// The failure in one line.
  public var description: String { "\(option): expected \(expected), found \(found)" }
}

extension UNetConfiguration {
  /// More channels than any network has, and few enough for every number of weights to be an `Int`.
  private static let channels = 1...1 << 20
  /// More layers than any network has, and few enough for the network to be described at once.
  private static let layers = 1...100
  /// Larger than any picture, and small enough for every number of pixels and channels to be an `Int`.
  private static let sizes = 1...1 << 16

  /// Refuses a configuration that no network can have.
  ///
  /// - Throws: The first option that can't be, by the name that `config.json` has for it.
  public func validate() throws(ConfigurationFailure) {
    func require(
      _ holds: Bool, _ option: String, _ expected: String, _ found: some CustomStringConvertible
    ) throws(ConfigurationFailure) {
      guard holds else {
        throw ConfigurationFailure(option: option, expected: expected, found: found.description)
      }
    }
    let stages = blockOutChannels.count
    let mostChannels = Self.channels.upperBound
    try require(
      Self.channels.contains(inChannels), "in_channels", "1 to \(mostChannels)", inChannels)
    try require(
      Self.channels.contains(outChannels), "out_channels", "1 to \(mostChannels)", outChannels)
    try require(
      (1...16).contains(stages) && blockOutChannels.allSatisfy(Self.channels.contains), "block_out_channels",
      "1 to 16 stages of 1 to \(mostChannels) channels", "\(blockOutChannels)")
    try require(
      downBlockTypes.count == stages, "down_block_types", "as many as block_out_channels, \(stages)",
      downBlockTypes.count)
    try require(
      upBlockTypes.count == stages, "up_block_types", "as many as block_out_channels, \(stages)",
      upBlockTypes.count)
    try require(
      Self.layers.contains(layersPerBlock), "layers_per_block", "1 to \(Self.layers.upperBound)",
      layersPerBlock)
    try require((0...1).contains(downsamplePadding), "downsample_padding", "0 or 1", downsamplePadding)
    try require(dropout >= 0 && dropout < 1, "dropout", "at least 0 and less than 1", dropout)
    try require(normEps > 0 && normEps.isFinite, "norm_eps", "a number above 0", normEps)
    try require(
      normNumGroups >= 1 && normalizedChannels.allSatisfy { $0 % normNumGroups == 0 }, "norm_num_groups",
      "a divisor of the channels of every normalization, \(normalizedChannels)", normNumGroups)
    if let size = sampleSize {
      try require(
        size >= 1 && size % sizeMultiple == 0, "sample_size",
        "a multiple of \(sizeMultiple), for \(stages) stages", size)
      try require(Self.sizes.contains(size), "sample_size", "at most \(Self.sizes.upperBound)", size)
    }
    if let channels = attentionHeadDim {
      try require(
        channels >= 1 && attendedChannels.allSatisfy { $0 % channels == 0 }, "attention_head_dim",
        "a divisor of the channels that have attention, \(attendedChannels)", channels)
    }
    let half = blockOutChannels[0] / 2
    try require(half >= 1, "block_out_channels", "a first number of 2 or more", "\(blockOutChannels)")
    try require(
      freqShift >= 0 && freqShift < Double(half), "freq_shift",
      "at least 0 and less than half of the first of block_out_channels, \(half)", freqShift)
  }

  /// The numbers of channels that some normalization of the network has, each once, in order.
  private var normalizedChannels: [Int] {
    var all = Set(blockOutChannels)
    for stage in blockOutChannels.indices { all.formUnion(upInputs(stage)) }
    return all.sorted()
  }

  /// The numbers of channels that some attention has, each once, in order.
  private var attendedChannels: [Int] {
    var all: Set<Int> = []
    for (channels, type) in zip(blockOutChannels, downBlockTypes) where type == .withAttention {
      all.insert(channels)
    }
    for (channels, type) in zip(blockOutChannels.reversed(), upBlockTypes) where type == .withAttention {
      all.insert(channels)
    }
    if addAttention, let last = blockOutChannels.last { all.insert(last) }
    return all.sorted()
  }
}
