import Tensors

func countedLoss(_ x: Tensor) -> Int {
  var calls = 0
  _ = Tensor.valueAndGradients(at: [x], batchSize: 8) { parameters, _ in
    calls += 1
    return parameters[0].meanSquaredError(to: x)
  }
  return calls
}
