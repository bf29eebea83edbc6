import Deterministic

extension Purpose {
  /// Which members of a set are drawn again, to learn how far a number that was made of the set can be trusted.
  package static let resampling = Purpose(rawValue: 11)
  /// The timestep at which an image is looked at for a stratum of the bound.
  package static let boundTimestep = Purpose(rawValue: 12)
}
