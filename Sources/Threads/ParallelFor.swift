#if !hasFeature(Embedded)
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The number of threads that `parallelFor` works with; at first as many as the machine has cores.
///
/// Results do not depend on it. It may be changed at any time, to 1 or more; more threads than cores do work, slower.
public var threadCount: Int {
  get { Team.shared.size.load(ordering: .relaxed) }
  set {
    guard newValue >= 1 else { fatalError("\(newValue) threads cannot work; 1 or more can") }
    Team.shared.size.store(newValue, ordering: .relaxed)
  }
}

/// Does the pieces 0…count − 1 of a work on several threads, and returns when all are done.
///
/// The caller cuts the work by its shape alone; threads only take pieces. So the result is the same whatever their
/// number, as long as no piece writes what another reads or writes.
///
/// Within a piece, or while another thread's work is under way, the pieces are done one after another by the caller:
/// the outermost loop gets the threads.
///
/// - Parameters:
///   - count: The number of pieces.
///   - body: One piece, called once for each index, from any thread. A variable that it captured could be written by two
///     threads at once, so it may capture none: the compiler sees to it.
public func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
  parallelForUnchecked(count, body)
}

/// As `parallelFor`, for kernels, whose pieces write through pointers to places of their own: nothing is checked.
///
/// - Parameters:
///   - count: The number of pieces.
///   - body: One piece, called once for each index, from any thread. It must not write to what another piece reads or writes.
package func parallelForUnchecked(_ count: Int, _ body: (Int) -> Void) {
  guard count >= 0 else { fatalError("a work of \(count) pieces") }
  let size = min(threadCount, count)
  guard size > 1, Team.shared.begin() else {
    for index in 0..<count { body(index) }
    return
  }
  Team.shared.work(count, helpers: size - 1, body)
  Team.shared.end()
}

/// The threads that would come for a work begun now.
package var idleThreads: Int { Team.shared.isFree ? threadCount : 1 }

/// The threads that wait for work: the only global state of the module beside the pool of buffers.
///
/// A work of this module takes 5 to 500 µs and the next one follows at once, so a helper looks out for it for a while
/// before it lets the system put it to sleep: waking takes longer than many a work does.
private final class Team: @unchecked Sendable {
  static let shared = Team()

  let size = Atomic(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  private let isBusy = Atomic(false)
  private var helperCount = 0

  // The work under way. Written by the caller while it is closed, read by helpers while it is open.
  private var body: (Int) -> Void = { _ in }
  private var count = 0
  private var wanted = 0
  private let next = Atomic(0)
  /// Whether helpers may join the work.
  private let isOpen = Atomic(false)
  /// The helpers that look at the work at this moment; it may not change while there are any.
  private let visitors = Atomic(0)
  /// Counts the works; a helper waits for it to change.
  private let turn = Atomic(0)

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let sleepers = Atomic(0)

  private init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  /// Takes the team, if it is free.
  func begin() -> Bool {
    isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  /// Whether no work is under way.
  var isFree: Bool { !isBusy.load(ordering: .relaxed) }

  func end() { isBusy.store(false, ordering: .releasing) }

  func work(_ count: Int, helpers: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      while helperCount < helpers, startHelper(helperCount) { helperCount += 1 }
      self.body = body
      self.count = count
      wanted = min(helpers, helperCount)
      next.store(0, ordering: .relaxed)
      isOpen.store(true, ordering: .sequentiallyConsistent)
      turn.add(1, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
      }
      takePieces()
      // Who has not come by now is not waited for: a helper that finds the work closed goes back to waiting.
      isOpen.store(false, ordering: .sequentiallyConsistent)
      var looks = 0
      while visitors.load(ordering: .sequentiallyConsistent) > 0 {
        looks += 1
        if looks > patience { sched_yield() }
      }
      self.body = { _ in }
    }
  }

  private func takePieces() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }

  /// How often a thread looks before it yields or sleeps: for about 100 µs.
  private var patience: Int { 300_000 }

  /// What helper number `rank` does for ever.
  func help(_ rank: Int, from first: Int) {
    var seen = first
    while true {
      var looks = 0
      while turn.load(ordering: .acquiring) == seen {
        looks += 1
        if looks > patience {
          sleepers.add(1, ordering: .sequentiallyConsistent)
          pthread_mutex_lock(mutex)
          while turn.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(condition, mutex) }
          pthread_mutex_unlock(mutex)
          sleepers.subtract(1, ordering: .sequentiallyConsistent)
        }
      }
      seen = turn.load(ordering: .acquiring)
      visitors.add(1, ordering: .sequentiallyConsistent)
      if isOpen.load(ordering: .sequentiallyConsistent), rank < wanted { takePieces() }
      visitors.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Starts a helper; false where the system has no thread to give.
  private func startHelper(_ rank: Int) -> Bool {
    let first = turn.load(ordering: .relaxed)
    // The team is never let go, and neither is what its threads run.
    let work = Unmanaged.passRetained(Work { self.help(rank, from: first) })
    if startThread(work.toOpaque()) != nil { return true }
    work.release()
    return false
  }
}
#endif
