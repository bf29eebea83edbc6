/*:
# Chapter 2: solutions

Steps merged, noises added, and what of them is remembered. Every number that the text states is checked
by the code below it, to half of its last digit.
*/
import Datasets
import Deterministic
import Diffusion
import Statistics
import Testing

/*:
## 1. Two steps in one

A step of $\beta = 0.1$, then one of $\beta = 0.2$: which single $\beta$ does the same? Does the order
matter?

The factors of the variance multiply: $0.9 \cdot 0.8 = 0.72$ is left, so the single step has
$\beta = 0.28$. In general $1 - (1-\beta)(1-\beta') = \beta + \beta' - \beta\beta'$. It is less than the
sum 0.3, because the second step shrinks the noise of the first. The two can be exchanged in this
formula, so the order does not matter to $x_2$. It does matter to $x_1$.

The code does not merge anything. It integrates over all $x_1$ through which the way may lead,
$q(x_2 \mid x_0) = \int q(x_2 \mid x_1) \, q(x_1 \mid x_0) \, dx_1$, and compares with a step of 0.28.
*/
@Test("steps of β = 0.1 and 0.2, in either order, are one step of 0.28")
func twoStepsInOne() throws {
  let single = try NoiseSchedule(betas: [0.28])[1].forward(from: 0.8)
  for betas in [[0.1, 0.2], [0.2, 0.1]] {
    let schedule = try NoiseSchedule(betas: betas)
    let first = schedule[1].forward(from: 0.8)
    // Thirty-two pieces a standard deviation: for integrands as smooth as Gaussians only rounding is left.
    let width = first.standardDeviation / 32
    for x2 in stride(from: -1.5, through: 3, by: 0.5) {
      let integral = (-320...320).reduce(0.0) { sum, i in
        let x1 = first.mean + width * Double(i)
        return sum + width * first.density(at: x1) * schedule[2].forward(from: x1).density(at: x2)
      }
      #expect(abs(integral - single.density(at: x2)) < 1e-12)
    }
  }
}

/*:
## 2. One noise, two jumps

A program jumps from $x_0$ to $x_{100}$, and from there to $x_{260}$ with the same $\epsilon$. Which
variance has its $x_{260}$, given $x_0$?

From $\tau$ to $t$ the steps between keep $\bar\alpha_t/\bar\alpha_\tau$ of the variance, by the same
merger as from 0, so the jump is

$$x_t = \sqrt{\bar\alpha_t/\bar\alpha_\tau} \, x_\tau + \sqrt{1 - \bar\alpha_t/\bar\alpha_\tau} \, z$$

With a fresh $z$ the variances add, $0.0571 + 0.4453 = 0.5024$, and that is $1 - \bar\alpha_{260}$. With
$z = \epsilon$ the noises always pull the same way and their *amplitudes* add, $0.239 + 0.667 = 0.906$.
The variance is $0.906^2 = 0.821$: the image is far noisier than a network expects at $t = 260$.
"Variances add" holds for independent noises only.

The code lets $x_0$ be 0. Then $x_t$ is what the noises make of it: a standard deviation for each.
*/
@Test("a jump in two parts has variance 0.5024 with fresh noise, and 0.821 with the same noise twice")
func oneNoiseTwoJumps() throws {
  let schedule = try NoiseSchedule.linear()
  let kept = schedule.alphaBar(260) / schedule.alphaBar(100)

  // What the steps from 101 to 260 do to a variance, one after the other; for rounding 160 ulps.
  let added = (101...260).reduce(0.0) { schedule[$1].alpha * $0 + schedule.beta($1) }
  #expect(abs(added - (1 - kept)) < 1e-13)

  /// x_260 from x_0 = 0, by way of x_100.
  func arrival(noise: Double, secondNoise: Double) -> Double {
    let x100 = schedule[100].marginal(of: 0.0).draw(noise)
    return Gaussian(mean: kept.squareRoot() * x100, variance: 1 - kept).draw(secondNoise)
  }
  let first = arrival(noise: 1, secondNoise: 0)
  let second = arrival(noise: 0, secondNoise: 1)
  #expect(abs(first - 0.239) < 0.0005 && abs(second - 0.667) < 0.0005)
  #expect(abs(first * first - 0.0571) < 0.00005 && abs(second * second - 0.4453) < 0.00005)
  #expect(abs(first * first + second * second - (1 - schedule.alphaBar(260))) < 1e-15)
  #expect(abs(1 - schedule.alphaBar(260) - 0.5024) < 0.00005)

  let both = arrival(noise: 1, secondNoise: 1)
  #expect(abs(both - 0.906) < 0.0005 && abs(both * both - 0.821) < 0.0005)
}

/*:
## 3. Sinking

When does a feature of contrast $a$ sink below a pixel's noise in the demonstration? And how many pixels
of contrast 0.49 must be averaged to see them at step 20 of 30?

It sinks when $\bar\alpha_t a^2 < 1 - \bar\alpha_t$, which is $-\ln \bar\alpha_t > \ln(1 + a^2)$. The
demonstration has $-\ln\alpha_i = m \cdot \frac{c}{30} \cdot \frac{2i-1}{T}$, and the odd numbers up to
$2t - 1$ add up to $t^2$. So $-\ln \bar\alpha_t = m c \, t^2 / (30 T)$, and the feature sinks at the
first $t$ above

$$\sqrt{\frac{30 \, T \ln(1 + a^2)}{m c}}$$

For the eyes, $a = 0.49$, it is 4.4: step 5. For the smile, 0.37, it is 3.4: step 4. A mean over $n$
pixels keeps the contrast and has $1/\sqrt n$ of the noise, as if $a$ were $\sqrt n$ times as large. It
equals the noise when $n = 1/(a^2 \, \text{SNR}_t)$. At step 20 the SNR is 0.01127, so $n = 370$.

The code compares the formula with the search of the chapter for all features and all three schedules,
and then averages 370 noisy pixels, 10,000 times.
*/
@Test("a feature sinks after √(30 T ln(1+a²)/(m c)) steps, and 370 pixels bring the eyes back at step 20")
func sinking() throws {
  let c = 10.117713542413
  func time(_ contrast: Double, steps: Int, multiplier: Double) -> Double {
    (30 * Double(steps) * log(1 + contrast * contrast) / (multiplier * c)).squareRoot()
  }
  for picture in Picture.allCases {
    let contrasts = picture.features.map { $0.contrast(in: picture.image) }
    for (steps, multiplier) in [(30, 1.0), (10, 1.5), (50, 0.3)] {
      let schedule = try NoiseSchedule.demonstration(stepCount: steps, multiplier: multiplier)
      for a in contrasts {
        let found = schedule.timesteps.first { schedule[$0].signalToNoiseRatio.squareRoot() * a < 1 }
        #expect(found == Int(time(a, steps: steps, multiplier: multiplier).rounded(.up)))
      }
    }
  }
  #expect(abs(time(0.49, steps: 30, multiplier: 1) - 4.4) < 0.05)
  #expect(abs(time(0.37, steps: 30, multiplier: 1) - 3.4) < 0.05)

  let step = try NoiseSchedule.demonstration()[20]
  #expect(abs(step.signalToNoiseRatio - 0.01127) < 0.000005)
  #expect((1 / (0.49 * 0.49 * step.signalToNoiseRatio)).rounded(.up) == 370)

  let random = RandomNumbers(seed: 2020)
  let means = (0..<10_000).map { sample in
    let pixels = random[.jump].normals(sample: sample, count: 370).map { step.marginal(of: 0.49).draw($0) }
    return Moments(pixels).mean
  }
  // The deviation of the mean is the signal; estimated from so many, its square is off by 4 errors at most.
  let signal = step.marginal(of: 0.49).mean
  #expect(abs(Moments(means).errorsOfVariance(from: signal * signal)) < 4)
}

/*:
## 4. The parts of the noise

Which of the noises $z_1, \dots, z_{260}$ has the largest part in $\epsilon$ of $x_{260}$?

Noise $z_i$ enters with $\sqrt{\beta_i}$, and the later steps keep $\bar\alpha_t/\bar\alpha_i$ of its
variance. Of the whole, $1 - \bar\alpha_t$, its share is therefore

$$\frac{\bar\alpha_t \, \beta_i}{\bar\alpha_i (1-\bar\alpha_t)}$$

All shares together are 1. On the linear schedule the *last* noise has the largest, since with $i$ the
$\beta_i$ grow, and less time is left to forget them. It is the $\beta_t/(1-\bar\alpha_t)$ whose root
the chapter finds as the correlation of $z_t$ and $\epsilon$. But the largest is small: 1.0 % at
$t = 260$. The first noise has 0.01 %. The last 63 steps have more than half of $\epsilon$ there, and
the last 35 at $t = 1000$. Long before $x_{1000}$ is reached, the noise of the first steps has been
replaced.

The code presses one key at a time: it takes the chain with $x_0 = 0$, with $z_i = 1$, and with all other
noises 0. What it finds in $\epsilon$ at the end is the factor of $z_i$, and the squares of the factors
are the shares.
*/
/// x_1, …, x_T of a chain from x_0 = 0 on which all noises are 0 but the one of step i, which is 1.
private func echo(of i: Int, in schedule: NoiseSchedule) -> [Double] {
  var x = 0.0
  return schedule.timesteps.map { t in
    x = schedule[t].forward(from: x).draw(t == i ? 1 : 0)
    return x
  }
}

@Test("of all noises the last has the largest part in ε, 1.0 % at t = 260, and the parts sum to 1")
func partsOfNoise() throws {
  let schedule = try NoiseSchedule.linear()
  let echoes = schedule.timesteps.map { echo(of: $0, in: schedule) }
  for (t, half) in [(260, 63), (1000, 35)] {
    let shares = (1...t).map { i in
      let factor = schedule[t].noise(from: echoes[i - 1][t - 1], x0: 0)
      return factor * factor
    }
    for i in 1...t {
      let formula =
        schedule.alphaBar(t) * schedule.beta(i) / schedule.alphaBar(i) / (1 - schedule.alphaBar(t))
      // A rounding or two for each of a thousand steps.
      #expect(abs(shares[i - 1] / formula - 1) < 1e-12)
    }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(shares.max() == shares[t - 1])
    #expect(shares.suffix(half).reduce(0, +) > 0.5 && shares.suffix(half - 1).reduce(0, +) < 0.5)
    if t == 260 {
      #expect(abs(shares[t - 1] - 0.010) < 0.0005)
      #expect(abs(shares[0] - 0.0001) < 0.00005)
    }
  }
}

/*:
## 5. Ten steps of forgetting

Given $x_0$, how strongly are $x_\tau$ and $x_t$ correlated? Which ten steps, from $t$ to $t + 10$, change
$x_t$ least?

By the jump of solution 2, $x_t$ is $\sqrt{\bar\alpha_t/\bar\alpha_\tau} \, x_\tau$ and independent noise.
So the covariance is $\sqrt{\bar\alpha_t/\bar\alpha_\tau} \, (1-\bar\alpha_\tau)$. Divide by both standard
deviations:

$$\sqrt{\frac{\bar\alpha_t}{\bar\alpha_\tau} \cdot \frac{1-\bar\alpha_\tau}{1-\bar\alpha_t}} = \sqrt{\frac{\text{SNR}_t}{\text{SNR}_\tau}}$$

A chain forgets its noise as fast as its signal-to-noise ratio falls. One would say that the first steps
change least, as their $\beta$ are the smallest. But there the noise is young, and ten steps replace
much of it: $x_{10}$ and $x_{20}$ are correlated by 0.572. At the end the $\beta$ are large: 0.904 for
$x_{990}$ and $x_{1000}$. The calmest ten steps are in between, from 345 to 355: 0.952. There
$\beta_t/(1-\bar\alpha_t)$ is smallest, a quotient that comes back in chapter 4.

The code takes the covariance from the echoes of all noises: with independent noises it is the sum of
the products.
*/
@Test("x_τ and x_t are correlated by √(SNR_t/SNR_τ), ten steps apart most strongly from 345 to 355")
func tenStepsOfForgetting() throws {
  let schedule = try NoiseSchedule.linear()
  let echoes = schedule.timesteps.map { echo(of: $0, in: schedule) }
  func covariance(_ tau: Int, _ t: Int) -> Double { echoes.reduce(0) { $0 + $1[tau - 1] * $1[t - 1] } }
  func formula(_ tau: Int, _ t: Int) -> Double {
    (schedule[t].signalToNoiseRatio / schedule[tau].signalToNoiseRatio).squareRoot()
  }
  for (tau, t, printed) in [(10, 20, 0.572), (345, 355, 0.952), (990, 1000, 0.904)] {
    let correlation = covariance(tau, t) / (covariance(tau, tau) * covariance(t, t)).squareRoot()
    // A rounding or two for each of a thousand steps.
    #expect(abs(correlation - formula(tau, t)) < 1e-12)
    #expect(abs(correlation - printed) < 0.0005)
  }
  let calmest = (1...990).max { formula($0, $0 + 10) < formula($1, $1 + 10) }
  #expect(calmest == 345)
  func renewal(_ t: Int) -> Double { schedule.beta(t) / (1 - schedule.alphaBar(t)) }
  let smallest = schedule.timesteps.min { renewal($0) < renewal($1) }
  #expect(smallest.map { (345...355).contains($0) } == true)
}
