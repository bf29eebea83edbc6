import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder to write to that no other process has claimed, as long as this value lives.
///
/// Two trainings in one folder would take turns at replacing each other's files: the second is refused here, before it has
/// done or changed anything.
///
/// ```swift
/// let claim = try FolderClaim("out/models/mine")
/// defer { withExtendedLifetime(claim) {} }
/// ```
///
/// What is claimed is a lock on the folder itself, which the system gives back when the process ends, however it ends: no
/// file says so, and nothing can be out of date. Who only reads needs no claim. A file system without locks refuses
/// nobody.
package struct FolderClaim: ~Copyable {
  private let folder: String
  private let descriptor: Int32
  /// The folders that were missing, the outermost first.
  private let made: [String]

  /// Claims a folder, and makes it where it is missing.
  ///
  /// A folder that nothing can be written to is refused too: a new one is made in it and removed.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: A failure that names the folder when another process has claimed it, or in the system's words when it
  ///   cannot be made or written to.
  package init(_ folder: String) throws(FileFailure) {
    try refuseImpossible(folder)
    // Whoever had claimed the folder may have removed it before it is locked; then it is made again.
    var reason = ENOENT
    for _ in 0..<100 where reason == ENOENT {
      let made = try makeFolder(folder, for: folder)
      let descriptor = openLocked(folder, followingLinks: true)
      if descriptor >= 0 {
        if tryFolder(folder) {
          self.folder = folder
          self.descriptor = descriptor
          self.made = made
          NewFolders.watch(made)
          return
        }
        reason = errno
        Self.giveBack(descriptor, made)
      } else {
        reason = errno
        // Where somebody else has it, it is theirs now, and stays.
        removeEmpty(made)
      }
    }
    if reason == EWOULDBLOCK {
      throw FileFailure(
        file: folder, at: .whole, expected: "a folder that no other process writes to", found: "one that does"
      )
    }
    errno = reason
    throw folderFailure(folder, folder)
  }

  /// Refuses to go on where the folder's name leads to another folder by now, or to none.
  ///
  /// A folder that was moved away takes its lock along: files would go to a new one of its name, which nobody has
  /// claimed. A long run asks this before it writes.
  ///
  /// - Throws: A failure that names the folder.
  package borrowing func requireInPlace() throws(FileFailure) {
    var claimed = stat(), named = stat()
    guard fstat(descriptor, &claimed) == 0, stat(folder, &named) == 0, isSame(claimed, named) else {
      throw FileFailure(
        file: folder, at: .whole, expected: "the folder that this process writes to",
        found: "that it was moved or removed")
    }
  }

  /// Gives the folder back.
  ///
  /// Where it was made for the claim and is still empty, it is removed.
  deinit {
    Self.giveBack(descriptor, made)
    NewFolders.forget(made)
  }

  /// Ends a lock, and removes what was made and is empty, the folder itself as long as it is locked.
  private static func giveBack(_ descriptor: Int32, _ made: [String]) {
    let isRemoved = made.last.map { rmdir($0) == 0 } ?? false
    _ = close(descriptor)
    if isRemoved { removeEmpty(made.dropLast()) }
  }
}

/// The folders that claims have made, for a process that ends while it has them: a run that was refused later on leaves
/// nothing behind. (One that was killed leaves an empty folder.)
private enum NewFolders {
  private static let made = Mutex<[String]>([])
  private static let willRemove: Bool =
    atexit {
      // Its own locks are in nobody's way: the process makes no more claims.
      for folder in made.withLock({ $0 }).reversed() { _ = rmdir(folder) }
    } == 0

  static func watch(_ folders: [String]) {
    made.withLock { $0 += folders }
    _ = willRemove
  }

  static func forget(_ folders: [String]) {
    made.withLock { all in all.removeAll(where: folders.contains) }
  }
}
