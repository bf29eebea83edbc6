import Denoisers
import Deterministic
import Networks
import Tensors
import Testing
import Threads

@Suite("The divergence of a prediction")
struct DivergenceTests {
  /// ε = x A, whatever the timestep: its divergence is the trace of A.
  private struct Product: NoisePredictor {
    private let matrix: Tensor

    init(_ configuration: Int, from source: WeightSource) {
      matrix = source.weight("matrix", shape: [configuration, configuration], .constant(0))
    }

    init(_ values: [Float], size: Int) { matrix = Tensor(values, shape: [size, size]) }

    func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?) -> Tensor {
      x.matrixProduct(matrix)
    }
  }

  private func network() -> MLP {
    let configuration = MLPConfiguration(inputs: 3, width: 24, depth: 2)
    return MLP(configuration, weights: MLP.initialWeights(configuration, seed: 8))
  }

  private func normals(_ count: Int, seed: UInt64) -> Tensor {
    .normal(RandomNumbers(seed: seed)[.data], samples: 0..<count, rowShape: [3])
  }

  private func unit(_ coordinate: Int, count: Int) -> Tensor {
    Tensor(rows: count, of: [3]) { _ in (0..<3).map { $0 == coordinate ? 1 : 0 } }
  }

  @Test("For unit vectors the products are the diagonal of the Jacobian, as central differences have it")
  func diagonal() {
    let (network, x, h) = (network(), normals(20, seed: 1), 0.02)
    for coordinate in 0..<3 {
      let unit = unit(coordinate, count: 20)
      let (noise, found) = network.noiseAndDivergence(from: x, timestep: 40, probe: unit)
      #expect(isTrue(noise.bits == network.predictedNoise(from: x, timestep: 40).bits))
      let above = network.predictedNoise(from: x + h * unit, timestep: 40).values
      let below = network.predictedNoise(from: x - h * unit, timestep: 40).values
      for row in 0..<20 {
        let place = 3 * row + coordinate
        let difference = Double(above[place] - below[place]) / (2 * h)
        // h² times a third derivative, and a rounding of 1e−7 over h.
        #expect(abs(found[row] - difference) < 5e-4, "row \(row), coordinate \(coordinate)")
      }
    }
  }

  @Test("The mean over all signs is the trace, and a single probe is not")
  func signs() {
    let network = Product([2, 5, -1, 0.5, 3, 4, 7, -2, 1], size: 3)
    let x = normals(2, seed: 2)
    var sum = 0.0
    var all: [Double] = []
    for pattern in 0..<8 {
      let probe = Tensor(rows: 2, of: [3]) { _ in (0..<3).map { pattern >> $0 & 1 == 1 ? 1 : -1 } }
      let found = network.noiseAndDivergence(from: x, timestep: 1, probe: probe).divergence
      #expect(found[0] == found[1])
      sum += found[0]
      all.append(found[0])
    }
    #expect(sum / 8 == 6)
    #expect(!all.contains(6))
  }

  @Test("A row is the same alone and among others, on any number of threads")
  func alone() {
    defer { threadCount = 2 }
    let (network, x, probe) = (network(), normals(40, seed: 3), normals(40, seed: 4))
    let (noise, products) = network.noiseAndDivergence(
      from: x.rows(17..<18), timestep: 3.5, probe: probe.rows(17..<18))
    for threads in [1, 2, 3] {
      threadCount = threads
      let (all, found) = network.noiseAndDivergence(from: x, timestep: 3.5, probe: probe)
      #expect(isTrue(all.rows(17..<18).bits == noise.bits))
      #expect(found[17] == products[0])
    }
  }
}
