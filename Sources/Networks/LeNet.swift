import Tensors

/// The shape of a `LeNet`.
public struct LeNetConfiguration: Equatable, Sendable {
  /// The channels of the first convolution, whose pictures have 28 × 28 pixels.
  public var firstChannels: Int
  /// The channels of the second, whose pictures have 10 × 10.
  public var secondChannels: Int

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - firstChannels: The channels of the first convolution.
  ///   - secondChannels: The channels of the second.
  public init(firstChannels: Int = 16, secondChannels: Int = 32) {
    guard firstChannels >= 1, secondChannels >= 1 else {
      fatalError("LeNetConfiguration: \(firstChannels) and \(secondChannels) channels")
    }
    self.firstChannels = firstChannels
    self.secondChannels = secondChannels
  }
}

/// A network that says which digit a picture shows.
///
/// LeNet-5 of LeCun et al. (1998) with more channels, with ReLU, and with the largest of four pixels for their mean:
///
///     [B, 28, 28, 1]   conv1  5 × 5, padding 2 → ReLU → largest of 2 × 2
///     [B, 14, 14, C₁]  conv2  5 × 5 → ReLU → largest of 2 × 2
///     [B, 5, 5, C₂]    fc1 → ReLU         [B, 120]
///                      fc2 → ReLU         [B, 84]   the features
///                      fc3                [B, 10]   the logits
///
/// Two pictures of the same kind have features that lie close together, which their pixels don't: so features are what
/// sets of pictures are compared by.
///
/// Weights: `weight` and `bias` of `conv1`, `conv2`, `fc1`, `fc2` and `fc3`. fc1 takes the last pictures as they lie
/// here, [5, 5, C₂]; PyTorch's `flatten` would have them as [C₂, 5, 5].
public struct LeNet: Network, Sendable {
  /// The number of rows and of columns of a picture.
  public static let size = 28
  /// The number of features.
  public static let featureCount = 84
  /// The number of digits.
  public static let classCount = 10
  /// Fewer than 16 pictures together would pass more weights and gradients than activations.
  public static let samplesPerPiece = 16

  private let conv1: Conv2d
  private let conv2: Conv2d
  private let fc1: Linear
  private let fc2: Linear
  private let fc3: Linear

  /// Puts the network together.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape.
  ///   - source: Where the weights come from.
  public init(_ configuration: LeNetConfiguration, from source: WeightSource) {
    let (first, second) = (configuration.firstChannels, configuration.secondChannels)
    conv1 = Conv2d(
      inputChannels: 1, outputChannels: first, kernel: 5, padding: Padding(2), from: source["conv1"])
    conv2 = Conv2d(inputChannels: first, outputChannels: second, kernel: 5, from: source["conv2"])
    fc1 = Linear(inputs: 5 * 5 * second, outputs: 120, from: source["fc1"])
    fc2 = Linear(inputs: 120, outputs: Self.featureCount, from: source["fc2"])
    fc3 = Linear(inputs: Self.featureCount, outputs: Self.classCount, from: source["fc3"])
  }

  /// Applies the network.
  ///
  /// - Parameter pictures: [B, 28, 28, 1], values in [−1, 1].
  /// - Returns: The features, [B, 84], none below 0, and the logits, [B, 10]: the probability of a digit is their softmax.
  public func callAsFunction(_ pictures: Tensor) -> (features: Tensor, logits: Tensor) {
    let features = features(of: pictures)
    return (features, logits(of: features))
  }

  /// All but the last layer: [B, 28, 28, 1] → [B, 84].
  public func features(of pictures: Tensor) -> Tensor {
    guard pictures.shape == [pictures.rowCount, Self.size, Self.size, 1] else {
      fatalError("LeNet: expected pictures [batch, \(Self.size), \(Self.size), 1], found \(pictures.shape)")
    }
    let pool = MaxPool()
    let first = pool(conv1(pictures).relu())
    let second = pool(conv2(first).relu())
    let flat = second.reshaped([pictures.rowCount, second.shape[1...].reduce(1, *)])
    return fc2(fc1(flat).relu()).relu()
  }

  /// The last layer: [B, 84] → [B, 10].
  public func logits(of features: Tensor) -> Tensor { fc3(features) }
}
