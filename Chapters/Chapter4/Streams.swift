import Deterministic
import Diffusion
import Notebook

/// The random numbers of this chapter by name; the points of the training stay where they were.
func streams(seed: UInt64) -> RandomStreams {
  RandomStreams(seed: seed, ["training points": RandomRegion(.data)])
}
