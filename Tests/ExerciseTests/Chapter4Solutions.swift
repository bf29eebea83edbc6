/*:
# Chapter 4: solutions

What a loss counts, and what it hides. Every number that the text states is checked by the code below
it, to half of its last digit.
*/
import Datasets
import Deterministic
import Diffusion
import Samples
import Testing

/*:
## 1. Lazy networks

The data have mean 0 and variance 1. What is the loss of networks that answer 0, $x_t$, or
$\sqrt{1-\bar\alpha_t} \, x_t$?

Let the answer be $k x_t = k \sqrt{\bar\alpha_t} \, x_0 + k \sqrt{1-\bar\alpha_t} \, \epsilon$. Then
$\epsilon - k x_t$ has two independent parts, and its mean square is

$$k^2 \bar\alpha_t + (1 - k \sqrt{1-\bar\alpha_t})^2 = 1 - 2 k \sqrt{1-\bar\alpha_t} + k^2$$

For $k = 0$ this is 1, for $k = 1$ it is $2 - 2\sqrt{1-\bar\alpha_t}$, which is less than 1 once
$\bar\alpha_t < 3/4$, from $t = 166$ on. It is smallest for $k = \sqrt{1-\bar\alpha_t}$, and then it is
$\bar\alpha_t$. Averaged over the linear schedule the three have the losses 1, 0.388 and 0.276. So a
loss of 0.276 is no sign that a network has seen the data: it is what can be had for knowing the
schedule, if the data are scaled.

The code lets the data be 1 or −1, which have mean 0 and variance 1 and are far from a Gaussian: the
result asks for nothing else. The expectation over $\epsilon$ is a sum over sixteenths.
*/
/// E f(ε) for ε ~ N(0, 1), by the trapezoid rule: exact to rounding where f is smooth on a scale of 1/4.
private func expectationOverNoise(_ f: (Double) -> Double) -> Double {
  let standard = Gaussian(mean: 0.0, variance: 1)
  return (-160...160).reduce(0) { sum, i in
    let noise = Double(i) / 16
    return sum + standard.density(at: noise) / 16 * f(noise)
  }
}

@Test("answering 0, x_t or √(1−ᾱ_t) x_t has the loss 1, 0.388 or 0.276 for all data of mean 0 and variance 1")
func lazyNetworks() throws {
  let schedule = try NoiseSchedule.linear()
  /// The loss of the answer k x_t, for data at ±1.
  func loss(_ k: Double, _ step: Step) -> Double {
    expectationOverNoise { noise in
      let errors = [-1.0, 1].map { x0 in noise - k * step.marginal(of: x0).draw(noise) }
      return errors.reduce(0) { $0 + $1 * $1 / 2 }
    }
  }
  var averages = (none: 0.0, copy: 0.0, scaled: 0.0)
  for t in schedule.timesteps {
    let (step, root) = (schedule[t], (1 - schedule.alphaBar(t)).squareRoot())
    let (none, copy, scaled) = (loss(0, step), loss(1, step), loss(root, step))
    #expect(abs(none - 1) < 1e-12)
    #expect(abs(copy - (2 - 2 * root)) < 1e-12)
    #expect(abs(scaled - step.alphaBar) < 1e-12)
    #expect(scaled < loss(root - 0.01, step) && scaled < loss(root + 0.01, step))
    #expect((copy < none) == (t >= 166))
    averages.none += none / 1000
    averages.copy += copy / 1000
    averages.scaled += scaled / 1000
  }
  #expect(abs(averages.none - 1) < 1e-12)
  #expect(abs(averages.copy - 0.388) < 0.0005)
  #expect(abs(averages.scaled - 0.276) < 0.0005)
}

/*:
## 2. Two ends

How much does a squared error of the noise count in the bound with $\sigma^2 = \beta$ at $t = 1$ and at
$t = T$, and where does it count least?

With $\sigma_t^2 = \beta_t$ the weight is $\beta_t/(2 \alpha_t (1-\bar\alpha_t))$. At $t = 1$ the
denominator has $1 - \bar\alpha_1 = \beta_1$, and $1/(2\alpha_1)$ is left: one half, whatever small
$\beta_1$ the schedule has. At $T$ the $\bar\alpha_T$ is nearly 0, and the weight nearly $\beta_T/2$:
0.0102. So an error at $t = 1$ counts 49 times as much as one at $T$, while in $L_{simple}$
both count the same.

It is least in between, where $\beta_t/(1-\bar\alpha_t)$ is (chapter 2's calmest steps). Let
$y = -\ln \bar\alpha_t$. It grows like $t^2$ and $\beta_t$ like $t$, so $\sqrt y / (1 - e^{-y})$ is to
be smallest. Its derivative is 0 where $e^y = 1 + 2y$, at $y = 1.256$. That is $\bar\alpha_t = 0.285$,
and by chapter 1's rule $t = \sqrt{2 T y / \beta_T} = 354$. The schedule, whose $\beta_1$ is not 0, has
it at $t = 349$: 0.00497. At $t = 1$ it is 101 times as large.

The code takes no weight from a formula. An error of 1 in the predicted noise costs so much more in
$L_{t-1}$, a divergence, and at $t = 1$ in $L_0$, a density.
*/
@Test("an error of the noise counts 1/2 at t = 1, 0.0102 at t = 1000, and least at t = 349, where ᾱ is 0.285")
func twoEnds() throws {
  let schedule = try NoiseSchedule.linear()
  let (x0, noise) = (0.8, 0.3)
  let weights = schedule.steps.map { step in
    let xt = step.marginal(of: x0).draw(noise)
    let nats = [noise, noise + 1].map { predicted in
      step.timestep == 1
        ? step.reconstructionTerm(
          of: x0, given: xt, predictedNoise: predicted, variance: .beta, data: .continuous
        ).nats
        : step.denoisingTerm(of: x0, given: xt, predictedNoise: predicted, variance: .beta).nats
    }
    return nats[1] - nats[0]
  }
  for (step, weight) in zip(schedule.steps, weights) {
    let formula = step.beta / (2 * step.alpha * (1 - step.alphaBar))
    // The two means are 0.01 or less apart, and their last digits are lost to 1 − ᾱ_t.
    #expect(abs(weight / formula - 1) < 1e-8)
  }
  #expect(abs(weights[0] - 0.5) < 0.0001)
  #expect(abs(weights[999] - 0.0102) < 0.00005)
  #expect((weights[0] / weights[999]).rounded() == 49)

  let least = schedule.timesteps.min { weights[$0 - 1] < weights[$1 - 1] }
  #expect(least == 349)
  #expect(abs(weights[348] - 0.00497) < 0.000005)
  #expect((weights[0] / weights[348]).rounded() == 101)
  #expect(exp(1.2555) < 1 + 2 * 1.2555 && exp(1.2565) > 1 + 2 * 1.2565)
  #expect(abs(exp(-1.2564) - 0.285) < 0.0005)
  #expect((2 * 1000 * 1.2564 / 0.02).squareRoot().rounded() == 354)
}

/*:
## 3. What is dropped

For $\sigma^2 = \beta$ the constants $C$ sum to 0.4864 bits a dimension. How much of it is dropped at
$t = 2$?

By hand: $\tilde\beta_2/\beta_2 = 0.4547$ (chapter 3), and
$C = \frac{1}{2} (0.4547 - 1 - \ln 0.4547) = 0.1214$ nats. Divided by $\ln 2$ this is 0.1751 bits: 36 %
of all, at one of 999 timesteps. The steps from 2 to 10 have 80 %. All 901 from $t = 100$ on have 1.5 %
together. There $\tilde\beta_t$ is less than $\beta_t$ by a small share $r$, and for small $r$ the
constant is only $r^2/4$ nats.

The code does the integral $\int p \ln (p/p')$ for two Gaussians with one mean and the variances
$\tilde\beta_t$ and $\beta_t$. In units of $\sqrt{\tilde\beta_t}$ it is an expectation over noise.
*/
@Test("of the 0.4864 bits that are dropped for σ² = β, t = 2 has 36 % and t = 2…10 have 80 %")
func whatIsDropped() throws {
  let schedule = try NoiseSchedule.linear()
  let bits = schedule.steps.dropFirst().map { step in
    let posterior = Gaussian(mean: 0.0, variance: step.posteriorVariance)
    let model = Gaussian(mean: 0.0, variance: step.beta)
    return expectationOverNoise { noise in
      let x = posterior.draw(noise)
      return (posterior.logDensity(at: x) - model.logDensity(at: x)) / log(2)
    }
  }
  func sum(_ timesteps: ClosedRange<Int>) -> Double {
    timesteps.reduce(0) { $0 + bits[$1 - 2] }
  }
  let all = sum(2...1000)
  #expect(abs(all - 0.4864) < 0.00005)
  #expect(abs(bits[0] - 0.1751) < 0.00005)
  #expect(abs((0.4547 - 1 - log(0.4547)) / 2 - 0.1214) < 0.00005)
  #expect(abs(schedule[2].posteriorVariance / schedule.beta(2) - 0.4547) < 0.00005)
  #expect(abs(sum(2...2) / all - 0.36) < 0.005)
  #expect(abs(sum(2...10) / all - 0.80) < 0.005)
  #expect(abs(sum(100...1000) / all - 0.015) < 0.0005)
  for t in [100, 200, 500] {
    let share = 1 - schedule[t].posteriorVariance / schedule.beta(t)
    // The next term of the series is r³/6 nats: two thirds of r as a part of this one.
    #expect(abs(bits[t - 2] * log(2) / (share * share / 4) - 1) < share)
  }
}

/*:
## 4. The price of the last step

A network knows the noise exactly, so that $\mu_\theta(x_1, 1) = x_0$. What does it still pay for an
8-bit pixel in $L_0$, with $\sigma_1^2 = \beta_1$?

The last Gaussian is centered on the right level, with a standard deviation of 0.01. The level's cell
reaches $1/255 = 0.0039$ to both sides, which is 0.392 standard deviations. The mass inside is
$\text{erf}(0.392/\sqrt 2) = 0.305$. The rest lies on the levels next to it, and it costs
$-\log_2 0.305 = 1.71$ bits. A black pixel is level 0, whose cell has no end below. It gets
$(1 + 0.305)/2 = 0.653$ and costs 0.62 bits. No network can change that, for $\sigma_1^2$ is fixed. With
$\tilde\beta_2 = 5.45 \cdot 10^{-5}$ in its place, as in the paper's code, a gray pixel would cost 1.31
bits and a black one 0.51; with $10^{-6}$ the gray one 0.0001. (A network that errs pays for a small
$\sigma_1^2$: its errors are divided by it.)

The code adds up the density of the last Gaussian over a cell, piece by piece.
*/
@Test("with β_1 = 0.0001 even a perfect network pays 1.71 bits for a gray pixel and 0.62 for a black one")
func priceOfLastStep() throws {
  let step = try NoiseSchedule.linear()[1]
  for (level, price) in [(128, 1.71), (0, 0.62)] {
    let x0 = Double(level) / 127.5 - 1
    let last = step.reverse(from: step.marginal(of: x0).draw(0.7), predictedNoise: 0.7, variance: .beta)
    // Level 0 takes all that is darker: ten standard deviations are all.
    let low = level == 0 ? x0 - 0.1 : x0 - 1 / 255.0
    let width = (x0 + 1 / 255.0 - low) / 10_000
    let mass = (0..<10_000).reduce(0.0) { sum, piece in
      sum + width * last.density(at: low + (Double(piece) + 0.5) * width)
    }
    let bits = step.reconstructionTerm(
      of: x0, given: step.marginal(of: x0).draw(0.7), predictedNoise: 0.7, variance: .beta, data: .eightBit
    ).bits
    // The midpoint rule errs by about width²/24 of the slope at the ends, 1e−9 of the mass.
    #expect(abs(bits + log(mass) / log(2)) < 1e-7)
    #expect(abs(bits - price) < 0.005)
  }
  let inside = erf(1 / 255.0 / 0.01 / 2.0.squareRoot())
  #expect(abs(1 / 255.0 / 0.01 - 0.392) < 0.0005)
  #expect(abs(inside - 0.305) < 0.0005 && abs((1 + inside) / 2 - 0.653) < 0.0005)
  /// The mass of a Gaussian within the cell that it is centered on.
  func mass(variance: Double) -> Double { erf(1 / 255.0 / (2 * variance).squareRoot()) }
  let borrowed = step.reverseVariance(.betaTilde)
  #expect(abs(borrowed - 5.45e-5) < 0.005e-5)
  #expect(abs(-log(mass(variance: borrowed)) / log(2) - 1.31) < 0.005)
  #expect(abs(-log((1 + mass(variance: borrowed)) / 2) / log(2) - 0.51) < 0.005)
  #expect(abs(-log(mass(variance: 1e-6)) / log(2) - 0.0001) < 0.00005)
}

/*:
## 5. Ten per cent too timid

A network says $0.9 \, E[\epsilon \mid x_t]$. What is its loss, and what do its samples look like?

Write $\epsilon$ as $E[\epsilon \mid x_t]$ and what nobody can know of it. The two are uncorrelated, so
their mean squares add up to that of $\epsilon$, which is 1: $E[\epsilon \mid x_t]$ has the mean square
$1 - \text{floor}_t$. The excess of the network is 0.01 of that,

$$\text{loss}_t = \text{floor}_t + 0.01 \, (1 - \text{floor}_t)$$

At most 0.01. For the two modes at $t = 260$, where the floor is 0.3306, it is 0.0067.

Now samples, with data $N(0, 1)$. There $E[\epsilon \mid x_t] = \sqrt{1-\bar\alpha_t} \, x_t$, and the
mean of a step back is $(1 - 0.9 \beta_t) / \sqrt{\alpha_t}$ times $x_t$. With $\sigma_t^2 = \beta_t$
the variance becomes $v (1 - 0.9\beta_t)^2/\alpha_t + \beta_t$, nearly $v (1 - 0.8 \beta_t) + \beta_t$.
It comes to rest at $1/0.8 = 1.25$. The samples have a variance that is 25 % too large, a standard
deviation that is 12 % too large, for an excess that no loss curve shows among its jumps: every step
takes away a little too little, and there are a thousand.

The code integrates the loss over $x_0$ and $\epsilon$, carries the variance through the thousand steps,
and draws samples.
*/
@Test("ten per cent too timid: a loss of at most 0.01 above the floor, and samples of variance 1.25")
func tooTimid() throws {
  let schedule = try NoiseSchedule.linear()
  let modes = GaussianMixture.twoModes
  for t in [10, 100, 260, 500, 1000] {
    let step = schedule[t]
    let floor = modes.lowestLoss(at: step)
    // As it is in training: from x_0 and ε.
    let loss = modes.components.reduce(0.0) { sum, component in
      sum + component.weight
        * expectationOverNoise { dataNoise in
          let x0 = component.gaussian.draw(dataNoise)
          return expectationOverNoise { noise in
            let error =
              noise - 0.9 * modes.bestNoisePrediction(from: step.marginal(of: x0).draw(noise), at: step)
            return error * error
          }
        }
    }
    #expect(abs(loss - (floor + 0.01 * (1 - floor))) < 1e-9)
    #expect(t != 260 || abs(floor - 0.3306) < 0.00005 && abs(loss - floor - 0.0067) < 0.00005)
  }

  let standard = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
  func timid(_ x: Double, _ t: Timestep) -> Double {
    0.9 * standard.bestNoisePrediction(from: x, at: schedule[t])
  }
  var variance = 1.0
  for step in schedule.steps.reversed() {
    let back = step.reverse(from: 1, predictedNoise: timid(1, Timestep(step.timestep)), variance: .beta)
    variance = back.mean * back.mean * variance + (step.timestep > 1 ? back.variance : 0)
  }
  #expect(abs(variance - 1.25) < 0.005)
  #expect(abs(variance.squareRoot() - 1.12) < 0.005)

  let random = RandomNumbers(seed: 2020)
  let samples = (0..<1000).map { sample in
    AncestralSampler(
      steps: schedule.steps, from: random[.startingNoise].normal(sample: sample), variance: .beta,
      noise: { random[.reverseStep].normal(step: $0, sample: sample) }, predictor: timid
    ).sample()
  }
  let measured = samples.reduce(0) { $0 + $1 * $1 } / 1000
  // Four standard errors of a variance from a thousand samples.
  #expect(abs(measured / variance - 1) < 4 * (2 / 1000.0).squareRoot())
}

/*:
## 6. Pixels from 0 to 1

Somebody scales pixels to $[0, 1]$, so that $x_0' = (x_0 + 1)/2$. Whose loss can be lower, and which
images come out?

The shift does nothing: a network that sees $x_t'$ can take $\sqrt{\bar\alpha_t}/2$ off. The scale does.
What remains is $\frac{1}{2} \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$, with a
quarter of the signal over noise. A multiple of it is $x_\tau$ of the right data at a $\tau$ where
$\text{SNR}_\tau = \text{SNR}_t/4$, that is $\bar\alpha_\tau = \bar\alpha_t/(4 - 3\bar\alpha_t)$, and it tells
as much about $\epsilon$. So the floor is that of a later time. What the right pixels see at $t = 260$
these see at $t = 146$, and more of the thousand steps are spent on what is nearly noise.

There the noise is easy to tell, so the loss is *lower*: for the two modes the floors average 0.091 in
place of 0.141. A lower loss says nothing if the data are scaled otherwise. And where the program that
shows images expects $[-1, 1]$, black (0) is level 128, a middle gray: the gray images of which
learners ask.

The code compares floors that are integrals over different mixtures.
*/
@Test("data scaled to 0…1 have the floor of a quarter of the SNR: a lower loss, and gray for black")
func pixelsFromZeroToOne() throws {
  let schedule = try NoiseSchedule.linear()
  let right = GaussianMixture.twoModes
  let halved = GaussianMixture([
    .init(weight: 0.3, mean: 0.1, variance: 0.0025), .init(weight: 0.7, mean: 0.9, variance: 0.0025),
  ])
  var averages = (right: 0.0, halved: 0.0)
  for t in schedule.timesteps {
    let step = schedule[t]
    let floor = halved.lowestLoss(at: step)
    averages.right += right.lowestLoss(at: step) / 1000
    averages.halved += floor / 1000
    if t % 20 == 0 {
      let later = Step(
        timestep: t, beta: step.beta, alphaBar: step.alphaBar / (4 - 3 * step.alphaBar), previousAlphaBar: 1)
      #expect(abs(later.signalToNoiseRatio / step.signalToNoiseRatio - 1 / 4.0) < 1e-12)
      // The quadrature is good to twelve digits.
      #expect(abs(floor - right.lowestLoss(at: later)) < 1e-11)
    }
  }
  #expect(abs(averages.right - 0.141) < 0.0005)
  #expect(abs(averages.halved - 0.091) < 0.0005)

  let there = schedule.timesteps.first {
    schedule[$0].signalToNoiseRatio < 4 * schedule[260].signalToNoiseRatio
  }
  #expect(there == 146)
  #expect(Image(height: 1, width: 1, pixels: [0]).levels == [128])
}
