import Formats
import Foundation
import TestSupport
import Testing

/// The ledger of equations that `weave` sets into the README.
@Suite("The ledger")
struct LedgerTests {
  static let begin = "<!-- Woven from Book/ledger.md by `make readme`; edits are lost. -->"
  static let end = "<!-- End of it. -->"

  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writeWhole("before\n\n\(Self.begin)\n\nold\n\n\(Self.end)\n\nafter\n", to: scratch("README.md"))
    try writeWhole("public func forward(from x: Double)\n", to: scratch("Sources/Step.swift"))
    try writeWhole("@Test(\"adds a | b\")\n", to: scratch("Tests/StepTests.swift"))
    try writeWhole("", to: scratch("figures/figure_1.png"))
    try writeWhole(
      "name,kind,value\r\nt + 1,a,-2.749\r\n\"t: 2, 3\",a,0.125\r\n\"t: 2, 3\",b,0.00004036\r\n",
      to: scratch("data/t.csv"))
  }

  private func weave(_ ledger: String) throws -> Ended {
    try writeWhole(ledger, to: scratch("Book/ledger.md"))
    return try run(program("weave"), ["--of", "7", "--ledger"], in: scratch.path)
  }

  @Test("has links without the titles that say what must stand in their files, and the numbers of tables")
  func woven() throws {
    let ended = try weave(
      """
      | [`step.forward`](Sources/Step.swift "public func forward(") | [adds a \\| b](Tests/StepTests.swift "adds a | b") |
      [forward](Sources/Step.swift), [1](figures/figure_1.png), [far](https://example.org/[1]), {a} {b: c}
      {data/t.csv: t + 1: value: 1} {data/t.csv: t: 2, 3: value: 2}, {data/t.csv: t: 2, 3, b: value: s2}.

      """)
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.output.isEmpty && ended.error.isEmpty)
    let woven = """
      | [`step.forward`](Sources/Step.swift) | [adds a \\| b](Tests/StepTests.swift) |
      [forward](Sources/Step.swift), [1](figures/figure_1.png), [far](https://example.org/[1]), {a} {b: c}
      −2.7 0.13, 4.0e−5.

      """
    let readme = "before\n\n\(Self.begin)\n\n\(woven)\n\(Self.end)\n\nafter\n"
    #expect(try String(decoding: readWhole(scratch("README.md")), as: UTF8.self) == readme)
    #expect(try run(program("weave"), ["--of", "7", "--ledger", "--check"], in: scratch.path).status == 0)
    try writeWhole(readme.replacing("−2.7", with: "−2.8"), to: scratch("README.md"))
    let stale = try run(program("weave"), ["--of", "7", "--ledger", "--check"], in: scratch.path)
    #expect(stale.status == 1)
    #expect(stale.onlyErrorLine() == "weave: README.md is stale; run `make readme`")
  }

  @Test(
    "is not woven where something that it names is not there: one line says what",
    arguments: [
      ("[`f`](Sources/Step.swift \"func reverse(\")", "Sources/Step.swift: expected func reverse( in it"),
      ("[adds c](Tests/StepTests.swift)", "Tests/StepTests.swift: expected adds c in it"),
      ("[f](Sources/Steps.swift)", "Sources/Steps.swift: expected a file to read"),
      ("[2](figures/figure_2.png)", "figures/figure_2.png: expected a file to read"),
      ("{data/u.csv: t + 1: value: 1}", "data/u.csv: expected a file to read"),
      ("{data/t.csv: t: value: 1}", "data/t.csv: expected a row t"),
      ("{data/t.csv: t + 1: values: 1}", "data/t.csv: line 1: expected a column"),
      ("{data/t.csv: t + 1: value: 1}", "data/t.csv: line 2: expected a finite number"),
    ])
  func missing(line: String, message: String) throws {
    let readme = try readWhole(scratch("README.md"))
    let value = message.contains("finite") ? "x" : "2"
    try writeWhole("name,value\r\nt + 1,\(value)\r\n", to: scratch("data/t.csv"))
    let ended = try weave("first\n\(line)\n")
    #expect(ended.status == 1)
    let error = ended.onlyErrorLine()
    #expect(error.hasPrefix("weave: Book/ledger.md: line 2: \(message)"), "\(error)")
    #expect(try readWhole(scratch("README.md")) == readme)
  }

  @Test("needs its place in the README", arguments: ["", "\(begin)\n", "\(end)\n\(begin)\n"])
  func place(readme: String) throws {
    try writeWhole(readme, to: scratch("README.md"))
    let ended = try weave("")
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("weave: README.md has no place for the ledger"))
  }
}

/// What continuous integration does of what the README says.
@Suite("The README")
struct ReadmeTests {
  @Test("names no command that continuous integration does not run, as it stands or in a short form")
  func commands() throws {
    let readme = try String(decoding: readWhole("\(repository)/README.md"), as: UTF8.self)
    let script = try String(decoding: readWhole("\(repository)/.ci/run"), as: UTF8.self)
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    var commands: [Substring] = []
    for block in readme.matches(of: #/(?m)^```sh\n((?s:.*?))^```/#) {
      commands += block.output.1.split(separator: "\n").map {
        $0.prefix(upTo: $0.firstRange(of: " #")?.lowerBound ?? $0.endIndex)
      }
    }
    commands += readme.matches(of: #/`(make [^`]+)`/#).flatMap { $0.output.1.split(separator: " && ") }
    #expect(commands.count > 20)
    for command in Set(commands.map { $0.trimmingCharacters(in: .whitespaces) }).sorted() {
      let quoted = command.replacing(#/ARGS="?([^"]*)"?$/#) { "'ARGS=\($0.output.1)'" }
      #expect(
        script.contains {
          $0.contains("step \(command)") || $0.contains("step \(quoted)")
            || $0.hasPrefix("# In a short form: \(command)")
        },
        "\(command) is not run")
    }
  }
}
