import Files
import Foundation
import TestSupport
import Testing

@Suite("Reading a whole file")
struct ReadWholeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("gives its bytes, whatever their number", arguments: [0, 1, 4095, 4096, 65_536, 1_000_001])
  func bytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167) }
    try Data(bytes).write(to: URL(filePath: scratch("f")))
    #expect(try readWhole(scratch("f")) == bytes)
  }

  @Test("reads on where the system gives a size of 0", .enabled(if: exists("/proc/self/status")))
  func unknownSize() throws {
    #expect(try readWhole("/proc/self/status").count > 100)
  }

  @Test("takes a file of exactly the limit and refuses a longer one")
  func limit() throws {
    try writeWhole([UInt8](repeating: 7, count: 1000), to: scratch("f"))
    #expect(try readWhole(scratch("f"), atMost: 1000).count == 1000)
    let failure = FileFailure(
      file: scratch("f"), at: .whole, expected: "at most 999 bytes", found: "1,000 bytes")
    #expect(throws: failure) { try readWhole(scratch("f"), atMost: 999) }
  }

  @Test("stops at the limit where the size is not known before", .enabled(if: exists("/dev/zero")))
  func endless() {
    let failure = FileFailure(file: "/dev/zero", at: .whole, expected: "at most 100,000 bytes", found: "more")
    #expect(throws: failure) { try readWhole("/dev/zero", atMost: 100_000) }
  }

  @Test("says in the system's words why it cannot")
  func refusals() throws {
    try writeWhole("x", to: scratch("file"))
    try expectFailure(of: scratch("missing"), found: "\"No such file or directory\"")
    try expectFailure(of: scratch("file/below"), found: "\"Not a directory\"")
    try expectFailure(of: scratch(String(repeating: "n", count: 300)), found: "\"File name too long\"")
    try expectFailure(of: scratch.path, found: "a folder")
    try expectFailure(of: scratch("file\0.txt"), expected: "a path", found: "a NUL character in it")
    try expectFailure(
      of: scratch("\u{FFFD}.txt"), expected: "a path in UTF-8", found: "other bytes in it")
    let empty = FileFailure(file: "\"\"", at: .whole, expected: "a path", found: "an empty one")
    #expect(throws: empty) { try readWhole("") }
  }

  private func expectFailure(of path: String, expected: String = "a file to read", found: String) throws {
    let failure = FileFailure(file: path, at: .whole, expected: expected, found: found)
    #expect(throws: failure) { try readWhole(path) }
  }
}

@Suite("Writing a whole file")
struct WriteWholeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("writes all bytes and nothing beside them", arguments: [0, 1, 4096, 3_000_000])
  func bytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91) }
    try writeWhole(bytes, to: scratch("f"))
    #expect(try readWhole(scratch("f")) == bytes)
    #expect(try scratch.contents == ["f"])
  }

  @Test("writes text as UTF-8")
  func text() throws {
    try writeWhole("β̃ = 0.1\r\n", to: scratch("f"))
    #expect(try readWhole(scratch("f")) == Array("β̃ = 0.1\r\n".utf8))
  }

  @Test("replaces a longer file, an equal one and a shorter one")
  func replaces() throws {
    for text in ["a longer text", "short", "short", "a longer text"] {
      try writeWhole(text, to: scratch("f"))
      #expect(try readWhole(scratch("f")) == Array(text.utf8))
    }
  }

  @Test(
    "makes the folders that are missing",
    arguments: ["a/b/c/f", "a//b///f", "./a/./b/f", "a/../a/f"])
  func folders(name: String) throws {
    try writeWhole("x", to: scratch("a/first"))
    try writeWhole("y", to: scratch(name))
    #expect(try readWhole(scratch(name)) == Array("y".utf8))
  }

  @Test("keeps the permissions of the file that it replaces")
  func permissions() throws {
    try writeWhole("old", to: scratch("f"))
    try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: scratch("f"))
    try writeWhole("new", to: scratch("f"))
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch("f"))
    #expect(attributes[.posixPermissions] as? Int == 0o750)
  }

  @Test("follows a link: it stays a link, and the file that it names is replaced")
  func link() throws {
    try writeWhole("old", to: scratch("there/f"))
    try FileManager.default.createSymbolicLink(atPath: scratch("f"), withDestinationPath: "there/f")
    try writeWhole("new", to: scratch("f"))
    #expect(try readWhole(scratch("there/f")) == Array("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch("f")) == "there/f")
  }

  @Test("uses a name for the unfinished file that fits beside the longest name there can be")
  func longestName() throws {
    let name = String(repeating: "n", count: 255)
    try writeWhole("x", to: scratch(name))
    #expect(try scratch.contents == [name])
  }

  @Test("by many at once leaves one of the files, whole, and every reader sees a whole one")
  func concurrent() async throws {
    let path = scratch("f")
    let size = 50_000
    try writeWhole([UInt8](repeating: 0, count: size), to: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...4 {
        group.addTask {
          for _ in 0..<20 { try writeWhole([UInt8](repeating: UInt8(writer), count: size), to: path) }
        }
        group.addTask {
          for _ in 0..<40 {
            let bytes = try readWhole(path)
            #expect(bytes.count == size && bytes.allSatisfy { $0 == bytes[0] })
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try scratch.contents == ["f"])
  }
}

private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

@Suite("Writing files together")
struct WriteTogetherTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("writes them all, in several folders")
  func all() throws {
    try writeTogether([(scratch("a"), [1]), (scratch("deep/b"), [2, 3]), (scratch("deep/c"), [])])
    #expect(try readWhole(scratch("a")) == [1])
    #expect(try readWhole(scratch("deep/b")) == [2, 3])
    #expect(try readWhole(scratch("deep/c")) == [])
  }

  @Test("changes nothing where one of them cannot be written, be it the last")
  func none() throws {
    try writeWhole("old", to: scratch("a"))
    try writeWhole("in the way", to: scratch("folder/file"))
    #expect(throws: FileFailure.self) {
      try writeTogether([(scratch("a"), [1]), (scratch("b"), [2]), (scratch("folder"), [3])])
    }
    #expect(throws: FileFailure.self) {
      try writeTogether([(scratch("new/deep/b"), [2]), (scratch("folder"), [3])])
    }
    #expect(try readWhole(scratch("a")) == Array("old".utf8))
    #expect(try scratch.contents == ["a", "folder", "folder/file"])
  }
}
