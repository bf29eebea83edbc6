import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "points": RandomRegion(.data, sampleCount: 1 << 24),
      "other points": RandomRegion(.data, firstSample: 1 << 24, sampleCount: 10 << 24),
      "starting noise of the digits": RandomRegion(.startingNoise, sampleCount: 100_000),
      "starting noise of the cloud": RandomRegion(.startingNoise, firstSample: 100_000),
      "trajectories of the SDE": RandomRegion(.reverseStep, firstSample: 30_000, sampleCount: 10_000),
      "steps of the cloud": RandomRegion(.reverseStep, firstSample: 100_000),
      "corrections of the cloud": RandomRegion(.correction, firstSample: 100_000),
    ])
}
