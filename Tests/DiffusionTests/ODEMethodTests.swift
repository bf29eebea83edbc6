import Deterministic
import Diffusion
import Stops
import Testing

@Suite("A differential equation in steps")
struct ODEMethodTests {
  /// Times from one to another, in steps of one length.
  private func times(_ count: Int, from start: Double, to end: Double) -> [Double] {
    (0...count).map { start + Double($0) / Double(count) * (end - start) }
  }

  // MARK: One step

  @Test("by Euler's method goes along the first slope, by Heun's along the mean of two")
  func byHand() {
    let field = { (x: SIMD2<Double>, t: Double) in SIMD2(x.y, -x.x * t) }
    let x = SIMD2(1.0, 2)
    // From t = 3 to 2.5: f = (2, −3), so that Euler's step ends at (0, 3.5), where f = (3.5, 0).
    #expect(ODEMethod.euler.step(x, from: 3, to: 2.5, along: field) == SIMD2(0, 3.5))
    #expect(ODEMethod.heun.step(x, from: 3, to: 2.5, along: field) == SIMD2(-0.375, 2.75))
  }

  @Test(
    "asks for as many slopes as it says, Euler's method for none at the end", arguments: ODEMethod.allCases)
  func evaluations(method: ODEMethod) {
    var times: [Double] = []
    _ = method.step(1.0, from: 0.25, to: 0.75) { x, t in
      times.append(t)
      return x
    }
    #expect(times.count == method.evaluationsPerStep)
    #expect(times == (method == .euler ? [0.25] : [0.25, 0.75]))
  }

  @Test("is exact for x that is a polynomial of its order in time", arguments: ODEMethod.allCases)
  func polynomials(method: ODEMethod) {
    for degree in 0...method.order + 1 {
      // x = t^n, of which the slope is n t^(n−1).
      func power(_ t: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * t } }
      let end = method.step(power(0.5, degree), from: 0.5, to: 0.75) { _, t in
        degree == 0 ? 0 : Double(degree) * power(t, degree - 1)
      }
      let isExact = abs(end - power(0.75, degree)) < 4 * rounding
      #expect(isExact == (degree <= method.order), "degree \(degree)")
    }
  }

  // MARK: A path

  @Test(
    "halves its error by 2^order with every halving of the step, forwards and back",
    arguments: ODEMethod.allCases, [false, true])
  func order(method: ODEMethod, isBackwards: Bool) {
    // dx/dt = x cos t has x = e^(sin t).
    let (start, end) = isBackwards ? (2.0, 0.5) : (0.5, 2.0)
    func error(_ count: Int) -> Double {
      let found = ODEPath(method: method, from: exp(sin(start)), at: times(count, from: start, to: end)) {
        x, t in cos(t) * x
      }.sample()
      return abs(found - exp(sin(end)))
    }
    for count in [50, 100, 200] {
      let slope = log(error(count) / error(2 * count)) / log(2)
      #expect(abs(slope - Double(method.order)) < 0.1)
    }
    #expect(error(400) < (method == .euler ? 1e-2 : 1e-5))
  }

  @Test("gives a moment for each time, the start first, and takes the step from there when it is asked for")
  func path() {
    final class Calls { var times: [Double] = [] }
    let calls = Calls()
    let path = ODEPath(method: .heun, from: 1.0, at: [0, 0.5, 1]) { x, t in
      calls.times.append(t)
      return -x
    }
    #expect(path.first { _ in true }?.sample == 1)
    #expect(calls.times == [0, 0.5])
    calls.times = []
    #expect(path.prefix(2).map(\.time) == [0, 0.5])
    #expect(calls.times == [0, 0.5, 0.5, 1])
    // 1 − h + h²/2 = 0.625 a step.
    #expect(path.map(\.sample) == [1, 0.625, 0.390625])
    #expect(path.map(\.time) == [0, 0.5, 1])
    #expect(path.sample() == 0.390625)
    var iterator = path.makeIterator()
    for _ in 0..<3 { #expect(iterator.next() != nil) }
    #expect(iterator.next() == nil)
    #expect(iterator.next() == nil)
  }

  @Test("of one time is the start alone")
  func oneTime() {
    let path = ODEPath(method: .euler, from: 1.0, at: [0.3]) { x, _ in x }
    #expect(path.map(\.sample) == [1])
    #expect(path.sample() == 1)
  }

  // MARK: Mistakes

  @Test("needs a time, and times that all rise or all fall")
  func mistakes() async {
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ODEPath(method: .euler, from: 1.0, at: []) { x, _ in x }
      }, saying: "a path needs a time to begin at")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ODEPath(method: .euler, from: 1.0, at: [0, 1, 0.5]) { x, _ in x }
      }, saying: "the times of a path all rise or all fall; one does not, unlike 0.5")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ODEPath(method: .euler, from: 1.0, at: [1, 0.5, 0.5]) { x, _ in x }
      }, saying: "the times of a path all rise or all fall; one does not, unlike 0.5")
    stopped(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ODEPath(method: .euler, from: 1.0, at: [1, .nan]) { x, _ in x }
      }, saying: "a time must be finite, unlike nan")
  }
}
