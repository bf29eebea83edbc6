import Diffusion
import Networks
import Tensors

/// A network that can be trained to predict noise.
public protocol NoisePredictor: Network, Sendable {
  /// Applies the network.
  ///
  /// - Parameters:
  ///   - x: Noisy samples, [batch] + the shape of a sample.
  ///   - timestepIndices: t − 1 for each sample, counted from 0 as diffusers does; whole, or between whole ones.
  ///   - dropout: What is being trained on; nil outside of training.
  /// - Returns: The prediction, of the shape of x.
  func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?) -> Tensor
}

extension UNet: NoisePredictor {}

extension SkiplessUNet: NoisePredictor {}

extension MLP: NoisePredictor {
  /// Applies the network to samples of any shape that has `configuration.inputs` numbers; it has no dropout.
  ///
  /// - Parameters:
  ///   - x: Noisy samples, [batch] + the shape of a sample; flattened to [batch, inputs] here.
  ///   - timestepIndices: t − 1 for each sample.
  ///   - dropout: Not looked at.
  /// - Returns: The prediction, of the shape of x.
  public func callAsFunction(_ x: Tensor, timestepIndices: [Double], dropout: DropoutContext?) -> Tensor {
    let count = timestepIndices.count
    guard x.rowCount == count, x.count == count * configuration.inputs else {
      fatalError(
        "MLP: samples of shape \(x.shape) and \(count) timesteps for \(configuration.inputs) inputs")
    }
    return self(x.reshaped([count, configuration.inputs]), timestepIndices: timestepIndices).reshaped(x.shape)
  }
}

extension NoisePredictor {
  /// The predicted noise ε_θ(x_t, t) of a batch, each sample at its own timestep.
  ///
  /// - Parameters:
  ///   - xt: Noisy samples, [batch] + the shape of a sample.
  ///   - timesteps: t for each sample, from 1 to T.
  ///   - dropout: What is being trained on; nil outside of training.
  /// - Returns: The prediction, of the shape of x_t.
  public func predictedNoise(
    from xt: Tensor, timesteps: [Timestep], dropout: DropoutContext? = nil
  ) -> Tensor {
    self(xt, timestepIndices: timesteps.map { $0.index }, dropout: dropout)
  }

  /// The predicted noise ε_θ(x_t, t) of samples that are all at the same timestep, with no gradient, on all threads.
  ///
  /// What a sampler takes for its predictor: `{ model.predictedNoise(from: $0, timestep: $1) }`.
  ///
  /// - Parameters:
  ///   - xt: Noisy samples, [batch] + the shape of a sample.
  ///   - timestep: t, from 1 to T.
  /// - Returns: The prediction, of the shape of x_t.
  public func predictedNoise(from xt: Tensor, timestep: Timestep) -> Tensor {
    Tensor.inPieces(batchSize: xt.rowCount, samplesPerPiece: Self.largestForwardPiece) { samples in
      predictedNoise(
        from: xt.rows(samples), timesteps: [Timestep](repeating: timestep, count: samples.count))
    }
  }
}

extension UNet {
  /// The predicted noise ε_θ(x_t, t), with what each part of the network makes on the way.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, [B, H, W, C].
  ///   - timestep: t, from 1 to T.
  ///   - observe: Told of each part.
  /// - Returns: The prediction, of the shape of x_t.
  public func predictedNoise(
    from xt: Tensor, timestep: Timestep, observing observe: (UNetObservation) -> Void
  ) -> Tensor {
    self(
      xt, timestepIndices: [Double](repeating: timestep.index, count: xt.rowCount), observing: observe)
  }
}
