import Deterministic
import Diffusion
import Stops
import Testing

@Suite("Dormand and Prince's solver")
struct DormandPrinceTests {
  private func solver(_ tolerance: Double, evaluationLimit: Int = 100_000) -> DormandPrince {
    DormandPrince(
      relativeTolerance: tolerance, absoluteTolerance: tolerance, evaluationLimit: evaluationLimit)
  }

  /// x^n.
  private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * x } }

  // MARK: One step

  @Test("asks for slopes at 1/5, 3/10, 4/5, 8/9 and twice at the end, where rows of weights sum to the place")
  func places() {
    let places = [1 / 5.0, 3 / 10.0, 4 / 5.0, 8 / 9.0, 1, 1]
    for (start, end) in [(0.0, 1.0), (2, 1.5)] {
      var seen: [(sample: Double, time: Double)] = []
      // Of dx/dt = 1 a stage's sample is what its row sums to.
      let step = DormandPrince.step(start, slope: 1, from: start, to: end) { x, t in
        seen.append((x, t))
        return 1
      }
      #expect(seen.count == 6)
      for (place, stage) in zip(places, seen) {
        #expect(abs(stage.time - (start + place * (end - start))) < 4 * rounding)
        #expect(abs(stage.sample - stage.time) < 32 * rounding)
      }
      #expect(seen[5].time == end)
      #expect(abs(step.sample - end) < 4 * rounding)
      #expect(abs(step.error) < 4 * rounding)
    }
  }

  @Test(
    "integrates powers of time: Σ b_i c_i^k = 1/(k+1) to k = 4 for the sample, to k = 3 for what it is judged by"
  )
  func quadrature() {
    for k in 0...6 {
      let step = DormandPrince.step(0.0, slope: k == 0 ? 1 : 0, from: 0, to: 1) { _, t in power(t, k) }
      #expect((abs(step.sample - 1 / Double(k + 1)) < 4 * rounding) == (k <= 4), "k = \(k)")
      // The weights of the difference sum to 0 with each power that both rules integrate.
      #expect((abs(step.error) < 4 * rounding) == (k <= 3), "k = \(k)")
    }
  }

  @Test("ends with the slope that the next one begins with, and its error is the difference of two samples")
  func slopeAtTheEnd() {
    let field = { (x: SIMD2<Double>, t: Double) in SIMD2(x.y, -x.x * t) }
    let x = SIMD2(0.3, -1.1)
    let step = DormandPrince.step(x, slope: field(x, 0.2), from: 0.2, to: 0.7, along: field)
    #expect(step.slope == field(step.sample, 0.7))
    // For dx/dt = x the two orders are polynomials of h: 1 + h + … + h⁵/120 + h⁶/600, and another from h⁵ on.
    for h in [0.5, -0.5] {
      let growth = DormandPrince.step(1.0, slope: 1, from: 0, to: h) { x, _ in x }
      let taylor = 1 + h * (1 + h / 2 * (1 + h / 3 * (1 + h / 4 * (1 + h / 5))))
      #expect(abs(growth.sample - (taylor + power(h, 6) / 600)) < 4 * rounding)
      // The fourth order's h⁵ has 1097/120000.
      let fifth = 1 / 120.0 - 1097 / 120_000.0
      let sixth = 1 / 600.0 - 161 / 120_000.0
      let seventh = -1 / 24_000.0
      let expected = fifth * power(h, 5) + sixth * power(h, 6) + seventh * power(h, 7)
      #expect(abs(growth.error - expected) < 4 * rounding)
    }
  }

  @Test(
    "divides its error by 2⁵, and what it is judged by by 2⁵ a step, with every halving",
    arguments: [1.0, -1])
  func order(direction: Double) {
    // x' = y, y' = −x − x³ + cos t has no solution in closed form; twenty times finer steps stand in for it.
    let field = { (x: SIMD2<Double>, t: Double) in SIMD2(x.y, cos(t) - x.x - x.x * x.x * x.x) }
    func end(_ count: Int) -> SIMD2<Double> {
      var x = SIMD2(1.0, 0.3)
      var slope = field(x, 0)
      for k in 0..<count {
        func time(_ k: Int) -> Double { direction * 2 * Double(k) / Double(count) }
        let step = DormandPrince.step(x, slope: slope, from: time(k), to: time(k + 1), along: field)
        (x, slope) = (step.sample, step.slope)
      }
      return x
    }
    let exact = end(1280)
    for count in [32, 64] {
      let slope = log(norm(end(count) - exact) / norm(end(2 * count) - exact)) / log(2)
      #expect(abs(slope - 5) < 0.2)
    }
    func judged(_ h: Double) -> Double {
      let x = SIMD2(1.0, 0.3)
      return norm(
        DormandPrince.step(x, slope: field(x, 0), from: 0, to: direction * h, along: field).error)
    }
    for h in [0.1, 0.05] {
      #expect(abs(log(judged(h) / judged(h / 2)) / log(2) - 5) < 0.3)
    }
  }

  // MARK: To a tolerance

  @Test(
    "follows a growth, a decay and a circle to ten times its tolerance, in both directions",
    arguments: [1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
  func known(tolerance: Double) throws {
    for (start, end) in [(0.0, 3.0), (3, 0)] {
      let solver = solver(tolerance)
      let growth = try solver.solve(from: exp(start), between: start, and: end) { x, _ in x }
      #expect(abs(growth.sample / exp(end) - 1) < 10 * tolerance)
      let decay = try solver.solve(from: exp(-start), between: start, and: end) { x, _ in -x }
      #expect(abs(decay.sample / exp(-end) - 1) < 40 * tolerance)
      let circle = try solver.solve(from: SIMD2(cos(start), sin(start)), between: start, and: end) { x, _ in
        SIMD2(-x.y, x.x)
      }
      #expect(norm(circle.sample - SIMD2(cos(end), sin(end))) < 10 * tolerance)
      // The path is on the circle too, and leads from the start to the end.
      #expect(circle.path.count == circle.acceptedSteps + 1)
      #expect(circle.path.first?.time == start)
      #expect(circle.path.last?.time == end)
      for moment in circle.path {
        #expect(norm(moment.sample - SIMD2(cos(moment.time), sin(moment.time))) < 10 * tolerance)
      }
      for (moment, next) in zip(circle.path, circle.path.dropFirst()) {
        #expect((next.time - moment.time) * (end - start) > 0)
      }
    }
  }

  @Test("takes a number of steps that grows like the fifth root of the tolerance")
  func cost() throws {
    func count(_ tolerance: Double) throws -> Double {
      let solution = try solver(tolerance).solve(from: SIMD2(1.0, 0), between: 0, and: 20) { x, _ in
        SIMD2(-x.y, x.x)
      }
      return Double(solution.acceptedSteps)
    }
    // A hundred thousand times finer is ten times as many steps.
    #expect(try abs(count(1e-10) / count(1e-5) - 10) < 1)
  }

  @Test("counts its evaluations: two to begin, and six for each step, rejected ones too")
  func evaluations() throws {
    var count = 0
    // A slope that leaps: steps across it are rejected.
    let solution = try solver(1e-6).solve(from: 0.0, between: 0, and: 1) { _, t in
      count += 1
      return t < 0.4 ? 1 : 20
    }
    #expect(solution.evaluations == count)
    #expect(count == 2 + 6 * (solution.acceptedSteps + solution.rejectedSteps))
    #expect(solution.rejectedSteps > 3)
    #expect(abs(solution.sample - 12.4) < 1e-3)
  }

  @Test("asks at no time outside of its interval", arguments: [(0.0, 1.0), (1, 0), (0.1, 0.7), (0.7, 0.1)])
  func inside(start: Double, end: Double) throws {
    for tolerance in [1e-3, 1e-9] {
      _ = try solver(tolerance).solve(from: 1.0, between: start, and: end) { x, t in
        #expect(t >= min(start, end) && t <= max(start, end))
        return -3 * x * t
      }
      _ = try solver(tolerance).solve(from: 0.0, between: start, and: end) { _, t in
        #expect(t >= min(start, end) && t <= max(start, end))
        return 0
      }
    }
  }

  @Test("follows a stiff equation at the cost of its stability, not of its tolerance")
  func stiff() throws {
    // x' = −λ (x − cos t) tends to (λ² cos t + λ sin t)/(1 + λ²).
    let rate = 500.0
    func limit(_ t: Double) -> Double { (rate * rate * cos(t) + rate * sin(t)) / (1 + rate * rate) }
    let solution = try solver(1e-6).solve(from: 0.0, between: 0, and: 2) { x, t in -rate * (x - cos(t)) }
    #expect(abs(solution.sample - limit(2)) < 1e-5)
    // Steps of 3.3/λ are stable.
    #expect(solution.acceptedSteps > 250 && solution.acceptedSteps < 600)
    // Backwards the same equation grows by e^(λ t): an interval of 0.02.
    let start = solution.path[5]
    let back = try solver(1e-10).solve(from: start.sample, between: start.time, and: 0) { x, t in
      -rate * (x - cos(t))
    }
    #expect(abs(back.sample) < 1e-4)
  }

  @Test("accepts no step whose error is above its tolerance, and makes the next as long as that error allows")
  func control() throws {
    let solution = try solver(1e-6).solve(from: 1.0, between: 0, and: 10) { x, _ in -x }
    #expect(solution.rejectedSteps == 0)
    var lengths: [Double] = []
    for (moment, next) in zip(solution.path, solution.path.dropFirst()) {
      let x = moment.sample
      let step = DormandPrince.step(x, slope: -x, from: moment.time, to: next.time) { x, _ in -x }
      let error = abs(step.error) / (1e-6 + 1e-6 * x)
      #expect(error <= 1)
      lengths.append((next.time - moment.time) * min(10, max(0.2, 0.9 * exp(-0.2 * log(error)))))
    }
    // The last step's length is what is left.
    for (k, expected) in lengths.dropLast(2).enumerated() {
      let length = solution.path[k + 2].time - solution.path[k + 1].time
      #expect(abs(length / expected - 1) < 1e-9)
    }
    // Across a leap, too, after however many tries.
    let leap = { (_: Double, t: Double) in t < 0.4 ? 1.0 : 20 }
    let across = try solver(1e-6).solve(from: 0.0, between: 0, and: 1, along: leap)
    for (moment, next) in zip(across.path, across.path.dropFirst()) {
      let slope = leap(0, moment.time)
      let step = DormandPrince.step(
        moment.sample, slope: slope, from: moment.time, to: next.time, along: leap)
      #expect(abs(step.error) <= 1e-6 + 1e-6 * moment.sample)
    }
  }

  @Test("chooses its first step by the steepness and the curvature at its beginning")
  func firstStep() throws {
    // x' = −x from 1: both are 1/(2e−6) of what is tolerated, and a fifth of the powers makes an error of a hundredth.
    let decay = try solver(1e-6).solve(from: 1.0, between: 0, and: 10) { x, _ in -x }
    #expect(abs(decay.path[1].time - exp(0.2 * log(0.01 * 2e-6))) < 1e-9)
    #expect(decay.rejectedSteps == 0)
    // However fast or slow, within three tries.
    for rate in [1e-3, 1, 1e3, 1e6] {
      let circle = try solver(1e-6).solve(from: SIMD2(1.0, 0), between: 0, and: 10 / rate) { x, _ in
        SIMD2(-rate * x.y, rate * x.x)
      }
      #expect(circle.path[1].time > 1e-4 / rate)
      #expect(circle.rejectedSteps < 3)
      #expect(circle.acceptedSteps < 80)
    }
    // From rest, where the slope is 0 and nothing tells how far to go.
    let still = try solver(1e-6).solve(from: 0.0, between: 0, and: 1) { _, _ in 0 }
    #expect(still.sample == 0)
    #expect(still.acceptedSteps < 10)
  }

  @Test("weighs coordinates by their root mean square: copies of one number take its steps")
  func copies() throws {
    let one = try solver(1e-7).solve(from: 1.0, between: 0, and: 4) { x, t in -x * x * t }
    let four = try solver(1e-7).solve(from: SIMD4(repeating: 1.0), between: 0, and: 4) { x, t in -t * x * x }
    #expect(four.acceptedSteps == one.acceptedSteps)
    #expect(abs(four.sample.z - one.sample) < 1e-14)
    #expect(abs(one.sample - 1 / 9.0) < 1e-6)
    // A large coordinate's error is a share of it, a small one's is absolute.
    let loose = DormandPrince(relativeTolerance: 1e-4, absoluteTolerance: 1e-12)
    let large = try loose.solve(from: 1e6, between: 0, and: 1) { x, _ in x }
    #expect(try large.acceptedSteps == loose.solve(from: 1.0, between: 0, and: 1) { x, _ in x }.acceptedSteps)
    let absolute = DormandPrince(relativeTolerance: 0, absoluteTolerance: 1e-4)
    #expect(
      try absolute.solve(from: 1e6, between: 0, and: 1) { x, _ in x }.acceptedSteps > 5 * large.acceptedSteps)
  }

  @Test("goes nowhere in no time")
  func noTime() throws {
    let solution = try solver(1e-6).solve(from: 0.7, between: 2, and: 2) { _, _ in .nan }
    #expect((solution.sample, solution.evaluations, solution.acceptedSteps) == (0.7, 0, 0))
  }

  // MARK: Failures

  @Test("says at which time a slope is not finite")
  func notFinite() {
    func failure(_ field: (Double, Double) -> Double) -> ODEFailure? {
      do throws(ODEFailure) {
        _ = try solver(1e-6).solve(from: 1.0, between: 0, and: 1, along: field)
        return nil
      } catch {
        return error
      }
    }
    #expect(failure { _, _ in .nan } == .notFinite(time: 0))
    #expect(failure { _, _ in .infinity } == .notFinite(time: 0))
    for value in [Double.nan, .infinity, -.infinity] {
      guard case .notFinite(let time) = failure({ _, t in t < 0.3 ? 1 : value }) else {
        Issue.record("no failure of \(value)")
        continue
      }
      #expect(abs(time - 0.3) < 1e-9)
    }
    #expect(
      ODEFailure.notFinite(time: 0.25).description
        == "the differential equation has no finite slope at time 0.25")
  }

  @Test("stops at its limit of evaluations, never beyond it", arguments: [1, 2, 7, 8, 50])
  func limit(limit: Int) {
    var count = 0
    #expect {
      _ = try solver(1e-10, evaluationLimit: limit).solve(from: 1.0, between: 0, and: 100) { x, t in
        count += 1
        return cos(10 * t) * x
      }
    } throws: { error in
      guard case .tooManyEvaluations(limit, let time) = error as? ODEFailure else { return false }
      return time >= 0 && time < 100
    }
    #expect(count <= max(2, limit))
    #expect(
      ODEFailure.tooManyEvaluations(50, time: 0.5).description
        == "50 evaluations of the slope lead no farther than time 0.5")
  }

  @Test("says where a step becomes too small, as where the solution ends")
  func tooSmall() {
    // x' = x² from 1 is 1/(1 − t).
    #expect {
      _ = try solver(1e-6).solve(from: 1.0, between: 0, and: 2) { x, _ in x * x }
    } throws: { error in
      guard case .stepTooSmall(let time) = error as? ODEFailure else { return false }
      return abs(time - 1) < 1e-5
    }
    #expect(
      ODEFailure.stepTooSmall(time: 0.5).description
        == "at time 0.5 the tolerance asks for a step that is too small for double precision")
  }

  @Test("needs tolerances and times that are some", arguments: ["nan", "inf", "-1.0"])
  func mistakes(text: String) async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = DormandPrince(relativeTolerance: Double(text) ?? 0)
      }, saying: "a relative tolerance must be 0 or more and finite, unlike \(text)")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = DormandPrince(absoluteTolerance: Double(text) ?? 0)
      }, saying: "an absolute tolerance must be above 0 and finite, unlike \(text)")
    guard text != "-1.0" else { return }
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [text] in
        _ = try DormandPrince().solve(from: 1.0, between: 0, and: Double(text) ?? 0) { x, _ in x }
      }, saying: "a time must be finite, unlike \(text)")
  }

  @Test("needs an absolute tolerance and an evaluation")
  func nothing() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = DormandPrince(absoluteTolerance: 0)
      }, saying: "an absolute tolerance must be above 0 and finite, unlike 0.0")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = DormandPrince(evaluationLimit: 0)
      }, saying: "a solver needs 1 evaluation or more, not 0")
  }
}
