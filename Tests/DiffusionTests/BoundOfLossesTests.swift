import Deterministic
import Diffusion
import Testing

/// The expected bound is a weighted sum of losses: what chapter 4 computes from the lowest ones.
@Suite("The bound of a predictor, from its losses by timestep")
struct BoundOfLossesTests {
  /// L_T + Σ (w_t · loss_t + C_t) + L_0 in nats, in expectation over the data, one dimension.
  private func bound(
    _ data: GaussianMixture<Double>, _ schedule: NoiseSchedule, _ variance: ReverseVariance
  ) -> Double {
    let weighed = schedule.steps.map { step in
      step.boundWeight(of: .noise, variance: variance) * data.lowestLoss(at: step)
        + (step.timestep > 1 ? step.boundConstant(variance: variance) : 0)
    }
    let last = 0.5 * log(2 * Double.pi * schedule[1].reverseVariance(variance))
    return data.expectation { schedule.priorTerm(of: $0).nats } + weighed.reduce(0, +) + last
  }

  /// The same, each term by a quadrature over x_0 and the noise.
  private func byQuadrature(
    _ data: GaussianMixture<Double>, _ schedule: NoiseSchedule, _ variance: ReverseVariance
  ) -> Double {
    data.expectation { x0 in
      var sum = schedule.priorTerm(of: x0).nats
      for step in schedule.steps {
        for i in -128...128 {
          let noise = Double(i) / 16
          let xt = step.marginal(of: x0).draw(noise)
          let best = data.bestNoisePrediction(from: xt, at: step)
          let term =
            step.timestep > 1
            ? step.denoisingTerm(of: x0, given: xt, predictedNoise: best, variance: variance)
            : step.reconstructionTerm(
              of: x0, given: xt, predictedNoise: best, variance: variance, data: .continuous)
          sum += Gaussian(mean: 0.0, variance: 1).density(at: noise) / 16 * term.nats
        }
      }
      return sum
    }
  }

  private let groups = GaussianMixture([
    .init(weight: 0.3, mean: -0.8, variance: 0.04), .init(weight: 0.7, mean: 0.8, variance: 0.09),
  ])

  @Test("is the bound by quadrature, and above the entropy of the data", arguments: ReverseVariance.allCases)
  func sums(variance: ReverseVariance) throws {
    let schedule = try NoiseSchedule.demonstration(stepCount: 4, multiplier: 7.5)
    let fromLosses = bound(groups, schedule, variance)
    #expect(abs(fromLosses - byQuadrature(groups, schedule, variance)) < 1e-9)
    #expect(fromLosses > groups.differentialEntropy)
  }

  // The more steps, the nearer to Gaussians the true steps are: what is left is L_T and the last steps.
  @Test("comes down to the entropy with more and smaller steps")
  func limit() throws {
    var before = Double.infinity
    for count in [10, 100, 1000] {
      let schedule = try NoiseSchedule.demonstration(stepCount: count, multiplier: 30 / Double(count))
      let above = bound(groups, schedule, .beta) - groups.differentialEntropy
      #expect(above > 0 && above < before / 3)
      before = above
    }
    #expect(before < 0.01)
  }

  @Test("is the entropy for data N(0, 1) with σ² = β, whatever the schedule", arguments: [2, 10, 1000])
  func equality(count: Int) throws {
    let standard = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
    let schedule = try NoiseSchedule.linear(stepCount: count)
    #expect(abs(bound(standard, schedule, .beta) - standard.differentialEntropy) < 1e-9)
  }
}
