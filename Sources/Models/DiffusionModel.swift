import Denoisers
import Diffusion
import Networks
import Tensors

/// All that samples are drawn with: a U-Net that predicts noise, and the schedule that it was trained on.
///
/// In a file system it is a folder that diffusers' `DDPMPipeline` opens (DiffusionModel+Folder.swift).
///
/// ```swift
/// let model = try DiffusionModel.read(folder: "data/models/mnist")
/// let digits = NumberedSampler(model, stepCount: 100, seed: 2020).samples(of: 0..<16)
/// ```
package struct DiffusionModel: Sendable {
  /// The network's shape.
  package let configuration: UNetConfiguration
  /// The network's weights, in its order.
  package let weights: Weights
  /// How the noise is scheduled, as the folder says it.
  package let scheduler: SchedulerConfiguration
  /// How the noise is scheduled.
  package let schedule: NoiseSchedule
  /// The network.
  package let network: UNet

  /// Puts a model together; parts that are none, or not of one model, stop the program.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape, with as many channels of the prediction as of the images.
  ///   - weights: Its weights, in any order.
  ///   - scheduler: How the noise is scheduled.
  package init(configuration: UNetConfiguration, weights: Weights, scheduler: SchedulerConfiguration) {
    do throws(ConfigurationFailure) {
      try Self.requireNoise(configuration)
      try scheduler.validate()
    } catch {
      fatalError("DiffusionModel: \(error)")
    }
    self.configuration = configuration
    self.scheduler = scheduler
    do throws(WeightsFailure) {
      self.weights = try UNet.ordered(weights, for: configuration)
    } catch {
      fatalError("DiffusionModel: \(error)")
    }
    do throws(ScheduleFailure) { schedule = try scheduler.schedule } catch { fatalError("\(error)") }
    network = UNet(configuration, weights: self.weights)
  }

  /// Refuses a network whose prediction is not of the shape of the noise.
  static func requireNoise(_ configuration: UNetConfiguration) throws(ConfigurationFailure) {
    guard configuration.outChannels == configuration.inChannels else {
      throw ConfigurationFailure(
        option: "out_channels", expected: "as many as in_channels, \(configuration.inChannels)",
        found: "\(configuration.outChannels)")
    }
  }

  /// The predicted noise ε_θ(x_t, t), t from 1 to T: what a sampler asks.
  package var predictor: @Sendable (_ xt: Tensor, _ timestep: Timestep) -> Tensor {
    { [network] xt, timestep in network.predictedNoise(from: xt, timestep: timestep) }
  }
}
