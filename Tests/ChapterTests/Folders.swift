import Foundation
import Testing

/// The files of a folder and their bytes.
func files(in folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
    files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
  }
  return files
}

/// The files below a folder and their bytes, by their paths in it.
func filesBelow(_ folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
    var isFolder: ObjCBool = false
    FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
    if isFolder.boolValue { continue }
    files[path] = try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))
  }
  return files
}

/// Expects the same files with the same bytes.
func expectEqual(
  _ files: [String: Data], _ others: [String: Data], _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(files.keys.sorted() == others.keys.sorted(), comment, sourceLocation: sourceLocation)
  for (name, bytes) in files {
    // Not the bytes themselves: the message would be as long as they are.
    let isEqual = bytes == others[name]
    #expect(isEqual, "\(name) differs", sourceLocation: sourceLocation)
  }
}
