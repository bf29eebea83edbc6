import Deterministic
import Tensors

/// Which samples of which training step a network is called for: all that dropout needs to know.
public struct DropoutContext: Sendable {
  /// The numbers of the run's seed.
  public let random: RandomNumbers
  /// The training step.
  public let step: Int
  /// The samples of the batch that the network is called with, one a row.
  public let samples: Range<Int>

  /// Creates a context.
  public init(random: RandomNumbers, step: Int, samples: Range<Int>) {
    self.random = random
    self.step = step
    self.samples = samples
  }
}

/// Dropout: in training every number is set to 0 with probability p, and the others are divided by 1 − p, so that the
/// expectation stays; outside of training nothing happens.
///
/// The draws are addressed by step, sample and element, so a sample meets the same zeros in whatever piece it is worked on.
/// No weights.
public struct Dropout: Sendable {
  /// The probability p of a zero.
  public let rate: Double
  /// Which dropout layer of the network this is.
  private let number: Int

  /// How many elements of a sample a layer has addresses for: with 2³³ in all, 512 layers have.
  private static let addressesPerLayer = 1 << 24

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - rate: The probability of a zero, at least 0 and less than 1.
  ///   - source: The network's source, which numbers its dropout layers.
  public init(_ rate: Double, from source: WeightSource) {
    guard rate >= 0, rate < 1 else { fatalError("Dropout: a rate of \(rate)") }
    self.rate = rate
    number = source.dropoutNumber()
  }

  /// Applies the layer; the shape stays.
  ///
  /// - Parameters:
  ///   - x: A row for each sample.
  ///   - context: What is being trained on; nil outside of training.
  public func callAsFunction(_ x: Tensor, _ context: DropoutContext?) -> Tensor {
    guard let context, rate > 0 else { return x }
    guard context.samples.count == x.rowCount else {
      fatalError("Dropout: \(context.samples.count) samples for \(x.rowCount) rows")
    }
    let length = x.count / max(1, x.rowCount)
    guard length <= Self.addressesPerLayer else { fatalError("Dropout: a sample of \(length) numbers") }
    let kept = Float(1 / (1 - rate))
    let first = number * Self.addressesPerLayer
    var mask: [Float] = []
    mask.reserveCapacity(x.count)
    for sample in context.samples {
      let draws = context.random[.dropout].uniforms(
        step: context.step, sample: sample, from: first, count: length)
      for draw in draws { mask.append(draw < rate ? 0 : kept) }
    }
    return x * Tensor(mask, shape: x.shape)
  }
}
