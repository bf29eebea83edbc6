// The geometry that the painter of pictures and the writer of digits share: + − × ÷ √ in a fixed order.

/// A place in the plane, x to the right, y downwards.
///
/// In a picture the unit is the pixel, and (0, 0) is the top left corner of the top left pixel, whose center is
/// (0.5, 0.5).
typealias Point = SIMD2<Double>

/// The distance of a point from the origin.
func length(_ p: Point) -> Double { (p.x * p.x + p.y * p.y).squareRoot() }

/// The value nearest to `x` in low…high.
func clamp(_ x: Double, _ low: Double, _ high: Double) -> Double {
  x < low ? low : x > high ? high : x
}

/// The place at u = 0…1 on the way from `b` to `c` of a smooth curve through `a`, `b`, `c` and `d`.
///
/// Catmull and Rom's cubic (1974): at each point the curve is parallel to the line between the neighbors.
///
///     b + ½ u ((c − a) + u ((2a − 5b + 4c − d) + u (3b − a − 3c + d)))
func catmullRom(_ a: Point, _ b: Point, _ c: Point, _ d: Point, at u: Double) -> Point {
  let linear = c - a
  let square = 2.0 * a - 5.0 * b + 4.0 * c - d
  let cube = 3.0 * b - a - 3.0 * c + d
  return b + 0.5 * (u * (linear + u * (square + u * cube)))
}

/// The distance from a point to the segment a–b, squared, and how far along it (0…1) the nearest place lies.
func squaredDistance(from point: Point, _ a: Point, _ b: Point) -> (value: Double, share: Double) {
  let (sideX, sideY, x, y) = (b.x - a.x, b.y - a.y, point.x - a.x, point.y - a.y)
  let squaredLength = sideX * sideX + sideY * sideY
  let share = squaredLength > 0 ? clamp((x * sideX + y * sideY) / squaredLength, 0, 1) : 0
  let (restX, restY) = (x - share * sideX, y - share * sideY)
  return (restX * restX + restY * restY, share)
}

/// How much of a pixel lies inside an edge: ½ on it, 1 and 0 from half the ramp's width on.
///
/// - Parameters:
///   - distance: The signed distance of the pixel's center to the edge: negative inside.
///   - width: The width of the ramp in pixels, above 0.
/// - Returns: The share 0…1.
func ramp(distance: Double, width: Double) -> Double { clamp(0.5 - distance / width, 0, 1) }
