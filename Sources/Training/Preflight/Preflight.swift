import Deterministic
import Diffusion
import Synchronization
import Tensors
import Threads

/// What is looked at before the first step: the data as training will see them, the end of the schedule, and how often
/// each timestep will be drawn.
///
/// Most trainings that come to nothing were lost before they began: data in 0…1 or 0…255, a schedule that leaves the
/// picture in x_T, too few steps. All of it shows in seconds.
///
/// ```swift
/// let preflight = Preflight(data: data, schedule: schedule, settings: settings, stepCount: 3000)
/// preflight.lines.forEach { print($0) }
/// ```
package struct Preflight: Sendable {
  /// The samples that were looked at: the first 1,024 of the training, or all where there are fewer.
  package let samplesSeen: Int
  /// The smallest finite number in them.
  package let smallest: Double
  /// The largest finite number in them.
  package let largest: Double
  /// The mean of the finite numbers in them.
  package let mean: Double
  /// The standard deviation of the finite numbers in them, all pixels together.
  package let standardDeviation: Double
  /// ᾱ_T, the share of the variance of x_0 that is left in x_T.
  package let lastAlphaBar: Double
  /// How often the training will draw each timestep; element t − 1 belongs to t.
  ///
  /// Of a long training the first four million draws are counted, after which none is left out.
  package let timestepCounts: [Int]
  /// What is wrong; empty where nothing was found.
  package let findings: [Finding]
  /// The report, line by line; a function of what was given alone.
  package let lines: [String]

  /// The most samples that are looked at: enough to see a range, and drawn in a second.
  private static let mostSamples = 1024

  /// The most draws that are counted.
  private static let mostDraws = 1 << 22

  /// Looks at a training before its first step.
  ///
  /// - Parameters:
  ///   - data: The samples.
  ///   - schedule: How much noise each timestep has.
  ///   - settings: The training's; batch size and seed are looked at.
  ///   - stepCount: The number of steps that the training is to make, 1 or more.
  ///   - range: What the numbers of the data should look like.
  package init(
    data: some TrainingData, schedule: NoiseSchedule, settings: TrainingSettings, stepCount: Int,
    expecting range: DataRange = .pixels
  ) {
    guard stepCount >= 1 else { fatalError("Preflight: a training of \(stepCount) steps") }
    samplesSeen = min(Self.mostSamples, data.sampleCount ?? stepCount * settings.batchSize)
    let seen = data.rows(0..<samplesSeen)
    let summary = Summary(seen)
    smallest = summary.smallest
    largest = summary.largest
    mean = summary.mean
    standardDeviation = summary.variance.squareRoot()
    lastAlphaBar = schedule.alphaBar(schedule.stepCount)
    let countedSteps = min(stepCount, max(1, Self.mostDraws / settings.batchSize))
    timestepCounts = Self.timestepCounts(schedule: schedule, settings: settings, stepCount: countedSteps)

    var findings: [Finding] = []
    let notFinite = (0..<samplesSeen).filter { !seen.rows($0..<$0 + 1).isFinite }
    if let first = notFinite.first {
      findings.append(.notFinite(samples: notFinite.count, firstPosition: first))
    }
    if summary.count > 0 { findings += range.findings(in: summary) }
    if let count = data.sampleCount, settings.batchSize > count {
      findings.append(.batchLargerThanData(batchSize: settings.batchSize, sampleCount: count))
    }
    if let count = data.sampleCount, count < Self.fewestSamples { findings.append(.fewSamples(count)) }
    // A hundredth: then x_T's standard deviation is right within half a percent for data of variance 1, and its mean
    // within a tenth of x_0.
    if lastAlphaBar > 0.01 {
      findings.append(.signalLeft(alphaBar: lastAlphaBar, stepCount: schedule.stepCount))
    }
    let never = schedule.timesteps.filter { [timestepCounts] in timestepCounts[$0 - 1] == 0 }
    if !never.isEmpty {
      findings.append(.timestepsNeverDrawn(never, draws: countedSteps * settings.batchSize))
    }
    self.findings = findings

    let samples = stepCount * settings.batchSize
    let epochs =
      data.sampleCount.map { ", \(text(Double(samples) / Double($0))) epochs of \($0)" } ?? ", all new"
    let least = timestepCounts.min() ?? 0, most = timestepCounts.max() ?? 0
    lines =
      [
        "training: \(stepCount) steps of \(settings.batchSize) samples are \(samples)\(epochs)",
        "data: the first \(samplesSeen) samples, each \(data.rowShape), lie in \(text(smallest))…\(text(largest)), "
          + "mean \(text(mean)), standard deviation \(text(standardDeviation))",
        "schedule: T = \(schedule.stepCount), ᾱ_T = \(text(lastAlphaBar)), √ᾱ_T = "
          + "\(text(lastAlphaBar.squareRoot())) of x_0 is left in x_T",
        "timesteps: each is drawn \(least) to \(most) times"
          + (countedSteps < stepCount ? " in the first \(countedSteps) steps" : "")
          + ", \(text(Double(countedSteps * settings.batchSize) / Double(schedule.stepCount))) on average",
      ] + (findings.isEmpty ? ["nothing wrong was found"] : findings.map { "wrong: \($0)" })
  }

  /// How often each timestep will be drawn, by going through all the addresses.
  private static func timestepCounts(
    schedule: NoiseSchedule, settings: TrainingSettings, stepCount: Int
  ) -> [Int] {
    let random = RandomNumbers(seed: settings.seed)
    let stepsPerPiece = 64
    let total = Mutex([Int](repeating: 0, count: schedule.stepCount))
    parallelFor((stepCount + stepsPerPiece - 1) / stepsPerPiece) { piece in
      var counts = [Int](repeating: 0, count: schedule.stepCount)
      for step in piece * stepsPerPiece + 1...min(stepCount, (piece + 1) * stepsPerPiece) {
        for sample in 0..<settings.batchSize {
          let t = Batch.timestep(random, step: step, sample: sample, stepCount: schedule.stepCount)
          counts[t - 1] += 1
        }
      }
      // Whole numbers: their sum has no order.
      total.withLock { total in for place in counts.indices { total[place] += counts[place] } }
    }
    return total.withLock { $0 }
  }
}

extension Preflight {
  /// What was found that nothing can come of.
  package var hopeless: [Finding] { findings.filter(\.isHopeless) }

  /// The report for somebody who trains: what was found that is no reason to stop stands as a warning.
  ///
  /// - Parameter isForced: Whether the training goes on whatever was found; all that was is a warning then.
  package func report(forced isForced: Bool) -> [String] {
    let drawn = timestepCounts.count { $0 > 0 }
    let share =
      "\(drawn) of \(timestepCounts.count) are drawn (\(text(100 * Double(drawn) / Double(timestepCounts.count))) %)"
    return lines.dropLast(max(1, findings.count)).map { line in
      line.hasPrefix("timesteps: ") ? "timesteps: \(share);\(line.dropFirst("timesteps:".count))" : line
    } + findings.filter { isForced || !$0.isHopeless }.map { "warning: \($0)" }
  }
}

/// What the numbers of a data set should look like.
package enum DataRange: Sendable {
  /// Pixels: from −1 to 1, and using most of it.
  case pixels
  /// Standardized numbers: mean 0, variance 1, in no range.
  case standardized
}

/// The finite numbers of a tensor.
struct Summary {
  var count = 0
  var smallest = Double.infinity
  var largest = -Double.infinity
  var mean = 0.0
  var variance = 0.0

  init(_ tensor: Tensor) {
    let numbers = tensor.values.lazy.filter(\.isFinite).map(Double.init)
    var sum = 0.0
    for number in numbers {
      count += 1
      sum += number
      smallest = min(smallest, number)
      largest = max(largest, number)
    }
    guard count > 0 else { return }
    mean = sum / Double(count)
    for number in numbers { variance += (number - mean) * (number - mean) / Double(count) }
  }
}

/// A number to four digits.
func text(_ number: Double) -> String { number.isFinite ? number.text(4) : "\(number)" }
