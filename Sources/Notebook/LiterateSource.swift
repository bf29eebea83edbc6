/// A chapter's `main.swift`, taken apart into prose and code.
///
/// Prose is what stands between a line that begins with `/*:` and the next `*/` (Swift's playground markup);
/// a cell is the code between two blocks of prose. Code that follows `*/` on its line counts as the next line would.
///
/// Lines that hold only a mark divide a cell, up to its end or to `//: end`:
///
/// ```swift
/// //: hide
/// runs, and is not on the page: what only gnuplot needs
/// //: fold How the sheet is laid out
/// runs, and the page shows it when its title is clicked
/// //: end
/// ```
package struct LiterateSource: Equatable, Sendable {
  /// A run of prose or a part of a cell.
  package struct Block: Equatable, Sendable {
    /// What a block is.
    package enum Kind: Equatable, Sendable {
      /// Markdown, with formulas between dollar signs.
      case prose
      /// Swift that the page shows.
      case code
      /// Swift that the page shows when its title is clicked.
      case folded(title: String)
      /// Swift that runs and is not on the page.
      case hidden
    }

    /// Prose, or which code.
    package let kind: Kind
    /// The lines of the file that it covers, counted from 1.
    package let lines: ClosedRange<Int>
    /// Its text, without the marks and without blank lines around it.
    package let text: String
  }

  /// The blocks in the order of the file.
  package let blocks: [Block]
  /// Every line of the file, without its line end.
  package let lines: [String]

  /// Takes a source text apart.
  package init(_ text: String) {
    // To Swift CRLF is one character, and no line feed.
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    var blocks: [Block] = []
    var kind = Block.Kind.code
    var start = 1
    var collected: [String] = []

    func close(at line: Int) {
      let body = collected.trimmedOfBlankLines()
      if !body.isEmpty, line >= start {
        blocks.append(Block(kind: kind, lines: start...line, text: body.joined(separator: "\n")))
      }
      collected = []
    }

    for (index, line) in lines.enumerated() {
      let number = index + 1
      if kind != .prose, line.hasPrefix("/*:") {
        close(at: number - 1)
        (kind, start) = (.prose, number)
        collected = [String(line.dropFirst(3).drop { $0 == " " })]
      } else if kind != .prose, let next = Self.kind(afterMark: line) {
        close(at: number - 1)
        (kind, start) = (next, number + 1)
      } else {
        collected.append(line)
      }
      if kind == .prose, let end = collected.last?.firstRange(of: "*/") {
        let last = collected.removeLast()
        let words = last[..<end.lowerBound]
        collected.append(String(words.dropLast(words.reversed().prefix { $0 == " " }.count)))
        close(at: number)
        let code = last[end.upperBound...]
        let isBlank = code.allSatisfy(\.isWhitespace)
        (kind, start) = (.code, isBlank ? number + 1 : number)
        collected = isBlank ? [] : [String(code.drop(while: \.isWhitespace))]
      }
    }
    close(at: lines.count)
    self.blocks = blocks
  }

  /// What follows a line that holds only a mark; nil where it holds none.
  private static func kind(afterMark line: String) -> Block.Kind? {
    guard line.hasPrefix("//: ") else { return nil }
    let words = line.dropFirst(4)
    if words == "hide" { return .hidden }
    if words == "end" { return .code }
    guard words.hasPrefix("fold "), let title = words.dropFirst(5).split(separator: " ").first else {
      return nil
    }
    return .folded(title: String(words[title.startIndex...]))
  }
}

extension [String] {
  fileprivate func trimmedOfBlankLines() -> [String] {
    var result = self[...]
    while let first = result.first, first.allSatisfy(\.isWhitespace) { result.removeFirst() }
    while let last = result.last, last.allSatisfy(\.isWhitespace) { result.removeLast() }
    return Array(result)
  }
}
