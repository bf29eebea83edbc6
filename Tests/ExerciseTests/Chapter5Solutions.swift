/*:
# Chapter 5: solutions

What a U-Net's parts can know, and what they cannot. All numbers of this page are checked by the tests
on it.
*/
import Deterministic
import Networks
import Tensors
import Testing

private let random = RandomNumbers(seed: 5)

/// Network S, with `channels` on its finest stage; the chapter's has 16.
private func networkS(channels: Int = 16) throws -> UNetConfiguration {
  try .ddpm(
    sampleSize: 28, channels: 1, baseChannels: channels, multipliers: [1, 2, 4], layersPerBlock: 1,
    attentionAt: [7])
}

/// Images of noise, `size` × `size` pixels with some channels.
private func noise(_ size: Int, channels: Int) -> Tensor {
  .normal(random[.jump], samples: 0..<1, rowShape: [size, size, channels])
}

/// The largest difference of two tensors' elements.
private func difference(_ a: Tensor, _ b: Tensor) -> Float {
  zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
}
/*:
## 1. Counting weights

How many weights does a residual block have that is given $a$ channels, makes $b$, and gets the timestep
as $e$ numbers? And by which factor does network S grow when all its channels are doubled?

Go through the block from the left. A normalization has a factor and a shift for each channel: $2a$ for
the first and $2b$ for the second. A 3 × 3 convolution has nine numbers for each pair of an input and an
output channel, and a bias for each output: $9ab + b$ and $9b^2 + b$. The linear layer for the timestep has
$eb + b$. Where $a \ne b$, the 1 × 1 convolution has $ab + b$. For `down_blocks.1.resnets.0`, from 16
channels to 32 with $e = 64$: $32 + 4640 + 2080 + 64 + 9248 + 544 = 16608$, as in the chapter's table.
*/
private func weightCount(from a: Int, to b: Int, time e: Int) -> Int {
  let normalizations = 2 * a + 2 * b
  let convolutions = (9 * a * b + b) + (9 * b * b + b)
  let shortcut = a == b ? 0 : a * b + b
  return normalizations + convolutions + (e * b + b) + shortcut
}

@Test("A residual block has as many weights as a count by hand finds")
func countingWeights() throws {
  #expect([32, 4640, 2080, 64, 9248, 544].reduce(0, +) == 16608)
  #expect(weightCount(from: 16, to: 32, time: 64) == 16608)
  for part in try networkS().parts where part.kind == .residualBlock {
    #expect(weightCount(from: part.inputShape[2], to: part.outputShape[2], time: 64) == part.parameterCount)
  }
}
/*:
Doubling all channels doubles both sides of nearly every matrix. This holds for the layers of the timestep
too, as $e$ is four times the channels. But biases and normalizations grow only twofold, and so do the
first and the last convolution, one side of which is the image. So with $C$ channels on the finest stage
the number is $N(C) = A C^2 + B C + 1$. The 1 is the bias of the single output channel, which is there
whatever $C$ is. Two counts give $A = 2659$ and $B = 379$, and the formula must then know all others. For 32
channels in place of 16 the factor is 3.98.
*/
@Test("Twice the channels make not quite four times the weights: A C² + B C + 1")
func doublingTheChannels() throws {
  func count(_ channels: Int) throws -> Int { UNet.parameterCount(try networkS(channels: channels)) }
  let (eight, sixteen) = (try count(8), try count(16))
  let a = (sixteen - 2 * eight + 1) / 128  // N(16) − 2 N(8) = 128 A − 1
  let b = (eight - 64 * a - 1) / 8
  for channels in [16, 24, 32, 64] {
    #expect(try count(channels) == a * channels * channels + b * channels + 1)
  }
  #expect(a == 2659 && b == 379)
  #expect(abs(Double(try count(32)) / Double(sixteen) - 3.98) < 0.005)
}
/*:
## 2. Neighbors of a timestep

Which timesteps' vectors are more alike, those of 1 and 6 or those of 900 and 910?

The vectors hold $\sin (t-1) f_i$ and $\cos (t-1) f_i$. For two angles $a$ and $b$,
$\sin a \sin b + \cos a \cos b = \cos (a - b)$, and here $a - b = (t - t') f_i$. So the scalar product
of two is

$$\sum_{i=0}^{7} \cos (t - t') f_i$$

which depends on the difference alone, and each vector's own length is $\sqrt 8$. The similarity of 1 and
6 is that of 500 and 505, which stands in the chapter's table: 0.805. That of 900 and 910 is that of 500
and 510: 0.500. So 1 and 6 are more alike, and no timestep is harder to tell from its neighbors than
another.
*/
@Test("How alike two timesteps' vectors are depends on their difference alone")
func neighborsOfATimestep() {
  let sinusoids = SinusoidalEmbedding(dimension: 16, cosineFirst: false, frequencyShift: 1)
  let vectors = sinusoids((1...1000).map { Double($0 - 1) })
  func product(_ t: Int, _ other: Int) -> Double {
    vectors.rows(t - 1..<t).dot(vectors.rows(other - 1..<other))
  }
  let frequencies = (0..<8).map { exp(-log(10_000) * Double($0) / 7) }
  // Sixteen numbers up to 1, each rounded to 24 binary digits: products are good to 16 · 2 · 2⁻²⁵ = 1e−6.
  for (t, other) in [(1, 6), (2, 1), (900, 910), (500, 852), (1000, 1)] {
    let byDifference = frequencies.reduce(0) { $0 + cos(Double(t - other) * $1) }
    #expect(abs(product(t, other) - byDifference) < 1e-6)
    #expect(abs(product(t, t) - 8) < 1e-6)
  }
  #expect((product(1, 6) / 8 * 1000).rounded() == 805)
  #expect((product(900, 910) / 8 * 1000).rounded() == 500)
}
/*:
## 3. The memory of an average

After how many updates is less than a hundredth of the first weights left in an average with
$\lambda = 0.999$, without warm-up and with it? And what is the mean age, in updates, of the weights in the
average while it warms up?

Without warm-up $0.999^n < 0.01$ from $n = \ln 0.01 / \ln 0.999 = 4602.9$ on, that is after 4603
updates. With it the factors of the start cancel one another,

$$\prod_{k=1}^{n} \frac{1+k}{10+k} = \frac{2 \cdot 3 \cdot 4 \cdots (n+1)}{11 \cdot 12 \cdots (n+10)} = \frac{10! \, (n+1)!}{(n+10)!}$$

and that is 0.014 for $n = 3$ and 0.005 for $n = 4$: four updates are enough.

For the age let the weights be the number of their update, which is $n$ after update $n$. Then the average
is $n$ minus the mean age. Try an average that grows evenly, $a_n = cn + e$, in $(10+n) \, a_n = (1+n) \, a_{n-1} + 9n$.
The terms with $n$ give $10c + e = e + 9$, those without $10e = e - c$. So $a_n = 0.9 n - 0.1$, and the
mean age is

$$n - a_n = \frac{n+1}{10}$$

While it warms up the average looks back over a tenth of the training, however long that is. After the
chapter's 640 steps that is 64.1 updates; with $\lambda = 0.999$ all along, and after very many updates,
it would be $\lambda/(1-\lambda) = 999$.
*/
@Test(
  "Without warm-up an average forgets its start in 4603 updates, with it in 4, and looks back over a tenth of them"
)
func memoryOfAnAverage() {
  func weights(_ number: Float) -> Weights { Weights([("w", Tensor(number))]) }
  /// The updates after which less than a hundredth of a start of 1 is left when all weights since are 0.
  func forgettingTime(updateCount: Int) -> Int {
    var average = MovingAverage(weights(1), decay: 0.999, updateCount: updateCount)
    var updates = 0
    while average.weights["w"].value >= 0.01 {
      average.update(with: weights(0))
      updates += 1
    }
    return updates
  }
  #expect(forgettingTime(updateCount: 1 << 30) == 4603)
  #expect(forgettingTime(updateCount: 0) == 4)
  #expect(abs(log(0.01) / log(0.999) - 4602.9) < 0.05)

  let factors = (1...4).map { Double(1 + $0) / Double(10 + $0) }
  let afterThree = factors[0] * factors[1] * factors[2]
  #expect(abs(afterThree - 0.014) < 0.0005)
  #expect(abs(afterThree * factors[3] - 0.005) < 0.0005)
  // 10! (n+1)!/(n+10)! for n = 3: what cancels leaves 10! over the numbers from 5 to 13.
  let byFactorials = (1...10).reduce(1.0) { $0 * Double($1) } / (5...13).reduce(1.0) { $0 * Double($1) }
  #expect(abs(afterThree - byFactorials) < 1e-15)

  var counting = MovingAverage(weights(0), decay: 0.999)
  for n in 1...640 {
    counting.update(with: weights(Float(n)))
    // The start, 0 in place of −0.1, fades; what stays is the rounding of single precision.
    let age = Float(n) - counting.weights["w"].value
    if n >= 10 { #expect(abs(age - Float(n + 1) / 10) < 1e-3) }
  }

  var steady = MovingAverage(weights(0), decay: 0.999, updateCount: 1 << 30)
  for n in 1...20_000 { steady.update(with: weights(Float(n))) }
  // Of the start e⁻²⁰ is left. Each update rounds a number near 20,000 to 0.002, up or down: over a thousand of them
  // that is some hundredths.
  #expect(abs(20_000 - steady.weights["w"].value - 999) < 0.5)
}
/*:
## 4. What a pixel sees

A 3 × 3 convolution, a down-sampling, and another 3 × 3 convolution, with nothing between: which square
of the input does one output pixel depend on? By how many pixels does one more convolution widen the
view, at full size and at a quarter of it? And if a group normalization stands before all this?

Go backwards. If $r$ pixels in a row are needed of what a layer makes, it needs $s(r-1) + 3$ of what it
is given, with $s = 2$ for the down-sampling and $s = 1$ for a convolution. From 1 that makes 3, then 7,
then 9: a square of 9 × 9. Four convolutions in a row see as far, 3, 5, 7, 9: at full size each adds 2.
At a quarter of the size each place stands for four pixels, so that one more adds 8.

With a normalization before it the pixel depends on everything, however few convolutions follow: mean
and variance are made of all pixels. It is little that it sees so, two numbers for each group, but even
without attention a U-Net is no network of mere neighborhoods.

The gradient of one output pixel shows what it depends on: where the gradient is 0, a change changes
nothing.
*/
/// Convolutions, 1, and down-samplings, 2, one after the other, with a normalization before them if wanted.
private struct Stack: Network {
  typealias Configuration = (layers: [Int], normalized: Bool)
  private let norm: GroupNorm?
  private let layers: [(Tensor) -> Tensor]

  init(_ configuration: Configuration, from source: WeightSource) {
    norm = configuration.normalized ? GroupNorm(groups: 1, channels: 4, epsilon: 1e-6, from: source) : nil
    layers = configuration.layers.enumerated().map { place, stride in
      let name = source["layer\(place)"]
      if stride == 2 { return Downsample(channels: 4, padding: 0, from: name).callAsFunction }
      let conv = Conv2d(inputChannels: 4, outputChannels: 4, kernel: 3, padding: Padding(1), from: name)
      return { conv($0) }
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(norm?(x) ?? x) { $1($0) } }
}

/// The columns of a 32 × 32 image on which the middle pixel of the result depends, and how many pixels in all.
private func seen(by layers: [Int], normalized: Bool = false) -> (columns: ClosedRange<Int>, pixels: Int) {
  let configuration = (layers: layers, normalized: normalized)
  let network = Stack(configuration, weights: Stack.initialWeights(configuration, seed: 1))
  let x = noise(32, channels: 4).tracked()
  let y = network(x)
  let size = y.shape[1]
  // The middle pixel's channels have a 1, all others a 0: the gradient is that of the middle pixel.
  let middle = Tensor(rows: 1, of: [size, size, 4]) { _ in
    (0..<size * size * 4).map { $0 / 4 == size / 2 * size + size / 2 ? 1 : 0 }
  }
  let gradient = y.gradients(at: [x], direction: middle)[0].values
  let places = (0..<32 * 32).filter { place in gradient[4 * place..<4 * place + 4].contains { $0 != 0 } }
  let columns = places.map { $0 % 32 }
  return ((columns.min() ?? 0)...(columns.max() ?? 0), places.count)
}

@Test("A pixel sees as far as a count by hand says, and with a normalization before it everything")
func whatAPixelSees() {
  for layers in [[1], [2, 1], [1, 2, 1], [1, 1, 1, 1], [2, 2, 1], [2, 2, 1, 1]] {
    let width = layers.reversed().reduce(1) { width, stride in stride * (width - 1) + 3 }
    let found = seen(by: layers)
    #expect(found.columns.count == width && found.pixels == width * width)
  }
  #expect([[1], [2, 1], [1, 2, 1]].map { seen(by: $0).columns.count } == [3, 7, 9])
  #expect([[1], [1, 1], [1, 1, 1], [1, 1, 1, 1]].map { seen(by: $0).columns.count } == [3, 5, 7, 9])
  #expect(seen(by: [2, 2, 1, 1]).columns.count - seen(by: [2, 2, 1]).columns.count == 8)
  #expect(seen(by: [1], normalized: true).pixels == 32 * 32)
}
/*:
## 5. Shuffled pixels

What does an attention block make of an image whose pixels were shuffled? What of one whose pixels are
all equal? Who then tells it, in network S, where in the image a pixel is?

The normalization's mean and variance are sums over all pixels, the three linear layers treat each pixel
by itself, and the weighted sum over all pixels does not care in which order they come. So the results
are the same, in shuffled order. Of equal pixels it makes equal pixels. It knows what is there, not
where. A convolution finds other neighbors after a shuffle, and makes something else of them. And it is
the convolutions that tell attention where a pixel is, by the zeros around the image. At the border
some of the nine places hold zeros, so even equal pixels come out differently there, and the next
convolution carries that a pixel further.
*/
private struct Attention: Network {
  let block: AttentionBlock
  init(_ channels: Int, from source: WeightSource) {
    block = AttentionBlock(channels: channels, heads: 1, groups: 2, epsilon: 1e-6, from: source)
  }
}

private struct Convolution: Network {
  let conv: Conv2d
  init(_ channels: Int, from source: WeightSource) {
    conv = Conv2d(
      inputChannels: channels, outputChannels: channels, kernel: 3, padding: Padding(1), from: source)
  }
}

@Test("Attention of shuffled pixels is shuffled attention; a convolution knows where the border is")
func shuffledPixels() {
  let attention = Attention(8, weights: Attention.initialWeights(8, seed: 2)).block
  let convolution = Convolution(8, weights: Convolution.initialWeights(8, seed: 2)).conv
  /// Pixel p of the result is pixel 5p + 3 (mod 16) of the image: 5 and 16 have no common factor.
  func shuffled(_ x: Tensor) -> Tensor {
    Tensor(
      rowsOf: (0..<16).map { x.reshaped([16, 8]).rows((5 * $0 + 3) % 16..<(5 * $0 + 3) % 16 + 1) }
    ).reshaped([1, 4, 4, 8])
  }
  let x = noise(4, channels: 8)
  // Sums in another order: numbers of size 1, rounded to 24 binary digits a few dozen times.
  #expect(difference(attention(shuffled(x)), shuffled(attention(x))) < 1e-5)
  #expect(difference(convolution(shuffled(x)), shuffled(convolution(x))) > 0.1)

  let even = Tensor(repeating: 0.5, shape: [1, 4, 4, 8])
  let (attended, convolved) = (attention(even), convolution(even))
  #expect(difference(attended, shuffled(attended)) < 1e-5)
  #expect(difference(convolved, shuffled(convolved)) > 0.1)
}
/*:
## 6. Images from 0 to 1

"A residual block normalizes what it is given. So it makes no difference to a trained network whether
its images lie in −1…1 or in 0…1." What is right about that, and what is wrong?

Right is that a normalization cannot see it. Of $ax + b$, with $a > 0$ the same for all channels, it
makes what it makes of $x$. So a block that does not change the number of channels adds the same
correction, $\text{block}(ax + b) - (ax + b) = \text{block}(x) - x$.

Wrong, first, is that the block's result would be the same: what it adds its correction to is not
normalized, and what comes after gets another mixture of the two. Second, before the first block stands
a convolution. Of one brightness it makes another one in each channel, each with its own sum of weights,
and at the border still others. Different shifts in the channels of a group are not taken away.
Chapter 6 shows what comes of it.
*/
private struct FirstLayers: Network {
  let conv: Conv2d
  let block: ResidualBlock
  init(_ channels: Int, from source: WeightSource) {
    conv = Conv2d(
      inputChannels: 1, outputChannels: channels, kernel: 3, padding: Padding(1), from: source["conv"])
    block = ResidualBlock(
      inputChannels: channels, outputChannels: channels, timeChannels: 4, groups: 4, epsilon: 1e-6,
      dropout: 0, from: source["block"])
  }
}

@Test(
  "A residual block's correction does not see brightness and contrast; what stands before and beside it does")
func picturesFromZeroToOne() {
  let network = FirstLayers(8, weights: FirstLayers.initialWeights(8, seed: 3))
  let time = Tensor([0.5, -1, 2, 0.1], shape: [1, 4])
  func correction(_ x: Tensor) -> Tensor { network.block(x, time: time) - x }

  let features = noise(8, channels: 8)
  let halved = 0.5 * features + 0.5
  // ε = 1e−6 beside a variance of 1/4 changes a normalized number by 2e−6 of itself; the rest is rounding.
  #expect(difference(correction(halved), correction(features)) < 1e-5)
  #expect(difference(network.block(halved, time: time), network.block(features, time: time)) > 0.5)

  let image = noise(8, channels: 1)
  let (right, wrong) = (network.conv(image), network.conv(0.5 * image + 0.5))
  #expect(difference(correction(wrong), correction(right)) > 0.1)
}
