import Foundation
import Workloads

/// A workload's time, its rate and, where operations are counted, the rate's share of the peak.
func cells(_ size: Workload.Size, seconds: Double, peak: Double) -> [String] {
  let time = digits(1e3 * seconds) + " ms"
  switch size {
  case .operations(let count):
    let rate = Double(count) / seconds
    return [time, digits(1e-9 * rate) + " GFLOP/s", String(format: "%.0f %%", 100 * rate / peak)]
  case .bytes(let count): return [time, digits(1e-9 * Double(count) / seconds) + " GB/s", ""]
  }
}

/// A row of a Markdown table.
func printRow(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

/// Three digits, or all before the point.
func digits(_ value: Double) -> String {
  String(format: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value)
}
