import Foundation

/// A folder of its own for one test, removed with what is in it when the test ends.
public final class Scratch {
  /// The folder.
  public let path: String

  /// Makes the folder.
  public init() throws {
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
  public func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// A new folder in the folder.
  public func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    return self(name)
  }

  /// Everything below the folder, hidden files included, in order.
  public var contents: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
  }
}
