/*:
# Chapter 11: solutions

What a density costs in bits, and how a trace is estimated.
*/
import Deterministic
import Diffusion
import Testing
/*:
## 1. Negative bits

A report says: "our model needs −5.42 bits per dimension on MNIST". What was forgotten? What does a
model need that takes all 256 levels for equally likely? And how much too high is the price by uniform dequantization
for a pixel that lies at a level, where the model's density is a Gaussian about that level with a
standard deviation of one level, or of a quarter of one?

The report gives $-\log_2$ of a density. A density may be above 1, and depends on the unit: of pixels in
−1…1 it is 127.5 times that of pixels in 0…255. What is missing is $\log_2 127.5 = 6.994$, and the model
needs 1.57 bits. (For pixels in 0…1 it would be $\log_2 255 = 7.994$, for 0…255 nothing.) 256 levels,
each $1/127.5$ wide, together are $256/127.5$ wide. A density that is even there is $127.5/256$, and
$-\log_2 (127.5/256) + \log_2 127.5 = \log_2 256 = 8$ bits, as it must be.

Dequantization takes the mean of $-\log_2 p$ over a level where minus the logarithm of the mean of $p$ is
wanted. That is never less, and the same only where $p$ is even over the level. Let $p$ be $N(0, \sigma_\text{data}^2)$
with $\sigma_\text{data}$ in levels. The level from −½ to ½ has the probability $\text{erf}(0.5/(\sigma_\text{data} \sqrt 2))$, and the
mean of $x^2$ over it is $1/12$, so the bound is

$$\log_2 (\sigma_\text{data} \sqrt{2 \pi}) + \frac{\log_2 e}{24 \sigma_\text{data}^2}$$

One level wide that is 1.3859 bits in place of 1.3849. A quarter wide it is 0.2875 in place of 0.0672: a
model that is more confident than a level is wide is punished for it.
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
## 2. Signs or normals

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
