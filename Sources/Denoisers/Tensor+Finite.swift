import Tensors

/// Numbers that should be finite, and of which one is not.
public struct NotFinite: Error, CustomStringConvertible, Sendable {
  /// What the numbers are, such as "the samples".
  public let name: String

  /// One line that says what was expected and what was found.
  public var description: String { "\(name): expected finite numbers, found one that is not" }
}

extension Tensor {
  /// The tensor itself, where all its numbers are finite.
  ///
  /// A network that has not learned much, or a schedule that falls too steeply, can lead a sampler out of what a Float holds.
  ///
  /// - Parameter name: What the numbers are, for the failure.
  /// - Returns: The tensor.
  /// - Throws: `NotFinite` where one is infinite or no number.
  public func requiringFinite(_ name: String) throws(NotFinite) -> Tensor {
    guard isFinite else { throw NotFinite(name: name) }
    return self
  }
}
