import Deterministic
import Diffusion

extension Purpose {
  /// Points in question, apart from those drawn as data.
  static let drawing = Purpose(rawValue: 1)
}

/// How many draws each statistical test takes.
///
/// A variance that is 2 % off then lies 0.02 √(n/2) = 14 standard errors away, a mean 0.01 deviations off 10.
let drawCount = 1_000_000

/// Where a z-score stops being chance: one true sample in 16,000 lies farther out.
///
/// The draws are fixed, so a test that passes passes always.
let bound = 4.0

let random = RandomNumbers(seed: 2020)

/// A point of the shape of `zero` with coordinates from N(0, 1): sample number `sample`.
func normalPoint<S: VectorSample>(like zero: S, _ sample: Int, purpose: Purpose = .data) -> S {
  var element = -1
  return zero.map { _ in
    element += 1
    return random[purpose].normal(sample: sample, element: element)
  }
}

/// The unit vectors of the axes.
func axes<S: VectorSample>(like zero: S) -> [S] {
  (0..<zero.dimension).map { axis in
    var element = -1
    return zero.map { _ in
      element += 1
      return element == axis ? 1 : 0
    }
  }
}

/// ‖x‖.
func norm<S: VectorSample>(_ x: S) -> Double { x.dot(x).squareRoot() }
