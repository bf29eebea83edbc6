import Samples
import Deterministic
import Diffusion

// What the page calls. Numbers come back as they are; lists as the address of the first, which holds until the next
// call that gives a list.

#if hasFeature(Embedded)
/// The page is one program with one reader: its choices stand here, between the calls.
nonisolated(unsafe) private var page = Page()
/// Bytes that the page writes and reads, and numbers that it reads.
nonisolated(unsafe) private var bytes: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 1)
nonisolated(unsafe) private var numbers: UnsafeMutableBufferPointer<Double> = .allocate(capacity: 1)

private func address(_ pointer: UnsafeMutableRawPointer?) -> UInt32 { UInt32(UInt(bitPattern: pointer)) }

private func give(_ levels: [UInt8]) -> UInt32 {
  let address = room(Int32(levels.count))
  _ = bytes.initialize(from: levels)
  return address
}

private func give(_ list: [Double]) -> UInt32 {
  numbers.deallocate()
  numbers = .allocate(capacity: list.count)
  _ = numbers.initialize(from: list)
  return address(numbers.baseAddress)
}

// MARK: Pictures

/// Room for so many bytes of a picture.
@_expose(wasm, "room") @_cdecl("room")
func room(_ count: Int32) -> UInt32 {
  bytes.deallocate()
  bytes = .allocate(capacity: Int(count))
  return address(bytes.baseAddress)
}

/// Takes the levels in the room for a picture.
@_expose(wasm, "takeLevels") @_cdecl("takeLevels")
func takeLevels(_ place: Int32, _ height: Int32, _ width: Int32) {
  page?.pictures[Int(place)] = Image(height: Int(height), width: Int(width), levels: [UInt8](bytes))
}

/// Takes the colors in the room, four bytes a pixel, for a picture: its middle square, 128 × 128 and gray.
@_expose(wasm, "takeColors") @_cdecl("takeColors")
func takeColors(_ place: Int32, _ height: Int32, _ width: Int32) {
  let gray = grayLevels(ofColors: [UInt8](bytes))
  page?.pictures[Int(place)] = Image(height: Int(height), width: Int(width), levels: gray).squared(to: 128)
}

/// Chooses a picture and a schedule; 0 where there is none such.
@_expose(wasm, "choose") @_cdecl("choose")
func choose(_ place: Int32, _ linear: Int32, _ stepCount: Int32, _ multiplier: Double) -> Int32 {
  let chosen = page?.choose(
    Int(place), linear: linear != 0, stepCount: Int(stepCount), multiplier: multiplier)
  return chosen == true ? 1 : 0
}

/// The levels of x_t: walk 0 is the reader's, 1 fast, 2 slow; way 0 the chain, 1 the jump, 2 back with x_0 known.
@_expose(wasm, "levels") @_cdecl("levels")
func levels(_ walk: Int32, _ way: Int32, _ t: Int32) -> UInt32 {
  let image: Image?
  switch way {
  case 0: image = page?.walks[Int(walk)]?.walked(to: Int(t))
  case 1: image = page?.walks[Int(walk)]?.jumped(to: Int(t))
  default: image = page?.walks[Int(walk)]?.returned(to: Int(t))
  }
  return give(image?.levels ?? [])
}

// MARK: The schedule

private func step(_ schedule: Int32, _ t: Int32) -> Step {
  guard let page else { fatalError("no page") }
  return page.schedules[Int(schedule)][Int(t)]
}

/// β_t.
@_expose(wasm, "beta") @_cdecl("beta")
func beta(_ schedule: Int32, _ t: Int32) -> Double { step(schedule, t).beta }

/// ᾱ_t, 1 at t = 0.
@_expose(wasm, "alphaBar") @_cdecl("alphaBar")
func alphaBar(_ schedule: Int32, _ t: Int32) -> Double {
  page?.schedules[Int(schedule)].alphaBar(Int(t)) ?? 0
}

/// √ᾱ_t, the share of the amplitude that is signal.
@_expose(wasm, "signalLeft") @_cdecl("signalLeft")
func signalLeft(_ schedule: Int32, _ t: Int32) -> Double { alphaBar(schedule, t).squareRoot() }

/// √(1−ᾱ_t), the standard deviation of the noise.
@_expose(wasm, "noiseSoFar") @_cdecl("noiseSoFar")
func noiseSoFar(_ schedule: Int32, _ t: Int32) -> Double { (1 - alphaBar(schedule, t)).squareRoot() }

/// SNR_t.
@_expose(wasm, "signalToNoise") @_cdecl("signalToNoise")
func signalToNoise(_ schedule: Int32, _ t: Int32) -> Double { step(schedule, t).signalToNoiseRatio }

// MARK: The posterior

/// The factor of x_0 in the posterior's mean.
@_expose(wasm, "ofX0") @_cdecl("ofX0")
func ofX0(_ schedule: Int32, _ t: Int32) -> Double { step(schedule, t).posteriorCoefficientOfX0 }

/// The factor of x_t in the posterior's mean.
@_expose(wasm, "ofXt") @_cdecl("ofXt")
func ofXt(_ schedule: Int32, _ t: Int32) -> Double { step(schedule, t).posteriorCoefficientOfXt }

/// The mean of one of Bayes' three: 0 from x_0 alone, 1 from x_t alone, 2 the posterior μ̃_t.
@_expose(wasm, "bayesMean") @_cdecl("bayesMean")
func bayesMean(_ which: Int32, _ schedule: Int32, _ t: Int32, _ x0: Double, _ xt: Double) -> Double {
  bayes(step(schedule, t), x0: x0, xt: xt)[Int(which)].mean
}

/// The variance of one of the three; of the posterior β̃_t.
@_expose(wasm, "bayesVariance") @_cdecl("bayesVariance")
func bayesVariance(_ which: Int32, _ schedule: Int32, _ t: Int32) -> Double {
  bayes(step(schedule, t), x0: 0, xt: 0)[Int(which)].variance
}

/// The density of one of the three at `count` even places from `low` to `high`.
@_expose(wasm, "bayesCurve") @_cdecl("bayesCurve")
func bayesCurve(
  _ which: Int32, _ schedule: Int32, _ t: Int32, _ x0: Double, _ xt: Double, _ low: Double, _ high: Double,
  _ count: Int32
) -> UInt32 {
  give(curve(bayes(step(schedule, t), x0: x0, xt: xt)[Int(which)], from: low, to: high, count: Int(count)))
}

// MARK: Points of the plane

/// Walks points back to a mixture, on the reader's schedule.
@_expose(wasm, "walkPoints") @_cdecl("walkPoints")
func walkPoints(_ mixture: Int32, _ usesBeta: Int32, _ count: Int32) {
  guard let schedule = page?.schedules[0] else { return }
  page?.points = PointWalk(
    to: mixtures[Int(mixture)], schedule, variance: usesBeta != 0 ? .beta : .betaTilde, count: Int(count))
}

/// Where they are at t, x and y in turn.
@_expose(wasm, "pointsAt") @_cdecl("pointsAt")
func pointsAt(_ t: Int32) -> UInt32 { give(page?.points?.points(at: Int(t)) ?? []) }

/// What the best network takes each of them for at t.
@_expose(wasm, "guessesAt") @_cdecl("guessesAt")
func guessesAt(_ t: Int32) -> UInt32 { give(page?.points?.guesses(at: Int(t)) ?? []) }

/// q(x_t) on a grid of `size` × `size` places.
@_expose(wasm, "densityAt") @_cdecl("densityAt")
func densityAt(_ t: Int32, _ reach: Double, _ size: Int32) -> UInt32 {
  give(page?.points?.density(at: Int(t), reach: reach, size: Int(size)) ?? [])
}

/// The number of groups of the mixture.
@_expose(wasm, "groupCount") @_cdecl("groupCount")
func groupCount() -> Int32 { Int32(page?.points?.mixture.components.count ?? 0) }

/// The weight of a group.
@_expose(wasm, "weight") @_cdecl("weight")
func weight(_ group: Int32) -> Double { page?.points?.mixture.components[Int(group)].weight ?? 0 }

/// The share of the points that ended in it.
@_expose(wasm, "share") @_cdecl("share")
func share(_ group: Int32) -> Double { page?.points?.share(ofGroup: Int(group)) ?? 0 }

/// The share of the points that ended in none.
@_expose(wasm, "strays") @_cdecl("strays")
func strays() -> Double { page?.points?.strays ?? 0 }

/// What the best network makes of a point x_t of the reader's own, on the reader's schedule, and one step back from
/// there: two coordinates of E[x_0 | x_t], two of the step's mean, and its standard deviation.
@_expose(wasm, "ownPoint") @_cdecl("ownPoint")
func ownPoint(_ mixture: Int32, _ usesBeta: Int32, _ t: Int32, _ x: Double, _ y: Double) -> UInt32 {
  let (mixture, step, xt) = (mixtures[Int(mixture)], step(0, t), SIMD2(x, y))
  let guess = mixture.posteriorMean(given: xt, at: step)
  let back = step.reverse(
    from: xt, predictedNoise: mixture.bestNoisePrediction(from: xt, at: step),
    variance: usesBeta != 0 ? .beta : .betaTilde)
  return give([guess.x, guess.y, back.mean.x, back.mean.y, back.standardDeviation])
}
#endif
