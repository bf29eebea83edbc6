extension SplitMix64 {
  /// A number in an interval, evenly.
  package mutating func number(_ interval: ClosedRange<Double> = -2...2) -> Double {
    interval.lowerBound + (interval.upperBound - interval.lowerBound) * Double(next() >> 11) * 0x1p-53
  }

  /// Floats in an interval, evenly.
  package mutating func floats(_ count: Int, in interval: ClosedRange<Double> = -2...2) -> [Float] {
    (0..<count).map { _ in Float(number(interval)) }
  }

  /// A whole number in a range.
  package mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// One of some things.
  package mutating func one<Thing>(of things: [Thing]) -> Thing { things[whole(0...things.count - 1)] }
}
