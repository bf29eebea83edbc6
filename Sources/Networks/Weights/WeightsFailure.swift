/// What keeps weights from being those of a network: names that it wants or does not know, and shapes.
public struct WeightsFailure: Error, Equatable, Sendable {
  /// A tensor of another shape than the network's.
  public struct Mismatch: Equatable, Sendable {
    /// The tensor's name.
    public let name: String
    /// The shape that the network has.
    public let expected: [Int]
    /// The shape that was found.
    public let found: [Int]

    /// Creates a mismatch.
    public init(name: String, expected: [Int], found: [Int]) {
      self.name = name
      self.expected = expected
      self.found = found
    }
  }

  /// Names of the network that are not among the weights.
  public let missing: [String]
  /// Names of weights that the network does not have.
  public let unknown: [String]
  /// Weights of another shape.
  public let misshaped: [Mismatch]

  /// Creates a failure from its three parts.
  public init(missing: [String] = [], unknown: [String] = [], misshaped: [Mismatch] = []) {
    self.missing = missing
    self.unknown = unknown
    self.misshaped = misshaped
  }
}

extension WeightsFailure: CustomStringConvertible {
  /// The failure in one line; long lists are cut.
  public var description: String { "expected \(expected), found \(found)" }

  /// What would have been right, as a phrase.
  public var expected: String {
    let shapes = misshaped.map { "\"\($0.name)\" of the shape \($0.expected)" }
    let names = missing.map { "\"\($0)\"" }
    return names.isEmpty && shapes.isEmpty ? "no tensor but the network's" : listed(names + shapes)
  }

  /// What is there, as a phrase.
  public var found: String {
    let shapes = misshaped.map { "\"\($0.name)\" of the shape \($0.found)" }
    let names = unknown.map { "\"\($0)\", which the network does not have" }
    let all = (missing.isEmpty ? [] : ["\(missing.count) missing"]) + shapes + names
    return listed(all)
  }
}

/// The first of a list of phrases.
private func listed(_ phrases: [String]) -> String {
  let shown = phrases.prefix(4).joined(separator: "; ")
  return phrases.count > 4 ? "\(shown); and \(phrases.count - 4) more" : shown
}
