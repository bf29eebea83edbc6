import Files

extension JSON {
  /// Reads a JSON text.
  ///
  /// - Parameter path: A file that holds one JSON value in UTF-8.
  /// - Returns: The value.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package static func read(_ path: String) throws(FileFailure) -> JSON {
    try JSON(parsing: readWhole(path), file: path)
  }

  /// The word `true` or `false`; a failure for anything else.
  package var boolean: Bool {
    get throws(FileFailure) {
      guard case .boolean(let boolean) = content else { throw failure(expected: "true or false") }
      return boolean
    }
  }

  /// The integer; a failure for anything else, a number with a fraction, an exponent or more than 64 bits included.
  package var integer: Int {
    get throws(FileFailure) {
      guard case .number(let digits) = content, let integer = Int(digits) else {
        throw failure(expected: "an integer of 64 bits")
      }
      return integer
    }
  }

  /// The number nearest to the digits; a failure for anything else, and where no finite number is near.
  package var number: Double {
    get throws(FileFailure) {
      guard case .number(let digits) = content, let number = Double(digits), number.isFinite else {
        throw failure(expected: "a finite number")
      }
      return number
    }
  }

  /// The string; a failure for anything else.
  package var string: String {
    get throws(FileFailure) {
      guard case .string(let string) = content else { throw failure(expected: "a string") }
      return string
    }
  }

  /// The elements of the array; a failure for anything else.
  package var elements: [JSON] {
    get throws(FileFailure) {
      guard case .array(let elements) = content else { throw failure(expected: "an array") }
      return elements
    }
  }

  /// The members of the object, in order; a failure for anything else.
  package var members: [Member] {
    get throws(FileFailure) {
      guard case .object(let members) = content else { throw failure(expected: "an object") }
      return members
    }
  }

  /// The member of the object with a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The member's value.
  /// - Throws: A failure when this is no object or has no such member.
  package func member(_ name: String) throws(FileFailure) -> JSON {
    let members = try members
    guard let member = members.first(where: { $0.name == name }) else {
      throw failure(expected: "a member \(quoted(name))")
    }
    return member.value
  }

  /// The member of the object with a name; nil where there is none, and where this is no object.
  package subscript(_ name: String) -> JSON? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// A failure that points at this value, for a reader to whom it is not the right one.
  ///
  /// - Parameters:
  ///   - expected: What would have been right, as a phrase.
  ///   - found: What is there, as a phrase; by default the value itself, or what kind of value it is.
  /// - Returns: The failure.
  package func failure(expected: String, found: String? = nil) -> FileFailure {
    FileFailure(file: file, at: place, expected: expected, found: found ?? summary)
  }

  /// The value as a message shows it.
  private var summary: String {
    switch content {
    case .null: "null"
    case .boolean(let boolean): boolean.description
    case .number(let digits): shortened(digits)
    case .string(let string): quoted(string)
    case .array(let elements): elements.isEmpty ? "[]" : "an array of \(counted(elements.count, "element"))"
    case .object(let members): members.isEmpty ? "{}" : "an object with \(named(members.map(\.name)))"
    }
  }
}

/// The first of a list of names, as a message shows them.
func named(_ names: [String]) -> String {
  let shown = names.prefix(8).map(quoted).joined(separator: ", ")
  return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
}

/// A text in quotes, as a message shows it.
func quoted(_ text: String) -> String { "\"\(shortened(text))\"" }

/// A text's beginning, as long as a message can show it.
private func shortened(_ text: String) -> String {
  let start = text.unicodeScalars.prefix(64)
  return String(start) + (start.endIndex < text.unicodeScalars.endIndex ? "…" : "")
}
