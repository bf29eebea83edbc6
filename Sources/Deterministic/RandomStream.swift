/// A rectangle of addresses: some of the steps and samples of one purpose.
public struct RandomRegion: Sendable {
  /// What the numbers are for.
  public let purpose: Purpose
  /// The step and the sample that its own step 0 and sample 0 stand for.
  ///
  /// (A count of 2³² does not fit into the Int of WebAssembly.)
  public let firstStep, firstSample: Int64
  /// How many steps and samples it has.
  public let stepCount, sampleCount: Int64

  /// Creates a region; by default all steps and samples of a purpose.
  ///
  /// - Parameters:
  ///   - purpose: What the numbers are for.
  ///   - firstStep: The step that the region's step 0 stands for.
  ///   - stepCount: How many steps it has; by default all that follow.
  ///   - firstSample: The sample that the region's sample 0 stands for.
  ///   - sampleCount: How many samples it has; by default all that follow.
  public init(
    _ purpose: Purpose, firstStep: Int = 0, stepCount: Int? = nil, firstSample: Int = 0,
    sampleCount: Int? = nil
  ) {
    self.purpose = purpose
    self.firstStep = Int64(firstStep)
    self.firstSample = Int64(firstSample)
    self.stepCount = stepCount.map { Int64($0) } ?? Self.addressCount - Int64(firstStep)
    self.sampleCount = sampleCount.map { Int64($0) } ?? Self.addressCount - Int64(firstSample)
    guard
      Self.isPart(self.firstStep, self.stepCount), Self.isPart(self.firstSample, self.sampleCount)
    else {
      fatalError(
        "RandomRegion: \(self.stepCount) steps from \(firstStep), \(self.sampleCount) samples from "
          + "\(firstSample); each is at least 0 and ends at or before 2^32")
    }
  }

  /// Steps and samples are counted in 32 bits.
  static var addressCount: Int64 { 1 << 32 }

  private static func isPart(_ first: Int64, _ count: Int64) -> Bool {
    first >= 0 && count >= 0 && first <= addressCount && count <= addressCount - first
  }

  /// Whether a number belongs to both regions.
  public func overlaps(_ other: RandomRegion) -> Bool {
    purpose == other.purpose
      && (firstStep..<firstStep + stepCount).overlaps(other.firstStep..<other.firstStep + other.stepCount)
      && (firstSample..<firstSample + sampleCount).overlaps(
        other.firstSample..<other.firstSample + other.sampleCount)
  }
}

/// The random numbers of one use, addressed by (step, sample, element).
///
/// ```swift
/// let noise = random[.reverseStep]
/// let z = noise.normals(step: 500, sample: 17, count: 784)
/// ```
public struct RandomStream: Sendable {
  /// The numbers of the seed.
  private let numbers: RandomNumbers
  /// The addresses that are this stream's.
  private let region: RandomRegion

  init(of numbers: RandomNumbers, _ region: RandomRegion) {
    self.numbers = numbers
    self.region = region
  }

  /// A number drawn uniformly from [0, 1).
  public func uniform(step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = numbers.uniformPair(counter(step, sample, element))
    return element % 2 == 0 ? pair.first : pair.second
  }

  /// A number drawn from N(0, 1).
  public func normal(step: Int = 0, sample: Int = 0, element: Int = 0) -> Double {
    let pair = numbers.normalPair(counter(step, sample, element))
    return element % 2 == 0 ? pair.first : pair.second
  }

  /// The normals of elements first, first + 1, …, first + count − 1: the numbers that `normal` gives one by one, two
  /// for the price of one.
  ///
  /// - Parameters:
  ///   - step: The timestep or training step they belong to.
  ///   - sample: The sample they belong to.
  ///   - first: The first element; even, where a block begins.
  ///   - count: How many, 0 or more.
  /// - Returns: The numbers.
  public func normals(step: Int = 0, sample: Int = 0, from first: Int = 0, count: Int) -> [Double] {
    pairs(step, sample, from: first, count: count, numbers.normalPair)
  }

  /// The uniforms of elements first, first + 1, …, first + count − 1: the numbers that `uniform` gives one by one.
  ///
  /// - Parameters:
  ///   - step: The timestep or training step they belong to.
  ///   - sample: The sample they belong to.
  ///   - first: The first element; even, where a block begins.
  ///   - count: How many, 0 or more.
  /// - Returns: The numbers.
  public func uniforms(step: Int = 0, sample: Int = 0, from first: Int = 0, count: Int) -> [Double] {
    pairs(step, sample, from: first, count: count, numbers.uniformPair)
  }

  /// A whole number drawn uniformly from 0..<bound.
  ///
  /// It is ⌊u · bound⌋ of the address's uniform u, which never rounds up to `bound` itself: (1 − 2⁻⁵³) · bound lies
  /// at least half an ulp below it.
  ///
  /// - Parameters:
  ///   - bound: From 1 to 2³², so that no value is favored by more than 2⁻²¹ of its share.
  ///   - step: The timestep or training step it belongs to.
  ///   - sample: The sample it belongs to.
  ///   - element: Which number of that sample.
  /// - Returns: The number.
  public func index(below bound: Int, step: Int = 0, sample: Int = 0, element: Int = 0) -> Int {
    guard bound >= 1, UInt64(bound) <= 1 << 32 else {
      fatalError("RandomNumbers: an index below \(bound); the bound is from 1 to 2^32")
    }
    return Int(uniform(step: step, sample: sample, element: element) * Double(bound))
  }

  /// The numbers of neighboring elements, a pair from each block.
  private func pairs(
    _ step: Int, _ sample: Int, from first: Int, count: Int,
    _ pair: (SIMD4<UInt32>) -> (first: Double, second: Double)
  ) -> [Double] {
    guard first % 2 == 0 else {
      fatalError("RandomNumbers: numbers from element \(first); a block begins at an even one")
    }
    guard count > 0 else {
      guard count == 0 else { fatalError("RandomNumbers: a count of \(count) numbers") }
      return []
    }
    _ = counter(step, sample, first + count - 1)  // the last element has an address, so all have
    var address = counter(step, sample, first)
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

  /// Philox's counter for the block that holds an element: (element / 2, sample, step, purpose).
  ///
  /// An address that does not exist or is not this stream's stops the program: it would silently be another use's.
  private func counter(_ step: Int, _ sample: Int, _ element: Int) -> SIMD4<UInt32> {
    guard
      step >= 0, Int64(step) < region.stepCount, sample >= 0, Int64(sample) < region.sampleCount,
      let pair = UInt32(exactly: element >> 1)  // −1 >> 1 is −1: a negative element stays negative
    else {
      fatalError(
        "RandomNumbers: no number at step \(step), sample \(sample), element \(element); each is at least 0, "
          + "step below \(region.stepCount), sample below \(region.sampleCount), element below 2^33")
    }
    return SIMD4(
      pair, UInt32(region.firstSample + Int64(sample)), UInt32(region.firstStep + Int64(step)),
      region.purpose.rawValue)
  }
}
