/*:
# Chapter 1: The noise schedule

How do you destroy an image so gently that every step can be undone?

![Above, a 5 disappears in noise from left to right. Below, a 1 appears out of noise from right to left.](../../figures/figure_1.png)

*The whole idea. Above, a digit becomes noise in a thousand small steps; this needs no learning. Below, a
network takes a thousand steps back, from noise to a digit that nobody wrote. It is another digit, because
nothing of the 5 was left at the end. Chapter 6 makes this image with a trained network and shows it once
more as [@figure_1].*

## The idea

A **generative model** is a program that makes new things like those in a data set. Here the data are
handwritten digits, images of 28 × 28 gray pixels, and the model makes new **samples** of them. A sample is
one thing taken at random from a distribution: a number, a point of the plane or, most often here, an image.

The task is hard because nearly all arrangements of 784 pixels are a mess, and nobody can say in rules which
are digits. Diffusion turns it into a series of easy tasks. To destroy an image is simple: dim it slightly,
add a little noise to every pixel, and repeat that until only noise is left. This is the **forward
process**, the upper row of the figure. A network then learns to undo it. It sees images to which noise was
added, and learns to tell what the noise was. At last it gets noise that never was an image, and removes
some of it, step by step: the **reverse process**, the lower row. What remains is a new digit. The whole is
called a **denoising diffusion probabilistic model**, or **DDPM**.

It is better seen in motion. [Fifteen digits come out of noise](../../figures/chapter6_reverse.gif);
[a portrait becomes noise and comes back](../../figures/chapter2_forward_and_back.gif); and on
[a page with sliders](../../figures/play/index.html), opened in a browser from a copy of this project, you
set the time yourself.

The idea came in three steps. [@sohldickstein2015] took it from physics, where ink that diffuses in water
seems lost, and trained networks to run a diffusion backwards. [@song2019] found the same from another side:
they learned, for each of many noise levels, in which direction an image becomes more probable. [@ho2020]
joined the two, let the network predict the noise, and made images as convincing as those of the best methods
of their time. This book follows them, and *the paper* always means theirs.

## Why so many steps?

The network will look at a noisy image and predict *all* of the noise in it, not only the noise of one step.
Take that away, and what is left is a guess at the clean image. So why not ask once, about pure noise, and
be done? Many learners ask this before anything else, and it can be tried without a network. Let a hundred
digits be all the images in the world. Then the best guess at the clean image can be computed: it is the mean
of all images that could have led to the noisy one, each counted as much as it is likely to have done so.

<details><summary>Predict: this perfect guesser sees pure noise. What image does it answer?</summary>

All hundred digits could have led to the noise, and each about as easily as any other. So the answer is the
mean of all hundred, which is a blur, and nearly the same blur for every noise.

</details>
*/
//: hide
import Console
import Datasets
import Deterministic
import Diffusion
import Formats
import Notebook
import Samples
import Statistics
import Threads

let options = Options.parsedOrExit()
let random = streams(seed: options.common.seed)
let schedule = try options.schedule()
let paper = try NoiseSchedule.linear()
let page = Notebook(chapter: 1, options: options.common, changesResults: schedule != paper)
let (threads, isQuick) = (options.common.threads, options.common.quick)
let pixelCount = DrawnDigits.size * DrawnDigits.size

/// An image of noise, from its pixels.
func image(_ pixels: [Double]) -> Image {
  Image(height: DrawnDigits.size, width: DrawnDigits.size, pixels: pixels)
}

page.figure(
  "chapter1_naive",
  """
  One jump gives a blur, many steps give a digit. Each column begins with another noise, and the same \
  perfect guesser answers in all rows. Asked once, it gives nearly the same blur for all six. Asked twice, \
  it gives digits that run into each other. Asked a thousand times, each time after a small step, it gives \
  sharp digits.
  """,
  alt: """
    Four rows of six images: noise; six equal blurs; digits, some of them run together; six sharp digits.
    """)
/*:
The blur is not a mistake. Of all images it is the one whose squared distance from the truth is smallest on
average. But it is no digit: to guess once, from pure noise, is to guess when nothing can be known. The last
row asks again and again. Each guess is used for a small step only, from noise to slightly less noise, and
the next guess is made from there, with slightly more to go by. You will build both samplers at the end of
this chapter, and see why the second one works.

Both need to know how much of the image and how much noise there is after each step. This is the **noise
schedule**, the subject of this chapter. After it you can

- write down one step of the forward process, and say what the square root in it is for;
- say how much of an image is left after $t$ steps, and see from two numbers whether a schedule works;
- build the sampler that jumps and the one that steps, and say why only one of them makes digits.

The chapters build on each other:

- Chapter 1, this one: how much noise each step adds.
- [Chapter 2](../Chapter2/README.md), closed form: a thousand steps of noise, added in one.
- [Chapter 3](../Chapter3/README.md), one step back: where a noisy image came from, if the clean one is known
  and if it is not.
- [Chapter 4](../Chapter4/README.md), the loss: what a network is trained for, and how good it can become.
- [Chapter 5](../Chapter5/README.md), the network: its parts, its training, its first digits.
- [Chapter 6](../Chapter6/README.md), sampling: a hundred digits from noise, and mistakes to make once.
- [Chapter 7](../Chapter7/README.md), another view of the same network: a vector field that points to more
  probable images.
- Chapter 8, fewer steps: how few will do, and what is lost.
- Chapter 11, the price of a digit: how probable a model finds an image.

## How to read these pages

Each chapter is a program, and its page is what the program says and computes. `make chapter1` runs it and
prints the page in a terminal; `make chapter1 ARGS=--help` lists what you can change. The prose describes
the default settings. Code that only prints, writes files or lays out figures is left out of the page; it is
all in `main.swift`.

- `page.check("mean of x_t", value, isPrinted: "0.796")` compares a computed number with one that was worked by
  hand. They must agree in all digits of the latter, or the program stops.
- `page.claim("it stays at 1", condition)` does the same for a statement. A ✓ on the page says that a check or
  a claim held when the page was made. It is tested again whenever the program runs.
- An arrow → in the terminal names a file or a figure that the program made.
- **Predict** asks for your guess. Make one before you open the answer: it is the better half of learning.
- Random numbers have addresses. `random["noise"].normals(step: t, sample: 17, count: 784)` gives 784 Gaussian
  numbers for one purpose, timestep and sample. They depend on that address and on the seed, and on nothing
  else, so sample 17 is the same alone or among a thousand, and with any number of threads.
- A term stands in bold where it is explained. All of them are in the [glossary](../../Book/glossary.md), and all
  symbols in the [notation](../../Book/notation.md).

The code is Swift. If you know Python, this table is most of what you need to read it:

| Swift | Python |
| :-- | :-- |
| `let x = 0.8`, `var x = 0.8` | `x = 0.8`; only the `var` can change later |
| `1...n`, `0..<n` | `range(1, n + 1)`, `range(n)` |
| `xs.map { $0 * $0 }` | `[x * x for x in xs]`; `$0` is the argument of a function without a name |
| `xs.map { x in x * x }` | the same, with a name for the argument |
| `zip(xs, zs).map { 2 * $0 + $1 }` | `[2 * x + z for x, z in zip(xs, zs)]` |
| `func mean(of xs: [Double]) -> Double` | `def mean(xs)`, called with its label: `mean(of: xs)` |
| `step.forward(from: 0.8)` | a method whose argument has the label `from` |
| `xs.reduce(0, +)`, `xs.first { $0 < 1 } ?? 0` | `sum(xs)`; the first element below 1, or 0 if there is none |
| `let (a, b) = (1, 2)`, `pair.a`, `pair.0` | a tuple; its parts have names or numbers |
| `.linear()` | `NoiseSchedule.linear()`, where only a schedule can be meant |
| `try`, `"\(x)"`, `x.squareRoot()` | may raise an error; `f"{x}"`; `math.sqrt(x)` |

## One step

To destroy an image gently, dim it a little and add a little noise. Let $x_0$ be the clean image, with values
from −1, black, to 1, white, and $x_t$ what it has become after $t$ steps. The number $t$ is the
**timestep**, from 1 to $T$. The step to $x_t$ is

$$x_t = \sqrt{1-\beta_t} \, x_{t-1} + \sqrt{\beta_t} \, z_t, \qquad z_t \sim N(0, I)$$ {#forward}

<sub>In Swift: `step.forward(from: x).draw(z)`. Tested: [keeps the variance of data of variance 1](../../Tests/DiffusionTests/ForwardTests.swift).</sub>

The noise $z_t$ has one number for each pixel. All of them are independent samples of a Gaussian with mean 0
and variance 1, which is what $z_t \sim N(0, I)$ says. The number $\beta_t$, between 0 and 1, is the variance
of the noise that step $t$ adds. Said as a distribution, this is equation 2 of the paper:

$$q(x_t \mid x_{t-1}) = N(\sqrt{1-\beta_t} \, x_{t-1}, \; \beta_t I)$$

Read $q(x_t \mid x_{t-1})$ as "the distribution of $x_t$ when $x_{t-1}$ is known", and $N(m, v I)$ as a Gaussian
with the mean $m$ in which every pixel has the variance $v$, independently of all others. What
comes next depends on the image one step before and on nothing earlier. A sequence with this property is a
**Markov chain**.

Worked example 1: a pixel has the value 0.8, and $\beta_t = 0.01$.

<details><summary>Predict: which changes the pixel more, the dimming or the noise?</summary>

The noise, by far. The step keeps $\sqrt{0.99} = 0.995$ of the value, so it takes 0.004 away. The noise has a
*variance* of 0.01, so its standard deviation is $\sqrt{0.01} = 0.1$, ten times as much as the variance and
25 times what the dimming takes. Small variances are not small noise.

</details>

In code, a `Step` holds the numbers of one timestep, and a schedule has one for each $t$. The example's round
numbers belong to no schedule, so it builds a step by hand. `alphaBar` and `previousAlphaBar` say how much is
left of the clean image after the step and before it; their turn comes below.
*/
let example = Step(timestep: 1, beta: 0.01, alphaBar: 0.99, previousAlphaBar: 1)
let next = example.forward(from: 0.8)

page.check("√(1−β)", example.alpha.squareRoot(), isPrinted: "0.995")
page.check("mean of x_t", next.mean, isPrinted: "0.796")
page.check("standard deviation of x_t", next.standardDeviation, isPrinted: "0.1")
page.check("variance of x_t", next.variance, isPrinted: "0.01")
/*:
`forward` returns a Gaussian and not a number. `next.draw(z)` makes a sample of it: the mean plus $z$ standard
deviations.

## Why the square root?

A step has to make room for the noise that it adds. Without the dimming, noise would pile up on the image
until it filled any range. With too much dimming, everything would shrink towards gray. Between them is a
factor that keeps the size of the values as it is, so that the network sees numbers of one size at every
timestep, and so that the chain ends at $N(0, I)$, which is easy to sample from.

Multiply a random number by $k$, and its variance is multiplied by $k^2$. Add independent noise, and the
variances add. So a step with the factor $k$ turns the variance $v_{t-1}$ into

$$v_t = k^2 \, v_{t-1} + \beta$$

<details><summary>Predict: the variance begins at 1, and 100 steps of β = 0.02 follow. Where does it end with the factor √(1−β), with 1, and with 1−β?</summary>

- With $k = \sqrt{1-\beta}$ it stays at 1, because $(1-\beta) \cdot 1 + \beta = 1$, whatever $\beta$ is.
- With $k = 1$ it grows by $\beta$ in every step, to $1 + 100 \cdot 0.02 = 3$.
- With $k = 1-\beta$ it falls until the noise brings as much as the factor takes, at a $v$ with
  $v = (1-\beta)^2 v + \beta$. Since $1 - (1-\beta)^2 = \beta (2-\beta)$, that is $v = 1/(2-\beta) = 0.505$.
  After 100 steps it is 0.514.

</details>

Don't take this on trust. The next cell sends 100,000 numbers through the hundred steps, with the same noise
for all three factors, and measures the variances. A measured variance is a little off, by chance. The square
of a number from $N(0, 1)$ has the mean 1 and the variance 2, so the mean of $n$ such squares has a standard
deviation of $\sqrt{2/n}$. The same holds, in proportion, for every variance that is measured on $n$ Gaussian
numbers. The standard deviation of an estimate is called its **standard error**, and it is the yardstick for
deviations from theory: up to two or three standard errors are chance, ten are a mistake.
*/
//: hide
let valueCount = isQuick ? 10_000 : 100_000
//: end
let (startValues, stepNoise) = (random["starting values"], random["noise of the steps"])
let beta = 0.02
let factors = [(1 - beta).squareRoot(), 1, 1 - beta]
var theory = factors.map { _ in 1.0 }
var values = factors.map { _ in startValues.normals(count: valueCount) }
var variances: [(t: Int, measured: [Double], theory: [Double])] = []
for t in 1...100 {
  let z = stepNoise.normals(step: t, count: valueCount)
  for (recipe, k) in factors.enumerated() {
    values[recipe] = zip(values[recipe], z).map { k * $0 + beta.squareRoot() * $1 }
    theory[recipe] = k * k * theory[recipe] + beta
  }
  variances.append((t, values.map { Moments($0).variance }, theory))
}
//: hide
let standardError = (2 / Double(valueCount)).squareRoot()
let (measured, expected) = (variances[99].measured, variances[99].theory)
page.table(
  Array(zip(["√(1−β)", "1", "1−β"], zip(measured, expected))),
  [
    Column("factor") { $0.0 }, Column("variance at step 100", .places(4)) { $0.1.0 },
    Column("theory", .places(4)) { $0.1.1 },
    Column("standard errors off", .places(1)) { ($0.1.0 / $0.1.1 - 1) / standardError },
  ])
page.claim(
  "with √(1−β) the variance stays at 1, within 4 standard errors of \(standardError.text(2))",
  abs(measured[0] - 1) < 4 * standardError)
page.table(
  variances, to: "variance.csv",
  [
    Column(csv: "t") { $0.t }, Column(csv: "sqrt_one_minus_beta") { $0.measured[0] },
    Column(csv: "one") { $0.measured[1] }, Column(csv: "one_minus_beta") { $0.measured[2] },
    Column(csv: "sqrt_one_minus_beta_theory") { $0.theory[0] },
    Column(csv: "one_theory") { $0.theory[1] }, Column(csv: "one_minus_beta_theory") { $0.theory[2] },
  ])
page.figure(
  "chapter1_variance",
  """
  Only the factor $\\sqrt{1-\\beta}$ keeps the variance at 1. The dots are measured on 100,000 numbers, the \
  lines are $v_t = k^2 v_{t-1} + \\beta$.
  """,
  alt: "One line climbs from 1 to 3, one stays at 1, one falls to a half. The dots lie on the lines.")
/*:
All three recipes deviate in the same direction, and all by about one standard error. That is one piece of
evidence and not three, because they share their noise: where it happens to be small, all three variances are.

## A thousand steps

The paper's schedule takes $T = 1000$ steps, whose $\beta_t$ lie on a straight line from $10^{-4}$ to 0.02:

$$\beta_t = \beta_1 + \frac{t-1}{T-1} (\beta_T - \beta_1)$$ {#linear}

<sub>In Swift: `NoiseSchedule.linear()`. Tested: [goes in equal steps from its first β to its last](../../Tests/DiffusionTests/NoiseScheduleTests.swift).</sub>

What has become of the image after $t$ of them? Follow one pixel. With $\alpha_t = 1 - \beta_t$, the share of
the variance that a step keeps, every step multiplies what is left of $x_0$ by $\sqrt{\alpha_t}$. After $t$
steps the factor is $\sqrt{\bar\alpha_t}$, where

$$\bar\alpha_t = \prod_{i=1}^{t} \alpha_i, \qquad \bar\alpha_0 = 1$$ {#left}

<sub>In Swift: `schedule.alphaBar(t)`. Tested: [multiplies the α up to ᾱ, starting from 1 at t = 0](../../Tests/DiffusionTests/NoiseScheduleTests.swift).</sub>

Now for the noise that has come in so far. Let $v_t$ be the variance of all of it together. It begins at 0 and
follows the rule of the last section, $v_t = \alpha_t v_{t-1} + \beta_t$. Subtract both sides from 1:

$$1 - v_t = 1 - \beta_t - \alpha_t v_{t-1} = \alpha_t (1 - v_{t-1}) = \dots = \bar\alpha_t$$

So $x_t$ is $x_0$ times $\sqrt{\bar\alpha_t}$, plus noise of variance $1 - \bar\alpha_t$:

$$x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon, \qquad \epsilon \sim N(0, I)$$ {#sum}

<sub>In Swift: `schedule[t].marginal(of: x0).draw(epsilon)`. Tested: [keeps the variance of data of variance 1, by steps and by jumps](../../Tests/DiffusionTests/ForwardTests.swift).</sub>

Here $\epsilon$ is all the noise together, scaled to variance 1. It is Gaussian, because sums of independent
Gaussians are. Chapter 2 is about this equation and what it makes possible. The two shares, $\bar\alpha_t$ of signal and
$1 - \bar\alpha_t$ of noise, always sum to 1. Their ratio is the **signal-to-noise ratio**,
$\text{SNR}_t = \bar\alpha_t / (1 - \bar\alpha_t)$. To speak of shares is exact for data of variance 1, and images
with values from −1 to 1 are near enough; exercise 4 has data that are not.

The cell sends a digit along the chain, one step after the other, and the figure shows where it is at eight
timesteps. It is a **synthetic digit**: this project's own code writes it, in a hand that varies from sample
to sample, so that there is nothing to download.
*/
//: hide
let shares = [0, 0.05, 0.1, 0.26, 0.4, 0.5, 0.7, 1]
let shownTimesteps = Set(shares.map { Int($0 * Double(schedule.stepCount) + 0.5) })
//: end
let digits = DrawnDigits(seed: options.common.seed)
let digitNoise = random["noise of the digit"]

/// A digit, and what a schedule's steps have made of it at the timesteps that the figure shows.
func chain(along schedule: NoiseSchedule) -> [Image] {
  var x = digits.image(of: 5, sample: 1)
  var shown = [x]
  for t in schedule.timesteps {
    let z = image(digitNoise.normals(step: t, count: pixelCount))
    x = schedule[t].forward(from: x).draw(z)
    if shownTimesteps.contains(t) { shown.append(x) }
  }
  return shown
}
//: hide
let cosine = try NoiseSchedule.cosine(stepCount: schedule.stepCount)
for (name, schedule) in [("linear", schedule), ("cosine", cosine)] {
  let sheet = contactSheet(chain(along: schedule), columns: 8, gap: 4, background: 1)
  page.write(sheet.pgm, to: "destroyed_\(name).pgm")
}
page.table(
  shownTimesteps.union([0]).sorted(), to: "destroyed.csv",
  [
    Column(csv: "t") { $0 }, Column(csv: "linear") { schedule.alphaBar($0) },
    Column(csv: "cosine") { cosine.alphaBar($0) },
  ])
page.figure(
  "chapter1_destroyed",
  """
  A digit on its way to noise. Above it follows the paper's linear schedule, below the cosine schedule of \
  the next section, with the same noise. On the linear one the digit is gone before the middle, and the \
  last third of the steps only stirs noise. The cosine one spends more of its steps where something is to \
  be seen.
  """,
  alt: """
    Two rows of eight images of a 5 at timesteps 0 to 1000. In the upper row it is lost in noise at 400, in \
    the lower row at 700.
    """)
/*:
Now the same in numbers. Timesteps count from 1 to $T$ here, as in the paper. Other code counts from 0: what
Hugging Face's library diffusers calls `alphas_cumprod[0]` is our $\bar\alpha_1$. To be off by one is a mistake with a long
history, in diffusers' issues [465](https://github.com/huggingface/diffusers/issues/465),
[2585](https://github.com/huggingface/diffusers/issues/2585) and
[10003](https://github.com/huggingface/diffusers/issues/10003) for example, so here the array index never
leaves the type `NoiseSchedule`.

<details><summary>Predict: what would the variance be after these thousand steps with a factor of 1 instead of √(1−β)?</summary>

Each step adds its $\beta_t$, whose mean is 0.01005. So the variance is $1 + \sum_t \beta_t = 1 + 10.05 = 11.05$,
if it was 1 in the beginning.

</details>
*/
//: hide
let tableTimesteps = [1, 2, 10, 100, 250, 500, 750, 1000, schedule.stepCount]
let columns: [Column<Step>] = [
  Column("$t$", csv: "t") { $0.timestep }, Column("$\\beta_t$", csv: "beta", .digits(6)) { $0.beta },
  Column(csv: "alpha") { $0.alpha },
  Column("$\\bar\\alpha_t$", csv: "alpha_bar", .digits(6)) { $0.alphaBar },
  Column("$\\sqrt{\\bar\\alpha_t}$", csv: "sqrt_alpha_bar", .digits(6)) { $0.marginal(of: 1.0).mean },
  Column("$\\sqrt{1-\\bar\\alpha_t}$", csv: "sqrt_one_minus_alpha_bar", .digits(6)) {
    $0.marginal(of: 1.0).standardDeviation
  },
  Column("$\\text{SNR}_t$", csv: "snr", .digits(4)) { $0.signalToNoiseRatio },
]
page.table(
  schedule.steps, to: "schedule.csv", showing: { tableTimesteps.contains($0.timestep) }, columns)
//: end
let grown = paper.timesteps.reduce(1) { variance, t in variance + paper.beta(t) }
page.check("variance of x_1000 with a factor of 1, which is 1 + Σβ", grown, isPrinted: "11.05")
/*:
The third and the fourth column belong together, as variance and amplitude of what is left of the image. In
the last row next to nothing is left. With the factor 1 the image would still be there in full, under noise of
variance 10.05, and the numbers would have grown to three times their size, $\sqrt{11.05}$.

## Another schedule

The other schedule in wide use is the cosine of [@nichol2021]. They found that the linear one destroys small
images too early, chose the curve of $\bar\alpha_t$ first, and took the $\beta_t$ from it:

$$\bar\alpha_t = \frac{h(t)}{h(0)}, \qquad h(t) = \cos^2 \left( \frac{t/T + 0.008}{1.008} \cdot \frac{\pi}{2} \right), \qquad \beta_t = \min \left( 1 - \frac{\bar\alpha_t}{\bar\alpha_{t-1}}, \; 0.999 \right)$$ {#cosine}

<sub>In Swift: `NoiseSchedule.cosine()`. Tested: [has the cosine's ᾱ until β reaches 0.999](../../Tests/DiffusionTests/NoiseScheduleTests.swift).</sub>

The 0.008 keeps the first steps from being too small to matter. The limit of 0.999 is for the last step alone:
there the cosine is 0, and without the limit $\beta_T$ would be 1.

<details><summary>Predict: at which timestep has the cosine schedule destroyed half of the variance?</summary>

Near the middle, at about $t = T/2$, because $\cos^2(\pi/4) = 1/2$. It is a little before it, because of the 0.008.

</details>
*/
//: hide
page.table(
  cosine.steps, to: "cosine.csv",
  [
    Column(csv: "t") { $0.timestep }, Column(csv: "beta") { $0.beta },
    Column(csv: "alpha_bar") { $0.alphaBar }, Column(csv: "sqrt_alpha_bar") { $0.alphaBar.squareRoot() },
    Column(csv: "snr") { $0.signalToNoiseRatio },
  ])
page.figure(
  "chapter1_schedules",
  """
  Two schedules. Left, the linear schedule adds more noise in each step until shortly before the end, where \
  the cosine schedule destroys the rest almost at once. Middle, the linear schedule has destroyed half of \
  the variance at $t = 260$, the cosine schedule half way. Right, signal and noise are equal where a curve \
  crosses the dashed line.
  """,
  alt: "Three panels with a curve for each schedule: β, what is left of the signal, and signal over noise.")
/*:
## Where is half of it gone?

<details><summary>Predict: after how many of the thousand steps of the linear schedule is half of the variance noise?</summary>

After 260, as the cell below computes. Half is left when the $\beta_t$ so far sum to about $\ln 2 = 0.69$, and
all thousand sum to 10. So most of the steps have little left to take: at $t = 500$ it is less than a tenth.

</details>
*/
let half = paper.timesteps.first { paper.alphaBar($0) < 0.5 } ?? paper.stepCount
page.check("first t with ᾱ_t below one half", Double(half), isPrinted: "260")
page.check("ᾱ just before", paper.alphaBar(half - 1), isPrinted: "0.500244729")
page.check("ᾱ there", paper.alphaBar(half), isPrinted: "0.497613812")
page.check("ᾱ at t = 500", paper.alphaBar(500), isPrinted: "0.0786")
page.check("ᾱ at t = 100", paper.alphaBar(100), isPrinted: "0.897")
/*:
> **Common claim.** After a hundred of the thousand steps an image is barely recognizable, and after five
> hundred half of it is left.
>
> **What the numbers say.** After a hundred steps 89.7 % of its variance is left, and [@chapter1_destroyed]
> shows how clear the digit still is. Half of it is left at $t = 260$, and at $t = 500$ no more than 7.9 %.
> Examples like to set $\bar\alpha_{500} = 0.5$, as some in this book do, because it is easy to calculate with. It
> is not a number of this schedule.

The shares are of the *variance*. The image's contrast, its amplitude, goes with the square root: at $t = 260$
it is $\sqrt{0.5} = 71$ % of what it was.

## Is $x_T$ really noise?

The reverse process begins with a sample of $N(0, I)$ and relies on $x_T$ being just that. What is left of $x_0$ in $x_T$ has the
amplitude $\sqrt{\bar\alpha_T}$, which is 0.6 % for the thousand steps. A thousand steps are slow, so it is
tempting to take 200 or 50 and to *keep the same range of* $\beta$, and
[tutorials do](https://github.com/tanelp/tiny-diffusion/issues/4).

<details><summary>Predict: of 50 steps with β from 0.0001 to 0.02, how much of the amplitude of the image is left at the end?</summary>

78 %. The mean of the $\beta_t$ is 0.01, so 50 steps add up to $\sum \beta_t = 0.5$, and
$\sqrt{\bar\alpha_{50}}$ is about $e^{-0.5/2} = 0.78$. The thousand steps add up to 10.

</details>
*/
let same = try [1000, 200, 50].map { try NoiseSchedule.linear(stepCount: $0) }
page.check("ᾱ_T for T = 1000", same[0].alphaBar(1000), isPrinted: "4.04e-5")
page.check("ᾱ_T for T = 200, same β", same[1].alphaBar(200), isPrinted: "0.1322")
page.check("ᾱ_T for T = 50, same β", same[2].alphaBar(50), isPrinted: "0.6030")
/*:
With such a schedule the noise never wins. The network never sees pure noise in training, and sampling
begins where it has never been. The remedy: for $1000/T$ times fewer steps, make each $\beta_t$ $1000/T$
times larger. It works down to $T = 21$; below that the last $\beta$ would exceed 1. The cosine schedule comes
close to noise with few steps too. And chapter 6 shows a third way, which is to train with 1000 steps and to
sample with fewer.
*/
let scaled = try [1000, 200, 50].map { steps in
  let factor = 1000 / Double(steps)
  return try NoiseSchedule.linear(from: 1e-4 * factor, to: 0.02 * factor, stepCount: steps)
}
//: hide
func amplitudeLeft(by schedule: NoiseSchedule) -> Double {
  schedule.alphaBar(schedule.stepCount).squareRoot()
}
page.table(
  Array(zip(same, scaled)),
  [
    Column("$T$") { $0.0.stepCount },
    Column("left of $x_0$, same $\\beta$", .percent(2)) { amplitudeLeft(by: $0.0) },
    Column("$\\beta$ scaled by $1000/T$", .percent(2)) { amplitudeLeft(by: $0.1) },
    Column("cosine", .percent(3)) {
      (try? NoiseSchedule.cosine(stepCount: $0.0.stepCount)).map(amplitudeLeft) ?? 1
    },
  ])
page.claim(
  "scaled schedules of 1000, 200 and 50 steps leave less than 1 % of the amplitude",
  scaled.allSatisfy { amplitudeLeft(by: $0) < 0.01 })
page.table(
  zip(same, scaled).flatMap { same, scaled in (0...same.stepCount).map { (same, scaled, t: $0) } },
  to: "shorter.csv",
  [
    Column(csv: "steps") { $0.0.stepCount }, Column(csv: "time") { Double($0.t) / Double($0.0.stepCount) },
    Column(csv: "same_beta") { $0.0.alphaBar($0.t).squareRoot() },
    Column(csv: "scaled_beta") { $0.1.alphaBar($0.t).squareRoot() },
  ])
page.figure(
  "chapter1_shorter",
  """
  Fewer steps need larger $\\beta$. Left, with the same $\\beta$ a schedule of 50 steps stops at 78 % of the \
  amplitude of $x_0$, long before it reaches noise. Right, with $\\beta$ scaled by $1000/T$ all three end \
  where they should.
  """,
  alt: """
    Amplitude left over time. On the left the three schedules end at 78, 36 and 0.6 percent; on the right \
    their curves lie on each other.
    """)
/*:
## One jump, or a thousand steps?

Now for the two samplers of [@chapter1_naive]. The world has a hundred images, ten synthetic digits of each
kind, all equally probable. A distribution that is put together of several is a **mixture**, and the parts
are its components; here each component is a single image, and $x^{(j)}$ is the one with the number $j$.

Somebody shows you an $x_t$. If it came from image $j$, then by [@sum] its noise must have been
$\epsilon_j = (x_t - \sqrt{\bar\alpha_t} \, x^{(j)}) / \sqrt{1-\bar\alpha_t}$. The density of Gaussian noise
falls with its length, as $e^{-\|\epsilon_j\|^2/2}$, where $\|\epsilon_j\|^2$ is the sum of the squares of all
pixels. So an image that needs less noise is a more probable origin. The guess $\hat x_0$ is the mean of all
images, each counted by that density:

$$\hat x_0 = \frac{\sum_j e^{-\|\epsilon_j\|^2/2} \, x^{(j)}}{\sum_j e^{-\|\epsilon_j\|^2/2}}$$ {#guess}

<sub>In Swift: `guess(at: x, step)` below, which agrees with the library's function to $5 \cdot 10^{-15}$. Tested: [E of x_0 given x_t is Bayes' rule by quadrature](../../Tests/DiffusionTests/TrueReverseTests.swift).</sub>
*/
//: hide
let (librarySize, imageCount, manySteps) = isQuick ? (20, 6, 100) : (100, 6, 1000)
//: end
let library = (0..<librarySize).map { digits.image(of: $0 % 10, sample: $0) }

/// The mean of all images that could have led to `x`, each counted by how well it fits.
func guess(at x: Image, _ step: Step) -> Image {
  let kept = step.alphaBar.squareRoot()
  let fits = library.map { image in
    let squares = x.sum(with: image) { ($0 - kept * $1) * ($0 - kept * $1) }
    return exp(-squares / (1 - step.alphaBar) / 2)
  }
  let total = fits.reduce(0, +)
  return zip(library, fits).reduce(0 * x) { sum, part in
    part.1 > 0 ? sum + (part.1 / total) * part.0 : sum
  }
}
/*:
With a guess at the image comes one at the noise,
$\hat\epsilon = (x_t - \sqrt{\bar\alpha_t} \, \hat x_0) / \sqrt{1-\bar\alpha_t}$. To take a step, mix the two again as
they would be mixed at an earlier timestep $\tau$, with a little more image and a little less noise:

$$x_\tau = \sqrt{\bar\alpha_\tau} \, \hat x_0 + \sqrt{1-\bar\alpha_\tau} \, \hat\epsilon$$ {#mix}

<sub>In Swift: `step.noise(from: x, x0: guess)`, and the last line of the loop below. Tested: [three names of one prediction](../../Tests/DiffusionTests/PredictionTests.swift).</sub>

The jump is the step to $\tau = 0$. There $\bar\alpha_0 = 1$, and only the guess is left. The other sampler
goes from 1000 to 999, guesses anew, goes to 998, and so on. One function does both: it divides the thousand
timesteps into equal parts and takes one step for each.
*/
/// What becomes of noise in a number of equal steps from t = 1000 to 0.
func sample(from noise: Image, inSteps count: Int) -> Image {
  var x = noise
  for t in stride(from: 1000, to: 0, by: -1000 / count) {
    let guessedImage = guess(at: x, paper[t])
    let guessedNoise = paper[t].noise(from: x, x0: guessedImage)
    let share = paper.alphaBar(t - 1000 / count)
    x = .combining(share.squareRoot(), guessedImage, (1 - share).squareRoot(), guessedNoise)
  }
  return x
}
/*:
Six noises go through it, in one step, in two, and in more. Two numbers say what comes out: how far a result
is from the nearest of the hundred images, and how far the results are from each other. Distances are root
mean squares over the pixels, so that black and white are 2 apart.

<details><summary>Predict: how many steps does it take until every result is one of the hundred images?</summary>

Far fewer than a thousand: in the table four suffice. A sharp result is not what takes the many steps.

</details>
*/
//: hide
func distance(_ a: Image, _ b: Image) -> Double {
  (a.sum(with: b) { ($0 - $1) * ($0 - $1) } / Double(pixelCount)).squareRoot()
}
func distanceFromLibrary(_ x: Image) -> Double { library.map { distance(x, $0) }.min() ?? 0 }
let pureNoise = random["noise at the start"]
let noises = (0..<imageCount).map { image(pureNoise.normals(sample: $0, count: pixelCount)) }
let results = [1, 2, 4, 10, 100, 1000].filter { $0 <= manySteps }.map { steps in
  let images = parallelMap(imageCount, threads: threads) { sample(from: noises[$0], inSteps: steps) }
  return (steps: steps, images: images)
}
page.table(
  results, to: "jumps.csv",
  [
    Column("steps", csv: "steps") { $0.steps },
    Column("from the nearest image", csv: "from_library", .places(3)) {
      mean($0.images.map(distanceFromLibrary))
    },
    Column("from each other", csv: "apart", .places(3)) { result in
      mean(zip(result.images, result.images.dropFirst()).map(distance))
    },
  ])
//: end
let world = GaussianMixture(library.map { .init(weight: 1, mean: $0, variance: 0) })
//: hide
let difference = distance(results[0].images[0], world.posteriorMean(given: noises[0], at: paper[1000]))
page.claim("the jump is the mixture's exact mean, to \(difference.text(2))", difference < 1e-12)
page.claim(
  "in \(manySteps) steps every noise ends on an image of the library, to the last bit",
  results.last?.images.allSatisfy { distanceFromLibrary($0) == 0 } == true)
let rows = [(steps: 0, images: noises), results[0], results[1], results[results.count - 1]]
page.write(
  contactSheet(rows.flatMap(\.images), columns: imageCount, gap: 4, background: 1).pgm, to: "naive.pgm")
page.table(rows, to: "naive.csv", [Column(csv: "steps") { $0.steps }])
/*:
The jumps are one and the same blur: they are 0.35 away from every digit, and only 0.01 from each other. Two
steps give something in between, and with four or more every result is an image of the library. Which one it
is, the noise alone decides.

> **Common claim.** It takes a thousand steps to make a sharp image.
>
> **What the numbers say.** One step is too few, and here four are enough. But this guess is exact, and the
> hundred images lie far apart. A network's guess has errors, and real digits lie close together. Chapter 6
> takes a thousand steps with a network, and chapter 8 measures how few will do.

This sampler can only return the hundred images that it knows. A network makes new ones, because it has not
learned its data by heart; chapter 6 looks into that. The paper's own step back mixes in some new noise, for
which chapters 3 and 6 have the reasons. What the two have in common is that each step is small.

## Why small steps succeed

Put $\hat\epsilon$ into [@mix], and it says what factor $f$ the guess has in a step:

$$x_\tau = f \, \hat x_0 + \sqrt{\frac{1-\bar\alpha_\tau}{1-\bar\alpha_t}} \, x_t, \qquad f = \sqrt{\bar\alpha_\tau} - \sqrt{\bar\alpha_t} \sqrt{\frac{1-\bar\alpha_\tau}{1-\bar\alpha_t}}$$

The guess is the mean of all possible origins, and they disagree. Had one of them been known to be the true
one, the step would have used that one instead of the mean. So the origins disagree about $x_\tau$ by $f$ times
what they disagree about $x_0$.

<details><summary>Predict: one possible origin has a white pixel, 1, and another a black one, −1. How far apart do they put that pixel of x_499, seen from x_500?</summary>

By 0.003. The table below has $f = 0.00154$ for that step, and the two are 2 apart. The step's own noise has a
standard deviation of 0.1, thirty times as much.

</details>

The cell measures the disagreement. It noises images of the library to $t$ and asks for all images that could
have led there, each with its probability, which is again a mixture: the code calls it `cleanPosterior`. Its
standard deviation in a pixel is the disagreement about $x_0$. The noise of the step, to compare it with, is
$\sqrt{\beta_t}$ where the step is from $t$ to $t - 1$.
*/
let originNoise = random["noise of the origins"]
let pairs = [(1000, 0), (1000, 999), (800, 799), (600, 599), (500, 499), (400, 399), (200, 199)]
let steps = pairs.map { t, earlier in
  let (left, leftBefore) = (paper.alphaBar(t), paper.alphaBar(earlier))
  let factor = leftBefore.squareRoot() - (left * (1 - leftBefore) / (1 - left)).squareRoot()
  let variances = (0..<20).map { k in
    let z = image(originNoise.normals(step: t, sample: k, count: pixelCount))
    let noisy = paper[t].marginal(of: library[k]).draw(z)
    return world.cleanPosterior(given: noisy, at: paper[t]).variance
  }
  let noise = (1 - left / leftBefore).squareRoot()
  return (t: t, earlier: earlier, factor: factor, spread: mean(variances).squareRoot(), noise: noise)
}
//: hide
page.table(
  steps,
  [
    Column("step") { "\($0.t) → \($0.earlier)" }, Column("$f$", .digits(3)) { $0.factor },
    Column("disagreement about $x_0$", .digits(2)) { $0.spread },
    Column("about $x_\\tau$", .digits(2)) { $0.factor * $0.spread },
    Column("noise of the step", .digits(3)) { $0.noise },
  ])
page.claim(
  "in the small steps the origins disagree by less than 1 % of the noise of the step",
  steps.dropFirst().allSatisfy { $0.factor * $0.spread < 0.01 * $0.noise })
/*:
The jump uses all of the guess, $f = 1$, when the origins disagree by 0.48, half of what lies between gray and
white. Their mean is a blur. A small step uses very little of the guess while the disagreement is
large. Later $f$ grows, but by then $x_t$ has all but told which image it is. In no small step of the table
do the origins disagree about $x_\tau$ by more than 0.4 % of the noise that the step undoes. So it hardly matters
which origin is the true one, and their mean will do. Nor do the small errors add up to the large one of the
jump, because the guess is made anew after each step.

## The answer

How do you destroy an image so gently that every step can be undone? With many small steps of Gaussian noise.
Each must be so small that all images that could have led to $x_t$ agree about $x_{t-1}$, to much better than
the noise of the step. Each dims the image by $\sqrt{1-\beta_t}$, so that the values keep their size. And there must be
enough of them to bring $\bar\alpha_T$ close to 0, so that the way back can begin with noise that anybody can
make.

That is also why the network may predict all of the noise at once and is still asked a thousand times. The
prediction gives the direction, and each step goes only as far as the direction can be trusted. Chapter 3 finds
what the step back is exactly, and where the steps become too large.

## What to remember

- A step keeps $\sqrt{1-\beta_t}$ of the image and adds noise of variance $\beta_t$, whose size is
  $\sqrt{\beta_t}$. The variance stays at 1.
- $\bar\alpha_t$ is the share of the *variance* of $x_0$ that is left, $\sqrt{\bar\alpha_t}$ that of the amplitude.
- On the linear schedule half of the variance is gone at $t = 260$, not at 500.
- Change $T$, and you must change $\beta$: look at $\bar\alpha_T$ before anything else.
- One jump from noise gives the mean of all images. Small steps give an image, because each uses only a
  little of a guess that is then improved.

## Try it

- `make chapter1 ARGS="--steps 50"`: the table under "A thousand steps" and
  `out/figures/chapter1_schedules.png` for the short schedule with the same $\beta$.
- `make chapter1 ARGS="--steps 50 --first-beta 0.002 --last-beta 0.4"`: the remedy.
- `make chapter1 ARGS="--last-beta 1.5"`: what a schedule must not be.
- `make chapter1 ARGS="--seed 7"`: other noise, another library, and digits of another hand.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter1`).

1. **Half-life.** All $\beta$ are 0.02. After how many steps is less than half of the variance of $x_0$
   left, and after how many less than half of its amplitude? And if all are 0.01? Check with
   `NoiseSchedule(betas:)`.
2. **Without the product.** Estimate $\bar\alpha_{1000}$ of the linear schedule by hand, with
   $-\ln(1-\beta) \approx \beta$. Is the truth larger or smaller, by what percentage of the estimate,
   and which term of the logarithm's series explains it?
3. **Where they meet.** Signal and noise are equal at $t = 260$. Guess: if $\beta_T$ is 0.04 instead of
   0.02, do they meet at half that time, before it or after it? Then derive a rule for the time from
   $\beta_T$ alone ($\beta_1$ is small), compare it with the schedules, and say which $\beta_T$ halves
   the 260.
4. **Unscaled data.** Somebody forgot to scale the data, and their variance is 4. Show that each step
   multiplies what the variance has above 1 by $1-\beta_t$. From which $t$ on is the variance of $x_t$
   below 1.01? Guess first: before the middle or after it? And from which $t$ on is there less signal than
   noise in $x_t$?
5. **Squares for roots.** The "quadratic" schedule is a line in $\sqrt\beta$: take the roots of
   $10^{-4}$ and 0.02, go from one to the other along a line of 1000 values, and square them. A program
   squares the two ends instead of taking their roots, and does the rest correctly. How much of the amplitude
   of $x_0$ does each of the two leave in $x_T$, and which number would have shown the mistake?
6. **Twenty steps in one.** Somebody wants 50 steps instead of 1000, and keeps
   $\beta_{20}, \beta_{40}, \dots, \beta_{1000}$. How much of the amplitude of $x_0$ is left at the end?
   Which $\beta'_1, \dots, \beta'_{50}$ go exactly the way of the thousand, so that step $k$ ends at
   $\bar\alpha_{20k}$? Is $\beta'_{50}$ more or less than the sum of the twenty $\beta$ that it replaces?

## Where to go next

[Chapter 2](../Chapter2/README.md) takes all steps at once. On schedules: [@nichol2021] introduce the cosine,
[@kingma2021] let the schedule be learned, and [@lin2024] show what becomes of large image models whose
last step is not quite noise: they can make neither a very dark nor a very bright image. Two other first texts,
both with figures that complement ours, are [@weng2021] and [@nakkiran2024]; [@rogge2022] builds the same model
in PyTorch.
*/
//: hide
page.finish()
