/*:
# Chapter 8: solutions

For data that are one Gaussian the probability-flow ODE can be solved with pencil and paper. What comes out explains several of the chapter's tables.
*/
import Deterministic
import Diffusion
import Samples
import Testing

/// Data that are N(0, σ_data²).
private func centered(deviation: Double) -> GaussianMixture<Double> {
  GaussianMixture([.init(weight: 1, mean: 0, variance: deviation * deviation)])
}
/*:
## 1. DDIM by hand

DDIM goes from $t$ to an earlier $\tau$ by taking $\hat x_0$ and the predicted noise, and mixing them
anew: $x_\tau = \sqrt{\bar\alpha_\tau} \, \hat x_0 + \sqrt{1-\bar\alpha_\tau} \, \epsilon_\theta$. Show
that this is Euler's step of $d y/d \nu = \epsilon_\theta$. And for $t = 500$ and $\tau = 499$:
how much of the predicted noise does it take away, compared with a step of DDPM?

Divide by $\sqrt{\bar\alpha_\tau}$: $y_\tau = \hat x_0 + \nu_\tau \epsilon_\theta$. The same
with $t$ in place of $\tau$ is chapter 2, $y_t = \hat x_0 + \nu_t \epsilon_\theta$. The
difference is Euler's step:

$$y_\tau = y_t + (\nu_\tau - \nu_t) \, \epsilon_\theta$$

Both steps are $x_t/\sqrt{\alpha_t}$ less a multiple of $\epsilon_\theta$. In a step of DDPM the multiple
is $\beta_t/(\sqrt{\alpha_t} \sqrt{1-\bar\alpha_t})$, here
$\sqrt{1-\bar\alpha_t}/\sqrt{\alpha_t} - \sqrt{1-\bar\alpha_{t-1}}$. At $t = 500$ that is 0.501 of it:
half, as chapter 7 says of the flow. The other half makes room for the new noise, which DDIM does not
add.
*/
@Test("DDIM is Euler's method in ν, and takes away half as much noise as a step of DDPM")
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
    // The way begins at y = 157 x, so some three of sixteen digits go.
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
## 2. One great step

Solve the ODE for data that are $N(0, \sigma_\text{data}^2)$: what becomes of $y$ from $\nu$ to 0? Now take a
single step from $\nu = 152$ to 0, with $\sigma_\text{data} = 0.5$, by Euler's method and by Heun's. Which of the two
lands nearer? Predict, then compute, and explain the 1071 gray levels in the chapter's table.

$y$ has the variance $\sigma_\text{data}^2 + \nu^2$, and $\epsilon = \nu y/(\sigma_\text{data}^2 + \nu^2)$ is the best
prediction. Then $d \ln y/d \nu = \nu/(\sigma_\text{data}^2 + \nu^2)$, and

$$y(\nu) = y(0) \, \sqrt{\sigma_\text{data}^2 + \nu^2}/\sigma_\text{data}$$

Each path keeps its number of standard deviations. Of $x_T = 1$, which is $y = 152.17$, becomes 0.5, one
standard deviation.

Euler's step makes $y (1 - \nu^2/(\sigma_\text{data}^2 + \nu^2)) = y \sigma_\text{data}^2/(\sigma_\text{data}^2 + \nu^2)$, which is
Tweedie's formula: 0.0016. All noise becomes nearly the mean of the data. That is wrong, but only by a
standard deviation, and by far the nearer of the two. Heun's asks once more where Euler's step has landed. There
$\nu$ is 0 and the slope is 0; at the beginning it was 1. It takes the mean of the two, a half, and
goes half the way: $y = 76.1$, off by 9,600 gray levels. A higher order is better for short steps.
Where the slope turns from 1 to 0 near the end of a step, it only averages what does not belong
together. In the chapter's two steps it is the second, from $\nu = 5.9$ to 0.01, that fails so. On
Gaussian data, and from $x_T = 1$, they end 349 levels off; the rest of the 1071 presumably comes of
the network, which is asked at $t = 1$ about a blurred image such as it has never seen there.
*/
@Test(
  "In one great step Euler's method lands at the mean of the data, Heun's 76 away; the exact solution keeps standard deviations"
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
## 3. A score that is too long

Data that are $N(0, 1)$, and a score that is 5 % too long: what standard deviation do the samples of the ODE have? How does it compare with those of DDPM,
exercise 3 of chapter 7?

The score is $-x$, the network says $-1.05 x$. In the ODE $dx/du = -\tfrac{1}{2} \beta (x - 1.05 x) = 0.025 \beta x$. On the way from noise to data this becomes, with
$\int \beta \, du = -\log \bar\alpha_T$, a factor of $\bar\alpha_T^{0.025} = 0.78$. DDPM ends at 0.953. The ODE has piled up the error of every step, DDPM only those
of the last ones. With a score that is wrong only down to $t = 500$ the ODE ends at $(\bar\alpha_{1000}/\bar\alpha_{500})^{0.025} = 0.83$, and nothing mends it, while
DDPM comes back to 0.996.
*/
@Test("With a score 5 % too long the ODE ends at 0.78 of the standard deviation, and nothing mends it")
func odeWithAScoreThatIsTooLong() throws {
  let schedule = try NoiseSchedule.linear()
  func deviation(tooLongAbove last: Double) throws -> Double {
    let flow = ProbabilityFlow(process: schedule)
    return try flow.carry(
      1.0, from: flow.highestNoiseLevel, to: 0, by: DormandPrince(),
      predictor: { x, t in (t > last ? 1.05 : 1) * (1 - schedule.alphaBar(at: t)).squareRoot() * x }
    ).sample
  }
  #expect(abs(try deviation(tooLongAbove: 0) - 0.78) < 0.005)
  #expect(abs(try deviation(tooLongAbove: 0) - exp(0.025 * log(schedule.alphaBar(1000)))) < 1e-4)
  #expect(abs(try deviation(tooLongAbove: 500) - 0.83) < 0.005)
}
