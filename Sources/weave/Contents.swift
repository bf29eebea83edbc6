import Files
import Notebook

/// The table of chapters in the README, woven from the title of each chapter's page and from what its `about.md` says: one
/// line on what the reader builds, and a picture.
struct Contents {
  /// The line of the README after which it stands, and the line before which it ends.
  static let (begin, end) = (
    "<!-- Woven from Chapters/*/about.md by `make readme`; edits are lost. -->",
    "<!-- End of the chapters. -->"
  )

  /// The table.
  let markdown: String

  /// Makes the table.
  ///
  /// - Parameters:
  ///   - chapters: The numbers of the chapters.
  ///   - read: Gives the text of a file of the repository.
  /// - Throws: What names the chapter's file where it has no title, no line or no picture.
  init(chapters: [Int], reading read: (String) throws(FileFailure) -> String) throws {
    var lines = ["| | chapter | what you build | |", "| --- | --- | --- | --- |"]
    for chapter in chapters {
      let folder = "Chapters/Chapter\(chapter)"
      let source = LiterateSource(try read("\(folder)/main.swift"))
      guard
        let title = source.blocks.first?.text.wholeMatch(of: #/(?s)# Chapter \d+: ([^\n]+)\n.*/#)?.output.1
      else {
        throw StalePage("\(folder)/main.swift does not begin with `# Chapter \(chapter): …`")
      }
      let about = try read("\(folder)/about.md").split(separator: "\n")
      guard about.count == 2, let picture = about[1].wholeMatch(of: #/!\[([^\]"]+)\]\(\.\./\.\./([^)]+)\)/#)
      else {
        throw StalePage("\(folder)/about.md: expected a line and a picture, ![alt](../../figures/…)")
      }
      let (_, alt, file) = picture.output
      lines.append(
        "| \(chapter) | [\(title)](\(folder)/README.md) · [solutions](\(folder)/SOLUTIONS.md) | \(about[0]) | "
          + "[<img src=\"\(file)\" width=\"260\" alt=\"\(alt)\">](\(folder)/README.md) |")
    }
    markdown = lines.joined(separator: "\n") + "\n"
  }
}
