import Diffusion

/// Three Gaussians on the line, unequal in weight, place and width, with mean 0.02.
let lineMixture = GaussianMixture([
  .init(weight: 0.5, mean: -1.2, variance: 0.04),
  .init(weight: 0.3, mean: 0.4, variance: 0.25),
  .init(weight: 0.2, mean: 2.5, variance: 0.01),
])

/// Three components like those of `lineMixture`, at random places of a space of any dimension.
func mixture<S: VectorSample>(like zero: S) -> GaussianMixture<S> {
  GaussianMixture([
    .init(weight: 0.5, mean: normalPoint(like: zero, 1), variance: 0.04),
    .init(weight: 0.3, mean: normalPoint(like: zero, 2), variance: 0.25),
    .init(weight: 0.2, mean: normalPoint(like: zero, 3), variance: 0.5),
  ])
}

/// A line that holds `lineMixture` and all its noisy versions, fine enough for a given smallest deviation.
func line(for deviation: Double) -> Grid { Grid(from: -9, to: 9, spacing: deviation / 2) }
