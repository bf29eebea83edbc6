import Denoisers
import Diffusion
import Samples
import Tensors

/// Times from 1 to another in even steps.
func even(_ count: Int, to last: Double = 0) -> [Double] {
  (0...count).map { 1 + (last - 1) * Double($0) / Double(count) }
}

/// The samplers that the chapter compares.
enum Sampler: String, CaseIterable {
  case ancestral = "DDPM"
  case eulerMaruyama = "Euler–Maruyama"
  case corrected = "predictor–corrector"
  case euler = "DDIM"
  case heun = "Heun"
}

/// Samples of the plane by each sampler, from the same starting noise and with as many evaluations.
struct Race: Sendable {
  let sde: VariancePreservingSDE
  let data: GaussianMixture<SIMD2<Double>>
  let start: Tensor
  /// The noise of a step, and that of one of its corrections.
  let noise: @Sendable (_ step: Int, _ correction: Int) -> Tensor

  /// Samples of a sampler; `scale` multiplies the true score.
  func samples(_ sampler: Sampler, evaluations: Int, scale: Double) -> [SIMD2<Double>] {
    switch sampler {
    case .ancestral: return chain(.ancestral, even(evaluations), scale)
    case .eulerMaruyama: return chain(.eulerMaruyama, even(evaluations), scale)
    case .corrected: return chain(.ancestral, even(evaluations / 2), corrections: 1, scale)
    case .euler: return solved(.euler, evaluations, scale)
    case .heun: return solved(.heun, evaluations, scale)
    }
  }

  private func chain(_ update: ReverseUpdate, _ times: [Double], corrections: Int = 0, _ scale: Double)
    -> [SIMD2<Double>]
  {
    PredictorCorrectorSampler(
      of: sde, through: times, from: start, update: update, variance: .betaTilde, corrections: corrections,
      noise: noise, predictor: { predictedNoise($0, at: $1, scale) }
    ).sample().points
  }

  private func solved(_ method: ODEMethod, _ evaluations: Int, _ scale: Double) -> [SIMD2<Double>] {
    ProbabilityFlow(process: sde).decode(
      start, through: even(evaluations / method.evaluationsPerStep).map(sde.noiseLevel), by: method,
      predictor: { predictedNoise($0, at: $1, scale) }
    ).points
  }

  private func predictedNoise(_ x: Tensor, at time: Double, _ scale: Double) -> Tensor {
    scale * data.bestNoisePrediction(from: x, alphaBar: sde.alphaBar(at: time))
  }
}
