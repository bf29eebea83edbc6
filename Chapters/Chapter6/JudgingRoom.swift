import Deterministic
import Evaluation
import Formats
import Tensors

/// The judge with what it compares samples with.
struct JudgingRoom {
  /// What was found of a set of pictures.
  struct Row {
    var name: String
    var count: Int
    var distance: Double
    var standardError: Double
    var precision: Double
    var recall: Double
    var sure: Double
    var evenness: Double

    var line: String {
      "\(name): distance \(distance.text(places: 2)) ± \(standardError.text(places: 2)), precision "
        + "\(precision.text(places: 3)), recall \(recall.text(places: 3)), sure of "
        + "\((100 * sure).text(places: 1)) %, classes \(evenness.text(places: 4)) of ln 10"
    }

    /// The mean of some sets; the error is the scatter of the distances from set to set.
    static func mean(_ name: String, _ rows: [Row]) -> Row {
      func mean(_ value: (Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) } / Double(rows.count) }
      return Row(
        name: name, count: rows[0].count, distance: mean { $0.distance },
        standardError: Moments(rows.map(\.distance)).variance.squareRoot(), precision: mean { $0.precision },
        recall: mean { $0.recall }, sure: mean { $0.sure }, evenness: mean { $0.evenness })
    }
  }

  let test: Tensor
  let accuracy: Double
  private let judge: Judge
  private let testFeatures: Tensor
  private let reference: FeatureDistribution
  private let random: RandomNumbers

  init(_ judge: Judge, test: Tensor, labels: [Int], random: RandomNumbers) {
    (self.judge, self.test, self.random) = (judge, test, random)
    accuracy = judge.accuracy(on: test, labels: labels)
    testFeatures = judge.features(of: test)
    reference = FeatureDistribution(of: testFeatures)
  }

  func row(_ name: String, _ pictures: Tensor) -> Row {
    let features = judge.features(of: pictures)
    let distance = FrechetDistance(of: features, from: reference, random: random)
    let near = PrecisionAndRecall(of: features, against: testFeatures)
    let verdicts = judge.verdicts(onFeatures: features)
    return Row(
      name: name, count: pictures.rowCount, distance: distance.value, standardError: distance.standardError,
      precision: near.precision, recall: near.recall, sure: verdicts.share(surerThan: 0.9),
      evenness: ClassShares(of: verdicts).evenness)
  }

  static func csv(_ rows: [Row]) -> CSV {
    CSV(
      columns: [
        "set", "pictures", "distance", "standard_error", "precision", "recall", "sure", "evenness",
      ],
      rows: rows.map {
        [
          $0.name, $0.count, $0.distance, $0.standardError, $0.precision, $0.recall, $0.sure, $0.evenness,
        ] as [any CSVValue]
      })
  }
}
