import Datasets
import Tensors

extension Tensor {
  /// One of several grey pictures.
  ///
  /// - Parameter row: Its row in a tensor [N, height, width, 1], 0 or more, less than N.
  /// - Returns: The picture.
  public func image(_ row: Int) -> Image {
    guard shape.count == 4, shape[3] == 1, (0..<shape[0]).contains(row) else {
      fatalError("image: row \(row) of a tensor of the shape \(shape)")
    }
    return Image(
      height: shape[1], width: shape[2], pixels: rows(row..<row + 1).values.map { Double($0) })
  }
}
