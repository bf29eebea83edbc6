import Datasets
import Deterministic
import Diffusion
import Networks
import Samples
import Testing
import Training

@Suite("What is looked at before the first step")
struct PreflightTests {
  private let settings = TrainingSettings(batchSize: 128, learningRate: LearningRate(1e-3))

  /// Pictures of 2 × 2 whose values run evenly over a range.
  private func pixels(from low: Double, to high: Double) -> Computed {
    Computed(rowShape: [2, 2, 1]) { position in
      (0..<4).map { low + (high - low) * Double((4 * position + $0) % 256) / 255 }
    }
  }

  private func preflight(
    _ data: some TrainingData, schedule: NoiseSchedule = linear, stepCount: Int = 500,
    expecting range: DataRange = .pixels
  ) -> Preflight {
    Preflight(data: data, schedule: schedule, settings: settings, stepCount: stepCount, expecting: range)
  }

  @Test("finds nothing wrong with good data")
  func good() {
    #expect(preflight(pixels(from: -1, to: 1)).findings == [])
    #expect(preflight(FreshDigits(DrawnDigits(seed: 1))).findings == [])
    #expect(preflight(gaussian(1), expecting: .standardized).findings == [])
    for distribution in ToyDistribution.allCases {
      let points = ToyPoints(distribution, random: RandomNumbers(seed: 2)[.data])
      #expect(preflight(points, expecting: .standardized).findings == [], "\(distribution)")
    }
  }

  @Test("says in what scale pixels are that are not in −1…1")
  func scales() {
    #expect(
      preflight(pixels(from: 0, to: 1)).findings == [.otherScale(.zeroToOne, smallest: 0, largest: 1)])
    #expect(
      preflight(pixels(from: -0.5, to: 0.5)).findings
        == [.otherScale(.halfAroundZero, smallest: -0.5, largest: 0.5)])
    #expect(
      preflight(pixels(from: 0, to: 255)).findings == [.otherScale(.levels, smallest: 0, largest: 255)])
    #expect(
      preflight(pixels(from: -1.5, to: 1)).findings == [.outsideRange(smallest: -1.5, largest: 1)])
    #expect(
      preflight(pixels(from: -1, to: 1.25)).findings == [.outsideRange(smallest: -1, largest: 1.25)])
    #expect(preflight(pixels(from: -1, to: -1)).findings == [.constant(-1)])
    #expect(
      preflight(pixels(from: 0, to: 255)).lines.last
        == "wrong: the data lie in 0…255 and look like gray levels 0…255: scale by k/127.5 − 1")
  }

  @Test("finds pixels that use less than a tenth of their range, and thinks them hopeless")
  func narrow() {
    for (low, high, isFound) in [(-1, -0.8, true), (-1, -0.79, false), (0.5, 0.6, true)] {
      // The numbers that the network sees are floats.
      let found = preflight(pixels(from: low, to: high - 1e-6))
      #expect(found.findings.contains { if case .narrowRange = $0 { true } else { false } } == isFound)
      #expect(found.hopeless.isEmpty != isFound)
    }
    #expect(preflight(pixels(from: -1, to: -1)).hopeless == [.constant(-1)])
    #expect(preflight(pixels(from: 0, to: 255)).hopeless.isEmpty)
  }

  @Test("finds fewer images than anything is learned from")
  func few() {
    let images = DrawnDigits(seed: 1)
    for count in [99, 100] {
      let set = ImageSet((0..<count).map(images.image), random: RandomNumbers(seed: 1))
      #expect(preflight(set).hopeless == (count < 100 ? [.fewSamples(99)] : []))
    }
  }

  @Test("reports what is hopeless as a warning only where it is not to stop the training")
  func report() {
    let found = preflight(pixels(from: -1, to: -1))
    #expect(found.report(forced: false).count == 4)
    #expect(found.report(forced: true).last == "warning: the data are -1 everywhere")
    #expect(preflight(pixels(from: 0, to: 1)).report(forced: false).last?.hasPrefix("warning: ") == true)
  }

  @Test("counts the draws of the longest training in a moment")
  func longest() {
    let found = preflight(pixels(from: -1, to: 1), stepCount: 1 << 30)
    #expect(found.timestepCounts.reduce(0, +) == 1 << 22)
    #expect(found.lines[3].contains(" in the first 32768 steps, 4194 on average"))
  }

  @Test("finds standardized data that are not")
  func standardized() {
    for data in [gaussian(1, mean: 0.5), gaussian(2), gaussian(0.5)] {
      let found = preflight(data, expecting: .standardized)
      #expect(
        found.findings
          == [.notStandardized(mean: found.mean, standardDeviation: found.standardDeviation)])
    }
  }

  @Test("finds numbers that are not finite, and measures the others")
  func notFinite() {
    let data = Computed(rowShape: [2]) { position in
      position == 700 ? [.nan, 0.5] : position == 900 ? [-1, .infinity] : [-1, 1]
    }
    let found = preflight(data)
    #expect(found.findings == [.notFinite(samples: 2, firstPosition: 700)])
    #expect(found.smallest == -1 && found.largest == 1)
    #expect(abs(found.mean) < 1e-3 && abs(found.standardDeviation - 1) < 1e-3)
    let nothing = preflight(Computed(rowShape: [1]) { _ in [.nan] })
    #expect(nothing.findings == [.notFinite(samples: 1024, firstPosition: 0)])
  }

  @Test("finds a schedule that leaves something of x_0 at T")
  func signalLeft() throws {
    let short = try NoiseSchedule.linear(stepCount: 100)
    let alphaBar = short.alphaBar(100)
    #expect(
      preflight(pixels(from: -1, to: 1), schedule: short).findings
        == [.signalLeft(alphaBar: alphaBar, stepCount: 100)])
    #expect(alphaBar > 0.3)
    #expect(preflight(pixels(from: -1, to: 1), schedule: try .cosine()).findings == [])
    #expect(preflight(pixels(from: -1, to: 1), schedule: try .demonstration()).findings == [])
  }

  @Test("counts how often each timestep will be drawn")
  func timestepCounts() throws {
    var counts = [Int](repeating: 0, count: 1000)
    for step in 1...70 {
      let batch = Batch(
        pixels(from: -1, to: 1), schedule: linear, random: RandomNumbers(seed: settings.seed), step: step,
        size: settings.batchSize)
      for t in batch.timesteps { counts[t - 1] += 1 }
    }
    let found = preflight(pixels(from: -1, to: 1), stepCount: 70)
    #expect(found.timestepCounts == counts)
    let never = linear.timesteps.filter { counts[$0 - 1] == 0 }
    #expect(found.findings == (never.isEmpty ? [] : [.timestepsNeverDrawn(never, draws: 70 * 128)]))
    let few = preflight(pixels(from: -1, to: 1), stepCount: 5)
    guard case .timestepsNeverDrawn(let timesteps, draws: 640) = few.findings.first else {
      Issue.record("\(few.findings)")
      return
    }
    // Of 1000 timesteps, e^−0.64 is not met by 640 draws: 527, give or take 13.
    #expect((475...580).contains(timesteps.count))
    #expect(few.timestepCounts.reduce(0, +) == 640)
  }

  @Test("finds a batch that is larger than the data")
  func smallData() {
    let images = DrawnDigits(seed: 1)
    let set = ImageSet((0..<100).map(images.image), random: RandomNumbers(seed: 1))
    #expect(preflight(set).findings == [.batchLargerThanData(batchSize: 128, sampleCount: 100)])
  }

  @Test("reports in lines that are the same every time")
  func lines() {
    let found = preflight(pixels(from: -1, to: 1))
    #expect(
      found.lines == [
        "training: 500 steps of 128 samples are 64000, all new",
        "data: the first 1024 samples, each [2, 2, 1], lie in -1…1, mean 0, standard deviation 0.5796",
        "schedule: T = 1000, ᾱ_T = 4.036e-5, √ᾱ_T = 0.006353 of x_0 is left in x_T",
        "timesteps: each is drawn \(found.timestepCounts.min() ?? 0) to \(found.timestepCounts.max() ?? 0) times, "
          + "64 on average",
        "nothing wrong was found",
      ])
  }
}
