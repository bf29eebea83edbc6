import Notebook

/// The worked solutions of a chapter's exercises: a test suite's source as a page, its prose and its code.
struct Solutions {
  /// The number of the chapter.
  let chapter: Int
  let source: LiterateSource

  /// The file that the tests stand in.
  static func file(ofChapter chapter: Int) -> String {
    "Tests/ExerciseTests/Chapter\(chapter)Solutions.swift"
  }

  /// The titles of the exercises that it solves, with their numbers: `1. Half-life`, from the headings.
  var titles: [String] {
    prose.compactMap { line in line.hasPrefix("## ") ? String(line.dropFirst(3)) : nil }
  }

  /// The same of a chapter's own source: what stands bold in the numbered lines below the heading `## Exercises`.
  static func titles(ofExercisesIn chapter: LiterateSource) -> [String] {
    let lines = chapter.blocks.filter { $0.kind == .prose }.flatMap { $0.text.split(separator: "\n") }
    return lines.drop { $0 != "## Exercises" }.compactMap { line in
      let number = line.prefix { $0.isNumber }
      let parts = line.split(separator: "**", omittingEmptySubsequences: false)
      guard !number.isEmpty, parts.count > 2, parts[0] == "\(number). ", parts[1].hasSuffix(".") else {
        return nil
      }
      return "\(number). \(parts[1].dropLast())"
    }
  }

  private var prose: [Substring] {
    source.blocks.filter { $0.kind == .prose }.flatMap { $0.text.split(separator: "\n") }
  }

  /// The page as Markdown.
  var markdown: String {
    let file = Self.file(ofChapter: chapter)
    var parts = ["<!-- Woven from \(file); edits are lost. -->"]
    for (index, block) in source.blocks.enumerated() {
      switch block.kind {
      case .prose: parts.append(block.text)
      case .code, .folded, .hidden: parts.append("```swift\n\(block.text)\n```")
      }
      if index == 0 {
        parts.append(
          "*Run it:* `make exercises ARGS=Chapter\(chapter)` · *source:* [`Chapter\(chapter)Solutions.swift`](../../\(file))"
        )
      }
    }
    parts.append("---\n\n[← Chapter \(chapter)](README.md) · [All chapters](../../README.md)")
    return parts.joined(separator: "\n\n") + "\n"
  }
}
