#if !hasFeature(Embedded)
#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A closure that a pointer can lead to.
final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// Starts a thread that runs the `Work` behind the pointer, which must outlive the thread; nil where there is none.
func startThread(_ work: UnsafeMutableRawPointer) -> pthread_t? {
  #if canImport(Darwin)
  var thread: pthread_t?
  let status = pthread_create(
    &thread, nil,
    { pointer in
      Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue().body()
      return nil
    }, work)
  return status == 0 ? thread : nil
  #else
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { pointer in
      if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue().body() }
      return nil
    }, work)
  return status == 0 ? thread : nil
  #endif
}
#endif
