import Deterministic
import Samples

/// Handwritten digits drawn by a program, without end and without a download: 28 × 28 pixels, white ink (1)
/// on black (−1), laid out as MNIST's are.
///
/// A picture begins as a skeleton, the movements of a pen, drawn by hand for each of the ways in which people
/// write the digit. Two hands are mixed, each point is moved a little, the sheet is bent by slow waves,
/// stretched, slanted and turned, and a round pen of varying width and pressure follows the path. The ink
/// fills a box of about 20 × 20 pixels whose center of mass lies near the middle of the picture.
///
/// How close to real hands: of MNIST's 10,000 test images the nearest of 10,000 drawn digits (samples 0…9999 of
/// seed 2020, by the sum of squared differences) reads 89.7 %, of its first 10,000 training images 88.7 %; 10,000
/// images of MNIST itself read 94.6 % of the test images. MNIST only judged: the score on test images guided how
/// much the digits vary, and a look at misread ones which ways of writing were missing; no shape comes from its pixels.
///
/// Sample 17 is the same picture whether it is drawn first, last or alone, and on every machine. Each
/// value is k / 127.5 − 1 for a whole level k in 0…255, so a PGM file holds a picture exactly.
///
/// ```swift
/// let digits = DrawnDigits(seed: 2020)
/// let picture = digits.image(17)
/// let answer = digits.label(17)
/// ```
package struct DrawnDigits: Sendable {
  /// The number of rows and of columns of a picture.
  package static let size = 28

  private let random: RandomNumbers

  /// Opens the data set that belongs to a seed.
  package init(seed: UInt64) { random = RandomNumbers(seed: seed) }

  /// The digit that sample number `sample` shows, each of 0…9 equally often.
  ///
  /// - Parameter sample: The number of the sample, 0…2³² − 1.
  /// - Returns: The digit.
  package func label(_ sample: Int) -> Int {
    requireSample(sample)
    return random[.data].index(below: 10, sample: sample)
  }

  /// The picture of sample number `sample`; it shows `label(sample)`.
  ///
  /// - Parameter sample: The number of the sample, 0…2³² − 1.
  /// - Returns: A picture of 28 × 28 values in [−1, 1].
  package func image(_ sample: Int) -> Image {
    image(of: label(sample), sample: sample)
  }

  /// The picture that sample number `sample` would be if it showed `digit`.
  ///
  /// - Parameters:
  ///   - digit: The digit, 0…9.
  ///   - sample: The number of the sample, 0…2³² − 1.
  /// - Returns: A picture of 28 × 28 values in [−1, 1].
  package func image(of digit: Int, sample: Int) -> Image {
    guard (0...9).contains(digit) else { fatalError("a digit lies in 0…9, not \(digit)") }
    requireSample(sample)
    var writer = Writer(random: random, digit: digit, sample: sample)
    return writer.write()
  }

  private func requireSample(_ sample: Int) {
    guard (0...Int(UInt32.max)).contains(sample) else {
      fatalError("a sample's number lies in 0…\(UInt32.max), not \(sample)")
    }
  }
}

/// One person writing one digit once: takes the random numbers of a sample one after the other, each from a block of
/// its own.
private struct Writer {
  let random: RandomNumbers
  let digit: Int
  let sample: Int
  private var element = 0

  init(random: RandomNumbers, digit: Int, sample: Int) {
    self.random = random
    self.digit = digit
    self.sample = sample
  }

  // The digit stands at the address's step: another digit under the same number is another drawing.
  private mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random[.drawing].uniform(step: digit, sample: sample, element: nextBlock())
  }

  private mutating func normal(mean: Double = 0, deviation: Double) -> Double {
    // Beyond two deviations hands stop being legible.
    let z = random[.drawing].normal(step: digit, sample: sample, element: nextBlock())
    return mean + deviation * clamp(z, -2, 2)
  }

  /// The first element of a block that no draw has touched: uniforms and normals come in any order here, and a
  /// normal needs its whole block.
  private mutating func nextBlock() -> Int {
    defer { element += 2 }
    return element
  }

  mutating func write() -> Image {
    var strokes = skeleton()
    wobble(&strokes)
    bend(&strokes)
    let paths = pose(strokes.map { smoothPath($0, placesPerPiece: 7) })
    let pen = Pen(
      radius: exp(normal(mean: 0.2, deviation: 0.27)), swing: uniform(0, 0.2), softness: uniform(1.2, 1.8))
    let inked = press(pen, on: fit(paths, to: pen))
    var sheet = StrokeRenderer(height: DrawnDigits.size, width: DrawnDigits.size, softness: pen.softness)
    for path in inked { sheet.paint(path) }
    let levels = sheet.ink.map { nearestLevel(to: 255 * $0) }
    return Image(height: DrawnDigits.size, width: DrawnDigits.size, levels: levels)
  }

  /// Chooses a style by its frequency and mixes two of its hands.
  private mutating func skeleton() -> [Stroke] {
    let styles = DigitStyle.all[digit]
    var rest = uniform(0, styles.reduce(0) { $0 + $1.frequency })
    var style = styles[0]
    for candidate in styles {
      style = candidate
      rest -= candidate.frequency
      if rest < 0 { break }
    }
    let first = Int(uniform(0, Double(style.hands.count)))
    let second = Int(uniform(0, Double(style.hands.count)))
    return style.blend(first, second, uniform(0, 1))
  }

  /// Moves every point a little, on its own.
  private mutating func wobble(_ strokes: inout [Stroke]) {
    for s in strokes.indices {
      for p in strokes[s].indices {
        strokes[s][p].position.x += normal(deviation: 1.6)
        strokes[s][p].position.y += normal(deviation: 1.6)
      }
    }
  }

  /// Bends the sheet by slow sine waves, so that neighboring points move together.
  private mutating func bend(_ strokes: inout [Stroke]) {
    for _ in 0..<3 {
      let frequency = SIMD2(uniform(-0.06, 0.06), uniform(-0.06, 0.06))
      let phase = uniform(0, 2 * Double.pi)
      let push = SIMD2(normal(deviation: 3), normal(deviation: 3))
      for s in strokes.indices {
        for p in strokes[s].indices {
          let q = strokes[s][p].position
          strokes[s][p].position += sin(frequency.x * q.x + frequency.y * q.y + phase) * push
        }
      }
    }
  }

  /// Stretches, tapers, slants and turns the sheet about the middle of the digit.
  private mutating func pose(_ paths: [[Point]]) -> [[Point]] {
    let aspect = exp(normal(mean: -0.05, deviation: 0.14))
    let taper = normal(deviation: 0.18)
    let squeeze = normal(deviation: 0.2)
    let slant = normal(mean: 0.14, deviation: 0.22)
    let angle = normal(deviation: 0.09)
    let (cosine, sine) = (cos(angle), sin(angle))
    return paths.map { path in
      path.map { point in
        var (x, y) = ((point.x - 50) / 100, (point.y - 50) / 100)
        y += squeeze * (0.25 - y * y)
        x *= aspect * (1 + taper * 2 * y)
        x -= slant * y
        return Point(cosine * x - sine * y, sine * x + cosine * y)
      }
    }
  }

  /// Scales the paths so that their ink fills MNIST's box, and moves its center of mass near the middle.
  private mutating func fit(_ paths: [[Point]], to pen: Pen) -> [[Point]] {
    let size = uniform(18.8, 20)
    let shift = Point(uniform(-1, 1), uniform(-1, 1))
    let box = Box(around: Array(paths.joined()))
    let extent = box.high - box.low
    let scale = (size - 2 * pen.radius) / max(extent.x, extent.y)
    let side = Double(DrawnDigits.size)
    var origin = Point(side / 2, side / 2) + shift - scale * centerOfMass(paths)
    // The outermost pixels stay black, however far from the middle of the ink its center of mass is.
    origin = pointwiseMax(origin, Point(repeating: 1 + pen.reach) - scale * box.low)
    origin = pointwiseMin(origin, Point(repeating: side - 1 - pen.reach) - scale * box.high)
    return paths.map { path in path.map { scale * $0 + origin } }
  }

  /// The center of mass of lines of equal width.
  private func centerOfMass(_ paths: [[Point]]) -> Point {
    var (sum, total) = (Point(0, 0), 0.0)
    for path in paths {
      for (start, end) in zip(path, path.dropFirst()) {
        let distance = length(end - start)
        sum += 0.5 * distance * (start + end)
        total += distance
      }
    }
    return sum / total
  }

  /// Lets the pressure of the pen swell and fade slowly along each stroke.
  private mutating func press(_ pen: Pen, on paths: [[Point]]) -> [[PenPoint]] {
    let frequency = uniform(0.05, 0.14)
    let phase = uniform(0, 2 * Double.pi)
    return paths.map { path in
      path.enumerated().map { i, position in
        let pressure = 1 + pen.swing * sin(frequency * Double(i) + phase)
        return PenPoint(position: position, radius: pen.radius * pressure)
      }
    }
  }
}

/// A round pen; lengths in pixels.
private struct Pen {
  /// Half the width of its line at medium pressure.
  let radius: Double
  /// How much of the radius comes and goes with the pressure.
  let swing: Double
  /// The width of the line's soft edge.
  let softness: Double

  /// How far from the middle of the line there may be ink.
  var reach: Double { radius * (1 + swing) + softness / 2 }
}
