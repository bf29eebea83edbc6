import Tensors
import TestSupport
import Testing

@Suite("Graph of a computation")
struct GraphTests {
  private func random(_ shape: [Int], _ seed: UInt64) -> Tensor {
    var random = SplitMix64(state: seed)
    return Tensor(random.floats(shape.reduce(1, *)), shape: shape)
  }

  @Test("remembers nothing of what is not tracked")
  func untracked() {
    let x = random([3, 4], 20), w = random([2, 4], 21)
    #expect(!x.isTracked)
    #expect(!x.linear(w).silu().sum().isTracked)
    #expect(x.tracked().isTracked)
    #expect(x.linear(w.tracked()).silu().sum().isTracked)
    #expect(x.tracked().linear(w).silu().sum().isTracked)
    #expect(!x.linear(w.tracked()).untracked().silu().isTracked)
    #expect(!x.tracked().rows(0..<2).isTracked)
    #expect(!x.tracked().map { $0 }.isTracked)
  }

  @Test("gives numbers that are the same tracked or not")
  func sameNumbers() {
    let x = random([3, 4], 22)
    #expect(x.tracked().values == x.values)
    #expect(x.tracked().untracked().values == x.values)
    #expect(x.tracked().silu().values == x.silu().values)
  }

  @Test("adds up the gradients of a tensor that is used twice")
  func usedTwice() {
    let x = random([3, 4], 23).tracked()
    #expect((x + x).sum().gradients(at: [x])[0].values == Array(repeating: 2, count: 12))
    #expect((x * x).sum().gradients(at: [x])[0].values == x.values.map { 2 * $0 })
    #expect((x - x).sum().gradients(at: [x])[0].values == Array(repeating: 0, count: 12))
    let y = -1 * x
    #expect((3 * y + x + y).sum().gradients(at: [x])[0].values == Array(repeating: -3, count: 12))
    #expect((3 * y + x + y).sum().gradients(at: [y])[0].values == Array(repeating: 4, count: 12))
  }

  @Test("is passed once, however many paths there are")
  func paths() {
    // 2¹⁰⁰ paths: who followed each would never end.
    let x = Tensor(1).tracked()
    var y = x
    for _ in 0..<100 { y = y + y }
    #expect(y.gradients(at: [x])[0].value == 0x1p100)
  }

  @Test("gives gradients of zero to what had no part")
  func noPart() {
    let x = random([3, 4], 24).tracked(), other = random([2, 5], 25).tracked()
    let gradients = x.sum().gradients(at: [other, x])
    #expect(gradients[0].shape == [2, 5])
    #expect(gradients[0].values == Array(repeating: 0, count: 10))
    #expect(gradients[1].values == Array(repeating: 1, count: 12))
    #expect(random([1], 26).gradients(at: [x])[0].values == Array(repeating: 0, count: 12))
    #expect((x * x).untracked().sum().gradients(at: [x])[0].values == Array(repeating: 0, count: 12))
  }

  @Test("is differentiated at tensors in between, at the result itself, and at one twice")
  func inBetween() {
    let x = random([3, 4], 27).tracked()
    let y = 3 * x
    let z = (y * y).sum()
    let gradients = z.gradients(at: [z, y, x, y])
    #expect(gradients[0].values == [1])
    #expect(gradients[1].values == y.values.map { 2 * $0 })
    #expect(gradients[2].values == gradients[1].values.map { 3 * $0 })
    #expect(gradients[3].values == gradients[1].values)
  }

  @Test("gives vᵀJ for a direction v, its transpose's rows for unit vectors")
  func direction() {
    // y = W x, so that J is W.
    let w = random([2, 3], 28), x = random([1, 3], 29).tracked()
    let y = x.linear(w)
    let rows = [[1, 0], [0, 1]].map { y.gradients(at: [x], direction: Tensor($0, shape: [1, 2]))[0].values }
    #expect(rows[0] + rows[1] == w.values)
    let v = Tensor([2, -0.5], shape: [1, 2])
    #expect(
      y.gradients(at: [x], direction: v)[0].values == zip(rows[0], rows[1]).map { 2 * $0 - 0.5 * $1 })
  }

  @Test("is passed twice with the same result, and once more after it has grown")
  func twice() {
    let x = random([5, 6], 30).tracked(), w = random([4, 6], 31).tracked()
    let y = x.linear(w).silu()
    let loss = y.squared().mean()
    let first = loss.gradients(at: [x, w]).map(\.values)
    #expect(loss.gradients(at: [x, w]).map(\.values) == first)
    let second = (2 * y.squared().mean()).gradients(at: [x, w])
    #expect(second.map(\.values) == first.map { $0.map { 2 * $0 } })
    #expect(loss.gradients(at: [x, w]).map(\.values) == first)
  }

  @Test("gives gradients that are tracked by nothing, whatever the direction is")
  func gradientsAreNumbers() {
    let x = random([3], 32).tracked(), direction = random([3], 33).tracked()
    #expect(!(x * x).gradients(at: [x], direction: direction)[0].isTracked)
    #expect(!x.gradients(at: [x], direction: direction)[0].isTracked)
  }

  @Test("can be 100,000 operations deep, and be let go again")
  func deep() async {
    // Recursion would need more than a thread's stack: the process would end.
    await #expect(processExitsWith: .success) {
      let x = Tensor(1).tracked(), half = Tensor(0.5).tracked()
      var y = x
      // Each is made of the last one in two ways.
      for _ in 0..<100_000 { y = half * y + half * y }
      #expect(y.gradients(at: [x])[0].value == 1)
      y = x
      #expect(y.value == 1)
    }
  }

  @Test("keeps what others hold of it when it is let go")
  func shared() {
    let x = Tensor(2).tracked()
    var y = x * x
    let kept = 3 * y
    for _ in 0..<100 { y = y + kept }
    y = x
    #expect(kept.gradients(at: [x])[0].value == 12)
    #expect(y.gradients(at: [x])[0].value == 1)
  }
}
