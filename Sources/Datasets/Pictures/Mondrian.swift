/// A composition in the manner of Mondrian's of the 1920s: unequal rectangles between black lines.
///
/// Every edge lies on the boundary of a pixel, so the picture has seven gray levels and no others.
struct Mondrian {
  static let largeRectangle = PictureFeature(name: "large rectangle", rows: 0..<104, columns: 43..<95)
  static let thickLine = PictureFeature(name: "thick line", rows: 76..<90, columns: 0..<128)
  static let thinLine = PictureFeature(name: "thin line", rows: 32..<48, columns: 0..<38)
  static let smallRectangle = PictureFeature(name: "small rectangle", rows: 104..<128, columns: 106..<128)

  private static let ground = 240.0
  private static let black = 12.0

  /// Paints the whole composition, or the composition without one of its features: a rectangle left the
  /// color of the ground, a line left out so that its neighbors meet.
  static func canvas(omitting feature: PictureFeature? = nil) -> Canvas {
    var canvas = Canvas(height: 128, width: 128) { _ in ground }
    canvas.paint(Box(x: 43...98, y: 0...80), feature == largeRectangle ? ground : 92)
    canvas.paint(Box(x: 98...128, y: 0...30), 64)
    canvas.paint(Box(x: 98...128, y: 30...80), 214)
    canvas.paint(Box(x: 0...43, y: 85...128), 132)
    if feature != smallRectangle { canvas.paint(Box(x: 112...128, y: 110...128), 166) }

    canvas.paint(Box(x: 38...43, y: 0...128), black)
    if feature != thickLine { canvas.paint(Box(x: 0...128, y: 80...86), black) }
    if feature != thinLine { canvas.paint(Box(x: 0...38, y: 39...41), black) }
    canvas.paint(Box(x: 95...99, y: 0...80), black)
    canvas.paint(Box(x: 99...128, y: 28...32), black)
    canvas.paint(Box(x: 109...112, y: 86...128), black)
    canvas.paint(Box(x: 112...128, y: 107...110), black)
    return canvas
  }
}
