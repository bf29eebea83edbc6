import Notebook
import Testing

/// A source taken apart.
@Suite("LiterateSource")
struct LiterateSourceTests {
  /// A block in short.
  private func shape(_ source: LiterateSource) -> [String] {
    source.blocks.map { "\($0.kind) \($0.lines.lowerBound)-\($0.lines.upperBound): \($0.text)" }
  }

  @Test("splits prose from code, with the lines of each")
  func split() {
    let source = LiterateSource(
      """
      /*:
      # Title

      Words.
      */
      import A

      let a = 1
      /*:
      More.
      */

      let b = 2
      """)
    #expect(
      shape(source) == [
        "prose 1-5: # Title\n\nWords.", "code 6-8: import A\n\nlet a = 1", "prose 9-11: More.",
        "code 12-13: let b = 2",
      ])
    #expect(source.lines.count == 13)
    #expect(source.lines[7] == "let a = 1")
  }

  @Test("takes prose of one line, and code that follows it there")
  func oneLine() {
    #expect(
      shape(LiterateSource("/*: One line. */\nlet a = 1\n/*:Two.*/ let b = 2\nlet c = 3")) == [
        "prose 1-1: One line.", "code 2-2: let a = 1", "prose 3-3: Two.", "code 3-4: let b = 2\nlet c = 3",
      ])
  }

  @Test("divides a cell by marks, each to the next one or to the end of the cell")
  func regions() {
    #expect(
      shape(
        LiterateSource(
          """
          //: hide
          import A
          /*: Words. */
          let a = 1
          //: fold How it is laid out
          let b = 2

          //: end
          let c = 3
          //: hide
          let d = 4
          /*: More. */
          let e = 5
          """)) == [
          "hidden 2-2: import A", "prose 3-3: Words.", "code 4-4: let a = 1",
          "folded(title: \"How it is laid out\") 6-7: let b = 2", "code 9-9: let c = 3",
          "hidden 11-11: let d = 4",
          "prose 12-12: More.", "code 13-13: let e = 5",
        ])
  }

  @Test(
    "takes other comments for code",
    arguments: [
      "//: hidden", "//: fold", "//:hide", "  //: hide", "// : hide", "//: end of it", "let a = 1 //: hide",
    ])
  func noMark(line: String) {
    #expect(shape(LiterateSource(line)) == ["code 1-1: \(line)"])
  }

  @Test("takes the first `*/` as the end, and text before it as prose")
  func end() {
    #expect(
      shape(LiterateSource("/*: a\nb */\nlet c = \"*/\"")) == [
        "prose 1-2: a\nb", "code 3-3: let c = \"*/\"",
      ])
  }

  @Test(
    "leaves comments and strings in code alone",
    arguments: [
      "let a = 1 /* no prose */", "/* a comment\n*/", "  /*: indented, so code */", "// /*: no\nlet a = 1",
      "let a = \"/*: no\"",
    ])
  func code(text: String) {
    let source = LiterateSource(text)
    #expect(source.blocks.map(\.kind) == [.code])
    #expect(source.blocks.first?.text == text)
  }

  @Test("reads line ends of Windows as line ends")
  func windows() {
    let text = "/*:\nWords.\n*/\nlet a = 1\n"
    #expect(LiterateSource(text.replacing("\n", with: "\r\n")) == LiterateSource(text))
  }

  @Test(
    "has no blocks where there is nothing",
    arguments: ["", "\n", "\n \n\t\n", "/*:\n*/", "/*: */\n/*:\n\n*/"])
  func nothing(text: String) {
    #expect(LiterateSource(text).blocks.isEmpty)
  }

  @Test("covers every line of every chapter once, blank lines aside")
  func chapters() throws {
    for (chapter, text) in try chapterSources() {
      let source = LiterateSource(text)
      var next = 1
      for block in source.blocks {
        #expect(block.lines.lowerBound >= next, "\(chapter), line \(next)")
        for line in next..<max(next, block.lines.lowerBound) {
          let left = source.lines[line - 1]
          #expect(left.allSatisfy { $0.isWhitespace } || left.hasPrefix("//: "), "\(chapter), line \(line)")
        }
        let lines = source.lines[(block.lines.lowerBound - 1)...(block.lines.upperBound - 1)]
        #expect(
          lines.joined(separator: "\n").contains(block.text), "\(chapter), line \(block.lines.lowerBound)")
        next = block.lines.upperBound + 1
      }
      #expect(source.lines.dropFirst(next - 1).allSatisfy { $0.allSatisfy(\.isWhitespace) })
    }
  }
}
