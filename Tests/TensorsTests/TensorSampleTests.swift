import Deterministic
import Diffusion
import Tensors
import TestSupport
import Testing

@Suite("A tensor as a sample")
struct TensorSampleTests {
  private let step = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)

  private func random(_ seed: UInt64) -> Tensor {
    var random = SplitMix64(state: seed)
    return Tensor(random.floats(2 * 5 * 5, in: -2...2), shape: [2, 5, 5, 1])
  }

  /// Expects of each number what a formula gives in Double, up to some roundings to Float of its terms.
  private func expect(
    _ found: Tensor, _ x: Tensor, _ y: Tensor, roundings: Double, _ formula: (Double, Double) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (found, (x, y)) in zip(found.values, zip(x.values, y.values)) {
      let exact = formula(Double(x), Double(y))
      // Both terms of a x + b y, apart: what is rounded is each of them, and their sum.
      let size = abs(formula(Double(x), 0)) + abs(formula(0, Double(y)))
      #expect(abs(Double(found) - exact) <= roundings * 0x1p-24 * size, sourceLocation: sourceLocation)
    }
  }

  @Test("a x + b y is that of Doubles, rounded")
  func combining() {
    let x = random(50), y = random(51)
    // Rounded are the factors, b y, and the sum.
    expect(.combining(0.7, x, -1.3, y), x, y, roundings: 3) { 0.7 * $0 - 1.3 * $1 }
    #expect(Tensor.combining(1, x, 1, y).values == (x + y).values)
    #expect(Tensor.combining(1, x, -1, y).values == (x - y).values)
    #expect(Tensor.combining(0.5, x, 0, y).values == (0.5 * x).values)
  }

  @Test("a draw from a Gaussian is that of Doubles, rounded")
  func draw() {
    let x = random(52), noise = random(53)
    expect(Gaussian(mean: x, variance: 0.3).draw(noise), x, noise, roundings: 3) {
      Gaussian(mean: $0, variance: 0.3).draw($1)
    }
  }

  @Test("a step's marginal, posterior and reverse step are those of Doubles, rounded")
  func formulas() {
    let x = random(54), y = random(55)
    expect(step.marginal(of: x).draw(y), x, y, roundings: 4) { step.marginal(of: $0).draw($1) }
    expect(step.forward(from: x).draw(y), x, y, roundings: 4) { step.forward(from: $0).draw($1) }
    expect(step.posterior(of: x, given: y).mean, x, y, roundings: 4) {
      step.posterior(of: $0, given: $1).mean
    }
    expect(step.reverse(from: x, predictedNoise: y, variance: .beta).mean, x, y, roundings: 6) {
      step.reverse(from: $0, predictedNoise: $1, variance: .beta).mean
    }
  }

  @Test("has its numbers for coordinates")
  func coordinates() {
    let x = random(56), y = random(57)
    #expect(x.dimension == 50)
    let dot = zip(x.values, y.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(x.dot(y) - dot) <= 1e-13)
    #expect(abs(x.sumOfSquares - x.dot(x)) <= 1e-13)
    var sum = 0.0
    for (x, y) in zip(x.values, y.values) { sum += Double(x) - 3 * Double(y) * Double(y) }
    #expect(x.sum(with: y) { $0 - 3 * $1 * $1 } == sum)
    #expect(x.map { min(max($0, -1), 1) }.values == x.values.map { min(max($0, -1), 1) })
    #expect(x.clipped(to: 1).values == x.values.map { min(max($0, -1), 1) })
    #expect(x.clipped(to: 0.1).shape == x.shape)
    #expect(x.clipped(to: 0.1).values.contains(0.1) && x.clipped(to: 0.1).values.contains(-0.1))
    #expect(Tensor([.nan, .infinity, -.infinity, 0.5]).clipped(to: 1).values[1...] == [1, -1, 0.5])
    #expect(Tensor([Float.nan]).clipped(to: 1).value.isNaN)
    #expect(x.map { 0.1 * $0 }.values == x.values.map { Float(0.1 * Double($0)) })
  }

  @Test("has the bound of all its rows together, nearly that of Doubles", arguments: ReverseVariance.allCases)
  func bound(variance: ReverseVariance) throws {
    let schedule = try NoiseSchedule.demonstration()
    let numbers = RandomNumbers(seed: 7)
    let x0 = random(58).map { (($0 + 2) / 4 * 255).rounded() / 127.5 - 1 }
    func noise(_ t: Int, _ samples: Range<Int>) -> Tensor {
      .normal(numbers[.jump], step: t, samples: samples, rowShape: [5, 5, 1])
    }
    func bound(_ samples: Range<Int>, _ data: DataKind) -> VariationalBound {
      schedule.bound(
        of: x0.rows(samples), data: data, variance: variance, noise: { noise($0, samples) },
        predictor: { xt, t in 0.9 * xt })
    }
    for data in [DataKind.continuous, .eightBit] {
      let both = bound(0..<2, data), first = bound(0..<1, data), second = bound(1..<2, data)
      let terms =
        [(both.prior, first.prior, second.prior)]
        + schedule.timesteps.map { (both[$0], first[$0], second[$0]) }
      for (both, first, second) in terms {
        // The same numbers, added in another order, in Double.
        #expect(abs(both.nats - first.nats - second.nats) < 1e-12 * (1 + abs(both.nats)))
        #expect(both.dimension == 50 && first.dimension == 25)
      }
      var total = 0.0
      for (index, x0) in x0.values.enumerated() {
        let alone = schedule.bound(
          of: Double(x0), data: data, variance: variance,
          noise: { Double(noise($0, 0..<2).values[index]) }, predictor: { xt, t in 0.9 * xt })
        total += alone.total.nats
      }
      // Means are rounded to Float, 2⁻²⁴ of themselves, and their distance is counted in deviations of 0.1 or more.
      #expect(abs(both.total.nats - total) < 1e-5 * abs(total))
    }
  }

  @Test("of noise has the numbers of RandomNumbers, rounded, each row its sample's in any batch")
  func normal() {
    let numbers = RandomNumbers(seed: 7)
    for rowShape in [[28, 28, 1], [5], [3, 3, 3]] {
      let count = rowShape.reduce(1, *)
      let alone = Tensor.normal(numbers[.jump], step: 3, samples: [17], rowShape: rowShape)
      #expect(alone.shape == [1] + rowShape)
      let expected = (0..<count).map {
        Float(numbers[.jump].normal(step: 3, sample: 17, element: $0))
      }
      #expect(alone.values == expected)
      let batch = Tensor.normal(numbers[.jump], step: 3, samples: 0..<64, rowShape: rowShape)
      #expect(batch.rows(17..<18).values == expected)
      let mixed = Tensor.normal(numbers[.jump], step: 3, samples: [40, 17, 0, 17], rowShape: rowShape)
      #expect(mixed.rows(1..<2).values == expected)
      #expect(mixed.rows(3..<4).values == expected)
      #expect(mixed.rows(0..<1).values != expected)
    }
    let other = Tensor.normal(numbers[.jump], step: 4, samples: [17], rowShape: [5])
    let purpose = Tensor.normal(numbers[.reverseStep], step: 3, samples: [17], rowShape: [5])
    let same = Tensor.normal(numbers[.jump], step: 3, samples: [17], rowShape: [5])
    #expect(Set([other, purpose, same].map { $0.values[0] }).count == 3)
  }
}
