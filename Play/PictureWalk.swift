import Samples
import Deterministic
import Diffusion

/// A picture on its way to noise and back, with the random numbers of chapter 2.
///
/// States are computed when they are asked for and kept; noise belongs to an address and not to a schedule, so it
/// is kept when the schedule changes.
struct PictureWalk {
  let x0: Image
  let schedule: NoiseSchedule
  /// The walk's number among the samples of the random numbers.
  let sample: Int
  /// x_0, x_1, … as far as the chain has come.
  private var chain: [Image]
  /// x_T, x_{T−1}, … as far as the way back has come.
  private var wayBack: [Image] = []
  /// The noise of the steps to t = 1, 2, …, and of the steps back from there; nil is not yet drawn.
  private var forwardNoise: [Image?]
  private var reverseNoise: [Image?]

  /// Creates the walk of a picture; it takes over the noise of `earlier` where that is the same.
  init(of x0: Image, _ schedule: NoiseSchedule, sample: Int, earlier: PictureWalk?) {
    self.x0 = x0
    self.schedule = schedule
    self.sample = sample
    chain = [x0]
    forwardNoise = [Image?](repeating: nil, count: schedule.stepCount)
    reverseNoise = forwardNoise
    if let earlier, earlier.sample == sample, earlier.x0.height == x0.height, earlier.x0.width == x0.width {
      for i in 0..<min(forwardNoise.count, earlier.forwardNoise.count) {
        forwardNoise[i] = earlier.forwardNoise[i]
        reverseNoise[i] = earlier.reverseNoise[i]
      }
    }
  }

  /// x_t by t single steps, equation 2.
  mutating func walked(to t: Int) -> Image {
    while chain.count <= t {
      let step = chain.count
      let z = forwardNoise[step - 1] ?? noise(.forwardStep, step)
      forwardNoise[step - 1] = z
      chain.append(schedule[step].forward(from: chain[step - 1]).draw(z))
    }
    return chain[t]
  }

  /// x_t in one jump from x_0, equation 4.
  func jumped(to t: Int) -> Image {
    t == 0 ? x0 : schedule[t].marginal(of: x0).draw(noise(.jump, t))
  }

  /// x_t on the way back from the chain's x_T, by draws from the posterior that knows x_0, equation 7.
  mutating func returned(to t: Int) -> Image {
    if wayBack.isEmpty { wayBack = [walked(to: schedule.stepCount)] }
    while wayBack.count <= schedule.stepCount - t {
      let step = schedule.stepCount + 1 - wayBack.count
      let z = reverseNoise[step - 1] ?? noise(.reverseStep, step)
      reverseNoise[step - 1] = z
      wayBack.append(schedule[step].posterior(of: x0, given: wayBack[wayBack.count - 1]).draw(z))
    }
    return wayBack[schedule.stepCount - t]
  }

  private func noise(_ purpose: Purpose, _ t: Int) -> Image {
    let pixels = chapterNumbers[purpose].normals(step: t, sample: sample, count: x0.dimension)
    return Image(height: x0.height, width: x0.width, pixels: pixels)
  }
}

/// The random numbers of the chapters, which all have this seed unless a reader gives another.
let chapterNumbers = RandomNumbers(seed: 2020)
