import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "starts of the chains": RandomRegion(.startingNoise, firstSample: 5_000_000, sampleCount: 1_000_000),
      "noise of the chains": RandomRegion(.reverseStep, firstSample: 5_000_000, sampleCount: 1_000_000),
      "noise on one digit": RandomRegion(.jump, sampleCount: 1),
      "two ways to the mean": RandomRegion(.jump, firstSample: 5_000_000, sampleCount: 1),
      "digits by number: x_T": RandomRegion(.startingNoise, sampleCount: 5_000_000),
      "digits by number: z": RandomRegion(.reverseStep, sampleCount: 5_000_000),
    ])
}
