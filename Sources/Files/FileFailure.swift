/// What is wrong with a file: which file, where in it, what was expected and what was found.
///
/// The description is one line, so that a program can end with it:
///
///     data/mnist/train-images-idx3-ubyte: byte 4: expected 60000 x 28 x 28 elements (47,040,016 bytes),
///     found 1,024 bytes
package struct FileFailure: Error, Equatable, Sendable {
  /// Where in a file something is wrong.
  package enum Place: Equatable, Sendable {
    /// The file as a whole: it is missing, or cannot be read or written.
    case whole
    /// A byte, counted from 0.
    case byte(Int)
    /// A line, counted from 1.
    case line(Int)
  }

  /// The file, as the caller named it.
  package let file: String
  /// Where in the file.
  package let place: Place
  /// What would have been right, as a phrase.
  package let expected: String
  /// What is there, as a phrase.
  package let found: String

  /// Creates a failure from its four parts.
  package init(file: String, at place: Place, expected: String, found: String) {
    self.file = file
    self.place = place
    self.expected = expected
    self.found = found
  }
}

extension FileFailure: CustomStringConvertible {
  /// The longest that a phrase of the line may be: some lists of a file's values are as long as the file.
  package static let longestPhrase = 500

  /// The failure in one line, whatever the names and the file contain; where a phrase is long, its beginning.
  package var description: String {
    let location =
      switch place {
      case .whole: ""
      case .byte(let offset): " byte \(offset):"
      case .line(let number): " line \(number):"
      }
    return "\(onOneLine(file)):\(location) expected \(Self.shown(expected)), found \(Self.shown(found))"
  }

  private static func shown(_ phrase: String) -> String {
    // No more is written with escapes than can be shown: the rest may be a megabyte.
    let line = onOneLine(String(phrase.unicodeScalars.prefix(longestPhrase + 1)))
    let start = line.unicodeScalars.prefix(longestPhrase)
    return start.endIndex == line.unicodeScalars.endIndex ? line : "\(String(start))…"
  }
}

/// The text with its control characters and line separators written as escapes.
package func onOneLine(_ text: String) -> String {
  var line = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
    default: line.unicodeScalars.append(scalar)
    }
  }
  return line
}

/// A count with commas between its thousands, as a message shows it.
package func grouped(_ count: Int) -> String {
  var digits = Array(count.magnitude.description)
  for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
  return (count < 0 ? "-" : "") + String(digits)
}

/// A count and its noun: `1 byte`, `47,040,016 bytes`.
package func counted(_ count: Int, _ noun: String) -> String {
  grouped(count) + " " + noun + (count == 1 ? "" : "s")
}
