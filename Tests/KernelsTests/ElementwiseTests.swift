import Deterministic
import Kernels
import TestSupport
import Testing

@Suite("Elementwise")
struct ElementwiseTests {
  static let counts = [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 100, 255, 1000, 4097, 16_385]

  @Test("gives each float what the operation on Doubles gives, rounded", arguments: counts)
  func arithmetic(count: Int) {
    var random = SplitMix64(state: UInt64(count))
    let x = random.buffer(count), y = random.buffer(count, in: 1...3)
    let pairs = zip(x.values, y.values).map { (Double($0), Double($1)) }
    func expectRounded(_ found: Buffer, _ exact: (Double, Double) -> Double) {
      #expect(found.values == pairs.map { Float(exact($0, $1)) })
    }
    expectRounded(sum(x, y), +)
    expectRounded(difference(x, y), -)
    expectRounded(product(x, y), *)
    expectRounded(quotient(x, y), /)
    expectRounded(scaled(x, by: 0.75)) { x, _ in x * 0.75 }
    expectRounded(shifted(x, by: -1.5)) { x, _ in x - 1.5 }
    expectRounded(squared(x)) { x, _ in x * x }
    expectRounded(squareRoot(y)) { _, y in y.squareRoot() }
    expectRounded(clamped(x, to: -1...0.5)) { x, _ in min(max(x, -1), 0.5) }
    expectRounded(relu(x)) { x, _ in max(x, 0) }
    expectClose(combination(0.3, x, -1.7, y), pairs.map { Double(Float(0.3)) * $0 - Double(Float(1.7)) * $1 })
    #expect(bits(combination(1, x, 1, y)) == bits(sum(x, y)))
  }

  @Test("adds in place only where nobody else holds the sum")
  func inPlace() {
    var random = SplitMix64(state: 1)
    let x = random.buffer(100), start = random.floats(100)
    let added = zip(start, x.values).map { $0 + $1 }
    var sum = Buffer(start)
    let before = ObjectIdentifier(sum)
    add(x, into: &sum)
    #expect(ObjectIdentifier(sum) == before)
    #expect(sum.values == added)

    sum = Buffer(start)
    let shared = sum
    add(x, into: &sum)
    #expect(shared.values == start)
    #expect(sum.values == added)
  }

  @Test("roots are rounded correctly, from subnormals to the largest float")
  func roots() {
    var random = SplitMix64(state: 2)
    let floats = (0..<200_000).map { _ in Float(bitPattern: UInt32(random.next() >> 33) % 0x7F80_0000) }
    #expect(squareRoot(Buffer(floats)).values == floats.map { $0.squareRoot() })
    let special = squareRoot(Buffer([0, .infinity, -1, .nan, .leastNonzeroMagnitude]))
    #expect(special[0] == 0)
    #expect(special[1] == .infinity)
    #expect(special[2].isNaN)
    #expect(special[3].isNaN)
    #expect(special[4] == Float.leastNonzeroMagnitude.squareRoot())
  }

  @Test("refuses buffers of different lengths")
  func lengths() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = sum(Buffer([1, 2]), Buffer([1]))
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("1 floats where 2 are due"))
  }
}

@Suite("Activations")
struct ActivationTests {
  static let names = ["relu", "sigmoid", "tanh", "silu"]

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + Deterministic.exp(-x)) }

  @Test("have the gradient that central differences give", arguments: names)
  func gradients(name: String) {
    var random = SplitMix64(state: 3)
    for count in ElementwiseTests.counts.prefix(17) {
      let x = random.buffer(count, in: -6...6), dy = random.buffer(count)
      let found: Buffer
      let f: (Double) -> Double
      switch name {
      case "relu":
        found = reluGradient(relu(x), dy)
        f = { max($0, 0) }
      case "sigmoid":
        found = sigmoidGradient(Kernels.sigmoid(x), dy)
        f = Self.sigmoid
      case "tanh":
        found = hyperbolicTangentGradient(hyperbolicTangent(x), dy)
        f = Deterministic.tanh
      default:
        found = siluGradient(x, dy)
        f = { $0 * Self.sigmoid($0) }
      }
      let exact = zip(x.values, dy.values).map { x, dy in
        Double(dy) * (f(Double(x) + 1e-5) - f(Double(x) - 1e-5)) / 2e-5
      }
      expectClose(found, exact, 2e-6)
    }
  }

  @Test("SiLU falls to 0 far below and follows x far above")
  func farSiLU() {
    let y = silu(Buffer([-1000, -100, 0, 100, 1000]))
    #expect(y.values == [0, 0, 0, 100, 1000])
    let slopes = siluGradient(Buffer([-1000, -100, 0, 100, 1000]), Buffer(repeating: 1, count: 5))
    #expect(slopes.values == [0, 0, 0.5, 1, 1])
  }
}
