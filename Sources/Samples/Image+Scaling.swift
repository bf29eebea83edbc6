extension Image {
  /// The middle square of the image, brought to `size` × `size` pixels.
  ///
  /// Each new pixel is the mean of the area that it covers, so nothing is lost when the image shrinks; when it
  /// grows, pixels become larger squares.
  ///
  /// - Parameter size: The new height and width, 1 or more.
  public func squared(to size: Int) -> Image {
    guard size >= 1 else { fatalError("an image cannot be \(size) pixels wide") }
    let side = min(height, width)
    let (top, left) = ((height - side) / 2, (width - side) / 2)
    let shares = Self.shares(of: side, in: size)
    var result = Image(height: size, width: size, filledWith: 0)
    for y in 0..<size {
      for x in 0..<size {
        var sum = 0.0
        for (row, rowShare) in shares[y] {
          for (column, columnShare) in shares[x] {
            sum += rowShare * columnShare * self[top + row, left + column]
          }
        }
        result[y, x] = sum
      }
    }
    return result
  }

  /// For each of `count` equal pieces of a line of `length` pixels: which pixels lie in it, with shares that sum to 1.
  private static func shares(of length: Int, in count: Int) -> [[(pixel: Int, share: Double)]] {
    // In units of 1/count of a pixel all ends are whole numbers: piece i is [i · length, (i + 1) · length).
    (0..<count).map { piece in
      let (start, end) = (piece * length, (piece + 1) * length)
      return (start / count...(end - 1) / count).map { pixel in
        let covered = min(end, (pixel + 1) * count) - max(start, pixel * count)
        return (pixel, Double(covered) / Double(length))
      }
    }
  }
}
