import Foundation

/// A folder of its own for one test, removed with what is in it when the test ends.
final class Scratch {
  /// The folder.
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "notebook-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      fatalError("\(path) is left behind: \(error)")
    }
  }

  /// Everything below the folder, hidden files included, in order.
  var contents: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
  }
}

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
