import Deterministic

extension Purpose {
  /// Which elements dropout sets to 0 in a training step.
  public static let dropout = Purpose(rawValue: 5)
  /// A network's weights before training.
  public static let initialization = Purpose(rawValue: 6)
}
