import Benchmark
import Kernels
import Threads
import Workloads

/// The works of the kernels, with one thread and with all, for `swift package benchmark`: the distribution of their times,
/// and what a change of the sources does to it.
let benchmarks: @Sendable () -> Void = {
  let allThreads = threadCount
  Benchmark.defaultConfiguration = .init(metrics: [.wallClock], maxDuration: .seconds(1))
  for workload in Workload.all {
    for threads in Set([1, allThreads]).sorted() {
      let suffix = threads == 1 ? "1 thread" : "\(threads) threads"
      Benchmark("\(workload.kernel), \(workload.shape), \(suffix)") { benchmark in
        threadCount = threads
        let work = workload.prepare()
        work()
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { work() }
      }
    }
  }
}
