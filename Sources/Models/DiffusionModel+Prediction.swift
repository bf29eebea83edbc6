import Files
import Formats
import Networks
import Tensors

// Predictions in files, for whoever wants to compare them with those of another program. There, and so here, images are
// [N, C, H, W] and timesteps count from 0.

extension DiffusionModel {
  /// The most images that are worked on at once, so that memory doesn't grow with their number.
  private static let largestBatch = 64

  /// Predicts the noise of the images in a file.
  ///
  /// - Parameters:
  ///   - input: A safetensors file with `sample`, [N, C, H, W] of the type F32, F16 or BF16, H and W multiples of the
  ///     network's `sizeMultiple`, and `timestep`, [N] of the type I64, each from 0 to T − 1. Other tensors are let be.
  ///   - output: The safetensors file that gets `prediction`, [N, C, H, W] of the type F32; missing folders are made.
  /// - Throws: A failure that names the file and the tensor; a file that was there before is then untouched.
  package func predict(input: String, output: String) throws(FileFailure) {
    try requireWritable(output)
    let request = try Safetensors.read(input)
    let sample = try request.entry("sample")
    let multiple = configuration.sizeMultiple
    guard sample.shape.count == 4, sample.shape[1] == configuration.inChannels,
      sample.shape[2...].allSatisfy({ $0 > 0 && $0 % multiple == 0 })
    else {
      throw request.failure(
        sample,
        expected: "of a shape [N, \(configuration.inChannels), H, W], H and W multiples of \(multiple)",
        found: "\(sample.shape)")
    }
    try MemoryNeed(
      drawing: sample.shape[0], batchSize: Self.largestBatch, height: sample.shape[2], width: sample.shape[3],
      with: configuration
    ).require(in: input)
    let images = try request.floats("sample")
    let timesteps = try timesteps(of: request, count: sample.shape[0])
    guard images.allSatisfy(\.isFinite) else {
      throw request.failure(sample, expected: "of finite numbers", found: "one that is not")
    }
    let prediction = prediction(of: images, imageShape: Array(sample.shape[1...]), timesteps: timesteps)
    guard prediction.allSatisfy(\.isFinite) else {
      throw request.failure(
        sample, expected: "for which the model predicts finite numbers", found: "one for which it does not")
    }
    let result = Safetensors.Tensor("prediction", shape: sample.shape, floats: prediction)
    try Safetensors([result]).write(to: output)
  }

  /// The timesteps of a file, counted from 0.
  private func timesteps(of request: Safetensors, count: Int) throws(FileFailure) -> [Double] {
    let timesteps = try request.integers("timestep", shape: [count])
    let known = 0..<Int64(schedule.stepCount)
    if let place = timesteps.firstIndex(where: { !known.contains($0) }) {
      throw request.failure(
        try request.entry("timestep"), expected: "within 0…\(known.upperBound - 1)",
        found: "\(timesteps[place]) for image \(place)")
    }
    return timesteps.map { Double($0) }
  }

  /// The network's predictions, the last dimension running fastest; images and predictions are [C, H, W].
  private func prediction(of images: [Float], imageShape: [Int], timesteps: [Double]) -> [Float] {
    var prediction: [Float] = []
    prediction.reserveCapacity(images.count)
    for first in stride(from: 0, to: timesteps.count, by: Self.largestBatch) {
      let batch = first..<min(timesteps.count, first + Self.largestBatch)
      let length = images.count / timesteps.count
      let numbers = Array(images[batch.lowerBound * length..<batch.upperBound * length])
      let x = Tensor(numbers, shape: [batch.count] + imageShape).channelsLast()
      let times = Array(timesteps[batch])
      let noise = Tensor.inPieces(batchSize: batch.count, samplesPerPiece: UNet.largestForwardPiece) { rows in
        network(x.rows(rows), timestepIndices: Array(times[rows]))
      }
      prediction += noise.channelsFirst().values
    }
    return prediction
  }
}
