import Files
import Formats
import Foundation
import Samples

/// The reader's own pictures: a folder of PGM files, all of one size.
package enum PictureFolder {
  /// Reads the pictures.
  ///
  /// - Parameters:
  ///   - folder: The folder; of its files those are read whose name ends with `.pgm` or `.PGM`, hidden ones left out.
  ///   - limit: The most pictures to read, 1 or more; the first in the order of their names.
  /// - Returns: One picture or more, in the order of their names' bytes.
  /// - Throws: A failure that names the folder, when it is missing or has no picture, or the file, when it is no PGM or
  ///   of another size than the first.
  package static func images(in folder: String, limit: Int = .max) throws(FileFailure) -> [Image] {
    guard limit >= 1 else { fatalError("PictureFolder: at most \(limit) pictures; the limit is 1 or more") }
    let names = try census(of: folder).names.prefix(limit)
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

  /// What a folder holds: the images that are read, and what is left out.
  package struct Census: Equatable, Sendable {
    /// The names of the images, one or more, in the order of their bytes.
    package let names: [String]
    /// The names of the files that are left out for their extension, in that order; hidden ones are not among them.
    package let otherFiles: [String]
    /// The names of the subfolders, whose images are left out, in that order.
    package let subfolders: [String]
  }

  /// Looks at what a folder holds, and reads none of it.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The names in it, those of hidden files left out.
  /// - Throws: A failure that names the folder, when it is missing or has no image.
  package static func census(of folder: String) throws(FileFailure) -> Census {
    let expected = "a folder of pictures in PGM format, named *.pgm"
    try refuseImpossible(folder)
    guard let isFolder = isFolder(folder) else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "no such folder")
    }
    guard isFolder else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "a file")
    }
    guard let all = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw FileFailure(file: folder, at: .whole, expected: expected, found: "a folder that may not be read")
    }
    let shown = all.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let names = shown.filter { $0.lowercased().hasSuffix(".pgm") }
    let others = shown.filter { !$0.lowercased().hasSuffix(".pgm") }
    let subfolders = others.filter { Self.isFolder("\(folder)/\($0)") == true }
    guard !names.isEmpty else {
      let among =
        subfolders.count == others.count && !subfolders.isEmpty
        ? "only subfolders, whose images are not read" : "no such file among \(all.count)"
      throw FileFailure(
        file: folder, at: .whole, expected: expected, found: all.isEmpty ? "an empty folder" : among)
    }
    return Census(
      names: names, otherFiles: others.filter { !subfolders.contains($0) }, subfolders: subfolders)
  }

  /// Whether a path leads to a folder; nil where it leads nowhere.
  private static func isFolder(_ path: String) -> Bool? {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
  }
}
