import Threads

// Sums over all floats of a buffer, in Double.
//
// Their order is fixed by the count: blocks of 4096 floats, sixteen lanes in each, the lanes of a block and then the
// blocks added one after another. A product of two floats is exact as a Double, so that what is rounded is only the sum.

/// The floats of a block.
@inline(__always) private var blockLength: Int { 4096 }

/// Sixteen Doubles, which the sums of a block are kept in.
private struct DoubleLanes {
  var low = SIMD8<Double>()
  var high = SIMD8<Double>()

  @inline(__always)
  mutating func add(_ x: Vector) {
    low += SIMD8<Double>(x.lowHalf)
    high += SIMD8<Double>(x.highHalf)
  }

  @inline(__always)
  mutating func add(product x: Vector, _ y: Vector) {
    low.addProduct(SIMD8<Double>(x.lowHalf), SIMD8<Double>(y.lowHalf))
    high.addProduct(SIMD8<Double>(x.highHalf), SIMD8<Double>(y.highHalf))
  }

  /// The sum of the lanes: halves, quarters, eighths.
  var sum: Double {
    let eight = low + high
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

/// Sums what each vector adds to the lanes; `body` is given the vector's place, and a last vector that is not whole has
/// its lanes beyond the count set to 0 by the `cut` it is given.
@inline(__always)
private func blockwise(_ count: Int, _ body: (inout DoubleLanes, Int, _ cut: (Vector) -> Vector) -> Void)
  -> Double
{
  let blocks = (count + blockLength - 1) / blockLength
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, blocks)) { sums in
    guard let sums = sums.baseAddress else { return 0 }
    // Eight blocks make a piece: one alone is done sooner than it is handed out.
    parallelForUnchecked((blocks + 7) / 8) { piece in
      for block in piece * 8..<min(blocks, piece * 8 + 8) {
        var lanesOfBlock = DoubleLanes()
        let end = min(count, (block + 1) * blockLength)
        var index = block * blockLength
        while index + lanes <= end {
          body(&lanesOfBlock, index) { $0 }
          index += lanes
        }
        if index < end { body(&lanesOfBlock, index) { keep($0, first: end - index, else: 0) } }
        sums[block] = lanesOfBlock.sum
      }
    }
    var total = 0.0
    for block in 0..<blocks { total += sums[block] }
    return total
  }
}

/// The numbers of the lanes.
@inline(__always)
private var laneNumbers: Vector { Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

/// The first `count` lanes, 0…16, and another number in the rest.
@inline(__always)
func keep(_ vector: Vector, first count: Int, else other: Float) -> Vector {
  Vector(repeating: other).replacing(with: vector, where: laneNumbers .< Vector(repeating: Float(count)))
}

/// Σ xᵢ.
public func sum(of x: Buffer) -> Double {
  let from = x.start
  return blockwise(x.count) { sums, index, cut in sums.add(cut(load(from + index))) }
}

/// Σ xᵢ².
public func sumOfSquares(of x: Buffer) -> Double { dot(x, x) }

/// Σ (xᵢ − yᵢ)², where the difference is a float.
public func sumOfSquaredDifferences(_ x: Buffer, _ y: Buffer) -> Double {
  requireCount(y, x.count)
  let a = x.start, b = y.start
  return blockwise(x.count) { sums, index, cut in
    let difference = cut(load(a + index) - load(b + index))
    sums.add(product: difference, difference)
  }
}

/// Σ xᵢ yᵢ.
public func dot(_ x: Buffer, _ y: Buffer) -> Double {
  requireCount(y, x.count)
  let a = x.start, b = y.start
  return blockwise(x.count) { sums, index, cut in
    sums.add(product: cut(load(a + index)), cut(load(b + index)))
  }
}

/// The largest float, −∞ of none; NaN is passed over.
public func maximum(_ x: Buffer) -> Float {
  let from = x.start
  var largest = Vector(repeating: -.infinity)
  forEachVector(in: 0..<x.count) { index, count in
    largest = greater(largest, keep(load(from + index), first: count, else: -.infinity))
  }
  return maximumOfLanes(largest)
}

/// Whether every float is finite: neither infinite nor NaN.
public func isFinite(_ x: Buffer) -> Bool {
  let from = x.start
  // x − x is 0 for a finite x, else NaN; and NaN stays in a sum.
  var sum = Vector()
  forEachVector(in: 0..<x.count) { index, count in
    let some = keep(load(from + index), first: count, else: 0)
    sum += some - some
  }
  return sumOfLanes(sum) == 0
}

/// The sum of the lanes: halves, quarters, eighths.
@inline(__always)
func sumOfLanes(_ x: Vector) -> Float {
  let eight = x.lowHalf + x.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The largest lane.
@inline(__always)
func maximumOfLanes(_ x: Vector) -> Float {
  let eight = x.lowHalf.replacing(with: x.highHalf, where: x.highHalf .> x.lowHalf)
  let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
  let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
  return two.x < two.y ? two.y : two.x
}
