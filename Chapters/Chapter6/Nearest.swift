import Datasets
import Evaluation
import Formats
import Tensors
import Training

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
    let chosen = Tensor(rowsOf: surest.map { samples.rows($0..<$0 + 1) })
    let found = nearestNeighbours(of: chosen, among: train).map { $0[0] }
    sheet = contactSheet(
      surest.map(samples.image) + found.map { train.image($0.index) }, columns: surest.count, gap: 2)
    func meanDistance(_ pictures: Tensor) -> Double {
      let all = nearestNeighbours(of: pictures, among: train)
      return all.reduce(0) { $0 + $1[0].distance } / Double(all.count)
    }
    let some = min(samples.rowCount, 2000)
    let (ofSamples, ofTest) = (meanDistance(samples.rows(0..<some)), meanDistance(test.rows(0..<some)))
    csv = CSV(
      columns: ["digit", "sample", "nearest", "distance", "mean_of_samples", "mean_of_test_pictures"],
      rows: zip(surest, found).map { sample, neighbour in
        [verdicts[sample].digit, sample, neighbour.index, neighbour.distance, ofSamples, ofTest]
          as [any CSVValue]
      })
  }
}
