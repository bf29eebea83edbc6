import Datasets
import Deterministic
import Diffusion
import Tensors
import Testing
import Training

@Suite("A batch")
struct BatchTests {
  private let random = RandomNumbers(seed: 5)

  @Test("of step n holds the rows that the formulas give one by one", arguments: [1, 2, 700])
  func rowByRow(step: Int) {
    let data = Computed(rowShape: [3, 4, 1]) { position in
      (0..<12).map { place -> Double in
        let level = (position * 31 + place * 7) % 256
        return Double(level) / 127.5 - 1
      }
    }
    let size = 33
    let batch = Batch(data, schedule: linear, random: random, step: step, size: size)
    #expect(batch.x0.shape == [size, 3, 4, 1])
    for sample in 0..<size {
      let row = sample..<sample + 1
      let t = 1 + random[.trainingTimestep].index(below: 1000, step: step, sample: sample)
      let x0 = Tensor(
        data.row((step - 1) * size + sample).map { Float($0) }, shape: [1, 3, 4, 1])
      let noise = Tensor(
        (0..<12).map { Float(random[.trainingNoise].normal(step: step, sample: sample, element: $0)) },
        shape: [1, 3, 4, 1])
      #expect(batch.timesteps[sample] == t)
      #expect(batch.x0.rows(row).bits == x0.bits)
      #expect(batch.noise.rows(row).bits == noise.bits)
      // √ᾱ x_0 + √(1−ᾱ) ε once more in Double: Float rounds two products and a sum of numbers below 8.
      for place in 0..<12 {
        let alphaBar = linear.alphaBar(t)
        let exact =
          alphaBar.squareRoot() * Double(x0.values[place])
          + (1 - alphaBar).squareRoot() * Double(noise.values[place])
        #expect(abs(Double(batch.noisy.rows(row).values[place]) - exact) < 2e-6)
      }
      #expect(batch.noisy.rows(row).bits == linear[t].marginal(of: x0).draw(noise).bits)
    }
  }

  @Test("has the same first samples whatever its size, for the same data")
  func anySize() {
    // The first step begins at position 0 whatever the size.
    let data = ToyPoints(.moons, random: random[.data])
    let large = Batch(data, schedule: linear, random: random, step: 1, size: 64)
    for size in [1, 2, 17] {
      let small = Batch(data, schedule: linear, random: random, step: 1, size: size)
      #expect(small.timesteps == Array(large.timesteps[0..<size]))
      #expect(small.x0.bits == large.x0.rows(0..<size).bits)
      #expect(small.noise.bits == large.noise.rows(0..<size).bits)
      #expect(small.noisy.bits == large.noisy.rows(0..<size).bits)
    }
  }

  @Test("draws every timestep from 1 to T, no other one, and none more often than the next")
  func uniformTimesteps() throws {
    let schedule = try NoiseSchedule.linear(stepCount: 50)
    let data = gaussian(1)
    var counts = [Int](repeating: 0, count: 52)
    let steps = 100, size = 500
    for step in 1...steps {
      for t in Batch(data, schedule: schedule, random: random, step: step, size: size).timesteps {
        counts[t] += 1
      }
    }
    #expect(counts[0] == 0 && counts[51] == 0)
    #expect(counts[1] > 0 && counts[50] > 0)
    let expected = Double(steps * size) / 50
    let chiSquare = counts[1...50].reduce(0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // Of 49 degrees of freedom: mean 49, standard deviation √98; four of them either way.
    #expect(abs(chiSquare - 49) < 4 * 98.0.squareRoot(), "\(chiSquare)")
  }

  @Test("shows each step other data, timesteps and noise")
  func steps() {
    let data = ToyPoints(.spiral, random: random[.data])
    let first = Batch(data, schedule: linear, random: random, step: 1, size: 8)
    let second = Batch(data, schedule: linear, random: random, step: 2, size: 8)
    #expect(Set(first.x0.bits).isDisjoint(with: second.x0.bits))
    #expect(Set(first.noise.bits).isDisjoint(with: second.noise.bits))
    #expect(first.timesteps != second.timesteps)
    #expect(second.x0.bits == data.rows(8..<16).bits)
  }
}
