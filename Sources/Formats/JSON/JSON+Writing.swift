import Files

extension JSON {
  /// The value as diffusers writes its `config.json`: one element or member a line, two blanks for each level, members
  /// by name, ASCII only, and a line feed at the end.
  ///
  /// These are the bytes of Python's `json.dumps(value, indent=2, sort_keys=True) + "\n"`.
  package var text: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text + "\n"
  }

  /// The value without a blank or a line feed, members in their own order, no more escaped than must be.
  ///
  /// These are the bytes of Rust's `serde_json::to_string(value)`.
  package var compactText: String {
    var text = ""
    writeCompactly(to: &text)
    return text
  }

  /// The beginning of the compact text, as much as a message shows of it.
  package var shownText: String {
    var text = ""
    writeCompactly(to: &text, atMost: FileFailure.longestPhrase)
    return text
  }

  /// Writes the value as `text` has it, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) {
    try writeWhole(text, to: path)
  }

  private func write(to text: inout String, indentation: Int) {
    let next = "\n" + String(repeating: " ", count: indentation + 2)
    let last = "\n" + String(repeating: " ", count: indentation)
    switch content {
    case .string(let string): text += escaped(string, asASCII: true)
    case .array(let elements) where !elements.isEmpty:
      text += "["
      for (index, element) in elements.enumerated() {
        text += (index == 0 ? "" : ",") + next
        element.write(to: &text, indentation: indentation + 2)
      }
      text += last + "]"
    case .object(let members) where !members.isEmpty:
      text += "{"
      let sorted = members.sorted { precedes($0.name, $1.name) }
      for (index, member) in sorted.enumerated() {
        text += (index == 0 ? "" : ",") + next + escaped(member.name, asASCII: true) + ": "
        member.value.write(to: &text, indentation: indentation + 2)
      }
      text += last + "}"
    case .null, .boolean, .number, .array, .object: writeCompactly(to: &text)
    }
  }

  /// Writes the compact text, and nothing more where there are already more bytes than a limit.
  private func writeCompactly(to text: inout String, atMost limit: Int = .max) {
    switch content {
    case .null: text += "null"
    case .boolean(let boolean): text += boolean.description
    case .number(let digits): text += digits
    case .string(let string): text += escaped(string, asASCII: false)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() where text.utf8.count <= limit {
        if index > 0 { text += "," }
        element.writeCompactly(to: &text, atMost: limit)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() where text.utf8.count <= limit {
        text += (index == 0 ? "" : ",") + escaped(member.name, asASCII: false) + ":"
        member.value.writeCompactly(to: &text, atMost: limit)
      }
      text += "}"
    }
  }
}

/// Whether a name stands before another by its code points, as Python and Rust sort them; Swift's own order goes by
/// canonical equivalence.
func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

/// A string in quotes, with escapes for what must not stand there, and for all but printable ASCII where asked.
private func escaped(_ string: String, asASCII: Bool) -> String {
  var text = "\""
  for scalar in string.unicodeScalars {
    switch scalar {
    case "\"": text += #"\""#
    case "\\": text += #"\\"#
    case "\u{8}": text += #"\b"#
    case "\u{c}": text += #"\f"#
    case "\n": text += #"\n"#
    case "\r": text += #"\r"#
    case "\t": text += #"\t"#
    case "\0"..<" ": text += escapedUnits(of: scalar)
    case "\u{7f}"... where asASCII: text += escapedUnits(of: scalar)
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "\""
}

/// A scalar as `\u` escapes: one, or the two of a surrogate pair.
private func escapedUnits(of scalar: Unicode.Scalar) -> String {
  var text = ""
  for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() {
    let digits = String(unit, radix: 16)
    text += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
  }
  return text
}
