import Files

extension CSV {
  /// Reads a table.
  ///
  /// - Parameter path: A CSV file in UTF-8 with a header line.
  /// - Returns: The table.
  /// - Throws: A failure that names the line where the file breaks the format.
  package static func read(_ path: String) throws(FileFailure) -> CSV {
    try CSV(parsing: readWhole(path), file: path)
  }

  /// Reads a table from the bytes of a file.
  ///
  /// Records end with CRLF or LF; the last one may end with the file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, in UTF-8.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the line where the file breaks the format.
  package init(parsing bytes: [UInt8], file: String) throws(FileFailure) {
    var text = CSVText(bytes: bytes, file: file)
    guard !text.isAtEnd else {
      throw FileFailure(file: file, at: .line(1), expected: "a line with column names", found: "nothing")
    }
    let columns = try text.record()
    if let name = firstRepeated(columns) {
      throw FileFailure(
        file: file, at: .line(1), expected: "each column name once", found: "\"\(name)\" twice")
    }
    var rows: [[String]] = []
    while !text.isAtEnd {
      let line = text.line
      let row = try text.record()
      guard row.count == columns.count else {
        throw FileFailure(
          file: file, at: .line(line), expected: counted(columns.count, "field"),
          found: counted(row.count, "field"))
      }
      rows.append(row)
    }
    self.init(columns: columns, rows: rows, file: file)
  }
}

/// The bytes of a CSV file, read from left to right.
private struct CSVText {
  let bytes: [UInt8]
  let file: String
  /// The next byte to read.
  var position = 0
  /// The line on which it stands.
  var line = 1

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: byteOrderMark) { position = byteOrderMark.count }
  }

  var isAtEnd: Bool { position == bytes.count }

  private var byte: UInt8? { isAtEnd ? nil : bytes[position] }

  private func failure(at line: Int, expected: String, found: String) -> FileFailure {
    FileFailure(file: file, at: .line(line), expected: expected, found: found)
  }

  /// Reads the fields up to and including the end of a record.
  mutating func record() throws(FileFailure) -> [String] {
    var fields: [String] = []
    while true {
      fields.append(byte == quote ? try quotedField() : try plainField())
      guard let end = byte else { return fields }
      position += 1
      if end == comma { continue }
      if end == carriageReturn {
        guard byte == lineFeed else {
          throw failure(at: line, expected: "a line feed after a carriage return", found: "none")
        }
        position += 1
      }
      line += 1
      return fields
    }
  }

  /// Reads a field without quotes, up to the comma, line end or end of the file that ends it.
  private mutating func plainField() throws(FileFailure) -> String {
    let start = position
    while let byte, byte != comma, byte != carriageReturn, byte != lineFeed {
      guard byte != quote else {
        throw failure(
          at: line, expected: "a field without quotes, or all of it in quotes", found: "a quote within it")
      }
      position += 1
    }
    return try text(bytes[start..<position], at: line)
  }

  /// Reads a field in quotes, and leaves the comma, line end or end of the file that must follow.
  private mutating func quotedField() throws(FileFailure) -> String {
    let start = line
    var field: [UInt8] = []
    position += 1
    while let byte {
      position += 1
      if byte == lineFeed { line += 1 }
      if byte == quote {
        guard self.byte == quote else { return try closed(field, openedAt: start) }
        position += 1
      }
      field.append(byte)
    }
    throw failure(at: start, expected: "a closing quote", found: "the end of the file")
  }

  private func closed(_ field: [UInt8], openedAt start: Int) throws(FileFailure) -> String {
    guard byte == nil || byte == comma || byte == carriageReturn || byte == lineFeed else {
      throw failure(at: line, expected: "a comma or a line end after a closing quote", found: "more text")
    }
    return try text(field[...], at: start)
  }

  private func text(_ field: ArraySlice<UInt8>, at line: Int) throws(FileFailure) -> String {
    guard let text = String(validating: field, as: UTF8.self) else {
      throw failure(at: line, expected: "text in UTF-8", found: "the bytes \(hexadecimal(field.prefix(16)))")
    }
    guard !hasTooManyMarksInARow(text) else {
      throw failure(
        at: line, expected: "at most \(mostMarksInARow) combining marks in a row", found: "more")
    }
    return text
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let carriageReturn = UInt8(ascii: "\r")
private let lineFeed = UInt8(ascii: "\n")
