/*:
# Chapter 11: The price of a digit

How probable does a model find an image?

A generative model makes images, and it also has an opinion about every image: some are probable, most are not. If a model's probabilities are right, an image
of probability $p$ can be stored in $-\log_2 p$ bits, so the opinion is a price. A denoising diffusion probabilistic model (DDPM) only has a bound on
that price, the variational bound of chapter 4. The probability-flow ODE of chapter 8 computes the price itself, and [@chapter11_density] shows how well.

After this chapter you can compute the density that a diffusion model gives to a sample, turn it into bits per dimension, and recognize a likelihood that is good for the
wrong reasons.
*/
//: hide
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Formats
import Networks
import Notebook
import Samples
import Statistics
import Tensors
import Threads
import Training

let options = Options.orSentOn()
threadCount = options.common.threads
let quick = options.common.quick
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 11, options: options.common, changesResults: options.scoreScale != 1)
/*:
## Where the samples spread, the density falls

The ODE moves every sample along a velocity field, from noise to data. Think of the samples as a gas. Where neighbors move apart, the gas gets thinner; where they move together, it gets
denser. Samples that fill a small box of volume $V$ fill a box of volume $V (1 + h \, \text{div} \, v)$ after a short time $h$, where the divergence $\text{div} \, v$ is the sum of
the derivatives of each coordinate's velocity along that coordinate. The number of samples in the box does not change. So the density at a moving sample changes by the factor
$1/(1 + h \, \text{div} \, v)$, and its logarithm by

$$\frac{d}{du} \log p = -\text{div} \, v$$ {#continuity}

Chapter 8 brought the ODE into the form $dy/d\nu = \epsilon_\theta$, with $y = x/\sqrt{\bar\alpha}$ and the noise level $\nu$. There the divergence is the trace of the
matrix of derivatives $\partial \epsilon_\theta/\partial y$, which is $\sqrt{\bar\alpha}$ times $\partial \epsilon_\theta/\partial x$. Start at the noise, where $x_T$ has the density of $N(0, I)$.
The density of $y_T = x_T/\sqrt{\bar\alpha_T}$ is smaller by the volume factor $\sqrt{\bar\alpha_T}$ for each of the $d$ dimensions. Then add up what happens on the way to $\nu = 0$:

$$\log p(x_0) = \log N(x_T; 0, I) + \tfrac{d}{2} \log \bar\alpha_T + \int_0^{\nu_T} \sqrt{\bar\alpha} \, \text{tr} \frac{\partial \epsilon_\theta}{\partial x} \, d\nu$$ {#log-density}

<sub>In Swift: `ProbabilityFlow.encode(…)`, `EncodedSample.logDensity`. Tested: [the density along the flow](../../Tests/DiffusionTests/FlowDensityTests.swift).</sub>

<details><summary>Predict: on the way from noise to data, do the samples move together or apart? What does that say about the sign of the trace?</summary>

Together, in these units: noise of standard deviation 157 becomes data of standard deviation 1. The density rises on the way, so the trace is positive.

</details>

With the exact score the result must be the density of the data. First on a line, for the two modes; then for eight points of the plane.
*/
let flow = ProbabilityFlow(process: VariancePreservingSDE())
let accurate = DormandPrince(relativeTolerance: 1e-7, absoluteTolerance: 1e-7)

/// The log density that the ODE gives to a point of a mixture, with the exact score times --score-scale.
func logDensity<S: VectorSample>(of x: S, in data: GaussianMixture<S>) -> (found: Double, evaluations: Int) {
  let encoded = orExit(
    try flow.encode(x, to: flow.highestNoiseLevel, by: accurate, zero: 0.0) { x, u in
      let alphaBar = flow.process.alphaBar(at: u)
      return (
        options.scoreScale * data.bestNoisePrediction(from: x, alphaBar: alphaBar),
        options.scoreScale * data.noiseDivergence(at: x, alphaBar: alphaBar)
      )
    })
  return (encoded.logDensity, encoded.evaluations)
}
//: hide
let modes = GaussianMixture.twoModes
page.table(
  (0...(quick ? 26 : 130)).map { -1.3 + 2.6 * Double($0) / (quick ? 26 : 130) }, to: "density.csv",
  [
    Column(csv: "x") { $0 }, Column(csv: "found") { logDensity(of: $0, in: modes).found },
    Column(csv: "exact") { modes.logDensity(at: $0) },
  ])
let plane = ToyDistribution.gaussianMixture
let asked = ToyDistribution.mixture.points(count: 8, random: random["points in question"]).map { x in
  let (found, evaluations) = logDensity(of: x, in: plane)
  return (x: x, found: found, exact: plane.logDensity(at: x), evaluations: evaluations)
}
page.table(
  asked,
  [
    Column("$x$") { "\($0.x.x.text(places: 2)), \($0.x.y.text(places: 2))" },
    Column("$\\log p$ along the ODE", .places(5)) { $0.found },
    Column("exact", .places(5)) { $0.exact }, Column("evaluations") { $0.evaluations },
  ])
if options.scoreScale == 1 {
  page.claim(
    "the density along the ODE is the true one, to 0.0002",
    asked.allSatisfy { abs($0.found - $0.exact) < 2e-4 })
}
page.figure(
  "chapter11_density",
  """
  The density comes out without ever being put in. Dots: the log density of points on a line, each found \
  by following the probability-flow ODE from that point to noise. Line: the exact log density of the two \
  modes.
  """,
  alt: "A curve with two humps, the left one lower, and dots that lie on it everywhere.")
/*:
What is left of the difference is that $N(0, I)$ is not quite the distribution at the end: 0.004 % of the variance there are still data.

## A trace without the matrix

For a network the derivatives have to be computed. The trace of a matrix of $d \times d$ numbers takes $d$ backward passes: two in the plane, 784 for a digit. **Hutchinson's estimator**
needs one [@hutchinson1990]. Take a vector $v$ whose elements are −1 or 1 at random, independent of each other. Then

$$E \left[ v^T A v \right] = \sum_{i,j} E[v_i v_j] \, A_{ij} = \sum_i A_{ii} = \text{tr} \, A$$ {#hutchinson}

because $v_i v_j$ has the mean 0 for $i \ne j$ and is always 1 for $i = j$. One backward pass gives $v^T A$, whatever the dimension. The network for points of chapter 4 is trained again, and both
ways are compared at 500 noised points at $t = 1$, where that network begins.
*/
//: fold The same training as in chapter 4
let steps = quick ? 300 : 4000
var training = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 2, width: 96, depth: 4),
  data: ToyPoints(.mixture, random: random["training points"]), schedule: schedule,
  settings: TrainingSettings(
    batchSize: 256,
    learningRate: LearningRate(3e-3, warmUp: steps / 40, decay: .cosine(end: steps, floor: 0.01)),
    averageDecay: 0.995, seed: options.common.seed))
let bar = page.progress("the network of the plane", of: steps, unit: "steps")
orExit(try training.run(steps) { _ in bar.advance() })
let network = training.averagedModel
let (unseenPoints, noiseOnUnseen) = (random["unseen points"], random["noise on unseen points"])
let count = quick ? 50 : 500
let asking = (0..<count).map { i -> SIMD2<Double> in
  let x0 = ToyDistribution.mixture.point(count + i, random: unseenPoints)
  let noise = noiseOnUnseen.normals(step: 1, sample: i, count: 2)
  return schedule[1].marginal(of: x0).draw(SIMD2(noise[0], noise[1]))
}
//: end
let learnedFlow = ProbabilityFlow(process: schedule)
/// log p of all points; the trace is the sum of vᵀ(∂ε/∂x)v over some vectors v for each point.
func logDensities(along vectors: [Tensor]) -> [Double] {
  let encoded = orExit(
    try learnedFlow.encode(
      Tensor(points: asking), from: schedule.noiseLevel(at: 1), to: learnedFlow.highestNoiseLevel,
      by: DormandPrince(relativeTolerance: 1e-4, absoluteTolerance: 1e-4), zero: RowNumbers.zeros(count)
    ) { xt, t in
      let parts = vectors.map { network.noiseAndDivergence(from: xt, timestep: Timestep(t), probe: $0) }
      return (parts[0].noise, parts.map { RowNumbers($0.divergence) }.reduce(RowNumbers.zeros(count), +))
    })
  return zip(encoded.noise.points, encoded.divergence.values).map { noise, divergence in
    Gaussian(mean: SIMD2(0.0, 0), variance: 1).logDensity(at: noise) + 2 * encoded.logScale + divergence
  }
}
/*:
The exact trace takes the two unit vectors in turn, the estimate one vector of signs for each point.
*/
let exactTrace = logDensities(
  along: [SIMD2(1.0, 0), SIMD2(0, 1)].map { v in Tensor(points: asking.map { _ in v }) })
let directions = random["directions of the trace"]
let estimated = logDensities(along: [
  Tensor(
    points: asking.indices.map { i in
      let uniforms = directions.uniforms(sample: i, count: 2)
      return SIMD2(uniforms[0] < 0.5 ? -1 : 1, uniforms[1] < 0.5 ? -1 : 1)
    })
])
//: hide
let truth = asking.map { plane.marginal(at: schedule[1]).logDensity(at: $0) }
func difference(_ a: [Double], _ b: [Double]) -> (mean: Double, error: Double) {
  let differences = Moments(zip(a, b).map { $0 - $1 })
  return (differences.mean, (differences.variance / Double(a.count)).squareRoot())
}
let missing = difference(truth, exactTrace)
let scatter = difference(estimated, exactTrace)
page.table(
  [
    ("the true density", truth), ("the network, exact trace", exactTrace),
    ("the network, one vector each", estimated),
  ],
  [Column("mean over \(count) points") { $0.0 }, Column("$\\log p$ in nats", .places(3)) { mean($0.1) }])
func shown(_ difference: (mean: Double, error: Double)) -> String {
  "\(difference.mean.text(places: 4)) ± \(difference.error.text(places: 4)) nats"
}
page.show("the network falls short of the truth by \(shown(missing))")
page.claim(
  "one vector in place of the trace changes the mean by \(shown(scatter)), less than four standard errors",
  abs(scatter.mean) < 4 * scatter.error)
/*:
The first difference is, as far as 500 points can tell, the Kullback–Leibler (KL) divergence between the true distribution at $t = 1$ and the network's. For
comparison, chapter 4 found a bound for the same network that lies 0.087 nats above the truth, of which 0.017 would remain with the best network too.

## A pixel has 256 levels, a density has none

The price of a digit is the sum over 784 pixels, and it needs two more thoughts. The first is that a pixel takes one of 256 gray levels, and a density is about real numbers. What a level costs is the
logarithm of the *probability* of the level, the integral of the density over its width. **Uniform dequantization** [@theis2016] replaces the integral: move each pixel to a random place within
its level, and average the logarithm of the density there. The logarithm of an average is never less than the average of the logarithms, so for a level of width $w$ and a place $x$ in it

$$-\log \int_\text{level} p(x) \, dx \le -E \left[ \log p(x) \right] - \log w$$ {#dequantization}

The right side is what can be computed, and it is never lower than the true price. [@chapter11_levels] shows both for one pixel.

The second thought is the width $w$. Pixels lie in −1…1 here, and 256 levels at −1, −1 + 2/255 and so on are $2/255 = 1/127.5$ apart. So $-\log_2 w$ adds
*/
page.check("log₂ 127.5, bits for each pixel", log(127.5) / log(2), isPrinted: "6.994")
//: hide
let pixel = Gaussian(mean: 0.0012, variance: 0.0036 * 0.0036)
let width = 1 / 127.5
let levels = (-2...2).map { number -> (center: Double, bits: Double, dequantized: Double) in
  let level = Double(number) * width
  let edges = [level - width / 2, level + width / 2].map { ($0 - pixel.mean) / pixel.standardDeviation }
  let places = (0..<1000).map { level + width * ((Double($0) + 0.5) / 1000 - 0.5) }
  return (
    level, -logMassOfNormal(from: edges[0], to: edges[1]) / log(2),
    (-mean(places.map { pixel.logDensity(at: $0) }) - log(width)) / log(2)
  )
}
page.table(
  levels, to: "levels.csv",
  [
    Column(csv: "center") { $0.center }, Column(csv: "bits") { $0.bits },
    Column(csv: "dequantized") { $0.dequantized },
  ])
page.claim(
  "the price by dequantization is above the true one at all five levels",
  levels.allSatisfy { $0.dequantized > $0.bits })
page.write(
  CSV(
    columns: ["x", "density"],
    rows: (0...400).map { [Double($0) / 10_000 - 0.02, pixel.density(at: Double($0) / 10_000 - 0.02)] }),
  to: "pixel.csv")
page.figure(
  "chapter11_levels",
  """
  Dequantization costs a little. The density of one pixel over five gray levels; above each level its \
  true price in bits, and behind it the price by uniform dequantization, which is never lower.
  """,
  alt: """
    A bell curve over five strips of equal width, with two numbers above each strip; the second number is \
    larger, most of all in the outer strips.
    """)
/*:
bits to the price of a pixel. A report that forgets them comes out at impossible negative prices, as exercise 1 shows.

## The price of MNIST

With the U-Net of chapter 5, 500 test digits, and one vector $v$ for each. The measurement takes minutes, so it is committed, and `make flow` makes it again. There are two ways to begin. *Levels*
dequantizes the digit as above. *Noise* adds the noise of $t = 1$ instead, where the ODE begins anyway, and lets chapter 4's last term $L_0$ find the level again:
its price is $E[-\log_2 p(x_1) + \log_2 q(x_1 \mid x_0)] + L_0$. The last line is the variational bound of the thousand steps, for the same digits.
*/
//: hide
let measured = orExit(try CSV.read("\(Notebook.project())/data/results/flow/likelihood.csv"))
func numbers(_ name: String) -> [Double] { orExit(try measured.numbers(in: name)) }
let names = ["levels": "ODE, levels", "noise": "ODE, noise", "bound": "variational bound, 1000 steps"]
let prices = measured.rows.indices.map { row in
  (
    kind: names[measured.rows[row][0]] ?? measured.rows[row][0], tolerance: numbers("tolerance")[row],
    evaluations: numbers("evaluations")[row], bits: numbers("bits")[row],
    error: numbers("standard_error")[row]
  )
}
page.table(
  prices, to: "prices.csv",
  [
    Column("500 test digits", csv: "kind") { $0.kind },
    Column("tolerance") { $0.tolerance > 0 ? $0.tolerance.text(1) : "" },
    Column("evaluations") { $0.evaluations > 0 ? $0.evaluations.text(places: 0) : "" },
    Column("bits per dimension", csv: "bits", .places(3)) { $0.bits },
    Column("standard error", csv: "error", .places(3)) { $0.error },
  ])
let (byNoise, bound) = (prices[3], prices[4])
let errorOfDifference = (byNoise.error * byNoise.error + bound.error * bound.error).squareRoot()
page.claim(
  """
  with the noise of t = 1 the ODE needs fewer bits than the thousand steps, by \
  \((bound.bits - byNoise.bits).text(places: 3)) ± \(errorOfDifference.text(places: 3))
  """, bound.bits - byNoise.bits > 3 * errorOfDifference)
page.figure(
  "chapter11_prices",
  """
  The same network, three prices. Bits per dimension of 500 test digits of MNIST with two standard \
  errors, and, dashed, the price that *levels* cannot go below with a right score at $t = 1$.
  """,
  alt: """
    Three bars: the variational bound at 1.63, the ODE with levels at 1.58, the ODE with noise at 1.54 \
    bits, and a dashed line at 1.68 above them all.
    """)
/*:
One network, two models: one draws noise a thousand times, the other once. With *noise* both have the same last term $L_0$, about 0.85 bits, and what comes before it costs the ODE an
eighth less. A part of that is no merit of the ODE: the thousand steps have only a bound, and the ODE has, up to $t = 1$, the probability itself.

*Levels* is lower than the bound too, and that is suspicious. The noise at $t = 1$ is 1.3 gray levels wide. With the right score there, the ODE would spread the digits by as much, and could not need less
than the entropy of that noise, in levels:
*/
let least = log(127.5 * 0.01 * (2 * Double.pi).squareRoot()) / log(2)
page.show("\(least.text(places: 3)) bits per dimension")
/*:
It needs less, so its score at $t = 1$ is wrong, as chapter 7 found in the plane, and wrong in a way that suits clean digits.

> **Common claim.** The model with the lower bits per dimension is the better model.
>
> **What the numbers say.** A likelihood can be good for the wrong reasons, and it says little about the images. The digits of the ODE are the cheaper ones here, and those of DDPM
> the better ones, as chapter 8 showed.

## What to remember

- Where the velocity field spreads samples apart, the density falls, by the divergence of the field.
- The log density of a sample is that of its noise, plus a volume factor, plus the integral of a trace along the ODE.
- Hutchinson's estimator replaces a trace of $d$ backward passes by one pass with a random vector of signs.
- A density becomes a price of gray levels by dequantization, which is an upper bound, and by $\log_2 127.5 = 6.994$ bits for the width of a level.
- Likelihood and quality of samples are two different things.

## Try it

- `make chapter11 ARGS="--score-scale 1.05"`: which density does a score have that is 5 % too long?
- Train a model of your own, and measure it: `.build/release/ddpm likelihood --model out/models/mine --count 500 --likelihoods 50 --out out/mine`. It needs MNIST and a few minutes.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter11`).

1. **Negative bits.** A report says: "our model needs −5.42 bits per dimension on MNIST". What was forgotten? What does a model need that takes all 256 levels for equally likely? And how much too high
   is the price by uniform dequantization for a pixel that lies at a level, where the model's density is a Gaussian about that level with a standard deviation of one level, or of a quarter of one?
2. **Signs or normals.** For a symmetric matrix $A$, what is the variance of Hutchinson's estimate $v^T A v$ of the trace if $v$ has random signs, and what if $v$ is $N(0, I)$? When is
   a single $v$ of signs exact?

## Where to go next

The density along an ODE was introduced by [@chen2018] and made practical by [@grathwohl2019]; [@song2021sde] applied it to diffusion. [@kingma2021] derive what the variational bound
has to do with the signal-to-noise ratio, and [@theis2016] warn about likelihoods in words that still hold.
*/
page.finish()
