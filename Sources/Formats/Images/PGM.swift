import Files

/// A gray picture as Netpbm's PGM format stores it.
///
/// The format: <https://netpbm.sourceforge.net/doc/pgm.html>. A file that this type writes is `P5`, a line with width
/// and height, a line with the maximum level, and the levels: for 28 x 28 levels of 255, a header of 13 bytes.
package struct PGM: Equatable, Sendable {
  /// The number of columns.
  package let width: Int
  /// The number of rows.
  package let height: Int
  /// The level that means white, 1…65535; 255 in every file that this project writes.
  package let maximumLevel: Int
  /// The levels, row by row from the top, 0…maximumLevel.
  package let levels: [UInt16]

  /// Creates a picture from its levels.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - maximumLevel: The level that means white, 1…65535.
  ///   - levels: `width * height` levels, row by row from the top, none above the maximum.
  package init(width: Int, height: Int, maximumLevel: Int = 255, levels: [UInt16]) {
    guard Self.sizes.contains(width), Self.sizes.contains(height) else {
      fatalError("a PGM has a width and a height of at least 1, not \(width) x \(height)")
    }
    guard Self.maximumLevels.contains(maximumLevel) else {
      fatalError("a PGM has a maximum level of 1 to 65535, not \(maximumLevel)")
    }
    guard levels.count == width * height else {
      fatalError("a PGM of \(width) x \(height) has \(width * height) levels, not \(levels.count)")
    }
    if let index = levels.firstIndex(where: { $0 > maximumLevel }) {
      fatalError("a PGM's level \(index) is at most \(maximumLevel), not \(levels[index])")
    }
    self.width = width
    self.height = height
    self.maximumLevel = maximumLevel
    self.levels = levels
  }

  /// The widths and heights that Netpbm's own programs accept; no product of two, doubled, overflows.
  static let sizes = 1...Int(Int32.max)
  /// The maximum levels of the format.
  static let maximumLevels = 1...65535

  /// The picture as a file: P5, levels of one byte up to a maximum of 255, else of two, the higher first.
  package var bytes: [UInt8] {
    let header = Array("P5\n\(width) \(height)\n\(maximumLevel)\n".utf8)
    if maximumLevel < 256 { return header + levels.map { UInt8($0) } }
    return header + levels.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  /// Writes the picture, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) {
    try writeWhole(bytes, to: path)
  }

  /// Reads a picture.
  ///
  /// - Parameter path: A file in the format P5 or P2.
  /// - Returns: The picture.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package static func read(_ path: String) throws(FileFailure) -> PGM {
    try PGM(parsing: readWhole(path), file: path)
  }
}
