import Formats
import Samples

extension Image {
  /// Creates an image from a picture's levels.
  package init(_ pgm: PGM) {
    self.init(height: pgm.height, width: pgm.width, levels: pgm.levels, maximum: pgm.maximumLevel)
  }

  /// The image as a picture of levels 0…255, rounded half up and clipped.
  ///
  /// The exact inverse of `Image(_:)` on pictures of that maximum level.
  package var pgm: PGM { PGM(width: width, height: height, levels: levels.map { UInt16($0) }) }
}

/// Lays images out in rows on one sheet, from the left and from the top.
///
/// - Parameters:
///   - images: At least one image, all of one size.
///   - columns: The number of images in a row, at least 1; the last row may stay unfinished.
///   - gap: The number of pixels between neighbors, 0 or more; the sheet has no margin.
///   - background: The value of the gaps and of empty places, black unless told.
/// - Returns: The sheet.
package func contactSheet(_ images: [Image], columns: Int, gap: Int, background: Double = -1) -> Image {
  guard let first = images.first, columns > 0, gap >= 0 else {
    fatalError(
      "a contact sheet needs images, columns and a gap of 0 or more, not \(images.count), \(columns), \(gap)")
  }
  let rows = (images.count + columns - 1) / columns
  var sheet = Image(
    height: rows * (first.height + gap) - gap, width: columns * (first.width + gap) - gap,
    filledWith: background)
  for (i, image) in images.enumerated() {
    guard image.height == first.height, image.width == first.width else {
      fatalError(
        """
        image \(i) of a contact sheet is \(image.height) × \(image.width), \
        the first \(first.height) × \(first.width)
        """)
    }
    let (top, left) = (i / columns * (first.height + gap), i % columns * (first.width + gap))
    for y in 0..<image.height {
      for x in 0..<image.width { sheet[top + y, left + x] = image[y, x] }
    }
  }
  return sheet
}
