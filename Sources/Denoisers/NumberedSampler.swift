import Deterministic
import Diffusion
import Tensors

/// Samples by number from any predictor of noise.
///
/// Sample p of a seed begins with x_T drawn by purpose `.startingNoise` for sample p; the noise z of its step from t is
/// drawn by `.reverseStep` at step t for sample p. So sample 17 has the same bits alone and among others, in a batch of
/// any size and on any number of threads.
///
/// ```swift
/// let sampler = NumberedSampler(network, rowShape: [2], steps: schedule.steps, random: random)
/// let hundred = sampler.samples(of: 0..<100)             // [100, 2]
/// for moment in sampler.trajectory(of: [17]) { … }       // the same sample 17, x_t by x_t
/// ```
public struct NumberedSampler: Sendable {
  /// The shape of a sample, such as [2] or [28, 28, 1]; nil where only the starting noise can tell.
  public let rowShape: [Int]?
  /// The steps, the earliest first.
  public let steps: [Step]
  /// σ_t² of a step: β_t or β̃_t.
  public let variance: ReverseVariance
  /// The largest magnitude of x̂_0, which is clipped to it in every step; nil where it is left as it is.
  public let x0Range: Double?
  /// Where the noise comes from.
  public let random: RandomNumbers
  /// ε_θ(x_t, t).
  public let predictor: @Sendable (_ xt: Tensor, _ timestep: Timestep) -> Tensor

  /// Prepares sampling from a predictor of noise.
  ///
  /// - Parameters:
  ///   - rowShape: The shape of a sample, such as [2] or [28, 28, 1]; nil where only the starting noise can tell.
  ///   - steps: The steps, the earliest first: `steps` of a schedule, or `respaced(to:)`.
  ///   - variance: σ_t² of a step, β_t or β̃_t.
  ///   - x0Range: The largest magnitude of x̂_0, which is clipped to it in every step; nil to leave it as it is.
  ///   - random: Where the noise comes from.
  ///   - predictor: ε_θ(x_t, t) of a batch, each row by itself.
  public init(
    rowShape: [Int]?, steps: [Step], variance: ReverseVariance = .beta, clippingX0To x0Range: Double? = nil,
    random: RandomNumbers, predictor: @escaping @Sendable (_ xt: Tensor, _ timestep: Timestep) -> Tensor
  ) {
    self.rowShape = rowShape
    self.steps = steps
    self.variance = variance
    self.x0Range = x0Range
    self.random = random
    self.predictor = predictor
  }

  /// Prepares sampling from a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - rowShape: The shape of a sample.
  ///   - steps: The steps, the earliest first.
  ///   - variance: σ_t² of a step, β_t or β̃_t.
  ///   - x0Range: The largest magnitude of x̂_0, which is clipped to it in every step; nil to leave it as it is.
  ///   - random: Where the noise comes from.
  public init(
    _ network: some NoisePredictor, rowShape: [Int], steps: [Step], variance: ReverseVariance = .beta,
    clippingX0To x0Range: Double? = nil, random: RandomNumbers
  ) {
    self.init(
      rowShape: rowShape, steps: steps, variance: variance, clippingX0To: x0Range, random: random
    ) { xt, timestep in network.predictedNoise(from: xt, timestep: timestep) }
  }

  /// The noise x_T ~ N(0, I) that samples begin with.
  ///
  /// - Parameter numbers: Their numbers, from 0.
  /// - Returns: A sample a row; the program stops where the sampler knows no shape.
  public func startingNoise(of numbers: some Sequence<Int>) -> Tensor {
    guard let rowShape else { fatalError("NumberedSampler: starting noise of a shape that is not known") }
    return .normal(random[.startingNoise], samples: numbers, rowShape: rowShape)
  }

  /// The noise z ~ N(0, I) that samples get in a step.
  ///
  /// - Parameters:
  ///   - timestep: The timestep t that the step leads away from.
  ///   - numbers: The samples' numbers, from 0.
  ///   - rowShape: The shape of a sample, where it is not the sampler's.
  /// - Returns: A sample a row; the program stops where nobody knows a shape.
  public func noise(
    ofStepFrom timestep: Int, of numbers: some Sequence<Int>, rowShape: [Int]? = nil
  ) -> Tensor {
    guard let rowShape = rowShape ?? self.rowShape else {
      fatalError("NumberedSampler: noise of a shape that is not known")
    }
    return .normal(random[.reverseStep], step: timestep, samples: numbers, rowShape: rowShape)
  }

  /// The trajectory of some samples from x_T to x_0, moment by moment and all at once.
  ///
  /// - Parameters:
  ///   - numbers: Their numbers, from 0.
  ///   - xT: What they begin with, a sample a row; nil for their `startingNoise`.
  /// - Returns: The sequence of x_t and x̂_0 with t from T to 0.
  public func trajectory(of numbers: some Sequence<Int>, from xT: Tensor? = nil) -> AncestralSampler<Tensor> {
    let numbers = Array(numbers)
    let start = xT ?? startingNoise(of: numbers)
    guard start.rowCount == numbers.count else {
      fatalError("NumberedSampler: \(numbers.count) samples from noise of the shape \(start.shape)")
    }
    let rowShape = Array(start.shape.dropFirst())
    return AncestralSampler(
      steps: steps, from: start, variance: variance,
      adjustingX0: x0Range.map { range in { $0.clipped(to: range) } },
      noise: { t in noise(ofStepFrom: t, of: numbers, rowShape: rowShape) }, predictor: predictor)
  }

  /// Samples, a batch of them after the other.
  ///
  /// - Parameters:
  ///   - numbers: Their numbers, from 0; one or more.
  ///   - xT: What they begin with, a sample a row; nil for their `startingNoise`.
  ///   - batchSize: The most samples that are worked on at once, 1 or more; the samples don't depend on it.
  ///   - progress: Called after each step of a batch with the number of its samples: in all, samples times steps.
  /// - Returns: The samples x_0, a row each, as they come out: within the range that x̂_0 is clipped to, and without
  ///   clipping mostly in [−1, 1].
  public func samples(
    of numbers: some Sequence<Int>, from xT: Tensor? = nil, batchSize: Int = 64,
    progress: (Int) -> Void = { _ in }
  ) -> Tensor {
    let numbers = Array(numbers)
    guard !numbers.isEmpty, batchSize >= 1 else {
      fatalError("NumberedSampler: \(numbers.count) samples in batches of \(batchSize)")
    }
    var batches: [Tensor] = []
    for first in stride(from: 0, to: numbers.count, by: batchSize) {
      let rows = first..<min(numbers.count, first + batchSize)
      for moment in trajectory(of: numbers[rows], from: xT?.rows(rows)) {
        if moment.timestep == 0 { batches.append(moment.sample) } else { progress(rows.count) }
      }
    }
    return Tensor(rowsOf: batches)
  }
}
