// Files read and written whole, by the system's own calls.
//
// In order of priority: never lose what was there; say what went wrong; be short. Foundation's writing empties the
// old file before the new one is complete, so that a full disk destroys both: hence POSIX. Unsafe pointers are touched
// here and in the files for folders and system calls, and nowhere else in the module: `read` and `write` take nothing
// else, and `strerror`, `realpath` and `readdir` return nothing else. No pointer outlives the call it is made for.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// MARK: - Reading

/// Reads a whole file.
///
/// - Parameters:
///   - path: The file; a pipe or a device will do as well.
///   - limit: The most bytes to accept; by default 4 GiB, which no file of this project comes near.
/// - Returns: The bytes of the file.
/// - Throws: A failure in the system's words when the file is missing, a folder or unreadable; a failure when it
///   is longer than the limit.
package func readWhole(_ path: String, atMost limit: Int = 1 << 32) throws(FileFailure) -> [UInt8] {
  try refuseImpossible(path)
  let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { throw systemFailure(path, expected: "a file to read") }
  defer { _ = close(descriptor) }

  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw systemFailure(path, expected: "a file to read") }
  guard status.st_mode & S_IFMT != S_IFDIR else {
    throw FileFailure(file: path, at: .whole, expected: "a file to read", found: "a folder")
  }
  let size = Int(status.st_size)
  guard size <= limit else { throw tooLong(path, limit: limit, found: counted(size, "byte")) }

  // One byte more than the file has, so that its end is seen without growing. A pipe has size 0 and does grow.
  var bytes = [UInt8](repeating: 0, count: size + 1)
  var count = 0
  while true {
    if count == bytes.count { bytes += repeatElement(0, count: max(count, 65_536)) }
    let received = uninterrupted {
      bytes.withUnsafeMutableBytes { storage in
        let rest = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
        return read(descriptor, rest.baseAddress, min(rest.count, largestTransfer))
      }
    }
    guard received >= 0 else { throw systemFailure(path, expected: "a file to read") }
    if received == 0 { break }
    count += received
    guard count <= limit else { throw tooLong(path, limit: limit, found: "more") }
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// Refuses what may be read for ever, such as a pipe that nobody writes to, where a file among others is to be read.
///
/// - Parameter path: The file; whatever else is wrong with it `readWhole` will say.
/// - Throws: A failure that names a pipe, socket or device.
package func refuseEndless(_ path: String) throws(FileFailure) {
  var status = stat()
  guard stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
  throw FileFailure(file: path, at: .whole, expected: "a file to read", found: otherKinds)
}

/// What is neither a file nor a folder.
private let otherKinds = "a device, pipe or socket"

private func tooLong(_ path: String, limit: Int, found: String) -> FileFailure {
  FileFailure(file: path, at: .whole, expected: "at most \(counted(limit, "byte"))", found: found)
}

// MARK: - Writing

/// Writes a whole file, or none: whoever looks, at any moment, sees the old file or the new one, complete.
///
/// Missing folders are made. The bytes go to a new file in a hidden folder beside the old one, are synced to the disk, and
/// only then take the old file's place. An existing file keeps its permissions; a link stays a link, and the file it
/// names is replaced. A hidden folder that a killed process has left is removed.
///
/// - Parameters:
///   - bytes: What the file shall contain.
///   - path: The file.
/// - Throws: A failure in the system's words. What was there before is then untouched and nothing is left beside it.
///   (One exception: when the new file is complete and in place, but the folder cannot be synced.)
package func writeWhole(_ bytes: [UInt8], to path: String) throws(FileFailure) {
  try writeTogether([(path: path, bytes: bytes)])
}

/// Writes several files, all or none, as far as a file system can: no file takes its place before every one of them
/// is complete on the disk.
///
/// So a full disk, a folder that may not be written to or a name that is a folder changes nothing. What is left is
/// the moment of the renames: a machine that stops there leaves some files new and some old, each of them whole.
///
/// - Parameter files: Where each file goes and what it shall contain; each as `writeWhole` would write it.
/// - Throws: The first failure. The files that were there before are then untouched and nothing is left beside them,
///   unless the failure is one of the renames or of the folder's syncing.
package func writeTogether(_ files: [(path: String, bytes: [UInt8])]) throws(FileFailure) {
  var staging = Staging()
  defer { staging.clear() }
  var staged: [StagedFile] = []
  for file in files { staged.append(try staging.stage(file.bytes, for: file.path)) }
  for file in staged {
    guard rename(file.temporary, file.target) == 0 else { throw writeFailure(file.path, file.count) }
  }
  staging.keepFolders()
  try staging.syncFolders()
}

/// A file that is complete on the disk, under a name that nobody knows yet.
private struct StagedFile {
  /// The file as the caller named it.
  let path: String
  /// The same with links followed.
  let target: String
  let temporary: String
  let count: Int
}

/// Where files wait until all of them are complete: a hidden folder in each folder that gets some.
private struct Staging {
  /// Each with the first file that it is for.
  private var places: [(folder: String, path: String, partial: PartialFolder)] = []
  private var made: [String] = []

  /// Writes and syncs the bytes under a temporary name, on the same disk as the file they are for.
  mutating func stage(_ bytes: [UInt8], for path: String) throws(FileFailure) -> StagedFile {
    let target = try existingTarget(path)
    let folder = folderName(of: target.path)
    let place = try place(in: folder, for: path)
    let temporary = places[place].partial.nextFile()
    let descriptor = uninterrupted { open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw folderFailure(path, folder) }
    try fill(descriptor, with: bytes, permissions: target.permissions, for: path)
    return StagedFile(path: path, target: target.path, temporary: temporary, count: bytes.count)
  }

  /// The index of the place for files of a folder, which is made for the first of them.
  private mutating func place(in folder: String, for path: String) throws(FileFailure) -> Int {
    if let index = places.lastIndex(where: { $0.folder == folder }) { return index }
    made += try makeFolder(folder, for: path)
    places.append((folder, path, try PartialFolder(in: folder, for: path)))
    return places.count - 1
  }

  /// Says that each folder that was made has got a file.
  mutating func keepFolders() { made = [] }

  /// Makes the files' names durable.
  func syncFolders() throws(FileFailure) {
    for place in places {
      guard place.partial.syncOuter() else { throw folderFailure(place.path, place.folder) }
    }
  }

  /// Removes what did not take its place, and the folders that were made for nothing.
  func clear() {
    for place in places { place.partial.remove() }
    removeEmpty(made)
  }
}

/// Writes a whole text in UTF-8, or nothing.
///
/// - Parameters:
///   - text: What the file shall contain.
///   - path: The file.
/// - Throws: A failure in the system's words; what was there before is then untouched.
package func writeWhole(_ text: String, to path: String) throws(FileFailure) {
  try writeWhole(Array(text.utf8), to: path)
}

/// Refuses a path that cannot be written to, before the hours of work whose result it is for; changes nothing.
///
/// What passes may still fail later: a disk may be full by then.
///
/// - Parameter path: The file that shall be written.
/// - Throws: The failure that writing would meet.
package func requireWritable(_ path: String) throws(FileFailure) {
  let folder = folderName(of: try existingTarget(path).path)
  var nearest = folder
  var status = stat()
  // Folders that are missing will be made in the first that is there.
  while lstat(nearest, &status) != 0, errno == ENOENT, folderName(of: nearest) != nearest {
    nearest = folderName(of: nearest)
  }
  if nearest == folder {
    guard tryFolder(folder) else { throw folderFailure(path, folder) }
  } else {
    // Nothing is tried where nothing will be written: what a killed process left there would stay.
    guard access(nearest, R_OK | W_OK | X_OK) == 0, stat(nearest, &status) == 0 else {
      throw folderFailure(path, nearest)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      errno = ENOTDIR
      throw folderFailure(path, nearest)
    }
  }
}

/// Where the bytes shall go, links followed, and the permissions of the file that is there, if one is.
private func existingTarget(
  _ path: String
) throws(FileFailure) -> (path: String, permissions: mode_t?) {
  try refuseImpossible(path)
  let expected = "a file to write"
  var status = stat()
  guard lstat(path, &status) == 0 else {
    guard errno == ENOENT else { throw systemFailure(path, expected: expected) }
    guard path.utf8.last != UInt8(ascii: "/") else {
      throw FileFailure(file: path, at: .whole, expected: expected, found: "the name of a folder")
    }
    return (path, nil)
  }

  var target = path
  if status.st_mode & S_IFMT == S_IFLNK {
    guard let resolved = realpath(path, nil) else {
      throw systemFailure(path, expected: "a link to a file to write")
    }
    defer { free(resolved) }
    target = String(cString: resolved)
    try refuseImpossible(target)
    guard stat(target, &status) == 0 else { throw systemFailure(path, expected: expected) }
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw FileFailure(file: path, at: .whole, expected: expected, found: "a folder")
  default: throw FileFailure(file: path, at: .whole, expected: expected, found: otherKinds)
  }
  // Renaming would replace a write-protected file without a word.
  guard access(target, W_OK) == 0 else { throw systemFailure(path, expected: expected) }
  return (target, status.st_mode & 0o777)
}

/// Writes all bytes to a new file, syncs it and closes it, whatever happens.
private func fill(
  _ descriptor: Int32, with bytes: [UInt8], permissions: mode_t?, for path: String
) throws(FileFailure) {
  do throws(FileFailure) {
    var count = 0
    while count < bytes.count {
      let accepted = uninterrupted {
        bytes.withUnsafeBytes { storage in
          let rest = UnsafeRawBufferPointer(rebasing: storage[count...])
          return write(descriptor, rest.baseAddress, min(rest.count, largestTransfer))
        }
      }
      guard accepted > 0 else { throw writeFailure(path, bytes.count) }
      count += accepted
    }
    // A file system without permissions refuses this, and the file is none the worse.
    if let permissions { _ = fchmod(descriptor, permissions) }
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw writeFailure(path, bytes.count) }
  } catch {
    _ = close(descriptor)
    throw error
  }
  // A network file system may report a full disk only here. When a signal interrupts it, it has closed all the same.
  guard close(descriptor) == 0 || errno == EINTR else { throw writeFailure(path, bytes.count) }
}
