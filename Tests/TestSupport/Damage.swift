/// Numbers at which readers go wrong, as a text has them.
package let boundaryNumbers =
  [
    "0", "-0", "-1", "1", "2", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295",
    "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615",
    "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "0.5", "1e0", "1e308", "1e999",
    "-1e999", "1e-999", "1E+2", "00", "NaN", "Infinity", "1000000", "1000000000",
  ] + [String(repeating: "9", count: 400), "0." + String(repeating: "0", count: 400) + "1"]

extension SplitMix64 {
  /// A file with one to four changes of its bytes, those that mean something to its format more often than others.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - meaningful: Characters that mean something to its format.
  ///   - others: Files whose pieces may end up in this one.
  package mutating func damaged(
    _ file: [UInt8], by meaningful: String, splicing others: [[UInt8]] = []
  ) -> [UInt8] {
    let meaningful = Array(meaningful.utf8) + [8, 0x7f, 0x80, 0xc3, 0xff]
    var bytes = file
    for _ in 0..<whole(1...4) {
      let place = whole(0...bytes.count)
      let end = Swift.min(bytes.count, place + whole(1...16))
      switch whole(0...11) {
      case 0: bytes.insert(one(of: meaningful), at: place)
      case 1: bytes.insert(contentsOf: bytes[place...].prefix(100_000), at: place)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: whole(0...bytes.count))
      case 5: bytes.insert(contentsOf: repeatElement(one(of: meaningful), count: whole(1...300)), at: place)
      case 6: replaceNumber(near: place, in: &bytes)
      case 7: replaceWord(at: place, in: &bytes)
      case 8 where !others.isEmpty:
        let other = one(of: others)
        bytes.replaceSubrange(place..., with: other[whole(0...other.count)...])
      case 9 where place < bytes.count: bytes[place] = one(of: meaningful)
      case 10 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
      case _ where place < bytes.count: bytes[place] ^= 1 << UInt8(whole(0...7))
      default: break
      }
    }
    return bytes
  }

  /// Puts a number at which readers go wrong in the place of the digits that follow a place.
  private mutating func replaceNumber(near place: Int, in bytes: inout [UInt8]) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(one(of: boundaryNumbers).utf8))
  }

  /// Puts four or eight bytes that are a power of two or beside one in the place of those that stand there.
  private mutating func replaceWord(at place: Int, in bytes: inout [UInt8]) {
    let size = one(of: [4, 8])
    guard place + size <= bytes.count else { return }
    let number = (1 << UInt64(whole(0...63))) &+ UInt64(bitPattern: Int64(whole(-1...1)))
    var word = (0..<size).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    if whole(0...1) == 0 { word.reverse() }
    bytes.replaceSubrange(place..<place + size, with: word)
  }

  /// A JSON text with one to three changes, most of which leave it one: values that are replaced, exchanged, left out,
  /// doubled or nested.
  package mutating func damaged(json text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0..<whole(1...3) {
      let values = valueRanges(in: bytes)
      guard !values.isEmpty else { return bytes }
      let value = one(of: values)
      let other = one(of: values)
      switch whole(0...7) {
      case 0, 1: bytes.replaceSubrange(value, with: oddValue())
      case 2: bytes.replaceSubrange(value, with: Array(one(of: boundaryNumbers).utf8))
      case 3: bytes.replaceSubrange(value, with: bytes[other])
      case 4: bytes.insert(contentsOf: Array(",".utf8) + bytes[value], at: value.upperBound)
      case 5:
        // With the comma before or after it, as far as there is one.
        let after = bytes[value.upperBound...].first == UInt8(ascii: ",") ? 1 : 0
        let before = after == 0 && bytes[..<value.lowerBound].last == UInt8(ascii: ",") ? 1 : 0
        bytes.removeSubrange(value.lowerBound - before..<value.upperBound + after)
      case 6:
        let depth = one(of: [1, 2, 126, 127, 128, 500])
        let (open, close) = one(of: [("[", "]"), (#"{"a":"#, "}")])
        let nested = Array(String(repeating: open, count: depth).utf8) + bytes[value]
        bytes.replaceSubrange(value, with: nested + Array(String(repeating: close, count: depth).utf8))
      default:
        let member = Array(#","\#(oddName()):"#.utf8) + bytes[other]
        bytes.insert(contentsOf: member, at: value.upperBound)
      }
    }
    return bytes
  }

  private mutating func oddValue() -> [UInt8] {
    let strings = [
      #""""#, #""\u0000""#, #""\ud800""#, #""\ud83c\udfb2""#, "\"e\u{301}\"", #""é""#, #""\/\"""#,
      "\"\u{1}\"",
      "\"" + String(repeating: "x", count: 1000) + "\"", "\"\u{202e}\u{2028}\"",
    ]
    let others = [
      "null", "true", "false", "[]", "{}", "[0]", "[1,2]", #"{"a":1}"#, "[null]", "'a'", "nul", "",
    ]
    return Array(one(of: strings + others + boundaryNumbers).utf8)
  }

  private mutating func oddName() -> String {
    one(of: [#""a""#, #""""#, #""_x""#, #""__metadata__""#, #""\u0061""#, "\"e\u{301}\"", #""é""#, "a", "1"])
  }
}

/// Where in a JSON text its strings, numbers, words, arrays and objects stand, names among them; of a text that is none,
/// whatever looks so.
func valueRanges(in text: [UInt8]) -> [Range<Int>] {
  var ranges: [Range<Int>] = []
  var open: [Int] = []
  var place = 0
  while place < text.count {
    let start = place
    place += 1
    switch text[start] {
    case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(start)
    case UInt8(ascii: "]"), UInt8(ascii: "}"): if let begun = open.popLast() { ranges.append(begun..<place) }
    case UInt8(ascii: "\""):
      while place < text.count, text[place] != UInt8(ascii: "\"") {
        place += text[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      place = min(text.count, place + 1)
      ranges.append(start..<place)
    case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"): break
    default:
      let ends = Array(",:[]{} \n\"".utf8)
      while place < text.count, !ends.contains(text[place]) { place += 1 }
      ranges.append(start..<place)
    }
  }
  return ranges
}
