/// Turns a block of Markdown with TeX formulas into text for a terminal: `$\sqrt{\bar\alpha_t}$` becomes √ᾱₜ.
///
/// It knows the notation that the chapters use and leaves what it does not know as it stands.
public enum PlainProse {
  /// The block as plain text; with `styled`, headings and strong words in bold.
  public static func text(of markdown: String, styled: Bool = false) -> String {
    let plain = replacingFormulas(in: markdown)
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let level = line.prefix { $0 == "#" }.count
      if level > 0, line.dropFirst(level).first == " " {
        let title = String(line.dropFirst(level + 1))
        let rule = level == 1 ? "═" : "─"
        let underline = level <= 2 ? "\n" + String(repeating: rule, count: title.count) : ""
        return (styled ? "\u{1B}[1m\(title)\u{1B}[0m" : title) + underline
      }
      return strong(String(line), styled: styled)
    }.joined(separator: "\n")
  }

  private static func strong(_ line: String, styled: Bool) -> String {
    let parts = line.components(separatedBy: "**")
    guard parts.count > 1, parts.count % 2 == 1 else { return line }
    return parts.enumerated().map { index, part in
      index % 2 == 1 && styled ? "\u{1B}[1m\(part)\u{1B}[0m" : part
    }.joined()
  }

  /// Replaces what stands between `$` or `$$`; code between back-ticks stays.
  private static func replacingFormulas(in markdown: String) -> String {
    var result = ""
    var rest = markdown[...]
    while let next = rest.firstIndex(where: { $0 == "$" || $0 == "`" }) {
      result += rest[..<next]
      rest = rest[next...]
      let mark = String(rest.prefix { $0 == rest.first })
      let inner = rest.dropFirst(mark.count)
      guard let end = inner.firstRange(of: mark) else { break }
      let content = inner[..<end.lowerBound]
      result += mark.first == "$" ? PlainFormula.text(of: String(content)) : mark + content + mark
      rest = inner[end.upperBound...]
    }
    return result + rest
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
