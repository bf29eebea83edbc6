import Files

/// A table with named columns, as a CSV file stores it.
///
/// The format is RFC 4180's: a header line, records that end with CRLF, and quotes only around fields that contain a
/// comma, a quote or a line end.
///
///     let table = CSV(columns: ["t", "beta"], rows: [[1, 0.0001], [2, 0.00012]])
///     print(table.text)
///     // t,beta
///     // 1,0.0001
///     // 2,0.00012
package struct CSV: Sendable {
  /// The names of the columns; at least one, no two the same.
  package let columns: [String]
  /// The rows, each with a field for every column.
  package let rows: [[String]]
  /// The name that a failure gives: the file that the table was read from.
  let file: String

  /// Creates a table from the text of its fields.
  ///
  /// - Parameters:
  ///   - columns: The names of the columns; at least one, no two the same.
  ///   - rows: The rows, each with a field for every column.
  package init(columns: [String], rows: [[String]]) {
    guard !columns.isEmpty else { fatalError("a CSV table has at least one column") }
    if let name = firstRepeated(columns) { fatalError("a CSV table has one column \"\(name)\", not two") }
    if let index = rows.firstIndex(where: { $0.count != columns.count }) {
      fatalError("row \(index) of a CSV table has \(columns.count) fields, not \(rows[index].count)")
    }
    self.init(columns: columns, rows: rows, file: "a table in memory")
  }

  /// Creates a table from values.
  ///
  /// - Parameters:
  ///   - columns: The names of the columns; at least one, no two the same.
  ///   - rows: The rows, each with a value for every column; numbers are finite.
  package init(columns: [String], rows: [[any CSVValue]]) {
    self.init(columns: columns, rows: rows.map { row in row.map(\.csvField) })
  }

  /// Creates a table that is known to be one.
  init(columns: [String], rows: [[String]], file: String) {
    self.columns = columns
    self.rows = rows
    self.file = file
  }

  /// The table as a file's text.
  package var text: String {
    var text = ""
    for record in [columns] + rows {
      text += record.map(quotedIfNeeded).joined(separator: ",")
      text += "\r\n"
    }
    return text
  }

  /// Writes the table, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) {
    try writeWhole(text, to: path)
  }

  /// The fields of one column, from the first row to the last.
  ///
  /// - Parameter name: The column.
  /// - Returns: One field a row.
  /// - Throws: A failure when there is no such column.
  package func column(_ name: String) throws(FileFailure) -> [String] {
    let index = try index(of: name)
    return rows.map { $0[index] }
  }

  /// The numbers of one column, from the first row to the last.
  ///
  /// - Parameter column: The column.
  /// - Returns: One number a row, the nearest to its digits.
  /// - Throws: A failure when there is no such column, or when a field is not a finite decimal number.
  package func numbers(in column: String) throws(FileFailure) -> [Double] {
    let index = try index(of: column)
    var numbers: [Double] = []
    for (row, fields) in rows.enumerated() {
      guard let number = finiteNumber(fields[index]) else {
        throw FileFailure(
          file: file, at: .line(line(ofRow: row)), expected: "a finite number in column \"\(column)\"",
          found: "\"\(fields[index])\"")
      }
      numbers.append(number)
    }
    return numbers
  }

  private func index(of name: String) throws(FileFailure) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
      throw FileFailure(file: file, at: .line(1), expected: "a column \"\(name)\"", found: names)
    }
    return index
  }

  /// The line on which a row begins in the file: one for each record before it, and one for each line end
  /// within their quotes.
  private func line(ofRow row: Int) -> Int {
    var line = 1
    for record in [columns] + rows[..<row] {
      line += 1
      for field in record { line += field.utf8.count { $0 == UInt8(ascii: "\n") } }
    }
    return line
  }
}

extension CSV: Equatable {
  /// Whether two tables have the same columns and rows, wherever they were read from.
  package static func == (left: CSV, right: CSV) -> Bool {
    left.columns == right.columns && left.rows == right.rows
  }
}

/// The first name that stands twice, or nil.
func firstRepeated(_ names: [String]) -> String? {
  var seen: Set<String> = []
  return names.first { !seen.insert($0).inserted }
}

/// What RFC 4180 allows only between quotes.
private let needingQuotes = Array(",\"\r\n".utf8)

/// What spreadsheets put before the header, and is not part of the first name unless it stands between quotes.
let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

/// The field as it stands in the file.
private func quotedIfNeeded(_ field: String) -> String {
  // Bytes, not characters: Swift's CRLF is one character, and neither CR nor LF.
  guard field.utf8.contains(where: { needingQuotes.contains($0) }) || field.utf8.starts(with: byteOrderMark)
  else { return field }
  var quoted = "\""
  for scalar in field.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}

/// What a decimal number is made of.
private let inDecimals = Array("0123456789+-.eE".utf8)

/// The number that decimal digits mean; nil for anything else, hexadecimal, NaN and infinities included.
private func finiteNumber(_ field: String) -> Double? {
  guard field.utf8.allSatisfy({ inDecimals.contains($0) }), let number = Double(field), number.isFinite
  else { return nil }
  return number
}
