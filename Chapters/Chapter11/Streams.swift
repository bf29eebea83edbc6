import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "training points": RandomRegion(.data, sampleCount: 1 << 24),
      "points in question": RandomRegion(.data, firstSample: 1 << 29, sampleCount: 8),
      "unseen points": RandomRegion(.data, firstSample: 1 << 31),
      "noise on unseen points": RandomRegion(.jump),
      "directions of the trace": RandomRegion(.probe),
    ])
}
