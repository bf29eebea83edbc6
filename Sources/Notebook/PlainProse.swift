/// Turns a block of Markdown with TeX formulas into text for a terminal: `$\sqrt{\bar\alpha_t}$` becomes √ᾱₜ.
///
/// It knows the notation that the chapters use and leaves what it does not know as it stands.
package enum PlainProse {
  /// The block as plain text.
  ///
  /// With `styled`, headings and strong words are in bold, emphasized ones in italics. Code stays as it is.
  package static func text(of markdown: String, styled: Bool = false) -> String {
    var isCode = false
    let plain = emphasized(replacingFormulas(in: replacingMarks(in: markdown)), styled: styled)
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map {
      line in
      if line.hasPrefix("```") { isCode.toggle() }
      if isCode || line.hasPrefix("```") { return String(line) }
      let line = replacingLinks(in: line)
      let level = line.prefix { $0 == "#" }.count
      guard level > 0, line.dropFirst(level).first == " " else { return strong(line, styled: styled) }
      let title = String(line.dropFirst(level + 1))
      let rule = level == 1 ? "═" : "─"
      let underline = level <= 2 ? "\n" + String(repeating: rule, count: title.count) : ""
      return bold(title, styled: styled) + underline
    }.joined(separator: "\n")
  }

  /// Takes away what only the page needs: labels of equations, tags of HTML; a reference is its key.
  private static func replacingMarks(in markdown: String) -> String {
    markdown.replacing(#/ \{#[\w-]+\}/#, with: "").replacing(#/\[@([\w-]+)\]/#) { String($0.output.1) }
      .replacing(#/<details><summary>([^<\n]*)<\/summary>/#) { "▸ \($0.output.1)" }
      .replacing(#/<\/?(?:details|summary|sub)>|<a id="[^"\n]*"><\/a>/#, with: "")
  }

  /// Writes where a link leads behind its text, or in its place where that says as much.
  private static func replacingLinks(in line: Substring) -> Substring {
    line.replacing(#/\[([^\[\]]+)\]\(([^\s()]+)\)/#) { link in
      let (_, text, target) = link.output
      return target.hasSuffix(text) ? String(target) : "\(text) (\(target))"
    }
  }

  private static func bold(_ text: String, styled: Bool) -> String {
    styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  /// Takes away the marks of emphasized words, which may run over a line's end.
  private static func emphasized(_ text: String, styled: Bool) -> String {
    replacingMarked(in: text[...]) { mark, content in
      guard mark == "*" else { return nil }
      return styled ? "\u{1B}[3m\(content)\u{1B}[0m" : content
    }
  }

  /// Takes away the marks of strong words.
  private static func strong(_ line: Substring, styled: Bool) -> String {
    replacingMarked(in: line) { mark, content in mark == "**" ? bold(content, styled: styled) : nil }
  }

  /// Replaces what stands between `$` or `$$`.
  private static func replacingFormulas(in markdown: String) -> String {
    replacingMarked(in: markdown[...]) { mark, content in
      mark == "$" || mark == "$$" ? PlainFormula.text(of: content) : nil
    }
  }

  /// Replaces what stands between two equal marks, where `replacement` has something in its place; what stands
  /// between back-ticks is never looked into.
  private static func replacingMarked(
    in text: Substring, _ replacement: (_ mark: String, _ content: String) -> String?
  ) -> String {
    var result = ""
    var rest = text
    while let next = rest.firstIndex(where: { "$*`".contains($0) }) {
      result += rest[..<next]
      rest = rest[next...]
      let mark = String(rest.prefix { $0 == rest.first })
      rest = rest.dropFirst(mark.count)
      guard let end = rest.firstRange(of: mark) else {
        result += mark
        continue
      }
      let content = String(rest[..<end.lowerBound])
      if let replaced = replacement(mark, content) {
        result += replaced
      } else if mark.first == "`" {
        result += mark + content + mark
      } else {
        result += mark
        continue
      }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }
}
