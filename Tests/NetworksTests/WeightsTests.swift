import Files
import Formats
import Models
import Networks
import Tensors
import TestSupport
import Stops
import Testing

@Suite("Weights by name")
struct WeightsTests {
  private let configuration = MLPConfiguration(inputs: 2, width: 4, depth: 1, embeddingDimension: 4)
  private var weights: Weights { MLP.initialWeights(configuration, seed: 7) }
  private var pairs: [(name: String, tensor: Tensor)] {
    zip(weights.names, weights.tensors).map { (name: $0, tensor: $1) }
  }

  @Test("A network names its weights in the order in which it is put together")
  func names() {
    let names = [
      "time_embedding.linear_1", "time_embedding.linear_2", "input", "layers.0.linear", "layers.0.time",
      "output",
    ]
    #expect(weights.names == names.flatMap { ["\($0).weight", "\($0).bias"] })
    #expect(weights["layers.0.time.weight"].shape == [4, 4])
    #expect(weights.parameterCount == MLP.parameterCount(configuration))
    #expect(MLP.weightShapes(configuration).map(\.shape) == weights.tensors.map(\.shape))
  }

  @Test("Weights may come in any order, and leave in the network's")
  func order() throws {
    let ordered = try MLP.ordered(Weights(pairs.reversed()), for: configuration)
    #expect(ordered.names == weights.names)
    #expect(ordered.tensors.map(\.bits) == weights.tensors.map(\.bits))
  }

  @Test("What is missing, left over or of another shape is named, all of it")
  func failure() {
    var wrong = pairs.filter { $0.name != "input.bias" && $0.name != "output.weight" }
    wrong[0].tensor = .zeros([4, 3])
    wrong.append((name: "inptu.bias", tensor: .zeros([4])))
    let failure = #expect(throws: WeightsFailure.self) { try MLP.ordered(Weights(wrong), for: configuration) }
    #expect(
      failure
        == WeightsFailure(
          missing: ["input.bias", "output.weight"], unknown: ["inptu.bias"],
          misshaped: [.init(name: "time_embedding.linear_1.weight", expected: [4, 4], found: [4, 3])]))
    #expect(
      failure?.description == """
        expected "input.bias"; "output.weight"; "time_embedding.linear_1.weight" of the shape [4, 4], \
        found 2 missing; "time_embedding.linear_1.weight" of the shape [4, 3]; \
        "inptu.bias", which the network does not have
        """)
  }

  @Test("A configuration that asks for terabytes is refused by name, and no such thing is made")
  func terabytes() {
    var other = configuration
    other.width = 1 << 20
    let failure = #expect(throws: WeightsFailure.self) { try MLP.ordered(weights, for: other) }
    #expect(failure?.misshaped.contains { $0.expected == [1 << 20, 1 << 20] } == true)
    let missing = #expect(throws: WeightsFailure.self) { try MLP.ordered(Weights([]), for: other) }
    #expect(missing?.missing == weights.names)
  }

  @Test("Weights of another network stop the program that calls them its own")
  func stops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let weights = MLP.initialWeights(MLPConfiguration(inputs: 2, width: 4, depth: 1), seed: 1)
      _ = MLP(MLPConfiguration(inputs: 2, width: 4, depth: 0), weights: weights)
    }
    stopped(result, saying: "\"layers.0.linear.weight\", which the network does not have")
  }

  @Test("A file of weights is read as it was written, in the network's order")
  func file() throws {
    let scratch = try Scratch()
    let path = scratch("weights.safetensors")
    try weights.write(safetensors: path)
    let read = try MLP.readWeights(path, for: configuration)
    #expect(read.names == weights.names)
    #expect(read.tensors.map(\.bits) == weights.tensors.map(\.bits))
    var other = configuration
    other.depth = 0
    let failure = #expect(throws: FileFailure.self) { try MLP.readWeights(path, for: other) }
    #expect(failure?.file == path)
    #expect(failure?.expected == "no tensor but the network's")
    #expect(failure?.found.contains("\"layers.0.linear.bias\", which the network does not have") == true)
  }

  @Test("Weights and Adam's moments of them can share a file")
  func prefixes() throws {
    let squares = weights.map { $0 * $0 }
    let file = Safetensors(weights.safetensors(prefix: "weights/") + squares.safetensors(prefix: "second/"))
    let read = try MLP.ordered(Weights(file, prefix: "second/"), for: configuration)
    #expect(read.tensors.map(\.bits) == squares.tensors.map(\.bits))
  }

  @Test("A model folder is read as it was written, and diffusers' weights come out byte for byte")
  func folder() throws {
    let scratch = try Scratch()
    let (configuration, weights) = try UNet.read(folder: fixture("unet_gold"))
    try UNet.write(folder: scratch("model"), configuration: configuration, weights: weights)
    #expect(
      try scratch.contents == ["model", "model/config.json", "model/diffusion_pytorch_model.safetensors"])
    for name in ["config.json", "diffusion_pytorch_model.safetensors"] {
      #expect(try readWhole(scratch("model/\(name)")) == readWhole(fixture("unet_gold/\(name)")), "\(name)")
    }
  }

  @Test("A model folder whose weights are of another network is refused by file and tensor")
  func wrongFolder() throws {
    let scratch = try Scratch()
    var (configuration, weights) = try UNet.read(folder: fixture("unet_gold"))
    configuration.layersPerBlock = 2
    try UNet.write(folder: scratch("model"), configuration: configuration, weights: weights)
    let failure = #expect(throws: FileFailure.self) { try UNet.read(folder: scratch("model")) }
    #expect(failure?.file == scratch("model/diffusion_pytorch_model.safetensors"))
    #expect(failure?.expected.contains("\"down_blocks.0.resnets.1.norm1.weight\"") == true)
  }

  @Test(
    "A model folder with whole weights and the index of sharded ones is refused, both named, whichever is older"
  )
  func twoSets() throws {
    let scratch = try Scratch()
    let (configuration, weights) = try UNet.read(folder: fixture("unet_gold"))
    try UNet.write(folder: scratch("model"), configuration: configuration, weights: weights)
    let index = "diffusion_pytorch_model.safetensors.index.json"
    try writeWhole(#"{"weight_map": {}}"#, to: scratch("model/\(index)"))
    let failure = #expect(throws: FileFailure.self) { try UNet.read(folder: scratch("model")) }
    #expect(
      failure?.description == "\(scratch("model")): expected one set of weights, found both "
        + "diffusion_pytorch_model.safetensors and \(index)")
  }

  @Test("Companions have the same names and shapes, or the program stops")
  func companions() async {
    let doubled = weights.combined(with: weights) { $0 + $1 }
    #expect(doubled.names == weights.names)
    #expect(doubled["output.bias"].values == weights["output.bias"].values.map { 2 * $0 })
    #expect(weights.zeros.norm == 0)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let weights = Weights([(name: "a", tensor: .zeros([2]))])
      _ = weights.replacing([.zeros([3])])
    }
    stopped(result, saying: "a has the shape [2], not [3]")
  }
}
