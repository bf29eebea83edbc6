import Foundation
import Kernels
import Networks
import Tensors
import Threads

// The engine's side of the comparison, with the protocol of peer.py: reads one command a line, answers one line.
//
//   train S 128     seconds for one training step of network S with 128 images
//   forward M 1     seconds for one prediction of network M for one image
//   peak            bytes of memory this process has held at most
//   about           what this is, in one line

/// The DDPM family's U-Net, at the two sizes of peer.py.
func configuration(_ name: String) -> UNetConfiguration? {
  let known: [String: (channels: [Int], layers: Int, parameters: Int)] = [
    "S": ([16, 32, 64], 1, 686_769), "M": ([32, 64, 64], 2, 1_623_169),
  ]
  guard let size = known[name] else { return nil }
  let configuration = UNetConfiguration.ddpm(
    sampleSize: 28, channels: 1, blockOutChannels: size.channels, layersPerBlock: size.layers,
    attentionStages: [2], groups: 8)
  let found = UNet.parameterCount(configuration)
  guard found == size.parameters else {
    fatalError("network \(name) has \(found) parameters, not \(size.parameters)")
  }
  return configuration
}

/// A work as a function of nothing; nil where there is no such work.
func prepare(_ line: String) -> (() -> Void)? {
  let words = line.split(separator: " ").map(String.init)
  guard words.count == 3, let configuration = configuration(words[1]), let batch = Int(words[2]), batch > 0
  else { return nil }
  switch words[0] {
  case "train":
    let training = Training(configuration, batchSize: batch)
    return { training.step() }
  case "forward":
    let network = UNet(configuration, weights: UNet.initialWeights(configuration, seed: 1))
    let drawn = Batch(number: 0, size: batch)
    return {
      _ = Tensor.inPieces(batchSize: batch) {
        network(drawn.x0.rows($0), timestepIndices: drawn.timesteps(of: $0))
      }
    }
  default: return nil
  }
}

/// The most memory that this process has held.
func peakMemory() -> Int {
  #if canImport(Darwin)
  var usage = rusage()
  getrusage(RUSAGE_SELF, &usage)
  return usage.ru_maxrss
  #else
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let words = status.split(whereSeparator: \.isWhitespace)
  guard let place = words.firstIndex(of: "VmHWM:"), let kilobytes = Int(words[place + 1]) else {
    fatalError("the system does not say what this process has held")
  }
  return 1024 * kilobytes
  #endif
}

var works: [String: () -> Void] = [:]
while let line = readLine() {
  switch line {
  case "peak": print(peakMemory())
  case "about": print("Diffusion by Hand, Swift alone, \(threadCount) threads, fp32")
  default:
    if works[line] == nil { works[line] = prepare(line) }
    if let work = works[line] {
      let elapsed = ContinuousClock().measure(work).components
      print(Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds))
    } else {
      print("error: no such work")
    }
  }
  fflush(nil)
}
