import Deterministic
import Diffusion
import Files
import Foundation
import Models
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Need of memory")
struct MemoryNeedTests {
  private let configuration: UNetConfiguration = {
    do throws(ConfigurationFailure) {
      return try .ddpm(
        sampleSize: 16, channels: 1, baseChannels: 16, multipliers: [1, 2], layersPerBlock: 1,
        attentionAt: [8])
    } catch { fatalError("\(error)") }
  }()

  /// Bytes of what each part makes of one picture, as the network makes it.
  private func observed() -> [(part: UNetPart, bytes: Int)] {
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    var made: [(UNetPart, Int)] = []
    _ = network(.zeros([1, 16, 16, 1]), timestepIndices: [3]) {
      made.append(($0.part, 4 * ($0.output.count + ($0.attentionWeights?.count ?? 0))))
    }
    return made
  }

  @Test("A training needs the weights five times, and what the network's parts make of a picture")
  func training() {
    let parts = observed().map(\.bytes).reduce(0, +)
    let weights = 4 * UNet.parameterCount(configuration)
    #expect(MemoryNeed(training: configuration).bytes == Double(5 * weights + parts))
  }

  @Test(
    "A drawing needs the pictures, those at once twice more, the weights, and the largest part's input and output",
    arguments: [(64, 64, 192), (64, 10, 84), (5, 64, 15)])
  func drawing(count: Int, batchSize: Int, pictures: Int) {
    let largest = observed().map { 4 * $0.part.inputShape.reduce(1, *) + $0.bytes }.max() ?? 0
    let weights = 4 * UNet.parameterCount(configuration)
    let need = MemoryNeed(drawing: count, batchSize: batchSize, height: 16, width: 16, with: configuration)
    #expect(need.bytes == Double(4 * 256 * pictures + weights + largest))
  }

  @Test("What a machine has to the byte is enough, and a byte less is refused with both numbers")
  func edge() throws {
    let need = MemoryNeed(training: configuration)
    try need.require(in: "model", machine: UInt64(need.bytes))
    #expect {
      try need.require(in: "model", machine: UInt64(need.bytes) - 1)
    } throws: {
      "\($0)".hasPrefix("model: expected a network and pictures that this machine's memory of ")
        && "\($0)".hasSuffix(" MiB or more")
    }
  }

  @Test("The largest pictures and networks that a configuration can name are numbers, not overflows")
  func largest() throws {
    var huge = configuration
    huge.sampleSize = 1 << 16
    let drawn = MemoryNeed(drawing: .max / 4, batchSize: 1 << 16, height: 1 << 16, width: 1 << 16, with: huge)
    for need in [drawn, MemoryNeed(training: huge)] {
      #expect(throws: FileFailure.self) { try need.require(in: "model", machine: .max / 2) }
    }
  }
}
