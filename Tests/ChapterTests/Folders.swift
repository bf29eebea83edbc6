import Foundation

/// The files of a folder and their bytes.
func files(in folder: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
    files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
  }
  return files
}
