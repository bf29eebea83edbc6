import Deterministic
import Diffusion

/// Many samples as one, so that a sampler takes its step with all of them at once: millions of steps in a second.
struct Batch: Sample {
  /// The coordinates of the first sample, of the second, and so on.
  var coordinates: [Double]

  init(_ coordinates: [Double]) { self.coordinates = coordinates }

  /// A batch of N(0, I), each coordinate an element of its own.
  static func normal(_ purpose: Purpose, step: Int = 0, dimension: Int = 1, count: Int) -> Batch {
    Batch(random[purpose].normals(step: step, count: count * dimension))
  }

  static func + (left: Batch, right: Batch) -> Batch { combining(1, left, 1, right) }
  static func - (left: Batch, right: Batch) -> Batch { combining(1, left, -1, right) }
  static func * (scale: Double, batch: Batch) -> Batch { Batch(batch.coordinates.map { scale * $0 }) }

  static func combining(_ a: Double, _ x: Batch, _ b: Double, _ y: Batch) -> Batch {
    Batch(zip(x.coordinates, y.coordinates).map { a * $0 + b * $1 })
  }

  /// One coordinate of every sample of a dimension.
  func coordinates(_ axis: Int, of dimension: Int) -> [Double] {
    stride(from: axis, to: coordinates.count, by: dimension).map { coordinates[$0] }
  }

  /// Sample number i, of the shape of `zero`.
  @inline(__always)
  func sample<S: VectorSample>(_ i: Int, like zero: S) -> S {
    var element = i * zero.dimension - 1
    return zero.map { _ in
      element += 1
      return coordinates[element]
    }
  }
}

extension GaussianMixture {
  /// ∇ log p of every sample, Σ_k r_k (μ_k − x)/s_k², times a factor: as `score(at:)`, with no array for any.
  func scores(at batch: Batch, factor: Double = 1) -> Batch {
    let means = components.map { $0.gaussian.mean }
    let precisions = components.map { 1 / $0.gaussian.variance }
    let heights = components.map {
      log($0.weight) - 0.5 * Double($0.gaussian.mean.dimension) * log($0.gaussian.variance)
    }
    let zero = 0 * means[0]
    var scores: [Double] = []
    scores.reserveCapacity(batch.coordinates.count)
    for i in 0..<batch.coordinates.count / zero.dimension {
      let x = batch.sample(i, like: zero)
      var highest = -Double.infinity
      for k in means.indices {
        let offset = x - means[k]
        highest = max(highest, heights[k] - 0.5 * precisions[k] * offset.dot(offset))
      }
      var (total, sum) = (0.0, zero)
      for k in means.indices {
        let offset = x - means[k]
        let share = exp(heights[k] - 0.5 * precisions[k] * offset.dot(offset) - highest)
        total += share
        sum = S.combining(1, sum, -share * precisions[k], offset)
      }
      _ = ((factor / total) * sum).map {
        scores.append($0)
        return $0
      }
    }
    return Batch(scores)
  }

  /// E[ε | x_t] = −√(1−ᾱ) ∇ log q(x_t) of every sample, times a factor that is 1 for the best prediction.
  func bestNoisePredictions(from batch: Batch, alphaBar: Double, factor: Double = 1) -> Batch {
    marginal(alphaBar: alphaBar).scores(at: batch, factor: -factor * (1 - alphaBar).squareRoot())
  }
}
