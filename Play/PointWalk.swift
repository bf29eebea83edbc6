import Samples
import Deterministic
import Diffusion

/// Points of the plane on their way from noise to a mixture, by algorithm 2 with the best possible network.
struct PointWalk {
  let mixture: GaussianMixture<SIMD2<Double>>
  let schedule: NoiseSchedule
  /// The moments of each point, from t = T to 0.
  private let walks: [[Moment<Int, SIMD2<Double>>]]

  /// Walks `count` points back, with the noise that chapters 4 and 7 give to points of these numbers.
  init(
    to mixture: GaussianMixture<SIMD2<Double>>, _ schedule: NoiseSchedule, variance: ReverseVariance,
    count: Int
  ) {
    self.mixture = mixture
    self.schedule = schedule
    let steps = schedule.timesteps.map { schedule[$0] }
    walks = (0..<count).map { point in
      func noise(_ purpose: Purpose, _ t: Int) -> SIMD2<Double> {
        let pair = chapterNumbers[purpose].normals(step: t, sample: point, count: 2)
        return SIMD2(pair[0], pair[1])
      }
      let sampler = AncestralSampler(
        steps: steps, from: noise(.startingNoise, 0), variance: variance, noise: { noise(.reverseStep, $0) },
        predictor: { mixture.bestNoisePrediction(from: $0, at: schedule[$1]) })
      var moments: [Moment<Int, SIMD2<Double>>] = []
      for moment in sampler { moments.append(moment) }
      return moments
    }
  }

  /// The points at t, x and y in turn.
  func points(at t: Int) -> [Double] { coordinates { $0[schedule.stepCount - t].sample } }

  /// What each would be if the predicted noise were all, x̂_0 = E[x_0 | x_t], x and y in turn.
  func guesses(at t: Int) -> [Double] { coordinates { $0[schedule.stepCount - t].predictedX0 } }

  private func coordinates(_ place: ([Moment<Int, SIMD2<Double>>]) -> SIMD2<Double>) -> [Double] {
    var numbers: [Double] = []
    for walk in walks {
      let point = place(walk)
      numbers.append(point.x)
      numbers.append(point.y)
    }
    return numbers
  }

  /// The density q(x_t) on a square grid over [−reach, reach]², rows from the top.
  func density(at t: Int, reach: Double, size: Int) -> [Double] {
    let marginal = mixture.marginal(alphaBar: schedule.alphaBar(t))
    return (0..<size * size).map { place in
      let x = (Double(place % size) + 0.5) / Double(size) * 2 - 1
      let y = 1 - (Double(place / size) + 0.5) / Double(size) * 2
      return marginal.density(at: reach * SIMD2(x, y))
    }
  }

  /// The share of the points at t = 0 that are group `k`'s: the mean of its responsibilities.
  func share(ofGroup k: Int) -> Double {
    var sum = 0.0
    for walk in walks { sum += mixture.responsibilities(at: walk[walk.count - 1].sample)[k] }
    return sum / Double(walks.count)
  }

  /// The share of the points at t = 0 that lie farther than three standard deviations from every group.
  var strays: Double {
    let count = walks.count { walk in
      let point = walk[walk.count - 1].sample
      return mixture.components.allSatisfy { component in
        let offset = point - component.gaussian.mean
        return offset.dot(offset) > 9 * component.gaussian.variance
      }
    }
    return Double(count) / Double(walks.count)
  }
}

/// The mixtures that the page offers.
let mixtures = [
  // Chapters 3, 4 and 7.
  ToyDistribution.gaussianMixture,
  // The two groups of chapters 3, 4 and 6, which lie on a line there.
  GaussianMixture([
    .init(weight: 0.3, mean: SIMD2(-0.8, 0), variance: 0.01),
    .init(weight: 0.7, mean: SIMD2(0.8, 0), variance: 0.01),
  ]),
]
