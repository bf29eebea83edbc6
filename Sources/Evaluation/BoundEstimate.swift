import Denoisers
import Deterministic
import Diffusion
import Formats
import Tensors

/// The variational bound on −log₂ p_θ(x_0) of 8-bit images, equation 5: its mean over many, in bits per dimension, and
/// how far off chance may have put it.
///
/// All of an image's L_{t−1} would take T − 1 calls of the network. So the timesteps 2…T fall into K strata, and each
/// image is looked at in one timestep of each, drawn uniformly, with noise of its own:
///
///     L ≈ L_T + Σ_k n_k L_{t_k−1} + L_0        t_k uniform in stratum k, which has n_k timesteps
///
/// The expectation is the bound itself, whatever the strata; they decide the scatter. It is small where the terms of a
/// stratum are alike: L_{t−1} falls steeply at first and slowly later, so the smallest timesteps are alone and the
/// strata grow with t.
///
/// Errors are standard errors of the mean, taken from the scatter of the images' own estimates. They hold what the
/// timesteps and noises did and which images happened to be looked at: the error for all images of their kind.
///
/// All is drawn by address: the timestep by purpose `.boundTimestep` at the stratum's first timestep, the noise by
/// `.jump` at t, both at the image's number. An image's part does not depend on the others.
///
/// ```swift
/// let bound = BoundEstimate(
///   of: images, schedule: schedule, variance: .beta, random: RandomNumbers(seed: 2020), model: network)
/// print(bound.total.value, "±", bound.total.standardError)
/// ```
package struct BoundEstimate: Sendable {
  /// A mean over the images and its standard error.
  package struct Mean: Equatable, Sendable {
    /// The mean, in bits per dimension.
    package let value: Double
    /// The standard error of the mean, √(Σ (x − mean)²/(n (n − 1))), in bits per dimension.
    package let standardError: Double
  }

  /// Timesteps of which each image was looked at in one.
  package struct Stratum: Equatable, Sendable {
    /// The timesteps t.
    package let timesteps: ClosedRange<Int>
    /// The mean L_{t−1} of one of the timesteps; their sum is as many times as much.
    package let bits: Mean
  }

  /// L_T, which no network changes; exact for each image.
  package let prior: Mean
  /// Σ_{t>1} L_{t−1}.
  package let denoising: Mean
  /// L_0 = −log₂ p_θ(x_0 | x_1) by the discretized Gaussian of equation 13.
  package let reconstruction: Mean
  /// The bound: all three together.
  package let total: Mean
  /// L_{t−1} by timestep, from t = 2; none for T = 1.
  package let strata: [Stratum]
  /// The estimate of the bound of each image, in bits per dimension; `total` is their mean.
  package let totals: [Double]

  /// The number of images.
  package var imageCount: Int { totals.count }

  /// Estimates the bound of a network, on all threads.
  ///
  /// - Parameters:
  ///   - images: [B, H, W, C], two or more, of values k/127.5 − 1 for k in 0…255.
  ///   - schedule: How much noise each timestep has.
  ///   - variance: σ_t² of the reverse step, β_t or β̃_t.
  ///   - random: The random numbers of a seed.
  ///   - model: The network; it is applied to each image K + 1 times.
  ///   - strata: K, the most strata; 1 or more. There are never more than T − 1.
  ///   - progress: Called after each batch with the number of its images, for a progress bar.
  package init<Model: NoisePredictor>(
    of images: Tensor, schedule: NoiseSchedule, variance: ReverseVariance, random: RandomNumbers,
    model: Model,
    strata: Int = 24, progress: (Int) -> Void = { _ in }
  ) {
    self.init(
      of: images, schedule: schedule, variance: variance, random: random,
      predictor: { xt, timesteps in
        Tensor.inPieces(batchSize: xt.rowCount, samplesPerPiece: Model.largestForwardPiece) { rows in
          model.predictedNoise(from: xt.rows(rows), timesteps: Array(timesteps[rows]))
        }
      }, strata: strata, progress: progress)
  }

  /// Estimates the bound of any prediction of the noise.
  ///
  /// - Parameters:
  ///   - images: [B, H, W, C], two or more, of values k/127.5 − 1 for k in 0…255.
  ///   - schedule: How much noise each timestep has.
  ///   - variance: σ_t² of the reverse step, β_t or β̃_t.
  ///   - random: The random numbers of a seed.
  ///   - predictor: ε_θ(x_t, t) of some images, each at a timestep of its own, from 1 to T; called K + 1 times for
  ///     each batch of images.
  ///   - strata: K, the most strata; 1 or more. There are never more than T − 1.
  ///   - progress: Called after each batch with the number of its images, for a progress bar.
  package init(
    of images: Tensor, schedule: NoiseSchedule, variance: ReverseVariance, random: RandomNumbers,
    predictor: (_ xt: Tensor, _ timesteps: [Timestep]) -> Tensor, strata: Int = 24,
    progress: (Int) -> Void = { _ in }
  ) {
    let count = images.rowCount
    guard count >= 2 else { fatalError("BoundEstimate: a standard error needs two images, not \(count)") }
    let strata = Self.strata(stepCount: schedule.stepCount, atMost: strata)
    /// The terms of some images, each at a timestep of its own.
    func terms(of batch: Range<Int>, at timesteps: [Int]) -> [Double] {
      let look = Look(at: images, batch, timesteps: timesteps, schedule: schedule, random: random)
      let predictedNoise = predictor(look.xt, timesteps.map { Timestep($0) })
      return look.bitsPerDimension(predictedNoise: predictedNoise, variance: variance)
    }
    // Bits per dimension of each image; for the strata, of each stratum and image.
    var prior: [Double] = []
    var reconstruction: [Double] = []
    var byStratum = [[Double]](repeating: [], count: strata.count)
    for first in stride(from: 0, to: count, by: Self.largestBatch) {
      let batch = first..<min(count, first + Self.largestBatch)
      prior += batch.map { schedule.priorTerm(of: images.rows($0..<$0 + 1)).bitsPerDimension }
      reconstruction += terms(of: batch, at: batch.map { _ in 1 })
      for (place, stratum) in strata.enumerated() {
        let timesteps = batch.map { image in
          stratum.lowerBound
            + random[.boundTimestep].index(below: stratum.count, step: stratum.lowerBound, sample: image)
        }
        byStratum[place] += terms(of: batch, at: timesteps)
      }
      progress(batch.count)
    }
    let denoising = (0..<count).map { image in
      zip(strata, byStratum).reduce(0) { $0 + Double($1.0.count) * $1.1[image] }
    }
    totals = (0..<count).map { prior[$0] + denoising[$0] + reconstruction[$0] }
    total = Mean(of: totals)
    self.prior = Mean(of: prior)
    self.denoising = Mean(of: denoising)
    self.reconstruction = Mean(of: reconstruction)
    self.strata = zip(strata, byStratum).map { Stratum(timesteps: $0, bits: Mean(of: $1)) }
  }

  /// The most images that are worked on at once, so that memory doesn't grow with their number.
  private static var largestBatch: Int { 64 }
}

/// Some images, with the noise that each has at a timestep of its own.
private struct Look {
  let x0, xt: Tensor
  let steps: [Step]

  init(
    at images: Tensor, _ batch: Range<Int>, timesteps: [Int], schedule: NoiseSchedule, random: RandomNumbers
  ) {
    x0 = images.rows(batch)
    steps = timesteps.map { schedule[$0] }
    let rowShape = Array(images.shape.dropFirst())
    let length = rowShape.reduce(1, *)
    let noise = Tensor(rows: batch.count, of: rowShape) { row in
      random[.jump].normals(step: timesteps[row], sample: batch.lowerBound + row, count: length)
    }
    // A row's marginal is that of the number 1, times the row.
    let marginals = steps.map { $0.marginal(of: 1.0) }
    xt = .combiningRows(marginals.map { $0.mean }, x0, marginals.map { $0.standardDeviation }, noise)
  }

  /// The images' terms: L_0 at t = 1, L_{t−1} from there on.
  func bitsPerDimension(predictedNoise: Tensor, variance: ReverseVariance) -> [Double] {
    guard predictedNoise.shape == xt.shape else {
      fatalError("BoundEstimate: predictions of the shape \(predictedNoise.shape) for \(xt.shape)")
    }
    return steps.enumerated().map { place, step in
      let row = place..<place + 1
      let (x0, xt, predictedNoise) = (x0.rows(row), xt.rows(row), predictedNoise.rows(row))
      let term =
        step.timestep == 1
        ? step.reconstructionTerm(
          of: x0, given: xt, predictedNoise: predictedNoise, variance: variance, data: .eightBit)
        : step.denoisingTerm(of: x0, given: xt, predictedNoise: predictedNoise, variance: variance)
      return term.bitsPerDimension
    }
  }
}

extension BoundEstimate.Mean {
  /// The mean of some numbers, two or more, summed in their order.
  fileprivate init(of values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    standardError = (squares / (count - 1) / count).squareRoot()
  }
}

// MARK: - Strata

extension BoundEstimate {
  /// The timesteps 2…T in strata whose ends grow geometrically, as near as whole numbers can; the first are single.
  ///
  /// ```swift
  /// BoundEstimate.strata(stepCount: 20, atMost: 6)      // [2...2, 3...3, 4...5, 6...8, 9...13, 14...20]
  /// ```
  ///
  /// - Parameters:
  ///   - stepCount: T.
  ///   - count: How many; as many as there are timesteps where those are fewer.
  /// - Returns: The strata in order; none for T = 1.
  package static func strata(stepCount: Int, atMost count: Int) -> [ClosedRange<Int>] {
    guard stepCount >= 1, count >= 1 else {
      fatalError("BoundEstimate: \(count) strata of \(stepCount) timesteps; both are 1 or more")
    }
    var strata: [ClosedRange<Int>] = []
    var end = 1
    for left in stride(from: min(count, stepCount - 1), to: 0, by: -1) {
      // The same factor for each stratum that is left. It never takes the timesteps that those after this one need: a
      // geometric sequence lies below the straight line between its ends.
      let factor = exp(log(Double(stepCount) / Double(end)) / Double(left))
      let next = left == 1 ? stepCount : max(end + 1, Int((Double(end) * factor).rounded()))
      strata.append(end + 1...next)
      end = next
    }
    return strata
  }
}

// MARK: - Tables

extension BoundEstimate {
  /// The columns of `csv`.
  package static let columns = ["first_timestep", "last_timestep", "bits", "standard_error"]

  /// L_{t−1} by timestep as a table with the columns first_timestep, last_timestep, bits and standard_error, a row for
  /// each stratum: the mean over its timesteps, in bits per dimension.
  package var csv: CSV {
    CSV(
      columns: Self.columns,
      rows: strata.map {
        [$0.timesteps.lowerBound, $0.timesteps.upperBound, $0.bits.value, $0.bits.standardError]
          as [any CSVValue]
      })
  }

  /// The columns of `summary`.
  package static let summaryColumns = [
    "images", "prior", "denoising", "reconstruction", "total", "denoising_error", "reconstruction_error",
    "total_error",
  ]

  /// The parts and the whole as a table of one row with the columns images, prior, denoising, reconstruction, total,
  /// denoising_error, reconstruction_error and total_error, in bits per dimension.
  package var summary: CSV {
    CSV(
      columns: Self.summaryColumns,
      rows: [
        [
          imageCount, prior.value, denoising.value, reconstruction.value, total.value,
          denoising.standardError,
          reconstruction.standardError, total.standardError,
        ] as [any CSVValue]
      ])
  }
}
