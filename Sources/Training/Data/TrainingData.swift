import Datasets
import Deterministic
import Formats
import Samples
import Tensors

/// What a network is trained on, addressed by position: position p holds the p-th sample that training sees.
///
/// Positions count from 0. Step n of a training with batches of B sees (n − 1) B ..< n B, so a training that goes on
/// after a pause needs to know nothing but its step.
package protocol TrainingData: Sendable {
  /// The shape of a sample, such as [2] or [28, 28, 1].
  var rowShape: [Int] { get }

  /// How many different samples there are; nil where they never repeat.
  var sampleCount: Int? { get }

  /// What decides the samples, for the options of a checkpoint: of files their contents, not their path. (A seed stands in
  /// the training's settings.)
  var identity: JSON { get }

  /// The samples at some positions.
  ///
  /// - Parameter positions: The positions, from 0.
  /// - Returns: A row for each, [positions.count] + rowShape; a function of the positions alone.
  func rows(_ positions: Range<Int>) -> Tensor
}

extension TrainingData {
  /// Nil: samples that never repeat.
  package var sampleCount: Int? { nil }

  /// Null: samples that say nothing of themselves, for trainings that leave no checkpoint.
  package var identity: JSON { .null }
}

/// Points of a two-dimensional distribution, each seen once: position p holds the point of sample number p.
package struct ToyPoints: TrainingData {
  /// Where the points come from.
  package let distribution: ToyDistribution
  private let random: RandomStream

  /// Opens the points of a distribution.
  ///
  /// - Parameters:
  ///   - distribution: Where the points come from.
  ///   - random: The random numbers of the points.
  package init(_ distribution: ToyDistribution, random: RandomStream) {
    self.distribution = distribution
    self.random = random
  }

  /// A sample is (x, y): [2].
  package var rowShape: [Int] { [2] }

  /// The name of the distribution.
  package var identity: JSON { ["points": JSON(distribution.rawValue)] }

  /// The points at some positions, up to 2³² − 1.
  package func rows(_ positions: Range<Int>) -> Tensor {
    Tensor(rows: positions.count, of: rowShape) { row in
      let point = distribution.point(positions.lowerBound + row, random: random)
      return [point.x, point.y]
    }
  }
}

/// Drawn digits, each seen once: position p holds picture number p.
package struct FreshDigits: TrainingData {
  /// Who draws them.
  package let digits: DrawnDigits

  /// Opens the pictures of a data set.
  package init(_ digits: DrawnDigits) { self.digits = digits }

  /// A sample is a gray picture: [28, 28, 1].
  package var rowShape: [Int] { [DrawnDigits.size, DrawnDigits.size, 1] }

  /// That they are drawn, each a new one.
  package var identity: JSON { ["pictures": "drawn digits"] }

  /// The pictures at some positions, up to 2³² − 1, drawn on all threads: one takes about 20 µs.
  package func rows(_ positions: Range<Int>) -> Tensor {
    Tensor(rows: positions.count, of: rowShape) { row in digits.image(positions.lowerBound + row).pixels }
  }
}
