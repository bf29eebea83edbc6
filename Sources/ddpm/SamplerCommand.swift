import Console
import Datasets
import Denoisers
import Diffusion
import Files
import Formats
import Foundation
import Models
import Notebook
import Tensors

/// Images sampled from a trained model.
struct SamplerCommand {
  let options: Sample

  private var modelFolder: String { options.model }
  private var outFolder: String { options.out ?? "out/samples" }

  /// Does what is asked for.
  func run() throws {
    let model = try DiffusionModel.read(folder: modelFolder)
    try requireSteps(options.steps, of: model)
    let xT = try options.initialNoise.map { try initialNoise(in: $0, for: model) }
    if xT == nil { try requireSize(of: model) }
    let first = options.first ?? 0
    let pictures = first..<first + (xT?.rowCount ?? options.count ?? 64)
    try requireMemory(pictures.count, from: xT, of: model)
    // Before the sampling, which takes a while.
    let inputs = model.files(in: modelFolder).map(\.path) + (options.initialNoise.map { [$0] } ?? [])
    for name in names(of: pictures, drawnBy: model) {
      try requireWritable("\(outFolder)/\(name)")
      try requireApart("\(outFolder)/\(name)", from: inputs)
    }
    let mark = OwnMark.safetensors("\(outFolder)/samples.safetensors", tensors: ["samples"])
    try mark.require(before: names(of: pictures, drawnBy: model).map { "\(outFolder)/\($0)" })
    let claim = try FolderClaim(outFolder)
    defer { withExtendedLifetime(claim) {} }

    let sampler = NumberedSampler(
      model, stepCount: options.steps, variance: options.variance, clipsX0: options.clip,
      seed: options.common.seed)
    let bar = ProgressBar("sampling", of: pictures.count * sampler.steps.count, unit: "steps")
    let samples = sampler.samples(
      of: pictures, from: xT, batchSize: options.batchSize ?? 64, progress: { bar.advance(by: $0) })
    bar.clear()
    try requireFinite(samples, of: pictures)
    try claim.requireInPlace()
    try write(samples, of: pictures)
    noteOthers(than: model.configuration.inChannels == 1 ? pictures : 0..<0)
    emit("\(description(of: sampler, for: model, pictures: pictures)): \(outFolder)")
  }

  /// What was done, in a line.
  private func description(
    of sampler: NumberedSampler, for model: DiffusionModel, pictures: Range<Int>
  ) -> String {
    let count = pictures.count
    let which = pictures.lowerBound == 0 ? "" : " from number \(pictures.lowerBound) on"
    let steps = "\(sampler.steps.count) of \(model.schedule.stepCount) steps"
    let clipping = sampler.x0Range.map { "x_0 clipped to ±\($0.text(2))" } ?? "x_0 not clipped"
    return
      "\(count) \(count == 1 ? "picture" : "pictures")\(which) in \(steps), variance \(sampler.variance.rawValue), "
      + "\(clipping), seed \(options.common.seed)"
  }
}

// MARK: - What can be wrong

extension SamplerCommand {
  /// Refuses a model that doesn't say how large its pictures are.
  private func requireSize(of model: DiffusionModel) throws(FileFailure) {
    guard model.configuration.sampleSize == nil else { return }
    throw FileFailure(
      file: "\(modelFolder)/unet/config.json", at: .whole,
      expected: "a sample_size, or --initial-noise of one", found: "none")
  }

  /// Refuses pictures that the memory cannot hold.
  private func requireMemory(
    _ count: Int, from xT: Tensor?, of model: DiffusionModel
  ) throws(FileFailure) {
    let size = model.configuration.sampleSize ?? 0
    let shape = xT.map(\.shape) ?? [count, size, size]
    try MemoryNeed(
      drawing: count, batchSize: options.batchSize ?? 64, height: shape[1], width: shape[2],
      with: model.configuration
    ).require(in: "\(modelFolder)/unet/config.json")
  }

  /// What the pictures begin with, from a file: [B, H, W, C].
  private func initialNoise(in path: String, for model: DiffusionModel) throws(FileFailure) -> Tensor {
    let file = try Safetensors.read(path)
    let entry = try file.entry("initial_noise")
    let (channels, multiple) = (model.configuration.inChannels, model.configuration.sizeMultiple)
    let size = model.configuration.sampleSize
    let counts = 1...Sample.mostPictures
    guard entry.shape.count == 4, counts.contains(entry.shape[0]), entry.shape[1] == channels,
      entry.shape[2...].allSatisfy({ size.map([$0].contains) ?? ($0 > 0 && $0 % multiple == 0) })
    else {
      let sizes = size.map { "\($0), \($0)]" } ?? "H, W], H and W multiples of \(multiple)"
      throw file.failure(
        entry, expected: "of a shape [1…\(counts.upperBound), \(channels), \(sizes)", found: "\(entry.shape)")
    }
    let noise = Tensor(try file.floats("initial_noise"), shape: entry.shape)
    guard noise.isFinite else {
      throw file.failure(entry, expected: "of finite numbers", found: "one that is not")
    }
    return noise.channelsLast()
  }

  /// Refuses pictures that are none.
  private func requireFinite(_ samples: Tensor, of pictures: Range<Int>) throws(FileFailure) {
    if let row = (0..<samples.rowCount).first(where: { !samples.rows($0..<$0 + 1).isFinite }) {
      throw FileFailure(
        file: modelFolder, at: .whole, expected: "a model whose samples are finite",
        found: "picture \(pictures.lowerBound + row), which is not")
    }
  }
}

// MARK: - What is written

extension SamplerCommand {
  private func name(_ picture: Int) -> String {
    let digits = "\(picture)"
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".pgm"
  }

  /// The files to write; pictures of several channels are not gray.
  private func names(of pictures: Range<Int>, drawnBy model: DiffusionModel) -> [String] {
    (model.configuration.inChannels == 1 ? pictures.map(name) + ["sheet.pgm"] : [])
      + ["samples.safetensors"]
  }

  /// Says which pictures in the folder another run has left.
  private func noteOthers(than pictures: Range<Int>) {
    let names = Set((0..<Sample.mostPictures).filter { !pictures.contains($0) }.map(name))
    let found = (try? FileManager.default.contentsOfDirectory(atPath: outFolder)) ?? []
    let others = found.filter(names.contains).sorted()
    guard let first = others.first, let last = others.last else { return }
    let they =
      others.count == 1
      ? "1 picture of another run is still there, \(first)"
      : "\(others.count) pictures of another run are still there, \(first) to \(last)"
    note("\(outFolder): \(they); samples.safetensors and sheet.pgm hold this run's alone")
  }

  /// Writes the samples and, of gray ones, the pictures and a sheet of them all.
  private func write(_ samples: Tensor, of pictures: Range<Int>) throws(FileFailure) {
    let numbers = samples.channelsFirst()
    let file = Safetensors([.init("samples", shape: numbers.shape, floats: numbers.values)])
    var files = [(path: "\(outFolder)/samples.safetensors", bytes: file.bytes)]
    if samples.shape[3] == 1 {
      let images = samples.images
      let columns = Int(Double(images.count).squareRoot().rounded(.up))
      files += zip(pictures, images).map { (path: "\(outFolder)/\(name($0))", bytes: $1.pgm.bytes) }
      files.append(
        (path: "\(outFolder)/sheet.pgm", bytes: contactSheet(images, columns: columns, gap: 2).pgm.bytes))
    } else {
      note("\(samples.shape[3]) channels: no PGM pictures, which are gray; samples.safetensors has all")
    }
    try writeTogether(files)
  }
}
