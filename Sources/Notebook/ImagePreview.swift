import Formats

/// A picture in the terminal: two pixels a character, the upper half block over a colored ground.
enum ImagePreview {
  /// The picture as colored text, at most `columns` wide.
  static func text(of picture: PGM, columns: Int) -> String {
    let factor = max(1, (picture.width + columns - 1) / columns)
    let (width, height) = (picture.width / factor, picture.height / factor)
    func level(_ y: Int, _ x: Int) -> Int {
      guard y < height else { return 0 }
      var sum = 0
      for v in 0..<factor {
        for u in 0..<factor { sum += Int(picture.levels[(y * factor + v) * picture.width + x * factor + u]) }
      }
      return sum * 255 / (factor * factor * picture.maximumLevel)
    }
    return stride(from: 0, to: height, by: 2).map { y in
      (0..<width).map { x in
        let (upper, lower) = (level(y, x), level(y + 1, x))
        return "\u{1B}[38;2;\(upper);\(upper);\(upper)m\u{1B}[48;2;\(lower);\(lower);\(lower)m▀"
      }.joined() + "\u{1B}[0m"
    }.joined(separator: "\n")
  }
}
