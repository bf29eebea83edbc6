import Datasets
import Files
import Formats
import Foundation
import TestSupport
import Testing

@Suite("A folder of pictures")
struct PictureFolderTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Writes pictures of one level each.
  private func write(_ levels: [String: UInt16], width: Int = 3, height: Int = 2) throws {
    for (name, level) in levels {
      try PGM(width: width, height: height, levels: [UInt16](repeating: level, count: width * height))
        .write(to: scratch(name))
    }
  }

  /// What a reader says to a folder, the folder's own path left out.
  private func refusal(_ folder: String) -> String? {
    do throws(FileFailure) {
      _ = try PictureFolder.images(in: folder)
      return nil
    } catch {
      return error.description.replacing(folder, with: "DIR")
    }
  }

  @Test("Pictures come in the order of their names' bytes, other files and hidden ones left out")
  func order() throws {
    try write(["b.pgm": 2, "a10.pgm": 1, "a9.pgm": 7, "Z.pgm": 0, "é.pgm": 9, "z.pgm": 8, "._b.pgm": 5])
    try writeWhole("no picture", to: scratch("notes.txt"))
    try writeWhole("no picture", to: scratch("pgm"))
    let images = try PictureFolder.images(in: scratch.path)
    #expect(images.map { $0.pgm.levels[0] } == [0, 1, 7, 2, 8, 9])
    #expect(images.allSatisfy { $0.width == 3 && $0.height == 2 })
    #expect(try PictureFolder.images(in: scratch.path + "/") == images)
  }

  @Test("An extension may have capitals; what is left out is told apart")
  func census() throws {
    try write(["b.PGM": 2, "a.pgm": 1, "c.Pgm": 3, ".d.pgm": 4, "within/e.pgm": 5])
    for name in ["z.png", "notes.txt", "PGM"] { try writeWhole("no picture", to: scratch(name)) }
    #expect(try PictureFolder.images(in: scratch.path).map { $0.pgm.levels[0] } == [1, 2, 3])
    let census = try PictureFolder.census(of: scratch.path)
    #expect(census.names == ["a.pgm", "b.PGM", "c.Pgm"])
    #expect(census.otherFiles == ["PGM", "notes.txt", "z.png"])
    #expect(census.subfolders == ["within"])
  }

  @Test("No more pictures are read than are asked for", arguments: [1, 2, 3])
  func limit(count: Int) throws {
    try write(["1.pgm": 1, "2.pgm": 2])
    try writeWhole("no picture", to: scratch("3.pgm"))
    if count < 3 {
      let images = try PictureFolder.images(in: scratch.path, limit: count)
      #expect(images.map { $0.pgm.levels[0] } == [UInt16](1...UInt16(count)))
    } else {
      #expect(throws: FileFailure.self) { try PictureFolder.images(in: scratch.path, limit: count) }
    }
  }

  @Test("Levels of any maximum lie between −1 and 1")
  func maximum() throws {
    try PGM(width: 2, height: 1, maximumLevel: 1000, levels: [0, 1000]).write(to: scratch("deep.pgm"))
    #expect(try PictureFolder.images(in: scratch.path).map(\.pixels) == [[-1, 1]])
  }

  @Test("A folder without pictures is refused")
  func empty() throws {
    let expected = "DIR: expected a folder of pictures in PGM format, named *.pgm, found"
    #expect(refusal(try scratch.folder("empty")) == "\(expected) an empty folder")
    #expect(refusal(scratch("nowhere")) == "\(expected) no such folder")
    try writeWhole("x", to: scratch("a.png"))
    try writeWhole("x", to: scratch("b.png"))
    #expect(refusal(scratch("a.png")) == "\(expected) a file")
    #expect(refusal(scratch.path) == "\(expected) no such file among 3")
  }

  @Test("Pictures of unequal size are refused, both named with their sizes", arguments: [(4, 2), (3, 1)])
  func unequal(width: Int, height: Int) throws {
    try write(["1.pgm": 0, "2.pgm": 0])
    try write(["3.pgm": 0], width: width, height: height)
    #expect(
      refusal(scratch.path)
        == "DIR/3.pgm: expected a picture of 3 x 2, as 1.pgm, found \(width) x \(height)")
  }

  @Test("A name that is not in UTF-8 is refused, of a picture and of the folder")
  func noText() throws {
    try write(["1.pgm": 0])
    let name = Array("\(scratch.path)/2".utf8CString.dropLast()) + [CChar(bitPattern: 0xff)]
    // A file system may refuse such a name itself.
    guard rename(scratch("1.pgm"), name + ".pgm".utf8CString) == 0 else { return }
    #expect(refusal(scratch.path) == "DIR/2\u{FFFD}.pgm: expected a path in UTF-8, found other bytes in it")
    #expect(refusal("pictures\u{FFFD}") == "DIR: expected a path in UTF-8, found other bytes in it")
    #expect(unlink(name + ".pgm".utf8CString) == 0)
  }

  @Test("A pipe or a device is refused, and not waited for; a link to a picture is as good as one")
  func noFile() throws {
    try write(["1.pgm": 7, "there/2.pgm": 8])
    try FileManager.default.createSymbolicLink(atPath: scratch("2.pgm"), withDestinationPath: "there/2.pgm")
    #expect(try PictureFolder.images(in: scratch.path).map { $0.pgm.levels[0] } == [7, 8])
    try FileManager.default.createSymbolicLink(atPath: scratch("3.pgm"), withDestinationPath: "/dev/zero")
    #expect(refusal(scratch.path) == "DIR/3.pgm: expected a file to read, found a device, pipe or socket")
    #expect(unlink(scratch("3.pgm")) == 0 && mkfifo(scratch("3.pgm"), 0o600) == 0)
    #expect(refusal(scratch.path) == "DIR/3.pgm: expected a file to read, found a device, pipe or socket")
  }

  @Test("A file that is no PGM is named, and the byte in it")
  func noPicture() throws {
    try write(["1.pgm": 0])
    try writeWhole("\u{89}PNG", to: scratch("2.pgm"))
    let message = try #require(refusal(scratch.path))
    #expect(message.hasPrefix("DIR/2.pgm: byte 0: expected "))
    try FileManager.default.removeItem(atPath: scratch("2.pgm"))
    _ = try scratch.folder("2.pgm")
    #expect(refusal(scratch.path) == "DIR/2.pgm: expected a file to read, found a folder")
  }
}
