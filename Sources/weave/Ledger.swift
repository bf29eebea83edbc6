import Files
import Formats

/// The ledger of the paper's equations, the page Book/paper.md, woven from `Book/ledger.md`.
///
/// Two things in its source are not Markdown's own. A link into this repository has what must stand in the file for a
/// title, as in `[step.forward](Sources/Diffusion/Process/Step.swift "func forward(")`; without a title its text must stand
/// there. And `{data/chapter6/broken.csv: t + 1: difference: 1}` is a number of a table: the row, by its first field (or
/// its first fields, with a comma and a space between), the column, and how many digits after the point; with an s
/// before it, how many in all.
struct Ledger {
  /// The file that it is woven from.
  static let file = "Book/ledger.md"

  /// The page.
  static let page = "Book/paper.md"

  /// The source.
  let text: String

  /// The page as Markdown.
  ///
  /// - Parameter read: Gives the bytes of a file of the repository.
  /// - Throws: What names the line where a file lacks what it is said to have, or a table the number.
  func markdown(
    reading read: (String) throws(FileFailure) -> [UInt8]
  ) throws(StalePage) -> String {
    var lines: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      do throws(FileFailure) {
        lines.append(try linked(try numbered(String(line), read), read))
      } catch {
        throw StalePage("\(Self.file): line \(index + 1): \(error)")
      }
    }
    return
      "<!-- Woven from \(Self.file) by `make readme`; edits are lost. -->\n\n# The paper, line by line\n\n"
      + lines.joined(separator: "\n")
  }

  /// The line with its links checked and their titles taken out.
  private func linked(
    _ line: String, _ read: (String) throws(FileFailure) -> [UInt8]
  ) throws(FileFailure) -> String {
    var result = ""
    var rest = line[...]
    while let match = rest.firstMatch(of: #/\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^\s()]+)(?: "([^"]*)")?\)/#) {
      let (_, words, file, title) = match.output
      let isFar = file.contains(":")
      result += rest[..<match.range.lowerBound] + "[\(words)](\(isFar ? "" : "../")\(file))"
      rest = rest[match.range.upperBound...]
      guard !isFar else { continue }
      let contents = String(decoding: try read(String(file)), as: UTF8.self)
      let sought = title ?? words
      guard file.hasSuffix(".png") || contents.contains(sought) else {
        throw FileFailure(
          file: String(file), at: .whole, expected: "\(sought) in it", found: "nothing of that name")
      }
    }
    return result + rest
  }

  /// The line with the numbers of tables put in.
  private func numbered(
    _ line: String, _ read: (String) throws(FileFailure) -> [UInt8]
  ) throws(FileFailure) -> String {
    var result = ""
    var rest = line[...]
    while let match = rest.firstMatch(of: #/\{([^{}:]+\.csv): ([^{}]+): ([^{}:]+): (s?)(\d+)\}/#) {
      let (_, file, row, column, significant, count) = match.output
      let table = try CSV(parsing: try read(String(file)), file: String(file))
      guard
        let index = table.rows.firstIndex(where: {
          ($0.joined(separator: ", ") + ", ").hasPrefix(row + ", ")
        })
      else {
        throw FileFailure(file: String(file), at: .whole, expected: "a row \(row)", found: "none")
      }
      let value = try table.numbers(in: String(column))[index]
      let digits = Int(count) ?? 0
      let shown = significant.isEmpty ? value.text(places: digits) : value.text(max(1, digits))
      result += rest[..<match.range.lowerBound] + shown.replacing("-", with: "−")
      rest = rest[match.range.upperBound...]
    }
    return result + rest
  }
}
