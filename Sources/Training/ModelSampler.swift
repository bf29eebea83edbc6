import Deterministic
import Diffusion
import Tensors

/// Draws pictures from a trained model, each by a number of its own.
///
/// Picture p of a seed begins with x_T drawn by purpose `.startingNoise` for sample p; the noise z of its step from t is
/// drawn by `.reverseStep` at step t for sample p. So picture 17 has the same bits alone and among others, in a batch of
/// any size and on any number of threads.
///
/// ```swift
/// let sampler = ModelSampler(try DiffusionModel.read(folder: "data/models/mnist"), stepCount: 100, seed: 2020)
/// let hundred = sampler.samples(of: 0..<100)             // [100, 28, 28, 1]
/// for moment in sampler.walk(of: [17]) { … }             // the same picture 17, x_t by x_t
/// ```
public struct ModelSampler: Sendable {
  /// The model.
  public let model: DiffusionModel
  /// The moments that are walked through, the earliest first.
  public let steps: [Step]
  /// σ_t² of a step: β_t or β̃_t.
  public let variance: ReverseVariance
  /// The largest magnitude of x̂_0, which is clipped to it in every step; nil where it is left as it is.
  public let x0Range: Double?
  /// Where the pictures' noise comes from.
  public let random: RandomNumbers

  /// Prepares the drawing; what is not told is done as the model's scheduler says.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - stepCount: How many steps to take, from 2 to T, evenly as `respaced(to:)` has them; nil for all of them.
  ///   - variance: σ_t² of a step; nil for the scheduler's.
  ///   - clipsX0: Whether x̂_0 is clipped to the scheduler's range; nil for what the scheduler says.
  ///   - seed: The seed of all noise.
  public init(
    _ model: DiffusionModel, stepCount: Int? = nil, variance: ReverseVariance? = nil, clipsX0: Bool? = nil,
    seed: UInt64
  ) {
    self.model = model
    steps = stepCount.map { model.schedule.respaced(to: $0) } ?? model.schedule.steps
    self.variance = variance ?? model.scheduler.variance
    x0Range = clipsX0 ?? model.scheduler.clipSample ? model.scheduler.clipSampleRange : nil
    random = RandomNumbers(seed: seed)
  }

  /// The noise x_T ~ N(0, I) that pictures begin with.
  ///
  /// - Parameter pictures: Their numbers, from 0.
  /// - Returns: A picture a row, [count, H, W, C] with the size and the channels of the model's configuration; one that
  ///   names no size stops the program.
  public func startingNoise(of pictures: some Sequence<Int>) -> Tensor {
    guard let size = model.configuration.sampleSize else {
      fatalError("ModelSampler: noise for a model whose configuration has no sample_size")
    }
    return .normal(
      random, .startingNoise, samples: pictures, rowShape: [size, size, model.configuration.inChannels])
  }

  /// The way of some pictures from x_T to x_0, moment by moment and all at once.
  ///
  /// - Parameters:
  ///   - pictures: Their numbers, from 0.
  ///   - xT: What they begin with, a picture a row, [count, H, W, C]; nil for their `startingNoise`.
  /// - Returns: The sequence of x_t and x̂_0 with t from T to 0.
  public func walk(of pictures: some Sequence<Int>, from xT: Tensor? = nil) -> AncestralSampler<Tensor> {
    let pictures = Array(pictures)
    let start = xT ?? startingNoise(of: pictures)
    guard start.rowCount == pictures.count else {
      fatalError("ModelSampler: \(pictures.count) pictures from noise of the shape \(start.shape)")
    }
    return AncestralSampler(
      steps: steps, from: start, variance: variance,
      adjustingX0: x0Range.map { range in { $0.clipped(to: range) } },
      noise: { [random] t in
        .normal(random, .reverseStep, step: t, samples: pictures, rowShape: Array(start.shape.dropFirst()))
      },
      predictor: model.predictor)
  }

  /// Pictures, a batch of them after the other.
  ///
  /// - Parameters:
  ///   - pictures: Their numbers, from 0; one or more.
  ///   - xT: What they begin with, a picture a row, [count, H, W, C]; nil for their `startingNoise`.
  ///   - batchSize: The most pictures that are worked on at once, 1 or more; the pictures don't depend on it.
  ///   - progress: Called after each step of a batch with the number of its pictures: in all, pictures times steps.
  /// - Returns: The samples x_0, [count, H, W, C], as they come out: within the range that x̂_0 is clipped to, and without
  ///   clipping mostly in [−1, 1].
  public func samples(
    of pictures: some Sequence<Int>, from xT: Tensor? = nil, batchSize: Int = 64,
    progress: (Int) -> Void = { _ in }
  ) -> Tensor {
    let pictures = Array(pictures)
    guard !pictures.isEmpty, batchSize >= 1 else {
      fatalError("ModelSampler: \(pictures.count) pictures in batches of \(batchSize)")
    }
    var batches: [Tensor] = []
    for first in stride(from: 0, to: pictures.count, by: batchSize) {
      let rows = first..<min(pictures.count, first + batchSize)
      for moment in walk(of: pictures[rows], from: xT?.rows(rows)) {
        if moment.timestep == 0 { batches.append(moment.sample) } else { progress(rows.count) }
      }
    }
    return Tensor(rowsOf: batches)
  }
}
