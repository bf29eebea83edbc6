/*:
# Chapter 4: The loss

What shall a network be trained to do?

Chapter 3 ended with a step back that lacks its mean. A network has to supply it, and this chapter
finds out what to train it on. It starts from what one wishes of any model of data, that it find the
data probable, and ends at one line:

$$L_{simple} = E_{t, x_0, \epsilon} \, \lVert \epsilon - \epsilon_\theta(x_t, t) \rVert^2$$

Every step on the way is checked with numbers. One of them turns out to be a choice and not an
equality. And then come the first two networks of this book, and the answer to the question that
learners ask most: "my loss stays at 0.03, is it broken?"
*/
import ArgumentParser
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

/// How the pixels of the digits are scaled; only one of them is right.
enum PixelScale: String, CaseIterable, ExpressibleByArgument {
  case signed
  case unit
  case bytes
}

struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "chapter4", abstract: "Chapter 4: the loss.")

  @Option(parsing: .unconditional, help: "Training steps of the network on points, 10 to 100000.")
  var steps: Int?

  @Option(parsing: .unconditional, help: "Training steps of the network on digits, 10 to 100000.")
  var digitSteps: Int?

  @Option(parsing: .unconditional, help: "The learning rate of the network on points, above 0.")
  var learningRate = 3e-3

  @Option(parsing: .unconditional, help: "The last β of the schedule that the networks are trained with.")
  var lastBeta = 0.02

  @Option(help: "How the digits' pixels are scaled: signed (-1 to 1), unit (0 to 1) or bytes (0 to 255).")
  var pixels = PixelScale.signed

  @Flag(help: "Train although preflight has found something.")
  var anyway = false

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    if let steps { try require("--steps", steps, in: 10...100_000) }
    if let digitSteps { try require("--digit-steps", digitSteps, in: 10...100_000) }
    guard learningRate > 0, learningRate < .infinity else {
      throw ValidationError("--learning-rate: expected a number above 0, found \(learningRate)")
    }
    try require("--last-beta \(lastBeta)") { try trainingSchedule().requireRespacing(to: 10) }
  }

  func trainingSchedule() throws -> NoiseSchedule { try .linear(to: lastBeta) }

  var changeResults: Bool {
    steps != nil || digitSteps != nil || learningRate != 3e-3 || lastBeta != 0.02 || pixels != .signed
  }
}

let options = Options.parsedOrExit()
let threads = options.common.threads
threadCount = threads
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 4, options: options.common, changesResults: options.changeResults)
/*:
## A bound

A diffusion model gives $x_0$ a probability: that of all the ways to come to it from noise,
$p_\theta(x_0) = \int p(x_T) \prod_t p_\theta(x_{t-1} \mid x_t) \, dx_{1:T}$. For images nobody can
compute that integral. What can be computed is a bound. Compare what the model does on the way back
with what noising did on the way there:

$$-\log p_\theta(x_0) \le L = E_q \left[ -\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} \mid x_0)} \right]$$

Is it one, and how far above does it lie? In one dimension with ten steps (of chapter 2's schedule,
with $m = 3$) the integral is a matter of a moment: a density on a grid, carried from $N(0, 1)$ at $T$
to 0 step by step. Data are those of chapter 3, near −0.8 (three in ten) or near 0.8, each with a
standard deviation of 0.1, and in the network's place stands the best possible one, the exact
$E[\epsilon \mid x_t]$.
*/
let groups = GaussianMixture.twoModes
let standard = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
let ten = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 3)
let gridWidth = 0.02
let grid = (0..<800).map { (Double($0) + 0.5) * gridWidth - 8 }

/// p_θ(x_0) on the grid by brute force, with the best network for `data`.
func modelDensity(_ data: GaussianMixture<Double>, variance: ReverseVariance) -> [Double] {
  var density = grid.map { Gaussian(mean: 0.0, variance: 1).density(at: $0) }
  for step in ten.steps.reversed() {
    let steps = grid.map { x in
      step.reverse(from: x, predictedNoise: data.bestNoisePrediction(from: x, at: step), variance: variance)
    }
    let before = density
    density = parallelMap(grid.count, threads: threads) { place in
      zip(steps, before).reduce(0) { $0 + $1.0.density(at: grid[place]) * $1.1 * gridWidth }
    }
  }
  return density
}

/// E_q of a term of the bound, x_t being drawn from q(x_t | x_0): a quadrature over ε.
func expected(_ step: Step, _ x0: Double, _ term: (Double) -> BoundTerm) -> Double {
  (-128...128).reduce(0) { sum, i in
    let noise = Double(i) / 16
    return sum + Gaussian(mean: 0.0, variance: 1).density(at: noise) / 16
      * term(step.marginal(of: x0).draw(noise)).nats
  }
}

/// The bound on −log p_θ(x_0) in nats, all its expectations by quadrature.
func exactBound(of x0: Double, _ data: GaussianMixture<Double>, variance: ReverseVariance) -> Double {
  ten.steps.reduce(ten.priorTerm(of: x0).nats) { sum, step in
    sum
      + expected(step, x0) { xt in
        let noise = data.bestNoisePrediction(from: xt, at: step)
        return step.timestep > 1
          ? step.denoisingTerm(of: x0, given: xt, predictedNoise: noise, variance: variance)
          : step.reconstructionTerm(
            of: x0, given: xt, predictedNoise: noise, variance: variance, data: .continuous)
      }
  }
}

let modelOfGroups = modelDensity(groups, variance: .beta)
let modelOfStandard = modelDensity(standard, variance: .beta)
let places = [281, 340, 360, 400, 430, 440, 460]
let looseness = places.map { place in
  (
    place: place, likelihood: -log(modelOfGroups[place]),
    bound: exactBound(of: grid[place], groups, variance: .beta)
  )
}
page.show(
  ["x_0", "−log p_θ(x_0)", "bound", "bound less that", "−log q(x_0)"],
  looseness.map { found in
    [grid[found.place].text(places: 2)]
      + [
        found.likelihood, found.bound, found.bound - found.likelihood,
        -groups.logDensity(at: grid[found.place]),
      ].map { $0.text(places: 4) }
  })
page.claim(
  "the bound lies above −log p_θ(x_0) at each of them", looseness.allSatisfy { $0.bound > $0.likelihood })
/*:
(The last column is what a perfect model would have.) The bound is an equality when the way back is
truly the way there undone. That happens for data that are $N(0, 1)$ already, with
$\sigma^2 = \beta$:
*/
let furthest =
  places.map { place in
    let x0 = grid[place]
    return max(
      abs(exactBound(of: x0, standard, variance: .beta) + log(modelOfStandard[place])),
      abs(exactBound(of: x0, standard, variance: .beta) + standard.logDensity(at: x0)))
  }.max() ?? 0
page.claim(
  "data N(0, 1): bound, −log p_θ and −log q are one number (off by \(furthest.text(2)))", furthest < 1e-10)
page.write(
  CSV(
    columns: ["x0", "model", "bound", "truth"],
    rows: stride(from: 290, through: 510, by: 2).map { place -> [any CSVValue] in
      let x0 = grid[place]
      return [
        x0, -log(modelOfGroups[place]), exactBound(of: x0, groups, variance: .beta),
        -groups.logDensity(at: x0),
      ]
    }), to: "bound.csv")
page.figure(
  "chapter4_bound",
  "Ten large steps and the best possible network: what a sample costs (low is probable), by brute force, by the bound, and for the true distribution of the data."
)
/*:
## Three kinds of terms

The bound falls apart into comparisons of Gaussians (Ho et al., equation 5), one for each timestep:

$$L = E_q \left[ L_T + \sum_{t>1} L_{t-1} + L_0 \right], \qquad L_T = KL(q(x_T \mid x_0) \Vert p(x_T)), \qquad L_{t-1} = KL(q(x_{t-1} \mid x_t, x_0) \Vert p_\theta(x_{t-1} \mid x_t)), \qquad L_0 = -\log p_\theta(x_0 \mid x_1)$$

Each middle term compares the posterior of chapter 3, which knows $x_0$, with the model's step,
which does not. The divergence of two Gaussians in $d$ dimensions is a line,

$$KL(N(\mu, s) \Vert N(\mu', s')) = \frac{d}{2} \left( \frac{s}{s'} - 1 - \ln \frac{s}{s'} \right) + \frac{\lVert \mu - \mu' \rVert^2}{2 s'}$$

and agrees with the integral $\int p \ln (p/p')$ done by brute force:
*/
let pairs: [(Gaussian<Double>, Gaussian<Double>)] = [
  (.init(mean: 0, variance: 1), .init(mean: 0, variance: 1)),
  (.init(mean: 0.3, variance: 1), .init(mean: 0.25, variance: 1)),
  (.init(mean: 0, variance: 0.5), .init(mean: 1, variance: 2)),
  (schedule[500].posterior(of: 0.8, given: 0.6), schedule[500].forward(from: 0.6)),
]
let divergences = pairs.map { p, other in
  let h = p.standardDeviation / 32
  let integral = (-320...320).reduce(0.0) { sum, i in
    let x = p.mean + h * Double(i)
    return sum + h * p.density(at: x) * (p.logDensity(at: x) - other.logDensity(at: x))
  }
  return (p: p, other: other, integral: integral, formula: p.divergence(from: other))
}
page.show(
  ["N(μ, s)", "N(μ', s')", "integral", "formula"],
  divergences.map { found in
    [found.p, found.other].map { "\($0.mean.text(4)), \($0.variance.text(4))" }
      + [found.integral.text(places: 12), found.formula.text(places: 12)]
  })
page.claim(
  "they agree to eleven decimals", divergences.allSatisfy { abs($0.integral - $0.formula) < 1e-11 })
/*:
$L_T$ has nothing to learn: it says how far the end of the forward process is from $N(0, I)$. For a
pixel with $x_0^2 = 1$ that is, in bits,
*/
page.check("L_T for x_0² = 1, in bits", schedule.priorTerm(of: 1.0).bits, isPrinted: "2.9113e-5")
let short = try NoiseSchedule.linear(stepCount: 200)
page.show("with the same β in 200 steps it would be \(short.priorTerm(of: 1.0).bits.text(3)) bits")
/*:
$L_0$ is minus the log-probability of the data themselves, given $x_1$. For 8-bit images that is the
mass that the last Gaussian puts on the cell of each pixel's level (equation 13), for continuous data,
such as points in the plane, its density.

## Same variance: KL becomes MSE

In the middle terms both variances are fixed, so only the means can be learned:

$$L_{t-1} = \frac{1}{2\sigma_t^2} \lVert \tilde\mu_t - \mu_\theta \rVert^2 + C$$

With $\sigma_t^2 = \tilde\beta_t$ the two Gaussians have the same variance and $C = 0$. With
$\sigma_t^2 = \beta_t$, which the paper uses as often, they have not, and $C$ is not 0. Training may
ignore it, the bound may not, and whoever says "Gaussians with the same variance" has dropped it.
Summed over $t = 2 \dots T$ it is, in bits for each dimension,
*/
let dropped = schedule.steps.dropFirst().reduce(0) { $0 + $1.boundConstant(variance: .beta) } / log(2)
page.check("what is dropped for σ² = β, in bits a dimension", dropped, isPrinted: "0.4864")
page.claim(
  "nothing is dropped for σ² = β̃",
  schedule.steps.dropFirst().allSatisfy { $0.boundConstant(variance: .betaTilde) == 0 })
/*:
## Reparameterize: predict the noise instead of the mean

The posterior's mean is a mixture of $x_t$, which the network sees, and $x_0$, which it does not. So
predicting the mean, predicting $x_0$, and predicting the noise between them are the same task in
three dialects, and the score is a fourth:

$$\hat x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta}{\sqrt{\bar\alpha_t}}, \qquad \mu_\theta = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \epsilon_\theta \right), \qquad s_\theta = -\frac{\epsilon_\theta}{\sqrt{1-\bar\alpha_t}}$$

Each has its own weight in front of its squared distance (numbers for $\sigma^2 = \beta$):

$$L_{t-1} - C = \frac{1}{2\sigma_t^2} \lVert \tilde\mu_t - \mu_\theta \rVert^2 = \frac{\bar\alpha_{t-1} \beta_t^2}{2\sigma_t^2 (1-\bar\alpha_t)^2} \lVert x_0 - \hat x_0 \rVert^2 = \frac{\beta_t^2}{2\sigma_t^2 \alpha_t (1-\bar\alpha_t)} \lVert \epsilon - \epsilon_\theta \rVert^2 = \frac{\beta_t^2}{2\sigma_t^2 \alpha_t} \lVert s - s_\theta \rVert^2$$
*/
page.show(
  ["t", "of means", "of x_0", "of noises", "of scores"],
  [1, 2, 10, 100, 500, 1000].map { t in
    ["\(t)"]
      + PredictedQuantity.allCases.map { schedule[t].boundWeight(of: $0, variance: .beta).text(4) }
  })
var disagreement = 0.0
for step in schedule.steps.dropFirst() {
  let numbers = random["one distance, four ways"].normals(step: step.timestep, count: 3)
  let (x0, noise, predicted) = (numbers[0], numbers[1], numbers[2])
  let xt = step.marginal(of: x0).draw(noise)
  for variance in ReverseVariance.allCases {
    let loss = step.denoisingTerm(of: x0, given: xt, predictedNoise: predicted, variance: variance).nats
    let mean = step.reverse(from: xt, predictedNoise: predicted, variance: variance).mean
    let distances: [(PredictedQuantity, Double)] = [
      (.mean, step.posterior(of: x0, given: xt).mean - mean),
      (.x0, x0 - step.x0(from: xt, noise: predicted)), (.noise, noise - predicted),
      (.score, step.score(noise: noise) - step.score(noise: predicted)),
    ]
    for (quantity, distance) in distances {
      let form =
        step.boundWeight(of: quantity, variance: variance) * distance * distance
        + step.boundConstant(variance: variance)
      disagreement = max(disagreement, abs(form / loss - 1))
    }
  }
}
page.claim(
  "the four forms are L_{t−1} at every timestep from 2 on, for both variances (off by \(disagreement.text(2)))",
  disagreement < 1e-8)
/*:
## $L_{simple}$: leave out the weight

So far nothing has been lost. Now the paper leaves the weight out, draws $t$ uniformly, and trains
on what remains, the distance of the noises. Worked example 4: the noise was $\epsilon = 0.3$, the
network said 0.25.
*/
let mistake = 0.3 - 0.25
page.check("ε − ε_θ", mistake, isPrinted: "0.05")
page.check("‖ε − ε_θ‖²", mistake * mistake, isPrinted: "0.0025")
/*:
This is often called "equivalent to optimizing a variational bound". It is the bound with other
weights, no longer a bound on anything: what is thrown out is
$\beta_t^2 / (2\sigma_t^2 \alpha_t (1-\bar\alpha_t))$, and that is no constant.
*/
/// The weight of each timestep's squared error in the bound, relative to the mean over all.
func weights(_ variance: ReverseVariance) -> [Double] {
  let weights = schedule.steps.map { $0.boundWeight(of: .noise, variance: variance) }
  let total = weights.reduce(0, +)
  return weights.map { 1000 * $0 / total }
}
let (withBeta, withBetaTilde) = (weights(.beta), weights(.betaTilde))
func share(_ timesteps: ClosedRange<Int>, _ weights: [Double]) -> Double {
  timesteps.reduce(0) { $0 + weights[$1 - 1] } / Double(weights.count)
}
page.show(
  ["timesteps", "weight in the bound, σ² = β", "σ² = β̃", "in L_simple"],
  [1...10, 11...100, 101...500, 501...1000].map { timesteps in
    ["\(timesteps.lowerBound)…\(timesteps.upperBound)"]
      + [share(timesteps, withBeta), share(timesteps, withBetaTilde), Double(timesteps.count) / 1000].map {
        (100 * $0).text(places: 1) + " %"
      }
  })
page.claim(
  "the first 100 timesteps have a tenth of the weight in L_simple, and over a third in the bound",
  share(1...100, withBeta) > 1 / 3.0 && share(1...100, withBetaTilde) > 1 / 3.0)
page.write(
  CSV(
    columns: ["t", "beta", "beta_tilde"],
    rows: schedule.timesteps.map { [$0, withBeta[$0 - 1], withBetaTilde[$0 - 1]] }), to: "weights.csv")
page.figure(
  "chapter4_weights",
  "How much a squared error of the predicted noise counts at each timestep, relative to the mean over all: in the bound, and in $L_{simple}$, where all count alike."
)
/*:
An error at $t = 1$ counts ninety times as much in the bound ($\sigma^2 = \beta$) as one at $t = 500$: at the last strokes
of the way back a wrong gray value costs many bits, though no eye sees it. $L_{simple}$ moves the
effort to the timesteps where it is decided what the picture shall show. The paper found better
pictures and worse bounds with it.

Two more things that confuse. Formulas sum squares over the elements and code averages them; and
formulas count $t$ from 1, code from 0. In this book $t$ is 1…T everywhere, and losses are printed
as means:
*/
let pixelErrors = [0.05, -0.1, 0.02, 0.03]
let summed = pixelErrors.reduce(0) { $0 + $1 * $1 }
page.show(
  "four pixels: ‖ε − ε_θ‖² = \(summed.text(4)), as code prints it: \((summed / 4).text(4)); the code's t = 499 is our t = 500"
)
/*:
## How low can it go?

"If the network perfectly predicts the noise, the loss is zero." No network can. Many pairs of
$x_0$ and $\epsilon$ lead to the same $x_t$, and the best that can be said of it is
$E[\epsilon \mid x_t]$. What is left is a variance, and no training takes it away:

$$\text{floor}_t = \frac{1}{d} E \lVert \epsilon - E[\epsilon \mid x_t] \rVert^2$$

For a mixture of Gaussians it is exact (by quadrature). So take the five groups in the plane of
chapter 3:
*/
let plane = ToyDistribution.gaussianMixture
let trainingSchedule = orExit(try options.trainingSchedule())
let floors = parallelMap(trainingSchedule.stepCount, threads: threads) {
  plane.lowestLoss(at: trainingSchedule[$0 + 1])
}
page.show(
  ["t", "lowest possible loss"],
  [1, 2, 10, 50, 100, 200, 300, 500, 750, 1000].map { ["\($0)", floors[$0 - 1].text(4)] })
page.show("over all timesteps: \(mean(floors).text(places: 4))")
page.claim("the floor is above 0 at every timestep", floors.allSatisfy { $0 > 0 })
/*:
At $t = 1$ nearly nothing can be known of the noise: its size is a hundredth, the groups are ten to
thirty times as wide. At $t = 1000$ nearly all of $x_t$ *is* the noise. In between the floor rises
once more: at $t = 100$ it is clear which group a point belongs to, and much of the noise can be read
off; at $t = 200$ the groups begin to mix. The other end of the scale is 1, which a network pays that
always answers 0. So a loss of 0.21 can be perfect for one data set and one of 0.03 poor for another. A
loss means something only beside its floor.

## Before the first step

Two networks are trained in this chapter, on points and on digits. Most failed trainings fail before
they begin: pixels scaled to 0…1 or 0…255, a schedule that does not end in noise, timesteps never
drawn. So before the first step somebody looks:
*/
/// The digits as they are if one forgets how pixels have to be scaled.
struct ScaledDigits: TrainingData {
  let digits: FreshDigits
  let scale: PixelScale
  var rowShape: [Int] { digits.rowShape }

  func rows(_ positions: Range<Int>) -> Tensor {
    let pixels = digits.rows(positions)
    switch scale {
    case .signed: return pixels
    case .unit: return 0.5 * pixels + 0.5
    case .bytes: return 127.5 * pixels + 127.5
    }
  }
}

let quick = options.common.quick
let trainingPoints = random["training points"]
let steps = options.steps ?? (quick ? 1000 : 4000)
var training = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 2, width: 96, depth: 4), data: ToyPoints(.mixture, random: trainingPoints),
  schedule: trainingSchedule,
  settings: TrainingSettings(
    batchSize: 256,
    learningRate: LearningRate(
      options.learningRate, warmUp: steps / 40, decay: .cosine(end: steps, floor: 0.01)),
    averageDecay: 0.995, seed: options.common.seed))
let digitSteps = options.digitSteps ?? (quick ? 100 : 400)
let digits = ScaledDigits(digits: FreshDigits(DrawnDigits(seed: options.common.seed)), scale: options.pixels)
var digitTraining = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 784, width: 896, depth: 1), data: digits, schedule: trainingSchedule,
  settings: TrainingSettings(
    batchSize: 128,
    learningRate: LearningRate(2e-3, warmUp: digitSteps / 10, decay: .cosine(end: digitSteps, floor: 0.01)),
    averageDecay: 0.99, seed: options.common.seed))

let ofPoints = Preflight(
  data: training.objective.data, schedule: trainingSchedule, settings: training.settings, stepCount: steps,
  expecting: .standardized)
page.show(ofPoints.lines.joined(separator: "\n"))
let ofDigits = Preflight(
  data: digits, schedule: trainingSchedule, settings: digitTraining.settings, stepCount: digitSteps)
page.show(ofDigits.lines.joined(separator: "\n"))
let seconds = training.estimatedSeconds(for: steps) + digitTraining.estimatedSeconds(for: digitSteps)
page.aside("the two trainings will take about \(seconds.text(places: 0)) s")
if !options.anyway {
  orExit(try ofPoints.requireNothingWrong(), for: "the points")
  orExit(try ofDigits.requireNothingWrong(), for: "the digits")
}
/*:
## A network for points

An MLP of four hidden layers of 96 numbers, told the timestep by its sinusoidal embedding (chapter 5
draws it). Each step draws a batch of 256 points, noises each to a timestep of its own, and moves the
weights a little against the gradient of the loss, by Adam, at a rate that rises and then falls; *The
six steps* below takes one apart. Afterwards a running average of the weights is used (chapter 5 says
why).
*/
let moments = [20, 50, 100, 200, 500, 1000, 2000, 4000, steps].filter { $0 <= steps }.reduce(into: [Int]()) {
  if $0.last != $1 { $0.append($1) }
}
var snapshots: [(step: Int, network: MLP)] = []
let pointsBar = page.progress("points", of: steps, unit: "steps")
orExit(
  try training.run(steps) { training in
    if moments.contains(training.stepCount) { snapshots.append((training.stepCount, training.model)) }
    pointsBar.advance()
  })
let network = training.averagedModel
let losses = training.history.entries.map(\.loss)
page.show(
  "\(training.weights.parameterCount) weights; mean loss of the first 10 steps \(mean(losses.prefix(10)).text(places: 4)), "
    + "of the last 500 \(mean(losses.suffix(500)).text(places: 4))")
page.write(training.history.csv, to: "points_history.csv")
/*:
Against the floor, timestep by timestep. The loss has two parts, what nobody can know and what this
network has not learned. They simply add, because what is left of $\epsilon$ has mean 0 given $x_t$,
and everything else is a function of $x_t$:

$$E \lVert \epsilon - \epsilon_\theta \rVert^2 = E \lVert \epsilon - E[\epsilon \mid x_t] \rVert^2 + E \lVert E[\epsilon \mid x_t] - \epsilon_\theta \rVert^2$$

The first is the floor. The second, the *excess*, is measured at points that training has not seen.
*/

let noiseOnUnseen = random["noise on unseen samples"]

/// Points no training has seen, noised to t.
func unseen(_ count: Int, at t: Int) -> [SIMD2<Double>] {
  (0..<count).map { i in
    let noise = noiseOnUnseen.normals(step: t, sample: i, count: 2)
    let x0 = ToyDistribution.mixture.point(t * count + i, random: random["unseen points"])
    return trainingSchedule[t].marginal(of: x0).draw(SIMD2(noise[0], noise[1]))
  }
}

/// E‖E[ε | x_t] − ε_θ‖²/d: by how much a network's loss is above the floor.
func excess(_ network: MLP, at t: Int, count: Int = quick ? 64 : 256) -> Double {
  let xt = unseen(count, at: t)
  let predicted = network.predictedNoise(from: Tensor(points: xt), timestep: Timestep(t)).points
  return zip(xt, predicted).reduce(0) { sum, pair in
    let error = pair.1 - plane.bestNoisePrediction(from: pair.0, at: trainingSchedule[t])
    return sum + error.dot(error) / 2 / Double(count)
  }
}

let excesses = trainingSchedule.timesteps.map { excess(network, at: $0) }
let tenths = (0..<10).map { 100 * $0..<100 * $0 + 100 }
page.show(
  ["timesteps", "floor", "excess", "per cent"],
  tenths.map { tenth in
    let (floor, excess) = (mean(floors[tenth]), mean(excesses[tenth]))
    return [
      "\(tenth.lowerBound + 1)…\(tenth.upperBound)", floor.text(places: 5), excess.text(places: 5),
      (100 * excess / floor).text(places: 1),
    ]
  })

/// Claims something of a trained network; of another training than the book's it is shown, true or not.
@MainActor func claimOfTraining(_ text: String, _ holds: Bool, line: Int = #line) {
  if steps >= 4000, options.learningRate == 3e-3, trainingSchedule == schedule {
    page.claim(text, holds, line: line)
  } else {
    page.show((holds ? "✓ " : "✗ ") + text, line: line)
  }
}
let above = mean(excesses) / mean(floors)
claimOfTraining(
  "on average the loss is \((100 * above).text(places: 1)) % above the lowest possible, at most 5 %",
  above <= 0.05)
claimOfTraining(
  "in every tenth of the timesteps at most a fifth above it, or 0.002",
  tenths.allSatisfy { mean(excesses[$0]) <= max(0.2 * mean(floors[$0]), 0.002) })
page.write(
  CSV(
    columns: ["t", "floor", "loss"],
    rows: trainingSchedule.timesteps.map { [$0, floors[$0 - 1], floors[$0 - 1] + excesses[$0 - 1]] }),
  to: "floor.csv")
page.figure(
  "chapter4_floor",
  "The loss of the trained network at each timestep, and the lowest that any network can have."
)
/*:
(Per cent of nearly nothing mean nothing: look at the last tenths of the table with that in mind.)

And what it learned is the mean of the posteriors of all $x_0$ that may have led to $x_t$. Chapter 3's
scene once more, at three of ten large steps of the schedule that it was trained with: where the step
back goes that knows $x_0$, that of the best possible network, and that of this one.
*/
let large = trainingSchedule.respaced(to: 10)
let x0 = SIMD2(1.2, -0.7)
var scenes: [[any CSVValue]] = []
var meetings: [[String]] = []
for (scene, step) in [8, 5, 3].map({ large[$0 - 1] }).enumerated() {
  let t = step.timestep
  let xt = step.marginal(of: x0).draw(SIMD2(1, 0))
  let predicted = network.predictedNoise(from: Tensor(points: [xt]), timestep: Timestep(t)).points[0]
  let knowing = step.posterior(of: x0, given: xt)
  let best = step.reverse(
    from: xt, predictedNoise: plane.bestNoisePrediction(from: xt, at: step), variance: .betaTilde)
  let learned = step.reverse(from: xt, predictedNoise: predicted, variance: .betaTilde)
  scenes.append([
    scene, t, x0.x, x0.y, xt.x, xt.y, knowing.mean.x, knowing.mean.y, best.mean.x, best.mean.y,
    learned.mean.x,
    learned.mean.y, best.standardDeviation,
  ])
  let gap = learned.mean - best.mean
  meetings.append([
    "\(t)", gap.dot(gap).squareRoot().text(2), best.standardDeviation.text(2),
  ])
}
page.show(["t", "distance of the learned mean from the best", "the step's own noise"], meetings)
page.write(
  CSV(
    columns: [
      "scene", "t", "x0_x", "x0_y", "xt_x", "xt_y", "knowing_x", "knowing_y", "best_x", "best_y", "learned_x",
      "learned_y", "deviation",
    ], rows: scenes), to: "scenes.csv")
page.write(
  CSV(
    columns: ["x", "y"],
    rows: ToyDistribution.mixture.points(count: 800, random: trainingPoints).map { [$0.x, $0.y] }),
  to: "data.csv")
page.figure(
  "chapter4_figure_4",
  "Figure 4 with the trained network in the network's place: its step back (dashed) beside that of the best possible network and that of the posterior, which knows $x_0$."
)
/*:
## The bound of a trained network

How good a model of the data is this? Every term of the bound is a weighted loss, so it follows from
the losses above. The best that any model can reach is the entropy of the data,
$-E[\log q(x_0)]$ (in nats, for a pair of numbers). What the best possible network has above it is
the price of the Gaussians in the place of the true steps; the rest is what this network has not
learned.
*/
let lossOfNetwork = zip(floors, excesses).map(+)

typealias Bound = (prior: Double, middle: Double, last: Double)
/// The expected bound in nats of a network with these losses by timestep.
func bound(_ losses: [Double], _ variance: ReverseVariance) -> Bound {
  // A mean over two coordinates is half a squared distance.
  func term(_ t: Int) -> Double {
    2 * trainingSchedule[t].boundWeight(of: .noise, variance: variance) * losses[t - 1]
  }
  let middle = trainingSchedule.timesteps.dropFirst().reduce(0) {
    $0 + term($1) + 2 * trainingSchedule[$1].boundConstant(variance: variance)
  }
  let last = term(1) + log(2 * Double.pi * trainingSchedule[1].reverseVariance(variance))
  return (plane.expectation { trainingSchedule.priorTerm(of: $0).nats }, middle, last)
}
let entropy = plane.differentialEntropy
func bounds(_ variance: ReverseVariance) -> (variance: ReverseVariance, best: Bound, own: Bound) {
  (variance, best: bound(floors, variance), own: bound(lossOfNetwork, variance))
}
let (boundsOfBeta, boundsOfBetaTilde) = (bounds(.beta), bounds(.betaTilde))
let rows = [boundsOfBeta, boundsOfBetaTilde]
func sum(_ bound: Bound) -> Double { bound.prior + bound.middle + bound.last }
page.show(
  ["σ²", "entropy of the data", "bound, best network", "bound, this network"],
  rows.map { row in
    [row.variance.rawValue] + [entropy, sum(row.best), sum(row.own)].map { $0.text(places: 4) }
  })
page.claim(
  "each bound lies above the entropy, and this network's above the best one's",
  rows.allSatisfy { entropy < sum($0.best) && sum($0.best) < sum($0.own) })
/*:
$\tilde\beta$ costs a nat more, nearly all of it at the last steps: each group is 0.1 to 0.3 wide, much
wider than those steps, and there $\beta$ is the right variance (chapter 3). "No ELBO gap" is not so
either. The gap proper, the bound less $-\log p_\theta(x_0)$, is the fourth column of this chapter's
first table. Here nobody can compute $p_\theta(x_0)$; what the bound has above the entropy is that gap
and the divergence of the model from the data together.

As a check, what this network has above the best one, the plain way, by `schedule.bound`: all thousand
terms, one draw of $x_t$ each, for points that training has not seen, the same draws for both.
*/
let groupSize = quick ? 20 : 60
let differences = (0..<10).map { group in
  let samples = group * groupSize..<(group + 1) * groupSize
  let fresh = Tensor(
    points: samples.map { ToyDistribution.mixture.point($0, random: random["points of the bound"]) })
  func bound(_ predictor: (Tensor, Timestep) -> Tensor) -> Double {
    trainingSchedule.bound(
      of: fresh, data: .continuous, variance: .beta,
      noise: { Tensor.normal(random["noise of the bound"], step: $0, samples: samples, rowShape: [2]) },
      predictor: predictor
    ).total.nats / Double(groupSize)
  }
  let own = bound { network.predictedNoise(from: $0, timestep: $1) }
  let best = bound { xt, t in
    Tensor(points: xt.points.map { plane.bestNoisePrediction(from: $0, at: trainingSchedule[t]) })
  }
  return own - best
}
let byDraws = Moments(differences)
let error = (byDraws.variance / 10).squareRoot()
let byLosses = sum(boundsOfBeta.own) - sum(boundsOfBeta.best)
page.show(
  "above the best network: \(byDraws.mean.text(places: 3)) ± \(error.text(1)) nats by draws, \(byLosses.text(places: 4)) by the losses"
)
claimOfTraining("they agree within four standard errors", abs(byDraws.mean - byLosses) < 4 * error)
/*:
The whole derivation in one picture, with what each line is worth for this network and these data.
*/
let ofBetaTilde = boundsOfBetaTilde.own
page.write(
  CSV(
    columns: ["entropy", "bound", "prior", "middle", "last", "loss", "floor"],
    rows: [
      [
        entropy, sum(ofBetaTilde), ofBetaTilde.prior, ofBetaTilde.middle, ofBetaTilde.last,
        mean(lossOfNetwork),
        mean(floors),
      ]
    ]), to: "derivation.csv")
page.figure(
  "figure_6",
  "The DDPM loss simplifies from a complex variational bound to simple noise prediction. Numbers: nats for a point of the plane, $\\sigma^2 = \\tilde\\beta$; the trained network of this chapter."
)
/*:
## Loss is not quality

The loss fell within the first few hundred steps, and from there to the end by less than it jumps from
one batch to the next. Was the rest of the training for nothing? Copies of the weights were kept on
the way. With each, 2000 points are drawn, from the same noise ($x_T$ and $z$ of chapter 6's sampler,
200 steps), and their distance to fresh data is measured. It is the sliced Wasserstein distance: seen
along 64 directions in turn, how far (root mean square) points have to be moved to become the others.
Other data have one too, because they are finite.
*/
let drawnCount = quick ? 500 : 2000
let path = trainingSchedule.respaced(to: quick ? 50 : 200)
let reference = ToyDistribution.mixture.points(count: 10_000, random: random["reference points"])
let otherData = Moments(
  (0..<8).map { set in
    let points = (0..<drawnCount).map {
      ToyDistribution.mixture.point(20_000 * set + $0, random: random["other points"])
    }
    return slicedWasserstein(points, reference)
  })

/// A network that has learned nothing sane.
struct DrawnOutOfRange: Error, CustomStringConvertible {
  let step: Int
  var description: String {
    "the network of step \(step) draws points that are not finite: try a smaller --learning-rate"
  }
}

func drawnPoints(_ network: MLP) -> [SIMD2<Double>] {
  NumberedSampler(network, rowShape: [2], steps: path, variance: .beta, random: random.numbers)
    .trajectory(of: 0..<drawnCount).sample().points
}

/// What is found out about the network of a moment.
struct Look {
  let step: Int
  let recentLoss: Double
  let excess: Double
  let points: [SIMD2<Double>]
  let distance: Double
}
func look(at snapshot: (step: Int, network: MLP)) throws -> Look {
  let drawn = drawnPoints(snapshot.network)
  guard drawn.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
    throw DrawnOutOfRange(step: snapshot.step)
  }
  return Look(
    step: snapshot.step, recentLoss: mean(losses[max(0, snapshot.step - 50)..<snapshot.step]),
    excess: mean(stride(from: 5, through: 1000, by: 10).map { excess(snapshot.network, at: $0, count: 128) }),
    points: drawn, distance: slicedWasserstein(drawn, reference))
}
let looks = orExit(try snapshots.map(look))
let floor = mean(floors)
page.show(
  ["step", "mean loss of the last 50 batches", "true loss", "excess", "distance to the data"],
  looks.map { look in
    ["\(look.step)", look.recentLoss.text(places: 3), (floor + look.excess).text(places: 4)]
      + [look.excess.text(places: 4), look.distance.text(places: 3)]
  } + [["the floor", "", floor.text(places: 4), "0", ""]]
    + [["other data", "", "", "", otherData.mean.text(places: 3)]])
page.show(
  "from one set of \(drawnCount) points to the next the distance of other data varies by ± "
    + otherData.variance.squareRoot().text(places: 3))
let spread = Moments(Array(losses.suffix(max(2, steps / 4)))).variance.squareRoot()
page.show("from one batch to the next the loss jumps by ± \(spread.text(places: 3))")
if let early = looks.first(where: { $0.step >= 200 }), let late = looks.last, late.step > early.step {
  claimOfTraining(
    "from step \(early.step) to \(late.step) the loss falls by \((early.excess - late.excess).text(places: 3)), the distance to "
      + "\((late.distance / early.distance).text(places: 2)) of what it was",
    late.distance < 0.75 * early.distance)
}
page.write(
  CSV(
    columns: ["step", "loss", "distance", "least_loss", "least_distance"],
    rows: looks.map { [$0.step, floor + $0.excess, $0.distance, floor, otherData.mean] }), to: "quality.csv")
let shown = looks.filter { [50, 200, 1000, steps].contains($0.step) }
page.write(
  CSV(
    columns: ["step", "x", "y"],
    rows: shown.flatMap { look in look.points.prefix(800).map { [look.step, $0.x, $0.y] } }), to: "drawn.csv")
page.figure(
  "chapter4_quality",
  "Points drawn at four moments of the training, and below, over the training, the loss of every batch with its floor, and the distance of the drawn points to the data."
)
/*:
So a flat loss is no sign that nothing is learned any more. The excess is what matters, it is a small
part of the loss, and the jumps from batch to batch hide it (a quarter of their variance is which
timesteps were drawn, the rest which points and which noise). On real data nobody knows the floor.
People who train on pictures see the same: [tqch/ddpm-torch](https://github.com/tqch/ddpm-torch)
reports for CIFAR-10 that the loss went from 0.0295 to 0.0277 while the Fréchet distance of the
samples to the data fell from 9.16 to 3.19. Look at samples, and at a distance between sets of
samples.

## The six steps

The same on pictures, taken apart: the training algorithm of the paper (Algorithm 1) is six steps and
an arrow back. The network on digits has one hidden layer of 896 numbers. It makes half of its steps;
the next one is done by hand.
*/
let digitsBar = page.progress("digits", of: digitSteps, unit: "steps")
orExit(try digitTraining.run(digitSteps / 2) { _ in digitsBar.advance() })
let size = digitTraining.settings.batchSize
let n = digitTraining.stepCount + 1
// 1. Draw x_0 from the data: a batch of pictures.
let clean = digits.rows((n - 1) * size..<n * size)
// 2. Draw t uniformly from 1…T, one for each.
let timesteps = (0..<size).map {
  1 + random.numbers[.trainingTimestep].index(below: trainingSchedule.stepCount, step: n, sample: $0)
}
// 3. Draw ε from N(0, I).
let epsilon = Tensor.normal(
  random.numbers[.trainingNoise], step: n, samples: 0..<size, rowShape: digits.rowShape)
// 4. Form x_t by the closed form.
let noisy = Tensor(
  rowsOf: (0..<size).map { i in
    trainingSchedule[timesteps[i]].marginal(of: clean.rows(i..<i + 1)).draw(epsilon.rows(i..<i + 1))
  })
// 5. Predict the noise.
let predicted = digitTraining.model.predictedNoise(from: noisy, timesteps: timesteps.map { Timestep($0) })
// 6. The loss, its gradient, and a step of Adam: the trainer does it.
let lossByHand = Double(predicted.meanSquaredError(to: epsilon).value)
let lossOfTrainer = orExit(try digitTraining.step()).loss
page.show("step \(n): the loss of the \(size) pictures is \(lossByHand.text(5)), by hand")
page.claim(
  "the trainer's own step \(n) has the same loss, \(lossOfTrainer.text(5))",
  abs(lossByHand / lossOfTrainer - 1) < 1e-5)

let sample = (0..<size).first { (200...400).contains(timesteps[$0]) } ?? 0
let errorOfOne = Double(
  predicted.rows(sample..<sample + 1).meanSquaredError(to: epsilon.rows(sample..<sample + 1)).value)
page.show(
  "picture \(sample) of them: t = \(timesteps[sample]), ᾱ_t = \(trainingSchedule.alphaBar(timesteps[sample]).text(4)), loss \(errorOfOne.text(4))"
)
page.write(clean.image(sample).pgm, to: "six_clean.pgm")
page.write(epsilon.image(sample, scale: 1 / 3.0).pgm, to: "six_noise.pgm")
page.write(noisy.image(sample).pgm, to: "six_noisy.pgm")
page.write(predicted.image(sample, scale: 1 / 3.0).pgm, to: "six_predicted.pgm")
page.write(
  CSV(
    columns: ["step", "t", "alpha_bar", "loss", "loss_of_batch"],
    rows: [[n, timesteps[sample], trainingSchedule.alphaBar(timesteps[sample]), errorOfOne, lossByHand]]),
  to: "six.csv")
page.figure(
  "figure_5",
  "The DDPM training algorithm distills to six simple steps, here with one picture of one real training step."
)
/*:
The arrow back: the rest of the loop.
*/
orExit(try digitTraining.run(digitSteps - n) { _ in digitsBar.advance() })
let digitLosses = digitTraining.history.entries.map(\.loss)
page.show(
  ["steps", "mean loss"],
  (0..<5).map { part in
    let range = digitSteps * part / 5..<digitSteps * (part + 1) / 5
    return ["\(range.lowerBound + 1)…\(range.upperBound)", mean(digitLosses[range]).text(places: 3)]
  })
page.write(digitTraining.history.csv, to: "digits_history.csv")
/*:
What can it do? Pictures that it has not seen, at four timesteps, and what it takes them for,
$\hat x_0$.
*/
let digitNetwork = digitTraining.averagedModel
let examples = 0..<8
let unseenDigits = digits.rows(1 << 31..<1 << 31 + examples.count)
var sheet: [Image] = unseenDigits.images
var guesses: [(t: Int, noise: Double, picture: Double)] = []
for t in [50, 200, 400, 700] {
  let step = trainingSchedule[t]
  let noise = Tensor.normal(noiseOnUnseen, step: t, samples: examples, rowShape: digits.rowShape)
  let xt = step.marginal(of: unseenDigits).draw(noise)
  let guess = digitNetwork.predictedNoise(from: xt, timestep: Timestep(t))
  let x0 = step.x0(from: xt, noise: guess)
  sheet += xt.images + x0.images
  guesses.append(
    (
      t: t, noise: Double(guess.meanSquaredError(to: noise).value),
      picture: Double(x0.meanSquaredError(to: unseenDigits).value)
    ))
}
page.show(
  ["t", "squared error of the noise", "of the picture"],
  guesses.map { ["\($0.t)", $0.noise.text(places: 3), $0.picture.text(places: 3)] })
page.write(contactSheet(sheet, columns: examples.count, gap: 1).pgm, to: "digits_guesses.pgm")
page.write(
  CSV(columns: ["t", "noise_error", "picture_error"], rows: guesses.map { [$0.t, $0.noise, $0.picture] }),
  to: "digits_guesses.csv")
/*:
How good a model of pictures is it, in the unit in which models are compared, bits for each pixel of
8 bits? All thousand terms of the bound, one draw each, for the eight pictures. (Without any model a
pixel costs 8 bits.)
*/
if options.pixels == .signed {
  let bound = trainingSchedule.bound(
    of: unseenDigits, data: .eightBit, variance: .beta,
    noise: { Tensor.normal(noiseOnUnseen, step: $0, samples: examples, rowShape: digits.rowShape) },
    predictor: { digitNetwork.predictedNoise(from: $0, timestep: $1) })
  let middle = bound.denoising.dropFirst().reduce(bound.denoising[0], +)
  page.show(
    ["bits per dimension", "L_T", "Σ L_{t−1}", "L_0"],
    [
      [bound.total, bound.prior, middle, bound.reconstruction].map { $0.bitsPerDimension.text(places: 4) }
    ])
}
/*:
And pictures drawn from nothing:
*/
let sampler = NumberedSampler(
  digitNetwork, rowShape: digits.rowShape, steps: path, variance: .beta, random: random.numbers)
let drawnDigits = orExit(try sampler.trajectory(of: 0..<40).sample().requiringFinite("the digits drawn"))
let drawnSheet = contactSheet(drawnDigits.images, columns: 8, gap: 1)
page.write(drawnSheet.pgm, to: "digits_drawn.pgm")
page.preview(drawnSheet.pgm)
page.figure(
  "chapter4_digits",
  "Left: unseen digits (first row), noised to four timesteps, and under each what the MLP makes of it. Right: what it draws from noise."
)
/*:
It knows that a digit is a few bright strokes around the middle, and little more: what it draws is
rough, grainy, often light where it should be dark. Part of the reason stands in the table: at
$t = 700$ an error of the noise is one of the picture $(1-\bar\alpha_t)/\bar\alpha_t = 143$ times as
large. The first steps of sampling need the noise far more exactly than this network knows it after
400 steps, and it has no way for the noise but through its hidden vector: 896 numbers for 784 pixels.
How much that matters shows in one that has fewer. The outputs of a network of 256 lie, whatever it
learns, in a plane of 256 dimensions; it must miss the other 528 of the 784 directions of $\epsilon$,
and its loss cannot fall below $528/784 = 0.673$:
*/
let narrowSteps = max(10, digitSteps / 2)
var narrow = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 784, width: 256, depth: 1), data: digits, schedule: trainingSchedule,
  settings: TrainingSettings(
    batchSize: 128,
    learningRate: LearningRate(
      2e-3, warmUp: narrowSteps / 10, decay: .cosine(end: narrowSteps, floor: 0.01)),
    averageDecay: 0.99, seed: options.common.seed))
let narrowBar = page.progress("256 wide", of: narrowSteps, unit: "steps")
orExit(try narrow.run(narrowSteps) { _ in narrowBar.advance() })
page.check("what 256 of 784 directions leave", Double(784 - 256) / 784, isPrinted: "0.673")
let narrowLoss = mean(narrow.history.entries.suffix(narrowSteps / 10).map(\.loss))
let wideLoss = mean(digitLosses[narrowSteps - narrowSteps / 10..<narrowSteps])
page.show(
  "after \(narrowSteps) steps: 256 wide \(narrowLoss.text(places: 3)), 896 wide \(wideLoss.text(places: 3))")
page.claim("the narrow one stays above it", narrowLoss > 0.673)
/*:
And it does not know that pixels have neighbors: every one of its weights belongs to one pixel, so
a stroke learned in one place is not known one pixel further. A network that slides over the picture
knows that, keeps a path on which the noise can pass unsqueezed, and needs a fraction of the weights:
the U-Net of chapter 5.

## What to remember

- The bound is a sum of divergences of Gaussians; with equal variances they are squared distances.
- Mean, $x_0$, noise and score are four ways to say one prediction; each has its weight.
- $L_{simple}$ leaves the weight out: not the bound any more, and better for pictures.
- A loss has a floor above 0. "0.03" says nothing without it.
- Samples go on improving when the loss has long been flat.

## Try it

- `make chapter4 ARGS="--steps 400"`: how far above the floor is a tenth of the training?
- `make chapter4 ARGS="--pixels unit"`: what does preflight say? With `--anyway`, what do the digits become?
- `make chapter4 ARGS="--last-beta 0.005 --anyway"`: $x_T$ still holds some of $x_0$, but sampling begins
  with noise. The digits mind, the points hardly do. Which mean and variance have they?
- `make chapter4 ARGS="--learning-rate 1e9"`: a training that fails says where.
- By hand: with $\epsilon = (0.3, -0.1)$ and a prediction of (0.25, 0), what do formula and code print?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter4`).

1. **Lazy networks.** The data have mean 0 and variance 1. What is the loss at $t$ of a network that
   answers 0, of one that answers $x_t$, and of one that answers $\sqrt{1-\bar\alpha_t} \, x_t$? Show
   that no other multiple of $x_t$ is better than the last. What are the three losses on average over
   the timesteps of the linear schedule?
2. **Two ends.** Show that with $\sigma^2 = \beta$ a squared error of the noise counts about $1/2$ in
   the bound at $t = 1$, whatever small $\beta_1$ the schedule has, and about $\beta_T/2$ at $T$. Guess
   where on the linear schedule it counts least: at $T$, or before? Then compute, and find the
   $\bar\alpha_t$ of that place by hand.
3. **What is dropped.** For $\sigma^2 = \beta$ the constants $C$ sum to 0.4864 bits a dimension. Guess
   which part of it $t = 2$ has alone, one timestep of 999. Then compute it by hand, with
   $\tilde\beta_2/\beta_2 = 0.4547$ from chapter 3. And the part of all $t$ from 100 on?
4. **The price of the last step.** A network is perfect at $t = 1$: it knows $\epsilon$, so that
   $\mu_\theta(x_1, 1) = x_0$. How many bits does it still pay in $L_0$ for a gray 8-bit pixel, with
   $\sigma_1^2 = \beta_1 = 10^{-4}$? And for a black one (level 0)? What would have to change?
5. **Ten per cent too timid.** A network always answers $0.9 \, E[\epsilon \mid x_t]$. How far above the
   floor is its loss, for any data? It samples data $N(0, 1)$ with $\sigma^2 = \beta$: guess whether the
   variance of its samples is off by about 1 %, 10 % or 25 %, and compute it.
6. **Pixels from 0 to 1.** Somebody scales pixels to $[0, 1]$ and changes nothing else. Show that the
   floor at $t$ is that of rightly scaled data at the $\bar\alpha$ where the signal over noise is a
   quarter. Guess whose floor is lower on average over $t$, and compute it for the two groups. Which
   gray level does a black pixel get where the pictures are shown as if they were in $[-1, 1]$?
*/
page.finish()
