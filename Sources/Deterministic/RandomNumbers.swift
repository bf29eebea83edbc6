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
  /// Which numbers dropout sets to 0 in a training step.
  case dropout = 5
  /// A network's weights before training.
  case initialization = 6
  /// The timestep of a training sample.
  case trainingTimestep = 7
  /// The noise ε of a training sample.
  case trainingNoise = 8
  /// The noise x_T that sampling begins with.
  case startingNoise = 9
  /// The order in which an epoch of training shows a finite list of samples.
  case order = 10
  /// Which members of a set are drawn again, to learn how far a number that was made of the set can be trusted.
  case resampling = 11
  /// The timestep at which an image is looked at for a stratum of the bound.
  case boundTimestep = 12
  /// The noise z of a Langevin step, which corrects a sample at its noise level.
  case correction = 13
  /// The signs of the direction in which a divergence is estimated.
  case probe = 14
  /// Where in its gray level a pixel lies, when levels are made real numbers.
  case dequantization = 15
}

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
/// let epsilon = random.normal(.jump, step: 500, sample: 17, element: 3)
/// ```
public struct RandomNumbers: Sendable {
  /// The seed; every result of a chapter is a function of it.
  public let seed: UInt64

  /// Creates the numbers that belong to a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// A number drawn uniformly from [0, 1).
  public func uniform(_ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = uniformPair(counter(purpose, step, sample, element))
    return element % 2 == 0 ? pair.first : pair.second
  }

  /// A number drawn from N(0, 1).
  public func normal(_ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = normalPair(counter(purpose, step, sample, element))
    return element % 2 == 0 ? pair.first : pair.second
  }

  /// The normals of elements first, first + 1, …, first + count − 1: the numbers that `normal` gives one by one, two
  /// for the price of one.
  ///
  /// - Parameters:
  ///   - purpose: What the numbers are for.
  ///   - step: The timestep or training step they belong to.
  ///   - sample: The sample they belong to.
  ///   - first: The first element; even, where a block begins.
  ///   - count: How many, 0 or more.
  /// - Returns: The numbers.
  public func normals(
    _ purpose: Purpose, step: Int = 0, sample: Int = 0, from first: Int = 0, count: Int
  ) -> [Double] {
    pairs(purpose, step, sample, from: first, count: count, normalPair)
  }

  /// The uniforms of elements first, first + 1, …, first + count − 1: the numbers that `uniform` gives one by one.
  ///
  /// - Parameters:
  ///   - purpose: What the numbers are for.
  ///   - step: The timestep or training step they belong to.
  ///   - sample: The sample they belong to.
  ///   - first: The first element; even, where a block begins.
  ///   - count: How many, 0 or more.
  /// - Returns: The numbers.
  public func uniforms(
    _ purpose: Purpose, step: Int = 0, sample: Int = 0, from first: Int = 0, count: Int
  ) -> [Double] {
    pairs(purpose, step, sample, from: first, count: count, uniformPair)
  }

  /// The numbers of neighboring elements, a pair from each block.
  private func pairs(
    _ purpose: Purpose, _ step: Int, _ sample: Int, from first: Int, count: Int,
    _ pair: (SIMD4<UInt32>) -> (first: Double, second: Double)
  ) -> [Double] {
    guard first % 2 == 0 else {
      fatalError("RandomNumbers: numbers from element \(first); a block begins at an even one")
    }
    guard count > 0 else {
      guard count == 0 else { fatalError("RandomNumbers: a count of \(count) numbers") }
      return []
    }
    _ = counter(purpose, step, sample, first + count - 1)  // the last element has an address, so all have
    var address = counter(purpose, step, sample, first)
    var values = [Double]()
    values.reserveCapacity(count)
    for _ in 0..<count / 2 {
      let two = pair(address)
      values.append(two.first)
      values.append(two.second)
      address.x &+= 1
    }
    if count % 2 == 1 { values.append(pair(address).first) }
    return values
  }

  /// A whole number drawn uniformly from 0..<bound.
  ///
  /// It is ⌊u · bound⌋ of the address's uniform u, which never rounds up to `bound` itself: (1 − 2⁻⁵³) · bound lies
  /// at least half an ulp below it.
  ///
  /// - Parameters:
  ///   - bound: From 1 to 2³², so that no value is favored by more than 2⁻²¹ of its share.
  ///   - purpose: What the number is for.
  ///   - step: The timestep or training step it belongs to.
  ///   - sample: The sample it belongs to.
  ///   - element: Which number of that sample.
  /// - Returns: The number.
  public func index(
    below bound: Int, _ purpose: Purpose, step: Int = 0, sample: Int = 0, element: Int = 0
  ) -> Int {
    guard bound >= 1, UInt64(bound) <= 1 << 32 else {
      fatalError("RandomNumbers: an index below \(bound); the bound is from 1 to 2^32")
    }
    return Int(uniform(purpose, step: step, sample: sample, element: element) * Double(bound))
  }

  /// Philox's counter for the block that holds an element: (element / 2, sample, step, purpose).
  ///
  /// A part of an address that is negative or too large stops the program: wrapped around, it would silently
  /// be another number's address.
  private func counter(_ purpose: Purpose, _ step: Int, _ sample: Int, _ element: Int) -> SIMD4<UInt32> {
    guard
      let pair = UInt32(exactly: element >> 1),  // −1 >> 1 is −1: a negative element stays negative
      let sampleWord = UInt32(exactly: sample),
      let stepWord = UInt32(exactly: step)
    else {
      fatalError(
        "RandomNumbers: no number at step \(step), sample \(sample), element \(element); "
          + "each is at least 0, step and sample below 2^32, element below 2^33")
    }
    return SIMD4(pair, sampleWord, stepWord, purpose.rawValue)
  }

  /// The two uniforms of a block: the upper 53 bits of its halves, as multiples of 2⁻⁵³ in [0, 1).
  private func uniformPair(_ counter: SIMD4<UInt32>) -> (first: Double, second: Double) {
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let words = Philox.block(counter: counter, key: key)
    let first = UInt64(words.y) << 32 | UInt64(words.x)
    let second = UInt64(words.w) << 32 | UInt64(words.z)
    return (Double(first >> 11) * 0x1p-53, Double(second >> 11) * 0x1p-53)
  }

  /// The two normals of a block (Box and Muller 1958): √(−2 ln(1 − u)) · (cos 2πv, sin 2πv).
  ///
  /// 1 − u is exact and never 0, so the radius is finite: at most √(106 ln 2) = 8.57.
  private func normalPair(_ counter: SIMD4<UInt32>) -> (first: Double, second: Double) {
    let (u, v) = uniformPair(counter)
    let radius = (-2 * log(1 - u)).squareRoot()
    let (sin, cos) = sinAndCos(2 * Double.pi * v)
    return (radius * cos, radius * sin)
  }
}
