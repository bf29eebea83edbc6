// What reading and writing whole files need of the system.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The most bytes asked of one system call; macOS refuses more than 2 GiB.
let largestTransfer = 1 << 30

/// Repeats a system call as long as signals interrupt it.
func uninterrupted<Answer: SignedInteger>(_ call: () -> Answer) -> Answer {
  while true {
    let answer = call()
    if answer != -1 || errno != EINTR { return answer }
  }
}

/// Refuses a path that names nothing, one that the system would cut at its first NUL, and one that was not in UTF-8.
///
/// Swift reads bytes that are no UTF-8 as U+FFFD, in a command line as in a folder's names: such a path leads elsewhere.
/// (One in which that character really stands is refused with them.)
///
/// - Parameter path: The path.
/// - Throws: A failure that names the path and what is wrong with it.
package func refuseImpossible(_ path: String) throws(FileFailure) {
  guard !path.isEmpty else {
    throw FileFailure(file: "\"\"", at: .whole, expected: "a path", found: "an empty one")
  }
  guard !path.utf8.contains(0) else {
    throw FileFailure(file: path, at: .whole, expected: "a path", found: "a NUL character in it")
  }
  guard !path.unicodeScalars.contains("\u{FFFD}") else {
    throw FileFailure(file: path, at: .whole, expected: "a path in UTF-8", found: "other bytes in it")
  }
}

/// The folder in which a path's last component stands.
func folderName(of path: String) -> String {
  let slash = UInt8(ascii: "/")
  var folder = Array(path.utf8)
  while folder.count > 1, folder.last == slash { folder.removeLast() }
  guard let last = folder.lastIndex(of: slash) else { return "." }
  folder.removeSubrange(last...)
  while folder.last == slash { folder.removeLast() }
  return folder.isEmpty ? "/" : String(decoding: folder, as: UTF8.self)
}

/// A failure of the last system call, in the system's words.
func systemFailure(_ path: String, expected: String) -> FileFailure {
  let words = String(cString: strerror(errno))
  return FileFailure(file: path, at: .whole, expected: expected, found: "\"\(words)\"")
}

func writeFailure(_ path: String, _ count: Int) -> FileFailure {
  systemFailure(path, expected: "to write \(counted(count, "byte"))")
}

func folderFailure(_ path: String, _ folder: String) -> FileFailure {
  systemFailure(path, expected: "to write in the folder \(folder)")
}
