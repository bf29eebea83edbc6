/*:
# Chapter 7: The score

What has the network really learned?

For six chapters we asked the network which noise is in a sample. This chapter reads its answer as a direction: at each point of
the plane, or of the space of all images, an arrow that points to where samples become more probable. [@chapter7_field] draws these
arrows for the network of chapter 4, beside the true ones.

After this chapter you can say what a diffusion model has learned without the word noise, sample from a distribution of which you know
only these arrows, and see why a thousand steps of DDPM, the denoising diffusion probabilistic model of the chapters before, are one
way among several to follow them.
*/
//: hide
import Console
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

let options = Options.parsedOrExit()
threadCount = options.common.threads
let quick = options.common.quick
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 7, options: options.common, changesResults: options.scoreScale != 1)
/*:
## A direction at every point

Imagine a landscape whose height at $x$ is the logarithm of the density $q(x)$. Its slope tells you which way to go to reach more
probable samples. That slope is called the **score**:

$$s(x) = \nabla \log q(x)$$ {#score}

On a line it is an ordinary derivative; in the plane and for images it is a vector, one number for each direction. A score has one great
advantage over a density. A density has to integrate to 1, and no network can guarantee that. For a score no such condition has to
hold, because a factor in front of $q$ becomes a constant in $\log q$, and the slope does not see it.

Take the two modes of chapters 3, 4 and 6, numbers near −0.8 or near 0.8, noised to $t = 100$. Their density is a formula, and so is its
score. [@chapter7_score] draws both.

<details><summary>Predict: where is the score of these data zero, and what is special about those points?</summary>

At three points: at the two tops, and at the lowest point between them. The score does not say whether a point is a top or a
valley; it says only that the slope is zero there.

</details>
*/
let modes = GaussianMixture.twoModes
let noised = modes.marginal(at: schedule[100])
let slopes = [-1.5, -0.5, 0.0, 0.5, 1.5].map { x in
  let h = 1e-5
  return (
    x: x, score: noised.score(at: x),
    difference: (noised.logDensity(at: x + h) - noised.logDensity(at: x - h)) / (2 * h)
  )
}
page.table(
  slopes,
  [
    Column("$x$", .places(1)) { $0.x }, Column("score", .places(5)) { $0.score },
    Column("slope of $\\log q$, by a difference", .places(5)) { $0.difference },
  ])
//: hide
page.claim(
  "the score is the slope of the log density, to 1e-8",
  slopes.allSatisfy { abs($0.score - $0.difference) < 1e-8 })
page.write(
  CSV(
    columns: ["x", "density", "log_density", "score"],
    rows: (0...200).map { step -> [Double] in
      let x = -2 + Double(step) / 50
      return [x, noised.density(at: x), noised.logDensity(at: x), noised.score(at: x)]
    }), to: "line.csv")
page.figure(
  "chapter7_score",
  """
  The score points uphill. Above, the density of the two modes at $t = 100$; below, its score, which is \
  positive where the density rises to the right and zero at the two tops and in the valley. The arrows \
  say the same.
  """,
  alt: """
    Two curves over a line: a density with a low peak left and a high peak right, and below it the score, \
    which falls through zero at each peak and rises through zero between them; arrows on the line point \
    to the peaks.
    """)
/*:
## Predicting noise is learning the score

Nobody knows the density of images, so nobody can differentiate its logarithm. Yet the network of chapter 5 has learned the score of noised
images. Three lines show why. Every $x_t$ came from some $x_0$, so its density is a sum over all of them,
$q(x_t) = \int q(x_0) \, q(x_t \mid x_0) \, dx_0$. Differentiate it, and divide by $q(x_t)$:

$$\frac{\nabla q(x_t)}{q(x_t)} = \int \frac{q(x_0) \, q(x_t \mid x_0)}{q(x_t)} \, \nabla \log q(x_t \mid x_0) \, dx_0$$

The left side is the score. The fraction on the right is Bayes' rule: the probability of $x_0$ once $x_t$ is known. So the score is the
*average* of $\nabla \log q(x_t \mid x_0)$ over all $x_0$ that may have led to $x_t$. And that gradient is simple, because
$q(x_t \mid x_0)$ is a Gaussian about $\sqrt{\bar\alpha_t} \, x_0$ of variance $1-\bar\alpha_t$:
$\nabla \log q(x_t \mid x_0) = -(x_t - \sqrt{\bar\alpha_t} \, x_0)/(1-\bar\alpha_t) = -\epsilon/\sqrt{1-\bar\alpha_t}$. Therefore

$$s(x_t) = -\frac{E[\epsilon \mid x_t]}{\sqrt{1-\bar\alpha_t}}$$ {#score-of-noise}

<sub>In Swift: `step.score(noise:)`. Tested: [noise, x_0 and score are three names of one prediction](../../Tests/DiffusionTests/PredictionTests.swift).</sub>

Chapter 4 showed that a network with the squared error as its loss learns exactly this average, $E[\epsilon \mid x_t]$. Learning a score by
predicting noise is called **denoising score matching** [@vincent2011]. Written for the score $s_\theta$ that the network's prediction
stands for, the two losses differ by a constant that no network can change:

$$E \lVert s_\theta(x_t) - s(x_t) \rVert^2 = E \left\lVert s_\theta(x_t) + \frac{\epsilon}{\sqrt{1-\bar\alpha_t}} \right\rVert^2 - \text{constant}$$ {#denoising-score-matching}

The left side cannot be computed for images, since nobody knows $s$. The right side needs only a clean image and the noise that was added
to it. A worked example with numbers: $\bar\alpha_t = 0.5$, $x_t = 0.4$, and the network predicts $\epsilon_\theta = 0.3$.
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.99)
let exampleScore = example.score(noise: 0.3)
page.check("the score, −ε_θ/√(1−ᾱ_t)", exampleScore, isPrinted: "-0.424")
/*:
### From the score to the clean sample

Solve the closed form of chapter 2 for $x_0$, take the average given $x_t$, and put the score in the place of the noise:

$$E[x_0 \mid x_t] = \frac{x_t + (1-\bar\alpha_t) \, s(x_t)}{\sqrt{\bar\alpha_t}}$$ {#tweedie}

This is **Tweedie's formula** [@robbins1956] [@efron2011]: go along the score, as far as the variance of the noise, and undo the
shrinking. It is the $\hat x_0$ of chapter 2 in other words, and the numbers of the example agree:
*/
page.check("x̂_0 by Tweedie's formula", example.x0(from: 0.4, score: exampleScore), isPrinted: "0.266")
page.check("x̂_0 from the noise", example.x0(from: 0.4, noise: 0.3), isPrinted: "0.266")
/*:
Is it really the mean of all $x_0$ that may have led to $x_t$? For the five modes in the plane, Bayes' rule gives that mean without
any score. Both are computed for 200 noised points.
*/
let plane = ToyDistribution.gaussianMixture
//: fold Points of the data that no training has seen, noised to t
let (unseenPoints, noiseOnUnseen) = (random["unseen points"], random["noise on unseen points"])

func noisedPoints(_ count: Int, at t: Int) -> [SIMD2<Double>] {
  (0..<count).map { i in
    let x0 = ToyDistribution.mixture.point(t * count + i, random: unseenPoints)
    let noise = noiseOnUnseen.normals(step: t, sample: i, count: 2)
    return schedule[t].marginal(of: x0).draw(SIMD2(noise[0], noise[1]))
  }
}
//: end
let distances = stride(from: 1, through: 1000, by: 111).flatMap { t in
  noisedPoints(20, at: t).map { x in
    let tweedie = schedule[t].x0(from: x, score: plane.marginal(at: schedule[t]).score(at: x))
    let difference = tweedie - plane.posteriorMean(given: x, at: schedule[t])
    return difference.dot(difference).squareRoot()
  }
}
//: hide
let furthest = distances.max() ?? 0
page.claim("Tweedie's formula is the posterior mean (off by at most \(furthest.text(2)))", furthest < 1e-9)
/*:
## The network's field

Now a real network, the one for points of chapter 4, trained again exactly as there. Its prediction of the noise becomes a score, and
the formula of the mixture gives the true one.
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
if !quick, options.common.seed == ChapterOptions.committedSeed {
  let losses = orExit(try CSV.read("\(Notebook.project())/data/chapter4/points_history.csv"))
  page.claim(
    "it is that network: the losses of its \(steps) steps are chapter 4's, digit for digit",
    training.history.csv.text == losses.text)
}
//: end
func learnedScore(at x: [SIMD2<Double>], _ t: Int) -> [SIMD2<Double>] {
  let noise = network.predictedNoise(from: Tensor(points: x), timestep: Timestep(t))
  return noise.points.map { schedule[t].score(noise: $0) }
}
func trueScore(at x: [SIMD2<Double>], _ t: Int) -> [SIMD2<Double>] {
  x.map { plane.marginal(at: schedule[t]).score(at: $0) }
}
//: hide
/// Places of a grid with so many rows and columns over the square from −reach to reach.
func grid(_ side: Int, reach: Double) -> [SIMD2<Double>] {
  let spacing = 2 * reach / Double(side - 1)
  return (0..<side * side).map { place in
    let (row, column) = place.quotientAndRemainder(dividingBy: side)
    return SIMD2(-reach + spacing * Double(column), -reach + spacing * Double(row))
  }
}
let drawnTimes = [50, 200, 500]
let places = grid(15, reach: 2.8)
page.write(
  CSV(
    columns: ["t", "x", "y", "true_x", "true_y", "learned_x", "learned_y"],
    rows: drawnTimes.flatMap { t -> [[any CSVValue]] in
      zip(places, zip(trueScore(at: places, t), learnedScore(at: places, t))).map { place, scores in
        [t, place.x, place.y, scores.0.x, scores.0.y, scores.1.x, scores.1.y]
      }
    }), to: "field.csv")
page.write(
  CSV(
    columns: ["t", "x", "y", "density"],
    rows: drawnTimes.flatMap { t -> [[any CSVValue]] in
      let marginal = plane.marginal(at: schedule[t])
      return grid(81, reach: 3).map { [t, $0.x, $0.y, marginal.density(at: $0)] }
    }), to: "density.csv")
page.figure(
  "chapter7_field",
  """
  Where the data are, the network's score is the true one. Above, the true score over the density of \
  $q(x_t)$ at three timesteps. Below, the network's score minus the true one: it differs only between the \
  modes of $t = 50$ and in empty corners, where no training point has ever been. Long arrows are drawn \
  shorter, all by one rule.
  """,
  alt: """
    Six panels of arrows over a square. Above, arrows converge on five modes at t = 50, on three broad \
    hills at t = 200 and on one at t = 500. Below, the error arrows are dots nearly everywhere, and long \
    between the modes at t = 50.
    """)
/*:
How wrong is the score, and where? The *relative squared error* is the mean square of the difference divided by the mean square of the
true score. It is computed at noised data, where the network was trained, and at points that lie anywhere in the square of the figure.
The last columns show the same error as the loss of chapter 4 counts it: an error of the score times $1-\bar\alpha_t$.
*/
/// E‖s_θ − s‖²/E‖s‖², and the error of the noise that the score stands for, E‖ε_θ − E[ε | x_t]‖²/d.
func scoreError(_ x: [SIMD2<Double>], _ t: Int) -> (relative: Double, ofNoise: Double) {
  let exact = trueScore(at: x, t)
  let error = zip(learnedScore(at: x, t), exact).reduce(0) { $0 + ($1.0 - $1.1).dot($1.0 - $1.1) }
  let all = exact.reduce(0) { $0 + $1.dot($1) }
  return (error / all, (1 - schedule.alphaBar(t)) * error / Double(2 * x.count))
}
let square = random["points of the square"]
let anywhere = (0..<2000).map { i in
  let uniforms = square.uniforms(sample: i, count: 2)
  return SIMD2(-3 + 6 * uniforms[0], -3 + 6 * uniforms[1])
}
//: hide
let errorTimes = [1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]
let errors = errorTimes.map { t in
  (t: t, data: scoreError(noisedPoints(2000, at: t), t), anywhere: scoreError(anywhere, t))
}
page.table(
  errors, to: "score_error.csv", showing: { [1, 10, 50, 100, 200, 500, 1000].contains($0.t) },
  [
    Column("$t$", csv: "t") { $0.t },
    Column("relative error at noised data", csv: "data", .places(5)) { $0.data.relative },
    Column("anywhere", csv: "anywhere", .places(5)) { $0.anywhere.relative },
    Column("as the loss counts it, at data", .places(5)) { $0.data.ofNoise },
    Column("anywhere", .places(5)) { $0.anywhere.ofNoise },
  ])
let fifty = plane.marginal(at: schedule[50])
let byDensity = anywhere.map { (x: $0, logDensity: fifty.logDensity(at: $0)) }
  .sorted { ($0.logDensity, $0.x.x) > ($1.logDensity, $1.x.x) }
page.table(
  (0..<10).map { byDensity[200 * $0..<200 * $0 + 200] }, to: "score_density.csv",
  [
    Column(csv: "log_density") { mean($0.map(\.logDensity)) },
    Column(csv: "error") { scoreError($0.map(\.x), 50).relative },
  ])
page.figure(
  "chapter7_score_error",
  """
  The network knows the score where it was trained. Left: the relative squared error by timestep, at \
  noised data and at points anywhere in the square. Right: at $t = 50$, for points anywhere, by the \
  density that they have; in the densest tenth the error is 0.6 %, elsewhere 4 to 15 %.
  """,
  alt: """
    Left, two curves over the timestep on logarithmic axes: the error anywhere lies far above the error \
    at noised data for small t, and both meet for large t. Right, the error falls as the density grows.
    """)
if !quick {
  let atTen = errors.first { $0.t == 10 }
  page.claim(
    "at t = 10 the score is more than five times as wrong anywhere as where noised data are",
    atTen.map { $0.anywhere.relative > 5 * $0.data.relative } ?? false)
}
/*:
Two things are worth noticing. With little noise, the data fill only a small part of the space, and in the rest nothing has told the
network whether its score is right. This is why sampling begins with so much noise that the noised data fill the space, and takes it
away bit by bit: at each step the sample is where the network has been. And at $t = 1$ the error is larger than the score itself even
among the data. The loss hardly sees it, since 99.7 % of that noise cannot be predicted by anybody, as chapter 4's floor says, and the
score hides in the rest.

> **Common claim.** A diffusion model knows the score everywhere.
>
> **What the numbers say.** It knows it where noised data are. At $t = 10$, at places anywhere in the square, its error is more
> than five times as large.

## Following the score

If all that is known of a distribution is its score, can one sample from it? **Langevin dynamics** does: go a little along the score, add
a little noise, and repeat.

$$x_{k+1} = x_k + \eta \, s(x_k) + \sqrt{2 \eta} \, z_k$$ {#langevin}

Without the noise every chain would climb to the nearest top and stay there. With it, and with a small step size $\eta$ and many steps, the
chain visits each place as often as the density says. Two thousand chains start from $N(0, 1)$ and follow the exact score of the two modes for
a thousand steps.
*/
let chains = quick ? 200 : 2000
let count = quick ? 100 : 1000
let (startingNoise, langevinNoise) = (random["starting noise"], random["Langevin dynamics"])
let plain = parallelMap(chains) { chain in
  LangevinDynamics(
    from: startingNoise.normal(sample: chain), stepSize: 0.001, count: count,
    noise: { langevinNoise.normal(step: $0, sample: chain) },
    score: { options.scoreScale * modes.score(at: $0) }
  ).map(\.sample)
}
/*:
<details><summary>Predict: seven of ten data lie near 0.8. What share of the chains ends there?</summary>

About half, the table below says. A chain cannot cross the valley between the modes, where the density is $10^{-14}$ of what it is at
the tops. So the start decides, and $N(0, 1)$ begins half of them on each side.

</details>

The remedy is noise, as in every chapter. With enough of it the two modes are one, and chains can cross. *Annealed* Langevin dynamics [@song2019]
makes a few steps at a high noise level, then at a lower one, and so on down to the data. The **noise level** is here
$\nu = \sqrt{(1-\bar\alpha)/\bar\alpha}$, the standard deviation of the noise when the data keep their size. A hundred levels fall from
150 to 0.01 in equal ratios, with ten steps at each of them. The step size follows the noise, $\eta = 2 r^2 (1-\bar\alpha)$, and
$r = 0.3$ is the ratio of the two parts of a step that [@song2021sde] recommend to fix.
*/
//: fold The noise levels, and the process between the timesteps
let sde = VariancePreservingSDE()
let levels = 100
let times = (0...levels).map { level in
  sde.time(noiseLevel: exp(log(150) + (log(0.01) - log(150)) * Double(level) / Double(levels)))
}
func bestNoise(_ x: Double, at time: Double) -> Double {
  options.scoreScale * modes.bestNoisePrediction(from: x, alphaBar: sde.alphaBar(at: time))
}
//: end
let annealedNoise = random["annealed Langevin dynamics"]
let annealed = parallelMap(chains) { chain in
  PredictorCorrectorSampler(
    of: sde, through: times, from: startingNoise.normal(sample: chain), update: .none,
    corrections: count / levels, signalToNoise: 0.3,
    noise: { annealedNoise.normal(step: $0, sample: chain, element: $1) },
    predictor: bestNoise(_:at:)
  ).map(\.sample)
}
//: hide
func shareRight(_ positions: some Sequence<Double>) -> Double {
  Double(positions.filter { $0 > 0 }.count) / Double(chains)
}
func ends(_ trajectories: [[Double]]) -> [Double] { trajectories.map { $0[$0.count - 1] } }
func significance(_ ends: [Double]) -> String {
  let test = KolmogorovSmirnov(ends, cumulative: { modes.cumulative(at: $0) })
  return test.significance < 0.001 ? "< 0.001" : test.significance.text(places: 3)
}
page.table(
  [("plain, with the score of the data", ends(plain)), ("annealed", ends(annealed))],
  [
    Column("\(count) steps of Langevin dynamics") { $0.0 },
    Column("share near 0.8, of 0.7", .places(3)) { shareRight($0.1) },
    Column("Kolmogorov–Smirnov significance") { significance($0.1) },
  ])
page.table(
  (0...100).map { $0 * count / 100 }, to: "langevin.csv",
  [
    Column(csv: "step") { $0 }, Column(csv: "plain") { k in shareRight(plain.map { $0[k] }) },
    Column(csv: "annealed") { k in shareRight(annealed.map { $0[k * levels / count] }) },
  ])
page.write(
  CSV(columns: ["plain", "annealed"], rows: zip(ends(plain), ends(annealed)).map { [$0, $1] }),
  to: "langevin_ends.csv")
page.figure(
  "chapter7_langevin",
  """
  The score of the data alone does not find the shares of the modes. Left: the share of chains near 0.8; \
  plain Langevin dynamics stays near one half, the annealed one ends near 0.7. Right: where the chains \
  are in the end, and the density of the data.
  """,
  alt: """
    Left, two curves over the step: one stays near 0.52, the other rises to 0.68, with a dashed line at \
    0.7. Right, histograms of the ends: the plain one has too many samples at the left mode, the annealed \
    one follows the density.
    """)
/*:
The plain chains find both modes, and inside each mode they are nearly right. The annealed chains decide the shares while one broad mode
parts into two and chains can still cross.

## A thousand steps become a line

Why a thousand steps? Let us see what happens with ever more, ever smaller steps. Write $\beta = \beta(u) \, du$ for a small piece $du$
of time, with $u = t/T$ from 0 to 1. A forward step changes $x$ by

$$x_t - x_{t-1} = \left( \sqrt{1-\beta} - 1 \right) x_{t-1} + \sqrt{\beta} \, z \approx -\tfrac{1}{2} \beta(u) \, x \, du + \sqrt{\beta(u) \, du} \, z$$

In the limit this is a **stochastic differential equation** (SDE): a drift towards zero, and noise $dw$ at every moment, where $dw$ is
$N(0, du)$ [@song2021sde].

$$dx = -\tfrac{1}{2} \beta(u) \, x \, du + \sqrt{\beta(u)} \, dw, \qquad \bar\alpha(u) = e^{-\int_0^u \beta}$$ {#sde}

<sub>In Swift: `VariancePreservingSDE`. Tested: [it has ln ᾱ = −∫ β, and the steps of the schedule in the limit](../../Tests/DiffusionTests/ContinuousProcessTests.swift).</sub>

For the schedule of all chapters $\beta(u) = 0.1 + 19.9 u$, and the thousand steps are within 7 % of the limit of $\bar\alpha$:
*/
page.check("β(0), a thousand times β_1", sde.beta(at: 0), isPrinted: "0.1")
page.check("β(1), a thousand times β_1000", sde.beta(at: 1), isPrinted: "20")
page.check("ᾱ(1)", sde.alphaBar(at: 1), isPrinted: "4.319e-5")
page.check("ᾱ_1000 of the thousand steps", schedule.alphaBar(1000), isPrinted: "4.036e-5")
//: hide
page.table(
  [100, 1000, 10_000, 100_000],
  [
    Column("steps") { $0 },
    Column("$\\bar\\alpha$ in the end is below $\\bar\\alpha(1)$ by", .percent(3)) { count in
      let scale = 1000 / Double(count)
      let fine = try? NoiseSchedule.linear(from: 1e-4 * scale, to: 0.02 * scale, stepCount: count)
      return 1 - (fine?.alphaBar(count) ?? 0) / sde.alphaBar(at: 1)
    },
  ])
/*:
The reverse process has a limit too, and chapter 3 has already found it. There a small reverse step turned out to be Gaussian, with the mean
$x_t/\sqrt{\alpha_t} + (\beta_t/\alpha_t) \, s$ up to terms of higher order, and a variance near $\beta_t$. To first order in
$\beta = \beta(u) \, du$ the step back therefore adds $\tfrac{1}{2} \beta x + \beta s$ and noise of variance $\beta$. With time running from
1 to 0, so that $du$ is negative, this is the *reverse SDE* [@anderson1982]:

$$dx = -\left( \tfrac{1}{2} \beta(u) \, x + \beta(u) \, s(x) \right) du + \sqrt{\beta(u)} \, dw, \qquad u \text{ from 1 to 0}$$ {#reverse-sde}

The only unknown in it is the score, which the network has learned. The plainest solver is the **Euler–Maruyama method**: a small piece of
the drift, a small piece of noise. A step of DDPM does nearly the same. To see how nearly, both are given the same noise in 25, 50, …
400 steps, and are compared with 3,200 steps of Euler–Maruyama.
*/
//: fold The same noise for few and for many steps
let finest = quick ? 200 : 3200
let trajectoryNoise = random["coupled trajectories"]
/// The noise of step k of `count`: that of the finest steps in it, added and scaled.
func coarseNoise(_ k: Int, of count: Int, _ chain: Int) -> Double {
  let size = finest / count
  let sum = (1...size).reduce(0.0) { $0 + trajectoryNoise.normal(step: (k - 1) * size + $1, sample: chain) }
  return sum / Double(size).squareRoot()
}
//: end
func end(_ count: Int, _ chain: Int, _ update: ReverseUpdate) -> Double {
  PredictorCorrectorSampler(
    of: sde, through: (0...count).map { 1 - 0.99 * Double($0) / Double(count) },
    from: startingNoise.normal(sample: chain), update: update,
    noise: { k, _ in coarseNoise(k, of: count, chain) }, predictor: bestNoise(_:at:)
  ).sample()
}
//: hide
let coupledCount = quick ? 20 : 200
let reference = parallelMap(coupledCount) { end(finest, $0, .eulerMaruyama) }
let halved = (quick ? [25, 50, 100] : [25, 50, 100, 200, 400]).map { count in
  let euler = parallelMap(coupledCount) { end(count, $0, .eulerMaruyama) }
  let ancestral = parallelMap(coupledCount) { end(count, $0, .ancestral) }
  func apart(_ a: [Double], _ b: [Double]) -> Double { median(zip(a, b).map { abs($0 - $1) }) }
  return (
    count: count, euler: apart(euler, reference), ancestral: apart(ancestral, reference),
    apart: apart(euler, ancestral)
  )
}
page.table(
  halved, to: "halved.csv",
  [
    Column("steps", csv: "steps") { $0.count },
    Column("error of Euler–Maruyama", csv: "euler_maruyama", .digits(3)) { $0.euler },
    Column("error of DDPM", csv: "ancestral", .digits(3)) { $0.ancestral },
    Column("distance of the two", csv: "apart", .digits(3)) { $0.apart },
  ])
if !quick {
  let (before, after) = (halved[3], halved[4])
  let ratios = [before.euler / after.euler, before.ancestral / after.ancestral, before.apart / after.apart]
  page.claim(
    "from 200 to 400 steps each is halved: \(ratios.map { $0.text(places: 2) }.joined(separator: ", "))",
    ratios.allSatisfy { abs($0 - 2) < 0.4 })
}
/*:
The numbers are medians over 200 trajectories. Both errors are halved when the steps are: DDPM's sampling *is* a solver of the reverse SDE. In
few steps it is the better of the two, because its step comes from Bayes' rule and not from an infinitely small one.

## Half a flow, half Langevin

Split what the reverse SDE adds in a short piece of time into two halves:

$$\tfrac{1}{2} \beta x + \beta s = \tfrac{1}{2} \beta \left( x + s \right) + \tfrac{1}{2} \beta s$$ {#halves}

The second half, together with all of the noise, is a step of Langevin dynamics, [@langevin], with $\eta = \tfrac{1}{2} \beta \, du$. Such a step
leaves the distribution $q_u$ as it is. The first half has no noise in it, and chapter 8 shows that it alone carries $q_u$ to the distribution
a moment earlier.

> **Common claim.** DDPM is essentially Langevin dynamics.
>
> **What the numbers say.** Half of it is. Langevin dynamics by itself never leaves its distribution, and with the score of the data it
> does not even find the shares of two modes. DDPM is Langevin dynamics whose distribution moves along, a step at a time.

Both halves can be varied. More Langevin steps may be put in between, to correct what a step has got wrong: the *predictor–corrector* sampler
of [@song2021sde]. And the Langevin half may be left out altogether. Then there is no noise in sampling, and far fewer steps are needed: chapter 8.

## What to remember

- The score is the slope of the log density. The best prediction of the noise, divided by $-\sqrt{1-\bar\alpha_t}$, is the score of $q(x_t)$.
- A network that predicts noise has learned the score where noised data are. Elsewhere nothing has told it whether it is right.
- Langevin dynamics samples with a score alone, but cannot find the shares of modes that lie far apart. Many noise levels are the remedy.
- In the limit of small steps, the forward process is an SDE, and so is the reverse process, with the score in its drift.
- DDPM solves the reverse SDE. Each of its steps is half a flow and half Langevin dynamics.

## Try it

- `make chapter7 ARGS="--score-scale 1.05"`: a score that is 5 % too long. Which tables notice?
- `make chapter7 ARGS="--seed 7"`: other noise. Which conclusions hold?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter7`).

1. **The width of a chain.** Langevin dynamics with the true score of $N(0, \sigma_\text{data}^2)$ and a fixed $\eta$: what variance do the
   chains have in the end? Too large or too small? What standard deviation did those of the chapter have inside their modes, with
   $\sigma_\text{data} = 0.1$ and $\eta = 0.001$, and from which $\eta$ on would they have run away?
2. **Two points.** Data are −1 or 1, each half of the time. Derive the score of $q(x_t)$. At $x = 0$ it is zero: is the density there a
   top or a valley, and at which $\bar\alpha$ does that change?
3. **A score that is too long.** Data that are $N(0, 1)$, and a score that is 5 % too long: what standard deviation do the samples of DDPM
   with $\sigma_t^2 = \beta_t$ have after a thousand steps? What if the score is too long down to $t = 500$ and right from there on?

## Where to go next

Chapter 8 leaves the noise out of sampling. Yang Song's own introduction, [@song2021blog], tells the story of this chapter with moving
images, and [@song2021sde] is the paper. For the history, see [@hyvarinen2005], who learned scores without knowing densities, and [@vincent2011].
*/
page.finish()
