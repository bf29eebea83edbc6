import Samples
import Tensors

extension Tensor {
  /// One of several gray images.
  ///
  /// - Parameters:
  ///   - row: Its row in a tensor [B, H, W, 1], 0 or more, less than B.
  ///   - scale: What its values are multiplied with, such as 1/3 for noise, of which three deviations are then white.
  /// - Returns: The image.
  public func image(_ row: Int, scale: Double = 1) -> Image {
    guard shape.count == 4, shape[3] == 1, (0..<shape[0]).contains(row) else {
      fatalError("image: row \(row) of a tensor of the shape \(shape)")
    }
    return Image(
      height: shape[1], width: shape[2], pixels: rows(row..<row + 1).values.map { scale * Double($0) })
  }

  /// All images of a tensor [B, H, W, 1].
  public var images: [Image] { (0..<rowCount).map { image($0) } }

  /// Points of the plane as a tensor: [B, 2].
  public init(points: [SIMD2<Double>]) {
    self.init(points.flatMap { [Float($0.x), Float($0.y)] }, shape: [points.count, 2])
  }

  /// The rows of a tensor [B, 2] as points of the plane.
  public var points: [SIMD2<Double>] {
    guard shape.count == 2, shape[1] == 2 else { fatalError("points: of a tensor of the shape \(shape)") }
    let values = values
    return (0..<rowCount).map { SIMD2(Double(values[2 * $0]), Double(values[2 * $0 + 1])) }
  }
}
