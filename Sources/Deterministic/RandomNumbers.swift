/// Random numbers addressed by (purpose, step, sample, element) under a seed, the same bits on every machine.
///
/// Philox is given the counter (element / 2, sample, step, purpose) and the two halves of the seed as its
/// key. A block holds two 53-bit uniforms and, by Box and Muller's transform, two normals; an element takes
/// number `element % 2`. Nothing is remembered between draws: sample 17 is the same whether it is drawn
/// first, last, alone or on another thread.
///
/// A block serves two uniforms or two normals, never one of each: either normal is made of both uniforms, so
/// a uniform beside a normal would share its bits and not be independent of it.
///
/// ```swift
/// let random = RandomNumbers(seed: 2020)
/// let epsilon = random[.jump].normal(step: 500, sample: 17, element: 3)
/// ```
public struct RandomNumbers: Sendable {
  /// The seed; every result of a chapter is a function of it.
  public let seed: UInt64

  /// Creates the numbers that belong to a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// The numbers of one purpose.
  public subscript(purpose: Purpose) -> RandomStream { self[RandomRegion(purpose)] }

  /// The numbers of a part of a purpose's addresses, counted from that part's beginning.
  public subscript(region: RandomRegion) -> RandomStream { RandomStream(of: self, region) }

  /// The two uniforms of a block: the upper 53 bits of its halves, as multiples of 2⁻⁵³ in [0, 1).
  func uniformPair(_ counter: SIMD4<UInt32>) -> (first: Double, second: Double) {
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let words = Philox.block(counter: counter, key: key)
    let first = UInt64(words.y) << 32 | UInt64(words.x)
    let second = UInt64(words.w) << 32 | UInt64(words.z)
    return (Double(first >> 11) * 0x1p-53, Double(second >> 11) * 0x1p-53)
  }

  /// The two normals of a block (Box and Muller 1958): √(−2 ln(1 − u)) · (cos 2πv, sin 2πv).
  ///
  /// 1 − u is exact and never 0, so the radius is finite: at most √(106 ln 2) = 8.57.
  func normalPair(_ counter: SIMD4<UInt32>) -> (first: Double, second: Double) {
    let (u, v) = uniformPair(counter)
    let radius = (-2 * log(1 - u)).squareRoot()
    let (sin, cos) = sinAndCos(2 * Double.pi * v)
    return (radius * cos, radius * sin)
  }
}
