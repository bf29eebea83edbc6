import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "training points": RandomRegion(.data, sampleCount: 1 << 30),
      "points of the bound": RandomRegion(.data, firstSample: 1 << 30, sampleCount: 10_000),
      "reference points": RandomRegion(.data, firstSample: 1 << 30 + 10_000, sampleCount: 10_000),
      "other points": RandomRegion(.data, firstSample: 1 << 30 + 20_000, sampleCount: 8 * 20_000),
      "unseen points": RandomRegion(.data, firstSample: 1 << 31),
      "noise on unseen samples": RandomRegion(.jump, stepCount: 1001, sampleCount: 4_000_000),
      "one distance, four ways": RandomRegion(.jump, stepCount: 1001, firstSample: 4_000_000, sampleCount: 1),
      "noise of the bound": RandomRegion(.jump, firstStep: 1 << 31),
    ])
}
