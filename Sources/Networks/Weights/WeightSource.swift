import Deterministic
import Tensors

/// Where a layer takes its weights from: drawn anew, or read by name.
///
/// A network is put together in one way only. Each layer asks its source for every weight, by name and shape, and says
/// how it would begin; whether the weight is then drawn or looked up is none of its business:
///
/// ```swift
/// init(inputs: Int, outputs: Int, from source: WeightSource) {
///   let bound = 1 / Double(inputs).squareRoot()
///   weight = source.weight("weight", shape: [outputs, inputs], .uniform(bound: bound))
///   bias = source.weight("bias", shape: [outputs], .uniform(bound: bound))
/// }
/// ```
///
/// A network hands `source["conv_in"]` to its layer, whose weights are then `conv_in.weight` and `conv_in.bias`.
public struct WeightSource {
  /// The values that a weight begins with.
  public enum InitialValues: Sendable {
    /// Uniform in [−bound, bound).
    case uniform(bound: Double)
    /// The same number everywhere.
    case constant(Float)
  }

  /// What is behind all sources of one network.
  private let origin: Origin
  /// What stands before the names: empty, or with a dot at its end.
  private let path: String

  private init(_ origin: Origin, path: String) {
    self.origin = origin
    self.path = path
  }

  /// A source of the initial weights that belong to a seed.
  ///
  /// Weight tensor number k, counted in the order in which they are asked for, is made of the numbers at step 0, sample
  /// k of `Purpose.initialization`.
  static func initial(seed: UInt64) -> WeightSource {
    WeightSource(Origin(.initial(RandomNumbers(seed: seed))), path: "")
  }

  /// A source of weights that are there.
  static func reading(_ weights: Weights) -> WeightSource {
    WeightSource(Origin(.reading(weights)), path: "")
  }

  /// A source that only takes down what it is asked for; it gives empty tensors.
  static func describing() -> WeightSource { WeightSource(Origin(.describing), path: "") }

  /// The source of a part: its names follow this one's and a dot.
  public subscript(part: String) -> WeightSource { WeightSource(origin, path: path + part + ".") }

  /// A weight.
  ///
  /// Where weights are read and there is none of that name and shape, the failure is kept for the end, so that it can
  /// name all that is wrong, and an empty tensor is given: the shape that was asked for may be anything that a damaged
  /// configuration says.
  ///
  /// - Parameters:
  ///   - name: Its name in the layer, such as `weight`.
  ///   - shape: Its shape, in PyTorch's layout.
  ///   - initialValues: What it begins with.
  public func weight(_ name: String, shape: [Int], _ initialValues: InitialValues) -> Tensor {
    origin.weight(path + name, shape: shape, initialValues)
  }

  /// A number that no other dropout layer of the network has.
  func dropoutNumber() -> Int { origin.dropoutNumber() }

  /// The weights that were given out, in order.
  var weights: Weights { Weights(origin.given) }

  /// The names and shapes that were asked for, in order.
  var shapes: [(name: String, shape: [Int])] { origin.shapes }

  /// What was wrong with the weights that were read.
  var failure: WeightsFailure? { origin.failure }
}

/// The state that the sources of one network share while it is put together.
private final class Origin {
  enum Kind {
    case initial(RandomNumbers)
    case reading(Weights)
    case describing
  }

  private let kind: Kind
  private(set) var given: [(name: String, tensor: Tensor)] = []
  private(set) var shapes: [(name: String, shape: [Int])] = []
  private var dropouts = 0
  private var read: [Bool] = []
  private var readCount = 0
  private var missing: [String] = []
  private var misshaped: [WeightsFailure.Mismatch] = []

  init(_ kind: Kind) {
    self.kind = kind
    if case .reading(let weights) = kind { read = Array(repeating: false, count: weights.count) }
  }

  func dropoutNumber() -> Int {
    dropouts += 1
    return dropouts - 1
  }

  func weight(_ name: String, shape: [Int], _ initialValues: WeightSource.InitialValues) -> Tensor {
    switch kind {
    case .initial(let random):
      let tensor = initialTensor(initialValues, shape: shape, random, sample: given.count)
      given.append((name, tensor))
      return tensor
    case .reading(let weights):
      return look(for: name, shape: shape, in: weights)
    case .describing:
      shapes.append((name, shape))
      return emptyTensor
    }
  }

  private func look(for name: String, shape: [Int], in weights: Weights) -> Tensor {
    guard let place = weights.place(of: name) else {
      missing.append(name)
      return emptyTensor
    }
    if read[place] { fatalError("a network asks for \"\(name)\" twice") }
    read[place] = true
    readCount += 1
    let tensor = weights.tensors[place]
    guard tensor.shape == shape else {
      misshaped.append(.init(name: name, expected: shape, found: tensor.shape))
      return emptyTensor
    }
    return tensor
  }

  var failure: WeightsFailure? {
    guard case .reading(let weights) = kind else { return nil }
    guard readCount < weights.count || !missing.isEmpty || !misshaped.isEmpty else { return nil }
    let unknown = zip(weights.names, read).filter { !$0.1 }.map { $0.0 }
    return WeightsFailure(missing: missing, unknown: unknown, misshaped: misshaped)
  }
}

/// What is given where only names and shapes are wanted, or where a weight is not there.
private let emptyTensor = Tensor.zeros([0])

/// The numbers that a weight begins with.
private func initialTensor(
  _ values: WeightSource.InitialValues, shape: [Int], _ random: RandomNumbers, sample: Int
) -> Tensor {
  switch values {
  case .constant(let value): return Tensor(repeating: value, shape: shape)
  case .uniform(let bound):
    let count = shape.reduce(1, *)
    let numbers = (0..<count).map { element in
      Float(bound * (2 * random[.initialization].uniform(sample: sample, element: element) - 1))
    }
    return Tensor(numbers, shape: shape)
  }
}
