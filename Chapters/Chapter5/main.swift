/*:
# Chapter 5: The U-Net

Which network knows that pixels have neighbors?
*/
//: hide
import Console
import Datasets
import Denoisers
import Deterministic
import Diffusion
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
let isQuick = options.common.quick
let seed = options.common.seed
let random = streams(seed: seed)
let schedule = try NoiseSchedule.linear()
let page = Notebook(chapter: 5, options: options.common)
let digits = FreshDigits(DrawnDigits(seed: seed))
let unseen = digits.rows(1 << 31..<1 << 31 + 16)

func noised(_ t: Int, _ rows: Range<Int> = 0..<16) -> (xt: Tensor, noise: Tensor) {
  let noise = Tensor.normal(
    random["noise on unseen digits"], step: t, samples: rows, rowShape: digits.rowShape)
  return (schedule[t].marginal(of: unseen.rows(rows)).draw(noise), noise)
}

page.figure(
  "figure_7",
  "The U-Net takes a noisy image and timestep as input and predicts the added noise.",
  alt: "A column of boxes down, one up, gray arrows between; a noisy 6 enters, noise comes out.")
/*:
Chapter 4 found out what to train a network on. Its own network, a multilayer perceptron (MLP), was a
poor choice for images. Each of its weights belongs to one pixel, so a stroke that was learned in one
place is unknown one pixel further. And all that it says about 784 pixels has to pass through one list of
numbers, its hidden layer.

The network of the paper is a **U-Net** ([@ronneberger2015]). [@figure_7] shows the one of this chapter,
which is called network S. Follow the black arrows. The noisy image comes in at the upper left. On its
way down it is halved twice, so that the lower boxes see much of it at once. On its way up it is doubled
twice, back to 28 × 28 pixels. At each size the gray arrows hand over what the way down has found. The
yellow line tells the blue boxes which timestep it is. What comes out is a number for each pixel: the
predicted noise.

At the end of this chapter you can

- say what each kind of box does, write it in a few lines, and check that it is what the network
  computes;
- count the weights and the multiplications of such a network before you build it;
- show by an experiment what the gray arrows are for;
- explain why a network whose weights were averaged can sample pure noise, and what helps;
- read the loss curve of a real training and its bits per dimension.

Trained on MNIST for half an hour on two cores, network S makes the digits of [@figure_9].

## A kernel that slides

Is there the edge of a stroke, and on which side is it bright? The pixels close to a place are enough to
answer that, and the answer is found in the same way everywhere. A **convolution** is such a rule. For
each pixel of its result it takes the 3 × 3 pixels around that place, multiplies them by nine weights,
which are called the *kernel*, and adds the products up. Then the kernel slides on to the next place.

The nine weights of [@chapter5_convolution] were chosen by hand: −1 at the left, 0 in the middle, 1 at
the right. Where the image gets brighter from left to right, the sum is positive.

<details><summary>Predict: the digit moves one pixel to the right. What happens to the result of the convolution? And to the hidden layer of an MLP?</summary>

The result moves one pixel to the right and is otherwise the same. Every weight of the MLP's hidden layer
meets another pixel, so its result is another one altogether. What an MLP has learned about a stroke in
one place, it has to learn again in every other place.

</details>

The function below computes one pixel of the result. The last line has the library do so for all of them,
with zeros around the image so that the result keeps its size.
*/
let kernel: [[Double]] = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
let digit = unseen.image(0)

func convolved(_ image: Image, row: Int, column: Int) -> Double {
  var sum = 0.0
  for i in 0...2 {
    for j in 0...2 { sum += kernel[i][j] * image[row + i - 1, column + j - 1] }
  }
  return sum
}

let kernels = Tensor(kernel.flatMap { $0.map { Float($0) } }, shape: [1, 1, 3, 3])
let edges = unseen.rows(0..<1).convolution(kernels, padding: Padding(1)).image(0)
//: hide
let inside = (1...26).flatMap { row in (1...26).map { (row, $0) } }
let moved = Tensor(rows: 1, of: digits.rowShape) { _ in [-1] + digit.pixels.dropLast() }
let allMoved = moved.convolution(kernels, padding: Padding(1)).image(0)
page.claim(
  "the function and the library agree on all inner pixels, to within 0.00001",
  inside.allSatisfy { abs(edges[$0, $1] - convolved(digit, row: $0, column: $1)) < 1e-5 })
page.claim(
  "the digit moved by a pixel gives the result moved by a pixel, bit for bit",
  inside.allSatisfy { row, column in allMoved[row, column] == edges[row, column - 1] || column == 1 })
page.write(digit.pgm, to: "digit.pgm")
page.write((1 / 6 * edges).pgm, to: "edges.pgm")
let frame = (0..<9).map { place -> [any CSVValue] in
  let (row, column) = (14 + place / 3, 6 + place % 3)
  return [row, column, digit[row, column], kernel[place / 3][place % 3]]
}
page.write(CSV(columns: ["row", "column", "pixel", "weight"], rows: frame), to: "kernel.csv")
page.figure(
  "chapter5_convolution",
  "Nine pixels times nine weights make one pixel of the result. The same weights serve every place.",
  alt: "A digit 6 with a frame; its nine pixels; nine weights; the result, strokes with a light side.")
/*:
Even the border of the image looks like an edge, since the zeros around it are gray and the image is
black.

An image has one number for each pixel, or three if it is in color. Inside of a network a pixel has many,
one for each kernel that has looked at it. Each of these numbers is a **channel**. A convolution of many
channels has a kernel $a$ for each pair of an input channel $c$ and an output channel $o$, and adds all
of them up, with a bias $b_o$:

$$y_{r,k,o} = b_o + \sum_c \sum_{i=-1}^{1} \sum_{j=-1}^{1} a_{i,j,c,o} \; x_{r+i, \, k+j, \, c}$$ {#convolution}

<sub>In Swift: `x.convolution(a, bias: b, padding: Padding(1))`. Tested: [Convolution is the sum of its formula](../../Tests/KernelsTests/ConvolutionTests.swift). On this page: off by less than 0.00001.</sub>

Here $r$ and $k$ are row and column of a pixel, and pixels outside of the image count as 0. From 16
channels to 16 channels there are $9 \cdot 16 \cdot 16 + 16 = 2{,}320$ weights. A linear layer between
the same numbers, each connected to each, would have 157 million. The price is that each of the 2,320 is
used 784 times, once for every pixel.

In a network nobody chooses the weights by hand; training does. The next sections take network S as it is
before any training, with random weights, and let it look at a noisy digit at $t = 200$.
`made("conv_in")` is what its first box made of the digit, and so on for each box by its name. So each
kind of box can be written a second time, from its formula, and compared. The first box of the network is
nothing but a convolution.
*/
func configuration(_ channels: Int, _ multipliers: [Int], blocks: Int = 1) throws -> UNetConfiguration {
  try .ddpm(
    sampleSize: 28, channels: 1, baseChannels: channels, multipliers: multipliers, layersPerBlock: blocks,
    attentionAt: [7])
}
let networkS = try configuration(16, [1, 2, 4])
let weights = UNet.initialWeights(networkS, seed: seed)

let (noisyDigit, noiseOfDigit) = noised(200, 0..<1)
let seen = observed(UNet(networkS, weights: weights), noisyDigit)

func convolution(_ x: Tensor, _ layer: String) -> Tensor {
  x.convolution(weights["\(layer).weight"], bias: weights["\(layer).bias"], padding: Padding(1))
}
//: fold How the parts are observed
func observed(_ network: UNet, _ xt: Tensor) -> [UNetObservation] {
  var seen: [UNetObservation] = []
  _ = network.predictedNoise(from: xt, timestep: 200) { seen.append($0) }
  return seen
}

func made(_ part: String) -> Tensor { seen.first { $0.part.name == part }?.output ?? noisyDigit }
//: hide
@MainActor func compare(_ what: String, _ x: Tensor, _ part: String, line: Int = #line) {
  let isSame = zip(x.values, made(part).values).allSatisfy { abs($0 - $1) < 1e-5 }
  page.claim("\(what), written again, agrees with the network's to within 0.00001", isSame, line: line)
}
compare("the first convolution", convolution(noisyDigit, "conv_in"), "conv_in")
/*:
## Halve, double, hand across

A convolution sees one pixel far in each direction, two in a row see two pixels far. To find out that a
stroke belongs to a 6, a network has to look further. *Down-sampling* is the quick way: a convolution of
which only every second pixel of every second row is computed. After two of them a pixel stands for 4 × 4
pixels of the image. *Up-sampling* goes back: each pixel is repeated 2 × 2 times, and a convolution
smooths the seams.

<details><summary>Predict: for how many pixels of the image does one pixel at 7 × 7 stand, and how far does a 3 × 3 convolution see there?</summary>

It stands for 4 × 4 pixels, and to see one pixel further at 7 × 7 is to see four pixels further in the
image. A few convolutions at 7 × 7 see all of it.

</details>

On the way down something is lost: where exactly an edge was, and how bright each single pixel was. But
the noise that the network has to predict is just that, another number for every pixel. Therefore a U-Net
has **skip connections**, the gray arrows of [@figure_7]. What a part on the way down has made is laid
beside what comes up at the same size, as more channels: 32 channels and 16 channels are 48 channels. The
next convolution can use both. What that is worth will be measured below.

## One scale for all layers

Each layer multiplies, so over twenty layers numbers can grow a thousandfold, or shrink. Then no learning
rate suits all of them. **Group normalization** ([@wu2018]) brings them back to one scale. The channels
are cut into groups, eight in network S. From each number, the mean $m$ of its group is subtracted, and
the result is divided by the group's standard deviation $\sqrt{v}$. Mean and variance are taken over all
pixels and channels of the group, in each image by itself:

$$y = \gamma_c \, \frac{x - m}{\sqrt{v + 10^{-6}}} + \delta_c$$ {#normalization}

<sub>In Swift: `x.groupNorm(groups: 8, scale: gamma, shift: delta, epsilon: 1e-6, silu: false)`. Tested: [Group normalization agrees with the formula in Double](../../Tests/KernelsTests/GroupNormTests.swift).</sub>

<details><summary>Predict: why is the mean taken over one image and not over the whole batch, which would give a better estimate?</summary>

Because then the prediction for one image would depend on which others happen to be in the batch. Here an
image gets the same result alone and among others.

</details>

The factor $\gamma_c$ and the shift $\delta_c$ are weights, one of each for every channel $c$. They begin
as 1 and 0, and training may change them. After most normalizations stands an *activation*, the function
$\text{SiLU}(x) = x / (1 + e^{-x})$, which is nearly 0 for negative $x$ and nearly $x$ for positive $x$.
Without something that is not linear, two convolutions in a row would be no more than one larger one.
*/
func normalized(_ x: Tensor, _ layer: String, silu: Bool = true) -> Tensor {
  x.groupNorm(
    groups: 8, scale: weights["\(layer).weight"], shift: weights["\(layer).bias"], epsilon: 1e-6, silu: silu)
}

let before = made("conv_in")
let after = normalized(before, "down_blocks.0.resnets.0.norm1", silu: false)
//: hide
let channels = (0..<16).map { channel -> [any CSVValue] in
  let found = [before.values, after.values].map { values in
    Moments(stride(from: channel, to: values.count, by: 16).map { Double(values[$0]) })
  }
  return found.flatMap { [$0.mean, $0.variance.squareRoot()] }
}
page.write(CSV(columns: ["before", "sd_before", "after", "sd_after"], rows: channels), to: "groups.csv")
page.figure(
  "chapter5_normalization",
  "Group normalization gives each pair of channels together the mean 0 and the standard deviation 1.",
  alt: "Sixteen bars in eight pairs, at the left of various heights, at the right of similar ones.")
/*:
[@chapter5_normalization] shows mean and standard deviation of the sixteen channels after the first
convolution, and the same after normalization. Within a group the channels keep their difference.

## A vector for the timestep

The network has to know how noisy its input is. At $t = 10$ there is a grain to wipe off, at $t = 900$ a
digit to guess. One number among 784 pixels would be lost, so $t$ becomes a list of numbers, like the
hands of a clock. One hand turns fast and tells a timestep from its neighbors, others turn more and more
slowly and tell an early timestep from a late one. A hand's position is a sine and a cosine
([@vaswani2017]):

$$f_i = 10000^{-i/7}, \qquad [\sin (t-1) f_0, \; \dots, \; \sin (t-1) f_7, \; \cos (t-1) f_0, \; \dots, \; \cos (t-1) f_7]$$ {#embedding}

<sub>In Swift: `SinusoidalEmbedding(dimension: 16, cosineFirst: false, frequencyShift: 1)`. Tested: [The sinusoidal embedding is diffusers'](../../Tests/NetworksTests/LayerTests.swift). On this page: off by less than 0.00001.</sub>

<details><summary>Predict: the fastest hand turns by one radian a timestep. Which timestep looks nearly the same to it as $t = 1$?</summary>

It comes round every $2\pi = 6.28$ timesteps, so 7 is close, and 45 is very close: 44 timesteps are 7.003
turns. The slower hands tell them apart.

</details>

There are $t-1$ and not $t$ because published networks count timesteps from 0. The eight frequencies
$f_i$ go from 1 down to 1/10,000. The left part of [@chapter5_embedding] has the sixteen numbers of every
timestep in a column, black for −1 and white for 1. Two linear layers with an activation between them
then make 64 numbers $e$ of the 16. All of this together is the **timestep embedding**.
*/
func clock(_ t: Int) -> [Double] {
  let angles = (0..<8).map { i in Double(t - 1) * exp(-log(10_000) * Double(i) / 7) }
  return angles.map { sin($0) } + angles.map { cos($0) }
}

func linear(_ x: Tensor, _ layer: String) -> Tensor {
  x.linear(weights["\(layer).weight"], bias: weights["\(layer).bias"])
}

let hands = Tensor(clock(200).map { Float($0) }, shape: [1, 16])
let embedding = linear(linear(hands, "time_embedding.linear_1").silu(), "time_embedding.linear_2")
//: hide
compare("the timestep embedding", embedding, "time_embedding")
let vectors = schedule.timesteps.map(clock)
func likeness(_ t: Int) -> Double { zip(vectors[499], vectors[t - 1]).reduce(0) { $0 + $1.0 * $1.1 } / 8 }
let others = [501, 505, 510, 852, 1000]
let similarities = [["16 numbers"] + others.map { likeness($0).text(places: 3) }]
page.show(["cosine similarity of $t = 500$ to"] + others.map { "\($0)" }, similarities)
let areNearest = schedule.timesteps.allSatisfy { abs($0 - 500) <= 1 || likeness($0) < likeness(501) }
page.claim("no vector is as similar to that of 500 as its neighbors", areNearest)
let columns = (0..<16).flatMap { row in vectors.map { $0[row] } }
page.write(Image(height: 16, width: 1000, pixels: columns).pgm, to: "embedding.pgm")
let likenesses = schedule.timesteps.map { [$0, likeness($0)] as [any CSVValue] }
page.write(CSV(columns: ["t", "alike"], rows: likenesses), to: "embedding.csv")
page.figure(
  "chapter5_embedding",
  "Eight hands tell the time together: only the neighbors of $t = 500$ are very similar to it.",
  alt: "Left, rows of stripes, fine above and broad below, twice. Right, a curve with a peak at 500.")
/*:
How similar two vectors are is measured by the cosine of the angle between them, which is 1 for equal
ones. Timesteps that are far apart can be similar by chance, where the fast hands have come round: 852 is
as similar to 500 as 505 is. The slow hands still differ, and the linear layers can tell.

## The residual block

Now everything is there for the blue boxes, which hold four fifths of the weights. A **residual block**
makes a correction and adds it to what it was given, as [@chapter5_block] shows:

$$h = \text{conv}_1(\text{SiLU}(\text{norm}_1(x))) + \text{linear}(\text{SiLU}(e)), \qquad y = x + \text{conv}_2(\text{SiLU}(\text{norm}_2(h)))$$ {#block}

<sub>In Swift: `ResidualBlock`. Tested: [A prediction and every gradient of its loss are PyTorch's](../../Tests/NetworksTests/DiffusersTests.swift). On this page: off by less than 0.00001.</sub>

Where the number of channels changes, a 1 × 1 convolution of $x$ takes the place of $x$ in the sum. The
sum is what makes deep networks trainable. A block whose correction is small hands its input on, and its
slope is $1$ plus something small, so the gradient of the loss reaches the first block as strong as the
last.

The timestep comes in between the two convolutions. A linear layer makes of $e$ one number for each
channel, which is added to all pixels. It decides which numbers are above 0, where SiLU lets them pass,
and so which correction is made.
*/
func residualBlock(_ x: Tensor, _ e: Tensor, _ block: String) -> Tensor {
  let time = linear(e.silu(), "\(block).time_emb_proj")
  let h = convolution(normalized(x, "\(block).norm1"), "\(block).conv1").addingToPixels(time)
  return x + convolution(normalized(h, "\(block).norm2"), "\(block).conv2")
}
let block = residualBlock(made("conv_in"), embedding, "down_blocks.0.resnets.0")
//: hide
compare("the first residual block", block, "down_blocks.0.resnets.0")
page.figure(
  "chapter5_block",
  "A residual block makes a correction, which the timestep shifts halfway, and adds it to its input.",
  alt: "Boxes in a row from x to y, an arc over them, and an arrow from the timestep to the middle.")
/*:
<details><summary>Predict: with as many groups as channels, each channel would be normalized by itself. What would a block then know of the timestep?</summary>

Nothing. To add a number to all pixels of a channel changes the channel's mean and nothing else, and the
second normalization subtracts the mean. In network S a group has at least two channels, and their
difference survives.

</details>

## Every pixel asks

A digit is one thing: its upper end says what to expect of its lower end. Convolutions carry such news
step by step. **Attention** ([@vaswani2017]) carries them at once. Every pixel makes three vectors of its
$C$ channels, by three linear layers. The *query* $Q$ says what it looks for, the *key* $K$ what it has
to offer, and the *value* $V$ what it gives. Pixel $i$ compares its query with the keys of all pixels
$j$, turns the results into shares that sum to 1, and takes in the values by these shares:

$$A_{ij} = \frac{e^{Q_i \cdot K_j / \sqrt{C}}}{\sum_n e^{Q_i \cdot K_n / \sqrt{C}}}, \qquad y_i = x_i + \text{linear} \left( \sum_j A_{ij} V_j \right)$$ {#attention}

<sub>In Swift: `AttentionBlock`. Tested: [Attention's weights are shares of 1, head by head, and those it mixes the values with](../../Tests/NetworksTests/ObservationTests.swift). On this page: off by less than 0.00001.</sub>

The function that turns any numbers into shares is called *softmax*. The root of $C$ keeps the products
of long vectors from growing, so that at the start no pixel gets everything. As in a residual block, the
result is added to what was there.
*/
func attention(_ x: Tensor, _ layer: String) -> Tensor {
  let pixels = normalized(x, "\(layer).group_norm", silu: false).reshaped([49, 64])
  let (query, key) = (linear(pixels, "\(layer).to_q"), linear(pixels, "\(layer).to_k"))
  let shares = (1 / 8 * query.linear(key)).softmax()  // Q Kᵀ / √64
  let mixed = shares.matrixProduct(linear(pixels, "\(layer).to_v"))
  return x + linear(mixed, "\(layer).to_out.0").reshaped(x.shape)
}
let attended = attention(made("down_blocks.2.resnets.0"), "down_blocks.2.attentions.0")
//: hide
compare("the first attention", attended, "down_blocks.2.attentions.0")
page.figure(
  "chapter5_attention",
  """
  Attention in the trained network. Left: the framed place takes in much from where the lines are thick. \
  Right: the shares of four places as colors. Two look at the strokes, two at the border of the image.
  """, alt: "A noisy 6 with lines from one square to the others; four more under grids of colored squares.")
/*:
[@chapter5_attention] looks ahead to the network after its training. Where does it look? The shares of a
place sum to 1; if all were equal, each would be 1/49, and the colors count in multiples of that. The two
places outside of the ring of the 6 look at its strokes. The two on it and in it look at the border of
the image.

The price is high. Each of 49 places asks 49, which makes 2,401 shares. At 28 × 28 there would be 614,656
of them for every image. So attention stands where pixels are few, at 7 × 7.

<details><summary>Predict: someone shuffles the pixels before attention and puts them back in order after it. What changes?</summary>

Nothing. Attention knows what is there, not where. That is left to the convolutions, and exercise 5 finds
out how they know.

</details>

## The whole

These were all kinds of boxes in [@figure_7]. The next table lists the parts of network S in the order in
which they are applied. Its last column names the part on the way down whose channels a skip connection
brings.
*/
func shape(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
let parts = networkS.parts
//: hide
func number(_ name: String?) -> Int { 1 + (parts.firstIndex { $0.name == name } ?? -1) }
page.table(
  parts, to: "parts.csv",
  [
    Column(csv: "part") { number($0.name) }, Column("part", csv: "name") { $0.name },
    Column(csv: "kind") { $0.kind.rawValue }, Column("is given") { shape($0.inputShape) },
    Column("makes") { shape($0.outputShape) }, Column(csv: "out_channels") { $0.outputShape.last ?? 1 },
    Column(csv: "out_size") { $0.outputShape.count == 3 ? $0.outputShape[0] : 1 },
    Column("weights", csv: "parameters") { $0.parameterCount }, Column("skip from") { $0.joins ?? "" },
    Column(csv: "joins") { number($0.joins) }, Column(csv: "joined_by") { number($0.joinedBy) },
  ])
let weightCount = UNet.parameterCount(networkS)
let weightCountM = UNet.parameterCount(try configuration(32, [1, 2, 2], blocks: 2))
let ofPaper = try UNetConfiguration.ddpm(
  sampleSize: 32, channels: 3, baseChannels: 128, multipliers: [1, 2, 2, 2], layersPerBlock: 2,
  attentionAt: [16], groups: 32, dropout: 0.1)
page.check("weights of network S", Double(weightCount), isPrinted: "686769")
page.check("weights of network M", Double(weightCountM), isPrinted: "1623169")
page.check("weights of the paper's network", Double(UNet.parameterCount(ofPaper)), isPrinted: "35746307")
page.claim("the parts have all the weights", parts.reduce(0) { $0 + $1.parameterCount } == weightCount)
/*:
Network M is a larger one for the same images: 32 channels, at most twice as many further down, and two
residual blocks at each size. The paper's network, for color images of 32 × 32 pixels (CIFAR-10), is put
together by the same code and is fifty times as large as network S.

<details><summary>Predict: at which of the three sizes are most of the weights? At which is most of the work?</summary>

The weights are at 7 × 7, where the channels are many: a convolution from 64 to 64 channels has 36,928 of
them, one from 16 to 16 has 2,320. The work is the same at all three sizes, as the table shows. Each
weight is used once for every pixel, and where there are few weights there are many pixels.

</details>
*/
let sizes = [28, 14, 7].map { size in
  let count = parts.filter { $0.outputShape.first == size }.reduce(0) { $0 + $1.parameterCount }
  return (size: size, weights: count, products: Double(count * size * size) / 1e6)
}
//: hide
page.table(
  sizes,
  [
    Column("made at") { "\($0.size) × \($0.size)" }, Column("weights") { $0.weights },
    Column("share", .percent(1)) { Double($0.weights) / Double(weightCount) },
    Column("weights times pixels, in millions", .places(1)) { $0.products },
  ])
/*:
The number 28 breaks many a U-Net. It can be halved to 14 and 7, but not three times. It is better to be
told than to find out:
*/
do { _ = try configuration(16, [1, 2, 4, 8]) } catch { page.show("four stages: \(error)") }
/*:
## Training it

Three networks learn from the same synthetic digits, with the same noise at the same timesteps. The first
is network S. The second is the same with zeros wherever a skip connection would be. Its shapes and its
686,769 weights stay, though 12 % of them now multiply zeros. The third is the MLP of chapter 4, 896
numbers wide. All are trained as there: Adam, 32 images in a batch, gradients clipped at 1, and a
learning rate that rises and then falls, from a peak of 0.003 for the two U-Nets and of 0.002 for the
MLP.
*/
let steps = isQuick ? 40 : 640
@MainActor func settings(_ peak: Double) -> TrainingSettings {
  TrainingSettings(
    batchSize: 32,
    learningRate: LearningRate(peak, warmUp: steps / 10, decay: .cosine(end: steps, floor: 0.05)),
    averageDecay: 0.999, seed: seed)
}
var unet = NoiseTrainer<UNet>(networkS, data: digits, schedule: schedule, settings: settings(3e-3))
var withoutSkips = NoiseTrainer<SkiplessUNet>(
  SkiplessUNet.Configuration(networkS), data: digits, schedule: schedule, settings: settings(3e-3))
var mlp = NoiseTrainer<MLP>(
  MLPConfiguration(inputs: 784, width: 896, depth: 1), data: digits, schedule: schedule,
  settings: settings(2e-3))
/*:
<details><summary>Predict: which of the three has the lowest loss in the end? Which is second?</summary>

The U-Net, and its loss is about a ninth of the others'. Which of those is second depends on the seed: it
is the network without skip connections here, and the MLP with `--seed 7`.

</details>

The loss is measured on images that no network has seen, at 40 timesteps. While network S trains, three
averages of its weights are kept as well. They are needed later in this chapter.
*/
let examined = stride(from: 13, through: 988, by: isQuick ? 195 : 25).map { $0 }

func losses(_ network: some NoisePredictor) -> [Double] {
  examined.map { t in
    let (xt, noise) = noised(t)
    return Double(network.predictedNoise(from: xt, timestep: Timestep(t)).meanSquaredError(to: noise).value)
  }
}
//: hide
var cold = MovingAverage(unet.weights, decay: 0.999, updateCount: 1 << 30)
var coldest = MovingAverage(unet.weights, decay: 0.9999, updateCount: 1 << 30)
var averages: [(step: Int, raw: Double, warm: Double, cold: Double)] = []
let bar = page.progress("three networks", of: steps, unit: "steps")
for step in 1...steps {
  orExit(try unet.step())
  orExit(try withoutSkips.step())
  orExit(try mlp.step())
  bar.advance()
  cold.update(with: unet.weights)
  coldest.update(with: unet.weights)
  guard [1, 5, 10, 20, 40, 80, 160, 320, 480, 640].contains(step) else { continue }
  let networks = [unet.model, unet.averagedModel, UNet(networkS, weights: cold.weights)]
  let found = networks.map { mean(losses($0)) }
  averages.append((step, found[0], found[1], found[2]))
}
let histories = [unet.history, withoutSkips.history, mlp.history].map { $0.entries.map(\.loss) }
let history = (0..<steps).map { step -> [any CSVValue] in [step + 1] + histories.map { $0[step] } }
page.write(CSV(columns: ["step", "unet", "skipless", "mlp"], rows: history), to: "history.csv")
let (trained, skipless, perceptron) = (unet.averagedModel, withoutSkips.averagedModel, mlp.averagedModel)
let byTimestep = [losses(trained), losses(skipless), losses(perceptron)]
let means = byTimestep.map { mean($0) }
page.show(
  "on unseen digits: U-Net \(means[0].text(3)), no skips \(means[1].text(3)), MLP \(means[2].text(3))")
if !isQuick { page.claim("the U-Net's loss is less than a third of the MLP's", means[0] < means[2] / 3) }
page.figure(
  "chapter5_training",
  "The U-Net learns faster from the first step on, and ends lower at every timestep.",
  alt: "Left, three falling curves, the U-Net's ten times lower. Right, only the U-Net's falls with t.")
/*:
The U-Net has a fifth of the MLP's weights, but an image costs it twenty times as much computing: 77.5
million multiplications against 3.8 million, because each weight of a convolution is used at every pixel.
More images would help the MLP, too, but per image the U-Net learns far more.

## What the skip connections are for

Without skip connections the network still slides its kernels, still sees all sizes, has as many weights
and knows the timestep. There is one difference: all it says about single pixels must have come through
7 × 7.

<details><summary>Predict: at t = 813 hardly anything but noise is left of the image. Is the noise easy or hard to predict there, with skip connections and without?</summary>

With them it is easy. The input is nearly the noise itself, so handing it on is nearly enough. The first
skip connection does that, and the way up has to subtract no more than a faint digit. Without them it is
hard: 784 independent numbers have to be described in 7 × 7 places and painted again from the
description.

</details>
*/
//: hide
page.table(
  Array(examined.indices), to: "by_timestep.csv", showing: { $0 % 8 == 0 },
  [
    Column("$t$", csv: "t") { examined[$0] }, Column("U-Net", csv: "unet", .places(4)) { byTimestep[0][$0] },
    Column("without skip connections", csv: "skipless", .places(4)) { byTimestep[1][$0] },
    Column("MLP", csv: "mlp", .places(4)) { byTimestep[2][$0] },
  ])
let areHigh = byTimestep[1].allSatisfy { $0 > 0.18 }
if !isQuick { page.claim("without skip connections the loss is above 0.18 at every timestep", areHigh) }
func guesses(_ t: Int) -> [Tensor] {
  let (xt, at) = (noised(t, 0..<8).xt, Timestep(t))
  let noises = [
    trained.predictedNoise(from: xt, timestep: at), skipless.predictedNoise(from: xt, timestep: at),
    perceptron.predictedNoise(from: xt, timestep: at),
  ]
  return noises.map { schedule[t].x0(from: xt, noise: $0) }
}
let clean = unseen.rows(0..<8)
let errors = guesses(50).map { 4 * ($0 - clean) }
let rows = [clean, noised(300, 0..<8).xt] + guesses(300) + [noised(50, 0..<8).xt] + errors
page.write(contactSheet(rows.flatMap { $0.images }, columns: 8, gap: 1).pgm, to: "guesses.pgm")
page.figure(
  "chapter5_skips",
  """
  What the three networks take $x_0$ for. At $t = 300$ the U-Net finds the strokes; the others leave grain. \
  At $t = 50$ all guesses look right, so their errors $\\hat x_0 - x_0$ are shown, four times enlarged.
  """, alt: "Nine rows of eight digits: clean, noisy, three guesses, noisy, three rows of errors.")
/*:
The table shows it at $t = 813$. The code for all pixels would fit through the narrowest place, where the
network has $7 \cdot 7 \cdot 32 = 1{,}568$ numbers, but it has to be learned. After 20,480 images a fifth
of the noise's variance is still missing where it is easiest, and nearly half of it at $t = 13$. There
the loss is high for every network: the noise is weak, and hard to tell from what was in the image.

## A digit on its way through

<details><summary>Predict: what does the last residual block on the way up show, the digit or the noise?</summary>

Mostly the noise, since that is what the network is asked for. To find it, the digit had to be found and
taken away.

</details>

What do the parts make of an image? [@chapter5_maps] shows the first eight channels of eight parts, for a
digit at $t = 200$, in the trained network.
*/
let inTraining = observed(trained, noisyDigit)
//: hide
let predicted = inTraining.last?.output ?? noisyDigit
page.write(noisyDigit.image(0, scale: 0.5).pgm, to: "portrayed_noisy.pgm")
page.write(predicted.image(0, scale: 1 / 3.0).pgm, to: "portrayed_predicted.pgm")
page.write(noiseOfDigit.image(0, scale: 1 / 3.0).pgm, to: "portrayed_noise.pgm")
page.write(CSV(columns: ["t", "alpha_bar"], rows: [[200, schedule.alphaBar(200)]]), to: "portrayed.csv")
func featureMap(_ output: Tensor, _ channel: Int) -> Image {
  let (side, channels) = (output.shape[1], output.shape[3])
  let values = (0..<side * side).map { Double(output.values[$0 * channels + channel]) }
  let (least, most) = (values.min() ?? 0, values.max() ?? 0)
  let scaled = values.map { most > least ? 2 * ($0 - least) / (most - least) - 1 : 0 }
  return Image(height: side, width: side, pixels: scaled).squared(to: 28)
}
let looked = [1, 2, 4, 7, 10, 13, 17, 20].map { inTraining[$0] }
let maps = looked.flatMap { part in (0..<8).map { featureMap(part.output, $0) } }
page.write(contactSheet(maps, columns: 8, gap: 2).pgm, to: "feature_maps.pgm")
let labels = looked.map { [$0.part.name, $0.part.kind.rawValue, shape($0.part.outputShape)] }
page.write(CSV(columns: ["name", "kind", "shape"], rows: labels), to: "feature_maps.csv")
page.figure(
  "chapter5_maps",
  "The fine maps hold the grain and hand it across; the coarse ones differ at strokes and at the border.",
  alt: "Eight rows of eight small images: a 6 with grain, coarse squares in the middle, noise at last.")
/*:
In the upper rows there are the 6 and the grain together. In the middle rows the grain is gone, and only
a place as a whole is bright or dark. On the way up the 6 comes back, and in the last row it has nearly
disappeared from the noise.

The shares of attention, which [@chapter5_attention] has shown, come from the same pass through the
network.
*/
let shares = inTraining[7].attentionWeights?.values.map { Double($0) } ?? []
//: hide
func share(_ place: Int, _ other: Int) -> Double { shares[place * 49 + other] }
let asking = [8, 17, 24, 38]
page.check("an equal share, 1/49", 1.0 / 49, isPrinted: "0.020")
let sums = (0..<49).map { place in (0..<49).reduce(0) { $0 + share(place, $1) } }
page.claim("the shares of every place sum to 1", sums.allSatisfy { abs($0 - 1) < 1e-5 })
let looks = asking.flatMap { place in (0..<49).map { [place, $0, share(place, $0)] as [any CSVValue] } }
page.write(CSV(columns: ["place", "other", "share"], rows: looks), to: "attention.csv")
/*:
## The average of the weights

In training the weights jitter, because each batch pulls them elsewhere. So nearly everyone samples with
an average of the weights over many steps instead. An **exponential moving average** (EMA) needs no
memory of the steps, only one more copy of the weights. After step $n$ it becomes

$$\text{average}_n = \lambda \, \text{average}_{n-1} + (1-\lambda) \, \text{weights}_n$$ {#ema}

<sub>In Swift: `average.update(with: weights)`. Tested: [The moving average forgets quickly at first, then by its decay](../../Tests/NetworksTests/OptimizationTests.swift).</sub>

The decay $\lambda$ is close to 1, and the paper has 0.9999. Here a trap is waiting. The average begins
with the random weights that the training begins with. After one step it still holds the share $\lambda$
of them, after $n$ steps $\lambda^n$.

<details><summary>Predict: how much of the random weights is left in the average after this chapter's 640 steps, with a decay of 0.999, and with 0.9999?</summary>

$0.999^{640} = 0.53$, more than half. And $0.9999^{640} = 0.94$: nearly everything.

</details>
*/
//: hide
let left = [0.999, 0.9999].map { exp(Double(steps) * log($0)).text(places: 3) }
page.show("of the first weights are left: \(left[0]) with 0.999, \(left[1]) with 0.9999")
/*:
A network that is halfway back to its random weights is a poor one. The remedy is a warm-up of the decay
itself, $\lambda_n = \min(\lambda, (1+n)/(10+n))$. The average then forgets fast at first and slowly
later. It reaches 0.999 at step 8,990, so in this short training the warm-up alone decides.
*/
//: hide
page.table(
  averages, to: "averages.csv",
  [
    Column("step", csv: "step") { $0.step }, Column("weights as they are", csv: "raw", .places(4)) { $0.raw },
    Column("EMA with warm-up", csv: "warm", .places(4)) { $0.warm },
    Column("EMA without, λ = 0.999", csv: "cold", .places(4)) { $0.cold },
  ])
let network9999 = UNet(networkS, weights: coldest.weights)
page.show("EMA without warm-up, λ = 0.9999, at the end: \(mean(losses(network9999)).text(places: 4))")
let isAsGood = averages.allSatisfy { $0.step < 40 || $0.warm < 1.05 * $0.raw }
let isFarWorse = averages.allSatisfy { $0.step < 640 || $0.cold > 3 * $0.warm }
let said = "from step 40 on the EMA with warm-up is at most 5 % above the weights, without it over 3 times"
if !isQuick { page.claim(said, isAsGood && isFarWorse) }
let path = schedule.respaced(to: isQuick ? 10 : 100)
func samples(_ network: some NoisePredictor, _ count: Int) -> [Image] {
  NumberedSampler(
    network, rowShape: digits.rowShape, steps: path, variance: .betaTilde, random: random.numbers
  ).samples(of: 0..<count).images
}
let fromUNet = samples(trained, 24)
let ofAverages = samples(UNet(networkS, weights: cold.weights), 6) + samples(network9999, 6)
let rowsOfSix = contactSheet(fromUNet.prefix(6) + ofAverages, columns: 6, gap: 12, background: 1)
page.write(rowsOfSix.pgm, to: "averages.pgm")
page.figure(
  "chapter5_average",
  "An average that still holds the random weights samples noise, however good the training was.",
  alt: "Left, two curves fall together, a third lags behind. Right, a row of digits, two of noise.")
/*:
At step 320, while the learning rate is still high, the loss of the EMA with warm-up is 8 % below that of
the weights. With `--seed 7` it is 6 %, so the gain is real but small in so short a training. At the end
two of the three columns coincide: the learning rate has fallen, and the weights have come to rest where
their average with warm-up is. The third is still several times higher.

> **Common claim.** The samples are noise, so the training has failed.
>
> **What the numbers say.** The weights of this training have a loss of 0.028 and their EMA with a
> warm-up samples digits. The EMA with the paper's 0.9999 samples noise from the very same training,
> because it still holds 94 % of random weights. Look at the loss of the average, not only at that of the
> weights. The same happens where an average takes in numbers that are no weights, such as the
> schedule's.

## What it samples

A hundred of the thousand timesteps are enough for a first look. The paper's loop with all of them, and
ways to measure what comes out, are the subject of chapter 6. All three networks begin with the same
noise.

Sampling begins at $t = 1000$, where $x_t$ is almost all noise. There an error of the predicted noise
becomes an error of $\hat x_0$ that is $\sqrt{(1-\bar\alpha_T)/\bar\alpha_T} = 157$ times as large.

<details><summary>Predict: without skip connections the loss at late timesteps is about 0.2. How far off is the estimate of x_0 at t = 1000?</summary>

The error of the noise is $\sqrt{0.2} = 0.45$, and 157 times that is 70, where pixels lie between −1 and
1. Sampling begins with a guess that says nothing.

</details>
*/
//: hide
let enlarged = (1 / schedule[1000].signalToNoiseRatio).squareRoot()
page.check("how much larger an error of the image is at t = 1000", enlarged, isPrinted: "157")
let sheets = [("unet", fromUNet), ("skipless", samples(skipless, 24)), ("mlp", samples(perceptron, 24))]
for (name, images) in sheets {
  page.write(contactSheet(images, columns: 6, gap: 1).pgm, to: "drawn_\(name).pgm")
}
page.figure(
  "chapter5_drawn",
  "From the same noise come strokes that are nearly digits, a checkerboard, and blots with a few digits.",
  alt: "Three sheets of 24 samples: white strokes on black; a fine regular pattern; noise with blots.")
/*:
Some of the U-Net's samples stand on gray. How dark an image is as a whole is decided first, where errors
are enlarged most, and after so short a training the network hardly knows it. So how good these samples
are is partly luck. With `--seed 7` the loss is nearly the same, 0.029 in place of 0.028, but most of the
U-Net's samples come out all black or all white, and the MLP has the better ones. The half hour of
training in the next section removes this.

> **Common claim.** Two networks with the same loss are equally good.
>
> **What the numbers say.** Here the network without skip connections has the same loss as the MLP, 0.24
> against 0.25. One samples a checkerboard, the other now and then a digit. A loss says how large the
> errors are, not which.

## Twenty epochs of MNIST

`make mnist` fetches 70,000 handwritten digits, 10,000 of them for testing. `make train` trains network S
on the other 60,000. One pass through all training images is called an **epoch**, here 469 batches of
128. Twenty epochs take half an hour on two cores. The resulting model is committed to this repository,
so nobody has to wait for it.
*/
//: hide
func column(_ name: String, of path: String) -> [Double] {
  orExit(try CSV.read("\(Notebook.project())/data/\(path)").numbers(in: name))
}
let inPyTorch = column("loss", of: "results/mnist_pytorch.csv")
let sameSettings = column("loss", of: "results/mnist_as_pytorch.csv")
let committed = column("loss", of: "models/mnist/history.csv")
page.table(
  Array(1...20), to: "mnist.csv", showing: { [1, 2, 3, 5, 10, 13, 20].contains($0) },
  [
    Column("epoch", csv: "epoch") { $0 }, Column("loss", csv: "committed", .places(4)) { committed[$0 - 1] },
    Column(csv: "pytorch") { inPyTorch[$0 - 1] }, Column(csv: "same_settings") { sameSettings[$0 - 1] },
  ])
let isEqual = zip(sameSettings, inPyTorch).dropFirst().allSatisfy { $0 < 1.03 * $1 }
page.claim("with PyTorch's settings the loss is at most 3 % above PyTorch's from epoch 2 on", isEqual)
/*:
From the fifth epoch to the twentieth the loss falls by no more than a sixth, from 0.0258 to 0.0217. How
far above the irreducible loss of chapter 4 that is, nobody knows for images of handwriting. But this
network works, so a nearly flat curve at about 0.025 is no sign that something is broken. Whether the
samples still get better is measured in chapter 6.

The circles in [@chapter5_mnist] are the same network, trained by PyTorch.
[The workshop](../../Book/workshop.md) says how they were compared.

<details><summary>Predict: which costs more bits, the strokes of a digit or the exact gray value of each of its pixels?</summary>

The gray values, by far. The table below has half of all bits in $L_0$, which is nothing else.

</details>

How good a model of digits is it, in the unit in which models are compared? The variational bound of
chapter 4, in bits per dimension, needs the squared error at each timestep. Each is multiplied by the
weight that chapter 4 derived, which gives $L_{t-1}$, and all terms are added:

$$\text{bits per dimension} = \frac{1}{784 \, \ln 2} \left( L_T + \sum_{t=2}^{1000} L_{t-1} + L_0 \right)$$ {#bits}

<sub>In Swift: `ddpm bound --model data/models/mnist`. Tested: [It has the sum of all L as its expectation](../../Tests/EvaluationTests/BoundEstimateTests.swift).</sub>

The mean loss alone cannot be converted, since it has forgotten at which timestep an error was made. The
bound was measured on 2,000 test images, which the training has not seen, with
$\sigma_t^2 = \tilde\beta_t$.
*/
//: hide
func bound(_ part: String) -> Double { column(part, of: "models/mnist/bound.csv")[0] }
let terms = ["denoising", "reconstruction", "total"]
page.show(
  ["test images", "$L_T$", "$\\sum L_{t-1}$", "$L_0$", "together"],
  [
    ["bits per dimension", bound("prior").text(places: 6)] + terms.map { bound($0).text(places: 3) },
    ["standard error", ""] + terms.map { bound("\($0)_error").text(places: 3) },
  ])
let limits = ["first_timestep", "last_timestep", "bits"]
let strata = limits.map { column($0, of: "models/mnist/bound_by_timestep.csv") }
let early = strata[0].indices.map { strata[2][$0] * max(0, min(strata[1][$0], 50) - strata[0][$0] + 1) }
let share50 = (100 * early.reduce(0, +) / bound("denoising")).text(places: 0)
page.show("of the sum over t the timesteps 2…50 have \(share50) %")
let byRow = strata[0].indices.map { row in strata.map { $0[row] } }
page.write(CSV(columns: limits, rows: byRow), to: "mnist_bound.csv")
page.figure(
  "chapter5_mnist",
  """
  Left: the loss falls fast, then slowly. The same network, trained by PyTorch, has the same curve. Right: \
  each timestep's contribution to the bound on test images. From $t = 2$ on it falls by a factor of 45,000.
  """, alt: "Left, three curves from 0.06 to 0.022, nearly on each other. Right, a curve that falls steeply.")
/*:
> **Common claim.** A model with fewer bits per dimension makes better images.
>
> **What the numbers say.** Half of the bits go to $L_0$, and 77 % of the others to the first fifty
> timesteps. Nearly all that it takes to describe a digit are the last gray values of its pixels. The
> strokes, which a reader would call the digit, are the small rest. That is why bits say little about how
> samples look, and why $L_{simple}$, which cares less about small $t$, makes better images.

## What to remember

- A convolution is one small rule for every place, a skip connection hands the fine grain across, and
  attention joins places that are far apart.
- A residual block adds a correction to its input; the timestep, as a vector of sines and cosines,
  decides which.
- Without skip connections a network with as many weights misses a fifth of the noise's variance even
  where that is easiest.
- An exponential moving average must warm up: after $n$ steps it still holds $\lambda^n$ of the random
  weights.
- A nearly flat loss need not mean failure, and half of the bits per dimension are the last gray values.

## Try it

- `make chapter5 ARGS="--seed 7"`: which of the numbers change, and do all claims still hold?
- `.build/release/ddpm train --epochs 2 --model out/small --channels 8`: a quarter of the weights. What
  is its loss?
- `.build/release/ddpm train --epochs 2 --model out/blind --attention none`: what is lost, what is won?
- In `main.swift` give `cold` an `updateCount` of 0: what is left of the difference?
- [The workshop](../../Book/workshop.md) says how to stop a training and go on, how to train on images of
  your own, and how to open a model in other frameworks.

## Exercises

[Their worked solutions](SOLUTIONS.md) are tests that run (`make exercises ARGS=Chapter5`).

1. **Counting weights.** How many weights does a residual block have that is given $a$ channels, makes
   $b$, and gets the timestep as $e$ numbers? Check your formula on the eleven blocks of network S. By
   which factor does the whole network grow when all its channels are doubled? Predict, then ask
   `UNet.parameterCount`.
2. **Neighbors of a timestep.** Show that the scalar product of two timesteps' vectors depends on the
   difference $t - t'$ alone. Then say, from the chapter's table and without a computer, which two
   vectors are more alike: those of 1 and 6, or those of 900 and 910.
3. **The memory of an average.** After how many updates is less than a hundredth of the first weights
   left in an average with $\lambda = 0.999$, without warm-up and with it? And as long as the warm-up
   decides: what is the mean age, in updates, of the weights in the average after $n$ updates? (Let the
   weights be 1, 2, 3, … and look at what `MovingAverage` makes of them.)
4. **What a pixel sees.** A 3 × 3 convolution, a down-sampling and another 3 × 3 convolution, with
   nothing between: on which square of the input does one output pixel depend? By how many pixels does
   one more convolution widen it at full size, and at a quarter of it? And if a group normalization
   stands before all this? Check with the gradient of that pixel with respect to the input
   (`gradients(at:direction:)`).
5. **Shuffled pixels.** What does an attention block make of an image whose pixels were shuffled, and
   what of one whose pixels are all equal? What does a convolution with zeros around make of them? So
   which part of network S tells attention where in the image a pixel lies?
6. **Images from 0 to 1.** "A residual block normalizes what it is given. So it makes no difference to a
   trained network whether its images lie in −1…1 or in 0…1." What is right about that, and what is
   wrong? Compare what a block adds to $x$ and to $ax + b$, $a > 0$, and look at what stands before the
   first block.

## Where to go next

Chapter 6 takes the trained network and samples, step by step. [@rogge2022] builds the same network in
PyTorch, piece by piece. [@nichol2021] ask which of its sizes matter, and [@rombach2022] run such a
network in the smaller space of an autoencoder and let its attention read a text.
*/
page.finish()
