import Kernels
import Threads
import Workloads

// Prints a table of what the kernels do in a second, and which share of what the machine could do that is. An argument
// chooses the kernels with it in their names.

let wanted = CommandLine.arguments.dropFirst().first ?? ""
let workloads = Workload.all.filter { wanted.isEmpty || $0.kernel.contains(wanted) }
let threadCounts = Set([1, threadCount]).sorted()

// The clock may change while this runs, so the peak is measured beside every workload, and the largest counts.
var peaks = threadCounts.map { _ in 0.0 }
var times: [[Double]] = []
// What others disturb is measured again, but not for ever.
var repetitions = 0
var disturbed = 0
for workload in workloads {
  let work = workload.prepare()
  var row: [Double] = []
  for place in threadCounts.indices {
    peaks[place] = max(peaks[place], measurePeak(threads: threadCounts[place]))
    threadCount = threadCounts[place]
    var attempts = 0
    var load: ForeignLoad
    var time: Double
    repeat {
      load = ForeignLoad()
      time = medianTime(work)
      attempts += 1
    } while load.isDisturbing && attempts < 20
    repetitions += attempts - 1
    disturbed += load.isDisturbing ? 1 : 0
    row.append(time)
  }
  times.append(row)
}

let headings = threadCounts.map { $0 == 1 ? "1 thread" : "\($0) threads" }
let texts = zip(headings, peaks).map { "\(digits(1e-9 * $1)) GFLOP/s with \($0)" }
print("The machine's peak, fused multiply-adds in registers: \(texts.joined(separator: ", ")).")
print("Measured again because others used the processors: \(repetitions); disturbed yet: \(disturbed).")
print()
printRow(["kernel", "shape"] + headings.flatMap { [$0, "", "of the peak"] })
printRow(["---", "---"] + headings.flatMap { _ in ["---:", "---:", "---:"] })
for (workload, times) in zip(workloads, times) {
  printRow(
    [workload.kernel, workload.shape]
      + zip(times, peaks).flatMap { cells(workload.size, seconds: $0, peak: $1) })
}
