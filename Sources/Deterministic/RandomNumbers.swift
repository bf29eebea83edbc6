/// What a random number is for: one word of its address, so that no two uses ever share a number.
///
/// Append only: a case that changed its number would change every result that was ever committed.
public enum Purpose: UInt32, Sendable, CaseIterable {
  /// Draws from a data distribution (two-dimensional toys, which digit, which mixture component).
  case data = 0
  /// The shape of a drawn digit: slant, scale, shift, thickness, wobble.
  case drawing = 1
  /// The noise of one forward step, q(x_t | x_{t−1}).
  case forwardStep = 2
  /// The noise ε of a closed-form jump, q(x_t | x_0).
  case jump = 3
  /// The noise z of a reverse step.
  case reverseStep = 4
}

/// Random numbers addressed by (purpose, step, sample, element) under a seed, the same bits on every machine.
///
/// Philox is given the counter (element / 2, sample, step, purpose) and the two halves of the seed as its
/// key. A block holds two 53-bit uniforms and, by Box and Muller's transform, two normals; an element takes
/// number `element % 2`. Nothing is remembered between draws: sample 17 is the same whether it is drawn
/// first, last, alone or on another thread.
///
/// ```swift
/// let random = RandomNumbers(seed: 2020)
/// let epsilon = random.normal(.jump, step: 500, sample: 17, element: 3)
/// ```
public struct RandomNumbers: Sendable {
  /// The seed; every result of a chapter is a function of it.
  public let seed: UInt64

  /// Creates the numbers that belong to a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// The two uniforms in [0, 1) of a block: multiples of 2⁻⁵³.
  @usableFromInline
  func uniformPair(_ purpose: Purpose, _ step: Int, _ sample: Int, _ pair: Int) -> (Double, Double) {
    let words = Philox.block(
      counter: SIMD4(UInt32(pair), UInt32(sample), UInt32(step), purpose.rawValue),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    let first = UInt64(words.y) << 32 | UInt64(words.x)
    let second = UInt64(words.w) << 32 | UInt64(words.z)
    return (Double(first >> 11) * 0x1p-53, Double(second >> 11) * 0x1p-53)
  }

  /// The two normals of a block (Box and Muller 1958): √(−2 ln(1−u)) · (cos 2πv, sin 2πv).
  @usableFromInline
  func normalPair(_ purpose: Purpose, _ step: Int, _ sample: Int, _ pair: Int) -> (Double, Double) {
    let (u, v) = uniformPair(purpose, step, sample, pair)
    let radius = (-2 * log(1 - u)).squareRoot()
    let angle = 2 * Double.pi * v
    return (radius * cos(angle), radius * sin(angle))
  }

  /// A number drawn uniformly from [0, 1).
  public func uniform(_ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = uniformPair(purpose, step, sample, element / 2)
    return element % 2 == 0 ? pair.0 : pair.1
  }

  /// A number drawn from N(0, 1).
  public func normal(_ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = normalPair(purpose, step, sample, element / 2)
    return element % 2 == 0 ? pair.0 : pair.1
  }

  /// The normals of elements 0, 1, …, count − 1, two for the price of one.
  public func normals(_ purpose: Purpose, step: Int = 0, sample: Int = 0, count: Int) -> [Double] {
    var values = [Double]()
    values.reserveCapacity(count + 1)
    for pair in 0..<(count + 1) / 2 {
      let (first, second) = normalPair(purpose, step, sample, pair)
      values.append(first)
      values.append(second)
    }
    if count % 2 == 1 { values.removeLast() }
    return values
  }

  /// A whole number drawn uniformly from 0..<bound.
  ///
  /// - Parameter bound: At most 2³², so that no value is favoured by more than 2⁻²¹ of its share.
  public func index(
    below bound: Int, _ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0
  ) -> Int {
    Int(uniform(purpose, step: step, sample: sample, element: element) * Double(bound))
  }
}
