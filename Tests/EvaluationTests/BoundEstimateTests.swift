import Deterministic
import Diffusion
import Evaluation
import Networks
import Statistics
import Tensors
import Stops
import Testing
import Threads

private let linear: NoiseSchedule = {
  do { return try .linear() } catch { fatalError("\(error)") }
}()

@Suite("An estimate of the bound")
struct BoundEstimateTests {
  private let random = RandomNumbers(seed: 2020)
  /// 20 timesteps, from little noise to hardly any signal.
  private let schedule: NoiseSchedule

  init() throws { schedule = try .demonstration(stepCount: 20) }

  // MARK: What it must be

  @Test(
    "with single timesteps is the bound of each image with the same noise",
    arguments: ReverseVariance.allCases)
  func everyTimestep(variance: ReverseVariance) {
    let images = pictures(5, seed: 1)
    let predict = bestGuess(schedule)
    let estimate = BoundEstimate(
      of: images, schedule: schedule, variance: variance, random: random, predictor: predict, strata: 19)
    let bounds = (0..<5).map { image in
      schedule.bound(
        of: images.rows(image..<image + 1), data: .eightBit, variance: variance,
        noise: { .normal(random[.jump], step: $0, samples: [image], rowShape: shape) },
        predictor: { predict($0, [$1]) })
    }
    #expect(estimate.imageCount == 5)
    #expect(estimate.strata.map(\.timesteps) == (2...20).map { $0...$0 })
    // The terms are the same to the bit; sums of 21 of them in another order differ by less than 21 roundings.
    for (total, bound) in zip(estimate.totals, bounds) {
      #expect(abs(total - bound.total.bitsPerDimension) < 21 * bound.total.bitsPerDimension.ulp)
    }
    for stratum in estimate.strata {
      let terms = bounds.map { $0[stratum.timesteps.lowerBound].bitsPerDimension }
      #expect(stratum.bits.value == terms.reduce(0, +) / 5)
    }
    #expect(estimate.prior.value == bounds.map { $0.prior.bitsPerDimension }.reduce(0, +) / 5)
    #expect(
      estimate.reconstruction.value == bounds.map { $0.reconstruction.bitsPerDimension }.reduce(0, +) / 5)
  }

  @Test("has the sum of all L as its expectation, however few the strata", arguments: [1, 4, 8])
  func withoutBias(strata: Int) {
    let images = pictures(3, seed: 2)
    let exact = (0..<3).map { image in
      (2...20).map { expectedTerm(schedule[$0], of: images.rows(image..<image + 1)) }
    }
    let estimates = (0..<600).map { seed in
      BoundEstimate(
        of: images, schedule: schedule, variance: .beta, random: RandomNumbers(seed: UInt64(seed)),
        predictor: bestGuess(schedule), strata: strata)
    }
    let sum = exact.joined().reduce(0, +) / 3
    #expect(errors(of: estimates.map(\.denoising.value), from: sum) < 3.5)
    for place in estimates[0].strata.indices {
      let timesteps = estimates[0].strata[place].timesteps
      let mean =
        exact.map { terms in timesteps.reduce(0) { $0 + terms[$1 - 2] } }.reduce(0, +)
        / Double(3 * timesteps.count)
      #expect(errors(of: estimates.map(\.strata[place].bits.value), from: mean) < 3.5)
    }
  }

  @Test("scatters as its standard errors say, for other images and other draws")
  func standardErrors() {
    let estimates = (0..<400).map { seed in
      BoundEstimate(
        of: pictures(12, seed: seed), schedule: schedule, variance: .beta,
        random: RandomNumbers(seed: UInt64(seed)),
        predictor: bestGuess(schedule), strata: 5)
    }
    func expectAgreement(_ part: (BoundEstimate) -> BoundEstimate.Mean) {
      let scatter = Moments(estimates.map { part($0).value }).variance
      let claimed = Moments(estimates.map { part($0).standardError * part($0).standardError }).mean
      // The variance of 400 Gaussian numbers is known to √(2/399) = 7 %; this is four times as much.
      #expect(abs(scatter / claimed - 1) < 0.28)
    }
    expectAgreement(\.prior)
    expectAgreement(\.denoising)
    expectAgreement(\.reconstruction)
    expectAgreement(\.total)
    for place in 0..<5 { expectAgreement(\.strata[place].bits) }
  }

  @Test("has smaller errors with more strata")
  func strataHelp() {
    let images = pictures(40, seed: 3)
    let errors = [1, 3, 19].map { strata in
      BoundEstimate(
        of: images, schedule: schedule, variance: .beta, random: random, predictor: bestGuess(schedule),
        strata: strata
      ).denoising.standardError
    }
    #expect(errors[0] > 2 * errors[1])
    #expect(errors[1] > errors[2])
  }

  @Test("adds the parts, and averages the images")
  func parts() {
    let estimate = BoundEstimate(
      of: pictures(7, seed: 4), schedule: schedule, variance: .betaTilde, random: random,
      predictor: bestGuess(schedule), strata: 6)
    let sum = estimate.prior.value + estimate.denoising.value + estimate.reconstruction.value
    #expect(abs(estimate.total.value - sum) < 1e-14 * sum)
    let strata = estimate.strata.reduce(0) { $0 + Double($1.timesteps.count) * $1.bits.value }
    #expect(abs(estimate.denoising.value - strata) < 1e-14 * strata)
    let totals = Moments(estimate.totals)
    #expect(estimate.total.value == totals.mean)
    #expect(abs(estimate.total.standardError - (totals.variance / 7).squareRoot()) < 1e-15)
  }

  @Test("of one timestep has no L to look at")
  func oneTimestep() throws {
    let short = try NoiseSchedule.linear(stepCount: 1)
    let estimate = BoundEstimate(
      of: pictures(2, seed: 5), schedule: short, variance: .beta, random: random, predictor: bestGuess(short))
    #expect(estimate.strata.isEmpty)
    #expect(estimate.denoising.value == 0)
    #expect(abs(estimate.total.value - estimate.prior.value - estimate.reconstruction.value) < 1e-13)
  }

  // MARK: What it must not depend on

  @Test("of a network has the same bits on any number of threads")
  func threads() {
    let configuration = MLPConfiguration(inputs: 16, width: 24, depth: 2)
    let model = MLP(configuration, weights: MLP.initialWeights(configuration, seed: 3))
    let images = pictures(70, seed: 6)
    let threadsBefore = threadCount
    defer { threadCount = threadsBefore }
    let totals = [1, 3].map { threads in
      threadCount = threads
      return BoundEstimate(
        of: images, schedule: schedule, variance: .beta, random: random, model: model, strata: 4
      ).totals
    }
    #expect(totals[0] == totals[1])
    let asked = BoundEstimate(
      of: images, schedule: schedule, variance: .beta, random: random,
      predictor: { model.predictedNoise(from: $0, timesteps: $1) }, strata: 4)
    #expect(asked.totals == totals[0])
  }

  @Test("gives an image what it gives it among others")
  func imageByImage() {
    let images = pictures(130, seed: 7)
    func totals(_ images: Tensor) -> [Double] {
      BoundEstimate(
        of: images, schedule: schedule, variance: .beta, random: random, predictor: bestGuess(schedule),
        strata: 4
      ).totals
    }
    let all = totals(images)
    #expect(totals(images.rows(0..<70)) == Array(all[..<70]))
    // Image 2 stays in its place, those beside it are others.
    let others = pictures(3, seed: 8)
    #expect(
      totals(Tensor(rowsOf: [others.rows(0..<2), images.rows(2..<3), others.rows(2..<3)]))[2] == all[2])
  }

  @Test("draws noise of its own for each image, however many")
  func noiseOfItsOwn() {
    // One picture in all places: with single timesteps only the noise differs.
    let image = pictures(1, seed: 7)
    let copies = BoundEstimate(
      of: Tensor(rowsOf: [Tensor](repeating: image, count: 200)), schedule: schedule, variance: .beta,
      random: random, predictor: bestGuess(schedule), strata: 19)
    #expect(Set(copies.totals).count == 200)
  }

  // MARK: Strata

  @Test(
    "has strata of all timesteps from 2 to T, each at most a timestep smaller than the one before",
    arguments: [1, 2, 3, 20, 250, 1000, 4000], [1, 2, 5, 24, 300, 999, 1000])
  func strata(stepCount: Int, count: Int) {
    let strata = BoundEstimate.strata(stepCount: stepCount, atMost: count)
    #expect(strata.count == min(count, stepCount - 1))
    #expect(strata.flatMap { Array($0) } == Array(2..<stepCount + 1))
    // Their ends are rounded.
    #expect(zip(strata, strata.dropFirst()).allSatisfy { $0.count <= $1.count + 1 })
  }

  @Test("has the smallest timesteps alone, and ends that grow by one factor")
  func growth() {
    let strata = BoundEstimate.strata(stepCount: 1000, atMost: 24)
    #expect(strata[..<4] == [2...2, 3...3, 4...4, 5...5])
    let factors = zip(strata, strata.dropFirst()).suffix(12).map {
      Double($1.upperBound) / Double($0.upperBound)
    }
    #expect(factors.allSatisfy { abs($0 - 1.296) < 0.015 })
    #expect(
      BoundEstimate.strata(stepCount: 20, atMost: 6) == [2...2, 3...3, 4...5, 6...8, 9...13, 14...20])
  }

  // MARK: What it tells

  @Test("makes two tables")
  func tables() throws {
    let estimate = BoundEstimate(
      of: pictures(3, seed: 9), schedule: schedule, variance: .beta, random: random,
      predictor: bestGuess(schedule), strata: 2)
    let strata = estimate.csv
    #expect(strata.columns == ["first_timestep", "last_timestep", "bits", "standard_error"])
    #expect(try strata.numbers(in: "first_timestep") == [2, 5])
    #expect(try strata.numbers(in: "last_timestep") == [4, 20])
    #expect(try strata.numbers(in: "bits") == estimate.strata.map(\.bits.value))
    #expect(try strata.numbers(in: "standard_error") == estimate.strata.map(\.bits.standardError))
    let summary = estimate.summary
    #expect(
      summary.columns == [
        "images", "prior", "denoising", "reconstruction", "total", "denoising_error", "reconstruction_error",
        "total_error",
      ])
    #expect(
      try summary.columns.map { try summary.numbers(in: $0) } == [
        [3], [estimate.prior.value], [estimate.denoising.value], [estimate.reconstruction.value],
        [estimate.total.value], [estimate.denoising.standardError], [estimate.reconstruction.standardError],
        [estimate.total.standardError],
      ])
  }

  @Test("tells how many images each batch has")
  func progress() {
    var told: [Int] = []
    _ = BoundEstimate(
      of: pictures(130, seed: 10), schedule: schedule, variance: .beta, random: random,
      predictor: bestGuess(schedule), strata: 1, progress: { told.append($0) })
    #expect(told == [64, 64, 2])
  }

  @Test("stops for one image, no strata, and predictions of another shape")
  func stops() async {
    let alone = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BoundEstimate(
        of: pictures(1, seed: 1), schedule: linear, variance: .beta, random: RandomNumbers(seed: 1),
        predictor: bestGuess(linear))
    }
    stopped(alone, saying: "BoundEstimate: a standard error needs two images, not 1")
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BoundEstimate.strata(stepCount: 10, atMost: 0)
    }
    stopped(none, saying: "BoundEstimate: 0 strata of 10 timesteps; both are 1 or more")
    let flat = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BoundEstimate(
        of: pictures(2, seed: 1), schedule: linear, variance: .beta, random: RandomNumbers(seed: 1),
        predictor: { xt, _ in xt.reshaped([2, 16]) })
    }
    stopped(flat, saying: "BoundEstimate: predictions of the shape [2, 16] for [2, 4, 4, 1]")
  }
}

// MARK: - A case whose answer is known

/// The shape of an image here.
private let shape = [4, 4, 1]

/// The standard deviation of the numbers that `pictures` rounds.
private let deviation = 0.3

/// Images of 8-bit levels about N(0, 0.3²), which hardly ever leave [−1, 1].
private func pictures(_ count: Int, seed: Int) -> Tensor {
  let random = RandomNumbers(seed: UInt64(seed))
  return Tensor(rows: count, of: shape) { row in
    random[.data].normals(sample: row, count: 16).map { number in
      (max(-1, min(1, deviation * number)) * 127.5 + 127.5).rounded() / 127.5 - 1
    }
  }
}

/// The factor c of the best prediction for data N(0, 0.3²), E[ε | x_t] = c x_t with c = √(1−ᾱ_t)/(ᾱ_t 0.3² + 1 − ᾱ_t).
private func factor(_ step: Step) -> Double {
  let variance = 1 - step.alphaBar
  return variance.squareRoot() / (step.alphaBar * deviation * deviation + variance)
}

/// The best prediction for data N(0, 0.3²).
private func bestGuess(_ schedule: NoiseSchedule) -> (Tensor, [Timestep]) -> Tensor {
  { xt, timesteps in
    let factors = timesteps.map { factor(schedule[$0]) }
    return .combiningRows(factors, xt, factors.map { _ in 0 }, xt)
  }
}

/// E[L_{t−1}] of an image for that prediction and σ² = β, in bits per dimension: the noise it leaves is
/// ε − c x_t = (1 − c √(1−ᾱ_t)) ε − c √ᾱ_t x_0.
private func expectedTerm(_ step: Step, of x0: Tensor) -> Double {
  let c = factor(step)
  let left = 1 - c * (1 - step.alphaBar).squareRoot()
  let distance = left * left * Double(x0.count) + c * c * step.alphaBar * x0.sumOfSquares
  let nats =
    step.boundWeight(of: .noise, variance: .beta) * distance
    + Double(x0.count) * step.boundConstant(variance: .beta)
  return BoundTerm(nats: nats, dimension: x0.count).bitsPerDimension
}

/// How many standard errors the mean of some numbers lies from what it should be.
private func errors(of values: [Double], from expectation: Double) -> Double {
  let moments = Moments(values)
  return abs(moments.errorsOfMean(from: expectation, variance: moments.variance))
}
