import Kernels

// Reverse-mode differentiation, in the spirit of micrograd: every operation says, beside its forward formula, what its
// inputs' gradients are when the gradient of its output is known.
//
//   forward     y = f(x)                    Tensor(f(x), shape, from: x) { [x = x.place] dy, gradients in
//   backward    ∂L/∂x = (∂y/∂x)ᵀ ∂L/∂y        gradients.add(to: x, …)
//                                            }
//
// A tensor made so holds a node: the closure, and the nodes of the inputs. The nodes form a graph whose edges lead
// from every result back to what it was made of. To get the gradients of a loss,
//
//   1. list the nodes so that each stands before those that it was made of,
//   2. give the loss the gradient 1,
//   3. take the nodes in that order, and let each turn its gradient into additions to its inputs' gradients.
//
// When a node's turn comes, everything that was made of it has had its turn, so its gradient is complete: this is the
// chain rule, each product computed once. It costs about two forward passes, whatever the number of weights.
//
// Nothing is recorded that no tracked tensor went into: a network whose weights are plain tensors keeps nothing.
// And a closure keeps no more than it needs: where the gradient does not depend on x itself, only on its `place`
// in the graph, the numbers of x are free as soon as the next operation has read them.

/// How a tensor was made.
///
/// It never changes until nobody but its own release holds it, so that it may be read from any thread.
final class Node: @unchecked Sendable {
  /// The nodes of what it was made of.
  private(set) var inputs: [Node]
  /// Adds to the inputs' gradients what follows from this one's.
  private(set) var backward: @Sendable (Tensor, inout Gradients) -> Void

  init(inputs: [Node], backward: @escaping @Sendable (Tensor, inout Gradients) -> Void) {
    self.inputs = inputs
    self.backward = backward
  }

  /// Lets the nodes that only this one holds go one after another.
  ///
  /// Left to itself, each would let its inputs go from within its own end, and a deep graph would overflow the stack.
  deinit {
    var waiting = takeInputs()
    while var node = waiting.popLast() {
      // Of a node that somebody else holds, it is for the last of them to let go.
      if isKnownUniquelyReferenced(&node) { waiting += node.takeInputs() }
    }
  }

  /// Takes out all that leads to other nodes: the inputs and, because it remembers tensors, the closure.
  private func takeInputs() -> [Node] {
    let taken = inputs
    inputs = []
    backward = { _, _ in }
    return taken
  }
}

/// A tensor's place in the graph: what is left of it for operations that need its numbers no more.
struct Place: Sendable {
  fileprivate let node: Node?
  /// The shape of the tensor, and of its gradient.
  let shape: [Int]
}

/// The gradients found so far, by the node of the tensor that they belong to.
struct Gradients {
  private var byNode: [ObjectIdentifier: Tensor] = [:]

  /// Adds to the gradient of a tensor, if it is tracked; otherwise the expression is not even computed.
  mutating func add(to place: Place, _ contribution: @autoclosure () -> Tensor) {
    guard let node = place.node else { return }
    let key = ObjectIdentifier(node)
    let contribution = contribution()
    guard contribution.shape == place.shape else {
      fatalError("a gradient of shape \(contribution.shape) for a tensor of shape \(place.shape)")
    }
    if let sum = byNode.removeValue(forKey: key) {
      byNode[key] = sum.adding(contribution)
    } else {
      byNode[key] = contribution
    }
  }

  /// Adds to the gradient of a tensor whose numbers are still needed.
  mutating func add(to tensor: Tensor, _ contribution: @autoclosure () -> Tensor) {
    add(to: tensor.place, contribution())
  }

  /// Takes the gradient of a node out.
  fileprivate mutating func take(_ node: Node) -> Tensor? {
    byNode.removeValue(forKey: ObjectIdentifier(node))
  }
}

extension Tensor {
  /// Creates the result of an operation, and records how to go back if a tracked tensor went into it.
  ///
  /// - Parameters:
  ///   - buffer: The result's numbers.
  ///   - shape: Its shape.
  ///   - inputs: What it was made of.
  ///   - backward: Given the gradient of the result, adds to those of the inputs.
  init(
    _ buffer: Buffer, _ shape: [Int], from inputs: Tensor...,
    backward: @escaping @Sendable (Tensor, inout Gradients) -> Void
  ) {
    self.init(buffer, shape, from: inputs.map { $0.place }, backward: backward)
  }

  /// As above, of the places of what it was made of, whose numbers may be gone.
  init(
    _ buffer: Buffer, _ shape: [Int], from inputs: [Place],
    backward: @escaping @Sendable (Tensor, inout Gradients) -> Void
  ) {
    let nodes = inputs.compactMap { $0.node }
    self.init(buffer, shape, nodes.isEmpty ? nil : Node(inputs: nodes, backward: backward))
  }

  /// Where it stands in the graph.
  var place: Place { Place(node: node, shape: shape) }

  /// The same numbers as a starting point of gradients: what is made of it remembers how.
  public func tracked() -> Tensor { Tensor(buffer, shape, Node(inputs: []) { _, _ in }) }

  /// The same numbers with no memory of how they were made.
  public func untracked() -> Tensor { Tensor(buffer, shape) }

  /// Whether a gradient with respect to it can be asked for.
  public var isTracked: Bool { node != nil }

  /// The gradients of this tensor with respect to others.
  ///
  /// - Parameters:
  ///   - tensors: Tracked tensors; where one had no part in this one, its gradient is zero.
  ///   - direction: The gradient of this tensor itself: the v of vᵀJ. May be left out for a single number, where it is 1.
  /// - Returns: A gradient of the same shape for each of the tensors; plain numbers, not to be differentiated again.
  public func gradients(at tensors: [Tensor], direction: Tensor? = nil) -> [Tensor] {
    guard direction != nil || count == 1 else {
      fatalError("gradients of a tensor that is not a single number need a direction; its shape is \(shape)")
    }
    let direction = direction ?? Tensor(repeating: 1, shape: shape)
    requireSameShape(direction, in: "gradients in a direction")
    let wanted = tensors.map { tensor in
      guard let node = tensor.node else { fatalError("a gradient at a tensor that is not tracked") }
      return node
    }
    var gradients = Gradients()
    var found: [ObjectIdentifier: Tensor] = [:]
    let wantedNodes = Set(wanted.map(ObjectIdentifier.init))
    gradients.add(to: place, direction.untracked())
    for node in node?.inOrderOfUse() ?? [] {
      guard let gradient = gradients.take(node) else { continue }
      if wantedNodes.contains(ObjectIdentifier(node)) { found[ObjectIdentifier(node)] = gradient }
      node.backward(gradient, &gradients)
    }
    return zip(wanted, tensors).map { node, tensor in found[ObjectIdentifier(node)] ?? .zeros(tensor.shape) }
  }
}

extension Node {
  /// The nodes that lead here, each before those that it was made of; always in the same order, as sums of floats need.
  fileprivate func inOrderOfUse() -> [Node] {
    // Depth first, inputs before their results, then backwards. Without recursion: a graph may be deep.
    var finished: [Node] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var path: [(node: Node, nextInput: Int)] = [(self, 0)]
    while let (node, nextInput) = path.last {
      if nextInput == node.inputs.count {
        finished.append(node)
        path.removeLast()
      } else {
        path[path.count - 1].nextInput += 1
        let input = node.inputs[nextInput]
        if seen.insert(ObjectIdentifier(input)).inserted { path.append((input, 0)) }
      }
    }
    return finished.reversed()
  }
}
