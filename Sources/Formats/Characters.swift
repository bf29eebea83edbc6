// Bytes of a text file as characters of ASCII.

/// Whether a byte is a line feed or a carriage return.
func isLineEnd(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
}

/// Whether a byte is a blank, a tab or an end of a line: white space to Netpbm and to JSON alike.
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
