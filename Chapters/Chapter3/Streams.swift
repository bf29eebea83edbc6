import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "two ways to the mean": RandomRegion(.jump, firstSample: 1_000_000, sampleCount: 1),
      "points": RandomRegion(.data, stepCount: 1),
      "candidates": RandomRegion(.data, firstStep: 1),
      "noised points": RandomRegion(.jump, sampleCount: 1_000_000),
    ])
}
