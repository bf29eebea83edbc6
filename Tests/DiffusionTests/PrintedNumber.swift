/// A number as a document prints it: "0.602" stands for every number that rounds to it.
struct PrintedNumber: ExpressibleByStringLiteral, Sendable, CustomStringConvertible {
  let description: String
  private let value: Double
  private let halfUnit: Double

  init(stringLiteral text: String) {
    let parts = text.split(separator: "e")
    let decimals = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
    let exponent = parts.count > 1 ? Int(parts[1]) ?? .min : 0
    description = text
    value = Double(text) ?? .nan
    halfUnit = 0.5 * (Double("1e\(exponent - decimals)") ?? .nan)
  }

  /// Whether a number rounds to the printed one at its last printed digit.
  func matches(_ number: Double) -> Bool { abs(number - value) <= halfUnit }
}
