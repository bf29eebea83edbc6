/*:
# Chapter 6: solutions

With Gaussian data and the best possible network every step of algorithm 2 is a product and a sum. What
it makes of a distribution can then be known to the last digit, and so can what each mistake makes of
it.
*/
import Deterministic
import Diffusion
import Evaluation
import Statistics
import Tensors
import Testing

private let random = RandomNumbers(seed: 6)

/// The schedule of all chapters.
private func linearSchedule() throws -> NoiseSchedule { try .linear() }

/// The best predictor for data that are N(0, σ²): a multiple of x_t, another one at each t.
private func bestPredictor(dataVariance: Double) throws -> (Double, Double) -> Double {
  let data = GaussianMixture([.init(weight: 1, mean: 0.0, variance: dataVariance)])
  let multiples = try linearSchedule().steps.map { data.bestNoisePrediction(from: 1, at: $0) }
  return { x, t in multiples[Int(t) - 1] * x }
}

/// The variance of the samples of a sampler that only multiplies and adds.
///
/// x_0 is a sum of independent normals, each times a factor, and its variance the sum of the factors' squares. A factor is
/// what comes of a single 1 among zeros.
private func variance(
  of steps: [Step], _ choice: ReverseVariance, predictor: @escaping (Double, Double) -> Double
) -> Double {
  /// The factor of the noise at t, or, for t = 0, of x_T.
  func factor(of t: Int) -> Double {
    AncestralSampler(
      // Before t there is nothing but zeros.
      steps: steps.filter { t == 0 || $0.timestep <= t }, from: t == 0 ? 1 : 0, variance: choice,
      noise: { $0 == t ? 1 : 0 }, predictor: { predictor($0, $1.value) }
    ).sample()
  }
  return ([0] + steps.map(\.timestep)).reduce(0) { $0 + factor(of: $1) * factor(of: $1) }
}
/*:
## 1. The last noise

Somebody adds noise in the last step too. How many gray levels wide is it, for $\sigma_t^2 = \beta_t$
and for $\tilde\beta_t$, with $\tilde\beta_2$ in place of the 0 at $t = 1$? Of the pixels that lie exactly
on a level in the middle of the range, what share changes its level? And why did the chapter's table
have 1.2 levels?

A gray level is $1/127.5$ wide. With $\beta_1 = 0.0001$ the noise is $0.01 \cdot 127.5 = 1.275$ levels
wide, with $\tilde\beta_2 = \beta_2 (1-\bar\alpha_1)/(1-\bar\alpha_2) = 5.45 \cdot 10^{-5}$ it is 0.942.
A pixel keeps its level if the noise is less than half a level: of a noise $w$ levels wide that is a
share of $\text{erf}(0.5/(w \sqrt 2))$. So 69.5 % of the pixels change, or 59.5 %, and nobody sees it.

The table is of 100 steps. There the second of the steps leads from $t = 11$ to $t = 1$, and its
$\tilde\beta$ is larger: 1.246 levels wide.
*/
@Test("Noise in the last step is 1.275 gray levels wide, or 0.942, or in a hundred steps 1.246")
func theLastNoise() throws {
  let schedule = try linearSchedule()
  let first = schedule[1], firstOfHundred = schedule.respaced(to: 100)[0]
  let widths = [
    first.reverse(from: 0, predictedNoise: 0, variance: .beta).standardDeviation,
    first.reverse(from: 0, predictedNoise: 0, variance: .betaTilde).standardDeviation,
    firstOfHundred.reverse(from: 0, predictedNoise: 0, variance: .betaTilde).standardDeviation,
  ].map { 127.5 * $0 }
  #expect(widths.map { ($0 * 1000).rounded() } == [1275, 942, 1246])
  #expect(abs(first.reversePosteriorVariance - 5.45e-5) < 5e-8)
  #expect(schedule.respaced(to: 100)[1].timestep == 11)

  // Ten thousand pixels: a share of 0.6 or 0.7 of them is off by 0.005, and four times that is allowed.
  for (width, share) in zip(widths, [0.695, 0.595]) {
    #expect(abs(1 - erf(0.5 / (width * 2.0.squareRoot())) - share) < 0.0005)
    let changed = random[.reverseStep].normals(count: 10_000).filter { (width * $0).rounded() != 0 }.count
    #expect(abs(Double(changed) / 10_000 - share) < 0.02)
  }
}
/*:
## 2. A training set of one image

All training images are the same image $a$, and the network is the best possible. What does
algorithm 2 sample, with $\sigma_t^2 = \beta_t$ or $\tilde\beta_t$, in a thousand steps or in two?

The best network knows $x_0$, so it says
$\epsilon = (x_t - \sqrt{\bar\alpha_t} a)/\sqrt{1-\bar\alpha_t}$, and its $\hat x_0$ is $a$ wherever
$x_t$ is. The last step has $\bar\alpha_0 = 1$, so in the posterior's mean the factor of $\hat x_0$ is
$\beta_1/(1-\bar\alpha_1) = 1$ and that of $x_1$ is 0. Every chain ends at $a$, exactly, with either
variance and however few steps. So whoever tests a sampler with a single image will find no mistake in
its variance, and none in the noise on the way.
*/
@Test("With a single image every chain ends at it, whatever the variance, the noise and the number of steps")
func aTrainingSetOfOneImage() throws {
  let schedule = try linearSchedule()
  let image = 0.3
  for (steps, variance) in [1000, 50, 2].flatMap({ count in ReverseVariance.allCases.map { (count, $0) } }) {
    for chain in 0..<5 {
      let end = AncestralSampler(
        steps: schedule.respaced(to: steps), from: random[.startingNoise].normal(sample: chain),
        variance: variance, noise: { random[.reverseStep].normal(step: $0, sample: chain) },
        predictor: { x, t in schedule[t].noise(from: x, x0: image) }
      ).sample()
      // x_1 is right to 16 digits, and goes twice through numbers that are 100 times as large.
      #expect(abs(end - image) < 1e-12)
    }
  }
}
/*:
## 3. The width of samples

Data that are $N(0, \sigma_\text{data}^2)$, the best possible network, 20 steps (1, 54, 106, …, 1000).
Is the variance of the samples right, too large or too small with $\sigma_t^2 = \beta_t$, and with
$\tilde\beta_t$, for $\sigma_\text{data} = 1$ and for 0.5? Predict, then compute. And what happens as steps become many?

The true reverse step, from $x_t$ to $x_{t-1}$, has a variance between $\tilde\beta_t$, right where
$x_0$ is known, and $\beta_t$, right where the data are as wide as noise is. For $\sigma_\text{data} = 1$ the best
prediction is $\epsilon = \sqrt{1-\bar\alpha_t} \, x_t$, the mean of the step $\sqrt{\alpha_t} \, x_t$,
and so

$$\text{Var}(x_{t-1}) = \alpha_t \text{Var}(x_t) + \sigma_t^2$$

which stays 1 with $\beta_t$, since $\alpha_t + \beta_t = 1$; the last step, which has no noise, makes
0.9999 of it. With $\tilde\beta_t$ it is too small. For 0.5 the first is too much and the second too
little:

| | right | $\beta$, 20 steps | $\tilde\beta$, 20 steps | $\beta$, 1000 | $\tilde\beta$, 1000 |
| --- | --- | --- | --- | --- | --- |
| $\sigma_\text{data} = 1$ | 1 | 0.9999 | 0.701 | 0.9999 | 0.991 |
| 0.5 | 0.25 | 0.298 | 0.151 | 0.2508 | 0.246 |

With many steps the choice hardly matters, because
$\tilde\beta_t/\beta_t = (1-\bar\alpha_{t-1})/(1-\bar\alpha_t)$ comes near 1 for all but the first few
$t$.
*/
@Test("β is right for data N(0, 1), β̃ too small; for narrower data one is too large, the other too small")
func theWidthOfSamples() throws {
  let schedule = try linearSchedule()
  let table: [(s2: Double, count: Int, choice: ReverseVariance, printed: Double, lastPlace: Double)] = [
    (1, 20, .beta, 0.9999, 1e-4), (1, 20, .betaTilde, 0.701, 1e-3),
    (1, 1000, .beta, 0.9999, 1e-4), (1, 1000, .betaTilde, 0.991, 1e-3),
    (0.25, 20, .beta, 0.298, 1e-3), (0.25, 20, .betaTilde, 0.151, 1e-3),
    (0.25, 1000, .beta, 0.2508, 1e-4), (0.25, 1000, .betaTilde, 0.246, 1e-3),
  ]
  for (s2, count, choice, printed, lastPlace) in table {
    let steps = schedule.respaced(to: count)
    let found = variance(of: steps, choice, predictor: try bestPredictor(dataVariance: s2))
    #expect(abs(found - printed) <= 0.5 * lastPlace)

    // By hand: the true reverse step's mean is a multiple of x_t, that of Bayes' rule, and no noise comes last.
    var byHand = 1.0
    for step in steps.reversed() {
      let noisy = step.alphaBar * s2 + 1 - step.alphaBar
      let before = step.previousAlphaBar * s2 + 1 - step.previousAlphaBar
      let slope = step.alpha.squareRoot() * before / noisy
      byHand = slope * slope * byHand + (step.timestep == 1 ? 0 : step.reverseVariance(choice))
    }
    // A thousand steps, each rounded to sixteen digits a few times.
    #expect(abs(found - byHand) < 1e-12)
  }
}
/*:
## 4. A distance by hand

One number in place of 84: what is the Fréchet distance $F$ of $N(m_1, v_1)$ and $N(m_2, v_2)$? Which is
farther from $N(0, 1)$, if either: data moved by 0.05 or data whose standard deviation is 0.95? And how
large is $F$ on average between two sets of $n$ samples each from the same $N(0, 1)$, and from which $n$
on is that no more than those two?

In one dimension the root of $\Sigma_1 \Sigma_2$ is $\sqrt{v_1 v_2}$, and

$$F = (m_1 - m_2)^2 + v_1 + v_2 - 2 \sqrt{v_1 v_2} = (m_1 - m_2)^2 + (\sqrt{v_1} - \sqrt{v_2})^2$$

Both are equally far, $0.05^2 = 0.0025$. Of $n$ samples the mean is off by $1/\sqrt n$ and the standard
deviation by about $1/\sqrt{2n}$ (the variance by $\sqrt{2/n}$, and the root halves that). Two sets
differ by twice these squares: $F \approx 2/n + 1/n = 3/n$. So between 100 and 100 samples it is 0.03,
and only from $n = 1200$ on is this floor no higher than the distance of the two examples. A distance
without the number of samples says nothing.
*/
@Test("On a line the Fréchet distance is (m₁ − m₂)² + (√v₁ − √v₂)², and between two sets of n samples 3/n")
func aDistanceByHand() {
  func gaussian(_ mean: Double, _ deviation: Double) -> FeatureDistribution {
    FeatureDistribution(mean: [mean], covariance: SymmetricMatrix(diagonal: [deviation * deviation]))
  }
  // A few numbers up to 10, each rounded to sixteen digits.
  #expect(abs(frechetDistance(gaussian(3, 2), gaussian(1, 0.5)) - (4 + 2.25)) < 1e-14)
  #expect(abs(frechetDistance(gaussian(0.05, 1), gaussian(0, 1)) - 0.0025) < 1e-14)
  #expect(abs(frechetDistance(gaussian(0, 0.95), gaussian(0, 1)) - 0.0025) < 1e-14)
  #expect(3 / 1200.0 == 0.0025)

  let distances = (0..<2000).map { trial in
    let sets = [0, 1].map { set in
      FeatureDistribution(
        of: .normal(random[.data], step: 2 * trial + set, samples: 0..<100, rowShape: [1]))
    }
    return frechetDistance(sets[0], sets[1])
  }
  // 2,000 distances scatter by about as much as they are, so their mean does by 0.0007; what was neglected is of the order
  // of 3/n².
  let found = Moments(distances)
  #expect(abs(found.mean - 0.03) < 4 * (found.variance / 2000).squareRoot() + 3e-4)
}
/*:
## 5. Told the wrong time

Data that are $N(0, 0.5^2)$, about as wide as digits are, the best possible network, a thousand steps
with $\sigma_t^2 = \beta_t$; but the network is told $t + 20$ (at most 1000) in place of $t$. Are the
samples too wide or too narrow? And if it is told the right time from $t = 100$ down, or the wrong one
only from there?

With $b = 1 - \bar\alpha_t$ and $v = 0.5^2$ the best prediction is $\sqrt b \, x_t/(v (1-b) + b)$. It
grows with $b$ up to $b = v/(1-v) = 1/3$, at $t = 197$, and then falls a little. So from there to the end a network
that is told a later time sees too much noise: by 8 % at $t = 100$, 2.4 times as much at $t = 10$, 7.8
times at $t = 1$. What it takes for noise is taken away, and the samples are too narrow, 0.90 of the
right deviation. (Before, at $t = 500$, it sees 0.4 % too little.) Told $t - 20$ it leaves noise in:
1.12. Of the two it is the one that costs the chapter's digits the classifier's confidence, which it has
in 82 % of them in place of 90 %. One timestep off makes 0.995.

The harm is done at the end. Told the right time from $t = 100$ down, the samples have 0.994 of the
deviation; told the wrong one only from there, 0.907.
*/
@Test(
  "Told a later time, samples become too narrow, told an earlier one too wide, and the last hundred steps decide"
)
func toldTheWrongTime() throws {
  let schedule = try linearSchedule()
  let best = try bestPredictor(dataVariance: 0.25)
  /// The samples' deviation as a share of the right one, when the network is told t + shift(t).
  func deviation(_ shift: @escaping (Double) -> Double) -> Double {
    let predictor = { (x: Double, t: Double) in best(x, min(1000, max(1, t + shift(t)))) }
    return (variance(of: schedule.steps, .beta, predictor: predictor) / 0.25).squareRoot()
  }
  #expect(abs(deviation { _ in 0 } - 1) < 0.002)  // a thousand steps are not infinitely many
  #expect((deviation { _ in 20 } * 100).rounded() == 90)
  #expect((deviation { _ in -20 } * 100).rounded() == 112)
  #expect((deviation { _ in 1 } * 1000).rounded() == 995)
  #expect((deviation { t in t > 100 ? 20 : 0 } * 1000).rounded() == 994)
  #expect((deviation { t in t > 100 ? 0 : 20 } * 1000).rounded() == 907)

  let ratios = [500, 100, 10, 1].map { best(1, $0 + 20) / best(1, $0) }
  #expect(zip(ratios, [0.996, 1.08, 2.4, 7.8]).allSatisfy { abs($0 / $1 - 1) < 0.005 })
  #expect(schedule.timesteps.max { best(1, Double($0)) < best(1, Double($1)) } == 197)
  #expect(abs(1 - schedule.alphaBar(197) - 1 / 3.0) < 0.001)
}
/*:
## 6. Fifty of the thousand β

To sample in 50 steps somebody keeps 50 timesteps (1, 21, 42, …, 980, 1000), each with its old
$\beta_t$ and its old $\bar\alpha_t$, and goes through them with equation 11. What is wrong? Which data would not
notice? And what becomes of data that are $N(0, 0.5^2)$?

The step from 1000 to 980 must take away the noise of twenty steps, and $\beta_{1000}$ is that of one.
What lies between a kept timestep $t$ and the one before, $\tau$, is
$\beta'_t = 1 - \bar\alpha_t/\bar\alpha_\tau$, as `respaced(to:)` has it. With the old ones the chain goes back
over $\prod (1 - \beta_t) = 0.603$ only,
where $\bar\alpha_T$ is 0.00004: nearly all of the way is missing, and with it most of the noise stays.

Data that are $N(0, 1)$ do not notice. Their $q(x_t)$ is $N(0, 1)$ at every $t$, so that a chain that
does not arrive is right as well: the step keeps the variance 1 with any $\beta$. Whoever tests a
sampler with such data tests little. For data $N(0, 0.5^2)$ the samples have a standard deviation of
0.94, nearly that of the noise they began with; with $\beta'$ it is 0.52.
*/
@Test("Old β between timesteps far apart leave the noise in; data N(0, 1) do not notice")
func fiftyOfTheThousandBetas() throws {
  let schedule = try linearSchedule()
  let right = schedule.respaced(to: 50)
  let wrong = right.map { step in
    Step(
      timestep: step.timestep, beta: schedule.beta(step.timestep), alphaBar: step.alphaBar,
      previousAlphaBar: step.previousAlphaBar)
  }
  #expect((wrong.reduce(1.0) { $0 * $1.alpha } * 1000).rounded() == 603)
  #expect(abs(right.reduce(1.0) { $0 * $1.alpha } - schedule.alphaBar(1000)) < 1e-15)
  #expect(abs(schedule.alphaBar(1000) - 0.00004) < 5e-7)

  func deviation(_ steps: [Step], dataVariance: Double) throws -> Double {
    variance(of: steps, .beta, predictor: try bestPredictor(dataVariance: dataVariance)).squareRoot()
  }
  // The last step has no noise, and so leaves 1 − β_1 of the variance 1.
  #expect(abs(try deviation(wrong, dataVariance: 1) - 0.9999.squareRoot()) < 1e-12)
  #expect((try deviation(wrong, dataVariance: 0.25) * 100).rounded() == 94)
  #expect((try deviation(right, dataVariance: 0.25) * 100).rounded() == 52)
}
