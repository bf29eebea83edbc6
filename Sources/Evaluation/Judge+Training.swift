import Networks
import Tensors
import Training

extension Judge {
  /// Trains a judge: the mean cross-entropy of each batch, made smaller by Adam.
  ///
  /// Each epoch shows every picture once, in the order that the set says. The judge is a function of the arguments, to
  /// the bit, whatever the number of threads.
  ///
  /// - Parameters:
  ///   - data: The pictures, 28 × 28.
  ///   - labels: The digit of each, in the order in which the set was given its pictures.
  ///   - configuration: The network's shape.
  ///   - settings: Epochs, batch size, learning rate and seed.
  ///   - finishedStep: Called after each step with its number, 1 for the first, and the loss of its batch in nats.
  /// - Returns: The judge.
  /// - Throws: Where a loss or the weights are no longer finite.
  /// - Complexity: About 10 ms a step of 128 pictures on one core.
  public static func trained(
    on data: ImageSet, labels: [Int], configuration: LeNetConfiguration = LeNetConfiguration(),
    settings: JudgeSettings = JudgeSettings(),
    finishedStep: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
  ) throws(TrainingFailure) -> Judge {
    requireDigits(data, labels)
    let learningRate = settings.learningRate(pictures: data.count)
    var weights = LeNet.initialWeights(configuration, seed: settings.seed)
    var adam = Adam(for: weights)
    for epoch in 0..<settings.epochs {
      let order = data.order(ofEpoch: epoch)
      let pictures = data.rows(epoch * data.count..<(epoch + 1) * data.count)
      guard pictures.isFinite else {
        fatalError("Judge: a picture to learn from has a value that is not finite")
      }
      for first in stride(from: 0, to: data.count, by: settings.batchSize) {
        let batch = first..<min(data.count, first + settings.batchSize)
        let step = adam.stepCount + 1
        let (loss, gradients) = lossAndGradients(
          configuration, weights: weights, pictures: pictures.rows(batch),
          labels: order[batch].map { labels[$0] })
        guard loss.isFinite else {
          let largest = weights.tensors.lazy.flatMap(\.values).map(\.magnitude).max() ?? 0
          throw .lossNotFinite(step: step, loss: loss, origin: .weights(largest: Double(largest)))
        }
        let rate = learningRate(step: step)
        adam.step(&weights, gradients: gradients, learningRate: rate)
        guard weights.isFinite else {
          let names = weights.names.filter { !weights[$0].isFinite }
          throw .weightsNotFinite(step: step, names: names, learningRate: rate)
        }
        finishedStep(step, loss)
      }
    }
    return Judge(configuration, weights: weights)
  }

  /// The mean cross-entropy of a batch, in nats, and its gradients.
  private static func lossAndGradients(
    _ configuration: LeNetConfiguration, weights: Weights, pictures: Tensor, labels: [Int]
  ) -> (loss: Double, gradients: Weights) {
    LeNet.lossAndGradients(configuration, weights: weights, batchSize: labels.count) { network, piece in
      // The mean over a piece, as its share of the mean over the batch.
      let share = Double(piece.count) / Double(labels.count)
      return share * network(pictures.rows(piece)).logits.crossEntropy(labels: Array(labels[piece]))
    }
  }

  /// Stops the program unless there is a digit for each picture.
  private static func requireDigits(_ data: ImageSet, _ labels: [Int]) {
    guard labels.count == data.count else {
      fatalError("Judge: \(labels.count) labels for \(data.count) pictures")
    }
    if let place = labels.firstIndex(where: { !(0..<LeNet.classCount).contains($0) }) {
      fatalError("Judge: label \(place) is \(labels[place]); a digit lies in 0…9")
    }
  }
}
