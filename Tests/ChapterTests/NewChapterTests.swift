import Foundation
import Notebook
import TestSupport
import Testing

/// `make new-chapter`, and the one list of chapters.
@Suite("The list of chapters")
struct NewChapterTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for name in ["Package.swift", "Tools"] {
      try FileManager.default.copyItem(atPath: "\(repository)/\(name)", toPath: scratch(name))
    }
  }

  private func script(_ name: String, _ arguments: [String] = []) throws -> Ended {
    try run("/bin/sh", [scratch("Tools/\(name)")] + arguments, in: scratch.path)
  }

  @Test("has every chapter that there is a folder of")
  func complete() throws {
    let listed = try script("chapters.sh").output.split(separator: "\n").compactMap { Int($0) }
    #expect(listed == chapters)
  }

  @Test(
    "gets a new one in its place, with a page that has a cell, a figure, an exercise and its solution",
    arguments: [17, 200])
  func begun(number: Int) throws {
    _ = try scratch.folder("Tests/ExerciseTests")
    let ended = try script("new-chapter.sh", ["\(number)", "A title's end, & more"])
    #expect(ended.status == 0, "\(ended.error)")
    let listed = try script("chapters.sh").output.split(separator: "\n").compactMap { Int($0) }
    #expect(listed == (chapters + [number]).sorted())
    let folder = "Chapters/Chapter\(number)"
    let source = LiterateSource(try String(contentsOfFile: scratch("\(folder)/main.swift"), encoding: .utf8))
    #expect(source.blocks.first?.text.hasPrefix("# Chapter \(number): A title's end, & more\n") == true)
    #expect(source.blocks.count == 6)
    for file in [
      "\(folder)/about.md", "\(folder)/Options.swift", "\(folder)/figures/chapter\(number)_kept.gp",
      "Tests/ExerciseTests/Chapter\(number)Solutions.swift",
    ] {
      #expect(FileManager.default.fileExists(atPath: scratch(file)), "\(file)")
    }
    // A second time there is something to lose.
    let before = try filesBelow(scratch.path)
    let again = try script("new-chapter.sh", ["\(number)", "Another"])
    #expect(again.status == 2)
    #expect(again.onlyErrorLine() == "new-chapter: \(folder) is there already")
    expectEqual(try filesBelow(scratch.path), before)
  }

  @Test(
    "gets none without a number or a title",
    arguments: [
      [], ["x", "T"], ["017", "T"], ["1.5", "T"], ["17"], ["17", "a \"quote\""], ["17", "two\nlines"],
    ])
  func refused(arguments: [String]) throws {
    let before = try filesBelow(scratch.path)
    let ended = try script("new-chapter.sh", arguments)
    #expect(ended.status == 2)
    #expect(ended.onlyErrorLine().hasPrefix("new-chapter: "))
    expectEqual(try filesBelow(scratch.path), before)
  }
}
