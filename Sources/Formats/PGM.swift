/// A grey picture as Netpbm's PGM format stores it.
public struct PGM: Equatable, Sendable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The level that means white, 1…65535; 255 in every file that this project writes.
  public let maximumLevel: Int
  /// The levels, row by row from the top, 0…maximumLevel.
  public let levels: [UInt16]

  /// Creates a picture from its levels.
  public init(width: Int, height: Int, maximumLevel: Int = 255, levels: [UInt16]) {
    self.width = width
    self.height = height
    self.maximumLevel = maximumLevel
    self.levels = levels
  }
}
