import Deterministic

/// A region of the plane known by the distance to its edge.
protocol Shape {
  /// The distance to the edge in pixels: negative inside, positive outside.
  func distance(to point: Point) -> Double
  /// A box that holds the whole shape.
  var bounds: Box { get }
}

/// A rectangle with sides along the axes.
struct Box: Shape {
  var low: Point
  var high: Point

  init(low: Point, high: Point) {
    self.low = low
    self.high = high
  }

  init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.init(low: Point(x.lowerBound, y.lowerBound), high: Point(x.upperBound, y.upperBound))
  }

  /// The smallest box that holds all of some points, at least one.
  init(around points: [Point]) {
    self.init(low: points[0], high: points[0])
    for point in points {
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
  }

  var bounds: Box { self }

  func grown(by margin: Double) -> Box {
    Box(low: low - Point(margin, margin), high: high + Point(margin, margin))
  }

  func distance(to point: Point) -> Double {
    let (beyond, before) = (point - high, low - point)
    let outside = Point(max(beyond.x, before.x), max(beyond.y, before.y))
    let corner = Point(max(outside.x, 0), max(outside.y, 0))
    return length(corner) + min(max(outside.x, outside.y), 0)
  }
}

/// An ellipse, turned clockwise by an angle in radians.
struct Ellipse: Shape {
  let center: Point
  let radii: Point
  private let cosine: Double
  private let sine: Double

  init(_ x: Double, _ y: Double, radii rx: Double, _ ry: Double, turn: Double = 0) {
    center = Point(x, y)
    radii = Point(rx, ry)
    cosine = cos(turn)
    sine = sin(turn)
  }

  var bounds: Box {
    let reach = Point(
      length(Point(radii.x * cosine, radii.y * sine)), length(Point(radii.x * sine, radii.y * cosine)))
    return Box(low: center - reach, high: center + reach)
  }

  /// To first order, f/|∇f| with f = |p/r| − 1: exact on the edge, where it matters.
  func distance(to point: Point) -> Double {
    let d = point - center
    let p = Point(cosine * d.x + sine * d.y, cosine * d.y - sine * d.x) / radii
    let reach = length(p)
    if reach < 1e-6 { return -min(radii.x, radii.y) }
    return reach * (reach - 1) / length(p / radii)
  }
}

/// The inside of a closed curve through given points.
struct Outline: Shape {
  private let corners: [Point]
  let bounds: Box

  /// Joins points (x, y) by a Catmull–Rom curve, or by straight lines when it is not to be smooth.
  init(_ points: [(Double, Double)], smooth: Bool = true) {
    let points = points.map { Point($0.0, $0.1) }
    corners = smooth ? smoothCurve(points, closed: true) : points
    bounds = Box(around: corners)
  }

  /// The distance to the nearest side; a point is inside when a ray from it crosses an odd number of sides.
  func distance(to point: Point) -> Double {
    var nearest = Double.infinity
    var isInside = false
    var a = corners[corners.count - 1]
    for b in corners {
      nearest = min(nearest, squaredDistance(from: point, a, b).value)
      if (a.y > point.y) != (b.y > point.y),
        point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x
      {
        isInside.toggle()
      }
      a = b
    }
    let distance = nearest.squareRoot()
    return isInside ? -distance : distance
  }
}

/// A brush stroke along a smooth curve through given points, its width given at each.
struct Line: Shape {
  private let points: [Point]
  private let radii: [Double]
  let bounds: Box

  /// Draws through points (x, y, width), in pixels.
  init(_ points: [(Double, Double, Double)]) {
    self.points = smoothCurve(points.map { Point($0.0, $0.1) }, closed: false)
    radii = smoothCurve(points.map { Point($0.2 / 2, 0) }, closed: false).map(\.x)
    bounds = Box(around: self.points).grown(by: points.map(\.2).max() ?? 0)
  }

  func distance(to point: Point) -> Double {
    var nearest = Double.infinity
    for i in 1..<points.count {
      let (squared, share) = squaredDistance(from: point, points[i - 1], points[i])
      let radius = radii[i - 1] + share * (radii[i] - radii[i - 1])
      nearest = min(nearest, squared.squareRoot() - radius)
    }
    return nearest
  }
}

/// Points of the smooth curve through `knots`, six to a span.
private func smoothCurve(_ knots: [Point], closed: Bool) -> [Point] {
  let count = knots.count
  func knot(_ i: Int) -> Point { knots[closed ? (i + count) % count : min(max(i, 0), count - 1)] }
  var curve = [Point]()
  for i in 0..<(closed ? count : count - 1) {
    for k in 0..<6 {
      curve.append(catmullRom(knot(i - 1), knot(i), knot(i + 1), knot(i + 2), at: Double(k) / 6))
    }
  }
  return closed ? curve : curve + [knots[count - 1]]
}
