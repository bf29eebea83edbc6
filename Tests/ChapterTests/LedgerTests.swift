import Files
import Foundation
import TestSupport
import Testing

/// The ledger of equations, and what else `weave --readme` makes.
@Suite("The ledger")
struct LedgerTests {
  static let head =
    "<!-- Woven from Book/ledger.md by `make readme`; edits are lost. -->\n\n# The paper, line by line\n\n"
  static let begin = "<!-- Woven from Chapters/*/about.md by `make readme`; edits are lost. -->"
  static let end = "<!-- End of the chapters. -->"

  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try writeWhole(readme(chapters: "old"), to: scratch("README.md"))
    try writeWhole("old", to: scratch("Book/paper.md"))
    try writeWhole(
      """
      [{"id": "b2020", "author": [{"family": "Bea"}], "issued": {"date-parts": [[2020]]}, "title": "B", "URL": "https://b.org"},
        {"id": "a2019", "author": [{"family": "Ada"}, {"family": "Cy"}], "issued": {"date-parts": [[2019]]}, "title": "A",
          "container-title": "J", "URL": "https://a.org"}]
      """, to: scratch("Book/references.json"))
    try writeWhole("/*:\n# Chapter 3: A title\n\nText.\n*/\n", to: scratch("Chapters/Chapter3/main.swift"))
    try writeWhole(
      "what you build\n\n![alt](../../figures/figure_1.png)\n", to: scratch("Chapters/Chapter3/about.md"))
    try writeWhole(
      "public func forward(from x: Double)\n", to: scratch("Sources/Diffusion/Process/Step.swift"))
    try writeWhole("@Test(\"adds a | b\")\n", to: scratch("Tests/StepTests.swift"))
    try writeWhole("", to: scratch("figures/figure_1.png"))
    try writeWhole(
      "name,kind,value\r\nt + 1,a,-2.749\r\n\"t: 2, 3\",a,0.125\r\n\"t: 2, 3\",b,0.00004036\r\n",
      to: scratch("data/t.csv"))
  }

  /// A README with its woven part.
  private func readme(chapters: String) -> String {
    "before\n\n\(Self.begin)\n\n\(chapters)\n\n\(Self.end)\n\nafter\n"
  }

  private static let table = """
    | | chapter | what you build | |
    | --- | --- | --- | --- |
    | 3 | [A title](Chapters/Chapter3/README.md) · [solutions](Chapters/Chapter3/SOLUTIONS.md) | what you build | \
    [<img src="figures/figure_1.png" width="260" alt="alt">](Chapters/Chapter3/README.md) |
    """

  private func weave(_ ledger: String) throws -> Ended {
    try writeWhole(ledger, to: scratch("Book/ledger.md"))
    return try run(program("weave"), ["--book", "3", "--readme"], in: scratch.path)
  }

  @Test(
    "stands in a README with a table of the chapters, which is not woven of a chapter that says too little",
    arguments: [
      ("main.swift", "/*:\nText.\n*/\n", "Chapters/Chapter3/main.swift does not begin with `# Chapter 3: …`"),
      (
        "about.md", "one line\n",
        "Chapters/Chapter3/about.md: expected a line and a picture, ![alt](../../figures/…)"
      ),
      ("about.md", "one\ntwo\nthree\n", "Chapters/Chapter3/about.md: expected a line and a picture"),
    ])
  func tableOfChapters(file: String, text: String, message: String) throws {
    try writeWhole(text, to: scratch("Chapters/Chapter3/\(file)"))
    let ended = try weave("ledger\n")
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("weave: \(message)"))
  }

  @Test("has links without the titles that say what must stand in their files, and the numbers of tables")
  func woven() throws {
    let ended = try weave(
      """
      | [`step.forward`](Sources/Diffusion/Process/Step.swift "public func forward(") | [adds a \\| b](Tests/StepTests.swift "adds a | b") |
      [forward](Sources/Diffusion/Process/Step.swift), [1](figures/figure_1.png), [far](https://example.org/[1]), {a} {b: c}
      {data/t.csv: t + 1: value: 1} {data/t.csv: t: 2, 3: value: 2}, {data/t.csv: t: 2, 3, b: value: s2}.

      """)
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.output.isEmpty && ended.error.isEmpty)
    let woven = """
      | [`step.forward`](../Sources/Diffusion/Process/Step.swift) | [adds a \\| b](../Tests/StepTests.swift) |
      [forward](../Sources/Diffusion/Process/Step.swift), [1](../figures/figure_1.png), [far](https://example.org/[1]), {a} {b: c}
      −2.7 0.13, 4.0e−5.

      """
    #expect(try text("README.md") == readme(chapters: Self.table))
    #expect(try text("Book/paper.md") == Self.head + woven)
    #expect(try run(program("weave"), ["--book", "3", "--readme", "--check"], in: scratch.path).status == 0)
    try writeWhole(text("Book/paper.md").replacing("−2.7", with: "−2.8"), to: scratch("Book/paper.md"))
    let stale = try run(program("weave"), ["--book", "3", "--readme", "--check"], in: scratch.path)
    #expect(stale.status == 1)
    #expect(stale.onlyErrorLine() == "weave: Book/paper.md is stale; run `make readme`")
  }

  private func text(_ file: String) throws -> String {
    try String(decoding: readWhole(scratch(file)), as: UTF8.self)
  }

  @Test("stands beside the page of the literature, by authors, with a place for each key")
  func literature() throws {
    #expect(try weave("ledger\n").status == 0)
    #expect(
      try text("Book/references.md") == """
        <!-- Woven from Book/references.json by `make readme`; edits are lost. -->

        # References

        <a id="a2019"></a>

        Ada, Cy (2019). [A](https://a.org). *J*.

        <a id="b2020"></a>

        Bea (2020). [B](https://b.org).

        """)
  }

  @Test(
    "is not woven where something that it names is not there: one line says what",
    arguments: [
      (
        "[`f`](Sources/Diffusion/Process/Step.swift \"func reverse(\")",
        "Sources/Diffusion/Process/Step.swift: expected func reverse( in it"
      ),
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

  @Test(
    "has a table of chapters beside it, which needs its place in the README",
    arguments: ["", "\(begin)\n", "\(end)\n\(begin)\n"])
  func place(readme: String) throws {
    try writeWhole(readme, to: scratch("README.md"))
    let ended = try weave("")
    #expect(ended.status == 1)
    #expect(ended.onlyErrorLine().hasPrefix("weave: README.md has no place for the table of chapters"))
  }
}

/// What continuous integration does of what the README says.
@Suite("The README")
struct ReadmeTests {
  @Test(
    "names no command that continuous integration does not run, as it stands or in a short form, nor do its pages"
  )
  func commands() throws {
    let readme = try ["README.md", "Book/checks.md", "Book/engine.md", "Book/speed.md", "Book/workshop.md"]
      .map {
        try String(decoding: readWhole("\(repository)/\($0)"), as: UTF8.self)
      }.joined(separator: "\n")
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
