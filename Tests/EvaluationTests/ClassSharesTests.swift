import Deterministic
import Evaluation
import Stops
import Testing

@Suite("Shares of classes")
struct ClassSharesTests {
  @Test("that are equal have the entropy ln 10")
  func even() {
    let found = ClassShares(of: (0..<50).map { $0 % 10 })
    #expect(found.counts == [Int](repeating: 5, count: 10))
    #expect(abs(found.entropy - 2.302585092994046) < 1e-15)
    #expect(abs(found.evenness - 1) < 1e-15)
  }

  @Test("of one class have the entropy 0")
  func single() {
    let found = ClassShares(of: [7, 7, 7])
    #expect(found.counts[7] == 3 && found.entropy == 0 && found.evenness == 0)
  }

  @Test("of a half and two quarters of four classes are those worked out by hand: 1.5 bits")
  func byHand() {
    let found = ClassShares(of: [0, 0, 1, 3], classCount: 4)
    #expect(found.shares == [0.5, 0.25, 0, 0.25])
    #expect(abs(found.entropy - 1.5 * log(2)) < 1e-15)
    #expect(abs(found.evenness - 0.75) < 1e-15)
  }

  @Test("and of sure verdicts are counted from verdicts")
  func verdicts() {
    let verdicts = [(3, 0.95), (3, 0.5), (1, 0.999), (0, 0.9)].map { Verdict(digit: $0.0, confidence: $0.1) }
    #expect(ClassShares(of: verdicts) == ClassShares(of: [3, 3, 1, 0]))
    #expect(verdicts.share(surerThan: 0.9) == 0.5)
    #expect(verdicts.share(surerThan: 0.99) == 0.25)
    #expect(verdicts.share(surerThan: 0) == 1)
  }

  @Test("stop the program where there is nothing to share, or a class that is none")
  func mistakes() async {
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ClassShares(of: [Int]())
    }
    stopped(none, saying: "ClassShares: 0 members of 10 classes")
    let other = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ClassShares(of: [1, 10])
    }
    stopped(other, saying: "ClassShares: class 10 of 10")
    let verdicts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = [Verdict]().share(surerThan: 0.5)
    }
    stopped(verdicts, saying: "no verdicts have no share that is sure")
  }
}
