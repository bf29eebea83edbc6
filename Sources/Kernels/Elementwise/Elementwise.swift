import Threads

/// The floats of a piece of elementwise work: 64 KB, a whole number of vectors, too little to be worth a second thread.
@inline(__always) var pieceLength: Int { 16_384 }

/// Cuts floats into pieces and visits the start of every vector of each.
///
/// The last vector may reach up to fifteen floats beyond the count: a buffer has that many to spare.
@inline(__always)
func forEachVector(_ count: Int, _ body: (Int) -> Void) {
  parallelForUnchecked((count + pieceLength - 1) / pieceLength) { piece in
    let end = min(count, (piece + 1) * pieceLength)
    var index = piece * pieceLength
    while index < end {
      body(index)
      index += lanes
    }
  }
}

/// A buffer of f(x).
@inline(__always)
func map(_ x: Buffer, _ f: (Vector) -> Vector) -> Buffer {
  let result = Buffer(uninitialized: x.count)
  let x = x.start, to = result.start
  forEachVector(result.count) { store(f(load(x + $0)), to + $0) }
  return result
}

/// A buffer of f(x, y).
@inline(__always)
func map(_ x: Buffer, _ y: Buffer, _ f: (Vector, Vector) -> Vector) -> Buffer {
  requireCount(y, x.count)
  let result = Buffer(uninitialized: x.count)
  let x = x.start, y = y.start, to = result.start
  forEachVector(result.count) { store(f(load(x + $0), load(y + $0)), to + $0) }
  return result
}

/// Stops where a buffer isn't as long as the shape says.
@inline(__always)
func requireCount(_ buffer: Buffer, _ count: Int, _ function: StaticString = #function) {
  guard buffer.count == count else {
    fatalError("\(function): \(buffer.count) floats where \(count) are due")
  }
}

// MARK: - Sums and products

/// x + y.
public func sum(_ x: Buffer, _ y: Buffer) -> Buffer { map(x, y) { $0 + $1 } }

/// x − y.
public func difference(_ x: Buffer, _ y: Buffer) -> Buffer { map(x, y) { $0 - $1 } }

/// x · y, float by float.
public func product(_ x: Buffer, _ y: Buffer) -> Buffer { map(x, y) { $0 * $1 } }

/// x / y, float by float.
public func quotient(_ x: Buffer, _ y: Buffer) -> Buffer { map(x, y) { $0 / $1 } }

/// x · factor.
public func scaled(_ x: Buffer, by factor: Float) -> Buffer {
  let factor = Vector(repeating: factor)
  return map(x) { $0 * factor }
}

/// x + offset.
public func shifted(_ x: Buffer, by offset: Float) -> Buffer {
  let offset = Vector(repeating: offset)
  return map(x) { $0 + offset }
}

/// a x + b y, where b y is rounded and then the whole; the same bits as `sum` for a = b = 1.
public func combination(_ a: Float, _ x: Buffer, _ b: Float, _ y: Buffer) -> Buffer {
  guard a != 1 || b != 1 else { return sum(x, y) }
  let a = Vector(repeating: a), b = Vector(repeating: b)
  return map(x, y) { fused(a, $0, plus: b * $1) }
}

/// Adds x to a sum, in place where nobody else holds the sum's buffer.
public func add(_ x: Buffer, into sum: inout Buffer) {
  requireCount(x, sum.count)
  guard isKnownUniquelyReferenced(&sum) else {
    sum = map(sum, x) { $0 + $1 }
    return
  }
  sum.forgetArrangements()
  let from = x.start, to = sum.start
  forEachVector(x.count) { store(load(to + $0) + load(from + $0), to + $0) }
}

/// The nearest number of an interval; NaN stays NaN.
public func clamped(_ x: Buffer, to interval: ClosedRange<Float>) -> Buffer {
  let low = interval.lowerBound, high = interval.upperBound
  return map(x) { lesser(greater($0, low), high) }
}

/// x².
public func squared(_ x: Buffer) -> Buffer { map(x) { $0 * $0 } }

/// √x, rounded correctly (tried for every mantissa); NaN below 0.
public func squareRoot(_ x: Buffer) -> Buffer { map(x) { squareRoot($0) } }

// MARK: - Elementary functions

/// eˣ: ∞ from 88.73 on, 0 below −103.97.
///
/// Largest error on 27 million arguments: 0.88 ulp.
public func exponential(_ x: Buffer) -> Buffer { map(x) { exp($0) } }

/// ln x: −∞ at 0, NaN below.
///
/// Largest error on 22 million arguments, all between ½ and 2 among them: 0.92 ulp.
public func logarithm(_ x: Buffer) -> Buffer { map(x) { log($0) } }
