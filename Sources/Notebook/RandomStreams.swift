import Deterministic

/// The random numbers of a chapter, by the name of what they are for.
///
/// A name is a purpose of its own; a table gives names to addresses that were in use before they had one. Two names of
/// a table that share a number stop the chapter at its first line.
///
/// ```swift
/// let random = RandomStreams(seed: 2020)
/// let z = random["steps of the chains"].normals(step: 7, count: 1000)
/// ```
package struct RandomStreams: Sendable {
  /// The numbers of the seed, for what has purposes of its own: training, sampling by number.
  package let numbers: RandomNumbers

  private let regions: [String: RandomRegion]

  /// Creates the streams of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed; every result of a chapter is a function of it.
  ///   - regions: The addresses of names that do not simply stand for themselves.
  package init(seed: UInt64, _ regions: KeyValuePairs<String, RandomRegion> = [:]) {
    for (index, (name, region)) in regions.enumerated() {
      for (other, taken) in regions.prefix(index) where name == other || region.overlaps(taken) {
        fatalError("RandomStreams: “\(name)” and “\(other)” would get the same numbers")
      }
    }
    numbers = RandomNumbers(seed: seed)
    self.regions = Dictionary(uniqueKeysWithValues: regions.map { ($0.key, $0.value) })
  }

  /// The numbers that belong to a name.
  package subscript(name: String) -> RandomStream {
    numbers[regions[name] ?? RandomRegion(Purpose(named: name))]
  }
}
