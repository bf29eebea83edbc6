import Files
import Formats

/// What a training has written of its model, by digest: a training that goes on replaces these files, and must not
/// replace weights or settings that somebody has put in their place.
///
/// It is a list of lines `digest  name`. While files are being replaced a name stands there twice, with the digest of the old
/// file and with that of the new one, so that a process that is killed meanwhile leaves nothing that looks like another's.
package struct WrittenFiles: Equatable, Sendable {
  private var digests: [String: Set<String>]

  /// Nothing written yet.
  package init() { digests = [:] }

  /// Reads the list of a folder; what is no line of it is left out.
  ///
  /// - Parameter path: The list.
  /// - Throws: A failure in the system's words, where the list is there and cannot be read.
  package static func read(_ path: String) throws(FileFailure) -> WrittenFiles {
    var written = WrittenFiles()
    guard isThere(path) else { return written }
    for line in String(decoding: try readWhole(path), as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].count == 16 else { continue }
      written.digests[String(parts[1].drop { $0 == " " }), default: []].insert(String(parts[0]))
    }
    return written
  }

  /// The list as a file.
  package var text: String {
    digests.keys.sorted().flatMap { name in
      digests[name, default: []].sorted().map { "\($0)  \(name)\n" }
    }.joined()
  }

  /// Adds what is about to be written.
  ///
  /// - Parameter files: The name of each file within the model's folder, and what it shall contain.
  package func adding(_ files: [(name: String, bytes: [UInt8])]) -> WrittenFiles {
    var sum = self
    for file in files { sum.digests[file.name, default: []].insert(digest(of: file.bytes)) }
    return sum
  }

  /// Refuses to replace a file that is not as the training has left it.
  ///
  /// - Parameter folder: The model's folder.
  /// - Throws: A failure that names the folder and the file.
  package func requireUnchanged(in folder: String) throws(FileFailure) {
    for (name, known) in digests.sorted(by: { $0.key < $1.key }) where isThere("\(folder)/\(name)") {
      guard !known.contains(digest(of: try readWhole("\(folder)/\(name)"))) else { continue }
      throw FileFailure(
        file: folder, at: .whole,
        expected:
          "the model as its training has left it: going on replaces it (move yours to another folder)",
        found: "another \(name)")
    }
  }
}
