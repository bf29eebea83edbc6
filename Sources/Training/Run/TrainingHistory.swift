import Formats

/// What a training has gone through: a line for each step.
package struct TrainingHistory: Equatable, Sendable {
  /// One step.
  package struct Entry: Equatable, Sendable {
    /// The step n, 1 for the first.
    package let step: Int
    /// The mean squared error of the predicted noise, per number, of the weights before the step.
    package let loss: Double
    /// The length of the gradients before they were shortened.
    package let gradientNorm: Double
    /// The rate of the step.
    package let learningRate: Double

    /// Creates an entry.
    package init(step: Int, loss: Double, gradientNorm: Double, learningRate: Double) {
      self.step = step
      self.loss = loss
      self.gradientNorm = gradientNorm
      self.learningRate = learningRate
    }
  }

  /// The steps, in order.
  package private(set) var entries: [Entry]

  /// Creates a history.
  ///
  /// - Parameter entries: The steps so far.
  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// Adds a step.
  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// The mean loss of the last steps, of all where there are fewer; nil before the first.
  ///
  /// One batch tells little: its loss depends on which timesteps, samples and noises it drew.
  package func meanLoss(ofLast count: Int) -> Double? {
    let last = entries.suffix(count)
    return last.isEmpty ? nil : last.reduce(0) { $0 + $1.loss } / Double(last.count)
  }

  /// The history as a table with the columns step, loss, gradient_norm and learning_rate.
  package var csv: CSV {
    CSV(
      columns: ["step", "loss", "gradient_norm", "learning_rate"],
      rows: entries.map { [$0.step, $0.loss, $0.gradientNorm, $0.learningRate] as [any CSVValue] })
  }

  /// The history epoch by epoch, as a table with the columns epoch, step, loss, gradient_norm and learning_rate.
  ///
  /// A row has the last step of an epoch and the means over its steps; where it has not ended, over those so far.
  ///
  /// - Parameter stepsPerEpoch: The steps of an epoch, 1 or more.
  package func csv(stepsPerEpoch: Int) -> CSV {
    guard stepsPerEpoch >= 1 else { fatalError("TrainingHistory: \(stepsPerEpoch) steps an epoch") }
    let rows = stride(from: 0, to: entries.count, by: stepsPerEpoch).map { first -> [any CSVValue] in
      let steps = entries[first..<min(entries.count, first + stepsPerEpoch)]
      func mean(_ value: (Entry) -> Double) -> Double {
        steps.reduce(0) { $0 + value($1) } / Double(steps.count)
      }
      return [
        first / stepsPerEpoch + 1, steps[steps.endIndex - 1].step, mean { $0.loss }, mean { $0.gradientNorm },
        mean { $0.learningRate },
      ]
    }
    return CSV(columns: ["epoch", "step", "loss", "gradient_norm", "learning_rate"], rows: rows)
  }
}
