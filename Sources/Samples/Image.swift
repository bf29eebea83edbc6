import Diffusion

/// A gray picture whose values lie in [−1, 1]: −1 is black, 1 is white, and noise may leave that range.
///
/// Rows from the top, pixels from the left: element `y * width + x`. It is a `Sample`, so every formula of
/// diffusion takes it.
public struct Image: VectorSample, Equatable, Sendable {
  /// The number of rows, at least 1.
  public let height: Int
  /// The number of columns, at least 1.
  public let width: Int
  /// The values, row by row: height × width of them.
  public private(set) var pixels: [Double]

  /// Creates an image from its values, row by row.
  public init(height: Int, width: Int, pixels: [Double]) {
    Image.requireSize(height, width)
    guard pixels.count == height * width else {
      fatalError("an image of \(height) × \(width) needs \(height * width) values, not \(pixels.count)")
    }
    self.height = height
    self.width = width
    self.pixels = pixels
  }

  /// Creates an image of one value.
  public init(height: Int, width: Int, filledWith value: Double) {
    Image.requireSize(height, width)
    self.init(height: height, width: width, pixels: [Double](repeating: value, count: height * width))
  }

  /// The value at row `y`, column `x`.
  public subscript(y: Int, x: Int) -> Double {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }

  /// The number of values: height × width.
  public var dimension: Int { pixels.count }

  /// The image whose values are `transform` of this one's.
  public func map(_ transform: (Double) -> Double) -> Image {
    Image(height: height, width: width, pixels: pixels.map(transform))
  }

  /// The sum of a term for each pair of values, row by row.
  @inlinable
  public func sum(with other: Image, _ term: (Double, Double) -> Double) -> Double {
    requireSameSize(other)
    var sum = 0.0
    for i in pixels.indices { sum += term(pixels[i], other.pixels[i]) }
    return sum
  }

  /// Adds value by value.
  public static func + (left: Image, right: Image) -> Image { combining(1, left, 1, right) }
  /// Subtracts value by value.
  public static func - (left: Image, right: Image) -> Image { combining(1, left, -1, right) }
  /// Scales every value.
  public static func * (scale: Double, image: Image) -> Image { image.map { scale * $0 } }

  /// The sum a · x + b · y, in one pass.
  public static func combining(_ a: Double, _ x: Image, _ b: Double, _ y: Image) -> Image {
    x.requireSameSize(y)
    var result = x
    for i in result.pixels.indices { result.pixels[i] = a * x.pixels[i] + b * y.pixels[i] }
    return result
  }

  private static func requireSize(_ height: Int, _ width: Int) {
    guard height >= 1, width >= 1 else {
      fatalError("an image has a height and a width of at least 1, not \(height) × \(width)")
    }
  }

  @usableFromInline
  func requireSameSize(_ other: Image) {
    guard height == other.height, width == other.width else {
      fatalError(
        "images of \(height) × \(width) and \(other.height) × \(other.width) cannot be combined")
    }
  }
}
