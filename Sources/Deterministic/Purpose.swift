/// What a random number is for: one word of its address, so that no two uses ever share a number.
///
/// Each room names its own purposes in an extension; a test finds two of the same number. A purpose keeps its number:
/// another would change every result that was ever committed. From 2³¹ on lie the streams that are known by a name
/// alone (`init(named:)`).
public struct Purpose: RawRepresentable, Equatable, Sendable {
  /// The word of the address.
  public let rawValue: UInt32

  /// The purpose with a number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The purpose of a name: 2³¹ plus the lower 31 bits of its FNV-1a hash.
  ///
  /// - Parameter name: Any text; another text is almost always another purpose.
  public init(named name: String) {
    var hash: UInt32 = 2_166_136_261
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    rawValue = 1 << 31 | hash
  }
}
