import Deterministic
import Foundation
import Notebook
import Stops
import Testing

@Suite("Random numbers by name")
struct RandomStreamsTests {
  private let jumps = Purpose(rawValue: 3)

  @Test("A name of the table stands for its addresses, another for a purpose of its own")
  func names() {
    let random = RandomStreams(seed: 2020, ["jumps": RandomRegion(Purpose(rawValue: 3), firstSample: 7)])
    #expect(random["jumps"].normal(step: 2) == random.numbers[jumps].normal(step: 2, sample: 7))
    #expect(random["new"].normal(step: 2) == random.numbers[Purpose(named: "new")].normal(step: 2))
  }

  @Test("Two names that would share a number stop the chapter, and are named")
  func collision() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomStreams(
        seed: 1,
        [
          "chains": RandomRegion(Purpose(rawValue: 3), sampleCount: 10),
          "digits": RandomRegion(Purpose(rawValue: 3), firstStep: 5, firstSample: 9),
        ])
    }
    stopped(result, saying: "“digits” and “chains” would get the same numbers")
  }

  @Test("No chapter asks for a stream in two places, and no two names are one purpose")
  func usesOfChapters() throws {
    for (chapter, sources) in try sourcesOfChapters() {
      var uses: [String: Int] = [:]
      for source in sources {
        for match in source.matches(of: /\brandom\["([^"]*)"\]/) { uses[String(match.1), default: 0] += 1 }
      }
      for (name, count) in uses where count > 1 {
        Issue.record(
          "\(chapter) asks for random[\"\(name)\"] in \(count) places: give it a name and use that")
      }
      #expect(Set(uses.keys.map { Purpose(named: $0).rawValue }).count == uses.count, "\(chapter)")
    }
  }

  @Test(
    "No table of a chapter has a name that the chapter never asks for, but those of the library's own use")
  func namesAreUsed() throws {
    for (chapter, sources) in try sourcesOfChapters() {
      let all = sources.joined()
      for match in all.matches(of: /"([^"]*)": RandomRegion/) {
        #expect(
          all.contains("random[\"\(match.1)\"]") || match.1.contains("by number"), "\(chapter): \(match.1)")
      }
    }
  }

  @Test("No two rooms have given a purpose the same number")
  func purposesOfRooms() throws {
    var numbers: [Int] = []
    for source in try swiftFiles(below: "Sources") {
      for match in source.matches(of: /static let \w+ = Purpose\(rawValue: (\d+)\)/) {
        numbers.append(try #require(Int(match.1)))
      }
    }
    // The committed results depend on them: a new purpose takes the next number.
    #expect(numbers.sorted() == Array(0...15))
  }

  /// The sources of each chapter.
  private func sourcesOfChapters() throws -> [(chapter: String, sources: [String])] {
    let chapters = try chapterSources().map(\.chapter)
    #expect(chapters.count >= 7)
    return try chapters.map { ($0, try swiftFiles(below: "Chapters/\($0)")) }
  }

  /// The texts of the Swift files below a folder of the project.
  private func swiftFiles(below folder: String) throws -> [String] {
    let root = repository.appending(path: folder).path
    return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8) }
  }
}
