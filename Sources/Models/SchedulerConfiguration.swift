import Diffusion
import Networks

/// How the noise of a model is scheduled, named and with the defaults as in the `scheduler_config.json` of diffusers'
/// `DDPMScheduler`.
///
/// ```swift
/// var scheduler = SchedulerConfiguration.linear(stepCount: 1000)
/// scheduler.variance = .beta
/// let schedule = try scheduler.schedule
/// ```
package struct SchedulerConfiguration: Equatable, Sendable {
  /// A rule that makes β_1 … β_T.
  package enum BetaSchedule: String, CaseIterable, Sendable {
    /// In equal steps from `betaStart` to `betaEnd`.
    case linear
    /// The cosine of Nichol and Dhariwal 2021, s = 0.008, no β above 0.999.
    case cosine = "squaredcos_cap_v2"
  }

  /// The number of timesteps, T.
  package var numTrainTimesteps = 1000
  /// β_1 of the linear rule.
  package var betaStart = 1e-4
  /// β_T of the linear rule.
  package var betaEnd = 0.02
  /// The rule, where there is no list.
  package var betaSchedule = BetaSchedule.linear
  /// The list β_1 … β_T; nil where the rule makes it.
  package var trainedBetas: [Double]? = nil
  /// σ_t² of the reverse step: β̃_t is diffusers' `fixed_small`, β_t its `fixed_large`.
  ///
  /// At t = 1, where β̃ is 0, diffusers puts 10⁻²⁰ and this project β̃_2: no sampler draws noise there.
  package var variance = ReverseVariance.betaTilde
  /// Whether a sampler keeps x̂_0 within ± `clipSampleRange`.
  package var clipSample = true
  /// The largest magnitude of x̂_0 where it is clipped.
  package var clipSampleRange = 1.0

  /// Creates diffusers' default configuration, to be changed field by field.
  package init() {}

  /// The configuration of the paper's linear schedule.
  ///
  /// - Parameters:
  ///   - first: β_1 in (0, 1).
  ///   - last: β_T in (0, 1).
  ///   - stepCount: T, 1 or more.
  /// - Returns: The configuration, all else as diffusers has it.
  package static func linear(
    from first: Double = 1e-4, to last: Double = 0.02, stepCount: Int = 1000
  ) -> SchedulerConfiguration {
    var configuration = SchedulerConfiguration()
    (configuration.betaStart, configuration.betaEnd) = (first, last)
    configuration.numTrainTimesteps = stepCount
    return configuration
  }

  /// The configuration of the cosine schedule.
  ///
  /// - Parameter stepCount: T, 1 or more.
  /// - Returns: The configuration, all else as diffusers has it.
  package static func cosine(stepCount: Int = 1000) -> SchedulerConfiguration {
    var configuration = SchedulerConfiguration()
    configuration.betaSchedule = .cosine
    configuration.numTrainTimesteps = stepCount
    return configuration
  }

  /// The configuration of any other schedule.
  ///
  /// - Parameter betas: β_1 … β_T in (0, 1), one or more.
  /// - Returns: The configuration, all else as diffusers has it.
  package static func betas(_ betas: [Double]) -> SchedulerConfiguration {
    var configuration = SchedulerConfiguration()
    configuration.trainedBetas = betas
    configuration.numTrainTimesteps = betas.count
    return configuration
  }

  /// The schedule, in Double; diffusers' own β are the same rounded to Float.
  ///
  /// - Throws: What keeps it from being one.
  package var schedule: NoiseSchedule {
    get throws(ScheduleFailure) {
      if let betas = trainedBetas { return try NoiseSchedule(betas: betas) }
      return switch betaSchedule {
      case .linear: try .linear(from: betaStart, to: betaEnd, stepCount: numTrainTimesteps)
      case .cosine: try .cosine(stepCount: numTrainTimesteps)
      }
    }
  }
}

extension SchedulerConfiguration {
  /// More timesteps than any schedule has, and few enough to be listed.
  private static let mostTimesteps = 1_000_000

  /// Refuses a configuration that no schedule can have.
  ///
  /// - Throws: The first option that can't be, by the name that `scheduler_config.json` has for it.
  package func validate() throws(ConfigurationFailure) {
    guard (1...Self.mostTimesteps).contains(numTrainTimesteps) else {
      throw ConfigurationFailure(
        option: "num_train_timesteps", expected: "1 to \(Self.mostTimesteps)", found: "\(numTrainTimesteps)")
    }
    if let count = trainedBetas?.count, count != numTrainTimesteps {
      throw ConfigurationFailure(
        option: "trained_betas", expected: "as many as num_train_timesteps, \(numTrainTimesteps)",
        found: "\(count)")
    }
    if trainedBetas == nil, betaSchedule == .linear {
      for (option, beta) in [("beta_start", betaStart), ("beta_end", betaEnd)] where !(beta > 0 && beta < 1) {
        throw ConfigurationFailure(option: option, expected: "in (0, 1)", found: "\(beta)")
      }
    }
    guard clipSampleRange > 0, clipSampleRange.isFinite else {
      throw ConfigurationFailure(
        option: "clip_sample_range", expected: "a number above 0", found: "\(clipSampleRange)")
    }
    do throws(ScheduleFailure) {
      _ = try schedule
    } catch {
      throw refusal(of: error)
    }
  }

  /// A schedule's failure, as that of the option it comes from.
  private func refusal(of failure: ScheduleFailure) -> ConfigurationFailure {
    let option = trainedBetas == nil ? "num_train_timesteps" : "trained_betas"
    return switch failure {
    case .noTimesteps(let count):
      ConfigurationFailure(option: option, expected: "1 or more", found: "\(count)")
    case .betaOutOfRange(let beta, let timestep):
      ConfigurationFailure(
        option: option, expected: "in (0, 1) everywhere", found: "\(beta) at timestep \(timestep)")
    case .alphaBarNotRepresentable(let timestep):
      ConfigurationFailure(
        option: option, expected: "of a schedule whose ᾱ double precision has",
        found: "ᾱ of 0 or 1 at timestep \(timestep)")
    }
  }
}
