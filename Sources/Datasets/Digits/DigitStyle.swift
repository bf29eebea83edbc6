/// A point that the pen passes, on a sheet where a digit fills about 0…100 in both directions, y downwards.
struct SkeletonPoint {
  var position: Point
  /// Whether the pen turns sharply here; elsewhere its path is smooth.
  var isCorner: Bool
}

/// What the pen draws without being lifted.
typealias Stroke = [SkeletonPoint]

/// One way to write a digit: hands that make the same movements in different proportions.
///
/// Every hand has the same strokes with the same number of points, so that a mixture of two hands is again
/// one that somebody could have.
struct DigitStyle {
  /// How often people write so, relative to the other styles of the digit.
  let frequency: Double
  /// The hands, each a list of strokes.
  let hands: [[Stroke]]

  /// Reads the hands from text, one a line: x and y of each point as whole numbers, `!` after a sharp turn,
  /// `/` where the pen is lifted.
  init(frequency: Double, _ text: String) {
    let hands = text.split(separator: "\n").map(DigitStyle.readHand)
    let movements = hands.map { $0.map(\.count) }
    guard let first = movements.first, movements.allSatisfy({ $0 == first }) else {
      fatalError("the hands of a style need the same strokes with as many points, not \(movements)")
    }
    self.frequency = frequency
    self.hands = hands
  }

  private static func readHand(_ line: Substring) -> [Stroke] {
    line.split(separator: "/").map { text in
      let words = text.split(separator: " ")
      return stride(from: 0, to: words.count, by: 2).map { i in
        let isCorner = i + 1 < words.count && words[i + 1].hasSuffix("!")
        guard i + 1 < words.count, let x = Int(words[i]),
          let y = Int(isCorner ? words[i + 1].dropLast() : words[i + 1])
        else { fatalError("a point of a skeleton is two whole numbers, not what is in '\(text)'") }
        return SkeletonPoint(position: Point(Double(x), Double(y)), isCorner: isCorner)
      }
    }
  }

  /// The strokes that lie at `fraction` of the way from one hand to another.
  func blend(_ first: Int, _ second: Int, _ fraction: Double) -> [Stroke] {
    zip(hands[first], hands[second]).map { strokes in
      zip(strokes.0, strokes.1).map { here, there in
        SkeletonPoint(
          position: here.position + fraction * (there.position - here.position), isCorner: here.isCorner)
      }
    }
  }
}

/// The path of a smooth pen through the points of a stroke, `count` places for each piece between two points.
///
/// Catmull and Rom's curve; a corner or an end has a neighbor on one side only and takes the point itself for
/// the other.
func smoothPath(_ stroke: Stroke, placesPerPiece count: Int) -> [Point] {
  guard let first = stroke.first else { return [] }
  var path = [first.position]
  for i in 0..<(stroke.count - 1) {
    let (p1, p2) = (stroke[i].position, stroke[i + 1].position)
    let p0 = i == 0 || stroke[i].isCorner ? p1 : stroke[i - 1].position
    let p3 = i + 2 == stroke.count || stroke[i + 1].isCorner ? p2 : stroke[i + 2].position
    for place in 1...count {
      path.append(catmullRom(p0, p1, p2, p3, at: Double(place) / Double(count)))
    }
  }
  return path
}
