import Formats
import Foundation
import Synchronization

/// A bar on standard error that says how far a long computation is, how fast, and how long it will take.
///
/// It moves only where standard error is a terminal; elsewhere it is silent. Nothing that reaches a file depends
/// on it.
package final class ProgressBar: Sendable {
  private struct State {
    var label: String
    var done = 0
    var lastShown: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let total: Int
  private let unit: String
  private let isShown: Bool
  private let start = ContinuousClock.now

  /// Begins a bar; time runs from here.
  ///
  /// - Parameters:
  ///   - label: What is being done.
  ///   - total: How many units there are to do.
  ///   - unit: What is counted, in the plural.
  package convenience init(_ label: String, of total: Int, unit: String) {
    self.init(label: label, total: total, unit: unit, isShown: isatty(STDERR_FILENO) == 1)
  }

  package init(label: String, total: Int, unit: String, isShown: Bool) {
    state = Mutex(State(label: label))
    self.total = total
    self.unit = unit
    self.isShown = isShown
  }

  /// Says that `count` more units are done; any thread may.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - label: What is being done from now on; nil where that is the same.
  package func advance(by count: Int = 1, label: String? = nil) {
    state.withLock { state in
      state.done += count
      if let label { state.label = label }
      guard isShown else { return }
      let now = ContinuousClock.now
      if let lastShown = state.lastShown, now - lastShown < .milliseconds(100), state.done < total { return }
      state.lastShown = now
      prompt("\r\u{1B}[K" + line(state, after: (now - start) / .seconds(1)))
      if state.done >= total { clear(&state) }
    }
  }

  /// Takes the bar away, so that other lines have its place; the next step brings it back.
  package func clear() {
    guard isShown else { return }
    state.withLock { clear(&$0) }
  }

  private func clear(_ state: inout State) {
    state.lastShown = nil
    prompt("\r\u{1B}[K")
  }

  /// The bar as text, `seconds` after the start.
  package func line(after seconds: Double) -> String { state.withLock { line($0, after: seconds) } }

  private func line(_ state: State, after seconds: Double) -> String {
    let done = state.done
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    let filled = Int(share * 24)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let left = rate > 0 ? Double(max(0, total - done)) / rate : 0
    return
      "\(state.label) \(bar) \(done)/\(total) · \(rate.text(3)) \(unit)/s · \(left.text(places: 0)) s left"
  }
}
