import Foundation

/// A folder of its own for one test, removed with what is in it when the test ends.
final class Scratch {
  /// The folder.
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "chapters-\(UUID().uuidString)").path
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
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// A new folder in the folder.
  func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    return self(name)
  }

  /// Everything below the folder, hidden files included, in order.
  var contents: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
  }
}

/// The files of a folder and their bytes.
func files(in folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
    files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
  }
  return files
}
