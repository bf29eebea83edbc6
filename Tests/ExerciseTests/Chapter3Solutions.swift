/*:
# Chapter 3: solutions

The step back, with $x_0$ known and without. Every number that the text states is checked by the code
below it, to half of its last digit.
*/
import Deterministic
import Diffusion
import Testing

/*:
## 1. The last step

What does the posterior say at $t = 1$? And what does a program show that counts wrongly and stops at
$x_1$?

With $\bar\alpha_0 = 1$ the coefficient of $x_t$ and the variance have the factor
$1 - \bar\alpha_0 = 0$, and that of $x_0$ is $\beta_1/(1-\bar\alpha_1) = 1$. So $\tilde\mu_1 = x_0$,
whatever $x_1$ is, and $\tilde\beta_1 = 0$: before the first step there was $x_0$ and nothing else, and
whoever is told $x_0$ has nothing left to ask.

The program that stops early shows $x_1 = \sqrt{0.9999} \, x_0 + 0.01 \, \epsilon$. A gray level is
$1/127.5$ wide, so its pixels are off by $0.01 \cdot 127.5 = 1.3$ levels of 256. Nobody sees that. Being
off by one in this way spoils no image, and so it can live on for long.
*/
@Test("at t = 1 the posterior is x_0 whatever x_1 is, and x_1 itself is off by 1.3 gray levels")
func lastStep() throws {
  let step = try NoiseSchedule.linear()[1]
  for x1 in [-3.0, 0, 0.79, 100] {
    let posterior = step.posterior(of: 0.8, given: x1)
    // 1 − ᾱ_1 = 0.0001 has lost four of its sixteen digits to the subtraction.
    #expect(abs(posterior.mean - 0.8) < 1e-12)
    #expect(posterior.variance == 0)
  }

  let noise = RandomNumbers(seed: 2020)[.jump].normals(step: 1, count: 100_000)
  let levels = noise.map { 127.5 * (step.marginal(of: 0.8).draw($0) - 0.8) }
  let rootMeanSquare = (levels.reduce(0) { $0 + $1 * $1 } / Double(levels.count)).squareRoot()
  #expect(abs(rootMeanSquare - 1.3) < 0.05)
}

/*:
## 2. Along the clean path

Put $x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$ into $\tilde\mu_t$. What
stands before $x_0$, what before $\epsilon$, and how does a check of it find $\sqrt{\bar\alpha_t}$ where
$\sqrt{\bar\alpha_{t-1}}$ should be?

Before $x_0$ stands, since $\sqrt{\alpha_t \bar\alpha_t} = \alpha_t \sqrt{\bar\alpha_{t-1}}$,

$$\frac{\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_t} \left( \beta_t + \alpha_t (1-\bar\alpha_{t-1}) \right) = \sqrt{\bar\alpha_{t-1}}$$

because the parenthesis is $1 - \alpha_t + \alpha_t - \bar\alpha_t$. So without noise the posterior
walks along $\sqrt{\bar\alpha_t} \, x_0$. Before $\epsilon$ stands
$k_t = \sqrt{\alpha_t} (1-\bar\alpha_{t-1}) / \sqrt{1-\bar\alpha_t}$. What is kept of the noise and what
is drawn anew must be the noise of $x_{t-1}$: $k_t^2 + \tilde\beta_t = 1 - \bar\alpha_{t-1}$.

The mistaken program fails the first identity and passes the second, in which $x_0$ has no part. At
$t = 260$ its mean is too small by 0.00002 $x_0$, and all the way back, with $x_0$ known, it ends at
$\sqrt{\bar\alpha_1} \, x_0 = 0.99995 \, x_0$. No image shows that. An identity does.
*/
@Test("without noise the posterior stays on √ᾱ_t x_0, and its noise adds up to 1 − ᾱ_{t−1}")
func cleanPath() throws {
  let schedule = try NoiseSchedule.linear()
  for t in schedule.timesteps {
    let step = schedule[t]
    let clean = step.posterior(of: 1.0, given: step.marginal(of: 1.0).mean)
    // Where 1 − ᾱ_t is 0.0001, four of sixteen digits are lost to the subtraction.
    #expect(abs(clean.mean - schedule.alphaBar(t - 1).squareRoot()) < 1e-12)
    let ofNoise = step.posterior(of: 0.0, given: step.marginal(of: 0.0).draw(1)).mean
    #expect(abs(ofNoise * ofNoise + clean.variance - (1 - schedule.alphaBar(t - 1))) < 1e-12)
  }

  /// The posterior's mean with √ᾱ_t for √ᾱ_{t−1}, where x_0 is 1.
  func mistakenMean(given xt: Double, _ step: Step) -> Double {
    let ofX0 = step.alphaBar.squareRoot() * step.beta / (1 - step.alphaBar)
    return ofX0 + step.posteriorCoefficientOfXt * xt
  }
  let onPath = schedule[260].marginal(of: 1.0).mean
  let error = schedule.alphaBar(259).squareRoot() - mistakenMean(given: onPath, schedule[260])
  #expect(abs(error - 0.00002) < 0.000005)
  let end = schedule.steps.reversed().reduce(0.5) { mistakenMean(given: $0, $1) }
  #expect(abs(end - 0.99995) < 0.000005)
}

/*:
## 3. The noise of one step

A program undoes step $t$ as it was done:
$x_{t-1} = (x_t - \sqrt{\beta_t} \, \epsilon_\theta)/\sqrt{\alpha_t}$, with $\epsilon_\theta$ the
predicted noise. How many times as much as it should does it take away, and what would be right?

The step was done with $z_t$, and $\epsilon$ is the whole noise. Let
$\rho = \sqrt{\beta_t/(1-\bar\alpha_t)}$ be their correlation (chapter 2). Both have variance 1, so
given $\epsilon$ the noise $z_t$ is Gaussian with mean $\rho \, \epsilon$ and variance $1 - \rho^2$. Put
that into $x_{t-1} = (x_t - \sqrt{\beta_t} \, z_t)/\sqrt{\alpha_t}$: the mean is

$$\frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \epsilon \right)$$

and the variance is $\frac{\beta_t}{\alpha_t} (1 - \frac{\beta_t}{1-\bar\alpha_t}) = \tilde\beta_t$,
because $1 - \bar\alpha_t - \beta_t = \alpha_t (1-\bar\alpha_{t-1})$. This is equation 11, and the odd
fraction in it is $\sqrt{\beta_t} \, \rho$. The program takes away $1/\rho$ times as much, at $t = 260$
that is 9.8 times. From $x_{1000}$ it would take, even with a perfect network and data at one point,
94 % of the noise in 20 steps, where the right mean takes 18 %.

The code compares this derivation with the posterior of equation 7.
*/
@Test("E[z_t | ε] = √(β_t/(1−ᾱ_t)) ε gives equation 11 and β̃_t; ε for z_t takes 9.8 times as much")
func noiseOfOneStep() throws {
  let schedule = try NoiseSchedule.linear()
  let (x0, noise) = (0.8, -1.3)
  for t in schedule.timesteps.dropFirst() {
    let step = schedule[t]
    let xt = step.marginal(of: x0).draw(noise)
    let correlation = (step.beta / (1 - step.alphaBar)).squareRoot()
    let mean = (xt - step.beta.squareRoot() * correlation * noise) / step.alpha.squareRoot()
    let variance = step.beta / step.alpha * (1 - correlation * correlation)
    let posterior = step.posterior(of: x0, given: xt)
    // Where 1 − ᾱ_t is 0.0002, four of sixteen digits are lost to the subtraction.
    #expect(abs(mean - posterior.mean) < 1e-11)
    #expect(abs(variance / posterior.variance - 1) < 1e-11)
  }
  let excess = ((1 - schedule.alphaBar(260)) / schedule.beta(260)).squareRoot()
  #expect(abs(excess - 9.8) < 0.05)

  // The data are the point 0, so that x_t is noise alone, and ε = x_t/√(1−ᾱ_t).
  var (rightly, wrongly) = (1.0, 1.0)
  for t in (981...1000).reversed() {
    let step = schedule[t]
    let noise = step.noise(from: rightly, x0: 0)
    rightly = step.reverse(from: rightly, predictedNoise: noise, variance: .beta).mean
    let wholeNoise = step.noise(from: wrongly, x0: 0)
    wrongly = (wrongly - step.beta.squareRoot() * wholeNoise) / step.alpha.squareRoot()
  }
  #expect(abs(1 - wrongly - 0.94) < 0.005 && abs(1 - rightly - 0.18) < 0.005)
}

/*:
## 4. Back in one jump

How is $x_{100}$ distributed, given $x_{260}$ and $x_0$? Write it with a `Step` of your own. Who
decides?

Bayes' rule needs two things only: how $x_{260}$ comes from $x_{100}$, and how $x_{100}$ comes from
$x_0$. The first is a jump that keeps $\bar\alpha_{260}/\bar\alpha_{100}$ of the variance. So the
formulas of the chapter hold with $\beta = 1 - \bar\alpha_{260}/\bar\alpha_{100}$ and with
$\bar\alpha_{100}$ in the place of $\bar\alpha_{t-1}$. The coefficient of $x_0$ is 0.839, that of
$x_{260}$ is 0.153, and the standard deviation 0.302: in a jump that long $x_0$ decides. (Chapter 6
samples with such steps.)

The code goes back the 160 single steps. Each takes the mean $m$ to $\tilde\mu_t(m, x_0)$; a variance it
multiplies by the square of the coefficient of $x_t$, and adds $\tilde\beta_t$.
*/
@Test("160 posterior steps from 260 to 100 are one posterior with β = 1 − ᾱ_260/ᾱ_100")
func backInOneJump() throws {
  let schedule = try NoiseSchedule.linear()
  let (from, to) = (schedule.alphaBar(260), schedule.alphaBar(100))
  let jump = Step(timestep: 260, beta: 1 - from / to, alphaBar: from, previousAlphaBar: to)

  for (x0, xt) in [(0.8, 0.3), (-1, 2), (0, -0.5)] {
    var walked = Gaussian(mean: xt, variance: 0)
    for t in (101...260).reversed() {
      let step = schedule[t]
      let kept = step.posteriorCoefficientOfXt
      walked = Gaussian(
        mean: step.posterior(of: x0, given: walked.mean).mean,
        variance: kept * kept * walked.variance + step.posteriorVariance)
    }
    let jumped = jump.posterior(of: x0, given: xt)
    // Rounding: some ulps for each of 160 steps.
    #expect(abs(walked.mean - jumped.mean) < 1e-12)
    #expect(abs(walked.variance - jumped.variance) < 1e-12)
  }
  #expect(abs(jump.posteriorCoefficientOfX0 - 0.839) < 0.0005)
  #expect(abs(jump.posteriorCoefficientOfXt - 0.153) < 0.0005)
  #expect(abs(jump.posterior(of: 0.0, given: 0).standardDeviation - 0.302) < 0.0005)
}

/*:
## 5. Two points

The data are 1 or −1, with equal chances. What is $E[x_0 \mid x_t]$?

Bayes' rule weighs the two: $+1$ against $-1$ is $N(x_t; \sqrt{\bar\alpha_t}, 1-\bar\alpha_t)$ against
$N(x_t; -\sqrt{\bar\alpha_t}, 1-\bar\alpha_t)$. In the ratio the squares cancel, and $e^{2u}$ remains,
with $u = \sqrt{\bar\alpha_t} \, x_t / (1-\bar\alpha_t)$. The expectation is the one probability
minus the other,

$$E[x_0 \mid x_t] = \frac{e^{2u} - 1}{e^{2u} + 1} = \text{tanh} \, u$$

At $t = 260$ and $x_t = 0.5$ it is 0.606: probably 1. At $t = 1000$ a perfect network says
$0.006 \, x_t$, nearly nothing. At $t = 1$ it says the sign of $x_t$, even for $x_t = 0.0005$. If $+1$
has the chance $w$, the ratio has the factor $w/(1-w)$, and half its logarithm is added to $u$.

The code compares the formula with a mixture of two Gaussians of no width, which weighs them by Bayes'
rule and no formula of this page.
*/
@Test("data at ±1 have E[x_0 | x_t] = tanh(√ᾱ_t x_t/(1−ᾱ_t))")
func twoPoints() throws {
  let schedule = try NoiseSchedule.linear()
  func guess(_ xt: Double, at t: Int, share: Double = 0.5) -> Double {
    let step = schedule[t]
    return tanh(
      step.alphaBar.squareRoot() * xt / (1 - step.alphaBar) + log(share / (1 - share)) / 2)
  }
  for share in [0.5, 0.7] {
    let points = GaussianMixture([
      .init(weight: 1 - share, mean: -1.0, variance: 0), .init(weight: share, mean: 1, variance: 0),
    ])
    for t in [1, 10, 100, 260, 500, 1000] {
      for xt in stride(from: -2.0, through: 2, by: 0.25) {
        // At t = 1 the logarithms of the densities reach 45,000: they keep eleven digits after the point.
        let mean = points.posteriorMean(given: xt, at: schedule[t])
        #expect(abs(mean - guess(xt, at: t, share: share)) < 1e-11)
      }
    }
  }
  #expect(abs(guess(0.5, at: 260) - 0.606) < 0.0005)
  #expect(abs(guess(1, at: 1000) - 0.006) < 0.0005)
  #expect(guess(0.0005, at: 1) > 0.9999)
}

/*:
## 6. The width of a step back

What is the variance of the true step back in terms of $\text{Var}(x_0 \mid x_t)$, and where is it
$\beta_t$?

Given $x_t$ there are two reasons why $x_{t-1}$ is uncertain: the posterior's own variance, and that
$x_0$ is unknown, which moves the mean by $c = \sqrt{\bar\alpha_{t-1}} \beta_t/(1-\bar\alpha_t)$ times
as much. The variances add. Since
$\beta_t - \tilde\beta_t = \bar\alpha_{t-1} \beta_t^2/(1-\bar\alpha_t)$, which is
$c^2 (1-\bar\alpha_t)$,

$$\text{Var}(x_{t-1} \mid x_t) = \tilde\beta_t + (\beta_t - \tilde\beta_t) \frac{\text{Var}(x_0 \mid x_t)}{1-\bar\alpha_t}$$

It is $\beta_t$ where $\text{Var}(x_0 \mid x_t) = 1 - \bar\alpha_t$. For the two points $\pm 1$ that
variance is $1 - \text{tanh}^2 u$. At $x_t = 0$ it is 1, more than $1-\bar\alpha_t$: the true step is
*wider* than $\beta_t$, at $t = 100$ by 16 %, at $t = 260$ by 0.5 %. It is $\beta_t$ where
$\text{tanh}^2 u = \bar\alpha_t$, that is at

$$x_t = \pm \frac{1-\bar\alpha_t}{\sqrt{\bar\alpha_t}} \, \text{artanh} \sqrt{\bar\alpha_t}$$

and at $t = 260$ this is 0.625. Farther out it is narrower. On average over $x_t$ it is narrower too,
for any data of mean 0 and variance 1: already the guess $\sqrt{\bar\alpha_t} \, x_t$ of $x_0$ has a
mean squared error of $1-\bar\alpha_t$, and the best guess can only do better.
*/
@Test("at data ±1 the true step back is wider than β_t between ±0.625 at t = 260, and narrower on average")
func widthOfStepBack() throws {
  let schedule = try NoiseSchedule.linear()
  let points = GaussianMixture([
    .init(weight: 1, mean: -1.0, variance: 0), .init(weight: 1, mean: 1, variance: 0),
  ])
  /// The variance of the true step back over β_t, of the exact mixture.
  func width(_ xt: Double, _ step: Step) -> Double {
    points.trueReverse(from: xt, at: step).variance / step.beta
  }

  for t in [50, 100, 260, 500] {
    let step = schedule[t]
    for xt in stride(from: -2.0, through: 2, by: 0.125) {
      let u = step.alphaBar.squareRoot() * xt / (1 - step.alphaBar)
      let ofX0 = 1 - tanh(u) * tanh(u)
      let share = step.posteriorVariance / step.beta
      // Differences of numbers near 1, divided by 1 − ᾱ_t, which is 0.03 or more.
      #expect(abs(width(xt, step) - (share + (1 - share) * ofX0 / (1 - step.alphaBar))) < 1e-12)
    }
    let root = step.alphaBar.squareRoot()
    let crossing = (1 - step.alphaBar) / root * log((1 + root) / (1 - root)) / 2
    #expect(abs(width(crossing, step) - 1) < 1e-12)
    #expect(width(0.9 * crossing, step) > 1 && width(1.1 * crossing, step) < 1)
    #expect(t != 260 || abs(crossing - 0.625) < 0.0005)
    // The mean over x_t, by symmetry over those that come from 1: a sum over the noise in sixteenths.
    let average = (-128...128).reduce(0.0) { sum, i in
      let noise = Double(i) / 16
      let weight = Gaussian(mean: 0.0, variance: 1).density(at: noise) / 16
      return sum + weight * width(step.marginal(of: 1).draw(noise), step)
    }
    #expect(average < 1)
  }
  #expect(abs(width(0, schedule[100]) - 1.16) < 0.005)
  #expect(abs(width(0, schedule[260]) - 1.005) < 0.0005)
}
