import Deterministic
import Diffusion
import Notebook

/// The addresses of this chapter's random numbers by name; they stay, so that its results do.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(seed: seed, ["noise on unseen digits": RandomRegion(.jump)])
}
