import Denoisers
import Deterministic
import Diffusion
import Networks
import Samples
import Tensors

/// The network of chapter 5's trainer, as its `config.json` has it; `bind` refuses another.
private let configuration = UNetConfiguration.ddpm(
  sampleSize: 28, channels: 1, blockOutChannels: [16, 32, 64], layersPerBlock: 1, attentionStages: [2],
  groups: 8)

#if hasFeature(Embedded)
/// The one network, the walk that is under way, and what was last handed out.
nonisolated(unsafe) private var room: UnsafeMutableBufferPointer<Float> = .allocate(capacity: 1)
nonisolated(unsafe) private var network: UNet?
nonisolated(unsafe) private var walk: TrajectoryIterator<Int, Tensor>?
nonisolated(unsafe) private var moment: Moment<Int, Tensor>?
nonisolated(unsafe) private var bytes: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 28 * 28)

private func address(_ pointer: UnsafeMutableRawPointer?) -> UInt32 { UInt32(UInt(bitPattern: pointer)) }

/// Where the weights go, one tensor after the other in the network's order.
@_expose(wasm, "roomForWeights") @_cdecl("roomForWeights")
func roomForWeights() -> UInt32 {
  room.deallocate()
  room = .allocate(capacity: UNet.parameterCount(configuration))
  return address(room.baseAddress)
}

/// Puts the network together.
@_expose(wasm, "build") @_cdecl("build")
func build() {
  var pairs: [(name: String, tensor: Tensor)] = []
  var next = 0
  for (name, shape) in UNet.weightShapes(configuration) {
    let count = shape.reduce(1, *)
    pairs.append((name: name, tensor: Tensor(Array(room[next..<next + count]), shape: shape)))
    next += count
  }
  network = UNet(configuration, weights: Weights(pairs))
}

/// Begins the walk of chapter 6's picture `number` in so many steps, with σ² = β̃ and x̂_0 clipped.
@_expose(wasm, "begin") @_cdecl("begin")
func begin(_ number: Int32, _ stepCount: Int32) {
  guard let network, let schedule = try? NoiseSchedule.linear() else { return }
  let sampler = NumberedSampler(
    network, rowShape: [28, 28, 1], steps: schedule.respaced(to: Int(stepCount)), variance: .betaTilde,
    clippingX0To: 1, random: RandomNumbers(seed: 2020))
  walk = sampler.trajectory(of: [Int(number)]).makeIterator()
}

/// Goes on to the next moment, and gives its timestep; −1 after t = 0.
@_expose(wasm, "advance") @_cdecl("advance")
func advance() -> Int32 {
  moment = walk?.next()
  return moment.map { Int32($0.timestep) } ?? -1
}

private func give(_ tensor: Tensor?) -> UInt32 {
  if let tensor { _ = bytes.update(from: tensor.image(0).levels) }
  return address(bytes.baseAddress)
}

/// The levels of x_t.
@_expose(wasm, "sampleLevels") @_cdecl("sampleLevels")
func sampleLevels() -> UInt32 { give(moment?.sample) }

/// The levels of x̂_0.
@_expose(wasm, "guessLevels") @_cdecl("guessLevels")
func guessLevels() -> UInt32 { give(moment?.predictedX0) }
#endif
