/// A place on the path of a pen: where its tip is and how wide it writes there, in pixels.
struct PenPoint {
  /// The center of the line.
  var position: Point
  /// Half the width of the line.
  var radius: Double
}

/// Paints the paths of a round pen into a grid of pixels, with soft edges.
///
/// A pixel's ink is a ramp of its signed distance to the edge of the line: ½ on the edge, 0 and 1 half a
/// pixel of `softness` away from it. Where lines cross the darker one counts, as with one ink. Only + − × ÷ √
/// in a fixed order, so the bits are the same on every machine.
struct StrokeRenderer {
  /// The ink of every pixel in 0…1, row by row.
  private(set) var ink: [Double]
  private let height: Int
  private let width: Int
  private let softness: Double

  /// Starts with an empty sheet.
  ///
  /// - Parameters:
  ///   - height: The number of rows.
  ///   - width: The number of columns.
  ///   - softness: The width in pixels of the ramp from no ink to full ink at an edge.
  init(height: Int, width: Int, softness: Double) {
    self.height = height
    self.width = width
    self.softness = softness
    ink = [Double](repeating: 0, count: height * width)
  }

  /// Paints the straight pieces between consecutive points of a path; a single point is a dot.
  mutating func paint(_ path: [PenPoint]) {
    guard let first = path.first else { return }
    if path.count == 1 { paint(from: first, to: first) }
    for (start, end) in zip(path, path.dropFirst()) { paint(from: start, to: end) }
  }

  private mutating func paint(from start: PenPoint, to end: PenPoint) {
    let reach = max(start.radius, end.radius) + softness / 2
    let low = pointwiseMin(start.position, end.position) - reach
    let high = pointwiseMax(start.position, end.position) + reach
    let rows = max(0, Int(low.y))..<max(0, min(height, Int(high.y) + 1))
    let columns = max(0, Int(low.x))..<max(0, min(width, Int(high.x) + 1))
    for y in rows {
      for x in columns {
        let center = Point(Double(x) + 0.5, Double(y) + 0.5)
        let (squared, share) = squaredDistance(from: center, start.position, end.position)
        let radius = start.radius + share * (end.radius - start.radius)
        let amount = ramp(distance: squared.squareRoot() - radius, width: softness)
        ink[y * width + x] = max(ink[y * width + x], amount)
      }
    }
  }
}
