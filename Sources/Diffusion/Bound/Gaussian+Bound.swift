import Deterministic

extension Gaussian where S: VectorSample {
  /// The Kullback–Leibler divergence KL(self ‖ other) ≥ 0, in nats: what it costs to take `other` for this one.
  ///
  /// d/2 (s/s' − 1 − ln(s/s')) + ‖μ − μ'‖²/(2 s'), with s and s' the two variances, both above 0: a point mass is
  /// infinitely far from every density.
  public func divergence(from other: Gaussian) -> Double {
    guard variance > 0, other.variance > 0 else {
      fatalError("a point mass, a Gaussian of variance 0, has no finite divergence")
    }
    let offset = mean - other.mean
    return Double(mean.dimension) * divergenceOfVariances(variance / other.variance)
      + offset.dot(offset) / (2 * other.variance)
  }

  /// The natural logarithm of the probability of 8-bit data, equation 13, in nats, summed over the coordinates.
  ///
  /// A value k/127.5 − 1 stands for all numbers that round to it: the probability of level k is the Gaussian's mass
  /// between (2k − 1)/255 − 1 and (2k + 1)/255 − 1. Levels 0 and 255 take the tails, so that the 256 probabilities
  /// sum to 1. Finite where they are too small for a Double, too.
  ///
  /// The variance must be positive.
  ///
  /// - Parameter x: Data whose coordinates are k/127.5 − 1 for whole k in 0…255, up to a hundredth of a level.
  public func logProbability(ofEightBit x: S) -> Double {
    guard variance > 0 else {
      fatalError("a point mass, a Gaussian of variance 0, has no probability for each of 256 levels")
    }
    let deviation = standardDeviation
    return mean.sum(with: x) { mean, value in
      let level = ((value + 1) * 127.5).rounded(.toNearestOrEven)
      guard level >= 0, level <= 255, abs((value + 1) * 127.5 - level) < 0.01 else {
        refuse(value, "8-bit data have values k/127.5 − 1 for k in 0…255")
      }
      let low = level == 0 ? -.infinity : ((2 * level - 256) / 255 - mean) / deviation
      let high = level == 255 ? .infinity : ((2 * level - 254) / 255 - mean) / deviation
      if low < high { return logMassOfNormal(from: low, to: high) }
      // So far away that the two ends are one Double: the density, times the width.
      return Gaussian<Double>(mean: mean, variance: variance).logDensity(at: value) + log(2.0 / 255)
    }
  }
}

/// ½ (r − 1 − ln r): the divergence in one dimension of two Gaussians about one mean, r their variances' ratio.
///
/// Near 1, r − 1 is exact and ln r as exact as a Double can be: taken from each other first, they leave more than
/// they would otherwise.
func divergenceOfVariances(_ ratio: Double) -> Double { 0.5 * ((ratio - 1) - log(ratio)) }
