import Formats
import Foundation

/// The reader's own pictures: a folder of PGM files, all of one size.
public enum PictureFolder {
  /// Reads the pictures.
  ///
  /// - Parameters:
  ///   - folder: The folder; of its files those are read whose name ends with `.pgm`, hidden ones left out.
  ///   - limit: The most pictures to read, 1 or more; the first in the order of their names.
  /// - Returns: One picture or more, in the order of their names' bytes.
  /// - Throws: A failure that names the folder, when it is missing or has no picture, or the file, when it is no PGM or
  ///   of another size than the first.
  public static func images(in folder: String, limit: Int = .max) throws(FileFailure) -> [Image] {
    guard limit >= 1 else { fatalError("PictureFolder: at most \(limit) pictures; the limit is 1 or more") }
    let names = try names(in: folder).prefix(limit)
    var images: [Image] = []
    for name in names {
      try refuseEndless("\(folder)/\(name)")
      let image = Image(try PGM.read("\(folder)/\(name)"))
      if let first = images.first, image.height != first.height || image.width != first.width {
        throw FileFailure(
          file: "\(folder)/\(name)", at: .whole,
          expected: "a picture of \(first.width) x \(first.height), as \(names[0])",
          found: "\(image.width) x \(image.height)")
      }
      images.append(image)
    }
    return images
  }

  /// The names of the pictures, one or more, in the order of their bytes.
  private static func names(in folder: String) throws(FileFailure) -> [String] {
    let expected = "a folder of pictures in PGM format, named *.pgm"
    try refuseImpossible(folder)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "no such folder")
    }
    guard isFolder.boolValue else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "a file")
    }
    guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "a folder that may not be read")
    }
    let names = all.filter { $0.hasSuffix(".pgm") && !$0.hasPrefix(".") }
    guard !names.isEmpty else {
      throw FileFailure(
        file: folder, at: .whole, expected: expected,
        found: all.isEmpty ? "an empty folder" : "no such file among \(all.count)")
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
