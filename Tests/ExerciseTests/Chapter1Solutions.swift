/*:
# Chapter 1: solutions

What a list of small numbers does to a variance. Every number that the text states is checked by the
code below it, to half of its last digit.
*/
import Deterministic
import Diffusion
import Testing

/*:
## 1. Half-life

All $\beta$ are 0.02. When is less than half of the variance of $x_0$ left, when less than half of its
amplitude, and what if $\beta$ is 0.01?

After $t$ steps $\bar\alpha_t = 0.98^t$ of the variance is left. It is one half at
$t = \ln 2 / (-\ln 0.98) = 34.31$, so 35 steps leave less than half. The amplitude is
$\sqrt{\bar\alpha_t}$. It is one half where $\bar\alpha_t$ is a quarter, after twice as long, at 68.62:
69 steps. With $\beta = 0.01$ it takes 69 steps (68.97) and 138 (137.94). Since $-\ln(1-\beta)$ is
nearly $\beta$ while $\beta$ is small, the half-life is about $0.69/\beta$: half the $\beta$, twice the
steps.

The code asks a schedule of each kind where its $\bar\alpha_t$ first falls below a share.
*/
/// The first timestep at which less than this share of the variance of x_0 is left.
private func firstTimestep(of schedule: NoiseSchedule, below share: Double) -> Int? {
  schedule.timesteps.first { schedule.alphaBar($0) < share }
}

@Test("35 steps of β = 0.02 leave less than half of the variance, 69 less than half of the amplitude")
func halfLife() throws {
  let schedule = try NoiseSchedule(betas: Array(repeating: 0.02, count: 200))
  #expect(firstTimestep(of: schedule, below: 1 / 2.0) == 35)
  #expect(firstTimestep(of: schedule, below: 1 / 4.0) == 69)
  #expect(abs(log(2) / -log(0.98) - 34.31) < 0.005)
  #expect(abs(log(4) / -log(0.98) - 68.62) < 0.005)

  let slower = try NoiseSchedule(betas: Array(repeating: 0.01, count: 200))
  #expect(firstTimestep(of: slower, below: 1 / 2.0) == 69)
  #expect(firstTimestep(of: slower, below: 1 / 4.0) == 138)
  #expect(abs(log(2) / -log(0.99) - 68.97) < 0.005)
  #expect(abs(log(4) / -log(0.99) - 137.94) < 0.005)
  #expect(abs(log(2) - 0.69) < 0.005)
}

/*:
## 2. Without the product

Estimate $\bar\alpha_{1000}$ of the linear schedule by hand. Is the truth larger or smaller, and by what
percentage of the estimate?

The logarithm makes a sum of the product, $-\ln \bar\alpha_T = -\sum_t \ln(1-\beta_t)$, and each term is
nearly $\beta_t$. The $\beta_t$ are an arithmetic series: their sum is
$1000 \cdot (0.0001 + 0.02)/2 = 10.05$. So $\bar\alpha_{1000}$ is about
$e^{-10.05} = 4.319 \cdot 10^{-5}$.

But $-\ln(1-\beta) = \beta + \beta^2/2 + \dots$ is more than $\beta$. Each step destroys a little more
than the estimate says, and the truth is smaller: $4.036 \cdot 10^{-5}$, by 6.5 %. These are the
squares: $\sum \beta_t^2/2 = 0.0670$, and $e^{-0.0670} = 0.935$. What the cubes add is less than a
thousandth.
*/
@Test("the sum of the βs gives ᾱ_1000 up to 6.5 %, and the sum of their squares gives most of the rest")
func alphaBarFromSums() throws {
  let schedule = try NoiseSchedule.linear()
  let betas = schedule.timesteps.map { schedule.beta($0) }
  let sum = betas.reduce(0, +)
  // A thousand additions err by less than a thousand roundings of 10, which is 1e−12.
  #expect(abs(sum - 1000 * (0.0001 + 0.02) / 2) < 1e-12)

  let estimate = exp(-sum)
  let truth = schedule.alphaBar(1000)
  #expect(abs(estimate - 4.319e-5) < 0.0005e-5)
  #expect(abs(truth - 4.036e-5) < 0.0005e-5)
  #expect(abs((1 - truth / estimate) - 0.065) < 0.0005)

  let halfSquares = betas.reduce(0) { $0 + $1 * $1 / 2 }
  #expect(abs(halfSquares - 0.0670) < 0.00005)
  #expect(abs(exp(-halfSquares) - 0.935) < 0.0005)
  #expect(abs(estimate * exp(-halfSquares) / truth - 1) < 0.001)
}

/*:
## 3. Where they meet

Signal and noise are equal at $t = 260$ of the linear schedule. Where are they with $\beta_T = 0.04$,
and which $\beta_T$ would halve the 260?

They are equal where $\bar\alpha_t = 1/2$, that is $-\ln \bar\alpha_t = \ln 2$. Leave out $\beta_1$:
then $\beta_i \approx \beta_T i/T$, and
$-\ln \bar\alpha_t \approx \sum_{i \le t} \beta_i \approx \beta_T t^2/(2T)$. So

$$t \approx \sqrt{2 T \ln 2 / \beta_T}$$

The sum grows like $t^2$, because the $\beta$ themselves grow. Twice the $\beta_T$ brings the place
forward by $\sqrt 2$ only: the rule says 186 instead of 263, and the schedules say 185 instead of 260.
Half of the time takes four times the $\beta_T$: with 0.08 the rule says 132, the schedule 131.
*/
@Test("doubling β_T brings the place where signal equals noise forward by √2, from 260 to 185")
func equalParts() throws {
  func rule(_ lastBeta: Double) -> Double { (2 * 1000 * log(2) / lastBeta).squareRoot() }
  for (lastBeta, byRule, bySchedule) in [(0.02, 263.0, 260), (0.04, 186, 185), (0.08, 132, 131)] {
    let schedule = try NoiseSchedule.linear(to: lastBeta)
    #expect(schedule.timesteps.first { schedule[$0].signalToNoiseRatio < 1 } == bySchedule)
    #expect(rule(lastBeta).rounded() == byRule)
    // Left out is β_1: with it, −ln ᾱ_t is larger by at most 0.0001 t, at t = 260 that is 4 % of ln 2, and
    // the time, which goes like its root, smaller by at most 2 %.
    #expect(abs(rule(lastBeta) / Double(bySchedule) - 1) < 0.02)
  }
}

/*:
## 4. Unscaled data

Data have the variance 4, because somebody forgot to scale them. What becomes of it?

Let $v_t$ be the variance of $x_t$. A step makes $v_t = (1-\beta_t) v_{t-1} + \beta_t$ of it. Take 1
from both sides: $v_t - 1 = (1-\beta_t)(v_{t-1} - 1)$. What is too much (or too little) shrinks by
$1-\beta_t$ in every step, so $v_t - 1 = \bar\alpha_t (v_0 - 1)$, here $v_t = 1 + 3 \bar\alpha_t$.

It is below 1.01 where $\bar\alpha_t < 0.01/3$. That is not before $t = 751$, long after the middle: at
$t = 500$ the variance is still 1.24. Signal and noise meet where $4 \bar\alpha_t = 1 - \bar\alpha_t$,
so where $\bar\alpha_t$ falls below one fifth: at $t = 397$ instead of 260. Such data are noised later
than the schedule says.

The code carries the variance from step to step and knows nothing of $\bar\alpha$.
*/
@Test("data of variance 4 have variance 1 + 3 ᾱ_t at t, below 1.01 from t = 751 on")
func unscaledData() throws {
  let schedule = try NoiseSchedule.linear()
  var variances = [4.0]
  for t in schedule.timesteps {
    let kept = schedule[t].alpha.squareRoot()
    variances.append(kept * kept * variances[t - 1] + schedule.beta(t))
    // A thousand steps with a rounding or two each, of numbers up to 4.
    #expect(abs(variances[t] - (1 + 3 * schedule.alphaBar(t))) < 1e-12)
  }
  #expect(variances.firstIndex { $0 < 1.01 } == 751)
  #expect(abs(variances[500] - 1.24) < 0.005)
  #expect(schedule.timesteps.first { 4 * schedule[$0].signalToNoiseRatio < 1 } == 397)
}

/*:
## 5. Squares for roots

The "quadratic" schedule is a line in $\sqrt\beta$; a program squares the ends where it should take
their roots.

Rightly, $\beta_t = (\sqrt{\beta_1} + \frac{t-1}{T-1} (\sqrt{\beta_T} - \sqrt{\beta_1}))^2$. It ends at
$\beta_T$ as it should and leaves 2.7 % of the amplitude: four times as much as the linear schedule,
whose $\beta$ are larger in between. With squares the ends of the line are $10^{-8}$ and
$4 \cdot 10^{-4}$, and squared once more they are $\beta$ from $10^{-16}$ to $1.6 \cdot 10^{-7}$. After
a thousand steps 99.997 % of the amplitude is left: nothing has happened. The program runs, and a
training with it would run too. To see it, look at the last $\beta$ and at $\bar\alpha_T$ before
anything else.
*/
@Test("a quadratic schedule leaves 2.7 % of the amplitude; with squares for roots, 99.997 %")
func squaresForRoots() throws {
  /// The squares of a line from one end to the other.
  func squares(from first: Double, to last: Double) throws -> NoiseSchedule {
    try NoiseSchedule(
      betas: (0..<1000).map { index in
        let root = first + Double(index) / 999 * (last - first)
        return root * root
      })
  }
  let quadratic = try squares(from: 0.0001.squareRoot(), to: 0.02.squareRoot())
  let mistaken = try squares(from: 0.0001 * 0.0001, to: 0.02 * 0.02)
  let linear = try NoiseSchedule.linear()
  func amplitudeLeft(_ schedule: NoiseSchedule) -> Double { schedule.alphaBar(1000).squareRoot() }

  #expect(abs(amplitudeLeft(quadratic) - 0.027) < 0.0005)
  #expect((4..<5).contains(amplitudeLeft(quadratic) / amplitudeLeft(linear)))
  #expect((2..<1000).allSatisfy { quadratic.beta($0) < linear.beta($0) })
  #expect(abs(amplitudeLeft(mistaken) - 0.99997) < 0.000005)
  // Squares and roots undo each other up to a rounding or two.
  #expect(abs(quadratic.beta(1000) / 0.02 - 1) < 1e-15)
  #expect(abs(mistaken.beta(1) / 1e-16 - 1) < 1e-14)
  #expect(abs(mistaken.beta(1000) / 1.6e-7 - 1) < 1e-14)
}

/*:
## 6. Twenty steps in one

Somebody takes 50 steps and the $\beta$ of every twentieth of the 1000. What is left, and which $\beta$
would be right?

Too much is left: 77 % of the amplitude. Each of the 50 steps does the work of one, not of twenty. To
end where twenty small steps end, a large one has to keep what all of them keep together,
$\alpha'_k = \alpha_{20k-19} \cdots \alpha_{20k} = \bar\alpha_{20k} / \bar\alpha_{20(k-1)}$, and
$\beta'_k = 1 - \alpha'_k$. The last one is 0.330. That is less than the sum of its twenty $\beta$,
0.396, because each of them takes its share of what the ones before have left. (This is why 50 steps
with twenty times the $\beta$, the chapter's remedy, end at 0.28 % and not at 0.64 %: each does more
than its twenty would.)

The code starts from a pixel of 1 and walks: a thousand small steps and fifty large ones, each by its
mean and variance alone.
*/
@Test("fifty steps of 1 − ᾱ_20k/ᾱ_20(k−1) go the way of the thousand; every twentieth β leaves 77 %")
func twentyStepsInOne() throws {
  let fine = try NoiseSchedule.linear()
  let kept = try NoiseSchedule(betas: (1...50).map { fine.beta(20 * $0) })
  #expect(abs(kept.alphaBar(50).squareRoot() - 0.77) < 0.005)

  let coarse = try NoiseSchedule(
    betas: (1...50).map { k in 1 - fine.alphaBar(20 * k) / fine.alphaBar(20 * (k - 1)) })
  /// What step t makes of a Gaussian pixel.
  func walk(_ x: Gaussian<Double>, _ step: Step) -> Gaussian<Double> {
    let next = step.forward(from: x.mean)
    return Gaussian(mean: next.mean, variance: step.alpha * x.variance + next.variance)
  }
  var (slow, fast) = (Gaussian(mean: 1.0, variance: 0), Gaussian(mean: 1.0, variance: 0))
  for k in 1...50 {
    for t in 20 * k - 19...20 * k { slow = walk(slow, fine[t]) }
    fast = walk(fast, coarse[k])
    // Rounding alone: a thousand steps of an ulp each.
    #expect(abs(slow.mean - fast.mean) < 1e-13 && abs(slow.variance - fast.variance) < 1e-13)
  }

  #expect(abs(coarse.beta(50) - 0.330) < 0.0005)
  #expect(abs((981...1000).reduce(0) { $0 + fine.beta($1) } - 0.396) < 0.0005)
  let remedy = try NoiseSchedule.linear(from: 0.002, to: 0.4, stepCount: 50)
  #expect(abs(remedy.alphaBar(50).squareRoot() - 0.0028) < 0.00005)
  #expect(abs(slow.mean - 0.0064) < 0.00005)
}
