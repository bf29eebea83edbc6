/// The seconds that something takes.
public func time(_ work: () -> Void) -> Double {
  seconds(ContinuousClock().measure(work))
}

/// The median of the seconds that something takes, once it has been done for 50 ms: of at least seven times, and of as many
/// as fit into 200 ms.
public func medianTime(_ work: () -> Void) -> Double {
  let clock = ContinuousClock()
  let begun = clock.now
  repeat { work() } while clock.now - begun < .milliseconds(50)
  var times: [Double] = []
  let warm = clock.now
  while times.count < 7 || clock.now - warm < .milliseconds(200) { times.append(time(work)) }
  times.sort()
  return (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
}

/// A duration in seconds.
public func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + 1e-18 * Double(duration.components.attoseconds)
}
