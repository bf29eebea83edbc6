import Deterministic
import Kernels
import TestSupport
import Testing

/// A function of this module, the exact one, where they are compared and how far apart they may be.
struct ElementaryCase: Sendable, CustomTestStringConvertible {
  var name: String
  var found: @Sendable (Buffer) -> Buffer
  var exact: @Sendable (Double) -> Double
  var interval: ClosedRange<Double>
  /// In units of the last place of the exact result.
  var ulps: Double

  var testDescription: String { "\(name) on \(interval)" }

  static let all = [
    ElementaryCase(
      name: "exp", found: exponential, exact: Deterministic.exp, interval: -87.3...88.7, ulps: 1),
    ElementaryCase(name: "exp", found: exponential, exact: Deterministic.exp, interval: -1...1, ulps: 1),
    ElementaryCase(
      name: "exp", found: exponential, exact: Deterministic.exp, interval: -104 ... -87, ulps: 1),
    ElementaryCase(name: "log", found: logarithm, exact: Deterministic.log, interval: 1e-30...1e30, ulps: 1),
    ElementaryCase(name: "log", found: logarithm, exact: Deterministic.log, interval: 0...4, ulps: 1),
    ElementaryCase(name: "log", found: logarithm, exact: Deterministic.log, interval: 0...1e-38, ulps: 1),
    ElementaryCase(
      name: "tanh", found: hyperbolicTangent, exact: Deterministic.tanh, interval: -10...10, ulps: 1.5),
    ElementaryCase(
      name: "tanh", found: hyperbolicTangent, exact: Deterministic.tanh, interval: -0.7...0.7, ulps: 1.5),
    ElementaryCase(
      name: "sigmoid", found: sigmoid, exact: { 1 / (1 + Deterministic.exp(-$0)) }, interval: -87...20,
      ulps: 2.5),
    ElementaryCase(
      name: "silu", found: silu, exact: { $0 / (1 + Deterministic.exp(-$0)) }, interval: -87...20, ulps: 2.5),
  ]
}

@Suite("Elementary functions")
struct ElementaryFunctionTests {
  @Test("are within their bound of the exact result", arguments: ElementaryCase.all)
  func accuracy(of this: ElementaryCase) {
    var random = SplitMix64(state: 4)
    let x = random.buffer(100_000, in: this.interval)
    let found = this.found(x)
    var worst = (ulps: 0.0, x: Float(0))
    for (x, value) in zip(x.values, found.values) {
      let exact = this.exact(Double(x))
      let ulp = Double(max(Float(exact).ulp, .leastNonzeroMagnitude))
      let error = abs(Double(value) - exact) / ulp
      if !(error <= worst.ulps) { worst = (error, x) }
    }
    #expect(worst.ulps <= this.ulps, "\(this.name)(\(worst.x))")
  }

  @Test("the exponential overflows to ∞, underflows to 0 and passes NaN on")
  func specialExponentials() {
    let y = exponential(Buffer([88.8, 1e30, .infinity, -104, -1e30, -.infinity, .nan, 0]))
    #expect(y.values.prefix(6) == [.infinity, .infinity, .infinity, 0, 0, 0])
    #expect(y[6].isNaN)
    #expect(y[7] == 1)
    let s = sigmoid(Buffer([200, .infinity, -200, -.infinity, .nan, 0]))
    #expect(s.values.prefix(4) == [1, 1, 0, 0])
    #expect(s[4].isNaN)
    #expect(s[5] == 0.5)
  }

  @Test("the logarithm is −∞ at 0 and NaN below")
  func specialLogarithms() {
    let y = logarithm(Buffer([0, -0.0, 1, .infinity, -1, -.infinity, .nan]))
    #expect(y.values.prefix(4) == [-.infinity, -.infinity, 0, .infinity])
    #expect(y.values.suffix(3).allSatisfy { $0.isNaN })
  }

  @Test("tanh reaches ±1")
  func beyond() {
    #expect(hyperbolicTangent(Buffer([-.infinity, -50, 0, 50, .infinity])).values == [-1, -1, 0, 1, 1])
    #expect(hyperbolicTangent(Buffer([.nan]))[0].isNaN)
  }
}
