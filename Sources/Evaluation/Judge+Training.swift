import Networks
import Tensors
import Training

/// The objective of a `Judge`: the mean cross-entropy between what it says of images and the digits that they show, in nats.
///
/// Each epoch shows every image once, in the order that the set says; the last batch of an epoch has what is left.
struct DigitObjective: Objective {
  /// Some images and their digits.
  struct Batch: Sendable {
    let images: Tensor
    let labels: [Int]
  }

  let data: ImageSet
  let labels: [Int]
  let settings: JudgeSettings

  /// The positions in the set that a step takes.
  private func positions(ofStep n: Int) -> Range<Int> {
    let stepsPerEpoch = settings.stepsPerEpoch(pictures: data.count)
    let epoch = (n - 1) / stepsPerEpoch
    let first = (n - 1) % stepsPerEpoch * settings.batchSize
    let end = min(data.count, first + settings.batchSize)
    return epoch * data.count + first..<epoch * data.count + end
  }

  func batchSize(ofStep n: Int) -> Int { positions(ofStep: n).count }

  func batch(ofStep n: Int) -> Batch {
    let positions = positions(ofStep: n)
    let order = data.order(ofEpoch: positions.lowerBound / data.count)
    return Batch(images: data.rows(positions), labels: positions.map { labels[order[$0 % data.count]] })
  }

  func loss(of model: LeNet, for batch: Batch, samples: Range<Int>, step n: Int) -> Tensor {
    // The mean over a piece, as its share of the mean over the batch.
    let share = Double(samples.count) / Double(batch.labels.count)
    return share
      * model(batch.images.rows(samples)).logits.crossEntropy(labels: Array(batch.labels[samples]))
  }
}

extension Judge {
  /// Trains a judge: the mean cross-entropy of each batch, made smaller by Adam.
  ///
  /// The judge is a function of the arguments, to the bit, whatever the number of threads.
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
  package static func trained(
    on data: ImageSet, labels: [Int], configuration: LeNetConfiguration = LeNetConfiguration(),
    settings: JudgeSettings = JudgeSettings(),
    finishedStep: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
  ) throws(TrainingFailure) -> Judge {
    requireDigits(data, labels)
    var trainer = Trainer(
      configuration, objective: DigitObjective(data: data, labels: labels, settings: settings),
      settings: settings.training(pictures: data.count), optimizer: { Adam(for: $0) })
    for _ in 0..<settings.stepCount(pictures: data.count) {
      let entry = try trainer.step()
      finishedStep(entry.step, entry.loss)
    }
    return Judge(configuration, weights: trainer.weights)
  }

  /// Stops the program unless there is a digit for each picture, and each picture is one.
  private static func requireDigits(_ data: ImageSet, _ labels: [Int]) {
    guard labels.count == data.count else {
      fatalError("Judge: \(labels.count) labels for \(data.count) pictures")
    }
    if let place = labels.firstIndex(where: { !(0..<LeNet.classCount).contains($0) }) {
      fatalError("Judge: label \(place) is \(labels[place]); a digit lies in 0…9")
    }
    guard data.rows(0..<data.count).isFinite else {
      fatalError("Judge: a picture to learn from has a value that is not finite")
    }
  }
}
