import Samples
import Deterministic
import Diffusion

/// What the page with sliders has chosen, and what has been computed of it so far.
struct Page {
  /// The pictures by their place on the page: portrait, composition, digit, the reader's own.
  var pictures = [Image?](repeating: nil, count: 4)
  /// The schedules: the reader's, the fast, the slow, that of Ho et al.
  var schedules: [NoiseSchedule]
  /// The walks of the chosen picture: along the reader's choice, the fast and the slow schedule.
  var walks = [PictureWalk?](repeating: nil, count: 3)
  var points: PointWalk?

  /// The walks' numbers in chapter 2: of the digit, the portrait and the composition; the reader's own has the next
  /// that is free.
  static let samples = [1_000_001, 1_000_002, 1_000_000, 1_000_005]
  /// Those of the fast and the slow walk.
  static let comparedSamples = [1_000_003, 1_000_004]
  /// The number of pixels beyond which a thousand states are too many for a page's memory.
  static let pixelsOfLongWalk = 1024

  init?() {
    guard let usual = try? NoiseSchedule.demonstration(),
      let fast = try? NoiseSchedule.demonstration(stepCount: 10, multiplier: 1.5),
      let slow = try? NoiseSchedule.demonstration(stepCount: 50, multiplier: 0.3),
      let linear = try? NoiseSchedule.linear()
    else { return nil }
    schedules = [usual, fast, slow, linear]
  }

  /// Begins the walks of a picture; false where the picture or the schedule is none.
  mutating func choose(_ place: Int, linear: Bool, stepCount: Int, multiplier: Double) -> Bool {
    guard let picture = pictures[place],
      let own = try? NoiseSchedule.demonstration(stepCount: stepCount, multiplier: multiplier)
    else { return false }
    guard !linear || picture.dimension <= Page.pixelsOfLongWalk else { return false }
    schedules[0] = own
    let chosen = linear ? schedules[3] : own
    walks[0] = PictureWalk(of: picture, chosen, sample: Page.samples[place], earlier: walks[0])
    for i in 1...2 where walks[i]?.x0 != picture {
      walks[i] = PictureWalk(of: picture, schedules[i], sample: Page.comparedSamples[i - 1], earlier: nil)
    }
    return true
  }
}

/// The gray levels of colors, four bytes a pixel: 299 parts red, 587 green and 114 blue of a thousand (BT.601).
func grayLevels(ofColors bytes: [UInt8]) -> [UInt8] {
  (0..<bytes.count / 4).map { pixel in
    let (red, green, blue) = (Int(bytes[4 * pixel]), Int(bytes[4 * pixel + 1]), Int(bytes[4 * pixel + 2]))
    return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
  }
}

/// The three densities of which Bayes' rule makes one, as functions of x_{t−1}: q(x_{t−1} | x_0), which knows the
/// start, q(x_t | x_{t−1}) as a density of x_{t−1}, which knows the end, and their product, equation 6.
func bayes(_ step: Step, x0: Double, xt: Double) -> [Gaussian<Double>] {
  [
    Gaussian(mean: step.previousAlphaBar.squareRoot() * x0, variance: 1 - step.previousAlphaBar),
    Gaussian(mean: xt / step.alpha.squareRoot(), variance: step.beta / step.alpha),
    step.posterior(of: x0, given: xt),
  ]
}

/// A density at `count` even places from `low` to `high`; of a point mass, which has none, zeros.
func curve(_ gaussian: Gaussian<Double>, from low: Double, to high: Double, count: Int) -> [Double] {
  (0..<count).map { i in
    let x = low + (high - low) * Double(i) / Double(count - 1)
    return gaussian.variance > 0 ? gaussian.density(at: x) : 0
  }
}
