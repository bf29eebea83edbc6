// What the other files of this room take from the system, for a machine that has none (a web page, a bare processor): one
// thread, and no lock where there is one thread.

#if hasFeature(Embedded)
/// Does the pieces one after another.
public func parallelFor(_ count: Int, _ body: (Int) -> Void) {
  for index in 0..<count { body(index) }
}

/// Does the pieces one after another.
package func parallelForUnchecked(_ count: Int, _ body: (Int) -> Void) { parallelFor(count, body) }

/// Computes the pieces one after another.
public func parallelMap<Output>(
  _ count: Int, threads: Int = 1, _ piece: (Int) -> Output, finished: () -> Void = {}
) -> [Output] {
  var results: [Output] = []
  for index in 0..<count {
    results.append(piece(index))
    finished()
  }
  return results
}

/// The number of threads: one.
public var threadCount: Int { 1 }

package var idleThreads: Int { 1 }

/// A value that only one thread can reach.
public struct Mutex<Value>: @unchecked Sendable {
  private final class Box {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private let box: Box
  /// Keeps a value.
  public init(_ value: Value) { box = Box(value) }
  /// Does something with the value.
  public func withLock<Result>(_ body: (inout Value) -> Result) -> Result { body(&box.value) }
}
#endif
