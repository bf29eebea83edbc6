import Foundation
import Testing
import Training

// Signals belong to the whole process: so these tests have processes of their own.
@Suite("Signals that ask a program to stop")
struct StopSignalsTests {
  @Test("are caught, and the first that came is remembered")
  func caught() async {
    await #expect(processExitsWith: .success) {
      let signals = StopSignals()
      #expect(signals.asked == nil)
      raiseHere(SIGTERM)
      #expect(signals.asked == .terminate)
      raiseHere(SIGINT)
      #expect(signals.asked == .terminate)
      #expect(StopSignal.interrupt.exitStatus == 130 && StopSignal.terminate.exitStatus == 143)
    }
  }

  @Test("do what they did before when nobody asks any more")
  func afterwards() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      let signals = StopSignals()
      raiseHere(SIGINT)
      guard signals.asked == .interrupt else { return }
      release(signals)
    }
  }

  @Test("stay ignored where the program was started so, as by nohup")
  func ignored() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      let signals = StopSignals()
      raiseHere(SIGHUP)
      #expect(signals.asked == nil)
      raiseHere(SIGTERM)
      #expect(signals.asked == .terminate)
    }
    await #expect(processExitsWith: .success) {
      let signals = StopSignals()
      raiseHere(SIGHUP)
      #expect(signals.asked == .hangUp && StopSignal.hangUp.exitStatus == 129)
    }
  }

  @Test("are forgotten when they are caught anew")
  func anew() async {
    await #expect(processExitsWith: .success) {
      raiseAndForget()
      #expect(StopSignals().asked == nil)
    }
  }

  @Test("can be caught by one at a time")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      let first = StopSignals()
      let second = StopSignals()
      withExtendedLifetime((first, second)) {}
    }
  }
}

/// Takes the last reference, and raises a signal once it is gone.
private func release(_ signals: consuming StopSignals) {
  _ = consume signals
  raiseHere(SIGINT)
}

private func raiseAndForget() {
  let signals = StopSignals()
  raiseHere(SIGINT)
  withExtendedLifetime(signals) {}
}
