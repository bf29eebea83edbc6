import Diffusion
import Networks
import Synchronization
import Tensors
import Threads

extension NoisePredictor {
  /// The predicted noise ε_θ(x_t, t) of samples at one timestep, and for each of them vᵀ (∂ε_θ/∂x_t) v, on all threads.
  ///
  /// Over unit vectors v, one for each coordinate, the products sum to the divergence of the prediction, exactly; with
  /// v of independent signs ±1 each is an estimate of it that has no bias (Hutchinson 1990). Each costs one backward
  /// pass, however many coordinates there are.
  ///
  /// - Parameters:
  ///   - xt: Noisy samples, [batch] + the shape of a sample.
  ///   - timestep: t, from 1 to T.
  ///   - probe: v for each sample, of the shape of x_t.
  /// - Returns: The prediction, of the shape of x_t, and a product for each sample.
  public func noiseAndDivergence(
    from xt: Tensor, timestep: Timestep, probe: Tensor
  ) -> (noise: Tensor, divergence: [Double]) {
    guard probe.shape == xt.shape else {
      fatalError("noiseAndDivergence: probes of the shape \(probe.shape) for samples of \(xt.shape)")
    }
    let samplesPerPiece = Self.samplesPerPiece
    let pieceCount = (xt.rowCount + samplesPerPiece - 1) / samplesPerPiece
    let pieces = Mutex([(noise: Tensor, divergence: [Double])?](repeating: nil, count: pieceCount))
    parallelFor(pieceCount) { piece in
      let rows = piece * samplesPerPiece..<min(xt.rowCount, (piece + 1) * samplesPerPiece)
      let x = xt.rows(rows).tracked()
      let noise = predictedNoise(
        from: x, timesteps: [Timestep](repeating: timestep, count: rows.count))
      let v = probe.rows(rows)
      let product = noise.gradients(at: [x], direction: v)[0]
      let divergence = (0..<rows.count).map { product.rows($0..<$0 + 1).dot(v.rows($0..<$0 + 1)) }
      pieces.withLock { $0[piece] = (noise.untracked(), divergence) }
    }
    let found = pieces.withLock { $0.compactMap { $0 } }
    return (Tensor(rowsOf: found.map(\.noise)), found.flatMap(\.divergence))
  }
}
