import Threads
import Synchronization

#if os(Linux)
#if canImport(Glibc)
import Glibc
#else
import Musl
#endif
#endif

/// Floats in a row: the storage behind every tensor, recycled.
///
/// A buffer is written by the function that makes it, and never again while anybody else holds it, so that it may be
/// read from any thread. What it occupied goes back to a pool when nobody holds it any more, and the next buffer of about that size
/// takes it from there: a training loop asks the system for memory in its first step only.
public final class Buffer: @unchecked Sendable {
  /// The number of floats.
  public let count: Int
  /// The first of them, at a multiple of 64 bytes; uninitialized at first.
  ///
  /// Up to a vector's worth of floats after the last may be read and written, and hold anything.
  ///
  /// The pointer does not keep the buffer: what is a function's own scratch is held to the end of its scope by
  /// `withExtendedLifetime`.
  let start: MutableFloats
  /// Other arrangements of the same numbers that a kernel wants to find again: transposed, packed, transformed.
  private let arrangements = Mutex<[Arrangement: Buffer]>([:])

  /// Creates a buffer whose floats are still to be written.
  init(uninitialized count: Int) {
    guard count >= 0 else { fatalError("a buffer of \(count) floats") }
    self.count = count
    start = pool.take(count + lanes)
  }

  deinit { pool.giveBack(start, count + lanes) }

  /// Creates a buffer of equal floats.
  public convenience init(repeating value: Float, count: Int) {
    self.init(uninitialized: count)
    start.update(repeating: value, count: count)
  }

  /// Creates a buffer of given floats.
  public convenience init(_ values: [Float]) {
    self.init(uninitialized: values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { start.update(from: first, count: source.count) }
    }
  }

  /// Creates a buffer whose floats are computed one by one.
  public convenience init(count: Int, _ value: (Int) -> Float) {
    self.init(uninitialized: count)
    for index in 0..<count { start[index] = value(index) }
  }

  /// Creates a buffer row by row, on several threads; the numbers are rounded to Float.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - length: The number of floats in each.
  ///   - row: A row's numbers, as many as its length; called from any thread.
  public convenience init(rows: Int, of length: Int, _ row: (Int) -> [Double]) {
    self.init(uninitialized: rows * length)
    parallelForUnchecked(rows) { index in
      let numbers = row(index)
      guard numbers.count == length else {
        fatalError("a row of \(numbers.count) numbers instead of \(length)")
      }
      for (place, number) in numbers.enumerated() { start[index * length + place] = Float(number) }
    }
  }

  /// The floats.
  public var values: [Float] {
    [Float](unsafeUninitializedCapacity: count) { places, initialized in
      places.baseAddress?.update(from: start, count: count)
      initialized = count
    }
  }

  /// One of the floats.
  public subscript(index: Int) -> Float {
    guard index >= 0, index < count else { fatalError("float \(index) of a buffer of \(count)") }
    return start[index]
  }

  /// Lets the other arrangements go, because the numbers change: what only a sole owner may do.
  func forgetArrangements() { arrangements.withLock { $0 = [:] } }

  /// Another arrangement of the same numbers, made when it is first asked for.
  func arranged(as arrangement: Arrangement, _ make: () -> Buffer) -> Buffer {
    arrangements.withLock { known in
      if let made = known[arrangement] { return made }
      let made = make()
      known[arrangement] = made
      return made
    }
  }
}

/// What a buffer's numbers can be arranged as.
struct Arrangement: Hashable {
  enum Kind: Hashable {
    case transposedPanels, winograd, winogradReversed, taps, scatteredTaps, reversedTaps
  }
  var kind: Kind
  var rows: Int
  var columns: Int
  /// The side of a convolution's kernel, which rows and columns of its taps alone do not tell.
  var kernel = 1
}

// MARK: - The pool

/// Blocks of memory that nobody uses at the moment, by size class.
///
/// There are four classes to a power of two, so a block is at most a quarter larger than what was asked for. New blocks are
/// cut from slabs.
///
/// Compiled with CHECKED_BUFFERS there is no pool, so that the address sanitizer sees where every buffer ends and when it is
/// gone: a block has exactly what was asked for, is not a number anywhere until it is written, and is never used again.
private struct Pool: ~Copyable {
  /// A block that nobody uses, and so nobody else's.
  private struct Block: @unchecked Sendable { let start: MutableFloats }
  /// The blocks that nobody uses, and what new ones are cut from.
  private struct Stock {
    var free: [Int: [Block]] = [:]
    var slab = Slab()
  }

  private let stock = Mutex(Stock())

  /// The smallest size class, in floats, that holds a count.
  private func sizeClass(_ count: Int) -> Int {
    guard count > 64 else { return 64 }
    let step = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount - 3)
    return (count + step - 1) & -step
  }

  func take(_ count: Int) -> MutableFloats {
    #if CHECKED_BUFFERS
    let exact = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
    let floats = exact.bindMemory(to: Float.self, capacity: count)
    floats.initialize(repeating: .nan, count: count)
    return floats
    #else
    let size = sizeClass(count)
    return stock.withLock { stock in
      if let block = stock.free[size]?.popLast() { return block }
      return Block(start: stock.slab.cut(4 * size).bindMemory(to: Float.self, capacity: size))
    }.start
    #endif
  }

  func giveBack(_ start: MutableFloats, _ count: Int) {
    #if CHECKED_BUFFERS
    start.deallocate()
    #else
    let block = Block(start: start)
    stock.withLock { $0.free[sizeClass(count), default: []].append(block) }
    #endif
  }
}

/// Memory that blocks are cut from, one behind the other.
///
/// Linux is asked for huge pages, of 2 MB: weights, activations and what is between them take tens of thousands of pages
/// of 4 kB, and the processor knows the places of a few thousand.
private struct Slab {
  #if os(Linux)
  /// The bytes of a slab.
  private static let size = 32 << 20
  private static let hugePage = 2 << 20
  /// Where the next block begins.
  private var next: UnsafeMutableRawPointer?
  /// The bytes that are left from there on.
  private var rest = 0

  /// So many bytes, a multiple of 64, which begin at one.
  mutating func cut(_ bytes: Int) -> UnsafeMutableRawPointer {
    // What is large has pages of its own, so that at most a quarter of a slab is left over.
    if bytes > Slab.size / 4 { return hugePages((bytes + Slab.hugePage - 1) & -Slab.hugePage) }
    let start: UnsafeMutableRawPointer
    if let next, bytes <= rest { start = next } else { (start, rest) = (hugePages(Slab.size), Slab.size) }
    (next, rest) = (start + bytes, rest - bytes)
    return start
  }

  /// So many bytes, a multiple of a huge page; a system that has none of them to give goes on with small ones.
  private func hugePages(_ bytes: Int) -> UnsafeMutableRawPointer {
    let start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Slab.hugePage)
    _ = madvise(start, bytes, MADV_HUGEPAGE)
    return start
  }
  #else
  /// So many bytes that begin at a multiple of 64.
  func cut(_ bytes: Int) -> UnsafeMutableRawPointer { .allocate(byteCount: bytes, alignment: 64) }
  #endif
}

private let pool = Pool()
