import Deterministic

/// How evenly a set is spread over the classes, the ten digits.
package struct ClassShares: Equatable, Sendable {
  /// How many of the set belong to each class.
  package let counts: [Int]

  /// Counts classes.
  ///
  /// - Parameters:
  ///   - classes: The class of each of the set, one or more, from 0.
  ///   - classCount: K, how many classes there are.
  package init(of classes: [Int], classCount: Int = 10) {
    guard !classes.isEmpty, classCount >= 2 else {
      fatalError("ClassShares: \(classes.count) members of \(classCount) classes")
    }
    var counts = [Int](repeating: 0, count: classCount)
    for one in classes {
      guard counts.indices.contains(one) else { fatalError("ClassShares: class \(one) of \(classCount)") }
      counts[one] += 1
    }
    self.counts = counts
  }

  /// Counts the digits of verdicts.
  package init(of verdicts: [Verdict]) { self.init(of: verdicts.map(\.digit)) }

  /// The share of each class, from 0 to 1.
  package var shares: [Double] {
    let total = Double(counts.reduce(0, +))
    return counts.map { Double($0) / total }
  }

  /// The entropy −Σ p ln p in nats: ln K where all classes are equally frequent, 0 where there is only one.
  package var entropy: Double { -shares.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 } }

  /// The entropy as a share of its largest value, ln K.
  package var evenness: Double { entropy / log(Double(counts.count)) }
}

extension Sequence<Verdict> {
  /// How many of the verdicts are surer than a probability, as a share of all.
  package func share(surerThan probability: Double) -> Double {
    var (sure, all) = (0, 0)
    for verdict in self {
      all += 1
      if verdict.confidence > probability { sure += 1 }
    }
    guard all > 0 else { fatalError("no verdicts have no share that is sure") }
    return Double(sure) / Double(all)
  }
}
