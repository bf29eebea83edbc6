import Tensors

/// What a part of a U-Net has made of a batch.
public struct UNetObservation: Sendable {
  /// The part.
  public let part: UNetPart
  /// What it has made, [batch] + `part.outputShape`.
  public let output: Tensor
  /// Of an attention block: itself and what it was given.
  fileprivate let attention: (block: AttentionBlock, input: Tensor)?

  /// Where the pixels have looked, [batch, heads, pixels, pixels]: see `AttentionBlock.weights`.
  ///
  /// Nil where the part is no attention block. Computed when it is asked for.
  public var attentionWeights: Tensor? { attention.map { $0.block.weights($0.input) } }
}

/// What the stages of a U-Net share while it is applied once.
struct UNetPass {
  /// SiLU of the timesteps' embeddings, [batch, timeChannels]: the same for all blocks, so computed once.
  private let time: Tensor
  private let dropout: DropoutContext?
  private let joinsSkips: Bool
  /// What the way down has kept for the way up, the newest last.
  private var skips: [Tensor] = []
  private let observe: ((UNetObservation) -> Void)?
  /// The parts that have not been applied yet, where somebody observes.
  private var parts: ArraySlice<UNetPart>

  /// Begins with the timesteps' embeddings, the output of the first part.
  ///
  /// - Parameters:
  ///   - embedding: The timesteps' embeddings, [batch, timeChannels].
  ///   - dropout: What is being trained on; nil outside of training.
  ///   - joinsSkips: Whether the way up is given what the way down has kept; otherwise zeros stand in its place.
  ///   - parts: The parts in the order in which they are applied; not looked at where nobody observes.
  ///   - observe: Told of each part's output; nil where nobody observes.
  init(
    _ embedding: Tensor, dropout: DropoutContext?, joinsSkips: Bool,
    parts: @autoclosure () -> [UNetPart], observe: ((UNetObservation) -> Void)?
  ) {
    time = embedding.silu()
    self.dropout = dropout
    self.joinsSkips = joinsSkips
    self.observe = observe
    self.parts = observe == nil ? [] : parts()[...]
    _ = made(embedding)
  }

  /// What the next part has made, shown to whoever observes.
  mutating func made(
    _ output: Tensor, attention: @autoclosure () -> (block: AttentionBlock, input: Tensor)? = nil
  ) -> Tensor {
    if let observe {
      let part = parts.removeFirst()
      guard output.shape.dropFirst() == part.outputShape[...] else {
        fatalError("UNet: \(part.name) has made \(output.shape), not images of \(part.outputShape)")
      }
      observe(UNetObservation(part: part, output: output, attention: attention()))
    }
    return output
  }

  /// Applies a residual block.
  mutating func apply(_ block: ResidualBlock, to x: Tensor) -> Tensor {
    made(block(x, time: time, dropout: dropout))
  }

  /// Applies an attention block.
  mutating func apply(_ block: AttentionBlock, to x: Tensor) -> Tensor {
    made(block(x), attention: (block, x))
  }

  /// Keeps what the way up will need.
  mutating func keep(_ x: Tensor) { skips.append(x) }

  /// The channels of x, and beside them those of the newest of what was kept: the skip connection.
  mutating func joined(_ x: Tensor) -> Tensor {
    let skip = skips.removeLast()
    return x.concatenatedChannels(joinsSkips ? skip : .zeros(skip.shape))
  }
}
