import Deterministic
import Samples

/// Gray light being painted on, in levels: 0 is black, 255 white.
///
/// Layers are painted one over another, each evaluated at the center of every pixel it can reach. An edge is
/// smoothed with the signed distance to it, so that no supersampling is needed. All of it is + − × ÷ √ and
/// `Deterministic`'s functions in a fixed order: the same bits everywhere.
struct Canvas {
  let height: Int
  let width: Int
  private(set) var levels: [Double]

  init(height: Int, width: Int, tone: (Point) -> Double) {
    self.height = height
    self.width = width
    levels = (0..<height * width).map { tone(Canvas.center(of: $0, width: width)) }
  }

  /// Lays a tone over what lies inside a shape.
  ///
  /// - Parameters:
  ///   - shape: Where to paint.
  ///   - softness: The width of the edge in pixels: 1 is as sharp as pixels get, 10 is a haze.
  ///   - opacity: How much of what lies below is covered, 0…1.
  ///   - clip: A second shape outside of which nothing is painted.
  ///   - tone: The level at a point.
  mutating func paint(
    _ shape: some Shape, softness: Double = 1, opacity: Double = 1, within clip: (any Shape)? = nil,
    tone: (Point) -> Double
  ) {
    forEachPixel(in: shape.bounds.grown(by: softness), within: clip) { point, clipCoverage, level in
      let cover = opacity * clipCoverage * coverage(distance: shape.distance(to: point), softness)
      if cover > 0 { level += cover * (tone(point) - level) }
    }
  }

  /// Lays one level over what lies inside a shape.
  mutating func paint(
    _ shape: some Shape, _ level: Double, softness: Double = 1, opacity: Double = 1,
    within clip: (any Shape)? = nil
  ) {
    paint(shape, softness: softness, opacity: opacity, within: clip) { _ in level }
  }

  /// Adds light (or, below 0, shadow): amount · exp(−½ r²), r the distance from the center in radii.
  mutating func glow(
    _ amount: Double, at x: Double, _ y: Double, radii rx: Double, _ ry: Double, turn: Double = 0,
    within clip: (any Shape)? = nil
  ) {
    let (c, s) = (cos(turn), sin(turn))
    let box = Ellipse(x, y, radii: 4 * rx, 4 * ry, turn: turn).bounds  // beyond, less than exp(−8) is left
    forEachPixel(in: box, within: clip) { point, clipCoverage, level in
      let (dx, dy) = (point.x - x, point.y - y)
      let (u, v) = ((c * dx + s * dy) / rx, (c * dy - s * dx) / ry)
      level += clipCoverage * amount * exp(-0.5 * (u * u + v * v))
    }
  }

  /// The picture in [−1, 1], its levels rounded to whole numbers.
  var image: Image { Image(height: height, width: width, levels: levels.map(nearestLevel)) }

  private static func center(of index: Int, width: Int) -> Point {
    Point(Double(index % width) + 0.5, Double(index / width) + 0.5)
  }

  /// Visits the pixels of a box with how much of each the clip covers.
  private mutating func forEachPixel(
    in box: Box, within clip: (any Shape)?, _ body: (Point, Double, inout Double) -> Void
  ) {
    let rows = Int(clamp(box.low.y, 0, Double(height)))..<Int(clamp(box.high.y + 1, 0, Double(height)))
    let columns = Int(clamp(box.low.x, 0, Double(width)))..<Int(clamp(box.high.x + 1, 0, Double(width)))
    for y in rows {
      for x in columns {
        let index = y * width + x
        let point = Canvas.center(of: index, width: width)
        let clipCoverage = clip.map { coverage(distance: $0.distance(to: point), 1) } ?? 1
        if clipCoverage > 0 { body(point, clipCoverage, &levels[index]) }
      }
    }
  }
}

/// How much of a pixel lies inside an edge: 1 well inside, ½ on it, 0 well outside; a ramp of the given width
/// for a sharp edge and a smooth step for a soft one.
private func coverage(distance: Double, _ softness: Double) -> Double {
  let share = ramp(distance: distance, width: softness)
  return softness > 1 ? share * share * (3 - 2 * share) : share
}
