import Files
import Formats
import Networks

// Every option of diffusers' `UNet2DModel` is either a field of `UNetConfiguration` or has one value that is accepted.

extension UNetConfiguration {
  /// The class that a file is for.
  private static let className = "UNet2DModel"

  /// The options that have one value here, which is diffusers' default.
  private static let fixedOptions = [
    JSON.Member("act_fn", "silu"), .init("attn_norm_num_groups", nil), .init("class_embed_type", nil),
    .init("downsample_type", "conv"), .init("mid_block_scale_factor", 1),
    .init("mid_block_type", "UNetMidBlock2D"), .init("num_class_embeds", nil),
    .init("num_train_timesteps", nil), .init("resnet_time_scale_shift", "default"),
    .init("time_embedding_dim", nil), .init("time_embedding_type", "positional"),
    .init("upsample_type", "conv"),
  ]

  /// Reads the `config.json` of a U-Net.
  ///
  /// - Parameter path: A file as diffusers writes it.
  /// - Returns: The configuration; an option that the file leaves out has diffusers' default.
  /// - Throws: A failure that names the option that is not supported or can't be.
  package static func read(_ path: String) throws(FileFailure) -> UNetConfiguration {
    try UNetConfiguration(JSON.read(path))
  }

  /// Reads a configuration from JSON.
  ///
  /// - Parameter json: An object with diffusers' options; names that begin with `_` are its own affair.
  /// - Throws: A failure that names the option that is not supported or can't be.
  package init(_ json: JSON) throws(FileFailure) {
    self.init()
    try json.readConfiguration(of: Self.className, fixed: Self.fixedOptions) {
      (option, value) throws(FileFailure) in
      try read(value, option: option)
    }
    do throws(ConfigurationFailure) {
      try validate()
    } catch {
      throw error.located(in: json)
    }
  }

  /// Takes the value of an option, and says whether it is a field.
  private mutating func read(_ value: JSON, option: String) throws(FileFailure) -> Bool {
    switch option {
    case "add_attention": addAttention = try value.boolean
    case "attention_head_dim": attentionHeadDim = try value.integerOrNull
    case "block_out_channels": blockOutChannels = try value.integers
    case "center_input_sample": centerInputSample = try value.boolean
    case "down_block_types": downBlockTypes = try value.types()
    case "downsample_padding": downsamplePadding = try value.integer
    case "dropout": dropout = try value.number
    case "flip_sin_to_cos": flipSinToCos = try value.boolean
    case "freq_shift": freqShift = try value.number
    case "in_channels": inChannels = try value.integer
    case "layers_per_block": layersPerBlock = try value.integer
    case "norm_eps": normEps = try value.number
    case "norm_num_groups": normNumGroups = try value.integer
    case "out_channels": outChannels = try value.integer
    case "sample_size": sampleSize = try value.integerOrNull
    case "up_block_types": upBlockTypes = try value.types()
    default: return false
    }
    return true
  }

  /// The configuration as a `config.json` that diffusers opens.
  package var json: JSON {
    let fields: [(name: String, value: JSON)] = [
      ("add_attention", JSON(addAttention)),
      ("attention_head_dim", attentionHeadDim.map { JSON($0) } ?? .null),
      ("block_out_channels", JSON(blockOutChannels.map { JSON($0) })),
      ("center_input_sample", JSON(centerInputSample)),
      ("down_block_types", JSON(downBlockTypes.map { JSON($0.rawValue) })),
      ("downsample_padding", JSON(downsamplePadding)), ("dropout", JSON(dropout)),
      ("flip_sin_to_cos", JSON(flipSinToCos)), ("freq_shift", wholeOrNot(freqShift)),
      ("in_channels", JSON(inChannels)), ("layers_per_block", JSON(layersPerBlock)),
      ("norm_eps", JSON(normEps)),
      ("norm_num_groups", JSON(normNumGroups)), ("out_channels", JSON(outChannels)),
      ("sample_size", sampleSize.map { JSON($0) } ?? .null),
      ("up_block_types", JSON(upBlockTypes.map { JSON($0.rawValue) })),
    ]
    return JSON(
      configurationOf: Self.className, fields.map { JSON.Member($0.name, $0.value) } + Self.fixedOptions)
  }
}

extension ConfigurationFailure {
  /// The failure at the place where a file has the option; at the whole, where it leaves the option out.
  package func located(in json: JSON) -> FileFailure {
    (json[option] ?? json).failure(expected: "\"\(option)\" to be \(expected)", found: found)
  }
}

/// A number as JSON has integers, if it is one.
private func wholeOrNot(_ number: Double) -> JSON { Int(exactly: number).map { JSON($0) } ?? JSON(number) }

extension JSON {
  /// The integer, or nil for `null`.
  fileprivate var integerOrNull: Int? {
    get throws(FileFailure) { self == .null ? nil : try integer }
  }

  /// The integers of the array.
  fileprivate var integers: [Int] {
    get throws(FileFailure) {
      var integers: [Int] = []
      for element in try elements { integers.append(try element.integer) }
      return integers
    }
  }

  /// The array's strings as the cases of a type.
  fileprivate func types<Case: CaseIterable & RawRepresentable<String>>() throws(FileFailure) -> [Case] {
    var types: [Case] = []
    for element in try elements {
      guard let type = Case(rawValue: try element.string) else {
        throw element.failure(
          expected: "made of " + Case.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " and "))
      }
      types.append(type)
    }
    return types
  }
}
