import Tensors

/// A U-Net whose way up is told nothing by the way down, to find out what the skip connections are for.
///
/// Zeros stand where a residual block on the way up would be given the output of a part on the way down. All shapes stay,
/// and so do the weights' names, number and initial values; of the weights for the zeros, normalization and convolution
/// make what a bias could do, and the shortcut nothing.
///
/// diffusers has no such network, so its configuration is a type of its own, which has no JSON: it is not written as a
/// model folder by mistake.
public struct SkiplessUNet: Network, Sendable {
  /// The shape of the U-Net that the skip connections are taken from.
  public struct Configuration: Equatable, Sendable {
    /// The U-Net's shape.
    public let unet: UNetConfiguration

    /// Creates the configuration.
    ///
    /// - Parameter unet: The U-Net's shape.
    public init(_ unet: UNetConfiguration) { self.unet = unet }
  }

  private let unet: UNet

  /// The network's shape.
  public var configuration: Configuration { Configuration(unet.configuration) }

  /// Puts the network together.
  ///
  /// - Parameters:
  ///   - configuration: The network's shape; one that `validate` refuses stops the program.
  ///   - source: Where the weights come from.
  public init(_ configuration: Configuration, from source: WeightSource) {
    unet = UNet(configuration.unet, from: source)
  }

  /// Applies the network.
  ///
  /// - Parameters:
  ///   - x: Images, [batch, height, width, inChannels].
  ///   - timestepIndices: One for each image, counted from 0.
  ///   - dropout: What is being trained on; nil outside of training.
  /// - Returns: The prediction, [batch, height, width, outChannels].
  public func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext? = nil) -> Tensor
  {
    unet.prediction(x, timestepIndices: timestepIndices, dropout: dropout, joinsSkips: false)
  }

  /// Applies the network and shows the output of each of its parts, as `UNet` does.
  ///
  /// - Parameters:
  ///   - x: Images, [batch, height, width, inChannels].
  ///   - timestepIndices: One for each image, counted from 0.
  ///   - observe: Told of each part; `part.joins` says whose place the zeros take.
  /// - Returns: The prediction, [batch, height, width, outChannels].
  public func callAsFunction(
    _ x: Tensor, timestepIndices: [Double], observing observe: (UNetObservation) -> Void
  ) -> Tensor {
    withoutActuallyEscaping(observe) {
      unet.prediction(x, timestepIndices: timestepIndices, dropout: nil, joinsSkips: false, observe: $0)
    }
  }
}
