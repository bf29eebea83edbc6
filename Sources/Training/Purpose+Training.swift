import Deterministic

extension Purpose {
  /// The timestep of a training sample.
  package static let trainingTimestep = Purpose(rawValue: 7)
  /// The noise ε of a training sample.
  package static let trainingNoise = Purpose(rawValue: 8)
  /// The order in which an epoch of training shows a finite list of samples.
  package static let order = Purpose(rawValue: 10)
}
