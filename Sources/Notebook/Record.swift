import Files
import Formats

/// What the cells of a chapter printed, line by line of its source: the weaver reads it, `make verify` proves it.
package struct Record: Equatable, Sendable {
  /// One thing that a cell showed.
  package struct Entry: Equatable, Sendable {
    /// What was shown.
    package enum Kind: String, Sendable {
      /// A line or more of text.
      case text
      /// A table, a line for each row and ` | ` between cells, the headings first.
      case table
      /// A figure: its name, a colon, its caption.
      case figure
      /// What the figure before it shows, for those who cannot see it.
      case alternative
    }

    /// The line of `main.swift` that showed it.
    package let line: Int
    /// That line's code, by which a stale record is noticed.
    package let code: String
    /// What was shown.
    package let kind: Kind
    /// The text itself.
    package let text: String

    /// The name of the file, where this says that one was written.
    package var writtenFile: String? {
      guard kind == .text, text.hasPrefix("→ "), let end = text.firstRange(of: ", ") else { return nil }
      return String(text[..<end.lowerBound].dropFirst(2))
    }

    /// Creates an entry.
    package init(line: Int, code: String, kind: Kind, text: String) {
      self.line = line
      self.code = code
      self.kind = kind
      self.text = text
    }
  }

  /// The entries in the order in which they were shown.
  package var entries: [Entry]

  /// Creates a record.
  package init(entries: [Entry] = []) { self.entries = entries }

  /// The columns of `csv`.
  static let columns = ["line", "code", "kind", "text"]

  /// The names of the files that the chapter has written, beside the record itself and its checks.
  var fileNames: [String] { entries.compactMap(\.writtenFile) }

  /// The record as a table.
  package var csv: CSV {
    CSV(columns: Self.columns, rows: entries.map { [$0.line, $0.code, $0.kind.rawValue, $0.text] })
  }

  /// Reads a record from a file.
  package static func read(_ path: String) throws(FileFailure) -> Record {
    let csv = try CSV.read(path)
    guard csv.columns == columns else {
      throw FileFailure(
        file: path, at: .line(1), expected: "the columns \(columns.joined(separator: ","))",
        found: csv.columns.joined(separator: ","))
    }
    var record = Record()
    for (index, row) in csv.rows.enumerated() {
      guard let line = Int(row[0]), let kind = Entry.Kind(rawValue: row[2]) else {
        throw FileFailure(
          file: path, at: .whole,
          expected: "a line number and `text`, `table`, `figure` or `alternative` in record \(index + 1)",
          found: "\(row[0]) and \(row[2])")
      }
      record.entries.append(Entry(line: line, code: row[1], kind: kind, text: row[3]))
    }
    return record
  }
}
