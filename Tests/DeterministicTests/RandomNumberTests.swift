import Deterministic
import Testing

struct PhiloxTests {
  typealias Answer = (counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>)

  /// From Random123's `kat_vectors`, philox4x32 with 10 rounds.
  static let knownAnswers: [Answer] = [
    (SIMD4(0, 0, 0, 0), SIMD2(0, 0), SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
    (
      SIMD4(repeating: 0xFFFF_FFFF), SIMD2(repeating: 0xFFFF_FFFF),
      SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
      SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ]

  @Test("Philox gives Random123's known answers", arguments: knownAnswers)
  func knownAnswer(_ answer: Answer) {
    #expect(Philox.block(counter: answer.counter, key: answer.key) == answer.words)
  }
}

struct AddressTests {
  let random = RandomNumbers(seed: 0xA409_3822_299F_31D0)

  @Test("An address is Philox's counter (element / 2, sample, step, purpose) under the seed's two halves")
  func addressIsTheCounter() {
    for (element, sample, step) in [(0, 0, 0), (7, 3, 999), (8_000_000_001, 4_294_967_295, 4_294_967_295)] {
      for purpose in Purpose.allCases {
        let words = Philox.block(
          counter: SIMD4(UInt32(element / 2), UInt32(sample), UInt32(step), purpose.rawValue),
          key: SIMD2(0x299F_31D0, 0xA409_3822))
        let (low, high) = element % 2 == 0 ? (words.x, words.y) : (words.z, words.w)
        let expected = Double((UInt64(high) << 32 | UInt64(low)) >> 11) / 0x1p53
        #expect(random[purpose].uniform(step: step, sample: sample, element: element) == expected)
      }
    }
  }

  @Test("Normals are Box and Muller's: cosine for the even element, sine for the odd")
  func boxMuller() {
    for element in stride(from: 0, to: 1000, by: 2) {
      let u = random[.jump].uniform(step: 5, sample: 2, element: element)
      let v = random[.jump].uniform(step: 5, sample: 2, element: element + 1)
      let radius = (-2 * log(1 - u)).squareRoot()
      let first = random[.jump].normal(step: 5, sample: 2, element: element)
      let second = random[.jump].normal(step: 5, sample: 2, element: element + 1)
      #expect(first == radius * cos(2 * Double.pi * v))
      #expect(second == radius * sin(2 * Double.pi * v))
    }
  }

  @Test("Many uniforms are the single ones in order", arguments: [0, 1, 2, 3, 783, 784])
  func manyUniformsAreSingles(_ count: Int) {
    let many = random[.dropout].uniforms(step: 7, sample: 17, from: 4, count: count)
    #expect(many == (0..<count).map { random[.dropout].uniform(step: 7, sample: 17, element: 4 + $0) })
  }

  @Test("Many normals are the single ones in order", arguments: [0, 1, 2, 3, 783, 784])
  func manyAreSingles(_ count: Int) {
    let many = random[.reverseStep].normals(step: 7, sample: 17, count: count)
    let singles = (0..<count).map { random[.reverseStep].normal(step: 7, sample: 17, element: $0) }
    #expect(many == singles)
    let later = random[.reverseStep].normals(step: 7, sample: 17, from: 4, count: count)
    #expect(later == (0..<count).map { random[.reverseStep].normal(step: 7, sample: 17, element: 4 + $0) })
  }

  @Test("A shorter draw is the beginning of a longer one")
  func prefix() {
    let long = random[.jump].normals(count: 101)
    for count in 0..<100 {
      #expect(random[.jump].normals(count: count) == Array(long.prefix(count)))
    }
  }

  @Test("Sample 17 is the same alone, among sixty-four, and drawn backwards")
  func sampleStandsAlone() {
    let alone = random[.jump].normals(step: 3, sample: 17, count: 30)
    let batch = (0..<64).map { random[.jump].normals(step: 3, sample: $0, count: 30) }
    let backwards = (0..<64).reversed().map { random[.jump].normals(step: 3, sample: $0, count: 30) }
    #expect(batch[17] == alone)
    #expect(backwards[63 - 17] == alone)
  }

  @Test("Every part of the address and of the seed gives other numbers")
  func partsDiffer() {
    var draws = [random[.data].normals(step: 1, sample: 2, count: 4)]
    draws.append(random[.data].normals(step: 2, sample: 1, count: 4))
    draws.append(random[.data].normals(step: 1, sample: 1, count: 4))
    draws.append(random[.data].normals(step: 2, sample: 2, count: 4))
    for purpose in Purpose.allCases where purpose != .data {
      draws.append(random[purpose].normals(step: 1, sample: 2, count: 4))
    }
    for bit in 0..<64 {
      let other = RandomNumbers(seed: random.seed ^ (1 << UInt64(bit)))
      draws.append(other[.data].normals(step: 1, sample: 2, count: 4))
    }
    let all = draws.flatMap(\.self)
    #expect(Set(all).count == all.count)
  }

  @Test("A stream counts from the beginning of its region")
  func streamsOfRegions() {
    let region = RandomRegion(
      .jump, firstStep: 1 << 31, stepCount: 10, firstSample: 4_000_000, sampleCount: 3)
    for (step, sample) in [(0, 0), (9, 2)] {
      let own = random[region].normals(step: step, sample: sample, count: 5)
      #expect(own == random[.jump].normals(step: 1 << 31 + step, sample: 4_000_000 + sample, count: 5))
    }
  }

  @Test("Two regions overlap where purpose, steps and samples do")
  func regionsOverlap() {
    let region = RandomRegion(.jump, firstStep: 10, stepCount: 5, firstSample: 100, sampleCount: 50)
    for other in [
      RandomRegion(.jump), RandomRegion(.jump, firstStep: 14, stepCount: 1, firstSample: 149),
      RandomRegion(.jump, stepCount: 11, sampleCount: 101),
    ] {
      #expect(region.overlaps(other) && other.overlaps(region))
    }
    for other in [
      RandomRegion(.data), RandomRegion(.jump, stepCount: 10), RandomRegion(.jump, firstStep: 15),
      RandomRegion(.jump, sampleCount: 100), RandomRegion(.jump, firstSample: 150),
      RandomRegion(.jump, stepCount: 0), RandomRegion(.jump, firstStep: 12, stepCount: 0),
    ] {
      #expect(!region.overlaps(other) && !other.overlaps(region))
    }
  }

  @Test("A name is a purpose of its own, beyond the numbered ones: 2^31 plus its FNV-1a hash")
  func namedPurposes() {
    // FNV-1a of 32 bits, from its authors' table of test vectors: "", "a" and "foobar".
    for (name, hash) in [("", 0x811C_9DC5), ("a", 0xE40C_292C), ("foobar", 0xBF9C_F968)] as [(String, UInt32)]
    {
      #expect(Purpose(named: name).rawValue == 1 << 31 | hash)
    }
  }

  @Test("An index stays below its bound, whatever the bound")
  func indexInRange() {
    for bound in [1, 2, 3, 10, 1000, 1 << 32 - 1, 1 << 32] {
      for element in 0..<1000 {
        #expect((0..<bound).contains(random[.data].index(below: bound, element: element)))
      }
    }
    // The largest uniform times a bound must not round up to the bound.
    for bound in (1...2000).map({ $0 * 2_147_483 }) {
      #expect(Int((1 - 0x1p-53) * Double(bound)) == bound - 1)
    }
  }

  @Test("An address that does not exist stops the program with a message that names it")
  func badAddress() async {
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].normal(step: 3, sample: -2, element: 5)
    }
    #expect(message(negative).contains("no number at step 3, sample -2, element 5"))
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[RandomRegion(.jump, stepCount: 10)].normal(step: 10)
    }
    #expect(message(outside).contains("no number at step 10") && message(outside).contains("step below 10"))
    let negativeElement = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].normal(element: -1)
    }
    #expect(message(negativeElement).contains("element -1"))
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].uniform(element: 1 << 33)
    }
    #expect(message(large).contains("element 8589934592"))
    let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].index(below: 0)
    }
    #expect(message(empty).contains("index below 0"))
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].normals(count: -1)
    }
    #expect(message(count).contains("a count of -1"))
    let inside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RandomNumbers(seed: 1)[.jump].normals(from: 3, count: 2)
    }
    #expect(message(inside).contains("from element 3"))
  }

  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
