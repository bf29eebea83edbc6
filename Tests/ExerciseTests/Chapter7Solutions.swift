/*:
# Chapter 7: solutions

For data that are one Gaussian, or two points, the score and what follows it can be worked out with pencil and paper.
*/
import Deterministic
import Diffusion
import Testing

/// Data that are N(0, σ_data²).
private func centered(deviation: Double) -> GaussianMixture<Double> {
  GaussianMixture([.init(weight: 1, mean: 0, variance: deviation * deviation)])
}
/*:
## 1. The width of a chain

Langevin dynamics with the true score of $N(0, \sigma_\text{data}^2)$ and a fixed $\eta$: what variance do the
chains have in the end? What standard deviation did those of the chapter have inside their modes, with $\sigma_\text{data} = 0.1$ and
$\eta = 0.001$? From which $\eta$ on would they have run away?

The score is $-x/\sigma_\text{data}^2$, so that $x_{k+1} = (1 - \eta/\sigma_\text{data}^2) \, x_k + \sqrt{2 \eta} \, z_k$, and a variance
$V$ becomes $(1 - \eta/\sigma_\text{data}^2)^2 V + 2 \eta$. It stays where it is if

$$V = \frac{2 \eta}{1 - (1 - \eta/\sigma_\text{data}^2)^2} = \frac{\sigma_\text{data}^2}{1 - \eta/(2 \sigma_\text{data}^2)}$$

which is too large, always: a step pulls back what was there before its noise, not the noise itself. In
the chapter it is $0.01/0.95$, a deviation of 0.1026. At $\eta = \sigma_\text{data}^2$ the variance is twice the right
one, and from $\eta = 2 \sigma_\text{data}^2$ on there is no end: the way uphill leads at least as far to the other side.
*/
@Test("Langevin dynamics with a fixed step is too wide, by 1/(1 − η/2s²)")
func theWidthOfAChain() {
  /// The variance after many steps: the sum of the squares of what is left of a single unit of noise, each step later.
  func variance(stepSize: Double, deviation: Double) -> Double {
    let data = centered(deviation: deviation)
    return LangevinDynamics(
      from: 0, stepSize: stepSize, count: 2000, noise: { $0 == 1 ? 1 : 0 }, score: { data.score(at: $0) }
    ).reduce(0) { $0 + $1.sample * $1.sample }
  }
  for (stepSize, s) in [(0.001, 0.1), (0.01, 0.1), (0.5, 1), (1.9, 1)] {
    let byHand = s * s / (1 - stepSize / (2 * s * s))
    #expect(abs(variance(stepSize: stepSize, deviation: s) / byHand - 1) < 1e-9)
  }
  #expect(abs(variance(stepSize: 0.001, deviation: 0.1).squareRoot() - 0.1026) < 0.00005)
  #expect(abs(variance(stepSize: 0.01, deviation: 0.1) - 0.02) < 1e-9)
  // 2,000 steps, and each still has all of the noise.
  #expect(variance(stepSize: 0.02, deviation: 0.1) > 2000 * 0.02)
}
/*:
## 2. Two points

Data are −1 or 1, each half of the time. Derive the score of $q(x_t)$. At $x = 0$ it is zero: is the density there a top or a valley, and at
which $\bar\alpha$ does that change?

The density is the sum of two Gaussians of variance $v = 1-\bar\alpha$ about $\pm m$, with $m = \sqrt{\bar\alpha}$. It is proportional to
$e^{-(x^2 + m^2)/(2v)} \cosh(m x/v)$, so its logarithm is $-x^2/(2v) + \log \cosh(m x/v)$ and a constant, and

$$s(x) = \frac{-x + m \tanh(m x/v)}{v}$$

The slope of the score at 0 is $(-1 + m^2/v)/v$. It is negative, a top, while $\bar\alpha < 1-\bar\alpha$, and positive, a valley, once $\bar\alpha > 1/2$. On
the way back from noise the one broad mode parts into two at $\bar\alpha = 1/2$, which is $t = 260$ in the schedule of the book.
*/
@Test(
  "The score of two points is (−x + m tanh(mx/v))/v, and its zero in the middle changes from top to valley at ᾱ = 1/2"
)
func scoreOfTwoPoints() {
  let data = GaussianMixture([
    .init(weight: 0.5, mean: -1.0, variance: 1e-14), .init(weight: 0.5, mean: 1, variance: 1e-14),
  ])
  for alphaBar in [0.1, 0.4, 0.6, 0.9] {
    let (m, v) = (alphaBar.squareRoot(), 1 - alphaBar)
    let marginal = data.marginal(alphaBar: alphaBar)
    for x in [-1.3, -0.2, 0, 0.7, 2.1] {
      #expect(abs(marginal.score(at: x) - (-x + m * tanh(m * x / v)) / v) < 1e-9)
    }
    let slope = (marginal.score(at: 1e-4) - marginal.score(at: -1e-4)) / 2e-4
    #expect(abs(slope - (-1 + m * m / v) / v) < 1e-4)
    #expect((slope > 0) == (alphaBar > 0.5))
  }
}
/*:
## 3. A score that is too long

Data that are $N(0, 1)$, and a score that is 5 % too long: what standard deviation do the samples of DDPM have with $\sigma_t^2 = \beta_t$ after a
thousand steps? What if the score is too long down to $t = 500$ and right from there on?

The score is $-x$, the network says $-1.05 x$. On the way back a variance $V$ changes by $\beta (V - 2.1 V + 1)$ per unit of time: the factor of $x$ is
$1 + \tfrac{1}{2} \beta - 1.05 \beta$ a step, and the noise has the variance $\beta$. It comes to rest at $V = 1/1.1$, a standard deviation of 0.953.
Only the errors of the last steps count, because the noise pulls $V$ back to where the two balance. With a score that is wrong down to $t = 500$ and right from there on, the
chain comes back to 0.996.
*/
@Test(
  "With a score 5 % too long DDPM ends at 0.953 of the standard deviation, and forgets errors of before t = 500"
)
func scoreTooLong() throws {
  let schedule = try NoiseSchedule.linear()
  /// x_0 is a sum of independent normals: its variance is the sum of the squares of what becomes of each alone.
  func deviation(tooLongAbove last: Double) -> Double {
    (0...1000).reduce(0) { sum, t in
      let end = AncestralSampler(
        steps: t == 0 ? schedule.steps : Array(schedule.steps[..<t]), from: t == 0 ? 1 : 0, variance: .beta,
        noise: { $0 == t ? 1 : 0 },
        predictor: { x, t in
          (t.value > last ? 1.05 : 1) * (1 - schedule.alphaBar(at: t.value)).squareRoot() * x
        }
      ).sample()
      return sum + end * end
    }.squareRoot()
  }
  #expect(abs(deviation(tooLongAbove: 0) - 0.953) < 0.0005)
  #expect(abs(deviation(tooLongAbove: 0) - (1 / 1.1).squareRoot()) < 1e-4)
  #expect(abs(deviation(tooLongAbove: 500) - 0.996) < 0.0005)
}
