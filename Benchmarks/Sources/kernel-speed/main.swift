import Kernels
import Workloads

// Prints a table of what the kernels do in a second, and which share of what the machine could do that is. An argument
// chooses the kernels with it in their names.

let wanted = CommandLine.arguments.dropFirst().first ?? ""
let workloads = Workload.all.filter { wanted.isEmpty || $0.kernel.contains(wanted) }
let threadCounts = Set([1, threadCount]).sorted()

// The clock may change while this runs, so the peak is measured beside every workload, and the largest counts.
var peaks = threadCounts.map { _ in 0.0 }
var times: [[Double]] = []
let load = ForeignLoad()
for workload in workloads {
  let work = workload.prepare()
  times.append(
    threadCounts.indices.map { place in
      peaks[place] = max(peaks[place], measurePeak(threads: threadCounts[place]))
      threadCount = threadCounts[place]
      return medianTime(work)
    })
}

let headings = threadCounts.map { $0 == 1 ? "1 thread" : "\($0) threads" }
let texts = zip(headings, peaks).map { "\(digits(1e-9 * $1)) GFLOP/s with \($0)" }
print("The machine's peak, fused multiply-adds in registers: \(texts.joined(separator: ", ")).")
if let share = load.share {
  print("Others took \(digits(100 * share)) % of the processors' time meanwhile.")
}
print()
printRow(["kernel", "shape"] + headings.flatMap { [$0, "", "of the peak"] })
printRow(["---", "---"] + headings.flatMap { _ in ["---:", "---:", "---:"] })
for (workload, times) in zip(workloads, times) {
  printRow(
    [workload.kernel, workload.shape]
      + zip(times, peaks).flatMap { cells(workload.size, seconds: $0, peak: $1) })
}
