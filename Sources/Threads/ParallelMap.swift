#if !hasFeature(Embedded)
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Computes `piece(0) … piece(count − 1)` on several threads and returns the results in order.
///
/// Work is cut by the caller, by the shape of the problem alone; threads only take pieces. So the result is the
/// same whatever their number, as long as a piece depends on nothing but its index.
///
/// - Parameters:
///   - count: The number of pieces.
///   - threads: How many may be worked on at once, 1 or more, by default `threadCount`; as many run, whatever the
///     number of cores.
///   - piece: The work; called once for each index, from any thread, and so without variables that it captured.
///   - finished: Called after each piece, in no fixed order but never twice at once: for a progress bar.
public func parallelMap<Output>(
  _ count: Int, threads: Int = threadCount, _ piece: @Sendable (Int) -> Output, finished: () -> Void = {}
) -> [Output] {
  guard threads >= 1 else { fatalError("\(threads) threads cannot work; 1 or more can") }
  guard count >= 0 else { fatalError("a work of \(count) pieces") }
  return [Output](unsafeUninitializedCapacity: count) { places, initializedCount in
    let next = Atomic(0)
    let oneAtATime = Mutex(())
    run(onThreads: min(threads, count)) {
      while true {
        // Each index is handed out once, so the places that are written to are disjoint, and each is written once.
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        places.initializeElement(at: index, to: piece(index))
        oneAtATime.withLock { _ in finished() }
      }
    }
    initializedCount = count
  }
}

/// Runs the same body on this thread and `count − 1` others, and returns when all have returned.
///
/// Where the system has no more threads to give, fewer run it: slower, not different.
private func run(onThreads count: Int, _ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    let work = Work(body)
    // The pointer is good until the last join, after which nobody has it.
    let pointer = Unmanaged.passUnretained(work).toOpaque()
    var others: [pthread_t] = []
    while others.count + 1 < count, let other = startThread(pointer) { others.append(other) }
    body()
    for other in others { pthread_join(other, nil) }
  }
}
#endif
