import Formats
import Foundation
import Tensors

/// The path of a file in this module's folder of fixtures, or in another's.
func fixture(_ name: String, of module: String = "TrainingTests") -> String {
  let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return tests.appending(path: "\(module)/Fixtures/\(name)").path
}

/// The largest difference of two lists' elements; infinite where one is not a number, or their lengths differ.
func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

/// A safetensors file with what `predict` takes.
func writeRequest(_ path: String, sample: Tensor, timesteps: [Int]) throws {
  try Safetensors([
    .init("sample", shape: sample.shape, floats: sample.values),
    .init("timestep", shape: [timesteps.count], integers: timesteps.map { Int64($0) }),
  ]).write(to: path)
}
