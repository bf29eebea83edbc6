/*:
# Chapter 6: Sampling

How does noise become a digit that nobody has ever written?

The network of chapter 5 looks at a noisy image and says which noise is in it. Ask it a thousand times, take
away a little noise each time, and pure noise becomes a digit. [@chapter6_reverse] shows fifteen digits on
their way.

After this chapter you can write the sampling loop of DDPM, the denoising diffusion probabilistic model, in
ten lines. You can say why it adds noise as well as taking it away, recognize the usual mistakes by their
looks, and measure how good samples are, with an error bar.
*/
//: hide
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Evaluation
import Formats
import Models
import Notebook
import Samples
import Statistics
import Tensors
import Threads

let options = Options.orSentOn()
threadCount = options.common.threads
let (quick, seed) = (options.common.quick, options.common.seed)
let random = streams(seed: seed)
let schedule = try NoiseSchedule.linear()
let results = "\(Notebook.project())/data"
let page = Notebook(chapter: 6, options: options.common, changesResults: options.mistake != Mistake())
@MainActor
func write(_ images: [Image], columns: Int, gap: Int = 1, to name: String, line: Int = #line) {
  let sheet = contactSheet(images, columns: columns, gap: gap, background: gap > 1 ? 1 : -1)
  page.write(sheet.pgm, to: name, line: line)
}
page.figure(
  "chapter6_reverse.gif", "From noise to digits: for half of the time there is nothing to see.",
  alt: "An animation: fifteen squares of gray noise turn into fifteen white handwritten digits on black.")
/*:
## One step

Chapter 3 found that a small step back is a Gaussian, and chapter 4 wrote its mean with the predicted noise.
Together they are one step of sampling, which is equation 11 of the paper [@ho2020]:

$$x_{t-1} = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \, \epsilon_\theta(x_t, t) \right) + \sigma_t z$$ {#step}

<sub>In Swift: `step.reverse(from: xt, predictedNoise: noise, variance: .beta).draw(z)`. Tested: [it takes the step of the worked example](../../Tests/DiffusionTests/AncestralSamplerTests.swift).</sub>

Here $x_t$ is the noisy sample at timestep $t$, and $\epsilon_\theta(x_t, t)$ is the network's prediction of
all the noise in it. The schedule of chapter 1 gives $\beta_t$, $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t$,
the product of all $\alpha$ up to $t$. The last term is new noise: $z$ is drawn from $N(0, I)$ for each step,
and $\sigma_t$ is the standard deviation of the step. Until further notice $\sigma_t^2 = \beta_t$.

Take one pixel through the step by hand. Let $t = 500$, $\alpha_t = 0.99$, $\beta_t = 0.01$,
$\bar\alpha_t = 0.5$. The pixel has the value $x_t = 0.4$, the network predicts $\epsilon_\theta = 0.3$, and
the new noise is $z = 0.1$.
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.99)
let part = example.beta / (1 - example.alphaBar).squareRoot() * 0.3
page.check("the noise to take away, β_t/√(1−ᾱ_t) · ε_θ", part, isPrinted: "0.00424")
page.check("x_t without it", 0.4 - part, isPrinted: "0.3958")
page.check("what that is multiplied by, 1/√α_t", 1 / example.alpha.squareRoot(), isPrinted: "1.005")
let back = example.reverse(from: 0.4, predictedNoise: 0.3, variance: .beta)
page.check("the mean of x_{t−1}, 1.005 times that", back.mean, isPrinted: "0.3978")
page.check("x_{t−1}, with σ_t z = 0.1 · 0.1", back.draw(0.1), isPrinted: "0.408")
/*:
Two things are surprising. The network says that $\sqrt{0.5} \cdot 0.3 = 0.212$ of the pixel's value is noise,
and the step takes away only a fiftieth of it, 0.00424. There is a reason for this caution. The prediction is
an average over all the images that may hide in $x_t$, so taking all of it away would leave a blurred average.
A small step changes little, and after it the network is asked again and knows a little more.

The other surprise is the last term. We want to get rid of noise, and yet each step adds some.

## Why add noise again?

Here is the whole loop. It begins with pure noise $x_T$, goes from $t = T$ down to 1, and leaves the new noise
out in the last step. The paper calls it algorithm 2. In this version a sample is one number, and the thousand
timesteps are those of the schedule.
*/
// Algorithm 2 of the paper
func sampled(from xT: Double, noise: (Int) -> Double, predictor: (Double, Timestep) -> Double) -> Double {
  var x = xT
  for t in (1...1000).reversed() {
    let step = schedule[t]
    let lessNoise = x - step.beta / (1 - step.alphaBar).squareRoot() * predictor(x, Timestep(t))
    let mean = lessNoise / step.alpha.squareRoot()
    x = t > 1 ? mean + step.beta.squareRoot() * noise(t) : mean
  }
  return x
}
/*:
To see what the noise is for, leave it out. The data are the two modes of chapters 3 and 4: three numbers in
ten lie near −0.8, the others near 0.8. For such data the best possible prediction $E[\epsilon \mid x_t]$ is a
formula. It takes the network's place, so that no error of a network can be blamed for what happens.

<details><summary>Predict: a hundred chains begin at a hundred different places. No step adds noise. Where do they end?</summary>

All at one place, 0.793, near the larger mode. The second mode is gone, and so is the width of the first.

</details>
*/
let modes = GaussianMixture.twoModes
let (starts, stepNoise) = (random["starts of the chains"], random["noise of the chains"])
func bestNoise(_ x: Double, _ t: Timestep) -> Double { modes.bestNoisePrediction(from: x, at: schedule[t]) }

func ends(noiseScale: Double) -> [Double] {
  parallelMap(100) { chain in
    sampled(
      from: starts.normal(sample: chain),
      noise: { noiseScale * stepNoise.normal(step: $0, sample: chain) }, predictor: bestNoise)
  }
}
let (withNoise, withoutNoise) = (ends(noiseScale: 1), ends(noiseScale: 0))
//: hide
page.table(
  [("with new noise", withNoise), ("without", withoutNoise)],
  [
    Column("100 chains") { $0.0 }, Column("end below 0") { ends in ends.1.count { $0 < 0 } },
    Column("lowest end", .places(3)) { $0.1.min() ?? 0 }, Column("highest", .places(3)) { $0.1.max() ?? 0 },
    Column("standard deviation", .digits(2)) { Moments($0.1).variance.squareRoot() },
  ])
/*:
With new noise 26 of the 100 chains end in the smaller mode, where 30 are expected with a standard error of 5.
Without it nothing is left of the variety of the data.

Each step without noise goes to the *mean* of everything that $x_{t-1}$ may be, and a mean is always more
ordinary than the things it is a mean of. A calculation shows how much is lost. Suppose that the data had mean
0 and variance 1, as the noise has. Then all $x_t$ have variance 1, the best prediction is
$\sqrt{1-\bar\alpha_t} \, x_t$, and equation 11 becomes $x_{t-1} = \sqrt{\alpha_t} \, x_t + \sigma_t z$.
Independent variances add:

$$\text{Var}(x_{t-1}) = \alpha_t \, \text{Var}(x_t) + \sigma_t^2$$ {#variance}

With $\sigma_t^2 = \beta_t = 1 - \alpha_t$ the variance stays 1. The new noise puts back exactly what the mean
has lost. Without it the difference of two chains shrinks by $\sqrt{\alpha_t}$ in each step, and over all
thousand steps to $\sqrt{\bar\alpha_T}$ of what it was:
*/
let left = schedule.alphaBar(1000).squareRoot()
page.check("√ᾱ_T, what is left of a difference after a thousand means", left, isPrinted: "0.00635")
/*:
[@chapter6_noise] shows the same for the two modes. Without noise all chains come together before the data
have even begun to part into two modes. Then they follow one path, which leads to one of the modes.

So new noise is not a flaw of the method. It is what makes $x_{t-1}$ a *sample* of the Gaussian
$p_\theta(x_{t-1} \mid x_t)$ and not its mean, and it is where the variety of the samples comes from. Only the
last step has none, since nothing comes after it that could take it away. Chapter 8 will do without new noise
after all, but by another step than this one.

## The loop, once for all samples

Sampling the first member of a chain and then each member given the one before is called **ancestral
sampling**. The name comes from family trees: $x_T$ is the ancestor, and each $x_{t-1}$ is a child of $x_t$.
The library has algorithm 2 as `AncestralSampler`. It is the ten lines above with three additions. The samples
may be numbers, points or images, the variance may be chosen, and the trajectory can be watched, since it is a
sequence of moments.
*/
func chain(
  _ number: Int, steps: [Step], variance: ReverseVariance = .beta, noiseScale: Double = 1
) -> AncestralSampler<Double> {
  AncestralSampler(
    steps: steps, from: starts.normal(sample: number), variance: variance,
    noise: { noiseScale * stepNoise.normal(step: $0, sample: number) }, predictor: bestNoise)
}
let gap = zip(0..<100, withNoise).map { abs(chain($0, steps: schedule.steps).sample() - $1) }.max() ?? 0
page.claim("the ten lines and `AncestralSampler` end at the same places (to \(gap.text(1)))", gap < 1e-12)
//: hide
let chainTimes = Array(stride(from: 1000, through: 0, by: -10))
let chains = (0..<12).flatMap { number -> [(Int, Int, Double, Double)] in
  let both = [1.0, 0].map { Array(chain(number, steps: schedule.steps, noiseScale: $0)) }
  return chainTimes.map { (number, $0, both[0][1000 - $0].sample, both[1][1000 - $0].sample) }
}
page.table(
  chains, to: "chains.csv",
  [
    Column(csv: "chain") { $0.0 }, Column(csv: "t") { $0.1 }, Column(csv: "with_noise") { $0.2 },
    Column(csv: "without") { $0.3 },
  ])
page.figure(
  "chapter6_noise",
  "New noise keeps samples apart. Left: with it, chains end in both modes. Right: without it, the same "
    + "chains run together and end at one point. The bands are where the two modes of the data lie.",
  alt: "Left, jagged lines part into two bands. Right, smooth lines run together into one.")
/*:
## Fewer steps

A thousand evaluations of a network for one image are many. Can steps be left out? Keep only some of the
timesteps, say 1, 21, 42, …, 1000. Let $t$ be one of those that are kept, and $\tau$ the one before it.
Chapter 2 showed that many forward steps together are one step of the same form. From $\tau$ to $t$ it keeps
the factor

$$\alpha'_t = \frac{\bar\alpha_t}{\bar\alpha_\tau}, \qquad \beta'_t = 1 - \alpha'_t$$ {#respacing}

<sub>In Swift: `schedule.respaced(to: 50)`. Tested: [the kept timesteps keep their ᾱ, and have the β that lies between neighbors](../../Tests/DiffusionTests/RespacingTests.swift).</sub>

of the variance. So the timesteps that are kept form a noise schedule of their own, with their old
$\bar\alpha_t$ and with $\beta'_t$ in the place of $\beta_t$, and everything that was derived for a schedule
holds for them. This is **respacing** [@nichol2021]. The network is still told the old $t$, which is what it
was trained with.
*/
let fifty = schedule.respaced(to: 50)
page.show("kept: \(fifty.prefix(3).map(\.timestep)) … \(fifty.suffix(2).map(\.timestep))")
let allTheWay = fifty.reduce(1) { $0 * $1.alpha } / schedule.alphaBar(1000) - 1
page.claim("fifty steps go all the way: the product of their α' is ᾱ_1000", abs(allTheWay) < 1e-12)
/*:
Nothing in this is an approximation, except that a long step back is no longer a Gaussian, as chapter 3 has
shown. How much does that matter? The two modes give an exact answer: 4,000 chains are compared with the
distribution of the data by the Kolmogorov–Smirnov test of chapter 2. With 4,000 chains a distance of up to
0.021 is chance in 95 of 100 cases. Both variances of chapter 3 are tried, $\sigma_t^2 = \beta_t$ and
$\sigma_t^2 = \tilde\beta_t$, the variance of the posterior.

<details><summary>Predict: how few steps can you take before 4,000 samples show it?</summary>

Fewer than a thousand but more than a hundred. In a thousand steps the distance is what chance makes, and in a
hundred it is twice as large as chance allows.

</details>
*/
let chainCount = quick ? 200 : 4000
func test(_ stepCount: Int, _ variance: ReverseVariance) -> KolmogorovSmirnov {
  let steps = schedule.respaced(to: stepCount)
  let ends = parallelMap(chainCount) { chain($0, steps: steps, variance: variance).sample() }
  return KolmogorovSmirnov(ends, cumulative: { modes.cumulative(at: $0) })
}
let tested = [1000, 100, 20, 5].map { (steps: $0, beta: test($0, .beta), betaTilde: test($0, .betaTilde)) }
//: hide
page.table(
  tested, to: "walks.csv",
  [
    Column("steps", csv: "steps") { $0.steps },
    Column("largest distance, $\\sigma_t^2 = \\beta_t$", csv: "beta", .places(4)) { $0.beta.distance },
    Column("$\\sigma_t^2 = \\tilde\\beta_t$", csv: "beta_tilde", .places(4)) { $0.betaTilde.distance },
  ])
let chances = tested.map { min($0.beta.significance, $0.betaTilde.significance) }
page.claim("\(chainCount) chains of a thousand steps cannot be told from data", chances[0] > 0.01)
if !quick { page.claim("a hundred steps can: such a distance has a chance below 1e-4", chances[1] < 1e-4) }
/*:
The loop is right: with the right prediction and a thousand steps it gives back the distribution of the data.
Later sections compare samplers in a hundred steps, to save time. They all share the small error of a hundred
steps.

## A hundred digits

Now the U-Net takes the place of the formula, and images take the place of numbers. `NumberedSampler` is
`AncestralSampler` with noise that belongs to a sample's number. Sample 7 has its own $x_T$ and its own $z$ at
each step. Here `count` is a hundred and `stepCount` a thousand. The model's folder says which variance to
use, $\tilde\beta_t$, and that each predicted $\hat x_0$ is clipped to the range of pixels, −1…1. Both choices
have a section below. The argument `with:` is for the mistakes of the section *Break it*, and here it stands
for none.
*/
//: hide
let model = orExit(try DiffusionModel.read(folder: "\(results)/models/mnist"))
let (count, stepCount) = quick ? (10, 20) : (100, 1000)
let bar = page.progress("a hundred digits", of: stepCount, unit: "steps")
//: end
let sampler = NumberedSampler(model, stepCount: stepCount, seed: seed)
let moments = sampler.trajectory(of: 0..<count, with: options.mistake).filter { moment in
  bar.advance()
  return quick || moment.timestep % 20 == 0 || moment.timestep < 20
}
let digits = moments[moments.count - 1].sample
/*:
[@figure_9] shows the first hundred of the chapter's seed. None is picked.

<details><summary>Predict: how many of them could you not read with confidence?</summary>

Count them before you read on. A classifier that reads digits, introduced below, is not confident about six of
these hundred, and in a larger set about nine of a hundred.

</details>
*/
//: hide
write(digits.images, columns: 10, to: "digits.pgm")
page.figure(
  "figure_9", "DDPM generates diverse handwritten digits after training. A few of them are scrawls.",
  alt: "Ten rows of ten white handwritten digits on black, of all ten kinds, a few of them unreadable.")
/*:
A sample does not depend on the company it keeps. Sample 7 alone must have the same bits as sample 7 of the
hundred:
*/
let alone = sampler.trajectory(of: 7..<8, with: options.mistake).sample()
page.claim(
  "sample 7 alone is sample 7 of the \(count), bit for bit in all 784 pixels",
  alone.values.map(\.bitPattern) == digits.rows(7..<8).values.map(\.bitPattern))
/*:
The same holds for any number of threads. It also holds across the machines that were compared: all files of
this chapter came out the same byte for byte in builds for processors with AVX-512 and with AVX2. For plain
x86-64, and for an emulated AArch64 processor, the formulas and the operations of the network were compared
instead of whole chapters, and they have the same bits too. Compiled to WebAssembly, the network makes sample
0 of a hundred steps with the same gray level in each pixel. `make same-bits` repeats the comparison of
processors.

## How a digit comes about

[@figure_8] follows one sample, number 3 of the hundred.
*/
//: hide
func nearest(to times: [Int], among moments: [Moment<Int, Tensor>]) -> [Moment<Int, Tensor>] {
  times.compactMap { t in moments.min { abs($0.timestep - t) < abs($1.timestep - t) } }
}
let strip = nearest(to: [1000, 800, 600, 500, 400, 300, 200, 100, 20, 0], among: moments)
page.table(strip, to: "moments.csv", [Column(csv: "t") { $0.timestep }])
write(strip.map { $0.sample.image(3) }, columns: strip.count, gap: 4, to: "one.pgm")
page.figure(
  "figure_8", "Sampling iteratively denoises pure noise into a clean image over $T$ steps.",
  alt: "Ten images from noise, left, to a clear handwritten two, right.")
let rows = [0, 1, 2, 4, 5].flatMap { row in
  strip.map { $0.sample.image(row) } + strip.map { $0.predictedX0.image(row) }
}
write(rows, columns: strip.count, to: "moments.pgm")
page.figure(
  "figure_10",
  "The model progressively removes noise to reveal a clean image during sampling. Above, the sample $x_t$; "
    + "below, the network's estimate $\\hat x_0$, which changes from a blur to a digit around $t = 500$.",
  alt: "Five pairs of rows: noise turns into a digit, and below it a gray blur does so much sooner.")
let frames = moments.filter { $0.timestep % (quick ? 1 : $0.timestep < 400 ? 20 : 40) == 0 }
let frameSheets = frames.map { contactSheet(Array($0.sample.images.prefix(15)), columns: 5, gap: 1) }
write(frameSheets, columns: 1, gap: 0, to: "frames.pgm")
page.table(frames, to: "frames.csv", [Column(csv: "t") { $0.timestep }])
/*:
More can be seen in what the network believes. From $x_t$ and the predicted noise follows its estimate of the
clean image, $\hat x_0 = (x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta)/\sqrt{\bar\alpha_t}$. [@figure_10]
shows it below each $x_t$. This estimate is an average of all the images that are still possible. At first
that is the blur of all digits, then the blur of a few, and at last one.

## Another digit comes back

A frequent question: "I noised an image all the way, let the model denoise it, and got another image back. Is
that a bug?" Try it, with a synthetic digit of chapter 1. It is noised to $t = 1000$ in one step, and from
exactly that noise the sampler goes back.

<details><summary>Predict: will it be the same digit, a similar one, or any digit?</summary>

Any digit. It is not a bug, because hardly anything of the image is left in $x_T$.

</details>
*/
let clean = Tensor(rows: 1, of: [28, 28, 1]) { _ in DrawnDigits(seed: seed).image(4).pixels }
let noise = Tensor.normal(random["noise on one digit"], step: 1000, samples: 0..<1, rowShape: [28, 28, 1])
let noised = schedule[1000].marginal(of: clean).draw(noise)
let wayBack = Array(sampler.trajectory(of: [1_000_000], from: noised))
//: hide
let there = [0, 50, 100, 200, 400, 600, 1000]
let forward = there.map { $0 == 0 ? clean : schedule[$0].marginal(of: clean).draw(noise) }
let bothWays = forward + nearest(to: there, among: wayBack).map(\.sample)
write(bothWays.map { $0.image(0) }, columns: there.count, gap: 4, to: "there_and_back.pgm")
page.table(there, to: "there_and_back.csv", [Column(csv: "t") { $0 }])
page.figure(
  "figure_1", "The forward process destroys structure; the reverse process reconstructs it as another digit.",
  alt: "Above, a five disappears in noise from left to right. Below, the same noise becomes a one.")
/*:
At $t = 1000$ the image is still there with $\sqrt{\bar\alpha_T}$ of its amplitude, which is 0.6 %, under
noise with a standard deviation of 1. No network can see that. Going back therefore means to sample any image
from the distribution of the data, not to restore the one that was there. Whoever wants the same image back
must stop earlier. How much earlier is the next question.

## What is decided when?

In [@figure_10] the large things seem to come first and the small ones last. Three measurements make that
exact. The first needs somebody who reads digits: an **evaluation classifier**. Ours is a small convolutional
network in the manner of LeNet [@lecun1998], trained in 13 seconds to name MNIST's digits. It gives each digit
a probability, and we call it *confident* about an image if one of them is above 0.9. It names 99.28 % of the
10,000 test images correctly. We show it the network's $\hat x_0$ at each timestep. How often does it already
see the digit that the chain ends with?

The other two measurements compare $\hat x_0$ with the final image at two scales. The *coarse* part of an
image is what remains when each square of 4 × 4 pixels is replaced by its mean, and so holds the low spatial
frequencies. The *fine* part is the rest. For each part we ask which share is still missing: the squared
distance to the final image's part, divided by that part's own square. It is above 1 where $\hat x_0$ is full
of detail that the final image does not have.

<details><summary>Predict: which comes first, the coarse part, the fine part, or the kind of digit?</summary>

First half of the coarse part, which is little more than a bright blot in the middle. Then the kind of digit,
then the fine part.

</details>
*/
/// The means of 4 × 4 pixels, without the mean of all, and what they leave of the image.
func parts(_ image: Image) -> (coarse: Image, fine: Image) {
  let means = image.squared(to: image.width / 4)
  let brightness = mean(means.pixels)
  return (means.map { $0 - brightness }, image - means.squared(to: image.width))
}
func missing(_ now: Image, of final: Image) -> Double { (now - final).dot(now - final) / final.dot(final) }
//: hide
let classifier = orExit(try Judge.read("\(results)/models/judge/lenet.safetensors"))
/*:
Both are computed at each moment of the hundred chains, and averaged over the chains.
*/
let finalDigits = classifier.verdicts(on: digits).map(\.digit)
let finalParts = digits.images.map(parts)
let decided = moments.map { moment in
  let seen = classifier.verdicts(on: moment.predictedX0).map(\.digit)
  let now = moment.predictedX0.images.map(parts)
  return (
    t: moment.timestep, same: Double(zip(seen, finalDigits).count { $0 == $1 }) / Double(count),
    coarse: mean(zip(now, finalParts).map { missing($0.coarse, of: $1.coarse) }),
    fine: mean(zip(now, finalParts).map { missing($0.fine, of: $1.fine) })
  )
}
//: hide
page.table(
  decided, to: "decided.csv", showing: { row in strip.contains { $0.timestep == row.t } },
  [
    Column("$t$", csv: "t") { $0.t }, Column("sees the final digit", csv: "same", .percent(0)) { $0.same },
    Column("missing of the coarse part", csv: "coarse", .places(3)) { $0.coarse },
    Column("of the fine part", csv: "fine", .places(3)) { $0.fine },
  ])
let (coarse, fine) = (decided.first { $0.coarse < 0.5 }?.t ?? 0, decided.first { $0.fine < 0.5 }?.t ?? 0)
let isSo = coarse > fine || options.mistake != Mistake()
page.claim("half of the coarse part is there at t = \(coarse), of the fine part at t = \(fine)", isSo)
let ruler = nearest(to: Array(stride(from: 1000, through: 0, by: -100)), among: moments)
write(ruler.map { $0.predictedX0.image(2) }, columns: ruler.count, gap: 4, to: "decided.pgm")
page.figure(
  "chapter6_decided",
  "The coarse part of a digit comes first, the fine part last; which digit it will be is decided in the "
    + "middle. Below, the estimate $\\hat x_0$ of one chain, each image at its timestep.",
  alt: "Three rising curves from t = 1000 to 0, and below a strip of blurs that become a five.")
/*:
When half of the coarse part is there, at $t = 680$, the classifier still guesses: it is right in one case of
seven. Between $t = 650$ and $t = 300$ the kind of digit is settled, and after that mostly detail comes. At
$t = 300$ the classifier sees the final digit in 95 of 100 chains. By that measure an image may be noised to
about there, if it is to come back as the same digit.

## Which mean, and clipped or not?

Code of diffusion models often does not contain equation 11. The authors' own program, OpenAI's
improved-diffusion and Hugging Face's diffusers estimate the clean image first, then clip it to the range of
pixels, and take the mean of chapter 3's posterior with $\hat x_0$ in the place of $x_0$. Others, such as
[@rogge2022], compute equation 11 and clip nothing. The mean of the posterior is

$$\hat x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta}{\sqrt{\bar\alpha_t}}, \qquad \tilde\mu_t(x_t, \hat x_0) = \frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{1-\bar\alpha_t} \, \hat x_0 + \frac{\sqrt{\alpha_t} \, (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} \, x_t$$ {#posterior-mean}

<sub>In Swift: `step.reverse(from: xt, predictedX0: x0, variance: .beta)`. Tested: [the same mean from the predicted noise as from the x_0 that it stands for](../../Tests/DiffusionTests/ReverseTests.swift).</sub>

Is that another algorithm? Put the first formula into the second and use
$\bar\alpha_t = \alpha_t \bar\alpha_{t-1}$. The factor of the noise becomes

$$-\frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{1-\bar\alpha_t} \cdot \frac{\sqrt{1-\bar\alpha_t}}{\sqrt{\bar\alpha_t}} = -\frac{1}{\sqrt{\alpha_t}} \cdot \frac{\beta_t}{\sqrt{1-\bar\alpha_t}}$$

as in [@step]. The factor of $x_t$ becomes

$$\frac{1}{1-\bar\alpha_t} \left( \frac{\beta_t}{\sqrt{\alpha_t}} + \sqrt{\alpha_t} - \frac{\bar\alpha_t}{\sqrt{\alpha_t}} \right) = \frac{1}{1-\bar\alpha_t} \cdot \frac{\beta_t + \alpha_t - \bar\alpha_t}{\sqrt{\alpha_t}} = \frac{1}{\sqrt{\alpha_t}}$$

since $\beta_t + \alpha_t = 1$. As long as nobody changes $\hat x_0$, the two ways are one:
*/
let twoWays = random["two ways to the mean"]
let gaps = schedule.steps.map { step in
  let (xt, noise) = (twoWays.normal(step: step.timestep), twoWays.normal(step: step.timestep, element: 1))
  let byNoise = step.reverse(from: xt, predictedNoise: noise, variance: .beta).mean
  let x0 = step.x0(from: xt, noise: noise)
  return abs(step.reverse(from: xt, predictedX0: x0, variance: .beta).mean - byNoise)
}
let widest = gaps.max() ?? 0
page.claim("both ways lead to the same mean at every t (off by \(widest.text(2)))", widest < 1e-10)
/*:
So the clipping is the only difference. Why clip? Chapter 5 has computed that an error of the predicted noise
becomes an error of $\hat x_0$ that is $\nu_t = \sqrt{(1-\bar\alpha_t)/\bar\alpha_t}$ times as large, 157
times at $t = 1000$. No pixel is ever outside of −1…1, so whatever of $\hat x_0$ lies there is error, and
clipping removes it. How much does it matter? Each pair of choices samples the same 60 digits from the same
noise, in `few` steps, which are a hundred. The last two rows take only three steps.

<details><summary>Predict: which choices can you tell from each other in [@chapter6_choices]?</summary>

In a hundred steps you can see the variance, as a grain in the black, but not the clipping. In three steps you
can see the clipping.

</details>
*/
//: hide
let (few, fewDigits) = quick ? (10, 12) : (100, 60)
func verdicts(on images: Tensor) -> [Verdict] { classifier.verdicts(on: images.clipped(to: 1)) }
//: end
let choices: [(name: String, variance: ReverseVariance, clips: Bool, steps: Int)] = [
  ("β", .beta, true, few), ("β", .beta, false, few),
  ("β̃", .betaTilde, true, few), ("β̃", .betaTilde, false, few),
  ("β̃, 3 steps", .betaTilde, true, 3), ("β̃, 3 steps", .betaTilde, false, 3),
]
let ofChoices = choices.map { _, variance, clips, steps in
  NumberedSampler(model, stepCount: steps, variance: variance, clipsX0: clips, seed: seed)
    .samples(of: 0..<fewDigits)
}
//: hide
page.table(
  Array(zip(choices, ofChoices)), to: "choices.csv",
  [
    Column("$\\sigma_t^2$", csv: "variance") { $0.0.name },
    Column("$\\hat x_0$", csv: "x0") { $0.0.clips ? "clipped" : "as it is" },
    Column("classifier is confident", csv: "sure", .percent(0)) { verdicts(on: $0.1).share(surerThan: 0.9) },
    Column("darkest pixel", csv: "darkest", .places(2)) { Double($0.1.values.min() ?? 0) },
    Column("lightest", csv: "lightest", .places(2)) { Double($0.1.values.max() ?? 0) },
  ])
write(ofChoices.flatMap { $0.images.prefix(12) }, columns: 12, to: "choices.pgm")
page.figure(
  "chapter6_choices",
  "By eye, four choices make the same digits but for a scrawl; with the darkest grays spread out, right, "
    + "$\\beta_t$ shows a grain. In three steps all is blurred, and without clipping grainy.",
  alt: "Six rows of digits twice. Right, rows one, two and six have a background full of gray speckles.")
/*:
In a hundred steps the classifier is confident about 88 to 90 % in all four cases. For 60 digits such a share
has a standard error of 4 %, so it sees no difference. The eye sees one: with $\beta_t$ the last steps add
more noise, and some of it is left. Clipped or not makes a difference only in the last two rows, which are
three steps long.

Why does clipping matter so little, when errors of $\hat x_0$ are so large? Because the posterior's mean takes
so little of $\hat x_0$. An error of the noise moves the mean by $\nu_t$ times the factor of $\hat x_0$ in
[@posterior-mean]. In a thousand steps the product of the two is small, and in three it is not:
*/
func errorFactor(_ step: Step) -> Double {
  (1 / step.signalToNoiseRatio).squareRoot() * step.posteriorCoefficientOfX0
}
page.check("an error at t = 1000, in a thousand steps, times", errorFactor(schedule[1000]), isPrinted: "0.02")
page.check("in three steps, times", errorFactor(schedule.respaced(to: 3)[2]), isPrinted: "43.9")
/*:
So the answer depends on the number of steps. In many small steps an error of the noise is made small again,
and clipping changes next to nothing. In three large steps the same error is enlarged 44 times, and pixels end
far outside the range. Clipping keeps them in, though it cannot make good digits of three steps. It costs
nothing, so most code always clips.

## Break it

Five mistakes, most of which everybody makes once. Each is an option of this chapter, so that you can see it
on all hundred digits. `--no-noise` adds no new noise in any step. `--last-noise` adds it in the last step
too. `--unit-range` takes pixels for numbers in 0…1 and clips $\hat x_0$ to that. And `--timestep-shift N`
tells the network $t + N$, kept within 1…1000, in the place of $t$. With 1 it is what happens to those who
count from 0 in one place and from 1 in another.
*/
struct Mistake: Equatable, Sendable {
  var noNoise = false
  var lastNoise = false
  var unitRange = false
  var timestepShift = 0
}
/*:
A mistake changes one of the things that `NumberedSampler` hands to `AncestralSampler`: how $\hat x_0$ is
clipped, the noise, or the timestep that the predictor is told. For the noise at the end, the trajectory is
changed after its last step.
*/
extension NumberedSampler {
  typealias Chain = ChangedTrajectory<AncestralSampler<Tensor>>
  func trajectory(of numbers: Range<Int>, with mistake: Mistake) -> Chain {
    let z = { (t: Int) in noise(ofStepFrom: t, of: numbers) }
    return AncestralSampler(
      steps: steps, from: startingNoise(of: numbers), variance: variance,
      adjustingX0: { mistake.unitRange ? $0.clipped(to: 1).relu() : $0.clipped(to: 1) },
      noise: { (mistake.noNoise ? 0 : 1) * z($0) },
      predictor: { predictor($0, Timestep(min(1000, max(1, $1.value + Double(mistake.timestepShift))))) }
    ).changing(after: { moment, x in
      let isLast = mistake.lastNoise && moment.timestep == 1
      return isLast ? Gaussian(mean: x, variance: steps[0].reversePosteriorVariance).draw(z(1)) : x
    })
  }
}
/*:
All are compared on the same 60 digits, from the same noise and in a hundred steps.

<details><summary>Predict: put the five in order, from the one that nobody sees to the one that destroys everything.</summary>

Noise at the end and $t + 1$ cannot be seen. $t + 20$ and $t - 20$ turn some digits into others. No new noise
and the wrong range destroy everything.

</details>
*/
let mistakes = [
  ("no mistake", Mistake()), ("no new noise", Mistake(noNoise: true)),
  ("noise at the end", Mistake(lastNoise: true)), ("x̂_0 clipped to 0…1", Mistake(unitRange: true)),
  ("t + 1", Mistake(timestepShift: 1)), ("t + 20", Mistake(timestepShift: 20)),
  ("t − 20", Mistake(timestepShift: -20)),
]
let inFew = NumberedSampler(model, stepCount: few, seed: seed)
let broken = mistakes.dropFirst().map { inFew.trajectory(of: 0..<fewDigits, with: $0.1).sample() }
//: hide
let right = ofChoices[2]
page.table(
  Array(zip(mistakes.map(\.0), [right] + broken)), to: "broken.csv",
  [
    Column("mistake", csv: "mistake") { $0.0 },
    Column("root mean square difference, of 255", csv: "difference", .places(1)) { row in
      127.5 * rootMeanSquare(zip(row.1.values, right.values).map { Double($0) - Double($1) })
    }, Column("confident", csv: "sure", .percent(0)) { verdicts(on: $0.1).share(surerThan: 0.9) },
    Column("sees another digit, of \(fewDigits)", csv: "other") { row in
      zip(verdicts(on: row.1), verdicts(on: right)).count { $0.digit != $1.digit }
    },
  ])
write(([right] + broken).flatMap { $0.images.prefix(12) }, columns: 12, to: "broken.pgm")
page.figure(
  "chapter6_broken",
  "Two mistakes cannot be seen, one changes some of the digits, and two destroy everything.",
  alt: "Seven rows of twelve samples: the second is all alike white blots, the fourth a gray maze.")
/*:
What each mistake looks like:

- *No new noise.* All samples are the same white blot. It is the 0.793 of the two modes once more, as an
  image. The chains have come together, and at a place where there is no digit, because the network has never
  seen an $x_t$ with so little noise in it.
- *Noise at the end.* It is 1.2 gray levels of 255, and nobody sees it.
- *The wrong range.* No pixel of $\hat x_0$ can become darker than middle gray, so soon the network is shown
  what it has never seen, and its predictions mean nothing.
- *The timestep, off by one.* Two or three gray levels.
- *The timestep, off by twenty.* 9 or 14 of 60 digits become others. Told an earlier time, the network takes
  too little noise away, and the background shows it. Exercise 5 computes how much.

> **Common claim.** An index that is off by one ruins the samples.
>
> **What the numbers say.** It changes two or three gray levels of 255 and none of 60 digits. That is why
> nobody notices it, and why it stands in so much code.

## How good are they?

"Diverse and realistic" is easily said. To measure it, samples are compared with real images as a set.
Comparing pixels would be of no use, since a digit that is moved by two pixels is far from itself. The
evaluation classifier helps a second time. Before it decides, it has turned an image into 84 numbers, its
*features*, and images of similar digits have similar features. A set of images becomes a cloud of points in
84 dimensions, and there are two ways to compare two clouds.

*How far apart are they as wholes?* Fit one Gaussian to each cloud, with the means $\mu_1, \mu_2$ and the
covariances $\Sigma_1, \Sigma_2$. The **Fréchet distance** of the two is

$$F = \lVert \mu_1 - \mu_2 \rVert^2 + \text{tr} \left( \Sigma_1 + \Sigma_2 - 2 (\Sigma_1 \Sigma_2)^{1/2} \right)$$ {#frechet}

<sub>In Swift: `frechetDistance(a, b)`. Tested: [it is SciPy's for features in a file](../../Tests/EvaluationTests/FrechetDistanceTests.swift).</sub>

The first term compares where the clouds are, the trace how wide they are and in which directions. On a line
it is the squared difference of the means plus that of the standard deviations. With features of another
network, Inception, the same formula is the Fréchet inception distance (FID) of the literature [@heusel2017].
Our $F$ is FID-like, but its unit is that of our classifier's features, so *it cannot be compared with
published FIDs*.

*Which points of one cloud lie inside the other?* Around each real image put a ball that reaches to its
third-nearest neighbor among the real images. **Precision and recall** [@kynkaanniemi2019] are two shares.
Precision is the share of samples that lie in one of these balls: samples that could be real. Recall is the
share of real images that lie in one of the balls around samples: real images that could have been sampled.
[@chapter6_measures] shows both measures in the plane.
*/
let scatter = random["a sketch of two sets"]
func cloud(_ set: Int, center: SIMD2<Double>, width: Double) -> [SIMD2<Double>] {
  (0..<40).map { i in
    let z = scatter.normals(step: set, sample: i, count: 2)
    return center + width * SIMD2(z[0], 0.6 * z[1])
  }
}
let real = Tensor(points: cloud(0, center: [0, 0], width: 1))
let made = Tensor(points: cloud(1, center: [0.9, 0.4], width: 0.6))
let apart = frechetDistance(FeatureDistribution(of: real), FeatureDistribution(of: made))
let shares = PrecisionAndRecall(of: made, against: real, neighbors: 3)
//: hide
let balls = [("real", real), ("samples", made)].flatMap { name, set in
  zip(set.points, nearestNeighbors(of: set, among: set, count: 4)).map { (name, $0, $1[3].distance) }
}
page.table(
  balls, to: "measures.csv",
  [
    Column(csv: "set") { $0.0 }, Column(csv: "x") { $0.1.x }, Column(csv: "y") { $0.1.y },
    Column(csv: "radius") { $0.2 }, Column(csv: "distance") { _ in apart },
    Column(csv: "precision") { _ in shares.precision }, Column(csv: "recall") { _ in shares.recall },
  ])
page.figure(
  "chapter6_measures",
  "Left: the Fréchet distance compares two Gaussians, drawn as ellipses of two standard deviations. Middle, "
    + "right: precision and recall count points in balls. These samples leave out many real images.",
  alt: "Green and purple points, three times: with two ellipses, in green disks, in purple disks.")
/*:
Two more numbers go with them. One is the share of images about which the classifier is confident. The other
says how evenly the digits occur: if their shares are $p_0, \dots, p_9$, the **normalized class entropy** is
$-\sum_k p_k \ln p_k / \ln 10$. It is 1 if all are equally frequent, and 0 if there is only one.

A hundred samples are too few for all this. `make judge` makes 2,000, each in a thousand steps, and compares
them with the 10,000 test images. That takes twelve minutes, so its results are committed and are read here.
The first line has training images in the place of samples, drawn at random ten times.

<details><summary>Predict: real images are compared with real images. Is $F$ zero?</summary>

No, it is 2.49. The mean and the covariance of 2,000 images are uncertain, and $F$ counts that as a distance.
This is the floor for all that follows, and it would be higher for fewer images.

</details>
*/
//: hide
func column(_ name: String, of file: String) -> [Double] {
  orExit(try CSV.read("\(results)/results/\(file).csv").numbers(in: name))
}
let sets = [
  ("training images", "judge", 0), ("this network, 1000 steps", "judge", 1),
  ("this network, 50 steps", "flow", 5), ("PyTorch's network, 1000 steps", "judge", 2),
]
let measureNames = ["distance", "standard_error", "precision", "recall", "sure", "evenness"]
let measured = sets.map { _, file, row in measureNames.map { column($0, of: "\(file)/judged")[row] } }
page.show(
  ["2,000 images", "$F$", "±", "precision", "recall", "confident", "normalized class entropy"],
  zip(sets, measured).map { set, values in
    [set.0] + zip(values, [2, 2, 3, 3, 3, 4]).map { $0.text(places: $1) }
  })
let (ours, theirs) = (measured[1], measured[3])
let below = (measured[0][4] - ours[4]) / (ours[4] * (1 - ours[4]) / 2000).squareRoot()
page.claim("confidence is \(below.text(places: 0)) standard errors below that in real images", below > 5)
let more = theirs[0] - ours[0]
let error = (ours[1] * ours[1] + theirs[1] * theirs[1]).squareRoot()
page.claim(
  "F does not tell PyTorch's network from this one: \(more.text(places: 1)) ± \(error.text(places: 1))",
  abs(more) < 2 * error)
/*:
The last line is a network of the same shape that was trained for twenty epochs, and sampled in a thousand
steps, by PyTorch and diffusers. The ± of the first line is the scatter from set to set. The other ± come from
the bootstrap [@efron1979]: 2,000 samples are drawn again and again out of the samples themselves, and $F$ is
computed anew. Near the floor this error is up to twice too large.

What can be read off?

- *Most samples are good, and some are not.* The classifier is confident about 98.7 % of real images and about
  91.3 % of samples. About one sample in eleven is a scrawl.
- *All ten digits occur equally often* in the samples of this network, as far as 2,000 of them can tell.
  Exactly equal shares would give an entropy of 0.9990 on average, since 2,000 samples scatter.
- *The two networks cannot be told apart.* The $F$ of this one is lower, but by little more than the standard
  error of the difference. A second classifier with other features, which is no part of this project, looked
  at 1,000 samples of each and put PyTorch's network ahead, with 4.8 against 5.2. Of 4,000 samples in a
  hundred steps it put this network ahead, with 2.8 against 3.3. An order that changes with the measurement is
  no order.
- *A recall above that of real images is no merit.* Samples that are a little off lie farther apart, so the
  balls around them are larger and hold more.

> **Common claim.** Training had a thousand timesteps, so sampling needs a thousand steps.
>
> **What the numbers say.** With fifty steps the digits are just as readable: the classifier is confident
> about 90.6 % of them instead of 91.3 %. The $F$ is higher, 7.2 ± 1.2 instead of 4.0 ± 0.8. The difference is
> two of its standard errors, and it is all that twenty times as much computing buys. Chapter 8 asks for the
> best that can be done with few steps.

## Learned or copied?

A model that had copied its training images would have an excellent $F$ and would be worthless. So for each
sample we look for the nearest of the 60,000 training images, by the Euclidean distance over 784 pixels. How
near is suspicious? Test images have been written by other people and copied from nobody, so they are the
yardstick.
*/
//: hide
page.write(orExit(try PGM.read("\(results)/results/judge/nearest.pgm")), to: "nearest.pgm")
let distances = ["samples", "test_pictures"].map { set in
  ["mean", "percentile", "smallest"].map { column("\($0)_of_\(set)", of: "judge/nearest")[0] }
}
page.show(
  ["distance to the nearest training image", "mean", "1 % are nearer than", "smallest"],
  zip(["2,000 samples", "10,000 test images"], distances).map { [$0] + $1.map { $0.text(places: 2) } })
page.claim("no sample is as near as the nearest test image", distances[0][2] > distances[1][2])
page.figure(
  "chapter6_nearest", "Learned, not copied: samples and the training images nearest to them.",
  alt: "Two rows of the digits zero to nine; each column shows two similar but different handwritings.")
/*:
On average a sample lies farther from the training images than a digit that somebody else has written. A few
copies would not show in a mean, but a single one would show in the last column: its distance would be near 0.
The nearest sample is at 2.24 from its training image, and a test image that nobody copied comes as near as
1.65. There are five times as many test images, which makes their smallest distance smaller; the column before
does not depend on the number, and says the same. So none of these samples was copied.

## The loss is not the quality

The loss of chapter 5 was nearly flat after three epochs. Were the samples finished too? For six checkpoints
of the training, 500 samples of a hundred steps each were compared with the test images. So few samples have a
higher floor, which is the last column.
*/
//: hide
let epochs = ["epoch", "loss", "distance", "standard_error", "real"].map { column($0, of: "judge/epochs") }
page.show(
  ["epoch", "loss", "$F$ of 500 samples", "±", "$F$ of 500 real images"],
  epochs[0].indices.map { row in zip(epochs, [0, 4, 1, 1, 1]).map { $0[row].text(places: $1) } })
page.write(orExit(try CSV.read("\(results)/results/judge/epochs.csv")), to: "epochs.csv")
page.figure(
  "chapter6_epochs",
  "The loss looks finished, the samples are not. From epoch 3 to 20 the loss falls by a quarter, $F$ above "
    + "that of real images to a sixth. The first epoch lies above both frames.",
  alt: "Left, the loss falls a little. Right, the Fréchet distance falls from 62 towards a line at 7.")
/*:
> **Common claim.** The loss does not fall any more, so the training is finished.
>
> **What the numbers say.** From epoch 3 to epoch 20 the loss falls by a quarter, from 0.0284 to 0.0217. What
> $F$ has above that of real images falls to a sixth, from 30.5 ± 4.7 to 5.1 ± 3.9. Chapter 4 found the same
> for points in the plane. Most of the loss is irreducible, and a small change of it can mean much better
> samples.

## What to remember

- A step of sampling takes away a little of the predicted noise and adds a little new noise. Without new noise
  all samples would be alike.
- With the right prediction and a thousand steps, ancestral sampling gives back the distribution of the data.
  Respacing makes the same loop run in fewer steps.
- The coarse comes first and the fine last; which digit it will be is decided in the middle, and from $x_T$
  any digit may come.
- The posterior's mean of $\hat x_0$ is equation 11. Clipping $\hat x_0$ is a safeguard that a good network
  hardly needs.
- Samples are measured as a set, by numbers that have a standard error and a floor. The loss does not replace
  them.

## Try it

- In a browser: this network makes digits on the page
  [figures/play/index.html](../../figures/play/index.html), with the same gray levels as here.
- `make chapter6 ARGS="--seed 7"`: another hundred.
- `make chapter6 ARGS="--timestep-shift 40"`: how wrong must the timestep be before you see it?
- `make chapter6 ARGS="--no-noise"`, `--unit-range`, `--last-noise`.
- `.build/release/ddpm sample --model data/models/mnist --count 16 --steps 50 --out out/mine`: open
  `out/mine/sheet.pgm`. And with `--steps 5`?
- Train a model of your own, as in chapter 5, and sample from it.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter6`).

1. **The last noise.** How many gray levels wide is the noise of `--last-noise` in a thousand steps, for
   $\sigma_t^2 = \beta_t$ and for $\tilde\beta_t$, with $\tilde\beta_2$ in place of the 0 at $t = 1$? Of the
   pixels that lie exactly on a level in the middle of the range, what share changes its level? And why are
   the 1.2 levels in the table of mistakes neither of your two numbers?
2. **A training set of one image.** All training images are the same image, and the network is the best
   possible. What does algorithm 2 sample with $\sigma_t^2 = \beta_t$ and with $\tilde\beta_t$, in a thousand
   steps and in two? Predict, prove it from the formula of the posterior's mean, then let `AncestralSampler`
   try.
3. **The width of samples.** Data that are $N(0, \sigma_\text{data}^2)$, the best possible network, 20 steps
   (`respaced(to: 20)`: 1, 54, 106, …, 1000): is the variance of the samples right, too large or too small
   with $\sigma_t^2 = \beta_t$, and with $\tilde\beta_t$, for $\sigma_\text{data} = 1$ and for 0.5? Predict,
   then compute: each step multiplies and adds, so the variance follows step by step. And in 1000 steps?
4. **A distance by hand.** What is the Fréchet distance $F$ of $N(m_1, v_1)$ and $N(m_2, v_2)$, on a line?
   Which is farther from $N(0, 1)$, if either: data moved by 0.05, or data whose standard deviation is 0.95?
   How large is $F$ on average between two sets of $n$ samples each from the same $N(0, 1)$, and from which
   $n$ on is that no more than those two?
5. **Told the wrong time.** Data that are $N(0, 0.5^2)$, about as wide as digits are, the best possible
   network, a thousand steps with $\sigma_t^2 = \beta_t$; but the network is told $t + 20$, at most 1000, in
   place of $t$. Are the samples too wide or too narrow, and by how much? And if it is told $t - 20$, or
   $t + 1$? What if it is told the right time from $t = 100$ down, and what if it is told the wrong time only
   from there?
6. **Fifty of the thousand β.** To sample in 50 steps somebody keeps 50 timesteps (1, 21, 42, …, 980, 1000, as
   in `respaced(to: 50)`), each with its old $\bar\alpha_t$ and its old $\beta_t$, and goes through them with
   equation 11. What is wrong? Why do data that are $N(0, 1)$ not notice, and what becomes of data that are
   $N(0, 0.5^2)$?

## Where to go next

Chapter 7 asks what the network has learned, seen without the word noise, and chapter 8 leaves the new noise
out after all, by taking another step. The loop of this chapter is algorithm 2 of [@ho2020]. Respacing comes
from [@nichol2021], who also learn the variance instead of choosing it. For the measures see [@heusel2017] and
[@kynkaanniemi2019], and for what no single measure can say, [@theis2016].
*/
page.finish()
