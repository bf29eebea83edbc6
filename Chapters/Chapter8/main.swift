/*:
# Chapter 8: Fewer steps

Which nine hundred and eighty of a thousand steps can be left out?

Sampling by DDPM, the denoising diffusion probabilistic model of the chapters before, asks the network a thousand times for one image. Chapter 7
split each of its steps into two halves, one with noise and one without. This chapter keeps only the half without. What remains is an ordinary
differential equation, and [@chapter8_paths] shows its trajectories beside those with noise.

After this chapter you can sample with twenty evaluations of the network instead of a thousand, run the process backward from an image to the
noise that it came from, and say what is lost by leaving the noise out.
*/
//: hide
import Console
import Datasets
import Deterministic
import Diffusion
import Formats
import Models
import Notebook
import Samples
import Statistics
import Tensors
import Threads

let options = Options.parsedOrExit()
threadCount = options.common.threads
let quick = options.common.quick
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let results = "\(Notebook.project())/data"
let page = Notebook(chapter: 8, options: options.common, changesResults: options.changeResults)
/*:
## Without chance

Chapter 7 ended with a claim: the half of a DDPM step that has no noise carries the distribution $q_u$ to that of a moment earlier. Here is why.
Fix a clean sample $x_0$ and its noise $\epsilon$. As time $u$ runs, $x_u = \sqrt{\bar\alpha} \, x_0 + \sqrt{1-\bar\alpha} \, \epsilon$ moves along a
smooth curve. Its velocity is the derivative of that line. Since $\bar\alpha$ changes by $-\beta \bar\alpha \, du$, it is

$$\frac{dx_u}{du} = -\tfrac{1}{2} \beta \sqrt{\bar\alpha} \, x_0 + \tfrac{1}{2} \beta \frac{\bar\alpha}{\sqrt{1-\bar\alpha}} \, \epsilon$$

Many such curves cross at one place $x$, one for each pair of $x_0$ and $\epsilon$ that leads there. Let all samples move with the *average*
velocity at their place instead. As many samples as before flow into each small region and out of it, so the density at each moment stays the same. The
averages are $E[x_0 \mid x]$ and $E[\epsilon \mid x]$, and chapter 7 expressed both by the score $s$. With them everything but two terms cancels:

$$\frac{dx}{du} = -\tfrac{1}{2} \beta(u) \left( x + s(x) \right)$$ {#probability-flow}

<sub>In Swift: `ProbabilityFlow.velocity(of:at:predictedNoise:)`. Tested: [each path keeps its quantile](../../Tests/DiffusionTests/ProbabilityFlowTests.swift).</sub>

This is the **probability-flow ODE** [@song2021sde], an ordinary differential equation (ODE): no noise, and yet the same distribution at each moment as
the stochastic differential equation (SDE) of chapter 7. Twelve points of noise show it, over the density $q_u(x)$ of the two modes.

<details><summary>Predict: can two trajectories of the ODE cross?</summary>

No. At a point there is only one velocity, so from there on the two would be one. On a line they keep their order, and below each of them lies
the same share of the distribution at every moment: each trajectory is a quantile.

</details>
*/
let modes = GaussianMixture.twoModes
let sde = VariancePreservingSDE()
let flow = ProbabilityFlow(process: sde)
func bestNoise(_ x: Double, at time: Double) -> Double {
  options.scoreScale * modes.bestNoisePrediction(from: x, alphaBar: sde.alphaBar(at: time))
}
func velocity(_ x: Double, at time: Double) -> Double {
  flow.velocity(of: x, at: time, predictedNoise: bestNoise(x, at: time))
}
let normal = GaussianMixture([.init(weight: 1, mean: 0.0, variance: 1)])
let starts = (0..<12).map { normal.quantile((Double($0) + 0.5) / 12) }
let times = even(quick ? 100 : 1000)
let smooth = starts.map { x in
  Array(ODEPath(method: .heun, from: x, at: times.dropLast(), along: velocity(_:at:)))
}
//: hide
let trajectoryNoise = random["trajectories of the SDE"]
let rough = starts.indices.map { number in
  Array(
    PredictorCorrectorSampler(
      of: sde, through: times, from: starts[number], update: .eulerMaruyama,
      noise: { k, _ in trajectoryNoise.normal(step: k, sample: number) }, predictor: bestNoise(_:at:)))
}
func below(_ x: Double, at time: Double) -> Double {
  modes.marginal(alphaBar: sde.alphaBar(at: time)).cumulative(at: x)
}
let moved =
  smooth.map { path in
    path.map { abs(below($0.sample, at: $0.time) - below(path[0].sample, at: 1)) }.max() ?? 0
  }.max() ?? 0
if options.scoreScale == 1 {
  page.claim(
    "each trajectory keeps its share of the distribution below it, from noise to data (to \(moved.text(2)))",
    moved < (quick ? 0.01 : 1e-4))
}
page.write(
  CSV(
    columns: ["path", "u", "without_noise", "with_noise"],
    rows: starts.indices.flatMap { number in
      stride(from: 0, to: smooth[number].count, by: times.count / 100).map { k -> [any CSVValue] in
        [number, smooth[number][k].time, smooth[number][k].sample, rough[number][k].sample]
      }
    }), to: "paths.csv")
page.write(
  CSV(
    columns: ["u", "x", "density"],
    rows: (0...100).flatMap { column -> [[any CSVValue]] in
      let u = Double(column) / 100
      let marginal = modes.marginal(alphaBar: sde.alphaBar(at: u))
      return (0...120).map {
        [u, -3 + 6 * Double($0) / 120, marginal.density(at: -3 + 6 * Double($0) / 120)]
      }
    }), to: "path_density.csv")
page.figure(
  "chapter8_paths",
  """
  The same twelve points of noise become data with chance and without. Left: the reverse SDE, whose \
  trajectories part and cross. Right: the probability-flow ODE, whose trajectories keep their order. \
  Behind both lies the same density $q_u(x)$.
  """,
  alt: """
    Left, twelve jagged lines that cross; right, twelve smooth lines that never do. Both end in two \
    narrow bands.
    """)
/*:
In a space of 784 dimensions there is no order to keep, but this remains: noise and data belong together, one to one.

## How few steps?

An equation without noise can be solved by any method there is. Three are compared here. Euler's method evaluates the network once a step and Heun's
twice. The method of Dormand and Prince [@dormand1980] evaluates it six times a step, and chooses its steps itself: each is so long that its
fourth-order and fifth-order results differ by no more than a tolerance. What counts is the **number of function evaluations** (NFE), which is how often
the network is asked.

The equation also has a second, simpler form. Measure the sample in units in which the data keep their size, $y = x/\sqrt{\bar\alpha}$, and time
by the noise level $\nu = \sqrt{(1-\bar\alpha)/\bar\alpha}$. Everything that is special about a schedule then disappears:

$$\frac{dy}{d\nu} = \epsilon_\theta(x, t)$$ {#flow-in-noise-level}

Euler's method for this form is known as **DDIM**, denoising diffusion implicit models [@song2021ddim]; Heun's method for it is the sampler of
[@karras2022]. Fifty points of noise are carried to the data in steps of equal $u$, and the table shows how far from the true end they land.

<details><summary>Predict: by how much does the error fall when the number of evaluations is doubled?</summary>

To a half for Euler's method, which is of first order, and to a quarter for Heun's, which is of second order.

</details>
*/
let lowest = 0.01
let fifty = (0..<50).map { normal.quantile((Double($0) + 0.5) / 50) }
//: fold The true ends, to twelve digits
func solve(_ x: Double, tolerance: Double) -> ODESolution<Double> {
  orExit(
    try flow.carry(
      x, from: flow.highestNoiseLevel, to: lowest,
      by: DormandPrince(relativeTolerance: tolerance, absoluteTolerance: tolerance),
      predictor: bestNoise(_:at:)))
}
let trueEnds = fifty.map { solve($0, tolerance: 1e-12).sample }
//: end

/// The root mean square error of a method with so many evaluations at even times, by the form in u or in ν.
func error(_ method: ODEMethod, _ evaluations: Int, inNoiseLevel: Bool) -> Double {
  let times = even(evaluations / method.evaluationsPerStep, to: sde.time(noiseLevel: lowest))
  let ends = fifty.map { x in
    inNoiseLevel
      ? flow.decode(x, through: times.map(sde.noiseLevel), by: method, predictor: bestNoise(_:at:))
      : ODEPath(method: method, from: x, at: times, along: velocity(_:at:)).sample()
  }
  return rootMeanSquare(zip(ends, trueEnds).map { $0 - $1 })
}
//: hide
func listed(_ numbers: [Double]) -> String { numbers.map { $0.text(places: 2) }.joined(separator: ", ") }
let solved = (3...(quick ? 6 : 10)).map { 1 << $0 }.map { count in
  (
    count: count, eulerU: error(.euler, count, inNoiseLevel: false),
    heunU: error(.heun, count, inNoiseLevel: false),
    euler: error(.euler, count, inNoiseLevel: true), heun: error(.heun, count, inNoiseLevel: true)
  )
}
page.table(
  solved, to: "solvers.csv",
  [
    Column("NFE", csv: "evaluations") { $0.count },
    Column("Euler in $u$", csv: "euler_u", .digits(2)) { $0.eulerU },
    Column("Heun in $u$", csv: "heun_u", .digits(2)) { $0.heunU },
    Column("Euler in $\\nu$, DDIM", csv: "euler_sigma", .digits(2)) { $0.euler },
    Column("Heun in $\\nu$", csv: "heun_sigma", .digits(2)) { $0.heun },
  ])
let adaptive = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10].map { tolerance in
  let solutions = fifty.map { solve($0, tolerance: tolerance) }
  return (
    tolerance: tolerance, evaluations: Double(solutions.reduce(0) { $0 + $1.evaluations }) / 50,
    error: rootMeanSquare(zip(solutions, trueEnds).map { $0.sample - $1 })
  )
}
page.table(
  adaptive, to: "adaptive.csv",
  [
    Column("tolerance of Dormand–Prince", .digits(1)) { $0.tolerance },
    Column("NFE", csv: "evaluations", .places(0)) { $0.evaluations },
    Column("error", csv: "error", .digits(2)) { $0.error },
  ])
if !quick, options.scoreScale == 1 {
  let (first, last) = (solved[solved.count - 3], solved[solved.count - 1])
  let slopes = [
    first.eulerU / last.eulerU, first.heunU / last.heunU, first.euler / last.euler, first.heun / last.heun,
  ].map { log($0) / log(4) }
  page.claim(
    "the errors fall with the power 1 for Euler and 2 for Heun (\(listed(slopes)))",
    zip(slopes, [1.0, 2, 1, 2]).allSatisfy { abs($0 - $1) < 0.15 })
}
page.figure(
  "chapter8_convergence",
  """
  The order of a method is the slope of its line. The error at the end of the trajectory, over the number \
  of function evaluations: Euler's method falls with slope 1, Heun's with slope 2, and Dormand and \
  Prince's method faster still.
  """,
  alt: """
    Five falling lines on logarithmic axes, of slope 1, 1, 2, 2 and steeper.
    """)
/*:
From 128 evaluations on, Heun's method is ahead; up to 32, Euler's is. How much of this accuracy is worth having depends on what the network is worth: an
error of 0.01 is about one gray level.

## All samplers side by side

Which sampler gets closest to the data with few evaluations? The five modes in the plane answer it, with the exact score in the place of the network, so that every
error is the sampler's own. Each makes 4,000 samples from the same starting noise, DDPM with
$\sigma_t^2 = \tilde\beta_t$. Their sliced Wasserstein distance to the data, explained in chapter 4, is
compared with that of other samples of the data.
*/
//: hide
let plane = ToyDistribution.gaussianMixture
let cloud = quick ? 200 : 4000
func noiseOfCloud(_ stream: RandomStream, _ step: Int = 0) -> Tensor {
  .normal(stream, step: step, samples: 0..<cloud, rowShape: [2])
}
let (stepsOfCloud, corrections) = (random["steps of the cloud"], random["corrections of the cloud"])
let race = Race(
  sde: sde, data: plane, start: noiseOfCloud(random["starting noise of the cloud"]),
  noise: { noiseOfCloud($1 == 0 ? stepsOfCloud : corrections, 4 * $0 + $1) })
let points = ToyDistribution.mixture.points(count: cloud, random: random["points"])
let otherPoints = random["other points"]
let others = Moments(
  (0..<10).map { set in
    slicedWasserstein(
      (0..<cloud).map { ToyDistribution.mixture.point(set << 24 + $0, random: otherPoints) }, points)
  })
var clouds: [[any CSVValue]] = []
let compared = (quick ? [12, 20] : [12, 20, 40, 100, 200]).map { budget in
  let distances = Sampler.allCases.map { sampler in
    let samples = race.samples(sampler, evaluations: budget, scale: options.scoreScale)
    if budget == 20 { clouds += samples.prefix(1000).map { [sampler.rawValue, $0.x, $0.y] } }
    return slicedWasserstein(samples, points)
  }
  return (budget: budget, distances: distances)
}
page.table(
  compared, to: "samplers.csv",
  [Column("NFE", csv: "evaluations") { $0.budget }, Column(csv: "floor") { _ in others.mean }]
    + Sampler.allCases.enumerated().map { index, sampler in
      Column(sampler.rawValue, csv: "\(sampler)", .places(3)) { $0.distances[index] }
    })
let scatter = others.variance.squareRoot()
page.show("other data: \(others.mean.text(places: 3)) ± \(scatter.text(places: 3))")
if !quick, options.scoreScale == 1 {
  page.claim(
    "with 40 evaluations neither solver of the ODE is three deviations farther away than other data",
    compared[2].distances[3...].allSatisfy { $0 < others.mean + 3 * scatter })
}
page.write(
  CSV(columns: ["sampler", "x", "y"], rows: clouds + points.prefix(1000).map { ["the data", $0.x, $0.y] }),
  to: "clouds.csv")
page.figure(
  "chapter8_samplers",
  """
  Without noise, 40 evaluations are enough; with it, about a hundred are needed. Above: 1,000 samples \
  with 20 evaluations by each sampler, and the data. Below: the distance of 4,000 samples to the data, \
  and, gray, that of other data.
  """,
  alt: """
    Above, six clouds of points with five modes each. Below, five lines that fall towards a dashed one.
    """)
/*:
With a dozen evaluations DDIM is the closest, and with forty neither solver of the ODE can be told from other data. DDPM and the Euler–Maruyama method need about a hundred.
The predictor–corrector sampler spends half of its evaluations on
corrections that nothing needs here. A difference of 0.01 means nothing here, since it is the scatter of the last line.

Now let the score be wrong, as a network's always is: 5 % too long, with the largest number of evaluations.
*/
let tooLong = Sampler.allCases.map {
  slicedWasserstein(race.samples($0, evaluations: quick ? 20 : 200, scale: 1.05), points)
}
//: hide
page.table(
  [("exact", compared[compared.count - 1].distances), ("5 % too long", tooLong)],
  [Column("score") { $0.0 }]
    + Sampler.allCases.enumerated().map { index, sampler in
      Column(sampler.rawValue, .places(3)) { $0.1[index] }
    })
/*:
The samplers with noise end as close to the data as before, those of the ODE three times as far away. The ODE follows every error of the score exactly. Noise, and the
step that takes it away again, let a sample forget where it was led astray.

## Digits

The same with the U-Net of chapters 5 and 6. It was trained at whole timesteps; between them $\ln \bar\alpha$ is taken as linear, and the network is given the real
number $t$. The noise levels go from that of $t = 1000$ to that of $t = 1$, and lie between as in [@karras2022], most of them low. One more evaluation takes away the noise that is left.
[@chapter8_digits] compares chapter 6's hundred digits, a thousand steps of DDPM each, with what the ODE makes of the same noise in fifty.
*/
page.check("ν at t = 1000", ProbabilityFlow(process: schedule).highestNoiseLevel, isPrinted: "157.4")
page.check("ν at t = 1", schedule.noiseLevel(at: 1), isPrinted: "0.0100")
let model = orExit(try DiffusionModel.read(folder: "\(results)/models/mnist"))
let hundred = quick ? 10 : 100
let size = model.configuration.sampleSize ?? 28
let xT = Tensor.normal(
  random["starting noise of the digits"], samples: 0..<hundred, rowShape: [size, size, 1])
let solver = ModelFlow(model, evaluations: options.evaluations, method: options.solver)
let digits = solver.denoised(solver.decode(xT))
//: hide
page.write(contactSheet(digits.images, columns: 10, gap: 1).pgm, to: "flow.pgm")
page.write(orExit(try PGM.read("\(results)/chapter6/digits.pgm")), to: "ddpm.pgm")
page.figure(
  "chapter8_digits",
  """
  The same noise becomes other digits. A hundred digits from the same noise: left by DDPM in 1000 steps, \
  with new noise in each of them, right by the probability-flow ODE with \(options.evaluations) \
  evaluations of \(options.solver == .heun ? "Heun's" : "Euler's") method. The specks in the black are \
  errors of the network that nothing clips.
  """,
  alt: "Two sheets of ten by ten handwritten digits; at the same place stand mostly different digits.")
/*:
What DDPM adds on the way decides as much as the noise that it starts from. How many evaluations do digits need? Ten of them are compared with what 400 evaluations give,
by the root mean square in gray levels of 255.
*/
let ten = xT.rows(0..<10)
func decoded(_ noise: Tensor, _ evaluations: Int, _ method: ODEMethod = .heun) -> Tensor {
  ModelFlow(model, evaluations: evaluations, method: method).decode(noise)
}
let best = decoded(ten, quick ? 40 : 400)
func rootMeanSquareDifference(_ a: Tensor, _ b: Tensor) -> Double {
  rootMeanSquare(zip(a.values, b.values).map { Double($0) - Double($1) })
}
let budgets = (quick ? [4, 10] : [4, 10, 20, 50, 100]).map { budget in
  (count: budget, euler: decoded(ten, budget, .euler), heun: decoded(ten, budget))
}
//: hide
page.table(
  budgets, to: "budgets.csv",
  [
    Column("NFE", csv: "evaluations") { $0.count },
    Column("Euler, DDIM", .places(1)) { 127.5 * rootMeanSquareDifference($0.euler, best) },
    Column("Heun", .places(1)) { 127.5 * rootMeanSquareDifference($0.heun, best) },
  ])
page.write(
  contactSheet(
    (budgets.map { [$0.euler, $0.heun] } + [[best, best]]).flatMap { row in
      row.flatMap { images in (0..<5).map { images.image($0) } }
    }, columns: 10, gap: 1
  ).pgm, to: "evaluations.pgm")
/*:
Up to ten evaluations Euler's method is ahead, from twenty on Heun's. The enormous number for Heun with four evaluations is no misprint: its two steps begin at
$\nu = 157$, the noise level of $t = 1000$, and nothing is clipped.

And backward: the ODE also leads from an image to the noise that it came from. Do both come back?
*/
let roundTrips = [10, 20, 50, 100, 200].filter { !quick || $0 < 50 }.map { budget in
  let flow = ModelFlow(model, evaluations: budget)
  let noise = flow.encode(best)
  return (count: budget, noise: noise, image: flow.decode(noise))
}
//: hide
page.table(
  roundTrips,
  [
    Column("NFE each way") { $0.count },
    Column("error of the noise", .places(3)) { rootMeanSquareDifference($0.noise, ten) },
    Column("error of the image, of 255", .places(1)) { 127.5 * rootMeanSquareDifference($0.image, best) },
  ])
/*:
So noise is a name for an image, its **latent code**. Between two codes lie others, along the arc on which they keep the length of noise, and each of them is some digit. Between
two images lies only their double exposure. Two independent codes stand nearly at a right angle, so the weights $\cos$ and $\sin$ of a part of it keep the length.
*/
let shares = (0..<(quick ? 3 : 9)).map { Double($0) / (quick ? 2 : 8) }
func between(_ a: Tensor, _ b: Tensor) -> Tensor {
  Tensor(
    rowsOf: shares.map {
      Tensor.combining(cos(Double.pi / 2 * $0), a, sin(Double.pi / 2 * $0), b)
    })
}
//: hide
let pairs = [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)].prefix(quick ? 1 : 5)
let sheet = pairs.flatMap { a, b -> [Image] in
  let images = decoded(between(ten.rows(a..<a + 1), ten.rows(b..<b + 1)), 50).images
  return images + shares.map { Image.combining(1 - $0, images[0], $0, images[images.count - 1]) }
}
page.write(contactSheet(sheet, columns: shares.count, gap: 1).pgm, to: "between.pgm")
page.figure(
  "chapter8_codes",
  """
  Ten evaluations make a digit; codes have digits between them, images do not. Left: five noises decoded \
  with 4 to 400 evaluations, by Euler's and by Heun's method. Right: from one digit to another by way of \
  their codes and, below each, by way of their pixels.
  """,
  alt: """
    Left, rows of digits that become clean from top to bottom. Right, five pairs of rows from digit to \
    digit.
    """)
/*:
## What it costs

Are the digits of the ODE as good? 2,000 of each kind are compared by the evaluation classifier of chapter 6. Such measurements take minutes, so they are committed; `make flow` makes them
again. The first two lines are chapter 6's.
*/
//: hide
func judged(_ file: String, first count: Int = 9) -> [[String]] {
  let table = orExit(try CSV.read("\(results)/results/\(file)/judged.csv"))
  return table.rows.indices.prefix(count).map { row in
    func text(_ name: String, _ places: Int) -> String {
      orExit(try table.numbers(in: name))[row].text(places: places)
    }
    return [
      table.rows[row][0], text("distance", 2), text("standard_error", 2), text("precision", 3),
      text("recall", 3), text("sure", 3), text("evenness", 4),
    ]
  }
}
page.show(
  ["2,000 images", "Fréchet distance $F$", "±", "precision", "recall", "confident", "class entropy"],
  judged("judge", first: 2) + judged("flow"))
/*:
With fifty evaluations each, DDPM's digits are the better ones. They are nearer by 2.7, where the error of the difference is 1.8, and more of them lie among real ones: 0.818 against 0.767,
with errors of 0.009. And today no number of evaluations of the ODE reaches the distance that DDPM has with a thousand steps, 4.0: with 20, 50 and 100 it stays at 9 to 10. It is not the
clipping, which changes nothing, nor the noise that is left at $t = 1$, which is taken away here, nor the solver, since 100 evaluations change nothing either. It is as in the plane
with a score that is too long: the ODE follows every error of the network, and noise forgets some of them. [@song2021sde] found the same with photographs, and [@karras2022]
that the better a network is, the less the noise helps.

> **Common claim.** The probability-flow ODE gives the same images as DDPM in fewer steps.
>
> **What the numbers say.** With the exact score it does, in 40 evaluations instead of 100. With this network it gives somewhat worse ones, however many evaluations it gets.

## What to remember

- The probability-flow ODE moves every sample with the average velocity of all curves that cross there. It has the same distribution at each moment as the SDE.
- It can be solved by any method to any accuracy. DDIM is Euler's method for it, in the noise level.
- With the exact score, 40 evaluations are enough where DDPM needs 100.
- It runs both ways: noise is the latent code of an image.
- It follows every error of the network. Noise lets samples forget errors.

## Try it

- `make chapter8 ARGS="--evaluations 10"`, or `--solver euler`: digits in ten evaluations.
- `make chapter8 ARGS="--score-scale 1.05"`: a score that is 5 % too long, on the line too. Which tables notice?
- `make chapter8 ARGS="--seed 7"`: other noise. Which conclusions hold?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter8`).

1. **DDIM by hand.** DDIM is usually written as $x_\tau = \sqrt{\bar\alpha_\tau} \, \hat x_0 + \sqrt{1-\bar\alpha_\tau} \, \epsilon_\theta$, for a
   step from $t$ to an earlier $\tau$. Show that this is Euler's step of $dy/d\nu = \epsilon_\theta$. For $t = 500$ and $\tau = 499$, how much of the
   predicted noise does it take away, compared with a step of DDPM?
2. **One great step.** Solve the ODE for data that are $N(0, \sigma_\text{data}^2)$. Then take a single step from $\nu = 152$, where the SDE ends, to 0, with
   $\sigma_\text{data} = 0.5$, by Euler's method and by Heun's: which lands nearer? Predict, then compute, and explain the enormous number in the chapter's table.
3. **A score that is too long.** Data that are $N(0, 1)$, and a score that is 5 % too long: what standard deviation do the samples of the ODE have? How does
   it compare with those of DDPM, exercise 3 of chapter 7?

## Where to go next

Chapter 11 uses the ODE to say how probable an image is. [@karras2022] is the clearest account of samplers and their design, [@song2021ddim] the paper that left the
noise out first, and [@nakkiran2024] derives both in an elementary way.
*/
page.finish()
