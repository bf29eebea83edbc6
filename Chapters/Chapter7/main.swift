/*:
# Chapter 7: The score

What has the network really learned?

For six chapters it was asked which noise is in a sample. This chapter reads its answer as a direction:
at each point of the plane, or of the space of all pictures, an arrow that says where samples become
more probable. Seen so, algorithm 2 is one way among several to follow the arrows. Others go without
noise, in a tenth of the steps, and back again; and one of them says how probable a picture is.
*/
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Evaluation
import Formats
import Models
import Networks
import Notebook
import Samples
import Statistics
import Tensors
import Threads
import Training

let options = Options.orSentOn()
let threads = options.common.threads
threadCount = threads

let quick = options.common.quick
let scoreScale = options.scoreScale
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let sde = VariancePreservingSDE()
let results = "\(Notebook.project())/data"
let page = Notebook(
  chapter: 7, options: options.common,
  changesResults: scoreScale != 1 || options.evaluations != 50 || options.solver != .heun)
/*:
## The same answer, read as a direction

The *score* of a distribution is the gradient of the logarithm of its density, $\nabla \log q(x)$. Of
$q(x_t)$ it is, up to a factor, the best answer that a network can give (the proof is one line: for each
$x_0$, the score of $q(x_t \mid x_0)$ is $-\epsilon/\sqrt{1-\bar\alpha_t}$, and the score of a mixture
is the mean of its parts', weighed by how probable each part is at $x_t$):

$$\nabla \log q(x_t) = -\frac{E[\epsilon \mid x_t]}{\sqrt{1-\bar\alpha_t}} \approx -\frac{\epsilon_\theta(x_t, t)}{\sqrt{1-\bar\alpha_t}}$$

Worked example 5 once more, $\bar\alpha_t = 0.5$, $x_t = 0.4$, $\epsilon_\theta = 0.3$. And from the
score comes the best guess of $x_0$, by Tweedie's formula,
$E[x_0 \mid x_t] = (x_t + (1-\bar\alpha_t) \nabla \log q(x_t))/\sqrt{\bar\alpha_t}$:
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.99)
let exampleScore = example.score(noise: 0.3)
page.check("the score, −ε_θ/√(1−ᾱ_t)", exampleScore, isPrinted: "-0.424")
page.check("x̂_0 by Tweedie's formula", example.x0(from: 0.4, score: exampleScore), isPrinted: "0.266")
page.check("x̂_0 by equation 15", example.x0(from: 0.4, noise: 0.3), isPrinted: "0.266")
/*:
The second is a formula of statistics from 1956, the third a line of chapter 2. They are one.

Data whose score is known: chapter 4's five groups in the plane. Noised they stay a mixture of
Gaussians, and so every density and every score is a formula. Is Tweedie's guess really the mean of all
$x_0$ that may have led to $x_t$, as Bayes' rule gives it?
*/
let plane = ToyDistribution.gaussianMixture
/// Points of the data that no training has seen, noised to t.
func noised(_ count: Int, at t: Int) -> [SIMD2<Double>] {
  (0..<count).map { i in
    let x0 = ToyDistribution.mixture.point(t * count + i, random: random["unseen points"])
    let noise = random["noise on unseen points"].normals(step: t, sample: i, count: 2)
    return schedule[t].marginal(of: x0).draw(SIMD2(noise[0], noise[1]))
  }
}
let furthest =
  stride(from: 1, through: 1000, by: 111).map { t -> Double in
    noised(20, at: t).map { x -> Double in
      let tweedie = schedule[t].x0(from: x, score: plane.marginal(at: schedule[t]).score(at: x))
      let difference = tweedie - plane.posteriorMean(given: x, at: schedule[t])
      return difference.dot(difference).squareRoot()
    }.max() ?? 0
  }.max() ?? 0
page.claim("Tweedie's guess is the posterior's mean (off by at most \(furthest.text(2)))", furthest < 1e-9)
/*:
## Arrows

Now a network: the MLP of chapter 4, trained again as there (87,458 weights, 4,000 steps, a few
seconds). Its arrows beside the true ones, where $q(x_t)$ is drawn darker the denser it is:
*/
let trainingPoints = random["training points"]
let trainingSteps = quick ? 300 : 4000
var training = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 2, width: 96, depth: 4), data: ToyPoints(.mixture, random: trainingPoints),
  schedule: schedule,
  settings: TrainingSettings(
    batchSize: 256,
    learningRate: LearningRate(
      3e-3, warmUp: trainingSteps / 40, decay: .cosine(end: trainingSteps, floor: 0.01)),
    averageDecay: 0.995, seed: options.common.seed))
let bar = page.progress("the network of the plane", of: trainingSteps, unit: "steps")
orExit(try training.run(trainingSteps) { _ in bar.advance() })
let network = training.averagedModel
if !quick, options.common.seed == 2020 {
  page.claim(
    "it is that network: the losses of its \(trainingSteps) steps are chapter 4's, digit for digit",
    training.history.csv.text == orExit(try CSV.read("\(results)/chapter4/points_history.csv")).text)
}
/// The score that the network's answers stand for.
func learnedScore(at x: [SIMD2<Double>], _ t: Int) -> [SIMD2<Double>] {
  network.predictedNoise(from: Tensor(points: x), timestep: Timestep(t)).points.map {
    schedule[t].score(noise: $0)
  }
}
func trueScore(at x: [SIMD2<Double>], _ t: Int) -> [SIMD2<Double>] {
  let marginal = plane.marginal(at: schedule[t])
  return x.map { marginal.score(at: $0) }
}
let shown = [50, 200, 500]
/// Places of a grid with so many rows and columns over the square from −reach to reach.
func grid(_ side: Int, reach: Double) -> [SIMD2<Double>] {
  let spacing = 2 * reach / Double(side - 1)
  return (0..<side * side).map { place in
    let (row, column) = place.quotientAndRemainder(dividingBy: side)
    return SIMD2(-reach + spacing * Double(column), -reach + spacing * Double(row))
  }
}
let arrowPlaces = grid(15, reach: 2.8)
page.write(
  CSV(
    columns: ["t", "x", "y", "true_x", "true_y", "learned_x", "learned_y"],
    rows: shown.flatMap { t -> [[any CSVValue]] in
      let (exact, learned) = (trueScore(at: arrowPlaces, t), learnedScore(at: arrowPlaces, t))
      return arrowPlaces.indices.map {
        [t, arrowPlaces[$0].x, arrowPlaces[$0].y, exact[$0].x, exact[$0].y, learned[$0].x, learned[$0].y]
      }
    }), to: "field.csv")
page.write(
  CSV(
    columns: ["t", "x", "y", "density"],
    rows: shown.flatMap { t -> [[any CSVValue]] in
      let marginal = plane.marginal(at: schedule[t])
      return grid(81, reach: 3).map { [t, $0.x, $0.y, marginal.density(at: $0)] }
    }), to: "density.csv")
page.figure(
  "chapter7_field",
  "The true score (green) and the network's (orange) at three moments; the density of $q(x_t)$ in blue. Long arrows are drawn shorter than they are, all by one rule."
)
/*:
Where there are data, the two cannot be told apart. Between the groups of the first panel, and in its
lower right corner, they can: the network has hardly been there. How wrong is it, and where? For points
that are noised data, and for points that lie anywhere in the square of the figure: the mean square
error of the score as a share of its mean square, and beside it the same error as the loss counts it, by
that of the noise, $(1-\bar\alpha_t)$ times as much. And once more by density, at $t = 50$.
*/
/// E‖s_θ − s‖²/E‖s‖², and that of the noise that the score stands for, E‖ε_θ − ε*‖²/d.
func scoreError(_ x: [SIMD2<Double>], _ t: Int) -> (share: Double, ofNoise: Double) {
  var (error, all) = (0.0, 0.0)
  for (learned, exact) in zip(learnedScore(at: x, t), trueScore(at: x, t)) {
    error += (learned - exact).dot(learned - exact)
    all += exact.dot(exact)
  }
  return (error / all, (1 - schedule.alphaBar(t)) * error / Double(2 * x.count))
}
let anywhere = (0..<2000).map { i -> SIMD2<Double> in
  let numbers = random["points of the square"].uniforms(sample: i, count: 2)
  return SIMD2(-3 + 6 * numbers[0], -3 + 6 * numbers[1])
}
let errorTimes = [1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]
let errors = errorTimes.map { t in
  (t: t, data: scoreError(noised(2000, at: t), t), anywhere: scoreError(anywhere, t))
}
page.show(
  ["t", "at noised data", "as the loss counts it", "anywhere in the square", "as the loss counts it"],
  errors.filter { [1, 10, 50, 100, 200, 500, 1000].contains($0.t) }.map {
    ["\($0.t)"]
      + [$0.data.share, $0.data.ofNoise, $0.anywhere.share, $0.anywhere.ofNoise].map { $0.text(places: 5) }
  })
let atFifty = plane.marginal(at: schedule[50])
let byDensity = anywhere.map { (x: $0, logDensity: atFifty.logDensity(at: $0)) }
  .sorted { ($0.logDensity, $0.x.x) > ($1.logDensity, $1.x.x) }
let tenths = (0..<10).map { tenth -> (logDensity: Double, error: Double) in
  let some = byDensity[200 * tenth..<200 * tenth + 200]
  return (some.reduce(0) { $0 + $1.logDensity } / 200, scoreError(some.map(\.x), 50).share)
}
page.write(
  CSV(
    columns: ["t", "data", "anywhere"],
    rows: errors.map { [$0.t, $0.data.share, $0.anywhere.share] as [any CSVValue] }),
  to: "score_error.csv")
page.write(
  CSV(columns: ["log_density", "error"], rows: tenths.map { [$0.logDensity, $0.error] }),
  to: "score_density.csv")
page.figure(
  "chapter7_score_error",
  "The error of the network's score, as a share of the score. Left: at each timestep, for noised data and for points anywhere. Right: at t = 50 for points anywhere, by the density that they have."
)
if !quick {
  let atTen = errors.first { $0.t == 10 }
  page.claim(
    "at t = 10 the score is more than five times as wrong anywhere as where noised data are",
    atTen.map { $0.anywhere.share > 5 * $0.data.share } ?? false)
}
/*:
Right: in the densest tenth of the square the error is 0.6 %, elsewhere 4 to 15 %, most between the
groups, where the arrow changes its aim. Where there are no data nothing has told the network whether
its arrows are right, and with little noise that is nearly everywhere. This is why diffusion begins with
so much noise that the data fill the space, and takes it away bit by bit: at each moment the sample is
where the network has been. And at $t = 1$ the network's arrows are worth nothing even among the data:
the mean square of their error is five times that of the score. The loss hardly sees it: 99.7 % of that
noise cannot be known (chapter 4's floor), the score is in the rest, and a step at $t = 1$ is so short
that a wrong arrow moves the sample little.

## Following the arrows

Langevin dynamics goes a little along the score and adds a little noise,

$$x_{k+1} = x_k + \eta \nabla \log q(x_k) + \sqrt{2 \eta} \, z_k$$

and for small $\eta$ and many steps $x_k$ is a draw from $q$: a sampler that needs nothing but arrows.
Without the noise all would climb to the next peak. But "many" can mean forever. Data near −0.8 (three
in ten) or 0.8, as in chapters 3, 4 and 6; walkers begin at $N(0, 1)$ and have the true score of the
data:
*/
let groups = GaussianMixture.twoModes
let walkers = quick ? 200 : 2000
let startingNoise = random["starting noise"]
func start(_ walker: Int) -> Double { startingNoise.normal(sample: walker) }
/// The best prediction of the noise at ᾱ, with the mistake of the option --score-scale, if there is one.
func bestNoise(_ x: Double, alphaBar: Double) -> Double {
  scoreScale * groups.bestNoisePrediction(from: x, alphaBar: alphaBar)
}
func bestNoise(_ x: Double, at time: Double) -> Double { bestNoise(x, alphaBar: sde.alphaBar(at: time)) }
let langevinSteps = quick ? 100 : 1000
let climbing = parallelMap(walkers, threads: threads) { walker in
  LangevinDynamics(
    from: start(walker), stepSize: 0.001, count: langevinSteps,
    noise: { random["Langevin dynamics"].normal(step: $0, sample: walker) },
    score: { scoreScale * groups.score(at: $0) }
  ).map(\.sample)
}
/*:
The remedy is the one of all chapters: noise. *Annealed* Langevin dynamics (Song and Ermon 2019) does a
few steps at a high level of noise, where the two groups are one, then at a lower one, and so on down to
the data. Here there are a hundred levels, $\sigma = \sqrt{(1-\bar\alpha)/\bar\alpha}$ from 150 to 0.01
in equal ratios (not the $\sigma_t$ of a step), ten steps at each, and $\eta = 2 r^2 (1-\bar\alpha)$
with $r = 0.3$. The chance is that of the Kolmogorov–Smirnov test (chapter 6).
*/
let levels = 100
let corrections = langevinSteps / levels
let annealingTimes = (0...levels).map { sde.time(noiseLevel: falling(from: 150, to: 0.01, $0, of: levels)) }
/// The value number k on the way from one to another, in equal ratios.
func falling(from first: Double, to last: Double, _ k: Int, of count: Int) -> Double {
  exp(log(first) + (log(last) - log(first)) * Double(k) / Double(count))
}
func annealed(_ walker: Int) -> [Double] {
  PredictorCorrectorSampler(
    of: sde, through: annealingTimes, from: start(walker), update: .none, corrections: corrections,
    signalToNoise: 0.3,
    noise: { random["annealed Langevin dynamics"].normal(step: $0, sample: walker, element: $1) },
    predictor: { bestNoise($0, at: $1) }
  ).map(\.sample)
}
let annealing = parallelMap(walkers, threads: threads) { annealed($0) }
func shareOnTheRight(_ positions: some Sequence<Double>) -> Double {
  Double(positions.filter { $0 > 0 }.count) / Double(walkers)
}
func ends(_ paths: [[Double]]) -> [Double] { paths.map { $0[$0.count - 1] } }
func significance(_ ends: [Double]) -> Double {
  KolmogorovSmirnov(ends, cumulative: { groups.cumulative(at: $0) }).significance
}
page.show(
  ["\(langevinSteps) steps of Langevin dynamics", "on the right (of 0.7)", "chance of a distance as large"],
  [("with the score of the data", climbing), ("from much noise to little", annealing)].map { name, paths in
    [name, shareOnTheRight(ends(paths)).text(places: 3), chance(significance(ends(paths)))]
  })
func chance(_ significance: Double) -> String {
  significance < 0.001 ? "< 0.001" : significance.text(places: 3)
}
let shownSteps = (0...100).map { $0 * langevinSteps / 100 }
page.write(
  CSV(
    columns: ["step", "plain", "annealed"],
    rows: shownSteps.map { k in
      let level = k / corrections
      return [
        k, shareOnTheRight(climbing.map { $0[k] }), shareOnTheRight(annealing.map { $0[level] }),
      ] as [any CSVValue]
    }), to: "langevin.csv")
page.write(
  CSV(
    columns: ["plain", "annealed"],
    rows: zip(ends(climbing), ends(annealing)).map { [$0, $1] }), to: "langevin_ends.csv")
page.figure(
  "chapter7_langevin",
  "Left: the share of the walkers that are on the right. Right: where they are in the end, and the density of the data."
)
/*:
The first kind finds both groups, and inside each it is nearly right: a deviation of 0.10. But how many
go to which was decided by where they began, half on each side: between the groups the density is
$10^{-14}$ of what it is in them (two walkers of 2,000 cross, at the beginning), and the arrows inside a
group do not know how much the groups weigh. With noise the shares are decided while one group parts
into two and walkers can still cross.

And in what sense is DDPM "essentially Langevin dynamics", as one reads? That takes one more step: steps
that become infinitely many.

## A thousand steps become a line

Let there be $T$ steps, and let $\beta_t$ be $\beta(t/T)/T$ with $\beta(u) = 0.1 + 19.9 u$: for
$T = 1000$ the schedule of all chapters (nearly: there $\beta_1$ is at the first step and not before
it). As $T$ grows, the chain becomes a stochastic differential equation (Song et al. 2021), with $dw$
the noise of a moment, $N(0, du)$, and $u = t/T$:

$$dx = -\tfrac{1}{2} \beta(u) \, x \, du + \sqrt{\beta(u)} \, dw, \qquad \bar\alpha(u) = e^{-0.1 u - 9.95 u^2}$$
*/
page.check("β(0), a thousand times β_1", sde.beta(at: 0), isPrinted: "0.1")
page.check("β(1), a thousand times β_1000", sde.beta(at: 1), isPrinted: "20")
page.check("ᾱ(1)", sde.alphaBar(at: 1), isPrinted: "4.319e-5")
page.check("ᾱ_1000 of the thousand steps", schedule.alphaBar(1000), isPrinted: "4.036e-5")
let counts = [100, 1000, 10_000, 100_000]
page.show(
  ["steps", "ᾱ in the end", "short of ᾱ(1) by"],
  try counts.map { count in
    let scale = 1000 / Double(count)
    let steps = try NoiseSchedule.linear(from: 1e-4 * scale, to: 0.02 * scale, stepCount: count)
    let last = steps.alphaBar(count)
    return ["\(count)", last.text(4), (100 * (1 - last / sde.alphaBar(at: 1))).text(places: 3) + " %"]
  })
/*:
The way back is an equation too. Its drift has the score in it, which the network knows, and $d\bar w$
is noise again:

$$dx = \left( -\tfrac{1}{2} \beta \, x - \beta \nabla \log q(x) \right) du + \sqrt{\beta} \, d\bar w, \qquad u \text{ from 1 to 0}$$

The plainest way to follow it is Euler and Maruyama's: a small piece of the drift, a small piece of
noise. A step of DDPM does nearly the same. How nearly? Both are given the same noise $w$ in 25, 50, …
steps, and are compared with Euler and Maruyama's in 3,200 (the median of 200 walkers at $u = 0.01$; a
few end in the other group; DDPM with $\sigma^2 = \beta$):
*/
let finest = quick ? 200 : 3200
let pathCounts = (quick ? [25, 50, 100] : [25, 50, 100, 200, 400])
let pairsOfPaths = quick ? 20 : 200
/// The noise of a step among `count`, number k from the end: that of the finest steps in it, added and scaled.
func coarseNoise(_ k: Int, of count: Int, _ walker: Int) -> Double {
  let group = finest / count
  let first = (k - 1) * group
  let sum = (1...group).reduce(0.0) {
    $0 + random["coupled paths"].normal(step: first + $1, sample: walker)
  }
  return sum / Double(group).squareRoot()
}
func evenTimes(_ count: Int, to last: Double = 0) -> [Double] {
  (0...count).map { 1 + (last - 1) * Double($0) / Double(count) }
}
func coupled(_ count: Int, _ walker: Int, _ update: ReverseUpdate) -> Double {
  PredictorCorrectorSampler(
    of: sde, through: evenTimes(count, to: 0.01), from: start(walker), update: update,
    noise: { k, _ in coarseNoise(k, of: count, walker) }, predictor: { bestNoise($0, at: $1) }
  ).sample()
}
let reference = parallelMap(pairsOfPaths, threads: threads) { coupled(finest, $0, .eulerMaruyama) }
let halved = pathCounts.map { count in
  let ends = parallelMap(pairsOfPaths, threads: threads) { walker in
    (coupled(count, walker, .eulerMaruyama), coupled(count, walker, .ancestral))
  }
  return (
    count: count, euler: median(zip(ends, reference).map { abs($0.0 - $1) }),
    ancestral: median(zip(ends, reference).map { abs($0.1 - $1) }),
    apart: median(ends.map { abs($0.0 - $0.1) })
  )
}
page.show(
  ["steps", "Euler–Maruyama is off by", "DDPM is off by", "they are apart by"],
  halved.map { ["\($0.count)", $0.euler.text(3), $0.ancestral.text(3), $0.apart.text(3)] })
if !quick {
  let ratios = [
    halved[3].euler / halved[4].euler, halved[3].ancestral / halved[4].ancestral,
    halved[3].apart / halved[4].apart,
  ]
  page.claim(
    "from 200 to 400 steps all three are halved (\(ratios.map { $0.text(places: 2) }.joined(separator: ", ")))",
    ratios.allSatisfy { abs($0 - 2) < 0.4 })
}
/*:
DDPM's sampling is a way to solve this equation. In few steps it is the better of the two: its step
comes from Bayes' rule, not from an infinitely small one. (The error of the 3,200 steps themselves makes
it 2.14 for the first two. And those who expect the square root of the step: that is where the noise's
factor depends on $x$.)

Now the sense in which it is Langevin dynamics. The step of the equation falls into two halves:

$$\tfrac{1}{2} \beta x + \beta \nabla \log q = \tfrac{1}{2} \beta \left( x + \nabla \log q \right) + \tfrac{1}{2} \beta \nabla \log q$$

The second, together with all the noise of the step, is a step of Langevin dynamics with
$\eta = \tfrac{1}{2} \beta \, du$, which leaves $q_u$ as it is. The first, without any noise, carries
$q_u$ to $q_{u - du}$. So DDPM is a Langevin dynamics whose distribution moves along with it, a step at
a time. More Langevin steps may be put in between, to correct what the prediction has got wrong (the
*predictor–corrector* sampler of Song et al.). And the Langevin half may be left out.

## Without chance

What is left is an ordinary differential equation, the *probability flow*:

$$\frac{dx}{du} = -\tfrac{1}{2} \beta(u) \left( x + \nabla \log q(x) \right)$$

No chance, and yet at each moment the same distribution as with it. Below both start from the same
twelve points of noise, over $q_u(x)$:
*/
let starts = (0..<12).map { quantile(of: (Double($0) + 0.5) / 12) }
/// The x below which N(0, 1) has a share, by bisection.
func quantile(of share: Double) -> Double {
  let normal = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
  var (low, high) = (-9.0, 9.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if normal.cumulative(at: middle) < share { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
let flow = ProbabilityFlow(process: sde)
func exactField(_ x: Double, at time: Double) -> Double {
  flow.velocity(of: x, at: time, predictedNoise: bestNoise(x, at: time))
}
let pathTimes = evenTimes(quick ? 100 : 1000)
let smooth = starts.map { x in
  Array(ODEPath(method: .heun, from: x, at: pathTimes.dropLast(), along: exactField(_:at:)))
}
let rough = starts.indices.map { number in
  Array(
    PredictorCorrectorSampler(
      of: sde, through: pathTimes, from: starts[number], update: .eulerMaruyama,
      noise: { k, _ in random["paths of the SDE"].normal(step: k, sample: number) },
      predictor: { bestNoise($0, at: $1) }))
}
func below(_ x: Double, at time: Double) -> Double {
  groups.marginal(alphaBar: sde.alphaBar(at: time)).cumulative(at: x)
}
let moved =
  smooth.map { path in
    path.map { abs(below($0.sample, at: $0.time) - below(path[0].sample, at: 1)) }.max() ?? 0
  }.max() ?? 0
if scoreScale == 1 {
  page.claim(
    "each path keeps its share of the distribution below it, from noise to data (to \(moved.text(2)))",
    moved < (quick ? 0.01 : 1e-4))
}
let pathStride = pathTimes.count / 100
page.write(
  CSV(
    columns: ["path", "u", "without_noise", "with_noise"],
    rows: starts.indices.flatMap { number in
      Swift.stride(from: 0, to: smooth[number].count, by: pathStride).map { k -> [any CSVValue] in
        [number, smooth[number][k].time, smooth[number][k].sample, rough[number][k].sample]
      }
    }), to: "paths.csv")
page.write(
  CSV(
    columns: ["u", "x", "density"],
    rows: (0...100).flatMap { column -> [[any CSVValue]] in
      let u = Double(column) / 100
      let marginal = groups.marginal(alphaBar: sde.alphaBar(at: u))
      return (0...120).map { row in
        let x = -3 + 6 * Double(row) / 120
        return [u, x, marginal.density(at: x)]
      }
    }), to: "path_density.csv")
page.figure(
  "chapter7_paths",
  "From noise (left) to data (right): with noise, by Euler and Maruyama's steps, and without, along the probability flow. The same twelve points of noise, the same density $q_u(x)$ behind them."
)
/*:
Where noise is in the walk, neighbors part and cross. Without it no two paths can ever cross: on a line
they keep their order, and below each lies the same share of the distribution at every moment. Every
path is a quantile. (This is how the tests know the exact solution.) In a space of 784 dimensions the
order is no longer all, but this remains: noise and data belong together, one to one.

## How few steps?

A differential equation without noise can be solved by any method there is. Three: Euler's (one
evaluation of the network a step), Heun's (two), and the pair of fourth and fifth order by Dormand and
Prince (six), which chooses its steps, each so long that the two orders differ by no more than a
tolerance. And two ways to write the equation. With $\bar x = x/\sqrt{\bar\alpha}$ and the level of
noise $\sigma$ all that is special of a schedule disappears from it:

$$\frac{d \bar x}{d \sigma} = \epsilon_\theta(x, t)$$

Euler's method for this is DDIM (Song, Meng and Ermon 2021), Heun's that of Karras et al. 2022. Fifty
points of noise in steps of equal $u$, and how far from the true end of their paths they land:
*/
let lowest = 0.01
let fifty = (0..<50).map { quantile(of: (Double($0) + 0.5) / 50) }
func solve(_ x: Double, _ solver: DormandPrince) -> ODESolution<Double> {
  orExit(
    try flow.carry(
      x, from: flow.highestNoiseLevel, to: lowest, by: solver, predictor: { bestNoise($0, at: $1) }))
}
let trueEnds = fifty.map {
  solve($0, DormandPrince(relativeTolerance: 1e-12, absoluteTolerance: 1e-12)).sample
}
/// The root mean square error of a solver with so many evaluations at even times, in u or in σ.
func error(_ method: ODEMethod, evaluations: Int, inNoiseLevel: Bool) -> Double {
  let times = evenTimes(evaluations / method.evaluationsPerStep, to: sde.time(noiseLevel: lowest))
  let ends = fifty.map { x -> Double in
    guard inNoiseLevel else {
      return ODEPath(method: method, from: x, at: times, along: exactField(_:at:)).sample()
    }
    return flow.decode(
      x, through: times.map(sde.noiseLevel), by: method, predictor: { bestNoise($0, at: $1) })
  }
  return rootMeanSquare(zip(ends, trueEnds).map { $0 - $1 })
}
let evaluationCounts = (3...(quick ? 6 : 10)).map { 1 << $0 }
let solved = evaluationCounts.map { count in
  (
    count: count,
    errors: [false, true].flatMap { inNoiseLevel in
      ODEMethod.allCases.map { error($0, evaluations: count, inNoiseLevel: inNoiseLevel) }
    }
  )
}
page.show(
  ["evaluations", "Euler in u", "Heun in u", "Euler in σ (DDIM)", "Heun in σ"],
  solved.map { ["\($0.count)"] + $0.errors.map { $0.text(2) } })
let adaptive = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10].map { tolerance in
  let solutions = fifty.map {
    solve($0, DormandPrince(relativeTolerance: tolerance, absoluteTolerance: tolerance))
  }
  return (
    tolerance: tolerance, evaluations: Double(solutions.reduce(0) { $0 + $1.evaluations }) / 50,
    error: rootMeanSquare(zip(solutions, trueEnds).map { $0.sample - $1 })
  )
}
page.show(
  ["Dormand–Prince, tolerance", "evaluations", "error"],
  adaptive.map { [$0.tolerance.text(1), $0.evaluations.text(places: 0), $0.error.text(2)] })
if !quick, scoreScale == 1 {
  let last = solved.suffix(3)
  let slopes = (0..<4).map { column -> Double in
    log(last[last.startIndex].errors[column] / last[last.endIndex - 1].errors[column]) / log(4)
  }
  page.claim(
    "the errors fall with the power 1 for Euler and 2 for Heun (\(slopes.map { $0.text(places: 2) }.joined(separator: ", ")))",
    zip(slopes, [1.0, 2, 1, 2]).allSatisfy { abs($0 - $1) < 0.15 })
}
page.write(
  CSV(
    columns: ["evaluations", "euler_u", "heun_u", "euler_sigma", "heun_sigma"],
    rows: solved.map { row in [row.count] + row.errors as [any CSVValue] }), to: "solvers.csv")
page.write(
  CSV(columns: ["evaluations", "error"], rows: adaptive.map { [$0.evaluations, $0.error] }),
  to: "adaptive.csv")
page.write(
  CSV(
    columns: ["steps", "euler_maruyama", "ancestral", "apart"],
    rows: halved.map { [$0.count, $0.euler, $0.ancestral, $0.apart] as [any CSVValue] }), to: "halved.csv")
page.figure(
  "chapter7_convergence",
  "Left: with noise, the distance from the path of 3,200 steps with the same noise. Right: without, the distance from the true end of the path."
)
/*:
Twice as many evaluations halve Euler's error and quarter Heun's: from 128 on Heun's method is ahead, up
to 32 Euler's. Which of the two equations is solved matters less (a factor of two for Euler's method, in
favor of $u$). And to the tenth digit nothing comes near the fifth order. How much of this is worth
having depends on what the network is worth: an error of 0.01 is a gray level.

## All samplers side by side

The groups of the plane again, and the best possible network, so that every error is the sampler's.
4,000 points each, as many evaluations for each sampler; how far is what they draw from the data?
(Sliced Wasserstein distance, as in chapter 4. The corrected sampler makes one correction a step,
annealed Langevin dynamics three a level.)
*/
let cloud = quick ? 200 : 4000
func bestNoise(_ x: Tensor, alphaBar: Double, arrows: Double) -> Tensor {
  let marginal = plane.marginal(alphaBar: alphaBar)
  let places = x.points
  let scale = -arrows * (1 - alphaBar).squareRoot()
  let pieces = parallelMap((places.count + 99) / 100, threads: threads) { piece in
    places[100 * piece..<min(places.count, 100 * piece + 100)].map { scale * marginal.score(at: $0) }
  }
  return Tensor(points: pieces.flatMap { $0 })
}
enum Sampler: String, CaseIterable {
  case ancestral = "DDPM (σ² = β̃)"
  case eulerMaruyama = "Euler–Maruyama"
  case corrected = "predictor–corrector"
  case langevin = "annealed Langevin"
  case euler = "flow by Euler (DDIM)"
  case heun = "flow by Heun"
}
func noiseOfCloud(_ stream: RandomStream, _ step: Int = 0) -> Tensor {
  .normal(stream, step: step, samples: 0..<cloud, rowShape: [2])
}
let startOfCloud = noiseOfCloud(random["starting noise of the cloud"])
let stepsOfCloud = random["steps of the cloud"]
let correctionsOfCloud = random["corrections of the cloud"]
func drawn(
  _ sampler: Sampler, evaluations: Int, arrows: Double = scoreScale
) -> [SIMD2<Double>] {
  func walk(_ update: ReverseUpdate, _ times: [Double], corrections: Int = 0) -> Tensor {
    PredictorCorrectorSampler(
      of: sde, through: times, from: startOfCloud, update: update,
      variance: .betaTilde, corrections: corrections,
      // There are at most three corrections in a step.
      noise: { noiseOfCloud($1 == 0 ? stepsOfCloud : correctionsOfCloud, 4 * $0 + $1) },
      predictor: { bestNoise($0, alphaBar: sde.alphaBar(at: $1), arrows: arrows) }
    ).sample()
  }
  func follow(_ method: ODEMethod) -> Tensor {
    flow.decode(
      startOfCloud,
      through: evenTimes(evaluations / method.evaluationsPerStep).map(sde.noiseLevel), by: method,
      predictor: { bestNoise($0, alphaBar: sde.alphaBar(at: $1), arrows: arrows) })
  }
  switch sampler {
  case .ancestral: return walk(.ancestral, evenTimes(evaluations)).points
  case .eulerMaruyama: return walk(.eulerMaruyama, evenTimes(evaluations)).points
  case .corrected: return walk(.ancestral, evenTimes(evaluations / 2), corrections: 1).points
  case .langevin:
    let levels = evaluations / 4
    let times = (0...levels).map { sde.time(noiseLevel: falling(from: 150, to: 0.02, $0, of: levels)) }
    return walk(.none, times, corrections: 3).points
  case .euler: return follow(.euler).points
  case .heun: return follow(.heun).points
  }
}
let data = ToyDistribution.mixture.points(count: cloud, random: trainingPoints)
/// The distances of other draws of the data, which no sampler can be nearer than.
let others = Moments(
  (0..<10).map { set in
    slicedWasserstein(
      (0..<cloud).map { ToyDistribution.mixture.point(set << 24 + $0, random: random["other points"]) }, data)
  })
let budgets = quick ? [12, 20] : [12, 20, 40, 100, 200]
let shownBudget = 20
var clouds: [[any CSVValue]] = []
let compared = budgets.map { budget in
  Sampler.allCases.map { sampler -> Double in
    let places = drawn(sampler, evaluations: budget)
    if budget == shownBudget {
      clouds += places.prefix(1000).map { [sampler.rawValue, $0.x, $0.y] }
    }
    return slicedWasserstein(places, data)
  }
}
page.show(
  ["evaluations"] + Sampler.allCases.map(\.rawValue),
  zip(budgets, compared).map { budget, row in ["\(budget)"] + row.map { $0.text(places: 3) } })
page.show("other data: \(others.mean.text(places: 3)) ± \(others.variance.squareRoot().text(places: 3))")
page.write(
  CSV(
    columns: ["evaluations", "floor"] + Sampler.allCases.map { "\($0)" },
    rows: zip(budgets, compared).map { budget, row in
      [budget, others.mean] + row as [any CSVValue]
    }), to: "samplers.csv")
page.write(CSV(columns: ["sampler", "x", "y"], rows: clouds), to: "clouds.csv")
page.figure(
  "chapter7_samplers",
  "Above: 1,000 points by each sampler with 20 evaluations. Below: the distance of 4,000 points to the data, by evaluations; dashed, that of other data."
)
/*:
With a dozen evaluations DDIM is the nearest; with forty neither flow can be told from other data. DDPM
and Euler–Maruyama need about a hundred. (With twenty the latter's groups are too small: its last step
has no noise and goes too far.) The other two walks spend evaluations on moving to and fro: corrections
do not pay where the network has nothing to correct, and annealed Langevin dynamics, of whose
evaluations a quarter only show $\hat x_0$, has not arrived with 200. (The scatter of the distances is
that of the last line: differences of 0.01 mean nothing.)

And when the network is not the best there is? With arrows that are 5 % too long, and 200 evaluations:
*/
let withTooLong = Sampler.allCases.map {
  slicedWasserstein(drawn($0, evaluations: quick ? 20 : 200, arrows: 1.05), data)
}
page.show(
  ["arrows"] + Sampler.allCases.map(\.rawValue),
  [
    ["as they are"] + compared[compared.count - 1].map { $0.text(places: 3) },
    ["5 % too long"] + withTooLong.map { $0.text(places: 3) },
  ])
/*:
The walks with noise end as near to the data as before, the flow three times as far. It follows the
arrows exactly, with all their errors; noise, and the step that takes it away, make a sample forget
where it was led astray.

## How probable?

The flow gives what DDPM cannot: the probability density of a sample. Where arrows spread, density
falls; so along a path

$$\log p(x_0) = \log N(x_T; 0, I) + \tfrac{d}{2} \ln \bar\alpha_T + \int \sqrt{\bar\alpha} \, \text{tr} \frac{\partial \epsilon_\theta}{\partial x} \, d\sigma$$

Exact but for the solver's error. With the best possible network it must be the true density of the
data:
*/
let asked = ToyDistribution.mixture.points(count: 8, random: random["points in question"])
let solver = DormandPrince(relativeTolerance: 1e-7, absoluteTolerance: 1e-7)
let densities = asked.map { x -> (found: Double, exact: Double, evaluations: Int) in
  let encoded = encodedByFlow(x)
  return (encoded.logDensity, plane.logDensity(at: x), encoded.evaluations)
}
func encodedByFlow(_ x: SIMD2<Double>) -> EncodedSample<SIMD2<Double>, Double> {
  func answer(_ x: SIMD2<Double>, _ u: Double) -> (noise: SIMD2<Double>, divergence: Double) {
    let alphaBar = sde.alphaBar(at: u)
    return (
      scoreScale * plane.bestNoisePrediction(from: x, alphaBar: alphaBar),
      scoreScale * plane.noiseDivergence(at: x, alphaBar: alphaBar)
    )
  }
  return orExit(
    try flow.encode(x, to: flow.highestNoiseLevel, by: solver, zero: 0.0, predictor: answer))
}
page.show(
  ["x", "log p by the flow", "true", "evaluations"],
  zip(asked, densities).map { x, density in
    [
      "\(x.x.text(places: 2)), \(x.y.text(places: 2))", density.found.text(places: 5),
      density.exact.text(places: 5),
      "\(density.evaluations)",
    ]
  })
if scoreScale == 1 {
  page.claim(
    "the density by the flow is the true one, to 0.0002",
    densities.allSatisfy { abs($0.found - $0.exact) < 2e-4 })
}
/*:
(What is left is that $N(0, I)$ is not quite $q_T$: 0.004 % of the variance are still data.) And the
network of this chapter? In two dimensions the trace takes two backward passes. In 784 it would take
784; but $v^T (\partial \epsilon / \partial x) \, v$ with random signs $v$ is right on average and takes
one (Hutchinson's estimate). Both, for points of the data at $t = 1$ where the network begins:
*/
let asking = noised(quick ? 50 : 500, at: 1)
let learnedFlow = ProbabilityFlow(process: schedule)
func logDensities(probes: [Tensor]) -> (values: [Double], evaluations: Int) {
  let x = Tensor(points: asking)
  let encoded = orExit(
    try learnedFlow.encode(
      x, from: schedule.noiseLevel(at: 1), to: learnedFlow.highestNoiseLevel,
      by: DormandPrince(relativeTolerance: 1e-4, absoluteTolerance: 1e-4),
      zero: RowNumbers.zeros(asking.count)
    ) { xt, t in
      let answers = probes.map { network.noiseAndDivergence(from: xt, timestep: Timestep(t), probe: $0) }
      return (
        answers[0].noise,
        answers.map { RowNumbers($0.divergence) }.reduce(RowNumbers.zeros(asking.count), +)
      )
    })
  let values = zip(encoded.noise.points, encoded.divergence.values).map { noise, divergence in
    Gaussian(mean: SIMD2(0.0, 0), variance: 1).logDensity(at: noise) + 2 * encoded.logScale + divergence
  }
  return (values, encoded.evaluations)
}
let unitProbes = [SIMD2(1.0, 0), SIMD2(0, 1.0)].map { v in Tensor(points: asking.map { _ in v }) }
let signs = Tensor(
  points:
    asking.indices.map { i in
      let numbers = random["directions of the trace"].uniforms(sample: i, count: 2)
      return SIMD2(numbers[0] < 0.5 ? -1 : 1, numbers[1] < 0.5 ? -1 : 1)
    })
let exactTrace = logDensities(probes: unitProbes)
let estimated = logDensities(probes: [signs])
let trueDensities = asking.map { plane.marginal(at: schedule[1]).logDensity(at: $0) }
/// The mean of the differences and its standard error.
func difference(_ a: [Double], _ b: [Double]) -> (mean: Double, error: Double) {
  let differences = Moments(zip(a, b).map { $0 - $1 })
  return (differences.mean, (differences.variance / Double(a.count)).squareRoot())
}
let missing = difference(trueDensities, exactTrace.values)
let scatter = difference(estimated.values, exactTrace.values)
page.show(
  ["mean of log p, nats", ""],
  [
    ["true", mean(trueDensities).text(places: 3)],
    ["the network, exact trace", mean(exactTrace.values).text(places: 3)],
    ["the network, one probe each", mean(estimated.values).text(places: 3)],
  ])
page.show(
  "the network is short of the truth by \(missing.mean.text(places: 4)) ± \(missing.error.text(places: 4)) nats"
)
page.show("the probes change the mean by \(scatter.mean.text(places: 4)) ± \(scatter.error.text(places: 4))")
/*:
As far as 500 points can tell, that is the distance between the true distribution at $t = 1$ and the
network's, the divergence of Kullback and Leibler. Chapter 4 had a bound: the same network's lay 0.087
nats above the truth (1.229 against 1.142), and 0.017 of that the best network has too.

## Digits

The same with the U-Net of chapters 5 and 6. It was trained at whole $t$; between them $\ln \bar\alpha$
is taken as linear, and the network is told the real $t$. The levels of noise lie as Karras et al. space
them ($\rho = 7$: most of them low), from $t = 1000$ to $t = 1$, and from there one more evaluation
takes away the noise that is left. Left are chapter 6's hundred digits, a thousand steps of DDPM each;
right, from the same noises, what the flow makes of them:
*/
let model = orExit(try DiffusionModel.read(folder: "\(results)/models/mnist"))
let judge = orExit(try Judge.read("\(results)/models/judge/lenet.safetensors"))
let size = model.configuration.sampleSize ?? 28
let hundred = quick ? 10 : 100
let xT = Tensor.normal(startingNoise, samples: 0..<hundred, rowShape: [size, size, 1])
/// The pictures at t = 1 that noise becomes.
func decoded(_ noise: Tensor, evaluations: Int, by method: ODEMethod = .heun) -> Tensor {
  ModelFlow(model, evaluations: evaluations, method: method).decode(noise)
}
let whole = ModelFlow(model, evaluations: options.evaluations, method: options.solver)
let digits = whole.denoised(whole.decode(xT))
func sheet(_ pictures: Tensor, columns: Int, gap: Int = 1) -> Image {
  contactSheet((0..<pictures.rowCount).map { pictures.image($0) }, columns: columns, gap: gap)
}
page.write(sheet(digits, columns: 10).pgm, to: "flow.pgm")
page.preview(sheet(digits, columns: 10).pgm)
page.write(orExit(try PGM.read("\(results)/chapter6/digits.pgm")), to: "ddpm.pgm")
let verdicts = judge.verdicts(on: digits.clipped(to: 1))
page.show(
  "the judge is surer than 0.9 of \((100 * verdicts.share(surerThan: 0.9)).text(places: 0)) %, evenness of the classes \(ClassShares(of: verdicts).evenness.text(places: 3))"
)
page.figure(
  "chapter7_digits",
  "A hundred digits from the same hundred noises: left by DDPM in 1000 steps, with new noise in each, right by the flow, with \(options.evaluations) evaluations of \(options.solver == .heun ? "Heun's" : "Euler's") method."
)
/*:
The same noise, and other digits: what DDPM adds on the way decides as much. The specks in the black are
the network's errors; nothing clips them here.

How many evaluations do digits need? Ten of the noises, and how far the pictures are from those of 400
evaluations (root mean square, in gray levels of 255):
*/
let ten = xT.rows(0..<10)
let many = decoded(ten, evaluations: quick ? 40 : 400)
func grayLevels(_ a: Tensor, _ b: Tensor) -> Double {
  127.5 * rootMeanSquare(zip(a.values, b.values).map { Double($0) - Double($1) })
}
let digitBudgets = quick ? [4, 10] : [4, 10, 20, 50, 100]
let byBudget = digitBudgets.map { budget in
  ODEMethod.allCases.map { decoded(ten, evaluations: budget, by: $0) }
}
page.show(
  ["evaluations", "Euler (DDIM)", "Heun"],
  zip(digitBudgets, byBudget).map { budget, pictures in
    ["\(budget)"] + pictures.map { grayLevels($0, many).text(places: 1) }
  })
page.write(
  contactSheet(
    (byBudget + [[many, many]]).flatMap { pictures in
      pictures.flatMap { few in (0..<5).map { few.image($0) } }
    }, columns: 10, gap: 1
  ).pgm, to: "evaluations.pgm")
page.write(
  CSV(columns: ["evaluations"], rows: (digitBudgets + [quick ? 40 : 400]).map { [$0] }), to: "budgets.csv")
/*:
Up to ten Euler's method is ahead, from twenty on Heun's. (1071 is no misprint: two steps from
$\sigma = 157$, and nothing is clipped.) And back: the noise that a picture came from. Are the noise and
the picture that come back the same?
*/
let roundTrips = [10, 20, 50, 100, 200].filter { !quick || $0 < 50 }.map { budget -> [String] in
  let flow = ModelFlow(model, evaluations: budget)
  let noise = flow.encode(many)
  let again = flow.decode(noise)
  return [
    "\(budget)",
    rootMeanSquare(zip(noise.values, ten.values).map { Double($0) - Double($1) }).text(places: 3),
    grayLevels(again, many).text(places: 1),
  ]
}
page.show(["evaluations each way", "noise off by", "picture off by (of 255)"], roundTrips)
/*:
Noise is a name for a picture: the *latent code*. Between two codes lies a way of other codes, along the
arc on which they keep the length of noise, and each of them is some digit. Between two pictures lies
only their double exposure. (Five pairs; above the codes, below the pixels.)
*/
let arcSteps = quick ? 3 : 9
func arc(_ a: Tensor, _ b: Tensor, _ share: Double) -> Tensor {
  let angle = Double.pi / 2 * share
  return Tensor.combining(cos(angle), a, sin(angle), b)
}
let pairs = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)].prefix(quick ? 1 : 5)
let shares = (0..<arcSteps).map { Double($0) / Double(arcSteps - 1) }
let between = pairs.flatMap { a, b -> [Image] in
  let codes = Tensor(rowsOf: shares.map { arc(ten.rows(a..<a + 1), ten.rows(b..<b + 1), $0) })
  let pictures = decoded(codes, evaluations: 50)
  let first = pictures.rows(0..<1), last = pictures.rows(arcSteps - 1..<arcSteps)
  return (0..<arcSteps).map { pictures.image($0) }
    + shares.map { Tensor.combining(1 - $0, first, $0, last).image(0) }
}
page.write(contactSheet(between, columns: arcSteps, gap: 1).pgm, to: "between.pgm")
page.figure(
  "chapter7_codes",
  "Left: five noises decoded with few and many evaluations. Right: from one digit to another by way of their codes (above) and of their pixels (below)."
)
/*:
(Two codes of independent noise stand nearly at a right angle, so $\cos$ and $\sin$ of a part of it keep
the length; that is the usual spherical interpolation.)

## The judge's verdict

2,000 digits in each way, in the eyes of chapter 6's judge. Such measurements take minutes and are
committed (`make flow`, ten minutes; the first two lines are chapter 6's):
*/
func numbers(_ table: CSV, _ name: String) -> [Double] { orExit(try table.numbers(in: name)) }
func verdictLines(_ table: CSV, _ rows: Range<Int>) -> [[String]] {
  rows.map { row in
    [
      table.rows[row][0], numbers(table, "distance")[row].text(places: 2),
      numbers(table, "standard_error")[row].text(places: 2),
      numbers(table, "precision")[row].text(places: 3),
      numbers(table, "recall")[row].text(places: 3),
      (100 * numbers(table, "sure")[row]).text(places: 1) + " %",
      numbers(table, "evenness")[row].text(places: 4),
    ]
  }
}
let ofFlow = orExit(try CSV.read("\(results)/results/flow/judged.csv"))
let ofSteps = orExit(try CSV.read("\(results)/results/judge/judged.csv"))
page.show(
  ["2,000 pictures", "distance", "±", "precision", "recall", "sure of", "evenness"],
  verdictLines(ofSteps, 0..<2) + verdictLines(ofFlow, ofFlow.rows.indices))
/*:
With fifty evaluations each DDPM's digits are the better ones: nearer by 2.7, where the error of the
difference is 1.8, and, with less doubt, more of them lie among real ones (0.818 against 0.767, with
errors of 0.009). It is not the clipping, which changes nothing, nor the noise that is left at $t = 1$,
which is taken away here, nor the solver: 100 evaluations change nothing either. It is as in the plane
with arrows that are too long. The flow follows every error of the network, the walk forgets some of
them. (Song et al. 2021 found the same on photographs, Karras et al. 2022 that the better a network is,
the less the noise helps.)

## How probable is a digit?

The likelihood of MNIST's test digits, as $-\log_2 p(x)$ in bits per dimension. A density knows no
levels, a pixel has 256. Two ways out, and both give an upper bound. *Levels*: each pixel is moved to a
random place within its level (Theis et al. 2016), and a level is $1/127.5$ wide where pixels lie in
−1…1, which costs
*/
page.check("log₂ 127.5", log(127.5) / log(2), isPrinted: "6.994")
/*:
bits. *Noise*: the digit is noised to $t = 1$, where the flow begins, and chapter 5's last step is what
finds the level again: $E[-\log_2 p(x_1) + \log_2 q(x_1 \mid x_0)] + L_0$. The last line is the bound of
chapter 5, for the thousand steps and the same digits:
*/
let likelihood = orExit(try CSV.read("\(results)/results/flow/likelihood.csv"))
let (bits, bitErrors) = (numbers(likelihood, "bits"), numbers(likelihood, "standard_error"))
let (tolerances, asks) = (numbers(likelihood, "tolerance"), numbers(likelihood, "evaluations"))
page.show(
  ["500 test digits", "tolerance", "evaluations", "bits per dimension", "±"],
  likelihood.rows.indices.map { row in
    let isFlow = asks[row] > 0
    return [
      likelihood.rows[row][0], isFlow ? tolerances[row].text(1) : "",
      isFlow ? asks[row].text(places: 0) : "", bits[row].text(places: 3), bitErrors[row].text(places: 3),
    ]
  })
page.claim(
  "with the noise of t = 1 the flow needs fewer bits than the thousand steps, by more than three standard errors",
  bits.count > 4
    && bits[4] - bits[3] > 3 * (bitErrors[3] * bitErrors[3] + bitErrors[4] * bitErrors[4]).squareRoot())
/*:
Two models share a network: one draws noise a thousand times, the other once. With *noise* both have the
same last step, $L_0$, about 0.85 bits (chapter 5), and what comes before it takes the flow an eighth
less. Part of that is that the thousand steps have only a bound, and the flow, up to $t = 1$, the
probability itself.

*Levels* is lower than the bound too, and that is no merit. The noise at $t = 1$ is 1.3 gray levels
wide; with the right arrows there the flow would spread the digits by as much, and could not need less
than
*/
page.show("\((log(127.5 * 0.01 * (2 * Double.pi).squareRoot()) / log(2)).text(places: 3)) bits per dimension")
/*:
That it does shows that its arrows at $t = 1$ are wrong, as in the plane, and in a way that suits clean
digits. A likelihood can be had for the wrong reasons.

## What to remember

- A network that predicts noise has learned the score, where there are data. Where there are none, nothing has told it whether its arrows are right.
- Langevin dynamics with the data's own score does not find the shares of far groups. Many levels of noise are the remedy.
- DDPM's steps solve a stochastic differential equation: each is a bit of the probability flow and a bit of Langevin dynamics.
- The flow alone has the same distributions at all times, can be solved to any accuracy, runs both ways, and knows how probable a sample is.
- The flow follows every error of the network. Noise makes samples forget errors.

## Try it

- `make chapter7 ARGS="--score-scale 1.05"`: arrows that are 5 % too long, on the line too. Which tables notice?
- `make chapter7 ARGS="--evaluations 10"`, or `--solver euler`: digits in ten evaluations.
- `make chapter7 ARGS="--seed 7"`: other noise; which conclusions hold?
- Train a model of your own (chapter 5) and measure it: `.build/release/ddpm likelihood --model out/models/mine --count 500 --likelihoods 50 --out out/mine`
  (needs MNIST; a few minutes).

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter7`).

1. **Negative bits.** A report says: "our model needs −5.42 bits per dimension on MNIST". What was
   forgotten? What does a model need that takes all 256 levels for equally likely? And how much too high
   is the bound of *levels* for a pixel that lies at a level, where the model's density is a Gaussian
   about that level with a deviation of one level, or of a quarter of one?
2. **DDIM by hand.** DDIM is usually written as
   $x_\tau = \sqrt{\bar\alpha_\tau} \, \hat x_0 + \sqrt{1-\bar\alpha_\tau} \, \epsilon_\theta$, for a
   step from $t$ to an earlier $\tau$. Show that this is Euler's step of
   $d \bar x/d \sigma = \epsilon_\theta$. For $t = 500$ and $\tau = 499$, how much of the predicted
   noise does it take away, compared with equation 11?
3. **Signs or normals.** For a symmetric matrix $A$, what is the variance of Hutchinson's estimate
   $v^T A v$ of the trace if $v$ has random signs, and what if $v$ is $N(0, I)$? When is a single $v$ of
   signs exact?
4. **The width of a walk.** Langevin dynamics with the true score of $N(0, s^2)$ and a fixed $\eta$:
   what variance do the walkers have in the end? Too large or too small? What deviation did those of
   the chapter have inside their groups, with $s = 0.1$ and $\eta = 0.001$, and from which $\eta$ on
   would they have run away?
5. **One great step.** Solve the flow for data that are $N(0, s^2)$. Then take a single step from
   $\sigma = 152$, where the SDE ends, to 0, with $s = 0.5$, by Euler's method and by Heun's: which
   lands nearer? Predict, then compute, and explain the 1071 gray levels in the chapter's table.
6. **Arrows too long.** Data that are $N(0, 1)$, and arrows that are 5 % too long: what deviation do
   the samples of the flow have, and what those of DDPM with $\sigma^2 = \beta$ in a thousand steps?
   What if the arrows are too long down to $t = 500$ and of the right length from there on?
*/
page.finish()
