extension Preflight {
  /// Why a training should not begin.
  public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found.
    public let findings: [Finding]

    /// The findings in one line.
    public var description: String { findings.map(\.description).joined(separator: "; ") }
  }

  /// Refuses a training in which something is wrong.
  ///
  /// - Throws: All that was found.
  public func requireNothingWrong() throws(Refusal) {
    guard findings.isEmpty else { throw Refusal(findings: findings) }
  }
}
