import Synchronization
import TestSupport
import Stops
import Testing
import Threads

// The number of threads belongs to the whole process, and a work that begins while another is under way gets one
// thread: so each of these tests has a process of its own.

/// Does a work and expects each index to have been met once.
private func expectEachOnce(_ count: Int) {
  let calls = (0..<count).map { _ in Counter() }
  parallelFor(count) { calls[$0].value.add(1, ordering: .relaxed) }
  #expect(calls.allSatisfy { $0.value.load(ordering: .relaxed) == 1 }, "\(count) pieces")
}

private final class Counter: Sendable {
  let value = Atomic(0)
}

@Suite("Parallel for")
struct ParallelForTests {
  @Test("does each piece once", arguments: [1, 2, 8])
  func once(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      threadCount = threads
      #expect(threadCount == threads)
      for count in [0, 1, 2, 3, 7, 8, 9, 1000] { expectEachOnce(count) }
    }
  }

  @Test("has all threads at work at once", arguments: [2, 5])
  func atOnce(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      threadCount = threads
      // Every piece waits until all have begun: with a thread fewer this would never end.
      let begun = Atomic(0)
      parallelFor(threads) { _ in
        begun.add(1, ordering: .relaxed)
        while begun.load(ordering: .relaxed) < threads {}
      }
    }
  }

  @Test("does a work within a piece, too", arguments: [1, 2, 8])
  func nested(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      threadCount = threads
      let calls = Atomic(0)
      parallelFor(20) { outer in
        parallelFor(30) { inner in
          parallelFor(2) { calls.add(outer * 60 + inner * 2 + $0, ordering: .relaxed) }
        }
      }
      #expect(calls.load(ordering: .relaxed) == (0..<1200).reduce(0, +))
    }
  }

  @Test(
    "does twenty thousand small works one after another, and sees all that they wrote", arguments: [2, 8])
  func manySmall(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      threadCount = threads
      var numbers = [Int](repeating: 0, count: 16)
      numbers.withUnsafeMutableBufferPointer { numbers in
        nonisolated(unsafe) let numbers = numbers
        // Each work adds to what the last one wrote, on whichever thread.
        for _ in 0..<20_000 { parallelFor(16) { numbers[$0] += $0 } }
      }
      #expect(numbers == (0..<16).map { 20_000 * $0 })
    }
  }

  @Test("does the works of two threads that call at once", arguments: [2, 3])
  func twoCallers(threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      threadCount = threads
      let sums = parallelMap(4, threads: 2) { caller in
        let sum = Atomic(0)
        for _ in 0..<2000 { parallelFor(10) { sum.add(caller * $0, ordering: .relaxed) } }
        return sum.load(ordering: .relaxed)
      }
      #expect(sums == (0..<4).map { 2000 * 45 * $0 })
    }
  }

  @Test("works with more and fewer threads from one work to the next")
  func changing() async {
    await #expect(processExitsWith: .success) {
      for threads in [3, 1, 8, 2, 5, 1, 2] {
        threadCount = threads
        for _ in 0..<100 { expectEachOnce(20) }
      }
    }
  }

  @Test("begins with as many threads as the machine has cores, one or more")
  func cores() async {
    await #expect(processExitsWith: .success) { #expect(threadCount >= 1) }
  }

  @Test("refuses zero threads, and fewer", arguments: [0, -1])
  func noThreads(threads: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [threads] in
      threadCount = threads
    }
    stopped(result, saying: "\(threads) threads cannot work; 1 or more can")
  }
}
