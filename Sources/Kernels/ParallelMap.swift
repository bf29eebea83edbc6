import Dispatch
import Synchronization

/// Computes `piece(0) … piece(count − 1)` on several threads and returns the results in order.
///
/// Work is cut by the caller, by the shape of the problem alone; threads only take pieces. So the result is the
/// same whatever their number, as long as a piece depends on nothing but its index.
///
/// - Parameters:
///   - count: The number of pieces.
///   - threads: How many may be worked on at once, 1 or more.
///   - piece: The work; called once for each index, from any thread. It must not write to what another piece
///     reads or writes.
///   - finished: Called after each piece, in no fixed order but never twice at once: for a progress bar.
public func parallelMap<Result>(
  _ count: Int, threads: Int, _ piece: (Int) -> Result, finished: () -> Void = {}
) -> [Result] {
  guard threads >= 1 else { fatalError("\(threads) threads cannot work; 1 or more can") }
  return [Result](unsafeUninitializedCapacity: count) { results, initializedCount in
    // Each index is taken by one thread only, so the places written to are disjoint.
    nonisolated(unsafe) let places = results
    nonisolated(unsafe) let piece = piece
    nonisolated(unsafe) let finished = finished
    let next = Atomic(0)
    let oneAtATime = Mutex(())
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        places.initializeElement(at: index, to: piece(index))
        oneAtATime.withLock { _ in finished() }
      }
    }
    initializedCount = count
  }
}
