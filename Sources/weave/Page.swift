import Notebook

/// A chapter's README: prose, code, what each cell printed and the figures, in the order of the source.
struct Page {
  /// The number of the chapter.
  let chapter: Int
  /// The numbers of the book's chapters, in order.
  let book: [Int]
  let source: LiterateSource
  let record: Record

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

  /// The files in `figures/` that the page shows.
  var figures: [String] { record.entries.filter { $0.kind == .figure }.map { Self.figure($0).file } }

  /// A figure's name, its file (a PNG unless the name says otherwise) and its caption.
  private static func figure(_ entry: Record.Entry) -> (name: Substring, file: String, caption: Substring) {
    let name = entry.text.prefix { $0 != ":" }
    return (name, name + (name.contains(".") ? "" : ".png"), entry.text.dropFirst(name.count + 2))
  }

  /// The page as Markdown.
  var markdown: String {
    var parts = [
      "<!-- Woven from main.swift and what it printed by `make chapter\(chapter)`; edits are lost. -->"
    ]
    for (index, block) in source.blocks.enumerated() {
      switch block.kind {
      case .prose:
        parts.append(block.text)
        if index == 0 {
          parts.append("*Run it:* `make chapter\(chapter)` · *source:* [`main.swift`](main.swift)")
        }
      case .code:
        parts.append("```swift\n\(block.text)\n```")
        parts += output(of: record.entries.filter { block.lines.contains($0.line) })
      }
    }
    parts.append(links)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Lines of text that follow each other share a frame; a figure stands alone.
  private func output(of entries: [Record.Entry]) -> [String] {
    var parts: [String] = []
    var text: [String] = []
    func closeText() {
      if !text.isEmpty { parts.append("```text\n\(text.joined(separator: "\n"))\n```") }
      text = []
    }
    for entry in entries {
      switch entry.kind {
      case .text: text.append(entry.text)
      case .figure:
        closeText()
        let (name, file, caption) = Self.figure(entry)
        parts.append("![\(name)](../../figures/\(file))\n\n*\(caption)*")
      }
    }
    closeText()
    return parts
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
