/*:
# Chapter 2: Closed-form noising

Must we walk 500 steps to see $x_{500}$?

Chapter 1 defined one small step. Training needs $x_t$ for millions of random $t$, and a thousand
steps for each would never end. This chapter derives the shortcut that makes diffusion models
practical: from $x_0$ to any $x_t$ in one jump,

$$q(x_t \mid x_0) = N(\sqrt{\bar\alpha_t} \, x_0, \; (1-\bar\alpha_t) I), \qquad x_t = \sqrt{\bar\alpha_t} \, x_0 + \sqrt{1-\bar\alpha_t} \, \epsilon$$

(Ho et al. 2020, equation 4), checks it against the walk, and then uses it to destroy a digit and
two pictures.
*/
import ArgumentParser
import Console
import Datasets
import Deterministic
import Diffusion
import Files
import Formats
import Notebook
import Samples
import Statistics
import Threads

enum DigitSource: String, CaseIterable, ExpressibleByArgument {
  case drawn
  case mnist
}

struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chapter2", abstract: "Chapter 2: closed-form noising.")

  @Option(help: "Where the digit comes from: drawn, or mnist (after `make mnist`).")
  var dataset = DigitSource.drawn

  @Option(parsing: .unconditional, help: "Which digit of it, counted from 0.")
  var index = 34

  @Option(help: "The picture of the demonstration: portrait, mondrian or a PGM file.")
  var image = "portrait"

  @Option(parsing: .unconditional, help: "Steps of the demonstration, 5 to 50.")
  var steps = 30

  @Option(parsing: .unconditional, help: "Multiplier of β in the demonstration, above 0, at most 10.")
  var multiplier = 1.0

  @OptionGroup var common: ChapterOptions

  func validate() throws {
    try require("--index", index, in: 0...59_999)
    try require("--steps", steps, in: 5...50)
    guard multiplier > 0, multiplier <= 10 else {
      throw ValidationError("--multiplier: expected a number above 0, at most 10, found \(multiplier)")
    }
    try require("--steps \(steps) --multiplier \(multiplier)", toAllow: demonstration)
  }

  func demonstration() throws -> NoiseSchedule {
    try .demonstration(stepCount: steps, multiplier: multiplier)
  }

  /// The digit to noise; of MNIST, one that the files have.
  func digit() throws -> Image {
    guard dataset == .mnist else { return DrawnDigits(seed: common.seed).image(index) }
    let mnist = try MNIST(.train)
    try require("--index", index, in: 0...mnist.count - 1)
    return mnist.image(index)
  }

  /// The picture of the demonstration, 128 × 128.
  func picture() throws -> Image {
    if let picture = Picture(rawValue: image) { return picture.image }
    return Image(try PGM.read(image)).squared(to: 128)
  }

  var changeResults: Bool {
    guard let usual = try? Self.parse([]) else { return true }
    return dataset != usual.dataset || index != usual.index || image != usual.image || steps != usual.steps
      || multiplier != usual.multiplier
  }
}

let options = Options.parsedOrExit()
let digit = orExit(try options.digit())
let picture = orExit(try options.picture(), for: "--image (portrait, mondrian or a PGM file)")
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 2, options: options.common, changesResults: options.changeResults)
/*:
## Two steps are one step

Write the second step and put the first into it:

$$x_2 = \sqrt{\alpha_2} \, x_1 + \sqrt{\beta_2} \, z_2 = \sqrt{\alpha_2 \alpha_1} \, x_0 + \sqrt{\alpha_2 \beta_1} \, z_1 + \sqrt{\beta_2} \, z_2$$

The last two terms are independent Gaussians, so their sum is one Gaussian and the *variances* add:
$\alpha_2 \beta_1 + \beta_2 = \alpha_2 (1 - \alpha_1) + 1 - \alpha_2 = 1 - \alpha_2 \alpha_1$. The
same merger works for every further step, so after $t$ of them the factor is
$\sqrt{\alpha_1 \cdots \alpha_t} = \sqrt{\bar\alpha_t}$ and the variance $1 - \bar\alpha_t$. The
walk's mean and variance, carried step by step, against the formula at all 1000 timesteps:
*/
var walked = Gaussian(mean: 0.8, variance: 0)
var furthest = 0.0
for t in schedule.timesteps {
  let step = schedule[t]
  walked = Gaussian(
    mean: step.forward(from: walked.mean).mean, variance: step.alpha * walked.variance + step.beta)
  let jump = step.marginal(of: 0.8)
  furthest = max(furthest, abs(walked.mean - jump.mean), abs(walked.variance - jump.variance))
}
page.claim(
  "merged one by one, 1000 steps end where the formula jumps to (furthest off: \(furthest.text(2)))",
  furthest < 1e-14)
/*:
## By hand

Worked example 2: $\bar\alpha_t = 0.5$, a pixel $x_0 = 0.8$, and the noise happens to be
$\epsilon = 0.3$.
*/
let example = Step(timestep: 500, beta: 0.01, alphaBar: 0.5, previousAlphaBar: 0.505)
let marginal = example.marginal(of: 0.8)
let signal = marginal.mean
let noisePart = marginal.standardDeviation * 0.3

page.check("√ᾱ_t", example.marginal(of: 1.0).mean, isPrinted: "0.707")
page.check("the same in per cent", 100 * example.marginal(of: 1.0).mean, isPrinted: "70.7")
page.check("signal, √ᾱ_t x_0", signal, isPrinted: "0.566")
page.check("noise, √(1−ᾱ_t) ε", noisePart, isPrinted: "0.212")
page.check("x_t", marginal.draw(0.3), isPrinted: "0.778")
/*:
"Half the signal is left" and "70.7 % is left" are both said of this example. Both are right, of
different things: half of the *variance*, 70.7 % of the *amplitude*. And $\bar\alpha_t = 0.5$ is a
round number for $t = 500$: on the real schedule it is reached at $t = 260$ (chapter 1).

## Walking and jumping

The algebra says that the two have the same distribution. Let us not trust algebra. Twenty thousand
chains start at $x_0 = 0.8$ and take a thousand random steps each.
*/
let stops = [1, 10, 100, 260, 500, 1000]
let chainsInBlock = 1000
let blockCount = options.common.quick ? 2 : 20

/// The values of one block of chains at each stop.
func chains(ofBlock block: Int) -> [[Double]] {
  var values = [Double](repeating: 0.8, count: chainsInBlock)
  var kept: [[Double]] = []
  for t in schedule.timesteps {
    let step = schedule[t]
    let noise = random["steps of the chains"].normals(step: t, sample: block, count: chainsInBlock)
    for i in values.indices { values[i] = step.forward(from: values[i]).draw(noise[i]) }
    if stops.contains(t) { kept.append(values) }
  }
  return kept
}

let bar = page.progress("chains", of: blockCount, unit: "blocks")
let blocks = parallelMap(
  blockCount, threads: options.common.threads, chains(ofBlock:), finished: { bar.advance() })
let walks = stops.indices.map { stop in blocks.flatMap { $0[stop] } }
page.show("\(walks[0].count) chains, \(walks[0].count * schedule.stepCount) steps")
/*:
As many jumps go straight to the same timesteps. A mean of $n$ values must be off by about
$\sigma/\sqrt{n}$ and a variance by about $\sigma^2 \sqrt{2/n}$; the columns "errors" count in these
units, so most should lie between −2 and 2, and none beyond 4. The last column is the significance
of a Kolmogorov–Smirnov test of chains against jumps: if they do not differ, every value from 0 to 1
is equally likely, and only a tiny one is evidence that they do.
*/
struct Comparison {
  let t: Int
  let expected: Gaussian<Double>
  let walked: Moments
  let test: KolmogorovSmirnov
  var errorOfMean: Double { walked.errorsOfMean(from: expected.mean, variance: expected.variance) }
  var errorOfVariance: Double { walked.errorsOfVariance(from: expected.variance) }
}

let comparisons = zip(stops, walks).map { t, walk in
  let expected = schedule[t].marginal(of: 0.8)
  let jumps = random["jumps of the chains"].normals(step: t, count: walk.count).map { expected.draw($0) }
  return Comparison(t: t, expected: expected, walked: Moments(walk), test: KolmogorovSmirnov(walk, jumps))
}
page.show(
  ["t", "mean of chains", "formula", "errors", "variance of chains", "formula", "errors", "significance"],
  comparisons.map { comparison in
    let (walked, expected) = (comparison.walked, comparison.expected)
    return [
      "\(comparison.t)",
      walked.mean.text(places: 4), expected.mean.text(places: 4), comparison.errorOfMean.text(places: 1),
      walked.variance.text(places: 5), expected.variance.text(places: 5),
      comparison.errorOfVariance.text(places: 1), comparison.test.significance.text(places: 2),
    ]
  })
page.claim(
  "no mean or variance is off by more than 4 standard errors",
  comparisons.allSatisfy { abs($0.errorOfMean) < 4 && abs($0.errorOfVariance) < 4 })
page.claim(
  "the test tells no chain from a jump (significance above 0.0001)",
  comparisons.allSatisfy { $0.test.significance > 0.0001 })
/*:
And as a picture: how many chains end in each twentieth of a unit, and the density that the formula
gives.
*/
func histogram(of walk: [Double], at t: Int) -> [[any CSVValue]] {
  var bins = [Int](repeating: 0, count: 180)
  for x in walk {
    let bin = Int(((x + 4.5) * 20).rounded(.down))
    if bins.indices.contains(bin) { bins[bin] += 1 }
  }
  return bins.indices.map { bin in
    let x = (Double(bin) + 0.5) / 20 - 4.5
    return [t, x, 20 * Double(bins[bin]) / Double(walk.count), schedule[t].marginal(of: 0.8).density(at: x)]
  }
}
page.write(
  CSV(
    columns: ["t", "x", "chains", "formula"],
    rows: zip(stops, walks).flatMap { t, walk in histogram(of: walk, at: t) }), to: "walk_and_jump.csv")
page.figure(
  "chapter2_walk_and_jump",
  "Chains that started at 0.8 (bars) and the closed form (lines), at three timesteps.")
/*:
Would the test notice a mistake? The suite gives it one, a β that is 2 % too large, and demands that
it does.

## A digit

The same line of code noises a whole picture: a picture is a `Sample` as a number is. The digit is
drawn by code, by a hand that varies (`--dataset mnist` takes a real one). First step by step, a
thousand times, with fresh noise at each step.
*/
/// Standard normal noise of an image's shape.
func noise(_ stream: RandomStream, _ t: Int, like image: Image, sample: Int = 0) -> Image {
  let pixels = stream.normals(step: t, sample: sample, count: image.dimension)
  return Image(height: image.height, width: image.width, pixels: pixels)
}

/// x_0, x_1, …, x_T, each drawn from the one before.
func walk(_ image: Image, _ schedule: NoiseSchedule, _ stream: RandomStream) -> [Image] {
  var states = [image]
  for t in schedule.timesteps {
    let z = noise(stream, t, like: image)
    states.append(schedule[t].forward(from: states[t - 1]).draw(z))
  }
  return states
}

let stepsOfDigit = random["steps of the digit"]
let chain = walk(digit, schedule, stepsOfDigit)
page.preview(contactSheet([chain[0], chain[260]], columns: 2, gap: 1).pgm)
let shown = [0, 50, 100, 200, 260, 400, 600, 1000]
page.write(
  contactSheet(shown.map { chain[$0] }, columns: shown.count, gap: 8, background: 1).pgm, to: "chain.pgm")
page.write(
  CSV(
    columns: ["place", "t", "alpha_bar"],
    rows: shown.enumerated().map { place, t -> [any CSVValue] in [place, t, schedule.alphaBar(t)] }),
  to: "shown.csv")
page.figure(
  "figure_2",
  "Forward diffusion progressively transforms a clean digit into pure Gaussian noise.")
/*:
And now in one jump from the clean digit to each of these timesteps, below the walk. The pictures
differ, because the noise does; the distributions are the same.
*/
func jump(_ image: Image, to t: Int, _ stream: RandomStream, sample: Int = 0) -> Image {
  t == 0 ? image : schedule[t].marginal(of: image).draw(noise(stream, t, like: image, sample: sample))
}

let jumps = shown.map { jump(digit, to: $0, random["jumps of the digit"]) }
page.write(contactSheet(jumps, columns: shown.count, gap: 8, background: 1).pgm, to: "jumps.pgm")
page.figure(
  "figure_3",
  "The closed-form formula lets us skip directly to any noise level in one step: above the walk, below the jumps."
)
/*:
"After a hundred steps the image is barely recognizable," says the document. Look at $t = 100$ in
the figure: nine tenths of the variance are still there. To put a number on it, a simple reader
looks at a hundred noisy drawn digits and names for each the nearest of 500 clean ones (of their
scaled-down selves, $\sqrt{\bar\alpha_t} \, x_0$). Guessing would be right in 10 % of the cases; a
share of a hundred is good to 4 or 5 points.
*/
let digits = DrawnDigits(seed: options.common.seed)
let known = (0..<500).map { digits.image(100_000 + $0) }
let unknownCount = options.common.quick ? 50 : 100

/// Whether the nearest clean digit has the label of an unknown one, noised to t.
func isRead(_ unknown: Int, at t: Int) -> Bool {
  let clean = digits.image(200_000 + unknown)
  let seen = jump(clean, to: t, random["jumps of the unknown digits"], sample: unknown)
  let scale = schedule.alphaBar(t).squareRoot()
  let distances = known.map { scale * scale * $0.dot($0) - 2 * scale * $0.dot(seen) }
  let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
  return digits.label(100_000 + nearest) == digits.label(200_000 + unknown)
}

let readings = [0, 100, 260, 500, 1000].map { t in
  let hits = parallelMap(unknownCount, threads: options.common.threads) { isRead($0, at: t) }.count { $0 }
  return (t: t, share: Double(hits) / Double(unknownCount))
}
page.show(
  ["t", "variance left", "read rightly"],
  readings.map { t, share in
    ["\(t)", (100 * schedule.alphaBar(t)).text(places: 1) + " %", (100 * share).text(places: 0) + " %"]
  })
page.claim(
  "at t = 100 the reader is within 10 points of what it reads without noise",
  readings[1].share > readings[0].share - 0.1)
/*:
## Which noise is $\epsilon$?

Networks of the later chapters predict $\epsilon$, and many texts call it "the noise added at each
step". It is not. It is the *whole* noise between $x_0$ and $x_t$: with it the formula can be solved
for $x_0$ exactly. The noise $z_t$ of the last step alone is only a small part, correlated with
$\epsilon$ by $\sqrt{\beta_t/(1-\bar\alpha_t)}$.
*/
let moment = schedule[260]
let lastNoise = noise(stepsOfDigit, 260, like: digit)
let wholeNoise = moment.noise(from: chain[260], x0: digit)

func rootMeanSquare(_ image: Image) -> Double { (image.dot(image) / Double(image.dimension)).squareRoot() }
let correlation =
  wholeNoise.dot(lastNoise) / (wholeNoise.dot(wholeNoise) * lastNoise.dot(lastNoise)).squareRoot()
let expectedCorrelation = (moment.beta / (1 - moment.alphaBar)).squareRoot()
let ruler = 1 / Double(digit.dimension).squareRoot()
let errorOfWhole = rootMeanSquare(moment.x0(from: chain[260], noise: wholeNoise) - digit)
let errorOfLast = rootMeanSquare(moment.x0(from: chain[260], noise: lastNoise) - digit)

page.show(
  ["taken for ε at t = 260", "root mean square error of x_0 (pixels lie in −1…1)"],
  [["the whole noise", errorOfWhole.text(2)], ["the last step's", errorOfLast.text(2)]])
page.claim(
  "correlation of the two: \(correlation.text(places: 3)), expected \(expectedCorrelation.text(places: 3)) ± \(ruler.text(places: 3))",
  abs(correlation - expectedCorrelation) < 4 * ruler)
/*:
## Two pictures

The document lets its readers play: choose a picture, a number of steps and a multiplier $m$ of
$\beta$, and watch. Its schedule is ours to choose:
$\beta_t = 1 - \exp(-m \cdot \frac{c}{30} \cdot \frac{2t-1}{T})$, with
$c = 10.1177 = -\ln\bar\alpha_{1000}$ of the linear schedule. So $-\ln\bar\alpha_t$ grows like $t^2$
and ends, for 30 steps and $m = 1$, where the thousand steps do. ($m$ multiplies $-\ln\alpha_t$,
which is nearly $\beta_t$ while that is small.)
*/
let demonstration = try options.demonstration()
page.check(
  "ᾱ after 30 steps, m = 1", try NoiseSchedule.demonstration().alphaBar(30), isPrinted: "4.04e-5")

let forward = walk(picture, demonstration, random["steps of the picture"])
let geometric = walk(Picture.mondrian.image, demonstration, random["steps of the geometric picture"])
let shownSteps = (0...6).map { (2 * $0 * options.steps + 6) / 12 }
page.preview(picture.squared(to: 64).pgm)
page.write(
  contactSheet(shownSteps.map { forward[$0] }, columns: 7, gap: 6, background: 1).pgm, to: "picture.pgm")
page.write(
  contactSheet(shownSteps.map { geometric[$0] }, columns: 7, gap: 6, background: 1).pgm, to: "mondrian.pgm")
page.write(
  CSV(
    columns: ["place", "t", "amplitude"],
    rows: shownSteps.enumerated().map { place, t -> [any CSVValue] in
      [place, t, demonstration.alphaBar(t).squareRoot()]
    }), to: "shown_steps.csv")
page.figure(
  "chapter2_pictures",
  "Two pictures on the way to noise. To eyes that add up pixels, large areas outlive small details.")
/*:
When is a feature gone? Two answers. *One pixel against its noise:* a feature of contrast $a$ (the
root mean square of its deviations) sinks below the noise when
$\sqrt{\bar\alpha_t} \, a < \sqrt{1-\bar\alpha_t}$. *All its pixels together:* an observer who knows
the picture with and without the feature can still tell which of the two was noised long after that;
what counts is the evidence, the length of the difference of the two pictures. The table says for
each schedule at which step the feature sinks below a pixel's noise ("pixel") and at which even the
observer is wrong one time in ten ("observer"); "never" is not within the schedule. Eyes can add up
pixels; so can networks.
*/
let fast = try NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5)
let slow = try NoiseSchedule.demonstration(stepCount: 50, multiplier: 0.3)
let schedules = [demonstration, fast, slow]

/// The first step at which the amplitude ratio √SNR_t times `strength` is below `threshold`; T + 1 if none is.
func sinks(_ strength: Double, below threshold: Double, in schedule: NoiseSchedule) -> Int {
  schedule.timesteps.first { schedule[$0].signalToNoiseRatio.squareRoot() * strength < threshold }
    ?? schedule.stepCount + 1
}

var features: [[any CSVValue]] = []
var featureTable: [[String]] = []
for picture in Picture.allCases {
  let image = picture.image
  for feature in picture.features {
    let contrast = feature.contrast(in: image)
    // The observer errs with probability Φ(−½ √SNR ‖d‖); one time in ten where ½ √SNR ‖d‖ = 1.2816.
    let evidence = picture.evidence(of: feature)
    let times = schedules.flatMap { schedule in
      [sinks(contrast, below: 1, in: schedule), sinks(evidence, below: 2 * 1.2816, in: schedule)]
    }
    features.append([picture.rawValue, feature.name, contrast, evidence] + times)
    featureTable.append(
      [picture.rawValue, feature.name, contrast.text(places: 2), evidence.text(places: 1)]
        + zip(times, schedules.flatMap { [$0, $0] }).map { $0 > $1.stepCount ? "never" : "\($0)" })
  }
}
page.show(
  [
    "picture", "feature", "contrast", "evidence", "T = \(options.steps): pixel", "observer",
    "10 × 1.5: pixel",
    "observer", "50 × 0.3: pixel", "observer",
  ],
  featureTable)
page.write(
  CSV(
    columns: [
      "picture", "feature", "contrast", "evidence", "t_pixel", "t_observer", "t_pixel_fast",
      "t_observer_fast",
      "t_pixel_slow", "t_observer_slow",
    ], rows: features), to: "features.csv")
page.write(
  CSV(
    columns: ["t", "amplitude", "noise"],
    rows: (0...options.steps).map { t -> [any CSVValue] in
      let left = demonstration.alphaBar(t)
      return [t, left.squareRoot(), (1 - left).squareRoot()]
    }), to: "left.csv")
page.figure(
  "chapter2_features",
  "What is left of each feature, contrast times $\\sqrt{\\bar\\alpha_t}$, against the noise $\\sqrt{1-\\bar\\alpha_t}$. It sinks where the lines cross."
)
/*:
## Fast and violent, slow and graceful

The document compares $\beta \times 1.5$ in 10 steps with $\beta \times 0.3$ in 50. Since
$-\ln\bar\alpha_T$ is proportional to $m \, T$, both end at the same $\bar\alpha$; and at the same
fraction of the way both have lost the same. What differs is the size of a step, and with it how
hard it is to undo: that is chapter 3.
*/
page.check("ᾱ after 10 steps of × 1.5", fast.alphaBar(10), isPrinted: "0.0063528")
page.check("ᾱ after 50 steps of × 0.3", slow.alphaBar(50), isPrinted: "0.0063528")
page.show(
  "largest step: β = \(fast.beta(10).text(3)) in the fast one, β = \(slow.beta(50).text(3)) in the slow one")

let fastStates = walk(picture, fast, random["steps of the fast walk"])
let slowStates = walk(picture, slow, random["steps of the slow walk"])
page.write(
  contactSheet((0...5).map { fastStates[2 * $0] }, columns: 6, gap: 6, background: 1).pgm, to: "fast.pgm")
page.write(
  contactSheet((0...5).map { slowStates[10 * $0] }, columns: 6, gap: 6, background: 1).pgm, to: "slow.pgm")
page.write(
  CSV(
    columns: ["steps", "t", "time", "beta", "alpha_bar", "amplitude"],
    rows: [fast, slow].flatMap { schedule in
      schedule.timesteps.map { t -> [any CSVValue] in
        let left = schedule.alphaBar(t)
        let time = Double(t) / Double(schedule.stepCount)
        return [schedule.stepCount, t, time, schedule.beta(t), left, left.squareRoot()]
      }
    }), to: "fast_and_slow.csv")
page.figure(
  "chapter2_fast_and_slow",
  "Above 10 steps of $\\beta \\times 1.5$, below 50 of $\\beta \\times 0.3$: the same losses, in steps of different size."
)
/*:
## And back

The last picture moves. Forward it is the walk from above. Backward it is no film run in reverse:
each step back is drawn anew, from the distribution of $x_{t-1}$ given $x_t$ *and the picture*. That
is the posterior of the next chapter, and it arrives because it knows where it is going: its last
step has variance 0 and lands on the picture. A network will have to do without.
*/
var back = [forward[options.steps]]
for t in stride(from: options.steps, through: 1, by: -1) {
  let z = noise(random["steps back of the picture"], t, like: picture)
  back.append(demonstration[t].posterior(of: picture, given: back[back.count - 1]).draw(z))
}
let difference = rootMeanSquare(back[options.steps] - picture)
page.claim("the way back ends at the picture (off by \(difference.text(2)))", difference < 1e-12)
page.write(contactSheet(forward + back, columns: 1, gap: 0).pgm, to: "frames.pgm")
page.figure("chapter2_forward_and_back.gif", "Forward to noise, and back with the picture known.")
/*:
## What to remember

- Gaussians added to Gaussians are Gaussians; variances add. So $t$ steps are one jump with
  $\bar\alpha_t$.
- $\epsilon$ is the whole noise between $x_0$ and $x_t$.
- At $t = 100$ of 1000 a digit is perfectly legible; details go first, large areas last.
- Schedules with the same $m \, T$ have lost the same after the same fraction of the way; what
  differs is the size of a step.

## Try it

- In a browser, by hand: the page [figures/play/index.html](../../figures/play/index.html) has these pictures, or one of
  your own, with sliders for the steps, the multiplier and $t$.
- `make chapter2 ARGS="--image mondrian --steps 10 --multiplier 1.5"`, then
  `--steps 50 --multiplier 0.3`: watch `out/figures/chapter2_forward_and_back.gif`.
- `make chapter2 ARGS="--image FILE.pgm"` with a picture of yours: any PGM
  (`magick photo.jpg FILE.pgm` makes one); its middle square is taken.
- `make mnist`, then `make chapter2 ARGS="--dataset mnist --index 7"`: figures 2 and 3 with a real
  digit.
- `make chapter2 ARGS="--seed 1"`: which numbers above change, and which do not?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter2`).

1. **Two steps in one.** A step of $\beta = 0.1$ is followed by one of $\beta = 0.2$. Which single
   $\beta$ does the same? Is it more or less than 0.3, and would the other order change it? Check it
   without the algebra: integrate over all $x_1$.
2. **One noise, two jumps.** Find the jump from $x_s$ to $x_t$ for $s < t$. A program jumps from $x_0$
   to $x_{100}$ with $\epsilon$, and from there to $x_{260}$ with *the same* $\epsilon$ (it had drawn
   one already). What variance does its $x_{260}$ have, given $x_0$, and what should it be?
3. **Sinking.** In the demonstration's schedule a feature of contrast $a$ sinks below a pixel's noise at
   some step. Find it as a formula in $a$, $m$ and $T$, and compare it with the columns "pixel" of the
   table. All pixels of a patch have the contrast 0.49: over how many of them must one average for the
   patch to stand as high as the noise of the average, at step 20 of 30 ($m = 1$)?
4. **The parts of the noise.** The $\epsilon$ of $x_{260}$ is a sum of the noises $z_1, \dots, z_{260}$
   of the steps. Guess: which of them has the largest part, the first, the last, or one in between? Find
   the share of $z_s$ in the variance. How many of the last steps have more than half of it, at
   $t = 260$ and at $t = 1000$?
5. **Ten steps of forgetting.** Show that, given $x_0$, the correlation of $x_s$ and $x_t$ for $s < t$
   is $\sqrt{\text{SNR}_t/\text{SNR}_s}$. Guess where on the linear schedule $x_t$ and $x_{t+10}$ are
   most alike: at the beginning, where the $\beta$ are smallest, at the end, or in between? Then
   compute.
*/
page.finish()
