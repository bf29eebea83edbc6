import Datasets
import Formats
import Samples
import Testing

@Suite("Drawn digits")
struct DrawnDigitsTests {
  static let digits = DrawnDigits(seed: 2020)
  /// Thirty pictures of each digit: enough for every style to come up.
  static let gallery = (0..<10).map { digit in (0..<30).map { digits.image(of: digit, sample: $0) } }

  @Test("Sample 17 is the same picture drawn alone, again, or after others")
  func addressed() {
    let alone = DrawnDigits(seed: 2020).image(17)
    let many = (0..<20).reversed().map { DrawnDigitsTests.digits.image($0) }
    #expect(many[2] == alone)
    #expect(DrawnDigitsTests.digits.image(of: DrawnDigitsTests.digits.label(17), sample: 17) == alone)
  }

  @Test("Another seed draws other pictures and other labels")
  func seedMatters() {
    let other = DrawnDigits(seed: 2021)
    #expect(other.image(of: 3, sample: 0) != DrawnDigitsTests.digits.image(of: 3, sample: 0))
    #expect((0..<50).contains { other.label($0) != DrawnDigitsTests.digits.label($0) })
  }

  @Test("Every value is a whole level of 255, so a PGM file holds the picture exactly")
  func wholeLevels() {
    for image in DrawnDigitsTests.gallery.joined() {
      let values: [Double] = image.pgm.levels.map { Double($0) / 127.5 - 1 }
      #expect(image.pixels == values)
    }
  }

  @Test("Every picture has black paper and, however thin the pen, bright ink")
  func contrast() {
    for image in DrawnDigitsTests.gallery.joined() {
      let (paper, ink) = (image.pixels.min() ?? 0, image.pixels.max() ?? 0)
      #expect(paper == -1 && ink > 0.5)
    }
  }

  // χ² with 9 degrees of freedom exceeds 27.9 once in a thousand seeds; this seed is fixed.
  @Test("Each digit comes up equally often")
  func labelsAreUniform() {
    var counts = [Int](repeating: 0, count: 10)
    for sample in 0..<10_000 { counts[DrawnDigitsTests.digits.label(sample)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chiSquare < 27.9)
  }

  @Test("No two of the pictures are alike, of one digit or of two")
  func allDiffer() {
    let levels = DrawnDigitsTests.gallery.joined().map { $0.pgm.levels }
    #expect(Set(levels).count == levels.count)
  }

  @Test("The average pictures of two digits are further apart than chance makes them")
  func digitsDiffer() {
    let means = DrawnDigitsTests.gallery.map { images in
      1.0 / Double(images.count) * images.dropFirst().reduce(images[0], +)
    }
    for a in 0..<10 {
      for b in 0..<a {
        let difference = means[a] - means[b]
        // Two galleries of one digit are 2.4 to 4.4 apart; 4 and 9, the closest pair, 5.9.
        #expect(difference.dot(difference).squareRoot() > 4.5, "\(a) and \(b)")
      }
    }
  }

  @Test("No ink touches the outermost pixels")
  func insideTheFrame() {
    for image in DrawnDigitsTests.gallery.joined() {
      for i in 0..<28 {
        #expect([image[0, i], image[27, i], image[i, 0], image[i, 27]] == [-1, -1, -1, -1])
      }
    }
  }

  @Test("The ink fits MNIST's box of 20 × 20, but for pressure and the softness of its edge")
  func insideTheBox() {
    for image in DrawnDigitsTests.gallery.joined() {
      // Half ink or more, so that a soft edge does not count.
      let inked = (0..<784).filter { image.pixels[$0] > 0 }
      let (rows, columns) = (inked.map { $0 / 28 }, inked.map { $0 % 28 })
      for line in [rows, columns] { #expect((line.max() ?? 99) - (line.min() ?? 0) < 21) }
    }
  }

  // The shift is at most 1 pixel each way; the rest is what the centring ignores, crossings and the pen's pressure,
  // and a black frame that comes first. Of 50,000 pictures the worst is 2.5 away.
  @Test("The center of mass lies within 2.6 pixels of the middle")
  func centered() {
    for image in DrawnDigitsTests.gallery.joined() {
      var (mass, momentY, momentX) = (0.0, 0.0, 0.0)
      for y in 0..<28 {
        for x in 0..<28 {
          let ink = (image[y, x] + 1) / 2
          mass += ink
          momentY += ink * (Double(y) + 0.5)
          momentX += ink * (Double(x) + 0.5)
        }
      }
      #expect(abs(momentY / mass - 14) < 2.6 && abs(momentX / mass - 14) < 2.6)
    }
  }

  // FNV-1a over the levels. A change here changes every committed result that shows a digit; the failure prints
  // the new value: swift test -c release --filter DrawnDigitsTests/golden
  @Test("The first 200 pictures have the bits that they always had")
  func golden() {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for sample in 0..<200 {
      for level in DrawnDigitsTests.digits.image(sample).pgm.levels {
        hash = (hash ^ UInt64(level)) &* 0x100_0000_01b3
      }
    }
    #expect(hash == 0x234c_ad67_08fe_1e66, "measured: 0x\(String(hash, radix: 16))")
  }

  #if DEBUG
  static let isFast = false
  #else
  static let isFast = true
  #endif

  @Test(
    "The nearest of 10,000 drawn digits reads at least 80 % of real handwriting",
    .enabled(if: mnistIsHere && isFast, "needs MNIST and a release build"))
  func readsMNIST() throws {
    let mnist = try MNIST(.test)
    let drawn = (0..<10_000).flatMap { vectors(DrawnDigitsTests.digits.image($0)) }
    var right = 0
    for i in 0..<1000 {
      let nearest = indexOfNearest(to: vectors(mnist.image(i)), among: drawn)
      if DrawnDigitsTests.digits.label(nearest) == mnist.label(i) { right += 1 }
    }
    #expect(right >= 800)
  }
}

/// The 784 pixels as 49 vectors of 16.
private func vectors(_ image: Image) -> [SIMD16<Float>] {
  stride(from: 0, to: 784, by: 16).map { start in
    SIMD16(image.pixels[start..<start + 16].map { Float($0) })
  }
}

/// The number of the image, among many laid end to end, that is nearest by the sum of squared differences.
private func indexOfNearest(to query: [SIMD16<Float>], among images: [SIMD16<Float>]) -> Int {
  var (nearest, least) = (0, Float.infinity)
  query.withUnsafeBufferPointer { query in
    images.withUnsafeBufferPointer { images in
      for i in 0..<images.count / query.count {
        var sum = SIMD16<Float>.zero
        for k in 0..<query.count {
          let difference = query[k] - images[i * query.count + k]
          sum += difference * difference
        }
        if sum.sum() < least { (nearest, least) = (i, sum.sum()) }
      }
    }
  }
  return nearest
}
