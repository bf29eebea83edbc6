import Deterministic

/// The purposes that these tests draw for; the rooms above declare theirs under the same numbers.
extension Purpose {
  static let data = Purpose(rawValue: 0)
  static let drawing = Purpose(rawValue: 1)
  static let forwardStep = Purpose(rawValue: 2)
  static let jump = Purpose(rawValue: 3)
  static let reverseStep = Purpose(rawValue: 4)
  static let dropout = Purpose(rawValue: 5)

  static let allCases = [data, drawing, forwardStep, jump, reverseStep, dropout, Purpose(named: "chains")]
}
