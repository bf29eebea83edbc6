/*:
# Chapter 5: The U-Net

Which network knows that pixels have neighbors?

Chapter 4 found out what to train a network on: the noise in $x_t$. Its own network, a single hidden
layer, was a poor choice for pictures. Each of its weights belongs to one pixel, so a stroke learned
in one place was not known one pixel further, and all the noise of a picture had to pass through one
vector. The network of the paper slides over the picture instead, sees it at several sizes at once,
and lets the fine grain of the noise pass by the side. It is called a U-Net (Ronneberger et al. 2015).

This chapter takes one apart, trains it, finds out what its parts are for, and takes the result to
another framework. The network is called S: 28 × 28 pixels in, 28 × 28 numbers out.
*/
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
import Files
import Formats
import Networks
import Notebook
import Samples
import Statistics
import Tensors
import Threads
import Training

let options = Options.orSentOn()
threadCount = options.common.threads

let quick = options.common.quick
let random = streams(seed: options.common.seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 5, options: options.common)
/*:
## A vector for the timestep

The network has to know how noisy its input is: at $t = 10$ there is a grain to wipe off, at
$t = 900$ a digit to guess. One number among 784 pixels would be lost, so $t$ becomes a vector, by
sines and cosines of it at frequencies from 1 down to 1/10,000 (Vaswani et al. 2017):

$$f_i = 10000^{-i/7}, \qquad [\sin s f_0, \dots, \sin s f_7, \cos s f_0, \dots, \cos s f_7], \qquad s = t - 1$$

Sixteen numbers in network S. (Networks count timesteps from 0. In training and in sampling that
subtraction stands in one place, `predictedNoise(from:timesteps:)`.)
*/
let sinusoids = SinusoidalEmbedding(dimension: 16, cosineFirst: false, frequencyShift: 1)
let embeddings = sinusoids(schedule.timesteps.map { Double($0 - 1) })
page.show(
  [
    "t", "sin s f_0", "sin s f_2", "sin s f_4", "sin s f_7", "cos s f_0", "cos s f_2", "cos s f_4",
    "cos s f_7",
  ],
  [1, 2, 10, 500, 1000].map { t in
    ["\(t)"] + [0, 2, 4, 7, 8, 10, 12, 15].map { Double(embeddings[t - 1, $0]).text(places: 3) }
  })

/// How alike two timesteps' vectors are, 1 for the same: cosine of the angle between them.
func likeness(_ rows: Tensor, _ t: Int, _ other: Int) -> Double {
  let (a, b) = (rows.rows(t - 1..<t), rows.rows(other - 1..<other))
  return a.dot(b) / (a.dot(a) * b.dot(b)).squareRoot()
}
page.show(
  ["how alike is 500 to", "501", "505", "510", "852", "1000"],
  [["16 numbers"] + [501, 505, 510, 852, 1000].map { likeness(embeddings, 500, $0).text(places: 3) }])
page.claim(
  "nothing is as like 500 as its neighbors",
  schedule.timesteps.filter { abs($0 - 500) > 1 }.allSatisfy {
    likeness(embeddings, 500, $0) < likeness(embeddings, 500, 501)
  })
page.write(
  Image(
    height: 16, width: 1000,
    pixels: (0..<16).flatMap { row in schedule.timesteps.map { Double(embeddings[$0 - 1, row]) } }
  ).pgm, to: "embedding.pgm")
page.write(
  CSV(
    columns: ["t", "alike"],
    rows: schedule.timesteps.map { [$0, likeness(embeddings, 500, $0)] as [any CSVValue] }),
  to: "embedding.csv")
page.figure(
  "chapter5_embedding",
  "Left: the vector of each timestep, one a column, black −1, white 1. Right: how alike it is to that of t = 500."
)
/*:
The fast frequencies tell a timestep from its neighbors, the slow ones an early from a late one. (Far ones can
be alike by chance, where the fast waves have come round: 852 is as like 500 as 505 is.) Two
linear layers with an activation between them make 64 numbers of the 16, and every residual block gets
those.

## The parts

A U-Net is put together from few kinds of parts. In words of code (`Sources/Networks`), with
normalization in groups of channels and $\text{SiLU}(x) = x / (1 + e^{-x})$:

- **residual block**: `x + conv3x3(silu(norm(conv3x3(silu(norm(x))) + linear(silu(time)))))`. It adds a
  correction to what came in (where the number of channels changes, to a 1 × 1 convolution of it), and
  the timestep decides which.
- **attention**: `x + linear(softmax(q k^T / √c) v)`, where q, k and v are three linear layers of `norm(x)` and
  c is the number of channels. Every pixel asks all pixels: the only part in which a place can ask one far away
  what it holds. It costs the square of the number of pixels, so it stands where they are few, at 7 × 7.
- **down-sampling**: a convolution that looks at every second pixel. **up-sampling**: each pixel four times, then a convolution.
- **skip connection**: what a part on the way down has made is laid beside what comes up, as more channels.
*/
let configuration = try UNetConfiguration.ddpm(
  sampleSize: 28, channels: 1, baseChannels: 16, multipliers: [1, 2, 4], layersPerBlock: 1, attentionAt: [7])
let parts = configuration.parts

func times(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
page.show(
  ["part", "is given", "makes", "weights", "joins"],
  parts.map {
    [$0.name, times($0.inputShape), times($0.outputShape), "\($0.parameterCount)", $0.joins ?? ""]
  })
page.check(
  "weights of network S", Double(UNet.parameterCount(configuration)), isPrinted: "686769")
let larger = try UNetConfiguration.ddpm(
  sampleSize: 28, channels: 1, baseChannels: 32, multipliers: [1, 2, 2], layersPerBlock: 2, attentionAt: [7])
page.check(
  "of network M: 32 channels, at most twice as many, two blocks in a stage",
  Double(UNet.parameterCount(larger)), isPrinted: "1623169")
let ofPaper = try UNetConfiguration.ddpm(
  sampleSize: 32, channels: 3, baseChannels: 128, multipliers: [1, 2, 2, 2], layersPerBlock: 2,
  attentionAt: [16], groups: 32, dropout: 0.1)
page.check(
  "weights of the paper's network for CIFAR-10, by the same code", Double(UNet.parameterCount(ofPaper)),
  isPrinted: "35746307")
let byKind = UNetPart.Kind.allCases.map { kind in
  (kind: kind, parts: parts.filter { $0.kind == kind })
}
let weightCount = UNet.parameterCount(configuration)
page.show(
  ["kind", "parts", "weights", "share"],
  byKind.map { kind, parts in
    let count = parts.reduce(0) { $0 + $1.parameterCount }
    return [
      kind.rawValue, "\(parts.count)", "\(count)",
      (100 * Double(count) / Double(weightCount)).text(places: 1) + " %",
    ]
  })
page.claim(
  "the parts have all the weights", parts.reduce(0) { $0 + $1.parameterCount } == weightCount)
func partNumber(_ name: String?) -> Int { 1 + (parts.firstIndex { $0.name == name } ?? -1) }
page.write(
  CSV(
    columns: [
      "part", "name", "kind", "in_height", "in_width", "in_channels", "out_height", "out_width",
      "out_channels",
      "parameters", "joins", "joined_by",
    ],
    rows: parts.enumerated().map { number, part -> [any CSVValue] in
      let (input, output) = (part.inputShape, part.outputShape)
      let size = { (shape: [Int]) in shape.count == 3 ? shape : [1, 1] + shape }
      return [number + 1, part.name, part.kind.rawValue] + size(input) + size(output)
        + [part.parameterCount, partNumber(part.joins), partNumber(part.joinedBy)]
    }), to: "parts.csv")
/*:
Where are they? At 7 × 7, where the channels are many: a convolution from 64 to 64 channels has 36,928
weights, one from 16 to 16 has 2,320. In time there is no such difference. Each weight is used once for
every pixel, so 28 × 28 with a twentieth of the weights takes as many multiplications as 7 × 7 with three
quarters of them. (What attention multiplies beside its weights is not counted.)
*/
let bySize = [28, 14, 7].map { size in
  (size: size, parts: parts.filter { $0.outputShape.count == 3 && $0.outputShape[0] == size })
}
page.show(
  ["made at", "weights", "share", "weights times pixels, in millions"],
  bySize.map { size, parts in
    let count = parts.reduce(0) { $0 + $1.parameterCount }
    return [
      "\(size) × \(size)", "\(count)", (100 * Double(count) / Double(weightCount)).text(places: 1) + " %",
      (Double(count * size * size) / 1e6).text(places: 1),
    ]
  })
/*:
28 is a number that breaks many a U-Net: it can be halved twice, to 14 and 7, not three times. Better
to be told than to find out:
*/
do {
  _ = try UNetConfiguration.ddpm(
    sampleSize: 28, channels: 1, baseChannels: 16, multipliers: [1, 2, 4, 8], layersPerBlock: 1,
    attentionAt: [7])
} catch {
  page.show("four stages: \(error)")
}
/*:
## Training it

Three networks, each on the same drawn digits with the same noise at the same timesteps: network S,
the same with zeros wherever a skip connection would be (its shapes and its 686,769 weights stay, though 12 % of
them now multiply zeros), and the MLP of chapter 4, 896 wide. (Adam, 32 pictures a step, gradients clipped
at 1, a rate that rises and falls again: of the two U-Nets to 0.003, of the MLP to 0.002, as in chapter 4.)
*/
let steps = quick ? 40 : 640
let digits = FreshDigits(DrawnDigits(seed: options.common.seed))
@MainActor func settings(_ peak: Double) -> TrainingSettings {
  TrainingSettings(
    batchSize: 32,
    learningRate: LearningRate(peak, warmUp: steps / 10, decay: .cosine(end: steps, floor: 0.05)),
    averageDecay: 0.999, seed: options.common.seed)
}
var training = NoiseTrainer<UNet>(configuration, data: digits, schedule: schedule, settings: settings(3e-3))
var withoutSkips = NoiseTrainer<SkiplessUNet>(
  SkiplessUNet.Configuration(configuration), data: digits, schedule: schedule, settings: settings(3e-3))
var mlp = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 784, width: 896, depth: 1), data: digits, schedule: schedule,
  settings: settings(2e-3))
Preflight(data: digits, schedule: schedule, settings: training.settings, stepCount: steps).lines.forEach {
  page.show($0)
}
/*:
On the way, the moving averages of the weights are kept too, one that warms up and one that does not;
they will be needed. Loss is measured on pictures that no network has seen, 16 at each of 40 timesteps.
*/
let examined = stride(from: 13, through: 988, by: quick ? 195 : 25).map { $0 }
let unseen = digits.rows(1 << 31..<1 << 31 + 16)
/// Some of the unseen pictures at a timestep, and the noise in them.
func noised(_ t: Int, _ rows: Range<Int> = 0..<16) -> (xt: Tensor, noise: Tensor) {
  let noise = Tensor.normal(
    random["noise on unseen digits"], step: t, samples: rows, rowShape: digits.rowShape)
  return (schedule[t].marginal(of: unseen.rows(rows)).draw(noise), noise)
}
/// The mean squared error of a network's noise on the unseen pictures, at each of the timesteps.
func losses(_ network: some NoisePredictor) -> [Double] {
  examined.map { t in
    let (xt, noise) = noised(t)
    return Double(network.predictedNoise(from: xt, timestep: Timestep(t)).meanSquaredError(to: noise).value)
  }
}

// So many updates that the warm-up is over: d is 0.999 from the first step.
var cold = MovingAverage(training.weights, decay: 0.999, updateCount: 1 << 30)
var averagesOnTheWay: [(step: Int, raw: Double, warm: Double, cold: Double)] = []
let measured = [1, 5, 10, 20, 40, 80, 160, 320, 480, 640].filter { $0 <= steps }
let bar = page.progress("U-Net", of: 3 * steps, unit: "steps")
for step in 1...steps {
  orExit(try training.step())
  bar.advance()
  cold.update(with: training.weights)
  guard measured.contains(step) else { continue }
  averagesOnTheWay.append(
    (
      step: step, raw: mean(losses(training.model)), warm: mean(losses(training.averagedModel)),
      cold: mean(losses(UNet(configuration, weights: cold.weights)))
    ))
}
for _ in 1...steps {
  orExit(try withoutSkips.step())
  bar.advance(label: "without skips")
}
for _ in 1...steps {
  orExit(try mlp.step())
  bar.advance(label: "MLP")
}
let histories = [training.history, withoutSkips.history, mlp.history].map { $0.entries.map(\.loss) }
let tenth = steps / 10
page.show(
  ["steps", "U-Net", "without skips", "MLP"],
  [0, 1, 3, 6, 9].map { part in
    let range = part * tenth..<(part + 1) * tenth
    return ["\(range.lowerBound + 1)…\(range.upperBound)"] + histories.map { mean($0[range]).text(places: 4) }
  })
page.write(
  CSV(
    columns: ["step", "unet", "skipless", "mlp"],
    rows: (0..<steps).map { step -> [any CSVValue] in [step + 1] + histories.map { $0[step] } }),
  to: "history.csv")

let network = training.averagedModel
let skipless = withoutSkips.averagedModel
let mlpNetwork = mlp.averagedModel
let byTimestep = [losses(network), losses(skipless), losses(mlpNetwork)]
let finalLosses = byTimestep.map(mean)
page.show("on unseen digits: \(finalLosses.map { $0.text(places: 4) }.joined(separator: ", "))")
page.show(
  "their weights: \([training.weights, withoutSkips.weights, mlp.weights].map { "\($0.parameterCount)" }.joined(separator: ", "))"
)
let multiplications = bySize.reduce(0) { sum, found in
  sum + found.parts.reduce(0) { $0 + $1.parameterCount } * found.size * found.size
}
page.show(
  "multiplications for a picture: U-Net \((Double(multiplications) / 1e6).text(places: 1)) million, MLP \((Double(mlp.weights.parameterCount) / 1e6).text(places: 1)) million"
)
if !quick {
  page.claim(
    "the U-Net is several times nearer than the MLP after as many pictures",
    finalLosses[0] < finalLosses[2] / 3)
}
page.write(
  CSV(
    columns: ["t", "unet", "skipless", "mlp"],
    rows: examined.indices.map { place -> [any CSVValue] in
      [examined[place]] + byTimestep.map { $0[place] }
    }), to: "by_timestep.csv")
page.figure(
  "chapter5_training",
  "Loss over the training (means of 16 steps), and at the end by timestep, on unseen digits.")
/*:
The U-Net has a fifth of the MLP's weights, but its pictures are twenty times as dear: each weight of a
convolution is used at every pixel. What more pictures do for the MLP, chapter 4 showed: with 2.5 times as
many its loss was 0.17.

## What the skips are for

Take them away and the network still slides, still sees all sizes, has as many weights, and is told all
that it was told before; only, everything it says about single pixels must have come through 7 × 7.
*/
page.show(
  ["t", "U-Net", "without skips", "MLP"],
  examined.indices.filter { $0 % (quick ? 1 : 8) == 0 }.map { place in
    ["\(examined[place])"] + byTimestep.map { $0[place].text(places: 4) }
  })
let shown = 0..<8
var guesses: [Image] = shown.map { unseen.image($0) }
for t in [50, 300] {
  let xt = noised(t).xt
  guesses += shown.map { xt.image($0) }
  let predictions = [
    network.predictedNoise(from: xt, timestep: Timestep(t)),
    skipless.predictedNoise(from: xt, timestep: Timestep(t)),
    mlpNetwork.predictedNoise(from: xt, timestep: Timestep(t)),
  ]
  for prediction in predictions {
    let x0 = schedule[t].x0(from: xt, noise: prediction)
    guesses += shown.map { x0.image($0) }
  }
}
page.write(contactSheet(guesses, columns: shown.count, gap: 1).pgm, to: "guesses.pgm")
page.figure(
  "chapter5_skips",
  "Unseen digits; noised to t = 50 and t = 300; and what each of the three networks takes them for.")
/*:
At $t = 300$ the U-Net finds the strokes, and the other two leave grain. Why grain? It shows at the end of
the table. At $t = 813$ there is nothing to be seen but noise, and to say what the noise was, it is enough to
hand the input on. To the U-Net that is easy: the picture goes across by the first skip, and the way up only
has to take a faint digit from it. Without skips 784 independent numbers must be described in 7 × 7 places
and painted again. They would fit (7 × 7 × 32 = 1,568 numbers where it is narrowest), but the code for it has to be
learned, and after 20,480 pictures a fifth of the noise's variance is still missing where it is easiest, nearly half of it at
$t = 13$. (There the loss is high for everyone: the noise is weak, and hard to tell from what was there.)

## A digit on its way through

What do the parts make of a picture? Digit number 0 of the unseen ones, at $t = 200$, in the trained
network.
*/
let portrayed = 200
let (noisyDigit, noiseOfDigit) = noised(portrayed, 0..<1)
var observations: [UNetObservation] = []
let predictedNoise = network.predictedNoise(
  from: noisyDigit, timestep: Timestep(portrayed), observing: { observations.append($0) })
page.show(
  "t = \(portrayed), ᾱ_t = \(schedule.alphaBar(portrayed).text(4)), loss "
    + Double(predictedNoise.meanSquaredError(to: noiseOfDigit).value).text(4))
page.write(noisyDigit.image(0, scale: 0.5).pgm, to: "portrayed_noisy.pgm")
page.write(predictedNoise.image(0, scale: 1 / 3.0).pgm, to: "portrayed_predicted.pgm")
page.write(noiseOfDigit.image(0, scale: 1 / 3.0).pgm, to: "portrayed_noise.pgm")
page.write(
  CSV(columns: ["t", "alpha_bar"], rows: [[portrayed, schedule.alphaBar(portrayed)]]), to: "portrayed.csv")
page.figure("figure_7", "The U-Net takes a noisy image and timestep as input and predicts the added noise.")
/*:
The first eight channels of some parts, each scaled to its own range:
*/
/// A channel of what a part has made, as a picture of 28 × 28 from black at its least to white at its most.
func featureMap(_ output: Tensor, _ channel: Int) -> Image {
  let (height, width, channels) = (output.shape[1], output.shape[2], output.shape[3])
  let values = (0..<height * width).map { Double(output.values[$0 * channels + channel]) }
  let (least, most) = (values.min() ?? 0, values.max() ?? 0)
  return Image(
    height: 28, width: 28,
    pixels: (0..<784).map { place in
      let value = values[place / 28 * height / 28 * width + place % 28 * width / 28]
      return most > least ? 2 * (value - least) / (most - least) - 1 : 0
    })
}
let looked = [
  "conv_in", "down_blocks.0.resnets.0", "down_blocks.1.resnets.0", "down_blocks.2.attentions.0",
  "mid_block.resnets.1", "up_blocks.0.resnets.1", "up_blocks.1.resnets.1", "up_blocks.2.resnets.1",
]
let outputs = looked.compactMap { name in observations.first { $0.part.name == name } }
page.write(
  contactSheet(outputs.flatMap { seen in (0..<8).map { featureMap(seen.output, $0) } }, columns: 8, gap: 2)
    .pgm,
  to: "feature_maps.pgm")
page.write(
  CSV(
    columns: ["name", "height", "channels"],
    rows: outputs.map { [$0.part.name, $0.part.outputShape[0], $0.part.outputShape[2]] }),
  to: "feature_maps.csv"
)
page.figure(
  "chapter5_maps",
  "Eight channels of eight parts, from the input (above) down to 7 × 7 and up again. The fine maps hold the grain, and hand it across by the skips; the coarse ones have none: a place stands for 4 × 4 pixels, and differs at strokes and at the border."
)
/*:
And where does attention look? For four of the 49 places at 7 × 7, the weights with which they take
in the others (in each row of 49 they sum to 1).
*/
let attention = observations.first { $0.part.name == "down_blocks.2.attentions.0" }
let looks = (attention?.attentionWeights ?? .zeros([1, 1, 49, 49])).values.map(Double.init)
let asking = [8, 17, 24, 38]
page.show(
  ["place (row, column)", "largest weight", "at", "its own"],
  asking.map { place in
    let row = looks[place * 49..<(place + 1) * 49]
    let top = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
    let at = top - row.startIndex
    return [
      "\(place / 7), \(place % 7)", row[top].text(places: 3), "\(at / 7), \(at % 7)",
      looks[place * 50].text(places: 3),
    ]
  })
page.check("an even look, 1/49", 1.0 / 49, isPrinted: "0.020")
page.claim(
  "every place's weights sum to 1",
  (0..<49).allSatisfy { abs(looks[$0 * 49..<($0 + 1) * 49].reduce(0, +) - 1) < 1e-5 })
page.write(
  contactSheet(
    asking.map { place in
      let row = looks[place * 49..<(place + 1) * 49].map { $0 }
      let most = row.max() ?? 1
      return Image(
        height: 28, width: 28, pixels: (0..<784).map { 2 * row[$0 / 28 / 4 * 7 + $0 % 28 / 4] / most - 1 })
    }, columns: 4, gap: 2
  ).pgm, to: "attention.pgm")
page.write(
  CSV(columns: ["row", "column"], rows: asking.map { [$0 / 7, $0 % 7] }), to: "attention.csv")
page.figure(
  "chapter5_attention",
  "The noisy digit, and where four of its places (marked) look, each scaled to its own largest weight.")
/*:
An even look would have the same weight everywhere. The two places outside of the ring look at the strokes, the two on
and in it at the border of the picture, and none at itself.

## The average of the weights

The steps of a training jump about. Nearly everyone draws samples with an average of the weights over many
steps, $\text{average}_n = d\,\text{average}_{n-1} + (1-d)\,\text{weights}_n$ with $d$ near 1, instead of
the weights themselves; the paper uses $d = 0.9999$. Then a mistake waits: the average begins
with the random weights that training began with, and forgets them slowly.
*/
page.show(
  "of the first weights are left with d = 0.999 after \(steps) steps: \(exp(Double(steps) * log(0.999)).text(places: 3))"
)
page.show("with d = 0.9999, as in the paper: \(exp(Double(steps) * log(0.9999)).text(places: 3))")
/*:
Halfway back to random weights a network is a poor one. So $d$ warms up,
$d_n = \min(d, (1+n)/(10+n))$: at first the average forgets at once, later slowly. (It comes to 0.999 at step
8,990; in this short training the warm-up alone decides.)
*/
page.show(
  ["step", "weights as they are", "average, warming up", "average without"],
  averagesOnTheWay.map { moment in
    ["\(moment.step)"] + [moment.raw, moment.warm, moment.cold].map { $0.text(places: 4) }
  })
if !quick {
  page.claim(
    "without a warm-up the average's loss is several times the weights'; with one it is below it while the rate is high",
    averagesOnTheWay.last.map { $0.cold > 3 * $0.warm } == true
      && averagesOnTheWay.filter { (40...320).contains($0.step) }.allSatisfy { $0.warm < $0.raw })
}
page.write(
  CSV(
    columns: ["step", "raw", "warm", "cold"],
    rows: averagesOnTheWay.map { [$0.step, $0.raw, $0.warm, $0.cold] as [any CSVValue] }), to: "averages.csv")
page.figure("chapter5_average", "Loss on unseen digits of the weights and of two averages of them.")
/*:
(In the end the three could be one: the rate has fallen, and the weights have come to rest where their
average is.) Whoever finds that "samples of the averaged weights are noise" has met this, with the paper's $d$ and a
training that was short for it. (Another way there: an average that takes in numbers that are no weights, such as
the schedule's.)

## What it draws

A hundred of the thousand steps are enough for a first look (the paper's loop with all of them, and a
judge of what comes out, are chapter 6's).
*/
let path = schedule.respaced(to: quick ? 10 : 100)
let drawnCount = 24
func drawn(_ network: some NoisePredictor) -> Tensor {
  NumberedSampler(
    network, rowShape: digits.rowShape, steps: path, variance: .betaTilde, random: random.numbers
  ).trajectory(of: 0..<drawnCount).sample()
}
let drawnSheets = [drawn(network), drawn(skipless), drawn(mlpNetwork)].map { drawn in
  contactSheet(drawn.images, columns: 6, gap: 1)
}
page.write(drawnSheets[0].pgm, to: "drawn_unet.pgm")
page.write(drawnSheets[1].pgm, to: "drawn_skipless.pgm")
page.write(drawnSheets[2].pgm, to: "drawn_mlp.pgm")
page.preview(drawnSheets[0].pgm)
page.check(
  "how much larger an error of the picture is at t = 1000",
  (1 / schedule[1000].signalToNoiseRatio).squareRoot(), isPrinted: "157")
page.figure(
  "chapter5_drawn",
  "Drawn from the same noise by the U-Net, by the one without skips, and by the MLP, each after \(steps * 32) pictures."
)
/*:
Sampling begins at $t = 1000$, where $x_t$ is all noise, and an error of the noise is one of the picture
$\sqrt{(1-\bar\alpha_T)/\bar\alpha_T} = 157$ times as large. Without skips nothing but a chequered pattern comes out.
The MLP's error is as large there, yet some of its pictures hold a digit: equal losses can be different
errors. (Some of the U-Net's stand on gray: how dark a picture is as a whole is decided first, and after
20,480 pictures it knows that only roughly.)

## Stop, and go on

A training of hours will be interrupted. What must be kept so that it goes on as if nothing had
happened? The weights are not enough: Adam remembers means of the gradients and of their squares, the
average its weights, the rate its step. The random numbers need no keeping here, nor does the place in
the data: each number is computed from the seed, what it is for, the step and the sample, none from the one
before (`Sources/Deterministic`), so a step has the same batch, timesteps and noise whoever asks. Six steps
at one go, and three, a file, and three. (The file's eleven megabytes are four numbers of four bytes for each weight.)
*/
@MainActor func begun() -> NoiseTrainer<UNet> {
  Trainer(configuration, data: digits, schedule: schedule, settings: training.settings)
}
let trainingOptions: JSON = ["network": configuration.json, "settings": training.settings.json]
var straight = begun()
orExit(try straight.run(6))
var interrupted = begun()
orExit(try interrupted.run(3))
let saved = interrupted.checkpoint(options: trainingOptions).safetensors
let opened = orExit(
  try Checkpoint(Safetensors(parsing: saved.bytes, file: "the checkpoint"), file: "the checkpoint"))
var resumed = orExit(
  try NoiseTrainer<UNet>(
    configuration, data: digits, schedule: schedule, settings: training.settings, resuming: opened,
    options: trainingOptions))
orExit(try resumed.run(3))
page.show("the file has \(saved.entries.count) tensors and \(saved.bytes.count) bytes")
page.show(
  ["step", "at one go", "stopped after 3"],
  zip(straight.history.entries, resumed.history.entries).map {
    ["\($0.step)", "\($0.loss)", "\($1.loss)"]
  })
page.claim(
  "all weights have the same bits",
  zip(straight.weights.tensors, resumed.weights.tensors).allSatisfy { $0.values == $1.values })
/*:
On the command line the same is Ctrl-C and `--resume`: the trainer finishes its step, saves, and goes on
later, on as many threads as there are then. (A checkpoint is one file, replaced in one move: whoever
pulls the plug finds the one before.)

```
.build/release/ddpm train --epochs 3 --model out/drawn
.build/release/ddpm train --epochs 3 --model out/drawn --resume
```

## Twenty epochs of MNIST

`make mnist` fetches 70,000 digits written by hand, 10,000 of them for testing, and `make train` trains
network S on the others for twenty epochs, in about half an hour. What it gives is committed (`data/models/mnist`), so that nobody has to
wait; CI trains the first ten steps again and compares the weights.

Is this trainer as good as others? The same network was trained by PyTorch 2.13 and diffusers 0.42.1 (Adam
at 0.001, at 0.0003 from epoch 13 on, 128 pictures a step, gradients clipped at 1), and here with the same settings. The
mean loss of some epochs:
*/
let results = "\(Notebook.project())/data"
/// A column of a committed table.
func column(_ name: String, of path: String) -> [Double] { orExit(try CSV.read(path).numbers(in: name)) }
let inPyTorch = column("loss", of: "\(results)/results/mnist_pytorch.csv")
let sameSettings = column("loss", of: "\(results)/results/mnist_as_pytorch.csv")
let committed = column("loss", of: "\(results)/models/mnist/history.csv")
page.show(
  ["epoch", "PyTorch", "here", "ratio", "the committed model"],
  [1, 2, 3, 5, 10, 13, 20].map { epoch in
    let (theirs, ours) = (inPyTorch[epoch - 1], sameSettings[epoch - 1])
    return [
      "\(epoch)", theirs.text(places: 4), ours.text(places: 4), (ours / theirs).text(places: 3),
      committed[epoch - 1].text(places: 4),
    ]
  })
let ratios = zip(sameSettings, inPyTorch).dropFirst().map { $0 / $1 }
page.claim(
  "from epoch 2 on never more than 3 % above PyTorch's (from \((ratios.min() ?? 0).text(places: 3)) to \((ratios.max() ?? 0).text(places: 3)) times)",
  ratios.allSatisfy { $0 < 1.03 })
/*:
The last column is the committed model, whose rate rises to 0.002 in 500 steps and then falls as a half
cosine to a hundredth, with an average that keeps 0.9995. What did that do? Both models drew 2,000 digits in 100 steps each, and
chapter 6's judge compared them with MNIST's test images (its words are explained there):
*/
let trials = orExit(try CSV.read("\(results)/results/mnist_trials.csv"))
page.show(trials.columns, trials.rows)
/*:
The loss is 3 % lower, the bound better by several standard errors, the judge surer of more digits. The
Fréchet distance cannot tell them apart: its errors are larger than the difference. (Not tried: another noise
schedule, another network.)

How good a model of digits is it, in the unit in which models are compared? The variational bound
(chapter 4) on test images, each seen at 24 timesteps of its own, with $\sigma^2 = \tilde\beta$, in bits for
each of the 784 pixels:
*/
let boundImages = column("images", of: "\(results)/models/mnist/bound.csv")[0].text(places: 0)
let boundParts = ["prior", "denoising", "reconstruction", "total"]
let bound = boundParts.map { column($0, of: "\(results)/models/mnist/bound.csv")[0] }
let boundErrors = ["denoising", "reconstruction", "total"].map {
  column("\($0)_error", of: "\(results)/models/mnist/bound.csv")[0]
}
page.show(
  ["\(boundImages) images", "L_T", "Σ L_{t−1}", "L_0", "together"],
  [
    ["bits"] + bound.enumerated().map { $1.text(places: $0 == 0 ? 6 : 3) },
    ["standard error", ""] + boundErrors.map { $0.text(places: 3) },
  ])
let strata = ["first_timestep", "last_timestep", "bits"].map {
  column($0, of: "\(results)/models/mnist/bound_by_timestep.csv")
}
let early = strata[0].indices.reduce(0) {
  $0 + strata[2][$1] * max(0, min(strata[1][$1], 50) - strata[0][$1] + 1)
}
page.show("of the sum over t the timesteps 2…50 have \((100 * early / bound[1]).text(places: 0)) %")
page.write(
  CSV(
    columns: ["epoch", "pytorch", "same_settings", "committed"],
    rows: inPyTorch.indices.map {
      [$0 + 1, inPyTorch[$0], sameSettings[$0], committed[$0]] as [any CSVValue]
    }),
  to: "mnist.csv")
page.write(
  CSV(
    columns: ["first_timestep", "last_timestep", "bits"],
    rows: strata[0].indices.map { place -> [any CSVValue] in strata.map { $0[place] } }),
  to: "mnist_bound.csv")
page.figure(
  "chapter5_mnist",
  "Left: loss of each epoch on MNIST. Right: what each timestep contributes to the bound on test images.")
/*:
Nearly all that it takes to describe a digit are its last gray values: half of the bits go to $L_0$, most of the
others to the first timesteps. The strokes, all that a reader would call the digit, are the small rest.
That is why bits per dimension say little about how samples look, and why $L_{simple}$, which
cares less about small $t$, makes better pictures (chapter 4).

## Take it elsewhere

A model folder here is laid out as Hugging Face's diffusers does it, weights by the same names, so there is
nothing to convert:

```python
from diffusers import DDPMPipeline
pipeline = DDPMPipeline.from_pretrained("data/models/mnist")
picture = pipeline().images[0]
```

What diffusers has saved is read in the same way, if its network is one that this project has; an option
that is not supported is refused by name. To compare any framework with this one number by number:

```
.build/release/ddpm predict --model data/models/mnist --input in.safetensors --output out.safetensors
```

where the input holds `sample` (N, 1, 28, 28) and `timestep` (N, counted from 0). `make diffusers` does that
with models of all kinds, and accepts no difference above 0.0001.

## What to remember

- The timestep is a vector of sines and cosines, told to every residual block.
- Down for what is far apart, up for where it is, skips for the grain.
- Without skips a network with as many weights misses at least a fifth of the noise's variance, at every timestep.
- An average of weights must warm up.
- A training that can stop anywhere needs all of Adam's memory, and random numbers with addresses.

## Try it

- `make chapter5 ARGS="--seed 7"`: which of the claims depend on the seed?
- `.build/release/ddpm train --epochs 2 --model out/small --channels 8`: a quarter of the
  weights. What is its loss? Stop it with Ctrl-C, and go on with `--resume`.
- `.build/release/ddpm train --epochs 2 --model out/blind --attention none`: what is lost, what is won?
- Put some hundreds of your own pictures, all square and of one size that can be halved twice, into a folder as PGM:
  `.build/release/ddpm train --dataset my-pictures --model out/my-pictures`.
- In `main.swift` give `cold` an `updateCount` of 0: what is left of the difference?

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter5`).

1. **Counting weights.** How many weights does a residual block have that is given $a$ channels, makes
   $b$, and is told the time in $e$ numbers? Check your formula on the eleven blocks of network S. By
   which factor does the whole network grow when all its channels are doubled? Predict, then ask
   `UNet.parameterCount`.
2. **Neighbors of a timestep.** Show that the scalar product of two timesteps' vectors depends on the
   difference $t - t'$ alone. Then say, from the chapter's table and without a computer, which two
   vectors are more alike: those of 1 and 6, or those of 900 and 910.
3. **The memory of an average.** After how many updates is less than a hundredth of the first weights
   left in an average with $d = 0.999$, without warm-up and with it? And as long as the warm-up decides:
   what is the mean age, in updates, of the weights in the average after $n$ updates? (Let the weights
   be 1, 2, 3, … and look at what `MovingAverage` makes of them.)
4. **What a pixel sees.** A 3 × 3 convolution, a down-sampling and another 3 × 3 convolution, with
   nothing between: on which square of the input does one output pixel depend? By how many pixels does
   one more convolution widen it at full size, and at a quarter of it? And if a group normalization
   stands before all this? Check with the gradient of that pixel with respect to the input
   (`gradients(at:direction:)`).
5. **Shuffled pixels.** What does an attention block make of a picture whose pixels were shuffled, and
   what of one whose pixels are all equal? What does a convolution with zeros around make of them? So
   which part of network S tells attention where in the picture a pixel lies?
6. **Pictures from 0 to 1.** "A residual block normalizes what it is given. So it makes no difference to
   a trained network whether its pictures lie in −1…1 or in 0…1." What is right about that, and what is
   wrong? (Compare what a block adds to $x$ and to $ax + b$, $a > 0$; and look at what stands before the
   first block.)
*/
page.finish()
