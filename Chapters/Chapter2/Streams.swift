import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(
    seed: seed,
    [
      "steps of the chains": RandomRegion(.forwardStep, sampleCount: 1000),
      "jumps of the chains": RandomRegion(.jump, sampleCount: 1),
      "steps of the digit": RandomRegion(.forwardStep, firstSample: 1_000_000, sampleCount: 1),
      "jumps of the digit": RandomRegion(.jump, firstSample: 1_000_000, sampleCount: 1),
      "jumps of the unknown digits": RandomRegion(.jump, firstSample: 200_000, sampleCount: 1000),
      "steps of the image": RandomRegion(.forwardStep, firstSample: 1_000_001, sampleCount: 1),
      "steps of the geometric image": RandomRegion(.forwardStep, firstSample: 1_000_002, sampleCount: 1),
      "steps of the fast chain": RandomRegion(.forwardStep, firstSample: 1_000_003, sampleCount: 1),
      "steps of the slow chain": RandomRegion(.forwardStep, firstSample: 1_000_004, sampleCount: 1),
      "steps back of the image": RandomRegion(.reverseStep, firstSample: 1_000_001, sampleCount: 1),
    ])
}
