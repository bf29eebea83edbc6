import Diffusion
import Tensors
import Threads

extension GaussianMixture<SIMD2<Double>> {
  /// The best prediction of the noise, E[ε | x_t], for each of many points at once.
  ///
  /// - Parameters:
  ///   - points: The noised points, [B, 2].
  ///   - alphaBar: ᾱ at their noise level.
  /// - Returns: What `bestNoisePrediction(from:alphaBar:)` says of each, [B, 2].
  public func bestNoisePrediction(from points: Tensor, alphaBar: Double) -> Tensor {
    let points: [SIMD2<Double>] = points.points
    let pieces: [[SIMD2<Double>]] = parallelMap((points.count + 99) / 100) { piece in
      let last = min(points.count, 100 * piece + 100)
      return (100 * piece..<last).map { bestNoisePrediction(from: points[$0], alphaBar: alphaBar) }
    }
    return Tensor(points: pieces.flatMap { $0 })
  }
}
