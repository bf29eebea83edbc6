import Datasets
import Deterministic
import Samples
import Tensors
import Testing
import Training

@Suite("Training data")
struct TrainingDataTests {
  private let random = RandomNumbers(seed: 6)

  @Test("of points hold the point of a position's number", arguments: ToyDistribution.allCases)
  func points(distribution: ToyDistribution) {
    let data = ToyPoints(distribution, random: random[.data])
    #expect(data.rowShape == [2] && data.sampleCount == nil)
    let rows = data.rows(1000..<1040)
    #expect(rows.shape == [40, 2])
    for row in 0..<40 {
      let point = distribution.point(1000 + row, random: random[.data])
      #expect(rows[row, 0] == Float(point.x) && rows[row, 1] == Float(point.y))
    }
  }

  @Test("of drawn digits hold the picture of a position's number")
  func digits() {
    let digits = DrawnDigits(seed: 9)
    let rows = FreshDigits(digits).rows(70..<75)
    #expect(rows.shape == [5, 28, 28, 1])
    #expect(rows.values == (70..<75).flatMap { digits.image($0).pixels.map { Float($0) } })
  }

  /// Pictures of 2 × 3 that tell their number.
  private func pictures(_ count: Int) -> [Image] {
    (0..<count).map { number in
      Image(height: 2, width: 3, pixels: (0..<6).map { Double(number) + Double($0) / 8 })
    }
  }

  /// The numbers of the pictures at some positions.
  private func numbers(_ set: ImageSet, _ positions: Range<Int>) -> [Int] {
    let rows = set.rows(positions)
    return positions.indices.map { Int(rows[$0 - positions.lowerBound, 0, 0, 0]) }
  }

  @Test("of pictures show every picture once in an epoch, in another order in the next")
  func epochs() {
    let set = ImageSet(pictures(50), random: random)
    #expect(set.rowShape == [2, 3, 1] && set.sampleCount == 50)
    let epochs = (0..<20).map { numbers(set, $0 * 50..<($0 + 1) * 50) }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<50)) }
    #expect(Set(epochs).count == 20)
    #expect(!epochs.contains(Array(0..<50)))
    for (number, epoch) in epochs.enumerated() { #expect(set.order(ofEpoch: number) == epoch) }
    #expect(ImageSet(pictures(50), random: RandomNumbers(seed: 7)).order(ofEpoch: 0) != epochs[0])
  }

  @Test("of pictures hold whole pictures")
  func wholePictures() {
    let images = pictures(7)
    let set = ImageSet(images, random: random)
    #expect(set.rows(0..<7).values == set.order(ofEpoch: 0).flatMap { images[$0].pixels.map { Float($0) } })
  }

  @Test("of pictures are the same however positions are asked for, across the end of an epoch too")
  func positions() {
    let set = ImageSet(pictures(10), random: random)
    let whole = numbers(set, 0..<45)
    #expect(numbers(set, 7..<33) == Array(whole[7..<33]))
    #expect((0..<45).flatMap { numbers(set, $0..<$0 + 1) } == whole)
  }

  @Test("of pictures put every picture at every place equally often")
  func fairShuffle() {
    let set = ImageSet(pictures(4), random: random)
    var counts: [[Int]: Int] = [:]
    let epochs = 12_000
    for epoch in 0..<epochs { counts[set.order(ofEpoch: epoch), default: 0] += 1 }
    #expect(counts.count == 24)
    let expected = Double(epochs) / 24
    let chiSquare = counts.values.reduce(0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // Of 23 degrees of freedom: mean 23, standard deviation √46; four of them either way.
    #expect(abs(chiSquare - 23) < 4 * 46.0.squareRoot(), "\(chiSquare)")
  }
}
