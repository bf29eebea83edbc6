import Kernels
import Tensors
import TestSupport
import Testing
import Threads

/// A small network, its weights and a batch: what is differentiated in pieces.
private struct Fit {
  let parameters: [Tensor]
  let x: Tensor
  let target: Tensor

  init(batch: Int) {
    var random = SplitMix64(state: 40)
    func drawn(_ shape: [Int]) -> Tensor { Tensor(random.floats(shape.reduce(1, *)), shape: shape) }
    parameters = [drawn([16, 3, 3, 3]), drawn([16]), drawn([16, 16, 3, 3]), drawn([5, 16])]
    x = drawn([batch, 6, 7, 3])
    target = drawn([batch, 6, 7, 5])
  }

  func result(_ parameters: [Tensor], _ samples: Range<Int>) -> Tensor {
    x.rows(samples).convolution(parameters[0], bias: parameters[1], padding: Padding(1)).silu()
      .convolution(parameters[2], padding: Padding(1)).linear(parameters[3])
  }

  func loss(_ parameters: [Tensor], _ samples: Range<Int>) -> Tensor {
    result(parameters, samples)
      .squaredDistance(to: target.rows(samples), times: 1 / Double(target.count))
  }

  func valueAndGradients() -> (value: Double, gradients: [Tensor]) {
    Tensor.valueAndGradients(at: parameters, batchSize: x.rowCount, loss)
  }
}

@Suite("A batch in pieces")
struct PiecesTests {
  @Test("has the value and the gradients of the whole batch", arguments: [1, 7, 8, 9, 24, 61])
  func sameGradients(batch: Int) {
    let fit = Fit(batch: batch)
    let (value, gradients) = fit.valueAndGradients()
    let tracked = fit.parameters.map { $0.tracked() }
    let whole = fit.loss(tracked, 0..<batch)
    #expect(abs(value - Double(whole.value)) <= 1e-6 * value)
    for (found, expected) in zip(gradients, whole.gradients(at: tracked)) {
      #expect(found.shape == expected.shape)
      let size = expected.values.map { Double(abs($0)) }.worst
      let error = zip(found.values, expected.values).map { Double(abs($0 - $1)) }.worst
      // Up to 61 · 42 terms, added in another order, a rounding of 6 · 10⁻⁸ each, their signs at random.
      #expect(error <= 1e-5 * size)
    }
  }

  @Test("of no sample has the value 0 and no slope")
  func noSample() {
    let fit = Fit(batch: 0)
    let (value, gradients) = fit.valueAndGradients()
    #expect(value == 0)
    #expect(gradients.map(\.shape) == fit.parameters.map(\.shape))
    #expect(gradients.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }

  @Test(
    "covers each sample once, in pieces that the batch alone decides", arguments: [1, 8, 50], [1, 8, 64])
  func cover(batch: Int, samplesPerPiece: Int) {
    let weight = Tensor(1)
    // Of sample s, the value is 1 + s: the gradient counts them all.
    let (value, gradients) = Tensor.valueAndGradients(
      at: [weight], batchSize: batch, samplesPerPiece: samplesPerPiece
    ) { parameters, samples in
      #expect(samples.count <= samplesPerPiece && samples.lowerBound % samplesPerPiece == 0)
      #expect(samples.count == samplesPerPiece || samples.upperBound == batch)
      return Double(samples.reduce(0) { $0 + 1 + $1 }) * parameters[0]
    }
    #expect(value == Double(batch * (batch + 1) / 2))
    #expect(gradients[0].value == Float(batch * (batch + 1) / 2))
  }

  // The number of threads belongs to the whole process: so this test has a process of its own.
  @Test("has the same bits on 1, 2, 3 and 8 threads", arguments: [5, 40])
  func threads(batch: Int) async {
    await #expect(processExitsWith: .success) { [batch] in
      let fit = Fit(batch: batch)
      threadCount = 1
      let (value, gradients) = fit.valueAndGradients()
      let rows = Tensor.inPieces(batchSize: batch) { fit.result(fit.parameters, $0) }
      for threads in [2, 3, 8] {
        threadCount = threads
        for _ in 0..<5 {
          let (found, foundGradients) = fit.valueAndGradients()
          #expect(found == value, "\(threads) threads")
          #expect(foundGradients.map(\.values) == gradients.map(\.values), "\(threads) threads")
        }
        let found = Tensor.inPieces(batchSize: batch) { fit.result(fit.parameters, $0) }
        #expect(found.values == rows.values, "\(threads) threads")
      }
    }
  }

  @Test("has the rows of the whole, bit by bit", arguments: [0, 1, 3, 4, 5, 17, 64])
  func inPieces(batch: Int) {
    let fit = Fit(batch: batch)
    let whole = fit.result(fit.parameters, 0..<batch)
    for samplesPerPiece in [1, 8, 30] {
      let pieces = Tensor.inPieces(batchSize: batch, samplesPerPiece: samplesPerPiece) {
        fit.result(fit.parameters, $0)
      }
      #expect(pieces.shape == whole.shape)
      #expect(pieces.values == whole.values)
    }
  }

  @Test("records nothing where only rows are asked for, however few", arguments: [1, 64])
  func notTracked(batch: Int) {
    let fit = Fit(batch: batch)
    let tracked = fit.parameters.map { $0.tracked() }
    #expect(!Tensor.inPieces(batchSize: batch) { fit.result(tracked, $0) }.isTracked)
  }
}
