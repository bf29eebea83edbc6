import Datasets
import Evaluation
import Formats
import Samples
import Tensors

/// The surest sample of each digit, and the training picture that is nearest to it.
struct Nearest {
  let sheet: Image
  let csv: CSV

  init(_ samples: Tensor, train: Tensor, test: Tensor, _ judge: Judge) {
    let verdicts = judge.verdicts(on: samples)
    let surest = (0..<10).compactMap { digit in
      verdicts.indices.filter { verdicts[$0].digit == digit }.max {
        (verdicts[$0].confidence, $1) < (verdicts[$1].confidence, $0)
      }
    }
    let neighbors = nearestNeighbors(of: samples, among: train).map { $0[0] }
    let found = surest.map { neighbors[$0] }
    sheet = contactSheet(
      surest.map { samples.image($0) } + found.map { train.image($0.index) }, columns: surest.count, gap: 2)
    let ofTest = nearestNeighbors(of: test, among: train).map { $0[0] }
    let columns =
      NearestDistances(neighbors).columns("of_samples")
      + NearestDistances(ofTest).columns("of_test_pictures")
    csv = CSV(
      columns: ["digit", "sample", "nearest", "distance"] + columns.map(\.name),
      rows: zip(surest, found).map { sample, neighbor in
        [verdicts[sample].digit, sample, neighbor.index, neighbor.distance] + columns.map(\.value)
          as [any CSVValue]
      })
  }
}

/// How far the pictures of a set, one or more, are from what is nearest to them among others.
///
/// A mean does not show a few copies; the smallest distance does, and what the nearest hundredth is within says whether it
/// stands alone.
struct NearestDistances {
  let mean: Double
  let smallest: Double
  /// The largest distance that at most one picture in a hundred is nearer than.
  let percentile: Double

  init(_ nearest: [Neighbor]) {
    let distances = nearest.map(\.distance)
    mean = distances.reduce(0, +) / Double(distances.count)
    let sorted = distances.sorted()
    (smallest, percentile) = (sorted[0], sorted[sorted.count / 100])
  }

  func columns(_ whose: String) -> [(name: String, value: Double)] {
    [("mean_\(whose)", mean), ("percentile_\(whose)", percentile), ("smallest_\(whose)", smallest)]
  }
}
