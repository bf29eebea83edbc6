import Kernels
import TestSupport
import Testing
import Threads

/// What the functions of this module give for some numbers, as bits; large enough that threads share the work.
private struct Results {
  var batch: Int
  var pixels: Int
  var channels: Int

  /// By name; those of the batch as a whole, sums over it, are left out where `rowsOnly` is true.
  func callAsFunction(rowsOnly: Bool, samples: Range<Int>) -> [String: [UInt32]] {
    var random = SplitMix64(state: UInt64(channels))
    let sample = pixels * channels
    let all = random.buffer(batch * sample), dAll = random.buffer(batch * sample)
    let vAll = random.buffer(batch * channels), scale = random.buffer(channels),
      shift = random.buffer(channels)
    let n = samples.count
    let x = rowsTaken(all, from: samples.lowerBound, count: n, of: sample)
    let dy = rowsTaken(dAll, from: samples.lowerBound, count: n, of: sample)
    let v = rowsTaken(vAll, from: samples.lowerBound, count: n, of: channels)
    let shape = GroupNormShape(
      batch: n, pixels: pixels, channels: channels, groups: channels % 8 == 0 ? 8 : 1)
    let normal = groupNorm(x, scale: scale, shift: shift, shape, epsilon: 1e-5, silu: true)
    let gradient = groupNormGradient(
      x, scale: scale, shift: shift, statistics: normal.statistics, dy, shape, silu: true)
    let height = 4, width = pixels / 4
    let soft = softmax(x, rows: n * pixels, columns: channels)
    var results = [
      "sum": bits(sum(x, dy)),
      "silu": bits(silu(x)),
      "siluGradient": bits(siluGradient(x, dy)),
      "exponential": bits(exponential(x)),
      "groupNorm": bits(normal.y),
      "statistics": bits(normal.statistics),
      "groupNormGradient": bits(gradient.dx),
      "addingToPixels": bits(addingToPixels(x, v, batch: n, pixels: pixels, channels: channels)),
      "addingToRows": bits(addingToRows(x, shift, rows: n * pixels, columns: channels)),
      "sumOverPixels": bits(sumOverPixels(x, batch: n, pixels: pixels, channels: channels)),
      "softmax": bits(soft),
      "softmaxGradient": bits(softmaxGradient(soft, dy, rows: n * pixels, columns: channels)),
      "upsampled": bits(upsampledNearest(x, batch: n, height: height, width: width, channels: channels)),
      "maxPooled": bits(maxPooled(x, batch: n, height: height, width: width, channels: channels)),
    ]
    guard !rowsOnly else { return results }
    results["dscale"] = bits(gradient.dscale)
    results["dshift"] = bits(gradient.dshift)
    results["columnSums"] = bits(columnSums(x, rows: n * pixels, columns: channels))
    let numbers = [sum(of: x), sumOfSquares(of: x), dot(x, dy), sumOfSquaredDifferences(x, dy)]
    results["reductions"] = numbers.flatMap { number in
      [UInt32(truncatingIfNeeded: number.bitPattern), UInt32(truncatingIfNeeded: number.bitPattern >> 32)]
    }
    let zero = Buffer(repeating: 0, count: x.count)
    let step = adamStep(
      weights: x, gradient: dy, firstMoment: zero, secondMoment: zero, learningRate: 0.01, beta1: 0.9,
      beta2: 0.999, epsilon: 1e-8, step: 1)
    results["adam"] = bits(step.weights)
    return results
  }
}

@Suite("The same bits", .serialized)
struct SameBitsTests {
  static let cases = [(5, 196, 16), (2, 400, 48), (1, 400, 96), (3, 100, 17), (9, 196, 24), (12, 800, 5)]

  @Test("come with any number of threads", arguments: cases)
  func threads(batch: Int, pixels: Int, channels: Int) {
    let results = Results(batch: batch, pixels: pixels, channels: channels)
    let before = threadCount
    defer { threadCount = before }
    threadCount = 1
    let expected = results(rowsOnly: false, samples: 0..<batch)
    for count in [2, 3, 8] {
      threadCount = count
      let found = results(rowsOnly: false, samples: 0..<batch)
      for (name, bits) in expected { #expect(found[name] == bits, "\(name) with \(count) threads") }
    }
  }

  @Test("come for a sample whether it is alone or in a batch", arguments: cases)
  func batches(batch: Int, pixels: Int, channels: Int) {
    let results = Results(batch: batch, pixels: pixels, channels: channels)
    let together = results(rowsOnly: true, samples: 0..<batch)
    for sample in 0..<batch {
      for (name, bits) in results(rowsOnly: true, samples: sample..<sample + 1) {
        let all = together[name] ?? []
        let length = all.count / batch
        #expect(Array(all[sample * length..<(sample + 1) * length]) == bits, "\(name) of sample \(sample)")
      }
    }
  }
}
