import Deterministic
import Evaluation
import Tensors
import Stops
import Testing

@Suite("Neighbors of samples")
struct NeighborsTests {
  /// Two round heaps far from each other, `near` and `far` points of them, and `noise` points all over.
  private func heaps(near: Int, far: Int, noise: Int = 0, set: Int) -> Tensor {
    let deviations = [1.0, 1, 1]
    var parts = [gaussianRows(near, deviations: deviations, set: set)]
    if far > 0 { parts.append(gaussianRows(far, deviations: deviations, mean: 100, set: set + 1)) }
    if noise > 0 {
      parts.append(gaussianRows(noise, deviations: [1000, 1000, 1000], mean: 5000, set: set + 2))
    }
    return Tensor(rowsOf: parts)
  }

  @Test("precision and recall of a set against itself are 1", arguments: [4, 10, 200])
  func equal(count: Int) {
    let set = gaussianRows(count, deviations: [1, 2], set: 1)
    let found = PrecisionAndRecall(of: set, against: set)
    #expect(found.precision == 1 && found.recall == 1)
  }

  @Test("recall falls to the share that is left when half of what is real is never made; precision stays")
  func droppedHeap() {
    let real = heaps(near: 150, far: 150, set: 10)
    let whole = PrecisionAndRecall(of: heaps(near: 150, far: 150, set: 20), against: real)
    #expect(whole.precision > 0.85 && whole.recall > 0.85)
    let half = PrecisionAndRecall(of: heaps(near: 300, far: 0, set: 30), against: real)
    #expect(half.precision > 0.85)
    #expect(half.recall > 0.4 && half.recall <= 0.5)
  }

  @Test("precision falls by the share of noise; recall stays")
  func noise() {
    let real = heaps(near: 150, far: 150, set: 10)
    let found = PrecisionAndRecall(of: heaps(near: 150, far: 150, noise: 100, set: 40), against: real)
    #expect(found.precision > 0.85 * 0.75 && found.precision <= 0.75)
    #expect(found.recall > 0.85)
  }

  @Test("precision and recall change places with the sets")
  func exchanged() {
    let (a, b) = (heaps(near: 60, far: 10, set: 50), heaps(near: 20, far: 40, noise: 10, set: 60))
    let (there, back) = (PrecisionAndRecall(of: a, against: b), PrecisionAndRecall(of: b, against: a))
    #expect(there.precision == back.recall && there.recall == back.precision)
  }

  @Test("balls reach to the k-th neighbor: worked out by hand on a line")
  func byHand() {
    // Real 0, 1, 3: with k = 1 the radii are 1, 1, 2; with k = 2 they are 3, 2, 3.
    let real = Tensor([0, 1, 3], shape: [3, 1])
    let samples = Tensor([-1, -1.5, 5.5, 2.5], shape: [4, 1])
    #expect(PrecisionAndRecall(of: samples, against: real, neighbors: 1).precision == 0.5)
    #expect(PrecisionAndRecall(of: samples, against: real, neighbors: 2).precision == 1)
    // Samples −1.5, −1, 2.5, 5.5: with k = 1 the radii are 0.5, 0.5, 3, 3: they cover 0, 1 and 3.
    #expect(PrecisionAndRecall(of: samples, against: real, neighbors: 1).recall == 1)
    let two = Tensor([10, 12.5], shape: [2, 1])
    #expect(
      PrecisionAndRecall(of: two, against: real, neighbors: 1)
        == .init(of: two, against: real, neighbors: 1))
    #expect(PrecisionAndRecall(of: two, against: real, neighbors: 1).recall == 0)
  }

  @Test("the nearest of a set are found by pixels, a picture itself first, at the distance 0")
  func nearest() {
    let random = RandomNumbers(seed: 9)
    let set = Tensor.normal(random[.data], samples: 0..<50, rowShape: [28, 28, 1])
    let samples = Tensor(rowsOf: [set.rows(17..<18), 0.5 * set.rows(3..<4)])
    let found = nearestNeighbors(of: samples, among: set, count: 2)
    #expect(found.count == 2 && found.allSatisfy { $0.count == 2 })
    #expect(found[0][0] == Neighbor(index: 17, distance: 0))
    #expect(found[1][0].index == 3)
    let half = (set.rows(3..<4).values.reduce(0.0) { $0 + Double($1) * Double($1) } / 4).squareRoot()
    #expect(abs(found[1][0].distance / half - 1) < 1e-6)
    #expect(found[1][1].distance >= found[1][0].distance)
  }

  @Test("sets that are too small or not finite stop the program, and rows of other shapes")
  func mistakes() async {
    let small = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PrecisionAndRecall(of: .zeros([3, 2]), against: .zeros([9, 2]))
    }
    stopped(small, saying: "PrecisionAndRecall: 3 neighbors in a set of 3")
    let infinite = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = nearestNeighbors(of: Tensor([.infinity], shape: [1, 1]), among: .zeros([2, 1]))
    }
    stopped(infinite, saying: "a set of the shape [1, 1] with numbers that are not finite")
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = nearestNeighbors(of: .zeros([1, 4]), among: .zeros([2, 2, 2]))
    }
    stopped(shape, saying: "nearestRows: rows of tensors of the shapes [1, 4] and [2, 2, 2]")
  }
}
