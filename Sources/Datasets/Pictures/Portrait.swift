/// A portrait of a smiling person before a window: soft shading, small eyes, a smile, one hard edge.
///
/// Painted from back to front; the light comes from the upper left. `x` and `y` are pixels, tones are levels.
struct Portrait {
  static let eyes = PictureFeature(name: "eyes", rows: 51..<62, columns: 44..<84)
  static let smile = PictureFeature(name: "smile", rows: 73..<85, columns: 51..<77)
  static let sharpEdge = PictureFeature(name: "sharp edge", rows: 0..<104, columns: 102..<118)

  /// Paints the whole portrait, or the portrait without one of its features: the eyes closed, a straight
  /// mouth, the edge of the window blurred.
  static func canvas(omitting feature: PictureFeature? = nil) -> Canvas {
    var canvas = wall()
    if feature != sharpEdge { paintWindow(on: &canvas) } else { paintBlurredWindow(on: &canvas) }
    canvas.paint(hair, hairTone, softness: 1.8)
    paintNeckAndDress(on: &canvas)
    paintFace(on: &canvas)
    for side in [-1.0, 1.0] {
      if feature != eyes { paintEye(on: &canvas, side: side) } else { paintLid(on: &canvas, side: side) }
      paintBrow(on: &canvas, side: side)
    }
    paintNose(on: &canvas)
    if feature != smile { paintSmile(on: &canvas) } else { paintStraightMouth(on: &canvas) }
    paintFringe(on: &canvas)
    return canvas
  }

  // MARK: The room

  /// A wall with a pool of light behind the lit side of the head.
  private static func wall() -> Canvas {
    var canvas = Canvas(height: 128, width: 128) { p in 172 - 0.5 * p.x - 0.15 * p.y }
    canvas.glow(30, at: 20, 56, radii: 24, 34)
    return canvas
  }

  /// A bright pane behind a dark frame: the hardest edges of the picture.
  private static func paintWindow(on canvas: inout Canvas) {
    canvas.paint(Box(x: 108...129, y: -1...129), 36)
    canvas.paint(Box(x: 112...129, y: -1...129), tone: daylight)
  }

  private static func paintBlurredWindow(on canvas: inout Canvas) {
    canvas.paint(Box(x: 110...148, y: -20...148), softness: 16, tone: daylight)
  }

  private static func daylight(at p: Point) -> Double { 250 - 0.25 * p.y }

  // MARK: Clothes

  private static let neck = Outline([
    (52, 80), (76, 80), (77, 98), (88, 106), (76, 129), (52, 129), (40, 106), (51, 98),
  ])

  private static let dress = Outline([
    (-10, 142), (2, 124), (18, 113), (36, 107), (47, 104), (56, 112), (64, 123), (72, 112), (81, 104),
    (92, 107), (110, 113), (126, 124), (138, 142),
  ])

  private static func paintNeckAndDress(on canvas: inout Canvas) {
    canvas.paint(neck) { p in 186 - 1.1 * (p.x - 52) }
    canvas.glow(-85, at: 66, 91, radii: 14, 6, within: neck)  // the shadow of the chin
    canvas.paint(dress) { p in 84 - 0.35 * (p.x - 20) }
    canvas.glow(-30, at: 46, 118, radii: 10, 4, turn: 0.7, within: dress)  // the shadows of the collar
    canvas.glow(-30, at: 82, 118, radii: 10, 4, turn: -0.7, within: dress)
    canvas.paint(Outline([(43, 104), (48, 101), (64, 122), (60, 128.5), (41, 112)], smooth: false), 240)
    canvas.paint(Outline([(85, 104), (80, 101), (64, 122), (68, 128.5), (87, 112)], smooth: false), 206)
  }

  // MARK: The face

  private static let face = Outline([
    (64, 17), (78, 21), (88, 34), (90, 52), (88.5, 67), (84, 79), (74, 89), (64, 92.5), (54, 89), (44, 79),
    (39.5, 67), (38, 52), (40, 34), (50, 21),
  ])

  /// Skin, lit as a matt ellipsoid: brightness follows the angle between the surface and the light.
  private static func paintFace(on canvas: inout Canvas) {
    canvas.paint(face) { p in
      let normal = Point((p.x - 64) / 29, (p.y - 54) / 44)
      let depth = max(0, 1 - normal.x * normal.x - normal.y * normal.y).squareRoot()
      return 96 + 140 * max(0, -0.40 * normal.x - 0.22 * normal.y + 0.80 * depth)
    }
    canvas.glow(14, at: 63, 87.5, radii: 6, 3, within: face)  // chin
    for side in [-1.0, 1.0] {
      let x = 64 + 11 * side
      canvas.glow(-24, at: x - side * 1.5, 52.5, radii: 7, 3.5, within: face)  // eye socket
      canvas.glow(18, at: x + side, 67, radii: 5, 3.5, within: face)  // cheek
    }
  }

  private static func paintEye(on canvas: inout Canvas, side: Double) {
    let x = 64 + 11 * side
    let opening = Outline([
      (x - 6.8, 57), (x - 3.2, 53.5), (x, 52.4), (x + 3.2, 53.5), (x + 6.8, 57), (x + 3.2, 59.6), (x, 60.3),
      (x - 3.2, 59.6),
    ])
    canvas.paint(opening, side < 0 ? 244 : 234)
    canvas.paint(Ellipse(x + 0.2, 56.2, radii: 3.8, 3.9), 76, within: opening)  // iris
    canvas.glow(34, at: x + 0.6, 58.4, radii: 1.7, 1, within: opening)
    canvas.paint(Ellipse(x + 0.2, 56.2, radii: 2, 2), 8, within: opening)  // pupil
    canvas.paint(Ellipse(x - 1, 54.7, radii: 1.1, 1.1), 255)  // highlight
    let (left, right) = side < 0 ? (1.5, 0.7) : (0.7, 1.5)  // lashes are thicker at the outer corner
    canvas.paint(
      Line([
        (x - 7.1, 57.2, left), (x - 3.2, 53.4, 1.4), (x, 52.3, 1.8), (x + 3.2, 53.4, 1.4),
        (x + 7.1, 57.2, right),
      ]), 28)
    canvas.paint(Line([(x - 5, 59.2, 0.4), (x, 60.6, 0.8), (x + 5, 59.2, 0.4)]), 104, opacity: 0.7)
    canvas.paint(Line([(x - 5.5, 52.6, 0.4), (x, 49.9, 0.8), (x + 5.5, 52.6, 0.4)]), 110, opacity: 0.5)
  }

  /// A closed eye: the line of the lashes, curved downwards.
  private static func paintLid(on canvas: inout Canvas, side: Double) {
    let x = 64 + 11 * side
    canvas.paint(Line([(x - 6.6, 56.2, 0.8), (x, 59, 1.6), (x + 6.6, 56.2, 0.8)]), 50)
  }

  private static func paintBrow(on canvas: inout Canvas, side: Double) {
    let x = 64 + 11 * side
    let brow = Line([
      (x - side * 6.5, 48.4, 2.2), (x - side, 46.6, 2.6), (x + side * 4, 46.4, 2),
      (x + side * 8.5, 49.2, 0.8),
    ])
    canvas.paint(brow, 44, softness: 1.6, opacity: 0.95)
  }

  private static func paintNose(on canvas: inout Canvas) {
    canvas.glow(-24, at: 68, 60, radii: 2, 7, within: face)  // the side away from the light
    canvas.glow(16, at: 63.4, 61, radii: 1.5, 7, within: face)  // the ridge
    canvas.glow(24, at: 63.2, 68.6, radii: 2.4, 2, within: face)  // the tip
    canvas.glow(-40, at: 64.5, 72.2, radii: 4.2, 1.1, within: face)  // the shadow below
    canvas.glow(-22, at: 69, 69.6, radii: 1.2, 2, within: face)
    canvas.glow(-14, at: 59.2, 69.8, radii: 0.9, 1.8, within: face)
    canvas.paint(Ellipse(61.4, 71.5, radii: 1.4, 0.8), 56, opacity: 0.85)
    canvas.paint(Ellipse(67, 71.5, radii: 1.4, 0.8), 50, opacity: 0.85)
  }

  private static func paintSmile(on canvas: inout Canvas) {
    let lips = Outline([
      (52.2, 75.6), (58, 75.4), (62.2, 74.6), (64, 75.2), (65.8, 74.6), (70, 75.4), (75.8, 75.6), (73, 80.2),
      (69, 83.4), (64, 84.6), (59, 83.4), (55, 80.2),
    ])
    let teeth = Outline([
      (54, 76.6), (59, 77), (64, 77.3), (69, 77), (74, 76.6), (71, 79.7), (64, 81.6), (57, 79.7),
    ])
    canvas.paint(lips, 92)
    canvas.glow(40, at: 63, 83.1, radii: 4, 0.8, within: lips)
    canvas.paint(teeth, 246)
    for side in [-1.0, 1.0] {
      canvas.glow(-60, at: 64 + side * 10, 76.8, radii: 1.4, 1.4, within: teeth)
      canvas.glow(-22, at: 64 + side * 12.4, 75.6, radii: 1.2, 1.2, within: face)
      let fold = Line([
        (64 + side * 6.5, 70, 0.3), (64 + side * 11.5, 73, 0.8), (64 + side * 14, 77, 0.3),
      ])
      canvas.paint(fold, 120, softness: 2, opacity: 0.3)
      // The cheek pushed up under the eye.
      canvas.glow(-16, at: 64 + side * 11, 62.4, radii: 5, 0.9, within: face)
    }
  }

  private static func paintStraightMouth(on canvas: inout Canvas) {
    let lips = Outline([
      (54, 79), (59, 77.4), (62.4, 76.6), (64, 77.1), (65.6, 76.6), (69, 77.4), (74, 79), (69, 81.4),
      (64, 82.4), (59, 81.4),
    ])
    canvas.paint(lips, 112)
    canvas.paint(Line([(54, 79, 0.6), (64, 79.2, 1), (74, 79, 0.6)]), 50)
  }

  // MARK: Hair

  private static let hairTone = 30.0

  private static let hair = Outline([
    (64, 9), (81, 12), (94, 24), (99, 43), (99, 62), (101, 82), (101, 99), (91, 109), (64, 100), (37, 109),
    (27, 99), (27, 82), (29, 62), (29, 43), (34, 24), (47, 12),
  ])

  /// The hair in front of the forehead, parted on the left of the picture, and its sheen.
  private static func paintFringe(on canvas: inout Canvas) {
    let fringe = Outline([
      (56, 20.5), (50, 29), (42.5, 38), (39, 52), (38, 66), (35, 78), (30, 70), (30, 40), (39, 19), (52, 10),
      (64, 8.5), (81, 12), (94, 24), (98, 43), (98, 66), (93, 78), (90, 66), (89, 52), (84.5, 39), (71, 30),
    ])
    canvas.paint(fringe, hairTone, softness: 1.5)
    let strands: [(tone: Double, path: [(Double, Double, Double)])] = [
      (100, [(62, 12, 0.5), (78, 17, 2), (88, 30, 2.5), (93, 46, 0.5)]),
      (84, [(60, 15, 0.3), (73, 23, 1.2), (83, 33, 1.2), (90, 46, 0.3)]),
      (108, [(50, 14, 0.5), (40, 24, 2), (35, 38, 2), (34, 52, 0.5)]),
      (78, [(54, 18, 0.5), (46, 28, 1.2), (39.5, 42, 0.5)]),
      (72, [(32, 72, 0.3), (31, 84, 1.6), (33, 98, 0.3)]),
      (60, [(37, 76, 0.3), (38, 88, 1.2), (38, 100, 0.3)]),
      (62, [(96, 72, 0.3), (97, 84, 1.6), (95, 98, 0.3)]),
      (54, [(91, 78, 0.3), (90, 88, 1.2), (89, 100, 0.3)]),
    ]
    for strand in strands {
      canvas.paint(Line(strand.path), strand.tone, softness: 3, opacity: 0.6, within: hair)
    }
  }
}
