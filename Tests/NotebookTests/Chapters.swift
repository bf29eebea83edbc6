import Foundation

/// The folder that `Package.swift` stands in.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The `main.swift` of every chapter, by the name of its folder.
func chapterSources() throws -> [(chapter: String, source: String)] {
  let chapters = repository.appending(path: "Chapters")
  return try FileManager.default.contentsOfDirectory(atPath: chapters.path).sorted().compactMap { name in
    let file = chapters.appending(path: "\(name)/main.swift")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return (name, try String(contentsOf: file, encoding: .utf8))
  }
}
