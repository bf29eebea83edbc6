import Kernels
import TestSupport
import Stops
import Testing
import Threads

/// Rows of small whole numbers, whose squared distances a float holds exactly, equal ones among them.
private func rows(_ count: Int, columns: Int, state: UInt64) -> [[Float]] {
  var random = SplitMix64(state: state)
  return (0..<count).map { _ in (0..<columns).map { _ in Float(random.whole(-2...2)) } }
}

private func buffer(_ rows: [[Float]]) -> Buffer { Buffer(Array(rows.joined())) }

private func squaredDistance(_ a: [Float], _ b: [Float]) -> Float {
  Float(zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) })
}

@Suite("Neighbors")
struct NeighborTests {
  /// Columns that fill vectors and that don't; rows that fill pieces and blocks and that don't.
  static let cases = [
    (1, 1, 5), (3, 17, 16), (16, 16, 15), (17, 33, 17), (37, 100, 84), (5, 90, 784), (2, 3, 40_000),
  ]

  @Test(
    "are those that sorting all distances finds, the smaller number first where they are equal",
    arguments: cases)
  func nearest(aRows: Int, bRows: Int, columns: Int) {
    let (a, b) = (rows(aRows, columns: columns, state: 1), rows(bRows, columns: columns, state: 2))
    for count in Set([1, min(3, bRows), bRows]) {
      let found = nearestRows(
        buffer(a), buffer(b), aRows: aRows, bRows: bRows, columns: columns, count: count, skippingSame: false)
      for i in 0..<aRows {
        let sorted = b.indices.map { (squaredDistance(a[i], b[$0]), $0) }.sorted { $0 < $1 }.prefix(count)
        #expect(Array(found.rows[i * count..<(i + 1) * count]) == sorted.map(\.1))
        #expect(Array(found.squaredDistances[i * count..<(i + 1) * count]) == sorted.map(\.0))
      }
    }
  }

  @Test("within a set leave each row itself out, but not its double")
  func skippingSame() {
    let set: [[Float]] = [[0, 0], [3, 0], [0, 0], [3, 1]]
    let found = nearestRows(
      buffer(set), buffer(set), aRows: 4, bRows: 4, columns: 2, count: 2, skippingSame: true)
    #expect(found.rows == [2, 1, 3, 0, 0, 1, 1, 0])
    #expect(found.squaredDistances == [0, 9, 1, 9, 0, 9, 1, 10])
  }

  @Test("cover a row when it lies in any of their balls, the surface included", arguments: cases)
  func within(aRows: Int, bRows: Int, columns: Int) {
    let (a, b) = (rows(aRows, columns: columns, state: 3), rows(bRows, columns: columns, state: 4))
    var random = SplitMix64(state: 5)
    // Radii around what is typical of the distances, so that both answers occur.
    let typical = squaredDistance(a[0], b[0])
    let radii = b.map { _ in max(0, typical * Float(random.number(0.6...1.01))).rounded() }
    let found = rowsWithin(
      buffer(a), buffer(b), aRows: aRows, bRows: bRows, columns: columns, squaredRadii: radii)
    #expect(found == a.map { row in b.indices.contains { squaredDistance(row, b[$0]) <= radii[$0] } })
  }

  @Test("of a row at its own distance are found, those of one beyond it are not")
  func surface() {
    let a = Buffer([5, 6, -5, -6])
    #expect(
      rowsWithin(a, Buffer([0]), aRows: 4, bRows: 1, columns: 1, squaredRadii: [25]) == [
        true, false, true, false,
      ])
  }

  @Test("have distances whose error is that of the differences, however far from 0 the rows lie")
  func noCancellation() {
    let a: [Float] = (0..<100).map { 1000 + Float($0) / 1024 }, b = a.map { $0 + 0x1p-10 }
    let found = nearestRows(
      Buffer(a), Buffer(b), aRows: 1, bRows: 1, columns: 100, count: 1, skippingSame: false)
    #expect(found.squaredDistances == [100 * 0x1p-20])
  }

  // The number of threads belongs to the whole process: so this test has a process of its own.
  @Test("are the same bits on 1, 2, 3 and 8 threads")
  func threads() async {
    await #expect(processExitsWith: .success) {
      var random = SplitMix64(state: 6)
      let (a, b) = (random.buffer(70 * 84), random.buffer(200 * 84))
      func found(_ threads: Int) -> ([Int], [UInt32], [Bool]) {
        threadCount = threads
        let nearest = nearestRows(a, b, aRows: 70, bRows: 200, columns: 84, count: 3, skippingSame: false)
        let within = rowsWithin(
          a, b, aRows: 70, bRows: 200, columns: 84, squaredRadii: [Float](repeating: 160, count: 200))
        return (nearest.rows, nearest.squaredDistances.map(\.bitPattern), within)
      }
      let expected = found(1)
      #expect(expected.2.contains(true) && expected.2.contains(false))
      for threads in [2, 3, 8] { #expect(found(threads) == expected) }
    }
  }

  @Test("more than there are stop the program, and radii that are not one a row")
  func mistakes() async {
    let neighbors = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let set = Buffer(repeating: 0, count: 6)
      _ = nearestRows(set, set, aRows: 3, bRows: 3, columns: 2, count: 3, skippingSame: true)
    }
    stopped(neighbors, saying: "nearestRows: 3 neighbors among 3 rows")
    let radii = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let set = Buffer(repeating: 0, count: 6)
      _ = rowsWithin(set, set, aRows: 3, bRows: 3, columns: 2, squaredRadii: [1])
    }
    stopped(radii, saying: "rowsWithin: 1 radii for 3 rows")
  }
}
