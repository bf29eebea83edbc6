import Deterministic
import Kernels
import TestSupport
import Testing

/// Group normalization in Double, as its formula stands.
struct ExactGroupNorm {
  var shape: GroupNormShape
  var epsilon: Double
  var silu: Bool

  func callAsFunction(_ x: [Double], scale: [Double], shift: [Double]) -> [Double] {
    let width = shape.channels / shape.groups
    var y = x
    for b in 0..<shape.batch {
      for group in 0..<shape.groups {
        let places = (0..<shape.pixels * width).map { index in
          (b * shape.pixels + index / width) * shape.channels + group * width + index % width
        }
        let mean = places.reduce(0) { $0 + x[$1] } / Double(places.count)
        let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(places.count)
        for place in places {
          let c = place % shape.channels
          let z = scale[c] * (x[place] - mean) / (variance + epsilon).squareRoot() + shift[c]
          y[place] = silu ? z / (1 + Deterministic.exp(-z)) : z
        }
      }
    }
    return y
  }
}

@Suite("Group normalization")
struct GroupNormTests {
  static let shapes =
    [
      (1, 1, 1, 1), (2, 9, 1, 1), (3, 5, 3, 3), (2, 7, 5, 1), (1, 30, 6, 2), (2, 16, 8, 4), (2, 11, 15, 5),
      (3, 12, 16, 8), (1, 49, 16, 4), (2, 10, 17, 17), (2, 6, 17, 1), (2, 8, 24, 8), (1, 13, 30, 10),
      (2, 9, 32, 8), (1, 5, 33, 3), (2, 4, 48, 8), (2, 7, 50, 5), (1, 49, 64, 8), (2, 3, 80, 16),
      (1, 25, 96, 8),
      (1, 400, 48, 8), (2, 300, 40, 8),
    ].map { GroupNormShape(batch: $0.0, pixels: $0.1, channels: $0.2, groups: $0.3) }

  @Test("agrees with the formula in Double", arguments: shapes, [false, true])
  func forward(shape: GroupNormShape, silu: Bool) {
    var random = SplitMix64(state: UInt64(shape.channels))
    let x = random.buffer(shape.batch * shape.pixels * shape.channels, in: -1...3)
    let scale = random.buffer(shape.channels), shift = random.buffer(shape.channels)
    let exact = ExactGroupNorm(shape: shape, epsilon: Double(Float(1e-5)), silu: silu)
    let found = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 1e-5, silu: silu)
    expectClose(
      found.y,
      exact(
        x.values.map(Double.init), scale: scale.values.map(Double.init), shift: shift.values.map(Double.init)),
      3e-6)
  }

  @Test(
    "in what a convolution reads gives the bits of normalizing first",
    arguments: [(16, 32, 3), (48, 16, 3), (8, 3, 3), (20, 24, 1)])
  func whileReading(inputs: Int, outputs: Int, kernel: Int) {
    var random = SplitMix64(state: UInt64(inputs))
    // Of Winograd's tiles, both images have some that reach over the edge, the smaller has no other.
    for (height, width) in [(9, 14), (3, 2)] {
      let convolution = Convolution(
        batch: 3, height: height, width: width, inputChannels: inputs, outputChannels: outputs,
        kernel: kernel,
        padding: EdgeWidths(kernel / 2))
      let shape = GroupNormShape(batch: 3, pixels: height * width, channels: inputs, groups: 4)
      let x = random.buffer(convolution.inputCount), weights = random.buffer(convolution.weightCount)
      let scale = random.buffer(inputs), shift = random.buffer(inputs)
      let normalized = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 1e-5, silu: true).y
      let factors = groupNormFactors(x, scale: scale, shift: shift, shape, epsilon: 1e-5)
      #expect(
        convolution.output(x, weights, bias: nil, reading: .normalized(factors)).values
          == convolution.output(normalized, weights, bias: nil).values)
    }
  }

  @Test("loses little where the mean is large beside the deviation")
  func largeMean() {
    var random = SplitMix64(state: 5)
    let shape = GroupNormShape(batch: 1, pixels: 100, channels: 16, groups: 2)
    let x = random.buffer(1600, in: 99...101)
    let one = Buffer(repeating: 1, count: 16), zero = Buffer(repeating: 0, count: 16)
    let exact = ExactGroupNorm(shape: shape, epsilon: 1e-5, silu: false)
    let found = groupNorm(x, scale: one, shift: zero, shape, epsilon: 1e-5, silu: false)
    expectClose(
      found.y,
      exact(
        x.values.map(Double.init), scale: [Double](repeating: 1, count: 16),
        shift: [Double](repeating: 0, count: 16)), 3e-5)
  }

  @Test(
    "has the gradients that central differences give, in some of its numbers", arguments: shapes,
    [false, true])
  func gradients(shape: GroupNormShape, silu: Bool) {
    var random = SplitMix64(state: UInt64(shape.channels + 100))
    let count = shape.batch * shape.pixels * shape.channels
    let x = random.buffer(count, in: -1...3), dy = random.buffer(count)
    let scale = random.buffer(shape.channels), shift = random.buffer(shape.channels)
    // ε is large, so that a group of few numbers is smooth enough for differences.
    let exact = ExactGroupNorm(shape: shape, epsilon: 0.125, silu: silu)
    let (_, statistics) = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 0.125, silu: silu)
    let found = groupNormGradient(
      x, scale: scale, shift: shift, statistics: statistics, dy, shape, silu: silu)

    let xs = x.values.map(Double.init), dys = dy.values.map(Double.init)
    let scales = scale.values.map(Double.init), shifts = shift.values.map(Double.init)
    func loss(_ y: [Double]) -> Double { zip(y, dys).reduce(0) { $0 + $1.0 * $1.1 } }
    for _ in 0..<4 {
      let place = random.whole(0...count - 1), c = random.whole(0...shape.channels - 1)
      let dx = slope(xs, place) { loss(exact($0, scale: scales, shift: shifts)) }
      let dscale = slope(scales, c) { loss(exact(xs, scale: $0, shift: shifts)) }
      let dshift = slope(shifts, c) { loss(exact(xs, scale: scales, shift: $0)) }
      #expect(abs(Double(found.dx[place]) - dx) < 2e-5 * max(1, abs(dx)), "dx at \(place)")
      #expect(abs(Double(found.dscale[c]) - dscale) < 2e-5 * max(1, abs(dscale)), "dscale at \(c)")
      #expect(abs(Double(found.dshift[c]) - dshift) < 2e-5 * max(1, abs(dshift)), "dshift at \(c)")
    }
  }

  @Test("the gradient is the adjoint of the derivative, in one random direction", arguments: shapes)
  func adjoint(shape: GroupNormShape) {
    var random = SplitMix64(state: UInt64(shape.pixels + 200))
    let count = shape.batch * shape.pixels * shape.channels
    let x = random.buffer(count, in: -1...3), dy = random.buffer(count)
    let scale = random.buffer(shape.channels), shift = random.buffer(shape.channels)
    let direction = (0..<count).map { _ in random.number() }
    let exact = ExactGroupNorm(shape: shape, epsilon: 0.125, silu: true)
    let (_, statistics) = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 0.125, silu: true)
    let dx = groupNormGradient(x, scale: scale, shift: shift, statistics: statistics, dy, shape, silu: true)
      .dx
    func y(_ step: Double) -> [Double] {
      exact(
        zip(x.values, direction).map { Double($0) + step * $1 }, scale: scale.values.map(Double.init),
        shift: shift.values.map(Double.init))
    }
    let forward = zip(zip(y(1e-5), y(-1e-5)), dy.values).reduce(0) { sum, term in
      sum + (term.0.0 - term.0.1) / 2e-5 * Double(term.1)
    }
    let backward = zip(dx.values, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
    #expect(abs(forward - backward) < 1e-6 * Double(count + 10))
  }
}
