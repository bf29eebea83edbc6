/*:
# Chapter 3: The posterior

Here is $x_t$. What was $x_{t-1}$?

Generating means walking back, so this is the question of the whole book. Without more knowledge it
has no simple answer: many clean samples may have led here. But if somebody tells us $x_0$, the
answer is a Gaussian, and its mean and variance are a line of arithmetic each (Ho et al. 2020,
equations 6 and 7):

$$q(x_{t-1} \mid x_t, x_0) = N(\tilde\mu_t, \tilde\beta_t I), \qquad \tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{1-\bar\alpha_t} x_0 + \frac{\sqrt{\alpha_t} (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} x_t, \qquad \tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t} \beta_t$$

This chapter computes it, checks it against Bayes' rule done by brute force, and then asks what
becomes of it when nobody tells us $x_0$, which is the situation of a network.
*/
import ArgumentParser
import Console
import Samples
import Deterministic
import Diffusion
import Formats
import Notebook

struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter3", abstract: "Chapter 3: the posterior.")

  @Option(name: .customLong("x0"), parsing: .unconditional, help: "A clean pixel of your choice, -10 to 10.")
  var cleanPixel = 0.8

  @Option(name: .customLong("xt"), parsing: .unconditional, help: "The noisy pixel it became, -10 to 10.")
  var noisyPixel = 0.6

  @Option(parsing: .unconditional, help: "The timestep at which it did, 1 to 1000.")
  var timestep = 500

  @Option(parsing: .unconditional, help: "Steps of the coarse schedule, 2 to 1000.")
  var steps = 10

  @OptionGroup var common: ChapterOptions

  /// Refuses what is outside the chapter's range.
  func validate() throws {
    for (name, value) in [("--x0", cleanPixel), ("--xt", noisyPixel)] {
      guard abs(value) <= 10 else { throw ValidationError("\(name): expected -10 to 10, found \(value)") }
    }
    try require("--timestep", timestep, in: 1...1000)
    try require("--steps", steps, in: 2...1000)
    try require("--steps \(steps)", toAllow: coarse)
  }

  /// A schedule of few steps that ends where the thousand end.
  func coarse() throws -> NoiseSchedule {
    try .demonstration(stepCount: steps, multiplier: 30 / Double(steps))
  }

  /// Whether the results are other than the committed ones.
  var changeResults: Bool {
    guard let usual = try? Self.parse([]) else { return true }
    return cleanPixel != usual.cleanPixel || noisyPixel != usual.noisyPixel || timestep != usual.timestep
      || steps != usual.steps
  }
}

let options = Options.parsedOrExit()
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 3, options: options.common, changesResults: options.changeResults)
/*:
## By hand

Worked example 3, "at $t = 500$": $\alpha_t = 0.99$, $\bar\alpha_t = 0.5$,
$\bar\alpha_{t-1} = 0.505$. These are rounded numbers that belong to no schedule
($0.99 \cdot 0.505 = 0.49995$, not 0.5), so the step is built by hand. A pixel was $x_0 = 0.8$ and
has become $x_t = 0.6$.
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
let posterior = example.posterior(of: 0.8, given: 0.6)
let ofX0 = example.posteriorCoefficientOfX0
let ofXt = example.posteriorCoefficientOfXt

page.check("√ᾱ_{t−1}", example.previousAlphaBar.squareRoot(), isPrinted: "0.711")
page.check("√ᾱ_{t−1} β_t", example.previousAlphaBar.squareRoot() * example.beta, isPrinted: "0.00711")
page.check("coefficient of x_0", ofX0, isPrinted: "0.0142")
page.check(
  "√α_t (1−ᾱ_{t−1})", example.alpha.squareRoot() * (1 - example.previousAlphaBar), isPrinted: "0.4925")
page.check("coefficient of x_t", ofXt, isPrinted: "0.985")
page.check("what x_0 contributes", ofX0 * 0.8, isPrinted: "0.0114")
page.check("what x_t contributes", ofXt * 0.6, isPrinted: "0.591")
page.check("mean μ̃_t", posterior.mean, isPrinted: "0.602")
page.check("variance β̃_t", posterior.variance, isPrinted: "0.0099")
/*:
Now with your own numbers (`--x0`, `--xt`, `--timestep`), on the real schedule:
*/
let own = schedule[options.timestep].posterior(of: options.cleanPixel, given: options.noisyPixel)
page.show(
  "x_0 = \(options.cleanPixel), x_\(options.timestep) = \(options.noisyPixel): "
    + "x_\(options.timestep - 1) is \(own.mean.text(6)) ± \(own.standardDeviation.text(3))")
/*:
## Where it comes from

Bayes' rule: $q(x_{t-1} \mid x_t, x_0) \propto q(x_t \mid x_{t-1}) \, q(x_{t-1} \mid x_0)$. Both
factors are Gaussian in $x_{t-1}$. The first says "$x_{t-1}$ is near $x_t/\sqrt{\alpha_t}$", with
precision (one over the variance) $\alpha_t/\beta_t$. The second says "it is near
$\sqrt{\bar\alpha_{t-1}} \, x_0$", with precision $1/(1-\bar\alpha_{t-1})$. In a product of
Gaussians the precisions add and the mean is the average weighted by them. At every timestep from 2
on (at $t = 1$ one precision is infinite), that against the formula:
*/
var furthest = 0.0
for t in schedule.timesteps.dropFirst() {
  let step = schedule[t]
  let backward = step.alpha / step.beta
  let prior = 1 / (1 - step.previousAlphaBar)
  let mean =
    (backward * 0.6 / step.alpha.squareRoot() + prior * step.previousAlphaBar.squareRoot() * 0.8)
    / (backward + prior)
  let formula = step.posterior(of: 0.8, given: 0.6)
  furthest = max(furthest, abs(mean - formula.mean), abs(1 / (backward + prior) / formula.variance - 1))
}
page.claim("precisions add: furthest off \(furthest.text(2))", furthest < 1e-11)
/*:
And without any algebra: cut the line into 20,000 pieces, multiply the two densities at each, divide
by the sum. Mean and variance of what comes out against the formula, at five timesteps:
*/
/// The mean and variance of x_{t−1} by brute force on a grid.
func bruteForce(at t: Int, x0: Double, xt: Double) -> (mean: Double, variance: Double) {
  let (step, before) = (schedule[t], schedule[t - 1].marginal(of: x0))
  let known = step.posterior(of: x0, given: xt)
  let pieces = 20_000
  let width = 24 * known.standardDeviation / Double(pieces)
  var (sum, first, second) = (0.0, 0.0, 0.0)
  for piece in 0..<pieces {
    let offset = (Double(piece) + 0.5) * width - 12 * known.standardDeviation
    let x = xt + offset
    let weight = exp(step.forward(from: x).logDensity(at: xt) + before.logDensity(at: x))
    sum += weight
    first += weight * offset
    second += weight * offset * offset
  }
  let mean = first / sum
  return (xt + mean, second / sum - mean * mean)
}

page.show(
  ["t", "mean, brute force", "formula", "variance, brute force", "formula"],
  [2, 10, 260, 500, 1000].map { t in
    let step = schedule[t]
    let x0 = 0.8
    let xt = step.marginal(of: x0).draw(0.5)
    let byHand = bruteForce(at: t, x0: x0, xt: xt)
    let formula = step.posterior(of: x0, given: xt)
    return [
      "\(t)", byHand.mean.text(10), formula.mean.text(10), byHand.variance.text(8), formula.variance.text(8),
    ]
  })
page.claim(
  "brute force and formula agree to eight digits at every tenth timestep",
  stride(from: 10, through: 1000, by: 10).allSatisfy { t in
    let xt = schedule[t].marginal(of: 0.8).draw(0.5)
    let (byHand, formula) = (
      bruteForce(at: t, x0: 0.8, xt: xt), schedule[t].posterior(of: 0.8, given: xt)
    )
    return abs(byHand.mean - formula.mean) < 1e-8 && abs(byHand.variance / formula.variance - 1) < 1e-8
  })
/*:
## Two coefficients, two variances

The document explains the coefficient 0.985 of $x_t$ by saying that the noisy image "still contains
a lot of useful information". But at $t = 1000$ of the real schedule, where 0.6 % of the amplitude
of $x_0$ is left in it, the coefficient is 0.990, hardly less than the 0.994 of $t = 500$. It is
large because a step is *small*: $x_{t-1}$ is nearly $x_t$, whatever $x_t$ may be. Only in the last
few steps does $x_0$ take over.
*/
page.check("coefficient of x_t at t = 1000", schedule[1000].posteriorCoefficientOfXt, isPrinted: "0.990")
page.check(
  "amplitude of x_0 left there, in per cent", 100 * schedule[1000].marginal(of: 1.0).mean, isPrinted: "0.6")
page.show(
  ["t", "of x_0", "of x_t", "β̃/β"],
  [1, 2, 3, 5, 10, 100, 500, 1000].map { t in
    let step = schedule[t]
    let numbers = [
      step.posteriorCoefficientOfX0, step.posteriorCoefficientOfXt, step.posteriorVariance / step.beta,
    ]
    return ["\(t)"] + numbers.map { $0.text(places: 4) }
  })
page.write(
  CSV(
    columns: ["t", "of_x0", "of_xt", "beta", "beta_tilde"],
    rows: schedule.timesteps.map { t -> [any CSVValue] in
      let step = schedule[t]
      return [
        t, step.posteriorCoefficientOfX0, step.posteriorCoefficientOfXt, step.beta, step.posteriorVariance,
      ]
    }), to: "posterior.csv")
page.figure(
  "chapter3_posterior",
  "Left, what $x_0$ and $x_t$ contribute to $x_{t-1}$; right, the two variances, which part in the first hundred steps."
)
/*:
## Which variance, $\beta$ or $\tilde\beta$?

The reverse step of a trained model, $p_\theta(x_{t-1} \mid x_t) = N(\mu_\theta, \sigma_t^2 I)$,
needs a variance, and the paper offers both. They are the truth for two extremes: $\tilde\beta_t$ if
the data are a single point (then $x_0$ is known after all), $\beta_t$ if the data are $N(0, I)$
already. Real data of variance up to 1 lie in between on average over $x_t$ (at a single $x_t$ the
true variance can exceed even $\beta$: the last but one figure of this chapter). For Gaussian data
the exact value is one line:
*/
/// The variance of the true reverse step when the data are N(0, s²).
func trueVariance(_ step: Step, dataVariance: Double) -> Double {
  let data = GaussianMixture([.init(weight: 1, mean: 0.0, variance: dataVariance)])
  return data.trueReverse(from: 0.3, at: step).variance
}
page.show(
  ["t", "β̃/β", "s = 0", "s = 0.1", "s = 0.5", "s = 1", "s = 2"],
  [2, 5, 20, 100, 500, 1000].map { t in
    let step = schedule[t]
    let ratios = [0, 0.01, 0.25, 1, 4].map { trueVariance(step, dataVariance: $0) / step.beta }
    return ["\(t)", (step.posteriorVariance / step.beta).text(places: 5)] + ratios.map { $0.text(places: 5) }
  })
page.claim(
  "a single point has β̃ and N(0, I) has β, at every timestep from 2 on",
  schedule.timesteps.dropFirst().allSatisfy { t in
    abs(trueVariance(schedule[t], dataVariance: 0) / schedule[t].posteriorVariance - 1) < 1e-9
      && abs(trueVariance(schedule[t], dataVariance: 1) / schedule[t].beta - 1) < 1e-9
  })
/*:
(The last column shows that $\beta$ is no upper bound for data wider than $N(0, I)$: scale your
data.) At $t = 1$ the posterior's variance is 0, which would make the weight of the loss infinite
later. The reverse step borrows $\tilde\beta_2$ there, as the paper's code does, and no noise is
drawn in the last step anyway:
*/
page.check("σ_1² in place of β̃_1 = 0", schedule[1].reverseVariance(.betaTilde), isPrinted: "5.4532e-5")
/*:
And which *mean*: equation 11, from the predicted noise, or $\tilde\mu_t$ with the predicted
$\hat x_0$ in the place of $x_0$? Codebases are divided and learners ask. They are the same number,
as long as nobody clips $\hat x_0$ (chapter 6):
*/
var largest = 0.0
for t in schedule.timesteps {
  let step = schedule[t]
  let numbers = random["two ways to the mean"].normals(step: t, count: 2)
  let (xt, predictedNoise) = (numbers[0], numbers[1])
  let fromNoise = step.reverse(from: xt, predictedNoise: predictedNoise, variance: .beta)
  let predictedX0 = step.x0(from: xt, noise: predictedNoise)
  let fromX0 = step.reverse(from: xt, predictedX0: predictedX0, variance: .beta)
  largest = max(largest, abs(fromNoise.mean - fromX0.mean))
}
page.claim(
  "equation 11 and the posterior mean through x̂_0 agree at every timestep (off by \(largest.text(2)))",
  largest < 1e-11)
/*:
## When nobody knows $x_0$

Then $x_{t-1}$ given $x_t$ is an average of posteriors, one for each $x_0$ that may have been: no
Gaussian any more. DDPM puts a Gaussian in its place all the same. Is that good? For data whose
distribution is known we can look. Take numbers that are near −0.8 (three in ten) or near 0.8 (seven
in ten), each ± 0.1. This is a mixture of Gaussians, and its *true* reverse step
$q(x_{t-1} \mid x_t)$ is exact.

The stand-in has the best possible mean, that of a perfect network, and variance $\beta$ or
$\tilde\beta$. We measure how much probability lies in the wrong place (total variation, 0 to 1),
averaged over all $x_t$, for the schedule of 1000 steps and for one of ten large steps that ends in
the same noise. (At $t = 1$, $\tilde\beta$ is $\tilde\beta_2$.)
*/
let data = GaussianMixture.twoModes

/// DDPM's Gaussian with the best possible network in the network's place.
func bestGaussian(_ step: Step, xt: Double, variance: ReverseVariance) -> Gaussian<Double> {
  step.reverse(from: xt, predictedNoise: data.bestNoisePrediction(from: xt, at: step), variance: variance)
}

/// Where the true reverse step and its stand-ins have their mass, cut into equal pieces.
func grid(_ step: Step, xt: Double, pieces: Int) -> (points: [Double], width: Double) {
  let truth = data.trueReverse(from: xt, at: step).components.filter { $0.weight > 1e-9 }.map(\.gaussian)
  let all = truth + ReverseVariance.allCases.map { bestGaussian(step, xt: xt, variance: $0) }
  let low = all.map { $0.mean - 5 * $0.standardDeviation }.min() ?? 0
  let high = all.map { $0.mean + 5 * $0.standardDeviation }.max() ?? 0
  let width = (high - low) / Double(pieces)
  return ((0..<pieces).map { low + (Double($0) + 0.5) * width }, width)
}

/// The total variation between truth and stand-in: ½ ∫ |p − q|.
func misplaced(_ step: Step, xt: Double, variance: ReverseVariance) -> Double {
  let truth = data.trueReverse(from: xt, at: step)
  let standIn = bestGaussian(step, xt: xt, variance: variance)
  let (points, width) = grid(step, xt: xt, pieces: 160)
  return points.reduce(0) { $0 + abs(truth.density(at: $1) - standIn.density(at: $1)) * width / 2 }
}

/// The same, averaged over x_t as it really comes.
func misplacedOnAverage(_ step: Step, variance: ReverseVariance) -> Double {
  let marginal = data.marginal(at: step)
  let places = (0..<40).map { -3 + (Double($0) + 0.5) * 0.15 }.map {
    (xt: $0, weight: marginal.density(at: $0))
  }
  let total = places.reduce(0) { $0 + $1.weight }
  return places.filter { $0.weight > 1e-4 * total }.reduce(0) { sum, place in
    sum + place.weight / total * misplaced(step, xt: place.xt, variance: variance)
  }
}

let coarse = try options.coarse()
let looked = [
  (schedule: schedule, timesteps: [1, 2, 5, 10, 20, 40, 70, 100, 150, 200, 260, 350, 500, 700, 1000]),
  (
    schedule: coarse,
    timesteps: Array(stride(from: 1, through: options.steps, by: max(1, options.steps / 10)))
  ),
]
struct Misplacement {
  let schedule: NoiseSchedule
  let t: Int
  let withBeta: Double
  let withBetaTilde: Double
}

let misplacements = looked.flatMap { schedule, timesteps in
  timesteps.map { t in
    Misplacement(
      schedule: schedule, t: t, withBeta: misplacedOnAverage(schedule[t], variance: .beta),
      withBetaTilde: misplacedOnAverage(schedule[t], variance: .betaTilde))
  }
}
page.show(
  ["T", "t", "β_t", "misplaced with σ² = β", "with σ² = β̃"],
  misplacements.map { found in
    [
      "\(found.schedule.stepCount)", "\(found.t)", found.schedule.beta(found.t).text(3),
      found.withBeta.text(places: 4), found.withBetaTilde.text(places: 4),
    ]
  })
page.claim(
  "with a thousand steps and σ² = β less than a hundredth is misplaced at each of these t",
  misplacements.allSatisfy { $0.schedule != schedule || $0.withBeta < 0.01 })
page.write(
  CSV(
    columns: ["steps", "t", "time", "beta", "with_beta", "with_beta_tilde"],
    rows: misplacements.map { found -> [any CSVValue] in
      [
        found.schedule.stepCount, found.t, Double(found.t) / Double(found.schedule.stepCount),
        found.schedule.beta(found.t), found.withBeta, found.withBetaTilde,
      ]
    }), to: "misplaced.csv")
page.figure(
  "chapter3_misplaced",
  "The probability that DDPM's Gaussian puts in the wrong place, even with a perfect network, by the size of the steps."
)
/*:
With a thousand steps and $\sigma^2 = \beta$ less than a hundredth is misplaced, on average over
$x_t$, at any $t$: a small enough step can be undone in one way only, whatever the data.
($\tilde\beta$ is a poor choice at the very end *here*, because each group is ± 0.1 wide, much wider
than the last steps' noise. For data that are points it would be the other way.) At large $t$ even
large steps are harmless, because $x_t$ and $x_{t-1}$ are both nearly $N(0, I)$. But with ten steps
half is misplaced at $t = 1$, where no $\sigma$ fits, and a fifth to a quarter at $t = 2$, where a
single step has to decide which group $x_0$ belongs to and no Gaussian has two peaks. *That* is why
diffusion takes so many steps.
*/
func curves(_ step: Step, of schedule: NoiseSchedule, xt: Double) -> [[any CSVValue]] {
  let truth = data.trueReverse(from: xt, at: step)
  let standIns = ReverseVariance.allCases.map { bestGaussian(step, xt: xt, variance: $0) }
  return grid(step, xt: xt, pieces: 300).points.map { x in
    [schedule.stepCount, step.timestep, xt, x, truth.density(at: x)] + standIns.map { $0.density(at: x) }
  }
}
let deciding = max(2, options.steps / 5)
page.write(
  CSV(
    columns: ["steps", "t", "xt", "x", "truth", "with_beta", "with_beta_tilde"],
    rows: curves(schedule[2], of: schedule, xt: 0.7) + curves(schedule[500], of: schedule, xt: -0.1)
      + curves(coarse[deciding], of: coarse, xt: -0.1)), to: "reverse.csv")
page.figure(
  "chapter3_true_reverse",
  "The true reverse step (filled) and DDPM's Gaussian with the best possible mean: good when steps are small, helpless where a large step may have come from two places."
)
/*:
## What a network can know

So far one dimension. In the plane, with data from a mixture of five Gaussians and ten large steps,
we can draw what happens. Somebody draws $x_0$ and noises it to $x_t$. The posterior knows $x_0$. A
network sees $x_t$ only; the best it can do is to predict $E[x_0 \mid x_t]$, which is exact for a
mixture, and to step towards that.
*/
let plane = ToyDistribution.gaussianMixture
let samples = random["points"]
let points = ToyDistribution.mixture.points(count: 1500, random: samples)
page.write(CSV(columns: ["x", "y"], rows: points.map { [$0.x, $0.y] }), to: "data.csv")

let x0 = SIMD2(1.2, -0.7)
let group = plane.responsibilities(at: x0)
var sameGroup: [[String]] = []
let ten = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 3)
var scenes: [[any CSVValue]] = []
var candidates: [[any CSVValue]] = []
for (scene, t) in [8, 4, 2].enumerated() {
  let step = ten[t]
  let xt = step.marginal(of: x0).draw(SIMD2(1, 0))
  let knowing = step.posterior(of: x0, given: xt)
  let guess = plane.posteriorMean(given: xt, at: step)
  let best = step.reverse(
    from: xt, predictedNoise: plane.bestNoisePrediction(from: xt, at: step), variance: .betaTilde)
  scenes.append([
    scene, t, x0.x, x0.y, xt.x, xt.y, knowing.mean.x, knowing.mean.y, guess.x, guess.y, best.mean.x,
    best.mean.y,
    best.standardDeviation,
  ])
  let share = zip(group, plane.marginal(at: step).responsibilities(at: xt)).reduce(0) { $0 + $1.0 * $1.1 }
  sameGroup.append(["\(t)", (100 * share).text(places: 0) + " %"])
  // Other x_0 that may have led to the same x_t, and where the posterior would go with each.
  let possible = plane.cleanPosterior(given: xt, at: step)
  for i in 0..<200 {
    let numbers = random["candidates"]
    let noise = numbers.normals(step: t - 1, sample: i, from: 2, count: 2)
    let other = possible.draw(
      uniform: numbers.uniform(step: t - 1, sample: i), noise: SIMD2(noise[0], noise[1]))
    let mean = step.posterior(of: other, given: xt).mean
    candidates.append([scene, other.x, other.y, mean.x, mean.y])
  }
}
page.show(["t", "chance, given x_t, that x_0 came from its group"], sameGroup)
page.write(
  CSV(
    columns: [
      "scene", "t", "x0_x", "x0_y", "xt_x", "xt_y", "knowing_x", "knowing_y", "guess_x", "guess_y", "best_x",
      "best_y", "deviation",
    ], rows: scenes), to: "scenes.csv")
page.write(
  CSV(columns: ["scene", "x0_x", "x0_y", "mean_x", "mean_y"], rows: candidates), to: "candidates.csv")
page.figure(
  "figure_4",
  "The neural network learns to approximate the true posterior without the original image. In the network's place stands the best possible one, the exact $E[x_0 \\mid x_t]$ of the mixture."
)
/*:
Circles have a radius of one standard deviation. At $t = 8$ nothing is decided yet: anything may
have led to $x_t$, the step back goes nearly the same way from all of it, and the network hardly
misses what it does not know. At $t = 4$ it matters: $x_0$ may be in any of several groups, and the
network steps towards their mean, where no data are. At $t = 2$ nearly all candidates are in one
group, and the two steps go the same way again.

How far is the best network's mean from the posterior's, in units of the step's own noise
$\sqrt{\tilde\beta_t}$? The root mean square of a coordinate, over 2000 points, on the thousand-step
schedule:
*/
let probeCount = options.common.quick ? 200 : 2000
let gaps = [2, 5, 10, 30, 100, 260, 500, 1000].map { t in
  let step = schedule[t]
  var sum = 0.0
  for i in 0..<probeCount {
    let x0 = ToyDistribution.mixture.point(i, random: samples)
    let noise = random["noised points"].normals(step: t, sample: i, count: 2)
    let xt = step.marginal(of: x0).draw(SIMD2(noise[0], noise[1]))
    let best = step.reverse(
      from: xt, predictedNoise: plane.bestNoisePrediction(from: xt, at: step), variance: .betaTilde)
    let gap = step.posterior(of: x0, given: xt).mean - best.mean
    sum += gap.dot(gap) / 2
  }
  return (t: t, gap: (sum / Double(probeCount) / step.posteriorVariance).squareRoot())
}
page.show(["t", "distance of the means / √β̃"], gaps.map { ["\($0.t)", $0.gap.text(places: 3)] })
page.claim(
  "from t = 5 on, what the network cannot know is less than the noise of the step",
  gaps.dropFirst(1).allSatisfy { $0.gap < 1 })
/*:
That distance is never zero: even the best possible network has a loss, and chapter 4 computes how
much. But except in the very last steps it is smaller than the noise that the step adds, and the
next step looks again.

## What to remember

- With $x_0$ known, a step back is a Gaussian: precisions add.
- The coefficient of $x_t$ is near 1 because steps are small, not because $x_t$ is informative.
- $\tilde\beta$ is right for data at one point, $\beta$ for data that are $N(0, I)$; from $t = 100$
  on they differ by less than 2 %.
- Without $x_0$ the true step back is a mixture. It is nearly Gaussian when the step is small: hence
  a thousand of them.

## Try it

- In a browser, by hand: drag $x_0$ and $x_t$ and see the posterior move, and points walk back, on the page
  [figures/play/index.html](../../figures/play/index.html).
- `make chapter3 ARGS="--x0 0.8 --xt 0.6 --timestep 2"`: near the end, who decides, $x_0$ or $x_t$?
- `make chapter3 ARGS="--steps 50"`: how much probability do fifty steps misplace?
- `make chapter3 ARGS="--steps 3"`: and three?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter3`).

1. **The last step.** Why is $\tilde\beta_1 = 0$, and what is $\tilde\mu_1$? A program counts from 0,
   loses the step from $x_1$ to $x_0$ and shows $x_1$ as its picture. By how many of 256 gray levels is
   a pixel off (root mean square)?
2. **Along the clean path.** Put $x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$
   into $\tilde\mu_t$, and show that $\sqrt{\bar\alpha_{t-1}}$ stands before $x_0$. What stands before
   $\epsilon$, and what must its square and $\tilde\beta_t$ add up to? A program has
   $\sqrt{\bar\alpha_t}$ in the place of $\sqrt{\bar\alpha_{t-1}}$ in the coefficient of $x_0$: which of
   the two identities notices, and would one see it in a picture?
3. **The noise of one step.** A program undoes a step as it was done,
   $x_{t-1} = (x_t - \sqrt{\beta_t} \, \epsilon_\theta)/\sqrt{\alpha_t}$. What is wrong? At $t = 260$,
   how many times as much as it should does it take away? Derive from chapter 2's correlation of $z_t$
   and $\epsilon$ what is right, the mean (equation 11) and the variance $\tilde\beta_t$.
4. **Back in one jump.** What Gaussian is $q(x_{100} \mid x_{260}, x_0)$? Guess who decides its mean,
   $x_0$ or $x_{260}$. Then build a `Step` whose `posterior` it is, and check it against the 160 single
   steps back.
5. **Two points.** The data are 1 or −1, with equal chances. Show that
   $E[x_0 \mid x_t] = \text{tanh}(\sqrt{\bar\alpha_t} \, x_t/(1-\bar\alpha_t))$, and compare with a
   `GaussianMixture` of variance 0. What does a perfect network say at $t = 1$, what at $t = 1000$? And
   if 1 is the more frequent one, with the share $w$?
6. **The width of a step back.** Show that the true step back has the variance
   $\tilde\beta_t + (\beta_t - \tilde\beta_t) \, \text{Var}(x_0 \mid x_t)/(1-\bar\alpha_t)$. For the two
   points: is it above or below $\beta_t$ at $x_t = 0$ (guess), and at which $x_t$ is it exactly
   $\beta_t$? Compare with `trueReverse`. Why is it at most $\beta_t$ on average over $x_t$, for all
   data of mean 0 and variance 1?
*/
page.finish()
