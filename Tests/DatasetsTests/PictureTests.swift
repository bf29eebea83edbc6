import Datasets
import Samples
import Testing

@Suite("The two pictures")
struct PictureTests {
  @Test("are 128 × 128 and lie on the grid k/127.5 − 1", arguments: Picture.allCases)
  func sizeAndGrid(picture: Picture) {
    let image = picture.image
    #expect(image.height == 128 && image.width == 128)
    #expect(image.pixels.allSatisfy { $0 >= -1 && $0 <= 1 && Double(level($0)) / 127.5 - 1 == $0 })
  }

  // When the drawing changes on purpose, the failing line prints the new number:
  //   swift test --filter goldenLevels
  @Test(
    "have the levels they always had",
    arguments: [
      (Picture.portrait, 3_919_657_810_480_635_544 as UInt64), (.mondrian, 13_682_239_186_429_753_189),
    ])
  func goldenLevels(picture: Picture, expected: UInt64) {
    let measured = fowlerNollVo(picture.image.pixels.map(level))
    #expect(measured == expected)
  }

  @Test(
    "range over the grays: soft gradients in one, a few flat tones in the other",
    arguments: [(Picture.portrait, 150...256), (.mondrian, 7...7)])
  func grays(picture: Picture, expectedCount: ClosedRange<Int>) {
    let levels = picture.image.pixels.map(level)
    #expect(expectedCount.contains(Set(levels).count))
    #expect(levels.contains { $0 < 16 } && levels.contains { $0 > 239 })
  }

  /// Contrasts measured on the pictures, less a tenth.
  static let leastContrasts: [(Picture, [(name: String, contrast: Double)])] = [
    (.portrait, [("eyes", 0.44), ("smile", 0.33), ("sharp edge", 0.57)]),
    (
      .mondrian,
      [("small rectangle", 0.56), ("thin line", 0.53), ("thick line", 0.69), ("large rectangle", 0.43)]
    ),
  ]

  @Test("show each feature within its box", arguments: leastContrasts)
  func contrasts(picture: Picture, expected: [(name: String, contrast: Double)]) {
    let image = picture.image
    #expect(picture.features.map(\.name) == expected.map(\.name))
    for (feature, least) in zip(picture.features, expected) {
      #expect(feature.contrast(in: image) > least.contrast, "\(feature.name)")
      #expect(feature.contrast(in: image) < least.contrast * 1.25, "\(feature.name)")
    }
  }

  @Test("show hardly any contrast where nothing is")
  func flatRegions() {
    let wall = PictureFeature(name: "wall", rows: 92..<101, columns: 2..<24)
    #expect(wall.contrast(in: Picture.portrait.image) < 0.05)
    let ground = PictureFeature(name: "ground", rows: 4..<36, columns: 4..<36)
    #expect(ground.contrast(in: Picture.mondrian.image) < 1e-12)
  }

  @Test("measure contrast as the standard deviation of the box")
  func contrastOfStripes() {
    var stripes = Image(height: 4, width: 6, filledWith: 0.25)
    for y in 0..<4 { for x in stride(from: 0, to: 6, by: 2) { stripes[y, x] = -0.75 } }
    #expect(PictureFeature(name: "stripes", rows: 1..<3, columns: 0..<6).contrast(in: stripes) == 0.5)
    #expect(PictureFeature(name: "one stripe", rows: 0..<4, columns: 3..<4).contrast(in: stripes) == 0)
  }

  @Test("differ inside the box when a feature is left out, and hardly elsewhere", arguments: Picture.allCases)
  func withoutFeature(picture: Picture) {
    let image = picture.image
    for feature in picture.features {
      let difference = image - picture.image(without: feature)
      let inside = feature.rows.reduce(0.0) { sum, y in
        feature.columns.reduce(sum) { $0 + difference[y, $1] * difference[y, $1] }
      }
      #expect(inside > 0.9 * difference.dot(difference), "\(feature.name)")
    }
  }

  @Test("have features that sink below the noise one after another", arguments: Picture.allCases)
  func distinctStrengths(picture: Picture) {
    let image = picture.image
    let contrasts = picture.features.map { $0.contrast(in: image) }.sorted()
    let evidence = picture.features.map { picture.evidence(of: $0) }.sorted()
    for i in 1..<contrasts.count {
      #expect(contrasts[i] > 1.04 * contrasts[i - 1])
      #expect(evidence[i] > 1.15 * evidence[i - 1])
    }
  }

  @Test("keep the portrait's face lit from the left and darker than its teeth")
  func faceIsShaded() {
    let image = Picture.portrait.image
    #expect(image[66, 46] > image[66, 84] + 0.2)
    #expect(image[79, 64] > image[88, 64])
  }
}

/// The level k of a value k/127.5 − 1.
private func level(_ value: Double) -> UInt8 { UInt8(((value + 1) * 127.5).rounded()) }

/// FNV-1a, 64 bits.
private func fowlerNollVo(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
