import Kernels

// Functions applied element by element; the derivative is written in terms of whatever is at hand, x or y.

extension Tensor {
  /// eˣ.
  public func exp() -> Tensor {
    let y = exponential(buffer)
    return Tensor(y, shape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, dy * Tensor(y, x.shape))
    }
  }

  /// ln x.
  public func log() -> Tensor {
    Tensor(logarithm(buffer), shape, from: self) { dy, gradients in
      gradients.add(to: self, dy / untracked())
    }
  }

  /// tanh x.
  public func tanh() -> Tensor {
    let y = hyperbolicTangent(buffer)
    return Tensor(y, shape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Tensor(hyperbolicTangentGradient(y, dy.buffer), x.shape))
    }
  }

  /// σ(x) = 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Tensor {
    let y = Kernels.sigmoid(buffer)
    return Tensor(y, shape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Tensor(sigmoidGradient(y, dy.buffer), x.shape))
    }
  }

  /// SiLU, also called swish: x σ(x).
  public func silu() -> Tensor {
    Tensor(Kernels.silu(buffer), shape, from: self) { dy, gradients in
      gradients.add(to: self, Tensor(siluGradient(buffer, dy.buffer), shape))
    }
  }

  /// max(x, 0).
  public func relu() -> Tensor {
    let y = Kernels.relu(buffer)
    return Tensor(y, shape, from: self) { [x = place] dy, gradients in
      gradients.add(to: x, Tensor(reluGradient(y, dy.buffer), x.shape))
    }
  }

  /// x².
  public func squared() -> Tensor { self * self }
}
