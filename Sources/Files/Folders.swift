// Folders: made, locked, listed and removed, by the system's own calls.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes a folder, and the folders it stands in, unless it is there.
///
/// - Returns: The folders that were made, the outermost first.
/// - Throws: A failure in the system's words; no folder is then left that was not there.
func makeFolder(_ folder: String, for path: String) throws(FileFailure) -> [String] {
  var status = stat()
  if stat(folder, &status) == 0 { return [] }
  let outer = folderName(of: folder)
  guard errno == ENOENT, outer != folder else { throw folderFailure(path, folder) }
  for _ in 0..<100 {
    var made = try makeFolder(outer, for: path)
    let isMade = mkdir(folder, 0o777) == 0
    if isMade { made.append(folder) }
    // Where it is there now, another process has made it meanwhile, which is as good.
    if isMade || errno == EEXIST, sync(folder: outer) { return made }
    let reason = errno
    removeEmpty(made)
    errno = reason
    // Another process may have removed the outer folder, which it had made for nothing; then that is made again.
    if reason != ENOENT { break }
  }
  throw folderFailure(path, folder)
}

/// Removes those of the folders that are empty and that nobody has locked, the last first.
func removeEmpty(_ folders: [String]) {
  for folder in folders.reversed() {
    let descriptor = openLocked(folder, followingLinks: false)
    if descriptor < 0, errno == EWOULDBLOCK { continue }
    _ = rmdir(folder)
    if descriptor >= 0 { _ = close(descriptor) }
  }
}

/// Makes the names in a folder durable, where the file system can; false with `errno` where that fails.
func sync(folder: String) -> Bool {
  let descriptor = openToSync(folder)
  guard descriptor >= 0 else { return false }
  let isSynced = sync(folder: descriptor)
  let reason = errno
  _ = close(descriptor)
  errno = reason
  return isSynced
}

private func sync(folder descriptor: Int32) -> Bool {
  uninterrupted { fsync(descriptor) } == 0 || errno == EINVAL || errno == ENOTSUP
}

/// Opens a folder, which must be readable for that; −1 with `errno` where that fails.
private func openToSync(_ folder: String) -> Int32 {
  uninterrupted { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
}

/// Whether a folder takes new files and can be synced: one folder is made in it and removed again; where not, `errno` says why.
///
/// Permissions say too little: root has them everywhere, and nobody can write to `/proc`.
func tryFolder(_ folder: String) -> Bool {
  let descriptor = openToSync(folder)
  guard descriptor >= 0 else { return false }
  _ = close(descriptor)
  for attempt in 0..<mostAttempts {
    let name = partialName(in: folder, attempt)
    if mkdir(name, 0o700) == 0 {
      _ = rmdir(name)
      return true
    }
    if errno != EEXIST { return false }
  }
  return false
}

// MARK: - Locks

/// Opens a folder and locks it for as long as the descriptor is open: the system gives the lock back with the process.
///
/// - Parameters:
///   - folder: The folder.
///   - followsLinks: Whether a link to a folder will do.
///   - isLockNeeded: Whether a file system that has no locks is refused; else the folder is only opened there.
/// - Returns: The descriptor, or −1 with `errno`: EWOULDBLOCK where somebody has the lock, ENOENT where the folder is gone.
func openLocked(_ folder: String, followingLinks followsLinks: Bool, needingLock isLockNeeded: Bool = false)
  -> Int32
{
  let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
  let descriptor = uninterrupted { open(folder, flags) }
  guard descriptor >= 0 else { return -1 }
  func given(up reason: Int32) -> Int32 {
    _ = close(descriptor)
    errno = reason
    return -1
  }
  if uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, isLockNeeded || errno == EWOULDBLOCK {
    return given(up: errno)
  }
  // Before it was locked, it may have been removed, and another may have got its name.
  var opened = stat(), named = stat()
  guard fstat(descriptor, &opened) == 0, stat(folder, &named) == 0 else { return given(up: errno) }
  guard opened.st_dev == named.st_dev, opened.st_ino == named.st_ino else { return given(up: ENOENT) }
  return descriptor
}

// MARK: - Folders of unfinished files

/// A hidden folder in which files are made complete, beside the places that they are for.
///
/// Its maker has it locked. So one without a lock was left by a process that was killed, and is removed by the next that
/// writes there: only what is named as here, for any other hidden folder is somebody else's.
struct PartialFolder {
  let path: String
  private let descriptor: Int32
  /// The folder that it stands in, opened while nothing is changed yet: one that cannot be synced gets no file.
  private let outer: Int32
  private var fileCount = 0

  /// Makes one in a folder, which must be there, and removes those that were left in it.
  init(in folder: String, for path: String) throws(FileFailure) {
    let outer = openToSync(folder)
    guard outer >= 0 else { throw folderFailure(path, folder) }
    Self.removeAbandoned(in: folder)
    var reason = EEXIST
    // A name is taken by another thread, or was left by a process of the same number where there are no locks. Of a new
    // folder that is not locked yet another process thinks that it was left, and removes it.
    for attempt in 0..<mostAttempts where [EEXIST, EWOULDBLOCK, ENOENT].contains(reason) {
      let name = partialName(in: folder, attempt)
      guard mkdir(name, 0o700) == 0 else {
        reason = errno
        if reason == ENOENT { break }
        continue
      }
      let descriptor = openLocked(name, followingLinks: false)
      if descriptor >= 0 {
        self.path = name
        self.descriptor = descriptor
        self.outer = outer
        return
      }
      reason = errno
      _ = rmdir(name)
    }
    _ = close(outer)
    errno = reason
    throw folderFailure(path, folder)
  }

  /// A path in the folder for one more file.
  mutating func nextFile() -> String {
    fileCount += 1
    return "\(path)/\(fileCount - 1)"
  }

  /// Makes the names in the folder that it stands in durable; false with `errno` where that fails.
  func syncOuter() -> Bool { sync(folder: outer) }

  /// Removes the folder with its files, and gives the lock back.
  ///
  /// The files are not looked for: reading the folder needs a descriptor, and the last one may be taken.
  func remove() {
    for number in 0..<fileCount { _ = unlink("\(path)/\(number)") }
    _ = rmdir(path)
    _ = close(descriptor)
    _ = close(outer)
  }

  private static func removeAbandoned(in folder: String) {
    for name in names(in: folder) where isPartialName(name) {
      let path = "\(folder)/\(name)"
      let descriptor = openLocked(path, followingLinks: false, needingLock: true)
      guard descriptor >= 0 else { continue }
      for name in names(in: path) where isNumber(name) { _ = unlink("\(path)/\(name)") }
      _ = rmdir(path)
      _ = close(descriptor)
    }
  }
}

private let partialPrefix = ".partial-"

/// More names than are ever taken at once.
private let mostAttempts = 10_000

/// A name that no other process of this machine uses now; it is short, since that of a file may be as long as names can be.
private func partialName(in folder: String, _ attempt: Int) -> String {
  "\(folder)/\(partialPrefix)\(getpid())-\(attempt)"
}

/// Whether a process of this project may have given a hidden folder this name.
private func isPartialName(_ name: String) -> Bool {
  guard name.hasPrefix(partialPrefix) else { return false }
  let numbers = name.dropFirst(partialPrefix.count).split(separator: "-", omittingEmptySubsequences: false)
  return numbers.count == 2 && numbers.allSatisfy(isNumber)
}

/// Whether a text is a number from 0 as it is printed here: `01` and `+1` are none.
private func isNumber(_ text: some StringProtocol) -> Bool {
  Int(text).map { $0 >= 0 && "\($0)" == text } ?? false
}

/// The names in a folder; none where it cannot be read.
///
/// The system gives each behind a pointer that lives until the next is asked for.
private func names(in folder: String) -> [String] {
  guard let listing = opendir(folder) else { return [] }
  defer { closedir(listing) }
  var names: [String] = []
  while let entry = readdir(listing) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
