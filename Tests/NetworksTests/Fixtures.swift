import Formats
import Foundation
import Models
import Networks
import Tensors

/// The path of a file in the folder of fixtures.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
}

/// A network and what another implementation computed with it.
struct Recorded {
  let configuration: UNetConfiguration
  let weights: Weights
  let reference: Safetensors

  init(_ folder: String) throws {
    (configuration, weights) = try UNet.read(folder: fixture(folder))
    reference = try Safetensors.read(fixture("\(folder)/reference.safetensors"))
  }

  /// Recorded images, as [batch, height, width, channels]; of a stack of batches the one at an index.
  func images(_ name: String, at index: Int? = nil) throws -> Tensor {
    var shape = try reference.entry(name).shape
    var values = try reference.floats(name)
    if let index {
      let batches = shape.removeFirst()
      let length = values.count / batches
      values = Array(values[index * length..<(index + 1) * length])
    }
    return Tensor(values, shape: shape).channelsLast()
  }
}

/// The largest difference of two tensors' elements.
func largestDifference(_ left: Tensor, _ right: Tensor) -> Float {
  largestDifference(left.values, right.values)
}

/// The largest difference of two lists' elements; infinite where one is not a number, or their lengths differ.
func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

extension Tensor {
  /// The numbers' bits.
  var bits: [UInt32] { values.map(\.bitPattern) }
}
