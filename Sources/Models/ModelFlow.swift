import Denoisers
import Deterministic
import Diffusion
import Synchronization
import Tensors
import Threads

/// The probability flow of a trained model: pictures from noise without chance, the noise that pictures come from, and
/// how probable a picture is.
///
/// The flow leads from t = T to t = 1, through noise levels that lie as Karras et al. 2022 have them, and stops there:
/// below, the network has learned nothing. What is left of the noise has a deviation of √(β_1), for the linear schedule
/// 0.01 or 1.3 gray levels; `denoised` takes it away, and with it the way back.
///
/// A picture has the same bits alone and among others, in a batch of any size and on any number of threads.
///
/// ```swift
/// let flow = ModelFlow(try DiffusionModel.read(folder: "data/models/mnist"), evaluations: 50)
/// let pictures = flow.decode(xT)                // [count, 28, 28, 1]
/// flow.encode(pictures)                         // nearly x_T
/// ```
package struct ModelFlow: Sendable {
  /// The model.
  package let model: DiffusionModel
  /// The noise levels σ that are walked through, from that at T down to that at t = 1.
  package let noiseLevels: [Double]
  /// How a step is taken.
  package let method: ODEMethod
  private let flow: ProbabilityFlow<NoiseSchedule>

  /// Prepares the flow.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - evaluations: How often the network is asked for each picture; for `.heun` the half of it, rounded down, is the
  ///     number of steps. At least one step's.
  ///   - method: How a step is taken.
  package init(_ model: DiffusionModel, evaluations: Int, method: ODEMethod = .heun) {
    let steps = evaluations / method.evaluationsPerStep
    guard steps >= 1 else {
      fatalError("ModelFlow: \(evaluations) evaluations; a step takes \(method.evaluationsPerStep)")
    }
    self.model = model
    self.method = method
    flow = ProbabilityFlow(process: model.schedule)
    noiseLevels = flow.noiseLevels(count: steps + 1, to: model.schedule.noiseLevel(at: 1))
  }

  /// The pictures that noise becomes.
  ///
  /// - Parameters:
  ///   - xT: Noise, a picture a row, [B, H, W, C].
  ///   - batchSize: The most pictures that are worked on at once, 1 or more.
  ///   - progress: Called after each evaluation with the number of pictures: in all, pictures times evaluations.
  /// - Returns: The samples at t = 1, as they come out, mostly in [−1, 1].
  package func decode(_ xT: Tensor, batchSize: Int = 64, progress: @escaping (Int) -> Void = { _ in })
    -> Tensor
  {
    inBatches(xT, batchSize) {
      flow.decode($0, through: noiseLevels, by: method, predictor: predictor(progress))
    }
  }

  /// The last step, of Euler's method to a noise level of 0: x̂_0 of samples at t = 1, one evaluation each.
  ///
  /// - Parameters:
  ///   - x1: Samples at t = 1, as `decode` makes them, [B, H, W, C].
  ///   - batchSize: The most pictures that are worked on at once, 1 or more.
  /// - Returns: The pictures, mostly in [−1, 1].
  package func denoised(_ x1: Tensor, batchSize: Int = 64) -> Tensor {
    inBatches(x1, batchSize) { model.schedule[1].x0(from: $0, noise: model.predictor($0, 1)) }
  }

  /// The noise that pictures come from, by the steps of `decode` in the other direction.
  ///
  /// - Parameters:
  ///   - x: Pictures, [B, H, W, C], taken for samples at t = 1.
  ///   - batchSize: The most pictures that are worked on at once, 1 or more.
  ///   - progress: Called after each evaluation with the number of pictures.
  /// - Returns: Their x_T.
  package func encode(_ x: Tensor, batchSize: Int = 64, progress: @escaping (Int) -> Void = { _ in })
    -> Tensor
  {
    inBatches(x, batchSize) {
      flow.encode($0, through: noiseLevels, by: method, predictor: predictor(progress))
    }
  }

  /// The logarithm of each picture's density, in nats: that of N(0, I) at its x_T and what the flow changes on the way.
  ///
  /// Each picture is carried by itself, in steps that `solver` chooses for it. The divergence of the prediction is
  /// estimated with one probe, which stays the same all the way (Grathwohl et al. 2019, arXiv:1810.01367): the result is
  /// right on average over the probes.
  ///
  /// - Parameters:
  ///   - x: Pictures, [B, H, W, C], taken for samples at t = 1.
  ///   - probes: For each picture independent signs ±1, of the shape of x.
  ///   - solver: What chooses the steps.
  ///   - progress: Called after each picture, never twice at once.
  /// - Returns: The log density of each picture, and how often the network was asked for it.
  /// - Throws: `ODEFailure` of the first picture for which the solver finds no way.
  package func logDensities(
    of x: Tensor, probes: Tensor, by solver: DormandPrince, progress: @Sendable () -> Void = {}
  ) throws(ODEFailure) -> [(logDensity: Double, evaluations: Int)] {
    guard probes.shape == x.shape else {
      fatalError("ModelFlow: probes of the shape \(probes.shape) for pictures of \(x.shape)")
    }
    let found = Mutex(
      [Result<(logDensity: Double, evaluations: Int), ODEFailure>?](repeating: nil, count: x.rowCount))
    parallelFor(x.rowCount) { row in
      let result = logDensity(of: x.rows(row..<row + 1), probe: probes.rows(row..<row + 1), by: solver)
      found.withLock {
        $0[row] = result
        progress()
      }
    }
    var densities: [(logDensity: Double, evaluations: Int)] = []
    for case let result? in found.withLock({ $0 }) { densities.append(try result.get()) }
    return densities
  }

  /// As above, of one picture.
  private func logDensity(
    of x: Tensor, probe: Tensor, by solver: DormandPrince
  ) -> Result<(logDensity: Double, evaluations: Int), ODEFailure> {
    do throws(ODEFailure) {
      let encoded = try flow.encode(
        x, from: noiseLevels[noiseLevels.count - 1], to: noiseLevels[0], by: solver, zero: 0.0
      ) { [network = model.network] xt, timestep in
        let (noise, divergence) = network.noiseAndDivergence(
          from: xt, timestep: Timestep(timestep), probe: probe)
        return (noise, divergence[0])
      }
      return .success((encoded.logDensity, encoded.evaluations))
    } catch {
      return .failure(error)
    }
  }

  private func predictor(_ progress: @escaping (Int) -> Void) -> (Tensor, Double) -> Tensor {
    { [predictor = model.predictor] xt, timestep in
      let noise = predictor(xt, Timestep(timestep))
      progress(xt.rowCount)
      return noise
    }
  }

  private func inBatches(_ x: Tensor, _ batchSize: Int, _ result: (Tensor) -> Tensor) -> Tensor {
    guard x.rowCount >= 1, batchSize >= 1 else {
      fatalError("ModelFlow: \(x.rowCount) pictures in batches of \(batchSize)")
    }
    return Tensor(
      rowsOf: stride(from: 0, to: x.rowCount, by: batchSize).map {
        result(x.rows($0..<min(x.rowCount, $0 + batchSize)))
      })
  }
}
