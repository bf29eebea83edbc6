import Diffusion
import Files
import Formats
import Networks

// Every option of diffusers' `DDPMScheduler` is either a field of `SchedulerConfiguration` or has one value that is
// accepted.

extension SchedulerConfiguration {
  /// The class that a file is for.
  static let className = "DDPMScheduler"

  /// The options that have one value here, which is diffusers' default.
  ///
  /// `timestep_spacing` is for diffusers: with fewer steps than T this project takes those of `respaced(to:)`, and a model
  /// that asks for others is not understood.
  private static let fixedOptions = [
    JSON.Member("dynamic_thresholding_ratio", 0.995), .init("prediction_type", "epsilon"),
    .init("rescale_betas_zero_snr", false), .init("sample_max_value", 1.0), .init("steps_offset", 0),
    .init("thresholding", false), .init("timestep_spacing", "leading"),
  ]

  /// The values of `variance_type` that are supported.
  private enum VarianceType: String, CaseIterable {
    case fixedSmall = "fixed_small"
    case fixedLarge = "fixed_large"
  }

  /// Reads the `scheduler_config.json` of a scheduler.
  ///
  /// - Parameter path: A file as diffusers writes it.
  /// - Returns: The configuration; an option that the file leaves out has diffusers' default.
  /// - Throws: A failure that names the option that is not supported or can't be.
  package static func read(_ path: String) throws(FileFailure) -> SchedulerConfiguration {
    try SchedulerConfiguration(JSON.read(path))
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
    case "beta_end": betaEnd = try value.number
    case "beta_schedule": betaSchedule = try value.oneOf()
    case "beta_start": betaStart = try value.number
    case "clip_sample": clipSample = try value.boolean
    case "clip_sample_range": clipSampleRange = try value.number
    case "num_train_timesteps": numTrainTimesteps = try value.integer
    case "trained_betas": trainedBetas = try value.numbersOrNull
    case "variance_type": variance = try value.oneOf(VarianceType.self) == .fixedSmall ? .betaTilde : .beta
    default: return false
    }
    return true
  }

  /// The configuration as a `scheduler_config.json` that diffusers opens.
  package var json: JSON {
    let varianceType: VarianceType =
      switch variance {
      case .beta: .fixedLarge
      case .betaTilde: .fixedSmall
      }
    let fields = [
      JSON.Member("beta_end", JSON(betaEnd)), .init("beta_schedule", JSON(betaSchedule.rawValue)),
      .init("beta_start", JSON(betaStart)), .init("clip_sample", JSON(clipSample)),
      .init("clip_sample_range", JSON(clipSampleRange)),
      .init("num_train_timesteps", JSON(numTrainTimesteps)),
      .init("trained_betas", trainedBetas.map { JSON($0.map { JSON($0) }) } ?? .null),
      .init("variance_type", JSON(varianceType.rawValue)),
    ]
    return JSON(configurationOf: Self.className, fields + Self.fixedOptions)
  }
}

extension JSON {
  /// The numbers of the array, or nil for `null`.
  fileprivate var numbersOrNull: [Double]? {
    get throws(FileFailure) {
      if self == .null { return nil }
      var numbers: [Double] = []
      for element in try elements { numbers.append(try element.number) }
      return numbers
    }
  }
}
