import Diffusion
import Networks
import Tensors
import Testing

/// The U-Net against Hugging Face diffusers and PyTorch (`Fixtures/README.md`); beside a tolerance stands about what was found.
@Suite("The U-Net of Hugging Face diffusers")
struct DiffusersTests {
  @Test("Diffusers' own test network predicts the same", arguments: [0.0, 10, 500])
  func goldPredictions(timestep: Double) throws {
    let gold = try Recorded("unet_gold")
    let network = UNet(gold.configuration, weights: gold.weights)
    let noise = try gold.images("initial_noise")
    let input = timestep == 0 ? try goldSteps(gold).afterFirst : noise
    let name = timestep == 10 ? "prediction_at_timestep_10_zero_based" : "prediction_\(Int(timestep))"
    let prediction = network(input, timestepIndices: [timestep])
    #expect(largestDifference(prediction, try gold.images(name)) < 1e-5)  // 2e-6
  }

  @Test("Two steps of DDPM end at the image that diffusers publishes")
  func goldImage() throws {
    let gold = try Recorded("unet_gold")
    let x0 = try goldSteps(gold).last
    let image = x0.map { min(max($0 / 2 + 0.5, 0), 1) }
    let recorded = try gold.reference.floats("image_nhwc", shape: [1, 8, 8, 3])
    let difference = largestDifference(image.values, recorded)
    #expect(difference < 1e-5)  // 2e-6
    let published: [Float] = [0.0, 0.9996672, 0.00329116, 1.0, 0.9995991, 1.0, 0.0060907, 0.00115037, 0.0]
    let corner = (5...7).flatMap { row in (5...7).map { image[0, row, $0, 2] } }
    #expect(largestDifference(corner, published) < 1e-5)
  }

  /// The images after each of the two steps, x_0 clipped as the pipeline does.
  private func goldSteps(_ gold: Recorded) throws -> (afterFirst: Tensor, last: Tensor) {
    let network = UNet(gold.configuration, weights: gold.weights)
    let full = try NoiseSchedule.linear()
    // The timesteps 500 and 0, counted from 0.
    let respaced = try NoiseSchedule(betas: [1 - full.alphaBar(1), 1 - full.alphaBar(501) / full.alphaBar(1)])
    func posterior(_ x: Tensor, step: Step, timestep: Double) -> Gaussian<Tensor> {
      let x0 = step.x0(from: x, noise: network(x, timestepIndices: [timestep])).map { min(max($0, -1), 1) }
      return step.posterior(of: x0, given: x)
    }
    let noise = try gold.images("initial_noise")
    let first = posterior(noise, step: respaced[2], timestep: 500).draw(try gold.images("step_noise"))
    return (first, posterior(first, step: respaced[1], timestep: 0).mean)
  }

  @Test("A prediction and every gradient of its loss are PyTorch's")
  func tinyGradients() throws {
    let tiny = try Recorded("unet_tiny")
    let batch = try Batch(tiny, 0)
    let network = UNet(tiny.configuration, weights: tiny.weights)
    let prediction = network(batch.noisy, timestepIndices: batch.timesteps)
    #expect(largestDifference(prediction, try tiny.images("prediction")) < 1e-5)  // 2e-6

    let (loss, gradients) = batch.lossAndGradients(tiny.configuration, tiny.weights)
    #expect(abs(loss - 0.8974789) < 1e-6)
    #expect(gradients.count == 182)
    for (name, gradient) in zip(gradients.names, gradients.tensors) {
      let recorded = try tiny.reference.floats("gradient/\(name)", shape: gradient.shape)
      let difference = largestDifference(gradient.values, recorded)
      if name.hasSuffix("to_k.bias") {
        // Softmax does not see what all keys have in common: the true gradient is 0, and rounding is all there is.
        #expect(difference < 1e-6, "\(name)")
      } else {
        let largest = recorded.map(\.magnitude).max() ?? 0
        #expect(difference < 1e-4 * largest, "\(name)")  // 1e-5 of it
      }
    }
  }

  @Test("Five steps of Adam have PyTorch's losses and end at its weights")
  func tinyTraining() throws {
    let tiny = try Recorded("unet_tiny")
    var weights = tiny.weights
    var adam = Adam(for: weights)
    let recorded = try tiny.reference.floats("losses", shape: [5])
    for step in 0..<5 {
      let (loss, gradients) = try Batch(tiny, step).lossAndGradients(tiny.configuration, weights)
      #expect(abs(loss - Double(recorded[step])) < 1e-5)
      adam.step(&weights, gradients: gradients, learningRate: 1e-3)
    }
    for (name, weight) in zip(weights.names, weights.tensors) {
      let recorded = try tiny.reference.floats("after_five_steps/\(name)", shape: weight.shape)
      let difference = largestDifference(weight.values, recorded)
      #expect(difference < 3e-4, "\(name)")  // 1e-4; five steps of Adam are 5e-3 long
    }
  }
}

/// A recorded training batch.
private struct Batch {
  let noisy: Tensor
  let noise: Tensor
  let timesteps: [Double]

  init(_ recorded: Recorded, _ index: Int) throws {
    let schedule = try NoiseSchedule.linear()
    let x0 = try recorded.images("x0", at: index)
    let noise = try recorded.images("noise", at: index)
    let timesteps = try recorded.reference.integers("timestep_zero_based", shape: [5, 4])[
      4 * index..<4 * index + 4]
    self.noise = noise
    self.timesteps = timesteps.map(Double.init)
    noisy = Tensor(
      rowsOf: timesteps.enumerated().map { row, timestep in
        schedule[Int(timestep) + 1].marginal(of: x0.rows(row..<row + 1)).draw(noise.rows(row..<row + 1))
      })
  }

  /// The mean squared error over all elements, and its gradients.
  func lossAndGradients(_ configuration: UNetConfiguration, _ weights: Weights) -> (
    loss: Double, gradients: Weights
  ) {
    UNet.lossAndGradients(configuration, weights: weights, batchSize: timesteps.count) { network, samples in
      network(noisy.rows(samples), timestepIndices: Array(timesteps[samples]))
        .squaredDistance(to: noise.rows(samples), times: 1 / Double(noise.count))
    }
  }
}
