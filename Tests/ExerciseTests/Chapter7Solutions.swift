/*:
# Chapter 7: solutions

For data that are one Gaussian the probability flow, DDPM and Langevin dynamics can all be solved with
pencil and paper. What comes out explains several of the chapter's tables.
*/
import Deterministic
import Diffusion
import Testing

/// Data that are N(0, s²).
private func centered(deviation s: Double) -> GaussianMixture<Double> {
  GaussianMixture([.init(weight: 1, mean: 0, variance: s * s)])
}
/*:
## 1. Negative bits

A report says: "our model needs −5.42 bits per dimension on MNIST". What was forgotten? What does a
model need that takes all 256 levels for equally likely? And how much too high is the bound of *levels*
for a pixel that lies at a level, where the model's density is a Gaussian about that level with a
deviation of one level, or of a quarter of one?

The report gives $-\log_2$ of a density. A density may be above 1, and depends on the unit: of pixels in
−1…1 it is 127.5 times that of pixels in 0…255. What is missing is $\log_2 127.5 = 6.994$, and the model
needs 1.57 bits. (For pixels in 0…1 it would be $\log_2 255 = 7.994$, for 0…255 nothing.) 256 levels,
each $1/127.5$ wide, together are $256/127.5$ wide. A density that is even there is $127.5/256$, and
$-\log_2 (127.5/256) + \log_2 127.5 = \log_2 256 = 8$ bits, as it must be.

*Levels* takes the mean of $-\log_2 p$ over a level where minus the logarithm of the mean of $p$ is
wanted. That is never less, and the same only where $p$ is even over the level. Let $p$ be $N(0, s^2)$
with $s$ in levels. The level from −½ to ½ has the probability $\text{erf}(0.5/(s \sqrt 2))$, and the
mean of $x^2$ over it is $1/12$, so the bound is

$$\log_2 (s \sqrt{2 \pi}) + \frac{\log_2 e}{24 s^2}$$

One level wide that is 1.3859 bits in place of 1.3849. A quarter wide it is 0.2875 in place of 0.0672: a
model that is surer than a level is wide is punished for it.
*/
@Test(
  "Bits per dimension need the unit of the pixels; the bound by levels is tight where the density is even over one"
)
func negativeBits() {
  func bits(_ nats: Double) -> Double { nats / log(2) }
  #expect(abs(bits(log(127.5)) - 6.994) < 0.0005 && abs(bits(log(255)) - 7.994) < 0.0005)
  #expect(abs(-5.42 + bits(log(127.5)) - 1.57) < 0.005)
  #expect(abs(-bits(log(127.5 / 256)) + bits(log(127.5)) - 8) < 1e-12)

  let level = 128 / 127.5 - 1
  for (width, exact, bound) in [(1.0, 1.3849, 1.3859), (0.25, 0.0672, 0.2875)] {
    let pixel = Gaussian(mean: level, variance: width * width / (127.5 * 127.5))
    #expect(abs(-bits(pixel.logProbability(ofEightBit: level)) - exact) < 0.00005)
    // The mean over the level, by 1,000 places in it: the midpoint rule errs by a millionth of the second term.
    let places = (0..<1000).map { level + ((Double($0) + 0.5) / 1000 - 0.5) / 127.5 }
    let density = places.reduce(0) { $0 + pixel.logDensity(at: $1) / 1000 }
    #expect(abs(-bits(density) + bits(log(127.5)) - bound) < 0.00005)
    let byHand = bits(log(width * (2 * Double.pi).squareRoot())) + bits(1) / (24 * width * width)
    #expect(abs(byHand - bound) < 0.00005)
  }
}
/*:
## 2. DDIM by hand

DDIM goes from $t$ to an earlier $\tau$ by taking $\hat x_0$ and the predicted noise, and mixing them
anew: $x_\tau = \sqrt{\bar\alpha_\tau} \, \hat x_0 + \sqrt{1-\bar\alpha_\tau} \, \epsilon_\theta$. Show
that this is Euler's step of $d \bar x/d \sigma = \epsilon_\theta$. And for $t = 500$ and $\tau = 499$:
how much of the predicted noise does it take away, compared with equation 11?

Divide by $\sqrt{\bar\alpha_\tau}$: $\bar x_\tau = \hat x_0 + \sigma_\tau \epsilon_\theta$. The same
with $t$ in place of $\tau$ is equation 15, $\bar x_t = \hat x_0 + \sigma_t \epsilon_\theta$. The
difference is Euler's step:

$$\bar x_\tau = \bar x_t + (\sigma_\tau - \sigma_t) \, \epsilon_\theta$$

Both steps are $x_t/\sqrt{\alpha_t}$ less a multiple of $\epsilon_\theta$. In equation 11 the multiple
is $\beta_t/(\sqrt{\alpha_t} \sqrt{1-\bar\alpha_t})$, here
$\sqrt{1-\bar\alpha_t}/\sqrt{\alpha_t} - \sqrt{1-\bar\alpha_{t-1}}$. At $t = 500$ that is 0.501 of it:
half, as the chapter says of the flow. The other half makes room for the new noise, which DDIM does not
add.
*/
@Test("DDIM is Euler's method in σ, and takes away half as much noise as equation 11")
func ddimByHand() throws {
  let schedule = try NoiseSchedule.linear()
  let data = GaussianMixture.twoModes
  let steps = schedule.respaced(to: 20)
  let levels = steps.reversed().map { schedule.noiseLevel(at: Double($0.timestep)) } + [0]
  for start in [-1.5, -0.1, 0.4, 2] {
    var x = start
    for step in steps.reversed() {
      let noise = data.bestNoisePrediction(from: x, at: step)
      let x0 = step.x0(from: x, noise: noise)
      x = step.previousAlphaBar.squareRoot() * x0 + (1 - step.previousAlphaBar).squareRoot() * noise
    }
    let byEuler = ProbabilityFlow(process: schedule).decode(start, through: levels, by: .euler) { x, t in
      data.bestNoisePrediction(from: x, alphaBar: schedule.alphaBar(at: t))
    }
    // The way begins at x̄ = 157 x, so some three of sixteen digits go.
    #expect(abs(x - byEuler) < 1e-11)
  }
  let step = schedule[500]
  // Without the share of x_t: what a predicted noise of 1 does at x_t = 0.
  let equation11 = -step.reverse(from: 0, predictedNoise: 1, variance: .beta).mean
  let ddim =
    (1 - step.alphaBar).squareRoot() / step.alpha.squareRoot() - (1 - step.previousAlphaBar).squareRoot()
  #expect(abs(ddim / equation11 - 0.501) < 0.0005)
}
/*:
## 3. Signs or normals

Hutchinson's estimate of a trace is $v^T A v$. What is its variance for random signs $v$, and what for
normal $v$, if $A$ is symmetric? When is a single probe exact?

$v^T A v = \sum_i a_{ii} v_i^2 + 2 \sum_{i<j} a_{ij} v_i v_j$. With signs $v_i^2$ is 1, the first sum is
the trace and does not vary at all. The products $v_i v_j$ have mean 0, variance 1, and are
uncorrelated, so the variance is $4 \sum_{i<j} a_{ij}^2$. With normals each $v_i^2$ has the mean 1 too,
but a variance of 2, and $2 \sum_i a_{ii}^2$ comes on top. So signs are never worse. They are exact
where $A$ is diagonal: when each coordinate's noise is predicted from that coordinate alone. All their
error comes from what coordinates do to one another.

For the matrix below, with trace 9, the variances are 8 and 66. Signs are checked by trying all eight.
For normals there is a rule with three values, $-\sqrt 3$, 0 and $\sqrt 3$, of weights $1/6$, $2/3$ and
$1/6$, whose moments are those of $N(0, 1)$ up to the fifth: enough for a square of squares.
*/
@Test("A trace estimated with signs varies by what is off the diagonal, with normals by what is on it too")
func signsOrNormals() {
  let matrix = [[2.0, 1, 0], [1, 3, -1], [0, -1, 4]]
  /// Mean and variance of vᵀAv where each v_i has these values with these weights, by all combinations.
  func estimate(_ distribution: [(value: Double, weight: Double)]) -> (mean: Double, variance: Double) {
    var (mean, square) = (0.0, 0.0)
    for a in distribution {
      for b in distribution {
        for c in distribution {
          let v = [a.value, b.value, c.value]
          let product = (0..<3).reduce(0.0) { sum, i in
            sum + (0..<3).reduce(0.0) { $0 + v[i] * matrix[i][$1] * v[$1] }
          }
          mean += a.weight * b.weight * c.weight * product
          square += a.weight * b.weight * c.weight * product * product
        }
      }
    }
    return (mean, square - mean * mean)
  }
  let signs = estimate([(-1, 0.5), (1, 0.5)])
  let root = 3.0.squareRoot()
  let normals = estimate([(-root, 1 / 6.0), (0, 2 / 3.0), (root, 1 / 6.0)])
  let onDiagonal = (0..<3).reduce(0) { $0 + matrix[$1][$1] * matrix[$1][$1] }
  let above = [matrix[0][1], matrix[0][2], matrix[1][2]].reduce(0) { $0 + $1 * $1 }
  #expect(4 * above == 8 && 4 * above + 2 * onDiagonal == 66)
  // Sums of a few dozen numbers up to a thousand.
  #expect(abs(signs.mean - 9) < 1e-12 && abs(signs.variance - 8) < 1e-12)
  #expect(abs(normals.mean - 9) < 1e-12 && abs(normals.variance - 66) < 1e-11)
}
/*:
## 4. The width of a walk

Langevin dynamics with the true score of $N(0, s^2)$ and a fixed $\eta$: which variance do the walkers
have in the end? What deviation did those of the chapter have in their groups, with $s = 0.1$ and
$\eta = 0.001$? From which $\eta$ on do they run away?

The score is $-x/s^2$, so that $x_{k+1} = (1 - \eta/s^2) \, x_k + \sqrt{2 \eta} \, z_k$, and a variance
$V$ becomes $(1 - \eta/s^2)^2 V + 2 \eta$. It stays where it is if

$$V = \frac{2 \eta}{1 - (1 - \eta/s^2)^2} = \frac{s^2}{1 - \eta/(2 s^2)}$$

which is too large, always: a step pulls back what was there before its noise, not the noise itself. In
the chapter it is $0.01/0.95$, a deviation of 0.1026. At $\eta = s^2$ the variance is twice the right
one, and from $\eta = 2 s^2$ on there is no end: the way uphill leads at least as far to the other side.
*/
@Test("Langevin dynamics with a fixed step is too wide, by 1/(1 − η/2s²)")
func theWidthOfAWalk() {
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
## 5. One great step

Solve the flow for data that are $N(0, s^2)$: what becomes of $\bar x$ from $\sigma$ to 0? Now take a
single step from $\sigma = 152$ to 0, with $s = 0.5$, by Euler's method and by Heun's. Which of the two
lands nearer? Predict, then compute, and explain the 1071 gray levels in the chapter's table.

$\bar x$ has the variance $s^2 + \sigma^2$, and $\epsilon = \sigma \bar x/(s^2 + \sigma^2)$ is the best
prediction. Then $d \ln \bar x/d \sigma = \sigma/(s^2 + \sigma^2)$, and

$$\bar x(\sigma) = \bar x(0) \, \sqrt{s^2 + \sigma^2}/s$$

Each path keeps its number of deviations. Of $x_T = 1$, which is $\bar x = 152.17$, becomes 0.5, one
deviation.

Euler's step makes $\bar x (1 - \sigma^2/(s^2 + \sigma^2)) = \bar x s^2/(s^2 + \sigma^2)$, which is
Tweedie's guess: 0.0016. All noise becomes nearly the mean of the data. That is wrong, but only by a
deviation, and by far the nearer of the two. Heun's asks once more where Euler's step has landed. There
$\sigma$ is 0 and the slope is 0; at the beginning it was 1. It takes the mean of the two, a half, and
goes half the way: $\bar x = 76.1$, off by 9,600 gray levels. A higher order is better for short steps.
Where the slope turns from 1 to 0 near the end of a step, it only averages what does not belong
together. In the chapter's two steps it is the second, from $\sigma = 5.9$ to 0.01, that fails so. On
Gaussian data, and from $x_T = 1$, they end 349 levels off; the rest of the 1071 presumably comes of
the network, which is asked at $t = 1$ about a blurred picture such as it has never seen there.
*/
@Test(
  "In one great step Euler's method lands at the mean of the data, Heun's 76 away; the true flow keeps deviations"
)
func oneGreatStep() throws {
  let flow = ProbabilityFlow(process: VariancePreservingSDE())
  let data = centered(deviation: 0.5)
  let sigma = flow.highestNoiseLevel
  #expect(abs(flow.scaled(1, noiseLevel: sigma) - 152.17) < 0.005)
  func best(_ x: Double, _ time: Double) -> Double {
    data.bestNoisePrediction(from: x, alphaBar: flow.process.alphaBar(at: time))
  }

  let solver = DormandPrince(relativeTolerance: 1e-10, absoluteTolerance: 1e-10)
  for level in [0, 0.1, 1, 20] {
    let found = try flow.carry(1.0, from: sigma, to: level, by: solver, predictor: best).sample
    let byHand =
      flow.scaled(1, noiseLevel: sigma)
      * ((0.25 + level * level) / (0.25 + sigma * sigma)).squareRoot()
    #expect(abs(found - flow.unscaled(byHand, noiseLevel: level)) < 1e-7)
  }
  #expect(abs(try flow.carry(1.0, from: sigma, to: 0, by: solver, predictor: best).sample - 0.5) < 0.0001)

  let euler = flow.decode(1, through: [sigma, 0], by: .euler, predictor: best)
  let heun = flow.decode(1, through: [sigma, 0], by: .heun, predictor: best)
  // Of this step only ᾱ is used.
  let last = Step(timestep: 1, beta: 0.5, alphaBar: flow.process.alphaBar(at: 1), previousAlphaBar: 1)
  #expect(abs(euler - 0.0016) < 0.00005 && abs(euler - data.posteriorMean(given: 1, at: last)) < 1e-9)
  #expect(abs(heun - 76.1) < 0.05 && abs(127.5 * (heun - 0.5) - 9600) < 50)

  // The chapter's digits begin where the thousand steps end, and end at t = 1.
  let discrete = ProbabilityFlow(process: try NoiseSchedule.linear())
  let levels = discrete.noiseLevels(count: 3, to: discrete.process.noiseLevel(at: 1))
  #expect(abs(levels[1] - 5.9) < 0.05)
  let twoSteps = discrete.decode(1, through: levels, by: .heun) { x, t in
    data.bestNoisePrediction(from: x, alphaBar: discrete.process.alphaBar(at: t))
  }
  #expect(abs(127.5 * (twoSteps - 0.5) - 349) < 0.5)
}
/*:
## 6. Arrows too long

The chapter's arrows that are 5 % too long, with paper and pencil: for data that are $N(0, 1)$, which
deviation do the flow's samples have, and which DDPM's, with $\sigma^2 = \beta$ and a thousand steps?
And if the arrows are too long down to $t = 500$ and of the right length from there on?

The score is $-x$, the network says $-1.05 x$. In the flow
$dx/du = -\tfrac{1}{2} \beta (x - 1.05 x) = 0.025 \beta x$, which on the way from noise to data,
$\int \beta \, du = -\ln \bar\alpha_T$, becomes a factor of $\bar\alpha_T^{0.025} = 0.78$. In the walk a
variance $V$ changes by $\beta (V - 2.1 V + 1)$ per unit of time on the way back (the factor of $x$ is
$1 + \tfrac{1}{2} \beta - 1.05 \beta$ a step, and the noise $\beta$). It comes to rest at $V = 1/1.1$: a
deviation of 0.953. The flow has piled up every step's error, the walk only the last ones': its noise
pulls it back to where the two balance.

The second question shows it. Arrows that are wrong down to $t = 500$ leave the flow at
$(\bar\alpha_{1000}/\bar\alpha_{500})^{0.025} = 0.83$, and nothing mends it. The walk comes back to
0.996.
*/
@Test(
  "With arrows 5 % too long the flow ends at 0.78 of the deviation, the walk at 0.953; the walk forgets errors"
)
func arrowsTooLong() throws {
  let schedule = try NoiseSchedule.linear()
  /// What a network says whose arrows are 5 % too long at the timesteps above one.
  func tooLong(above last: Double) -> (Double, Double) -> Double {
    { x, t in (t > last ? 1.05 : 1) * (1 - schedule.alphaBar(at: t)).squareRoot() * x }
  }
  func flowDeviation(_ predictor: @escaping (Double, Double) -> Double) throws -> Double {
    let flow = ProbabilityFlow(process: schedule)
    return try flow.carry(
      1.0, from: flow.highestNoiseLevel, to: 0, by: DormandPrince(), predictor: predictor
    ).sample
  }
  /// x_0 is a sum of independent normals: its variance is the sum of the squares of what becomes of each alone.
  func walkDeviation(_ predictor: @escaping (Double, Double) -> Double) -> Double {
    (0...1000).reduce(0) { sum, t in
      let end = AncestralSampler(
        steps: t == 0 ? schedule.steps : Array(schedule.steps[..<t]), from: t == 0 ? 1 : 0, variance: .beta,
        noise: { $0 == t ? 1 : 0 }, predictor: { predictor($0, $1.value) }
      ).sample()
      return sum + end * end
    }.squareRoot()
  }
  let (first, second) = (tooLong(above: 0), tooLong(above: 500))
  #expect(abs(try flowDeviation(first) - 0.78) < 0.005)
  #expect(abs(try flowDeviation(first) - exp(0.025 * log(schedule.alphaBar(1000)))) < 1e-4)
  #expect(abs(walkDeviation(first) - 0.953) < 0.0005)
  #expect(abs(walkDeviation(first) - (1 / 1.1).squareRoot()) < 1e-4)
  #expect(abs(try flowDeviation(second) - 0.83) < 0.005)
  #expect(abs(walkDeviation(second) - 0.996) < 0.0005)
}
