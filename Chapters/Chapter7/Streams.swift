import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "training points": RandomRegion(.data, sampleCount: 1 << 24),
      "unseen points": RandomRegion(.data, firstSample: 1 << 31),
      "noise on unseen points": RandomRegion(.jump, sampleCount: 1_000_000),
      "points of the square": RandomRegion(.jump, firstSample: 1_000_000),
      "starting noise": RandomRegion(.startingNoise, sampleCount: 100_000),
      "Langevin dynamics": RandomRegion(.correction, stepCount: 10_000, sampleCount: 100_000),
      "annealed Langevin dynamics": RandomRegion(.correction, firstStep: 10_000, sampleCount: 100_000),
      "coupled trajectories": RandomRegion(.reverseStep, firstSample: 20_000, sampleCount: 10_000),
    ])
}
