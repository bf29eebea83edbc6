import Kernels
import Synchronization
import Threads

// A batch is worked on in pieces of a few samples, each by one thread, from the first layer to the last (and back).
// What a piece needs stays in that core's caches, threads meet once a batch instead of once a layer, and only the
// activations of the pieces under way are in memory.
//
// A piece has always the same samples, and pieces are added in their order, so the sums are the same for any number of
// threads. How many samples make a piece is said by the caller, who knows how much work a sample is.

extension Tensor {
  /// The sum of a function's values over the pieces of a batch, and its gradients.
  ///
  /// - Parameters:
  ///   - parameters: The tensors to differentiate with respect to; tracked here.
  ///   - batchSize: The number of samples.
  ///   - samplesPerPiece: How many samples make a piece. Each piece passes all parameters once, so not too few; and
  ///     another number is another order of the sums, so it must not depend on threads.
  ///   - value: The function of a piece: given the parameters, tracked, and the samples of the piece, a single number.
  ///     Called from several threads.
  /// - Returns: The sum over the pieces, and its gradient with respect to each parameter.
  public static func valueAndGradients(
    at parameters: [Tensor], batchSize: Int, samplesPerPiece: Int = 8,
    _ value: @Sendable ([Tensor], Range<Int>) -> Tensor
  ) -> (value: Double, gradients: [Tensor]) {
    guard batchSize >= 0, samplesPerPiece >= 1 else {
      fatalError("valueAndGradients: a batch of \(batchSize) in pieces of \(samplesPerPiece) samples")
    }
    let pieceCount = (batchSize + samplesPerPiece - 1) / samplesPerPiece
    let tracked = parameters.map { $0.tracked() }
    let sum = OrderedSum()
    parallelFor(pieceCount) { piece in
      let samples = piece * samplesPerPiece..<min(batchSize, (piece + 1) * samplesPerPiece)
      let result = value(tracked, samples)
      sum.add(Double(result.value), result.gradients(at: tracked), at: piece)
    }
    let (total, gradients) = sum.total()
    return (total, gradients.isEmpty ? parameters.map { .zeros($0.shape) } : gradients)
  }

  /// A function of the rows of a batch, with no gradient, computed piece by piece where that keeps all threads busy.
  ///
  /// - Parameters:
  ///   - batchSize: The number of samples.
  ///   - samplesPerPiece: The most samples of a piece.
  ///   - result: The function of some of the samples, one row of the result each; called from several threads.
  /// - Returns: All rows, in order.
  public static func inPieces(
    batchSize: Int, samplesPerPiece: Int = 8, _ result: @Sendable (Range<Int>) -> Tensor
  ) -> Tensor {
    guard batchSize >= 0, samplesPerPiece >= 1 else {
      fatalError("inPieces: a batch of \(batchSize) in pieces of \(samplesPerPiece) samples")
    }
    // Rows do not depend on each other, so here the pieces may follow the number of threads.
    let threads = threadCount
    guard batchSize >= 2 * threads, threads > 1 || batchSize > samplesPerPiece else {
      return result(0..<batchSize).untracked()
    }
    let size = min(samplesPerPiece, batchSize / threads)
    let count = (batchSize + size - 1) / size
    let rows = Mutex([Tensor?](repeating: nil, count: count))
    parallelFor(count) { piece in
      let part = result(piece * size..<min(batchSize, (piece + 1) * size)).untracked()
      rows.withLock { $0[piece] = part }
    }
    return Tensor(rowsOf: rows.withLock { $0.compactMap { $0 } })
  }
}

/// A sum whose terms may arrive in any order and are added in theirs.
private final class OrderedSum: Sendable {
  private struct State {
    var next = 0
    var waiting: [Int: (Double, [Tensor])] = [:]
    var value = 0.0
    var gradients: [Tensor] = []
  }

  private let state = Mutex(State())

  /// Adds a term, and those that waited for it.
  func add(_ value: Double, _ gradients: [Tensor], at index: Int) {
    state.withLock { state in
      state.waiting[index] = (value, gradients)
      while let (value, gradients) = state.waiting.removeValue(forKey: state.next) {
        state.value += value
        if state.gradients.isEmpty {
          state.gradients = gradients
        } else {
          for place in gradients.indices {
            let sum = state.gradients[place]
            state.gradients[place] = gradients[place]
            state.gradients[place] = sum.adding(gradients[place])
          }
        }
        state.next += 1
      }
    }
  }

  func total() -> (Double, [Tensor]) { state.withLock { ($0.value, $0.gradients) } }
}
