import Notebook
import Testing

/// Markdown for a terminal.
@Suite("PlainProse")
struct PlainProseTests {
  @Test(
    "replaces formulas and marks, and leaves code as it is",
    arguments: [
      ("keep $\\sqrt{\\bar\\alpha_t}$ of it", "keep √ᾱₜ of it"),
      ("$$x_t = 1$$", "xₜ = 1"),
      ("a formula over $x_t\n= 1$ two lines", "a formula over xₜ = 1 two lines"),
      ("`make chapter1 ARGS=\"$x_t$\"` and $x_t$", "`make chapter1 ARGS=\"$x_t$\"` and xₜ"),
      ("``a ` $x$`` and `2 ** 3 ** 4`", "``a ` $x$`` and `2 ** 3 ** 4`"),
      ("**bold** and *slanted*", "bold and slanted"), ("*over\na line*", "over\na line"),
      ("2 ** 3", "2 ** 3"), ("5 $ a piece", "5 $ a piece"),
      ("an open ` tick, then $x_t$", "an open ` tick, then xₜ"),
      ("# Title\ntext", "Title\n═════\ntext"), ("## Two $x_t$", "Two xₜ\n──────"), ("### Three", "Three"),
      ("#hashtag", "#hashtag"), ("", ""),
      (
        "```sh\n# no title, $x_t$ **no** bold\n```\n# Title",
        "```sh\n# no title, $x_t$ **no** bold\n```\nTitle\n═════"
      ),
      ("[here](a.md), *and* [b.md](../c/b.md)", "here (a.md), and ../c/b.md"),
      ("[Double](repeating: 0), [a]", "[Double](repeating: 0), [a]"),
      ("$$x_t$$ {#law} as in [@ho2020]", "xₜ as in ho2020"),
      ("<details><summary>Guess</summary>\n\nNo.\n\n</details>", "▸ Guess\n\nNo.\n\n"),
      ("<sub>In Swift.</sub>", "In Swift."), ("a < b, `<a>`", "a < b, `<a>`"),
    ])
  func plain(markdown: String, text: String) {
    #expect(PlainProse.text(of: markdown) == text)
  }

  @Test("makes headings and strong words bold where it may")
  func styled() {
    let text = PlainProse.text(of: "# T\na **b** `**c**`", styled: true)
    #expect(text == "\u{1B}[1mT\u{1B}[0m\n═\na \u{1B}[1mb\u{1B}[0m `**c**`")
  }

  @Test("leaves no TeX in the prose of any chapter")
  func chapters() throws {
    let sources = try chapterSources()
    #expect(sources.count >= 3)
    for (chapter, source) in sources {
      let prose = LiterateSource(source).blocks.filter { $0.kind == .prose }
      #expect(prose.count >= 5, "\(chapter)")
      for block in prose {
        let plain = PlainProse.text(of: block.text)
        #expect(codeSpans(of: plain) == codeSpans(of: block.text), "\(chapter), lines \(block.lines)")
        expectNoTeX(withoutCode(plain), "\(chapter), lines \(block.lines)")
      }
    }
  }

  @Test("leaves no TeX in the caption of any figure")
  func captions() throws {
    for (chapter, _) in try chapterSources() {
      let record = try Record.read(repository.appending(path: "data/\(chapter.lowercased())/record.csv").path)
      let captions = record.entries.filter { $0.kind == .figure }
      #expect(!captions.isEmpty)
      for caption in captions {
        expectNoTeX(PlainProse.text(of: caption.text), "\(chapter), line \(caption.line)")
      }
    }
  }

  private func expectNoTeX(
    _ text: String, _ place: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for line in text.split(separator: "\n") {
      #expect(!line.contains { "\\{}$".contains($0) }, "\(place): \(line)", sourceLocation: sourceLocation)
    }
  }

  /// What stands between back-ticks.
  private func codeSpans(of text: String) -> [Substring] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map(\.element)
  }

  private func withoutCode(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }
      .map(\.element).joined()
  }
}
