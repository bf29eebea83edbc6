import Foundation

/// A folder of its own for one test, removed with what is in it when the test ends.
package final class Scratch {
  /// The folder.
  package let path: String

  /// Makes the folder.
  package init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      fatalError("\(path) is left behind: \(error)")
    }
  }

  /// A file in the folder.
  package func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// A new folder in the folder.
  package func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    return self(name)
  }

  /// Everything below the folder, hidden files included, in order.
  package var contents: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
  }
}
