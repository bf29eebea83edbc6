import Files
import Foundation
import TestSupport
import Testing

/// Writing that must fail, and what must then be as it was.
@Suite("Writing that fails")
struct FailedWritingTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writeWhole("old", to: scratch("old"))
    try FileManager.default.createDirectory(atPath: scratch("folder"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: scratch("dangling"), withDestinationPath: "nowhere")
  }

  @Test(
    "says why, touches nothing and leaves nothing behind",
    arguments: [
      ("folder", "a file to write", "a folder"),
      ("folder/", "a file to write", "a folder"),
      ("folder/..", "a file to write", "a folder"),
      ("new/", "a file to write", "the name of a folder"),
      ("old/new", "a file to write", "\"Not a directory\""),
      ("old/new/newer", "a file to write", "\"Not a directory\""),
      ("dangling", "a link to a file to write", "\"No such file or directory\""),
      (String(repeating: "n", count: 256), "a file to write", "\"File name too long\""),
      ("old\0er", "a path", "a NUL character in it"),
      (String(decoding: [0x6f, 0xff] as [UInt8], as: UTF8.self), "a path in UTF-8", "other bytes in it"),
    ])
  func refusals(name: String, expected: String, found: String) throws {
    let failure = FileFailure(file: scratch(name), at: .whole, expected: expected, found: found)
    #expect(throws: failure) { try requireWritable(scratch(name)) }
    #expect(throws: failure) { try writeWhole("new", to: scratch(name)) }
    #expect(try scratch.contents == ["dangling", "folder", "old"])
    #expect(try readWhole(scratch("old")) == Array("old".utf8))
  }

  @Test("can be foreseen: in a folder behind a dangling link, below a file, or where nobody may write")
  func foreseen() throws {
    for name in ["dangling/new", "dangling/folder/new"] {
      #expect(throws: FileFailure.self) { try requireWritable(scratch(name)) }
    }
    #expect(throws: FileFailure.self) { try requireWritable("/dev/null/folder/new") }
    if getuid() != 0 {
      chmod(scratch("folder"), 0o555)
      #expect(throws: FileFailure.self) { try requireWritable(scratch("folder/deep/new")) }
      chmod(scratch("folder"), 0o755)
    }
    for name in ["old", "new", "folder/new", "folder/deep/deeper/new"] { try requireWritable(scratch(name)) }
    #expect(try scratch.contents == ["dangling", "folder", "old"])
  }

  @Test("refuses to put a file in the place of a device")
  func device() {
    let failure = FileFailure(
      file: "/dev/null", at: .whole, expected: "a file to write", found: "a device, pipe or socket")
    #expect(throws: failure) { try writeWhole("x", to: "/dev/null") }
  }

  @Test("refuses an empty path")
  func empty() {
    let failure = FileFailure(file: "\"\"", at: .whole, expected: "a path", found: "an empty one")
    #expect(throws: failure) { try writeWhole("x", to: "") }
  }

  // The limit on a file's size stands for a full disk: the system accepts the first bytes and refuses the rest.
  @Test("half way, as on a full disk, keeps the old file and removes the half of the new one")
  func full() async throws {
    await #expect(processExitsWith: .success) { [folder = scratch.path as String] in
      signal(SIGXFSZ, SIG_IGN)
      limit(RLIMIT_FSIZE, to: 5000)
      let failure = FileFailure(
        file: folder + "/old", at: .whole, expected: "to write 12,000 bytes", found: "\"File too large\"")
      #expect(throws: failure) {
        try writeWhole([UInt8](repeating: 7, count: 12_000), to: folder + "/old")
      }
      #expect(throws: FileFailure.self) {
        try writeWhole([UInt8](repeating: 7, count: 12_000), to: folder + "/new")
      }
    }
    #expect(try scratch.contents == ["dangling", "folder", "old"])
    #expect(try readWhole(scratch("old")) == Array("old".utf8))
  }

  // With one more each time, so that each call that needs one is once the first to get none.
  @Test("for want of descriptors changes nothing and leaves nothing behind")
  func noDescriptors() async throws {
    await #expect(processExitsWith: .success) { [folder = scratch.path as String] in
      let files = ["old", "folder/new", "a/b/new"].map { (path: "\(folder)/\($0)", bytes: [UInt8](9...12)) }
      limit(RLIMIT_NOFILE, to: 256)
      func isWritten(withDescriptors count: Int) -> Bool {
        var taken: [Int32] = []
        while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
        for descriptor in taken.suffix(count) { close(descriptor) }
        defer { for descriptor in taken.dropLast(count) { close(descriptor) } }
        return (try? writeTogether(files)) != nil
      }

      var count = 0
      while count < 20, !isWritten(withDescriptors: count) {
        count += 1
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        #expect(names == ["dangling", "folder", "old"])
        #expect(try readWhole(folder + "/old") == Array("old".utf8))
      }
      #expect((3..<20).contains(count))
      for file in files { #expect(try readWhole(file.path) == file.bytes) }
    }
  }

  @Test("refuses a folder or a file that is write-protected, and one that may not be read")
  func forbidden() async throws {
    await #expect(processExitsWith: .success) { [folder = scratch.path as String] in
      // Permissions do not bind root, so a root's test becomes nobody first; where it may not, there is nothing to try.
      chmod(folder + "/old", 0o444)
      chmod(folder + "/folder", 0o555)
      try writeWhole("secret", to: folder + "/secret")
      chmod(folder + "/secret", 0)
      if getuid() == 0 { guard setuid(65_534) == 0 else { return } }

      let found = "\"Permission denied\""
      let file = FileFailure(
        file: folder + "/old", at: .whole, expected: "a file to write", found: found)
      #expect(throws: file) { try writeWhole("new", to: folder + "/old") }
      let inner = FileFailure(
        file: folder + "/folder/new", at: .whole, expected: "to write in the folder \(folder)/folder",
        found: found)
      #expect(throws: inner) { try writeWhole("new", to: folder + "/folder/new") }
      let deeper = FileFailure(
        file: folder + "/folder/a/b", at: .whole, expected: "to write in the folder \(folder)/folder/a",
        found: found)
      #expect(throws: deeper) { try writeWhole("new", to: folder + "/folder/a/b") }
      let secret = FileFailure(file: folder + "/secret", at: .whole, expected: "a file to read", found: found)
      #expect(throws: secret) { try readWhole(folder + "/secret") }
    }
    #expect(try scratch.contents == ["dangling", "folder", "old", "secret"])
    #expect(try readWhole(scratch("old")) == Array("old".utf8))
    chmod(scratch("folder"), 0o755)
  }

  @Test("refuses a folder that may not be read, and so not be synced, before it changes anything")
  func unreadable() async throws {
    try writeWhole("old", to: scratch("folder/old"))
    await #expect(processExitsWith: .success) { [folder = scratch.path as String] in
      chmod(folder + "/folder/old", 0o666)
      chmod(folder + "/folder", 0o733)
      if getuid() == 0 {
        guard setuid(65_534) == 0 else { return }
      } else {
        chmod(folder + "/folder", 0o333)
      }
      for name in ["old", "new"] {
        let path = folder + "/folder/" + name
        let failure = FileFailure(
          file: path, at: .whole, expected: "to write in the folder \(folder)/folder",
          found: "\"Permission denied\"")
        #expect(throws: failure) { try requireWritable(path) }
        #expect(throws: failure) { try writeWhole("new", to: path) }
      }
      #expect(throws: FileFailure.self) { try requireWritable(folder + "/folder/a/new") }
      #expect(throws: FileFailure.self) { try writeWhole("new", to: folder + "/folder/a/new") }
    }
    chmod(scratch("folder"), 0o755)
    #expect(try scratch.contents == ["dangling", "folder", "folder/old", "old"])
    #expect(try readWhole(scratch("folder/old")) == Array("old".utf8))
  }
}

#if canImport(Glibc)
private typealias Resource = __rlimit_resource
#else
private typealias Resource = Int32
#endif

/// Lets this process have no more of a resource: descriptors, or the bytes of a file.
private func limit(_ resource: Resource, to count: UInt) {
  var limit = rlimit(rlim_cur: rlim_t(count), rlim_max: rlim_t(count))
  #if canImport(Glibc)
  let isSet = setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
  #else
  let isSet = setrlimit(resource, &limit) == 0
  #endif
  guard isSet else { fatalError("no limit on resource \(resource)") }
}
