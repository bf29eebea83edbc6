import Datasets
import Formats
import Samples
import Testing

@Suite("Image and PGM")
struct ImageAndPGMTests {
  @Test("All 256 levels survive the way to an image and back")
  func everyLevelSurvives() {
    let picture = PGM(width: 16, height: 16, levels: (0..<256).map { UInt16($0) })
    #expect(Image(picture).pgm == picture)
  }

  @Test("Black is −1, white is 1, whatever the maximum level", arguments: [1, 2, 255, 65535])
  func endsOfTheScale(maximum: Int) {
    let image = Image(PGM(width: 2, height: 1, maximumLevel: maximum, levels: [0, UInt16(maximum)]))
    #expect(image.pixels == [-1, 1])
  }

  @Test("Level k of 255 is k / 127.5 − 1, to the bit")
  func valueOfALevel() {
    let image = Image(PGM(width: 256, height: 1, levels: (0..<256).map { UInt16($0) }))
    let values: [Double] = (0..<256).map { Double($0) / 127.5 - 1 }
    #expect(image.pixels == values)
  }

  @Test(
    "Values between two levels round half up, and noise is clipped",
    arguments: [
      (0, 128), (-0.9962, 0), (-0.996, 1), (0.9962, 255), (0.996, 254), (-1.001, 0), (-9, 0), (1.001, 255),
      (1e300, 255), (-.infinity, 0), (.infinity, 255),
    ] as [(Double, Int)])
  func roundingAndClipping(value: Double, level: Int) {
    #expect(Image(height: 1, width: 1, pixels: [value]).pgm.levels == [UInt16(level)])
  }

  @Test("Rows and columns keep their places")
  func layout() {
    let image = Image(PGM(width: 3, height: 2, levels: [0, 1, 2, 3, 4, 5]))
    #expect(image.height == 2 && image.width == 3)
    #expect(image[1, 0] == 3 / 127.5 - 1)
    #expect(image.pgm.width == 3 && image.pgm.height == 2)
  }

  @Test("Sums run over the values of two images of one size, row by row")
  func sums() {
    let x = Image(height: 2, width: 2, pixels: [1e16, 1, -1e16, 1])
    let one = Image(height: 2, width: 2, filledWith: 1)
    // From the first on 1e16 swallows the 1 before it is taken away; in another order something else is left.
    #expect(x.dot(one) == 1)
    #expect(x.sum(with: one) { $0 * $1 } == 1)
    let (left, right) = (
      Image(height: 1, width: 2, pixels: [3, 5]), Image(height: 1, width: 2, pixels: [1, 10])
    )
    #expect(left.sum(with: right) { $0 - 2 * $1 } == -14)
  }

  @Test("A contact sheet lays images out row by row, with gaps between them only")
  func sheet() {
    let images = [0.1, 0.2, 0.3].map { Image(height: 1, width: 2, filledWith: $0) }
    let sheet = contactSheet(images, columns: 2, gap: 1)
    #expect(
      sheet
        == Image(
          height: 3, width: 5,
          pixels: [
            0.1, 0.1, -1, 0.2, 0.2,
            -1, -1, -1, -1, -1,
            0.3, 0.3, -1, -1, -1,
          ]))
    #expect(contactSheet(images, columns: 3, gap: 0).pixels == [0.1, 0.1, 0.2, 0.2, 0.3, 0.3])
  }

  @Test("An image without pixels, or with too few, stops the program with its size")
  func impossibleSizes() async {
    let flat = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Image(height: 0, width: 3, pixels: [])
    }
    #expect(message(flat).contains("a height and a width of at least 1, not 0 × 3"))
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Image(height: -2, width: -2, filledWith: 0)
    }
    #expect(message(negative).contains("a height and a width of at least 1, not -2 × -2"))
    let short = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Image(height: 2, width: 2, pixels: [0, 0, 0])
    }
    #expect(message(short).contains("an image of 2 × 2 needs 4 values, not 3"))
  }

  @Test("A level above white, and a pixel that is not a number, stop the program")
  func impossibleLevels() async {
    let bright = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Image(height: 1, width: 2, levels: [3, 4] as [UInt8], maximum: 3)
    }
    #expect(message(bright).contains("a gray level is at most 3, not 4"))
    let nothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Image(height: 1, width: 1, pixels: [.nan]).levels
    }
    #expect(message(nothing).contains("a pixel that is not a number has no gray level"))
  }

  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
