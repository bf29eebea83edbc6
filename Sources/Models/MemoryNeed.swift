import Files
import Foundation
import Networks

/// What a job with a U-Net takes of the machine's memory at the least, so that one that cannot be done is refused in the
/// beginning and does not end the program somewhere in its middle.
///
/// A lower bound: weights, pictures, and what the network's parts make of one picture. What passes may still find other
/// programs in the memory.
///
/// ```swift
/// try MemoryNeed(drawing: 64, batchSize: 64, height: 28, width: 28, with: configuration).require(in: "model/unet")
/// ```
package struct MemoryNeed: Sendable {
  /// The bytes: a whole number, of any size.
  package let bytes: Double

  /// The memory for pictures drawn or predicted: they all, twice those that are worked on at once, the weights, and of
  /// the part of the network that has most the input and the output for one picture.
  ///
  /// - Parameters:
  ///   - count: The number of pictures.
  ///   - batchSize: Those at once.
  ///   - height: Their height, a multiple of the configuration's `sizeMultiple`.
  ///   - width: Their width, as well.
  ///   - configuration: The network's shape.
  package init(
    drawing count: Int, batchSize: Int, height: Int, width: Int, with configuration: UNetConfiguration
  ) {
    let parts = configuration.parts(height: height, width: width)
    let picture = Double(height) * Double(width) * Double(configuration.inChannels)
    let largest = parts.map { Self.numbers($0.inputShape) + Self.output(of: $0, configuration) }.max() ?? 0
    bytes = 4 * (picture * Double(count + 2 * min(count, batchSize)) + Self.weights(of: parts) + largest)
  }

  /// The memory for a training: the weights, their gradient, their average and Adam's two moments, and what all parts
  /// make of one picture, which is kept for the way back.
  ///
  /// - Parameter configuration: The network's shape, with a `sampleSize`.
  package init(training configuration: UNetConfiguration) {
    let parts = configuration.parts
    bytes = 4 * (5 * Self.weights(of: parts) + parts.reduce(0) { $0 + Self.output(of: $1, configuration) })
  }

  /// Refuses what takes more than the machine has.
  ///
  /// - Parameters:
  ///   - file: What the failure names.
  ///   - machine: The bytes that the machine has.
  package func require(
    in file: String, machine: UInt64 = ProcessInfo.processInfo.physicalMemory
  ) throws(FileFailure) {
    guard bytes > Double(machine) else { return }
    throw FileFailure(
      file: file, at: .whole,
      expected: "a network and pictures that this machine's memory of \(Self.text(Double(machine))) can hold",
      found: "some that take \(Self.text(bytes)) or more")
  }

  private static func numbers(_ shape: [Int]) -> Double { shape.reduce(1) { $0 * Double($1) } }

  private static func weights(of parts: [UNetPart]) -> Double {
    parts.reduce(0) { $0 + Double($1.parameterCount) }
  }

  /// The numbers that a part makes of a picture; of attention also where each pixel looks, [heads, pixels, pixels].
  private static func output(of part: UNetPart, _ configuration: UNetConfiguration) -> Double {
    let output = numbers(part.outputShape)
    guard part.kind == .attention else { return output }
    let (pixels, channels) = (numbers(Array(part.outputShape[..<2])), part.outputShape[2])
    let heads = Double(configuration.attentionHeadDim.map { channels / $0 } ?? 1)
    return output + heads * pixels * pixels
  }

  /// A number of bytes as a person says it.
  private static func text(_ bytes: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (value, unit) = (bytes, 0)
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return "\(value.text(3)) \(units[unit])"
  }
}
