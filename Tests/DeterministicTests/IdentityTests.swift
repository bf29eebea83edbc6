import Deterministic
import Testing

/// Identities that tie the functions to each other.
///
/// Tolerances count roundings: a function may be off by one ulp, at most 2⁻⁵² of its value, an operation by half of
/// that.
struct IdentityTests {
  /// 10,000 numbers spread evenly over a range.
  static func arguments(_ range: ClosedRange<Double>) -> [Double] {
    let random = RandomNumbers(seed: 1)
    return (0..<10_000).map { element in
      range.lowerBound + (range.upperBound - range.lowerBound) * random[.data].uniform(element: element)
    }
  }

  /// The largest value of a defect over the arguments.
  func worst(_ range: ClosedRange<Double>, _ defect: (Double) -> Double) -> Double {
    Self.arguments(range).reduce(0) { max($0, abs(defect($1))) }
  }

  @Test("exp x · exp −x = 1")
  func exponentialInverse() {
    #expect(worst(-700...700) { exp($0) * exp(-$0) - 1 } <= 2.5 * 0x1p-52)
  }

  @Test("exp(x + y) = exp x · exp y, for x + y exact")
  func exponentialSum() {
    let defect = worst(-300...300) { x in
      let x = (x * 1024).rounded() / 1024
      return exp(x + 0.375) / (exp(x) * exp(0.375)) - 1
    }
    #expect(defect <= 4 * 0x1p-52)
  }

  @Test("log(exp x) = x; a relative error of exp is an absolute error of the logarithm")
  func logarithmOfExponential() {
    #expect(worst(-700...700) { (log(exp($0)) - $0) / (0x1p-52 + $0.ulp) } <= 1)
  }

  @Test("log(x y) = log x + log y, for y a power of two or three")
  func logarithmOfProduct() {
    for y in [0x1p-1000, 0.125, 0.5, 2, 0x1p20, 0x1p1000] {
      #expect(worst(0.1...10) { log($0 * y) - (log($0) + log(y)) } <= 2 * (abs(log(y)) + 3).ulp)
    }
    #expect(worst(1...100) { log($0 * 3) - (log($0) + log(3)) } <= 4 * (4.0).ulp)
  }

  @Test("sin² + cos² = 1", arguments: [1, 7, 1000, 0x1p20])
  func pythagoras(_ bound: Double) {
    #expect(worst(-bound...bound) { sin($0) * sin($0) + cos($0) * cos($0) - 1 } <= 2.5 * 0x1p-52)
  }

  @Test("sin 2x = 2 sin x cos x, cos 2x = cos² x − sin² x", arguments: [1, 7, 1000, 0x1p19])
  func doubledAngle(_ bound: Double) {
    #expect(worst(-bound...bound) { sin(2 * $0) - 2 * sin($0) * cos($0) } <= 3 * 0x1p-53)
    #expect(worst(-bound...bound) { cos(2 * $0) - (cos($0) * cos($0) - sin($0) * sin($0)) } <= 4 * 0x1p-53)
  }

  @Test("tanh x = (exp 2x − 1) / (exp 2x + 1)")
  func tanhByExponential() {
    // exp 2x − 1 cancels: its relative error is that of exp, times exp 2x / (exp 2x − 1).
    let defect = worst(0.01...15) { x in
      let e = exp(2 * x)
      return (tanh(x) / ((e - 1) / (e + 1)) - 1) / (e / (e - 1))
    }
    #expect(defect <= 6 * 0x1p-52)
  }

  @Test("tanh 2x = 2 tanh x / (1 + tanh² x)")
  func tanhDoubled() {
    #expect(worst(1e-9...10) { tanh(2 * $0) / (2 * tanh($0) / (1 + tanh($0) * tanh($0))) - 1 } <= 6 * 0x1p-52)
  }

  @Test("erf is the integral of 2/√π exp(−t²)")
  func errorFunctionByIntegral() {
    // Simpson's rule is off by width · h⁴ / 180 times a fourth derivative of at most 12 · 2/√π: by 2e−14.
    let (width, pieces) = (0.25, 256)
    let h = width / Double(pieces)
    for start in stride(from: -6.5, through: 6.5, by: 0.109375) {
      var sum = 0.0
      for piece in 0...pieces {
        let t = start + Double(piece) * h
        let weight = piece == 0 || piece == pieces ? 1.0 : piece % 2 == 1 ? 4 : 2
        sum += weight * exp(-t * t)
      }
      let integral = 2 / Double.pi.squareRoot() * sum * h / 3
      #expect(abs(erf(start + width) - erf(start) - integral) < 3e-14, "from \(start)")
    }
  }

  @Test("sin, tanh and erf are odd and cos is even, to the last bit")
  func symmetry() {
    for x in Self.arguments(0...8) {
      for function in [Function.sin, .tanh, .erf] {
        #expect(function.evaluate(-x).bitPattern == (-function.evaluate(x)).bitPattern)
      }
      #expect(cos(-x).bitPattern == cos(x).bitPattern)
    }
  }

  @Test("e^(−x²) erfcx x + erf x = 1")
  func scaledComplement() {
    // What rounds x² by half an ulp changes e^(−x²) by x²/2 ulps, and the other factor is up to 2 e^(x²).
    #expect(worst(-5...5) { (exp(-$0 * $0) * erfcx($0) + erf($0) - 1) / (4 + $0 * $0) } <= 0x1p-52)
  }

  @Test("erfcx' = 2x erfcx − 2/√π, by the trapezoid rule with its correction")
  func scaledSlope() {
    // What is left out of ∫ f = h (f_0 + f_1)/2 − h² (f'_1 − f'_0)/12 is h⁵ f⁗/720: below 1e−16 for h = 1/1024.
    let h = 0x1p-10
    func slope(_ x: Double) -> Double { 2 * x * erfcx(x) - 2 / Double.pi.squareRoot() }
    func slopeOfSlope(_ x: Double) -> Double { 2 * erfcx(x) + 2 * x * slope(x) }
    let defect = worst(-1...12) { x in
      let integral = h * (slope(x) + slope(x + h)) / 2 - h * h * (slopeOfSlope(x + h) - slopeOfSlope(x)) / 12
      return (erfcx(x + h) - erfcx(x) - integral) / erfcx(x)
    }
    #expect(defect <= 16 * 0x1p-52)
  }

  @Test(
    "erfcx falls across every seam", arguments: [-2, -0.625, 0, 0.625, 1, 2, 3, 6] + [0.875, 1.125, 1.625])
  func falling(at seam: Double) {
    for index in -500...500 {
      let x = seam + Double(index) * 0x1p-40
      #expect(erfcx(x + 0x1p-40) < erfcx(x), "erfcx(\(x))")
    }
  }

  /// Where an implementation changes its formula, its table entry or its exponent.
  static let seams: [(function: Function, at: Double)] =
    [-1000.5, -20.5, -1.5, -0.5, 0.5, 1.5, 2.5, 100.5, 1000.5].map { (.exp, $0 * 0.6931471805599453) }
    + [-0.25, 0.25, 1, -1].map { (.exp, $0) }
    + [0.25, 0.5, 1, 2, 1024].flatMap { [(.log, $0), (.log, $0 * (0.5).squareRoot())] }
    + [0.625, 0.75, 19, 20].map { (.tanh, $0) }
    + ([0.625] + (5...47).map { Double($0) / 8 } + [6]).map { (.erf, $0) }
    + [0, Double.pi / 4, -.pi / 4].map { (.sin, $0) }

  @Test("Rising functions rise across every seam", arguments: seams)
  func monotone(at seam: (function: Function, at: Double)) {
    let evaluate = seam.function.evaluate
    // By single ulps the error, not the function, may decide: it falls by one ulp at most.
    var x = seam.at - 500 * seam.at.ulp
    for _ in 0..<1000 {
      let (before, after) = (evaluate(x), evaluate(x.nextUp))
      #expect(after >= before - before.ulp, "\(seam.function)(\(x))")
      x = x.nextUp
    }
    // By steps in which the function gains far more than its error it must rise, unless it has arrived at 1.
    x = seam.at - 50 * 0x1p-20
    for _ in 0..<100 {
      let (before, after) = (evaluate(x), evaluate(x + 0x1p-20))
      let arrived = before > 1 - 0x1p-30 && after >= before - before.ulp
      #expect(after > before || arrived, "\(seam.function)(\(x))")
      x += 0x1p-20
    }
  }
}
