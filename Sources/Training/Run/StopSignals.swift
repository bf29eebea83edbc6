import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A signal by which a program is asked to end.
package enum StopSignal: CaseIterable, Sendable {
  /// SIGINT, which Control-C sends.
  case interrupt
  /// SIGTERM, which `kill` and a machine that shuts down send.
  case terminate
  /// SIGHUP, which a terminal sends that is closed.
  case hangUp

  /// The system's number.
  package var number: Int32 {
    switch self {
    case .interrupt: SIGINT
    case .terminate: SIGTERM
    case .hangUp: SIGHUP
    }
  }

  /// The status that a program ends with which was asked so: 128 and the number: 130, 143 or 129.
  package var exitStatus: Int32 { 128 + number }
}

/// Catches SIGINT, SIGTERM and SIGHUP, so that a program can end where it is whole.
///
/// From the moment when one of these is made until the last reference to it is gone the signals do nothing but to be
/// remembered: further ones cannot break the saving that the first has led to, and a system call that they interrupt is
/// taken up again. (SIGQUIT and SIGKILL still end the program.) Afterwards they do what they did before. One that the
/// program was started with to ignore, as by `nohup`, stays ignored.
///
/// ```swift
/// let signals = StopSignals()
/// while signals.asked == nil { try trainer.step() }
/// ```
package final class StopSignals {
  /// The number of the first signal that came, 0 before: a handler may touch little more than such a number.
  private static let first = Atomic<Int32>(0)
  private static let isCatching = Atomic(false)
  /// What the signals did before.
  private let before: [(signal: StopSignal, action: sigaction)]

  /// Begins to catch the signals; one at a time can.
  package init() {
    guard Self.isCatching.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { fatalError("StopSignals: the signals are being caught already") }
    Self.first.store(0, ordering: .relaxed)
    before = StopSignal.allCases.compactMap { signal in
      var action = sigaction(), old = sigaction()
      guard sigaction(signal.number, nil, &old) == 0, !old.isIgnored else { return nil }
      action.handle { number in
        _ = StopSignals.first.compareExchange(expected: 0, desired: number, ordering: .relaxed)
      }
      sigemptyset(&action.sa_mask)
      action.sa_flags = SA_RESTART
      guard sigaction(signal.number, &action, &old) == 0 else {
        fatalError("StopSignals: signal \(signal.number) cannot be caught")
      }
      return (signal, old)
    }
  }

  deinit {
    for (signal, action) in before {
      var action = action
      sigaction(signal.number, &action, nil)
    }
    Self.isCatching.store(false, ordering: .releasing)
  }

  /// The first signal that came; nil where none has.
  package var asked: StopSignal? {
    let number = Self.first.load(ordering: .relaxed)
    return StopSignal.allCases.first { $0.number == number }
  }
}

extension sigaction {
  private typealias Handler = @convention(c) (Int32) -> Void

  /// Sets the function that is called.
  fileprivate mutating func handle(_ handler: @escaping @convention(c) (Int32) -> Void) {
    self.handler = handler
  }

  /// Whether it says to do nothing.
  fileprivate var isIgnored: Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The function that is called; each system has another name for its place.
  private var handler: Handler? {
    get {
      #if canImport(Darwin)
      __sigaction_u.__sa_handler
      #elseif canImport(Glibc)
      __sigaction_handler.sa_handler
      #elseif canImport(Musl)
      __sa_handler.sa_handler
      #endif
    }
    set {
      #if canImport(Darwin)
      __sigaction_u.__sa_handler = newValue
      #elseif canImport(Glibc)
      __sigaction_handler.sa_handler = newValue
      #elseif canImport(Musl)
      __sa_handler.sa_handler = newValue
      #endif
    }
  }
}
