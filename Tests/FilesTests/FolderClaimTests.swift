import Files
import Foundation
import TestSupport
import Testing

// A lock belongs to an opened folder: in one process two claims are as much in each other's way as in two.
@Suite("A claim on a folder")
struct FolderClaimTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func taken(_ folder: String) -> FileFailure {
    FileFailure(
      file: folder, at: .whole, expected: "a folder that no other process writes to", found: "one that does")
  }

  /// Claims a folder for a moment.
  private func claim(_ folder: String) throws(FileFailure) { _ = try FolderClaim(folder) }

  @Test("keeps others out, by whatever name, until it ends; writing and reading need none")
  func keepsOthersOut() throws {
    try writeWhole("old", to: scratch("out/file"))
    try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: "out")
    do {
      let claim = try FolderClaim(scratch("out"))
      for name in ["out", "out/", "./out/../out", "link"] {
        #expect(throws: taken(scratch(name))) { try self.claim(scratch(name)) }
      }
      try writeWhole("new", to: scratch("out/file"))
      #expect(try readWhole(scratch("out/file")) == Array("new".utf8))
      try self.claim(scratch("out/inner"))
      try self.claim(scratch.path)
      withExtendedLifetime(claim) {}
    }
    try claim(scratch("link"))
    #expect(try scratch.contents == ["link", "out", "out/file"])
  }

  @Test("makes the folder, and at its end removes what it has made, where nothing was written there")
  func madeFolders() throws {
    _ = try scratch.folder("there")
    do {
      let claim = try FolderClaim(scratch("there/a/b"))
      #expect(try scratch.contents == ["there", "there/a", "there/a/b"])
      withExtendedLifetime(claim) {}
    }
    #expect(try scratch.contents == ["there"])
    do {
      let claim = try FolderClaim(scratch("there/a/b"))
      try writeWhole("x", to: scratch("there/a/file"))
      withExtendedLifetime(claim) {}
    }
    #expect(try scratch.contents == ["there", "there/a", "there/a/file"])
  }

  private func failureInPlace(_ claim: borrowing FolderClaim) -> FileFailure? {
    do throws(FileFailure) {
      try claim.requireInPlace()
      return nil
    } catch { return error }
  }

  @Test("holds as long as its folder is in its place: not when it is moved away, nor with another there")
  func moved() throws {
    let failure = FileFailure(
      file: scratch("out"), at: .whole, expected: "the folder that this process writes to",
      found: "that it was moved or removed")
    do {
      let claim = try FolderClaim(scratch("out"))
      #expect(failureInPlace(claim) == nil)
      try FileManager.default.moveItem(atPath: scratch("out"), toPath: scratch("away"))
      #expect(failureInPlace(claim) == failure)
      _ = try scratch.folder("out")
      #expect(failureInPlace(claim) == failure)
      try FileManager.default.removeItem(atPath: scratch("out"))
      try FileManager.default.createSymbolicLink(atPath: scratch("out"), withDestinationPath: "away")
      #expect(failureInPlace(claim) == nil)
    }
    #expect(try scratch.contents == ["away", "out"])
  }

  @Test("of a process that ends in its middle is over; where that was no kill, its empty folder is gone")
  func ended() async throws {
    await #expect(processExitsWith: .exitCode(3)) { [folder = scratch.path as String] in
      let claim = try FolderClaim(folder + "/a/b")
      guard FileManager.default.fileExists(atPath: folder + "/a/b") else { exit(1) }
      withExtendedLifetime(claim) { exit(3) }
    }
    #expect(try scratch.contents == [])
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = scratch.path as String] in
      let claim = try FolderClaim(folder + "/a/b")
      withExtendedLifetime(claim) { _ = kill(getpid(), SIGKILL) }
    }
    #expect(try scratch.contents == ["a", "a/b"])
    try claim(scratch("a/b"))
  }

  @Test("by many at once gets one of them at a time")
  func concurrent() async throws {
    let folder = scratch("new/folder")
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...4 {
        group.addTask {
          var count = 0
          for _ in 0..<20 {
            do throws(FileFailure) {
              let claim = try FolderClaim(folder)
              // A name that is there says that another is here too.
              #expect(mkdir(folder + "/here", 0o777) == 0)
              rmdir(folder + "/here")
              withExtendedLifetime(claim) { count += 1 }
            } catch {
              guard error.found == "one that does" else { throw error }
            }
          }
          return count
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    // Whoever comes second to a folder that another has made for it does not know that it is new.
    #expect(counts.reduce(0, +) > 0)
    #expect(try scratch.contents.allSatisfy { ["new", "new/folder"].contains($0) })
  }

  @Test("of what is no folder, or takes no files, is refused in the system's words")
  func refusals() throws {
    try writeWhole("old", to: scratch("file"))
    for (name, found) in [
      ("file", "\"Not a directory\""), ("file/below", "\"Not a directory\""),
      (String(repeating: "n", count: 256), "\"File name too long\""),
    ] {
      let failure = #expect(throws: FileFailure.self) { try claim(scratch(name)) }
      #expect(failure?.file == scratch(name))
      #expect(failure?.found == found)
    }
    let empty = FileFailure(file: "\"\"", at: .whole, expected: "a path", found: "an empty one")
    #expect(throws: empty) { try claim("") }
    let other = FileFailure(
      file: scratch("\u{FFFD}"), at: .whole, expected: "a path in UTF-8", found: "other bytes in it")
    #expect(throws: other) { try claim(scratch("\u{FFFD}")) }
    #expect(try scratch.contents == ["file"])
  }

  // Root may write everywhere, and still cannot here.
  @Test(
    "says no where nobody can write, and so does what can be foreseen of a file",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self")), arguments: ["/proc", "/proc/x/y"])
  func nobody(folder: String) {
    #expect(throws: FileFailure.self) { try claim(folder) }
    #expect(throws: FileFailure.self) { try requireWritable("/proc/file") }
  }
}

@Suite("Unfinished files that a killed process has left")
struct AbandonedFilesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("are removed by the next that writes into their folder, and by nobody while their writer lives")
  func removed() throws {
    try writeWhole("theirs", to: scratch("left/0"))
    try FileManager.default.createDirectory(atPath: scratch("out"), withIntermediateDirectories: true)
    for name in [".partial-1-0", ".partial-\(getpid())-0", ".partial-1-1"] {
      try FileManager.default.copyItem(atPath: scratch("left"), toPath: scratch("out/\(name)"))
    }
    do {
      // What a writer has locked.
      let writer = try FolderClaim(scratch("out/.partial-1-1"))
      try writeWhole("ours", to: scratch("out/f"))
      #expect(
        try scratch.contents.filter { $0.hasPrefix("out/") } == [
          "out/.partial-1-1", "out/.partial-1-1/0", "out/f",
        ])
      withExtendedLifetime(writer) {}
    }
    try writeWhole("ours", to: scratch("out/f"))
    #expect(try scratch.contents.filter { $0.hasPrefix("out/") } == ["out/f"])
  }

  @Test("are no files, links, or folders in folders of such names: those are somebody else's")
  func others() throws {
    try writeWhole("theirs", to: scratch(".partial-a"))
    try writeWhole("theirs", to: scratch(".partial-b/inner/file"))
    try writeWhole("theirs", to: scratch("there/file"))
    try FileManager.default.createSymbolicLink(atPath: scratch(".partial-c"), withDestinationPath: "there")
    try writeWhole("ours", to: scratch("f"))
    #expect(
      try scratch.contents == [
        ".partial-a", ".partial-b", ".partial-b/inner", ".partial-b/inner/file", ".partial-c", "f", "there",
        "there/file",
      ])
  }

  @Test(
    "are those that a writer has named, and nothing else in such a folder",
    arguments: [
      ".partial-notes", ".partial-", ".partial-1", ".partial-1-", ".partial--1", ".partial-1-2-3",
      ".partial-01-2", ".partial-1-02", ".partial-+1-2", ".partial-1-a", "x.partial-1-2",
    ])
  func named(name: String) throws {
    for file in ["\(name)/0", ".partial-1-2/notes", ".partial-1-2/01", ".partial-1-2/7"] {
      try writeWhole("theirs", to: scratch("out/\(file)"))
    }
    try writeWhole("ours", to: scratch("out/f"))
    let left = ["\(name)", "\(name)/0", ".partial-1-2", ".partial-1-2/01", ".partial-1-2/notes", "f"]
    #expect(try scratch.contents == (["out"] + left.map { "out/\($0)" }).sorted())
  }

  @Test("of a process killed while it writes are gone after the next writing, and the files are whole")
  func killed() async throws {
    for _ in 0..<4 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = scratch.path as String] in
        Thread.detachNewThread {
          while !FileManager.default.fileExists(atPath: folder + "/1") {}
          kill(getpid(), SIGKILL)
        }
        while true {
          try writeTogether(
            (0..<40).map { (path: "\(folder)/\($0)", bytes: [UInt8](repeating: 7, count: 9000)) })
        }
      }
      for name in try scratch.contents where !name.hasPrefix(".") {
        #expect(try readWhole(scratch(name)) == [UInt8](repeating: 7, count: 9000))
        try FileManager.default.removeItem(atPath: scratch(name))
      }
      try writeWhole("x", to: scratch("f"))
      #expect(try scratch.contents == ["f"])
      try FileManager.default.removeItem(atPath: scratch("f"))
    }
  }
}
