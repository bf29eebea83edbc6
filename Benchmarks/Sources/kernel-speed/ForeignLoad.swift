import Foundation

/// What other processes take of the processors, from now on.
struct ForeignLoad {
  private let start = Self.reading()

  /// The share of all processors' time since the start, or nil where the system does not say (it is Linux that does).
  var share: Double? {
    guard let start, let now = Self.reading() else { return nil }
    return max(0, (now.busy - start.busy) - (now.own - start.own)) / (now.all - start.all)
  }

  /// The processors' seconds so far: all, those at work (for this machine or, where it is a virtual one, for another), and
  /// those at work for this process.
  private static func reading() -> (all: Double, busy: Double, own: Double)? {
    guard let statistics = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = statistics.split(separator: "\n").first
    else { return nil }
    // user, nice, system, idle, waiting, interrupts, soft interrupts, stolen
    let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard ticks.count == 8 else { return nil }
    let all = ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    let idle = (ticks[3] + ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    return (all, all - idle, Double(clock()) / Double(CLOCKS_PER_SEC))
  }
}
