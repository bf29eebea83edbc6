extension Preflight {
  /// Why a training should not begin.
  package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found.
    package let findings: [Finding]

    /// The findings in one line.
    package var description: String { findings.map(\.description).joined(separator: "; ") }
  }

  /// Refuses a training in which something is wrong.
  ///
  /// - Throws: All that was found.
  package func requireNothingWrong() throws(Refusal) {
    guard findings.isEmpty else { throw Refusal(findings: findings) }
  }
}
