import Deterministic

extension Purpose {
  /// The shape of a synthetic digit: slant, scale, shift, thickness, wobble.
  package static let drawing = Purpose(rawValue: 1)
}
