import Deterministic
import Diffusion
import Testing

@Suite("The terms of the bound")
struct BoundTermTests {
  @Test(
    "L_{t−1} is a weighted squared distance of means, of x_0, of noises or of scores, and a constant",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func fourForms(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps.dropFirst() {
      let step = schedule[t]
      let x0 = normalPoint(like: SIMD3<Double>(), t)
      let noise = normalPoint(like: SIMD3<Double>(), t, purpose: .jump)
      let predicted = normalPoint(like: SIMD3<Double>(), t, purpose: .reverseStep)
      let xt = step.marginal(of: x0).draw(noise)
      let found = step.denoisingTerm(of: x0, given: xt, predictedNoise: predicted, variance: variance)
      #expect(found.dimension == 3)

      let means =
        step.posterior(of: x0, given: xt).mean
        - step.reverse(from: xt, predictedNoise: predicted, variance: variance).mean
      let differences: [PredictedQuantity: SIMD3<Double>] = [
        .mean: means, .x0: x0 - step.x0(from: xt, noise: predicted), .noise: noise - predicted,
        .score: step.score(from: xt, x0: x0) - step.score(noise: predicted),
      ]
      // Means are off by so much, their difference by no less, and its square by twice the share.
      let scale = 1 + norm(xt) + norm(x0) + norm(predicted)
      let errorOfMeans = 16 * rounding * scale / ((1 - step.alphaBar) * step.alpha.squareRoot())
      for quantity in PredictedQuantity.allCases {
        let difference = try #require(differences[quantity])
        let squares = step.boundWeight(of: quantity, variance: variance) * difference.dot(difference)
        let expected = squares + 3 * step.boundConstant(variance: variance)
        let tolerance = 2 * squares * errorOfMeans / norm(means) + 8 * rounding * expected
        #expect(abs(found.nats - expected) < tolerance, "\(quantity), t = \(t)")
      }
    }
  }

  @Test("the constants of σ² = β sum to 0.4864 bits a dimension on the linear schedule, those of β̃ are 0")
  func constants() throws {
    let schedule = try NoiseSchedule.linear()
    var sum = 0.0
    for t in 2...1000 {
      let constant = schedule[t].boundConstant(variance: .beta)
      #expect(constant > 0)
      sum += constant
      #expect(schedule[t].boundConstant(variance: .betaTilde) == 0)
    }
    #expect(PrintedNumber("0.4864").matches(BoundTerm(nats: sum, dimension: 1).bits))
  }

  @Test(
    "the constant is L_{t−1} of the true noise: no prediction does better", arguments: ScheduleCase.allCases)
  func constantIsLeast(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    for t in schedule.timesteps.dropFirst() {
      let step = schedule[t]
      let xt = step.marginal(of: 0.8).draw(0.3)
      func term(_ noise: Double) -> Double {
        step.denoisingTerm(of: 0.8, given: xt, predictedNoise: noise, variance: .beta).nats
      }
      let constant = step.boundConstant(variance: .beta)
      // The square of what the two means are off by, over 2β.
      let off = 16 * rounding / ((1 - step.alphaBar) * step.alpha.squareRoot())
      #expect(abs(term(0.3) - constant) <= off * off / step.beta + 8 * rounding * constant, "t = \(t)")
      #expect(term(0.31) > constant && term(0.29) > constant)
    }
  }

  @Test("the noise's weight in equation 12 is β²/(2σ²α(1−ᾱ)), and 1/2 over the mean's 1/(2σ²) at β = σ²")
  func weights() {
    let step = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
    // 1e−4/(2 · 0.01 · 0.99 · 0.5), 1/(2 · 0.01), 0.505 · 1e−4/(2 · 0.01 · 0.25), 1e−4/(2 · 0.01 · 0.99)
    let expected: [(PredictedQuantity, Double)] = [
      (.noise, 1 / 99.0), (.mean, 50), (.x0, 0.0101), (.score, 1 / 198.0),
    ]
    for (quantity, weight) in expected {
      #expect(abs(step.boundWeight(of: quantity, variance: .beta) / weight - 1) < 1e-14, "\(quantity)")
      let ratio = 0.99  // β̃/β = 0.495/0.5
      #expect(abs(step.boundWeight(of: quantity, variance: .betaTilde) * ratio / weight - 1) < 1e-14)
    }
    #expect(PredictedQuantity.allCases.map(\.rawValue) == ["mean", "x0", "noise", "score"])
  }

  @Test("L_T is 2.9113e−5 bits for a coordinate with x_0² = 1, and sums over coordinates")
  func prior() throws {
    let schedule = try NoiseSchedule.linear()
    for x0 in [1.0, -1] {
      #expect(PrintedNumber("2.9113e-5").matches(schedule.priorTerm(of: x0).bits))
    }
    let alphaBar = schedule.alphaBar(1000)
    let term = schedule.priorTerm(of: SIMD4(1.0, -1, 0, 0.5))
    let expected = 0.5 * (alphaBar * 2.25 - 4 * (alphaBar + log(1 - alphaBar)))
    #expect(abs(term.nats / expected - 1) < 1e-10)
    #expect(term.dimension == 4)
  }

  @Test(
    "L_0 of continuous data is −ln N(x_0; μ_θ(x_1, 1), σ_1² I), with the weight of a mean",
    arguments: ScheduleCase.allCases, ReverseVariance.allCases)
  func continuousReconstruction(schedules: ScheduleCase, variance: ReverseVariance) throws {
    let step = try schedules.schedule()[1]
    let (x0, x1, noise) = (SIMD2(0.8, -0.1), SIMD2(0.85, -0.15), SIMD2(0.3, 1.1))
    let mean = (1 / step.alpha.squareRoot()) * (x1 - step.beta / (1 - step.alphaBar).squareRoot() * noise)
    let sigma2 = step.reverseVariance(variance)
    let found = step.reconstructionTerm(
      of: x0, given: x1, predictedNoise: noise, variance: variance, data: .continuous)
    let expected =
      -logNormal(x0.x, mean: mean.x, variance: sigma2) - logNormal(x0.y, mean: mean.y, variance: sigma2)
    #expect(abs(found.nats - expected) < 1e-12 * (1 + abs(expected)))
    let squares = step.boundWeight(of: .mean, variance: variance) * (x0 - mean).dot(x0 - mean)
    #expect(abs(found.nats - squares - log(2 * Double.pi * sigma2)) < 1e-12 * (1 + squares))
    #expect(found.dimension == 2)
  }

  @Test("L_0 of 8-bit data is −ln of their probability", arguments: ReverseVariance.allCases)
  func eightBitReconstruction(variance: ReverseVariance) throws {
    let step = try NoiseSchedule.linear()[1]
    let (x0, noise) = (SIMD2(200 / 127.5 - 1, -1), SIMD2(0.3, -2))
    let x1 = step.marginal(of: x0).draw(SIMD2(0.5, -1.9))
    let found = step.reconstructionTerm(
      of: x0, given: x1, predictedNoise: noise, variance: variance, data: .eightBit)
    let learned = step.reverse(from: x1, predictedNoise: noise, variance: variance)
    #expect(found.nats == -learned.logProbability(ofEightBit: x0))
    #expect(found.nats > 0 && found.dimension == 2)
  }

  @Test("are counted in nats, in bits, and in bits for each dimension, and add")
  func units() {
    let term = BoundTerm(nats: 6 * log(2), dimension: 3)
    #expect(abs(term.bits - 6) < 1e-15 && abs(term.bitsPerDimension - 2) < 1e-15)
    let sum = BoundTerm(nats: 1.5, dimension: 2) + BoundTerm(nats: 0.25, dimension: 2)
    #expect(sum == BoundTerm(nats: 1.75, dimension: 2))
    #expect(sum != BoundTerm(nats: 1.75, dimension: 3))
  }
}
