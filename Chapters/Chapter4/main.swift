/*:
# Chapter 4: The loss

What should a network be trained to do?
*/
//: hide
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

let options = Options.parsedOrExit()
threadCount = options.common.threads
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let trainingSchedule = orExit(try options.schedule())
let page = Notebook(chapter: 4, options: options.common, changesResults: options.changeResults)
let quick = options.common.quick
page.figure(
  "chapter4_quality", "The samples keep improving long after the loss looks flat.",
  alt: "Four clouds of samples beside the data; a loss that is soon flat; a distance that falls to the end.")
/*:
[@chapter4_quality] is where this chapter ends. A network has learned to make points of the plane out of
noise. The lower left panel shows the loss that it was trained on. The loss falls for two hundred steps,
looks flat for the other 3,800, and never comes near 0. The points in the upper row keep improving to
the end, and the lower right panel measures it. There is hardly a question that learners ask more often
than the one about such a curve: *my loss is flat, is it broken?*

At the end of the chapter you can

- derive this loss in five lines from one wish, that the model finds the data probable;
- convert losses to bits, and say which step of the derivation is a choice and not an equality;
- compute how low a loss can go, and tell a flat loss that is good from one that is not;
- write the six steps of the training algorithm.

The chapter has two halves: where the loss comes from, and what happens when a network is trained on it.

## From the likelihood to a squared error

### What a good model is

[Chapter 3](../Chapter3/README.md) ended with a reverse step whose variance is known and whose mean a
network has to supply. A network is a function with numbers in it that can be changed. These numbers are
its **parameters**, also called its weights, and all of them together are written $\theta$. Our network
takes $x_t$ and $t$ and gives $\epsilon_\theta(x_t, t)$, its prediction of the noise in $x_t$. From that
follows the mean $\mu_\theta$ of a Gaussian step,
$p_\theta(x_{t-1} \mid x_t) = N(\mu_\theta, \sigma_t^2 I)$. A whole trajectory $x_T, \dots, x_1, x_0$,
written $x_{0:T}$, begins with noise, $p(x_T) = N(0, I)$, and then takes $T$ such steps. Its probability
is the product

$$p_\theta(x_{0:T}) = p(x_T) \prod_{t=1}^T p_\theta(x_{t-1} \mid x_t)$$

What do we wish of $\theta$? The model should find the data probable. The probability or density that it
gives to a sample $x_0$ is called the **likelihood** of $x_0$. It collects all trajectories that end
there:

$$p_\theta(x_0) = \int p_\theta(x_{0:T}) \, dx_{1:T}$$

It is convenient to work with $-\log p_\theta(x_0)$, which is small where the model finds $x_0$
probable. It is also a cost: whoever stores the sample with the help of the model needs that much
information. With natural logarithms the unit is the **nat**; 1 nat is 1.443 bits.

<details><summary>Predict: a model knows nothing and finds all 8-bit images equally probable. How many bits does it need for one pixel?</summary>

Eight, since each of the 256 gray levels has the probability 1/256 and $\log_2 256 = 8$. Every model
should need less. Keep the number for the end of the chapter.

</details>

For images nobody can compute the integral, because it runs over all noisy images at all timesteps. For
single numbers it is a matter of a moment, and that lets us check what follows. Take the data of chapter
3, near −0.8 in three cases of ten and near 0.8 in seven, with a standard deviation of 0.1 around each,
and only ten large steps. The place of the network is taken by the best one possible, which answers
$E[\epsilon \mid x_t]$, the mean of all noises that may have led to this $x_t$. The function below
begins with the density of $x_T$ at 800 places and carries it from step to step.
*/
let modes = GaussianMixture.twoModes
let ten = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 3)
//: hide
let standard = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
let spacing = 0.02
let grid = (0..<800).map { (Double($0) + 0.5) * spacing - 8 }
//: end
func modelDensity() -> [Double] {
  var density = grid.map { standard.density(at: $0) }
  for step in ten.steps.reversed() {
    let steps = grid.map { xt in
      step.reverse(from: xt, predictedNoise: modes.bestNoisePrediction(from: xt, at: step), variance: .beta)
    }
    let before = density
    density = parallelMap(grid.count) { place in
      zip(steps, before).reduce(0) { $0 + $1.0.density(at: grid[place]) * $1.1 * spacing }
    }
  }
  return density
}
/*:
### A bound: compare whole trajectories

To compare two distributions $q$ and $p$ of the same thing, ask how much more probable $q$ finds its own
samples than $p$ does. The mean of that, over samples of $q$, is the **Kullback–Leibler divergence**
(**KL divergence**)

$$KL(q \Vert p) = E_q \left[ \log q(x) - \log p(x) \right] \ge 0$$

It is 0 only where the two are equal. It is never below 0, since $\log u \le u - 1$ for every $u$: so
$-KL = E_q \log (p/q) \le E_q[p/q] - 1 = \int p \, dx - 1 = 0$.

The likelihood of $x_0$ is out of reach, but that of a *whole trajectory* is a plain product, and
trajectories that begin at $x_0$ are easily made: add noise to it. So compare trajectories. The model's
probability of one is that of its end times that of the rest given the end,
$p_\theta(x_{0:T}) = p_\theta(x_0) \, p_\theta(x_{1:T} \mid x_0)$. Take the logarithm of both sides,
subtract it from $\log q(x_{1:T} \mid x_0)$, and take the mean over the noisy trajectories of $x_0$:

$$L = E_q \left[ -\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} \mid x_0)} \right] = -\log p_\theta(x_0) + KL \left( q(x_{1:T} \mid x_0) \, \Vert \, p_\theta(x_{1:T} \mid x_0) \right) \ge -\log p_\theta(x_0)$$ {#bound}

<sub>In Swift: `schedule.bound(of: x0, …)`. Tested: [The bound lies above −ln p_θ(x_0), at every x_0](../../Tests/DiffusionTests/VariationalBoundTests.swift).</sub>

That is the first of five lines. $L$ asks only for what can be computed, and it lies above the wanted
$-\log p_\theta(x_0)$ by a divergence, the *gap*. The gap says how much the model's trajectories to
$x_0$ differ from those that noising took. In words: whoever compares $x_1, \dots, x_T$ too can only
find more difference. Or backwards: *forgetting variables never increases a divergence*, which is where
[@alemi2022] starts. The negative of $L$ is the **evidence lower bound** (**ELBO**), and $L$ is called
the variational bound. Make $L$ small, and $-\log p_\theta(x_0)$ has to be small as well.

<details><summary>The same by Jensen's inequality, as most texts derive it</summary>

Write the integral as a mean over noisy trajectories,
$p_\theta(x_0) = E_q \left[ p_\theta(x_{0:T}) / q(x_{1:T} \mid x_0) \right]$. The function $-\log$ is
convex, so by Jensen's inequality $-\log$ of a mean is at most the mean of $-\log$:

$$-\log p_\theta(x_0) = -\log E_q \left[ \frac{p_\theta(x_{0:T})}{q(x_{1:T} \mid x_0)} \right] \le E_q \left[ -\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} \mid x_0)} \right] = L$$

This is shorter, and it does not say how large the gap is. [@weng2021] and [@prince2023] go on from
here: they turn each $q(x_t \mid x_{t-1})$ around by Bayes' rule and let neighboring factors cancel.

</details>

<details><summary>Predict: is there a data set for which the gap is 0, even with ten large steps?</summary>

Yes: data that already are $N(0, I)$, with $\sigma_t^2 = \beta_t$. Every $x_t$ is $N(0, I)$ as well,
each reverse step is exactly Gaussian with variance $\beta_t$ (chapter 3), and the best network makes it
exactly. The second claim below checks it.

</details>

The next function computes $L$ for the ten steps. The library's `bound` adds the terms of the next
section for one noise. Each term sees only one $x_t$, so the same noise can serve all of them, and the
mean over it is an integral in one dimension.
*/
func exactBound(of x0: Double, _ data: GaussianMixture<Double>) -> Double {
  standard.expectation { noise in
    ten.bound(
      of: x0, data: .continuous, variance: .beta, noise: { _ in noise },
      predictor: { xt, t in data.bestNoisePrediction(from: xt, at: ten[t]) }
    ).total.nats
  }
}
//: hide
let densities = modelDensity()
let costs = parallelMap(221) { i in
  let x0 = grid[290 + i]
  return (i: i, x0: x0, model: -log(densities[290 + i]), bound: exactBound(of: x0, modes))
}
page.table(
  costs, to: "bound.csv", showing: { [70, 90, 110, 130, 150].contains($0.i) },
  [
    Column("$x_0$", csv: "x0", .places(2)) { $0.x0 },
    Column("$-\\log p_\\theta(x_0)$", csv: "model", .places(4)) { $0.model },
    Column("$L$", csv: "bound", .places(4)) { $0.bound }, Column("gap", .places(4)) { $0.bound - $0.model },
    Column("$-\\log q(x_0)$ of the data", csv: "truth", .places(4)) { -modes.logDensity(at: $0.x0) },
  ])
page.claim("the bound lies above −log p_θ(x_0) at 221 places", costs.allSatisfy { $0.bound > $0.model })
let misses = [-1.2, 0.3, 1].map { abs(exactBound(of: $0, standard) + standard.logDensity(at: $0)) }
page.claim("for data N(0, 1) it is −log q(x_0) itself, to eleven digits", misses.allSatisfy { $0 < 1e-11 })
page.figure(
  "chapter4_bound", "The bound lies above what the model makes a number cost. The arrow is the gap.",
  alt: "A curve with two wide dips, one just above it, and the data's curve with two deep narrow dips.")
/*:
The gap of this model is 0.2 to 0.5 nats. Another shortcoming is larger: the purple curve of
[@chapter4_bound] is not the blue one. Ten Gaussian steps cannot make two narrow modes, which is what
chapter 3 found. With more steps both become small.

### Read the chain from its other end

$L$ compares two products. The model's runs from $x_T$ down to $x_0$, the noising's from $x_0$ up to
$x_T$. But a joint distribution can be taken apart in any order. Read the noising chain from its other
end, and it runs down as well:

$$q(x_{1:T} \mid x_0) = q(x_T \mid x_0) \prod_{t=2}^T q(x_{t-1} \mid x_t, x_0)$$

This second line is the chain rule of probability. It would allow $x_{t-1}$ to depend on all of
$x_t, \dots, x_T$. Since noising is a Markov chain, the later ones say nothing more once $x_t$ is known.
The factors are the posteriors of chapter 3.

<details><summary>Predict: L will fall into T + 1 terms. How many of them can a network change?</summary>

All but one. The first compares $q(x_T \mid x_0)$ with $p(x_T)$, and neither of them has parameters.

</details>
*/
//: hide
page.figure(
  "chapter4_ladders", "Two ladders of the same steps: the bound compares them rung by rung.",
  alt: "Two rows of arrows from x_T to x_0, q above and p_θ below. Rungs are named L_T, L_{t−1} and L_0.")
/*:
The third line pairs the factors, as in [@chapter4_ladders]. The logarithm of a quotient of products is
a sum, so $L$ falls into $T + 1$ terms (equation 5 of [@ho2020]):

$$L = E_q \left[ L_T + \sum_{t=2}^T L_{t-1} + L_0 \right]$$ {#terms}

<sub>In Swift: `schedule.priorTerm`, `step.denoisingTerm`, `step.reconstructionTerm`. Tested: [The bound is E ln q(x_1, x_2 | x_0)/p_θ(x_0, x_1, x_2) of the chain, for two steps](../../Tests/DiffusionTests/VariationalBoundTests.swift).</sub>

$$L_T = KL(q(x_T \mid x_0) \Vert p(x_T)), \qquad L_{t-1} = KL(q(x_{t-1} \mid x_t, x_0) \Vert p_\theta(x_{t-1} \mid x_t)), \qquad L_0 = -\log p_\theta(x_0 \mid x_1)$$

- $L_T$ has no parameters in it. It says how far the end of the forward process is from pure noise.
- Each $L_{t-1}$ compares the posterior, which knows $x_0$, with the model's step, which does not.
- $L_0$ is what the data cost once $x_1$ is known. For points it is a density. For 8-bit images it is
  the probability that the last Gaussian gives to the cell of each pixel's gray level.

### Two Gaussians are a squared distance apart

Fourth line. All divergences in [@terms] are between Gaussians. Take two in one dimension, with means
$\mu, \mu'$ and variances $v, v'$. Under the first, $(x-\mu)^2$ has the mean $v$, and $(x-\mu')^2$ has
the mean $v + (\mu-\mu')^2$. Put both into the difference of the log-densities:

$$KL = E \left[ \frac{1}{2} \ln \frac{v'}{v} + \frac{(x-\mu')^2}{2v'} - \frac{(x-\mu)^2}{2v} \right] = \frac{1}{2} \left( \frac{v}{v'} - 1 - \ln \frac{v}{v'} \right) + \frac{(\mu-\mu')^2}{2v'}$$ {#gaussians}

<sub>In Swift: `gaussian.divergence(from: other)`. Tested: [The divergence of two Gaussians is ∫ p ln(p/q), by quadrature](../../Tests/DiffusionTests/DivergenceTests.swift).</sub>

In $d$ dimensions, such as the $d$ pixels of an image, the first part counts $d$ times and the second
becomes $\lVert \mu-\mu' \rVert^2/(2v')$.

<details><summary>Predict: two Gaussians have variance 1 and means 0.3 and 0.25. How many nats are they apart?</summary>

The variances agree, so the first part is 0. What is left is $0.05^2/2 = 0.00125$ nats. With equal
variances a divergence *is* a squared distance.

</details>

In the middle terms of $L$ both variances are fixed, so only the means can be learned:

$$L_{t-1} = \frac{1}{2\sigma_t^2} \lVert \tilde\mu_t - \mu_\theta \rVert^2 + d \, C_t, \qquad C_t = \frac{1}{2} \left( \frac{\tilde\beta_t}{\sigma_t^2} - 1 - \ln \frac{\tilde\beta_t}{\sigma_t^2} \right)$$

Here $\tilde\mu_t$ and $\tilde\beta_t$ are the posterior's mean and variance. Two numbers are thus known
before any training. One is the $L_T$ of a pixel with $x_0^2 = 1$, the other the sum of all $C_t$ for
$\sigma_t^2 = \beta_t$.
*/
let constants = schedule.steps.dropFirst().map { $0.boundConstant(variance: .beta) / log(2) }
//: hide
page.check("L_T for x_0² = 1, in bits", schedule.priorTerm(of: 1.0).bits, isPrinted: "2.9113e-5")
page.check("the sum of C_t for σ² = β, in bits for a dimension", constants.reduce(0, +), isPrinted: "0.4864")
/*:
> **Common claim.** Both Gaussians have the same variance, so the divergence is a mean squared error.
>
> **What the numbers say.** That is so for $\sigma_t^2 = \tilde\beta_t$ only. With
> $\sigma_t^2 = \beta_t$, which the paper uses as well, 0.4864 bits are dropped for each dimension.
> Training may ignore them because no parameter changes them. A likelihood may not.

### Put in the noise

Fifth line. The posterior's mean is made of $x_t$, which the network sees, and $x_0$, which it does not.
Chapter 3 replaced $x_0$ by the noise. The true mean and the predicted one then differ in one letter:

$$\tilde\mu_t = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \, \epsilon \right), \qquad \mu_\theta = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \, \epsilon_\theta \right)$$

Subtract. The $x_t$ cancels, and a multiple of $\epsilon - \epsilon_\theta$ is left. Square it and
divide by $2\sigma_t^2$:

$$L_{t-1} = w_t \, \lVert \epsilon - \epsilon_\theta \rVert^2 + d \, C_t, \qquad w_t = \frac{\beta_t^2}{2\sigma_t^2 \, \alpha_t \, (1-\bar\alpha_t)}$$ {#weight}

<sub>In Swift: `step.boundWeight(of: .noise, variance: .beta)`. Tested: [The noise's weight in equation 12 is β²/(2σ²α(1−ᾱ)), and 1/2 over the mean's 1/(2σ²) at β = σ²](../../Tests/DiffusionTests/BoundTermTests.swift).</sub>

The network may as well predict the mean, or $x_0$. Each of the three gives the others once $x_t$ is
known, so they are one task in three dialects, each with its own weight. The prediction
$\hat x_0 = (x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta)/\sqrt{\bar\alpha_t}$ has
$(1-\bar\alpha_t)/\bar\alpha_t$ times the squared error of the noise, so its weight is
$w_t \, \bar\alpha_t/(1-\bar\alpha_t)$. That of the mean is $1/(2\sigma_t^2)$. Chapter 7 adds a fourth
dialect.

Worked example 4: the noise was $\epsilon = 0.3$ and the network said 0.25. The cell computes $L_{t-1}$
from it for $x_0 = 0.8$ at $t = 500$ in both ways, as a divergence of two Gaussians and as a weighted
squared error.
*/
let (error, step) = (0.3 - 0.25, schedule[500])
let term = step.denoisingTerm(
  of: 0.8, given: step.marginal(of: 0.8).draw(0.3), predictedNoise: 0.25, variance: .beta)
let w = step.boundWeight(of: .noise, variance: .beta)
let formula = w * error * error + step.boundConstant(variance: .beta)
//: hide
page.check("ε − ε_θ", error, isPrinted: "0.05")
page.check("‖ε − ε_θ‖²", error * error, isPrinted: "0.0025")
page.claim("divergence and formula are both \(formula.text(9)) nats", abs(formula / term.nats - 1) < 1e-9)
/*:
So far nothing has been lost.

### Leave out the weight

Now [@ho2020] leave out $w_t$ and $C_t$ and train on what remains, the squared error of the noise, at
timesteps that are drawn uniformly:

$$L_{simple} = E_{t, x_0, \epsilon} \, \lVert \epsilon - \epsilon_\theta(x_t, t) \rVert^2$$ {#simple}

<sub>In Swift: `trainer.step()`. Tested: [A trainer comes down to the lowest loss that data of N(0, s² I) allow](../../Tests/TrainingTests/TrainerTests.swift).</sub>

This is the **simple loss**, on which most diffusion models are trained. What changes when the weight is
left out?

<details><summary>Predict: in the simple loss the first hundred of the thousand timesteps have 10 % of the weight. How much have they in the bound?</summary>

More than a third: 37 % with $\sigma_t^2 = \beta_t$, 44 % with $\tilde\beta_t$. At small $t$ the reverse
step is so narrow that a small error of its mean costs many nats.

</details>
*/
func weights(_ variance: ReverseVariance) -> [Double] {
  let weights = schedule.steps.map { $0.boundWeight(of: .noise, variance: variance) }
  let average = mean(weights)
  return weights.map { $0 / average }
}
//: hide
let (withBeta, withBetaTilde) = (weights(.beta), weights(.betaTilde))
let shares = [withBeta, withBetaTilde].map { 10 * mean($0[..<100]) }
page.claim(
  "\(shares[0].text(2)) % of the bound's weight with β, \(shares[1].text(2)) % with β̃ lies at t ≤ 100",
  shares.allSatisfy { $0 > 33 })
let rows = schedule.timesteps.map { [$0, withBeta[$0 - 1], withBetaTilde[$0 - 1]] as [any CSVValue] }
page.write(CSV(columns: ["t", "beta", "beta_tilde"], rows: rows), to: "weights.csv")
page.figure(
  "chapter4_weights", "The bound cares most for the smallest timesteps, the simple loss for all alike.",
  alt: "The bound's weight falls from 50 times its mean at t = 1 to half of it at 350; a flat line at 1.")
/*:
An error at $t = 1$ counts a hundred times as much in the bound with $\sigma_t^2 = \beta_t$ as one at
$t = 350$. There a wrong gray value costs many bits, though no eye sees it. The simple loss moves the
effort to the timesteps at which it is decided what the image shows. The paper found better images with
it, and worse bounds.

> **Common claim.** Training on the simple loss is equivalent to optimizing a variational bound.
>
> **What the numbers say.** The terms are the bound's, the weights are not, so it is no bound on the
> likelihood of the data. This much is true: a network that could learn any function would end at the
> same answer, $E[\epsilon \mid x_t]$, with all positive weights. A real network cannot make every error
> small, and the weights decide which errors it works on.

### From losses to bits

With [@terms] and [@weight] the losses of a network become the cost of its data. Let $\ell_t$ be the
mean squared error at timestep $t$. Code averages over the $d$ elements where formulas sum, so
$\lVert \epsilon - \epsilon_\theta \rVert^2$ is $d \, \ell_t$ on average. Divide by $d$ and by $\ln 2$
to have **bits per dimension**, the unit in which models of images are compared:

$$\text{bits per dimension} = \frac{1}{d \ln 2} \left( L_T + \sum_{t=2}^T d \, (w_t \, \ell_t + C_t) + L_0 \right)$$ {#bits}

<sub>In Swift: `bound.total.bitsPerDimension`. Tested: [A bound of losses is the bound by quadrature, and above the entropy of the data](../../Tests/DiffusionTests/BoundOfLossesTests.swift).</sub>

It takes a thousand losses. The one average that a training prints *cannot be converted*, because the
weights are so different.

<details><summary>Predict: the average loss rises by 0.001. Does it matter for the bits whether the rise is made at the first ten timesteps or at the last five hundred?</summary>

Very much. The cell computes both. The early rise costs more than twenty times as many bits.

</details>
*/
let prices = [1...10, 501...1000].map { timesteps in
  0.001 * 1000 * mean(timesteps.map { schedule[$0].boundWeight(of: .noise, variance: .beta) }) / log(2)
}
//: hide
page.show("it costs \(prices[0].text(2)) or \(prices[1].text(2)) bits per dimension")
/*:
### How low can it go?

Many pairs of $x_0$ and $\epsilon$ lead to the same $x_t$, and the network sees only $x_t$. The best
single answer to many possible noises is their mean, $E[\epsilon \mid x_t]$, because a mean has the
smallest mean squared distance to what it is the mean of. What remains is a variance that no training
takes away:

$$E \lVert \epsilon - \epsilon_\theta \rVert^2 = E \lVert \epsilon - E[\epsilon \mid x_t] \rVert^2 + E \lVert E[\epsilon \mid x_t] - \epsilon_\theta \rVert^2$$ {#floor}

<sub>In Swift: `mixture.lowestLoss(at: step)`. Tested: [The lowest loss is ᾱ/(1−ᾱ) E tr Var(x_0 | x_t)/d, to eleven digits](../../Tests/DiffusionTests/ExpectationTests.swift).</sub>

The cross term is missing for a reason: given $x_t$, the difference $\epsilon - E[\epsilon \mid x_t]$
has mean 0, and everything else is fixed. The first part is the **irreducible loss**. This book calls it
the floor. The second is the *excess*, which a network can learn away. For a mixture of Gaussians the
floor is an integral that can be computed. Below are the five modes in the plane of chapter 3. Losses
are means over the elements, as in code. The schedule is the linear one of chapter 1, unless an option
changes it.

<details><summary>Predict: is the floor higher at t = 1, where there is hardly any noise, or at t = 1000, where there is hardly anything else?</summary>

At $t = 1$. The noise has a size of 0.01 there, and the modes are ten to thirty times as wide, so nearly
nothing can be known of it: the floor is almost 1. At $t = 1000$ nearly all of $x_t$ *is* the noise, and
one can read it off.

</details>
*/
let plane = ToyDistribution.gaussianMixture
let floors = parallelMap(1000) { plane.lowestLoss(at: trainingSchedule[$0 + 1]) }
//: hide
let examples = [1, 10, 50, 100, 200, 300, 500, 750, 1000]
page.table(examples, [Column("$t$") { $0 }, Column("lowest possible loss") { floors[$0 - 1] }])
page.claim("over all timesteps \(mean(floors).text(places: 4)), and nowhere 0", floors.allSatisfy { $0 > 0 })
/*:
The floor does not simply fall. At $t = 100$ it is clear which mode a point belongs to, and much of the
noise can be read off. At $t = 200$ the modes begin to mix, and the floor rises once more. A network
that always answers 0 has the loss 1.

> **Common claim.** If the network predicts the noise perfectly, the loss is zero.
>
> **What the numbers say.** No network can. Here the best one possible has a loss of 0.2092. A loss of
> 0.21 can be nearly perfect for one data set, and one of 0.03 poor for another. A loss means something
> only beside its floor.

### The whole derivation

The five lines, together:

1. Compare whole trajectories. The bound $L$ lies above $-\log p_\theta(x_0)$ by a divergence.
2. Read the noising chain from its other end, as a product of posteriors.
3. Pair it factor by factor with the model: one term for each timestep.
4. Each term compares two Gaussians, so it is a squared distance of means.
5. Put in the noise: the means differ by a multiple of $\epsilon - \epsilon_\theta$. Leave out the
   weight, by choice.

[@figure_6] draws them for a denoising diffusion probabilistic model (DDPM). Its numbers are nats for a
point of the plane with $\sigma_t^2 = \tilde\beta_t$, from the network that the second half trains.
*/
//: hide
page.figure(
  "figure_6", "The DDPM loss simplifies from a complex variational bound to simple noise prediction.",
  alt: "Boxes joined by arrows: a bound, divergences, distances of means, the squared error of the noise.")
/*:
## Training

### A table of averages

The best answer to $x_t$ is the mean of the noises that may be in it. So the first network of this book
needs neither gradients nor layers: it is a table. Cut the line into bins. Make pairs of $x_t$ and
$\epsilon$ as the forward process makes them, sort them by the bin of $x_t$, and store the mean of
$\epsilon$ for each bin. That *is* $E[\epsilon \mid x_t]$, up to the width of a bin and the luck of the
pairs. [@prince2023] begins in the same way.

The data are the two modes at −0.8 and 0.8 again, the timestep is 260, where half of the variance is
left, and a bin is 0.1 wide.

<details><summary>Predict: at x_t = 0, between the modes, the noise was either near 0.8 or near −0.8. What will the table say?</summary>

About −0.3, the mean of the two, weighted by how often each is so. It is a noise that hardly ever occurs
there, and still the best answer.

</details>
*/
let half = schedule[260]
func pair(_ i: Int, _ numbers: RandomStream) -> (xt: Double, noise: Double) {
  let z = numbers.normals(sample: i, from: 2, count: 2)
  let x0 = modes.draw(uniform: numbers.uniform(sample: i), noise: z[0])
  return (half.marginal(of: x0).draw(z[1]), z[1])
}
func bin(_ xt: Double) -> Int { min(max(Int((xt + 4) * 10), 0), 79) }
func table(_ pairs: ArraySlice<(xt: Double, noise: Double)>) -> [Double] {
  var bins = [(sum: Double, count: Double)](repeating: (0, 0), count: 80)
  for pair in pairs {
    bins[bin(pair.xt)].sum += pair.noise
    bins[bin(pair.xt)].count += 1
  }
  return bins.map { $0.sum / max($0.count, 1) }
}
//: hide
let pairs = (0..<120_000).map { pair($0, random["pairs of the table"]) }
func best(_ xt: Double) -> Double { modes.bestNoisePrediction(from: xt, at: half) }
let tables = [100, 1000, 10_000, 100_000].map { count in
  let answers = table(pairs.prefix(count))
  let errors = pairs.suffix(20_000).map { best($0.xt) - answers[bin($0.xt)] }
  return (count: count, answers: answers, excess: mean(errors.map { $0 * $0 }))
}
page.table(
  tables,
  [
    Column("pairs") { $0.count }, Column("excess on 20,000 other pairs", .places(4)) { $0.excess },
    Column("loss, with the floor", .places(4)) { $0.excess + modes.lowestLoss(at: half) },
  ])
page.claim("from 100,000 pairs the table is less than 0.01 above the floor", tables[3].excess < 0.01)
let curves = (0..<800).map { Double($0) / 100 - 4 }.map { xt in
  [xt, best(xt), tables[1].answers[bin(xt)], tables[3].answers[bin(xt)]]
}
page.write(CSV(columns: ["xt", "best", "few", "many"], rows: curves), to: "table.csv")
page.write(CSV(columns: ["xt", "noise"], rows: pairs[..<1000].map { [$0.xt, $0.noise] }), to: "pairs.csv")
page.figure(
  "chapter4_table", "Averages of the noise, bin by bin, become the exact answer.",
  alt: "A cloud of dots in two slanted bands, a curve through their middle, and a staircase that follows it.")
/*:
Each row is a training with ten times as many pairs, and its loss comes down to the floor of 0.3306.
From a hundred pairs most bins are empty, and an empty bin answers 0. In [@chapter4_table] the dots stay
where they are, whatever the table has learned: at one $x_t$ there are many noises, and their spread is
the floor.

A network that is trained on squared errors does nothing else: it answers with averages. A table for the
plane and a thousand timesteps would need millions of bins, and one for images more bins than the
universe has atoms. A network answers for inputs that no pair has come near, because all inputs share
its parameters.

### Before the first step

Two networks are trained here, one for points of the plane and one for digits. Most failed trainings
fail before their first step: pixels scaled to 0…1 or 0…255, a schedule that does not end in noise, too
few steps for all timesteps. A *preflight* looks at the data, the schedule and the timesteps before
anything is trained. The network for points is set up here:
*/
//: hide
let trainingPoints = random["training points"]
let steps = options.steps ?? (quick ? 1000 : 4000)
//: end
var training = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 2, width: 96, depth: 4), data: ToyPoints(.mixture, random: trainingPoints),
  schedule: trainingSchedule,
  settings: TrainingSettings(
    batchSize: 256,
    learningRate: LearningRate(
      options.learningRate, warmUp: steps / 40, decay: .cosine(end: steps, floor: 0.01)),
    averageDecay: 0.995, seed: options.common.seed))
//: hide
let digitSteps = options.digitSteps ?? (quick ? 100 : 400)
let digits = ScaledDigits(digits: FreshDigits(DrawnDigits(seed: options.common.seed)), scale: options.pixels)
var digitTraining = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 784, width: 896, depth: 1), data: digits, schedule: trainingSchedule,
  settings: TrainingSettings(
    batchSize: 128,
    learningRate: LearningRate(2e-3, warmUp: digitSteps / 10, decay: .cosine(end: digitSteps, floor: 0.01)),
    averageDecay: 0.99, seed: options.common.seed))
let reports = [
  Preflight(
    data: training.objective.data, schedule: trainingSchedule, settings: training.settings, stepCount: steps,
    expecting: .standardized),
  Preflight(
    data: digits, schedule: trainingSchedule, settings: digitTraining.settings, stepCount: digitSteps),
]
page.show((["points"] + reports[0].lines + ["", "digits"] + reports[1].lines).joined(separator: "\n"))
for (name, report) in zip(["the points", "the digits"], reports) where !options.anyway {
  orExit(try report.requireNothingWrong(), for: name)
}
/*:
### A network for points

The network is a multilayer perceptron (MLP). Four times it multiplies a vector of 96 numbers by a
matrix, bends the result and adds it to the vector. Each layer is also given the timestep as a vector,
which chapter 5 explains. A training step takes a **batch** of 256 points, noises each to a timestep of
its own, and computes the loss. The gradient of the loss says for every parameter which way it should
go. The optimizer **Adam** of [@kingma2015] moves each one by a small step, scaled by the size of its
recent gradients. The size of all steps rises first and falls later. Afterwards not the last parameters
are used but an average of those of many steps; chapter 5 says why. On the way, copies of the network
are kept for the end of the chapter.
*/
//: hide
let bar = page.progress("points", of: steps, unit: "steps")
let checkpoints = Set([20, 50, 100, 200, 500, 1000, 2000, 4000, steps])
//: end
var snapshots: [(step: Int, network: MLP)] = []
orExit(
  try training.run(steps) { training in
    if checkpoints.contains(training.stepCount) { snapshots.append((training.stepCount, training.model)) }
    bar.advance()
  })
let network = training.averagedModel
//: hide
let losses = training.history.entries.map(\.loss)
page.write(training.history.csv, to: "points_history.csv")
page.show("\(training.weights.parameterCount) parameters, final loss \(mean(losses.suffix(500)).text(3))")
/*:
Is the result good? Its loss alone cannot say, but [@floor] can. The excess is measured at points that
no training has seen, against the exact answer.

<details><summary>Predict: is the excess larger where the noise is small or where it is large?</summary>

Where it is small, below $t = 200$. The floor is high there: most of what the network is asked for is
unpredictable, so a batch teaches it little.

</details>
*/
let unseen = random["unseen points"]
/// E‖E[ε | x_t] − ε_θ‖²/d over new points.
func excess(_ network: MLP, at t: Int, count: Int = quick ? 64 : 256) -> Double {
  let xt = (0..<count).map { i in
    let z = unseen.normals(step: t, sample: i, from: 2, count: 4)
    let x0 = plane.draw(uniform: unseen.uniform(step: t, sample: i), noise: SIMD2(z[0], z[1]))
    return trainingSchedule[t].marginal(of: x0).draw(SIMD2(z[2], z[3]))
  }
  let predicted = network.predictedNoise(from: Tensor(points: xt), timestep: Timestep(t)).points
  return zip(xt, predicted).reduce(0) { sum, pair in
    let error = pair.1 - plane.bestNoisePrediction(from: pair.0, at: trainingSchedule[t])
    return sum + error.dot(error) / Double(2 * count)
  }
}
//: hide
let excesses = trainingSchedule.timesteps.map { excess(network, at: $0) }
let ownLosses = zip(floors, excesses).map(+)
page.table(
  (0..<10).map { 100 * $0..<100 * $0 + 100 },
  [
    Column("timesteps") { "\($0.lowerBound + 1)…\($0.upperBound)" },
    Column("floor", .places(5)) { mean(floors[$0]) }, Column("excess", .places(5)) { mean(excesses[$0]) },
    Column("excess/floor", .percent(1)) { mean(excesses[$0]) / mean(floors[$0]) },
  ])
page.show("on average the loss is \((100 * mean(excesses) / mean(floors)).text(2)) % above the floor")
let lossRows = trainingSchedule.timesteps.map { [$0, floors[$0 - 1], ownLosses[$0 - 1]] as [any CSVValue] }
page.write(CSV(columns: ["t", "floor", "loss"], rows: lossRows), to: "floor.csv")
page.figure(
  "chapter4_floor", "The loss of the trained network lies on the floor, and its excess far below.",
  alt: "A green curve that falls from 1, rises again at t = 200 and falls to 0, with purple dots on it.")
/*:
A loss of 0.21 is thus nearly as good as any network can have it. A percentage of almost nothing means
little; keep that in mind for the last rows, where the floor itself goes to 0.

How good a model of the data is that? The recipe of [@bits] answers, here in nats for a point, with
$d = 2$ and the density in $L_0$. No model can be below the entropy of the data, $-E \log q(x_0)$. What
the best possible network pays above it is the price of Gaussian steps, and what ours pays above that is
its excess.
*/
/// The terms of the bound in nats for a point, L_0 first and without L_T, from the losses at all timesteps.
func terms(_ losses: [Double], _ variance: ReverseVariance) -> [Double] {
  zip(trainingSchedule.steps, losses).map { step, loss in
    let weighted = 2 * step.boundWeight(of: .noise, variance: variance) * loss
    return step.timestep > 1
      ? weighted + 2 * step.boundConstant(variance: variance)
      : weighted + log(2 * Double.pi * step.reverseVariance(variance))
  }
}
//: hide
let prior = plane.expectation { trainingSchedule.priorTerm(of: $0).nats }
let entropy = plane.differentialEntropy
let bounds = [("β", ReverseVariance.beta), ("β̃", .betaTilde)].map { name, variance in
  let (own, best) = (terms(ownLosses, variance), terms(floors, variance))
  return (name: name, own: own, total: own.reduce(prior, +), best: best.reduce(prior, +))
}
page.table(
  bounds, to: "derivation.csv",
  [
    Column("$\\sigma_t^2$") { $0.name }, Column("entropy", csv: "entropy", .places(4)) { _ in entropy },
    Column("bound, best network", .places(4)) { $0.best },
    Column("bound, this network", csv: "bound", .places(4)) { $0.total },
    Column(csv: "prior") { _ in prior }, Column(csv: "middle") { $0.own.dropFirst().reduce(0, +) },
    Column(csv: "last") { $0.own[0] }, Column(csv: "loss") { _ in mean(ownLosses) },
    Column(csv: "floor") { _ in mean(floors) },
  ])
page.claim("entropy < best bound < our bound", bounds.allSatisfy { entropy < $0.best && $0.best < $0.total })
/*:
$\tilde\beta_t$ costs a nat more, nearly all of it at the last steps. Each mode is 0.1 to 0.3 wide, much
wider than these steps, and there $\beta_t$ is the right variance, as chapter 3 showed.

> **Common claim.** Trained well, a diffusion model has no gap between the ELBO and the likelihood.
>
> **What the numbers say.** The gap is a divergence of trajectories, and Gaussian steps leave one even
> to the best network: 0.2 to 0.5 nats in ten steps, in the first table of this chapter. In the plane,
> with a thousand steps and $\beta_t$, the gap and the divergence of the model from the data are 0.017
> nats together.

### The six steps

On images everything stays the same. The training algorithm of the paper is six steps and an arrow back,
drawn in [@figure_5]. Below they are done by hand for one batch of 128 synthetic digits, after half of
the training of a network with one hidden layer of 896 numbers. The trainer then makes the same step.
*/
//: hide
orExit(try digitTraining.run(digitSteps / 2))
let (size, n) = (digitTraining.settings.batchSize, digitTraining.stepCount + 1)
let (ofTimesteps, ofNoise) = (random.numbers[.trainingTimestep], random.numbers[.trainingNoise])
//: end
// Algorithm 1 of the paper: training
// 1. Take x_0 from the data: a batch of images.
let clean = digits.rows((n - 1) * size..<n * size)
// 2. Draw t uniformly from 1…T, one for each image.
let timesteps = (0..<size).map { 1 + ofTimesteps.index(below: 1000, step: n, sample: $0) }
// 3. Draw ε from N(0, I).
let epsilon = Tensor.normal(ofNoise, step: n, samples: 0..<size, rowShape: [28, 28, 1])
// 4. Form x_t by the closed form of chapter 2.
let noisy = Tensor(
  rowsOf: (0..<size).map { i in
    trainingSchedule[timesteps[i]].marginal(of: clean.rows(i..<i + 1)).draw(epsilon.rows(i..<i + 1))
  })
// 5. Predict the noise.
let predicted = digitTraining.model.predictedNoise(from: noisy, timesteps: timesteps.map { Timestep($0) })
// 6. The loss; its gradient and a step of Adam are the trainer's.
let loss = Double(predicted.meanSquaredError(to: epsilon).value)
//: hide
let trainersLoss = orExit(try digitTraining.step()).loss
page.claim("the trainer has the same loss at step \(n), \(loss.text(5))", abs(loss / trainersLoss - 1) < 1e-5)
let shown = timesteps.firstIndex { (200...400).contains($0) } ?? 0
page.write(clean.image(shown).pgm, to: "six_clean.pgm")
page.write(epsilon.image(shown, scale: 1 / 3.0).pgm, to: "six_noise.pgm")
page.write(noisy.image(shown).pgm, to: "six_noisy.pgm")
page.write(predicted.image(shown, scale: 1 / 3.0).pgm, to: "six_predicted.pgm")
let lossShown = predicted.rows(shown..<shown + 1).meanSquaredError(to: epsilon.rows(shown..<shown + 1)).value
let six: [any CSVValue] = [timesteps[shown], trainingSchedule.alphaBar(timesteps[shown]), Double(lossShown)]
page.write(CSV(columns: ["t", "alpha_bar", "loss"], rows: [six]), to: "six.csv")
page.figure(
  "figure_5", "The DDPM training algorithm distills to six simple steps, here with a real image of one.",
  alt: "Six boxes in a column: a digit, a timestep, noise, the noisy digit, the predicted noise, the loss.")
/*:
After the rest of the training, what can this network do? In [@chapter4_digits] it is shown eight digits
that it has not seen, noised to four timesteps, and answers with its $\hat x_0$. The same eight digits,
noised to all thousand timesteps, give the bits per dimension.
*/
//: hide
orExit(try digitTraining.run(digitSteps - n))
let digitNetwork = digitTraining.averagedModel
let unseenDigits = digits.unseen(8)
let digitNoise = random["noise on unseen digits"]
let kind: DataKind = options.pixels == .signed ? .eightBit : .continuous
//: end
func noise(_ t: Int) -> Tensor { .normal(digitNoise, step: t, samples: 0..<8, rowShape: [28, 28, 1]) }
let bound = trainingSchedule.bound(
  of: unseenDigits, data: kind, variance: .beta, noise: noise,
  predictor: { digitNetwork.predictedNoise(from: $0, timestep: $1) })
//: hide
page.show("\(bound.total.bitsPerDimension.text(places: 2)) bits per dimension")
var sheet: [Image] = unseenDigits.images
for step in [50, 200, 400, 700].map({ trainingSchedule[$0] }) {
  let xt = step.marginal(of: unseenDigits).draw(noise(step.timestep))
  let guess = digitNetwork.predictedNoise(from: xt, timestep: Timestep(step.timestep))
  sheet += xt.images + step.x0(from: xt, noise: guess).images
}
page.write(contactSheet(sheet, columns: 8, gap: 1).pgm, to: "digits_guesses.pgm")
let path = trainingSchedule.respaced(to: quick ? 50 : 200)
func samples(_ network: MLP, _ shape: [Int], _ count: Int) -> Tensor {
  NumberedSampler(network, rowShape: shape, steps: path, variance: .beta, random: random.numbers)
    .trajectory(of: 0..<count).sample()
}
let sampledDigits = orExit(try samples(digitNetwork, [28, 28, 1], 40).requiringFinite("the digits drawn"))
page.write(contactSheet(sampledDigits.images, columns: 8, gap: 1).pgm, to: "digits_drawn.pgm")
page.figure(
  "chapter4_digits", "This network cleans digits at t = 50 and 200, guesses at 400 and is lost at 700.",
  alt: "Left, digits with more and more noise, each row with the cleaned below. Right, 40 grainy samples.")
/*:
Is that good? A pixel costs 8 bits without any model, so 6.68 saves little; the network of chapter 5
needs 1.65 bits on MNIST. The figure shows why. At $t = 700$ an error of the noise is an error of the
image $(1-\bar\alpha_t)/\bar\alpha_t = 143$ times as large, so the first steps of sampling need the
noise far more exactly than this network knows it. All the noise has to pass through 896 numbers. And
every parameter belongs to one pixel, so a stroke that was learned in one place is not known one pixel
further. The network of chapter 5 mends both.

### Loss is not quality

Back to [@chapter4_quality]. Each kept copy of the network for points makes 2,000 samples from the same
noise, in 200 of the timesteps; chapter 6 explains how. How far are they from new data? The **sliced
Wasserstein distance** looks at both sets along 64 directions in turn and asks how far, root mean
square, the points have to be moved along each to become the others. New data have a distance as well,
because they are finite.

<details><summary>Predict: from step 200 to step 4,000 the loss falls by an eighth. How much does the distance fall?</summary>

To a fifth of what it was. In the end the samples are as near to the data as new data are, as far as
2,000 points can tell.

</details>
*/
//: hide
let sampleCount = quick ? 500 : 2000
let reference = ToyDistribution.mixture.points(count: 10_000, random: random["reference points"])
let others = ToyDistribution.mixture.points(count: 8 * sampleCount, random: random["other points"])
let otherData = Moments(
  (0..<8).map { slicedWasserstein(Array(others[$0 * sampleCount..<($0 + 1) * sampleCount]), reference) })
let looks = orExit(
  try snapshots.map { step, network in
    let points = samples(network, [2], sampleCount)
    let hint = "draws points that are not finite: try a smaller --learning-rate"
    if !points.isFinite { throw ValidationError("the network of step \(step) \(hint)") }
    let rest = mean(stride(from: 5, through: 1000, by: 10).map { excess(network, at: $0, count: 128) })
    let distance = slicedWasserstein(points.points, reference)
    return (step: step, points: points.points, excess: rest, distance: distance)
  })
page.table(
  looks, to: "quality.csv",
  [
    Column("training step", csv: "step") { $0.step }, Column("excess", .places(4)) { $0.excess },
    Column("floor + excess", csv: "loss", .places(4)) { mean(floors) + $0.excess },
    Column("distance of the samples", csv: "distance", .places(3)) { $0.distance },
    Column(csv: "least_loss") { _ in mean(floors) }, Column(csv: "least_distance") { _ in otherData.mean },
  ])
let spread = [Moments(losses.suffix(max(2, steps / 4))), otherData].map { $0.variance.squareRoot().text(2) }
page.show("the loss varies by ± \(spread[0]) from batch to batch")
page.show("new data: distance \(otherData.mean.text(places: 3)) ± \(spread[1]) from set to set")
let isOfTheBook = steps >= 4000 && options.learningRate == 3e-3 && trainingSchedule == schedule
if isOfTheBook, let early = looks.first(where: { $0.step >= 200 }), let late = looks.last {
  page.claim(
    "from step \(early.step) on the loss falls by \((early.excess - late.excess).text(places: 3)), "
      + "the distance to \((late.distance / early.distance).text(2)) of what it was",
    late.distance < 0.75 * early.distance)
}
let data = ToyDistribution.mixture.points(count: 800, random: trainingPoints)
let times = looks.filter { [50, 200, 1000, steps].contains($0.step) }
let marks = (times.map { ($0.step, $0.points) } + [(0, data)]).flatMap { step, points in
  points.prefix(800).map { [step, $0.x, $0.y] as [any CSVValue] }
}
page.write(CSV(columns: ["step", "x", "y"], rows: marks), to: "drawn.csv")
/*:
Now the answer to *my loss is flat and does not go to zero, is it broken?* Neither is a sign that
something is broken.

- **It does not go to zero** because of the floor. Here 0.209 of 0.210 is floor. On real data nobody
  knows the floor, so a loss can only be compared with that of another network on the same data and
  schedule.
- **It looks flat** because the excess is a small part of the loss, and the jumps from batch to batch
  hide it. From step 200 to 4,000 the loss falls by 0.03, no more than one jump.
- **Look at samples**, and at a distance between sets of samples. On MNIST the loss of this book's
  network falls from 0.0258 after five passes through the images to 0.0217 after twenty, and the
  samples' distance to real images from 21.3 to 12.4. [Chapter 5](../Chapter5/README.md) has that loss
  pass by pass, and [chapter 6](../Chapter6/README.md) the distance. For CIFAR-10
  [tqch/ddpm-torch](https://github.com/tqch/ddpm-torch) reports the same: the loss went from 0.0295 to
  0.0277, the distance from 9.16 to 3.19.

## What to remember

- The variational bound compares whole trajectories. Its gap is a divergence of trajectories.
- Read from its other end, noising has the same steps as the model, and the bound is a sum of
  divergences of Gaussians.
- Mean, $x_0$ and noise are three ways to say one prediction, each with its weight. The simple loss
  leaves the weight out.
- A network trained on squared errors answers with an average, so its loss has a floor above 0. "0.03"
  says nothing without it.
- Samples go on improving when the loss has long looked flat.

## Try it

- `make chapter4 ARGS="--steps 400"`: how far above the floor is a tenth of the training?
- `make chapter4 ARGS="--pixels unit"`: what does preflight say? With `--anyway`, what do the digits
  become?
- `make chapter4 ARGS="--last-beta 0.005 --anyway"`: $x_T$ still holds some of $x_0$, but sampling
  begins with noise. The digits mind, the points hardly do. What are their means and variances?
- `make chapter4 ARGS="--learning-rate 1e9"`: a training that fails says where.
- By hand: with $\epsilon = (0.3, -0.1)$ and a prediction of $(0.25, 0)$, what do formula and code
  print?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter4`).

1. **Lazy networks.** The data have mean 0 and variance 1. What is the loss at $t$ of a network that
   answers 0, of one that answers $x_t$, and of one that answers $\sqrt{1-\bar\alpha_t} \, x_t$? Show
   that no other multiple of $x_t$ is better than the last. What are the three losses on average over
   the timesteps of the linear schedule?
2. **Two ends.** Show that with $\sigma_t^2 = \beta_t$ a squared error of the noise counts about $1/2$
   in the bound at $t = 1$, whatever small $\beta_1$ the schedule has, and about $\beta_T/2$ at $T$.
   Guess where on the linear schedule it counts least: at $T$, or before? Then compute, and find the
   $\bar\alpha_t$ of that place by hand.
3. **What is dropped.** For $\sigma_t^2 = \beta_t$ the constants $C_t$ sum to 0.4864 bits for a
   dimension. Guess which part of it $t = 2$ has alone, one timestep of 999. Then compute it by hand,
   with $\tilde\beta_2/\beta_2 = 0.4547$ from chapter 3. And the part of all $t$ from 100 on?
4. **The price of the last step.** A network is perfect at $t = 1$: it knows $\epsilon$, so that
   $\mu_\theta(x_1, 1) = x_0$. How many bits does it still pay in $L_0$ for a gray 8-bit pixel, with
   $\sigma_1^2 = \beta_1 = 10^{-4}$? And for a black one, of level 0? What would have to change?
5. **Ten per cent too timid.** A network always answers $0.9 \, E[\epsilon \mid x_t]$. How far above the
   floor is its loss, for any data? It samples data $N(0, 1)$ with $\sigma_t^2 = \beta_t$: guess whether
   the variance of its samples is off by about 1 %, 10 % or 25 %, and compute it.
6. **Pixels from 0 to 1.** Somebody scales pixels to $[0, 1]$ and changes nothing else. Show that the
   floor at $t$ is that of rightly scaled data at the $\bar\alpha$ where the signal over noise is a
   quarter. Guess whose floor is lower on average over $t$, and compute it for the two modes. Which gray
   level does a black pixel get where the images are shown as if they were in $[-1, 1]$?

## Where to go next

[@alemi2022] has the shortest derivation of the bound, and [@luo2022] the most patient one.
[@kingma2021] write the bound with continuous time, where only the two ends of the noise schedule
matter. [Chapter 5](../Chapter5/README.md) builds the network that this chapter lacked.
*/
page.finish()
