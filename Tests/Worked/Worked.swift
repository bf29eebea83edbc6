import Deterministic
import Diffusion

/// How many values `worked` has.
public let workedCount = 2000

/// Value number `index` of a list that passes through every formula that a page may show.
public func worked(_ index: Int) -> Double {
  let random = RandomNumbers(seed: 2020)
  let t = 1 + index / 2
  guard let linear = try? NoiseSchedule.linear(), let cosine = try? NoiseSchedule.cosine() else { return 0 }
  let step = index % 2 == 0 ? linear[t] : cosine[t]
  let x0 = random[.data].normal(sample: index)
  let xt = step.marginal(of: x0).draw(random[.jump].normal(step: t, sample: index))
  let mixture = GaussianMixture([
    .init(weight: 0.3, mean: SIMD2(-0.8, 0.1), variance: 0.01),
    .init(weight: 0.7, mean: SIMD2(0.8, 0), variance: 0.04),
  ])
  let point = SIMD2(xt, x0)
  let best = mixture.bestNoisePrediction(from: point, at: step)
  let variance: ReverseVariance = index % 3 == 0 ? .beta : .betaTilde
  let back = step.reverse(from: point, predictedNoise: best, variance: variance)
  let bound =
    t == 1
    ? step.reconstructionTerm(of: -1, given: xt, predictedNoise: 0.3, variance: variance, data: .eightBit)
    : step.denoisingTerm(of: x0, given: xt, predictedNoise: 0.3, variance: variance)
  let levels = back.logProbability(ofEightBit: SIMD2(1, Double(index % 256) / 127.5 - 1))
  let line = GaussianMixture([
    .init(weight: 0.3, mean: -0.8, variance: 0.01), .init(weight: 0.7, mean: 0.8, variance: 0.04),
  ])
  let sampler = AncestralSampler(
    steps: linear.respaced(to: 2 + index % 5), from: xt, variance: .betaTilde,
    adjustingX0: index % 3 == 0 ? { $0.clipped(to: 1) } : nil,
    noise: { random[.reverseStep].normal(step: $0, sample: index) },
    predictor: { x, time in line.bestNoisePrediction(from: x, at: linear[time]) })
  return bound.bitsPerDimension + levels + step.posterior(of: x0, given: xt).draw(0.3)
    + back.draw(SIMD2(0.1, -0.2)).x + tanh(xt) + erf(x0) + sampler.sample() + line.lowestLoss(at: step)
    + continuous(from: xt, data: line, index)
}

/// What the samplers and solvers in continuous time make of some noise.
private func continuous(from xT: Double, data: GaussianMixture<Double>, _ index: Int) -> Double {
  let (sde, random) = (VariancePreservingSDE(), RandomNumbers(seed: 2020))
  let flow = ProbabilityFlow(process: sde)
  func noise(_ x: Double, _ u: Double) -> Double {
    data.bestNoisePrediction(from: x, alphaBar: sde.alphaBar(at: u))
  }
  let levels = flow.noiseLevels(count: 3 + index % 4)
  let decoded = flow.decode(xT, through: levels, by: index % 2 == 0 ? .heun : .euler, predictor: noise)
  let walk = PredictorCorrectorSampler(
    of: sde, through: levels.map { sde.time(noiseLevel: $0) }, from: xT,
    update: ReverseUpdate.allCases[index % 3], corrections: 1,
    noise: { random[.reverseStep].normal(step: 2 * $0 + $1, sample: index) }, predictor: noise)
  let solver = DormandPrince(relativeTolerance: 1e-2, absoluteTolerance: 1e-2)
  guard
    let encoded = try? flow.encode(
      xT, to: 1, by: solver, zero: 0.0,
      predictor: { x, u in (noise(x, u), data.noiseDivergence(at: x, alphaBar: sde.alphaBar(at: u))) })
  else { return 0 }
  return decoded + walk.sample() + encoded.logDensity + data.cumulative(at: xT)
}

#if hasFeature(Embedded)
@_expose(wasm, "count") @_cdecl("count")
func exposedCount() -> Int32 { Int32(workedCount) }

/// Half the bits of a value: a page has no 64-bit integers without BigInt.
@_expose(wasm, "bits") @_cdecl("bits")
func exposedBits(_ index: Int32, _ half: Int32) -> UInt32 {
  UInt32(truncatingIfNeeded: worked(Int(index)).bitPattern >> (half == 0 ? 0 : 32))
}
#endif
