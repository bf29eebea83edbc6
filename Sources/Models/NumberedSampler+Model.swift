import Denoisers
import Deterministic
import Diffusion

extension NumberedSampler {
  /// Prepares sampling from a model; parameters left nil follow its scheduler.
  ///
  /// ```swift
  /// let sampler = NumberedSampler(try DiffusionModel.read(folder: "data/models/mnist"), stepCount: 100, seed: 2020)
  /// let hundred = sampler.samples(of: 0..<100)             // [100, 28, 28, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - model: The model; one whose configuration has no sample_size samples only from starting noise that is given.
  ///   - stepCount: How many steps to take, from 2 to T, evenly as `respaced(to:)` has them; nil for all of them.
  ///   - variance: σ_t² of a step; nil for the scheduler's.
  ///   - clipsX0: Whether x̂_0 is clipped to the scheduler's range; nil for what the scheduler says.
  ///   - seed: The seed of all noise.
  package init(
    _ model: DiffusionModel, stepCount: Int? = nil, variance: ReverseVariance? = nil, clipsX0: Bool? = nil,
    seed: UInt64
  ) {
    self.init(
      rowShape: model.configuration.sampleSize.map { [$0, $0, model.configuration.inChannels] },
      steps: stepCount.map { model.schedule.respaced(to: $0) } ?? model.schedule.steps,
      variance: variance ?? model.scheduler.variance,
      clippingX0To: clipsX0 ?? model.scheduler.clipSample ? model.scheduler.clipSampleRange : nil,
      random: RandomNumbers(seed: seed), predictor: model.predictor)
  }
}
