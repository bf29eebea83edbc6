/*:
# Chapter 6: Sampling

From noise to a digit.

Chapter 3 took a step back, chapter 4 found out what a network must learn for it, chapter 5 trained
one. Now the steps are taken, a thousand of them, and at the end of each walk stands a digit that
nobody has ever written. How good are they? "Diverse and realistic" is easily said; a judge measures it.

The network is the one of chapter 5, trained on MNIST for twenty epochs (`data/models/mnist`).
*/
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Evaluation
import Formats
import Models
import Networks
import Notebook
import Samples
import Statistics
import Tensors
import Threads

let options = Options.orSentOn()
let threads = options.common.threads
threadCount = threads

let quick = options.common.quick
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let results = "\(Notebook.project())/data"
let page = Notebook(
  chapter: 6, options: options.common, changesResults: options.mistake != Mistake())
/*:
## One step

$$x_{t-1} = \frac{1}{\sqrt{\alpha_t}} \left( x_t - \frac{\beta_t}{\sqrt{1-\bar\alpha_t}} \epsilon_\theta(x_t, t) \right) + \sigma_t z$$

(equation 11 and algorithm 2 of the paper). Worked example 5 takes one pixel through it: $t = 500$,
$\alpha_t = 0.99$, $\beta_t = 0.01$, $\bar\alpha_t = 0.5$, $x_t = 0.4$, the network says
$\epsilon_\theta = 0.3$, and $z = 0.1$.
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.5 / 0.99)
let part = example.beta / (1 - example.alphaBar).squareRoot() * 0.3
page.check("the noise to take away, β_t/√(1−ᾱ_t) · ε_θ", part, isPrinted: "0.00424")
page.check("x_t without it", 0.4 - part, isPrinted: "0.3958")
page.check("what that is multiplied by, 1/√α_t", 1 / example.alpha.squareRoot(), isPrinted: "1.005")
let back = example.reverse(from: 0.4, predictedNoise: 0.3, variance: .beta)
page.check("the mean of x_{t−1}, 1.005 times that", back.mean, isPrinted: "0.3978")
page.check("x_{t−1}, with σ_t z = 0.1 · 0.1", back.draw(0.1), isPrinted: "0.408")
/*:
Two things surprise. The step takes away a fiftieth of the noise that the network sees in $x_t$ (0.00424 of
$\sqrt{0.5} \cdot 0.3 = 0.212$), not all of it: what it says now is a guess, and there are 499 more steps to improve
on it. And then it adds new noise. That makes $x_{t-1}$ a draw from $p_\theta(x_{t-1} \mid x_t)$ and not its mean;
what happens without is in the last line of the next table.

## The loop

Algorithm 2 is a loop of that line from $T$ to 1, with no noise in the last step. It stands once in this
project, `AncestralSampler`, and does not know what it walks on. First a case in which the truth is
known: data that lie near −0.8 (three in ten) or near 0.8, as in chapters 3 and 4, with the best possible network,
$E[\epsilon \mid x_t]$, in the network's place. Then the samples must follow the distribution of the data.
*/
let groups = GaussianMixture.twoModes
let walkers = quick ? 200 : 4000
func walk(_ number: Int, steps: [Step], variance: ReverseVariance, noiseScale: Double = 1) -> Double {
  AncestralSampler(
    steps: steps, from: random["starts of the walks"].normal(sample: number), variance: variance,
    noise: { noiseScale * random["noise of the walks"].normal(step: $0, sample: number) },
    predictor: { x, t in groups.bestNoisePrediction(from: x, at: schedule[t]) }
  ).sample()
}
func walks(_ steps: [Step], _ variance: ReverseVariance) -> [Double] {
  parallelMap(walkers, threads: threads) { walk($0, steps: steps, variance: variance) }
}
let kept = [1000, 100, 20, 5]
func test(_ count: Int, _ variance: ReverseVariance) -> KolmogorovSmirnov {
  KolmogorovSmirnov(
    walks(schedule.respaced(to: count), variance), cumulative: { groups.cumulative(at: $0) })
}
let checked = kept.map { (count: $0, beta: test($0, .beta), betaTilde: test($0, .betaTilde)) }
page.show(
  ["steps", "largest distance of the distributions, σ² = β", "σ² = β̃", "chance of as much or more, β", "β̃"],
  checked.map { found in
    let tests = [found.beta, found.betaTilde]
    return ["\(found.count)"] + tests.map { $0.distance.text(places: 4) }
      + tests.map { $0.significance < 0.001 ? "< 0.001" : $0.significance.text(places: 3) }
  })
page.write(
  CSV(
    columns: ["steps", "beta", "beta_tilde"],
    rows: checked.map { [$0.count, $0.beta.distance, $0.betaTilde.distance] as [any CSVValue] }),
  to: "walks.csv")
let withoutNoise = parallelMap(100, threads: threads) {
  walk($0, steps: schedule.steps, variance: .beta, noiseScale: 0)
}
page.show(
  "100 walks of 1000 steps without new noise end between \((withoutNoise.min() ?? 0).text(places: 3)) and \((withoutNoise.max() ?? 0).text(places: 3))"
)
page.claim(
  "with all thousand steps \(walkers) walks cannot be told from draws of the data",
  [checked[0].beta, checked[0].betaTilde].allSatisfy { $0.significance > 0.01 })
if !quick {
  page.claim(
    "with five they can, by either variance",
    [checked[3].beta, checked[3].betaTilde].allSatisfy { $0.significance < 1e-6 })
}
/*:
(The chance is that of the Kolmogorov–Smirnov test: how often true draws would lie as far from their own
distribution.) The loop is right: with the right network, in a thousand steps, it gives back the data. In a hundred it no longer
quite does, which comparisons in a hundred steps below share among themselves. Without noise all walks end in one place.
(With an MLP in the plane chapter 4 ran the same loop, and on digits chapter 5.) Fewer steps, `respaced(to: K)`, are the timesteps 1, …, 1000 in K − 1 even strides, rounded, each with its $\bar\alpha$ and with $\beta' = 1 - \bar\alpha_\tau/\bar\alpha_{\tau'}$, where $\tau'$ is the one before $\tau$.

## A hundred digits

The same loop with the U-Net. Picture number $p$ has its own random numbers, so it is the same whether
it is drawn alone or among a hundred. These are the first hundred of the chapter's seed; none is picked.
($\sigma^2 = \tilde\beta$, and $\hat x_0$ is clipped to −1…1, as the model's folder says; more of both below.)
*/
let model = orExit(try DiffusionModel.read(folder: "\(results)/models/mnist"))
let size = model.configuration.sampleSize ?? 28
func sampler(
  _ stepCount: Int?, variance: ReverseVariance? = nil, clips: Bool? = nil
) -> NumberedSampler {
  NumberedSampler(model, stepCount: stepCount, variance: variance, clipsX0: clips, seed: random.numbers.seed)
}
/// The walk of some pictures, with a mistake or none: what `NumberedSampler` does, its parts laid open for the mistakes.
func walk(
  _ pictures: Range<Int>, steps: [Step], with mistake: Mistake
) -> AncestralSampler<Tensor> {
  let sampler = sampler(nil)
  return AncestralSampler(
    steps: steps, from: sampler.startingNoise(of: pictures), variance: .betaTilde,
    adjustingX0: mistake.unitRange
      ? { 0.5 * ((2 * $0 - one($0)).clipped(to: 1) + one($0)) } : { $0.clipped(to: 1) },
    noise: { sampler.noise(ofStepFrom: $0, of: pictures) },
    predictor: { xt, t in
      let shifted = t.value + Double(mistake.timestepShift)
      return model.predictor(xt, Timestep(min(Double(schedule.stepCount), max(1, shifted))))
    })
}
func one(_ x: Tensor) -> Tensor { Tensor(repeating: 1, shape: x.shape) }
func sampled(_ pictures: Range<Int>, steps: [Step], with mistake: Mistake) -> Tensor {
  withLastNoise(walk(pictures, steps: steps, with: mistake).sample(), pictures, steps, mistake)
}
/// Samples with the noise of the last step where that mistake is made.
func withLastNoise(
  _ samples: Tensor, _ pictures: Range<Int>, _ steps: [Step], _ mistake: Mistake
) -> Tensor {
  guard mistake.lastNoise else { return samples }
  let z = sampler(nil).noise(ofStepFrom: steps[0].timestep, of: pictures)
  return Gaussian(mean: samples, variance: steps[0].reversePosteriorVariance).draw(z)
}
let hundred = quick ? 10 : 100
let path = quick ? schedule.respaced(to: 20) : schedule.steps
var moments: [Moment<Int, Tensor>] = []
let bar = page.progress("a hundred digits", of: path.count, unit: "steps")
for moment in walk(0..<hundred, steps: path, with: options.mistake) {
  if quick || moment.timestep % 20 == 0 || moment.timestep < 20 { moments.append(moment) }
  bar.advance()
}
let digits = withLastNoise(moments[moments.count - 1].sample, 0..<hundred, path, options.mistake)
let sheet = contactSheet((0..<hundred).map { digits.image($0) }, columns: 10, gap: 1)
page.write(sheet.pgm, to: "digits.pgm")
page.preview(sheet.pgm)
page.figure("figure_9", "DDPM generates diverse, high-quality handwritten digits after training.")
/*:
## How they come about

Ten moments of the walk for the first six of them: above $x_t$, below what the network takes it for, $\hat x_0$.
*/
let strip = [1000, 800, 600, 400, 300, 200, 100, 60, 20, 0].compactMap { t in
  moments.min { abs($0.timestep - t) < abs($1.timestep - t) }
}
let walkersShown = 0..<6
page.write(
  contactSheet(
    walkersShown.flatMap { row in
      strip.map { $0.sample.image(row) } + strip.map { $0.predictedX0.image(row) }
    }, columns: strip.count, gap: 1
  ).pgm, to: "moments.pgm")
page.write(
  CSV(columns: ["t"], rows: strip.map { [$0.timestep] }), to: "moments.csv")
page.figure(
  "figure_10", "The model progressively removes noise to reveal a clean image during sampling.")
let frames = moments.filter { $0.timestep % 40 == 0 || $0.timestep % 20 == 0 && $0.timestep < 400 || quick }
page.write(
  contactSheet(
    frames.map { moment in
      contactSheet((0..<min(hundred, 15)).map { moment.sample.image($0) }, columns: 5, gap: 1)
    }, columns: 1, gap: 0
  ).pgm, to: "frames.pgm")
page.write(CSV(columns: ["t"], rows: frames.map { [$0.timestep] }), to: "frames.csv")
page.figure("chapter6_reverse.gif", "Fifteen of the hundred on their way.")
/*:
One of them alone, and then the whole idea in a picture: above a drawn digit on its way to noise, in one jump
each; below, from the noise in which it ended, the way back. What is left of the digit there is 0.6 % of its
amplitude, which the network cannot see. So it is another digit that comes back.
*/
page.write(
  contactSheet(strip.map { $0.sample.image(0) }, columns: strip.count, gap: 4, background: 1).pgm,
  to: "one.pgm")
page.figure("figure_8", "Sampling iteratively denoises pure noise into a clean image over T steps.")
let there = [0, 50, 100, 200, 400, 600, 1000]
let clean = Tensor(rows: 1, of: [28, 28, 1]) { _ in DrawnDigits(seed: options.common.seed).image(4).pixels }
let noise = Tensor.normal(random["noise on one digit"], step: 1000, samples: 0..<1, rowShape: [28, 28, 1])
let forward = there.map { t in
  (t == 0 ? clean : schedule[t].marginal(of: clean).draw(noise)).image(0)
}
let xT = schedule[1000].marginal(of: clean).draw(noise)
var backward: [Image] = []
for moment in sampler(quick ? 20 : nil).trajectory(of: [1_000_000], from: xT) {
  if there.contains(moment.timestep) || quick { backward.append(moment.sample.image(0)) }
}
if quick { backward = there.indices.map { backward[$0 * (backward.count - 1) / (there.count - 1)] } }
page.write(
  contactSheet(forward + backward.reversed(), columns: there.count, gap: 4, background: 1).pgm,
  to: "there_and_back.pgm")
page.write(CSV(columns: ["t"], rows: there.map { [$0] }), to: "there_and_back.csv")
page.figure(
  "figure_1", "The forward process destroys structure; the reverse process reconstructs it (another digit).")
/*:
## What is decided when?

It looks as if the large things came first and the small things last. As numbers: a classifier that has
learned to read MNIST (the judge; more of it below) is shown each $\hat x_0$. From when on does it
see the digit that will be there in the end? And how much of the final picture is there already, in
waves longer than 9 pixels, and in shorter ones? (Waves: the cosine transform of the picture. Missing is the squared distance
to the final picture's, as a share of what the final picture has: more than 1 where $\hat x_0$ is full of waves that
the final picture has not. The mean brightness is left out.)
*/
let judge = orExit(try Judge.read("\(results)/models/judge/lenet.safetensors"))
let finalDigits = judge.verdicts(on: digits).map(\.digit)
/// The cosine transform of a picture (DCT-II, orthonormal), row by row and column by column.
let cosines = (0..<size).map { k -> [Double] in
  let height = (k == 0 ? 1 : 2) / Double(size)
  return (0..<size).map { x in
    height.squareRoot() * cos(Double.pi * (Double(x) + 0.5) * Double(k) / Double(size))
  }
}
func waves(_ image: Image) -> [Double] {
  func transformed(_ numbers: [Double]) -> [Double] {
    cosines.map { wave in zip(wave, numbers).reduce(0) { $0 + $1.0 * $1.1 } }
  }
  let rows = (0..<size).map { y in transformed((0..<size).map { image[y, $0] }) }
  let columns = (0..<size).map { x in transformed(rows.map { $0[x] }) }
  return (0..<size * size).map { columns[$0 % size][$0 / size] }
}
/// Whether a wave of the transform is longer than 9 pixels: k half-waves fit into the picture.
func isLong(_ place: Int) -> Bool {
  let (down, across) = (place / size, place % size)
  return down * down + across * across < 6 * 6
}
let finalWaves = (0..<hundred).map { waves(digits.image($0)) }
let places = (1..<size * size).map { $0 }
let waveKinds = [places.filter(isLong), places.filter { !isLong($0) }]
/// The share that is missing of a picture's waves, of the long and of the short ones.
func missing(_ now: [Double], of final: [Double]) -> [Double] {
  waveKinds.map { kind in
    let all = kind.reduce(0.0) { $0 + final[$1] * final[$1] }
    let difference = kind.reduce(0.0) { $0 + (now[$1] - final[$1]) * (now[$1] - final[$1]) }
    return difference / all
  }
}
struct Decided {
  let t: Int
  let same: Double
  let long: Double
  let short: Double
}
let decided = moments.map { moment -> Decided in
  let verdicts = judge.verdicts(on: moment.predictedX0)
  let shares = parallelMap(hundred, threads: threads) { row in
    missing(waves(moment.predictedX0.image(row)), of: finalWaves[row])
  }
  let same = zip(verdicts, finalDigits).filter { $0.digit == $1 }.count
  return Decided(
    t: moment.timestep, same: Double(same) / Double(hundred), long: mean(shares.map { $0[0] }),
    short: mean(shares.map { $0[1] }))
}
page.show(
  ["t", "sees the final digit", "missing of long waves", "of short ones"],
  strip.compactMap { shown in decided.first { $0.t == shown.timestep } }.map {
    ["\($0.t)", (100 * $0.same).text(places: 0) + " %", $0.long.text(places: 3), $0.short.text(places: 3)]
  })
/// The last t, on the way down, at which no more than half is missing.
func half(_ missing: (Int) -> Double) -> Int {
  decided[decided.indices.first { missing($0) < 0.5 } ?? decided.count - 1].t
}
let (longHalf, shortHalf) = (half { decided[$0].long }, half { decided[$0].short })
page.show("half of the long waves is there at t = \(longHalf), of the short ones at t = \(shortHalf)")
page.claim("the large comes before the small", longHalf > shortHalf)
page.write(
  CSV(
    columns: ["t", "same", "long", "short"],
    rows: decided.map { [$0.t, $0.same, $0.long, $0.short] as [any CSVValue] }), to: "decided.csv")
page.figure(
  "chapter6_decided",
  "Over the way back: in how many of the \(hundred) walks the judge sees the digit of the end, and what share of its long and short waves is there (1 less what is missing; not drawn below 0)."
)
/*:
At $t = 800$ half of the large is there, and the judge still guesses. Between 600 and 300 it is settled which digit it
will be. After that only detail comes.

## Which variance, and clipped or not?

Two choices are left. The variance: $\sigma_t^2 = \beta_t$ or $\tilde\beta_t$ (chapter 3). And one that is not in
the paper's algorithm but in its code, and asked about wherever there is an implementation: $\hat x_0$ is
clipped to −1…1 before it is used. The step then goes by way of $\hat x_0$, as the posterior's mean:

$$\hat x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t} \, \epsilon_\theta}{\sqrt{\bar\alpha_t}}, \qquad \mu = \frac{\sqrt{\bar\alpha_{t-1}} \beta_t}{1-\bar\alpha_t} \hat x_0 + \frac{\sqrt{\alpha_t} (1-\bar\alpha_{t-1})}{1-\bar\alpha_t} x_t$$

Put the first into the second, and the factor of $x_t$ becomes $1/\sqrt{\alpha_t}$, that of the noise
$-\beta_t / (\sqrt{\alpha_t} \sqrt{1-\bar\alpha_t})$: equation 11. Without clipping the two ways are one:
*/
let furthest =
  schedule.steps.map { step -> Double in
    let numbers = random["two ways to the mean"].normals(step: step.timestep, count: 2)
    let byNoise = step.reverse(from: numbers[0], predictedNoise: numbers[1], variance: .beta).mean
    let x0 = step.x0(from: numbers[0], noise: numbers[1])
    return abs(step.reverse(from: numbers[0], predictedX0: x0, variance: .beta).mean - byNoise)
  }.max() ?? 0
page.claim(
  "equation 11 and the posterior's mean of x̂_0 are the same at every t (off by \(furthest.text(2)))",
  furthest < 1e-10)
/*:
So clipping is a choice, and what it does can be measured. Each pair of choices draws from the same noise,
in 100 steps:
*/
let few = quick ? 10 : 100
let fewDigits = quick ? 6 : 60
let choices = ReverseVariance.allCases.flatMap { variance in
  [true, false].map { clips in (variance: variance, clips: clips) }
}
let drawn = choices.map { choice in
  sampler(few, variance: choice.variance, clips: choice.clips).samples(of: 0..<fewDigits)
}
func surely(_ pictures: Tensor) -> Double {
  let verdicts = judge.verdicts(on: pictures.clipped(to: 1))
  return Double(verdicts.filter { $0.confidence > 0.9 }.count) / Double(verdicts.count)
}
let chosen = zip(choices, drawn).map { choice, pictures in
  let values = pictures.values.map(Double.init)
  return (
    variance: choice.variance == .beta ? "β" : "β̃", x0: choice.clips ? "clipped" : "as it is",
    sure: surely(pictures), darkest: values.min() ?? 0, lightest: values.max() ?? 0
  )
}
page.show(
  ["σ²", "x̂_0", "the judge is sure of", "darkest pixel", "lightest"],
  chosen.map {
    [
      $0.variance, $0.x0, (100 * $0.sure).text(places: 0) + " %", $0.darkest.text(places: 2),
      $0.lightest.text(places: 2),
    ]
  })
page.write(
  CSV(
    columns: ["variance", "x0", "sure", "darkest", "lightest"],
    rows: chosen.map { [$0.variance, $0.x0, $0.sure, $0.darkest, $0.lightest] }),
  to: "choices.csv")
page.write(
  contactSheet(
    drawn.flatMap { pictures in (0..<min(12, fewDigits)).map { pictures.image($0) } },
    columns: min(12, fewDigits), gap: 1
  ).pgm, to: "choices.pgm")
page.figure(
  "chapter6_choices",
  "The same noise, in \(few) steps: σ² = β with x̂_0 clipped and not, σ² = β̃ with x̂_0 clipped and not.")
/*:
The judge sees no difference. Look closely: with $\beta_t$ there is a grain left in the black, of the noise that the last steps
add; and only without clipping do pixels leave the range. A good network hardly needs
clipping. One that errs at large $t$, where an error of the noise is multiplied by up to 157 (chapter 5), does.

## Break it

Three mistakes that nearly everyone makes once. Each is an option of this chapter, so that you can see
it on all hundred digits: `--last-noise` adds noise in the last step too, `--unit-range` takes pixels for 0…1
and clips $\hat x_0$ to that, `--timestep-shift N` tells the network $t + N$ instead of $t$ (1 is what
happens to those who count from 0 on one side and from 1 on the other).
*/
let mistakes: [(name: String, mistake: Mistake)] = [
  ("none", Mistake()), ("noise at the end", Mistake(lastNoise: true)),
  ("x̂_0 clipped to 0…1", Mistake(unitRange: true)), ("t + 1", Mistake(timestepShift: 1)),
  ("t + 20", Mistake(timestepShift: 20)), ("t − 20", Mistake(timestepShift: -20)),
]
let broken = mistakes.map { sampled(0..<fewDigits, steps: schedule.respaced(to: few), with: $0.mistake) }
let right = broken[0].values.map(Double.init)
let seen = zip(mistakes, broken).map { entry, pictures in
  let difference = mean(zip(pictures.values, right).map { (Double($0) - $1) * (Double($0) - $1) })
  let other = zip(judge.verdicts(on: pictures.clipped(to: 1)), judge.verdicts(on: broken[0]))
    .filter { $0.digit != $1.digit }.count
  return (
    mistake: entry.name, difference: 127.5 * difference.squareRoot(), sure: surely(pictures), other: other
  )
}
page.show(
  ["mistake", "root mean square difference (of 255)", "the judge is sure of", "sees another digit"],
  seen.map {
    [
      $0.mistake, $0.difference.text(places: 1), (100 * $0.sure).text(places: 0) + " %",
      "\($0.other) of \(fewDigits)",
    ]
  })
page.write(
  contactSheet(
    broken.flatMap { pictures in (0..<min(12, fewDigits)).map { pictures.image($0) } },
    columns: min(12, fewDigits), gap: 1
  ).pgm, to: "broken.pgm")
page.write(
  CSV(
    columns: ["mistake", "difference", "sure", "other"],
    rows: seen.map { [$0.mistake, $0.difference, $0.sure, $0.other] as [any CSVValue] }),
  to: "broken.csv")
page.figure("chapter6_broken", "The same noise with each of the mistakes.")
/*:
An index that is off by one changes two or three gray levels of 255 and no digit: that is why nobody notices. Twenty off
turns 9 or 14 of the 60 into other digits. Noise at the end is invisible. Only the wrong range destroys everything: no pixel
of $\hat x_0$ can become darker than middle gray, and the network is shown what it has never seen. ($t + N$ is kept
within 1…1000.)

## How good are they?

"Diverse and realistic" asks for a judge who has seen many digits. Here it is a small classifier in the
manner of LeNet (LeCun et al. 1998), trained by the same engine in 13 seconds (`make judge`; its weights are
committed). It names 99.28 % of MNIST's test pictures. First its verdict on the hundred above:
*/
let verdicts = judge.verdicts(on: digits)
let shares = ClassShares(of: verdicts)
page.show(["digit"] + (0..<10).map { "\($0)" }, [["seen"] + shares.counts.map { "\($0)" }])
page.show(
  "it is surer than 0.9 of \((100 * verdicts.share(surerThan: 0.9)).text(places: 0)) %, surer than 0.99 of \((100 * verdicts.share(surerThan: 0.99)).text(places: 0)) %"
)
/*:
A hundred are too few for more than that. `make judge` draws 2,000, each in a thousand steps, and looks at
the 84 numbers that the judge has of every picture before it decides. Take the samples' and
the 10,000 test pictures' for two Gaussians: how far apart are they? That is the Fréchet distance,

$$d^2 = \lVert \mu_1 - \mu_2 \rVert^2 + \text{tr}(\Sigma_1 + \Sigma_2 - 2 (\Sigma_1 \Sigma_2)^{1/2})$$

(Everybody calls the square the distance, and so do we.) Even for real pictures it is not 0, because mean and
covariance of 2,000 pictures are uncertain themselves; so the first line has real pictures, the floor: training pictures, drawn
ten times in a shuffled order. *Precision*: around each test picture lies a ball that reaches to its third-nearest fellow among
the test pictures; the share of samples that lie in any of these. *Recall*: the same with balls around the samples, and the share of test
pictures in them (Kynkäänniemi et al. 2019, who use sets of equal size; here it is 2,000 against 10,000, so compare the
lines with one another).
*/
let judgement = "\(results)/results/judge"
let judged = orExit(try CSV.read("\(judgement)/judged.csv"))
@MainActor func number(_ row: Int, _ name: String) -> Double { orExit(try judged.numbers(in: name))[row] }
page.show(
  ["2,000 pictures", "distance", "±", "precision", "recall", "sure of", "evenness"],
  judged.rows.indices.map { row in
    [
      judged.rows[row][0], number(row, "distance").text(places: 2),
      number(row, "standard_error").text(places: 2),
      number(row, "precision").text(places: 3), number(row, "recall").text(places: 3),
      (100 * number(row, "sure")).text(places: 1) + " %", number(row, "evenness").text(places: 4),
    ]
  })
let excess = [1, 2].map { number($0, "distance") - number(0, "distance") }
page.show(
  "above the real pictures: \(excess[0].text(places: 2)) here, \(excess[1].text(places: 2)) in PyTorch, \((excess[0] / excess[1]).text(places: 2)) of it"
)
page.claim(
  "at most 0.8 of it, and classes as even as 0.97 of ln 10",
  excess[0] <= 0.8 * excess[1] && number(1, "evenness") > 0.97)
/*:
The third line is of samples from a network of the same shape, trained for twenty epochs and sampled in a thousand
steps by PyTorch and diffusers. The difference of the last two lines is about as large as its own error,
$\sqrt{0.84^2 + 1.29^2} = 1.5$: the model is no worse than theirs; that it is better, 2,000 samples do not prove. (± of the
floor is the scatter from set to set, the others' is from drawing the samples again out of themselves, which comes out up
to twice too large. Sure: a probability above 0.9. Evenness: the entropy of the ten classes as a share of $\ln 10$.)

Two things to read off. Of real pictures the judge is sure of 99 %, of the samples of 91 %: about one in
thirteen is a scrawl; look for them among the hundred. And a recall above the real pictures' is no merit: samples that are a little off
lie farther apart, and their balls are larger.

Learned or copied? Under the surest sample of each digit the nearest of the 60,000 training pictures:
*/
page.write(orExit(try PGM.read("\(judgement)/nearest.pgm")), to: "nearest.pgm")
let neighbors = orExit(try CSV.read("\(judgement)/nearest.csv"))
func nearestDistance(_ name: String) -> Double { orExit(try neighbors.numbers(in: name))[0] }
let distances = ["samples", "test_pictures"].map { set in
  ["mean", "percentile", "smallest"].map { nearestDistance("\($0)_of_\(set)") }
}
page.show(
  ["distance to the nearest training picture", "mean", "1 % are nearer than", "smallest"],
  zip(["2,000 samples", "10,000 test pictures"], distances).map { set, numbers in
    [set] + numbers.map { $0.text(places: 2) }
  })
page.claim(
  "samples are farther away in every column", zip(distances[0], distances[1]).allSatisfy { $0 > $1 })
/*:
(Euclidean, over 784 pixels in −1…1.) On average a sample lies farther from the training pictures than a digit does that
somebody else has written. A few copies would not show in a mean, but a single one would in the last column: its distance
would be near 0. The nearest sample is farther from its picture than the nearest test picture, which nobody copied, is from
its own. (That one is the nearest of five times as many; the column before does not depend on how many there are.) So it
does not copy.

And over the training (500 samples of 100 steps for each model, so distances are larger: for 500 real
pictures it is the one in the last column)?
*/
let epochs = orExit(try CSV.read("\(judgement)/epochs.csv"))
func epochColumn(_ name: String) -> [Double] { orExit(try epochs.numbers(in: name)) }
let (epochNumbers, epochLosses) = (epochColumn("epoch"), epochColumn("loss"))
let (epochDistances, epochErrors) = (epochColumn("distance"), epochColumn("standard_error"))
let (epochSure, realDistance) = (epochColumn("sure"), epochColumn("real"))
page.show(
  ["epoch", "loss", "distance", "±", "sure of", "real pictures"],
  epochNumbers.indices.map { row in
    [
      epochNumbers[row].text(places: 0), epochLosses[row].text(places: 4),
      epochDistances[row].text(places: 1),
      epochErrors[row].text(places: 1), (100 * epochSure[row]).text(places: 1) + " %",
      realDistance[row].text(places: 1),
    ]
  })
if let last = epochNumbers.indices.last, let third = epochNumbers.firstIndex(of: 3) {
  let above = [third, last].map { epochDistances[$0] - realDistance[$0] }
  page.show(
    "from epoch 3 on the loss falls by \((100 * (1 - epochLosses[last] / epochLosses[third])).text(places: 0)) %, the distance above the real pictures' from \(above[0].text(places: 1)) to \(above[1].text(places: 1)) ± \(epochErrors[last].text(places: 1))"
  )
}
page.write(
  CSV(
    columns: ["epoch", "loss", "distance", "standard_error", "real"],
    rows: epochNumbers.indices.map {
      [epochNumbers[$0], epochLosses[$0], epochDistances[$0], epochErrors[$0], realDistance[$0]]
        as [any CSVValue]
    }), to: "epochs.csv")
page.figure(
  "chapter6_judge",
  "Left: over the training of the model, its loss and the distance of 500 samples (of 100 steps each) to the test pictures; epoch 1 lies above the frame (0.129 and 208). Right: the surest sample of each digit, and under it the nearest training picture."
)
/*:
Chapter 4's points said it, and so do the digits: when the loss looks flat, samples are still getting better by
far.

## What to remember

- A step takes away a little of the predicted noise and adds a little new noise.
- With the right network and a thousand steps, the loop gives back the distribution of the data.
- The large comes first, the small last; which digit it will be is decided in the middle.
- Clipping $\hat x_0$ is a choice. Without it, the two ways to write the step are one.
- Loss does not say how good samples are. A distance between sets does, with an error bar, and a floor beside it.

## Try it

- In a browser: this network draws digits on the page [figures/play/index.html](../../figures/play/index.html), pixel for
  pixel as here.
- `make chapter6 ARGS="--seed 7"`: another hundred.
- `make chapter6 ARGS="--timestep-shift 40"`: how wrong must the timestep be before you see it?
- `make chapter6 ARGS="--unit-range"`, `--last-noise`.
- `.build/release/ddpm sample --model data/models/mnist --count 16 --steps 50 --out out/mine`: open
  `out/mine/sheet.pgm`. And with `--steps 5`?
- Train a model of your own (chapter 5), and draw from it.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter6`).

1. **The last noise.** How many gray levels wide is the noise of `--last-noise` in a thousand steps, for
   $\sigma^2 = \beta$ and for $\tilde\beta$ (with $\tilde\beta_2$ in place of the 0 at $t = 1$)? Of the
   pixels that lie exactly on a level in the middle of the range, what share changes its level? And why
   are the 1.2 levels in the table of mistakes neither of your two numbers?
2. **A training set of one picture.** All training pictures are the same picture, and the network is the
   best possible. What does algorithm 2 draw with $\sigma^2 = \beta$ and with $\tilde\beta$, in a
   thousand steps and in two? Predict, prove it from the formula of $\mu$, then let `AncestralSampler`
   try.
3. **The width of samples.** Data that are $N(0, s^2)$, the best possible network, 20 steps
   (`respaced(to: 20)`: 1, 54, 106, …, 1000): is the variance of the samples right, too large or too
   small with $\sigma^2 = \beta$, and with $\tilde\beta$, for $s = 1$ and for $s = 0.5$? Predict, then
   compute: each step multiplies and adds, so the variance follows step by step. And in 1000 steps?
4. **A distance by hand.** What is the Fréchet distance $d^2$ of $N(m_1, s_1^2)$ and $N(m_2, s_2^2)$, on
   a line? Which is farther from $N(0, 1)$, if either: data moved by 0.05, or data whose deviation
   is 0.95? How large is $d^2$ on average between two sets of $n$ draws each from the same $N(0, 1)$,
   and from which $n$ on is that no more than those two?
5. **Told the wrong time.** Data that are $N(0, 0.5^2)$, about as wide as digits are, the best possible
   network, a thousand steps with $\sigma^2 = \beta$; but the network is told $t + 20$ (at most 1000) in
   place of $t$. Are the samples too wide or too narrow, and by how much? And if it is told $t - 20$, or
   $t + 1$? What if it is told the right time from $t = 100$ down, and what if it is told the wrong time
   only from there?
6. **Fifty of the thousand β.** To draw in 50 steps somebody keeps 50 timesteps $\tau$ (1, 21, 42, …,
   980, 1000, as in `respaced(to: 50)`), each with its $\bar\alpha_\tau$ and its $\beta_\tau$, and walks
   through them with equation 11. What is wrong? Why do data that are $N(0, 1)$ not notice, and what
   becomes of data that are $N(0, 0.5^2)$?
*/
page.finish()
