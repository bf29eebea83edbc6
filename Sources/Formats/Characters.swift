// Bytes of a text file as characters.

/// Whether a byte is a line feed or a carriage return.
func isLineEnd(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
}

/// Whether a byte is a blank, a tab or an end of a line: white space to JSON.
func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || isLineEnd(byte)
}

/// Whether a byte is one of the digits 0 to 9.
func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// A byte as a message shows it: `"x"`, `the byte 0x9f`, or `the end of the file` for none.
func shown(_ byte: UInt8?) -> String {
  guard let byte else { return "the end of the file" }
  let isPrintable = (0x21...0x7e).contains(byte)
  return isPrintable ? "\"\(Character(UnicodeScalar(byte)))\"" : "the byte 0x\(hexadecimal([byte]))"
}

/// The most combining marks that may stand in a row in a text that is read: as many as Unicode's stream-safe text has
/// (UAX #15, section 13).
///
/// Swift's strings are the same where Unicode says so, in whatever order their marks stand. Comparing two therefore sorts
/// the marks, in a time that grows with the square of their number: a name of 250,000 would take hours.
let mostMarksInARow = 30

/// Whether more combining marks than that stand somewhere in a row.
func hasTooManyMarksInARow(_ text: String) -> Bool {
  // The first mark is U+0300, whose first byte is 0xcc; most texts need no closer look.
  guard text.utf8.contains(where: { $0 >= 0xcc }) else { return false }
  var marks = 0
  for scalar in text.unicodeScalars {
    marks = isCombiningMark(scalar) ? marks + 1 : 0
    if marks > mostMarksInARow { return true }
  }
  return false
}

/// Whether comparing texts may move a scalar among its neighbors.
private func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
  // Three vowel signs of Tibetan have no class of their own, but are made of two that do.
  scalar.properties.canonicalCombiningClass != .notReordered || [0xf73, 0xf75, 0xf81].contains(scalar.value)
}
