import Files

// What a PGM file may look like: the magic P5 or P2; white space; width; white space; height; white space; maximum
// level; then for P5 one single white space and the levels as bytes, for P2 the levels as numbers. White space is
// blanks, tabs, CR, LF, vertical tabs and form feeds. Before the levels of a P5, and anywhere in a P2, everything from a
// `#` through the end of its line counts for nothing: it does not even end a number, and its line's end is no white space.
//
// So says the specification, <https://netpbm.sourceforge.net/doc/pgm.html>. Netpbm's own programs end a number at a
// comment; a picture that they read by it, and nothing after, is refused here, never misread. And they refuse vertical
// tabs and form feeds, which Pillow does not.

extension PGM {
  /// Reads a picture from the bytes of a file.
  ///
  /// Netpbm allows several pictures in one file; this reader takes exactly one.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, in the format P5 or P2.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package init(parsing bytes: [UInt8], file: String) throws(FileFailure) {
    let isRaw = bytes.starts(with: "P5".utf8)
    guard isRaw || bytes.starts(with: "P2".utf8) else {
      throw FileFailure(
        file: file, at: .byte(0), expected: "a PGM picture (P5 or P2)", found: kind(of: bytes))
    }
    var text = PGMText(bytes: bytes, file: file)
    try text.endOfMagic()
    let width = try text.number("a width", in: Self.sizes)
    let height = try text.number("a height", in: Self.sizes)
    let maximumLevel = try text.number("a maximum level", in: Self.maximumLevels)
    let levels =
      isRaw
      ? try text.rawLevels(count: width * height, maximum: maximumLevel)
      : try text.plainLevels(count: width * height, maximum: maximumLevel)
    self.init(width: width, height: height, maximumLevel: maximumLevel, levels: levels)
  }
}

/// Whether a byte is white space to Netpbm's specification, that of C's `isspace`.
private func isSpace(_ byte: UInt8) -> Bool { isWhiteSpace(byte) || byte == 0x0b || byte == 0x0c }

/// The bytes of a PGM file after its magic, read from left to right.
private struct PGMText {
  let bytes: [UInt8]
  let file: String
  /// The next byte to read.
  var position = 2
  /// Whether the last number was ended by the end of the file, not by white space.
  private var endedWithFile = false

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private func failure(at offset: Int, expected: String, found: String) -> FileFailure {
    FileFailure(file: file, at: .byte(offset), expected: expected, found: found)
  }

  /// The next byte outside comments, or nil at the end of the file; `position` is then just after it.
  private mutating func next() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != UInt8(ascii: "#") { return byte }
      while position < bytes.count {
        position += 1
        if isLineEnd(bytes[position - 1]) { break }
      }
    }
    return nil
  }

  mutating func endOfMagic() throws(FileFailure) {
    let byte = next()
    guard let byte, isSpace(byte) else {
      throw failure(at: 2, expected: "white space after the magic", found: shown(byte))
    }
  }

  /// Reads a number and the one white space that ends it.
  mutating func number(
    _ name: @autoclosure () -> String, in range: ClosedRange<Int>
  ) throws(FileFailure) -> Int {
    func expected() -> String { "\(name()) of \(range.lowerBound) to \(grouped(range.upperBound))" }
    var byte = next()
    while let space = byte, isSpace(space) { byte = next() }
    let start = byte == nil ? bytes.count : position - 1

    var value = 0
    var digits = 0
    while let digit = byte, !isSpace(digit) {
      guard isDigit(digit) else {
        throw failure(at: position - 1, expected: expected(), found: shown(digit))
      }
      // Past every range, the exact value no longer matters; it must only not overflow.
      value = min(value * 10 + Int(digit - UInt8(ascii: "0")), 1 << 40)
      digits += 1
      byte = next()
    }
    endedWithFile = byte == nil
    guard digits > 0 else { throw failure(at: start, expected: expected(), found: "the end of the file") }
    guard range.contains(value) else {
      let found = value < 1 << 40 ? "\(value)" : "a number of \(digits) digits"
      throw failure(at: start, expected: expected(), found: found)
    }
    return value
  }

  /// Reads the rest of a P5 file: levels of one byte, or of two if the maximum needs them, the higher first.
  func rawLevels(count: Int, maximum: Int) throws(FileFailure) -> [UInt16] {
    let start = position
    let size = maximum < 256 ? 1 : 2
    let found = bytes.count - start
    guard found >= count * size else {
      let expected = "\(counted(count, "level")) (\(counted(count * size, "byte")))"
      throw failure(at: start, expected: expected, found: counted(found, "byte"))
    }
    guard found == count * size else {
      let surplus = counted(found - count * size, "byte") + " more"
      throw failure(
        at: start + count * size, expected: "the end of the file after one picture", found: surplus)
    }

    var levels: [UInt16] = []
    levels.reserveCapacity(count)
    for offset in stride(from: start, to: bytes.count, by: size) {
      let level =
        size == 1 ? UInt16(bytes[offset]) : UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
      guard level <= maximum else {
        throw failure(at: offset, expected: "a level of 0 to \(maximum)", found: "\(level)")
      }
      levels.append(level)
    }
    return levels
  }

  /// Reads the rest of a P2 file: levels as numbers between white space.
  mutating func plainLevels(count: Int, maximum: Int) throws(FileFailure) -> [UInt16] {
    // The shortest file has one digit a level and one space after it: checked before memory is asked for.
    let found = bytes.count - position
    guard found >= 2 * count else {
      let expected = "\(counted(count, "level")) (at least \(counted(2 * count, "byte")))"
      throw failure(at: position, expected: expected, found: counted(found, "byte"))
    }
    var levels: [UInt16] = []
    levels.reserveCapacity(count)
    for index in 0..<count {
      levels.append(UInt16(try number("level \(index + 1) of \(count)", in: 0...maximum)))
    }
    // Without the white space that the format has there too, the last level may be the first digits of another.
    guard !endedWithFile else {
      throw failure(at: bytes.count, expected: "white space after level \(count)", found: shown(nil))
    }
    while let byte = next() {
      guard isSpace(byte) else {
        throw failure(
          at: position - 1, expected: "the end of the file after one picture", found: shown(byte))
      }
    }
    return levels
  }
}
