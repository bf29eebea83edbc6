import Deterministic
import Diffusion
import Tensors

/// What one training step looks at: samples, a timestep and noise for each, and what they make together.
///
///     t_i ~ uniform on 1…T        ε_i ~ N(0, I)        x_t,i = √ᾱ_t x_0,i + √(1−ᾱ_t) ε_i,   t = t_i
///
/// (Lines 2 to 4 of algorithm 1 of the paper.) All is drawn by address: t_i by purpose `.trainingTimestep`, ε_i by
/// `.trainingNoise`, both at step n and sample i. So sample i is the same whatever the size of the batch, and a batch
/// needs no other one drawn before it.
package struct Batch: Sendable {
  /// The samples x_0, [size] + the shape of a sample.
  package let x0: Tensor
  /// The timestep of each sample, from 1 to T.
  package let timesteps: [Int]
  /// The noise ε, of the shape of x_0: what the network is to predict.
  package let noise: Tensor
  /// The noisy samples x_t, of the shape of x_0: what the network sees.
  package let noisy: Tensor

  /// Draws the batch of a step.
  ///
  /// - Parameters:
  ///   - data: The samples; the step takes those at positions (step − 1) · size ..< step · size.
  ///   - schedule: How much noise each timestep has.
  ///   - random: The numbers of the training's seed.
  ///   - step: n, 1 for the first step.
  ///   - size: The number of samples, 1 or more.
  package init(
    _ data: some TrainingData, schedule: NoiseSchedule, random: RandomNumbers, step: Int, size: Int
  ) {
    guard step >= 1, size >= 1 else { fatalError("Batch: step \(step), \(size) samples; both are 1 or more") }
    x0 = data.rows((step - 1) * size..<step * size)
    guard x0.shape == [size] + data.rowShape else {
      fatalError("Batch: data of the shape \(x0.shape) where \([size] + data.rowShape) is due")
    }
    timesteps = (0..<size).map { sample in
      Self.timestep(random, step: step, sample: sample, stepCount: schedule.stepCount)
    }
    noise = Tensor.normal(random[.trainingNoise], step: step, samples: 0..<size, rowShape: data.rowShape)
    // A row's marginal is that of the number 1, times the row: one pass instead of a tensor for every row.
    let marginals = timesteps.map { schedule[$0].marginal(of: 1.0) }
    noisy = .combiningRows(marginals.map { $0.mean }, x0, marginals.map { $0.standardDeviation }, noise)
  }

  /// The timestep of a sample of a training step, each of 1…T equally likely.
  static func timestep(_ random: RandomNumbers, step: Int, sample: Int, stepCount: Int) -> Int {
    1 + random[.trainingTimestep].index(below: stepCount, step: step, sample: sample)
  }
}
