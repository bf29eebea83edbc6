import Deterministic
import Diffusion
import Testing

@Suite("The probability flow")
struct ProbabilityFlowTests {
  private let flow = ProbabilityFlow(process: VariancePreservingSDE())

  /// Two Gaussians on the line, unequal in weight, place and width.
  private let data = GaussianMixture([
    .init(weight: 0.3, mean: -0.8, variance: 0.01), .init(weight: 0.7, mean: 0.6, variance: 0.09),
  ])

  private let starts = [-2.5, -1, -0.53, 0.1, 0.9, 2.7]

  /// The best prediction of a mixture's noise, times a factor.
  private func best<S: VectorSample>(
    _ mixture: GaussianMixture<S>, factor: Double = 1
  ) -> (S, Double) -> S {
    { x, time in factor * mixture.bestNoisePrediction(from: x, alphaBar: flow.process.alphaBar(at: time)) }
  }

  /// P(x_u ≤ x), written out here.
  private func distribution(_ x: Double, at time: Double) -> Double {
    let alphaBar = flow.process.alphaBar(at: time)
    return data.components.reduce(0) { sum, component in
      let (mean, variance) = (component.gaussian.mean, component.gaussian.variance)
      return sum + component.weight
        * normalDistribution(
          x, mean: alphaBar.squareRoot() * mean, variance: alphaBar * variance + 1 - alphaBar)
    }
  }

  /// Where x_T comes from, or goes to: the point of q_u at which its distribution function has the same value.
  private func exact(_ x: Double, from start: Double, to end: Double) -> Double {
    let share = distribution(x, at: start)
    var (low, high) = (-12.0, 12.0)
    while true {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { return middle }
      if distribution(middle, at: end) < share { low = middle } else { high = middle }
    }
  }

  private let tight = DormandPrince(relativeTolerance: 1e-10, absoluteTolerance: 1e-10)

  // MARK: The exact path

  @Test(
    "keeps the distribution function of q_u at x_u all along its way, in σ and in u, from noise and from data"
  )
  func distributionFunction() throws {
    let top = flow.highestNoiseLevel
    for start in starts {
      let share = distribution(start, at: 1)
      let inLevels = try flow.carry(start, from: top, to: 0, by: tight, predictor: best(data))
      for moment in inLevels.path {
        let time = flow.process.time(noiseLevel: moment.time)
        #expect(abs(distribution(moment.sample, at: time) - share) < 1e-8, "σ = \(moment.time)")
      }
      let inTime = try tight.solve(
        from: start, between: 1, and: 1e-4, along: flow.field(predictor: best(data)))
      for moment in inTime.path {
        #expect(abs(distribution(moment.sample, at: moment.time) - share) < 1e-8, "u = \(moment.time)")
      }
      let back = try flow.carry(inLevels.sample, from: 0, to: top, by: tight, predictor: best(data))
      #expect(abs(back.sample - start) < 1e-7)
      let inTimeBack = try tight.solve(
        from: inTime.sample, between: 1e-4, and: 1, along: flow.field(predictor: best(data)))
      #expect(abs(inTimeBack.sample - start) < 1e-7)
    }
  }

  @Test("keeps it by fixed steps too, as nearly as their order allows", arguments: ODEMethod.allCases)
  func fixedSteps(method: ODEMethod) {
    let levels = flow.noiseLevels(count: 401)
    let times = (0...400).map { 1 - Double($0) / 400 * 0.99 }
    let tolerance = method == .euler ? 2e-2 : 3e-4
    for start in starts {
      let share = distribution(start, at: 1)
      let x0 = flow.decode(start, through: levels, by: method, predictor: best(data))
      #expect(abs(distribution(x0, at: 0) - share) < tolerance)
      let early = ODEPath(
        method: method, from: start, at: times, along: flow.field(predictor: best(data))
      ).sample()
      #expect(abs(distribution(early, at: 0.01) - share) < tolerance)
    }
  }

  @Test("does not keep it with a score 5 % too large, by whatever solver")
  func wrongScore() throws {
    let levels = flow.noiseLevels(count: 401)
    for start in [-2.5, -1, 0.1, 0.9, 2.7] {
      let share = distribution(start, at: 1)
      let wrong = best(data, factor: 1.05)
      let found = try flow.carry(start, from: flow.highestNoiseLevel, to: 0, by: tight, predictor: wrong)
      #expect(abs(distribution(found.sample, at: 0) - share) > 5e-4)
      let heun = flow.decode(start, through: levels, by: .heun, predictor: wrong)
      #expect(abs(distribution(heun, at: 0) - share) > 5e-4)
      let inTime = try tight.solve(
        from: start, between: 1, and: 0.01, along: flow.field(predictor: wrong))
      #expect(abs(distribution(inTime.sample, at: 0.01) - share) > 5e-4)
    }
  }

  @Test(
    "with steps half as long errs 2^order times less, from noise to data and back, in σ and in u",
    arguments: ODEMethod.allCases, [false, true])
  func order(method: ODEMethod, isBackwards: Bool) {
    let counts = method == .euler ? [400, 800] : [200, 400]
    for start in [-1.0, 2.7] {
      let clean = exact(start, from: 1, to: 0)
      func inLevels(_ count: Int) -> Double {
        let levels = flow.noiseLevels(count: count + 1)
        return isBackwards
          ? flow.encode(clean, through: levels, by: method, predictor: best(data)) - start
          : flow.decode(start, through: levels, by: method, predictor: best(data)) - clean
      }
      let early = exact(start, from: 1, to: 0.02)
      func inTime(_ count: Int) -> Double {
        let times = (0...count).map { 1 - Double($0) / Double(count) * 0.98 }
        let (from, to) = isBackwards ? (early, start) : (start, early)
        return ODEPath(
          method: method, from: from, at: isBackwards ? times.reversed() : times,
          along: flow.field(predictor: best(data))
        ).sample() - to
      }
      for error in [inLevels, inTime] {
        let slope = log(abs(error(counts[0]) / error(counts[1]))) / log(2)
        #expect(abs(slope - Double(method.order)) < 0.15, "from \(start)")
      }
    }
  }

  @Test("and back returns to where it began", arguments: ODEMethod.allCases)
  func roundTrip(method: ODEMethod) {
    let plane = mixture(like: SIMD2<Double>())
    let levels = flow.noiseLevels(count: 201)
    for sample in 0..<5 {
      let x0 = plane.draw(
        uniform: random[.data].uniform(sample: sample),
        noise: normalPoint(like: SIMD2<Double>(), sample, purpose: .drawing))
      let noise = flow.encode(x0, through: levels, by: method, predictor: best(plane))
      let back = flow.decode(noise, through: levels, by: method, predictor: best(plane))
      #expect(norm(back - x0) < (method == .euler ? 0.1 : 2e-3))
      #expect(norm(noise) < 4)
    }
  }

  // MARK: One Gaussian

  @Test("of one Gaussian stretches about its mean: x_u − √ᾱ_u m is to x_T − √ᾱ_T m as √τ_u to √τ_T")
  func oneGaussian() throws {
    let (mean, variance) = (SIMD3(0.7, -0.2, 0), 0.16)
    let gaussian = GaussianMixture([.init(weight: 1, mean: mean, variance: variance)])
    func place(_ time: Double) -> (center: SIMD3<Double>, width: Double) {
      let alphaBar = flow.process.alphaBar(at: time)
      return (alphaBar.squareRoot() * mean, (alphaBar * variance + 1 - alphaBar).squareRoot())
    }
    let noise = SIMD3(1.3, -0.4, 2)
    let top = place(1)
    func expected(_ time: Double) -> SIMD3<Double> {
      let (center, width) = place(time)
      return center + (width / top.width) * (noise - top.center)
    }
    let inLevels = try flow.carry(
      noise, from: flow.highestNoiseLevel, to: 0, by: tight, predictor: best(gaussian))
    for moment in inLevels.path {
      let time = flow.process.time(noiseLevel: moment.time)
      #expect(norm(moment.sample - expected(time)) < 1e-8)
    }
    let inTime = try tight.solve(
      from: noise, between: 1, and: 1e-3, along: flow.field(predictor: best(gaussian)))
    for moment in inTime.path { #expect(norm(moment.sample - expected(moment.time)) < 1e-8) }
    // Data that are N(0, I) stay where they are.
    let standard = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
    for x in [-1.7, 0.4] {
      let same = flow.velocity(of: x, at: 0.3, predictedNoise: best(standard)(x, 0.3))
      #expect(abs(same) < 1e-14)
    }
  }

  // MARK: Other people's samplers

  /// A prediction that depends on all it is given and is no one's best.
  private func arbitrary(_ x: SIMD2<Double>, _ t: Double) -> SIMD2<Double> {
    (0.3 + 1e-3 * t) * x.map(tanh) + SIMD2(0.1, -0.05)
  }

  @Test(
    "by Euler's method in σ is DDIM without noise", arguments: [ScheduleCase.linear, .cosine, .demonstration])
  func ddim(schedules: ScheduleCase) throws {
    let schedule = try schedules.schedule()
    let flow = ProbabilityFlow(process: schedule)
    let last = schedule.stepCount
    let timesteps = [last, 3 * last / 4, last / 2, last / 3, 2, 1, 0]
    var asked: [Double] = []
    let levels = timesteps.map { flow.process.noiseLevel(at: Double($0)) }
    let start = SIMD2(1.3, -0.6)
    let scaledField = flow.scaledField { (x: SIMD2<Double>, t: Double) -> SIMD2<Double> in
      asked.append(t)
      return arbitrary(x, t)
    }
    let path = ODEPath(
      method: .euler, from: flow.scaled(start, noiseLevel: levels[0]), at: levels, along: scaledField)
    // Equation 12 of Song, Meng and Ermon with σ_t = 0; their α is ᾱ.
    var x = start
    for (moment, (t, s)) in zip(path, zip(timesteps, timesteps.dropFirst() + [0])) {
      let found = flow.unscaled(moment.sample, noiseLevel: moment.time)
      #expect(norm(found - x) < 1e-11, "t = \(t)")
      guard t > 0 else { break }
      let (alphaBar, before) = (schedule.alphaBar(t), schedule.alphaBar(s))
      let noise = arbitrary(x, Double(t))
      let predictedX0 = (x - (1 - alphaBar).squareRoot() * noise) / alphaBar.squareRoot()
      x = before.squareRoot() * predictedX0 + (1 - before).squareRoot() * noise
    }
    let decoded = flow.decode(start, through: levels, by: .euler, predictor: arbitrary)
    #expect(norm(decoded - x) < 1e-11)
    #expect(asked.count == timesteps.count - 1)
    for (time, t) in zip(asked, timesteps) { #expect(abs(time - Double(t)) < 1e-10) }
  }

  @Test("by Heun's method in σ is algorithm 1 of Karras et al. 2022")
  func karras() {
    let levels = flow.noiseLevels(count: 12, to: 0.01)
    let start = SIMD2(1.3, -0.6)
    /// D(x̄; σ), the denoised sample that the prediction stands for.
    func denoised(_ x: SIMD2<Double>, _ level: Double) -> SIMD2<Double> {
      let alphaBar = 1 / (1 + level * level)
      return x - level * arbitrary(alphaBar.squareRoot() * x, flow.process.time(noiseLevel: level))
    }
    var x = start * (1 + levels[0] * levels[0]).squareRoot()
    for (level, next) in zip(levels, levels.dropFirst()) {
      let d = (x - denoised(x, level)) / level
      let euler = x + (next - level) * d
      let after = (euler - denoised(euler, next)) / next
      x += (next - level) * (0.5 * d + 0.5 * after)
    }
    let found = flow.decode(start, through: levels, by: .heun, predictor: arbitrary)
    let last = levels[levels.count - 1]
    #expect(norm(found - x / (1 + last * last).squareRoot()) < 1e-12)
    // Its last step, to 0, is Euler's, and so is x̂_0.
    let clean = flow.decode(found, through: [last, 0], by: .euler, predictor: arbitrary)
    #expect(norm(clean - denoised(x, last)) < 1e-12)
  }

  @Test("has the same velocity in x and u as in x̄ and σ")
  func chainRule() {
    let h = 1e-4
    for (time, x) in [(0.05, SIMD2(0.3, -1)), (0.4, SIMD2(-2, 0.1)), (0.9, SIMD2(1.1, 1))] {
      let level = flow.process.noiseLevel(at: time)
      let noise = arbitrary(x, time)
      // x = x̄/√(1+σ²) as x̄ moves along ε and u along itself.
      func moved(_ k: Double) -> SIMD2<Double> {
        let other = flow.process.noiseLevel(at: time + k * h)
        return flow.unscaled(
          flow.scaled(x, noiseLevel: level) + (other - level) * noise, noiseLevel: other)
      }
      let difference = (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * h)
      #expect(norm(flow.velocity(of: x, at: time, predictedNoise: noise) - difference) < 1e-8)
    }
  }

  // MARK: Noise levels

  @Test("has the noise levels of Karras et al., their ends exact")
  func levels() {
    // Their table 1 has 0.002 and 80; by Python: (80**(1/7) + i/17*(0.002**(1/7) - 80**(1/7)))**7.
    let levels = flow.noiseLevels(count: 18, from: 80, to: 0.002)
    #expect(levels.count == 18)
    #expect((levels[0], levels[17]) == (80, 0.002))
    #expect(PrintedNumber("57.5859847").matches(levels[1]))
    #expect(PrintedNumber("1.9233398").matches(levels[9]))
    #expect(PrintedNumber("0.0075280").matches(levels[16]))
    let even = flow.noiseLevels(count: 5, from: 2, to: 0, exponent: 1)
    for (level, expected) in zip(even, [2, 1.5, 1, 0.5, 0]) { #expect(abs(level - expected) < 1e-15) }
    let all = flow.noiseLevels(count: 30)
    #expect((all[0], all[29]) == (flow.process.noiseLevel(at: 1), 0))
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 > $1 })
    // (28/29)⁷ of the highest.
    let share = exp(7 * log(28 / 29.0))
    #expect(abs(all[1] / all[0] / share - 1) < 1e-13)
    #expect(flow.noiseLevels(count: 2, from: 3, to: 1) == [3, 1])
  }

  @Test("asks a predictor at time 0 for σ = 0, and by Euler's method never")
  func times() {
    var asked: [Double] = []
    let field = flow.scaledField { (x: Double, t: Double) -> Double in
      asked.append(t)
      return x
    }
    _ = ODEPath(method: .heun, from: 1, at: [1, 0], along: field).sample()
    #expect(asked == [flow.process.time(noiseLevel: 1), 0])
    asked = []
    _ = ODEPath(method: .euler, from: 1, at: [1, 0], along: field).sample()
    #expect(asked == [flow.process.time(noiseLevel: 1)])
  }
}
