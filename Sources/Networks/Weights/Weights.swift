import Tensors

/// Tensors by name, in a fixed order: a network's weights, their gradients, Adam's moments of them, their average.
///
/// The names are those of PyTorch's `state_dict`, so that a file can be read and written as it is. What belongs to the
/// same network has the same names in the same order, and `replacing` makes such a companion.
public struct Weights: Sendable {
  /// The names, in order.
  public let names: [String]
  /// The tensors, in the order of the names.
  public let tensors: [Tensor]
  /// Where each name stands.
  private let places: [String: Int]

  /// Creates weights.
  ///
  /// - Parameter pairs: Names, no name twice, and tensors.
  public init(_ pairs: [(name: String, tensor: Tensor)]) {
    names = pairs.map { $0.name }
    tensors = pairs.map { $0.tensor }
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      if let first = places.updateValue(place, forKey: name) {
        fatalError("Weights: \"\(name)\" at \(first) and at \(place)")
      }
    }
    self.places = places
  }

  private init(names: [String], tensors: [Tensor], places: [String: Int]) {
    self.names = names
    self.tensors = tensors
    self.places = places
  }

  /// The number of tensors.
  public var count: Int { names.count }

  /// The number of numbers in all of them.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

  /// Where a name stands; nil where it does not occur.
  func place(of name: String) -> Int? { places[name] }

  /// The tensor with a name; a name that does not occur stops the program.
  public subscript(name: String) -> Tensor {
    guard let place = places[name] else { fatalError("Weights: no \"\(name)\" among \(count) names") }
    return tensors[place]
  }

  /// Other tensors of the same shapes under the same names.
  ///
  /// - Parameter tensors: One for each name, in order.
  public func replacing(_ tensors: [Tensor]) -> Weights {
    guard tensors.count == count else { fatalError("Weights: \(tensors.count) tensors for \(count) names") }
    for (place, tensor) in tensors.enumerated() where tensor.shape != self.tensors[place].shape {
      fatalError("Weights: \(names[place]) has the shape \(self.tensors[place].shape), not \(tensor.shape)")
    }
    return Weights(names: names, tensors: tensors, places: places)
  }

  /// A tensor made of each, of the same shape, under the same names.
  public func map(_ transform: (Tensor) -> Tensor) -> Weights { replacing(tensors.map(transform)) }

  /// A tensor made of each and its namesake, of the same shape, under the same names.
  public func combined(with other: Weights, _ combine: (Tensor, Tensor) -> Tensor) -> Weights {
    requireSameNames(other)
    return replacing(zip(tensors, other.tensors).map(combine))
  }

  /// Stops the program unless both have the same names in the same order.
  func requireSameNames(_ other: Weights) {
    guard names == other.names else {
      let place = zip(names, other.names).prefix { $0 == $1 }.count
      fatalError(
        "Weights: \(names.dropFirst(place).first ?? "the end") and \(other.names.dropFirst(place).first ?? "the end") "
          + "at place \(place) of \(count) and \(other.count)")
    }
  }

  /// Zeros of the same shapes under the same names.
  public var zeros: Weights { map { .zeros($0.shape) } }

  /// √Σ xᵢ² over all numbers of all tensors, summed in Double in the order of the names.
  public var norm: Double { tensors.reduce(0) { $0 + $1.sumOfSquares }.squareRoot() }

  /// Whether no number is infinite or not a number.
  public var isFinite: Bool { tensors.allSatisfy { $0.isFinite } }
}
