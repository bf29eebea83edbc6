import Formats

// Every option of diffusers' `UNet2DModel` is either a field of `UNetConfiguration` or has one value that is accepted.
// Whatever else a file asks for is refused by name: a network that was built without it would be another network.

extension UNetConfiguration {
  /// The class that a file is for.
  private static let className = "UNet2DModel"
  /// The version of diffusers whose files these are.
  private static let diffusersVersion = "0.42.1"

  /// The options that have one value here, which is diffusers' default.
  private static let fixedOptions: [(name: String, value: JSON)] = [
    ("act_fn", "silu"), ("attn_norm_num_groups", nil), ("class_embed_type", nil), ("downsample_type", "conv"),
    ("mid_block_scale_factor", 1), ("mid_block_type", "UNetMidBlock2D"), ("num_class_embeds", nil),
    ("num_train_timesteps", nil), ("resnet_time_scale_shift", "default"), ("time_embedding_dim", nil),
    ("time_embedding_type", "positional"), ("upsample_type", "conv"),
  ]

  /// Reads the `config.json` of a U-Net.
  ///
  /// - Parameter path: A file as diffusers writes it.
  /// - Returns: The configuration; an option that the file leaves out has diffusers' default.
  /// - Throws: A failure that names the option that is not supported or can't be.
  public static func read(_ path: String) throws(FileFailure) -> UNetConfiguration {
    try UNetConfiguration(JSON.read(path))
  }

  /// Reads a configuration from JSON.
  ///
  /// - Parameter json: An object with diffusers' options; names that begin with `_` are its own affair.
  /// - Throws: A failure that names the option that is not supported or can't be.
  public init(_ json: JSON) throws(FileFailure) {
    self.init()
    for member in try json.members {
      do throws(FileFailure) {
        try read(member.value, option: member.name)
      } catch {
        throw FileFailure(
          file: error.file, at: error.place, expected: "\"\(member.name)\" to be \(error.expected)",
          found: error.found)
      }
    }
    do throws(ConfigurationFailure) {
      try validate()
    } catch {
      let value = json[error.option] ?? json
      throw value.failure(expected: "\"\(error.option)\" to be \(error.expected)", found: error.found)
    }
  }

  private mutating func read(_ value: JSON, option: String) throws(FileFailure) {
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
    case "_class_name":
      guard value == JSON(Self.className) else { throw value.failure(expected: "\"\(Self.className)\"") }
    case _ where option.hasPrefix("_"): break
    default:
      guard let known = Self.fixedOptions.first(where: { $0.name == option })?.value else {
        throw value.failure(expected: "left out, an unknown option", found: value.compactText)
      }
      guard value.isSame(as: known) else {
        throw value.failure(expected: "\(known.compactText), all that is supported", found: value.compactText)
      }
    }
  }

  /// The configuration as a `config.json` that diffusers opens.
  public var json: JSON {
    let fields: [(name: String, value: JSON)] = [
      ("_class_name", JSON(Self.className)), ("_diffusers_version", JSON(Self.diffusersVersion)),
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
    return JSON((fields + Self.fixedOptions).map { JSON.Member($0.name, $0.value) })
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

  /// Whether it is the same value: numbers count as the same whatever their digits.
  fileprivate func isSame(as other: JSON) -> Bool {
    if case .number(let left) = content, case .number(let right) = other.content {
      return Double(left) == Double(right)
    }
    return self == other
  }
}
