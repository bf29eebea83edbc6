import Tensors
import Training

/// Synthetic digits with their pixels scaled in one of the ways that people scale them.
struct ScaledDigits: TrainingData {
  let digits: FreshDigits
  let scale: PixelScale
  var rowShape: [Int] { digits.rowShape }

  func rows(_ positions: Range<Int>) -> Tensor {
    guard scale != .signed else { return digits.rows(positions) }
    let half = scale == .unit ? 0.5 : 127.5
    return half * digits.rows(positions) + half
  }

  /// Digits that no training of this chapter has seen: they lie beyond its last possible position.
  func unseen(_ count: Int) -> Tensor { rows(1 << 31..<1 << 31 + count) }
}
