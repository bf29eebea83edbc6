import Foundation

/// Sends a signal to this thread, which has dealt with it when this returns.
///
/// Swift's own threads keep signals for others; this one takes them from here on.
func raiseHere(_ number: Int32) {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  raise(number)
}
