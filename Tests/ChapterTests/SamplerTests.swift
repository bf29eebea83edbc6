import Datasets
import Denoisers
import Deterministic
import Diffusion
import Files
import Formats
import Foundation
import Models
import Samples
import Tensors
import TestSupport
import Testing

/// The program of chapter 6 as a tool, on a model that nobody trained.
@Suite("The sampler of chapter 6")
struct SamplerTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try untrainedModel().write(to: scratch("model"))
  }

  private func expectSamples(
    in folder: String, _ expected: Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (shape, values) = try scratch.samples(in: folder)
    let numbers = expected.channelsFirst()
    #expect(shape == numbers.shape, sourceLocation: sourceLocation)
    let isEqual = values.map(\.bitPattern) == numbers.values.map(\.bitPattern)
    #expect(isEqual, sourceLocation: sourceLocation)
  }

  @Test("writes each picture, a sheet of them and the samples, and says what it did")
  func everything() throws {
    let ended = try scratch.sample(["--count", "5", "--out", "deep/pictures"])
    #expect(ended.status == 0)
    #expect(
      ended.output
        == "5 pictures in 12 of 12 steps, variance beta-tilde, x_0 clipped to ±1, seed 2020: deep/pictures\n")
    #expect(ended.error.isEmpty)
    let names = (0..<5).map { "000\($0).pgm" } + ["samples.safetensors", "sheet.pgm"]
    #expect(try files(in: scratch("deep/pictures")).keys.sorted() == names)
    try expectSamples(in: "deep/pictures", NumberedSampler(untrainedModel(), seed: 2020).samples(of: 0..<5))

    let values = try scratch.samples(in: "deep/pictures").values
    let sheet = try PGM.read(scratch("deep/pictures/sheet.pgm"))
    #expect(sheet.width == 3 * 8 + 2 * 2 && sheet.height == 2 * 8 + 2)
    for picture in 0..<5 {
      let pgm = try PGM.read(scratch("deep/pictures/\(names[picture])"))
      let pixels = values[64 * picture..<64 * (picture + 1)].map { Double($0) }
      #expect(pgm == Image(height: 8, width: 8, pixels: pixels).pgm)
      for y in 0..<8 {
        let start = (picture / 3 * 10 + y) * sheet.width + picture % 3 * 10
        #expect(sheet.levels[start..<start + 8] == pgm.levels[8 * y..<8 * (y + 1)])
      }
    }
  }

  @Test("draws 64 pictures into out/samples where nothing else is said, and over what is there")
  func defaults() throws {
    for _ in 0..<2 {
      let ended = try scratch.sample([])
      #expect(ended.status == 0, "\(ended.error)")
      #expect(ended.output.hasPrefix("64 pictures in 12 of 12 steps, "))
      #expect(ended.output.hasSuffix(": out/samples\n"))
      #expect(try files(in: scratch("out/samples")).count == 66)
    }
    #expect(try scratch.contents.filter { !$0.hasPrefix("model") }.count == 68)
  }

  @Test("draws the same picture 17 byte for byte, whatever the count, the batches and the threads")
  func seventeen() throws {
    _ = try scratch.sample(["--count", "18", "--out", "a", "--batch-size", "18", "--threads", "1"])
    _ = try scratch.sample(["--count", "25", "--out", "b", "--batch-size", "4", "--threads", "2"])
    _ = try scratch.sample(["--count", "18", "--out", "c", "--batch-size", "65536", "--threads", "3"])
    let (a, b, c) = (try files(in: scratch("a")), try files(in: scratch("b")), try files(in: scratch("c")))
    for picture in 10..<18 { #expect(a["00\(picture).pgm"] == b["00\(picture).pgm"]) }
    #expect(a["0017.pgm"] != a["0016.pgm"])
    let isEqual = a == c
    #expect(isEqual)
    #expect(try scratch.samples(in: "a").values == Array(scratch.samples(in: "b").values.prefix(18 * 64)))
  }

  @Test("draws in two runs, on whatever machines, the pictures that one run draws")
  func parts() throws {
    _ = try scratch.sample(["--count", "5", "--out", "whole"])
    _ = try scratch.sample(["--count", "3", "--out", "a", "--threads", "1"])
    let rest = try scratch.sample(["--first", "3", "--count", "2", "--out", "b", "--threads", "3"])
    #expect(rest.output.hasPrefix("2 pictures from number 3 on in 12 of 12 steps, "))
    let (whole, a, b) = (
      try files(in: scratch("whole")), try files(in: scratch("a")), try files(in: scratch("b"))
    )
    #expect(b.keys.sorted() == ["0003.pgm", "0004.pgm", "samples.safetensors", "sheet.pgm"])
    for picture in 0..<5 {
      let name = "000\(picture).pgm"
      #expect(whole[name] == (picture < 3 ? a : b)[name])
    }
    #expect(
      try scratch.samples(in: "whole").values
        == scratch.samples(in: "a").values + scratch.samples(in: "b").values)
  }

  @Test("says which pictures in the folder are not of this run")
  func earlierPictures() throws {
    _ = try scratch.sample(["--count", "3", "--out", "new"])
    try writeWhole("mine", to: scratch("new/notes.pgm"))
    let rest = "; samples.safetensors and sheet.pgm hold this run's alone"
    let two = try scratch.sample(["--count", "2", "--out", "new"])
    #expect(two.onlyErrorLine() == "new: 1 picture of another run is still there, 0002.pgm\(rest)")
    let one = try scratch.sample(["--count", "1", "--out", "new"])
    #expect(
      one.onlyErrorLine() == "new: 2 pictures of another run are still there, 0001.pgm to 0002.pgm\(rest)")
    #expect(one.output.hasPrefix("1 picture in 12 of 12 steps, "))
    #expect(one.status == 0 && two.status == 0)
    #expect(try files(in: scratch("new")).count == 6)
  }

  @Test(
    "does as it is told, and else as the model's folder says",
    arguments: [
      (["--variance", "beta"], ReverseVariance.beta, 1, nil, 2020),
      (["--variance=beta-tilde"], .betaTilde, 1, nil, 2020), (["--no-clip"], .betaTilde, nil, nil, 2020),
      (["--steps", "5", "--seed", "7"], .betaTilde, 1, 5, 7), (["--steps", "12"], .betaTilde, 1, nil, 2020),
      (["--model", "other"], .beta, nil, nil, 2020),
      (["--model", "other", "--clip"], .beta, 0.25, nil, 2020),
      (["--model", "other", "--variance", "beta-tilde"], .betaTilde, nil, nil, 2020),
    ] as [([String], ReverseVariance, Double?, Int?, UInt64)])
  func options(
    arguments: [String], variance: ReverseVariance, range: Double?, stepCount: Int?, seed: UInt64
  ) throws {
    var scheduler = SchedulerConfiguration.linear(to: 0.5, stepCount: 12)
    (scheduler.variance, scheduler.clipSample, scheduler.clipSampleRange) = (.beta, false, 0.25)
    let other = untrainedModel(scheduler: scheduler)
    try other.write(to: scratch("other"))
    let isOther = arguments.contains("other")
    let ended = try run(
      ddpm: ["sample"] + (isOther ? [] : ["--model", "model"]) + arguments + [
        "--count", "2", "--out", "new",
      ],
      in: scratch.path)
    #expect(ended.status == 0, "\(ended.error)")
    #expect(
      ended.output == "2 pictures in \(stepCount ?? 12) of 12 steps, variance \(variance.rawValue), "
        + (range.map { "x_0 clipped to ±\($0 == 1 ? "1" : "0.25")" } ?? "x_0 not clipped")
        + ", seed \(seed): new\n")
    let sampler = NumberedSampler(
      isOther ? other : untrainedModel(), stepCount: stepCount, variance: variance, clipsX0: range != nil,
      seed: seed)
    #expect(sampler.x0Range == range)
    try expectSamples(in: "new", sampler.samples(of: 0..<2))
  }

  @Test(
    "begins with the noise in a file, as many pictures as it has, and keeps the seed's noise in the steps")
  func initialNoise() throws {
    let xT = Tensor.normal(RandomNumbers(seed: 6)[.data], samples: 0..<3, rowShape: [8, 8, 1])
    try Safetensors([.init("initial_noise", shape: [3, 1, 8, 8], floats: xT.values)])
      .write(to: scratch("noise.safetensors"))
    let ended = try scratch.sample([
      "--initial-noise", "noise.safetensors", "--out", "new", "--batch-size", "2",
    ])
    #expect(ended.status == 0, "\(ended.error)")
    #expect(ended.output.hasPrefix("3 pictures in "))
    try expectSamples(in: "new", NumberedSampler(untrainedModel(), seed: 2020).samples(of: 0..<3, from: xT))
  }

  @Test("takes noise of any size that can be halved for a model that names none, which else it refuses")
  func noSize() throws {
    let sizeless = untrainedModel(size: nil)
    try sizeless.write(to: scratch("sizeless"))
    scratch.expectRefused(
      try scratch.sample([], model: "sizeless"),
      "sizeless/unet/config.json: expected a sample_size, or --initial-noise of one, found none")
    let xT = Tensor.normal(RandomNumbers(seed: 6)[.data], samples: 0..<2, rowShape: [4, 6, 1])
    try Safetensors([.init("initial_noise", shape: [2, 1, 4, 6], floats: xT.values)])
      .write(to: scratch("noise.safetensors"))
    let ended = try scratch.sample(
      ["--initial-noise", "noise.safetensors", "--out", "new"], model: "sizeless")
    #expect(ended.status == 0, "\(ended.error)")
    try expectSamples(in: "new", NumberedSampler(sizeless, seed: 2020).samples(of: 0..<2, from: xT))
  }

  @Test("writes of pictures with several channels the samples alone, and says so")
  func colors() throws {
    let colors = untrainedModel(channels: 3)
    try colors.write(to: scratch("colors"))
    let ended = try scratch.sample(["--count", "2", "--out", "new"], model: "colors")
    #expect(ended.status == 0)
    #expect(
      ended.onlyErrorLine() == "3 channels: no PGM pictures, which are gray; samples.safetensors has all")
    #expect(try files(in: scratch("new")).keys.sorted() == ["samples.safetensors"])
    try expectSamples(in: "new", NumberedSampler(colors, seed: 2020).samples(of: 0..<2))
  }
}
