// Prints hashes of what the formulas compute, of what the kernels compute, and of a network's weights after ten training
// steps. They must be the same numbers for every machine, build and number of threads: `Tools/same-bits.sh` compares them.
//
//     same-bits [threads …]
import Deterministic
import Diffusion
import Kernels
import Networks
import SameBits
import Tensors
import Threads
import Worked

/// A U-Net with everything in it: Winograd's convolution, strides, attention, dropout, a shortcut, a second level.
let configuration = {
  var configuration = UNetConfiguration()
  configuration.sampleSize = 12
  configuration.inChannels = 1
  configuration.outChannels = 1
  configuration.layersPerBlock = 1
  configuration.blockOutChannels = [16, 32]
  configuration.downBlockTypes = [.plain, .withAttention]
  configuration.upBlockTypes = [.withAttention, .plain]
  configuration.normNumGroups = 8
  configuration.dropout = 0.1
  return configuration
}()

/// The hash of the weights, their average and the losses after ten steps on a batch of twelve images.
func trainingHash() throws -> UInt64 {
  let random = RandomNumbers(seed: 2020)
  let schedule = try NoiseSchedule.linear()
  let batchSize = 12, pixels = 144
  var weights = UNet.initialWeights(configuration, seed: 1)
  var adam = Adam(for: weights), average = MovingAverage(weights)
  var hash = Hash()
  for step in 1...10 {
    let loss = UNet.lossAndGradients(configuration, weights: weights, batchSize: batchSize) {
      network, samples in
      // Bright discs whose sizes and timesteps follow from the sample's number.
      let timesteps = samples.map { (37 * step + 83 * $0) % schedule.stepCount + 1 }
      let noise = Tensor.normal(random[.jump], step: step, samples: samples, rowShape: [12, 12, 1])
      let noisy = zip(samples, timesteps).map { sample, t in
        let disc = Tensor(
          (0..<pixels).map { place in
            let (y, x) = (Float(place / 12) - 5.5, Float(place % 12) - 5.5)
            return x * x + y * y < Float(2 * sample + 4) ? 1 : -1
          }, shape: [1, 12, 12, 1])
        let row = sample - samples.lowerBound
        return schedule[t].marginal(of: disc).draw(noise.rows(row..<row + 1))
      }
      let predicted = network(
        Tensor(rowsOf: noisy), timestepIndices: timesteps.map { Double($0 - 1) },
        dropout: DropoutContext(random: random, step: step, samples: samples))
      return predicted.squaredDistance(to: noise, times: 1 / Double(batchSize * pixels))
    }
    let factor = loss.gradients.clippingFactor(norm: 1).factor
    adam.step(&weights, gradients: loss.gradients, gradientScale: factor, learningRate: 1e-3)
    average.update(with: weights)
    hash.add(loss.loss)
  }
  for tensor in weights.tensors + average.weights.tensors {
    for number in tensor.values { hash.add(UInt64(number.bitPattern)) }
  }
  return hash.value
}

/// A hash as sixteen digits.
func spelled(_ hash: UInt64) -> String {
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

var formulas = Hash()
for index in 0..<workedCount { formulas.add(worked(index).bitPattern) }
print("formulas", spelled(formulas.value))
for argument in CommandLine.arguments.dropFirst() {
  guard let threads = Int(argument), threads >= 1 else {
    fatalError("\(argument) is not a number of threads")
  }
  threadCount = threads
  print("kernels", spelled(kernelHash()))
  print("training", spelled(try trainingHash()))
}
