/*:
# Chapter 2: Closed-form noising

Must we take 500 steps to see $x_{500}$?
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
let digit = orExit(try options.digit())
let image = orExit(try options.chosenImage(), for: "--image (portrait, mondrian or a PGM file)")
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 2, options: options.common, changesResults: options.changeResults)
let (threads, isQuick) = (options.common.threads, options.common.quick)

page.figure(
  "figure_3",
  """
  The closed-form formula lets us skip directly to any noise level in one step. Above, every image is made \
  from the one before, in a thousand steps; below, each from the clean digit. Each has noise of its own.
  """,
  alt: "An 8 disappears in noise, above from image to image along arrows, below along arcs.")
/*:
[Chapter 1](../Chapter1/README.md) defined one small step of the forward process, and the upper row of
[@figure_3] takes a thousand of them. A network is trained on $x_t$ at millions of timesteps $t$, chosen
at random. To walk there step by step would cost five hundred steps for each of them, on average. The
lower row does it at once. This chapter derives that shortcut, which makes diffusion models practical.

After this chapter you can

- derive the distribution of $x_t$ given $x_0$ in two lines, and noise an image to any timestep with one
  line of code;
- test whether two sets of samples come from the same distribution, and know what the test cannot see;
- say how long a digit, a thin line or a large area can still be recognized while the noise grows;
- say which noise it is that the network of a diffusion model predicts.

## Two steps are one step

A step does two things: it dims what is there, and it adds fresh noise. After two steps the image has
been dimmed twice. The first step's noise has been dimmed once, by the second step, and the second
step's noise has been added to it. Dimming twice is dimming once by the product of the two factors.
What remains to be found is how large two noises are together.

<details><summary>Predict: one noise has a standard deviation of 3, another that knows nothing of it has 4. What is the standard deviation of their sum?</summary>

It is 5. Two independent noises sometimes add and sometimes cancel, so the sum is smaller than 7. What
adds is their variances: $9 + 16 = 25$, and $\sqrt{25} = 5$.

</details>

Let $z_1$ and $z_2$ be the noises of the first two steps. All their elements are independent samples of
a Gaussian of mean 0 and variance 1, which is written $z_t \sim N(0, I)$. Chapter 1's step, taken twice,
is

$$x_1 = \sqrt{\alpha_1} \, x_0 + \sqrt{\beta_1} \, z_1, \qquad x_2 = \sqrt{\alpha_2} \, x_1 + \sqrt{\beta_2} \, z_2$$

Put the first into the second:

$$x_2 = \sqrt{\alpha_2 \alpha_1} \, x_0 + \left( \sqrt{\alpha_2 \beta_1} \, z_1 + \sqrt{\beta_2} \, z_2 \right)$$

A sum of independent Gaussians is a Gaussian, and the variances add. With $\beta = 1 - \alpha$ the
variance of the bracket is

$$\alpha_2 \beta_1 + \beta_2 = \alpha_2 (1 - \alpha_1) + (1 - \alpha_2) = 1 - \alpha_2 \alpha_1$$

So two steps are one step, whose $\alpha$ is the product $\alpha_2 \alpha_1$. The third step merges with
that one in the same way, and so does every further step. After $t$ of them the product is
$\bar\alpha_t = \alpha_1 \alpha_2 \cdots \alpha_t$, which chapter 1 has computed for every timestep:

$$q(x_t \mid x_0) = N(\sqrt{\bar\alpha_t} \, x_0, \; (1-\bar\alpha_t) I), \qquad x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon, \qquad \epsilon \sim N(0, I)$$ {#marginal}

<sub>In Swift: `schedule[t].marginal(of: x0)`. Tested: [A chain of single steps and one jump have one distribution](../../Tests/DiffusionTests/ChainTests.swift).</sub>

This is equation 4 of [@ho2020]. Read it as: $x_t$ is a dimmed copy of $x_0$ plus one Gaussian noise
$\epsilon$. The distribution $q(x_t \mid x_0)$ is called the **marginal** of $x_t$ given $x_0$, because
the steps between are no longer in it. To sample from it is one jump, however large $t$ is.

The algebra merged two steps and said "and so on". The next cell does not: it carries mean and variance
through all thousand steps, one at a time, and compares them with [@marginal] at each.
*/
var merged = Gaussian(mean: 0.8, variance: 0)
var worst = 0.0
for t in schedule.timesteps {
  let step = schedule[t]
  merged = Gaussian(
    mean: step.forward(from: merged.mean).mean, variance: step.alpha * merged.variance + step.beta)
  let jump = step.marginal(of: 0.8)
  worst = max(worst, abs(merged.mean - jump.mean), abs(merged.variance - jump.variance))
}
//: hide
page.claim(
  "merged steps and jump differ by at most \(worst.text(2)) at all \(schedule.stepCount) timesteps",
  worst < 1e-14)
/*:
The difference is the rounding of double precision, and nothing else.

## By hand

Worked example 2: a pixel has the value $x_0 = 0.8$, half of the variance is left, $\bar\alpha_t = 0.5$,
and the noise happens to be $\epsilon = 0.3$. As in chapter 1 the example's round numbers belong to no
schedule, so it builds its `Step` by hand.

<details><summary>Predict: half of the variance is left. What is left of the pixel's 0.8?</summary>

$\sqrt{0.5} \cdot 0.8 = 0.566$, which is more than half. The noise adds $\sqrt{0.5} \cdot 0.3 = 0.212$.

</details>
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
let distribution = example.marginal(of: 0.8)
let signal = distribution.mean
let noisePart = 0.3 * distribution.standardDeviation
let xt = distribution.draw(0.3)
//: hide
let amplitude = example.marginal(of: 1.0).mean
page.check("√ᾱ_t", amplitude, isPrinted: "0.707")
page.check("the same in per cent", 100 * amplitude, isPrinted: "70.7")
page.check("signal, √ᾱ_t x_0", signal, isPrinted: "0.566")
page.check("noise, √(1−ᾱ_t) ε", noisePart, isPrinted: "0.212")
page.check("x_t", xt, isPrinted: "0.778")
/*:
The mean of the distribution is the signal, and `draw(0.3)` adds 0.3 of its standard deviations.

> **Common claim.** At $\bar\alpha_t = 0.5$ half of the signal is left.
>
> **What the numbers say.** Half of its *variance* is left, and 70.7 % of its *amplitude*. Both numbers
> are right, of different things. And on the paper's schedule this happens at $t = 260$; at $t = 500$
> less than a tenth of the variance is left.

## A thousand steps against one jump

A derivation may contain a slip. So let chains that know nothing of the formula go the long way, and see
where they arrive. Twenty thousand of them start at $x_0 = 0.8$ and take a thousand random steps each.
We look at them at six timesteps on the way.
*/
let stops = [1, 10, 100, 260, 500, 1000]
let chainsInBlock = 1000

/// The values of a block of chains at each stop.
func chains(ofBlock block: Int) -> [[Double]] {
  var values = [Double](repeating: 0.8, count: chainsInBlock)
  var kept: [[Double]] = []
  for t in schedule.timesteps {
    let z = random["steps of the chains"].normals(step: t, sample: block, count: chainsInBlock)
    for i in values.indices { values[i] = schedule[t].forward(from: values[i]).draw(z[i]) }
    if stops.contains(t) { kept.append(values) }
  }
  return kept
}
//: hide
let blockCount = isQuick ? 2 : 20
let bar = page.progress("chains", of: blockCount, unit: "blocks")
let blocks = parallelMap(blockCount, threads: threads, chains(ofBlock:), finished: { bar.advance() })
let arrived = stops.indices.map { stop in blocks.flatMap { $0[stop] } }
page.show("\(arrived[0].count) chains, \(arrived[0].count * schedule.stepCount) steps")
/*:
How close to the formula must they come? A mean of $n$ values of variance $v$ has a standard error of
$\sqrt{v/n}$, and a variance that is estimated from them one of $v \sqrt{2/n}$, as chapter 1 says. The
columns *off by* below count in these standard errors, so most of them should lie between −2 and 2.

Mean and variance are not all of a distribution. For the rest we let as many jumps go straight to the
same timesteps and compare the two sets. The **Kolmogorov–Smirnov test** takes, for every $x$, the
share of each set that lies below $x$, and measures the largest difference of the two shares. Its
*significance* is the probability that two sets of the same distribution differ at least so much: if
they are the same, every value from 0 to 1 is equally likely, and only a tiny one is evidence against it.

A test that accepts everything proves nothing. So a second set of jumps is wrong on purpose: it
multiplies the noise by $1-\bar\alpha_t$ and forgets the square root.

<details><summary>Predict: at which of the six timesteps does the test not notice the forgotten root?</summary>

At $t = 1000$ it has no chance. There $1-\bar\alpha_t$ is 0.99996, and its root is 0.99998. At $t = 500$ it
hardly notices, as the last column shows.

</details>
*/
let comparisons = zip(stops, arrived).map { t, values in
  let formula = schedule[t].marginal(of: 0.8)
  let noise = random["jumps of the chains"].normals(step: t, count: values.count)
  let wrong = noise.map { formula.mean + formula.variance * $0 }
  let chains = Moments(values)
  return (
    t: t, formula: formula, chains: chains,
    errorOfMean: chains.errorsOfMean(from: formula.mean, variance: formula.variance),
    errorOfVariance: chains.errorsOfVariance(from: formula.variance),
    significance: KolmogorovSmirnov(values, noise.map(formula.draw)).significance,
    significanceOfWrong: KolmogorovSmirnov(values, wrong).significance
  )
}
//: hide
page.table(
  comparisons,
  [
    Column("$t$") { $0.t }, Column("mean of chains", .places(4)) { $0.chains.mean },
    Column("formula", .places(4)) { $0.formula.mean }, Column("off by", .places(1)) { $0.errorOfMean },
    Column("variance of chains", .places(5)) { $0.chains.variance },
    Column("formula", .places(5)) { $0.formula.variance },
    Column("off by", .places(1)) { $0.errorOfVariance },
    Column("significance", .places(2)) { $0.significance },
    Column("root forgotten", .digits(2)) { $0.significanceOfWrong },
  ])
page.claim(
  "no mean or variance is off by more than 4 standard errors",
  comparisons.allSatisfy { abs($0.errorOfMean) < 4 && abs($0.errorOfVariance) < 4 })
page.claim(
  "at significance 0.0001 the test accepts every jump, and refuses the wrong jumps up to t = 260",
  comparisons.allSatisfy { $0.significance > 0.0001 && ($0.t > 260 || $0.significanceOfWrong < 0.0001) })

/// How many values lie in each twentieth of a unit, as a density, and what the formula says there.
func histogram(at t: Int, of values: [Double]) -> [[any CSVValue]] {
  let bins = Dictionary(grouping: values) { Int((($0 + 4.5) * 20).rounded(.down)) }
  return (0..<180).map { bin in
    let x = (Double(bin) + 0.5) / 20 - 4.5
    let density = 20 * Double(bins[bin, default: []].count) / Double(values.count)
    return [t, x, density, schedule[t].marginal(of: 0.8).density(at: x)]
  }
}
page.write(
  CSV(columns: ["t", "x", "chains", "formula"], rows: zip(stops, arrived).flatMap(histogram)),
  to: "walk_and_jump.csv")
page.figure(
  "chapter2_walk_and_jump",
  """
  Chains of single steps arrive where one jump does. Bars: chains. Line: the closed form. Dashed: \
  $\\sqrt{\\bar\\alpha_t} \\, x_0$, which moves from 0.8 to 0 while the noise grows.
  """,
  alt: "At timesteps 100, 260 and 1000 bars follow a bell curve that widens and moves to 0.")
/*:
The test cannot tell chains from jumps. It can tell them from the wrong jumps, up to $t = 260$. At
$t = 500$ it gives 0.048, which one pair in twenty of equal sets would get too. Yet the wrong variance is
8 % too small there, which is eight of its standard errors. A significance that is not tiny says that
*this* test has found no difference. It does not say that there is none.

## A digit in one jump

Nothing in [@marginal] says that $x_0$ is one number. An image of 28 × 28 pixels is noised pixel by pixel,
each with a noise of its own. In this library numbers and images both conform to `Sample`, so the
formula is written once for both. The digit here is synthetic: code renders it, with random variations.

The first function makes noise of an image's shape. The second walks, as the definition of the forward
process says: each image is made from the one before, with fresh noise. The third jumps.
*/
func noise(_ stream: RandomStream, _ t: Int, like image: Image, sample: Int = 0) -> Image {
  let z = stream.normals(step: t, sample: sample, count: image.dimension)
  return Image(height: image.height, width: image.width, pixels: z)
}

func chain(from x0: Image, _ schedule: NoiseSchedule, _ stream: RandomStream) -> [Image] {
  schedule.timesteps.reduce(into: [x0]) { x, t in
    x.append(schedule[t].forward(from: x[t - 1]).draw(noise(stream, t, like: x0)))
  }
}

func jump(from x0: Image, to t: Int, _ stream: RandomStream, sample: Int = 0) -> Image {
  t == 0 ? x0 : schedule[t].marginal(of: x0).draw(noise(stream, t, like: x0, sample: sample))
}
//: hide
/// A row of images with white between them.
func strip(_ images: [Image], gap: Int) -> PGM {
  contactSheet(images, columns: images.count, gap: gap, background: 1).pgm
}
let stepsOfDigit = random["steps of the digit"]
let digitChain = chain(from: digit, schedule, stepsOfDigit)
let shown = [0, 50, 100, 200, 260, 400, 600, 1000]
let dimmed = shown.map { schedule.alphaBar($0).squareRoot() * digit }
page.write(strip(shown.map { digitChain[$0] }, gap: 8), to: "chain.pgm")
page.write(strip(dimmed, gap: 8), to: "dimmed.pgm")
page.write(strip(zip(shown, dimmed).map { digitChain[$0] - $1 }, gap: 8), to: "noise.pgm")
let jumps = shown.map { jump(from: digit, to: $0, random["jumps of the digit"]) }
page.write(strip(jumps, gap: 8), to: "jumps.pgm")
page.write(
  CSV(
    columns: ["place", "t", "alpha_bar"],
    rows: shown.enumerated().map { [$0, $1, schedule.alphaBar($1)] }), to: "shown.csv")
page.figure(
  "figure_2",
  """
  Forward diffusion progressively transforms a clean digit into pure Gaussian noise. Each upper image is \
  the sum of the two below it: the dimmed digit, and all the noise so far. Gray is the value 0.
  """,
  alt: "An 8 disappears in noise; below, the 8 fades to gray, and noise grows out of gray.")
/*:
[@figure_2] is the chain, and [@figure_3] has the jumps beside it. The images of one column differ, as their
noises do; their distributions are the same.

When is the digit gone? To put a number on it, a simple classifier looks at noised digits. It knows 500
other clean digits, dims each by $\sqrt{\bar\alpha_t}$, and gives the noised image the label of the
nearest. Guessing would be right in 10 % of the cases.

<details><summary>Predict: at which timestep does this classifier have lost half of its accuracy?</summary>

Not before $t = 500$. There 8 % of the variance is left, and half of the digits are still recognized. A
classifier does not look at single pixels. It adds up 784 of them, and their noises cancel while the
strokes do not.

</details>
*/
let digits = DrawnDigits(seed: options.common.seed)
let known = (0..<500).map { digits.image(100_000 + $0) }
let squares = known.map { $0.dot($0) }
let stream = random["jumps of the unknown digits"]

/// Whether the nearest of the known digits, dimmed as the unknown one is, has its label.
func isRecognized(_ number: Int, at t: Int) -> Bool {
  let noised = jump(from: digits.image(200_000 + number), to: t, stream, sample: number)
  let dimming = schedule.alphaBar(t).squareRoot()
  let distances = zip(known, squares).map { dimming * dimming * $1 - 2 * dimming * $0.dot(noised) }
  let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
  return digits.label(100_000 + nearest) == digits.label(200_000 + number)
}
//: hide
let unknownCount = isQuick ? 50 : 200
let accuracies = [0, 100, 260, 500, 1000].map { t in
  let hits = parallelMap(unknownCount, threads: threads) { isRecognized($0, at: t) }.count { $0 }
  return (t: t, share: Double(hits) / Double(unknownCount))
}
page.table(
  accuracies,
  [
    Column("$t$") { $0.t },
    Column("variance left, $\\bar\\alpha_t$", .percent(1)) { schedule.alphaBar($0.t) },
    Column("recognized", .percent(0)) { $0.share },
    Column("standard error", .percent(1)) { ($0.share * (1 - $0.share) / Double(unknownCount)).squareRoot() },
  ])
page.claim(
  "at t = 100 it is at most 10 points worse than without noise (standard error of the difference: 4)",
  accuracies[1].share > accuracies[0].share - 0.1)
/*:
> **Common claim.** After a hundred of the thousand steps an image is barely recognizable.
>
> **What the numbers say.** Nine tenths of the variance are left. The classifier recognizes as many digits
> as without noise, within the error of this measurement, and it does so even at $t = 260$, where half of
> the variance is noise. At the end it guesses.

## Which noise is $\epsilon$?

The networks of the later chapters look at $x_t$ and predict $\epsilon$. There are two noises that this
could mean: the one that the last step has added, $z_t$, and the whole noise of [@marginal], which stands for
all $t$ steps.

<details><summary>Predict: you are given x_260 and want the clean digit back. Which of the two do you have to know? And how large a part of the whole is the last step's noise?</summary>

You need the whole noise. The last step's noise is one of 260 that have come in. Who knows it gets back
to $x_{259}$, which looks like $x_{260}$. Its share of the variance of the whole is 1 %.

</details>

With $\epsilon$ known, [@marginal] can be solved for $x_0$:

$$x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t} \, \epsilon}{\sqrt{\bar\alpha_t}}$$ {#solved}

<sub>In Swift: `schedule[t].x0(from: xt, noise: epsilon)`. Tested: [the round trips of PredictionTests](../../Tests/DiffusionTests/PredictionTests.swift).</sub>

How much of $\epsilon$ is the last step's noise? The noise in $x_t$ is that of $x_{t-1}$, dimmed, plus
$\sqrt{\beta_t} \, z_t$:

$$\sqrt{1-\bar\alpha_t} \, \epsilon = \sqrt{\alpha_t} \sqrt{1-\bar\alpha_{t-1}} \, \epsilon_{t-1} + \sqrt{\beta_t} \, z_t$$

Here $\epsilon_{t-1}$ is the whole noise one step earlier, which knows nothing of $z_t$. So $z_t$ has the
share $\beta_t/(1-\bar\alpha_t)$ of the variance of $\epsilon$, and its correlation with $\epsilon$ is
the square root of that. The chain of the digit has both noises; let us put each into [@solved].
*/
let step = schedule[260]
let lastNoise = noise(stepsOfDigit, 260, like: digit)
let wholeNoise = step.noise(from: digitChain[260], x0: digit)

let restored = [wholeNoise, lastNoise].map { step.x0(from: digitChain[260], noise: $0) }
let correlation =
  wholeNoise.dot(lastNoise) / (wholeNoise.dot(wholeNoise) * lastNoise.dot(lastNoise)).squareRoot()
let expectedCorrelation = (step.beta / (1 - step.alphaBar)).squareRoot()
//: hide
let standardError = 1 / Double(digit.dimension).squareRoot()
page.table(
  Array(zip(["the whole noise ε", "the last step's noise z_260"], restored)),
  [
    Column("taken for $\\epsilon$ at $t = 260$") { $0.0 },
    Column("root mean square error of $x_0$", .digits(2)) { rootMeanSquare(($0.1 - digit).pixels) },
  ])
let texts = [correlation, expectedCorrelation, standardError].map { $0.text(places: 3) }
page.claim(
  "the two noises have the correlation \(texts[0]); expected: \(texts[1]) ± \(texts[2])",
  abs(correlation - expectedCorrelation) < 4 * standardError)
page.write(strip([digit, digitChain[260]] + restored, gap: 8), to: "restored.pgm")
page.figure(
  "chapter2_which_noise",
  """
  Only the whole noise leads back to the digit. The last step's noise taken away changes next to nothing, \
  and the division by $\\sqrt{\\bar\\alpha_t}$ makes the rest of the noise larger.
  """,
  alt: "A clean 8; in noise; restored without a trace; and one noisier than the second.")
/*:
> **Common claim.** The network predicts the noise that was added at each step.
>
> **What the numbers say.** $\epsilon$ is the whole noise between $x_0$ and $x_t$. The noise of the last step
> has 1 % of its variance at $t = 260$, and whoever takes it for $\epsilon$ misses $x_0$ by 1.4, where
> pixels lie between −1 and 1.

## Two images

To watch with your own eyes how an image goes, a thousand steps are too many. Let us make a schedule for any
number of steps $T$, with a multiplier $m$ of $\beta$ to play with. One property of the linear
schedule is worth keeping. Since $\bar\alpha_t$ is a product, $-\ln\bar\alpha_t$ is a sum, and it says
how much has been destroyed. Its terms are nearly $\beta_t$, which grows like $t$, so the sum grows like
$t^2$. We ask for exactly that:

$$-\ln\bar\alpha_t = m \cdot \frac{T}{30} \cdot c \left( \frac{t}{T} \right)^2, \qquad c = -\ln\bar\alpha_{1000} \text{ of the linear schedule} = 10.1177$$

So 30 steps with $m = 1$ end exactly where the linear schedule's thousand do. The single steps are the
differences, $-\ln\alpha_t = \frac{mc}{30 T} \left( t^2 - (t-1)^2 \right)$, and $t^2 - (t-1)^2 = 2t - 1$:

$$\beta_t = 1 - \alpha_t = 1 - \exp \left( -m \cdot \frac{c}{30} \cdot \frac{2t-1}{T} \right)$$ {#demonstration}

<sub>In Swift: `NoiseSchedule.demonstration(stepCount: 30, multiplier: 1)`. Tested: [the demonstration in NoiseScheduleTests](../../Tests/DiffusionTests/NoiseScheduleTests.swift).</sub>

While the exponent is small, $\beta_t$ is nearly proportional to $m$, as promised. What is destroyed in
the end depends on the product $m \, T$ alone.

<details><summary>Predict: a portrait and a composition of rectangles and lines. What will you be able to see longest?</summary>

The large areas: the dark hair, the face, the large gray rectangle. The thin line and the smile go
first. All pixels get the same amount of noise, but an eye averages over what is large.

</details>
*/
let demonstration = try options.demonstration()
let forward = chain(from: image, demonstration, random["steps of the image"])
let geometric = chain(from: Picture.mondrian.image, demonstration, random["steps of the geometric image"])
//: hide
page.check("ᾱ after 30 steps, m = 1", try NoiseSchedule.demonstration().alphaBar(30), isPrinted: "4.04e-5")
let shownSteps = (0...6).map { (2 * $0 * options.steps + 6) / 12 }
page.write(strip(shownSteps.map { forward[$0] }, gap: 6), to: "picture.pgm")
page.write(strip(shownSteps.map { geometric[$0] }, gap: 6), to: "mondrian.pgm")
page.write(
  CSV(
    columns: ["place", "t", "amplitude"],
    rows: shownSteps.enumerated().map { [$0, $1, demonstration.alphaBar($1).squareRoot()] }),
  to: "shown_steps.csv")
page.figure(
  "chapter2_pictures",
  """
  Large areas outlive small details. At step 10 the smile and the thin line at the left are hard to find; \
  hair, face and large rectangles are plain to see. At step 15 a shade of them remains.
  """,
  alt: "A portrait, and rectangles between black lines, disappear in noise by step 20.")
/*:
## When is a feature gone?

There are two answers. The first looks at *one pixel*. A feature has a *contrast* $a$, the root mean
square of its pixels' deviations from their mean. At timestep $t$ it has $\sqrt{\bar\alpha_t} \, a$ left. It
sinks below the noise of a pixel when that is less than $\sqrt{1-\bar\alpha_t}$.

The second looks at *all pixels together*. An observer knows the image and the same image without the
feature, the eyes closed or the line left out. It sees $x_t$, made from one of the two, and has to say
from which. The best that it can do is to choose the image under which $x_t$ has the higher density.

How often is it wrong? Let $\delta$ be the difference of the two images and $\|\delta\|$ its length, the
root of the sum of its squares. The two possible means of $x_t$ lie $\sqrt{\bar\alpha_t} \, \|\delta\|$
apart, and the observer chooses the nearer. Of the noise only the part along $\delta$ can mislead it, one
Gaussian of standard deviation $\sqrt{1-\bar\alpha_t}$. The observer is wrong when this part leads more
than half of the way to the other mean. Half of the way is
$\frac{1}{2} \sqrt{\bar\alpha_t} \, \|\delta\|$, and in standard deviations of the noise it is
$\frac{1}{2} \sqrt{\text{SNR}_t} \, \|\delta\|$, so

$$\text{probability of an error} = Φ \left( -\frac{1}{2} \sqrt{\text{SNR}_t} \, \|\delta\| \right)$$ {#observer}

<sub>In Swift: `picture.evidence(of: feature)` is the length. The simulation below checks the formula.</sub>

Here $Φ(z)$ is the probability that a Gaussian of mean 0 and variance 1 is below $z$. It is one in ten
at $z = -1.28$. The length $\|\delta\|$ is the *evidence* for the feature. It sums over all pixels, so
a feature gains by its area as well as by its contrast. The next cell finds both times for each feature.

<details><summary>Predict: the large rectangle has less contrast than the thin line. Which is gone first for a pixel, and which for the observer?</summary>

For a pixel the rectangle is, at step 5, and the line at step 6. For the observer the line is, at step
18; the rectangle stays until step 25.

</details>
*/
/// The first step at which √SNR_t times a strength is below a threshold, if there is one.
func lost(_ strength: Double, below threshold: Double) -> Int? {
  demonstration.timesteps.first { t in
    demonstration[t].signalToNoiseRatio.squareRoot() * strength < threshold
  }
}

let fates = Picture.allCases.flatMap { picture in
  picture.features.map { feature in
    let (contrast, evidence) = (feature.contrast(in: picture.image), picture.evidence(of: feature))
    return (
      picture: picture, feature: feature, contrast: contrast, evidence: evidence,
      lostToPixel: lost(contrast, below: 1), lostToObserver: lost(evidence, below: 2 * 1.2816)
    )
  }
}
//: hide
page.table(
  fates, to: "features.csv",
  [
    Column("image", csv: "image") { $0.picture.rawValue },
    Column("feature", csv: "feature") { $0.feature.name },
    Column("contrast $a$", csv: "contrast", .places(2)) { $0.contrast },
    Column("gone for a pixel at step", csv: "t_pixel") { $0.lostToPixel.map(String.init) ?? "never" },
    Column("evidence $\\lVert\\delta\\rVert$", csv: "evidence", .places(1)) { $0.evidence },
    Column("for the observer at step", csv: "t_observer") { $0.lostToObserver.map(String.init) ?? "never" },
    Column(csv: "top") { $0.feature.rows.lowerBound }, Column(csv: "bottom") { $0.feature.rows.upperBound },
    Column(csv: "left") { $0.feature.columns.lowerBound },
    Column(csv: "right") { $0.feature.columns.upperBound },
  ])
let images = Picture.allCases.map(\.image)
let kept = images.map { Moments($0.squared(to: 16).pixels).variance / Moments($0.pixels).variance }
let percent = kept.map { (100 * $0).text(places: 0) + " %" }
page.show("means of 8 × 8 blocks keep \(percent.joined(separator: " and ")) of the variance")
page.write(strip(images, gap: 12), to: "features.pgm")
let left = (0...options.steps).map { demonstration.alphaBar($0) }
page.write(
  CSV(
    columns: ["t", "amplitude", "noise"],
    rows: left.enumerated().map { [$0, $1.squareRoot(), (1 - $1).squareRoot()] }), to: "left.csv")
page.figure(
  "chapter2_features",
  """
  A feature sinks below the noise of its pixels long before it is gone. A pixel has lost them all by step \
  7, in no clear order. For an observer of all pixels what is large stays longest.
  """,
  alt: "Two images with seven numbered boxes; a bar for each, blue to step 4 to 7, orange to 16 to 25.")
/*:
At step 7 the last feature is lost to a pixel. The observer sees the large rectangle for almost twenty
steps more. Signal processing has words for this: details are *high spatial frequencies*, large areas
are *low* ones. Noise is equally strong at all of them; an image is not. Take the means of blocks of
8 × 8 pixels. They hold little but low frequencies. They keep 80 % and 72 % of the variances of the two
images, and of the variance of the noise only one part in 64. So high frequencies sink first, and low
ones last. A network sees all pixels at once, as the observer does.

Is [@observer] right? Let us put an observer to the test, at the first step at which it should be wrong
more than one time in ten about the eyes. In every trial it is shown the portrait with open eyes, noised
anew. For comparison, `logMassOfNormal` gives the logarithm of the probability $Φ$.
*/
let eyes = fates[0]
let moment = demonstration[eyes.lostToObserver ?? options.steps]
let open = moment.marginal(of: eyes.picture.image)
let closed = moment.marginal(of: eyes.picture.image(without: eyes.feature))
let noiseOfTrials = random["trials of the observer"]

func isWrong(inTrial trial: Int) -> Bool {
  let xt = open.draw(noise(noiseOfTrials, moment.timestep, like: open.mean, sample: trial))
  return closed.logDensity(at: xt) > open.logDensity(at: xt)
}
let expectedErrors = exp(
  logMassOfNormal(from: -.infinity, to: -0.5 * moment.signalToNoiseRatio.squareRoot() * eyes.evidence))
//: hide
let trials = isQuick ? 50 : 200
let errorRate = Double(parallelMap(trials, threads: threads, isWrong).count { $0 }) / Double(trials)
let errorOfRate = (expectedErrors * (1 - expectedErrors) / Double(trials)).squareRoot()
let rates = [errorRate, expectedErrors, errorOfRate].map { (100 * $0).text(places: 1) }
page.claim(
  "step \(moment.timestep): wrong in \(rates[0]) % of \(trials) trials; expected \(rates[1]) ± \(rates[2]) %",
  abs(errorRate - expectedErrors) <= 4 * errorOfRate)
/*:
## Fast and violent, slow and graceful

Compare $m = 1.5$ in 10 steps with $m = 0.3$ in 50. The product $m \, T$ is 15 for both, so both end at
the same $\bar\alpha_T$.

<details><summary>Predict: which of the two has lost more when 40 % of its steps are done?</summary>

Neither. In $-\ln\bar\alpha_t = \frac{c}{30} \, m \, T \left( \frac{t}{T} \right)^2$ there is only $m \, T$
and the fraction $t/T$ of the way. They lose the same at the same fraction; only the steps differ.

</details>
*/
let fast = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5)
let slow = try NoiseSchedule.demonstration(stepCount: 50, multiplier: 0.3)
let fastChain = chain(from: image, fast, random["steps of the fast chain"])
let slowChain = chain(from: image, slow, random["steps of the slow chain"])
//: hide
page.check("ᾱ after 10 steps, m = 1.5", fast.alphaBar(10), isPrinted: "0.0063528")
page.check("ᾱ after 50 steps, m = 0.3", slow.alphaBar(50), isPrinted: "0.0063528")
page.show("largest β: \(fast.beta(10).text(3)) in the fast chain, \(slow.beta(50).text(3)) in the slow one")
page.write(strip((0...5).map { fastChain[2 * $0] }, gap: 6), to: "fast.pgm")
page.write(strip((0...5).map { slowChain[10 * $0] }, gap: 6), to: "slow.pgm")
page.write(
  CSV(
    columns: ["steps", "t", "beta", "alpha_bar", "amplitude"],
    rows: [fast, slow].flatMap { schedule in
      schedule.steps.map {
        [schedule.stepCount, $0.timestep, $0.beta, $0.alphaBar, $0.alphaBar.squareRoot()]
      }
    }), to: "fast_and_slow.csv")
page.figure(
  "chapter2_fast_and_slow",
  """
  The same losses in steps of different size. Images above each other are equally noisy, and the \
  amplitudes lie on one curve. A step of the fast schedule is about three times as large.
  """,
  alt: "The portrait in growing noise in 10 and in 50 steps; plots of amplitude and of β.")
/*:
What differs is the size of a step, and with it how hard the step is to undo. That is the subject of
[chapter 3](../Chapter3/README.md).

## And back

Can the image come back? It can, for somebody who knows it. When $x_t$ and $x_0$ are both known, the
distribution of $x_{t-1}$ is a Gaussian. Chapter 3 derives it and gives it its name, which the code
below already uses. We start at the noise at the end of the chain and sample one step back after the other.

<details><summary>Predict: is the way back the way there, run in reverse?</summary>

No. Each step back has fresh noise, so the images between are new ones. Only the two ends are the same.
The last step back has variance 0 and lands on the image exactly.

</details>
*/
let noiseOfStepsBack = random["steps back of the image"]
var back = [forward[options.steps]]
for t in demonstration.timesteps.reversed() {
  let z = noise(noiseOfStepsBack, t, like: image)
  back.append(demonstration[t].posterior(of: image, given: back[back.count - 1]).draw(z))
}
let distance = rootMeanSquare((back[options.steps] - image).pixels)
//: hide
page.claim("the way back ends at the image (off by \(distance.text(2)))", distance < 1e-12)
page.write(contactSheet(forward + back, columns: 1, gap: 0).pgm, to: "frames.pgm")
page.figure(
  "chapter2_forward_and_back.gif",
  """
  Forward into noise, and back with the image known. Watch the order: the smile goes before the hair, and \
  on the way back the hair comes before the smile.
  """,
  alt: "A portrait becomes noise in thirty steps and comes back in thirty more.")
/*:
A network will have to do without knowing $x_0$. What it can do is to estimate it, with the $\epsilon$ that it
predicts and [@solved]. How far that leads is the rest of the book.

## What to remember

- Variances of independent noises add. So $t$ steps are one jump,
  $x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$.
- $\epsilon$ is the whole noise between $x_0$ and $x_t$; the last step's noise is a small part of it.
- $\bar\alpha_t$ is a share of the variance, and $\sqrt{\bar\alpha_t}$ one of the amplitude.
- A detail sinks below the noise of its pixels long before it is gone. What adds up many pixels sees it
  longer: an eye, a classifier, a network. Details go first, large areas last.
- Schedules that end at the same $\bar\alpha_T$ may differ in the size of a step, and that decides how
  hard it is to undo.

## Try it

- In a browser: the page [figures/play/index.html](../../figures/play/index.html) has these images, or one
  of your own, with sliders for the steps, the multiplier and $t$.
- `make chapter2 ARGS="--image mondrian --steps 10 --multiplier 1.5"`, then
  `--steps 50 --multiplier 0.3`: watch `out/figures/chapter2_forward_and_back.gif`.
- `make chapter2 ARGS="--image FILE.pgm"` with an image of yours: any PGM
  (`magick photo.jpg FILE.pgm` makes one). Its middle square is taken.
- `make mnist`, then `make chapter2 ARGS="--dataset mnist --index 7"`: [@figure_2] and [@figure_3] with a
  real digit.
- `make chapter2 ARGS="--seed 1"`: which numbers above change, and which do not?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter2`).

1. **Two steps in one.** A step of $\beta = 0.1$ is followed by one of $\beta = 0.2$. Which single
   $\beta$ does the same? Is it more or less than 0.3, and would the other order change it? Check it
   without the algebra: integrate over all $x_1$.
2. **One noise, two jumps.** Find the jump from $x_\tau$ to $x_t$ for $\tau < t$. A program jumps from
   $x_0$ to $x_{100}$ with $\epsilon$, and from there to $x_{260}$ with *the same* $\epsilon$, because it
   has that one at hand. What variance does its $x_{260}$ have, given $x_0$, and what should it be?
3. **Sinking.** In the demonstration's schedule a feature of contrast $a$ sinks below a pixel's noise at
   some step. Find it as a formula in $a$, $m$ and $T$, and compare it with the table, in the column
   "gone for a pixel at step". All pixels of a patch have the contrast 0.49: over how many of them must one
   average for the patch to stand as high as the noise of the average, at step 20 of 30 with $m = 1$?
4. **The parts of the noise.** The $\epsilon$ of $x_{260}$ is a sum of the noises $z_1, \dots, z_{260}$
   of the steps. Guess: which of them has the largest part, the first, the last, or one in between? Find
   the share of $z_i$ in the variance. How many of the last steps have more than half of it, at
   $t = 260$ and at $t = 1000$?
5. **Ten steps of forgetting.** Show that, given $x_0$, the correlation of $x_\tau$ and $x_t$ for
   $\tau < t$ is $\sqrt{\text{SNR}_t/\text{SNR}_\tau}$. Guess where on the linear schedule $x_t$ and
   $x_{t+10}$ are most alike: at the beginning, where the $\beta$ are smallest, at the end, or in
   between? Then compute.

## Where to go next

The closed form is equation 4 of [@ho2020]. [@nichol2021] design a schedule by the curve of
$\bar\alpha_t$, which this chapter has shown to be what matters, and [@prince2023] derives the marginal in
chapter 18 with a one-dimensional example. Sander Dieleman follows the spatial frequencies through the
noise in [@dieleman2024]. The way back, one step at a time, begins in [chapter 3](../Chapter3/README.md).
*/
page.finish()
