import Notebook

/// A chapter's README: prose, code, what each cell showed and the figures, in the order of the source.
struct Page {
  /// The number of the chapter.
  let chapter: Int
  /// The numbers of the book's chapters, in order.
  let book: [Int]
  let source: LiterateSource
  let record: Record
  /// The numbers of all figures and equations.
  let references: CrossReferences

  /// What is wrong with the record, as one line, or nothing: each entry must stand at a line of code that still
  /// reads as it did when the chapter ran.
  var staleness: String? {
    for entry in record.entries {
      let isThere = source.lines.indices.contains(entry.line - 1)
      let code = isThere ? String(source.lines[entry.line - 1].drop { $0 == " " }) : "(no such line)"
      if code != entry.code {
        return "line \(entry.line) was `\(entry.code)` when recorded, now is `\(code)`"
      }
    }
    return nil
  }

  /// The page as Markdown.
  func markdown() throws -> String {
    var parts = [
      "<!-- Woven from main.swift and what it printed by `make chapter\(chapter)`; edits are lost. -->"
    ]
    var figures = record.figures[...]
    for (index, cell) in cells.enumerated() {
      if let prose = cell.prose { parts.append(try references.resolved(prose.text, in: chapter)) }
      if index == 0 {
        parts.append("*Run it:* `make chapter\(chapter)` · *source:* [`main.swift`](main.swift)")
      }
      parts += Self.code(of: cell.code)
      let entries = record.entries.filter { entry in cell.code.contains { $0.lines.contains(entry.line) } }
      parts += try output(of: entries, &figures)
    }
    parts += files
    parts.append(links)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// A block of prose and the code that follows it.
  private typealias Cell = (prose: LiterateSource.Block?, code: [LiterateSource.Block])

  private var cells: [Cell] {
    var cells: [Cell] = []
    for block in source.blocks {
      if block.kind == .prose || cells.isEmpty {
        cells.append(block.kind == .prose ? (block, []) : (nil, [block]))
      } else {
        cells[cells.count - 1].code.append(block)
      }
    }
    return cells
  }

  /// What a cell shows of its code: parts that only hidden lines divide stand together.
  private static func code(of blocks: [LiterateSource.Block]) -> [String] {
    var parts: [String] = []
    var shown: [String] = []
    func close() {
      if !shown.isEmpty { parts.append(fenced(shown.joined(separator: "\n\n"))) }
      shown = []
    }
    for block in blocks {
      switch block.kind {
      case .code: shown.append(block.text)
      case .folded(let title):
        close()
        parts.append(folded(title, fenced(block.text)))
      case .hidden, .prose: break
      }
    }
    close()
    return parts
  }

  private static func fenced(_ code: String) -> String { "```swift\n\(code)\n```" }

  private static func folded(_ title: String, _ content: String) -> String {
    "<details><summary>\(title)</summary>\n\n\(content)\n\n</details>"
  }

  /// What a cell showed: lines of text that follow each other share a frame, a table and a figure stand alone.
  ///
  /// Which files were written stands at the end of the page.
  private func output(
    of entries: [Record.Entry],
    _ figures: inout ArraySlice<(key: String, file: String, caption: String, alternative: String)>
  ) throws -> [String] {
    var parts: [String] = []
    var text: [String] = []
    func closeText() {
      if !text.isEmpty { parts.append("```text\n\(text.joined(separator: "\n"))\n```") }
      text = []
    }
    for entry in entries {
      switch entry.kind {
      case .text:
        if entry.writtenFile == nil { text.append(entry.text) }
      case .table:
        closeText()
        parts.append(Self.table(entry.text))
      case .figure:
        closeText()
        guard let figure = figures.popFirst() else { break }
        let caption = try references.resolved(figure.caption, in: chapter)
        let number = record.figures.count - figures.count
        parts.append(
          "<a id=\"\(figure.key)\"></a>\n\n![\(figure.alternative)](../../figures/\(figure.file))\n\n"
            + "***Figure \(chapter).\(number).** \(caption)*")
      case .alternative: break
      }
    }
    closeText()
    return parts
  }

  /// A table of Markdown, all columns to the right.
  private static func table(_ text: String) -> String {
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).map { "| \($0) |" }
    let columns = rows[0].split(separator: " | ", omittingEmptySubsequences: false).count
    rows.insert("|" + String(repeating: " ---: |", count: columns), at: 1)
    return rows.joined(separator: "\n")
  }

  /// The files that the chapter wrote, folded.
  private var files: [String] {
    let written = record.entries.filter { $0.writtenFile != nil }.map { "- " + $0.text.dropFirst(2) }
    guard !written.isEmpty else { return [] }
    return [Self.folded("Files in <code>data/chapter\(chapter)</code>", written.joined(separator: "\n"))]
  }

  private var links: String {
    var links = ["[All chapters](../../README.md)"]
    if let previous = book.last(where: { $0 < chapter }) {
      links.insert("[← Chapter \(previous)](../Chapter\(previous)/README.md)", at: 0)
    }
    if let next = book.first(where: { $0 > chapter }) {
      links.append("[Chapter \(next) →](../Chapter\(next)/README.md)")
    }
    return "---\n\n" + links.joined(separator: " · ")
  }
}
