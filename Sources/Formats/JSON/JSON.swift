import Files

/// A value as a JSON text (RFC 8259) has it, and where it was read.
///
///     let settings = try JSON.read("config.json")
///     let size = try settings.member("sample_size").integer
///
/// Two values are equal if they would be written alike: numbers with the same digits, members in the same order,
/// wherever they were read from.
package struct JSON: Sendable {
  /// What a JSON text can say.
  package enum Content: Equatable, Sendable {
    /// The word `null`.
    case null
    /// The word `true` or `false`.
    case boolean(Bool)
    /// A number by its digits, as they stand in the text: none is rounded before its reader has seen it.
    case number(String)
    /// A string, its escapes resolved.
    case string(String)
    /// Values in order.
    case array([JSON])
    /// Values by name, in the order of the text; no name stands twice.
    case object([Member])
  }

  /// A value in an object, and its name.
  package struct Member: Equatable, Sendable {
    /// The name.
    package let name: String
    /// The value.
    package let value: JSON

    /// Creates a member.
    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// What the text says here.
  package let content: Content
  /// The byte of the file with which the value begins; the greatest where there is no file.
  ///
  /// Four bytes that fit beside the content, since a text may have a million values; files are read up to 4 GiB.
  private let offset: UInt32
  /// The name that a failure gives: the file that the value was read from.
  let file: String

  /// Where in the file the value begins.
  var place: FileFailure.Place { offset == .max ? .whole : .byte(Int(offset)) }

  /// Creates a value that is known to be one.
  ///
  /// - Parameters:
  ///   - content: What the text says.
  ///   - file: The name that a failure shall give.
  ///   - offset: The byte of the file with which the value begins.
  init(_ content: Content, file: String, at offset: Int) {
    self.content = content
    self.file = file
    self.offset = UInt32(clamping: offset)
  }

  /// Creates a value that was not read.
  init(_ content: Content) { self.init(content, file: "a JSON value in memory", at: Int(UInt32.max)) }
}

extension JSON: Equatable {
  /// Whether two values would be written alike, wherever they were read from.
  package static func == (left: JSON, right: JSON) -> Bool { left.content == right.content }
}

// MARK: - Values from Swift's

extension JSON {
  /// The value `null`.
  package static let null = JSON(Content.null)

  /// Creates the word `true` or `false`.
  package init(_ boolean: Bool) { self.init(Content.boolean(boolean)) }

  /// Creates a number.
  package init(_ integer: Int) { self.init(Content.number(integer.description)) }

  /// Creates a number, in the shortest digits that read back as exactly this one: `0.1`, `5.0`, `1e-05`.
  ///
  /// JSON has no NaN and no infinities: one of them is a mistake upstream and stops the program here.
  package init(_ number: Double) {
    guard number.isFinite else { fatalError("a number in a JSON text is finite, not \(number)") }
    // Swift's digits are Python's but between 2^53 and 10^16, where Swift has begun to write exponents.
    let isWritten = number.magnitude >= 0x1p53 && number.magnitude < 1e16
    self.init(Content.number(isWritten ? "\(Int64(number)).0" : number.description))
  }

  /// Creates a string.
  package init(_ string: String) { self.init(Content.string(string)) }

  /// Creates an array.
  package init(_ elements: [JSON]) { self.init(Content.array(elements)) }

  /// Creates an object.
  ///
  /// - Parameter members: Its members in order, no name twice.
  package init(_ members: [Member]) {
    if let name = firstRepeated(members.map(\.name)) {
      fatalError("a JSON object has one member \"\(name)\", not two")
    }
    self.init(Content.object(members))
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Creates the value `null`.
  package init(nilLiteral: ()) { self = .null }

  /// Creates the word `true` or `false`.
  package init(booleanLiteral boolean: Bool) { self.init(boolean) }

  /// Creates a number.
  package init(integerLiteral integer: Int) { self.init(integer) }

  /// Creates a number.
  package init(floatLiteral number: Double) { self.init(number) }

  /// Creates a string.
  package init(stringLiteral string: String) { self.init(string) }

  /// Creates an array.
  package init(arrayLiteral elements: JSON...) { self.init(elements) }

  /// Creates an object, its members in the order of the literal, no name twice.
  package init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { Member($0.0, $0.1) })
  }
}
