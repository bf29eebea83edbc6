import Deterministic
import Formats
import Statistics
import Tensors

/// A judge with what it compares samples with: all test pictures of MNIST, and what it sees in them.
///
/// ```swift
/// let room = JudgingRoom(judge, test: pictures, labels: labels, random: RandomNumbers(seed: 2020))
/// room.row("samples", samples).distance
/// ```
package struct JudgingRoom: Sendable {
  /// What was found of a set of pictures.
  package struct Row: Sendable {
    /// What the pictures are.
    package let name: String
    /// How many there are.
    package let count: Int
    /// The Fréchet distance to the test pictures.
    package let distance: Double
    /// How far chance may have put that.
    package let standardError: Double
    /// The share of the pictures that lie among the test pictures, 0 to 1 (`PrecisionAndRecall`).
    package let precision: Double
    /// The share of the test pictures that lie among these, 0 to 1.
    package let recall: Double
    /// The share of the pictures that the judge is surer of than 0.9.
    package let sure: Double
    /// The entropy of the classes as a share of ln 10.
    package let evenness: Double

    /// All of it in a line.
    package var line: String {
      "\(name): distance \(distance.text(places: 2)) ± \(standardError.text(places: 2)), precision "
        + "\(precision.text(places: 3)), recall \(recall.text(places: 3)), sure of "
        + "\((100 * sure).text(places: 1)) %, classes \(evenness.text(places: 4)) of ln 10"
    }

    /// The mean of some sets, two or more; the error is the scatter of the distances from set to set.
    package static func mean(_ name: String, _ rows: [Row]) -> Row {
      func mean(_ value: (Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) } / Double(rows.count) }
      return Row(
        name: name, count: rows[0].count, distance: mean { $0.distance },
        standardError: Moments(rows.map(\.distance)).variance.squareRoot(), precision: mean { $0.precision },
        recall: mean { $0.recall }, sure: mean { $0.sure }, evenness: mean { $0.evenness })
    }
  }

  /// The test pictures, [count, 28, 28, 1].
  package let test: Tensor
  /// The share of the test pictures that the judge names as their labels do.
  package let accuracy: Double
  private let judge: Judge
  private let testFeatures: Tensor
  private let reference: FeatureDistribution
  private let random: RandomNumbers

  /// Shows a judge the test pictures.
  ///
  /// - Parameters:
  ///   - judge: The judge.
  ///   - test: The test pictures, [count, 28, 28, 1].
  ///   - labels: The digit of each.
  ///   - random: The random numbers of a seed; errors are found by drawing again.
  package init(_ judge: Judge, test: Tensor, labels: [Int], random: RandomNumbers) {
    (self.judge, self.test, self.random) = (judge, test, random)
    accuracy = judge.accuracy(on: test, labels: labels)
    testFeatures = judge.features(of: test)
    reference = FeatureDistribution(of: testFeatures)
  }

  /// Judges a set of pictures.
  ///
  /// - Parameters:
  ///   - name: What they are.
  ///   - pictures: Four or more, [count, 28, 28, 1], finite.
  package func row(_ name: String, _ pictures: Tensor) -> Row {
    let features = judge.features(of: pictures)
    let distance = FrechetDistance(of: features, from: reference, random: random)
    let near = PrecisionAndRecall(of: features, against: testFeatures)
    let verdicts = judge.verdicts(onFeatures: features)
    return Row(
      name: name, count: pictures.rowCount, distance: distance.value, standardError: distance.standardError,
      precision: near.precision, recall: near.recall, sure: verdicts.share(surerThan: 0.9),
      evenness: ClassShares(of: verdicts).evenness)
  }

  /// The columns of the table.
  package static let columns = [
    "set", "pictures", "distance", "standard_error", "precision", "recall", "sure", "evenness",
  ]

  /// The table of some rows.
  package static func csv(_ rows: [Row]) -> CSV {
    CSV(
      columns: columns,
      rows: rows.map {
        [
          $0.name, $0.count, $0.distance, $0.standardError, $0.precision, $0.recall, $0.sure, $0.evenness,
        ] as [any CSVValue]
      })
  }
}
