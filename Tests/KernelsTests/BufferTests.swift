import Kernels
import TestSupport
import Stops
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("Buffer")
struct BufferTests {
  @Test("holds what it was made of", arguments: [0, 1, 15, 16, 17, 63, 64, 65, 1000, 100_003])
  func contents(count: Int) {
    let numbers = (0..<count).map(Float.init)
    #expect(Buffer(numbers).values == numbers)
    #expect(Buffer(count: count) { Float($0) }.values == numbers)
    #expect(Buffer(repeating: 7, count: count).values == Array(repeating: 7, count: count))
    #expect(Buffer(numbers).count == count)
    if count > 0 { #expect(Buffer(numbers)[count - 1] == Float(count - 1)) }
  }

  @Test("of rows has them in order, each number rounded to the nearest float")
  func rows() {
    let buffer = Buffer(rows: 100, of: 3) { row in [Double(row), 0.1 + Double(row), 1 / 3.0] }
    for row in 0..<100 {
      let expected = [Float(row), Float(0.1 + Double(row)), Float(1) / 3]
      #expect(Array(buffer.values[3 * row..<3 * row + 3]) == expected)
    }
  }

  @Test("never shares its memory with another that is in use")
  func noSharing() {
    var random = SplitMix64(state: 11)
    var kept: [(buffer: Buffer, value: Float)] = []
    for turn in 0..<5000 {
      // Numbers of the same few size classes come and go.
      if kept.count > 20 { kept.remove(at: random.whole(0...kept.count - 1)) }
      kept.append((Buffer(repeating: Float(turn), count: random.whole(1...300)), Float(turn)))
      if turn % 100 == 0 {
        for (buffer, value) in kept { #expect(buffer.values.allSatisfy { $0 == value }) }
      }
    }
  }

  @Test("gives its memory back to the next: 4 GB in turn take less than 100 MB")
  func recycling() async {
    await #expect(processExitsWith: .success) {
      func largestMemory() -> Int {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which has another type on each system
        #if canImport(Darwin)
        return usage.ru_maxrss
        #else
        return 1024 * usage.ru_maxrss
        #endif
      }
      let before = largestMemory()
      for turn in 0..<1000 { #expect(Buffer(repeating: Float(turn), count: 1 << 20)[turn] == Float(turn)) }
      #expect(largestMemory() - before < 100_000_000)
    }
  }

  @Test("forgets how its numbers were arranged when they change")
  func changed() {
    // A right factor that is transposed is packed once and remembered.
    let one = Buffer([1])
    var b = Buffer([1, 2, 3])
    func row() -> [Float] { matrixProduct(.plain(one), .transposed(b), rows: 1, terms: 1, columns: 3).values }
    #expect(row() == [1, 2, 3])
    add(Buffer([10, 20, 30]), into: &b)
    #expect(row() == [11, 22, 33])
  }

  @Test("forgets how its numbers were arranged when its memory is another's")
  func recycled() {
    for turn in 0..<100 {
      let x = Buffer(repeating: 1, count: 16), w = Buffer(repeating: Float(turn), count: 16 * 16)
      let product = matrixProduct(.plain(x), .transposed(w), rows: 1, terms: 16, columns: 16)
      #expect(product.values == Array(repeating: Float(16 * turn), count: 16))
    }
  }

  @Test("keeps arrangements apart that have the same numbers of rows and columns")
  func reinterpreted() {
    // The same 64 weights as kernels of 1 × 1, 2 × 2 and 4 × 4 pixels, computed directly and by scattering.
    var random = SplitMix64(state: 12)
    let numbers = random.floats(64), shared = Buffer(numbers)
    for (kernel, inputs, outputs) in [(1, 16, 4), (2, 4, 4), (4, 1, 4), (1, 32, 2), (2, 16, 1), (4, 4, 1)] {
      let convolution = Convolution(
        batch: 1, height: 4, width: 4, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
        stride: outputs == 4 ? 2 : 1, padding: EdgeWidths(kernel == 1 ? 0 : 1))
      let x = random.buffer(convolution.inputCount),
        dy = random.buffer(convolution.outputCount)
      let own = Buffer(numbers)
      #expect(
        convolution.output(x, shared, bias: nil).values == convolution.output(x, own, bias: nil).values,
        "\(convolution)")
      #expect(
        convolution.inputGradient(dy, shared).values == convolution.inputGradient(dy, own).values,
        "\(convolution)")
    }
  }

  @Test("refuses a negative count")
  func negative() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Buffer(repeating: 0, count: -1)
    }
    stopped(result, saying: "a buffer of -1 floats")
  }

  @Test("refuses an index outside", arguments: [-1, 3])
  func outside(index: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      _ = Buffer([1, 2, 3])[index]
    }
    stopped(result, saying: "float \(index) of a buffer of 3")
  }

  @Test("refuses a row that is too long or too short", arguments: [2, 4])
  func wrongRow(length: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [length] in
      _ = Buffer(rows: 5, of: 3) { _ in Array(repeating: 0, count: length) }
    }
    stopped(result, saying: "a row of \(length) numbers instead of 3")
  }
}
