import Files

// Nothing that this project has not written is ever replaced. What a program may replace is told by what stands in a file,
// not by a list somewhere: a folder of results can be copied and moved, and is still recognized.

/// The file of a set of results by which a later run recognizes that a program of this project has left them.
///
///     try OwnMark.csv("\(folder)/judged.csv", columns: columns).require(before: files)
///
/// It is the first file to write, so that a run that is killed between two files leaves a set that is recognized.
package struct OwnMark: Sendable {
  /// The file.
  package let path: String
  private let isOwn: @Sendable ([UInt8]) -> Bool

  /// A table, recognized by its columns.
  package static func csv(_ path: String, columns: [String]) -> OwnMark {
    let header = Array(CSV(columns: columns, rows: []).text.utf8)
    return OwnMark(path: path) { $0.starts(with: header) }
  }

  /// A safetensors file, recognized by the names of its tensors.
  package static func safetensors(_ path: String, tensors: [String]) -> OwnMark {
    OwnMark(path: path) { bytes in
      (try? Safetensors(parsing: bytes, file: path))?.entries.map(\.name) == tensors
    }
  }

  /// Whether the file is there and is this project's.
  package var isPresent: Bool {
    guard isThere(path), let bytes = try? readWhole(path) else { return false }
    return isOwn(bytes)
  }

  /// Refuses to replace files that are somebody's own: such as are there although this mark is not.
  ///
  /// - Parameter files: The files that shall be written. (A folder in the place of one is left to the writing to refuse.)
  /// - Throws: A failure that names the first of them that is there.
  package func require(before files: [String]) throws(FileFailure) {
    guard let first = files.first(where: { isThere($0) && !isThere("\($0)/.") }), !isPresent else { return }
    throw FileFailure(
      file: first, at: .whole, expected: "no file there, or one that an earlier run has written",
      found: "one of another origin")
  }
}

/// Whether a path leads to a file or a folder, links followed.
package func isThere(_ path: String) -> Bool { isSameFile(path, path) }

/// The digest of some bytes, FNV-1a of 64 bits in hexadecimal: it tells that a file is another one, by accident and not
/// by design.
package func digest(of bytes: [UInt8]) -> String {
  let hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
