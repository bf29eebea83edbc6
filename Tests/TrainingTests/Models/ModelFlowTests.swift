import Deterministic
import Diffusion
import Models
import Networks
import Tensors
import Testing
import Threads

@Suite("The flow of a model")
struct ModelFlowTests {
  /// A model of 12 timesteps for pictures of 4 × 4, with weights that nobody trained, or with a last layer of zeros.
  private func model(silent: Bool = false) -> DiffusionModel {
    let configuration = UNetConfiguration.ddpm(
      sampleSize: 4, channels: 1, blockOutChannels: [8, 8], layersPerBlock: 1, attentionStages: [], groups: 4)
    let initial = UNet.initialWeights(configuration, seed: 3)
    // An untrained last layer says little: four times as much is an answer that bends the paths.
    let tensors = zip(initial.names, initial.tensors).map { name, tensor in
      name.hasPrefix("conv_out.") ? (silent ? 0 : 4) * tensor : tensor
    }
    return DiffusionModel(
      configuration: configuration, weights: initial.replacing(tensors),
      scheduler: .linear(to: 0.5, stepCount: 12))
  }

  private func noise(_ count: Int) -> Tensor {
    .normal(RandomNumbers(seed: 6)[.startingNoise], samples: 0..<count, rowShape: [4, 4, 1])
  }

  private func distance(_ a: Tensor, _ b: Tensor) -> Double { (a - b).sumOfSquares.squareRoot() }

  @Test("A picture is the same alone and among others, in batches of any size and on any number of threads")
  func alone() {
    defer { threadCount = 2 }
    let flow = ModelFlow(model(), evaluations: 6)
    let x = noise(20)
    let (decoded, encoded) = (flow.decode(x.rows(17..<18)), flow.encode(x.rows(17..<18)))
    for threads in [1, 2, 3] {
      threadCount = threads
      for batchSize in [1, 7, 64] {
        #expect(isTrue(flow.decode(x, batchSize: batchSize).rows(17..<18).bits == decoded.bits))
        #expect(isTrue(flow.encode(x, batchSize: batchSize).rows(17..<18).bits == encoded.bits))
      }
    }
  }

  @Test("Asks the network as often as it was told to", arguments: ODEMethod.allCases)
  func evaluations(method: ODEMethod) {
    let flow = ModelFlow(model(), evaluations: 8, method: method)
    var asked = 0
    _ = flow.decode(noise(3)) { asked += $0 }
    #expect(asked == 3 * 8)
    asked = 0
    _ = flow.encode(noise(3)) { asked += $0 }
    #expect(asked == 3 * 8)
    #expect(flow.noiseLevels.first == flow.model.schedule.noiseLevel(at: 12))
    #expect(flow.noiseLevels.last == flow.model.schedule.noiseLevel(at: 1))
  }

  @Test(
    "What was decoded is encoded to the noise that it came from, the nearer the more evaluations there are")
  func thereAndBack() {
    let x = noise(8)
    let errors = [8, 16, 32, 64].map { evaluations -> Double in
      let flow = ModelFlow(model(), evaluations: evaluations)
      return distance(flow.encode(flow.decode(x)), x)
    }
    // Heun's order is 2: four times less each time, as long as Float has digits left.
    for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(fine < coarse / 2.5, "\(errors)") }
    #expect(distance(ModelFlow(model(), evaluations: 64).decode(x), x) > 1)
  }

  @Test("The last step takes away what noise the network sees, and its bits don't depend on the batch")
  func denoised() {
    let flow = ModelFlow(model(), evaluations: 2)
    let (x, step) = (noise(5), flow.model.schedule[1])
    let predicted = flow.model.network(x, timestepIndices: [0, 0, 0, 0, 0])
    let expected =
      (1 / step.alphaBar.squareRoot())
      * (x - (1 - step.alphaBar).squareRoot() * predicted)
    #expect(distance(flow.denoised(x), expected) < 1e-5)
    #expect(isTrue(flow.denoised(x, batchSize: 2).bits == flow.denoised(x).bits))
  }

  @Test("Where the network says nothing, the flow scales, and the density is a Gaussian's")
  func silent() throws {
    let model = model(silent: true)
    let flow = ModelFlow(model, evaluations: 10)
    let (x, schedule) = (noise(3), model.schedule)
    let scale = (schedule.alphaBar(12) / schedule.alphaBar(1)).squareRoot()
    #expect(distance(flow.encode(x), scale * x) < 1e-5)
    let found = try flow.logDensities(
      of: x, probes: Tensor(repeating: 1, shape: x.shape), by: DormandPrince())
    for row in 0..<3 {
      let expected = Gaussian(
        mean: Tensor.zeros([1, 4, 4, 1]), variance: schedule.alphaBar(1) / schedule.alphaBar(12)
      ).logDensity(at: x.rows(row..<row + 1))
      #expect(abs(found[row].logDensity - expected) < 1e-4)
    }
  }

  @Test("The density is that of the noise times the determinant of the map to it")
  func determinant() throws {
    let flow = ModelFlow(model(), evaluations: 200)
    let x = flow.decode(noise(1))
    let solver = DormandPrince(relativeTolerance: 1e-5, absoluteTolerance: 1e-5)
    // With a unit vector for each coordinate as probe, the sum of the sixteen integrals is that of the trace.
    let units = Tensor(rows: 16, of: [4, 4, 1]) { row in (0..<16).map { $0 == row ? 1 : 0 } }
    let copies = Tensor(rowsOf: (0..<16).map { _ in x })
    let diagonal = try flow.logDensities(of: copies, probes: units, by: solver).map(\.logDensity)
    let nothing = try flow.logDensities(of: x, probes: .zeros(x.shape), by: solver)[0].logDensity
    let found = diagonal.reduce(nothing) { $0 + $1 - nothing }

    // The columns of the map's Jacobian, by central differences.
    let h = 0.01
    let above = flow.encode(copies + h * units).values
    let below = flow.encode(copies - h * units).values
    let jacobian = (0..<16).map { row in
      (0..<16).map { Double(above[16 * row + $0] - below[16 * row + $0]) / (2 * h) }
    }
    let noise = flow.encode(x)
    let ofNoise = Gaussian(mean: 0 * noise, variance: 1).logDensity(at: noise)
    let expected = ofNoise + logDeterminant(jacobian)
    #expect(abs(found - expected) < 0.01, "\(found) and \(expected)")
    #expect(abs(found - nothing) > 0.3, "the integral matters: \(found) and \(nothing)")
  }

  /// ln |det|, by elimination with pivots.
  private func logDeterminant(_ matrix: [[Double]]) -> Double {
    var (matrix, sum) = (matrix, 0.0)
    for k in matrix.indices {
      let pivot = matrix.indices[k...].max { abs(matrix[$0][k]) < abs(matrix[$1][k]) } ?? k
      matrix.swapAt(k, pivot)
      sum += log(abs(matrix[k][k]))
      for row in matrix.indices[(k + 1)...] {
        let factor = matrix[row][k] / matrix[k][k]
        for column in matrix.indices { matrix[row][column] -= factor * matrix[k][column] }
      }
    }
    return sum
  }

  @Test("A picture's density does not depend on the others, nor on the threads")
  func densitiesAlone() throws {
    defer { threadCount = 2 }
    let flow = ModelFlow(model(), evaluations: 2)
    let x = noise(6)
    let alone = try flow.logDensities(of: x.rows(4..<5), probes: x.rows(4..<5), by: DormandPrince())[0]
    for threads in [1, 2, 3] {
      threadCount = threads
      let found = try flow.logDensities(of: x, probes: x, by: DormandPrince())
      #expect(found[4].logDensity == alone.logDensity)
      #expect(found[4].evaluations == alone.evaluations)
    }
  }

  @Test("A solver that finds no way says so")
  func failure() {
    #expect(throws: ODEFailure.self) {
      try ModelFlow(model(), evaluations: 2).logDensities(
        of: noise(2), probes: noise(2), by: DormandPrince(evaluationLimit: 12))
    }
  }
}
