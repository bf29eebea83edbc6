/*:
# Chapter 3: The posterior

Here is $x_t$. What was $x_{t-1}$?
*/
//: hide
import Deterministic
import Diffusion
import Formats
import Notebook
import Samples
import Statistics

let options = Options.parsedOrExit()
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 3, options: options.common, changesResults: options.changeResults)

page.figure(
  "figure_4",
  """
  The neural network learns to approximate the true posterior without the original image. 1: A point is \
  noised. 2: One who knows $x_0$ steps back to the green circle. 3: Each blue point may have been $x_0$, and \
  leads to another green dot. 4: The best possible network steps to the mean of the green dots.
  """,
  alt: "Four panels: an arrow from x_0 to x_t; a green circle; blue and green dots; a purple circle.")
/*:
A diffusion model generates by going from noise back to data, one step at a time. So this is the question
of the whole book. [@figure_4] asks it in the plane, where the data are five modes and ten large steps lead
to noise.

1. A point $x_0$ of the data is noised to $x_t$. The chapter asks for one step of the way back.
2. Somebody knows $x_0$ too. For them the answer is a Gaussian, exactly, with a mean and a variance that are
   a line of arithmetic each. It is called the **posterior**. The green circle has a radius of one standard
   deviation.
3. A network knows $x_t$ alone. Many $x_0$ could have led to it, and each of them has an answer of its own.
4. The best that a network can do is to step to the mean of all these answers.

The chapter goes through the panels in this order. After it you can

- derive the answer of the second panel without expanding a square, and say when $x_0$ matters and when $x_t$;
- compute the step of the fourth panel from predicted noise or from a predicted $x_0$, and show that it is
  the same step;
- derive why a small step back is nearly a Gaussian, which variance it has, and when it is no Gaussian at all;
- say how much goes wrong in ten large steps, and why a thousand small ones are better.

## Two opinions

How large was a pixel before step $t$? Two things are known, and each of them has an opinion.

- *What the pixel became.* Step $t$ was $x_t = \sqrt{\alpha_t} \, x_{t-1} + \sqrt{\beta_t} \, z_t$ with
  $\alpha_t = 1 - \beta_t$. Undo the dimming. Then $x_{t-1}$ was near $x_t/\sqrt{\alpha_t}$, and the unknown
  noise $z_t$ leaves it uncertain by $\sqrt{\beta_t/\alpha_t}$.
- *What the pixel was at first.* Chapter 2's closed form says that $x_{t-1}$ is near
  $\sqrt{\bar\alpha_{t-1}} \, x_0$, uncertain by $\sqrt{1-\bar\alpha_{t-1}}$. Here $\bar\alpha_{t-1}$ is the
  product of the first $t - 1$ values of $\alpha$.

Worked example 3 has $\alpha_t = 0.99$, $\bar\alpha_{t-1} = 0.505$ and $\bar\alpha_t = 0.5$. A pixel was
$x_0 = 0.8$ and has become $x_t = 0.6$. The first opinion is $0.603 \pm 0.101$, the second
$0.569 \pm 0.704$.

<details><summary>Predict: what do the two say together, and how certain are they?</summary>

$0.602 \pm 0.0995$. The first opinion is seven times as sharp, so it has nearly all the say. Together they
are slightly more certain than the sharper one alone.

</details>

How are two opinions put together? Bayes' rule says: weigh each value that $x_{t-1}$ could have had by how
probable it was, times how well it explains what came of it.

$$q(x_{t-1} \mid x_t, x_0) \propto q(x_t \mid x_{t-1}) \, q(x_{t-1} \mid x_0)$$

The sign $\propto$ leaves out a factor that does not depend on $x_{t-1}$. The first factor need not mention
$x_0$, because a step depends only on the value before it. As functions of $x_{t-1}$ both factors are bells,
and the answer is their product.

A bell is easiest to handle by its logarithm, which is a parabola:
$-\frac{1}{2} P \, (x_{t-1} - m)^2$ plus a constant, with the center $m$. The number $P$, one over the
variance, is called the **precision**. To multiply two bells is to add two parabolas. A sum of parabolas is a
parabola, so the product is again a bell, and two facts give it:

- Curvatures add, so *precisions add*: $P = P_1 + P_2$.
- The peak is where the slopes cancel, $P_1 (x_{t-1} - m_1) + P_2 (x_{t-1} - m_2) = 0$. So *the mean is the
  average of the two centers, weighted by their precisions*.

With the two opinions this says, for the variance $\tilde\beta_t$ and the mean $\tilde\mu_t$ of the answer,

$$\frac{1}{\tilde\beta_t} = \frac{\alpha_t}{\beta_t} + \frac{1}{1-\bar\alpha_{t-1}}, \qquad \tilde\mu_t = \tilde\beta_t \left( \frac{\alpha_t}{\beta_t} \cdot \frac{x_t}{\sqrt{\alpha_t}} + \frac{1}{1-\bar\alpha_{t-1}} \cdot \sqrt{\bar\alpha_{t-1}} \, x_0 \right)$$ {#precisions}

<sub>In Swift: `product(opinions.ofXt, opinions.ofX0)`, below. Tested: [The posterior adds precisions](../../Tests/DiffusionTests/PosteriorTests.swift).</sub>

The two opinions and their product are the next two functions.
*/
func opinions(_ step: Step, x0: Double, xt: Double) -> (ofXt: Gaussian<Double>, ofX0: Gaussian<Double>) {
  (
    Gaussian(mean: xt / step.alpha.squareRoot(), variance: step.beta / step.alpha),
    Gaussian(mean: step.previousAlphaBar.squareRoot() * x0, variance: 1 - step.previousAlphaBar)
  )
}

func product(_ a: Gaussian<Double>, _ b: Gaussian<Double>) -> Gaussian<Double> {
  let precision = 1 / a.variance + 1 / b.variance
  return Gaussian(mean: (a.mean / a.variance + b.mean / b.variance) / precision, variance: 1 / precision)
}

let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
let two = opinions(example, x0: 0.8, xt: 0.6)
let together = product(two.ofXt, two.ofX0)
//: hide
page.table(
  Array(zip(["what it became", "what it was at first", "both together"], [two.ofXt, two.ofX0, together])),
  [
    Column("opinion") { $0.0 }, Column("center") { $0.1.mean },
    Column("standard deviation") { $0.1.standardDeviation }, Column("precision") { 1 / $0.1.variance },
  ])
/// Rows for gnuplot: what is drawn, a place, and the functions there.
func curves(
  _ label: [any CSVValue], from low: Double, to high: Double, _ functions: [(Double) -> Double]
) -> [[any CSVValue]] {
  (0...400).map { i in
    let x = low + (high - low) * Double(i) / 400
    return label + [x] + functions.map { $0(x) }
  }
}
let near = opinions(schedule[3], x0: 0.8, xt: 0.77)
page.write(
  CSV(
    columns: ["scene", "x", "of_xt", "of_x0", "product"],
    rows: [(0, two, -1.2, 2.4), (1, near, 0.72, 0.86)].flatMap { scene, two, low, high in
      let bells = [two.ofXt, two.ofX0, product(two.ofXt, two.ofX0)]
      return curves([scene], from: low, to: high, bells.map { $0.density(at:) })
    }), to: "opinions.csv")
page.figure(
  "chapter3_product",
  "Precisions add, and the sharper opinion wins. Of two that are about as sharp, each has a say.",
  alt: "Left, the product lies on the narrower of two bells. Right, it lies between two equal ones.")
/*:
In the left panel $x_0$ hardly matters. In the right one, near the end of the way back, it matters as much as
$x_t$.

The literature writes [@precisions] in another form. It takes one identity, in which
$\alpha_t \bar\alpha_{t-1} = \bar\alpha_t$:

$$\alpha_t (1-\bar\alpha_{t-1}) + \beta_t = 1 - \bar\alpha_t$$

So the sum of the two precisions is $(1-\bar\alpha_t)$ divided by $\beta_t (1-\bar\alpha_{t-1})$. Turn it
over, and put it into the mean:

$$q(x_{t-1} \mid x_t, x_0) = N(\tilde\mu_t, \tilde\beta_t I), \qquad \tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{1-\bar\alpha_t} x_0 + \frac{\sqrt{\alpha_t} \, (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} x_t, \qquad \tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t} \beta_t$$ {#posterior}

<sub>In Swift: `step.posterior(of: x0, given: xt)`. Tested: [The posterior is Bayes' rule on a grid](../../Tests/DiffusionTests/PosteriorTests.swift). The claims below say how far off it is.</sub>

These are equations 6 and 7 of [@ho2020]. An image has many pixels. Given $x_t$ and $x_0$, each of them is
treated so, independently of the others.

By hand, with the numbers of the example. They are rounded and belong to no schedule, as
$0.99 \cdot 0.505 = 0.49995$ is not quite 0.5. So the step is built by hand, and the mean differs from the
table's in the fifth digit.
*/
let posterior = example.posterior(of: 0.8, given: 0.6)
let (ofX0, ofXt) = (example.posteriorCoefficientOfX0, example.posteriorCoefficientOfXt)
//: hide
let (root, rest) = (example.previousAlphaBar.squareRoot(), 1 - example.previousAlphaBar)
for (name, value, printed) in [
  ("√ᾱ_{t−1}", root, "0.711"), ("√ᾱ_{t−1} β_t", root * example.beta, "0.00711"),
  ("coefficient of x_0", ofX0, "0.0142"), ("√α_t (1−ᾱ_{t−1})", example.alpha.squareRoot() * rest, "0.4925"),
  ("coefficient of x_t", ofXt, "0.985"), ("what x_0 contributes", ofX0 * 0.8, "0.0114"),
  ("what x_t contributes", ofXt * 0.6, "0.591"), ("mean μ̃_t", posterior.mean, "0.602"),
  ("variance β̃_t", posterior.variance, "0.0099"),
] { page.check(name, value, isPrinted: printed) }
let own = schedule[options.timestep].posterior(of: options.cleanPixel, given: options.noisyPixel)
page.show(
  "on the real schedule, with x_0 = \(options.cleanPixel) and x_\(options.timestep) = \(options.noisyPixel): "
    + "x_\(options.timestep - 1) is \(own.mean.text(6)) ± \(own.standardDeviation.text(3))")
/*:
Is it right? Two checks. The first compares [@posterior] with the product of the two bells at every timestep
from 2 on; at $t = 1$ the second opinion is certain, and its precision infinite. The second uses no algebra
at all. It cuts the line into 20,000 pieces, multiplies the two densities at each, and takes the mean and the
variance of what comes out.
*/
func bruteForce(_ step: Step, x0: Double, xt: Double) -> Gaussian<Double> {
  let known = opinions(step, x0: x0, xt: xt).ofX0
  let offsets = (0..<20_000).map { step.beta.squareRoot() * (Double($0) - 10_000) / 1000 }
  let weights = offsets.map { offset in
    exp(step.forward(from: xt + offset).logDensity(at: xt) + known.logDensity(at: xt + offset))
  }
  let total = weights.reduce(0, +)
  let mean = zip(weights, offsets).reduce(0) { $0 + $1.0 * $1.1 } / total
  let square = zip(weights, offsets).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / total
  return Gaussian(mean: xt + mean, variance: square - mean * mean)
}
//: hide
func apart(_ a: Gaussian<Double>, _ b: Gaussian<Double>) -> Double {
  max(abs(a.mean - b.mean), abs(a.variance / b.variance - 1))
}
let offByProduct =
  schedule.steps.dropFirst().map { step in
    let two = opinions(step, x0: 0.8, xt: 0.6)
    return apart(product(two.ofXt, two.ofX0), step.posterior(of: 0.8, given: 0.6))
  }.max() ?? 1
page.claim("precisions add at all timesteps from 2 on (off by \(offByProduct.text(2)))", offByProduct < 1e-11)
let offByForce =
  stride(from: 10, through: 1000, by: 10).map { t in
    let xt = schedule[t].marginal(of: 0.8).draw(0.5)
    return apart(bruteForce(schedule[t], x0: 0.8, xt: xt), schedule[t].posterior(of: 0.8, given: xt))
  }.max() ?? 1
page.claim("brute force agrees at every tenth timestep (off by \(offByForce.text(2)))", offByForce < 1e-8)
/*:
## Who decides?

How much do $x_0$ and $x_t$ contribute to the mean, and how do $\beta_t$ and $\tilde\beta_t$ compare?

<details><summary>Predict: at t = 1000 only 0.6 % of the amplitude of x_0 is left in x_t. Is the coefficient of x_t small there?</summary>

No, it is 0.990, as in nearly all of the chain. It has nothing to do with what $x_t$ tells about $x_0$.

</details>
*/
//: hide
page.check("coefficient of x_t at t = 1000", schedule[1000].posteriorCoefficientOfXt, isPrinted: "0.990")
page.check(
  "amplitude of x_0 left there, in per cent", 100 * schedule[1000].marginal(of: 1.0).mean, isPrinted: "0.6")
page.table(
  schedule.steps, to: "posterior.csv", showing: { [1, 2, 3, 5, 10, 100, 500, 1000].contains($0.timestep) },
  [
    Column("$t$", csv: "t") { $0.timestep },
    Column("coefficient of $x_0$", csv: "of_x0", .places(4)) { $0.posteriorCoefficientOfX0 },
    Column("coefficient of $x_t$", csv: "of_xt", .places(4)) { $0.posteriorCoefficientOfXt },
    Column("$\\tilde\\beta_t/\\beta_t$", .places(4)) { $0.posteriorVariance / $0.beta },
    Column(csv: "beta") { $0.beta }, Column(csv: "beta_tilde") { $0.posteriorVariance },
  ])
page.figure(
  "chapter3_posterior",
  "Only the last few steps back depend much on $x_0$, and only there do the two variances differ much.",
  alt: "Left, one curve rises from 0 to 1, one falls from 1 to 0. Right, two rising curves that join.")
/*:
> **Common claim.** The coefficient of $x_t$ is large because the noisy image still contains a lot of useful
> information.
>
> **What the numbers say.** It is 0.994 at $t = 500$ and still 0.990 at $t = 1000$, where $x_t$ contains
> nothing. It is large because a step is *small*: $x_{t-1}$ was nearly $x_t$, whatever $x_t$ may be. In
> [@precisions] a small $\beta_t$ makes the first opinion sharp. Only in the last few steps is the second
> one as sharp.

## Without $x_0$: the mean

Now to panel 3. A network is given $x_t$ and the timestep, and nobody tells it $x_0$. Many $x_0$ could have
led to $x_t$, some more probably than others. If the distribution of the data is known, Bayes' rule gives the
probability of each. The step back without $x_0$ is then a mixture: the average of all their posteriors,

$$q(x_{t-1} \mid x_t) = \int q(x_{t-1} \mid x_t, x_0) \, q(x_0 \mid x_t) \, dx_0$$

What is its mean? The mean of each posterior is a number times $x_0$ plus a number times $x_t$. To average it
over all $x_0$, one only has to average $x_0$. So the mean of the step back is $\tilde\mu_t$ with
$E[x_0 \mid x_t]$ in the place of $x_0$. That is the mean of all $x_0$ that could have been, each
counted as often as it would lead to this $x_t$. A program that supplies it has the exact mean of the step,
for any data.

This is what a network is for. A prediction of $x_0$ is written $\hat x_0$; the best one is
$\hat x_0 = E[x_0 \mid x_t]$. The step that a model takes is written

$$p_\theta(x_{t-1} \mid x_t) = N(\mu_\theta, \sigma_t^2 I)$$

where the letter $\theta$ marks what a network supplies; chapter 4 says what it stands for. The standard
deviation $\sigma_t$ is given to the step by us. The mean $\mu_\theta$ is $\tilde\mu_t$ with $\hat x_0$ in the
place of $x_0$.

The networks of this book predict the noise and not $x_0$. Let $\epsilon_\theta$ be a prediction of
all the noise in $x_t$. It says as much as a prediction of $x_0$. Chapter 2 solved the closed form for $x_0$, so from
the noise follows $\hat x_0 = (x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta)/\sqrt{\bar\alpha_t}$. Put this
into $\tilde\mu_t$. Before $\epsilon_\theta$ there stands, because
$\sqrt{\bar\alpha_t} = \sqrt{\alpha_t} \sqrt{\bar\alpha_{t-1}}$,

$$-\frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{1-\bar\alpha_t} \cdot \frac{\sqrt{1-\bar\alpha_t}}{\sqrt{\bar\alpha_t}} = -\frac{\beta_t}{\sqrt{\alpha_t} \sqrt{1-\bar\alpha_t}}$$

Before $x_t$ there stands its own coefficient and what comes with $\hat x_0$. With the identity from above
they become simple:

$$\frac{\sqrt{\bar\alpha_{t-1}} \, \beta_t}{(1-\bar\alpha_t) \sqrt{\bar\alpha_t}} + \frac{\sqrt{\alpha_t} \, (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} = \frac{\beta_t + \alpha_t (1-\bar\alpha_{t-1})}{\sqrt{\alpha_t} \, (1-\bar\alpha_t)} = \frac{1}{\sqrt{\alpha_t}}$$

So the mean is

$$\mu_\theta = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \, \epsilon_\theta \right)$$ {#reverse-step}

<sub>In Swift: `step.reverse(from: xt, predictedNoise: noise, variance: .beta).mean`. Tested: [The reverse step has the same mean from the predicted noise as from the x_0 that it stands for](../../Tests/DiffusionTests/ReverseTests.swift).</sub>

This is equation 11 of the paper. In words: take away a small part of the predicted noise, then undo the
dimming. The next cell compares the two ways at every timestep, with random values for $x_t$ and for the
prediction.
*/
let offByDetour =
  schedule.steps.map { step in
    let numbers = random["two ways to the mean"].normals(step: step.timestep, count: 2)
    let (xt, noise) = (numbers[0], numbers[1])
    let fromNoise = step.reverse(from: xt, predictedNoise: noise, variance: .beta).mean
    let fromX0 = step.posterior(of: step.x0(from: xt, noise: noise), given: xt).mean
    return abs(fromNoise - fromX0)
  }.max() ?? 1
//: hide
page.claim(
  "equation 11 and the posterior mean through x̂_0 agree at every timestep (off by \(offByDetour.text(2)))",
  offByDetour < 1e-11)
/*:
> **Common claim.** Some code predicts $x_0$ first and then takes the posterior's mean. The paper goes
> straight to $x_{t-1}$. These are two different samplers.
>
> **What the numbers say.** They give the same number. The detour only makes a difference if something is
> done to $\hat x_0$ on the way, such as clipping it to the range of pixels, which is a choice of chapter 6.

### In the plane

[@figure_4] shows such steps. The data are a mixture of five Gaussians, for which $E[x_0 \mid x_t]$
can be computed. So the network of the fourth panel is the best possible one. The cell takes the two steps
back: one with $x_0$ known, one with $E[x_0 \mid x_t]$. The table tells how probable it is, for somebody who
sees $x_t$, that $x_0$ came from the mode that it did come from.
*/
let plane = ToyDistribution.gaussianMixture
let ten = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 3)
typealias PlaneStep = Gaussian<SIMD2<Double>>

func stepsBack(_ step: Step, x0: SIMD2<Double>, xt: SIMD2<Double>) -> (knowing: PlaneStep, best: PlaneStep) {
  let guess = plane.posteriorMean(given: xt, at: step)
  return (step.posterior(of: x0, given: xt), step.reverse(from: xt, predictedX0: guess, variance: .betaTilde))
}
//: hide
let (samples, chances, shownX0) = (random["points"], random["candidates"], SIMD2(1.2, -0.7))
let cloud = ToyDistribution.mixture.points(count: 1500, random: samples)
page.write(CSV(columns: ["x", "y"], rows: cloud.map { [$0.x, $0.y] }), to: "data.csv")
var sameMode: [(t: Int, share: Double)] = []
var (scenes, candidates): ([[any CSVValue]], [[any CSVValue]]) = ([], [])
for (scene, t) in [8, 4, 2].enumerated() {
  let xt = ten[t].marginal(of: shownX0).draw(SIMD2(1, 0))
  let (knowing, best) = stepsBack(ten[t], x0: shownX0, xt: xt)
  let places = [shownX0, xt, knowing.mean, plane.posteriorMean(given: xt, at: ten[t]), best.mean]
  scenes.append([scene, t] + places.flatMap { [$0.x, $0.y] } + [best.standardDeviation])
  let modes = zip(plane.responsibilities(at: shownX0), plane.marginal(at: ten[t]).responsibilities(at: xt))
  sameMode.append((t, modes.reduce(0) { $0 + $1.0 * $1.1 }))
  // Other x_0 that may have led to the same x_t, and where the posterior would go with each.
  candidates += (0..<200).map { i in
    let noise = chances.normals(step: t - 1, sample: i, from: 2, count: 2)
    let other = plane.cleanPosterior(given: xt, at: ten[t]).draw(
      uniform: chances.uniform(step: t - 1, sample: i), noise: SIMD2(noise[0], noise[1]))
    let mean = ten[t].posterior(of: other, given: xt).mean
    return [scene, other.x, other.y, mean.x, mean.y]
  }
}
let names = "scene t x0_x x0_y xt_x xt_y knowing_x knowing_y guess_x guess_y best_x best_y deviation"
page.write(CSV(columns: names.split(separator: " ").map(String.init), rows: scenes), to: "scenes.csv")
page.write(
  CSV(columns: ["scene", "x0_x", "x0_y", "mean_x", "mean_y"], rows: candidates), to: "candidates.csv")
page.table(
  sameMode,
  [Column("$t$ of 10") { $0.t }, Column("probability of the mode of $x_0$", .percent(0)) { $0.share }])
page.figure(
  "chapter3_early_and_late",
  "Not knowing $x_0$ costs little early on the way back, left, and little at its end, right.",
  alt: "Left, two large circles, one on the other. Right, two small circles that overlap for the most part.")
/*:
At $t = 8$ nothing is decided, but all candidates lead to nearly the same place: the step moves $x_t$ little,
measured by its noise. At $t = 2$ nearly all candidates lie in one mode. In between not knowing $x_0$ costs
most, and that is the timestep of [@figure_4].

<details><summary>Predict: at t = 4 the candidates lie in several modes. Where does the step of the best network end, in one of them or between?</summary>

Between. It steps to the mean of what the candidates say, and no data lie there. Nor does it have to arrive
anywhere: it is one step of ten, and the next prediction is made from where it ends, with more to go by.

</details>

How far is the mean of the best network from the posterior's mean, when steps are small? The measure is the
noise of the step itself, $\sqrt{\tilde\beta_t}$. The next cell gives the root mean square over 2000 points,
on the schedule of a thousand steps.
*/
func gap(_ step: Step, point: Int, noise: [Double]) -> [Double] {
  let x0 = ToyDistribution.mixture.point(point, random: samples)
  let (knowing, best) = stepsBack(step, x0: x0, xt: step.marginal(of: x0).draw(SIMD2(noise[0], noise[1])))
  let difference = knowing.mean - best.mean
  return [difference.x, difference.y].map { $0 / knowing.standardDeviation }
}
//: hide
let gaps = [2, 5, 10, 30, 100, 260, 500, 1000].map { t in
  let coordinates = (0..<(options.common.quick ? 200 : 2000)).flatMap { i in
    gap(schedule[t], point: i, noise: random["noised points"].normals(step: t, sample: i, count: 2))
  }
  return (t: t, gap: rootMeanSquare(coordinates))
}
page.table(
  gaps,
  [Column("$t$") { $0.t }, Column("distance / $\\sqrt{\\tilde\\beta_t}$", .places(3)) { $0.gap }])
page.claim("from t = 5 on it is less than the noise of the step", gaps.dropFirst().allSatisfy { $0.gap < 1 })
/*:
Chapter 1 asked for steps so small that all images that could have led to $x_t$ agree about $x_{t-1}$, to
better than the noise of the step. This table measures it. The distance is never zero, since even the best
possible network is wrong about the noise, and chapter 4 computes by how much. But except in the very last
steps, what it cannot know is less than the noise that the step adds anyway.

## Without $x_0$: the shape

The mean is settled, and it is exact. But the step back is a mixture of posteriors, and a mixture of
Gaussians is in general not a Gaussian. Yet a model puts a Gaussian in its place. Every step of the forward
process adds Gaussian noise; so why is its reverse not Gaussian, and when is it nearly so?

Listen to the two opinions again. The first is as before: $x_{t-1}$ was near $x_t/\sqrt{\alpha_t}$, a bell of
width $\sqrt{\beta_t/\alpha_t}$. Without $x_0$ the second opinion is only that $x_{t-1}$ is a noised sample of
the data, with the density $q_{t-1}(x_{t-1})$. This density may have any shape: two modes, or a thousand.

$$q(x_{t-1} \mid x_t) \propto q(x_t \mid x_{t-1}) \, q_{t-1}(x_{t-1})$$

That is why the reverse is different: a step forward does the same to any data, a step back needs to know
where data are. Only the first opinion is a Gaussian. It is a *window*, through which one sees a part of the
second. If the step is small, the window is narrow.

<details><summary>Predict: what does a smooth curve look like through a narrow window?</summary>

Like a straight line, and if one looks more closely, like a piece of a parabola. That is all that is needed:
the logarithm of the first opinion is a parabola, and parabolas add.

</details>

Let $h = x_{t-1} - x_t/\sqrt{\alpha_t}$ be the distance from the center of the window. There the curve
$\ln q_{t-1}$ has a slope $s$ and a curvature $H$, its first and second derivative. Add the two logarithms:

$$\ln q(x_{t-1} \mid x_t) \approx -\frac{1}{2} \cdot \frac{\alpha_t}{\beta_t} h^2 + \left( s \, h + \frac{1}{2} H h^2 \right) + \text{constant}$$

This is a parabola, so the step is a Gaussian. Its precision is $\alpha_t/\beta_t - H$. Its peak is where the
slope is zero, $(\alpha_t/\beta_t - H) \, h = s$. Let $v$ be its variance. Then

$$q(x_{t-1} \mid x_t) \approx N \left( \frac{x_t}{\sqrt{\alpha_t}} + v \, s, \; v \right), \qquad \frac{1}{v} = \frac{\alpha_t}{\beta_t} - H, \qquad \text{which is} \quad v = \frac{\beta_t}{1 - \beta_t (1 + H)}$$ {#window}

<sub>In Swift: `throughWindow(step, xt: xt)`, below. Tested, for one point: [For data that are one point it is the posterior, variance β̃](../../Tests/DiffusionTests/TrueReverseTests.swift). The table below says how far off it is.</sub>

For the last form, write $\alpha_t$ as $1 - \beta_t$. One formula, and five results can be read off:

1. *When is the step nearly a Gaussian?* When the parabola is good within the window. What it leaves out is a
   third derivative times $h^3/6$, and $h$ is about $\sqrt{\beta_t}$ in size. So the error shrinks as
   $\beta_t^{3/2}$. As a rule of thumb, $q_{t-1}$ is blurred by noise and has hardly any details finer than
   $\sqrt{1-\bar\alpha_{t-1}}$. So a step is small if $\beta_t$ is much less than $1-\bar\alpha_{t-1}$. Of the
   thousand steps only the first few are not.
2. *Data that are $N(0, I)$* stay $N(0, I)$ when noised. Then $H = -1$ everywhere, and $v = \beta_t$.
3. *Data that are one point* have $q_{t-1} = N(\sqrt{\bar\alpha_{t-1}} \, x_0, (1-\bar\alpha_{t-1}) I)$ and
   $H = -1/(1-\bar\alpha_{t-1})$. That is [@precisions], and $v = \tilde\beta_t$.
4. *Between two modes* the density has a valley, and $H$ is positive. There the variance $v$ is larger than
   $\beta_t$. If $H$ reaches $\alpha_t/\beta_t$, the sum of the two is no longer a parabola with a peak, and no
   Gaussian will do.
5. *The mean* is to first order $x_t/\sqrt{\alpha_t} + (\beta_t/\alpha_t) \, s$: undo the dimming, then move
   uphill to where data are more probable. Chapter 7 is about this slope $s$, and lets the steps become infinitely
   small.

In several dimensions $s$ is a vector, $H$ a matrix, and the rest stays as it is.

To see it we need data with a valley. Take numbers near −0.8, three in ten, or near 0.8, seven in ten, each
with a standard deviation of 0.1. In the code `score` is the slope of a mixture's log density, and
`scoreDivergence` its curvature.
*/
let data = GaussianMixture.twoModes

/// The Gaussian through the window; nil where the parabola has no peak.
func throughWindow(_ step: Step, xt: Double) -> Gaussian<Double>? {
  let before = data.marginal(alphaBar: step.previousAlphaBar)
  let center = xt / step.alpha.squareRoot()
  let precision = step.alpha / step.beta - before.scoreDivergence(at: center)
  guard precision > 0 else { return nil }
  return Gaussian(mean: center + before.score(at: center) / precision, variance: 1 / precision)
}
//: hide
/// A step of any size that ends where step 2 of the ten large ones does, on the way back.
func steps(of beta: Double) -> Step {
  let before = ten[2].previousAlphaBar
  return Step(timestep: 2, beta: beta, alphaBar: before * (1 - beta), previousAlphaBar: before)
}
let (center, before) = (-0.12, data.marginal(alphaBar: ten[2].previousAlphaBar))
let (height, s, h) = (
  before.logDensity(at: center), before.score(at: center), before.scoreDivergence(at: center)
)
let views = [steps(of: 0.004), ten[2]].enumerated().flatMap { scene, step in
  let xt = center * step.alpha.squareRoot()
  let standIn = throughWindow(step, xt: xt)
  return curves(
    [scene], from: -1.6, to: 1.6,
    [
      before.logDensity, { height + s * ($0 - center) + h * ($0 - center) * ($0 - center) / 2 },
      Gaussian(mean: center, variance: step.beta / step.alpha).density,
      data.trueReverse(from: xt, at: step).density, { standIn?.density(at: $0) ?? 0 },
    ])
}
page.write(
  CSV(columns: ["scene", "x", "log_density", "parabola", "window", "truth", "gaussian"], rows: views),
  to: "window.csv")
page.figure(
  "chapter3_window",
  """
  Through a narrow window every smooth curve is a parabola. Above, $\\ln q_{t-1}$, and the parabola at the \
  center of the window; below, the step back. Left, the two agree in the window: the step is a Gaussian. \
  Right, one of ten large steps: the window shows both modes, and the step has two peaks.
  """,
  alt: "Above, a curve of two humps, a parabola in its valley, a narrow and a wide band. Below, bells.")
/*:
The valley of [@chapter3_window] is the hardest place. How good is [@window] on the schedule of a thousand
steps? The table compares the mean and the variance of the true step back, which is exact for a mixture,
with those of the Gaussian through the window.
*/
//: hide
let found = [(2, 0.7), (100, 0.8), (100, -0.06), (260, -0.06), (500, -0.1), (1000, 0.5)].map { t, xt in
  (
    step: schedule[t], xt: xt, truth: data.trueReverse(from: xt, at: schedule[t]),
    window: throughWindow(schedule[t], xt: xt) ?? Gaussian(mean: xt, variance: 0)
  )
}
page.table(
  found,
  [
    Column("$t$") { $0.step.timestep }, Column("$x_t$", .places(2)) { $0.xt },
    Column("$H$", .places(1)) { $0.step.alpha / $0.step.beta - 1 / $0.window.variance },
    Column("mean, exact", .places(5)) { $0.truth.mean }, Column("formula", .places(5)) { $0.window.mean },
    Column("variance$/\\beta_t$, exact", .places(4)) { $0.truth.variance / $0.step.beta },
    Column("formula", .places(4)) { $0.window.variance / $0.step.beta },
  ])
page.claim(
  "the formula is right to 1 % of the standard deviation √β_t and to 1 % of the variance at all six places",
  found.allSatisfy {
    abs($0.window.mean - $0.truth.mean) < 0.01 * $0.step.beta.squareRoot()
      && abs($0.window.variance / $0.truth.variance - 1) < 0.01
  })
/*:
## Which variance, $\beta$ or $\tilde\beta$?

A model needs a variance $\sigma_t^2$ for its step, and the paper offers $\beta_t$ and $\tilde\beta_t$. Now we
know what they are: the cases $H = -1$ and $H = -1/(1-\bar\alpha_{t-1})$ of one formula. Each is exact for one
kind of data, $\beta_t$ for data that are $N(0, I)$ already, $\tilde\beta_t$ for a single point. Data that are
one Gaussian with standard deviation $\sigma_\text{data}$ have a parabola for their log density, so for them
[@window] is exact too. The table gives the variances as multiples of $\beta_t$.

<details><summary>Predict: with σ_data = 0.1, which of the two is nearer to the truth in the last steps back, and which at t = 100?</summary>

At the very end $\beta_t$: there the data are ten times as wide as the noise of a step, and look flat to it.
At $t = 100$ it is $\tilde\beta_t$: there the noise is so large that data of this width are a point to it. But
then the two are nearly equal.

</details>
*/
func variance(_ step: Step, dataDeviation: Double) -> Double {
  let varianceBefore = step.previousAlphaBar * dataDeviation * dataDeviation + 1 - step.previousAlphaBar
  let curvature = -1 / varianceBefore
  return step.beta / (1 - step.beta * (1 + curvature))
}
//: hide
let deviations = [0, 0.1, 0.5, 1, 2]
page.table(
  [2, 5, 20, 100, 500, 1000].map { schedule[$0] },
  [Column("$t$") { $0.timestep }, Column("$\\tilde\\beta_t$", .places(4)) { $0.posteriorVariance / $0.beta }]
    + deviations.map { deviation in
      Column("$\\sigma_\\text{data} = \(deviation.text(1))$", .places(4)) {
        variance($0, dataDeviation: deviation) / $0.beta
      }
    })
let offByCurvature =
  deviations.flatMap { deviation in
    let gaussian = GaussianMixture([.init(weight: 1, mean: 0.0, variance: deviation * deviation)])
    return schedule.steps.dropFirst().map {
      abs(variance($0, dataDeviation: deviation) / gaussian.trueReverse(from: 0.3, at: $0).variance - 1)
    }
  }.max() ?? 1
page.claim(
  "this is the variance of the true step back at every timestep from 2 on (off by \(offByCurvature.text(2)))",
  offByCurvature < 1e-9)
page.check("σ_1² in place of β̃_1 = 0", schedule[1].reverseVariance(.betaTilde), isPrinted: "5.4532e-5")
/*:
> **Common claim.** The true variance of a step back lies between $\tilde\beta_t$ and $\beta_t$.
>
> **What the numbers say.** For data of variance 1 it does so on average over $x_t$, as exercise 6 shows. But
> between two modes it exceeds $\beta_t$, by 8 % in the table of the last section. And for data of
> $\sigma_\text{data} = 2$ it exceeds $\beta_t$ for every $x_t$, though by 0.2 % at most in the table above.

At $t = 1$ the posterior's variance is 0, because $\bar\alpha_0 = 1$: before the first step there was $x_0$
and nothing else. A zero would make trouble in the loss of chapter 4. The reverse step borrows
$\tilde\beta_2$ there, as the paper's code does. The last check shows its value.

## How small is small enough?

A Gaussian with the exact mean, and with $\beta_t$ or $\tilde\beta_t$ for its variance, stands in for the true
step back. How much is wrong with it? The **total variation** of two densities $p$ and $q$ is
$\frac{1}{2} \int |p - q| \, dx$. It says how much probability lies in the wrong place: 0 if they are the
same, 1 if they do not overlap. The next cell computes it for one $x_t$, and then its mean over all
$x_t$. The network is the best possible one.
*/
func misplaced(_ truth: GaussianMixture<Double>, _ standIn: Gaussian<Double>) -> Double {
  let width = 0.1 * max(truth.variance, standIn.variance).squareRoot()
  let points = (-60...60).map { truth.mean + width * Double($0) }
  return points.reduce(0) { $0 + abs(truth.density(at: $1) - standIn.density(at: $1)) } * width / 2
}

func misplacedOnAverage(_ step: Step, by standIn: (Double) -> Gaussian<Double>?) -> Double {
  data.marginal(at: step).expectation { xt in
    standIn(xt).map { misplaced(data.trueReverse(from: xt, at: step), $0) } ?? 1
  }
}

func best(_ step: Step, _ variance: ReverseVariance) -> (Double) -> Gaussian<Double>? {
  { step.reverse(from: $0, predictedNoise: data.bestNoisePrediction(from: $0, at: step), variance: variance) }
}
//: hide
let coarse = try options.coarse()
let every = Array(stride(from: 1, through: options.steps, by: max(1, options.steps / 10)))
let misplacements = [(coarse, every), (schedule, [1, 2, 5, 10, 20, 40, 100, 200, 260, 500, 1000])].flatMap {
  schedule, timesteps in
  timesteps.map { t in
    (
      stepCount: schedule.stepCount, step: schedule[t],
      withBeta: misplacedOnAverage(schedule[t], by: best(schedule[t], .beta)),
      withBetaTilde: misplacedOnAverage(schedule[t], by: best(schedule[t], .betaTilde))
    )
  }
}
page.table(
  misplacements, to: "misplaced.csv",
  showing: { [1, 2, $0.stepCount == 1000 ? 40 : 3, 5, 10, 100, 260, 1000].contains($0.step.timestep) },
  [
    Column("$T$", csv: "steps") { $0.stepCount }, Column("$t$", csv: "t") { $0.step.timestep },
    Column("$\\beta_t$", csv: "beta", .digits(2)) { $0.step.beta },
    Column("misplaced with $\\beta_t$", csv: "with_beta", .percent(2)) { $0.withBeta },
    Column("with $\\tilde\\beta_t$", csv: "with_beta_tilde", .percent(2)) { $0.withBetaTilde },
  ])
page.claim(
  "with a thousand steps and σ² = β less than a hundredth is misplaced at each of these t",
  misplacements.allSatisfy { $0.stepCount < 1000 || $0.withBeta < 0.01 })
page.figure(
  "chapter3_misplaced",
  """
  Large steps put much probability in the wrong place, small steps hardly any. Left, ten large steps: in the \
  last, half of it is wrong. Right, a thousand small ones on the same scale: with $\\beta_t$ below 1 %. \
  With $\\tilde\\beta_t$ much is wrong in the last ten steps, where a mode is wider than the noise.
  """,
  alt: "Left, pairs of bars that fall from 50 % to 0. Right, a flat curve; a dashed one, at 19 % for t = 2.")
page.write(
  CSV(
    columns: ["steps", "t", "x", "truth", "with_beta", "with_beta_tilde"],
    rows: [(schedule, 2, 0.7), (schedule, 500, -0.1), (coarse, max(2, options.steps / 5), -0.1)].flatMap {
      schedule, t, xt in
      let truth = data.trueReverse(from: xt, at: schedule[t])
      let standIns = ReverseVariance.allCases.compactMap { best(schedule[t], $0)(xt) }
      let reach = 4 * max(truth.variance, schedule[t].beta).squareRoot()
      return curves(
        [schedule.stepCount, t], from: truth.mean - reach, to: truth.mean + reach,
        [truth.density(at:)] + standIns.map { $0.density(at:) })
    }), to: "reverse.csv")
page.figure(
  "chapter3_true_reverse",
  """
  The true step back and the Gaussians that stand in for it. A small step, left and middle: one of them \
  fits, or both do. A large step that may have come from two modes, right: none fits. Mind the scales: the \
  step on the left is more than fifty times as narrow as that on the right.
  """,
  alt: "Three green densities: the solid purple bell fits; both bells fit; both miss two green humps.")
/*:
With a thousand steps and $\sigma_t^2 = \beta_t$ less than one percent is misplaced at any timestep. The
variance $\tilde\beta_t$ does badly in the last ten steps *here*, because each mode is much wider than the
noise there. For data that are points it would be the other way round. At large $t$ even large steps are
harmless, since $x_t$ and $x_{t-1}$ are both nearly $N(0, I)$.

But with ten steps half is misplaced at $t = 1$ and a fifth to a quarter at $t = 2$. A single step has to
decide there from which mode $x_0$ came, and no Gaussian has two peaks; [@chapter3_true_reverse] shows it. No
better network would help, since this one is the best.

How fast does it become better with smaller steps? [@window] predicts two rates. A Gaussian with $\beta_t$ in
the place of $v$ has its variance wrong by the factor $1 - \beta_t (1 + H)$, so its error should halve
with the step. The Gaussian with the right $v$ leaves out only the third derivative, so its error should shrink
to $2^{-3/2} = 0.35$. We take steps of ever smaller $\beta$, all at the place in the chain where
step 2 of the ten large ones is.
*/
let halved = [0.02, 0.01, 0.005, 0.0025, 0.00125, 0.000625].map { beta in
  let step = steps(of: beta)
  return (
    beta: beta, withBeta: misplacedOnAverage(step, by: best(step, .beta)),
    inWindow: misplacedOnAverage(step) { throughWindow(step, xt: $0) }
  )
}
//: hide
let shrinking = zip(halved.dropFirst(), halved).map { half, whole in
  (half: half, ofBeta: half.withBeta / whole.withBeta, ofWindow: half.inWindow / whole.inWindow)
}
page.table(
  shrinking,
  [
    Column("$\\beta$") { $0.half.beta }, Column("misplaced with $\\beta$", .percent(3)) { $0.half.withBeta },
    Column("of that with $2\\beta$", .places(2)) { $0.ofBeta },
    Column("misplaced with $v$", .percent(4)) { $0.half.inWindow },
    Column("of that with $2\\beta$", .places(2)) { $0.ofWindow },
  ])
page.claim(
  "the last halving leaves 0.45 to 0.55 of the one error, and 0.32 to 0.38 of the other",
  shrinking.last.map { (0.45...0.55).contains($0.ofBeta) && (0.32...0.38).contains($0.ofWindow) } ?? false)
/*:
Both rates come out. And this is the answer to the question why diffusion takes so many steps. The
network predicts all of the noise at once, and with it the exact mean of the step. But to replace the step by
a Gaussian is right for small steps only.

## What to remember

- A step back with $x_0$ known is a product of two bells. Precisions add, and means are averaged by them.
- The coefficient of $x_t$ is near 1 because steps are small, not because $x_t$ says much about $x_0$.
- Without $x_0$ the mean is exact with $E[x_0 \mid x_t]$ in its place. Predicted noise and predicted $x_0$ give
  the same step.
- Through a narrow window every log density is a parabola. So a small step back is nearly a Gaussian, of
  precision $\alpha_t/\beta_t - H$: variance $\beta_t$ for data $N(0, I)$, and $\tilde\beta_t$ for one point.
- A large step from between two modes has two peaks, and no Gaussian fits. Hence a thousand small ones.

## Try it

- In a browser, by hand: drag $x_0$ and $x_t$ and see the posterior move, and points go back, on the page
  [figures/play/index.html](../../figures/play/index.html).
- `make chapter3 ARGS="--x0 0.8 --xt 0.6 --timestep 2"`: near the end, who decides, $x_0$ or $x_t$?
- *Break it*: `make chapter3 ARGS="--steps 3"`. How much do three steps misplace? And fifty, with
  `--steps 50`?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter3`).

1. **The last step.** Why is $\tilde\beta_1 = 0$, and what is $\tilde\mu_1$? A program counts from 0,
   loses the step from $x_1$ to $x_0$ and shows $x_1$ as its image. By how many of 256 gray levels is
   a pixel off (root mean square)?
2. **Along the clean path.** Put $x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$
   into $\tilde\mu_t$, and show that $\sqrt{\bar\alpha_{t-1}}$ stands before $x_0$. What stands before
   $\epsilon$, and what must its square and $\tilde\beta_t$ add up to? A program has
   $\sqrt{\bar\alpha_t}$ in the place of $\sqrt{\bar\alpha_{t-1}}$ in the coefficient of $x_0$: which of
   the two identities notices, and would one see it in an image?
3. **The noise of one step.** A program undoes a step as it was done,
   $x_{t-1} = (x_t - \sqrt{\beta_t} \, \epsilon_\theta)/\sqrt{\alpha_t}$. What is wrong? At $t = 260$,
   how many times as much as it should does it take away? Derive from chapter 2's correlation of $z_t$
   and $\epsilon$ what is right, the mean of [@reverse-step] and the variance $\tilde\beta_t$.
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

## Where to go next

That the reverse of a slow diffusion has the form of the forward process was proved by [@feller1949], and
[@sohldickstein2015] built a generative model on it. [@ho2020] give the posterior in section 2 and discuss the
two variances in section 3.2; [@nichol2021] let a network choose between them. [@nakkiran2024] derive all of
diffusion from small Gaussian steps, with a different proof. What a network is trained for so that its
prediction becomes the best one is the subject of [chapter 4](../Chapter4/README.md).
*/
page.finish()
