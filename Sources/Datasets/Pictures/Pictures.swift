import Samples

/// The two pictures of chapter 2, drawn in code: one organic, one geometric, 128 × 128 in 256 gray levels.
///
/// Nothing is stored and nothing rounds as a machine likes: the same pixels everywhere. Levels
/// k = 0…255 are scaled to k/127.5 − 1, in [−1, 1].
///
/// ```swift
/// let portrait = Picture.portrait
/// for feature in portrait.features {
///   print(feature.name, feature.contrast(in: portrait.image), portrait.evidence(of: feature))
/// }
/// // eyes 0.491 11.4
/// // smile 0.372 9.5
/// // sharp edge 0.635 23.5
/// ```
package enum Picture: String, CaseIterable, Sendable {
  /// A smiling person before a window: soft gradients, small details, one hard edge.
  case portrait
  /// Rectangles of several grays between black lines: flat areas and hard edges only.
  case mondrian

  /// The picture, 128 × 128.
  ///
  /// - Complexity: Draws it anew at each call, a few hundredths of a second: keep it.
  package var image: Image {
    switch self {
    case .portrait: Portrait.canvas().image
    case .mondrian: Mondrian.canvas().image
    }
  }

  /// Details of different size and contrast to watch while noise grows.
  package var features: [PictureFeature] {
    switch self {
    case .portrait: [Portrait.eyes, Portrait.smile, Portrait.sharpEdge]
    case .mondrian:
      [Mondrian.smallRectangle, Mondrian.thinLine, Mondrian.thickLine, Mondrian.largeRectangle]
    }
  }

  /// The picture as it would be without one of its features, all else equal.
  ///
  /// The portrait closes its eyes, holds its mouth straight, or has the edge of the window blurred; the
  /// composition has a rectangle left in the color of the ground, or a line left out.
  package func image(without feature: PictureFeature) -> Image {
    guard features.contains(feature) else {
      fatalError("\(rawValue) has no feature \(feature.name) there")
    }
    return switch self {
    case .portrait: Portrait.canvas(omitting: feature).image
    case .mondrian: Mondrian.canvas(omitting: feature).image
    }
  }

  /// How much all pixels together say about a feature: ‖image − image(without: feature)‖, the second
  /// measure of `PictureFeature`.
  package func evidence(of feature: PictureFeature) -> Double {
    let difference = image - image(without: feature)
    return difference.dot(difference).squareRoot()
  }
}

/// A detail of a picture and the box of pixels where it lies.
///
/// How strong is it? Two measures, both against the noise of x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε:
///
/// - *Contrast* c, `contrast(in:)`, compares one pixel with one pixel. The detail keeps √ᾱ_t c, the noise
///   has √(1−ᾱ_t): it sinks below the noise where SNR_t = ᾱ_t/(1−ᾱ_t) < 1/c².
/// - *Evidence* ‖d‖, d = `image` − `image(without:)`, `Picture.evidence(of:)`, counts size too: who knows both
///   pictures and has to say of which x_t was made does best by ⟨x_t, d⟩, whose two means lie √SNR_t ‖d‖
///   standard deviations apart, and is wrong with probability Φ(−½ √SNR_t ‖d‖). A large faint detail
///   outlives a small bright one.
package struct PictureFeature: Hashable, Sendable {
  /// What it is, in words.
  package let name: String
  /// The rows of its box, from the top.
  package let rows: Range<Int>
  /// The columns of its box, from the left.
  package let columns: Range<Int>

  /// Names a box of a picture.
  package init(name: String, rows: Range<Int>, columns: Range<Int>) {
    self.name = name
    self.rows = rows
    self.columns = columns
  }

  /// The contrast within the box: the root mean square of the deviations from the box's mean.
  ///
  /// - Returns: In units of [−1, 1]: 0 for a flat region, 1 for half black and half white.
  package func contrast(in image: Image) -> Double {
    guard rows.lowerBound >= 0, rows.upperBound <= image.height, columns.lowerBound >= 0,
      columns.upperBound <= image.width
    else {
      fatalError(
        "\(name) (rows \(rows), columns \(columns)) lies outside \(image.height) × \(image.width) pixels")
    }
    let values = rows.flatMap { y in columns.map { x in image[y, x] } }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
  }
}
