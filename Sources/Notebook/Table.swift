import Formats

/// A column of a table, described once for the page and for the file.
///
/// ```swift
/// Column("mean of $x_t$", csv: "mean", .places(4)) { $0.mean }
/// ```
package struct Column<Row> {
  /// How the page writes a number; the file has all of its digits.
  package enum Style: Sendable {
    /// To so many significant digits.
    case digits(Int)
    /// With so many digits after the point.
    case places(Int)
    /// A share as a percentage, with so many digits after the point.
    case percent(Int)
  }

  /// The heading on the page, Markdown; nil where the page does not have the column.
  let heading: String?
  /// The name in the file; nil where the file does not have the column.
  let csvName: String?
  let value: (Row) -> any CSVValue
  private let style: Style

  /// A column of the page and, if it has a name there, of the file.
  ///
  /// - Parameters:
  ///   - heading: The heading on the page, Markdown with formulas.
  ///   - csvName: The name of the column in the file; nil leaves it out there.
  ///   - style: How the page writes a Double; whole numbers and words stay as they are.
  ///   - value: What stands in a row.
  package init(
    _ heading: String, csv csvName: String? = nil, _ style: Style = .digits(4),
    _ value: @escaping (Row) -> any CSVValue
  ) {
    self.heading = heading
    self.csvName = csvName
    self.style = style
    self.value = value
  }

  /// A column of the file alone.
  ///
  /// - Parameters:
  ///   - csvName: The name of the column in the file.
  ///   - value: What stands in a row.
  package init(csv csvName: String, _ value: @escaping (Row) -> any CSVValue) {
    heading = nil
    self.csvName = csvName
    style = .digits(4)
    self.value = value
  }

  /// What the page shows in a row.
  func text(_ row: Row) -> String {
    let value = value(row)
    guard let number = value as? Double else { return value.csvField }
    switch style {
    case .digits(let count): return number.text(count)
    case .places(let count): return number.text(places: count)
    case .percent(let count): return (100 * number).text(places: count) + " %"
    }
  }
}

extension Notebook {
  /// Shows a table and writes it as CSV.
  ///
  /// - Parameters:
  ///   - rows: What the rows are about.
  ///   - file: The name of the file; nil writes none.
  ///   - isShown: Which rows the page shows; the file has all.
  ///   - columns: The columns, from left to right.
  ///   - line: The line of the chapter that asks.
  package func table<Row>(
    _ rows: [Row], to file: String? = nil, showing isShown: (Row) -> Bool = { _ in true },
    _ columns: [Column<Row>], line: Int = #line
  ) {
    let shown = columns.filter { $0.heading != nil }
    if !shown.isEmpty {
      show(
        table: shown.map { $0.heading ?? "" }, rows.filter(isShown).map { row in shown.map { $0.text(row) } },
        line: line)
    }
    guard let file else { return }
    let written = columns.filter { $0.csvName != nil }
    write(
      CSV(columns: written.map { $0.csvName ?? "" }, rows: rows.map { row in written.map { $0.value(row) } }),
      to: file, line: line)
  }
}
