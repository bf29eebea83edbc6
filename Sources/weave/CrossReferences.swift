import Formats
import Notebook

/// What a page can refer to by a key in `[@key]`.
///
/// Figures have the keys that are their names, equations their labels, literature the keys of Book/references.json.
/// Each becomes a link with the number or the authors as its text.
struct CrossReferences {
  /// One thing that has a number.
  private struct Target {
    let chapter: Int
    let text: String
  }

  /// Two chapters may use one key; each means its own.
  private var targets: [String: [Target]] = [:]
  private let literature: Literature

  /// Numbers the figures and equations of the book's chapters.
  ///
  /// - Throws: What stands in two places under one key.
  init(chapters: [(number: Int, source: LiterateSource, record: Record)], literature: Literature) throws {
    self.literature = literature
    for (chapter, source, record) in chapters {
      // A chapter that has not run yet will show the figures that its source asks for.
      let figures = record.figures.isEmpty ? Self.figures(in: source) : record.figures.map(\.key)
      for (index, key) in figures.enumerated() {
        try add(key, Target(chapter: chapter, text: "Figure \(chapter).\(index + 1)"))
      }
      for (index, label) in Self.labels(in: source).enumerated() {
        try add(label, Target(chapter: chapter, text: "equation \(chapter).\(index + 1)"))
      }
    }
  }

  private mutating func add(_ key: String, _ target: Target) throws {
    let other = targets[key]?.first { $0.chapter == target.chapter }?.text ?? literature[key]
    if let other {
      throw StalePage("chapter \(target.chapter): \(key) is \(target.text), and \(other) already")
    }
    targets[key, default: []].append(target)
  }

  /// What a key means in a chapter: what that chapter has under it, else the first chapter's.
  private func target(_ key: String, in chapter: Int) -> Target? {
    targets[key]?.first { $0.chapter == chapter } ?? targets[key]?.first
  }

  /// The keys of the figures that a chapter's source asks for, in order.
  static func figures(in source: LiterateSource) -> [String] {
    source.blocks.filter { $0.kind != .prose }.flatMap { block in
      block.text.matches(of: #/page\.figure\(\s*"([^".]+)/#).map { String($0.1) }
    }
  }

  /// The labels of a chapter's displayed equations, `$$ … $$ {#label}`, in order.
  static func labels(in source: LiterateSource) -> [String] {
    source.blocks.filter { $0.kind == .prose }.flatMap { block in
      block.text.matches(of: #/\$\$ \{#([\w-]+)\}/#).map { String($0.1) }
    }
  }

  /// A text of a chapter with its labels as numbers and its references as links.
  ///
  /// - Throws: A key that nothing has.
  func resolved(_ text: String, in chapter: Int) throws -> String {
    var missing: String?
    let numbered = text.replacing(#/\$\$([^$]+)\$\$ \{#([\w-]+)\}/#) { match in
      let number = target(String(match.2), in: chapter)?.text.split(separator: " ").last ?? "?"
      return "<a id=\"\(match.2)\"></a>\n\n$$\(trimmed(match.1)) \\qquad \\text{(\(number))}$$"
    }
    let linked = numbered.replacing(#/\[@([\w-]+)\]/#) { match in
      let key = String(match.1)
      if let target = target(key, in: chapter) {
        let page = target.chapter == chapter ? "" : "../Chapter\(target.chapter)/README.md"
        return "[\(target.text)](\(page)#\(key))"
      }
      if let authors = literature[key] { return "[\(authors)](../../\(Literature.page)#\(key))" }
      missing = missing ?? key
      return ""
    }
    if let missing { throw StalePage("chapter \(chapter): nothing has the key of [@\(missing)]") }
    return linked
  }

  private func trimmed(_ formula: Substring) -> Substring {
    var formula = formula
    while formula.last?.isWhitespace == true { formula.removeLast() }
    return formula
  }
}

extension Record {
  /// The figures in order: their keys, which are their names without an ending, files in `figures/`, captions and
  /// what they show.
  var figures: [(key: String, file: String, caption: String, alternative: String)] {
    entries.indices.filter { entries[$0].kind == .figure }.map { index in
      let text = entries[index].text
      let name = text.prefix { $0 != ":" }
      let next = index + 1 < entries.count ? entries[index + 1] : nil
      return (
        String(name.prefix { $0 != "." }), name + (name.contains(".") ? "" : ".png"),
        String(text.dropFirst(name.count + 2)), next?.kind == .alternative ? next?.text ?? "" : ""
      )
    }
  }
}
