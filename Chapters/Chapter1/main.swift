/*:
# Chapter 1: The noise schedule

How do you destroy a picture so gently that every step can be undone?

A diffusion model learns to undo noise, so somebody has to make the noise first. This chapter builds
the arithmetic of that: a list of small numbers $\beta_1, \dots, \beta_T$, and what follows from it.
Each step of the *forward process* keeps a little less of the picture and adds a little more noise,

$$q(x_t \mid x_{t-1}) = N(\sqrt{1-\beta_t} \, x_{t-1}, \; \beta_t I)$$

(Ho et al. 2020, equation 2). Read it as: scale down by $\sqrt{1-\beta_t}$, then add Gaussian noise
of variance $\beta_t$. Pictures are scaled to $[-1, 1]$; here one pixel, one number, is enough.

*The document*, here and in all chapters, is the explanation of DDPM that this book was made to
check: its five worked examples and its figures are computed again, and its claims are put right
where the numbers say otherwise. The prose describes the default settings; the first lines of code
say what you can change (`make chapter1 ARGS=--help`), and everything after them runs from top to
bottom.
*/
import ArgumentParser
import Console
import Deterministic
import Diffusion
import Formats
import Notebook
import Threads

struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter1", abstract: "Chapter 1: the noise schedule.")

  @Option(parsing: .unconditional, help: "Timesteps of the linear schedule, T.")
  var steps = 1000

  @Option(parsing: .unconditional, help: "Its first β, in (0, 1).")
  var firstBeta = 1e-4

  @Option(parsing: .unconditional, help: "Its last β, in (0, 1).")
  var lastBeta = 0.02

  @OptionGroup var common: ChapterOptions

  /// The linear schedule of these options.
  func schedule() throws -> NoiseSchedule {
    try .linear(from: firstBeta, to: lastBeta, stepCount: steps)
  }

  /// Refuses what is no schedule.
  func validate() throws {
    try require("--steps", steps, in: 2...100_000)
    for (name, beta) in [("--first-beta", firstBeta), ("--last-beta", lastBeta)] {
      guard beta > 0, beta < 1 else {
        throw ValidationError("\(name): expected a β in (0, 1), found \(beta)")
      }
    }
    try require("--steps \(steps) --first-beta \(firstBeta) --last-beta \(lastBeta)", toAllow: schedule)
  }
}

let options = Options.parsedOrExit()
let random = streams(seed: options.common.seed)
let schedule = try options.schedule()
let paper = try NoiseSchedule.linear()
let page = Notebook(chapter: 1, options: options.common, changesResults: schedule != paper)
/*:
## One step

Worked example 1: a pixel of value 0.8 and $\beta_t = 0.01$. The step keeps $\sqrt{0.99}$ of the
value, and the noise has a standard deviation of $\sqrt{0.01}$, ten times its variance: small
variances are not small noise.

The document's examples have round numbers that belong to no schedule, so they build a `Step` by
hand; a schedule hands out the same type.
*/
let example = Step(timestep: 1, beta: 0.01, alphaBar: 0.99, previousAlphaBar: 1)
let next = example.forward(from: 0.8)

page.check("√(1−β)", example.alpha.squareRoot(), isPrinted: "0.995")
page.check("mean of x_t", next.mean, isPrinted: "0.796")
page.check("standard deviation of x_t", next.standardDeviation, isPrinted: "0.1")
page.check("variance of x_t", next.variance, isPrinted: "0.01")
/*:
## Why the square root?

It keeps the variance at 1. If $x_{t-1}$ has variance 1, then $x_t$ has variance
$(\sqrt{1-\beta})^2 \cdot 1 + \beta = 1$, whatever $\beta$ is. Without the factor the values would
grow for ever; with $1-\beta$ in its place they would shrink, towards a variance of $1/(2-\beta)$.
So that you need not believe it: 100,000 values go through 100 steps of $\beta = 0.02$, with the
same noise for all three recipes. A variance estimated from $n$ Gaussian values is off by
$\sqrt{2/n}$ of itself, give or take, and that is the ruler for the difference from theory.
*/
let beta = 0.02
let recipes = [("√(1−β)", (1 - beta).squareRoot()), ("1", 1), ("1−β", 1 - beta)]
let stepsShown = 100
let blockSize = 1000
let blockCount = options.common.quick ? 10 : 100

/// Σ x² after each step, for each recipe, over one block of values.
func squares(ofBlock block: Int) -> [[Double]] {
  var sums: [[Double]] = []
  let start = random["starting values"].normals(sample: block, count: blockSize)
  var values = recipes.map { _ in start }
  for t in 1...stepsShown {
    let noise = random["noise of the steps"].normals(step: t, sample: block, count: blockSize)
    var row = [Double](repeating: 0, count: recipes.count)
    for (recipe, (_, kept)) in recipes.enumerated() {
      for i in noise.indices {
        let x = Double.combining(kept, values[recipe][i], beta.squareRoot(), noise[i])
        values[recipe][i] = x
        row[recipe] += x * x
      }
    }
    sums.append(row)
  }
  return sums
}

let bar = page.progress("chains", of: blockCount, unit: "blocks")
let blocks = parallelMap(
  blockCount, threads: options.common.threads, squares(ofBlock:), finished: { bar.advance() })
let valueCount = Double(blockCount * blockSize)

var variances: [[any CSVValue]] = []
var theory = [1.0, 1.0, 1.0]
var measured = theory
for t in 1...stepsShown {
  for (recipe, (_, kept)) in recipes.enumerated() {
    theory[recipe] = kept * kept * theory[recipe] + beta
    measured[recipe] = blocks.reduce(0) { $0 + $1[t - 1][recipe] } / valueCount
  }
  variances.append([t] + measured + theory)
}

page.show(
  ["factor", "variance at step \(stepsShown)", "theory", "standard errors off"],
  recipes.indices.map { recipe in
    let error = theory[recipe] * (2 / valueCount).squareRoot()
    let off = (measured[recipe] - theory[recipe]) / error
    return [
      recipes[recipe].0, measured[recipe].text(places: 4), theory[recipe].text(places: 4),
      off.text(places: 1),
    ]
  })
page.claim(
  "with √(1−β) the variance stays at 1, within 4 standard errors",
  abs(measured[0] - 1) < 4 * (2 / valueCount).squareRoot())
let factors = ["sqrt_one_minus_beta", "one", "one_minus_beta"]
page.write(
  CSV(
    columns: ["t"] + factors + factors.map { "\($0)_theory" }, rows: variances),
  to: "variance.csv")
page.figure(
  "chapter1_variance",
  "Only $\\sqrt{1-\\beta}$ keeps the variance of a chain at 1. Dots: the chains; lines: theory.")
/*:
## A thousand steps

The paper's schedule is a straight line, $\beta_t = \beta_1 + \frac{t-1}{T-1} (\beta_T - \beta_1)$
from $10^{-4}$ to 0.02 in $T = 1000$ steps. Three numbers follow from each $\beta_t$:

- $\alpha_t = 1 - \beta_t$, the share of the variance that one step keeps;
- $\bar\alpha_t = \prod_{s \le t} \alpha_s$, the share of the variance of $x_0$ that is left after
  $t$ steps;
- $\text{SNR}_t = \bar\alpha_t / (1 - \bar\alpha_t)$, signal over noise.

Timesteps count from 1 to $T$ here, as in the paper, with $\bar\alpha_0 = 1$. Code that counts from
0 (diffusers' `alphas_cumprod[0]`) means our $\bar\alpha_1$; being off by one is a mistake with a
long history (huggingface/diffusers, issues 465, 2585 and 10003), so the array index never leaves
the type `NoiseSchedule`.
*/
let shownTimesteps =
  [1, 2, 10, 100, 250, 500, 750, 1000].filter { $0 < schedule.stepCount } + [schedule.stepCount]
page.show(
  ["t", "β_t", "ᾱ_t", "√ᾱ_t", "√(1−ᾱ_t)", "SNR_t"],
  shownTimesteps.map { t in
    let signal = schedule[t].marginal(of: 1.0)
    return ["\(t)"]
      + [schedule.beta(t), schedule.alphaBar(t), signal.mean, signal.standardDeviation].map { $0.text(6) }
      + [schedule[t].signalToNoiseRatio.text(4)]
  })

let columns = [
  "t", "beta", "alpha", "alpha_bar", "sqrt_alpha_bar", "sqrt_one_minus_alpha_bar", "snr",
  "posterior_variance",
]
func rows(of schedule: NoiseSchedule) -> [[any CSVValue]] {
  schedule.timesteps.map { t in
    let step = schedule[t]
    let signal = step.marginal(of: 1.0)
    return [
      t, step.beta, step.alpha, step.alphaBar, signal.mean, signal.standardDeviation, step.signalToNoiseRatio,
      step.posteriorVariance,
    ]
  }
}
page.write(CSV(columns: columns, rows: rows(of: schedule)), to: "schedule.csv")
/*:
The last column, `posterior_variance`, is chapter 3's. The other schedule in wide use is the cosine
of Nichol and Dhariwal (2021), which fixes the curve of $\bar\alpha$ first and takes the $\beta$
from it. It destroys more slowly in the middle and ends with a step of $\beta = 0.999$.
*/
let cosine = try NoiseSchedule.cosine(stepCount: schedule.stepCount)
page.write(CSV(columns: columns, rows: rows(of: cosine)), to: "cosine.csv")
page.figure(
  "chapter1_schedules",
  "The noise of each step, what is left of the signal, and signal over noise. Dashed: where signal and noise are equal."
)
/*:
## Where is half of it gone?

The document's examples say "at $t = 500$, $\bar\alpha_t = 0.5$". Those are round numbers for
working by hand. On the real schedule one half is passed much earlier, and at $t = 500$ less than a
tenth is left.
*/
let half = paper.timesteps.first { paper.alphaBar($0) < 0.5 } ?? paper.stepCount
page.check("first t with ᾱ_t below one half", Double(half), isPrinted: "260")
page.check("ᾱ just before", paper.alphaBar(half - 1), isPrinted: "0.500244729")
page.check("ᾱ there", paper.alphaBar(half), isPrinted: "0.497613812")
page.check("ᾱ at t = 500", paper.alphaBar(500), isPrinted: "0.0786")
page.check(
  "ᾱ at t = 100, where a picture is said to be barely recognizable", paper.alphaBar(100), isPrinted: "0.897")
/*:
## Is $x_T$ really noise?

Sampling starts from $N(0, I)$ and hopes that $x_T$ looks like that. What is left of $x_0$ in $x_T$
is $\sqrt{\bar\alpha_T}$ of its amplitude. With $T = 1000$ that is 0.6 %. It is tempting to take
$T = 200$ or $T = 50$ *and keep the same range of* $\beta$, and tutorials do (tanelp/tiny-diffusion,
issue 4). Then the noise never wins, the network never sees pure noise in training, and sampling
begins where it has never been.
*/
let short = try [1000, 200, 50].map { (steps: $0, schedule: try NoiseSchedule.linear(stepCount: $0)) }
page.check("ᾱ_T for T = 1000", short[0].schedule.alphaBar(1000), isPrinted: "4.04e-5")
page.check("ᾱ_T for T = 200, same β", short[1].schedule.alphaBar(200), isPrinted: "0.1322")
page.check("ᾱ_T for T = 50, same β", short[2].schedule.alphaBar(50), isPrinted: "0.6030")
/*:
What to do: with $1000/T$ times fewer steps, make each $\beta$ $1000/T$ times larger; that works
down to $T = 21$, below which the last $\beta$ would reach 1. (Or take the cosine schedule, which
comes close to the end even in few steps; or train with 1000 and skip steps when sampling, which is
chapter 6.)
*/
func scaled(to steps: Int) throws -> NoiseSchedule {
  let factor = 1000 / Double(steps)
  return try .linear(from: 1e-4 * factor, to: 0.02 * factor, stepCount: steps)
}
let mended = try short.map { (steps: $0.steps, schedule: try scaled(to: $0.steps)) }
page.show(
  ["T", "left of x_0, same β", "β scaled by 1000/T", "cosine"],
  try zip(short, mended).map { same, mended in
    let cosine = try NoiseSchedule.cosine(stepCount: same.steps)
    return ["\(same.steps)"]
      + [same.schedule, mended.schedule, cosine].map { schedule in
        let left = 100 * schedule.alphaBar(schedule.stepCount).squareRoot()
        return left.text(places: left < 0.01 ? 4 : 2) + " %"
      }
  })
page.claim(
  "scaled schedules of 1000, 200 and 50 steps leave less than 1 % of the amplitude",
  mended.allSatisfy { $0.schedule.alphaBar($0.steps) < 1e-4 })

var shortRows: [[any CSVValue]] = []
for ((steps, same), (_, mended)) in zip(short, mended) {
  for t in 0...steps {
    shortRows.append([
      steps, Double(t) / Double(steps), same.alphaBar(t).squareRoot(), mended.alphaBar(t).squareRoot(),
    ])
  }
}
page.write(CSV(columns: ["steps", "time", "same_beta", "scaled_beta"], rows: shortRows), to: "shorter.csv")
page.figure(
  "chapter1_shorter",
  "The amplitude of $x_0$ left over time. With the same $\\beta$ a shorter schedule never reaches noise; scaled, it does."
)
/*:
## What to remember

- $\sqrt{1-\beta_t}$ keeps the variance at 1; $\beta_t$ is a variance, $\sqrt{\beta_t}$ the size of
  the noise.
- $\bar\alpha_t$ is the share of the *variance* that is left, $\sqrt{\bar\alpha_t}$ the share of the
  amplitude.
- On the linear schedule half of the variance is gone at $t = 260$, not at 500.
- Change $T$ and you must change $\beta$.

## Try it

- `make chapter1 ARGS="--steps 50"`: the table under "A thousand steps" and
  `out/figures/chapter1_schedules.png` for the short schedule with the same $\beta$.
- `make chapter1 ARGS="--steps 50 --first-beta 0.002 --last-beta 0.4"`: mended.
- `make chapter1 ARGS="--last-beta 1.5"`: what a schedule must not be.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter1`).

1. **Half-life.** All $\beta$ are 0.02. After how many steps is less than half of the variance of $x_0$
   left, and after how many less than half of its amplitude? And if all are 0.01? Check with
   `NoiseSchedule(betas:)`.
2. **Without the product.** Estimate $\bar\alpha_{1000}$ of the linear schedule by hand, with
   $-\ln(1-\beta) \approx \beta$. Is the truth larger or smaller, by how many per cent of the estimate,
   and which term of the logarithm's series explains it?
3. **Where they meet.** Signal and noise are equal at $t = 260$. Guess: if $\beta_T$ is 0.04 in place of
   0.02, do they meet at half that time, before it or after? Then derive a rule for the time from
   $\beta_T$ alone ($\beta_1$ is small), compare it with the schedules, and say which $\beta_T$ halves
   the 260.
4. **Unscaled data.** Somebody forgot to scale the data, and their variance is 4. Show that each step
   multiplies what the variance has above 1 by $1-\beta_t$. From which $t$ on is the variance of $x_t$
   below 1.01 (guess first: before the middle or after)? And from which $t$ on is there less signal than
   noise in $x_t$?
5. **Squares for roots.** The "quadratic" schedule is a line in $\sqrt\beta$: take the roots of
   $10^{-4}$ and 0.02, go from one to the other along a line of 1000 values, square. A program squares
   the two ends instead of taking their roots, and does the rest as it should. How much of the amplitude
   of $x_0$ does each of the two leave in $x_T$, and which number would have shown the mistake?
6. **Twenty steps in one.** Somebody wants 50 steps in place of 1000, and keeps
   $\beta_{20}, \beta_{40}, \dots, \beta_{1000}$. How much of the amplitude of $x_0$ is left at the end?
   Which $\beta'_1, \dots, \beta'_{50}$ go exactly the way of the thousand, so that step $k$ ends at
   $\bar\alpha_{20k}$? Is $\beta'_{50}$ more or less than the sum of the twenty $\beta$ that it stands
   for?
*/
page.finish()
