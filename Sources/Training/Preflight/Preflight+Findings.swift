extension Preflight {
  /// Something that would spoil a training.
  package enum Finding: Equatable, Sendable {
    /// Samples hold numbers that are infinite or not numbers.
    case notFinite(samples: Int, firstPosition: Int)
    /// All numbers are equal.
    case constant(Double)
    /// Pixels that use less than a tenth of −1…1: as good as equal.
    case narrowRange(smallest: Double, largest: Double)
    /// Fewer images than a network can learn anything but by heart.
    case fewSamples(Int)
    /// Pixels seem to be in another scale than −1…1.
    case otherScale(PixelScale, smallest: Double, largest: Double)
    /// Pixels leave −1…1.
    case outsideRange(smallest: Double, largest: Double)
    /// Standardized data have another mean than 0 or another standard deviation than 1.
    case notStandardized(mean: Double, standardDeviation: Double)
    /// A batch shows some samples twice.
    case batchLargerThanData(batchSize: Int, sampleCount: Int)
    /// The schedule ends before x_T is N(0, I).
    case signalLeft(alphaBar: Double, stepCount: Int)
    /// Timesteps at which the network will never have been trained.
    case timestepsNeverDrawn([Int], draws: Int)
  }

  /// The fewest samples that are no reason to stop.
  static let fewestSamples = 100

  /// A scale that pixels often have.
  package enum PixelScale: Sendable {
    /// From 0 to 1.
    case zeroToOne
    /// From −½ to ½.
    case halfAroundZero
    /// Gray levels 0…255.
    case levels
  }
}

extension Preflight.Finding {
  /// Whether nothing can come of a training with it; of the others something may.
  package var isHopeless: Bool {
    switch self {
    case .notFinite, .constant, .narrowRange, .fewSamples: true
    case .otherScale, .outsideRange, .notStandardized, .batchLargerThanData, .signalLeft,
      .timestepsNeverDrawn:
      false
    }
  }
}

extension Preflight.Finding: CustomStringConvertible {
  /// The finding in one line, with what to do about it.
  package var description: String {
    switch self {
    case .notFinite(let samples, let position):
      "the data are not finite in \(samples) samples, the first at position \(position)"
    case .constant(let value):
      "the data are \(text(value)) everywhere"
    case .narrowRange(let smallest, let largest):
      "the data lie in \(text(smallest))…\(text(largest)), \(text(50 * (largest - smallest))) % of −1…1: is the maximum in "
        + "the files' headers that of their levels?"
    case .fewSamples(let count):
      "\(count) samples are too few to learn from: \(Preflight.fewestSamples) or more are needed, better thousands"
    case .otherScale(let scale, let smallest, let largest):
      "the data lie in \(text(smallest))…\(text(largest)) and look like \(scale)"
    case .outsideRange(let smallest, let largest):
      "the data leave −1…1: they lie in \(text(smallest))…\(text(largest))"
    case .notStandardized(let mean, let deviation):
      "the data have mean \(text(mean)) and standard deviation \(text(deviation)), not 0 and 1: subtract the one, divide "
        + "by the other"
    case .batchLargerThanData(let batchSize, let count):
      "a batch of \(batchSize) shows some of the \(count) samples more than once"
    case .signalLeft(let alphaBar, let stepCount):
      "\(text(100 * alphaBar)) % of the variance of x_0 is left at T = \(stepCount), but sampling starts from pure "
        + "noise: more timesteps or larger β, until ᾱ_T is below 0.01"
    case .timestepsNeverDrawn(let timesteps, let draws):
      "\(timesteps.count) timesteps are never drawn in \(draws) draws, such as \(listed(timesteps)): more steps, or "
        + "larger batches"
    }
  }
}

extension Preflight.PixelScale: CustomStringConvertible {
  /// The scale, and how to come from it to −1…1.
  package var description: String {
    switch self {
    case .zeroToOne: "0…1: scale by 2 v − 1"
    case .halfAroundZero: "−0.5…0.5: scale by 2 v"
    case .levels: "gray levels 0…255: scale by k/127.5 − 1"
    }
  }
}

extension DataRange {
  /// What is wrong with finite numbers, one or more of them.
  func findings(in summary: Summary) -> [Preflight.Finding] {
    let (smallest, largest) = (summary.smallest, summary.largest)
    guard smallest < largest else { return [.constant(smallest)] }
    switch self {
    case .pixels:
      guard largest - smallest >= 0.2 else { return [.narrowRange(smallest: smallest, largest: largest)] }
      if let scale = Preflight.PixelScale(smallest: smallest, largest: largest) {
        return [.otherScale(scale, smallest: smallest, largest: largest)]
      }
      return smallest < -1 || largest > 1 ? [.outsideRange(smallest: smallest, largest: largest)] : []
    case .standardized:
      // 1,024 points of the plane have means within 0.1 and variances within 20 % of the true ones, three or four
      // standard errors; what is left is for distributions that are standardized only roughly.
      guard summary.mean.magnitude > 0.2 || !(0.7...1.4).contains(summary.variance) else { return [] }
      return [.notStandardized(mean: summary.mean, standardDeviation: summary.variance.squareRoot())]
    }
  }
}

extension Preflight.PixelScale {
  /// The scale that numbers between these two seem to have, where it is not −1…1.
  init?(smallest: Double, largest: Double) {
    // Pictures have black in them: pixels of −1…1 reach below −½, levels above 2.
    if smallest >= 0, largest <= 1 {
      self = .zeroToOne
    } else if smallest >= -0.5, largest <= 0.5 {
      self = .halfAroundZero
    } else if smallest >= 0, largest > 2, largest <= 255 {
      self = .levels
    } else {
      return nil
    }
  }
}
