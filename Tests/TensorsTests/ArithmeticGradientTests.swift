import Deterministic
import Tensors
import TestSupport
import Testing

/// An operation on two tensors of one shape.
private struct Operation: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var interval: ClosedRange<Double> = -1...1
  let tensors: @Sendable (Tensor, Tensor) -> Tensor
  let numbers: @Sendable (Numbers, Numbers) -> Numbers

  static let all: [Operation] = [
    Operation(testDescription: "x + y", tensors: { $0 + $1 }, numbers: { $0.with($1, +) }),
    Operation(testDescription: "x - y", tensors: { $0 - $1 }, numbers: { $0.with($1, -) }),
    Operation(testDescription: "x * y", tensors: { $0 * $1 }, numbers: { $0.with($1, *) }),
    Operation(
      testDescription: "x / y", interval: 0.5...2, tensors: { $0 / $1 }, numbers: { $0.with($1, /) }),
    Operation(
      testDescription: "combining", tensors: { .combining(0.7, $0, -1.3, $1) },
      numbers: { $0.with($1) { 0.7 * $0 - 1.3 * $1 } }),
    Operation(
      testDescription: "squaredDistance", tensors: { $0.squaredDistance(to: $1, times: 0.3) },
      numbers: { $0.with($1) { 0.3 * ($0 - $1) * ($0 - $1) }.sum() }),
    Operation(
      testDescription: "meanSquaredError", tensors: { $0.meanSquaredError(to: $1) },
      numbers: { x, y in x.with(y) { ($0 - $1) * ($0 - $1) / Double(x.count) }.sum() }),
  ]
}

/// A function of one tensor.
private struct Function: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var interval: ClosedRange<Double> = -4...4
  let tensor: @Sendable (Tensor) -> Tensor
  let numbers: @Sendable (Numbers) -> Numbers

  static let all: [Function] = [
    Function(testDescription: "-2.5 * x", tensor: { -2.5 * $0 }, numbers: { $0.map { -2.5 * $0 } }),
    Function(testDescription: "x + 0.3", tensor: { $0 + 0.3 }, numbers: { $0.map { $0 + 0.3 } }),
    Function(
      testDescription: "exp", interval: -2...2, tensor: { $0.exp() }, numbers: { $0.map { exp($0) } }),
    Function(
      testDescription: "log", interval: 0.2...5, tensor: { $0.log() }, numbers: { $0.map { log($0) } }),
    Function(testDescription: "tanh", tensor: { $0.tanh() }, numbers: { $0.map { tanh($0) } }),
    Function(
      testDescription: "sigmoid", tensor: { $0.sigmoid() }, numbers: { $0.map { 1 / (1 + exp(-$0)) } }),
    Function(testDescription: "silu", tensor: { $0.silu() }, numbers: { $0.map { $0 / (1 + exp(-$0)) } }),
    Function(testDescription: "relu", tensor: { $0.relu() }, numbers: { $0.map { max($0, 0) } }),
    Function(testDescription: "squared", tensor: { $0.squared() }, numbers: { $0.map { $0 * $0 } }),
    Function(testDescription: "sum", tensor: { $0.sum() }, numbers: { $0.sum() }),
    Function(
      testDescription: "mean", tensor: { $0.mean() },
      numbers: { x in x.sum().map { $0 / Double(x.count) } }),
    Function(
      testDescription: "reshaped", tensor: { $0.reshaped([$0.count, 1]) },
      numbers: { Numbers([$0.count, 1], $0.values) }),
  ]
}

@Suite("Gradients of arithmetic and functions")
struct ArithmeticGradientTests {
  @Test("of a squared distance is exact where the two are close, and 0 where they are equal")
  func closeToTarget() {
    let target: [Float] = [0.1, -0.7, 1.3, 3.3, -2.9]
    let equal = Tensor(target).tracked()
    #expect(
      equal.squaredDistance(to: Tensor(target), times: 0.3).gradients(at: [equal])[0].values == [
        0, 0, 0, 0, 0,
      ])

    // One step of Float away, the difference is exact, and only the factor 0.6 is rounded.
    let next = Tensor(target.map(\.nextUp)).tracked()
    let gradient = next.squaredDistance(to: Tensor(target), times: 0.3).gradients(at: [next])[0].values
    #expect(gradient == target.map { Float(0.6) * ($0.nextUp - $0) })
  }

  @Test("an operation on two tensors is differentiated with respect to both", arguments: Operation.all)
  private func operations(operation: Operation) {
    var random = SplitMix64(state: 1)
    for _ in 0..<20 {
      let shape = random.shape()
      checkGradient(
        [shape, shape], in: operation.interval, &random, { operation.tensors($0[0], $0[1]) },
        like: { operation.numbers($0[0], $0[1]) })
    }
  }

  @Test("a function is differentiated", arguments: Function.all)
  private func functions(function: Function) {
    var random = SplitMix64(state: 2)
    for _ in 0..<20 {
      checkGradient(
        [random.shape()], in: function.interval, &random, { function.tensor($0[0]) },
        like: { function.numbers($0[0]) })
    }
  }

  @Test("the chain rule holds through all of them")
  func chain() {
    var random = SplitMix64(state: 3)
    for _ in 0..<20 {
      let shape = random.shape()
      checkGradient([shape, shape], &random) { inputs in
        let (x, y) = (inputs[0], inputs[1])
        return (x * y.sigmoid() - 0.5 * (x / (y.exp() + 0.3)).tanh()).squared().mean()
      } like: { inputs in
        let terms = inputs[0].with(inputs[1]) { x, y in
          let difference = x / (1 + exp(-y)) - 0.5 * tanh(x / (exp(y) + 0.3))
          return difference * difference
        }
        return terms.sum().map { $0 / Double(terms.count) }
      }
    }
  }
}
