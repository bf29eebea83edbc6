/// A value that can stand in a field of a CSV file.
package protocol CSVValue {
  /// The value as the field's text, before any quotes.
  var csvField: String { get }
}

extension Int: CSVValue {
  /// The number in decimal digits.
  package var csvField: String { description }
}

extension Double: CSVValue {
  /// The shortest digits that read back as exactly this number: `0.1`, `5.0`, `-0.0`, `1e-05`.
  ///
  /// Numbers in files are finite: a NaN or an infinity is a mistake upstream and stops the program here.
  package var csvField: String {
    guard isFinite else { fatalError("a number in a CSV file is finite, not \(self)") }
    return description
  }
}

extension Bool: CSVValue {
  /// The words `true` and `false`.
  package var csvField: String { description }
}

extension String: CSVValue {
  /// The text itself.
  package var csvField: String { self }
}
