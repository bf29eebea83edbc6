import Synchronization
import Testing
import Threads

@Suite("Parallel map")
struct ParallelMapTests {
  @Test("gives the results in order, whatever the number of threads", arguments: [1, 2, 3, 8, 100])
  func order(threads: Int) {
    #expect(parallelMap(1000, threads: threads) { $0 * $0 } == (0..<1000).map { $0 * $0 })
  }

  @Test("calls the work once for each index", arguments: [0, 1, 2, 7])
  func once(count: Int) {
    let calls = Atomic(0)
    let results = parallelMap(count, threads: 3) { index in
      calls.add(1, ordering: .relaxed)
      return index
    }
    #expect(results == Array(0..<count))
    #expect(calls.load(ordering: .relaxed) == count)
  }

  @Test("says of each piece that it is finished, one at a time", arguments: [1, 4])
  func finished(threads: Int) {
    var count = 0
    _ = parallelMap(10_000, threads: threads, { $0 }, finished: { count += 1 })
    #expect(count == 10_000)
  }

  @Test("keeps results that own memory alive")
  func references() {
    let rows = parallelMap(64, threads: 4) { row in [Int](repeating: row, count: 100) }
    #expect(rows.map { $0.reduce(0, +) } == (0..<64).map { 100 * $0 })
  }

  @Test("runs as many pieces at once as it has threads, on any number of cores", arguments: [2, 5])
  func atOnce(threads: Int) {
    // Every piece waits until all have begun: with a thread fewer this would never end.
    let begun = Atomic(0)
    let results = parallelMap(threads, threads: threads) { index in
      begun.add(1, ordering: .relaxed)
      while begun.load(ordering: .relaxed) < threads {}
      return index
    }
    #expect(results == Array(0..<threads))
  }

  @Test("refuses zero threads")
  func noThreads() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = parallelMap(1, threads: 0) { $0 }
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("0 threads cannot work"))
  }
}
