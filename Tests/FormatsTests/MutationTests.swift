import Files
import Formats
import TestSupport
import Testing

/// Files damaged at random: whatever they contain, a reader answers with a value or with a failure that points
/// into the file, and a value that it gives is written and read back as itself.
@Suite("A damaged file", .serialized)
struct MutationTests {
  static let trials = 10_000

  @Test("of a picture never stops the program")
  func pictures() throws {
    let files = [
      "P5\n3 2\n255\nabcdef", "P5 # c\n1 2\n999\n\u{1}\u{2}\u{1}\u{2}", "P2\n3 1\n99\n50 60 7 # end\n\n",
    ]
    try check(files.map { Array($0.utf8) }) { bytes throws(FileFailure) in
      let picture = try PGM(parsing: bytes, file: "f")
      #expect(try PGM(parsing: picture.bytes, file: "f") == picture)
    }
  }

  @Test("of an array never stops the program")
  func arrays() throws {
    let files = [
      IDX(dimensions: [2, 3, 1], elements: [1, 2, 3, 4, 5, 6]), IDX(dimensions: [4], elements: [8, 0, 1, 0]),
    ]
    try check(files.map(\.bytes)) { bytes throws(FileFailure) in
      let array = try IDX(parsing: bytes, file: "f")
      #expect(array.bytes == bytes)
    }
  }

  @Test("of a table never stops the program")
  func tables() throws {
    let files = ["t,beta\r\n1,0.5\r\n2,0.25\r\n", "a,\"b\"\"c\"\n\"x\r\ny\",é\n", "only\n\n1e-05\n"]
    try check(files.map { Array($0.utf8) }) { bytes throws(FileFailure) in
      let table = try CSV(parsing: bytes, file: "f")
      #expect(try CSV(parsing: Array(table.text.utf8), file: "f") == table)
      _ = try table.numbers(in: table.columns[0])
    }
  }

  @Test("of a JSON text never stops the program")
  func texts() throws {
    let files = [
      #"{"a": [1.5e+3, -0, null], "b": {"c": "é\\n\ud83c\udfb2"}}"#, "[[[]], true,\r\n{}, \"\"]",
      #""\u0041 \"""#,
    ]
    try check(files.map { Array($0.utf8) }, meaningful: "{}[]:,\"\\u019.-e \n") { bytes throws(FileFailure) in
      let value = try JSON(parsing: bytes, file: "f")
      #expect(try JSON(parsing: Array(value.compactText.utf8), file: "f") == value)
    }
  }

  @Test("of tensors never stops the program")
  func tensors() throws {
    let floats = Safetensors.Tensor("f", shape: [2, 1], floats: [1, 2])
    let integers = Safetensors.Tensor("i", shape: [1], integers: [3])
    let half = tensorFile("{\(described("h", "F16", "[2,3]", "[0,12]"))}", zeros: 12)
    let files = [Safetensors([floats, integers], metadata: ["a": "b"]).bytes, half]
    try check(files, meaningful: "{}[]:,\"\\ 0123468F-") { bytes throws(FileFailure) in
      let file = try Safetensors(parsing: bytes, file: "f")
      for entry in file.entries {
        let count =
          entry.type == .i64 ? try file.integers(entry.name).count : try file.floats(entry.name).count
        #expect(count == entry.count)
      }
    }
  }

  /// Damages the files again and again, and expects that some are read and some refused.
  private func check(
    _ files: [[UInt8]], meaningful: String = "\r\n\t #,\"0159-P\0",
    reading read: ([UInt8]) throws(FileFailure) -> Void
  ) throws {
    var random = SplitMix64(state: 2020)
    var refused = 0
    for trial in 0..<Self.trials {
      let bytes = random.damaged(files[trial % files.count], by: meaningful, splicing: files)
      do throws(FileFailure) {
        try read(bytes)
      } catch {
        refused += 1
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        switch error.place {
        case .byte(let offset): #expect((0...max(bytes.count, 2)).contains(offset), "\(error): \(bytes)")
        case .line(let line): #expect((1...lines).contains(line), "\(error): \(bytes)")
        case .whole: Issue.record("\(error) does not say where: \(bytes)")
        }
      }
    }
    #expect((Self.trials / 4..<Self.trials).contains(refused))
  }
}
