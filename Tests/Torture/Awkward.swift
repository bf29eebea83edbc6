import TestSupport

/// A megabyte or more of what costs a careless reader its time or its memory.
private struct AwkwardFile {
  let name: String
  let format: String
  let bytes: [UInt8]

  init(_ name: String, _ format: String, _ text: String) {
    self.init(name, format, Array(text.utf8))
  }

  init(_ name: String, _ format: String, _ bytes: [UInt8]) {
    (self.name, self.format, self.bytes) = (name, format, bytes)
  }
}

private let mega = 1_000_000

private func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

private func joined(_ count: Int, by separator: String = ",", _ text: (Int) -> String) -> String {
  (0..<count).map(text).joined(separator: separator)
}

/// Texts in JSON.
private func texts() -> [(name: String, text: String)] {
  let marks = (0..<mega / 4).map { $0 % 2 == 0 ? "\u{316}" : "\u{301}" }.joined()
  let vowels = many("\u{f73}\u{f71}", mega / 6)
  let few = many("\u{316}\u{301}", 15)
  return [
    ("100,000 open brackets", many("[", 100_000)), ("100,000 objects in each other", many(#"{"":"#, 100_000)),
    ("brackets 127 deep, again and again", "[" + joined(4000) { _ in many("[", 126) + many("]", 126) } + "]"),
    ("500,000 empty arrays' commas", "[" + joined(mega / 3) { _ in "[]" } + "]"),
    ("500,000 zeros", "[" + joined(mega / 2) { _ in "0" } + "]"),
    ("100,000 names", "{" + joined(100_000) { "\"\($0)\":0" } + "}"),
    ("1,000,000 names", "{" + joined(mega) { "\"\($0)\":0" } + "}"),
    ("one name again and again", "{" + joined(mega / 6) { _ in "\"a\":0" } + "}"),
    ("a string of escapes", "\"" + many(#"\n"#, mega / 2) + "\""),
    ("a string of surrogate pairs", "\"" + many(#"\ud83c\udfb2"#, mega / 12) + "\""),
    ("a string of half pairs", "\"" + many(#"\ud83c"#, mega / 6) + "\""),
    ("a string of backslashes", "\"" + many("\\", mega)), ("a string without end", "\"" + many("x", mega)),
    ("names of accents in the wrong order", "{\"a\(marks)\":0,\"b\(marks)\":0}"),
    ("names of Tibetan vowels", "{\"a\(vowels)\":0,\"b\(vowels)\":0}"),
    ("a string of accents in the wrong order", "\"\(marks)\""),
    ("names of 30 accents in the wrong order", "{" + joined(2000) { "\"\($0)\(few)\":0" } + "}"),
    (
      "a name of a family of 100,000",
      "{\"\(many("👨\u{200d}", 100_000))👩\":0,\"\":\"\(many("👨\u{200d}", 50_000))\"}"
    ),
    ("a number of a million digits", many("9", mega)),
    ("a fraction of a million digits", "0." + many("1", mega)),
    ("an exponent of a million digits", "1e" + many("9", mega)), ("a million blanks", many(" ", mega)),
    ("a million words", "[" + joined(mega / 5) { _ in "null" } + "]"),
    ("a million commas", "[" + many(",", mega)),
  ]
}

private func files() throws -> [AwkwardFile] {
  var files: [AwkwardFile] = []
  for (name, text) in texts() {
    files.append(AwkwardFile(name, "json", text))
    files.append(AwkwardFile(name, "configuration", #"{"color":"# + text + "}"))
    files.append(AwkwardFile(name, "configuration", #"{"block_out_channels":"# + text + "}"))
    files.append(
      AwkwardFile(name, "scheduler", #"{"num_train_timesteps":500000,"trained_betas":"# + text + "}"))
    files.append(AwkwardFile(name, "safetensors", tensorFile(#"{"x":"# + text + "}")))
    files.append(AwkwardFile(name, "safetensors", tensorFile(#"{"__metadata__":"# + text + "}")))
    files.append(
      AwkwardFile(name, "safetensors", tensorFile("{\(described("x", "F32", text, "[0,0]"))}")))
    var pieces = try CheckpointPieces(SmallTraining().checkpoint)
    pieces.metadata["options"] = text
    files.append(AwkwardFile(name, "checkpoint", pieces.file().bytes))
  }
  let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
  files += [
    AwkwardFile(
      "20,000 tensors", "safetensors", tensorFile("{" + joined(20_000) { "\"\($0)\":\(entry)" } + "}")),
    AwkwardFile(
      "a tensor of 400,000 dimensions", "safetensors",
      tensorFile("{\(described("x", "U8", "[" + joined(400_000) { _ in "0" } + "]", "[0,0]"))}")),
    AwkwardFile("a million quotes", "csv", many("\"", mega)),
    AwkwardFile("a million and a quote", "csv", many("\"", mega + 1)),
    AwkwardFile("a million commas", "csv", many(",", mega)),
    AwkwardFile("a million lines", "csv", "a" + many("\n", mega)),
    AwkwardFile("150,000 columns", "csv", joined(150_000) { String($0) } + "\n"),
    AwkwardFile("a quoted megabyte of line ends", "csv", "a\n\"" + many("\n", mega) + "\""),
    AwkwardFile("a million carriage returns", "csv", "a\n" + many("\r", mega)),
    AwkwardFile("rows of quotes", "csv", "a\n" + many("\"\"\"\"\n", mega / 5)),
    AwkwardFile("a number of a million digits", "csv", "a\n" + many("9", mega)),
    AwkwardFile(
      "a bad number after 200,000 rows", "csv", "a\n" + many("\"\n\"\n", 10) + many("1\n", 200_000) + "x"),
    AwkwardFile("a column named by a megabyte", "csv", many("é", mega / 2) + "\nx\n"),
    AwkwardFile(
      "columns of accents in the wrong order", "csv", many("\u{316}\u{301}", mega / 8) + ",a\n1,2\n"),
    AwkwardFile("a megabyte of comment", "pgm", "P5 #" + many("x", mega) + "\n1 1 255 a"),
    AwkwardFile("333,333 comments", "pgm", "P5 " + many("#x\n", mega / 3) + "1 1 255 a"),
    AwkwardFile("a comment in every number", "pgm", "P5 " + many("0#\n", mega / 3) + "1 1 255 a"),
    AwkwardFile("a width of a million digits", "pgm", "P5 " + many("9", mega) + " 1 255 a"),
    AwkwardFile("a width of a million zeros", "pgm", "P5 " + many("0", mega) + "1 1 255 a"),
    AwkwardFile("a million blanks", "pgm", "P5" + many(" ", mega) + "1 1 255 a"),
    AwkwardFile("a plain picture of 500,000 levels", "pgm", "P2 1000 500 9 " + many("1 ", mega / 2)),
    AwkwardFile(
      "a plain picture of comments", "pgm", "P2 1000 1 9 " + many("1 #\n", 1000) + many("#\n", mega / 2)),
    AwkwardFile(
      "a picture of 1000 x 1000", "pgm", Array("P5 1000 1000 255 ".utf8) + .init(repeating: 7, count: mega)),
    AwkwardFile("255 dimensions", "idx", [0, 0, 8, 255] + .init(repeating: 255, count: mega)),
    AwkwardFile(
      "a megabyte of elements", "idx", [0, 0, 8, 1, 0, 0x0f, 0x42, 0x40] + .init(repeating: 7, count: mega)),
    AwkwardFile(
      "a megabyte of labels", "mnist",
      [1, 0, 0, 8, 1, 0, 0x0f, 0x42, 0x40] + .init(repeating: 7, count: mega)),
  ]
  // The largest last, so that a short run can leave them out.
  return files.sorted { $0.bytes.count < $1.bytes.count }
}

/// The awkward files, each after a byte that says which of the formats it is of.
@Sendable func awkward() throws -> Format {
  let readers = try formats.filter { $0.name != "awkward" }.map { (name: $0.name, format: try $0.make()) }
  let listed = try files().map { file in
    guard let reader = readers.firstIndex(where: { $0.name == file.format }) else {
      fatalError("no format \(file.format)")
    }
    return (name: "\(file.format), \(file.name)", bytes: [UInt8(reader)] + file.bytes)
  }
  return Format(
    files: [], damage: { _ in [] },
    read: { bytes in try readers[Int(bytes[0])].format.read(Array(bytes.dropFirst())) },
    isOneFile: false, listed: listed)
}
