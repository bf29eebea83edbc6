import Foundation
import Workloads

/// What other processes take of the processors, from now on.
struct ForeignLoad {
  private let start = Self.reading()
  private let begun = ContinuousClock().now

  /// Whether it is more than what an idle system needs, a hundredth of the time.
  ///
  /// The system counts in hundredths of a second; only Linux tells.
  var isDisturbing: Bool {
    guard let start, let now = Self.reading() else { return false }
    return now - start > 0.03 + 0.01 * seconds(ContinuousClock().now - begun)
  }

  /// The seconds that the processors have worked for others than this process, other virtual machines included.
  private static func reading() -> Double? {
    guard let statistics = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = statistics.split(separator: "\n").first
    else { return nil }
    // user, nice, system, idle, waiting, interrupts, soft interrupts, stolen
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard ticks.count == 8 else { return nil }
    let busy = (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    return busy - Double(clock()) / Double(CLOCKS_PER_SEC)
  }
}
