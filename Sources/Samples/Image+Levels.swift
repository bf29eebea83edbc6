extension Image {
  /// Creates an image from gray levels: level k of 0…m is k / (m/2) − 1, for m = 255 that is k / 127.5 − 1.
  ///
  /// - Parameters:
  ///   - height: The number of rows, at least 1.
  ///   - width: The number of columns, at least 1.
  ///   - levels: height × width levels, row by row, none above the maximum; 0 is black.
  ///   - maximum: The level m that means white, at least 1.
  public init(
    height: Int, width: Int, levels: some Collection<some FixedWidthInteger & UnsignedInteger>,
    maximum: Int = 255
  ) {
    guard maximum >= 1 else { fatalError("the level that means white is at least 1, not \(maximum)") }
    if let level = levels.first(where: { $0 > maximum }) {
      fatalError("a gray level is at most \(maximum), not \(level)")
    }
    let half = Double(maximum) / 2
    self.init(height: height, width: width, pixels: levels.map { Double($0) / half - 1 })
  }

  /// The values as levels 0…255, row by row: (value + 1) · 127.5, rounded and clipped.
  ///
  /// The exact inverse of `init(height:width:levels:maximum:)` at a maximum of 255.
  public var levels: [UInt8] { pixels.map { nearestLevel(to: ($0 + 1) * 127.5) } }
}

/// The whole level nearest to a brightness, halves up; what is darker than 0 or brighter than 255 is clipped.
package func nearestLevel(to brightness: Double) -> UInt8 {
  guard !brightness.isNaN else { fatalError("a pixel that is not a number has no gray level") }
  return UInt8(min(max(brightness + 0.5, 0), 255))
}
