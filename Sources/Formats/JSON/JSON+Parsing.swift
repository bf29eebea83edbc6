import Files

// What a JSON text may look like is RFC 8259's grammar and nothing beyond it: no comments, no commas before a closing
// bracket, no byte order mark. Where the RFC leaves a choice, this reader refuses: a name that stands twice in an
// object, half of a surrogate pair, values nested deeper than `deepest`, more than 30 combining marks in a row.

extension JSON {
  /// How deep arrays and objects may stand in each other: as deep as Rust's serde_json reads them, which the
  /// safetensors library uses.
  static let deepest = 127

  /// Reads a value from the bytes of a file.
  ///
  /// Names count as the same where Swift's strings do: `é` is the same name in one code point or in two.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, in UTF-8.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package init(parsing bytes: [UInt8], file: String) throws(FileFailure) {
    try self.init(parsing: bytes, in: bytes.indices, file: file)
  }

  /// Reads a value from some of the bytes of a file; a failure counts from the file's first byte all the same.
  init(parsing bytes: [UInt8], in range: Range<Int>, file: String) throws(FileFailure) {
    var text = JSONText(bytes: bytes, range: range, file: file)
    self = try text.document()
  }
}

/// The bytes of a JSON text, read from left to right.
private struct JSONText {
  let bytes: [UInt8]
  let file: String
  /// The next byte to read.
  var position: Int
  /// Where the text ends.
  let end: Int

  init(bytes: [UInt8], range: Range<Int>, file: String) {
    self.bytes = bytes
    self.file = file
    position = range.lowerBound
    end = range.upperBound
  }

  private var byte: UInt8? { position < end ? bytes[position] : nil }

  /// A failure at the next byte, which is what was found.
  private func failure(expected: String) -> FileFailure {
    FileFailure(
      file: file, at: .byte(position), expected: expected,
      found: byte == nil && end < bytes.count ? "the end of the text" : shown(byte))
  }

  private func failure(at offset: Int, expected: String, found: String) -> FileFailure {
    FileFailure(file: file, at: .byte(offset), expected: expected, found: found)
  }

  /// Reads the value that is the whole text.
  mutating func document() throws(FileFailure) -> JSON {
    let value = try value(depth: 0)
    skipWhiteSpace()
    guard position == end else { throw failure(expected: "the end of the text after its value") }
    return value
  }

  // MARK: Values

  /// Reads a value that stands in so many arrays and objects.
  private mutating func value(depth: Int) throws(FileFailure) -> JSON {
    skipWhiteSpace()
    let start = position
    let content: JSON.Content
    switch byte {
    case UInt8(ascii: "{"): content = .object(try members(depth: try deeper(depth)))
    case UInt8(ascii: "["): content = .array(try elements(depth: try deeper(depth)))
    case UInt8(ascii: "\""): content = .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): content = .number(try number())
    default: content = try word()
    }
    return JSON(content, file: file, at: start)
  }

  private func deeper(_ depth: Int) throws(FileFailure) -> Int {
    guard depth < JSON.deepest else {
      throw failure(expected: "arrays and objects at most \(JSON.deepest) deep")
    }
    return depth + 1
  }

  private mutating func word() throws(FileFailure) -> JSON.Content {
    let words: [(String, JSON.Content)] = [
      ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null),
    ]
    for (word, content) in words where bytes[position..<end].starts(with: word.utf8) {
      position += word.utf8.count
      return content
    }
    throw failure(expected: "a value")
  }

  private mutating func elements(depth: Int) throws(FileFailure) -> [JSON] {
    position += 1
    skipWhiteSpace()
    if take("]") { return [] }
    var elements: [JSON] = []
    repeat {
      elements.append(try value(depth: depth))
      skipWhiteSpace()
    } while take(",")
    guard take("]") else { throw failure(expected: "a comma or ]") }
    return elements
  }

  private mutating func members(depth: Int) throws(FileFailure) -> [JSON.Member] {
    position += 1
    skipWhiteSpace()
    if take("}") { return [] }
    var members: [JSON.Member] = []
    // Hashes in the place of names: half the memory, where there are a million.
    var hashes: Set<Int> = []
    repeat {
      skipWhiteSpace()
      let start = position
      guard byte == UInt8(ascii: "\"") else { throw failure(expected: "a name in quotes") }
      let name = try string()
      guard hashes.insert(name.hashValue).inserted || !members.contains(where: { $0.name == name }) else {
        throw failure(at: start, expected: "each name once in an object", found: "\(quoted(name)) twice")
      }
      skipWhiteSpace()
      guard take(":") else { throw failure(expected: "a colon") }
      members.append(JSON.Member(name, try value(depth: depth)))
      skipWhiteSpace()
    } while take(",")
    guard take("}") else { throw failure(expected: "a comma or }") }
    return members
  }

  // MARK: Numbers

  /// Reads a number, and leaves its digits as they are.
  private mutating func number() throws(FileFailure) -> String {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(FileFailure) {
    guard let digit = byte, isDigit(digit) else { throw failure(expected: "a digit") }
    while let digit = byte, isDigit(digit) { position += 1 }
  }

  // MARK: Strings

  /// Reads a string, from its first quote through its last.
  private mutating func string() throws(FileFailure) -> String {
    position += 1
    let start = position
    var text: [UInt8] = []
    while let byte, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure(expected: "no control character in a string, but its escape") }
      if byte == UInt8(ascii: "\\") {
        text += Array(String(try escaped()).utf8)
      } else {
        text.append(byte)
        position += 1
      }
    }
    // An escape is made of ASCII and means whole scalars, so that the text is valid if and only if its source is.
    guard let string = String(validating: text, as: UTF8.self) else {
      let offset = start + validPrefix(of: bytes[start..<position])
      throw failure(at: offset, expected: "text in UTF-8", found: shown(bytes[offset]))
    }
    guard take("\"") else { throw failure(expected: "a closing quote") }
    guard !hasTooManyMarksInARow(string) else {
      throw failure(
        at: start - 1, expected: "at most \(mostMarksInARow) combining marks in a row", found: "more")
    }
    return string
  }

  /// Reads an escape and returns what it means.
  private mutating func escaped() throws(FileFailure) -> Unicode.Scalar {
    let start = position
    position += 1
    guard let byte else { throw failure(expected: "an escaped character") }
    if byte == UInt8(ascii: "u") { return try escapedScalar(from: start) }
    guard let meaning = shortEscapes[byte] else {
      throw failure(expected: #"one of the characters "\/bfnrtu after a backslash"#)
    }
    position += 1
    return meaning
  }

  /// Reads the rest of a `\u` escape, and the one after it where the two together mean one scalar.
  private mutating func escapedScalar(from start: Int) throws(FileFailure) -> Unicode.Scalar {
    let unit = try fourDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let expected = "the two escapes of a surrogate pair"
    let half = #"\u"# + String(unit, radix: 16)
    guard UTF16.isLeadSurrogate(UInt16(unit)), take("\\"), byte == UInt8(ascii: "u") else {
      throw failure(at: start, expected: expected, found: "\(half) alone")
    }
    let second = try fourDigits()
    guard UTF16.isTrailSurrogate(UInt16(second)) else {
      throw failure(at: start, expected: expected, found: "\(half) alone")
    }
    return UTF16.decode(UTF16.EncodedScalar([UInt16(unit), UInt16(second)]))
  }

  /// Reads the `u` of an escape and its four hexadecimal digits.
  private mutating func fourDigits() throws(FileFailure) -> UInt32 {
    position += 1
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure(expected: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  // MARK: Characters

  private mutating func skipWhiteSpace() {
    while let byte, isWhiteSpace(byte) { position += 1 }
  }

  /// Reads a character if it is the next one, and says whether it was.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }
}

/// The escapes of one character.
private let shortEscapes: [UInt8: Unicode.Scalar] = [
  UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
  UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
]

/// How many of the first bytes are whole scalars in UTF-8.
private func validPrefix(of bytes: ArraySlice<UInt8>) -> Int {
  var parser = Unicode.UTF8.ForwardParser()
  var input = bytes.makeIterator()
  var count = 0
  while case .valid(let scalar) = parser.parseScalar(from: &input) { count += scalar.count }
  return count
}
