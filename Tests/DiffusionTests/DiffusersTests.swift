import Diffusion
import Foundation
import Testing

/// Single reverse steps against those of another implementation (`Fixtures/README.md`).
@Suite("The reverse steps of Hugging Face diffusers")
struct DiffusersTests {
  struct Recorded: Decodable, Sendable {
    let schedule, variance: String
    let clipsX0: Bool
    let t: Int
    let xt, predictedNoise, z, predictedX0, next: Double

    enum CodingKeys: String, CodingKey {
      case schedule, variance, t, z
      case clipsX0 = "clip_x0"
      case xt = "x_t"
      case predictedNoise = "predicted_noise"
      case predictedX0 = "predicted_x0"
      case next = "x_t_minus_1"
    }
  }

  static func recorded() throws -> [Recorded] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Fixtures/ddpm_steps.json")
    return try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: file))
  }

  /// The two schedules of the file, by name.
  private func schedule(_ name: String) throws -> NoiseSchedule {
    switch name {
    case "linear": try .linear()
    case "cosine": try .cosine()
    default: fatalError("no schedule \(name)")
    }
  }

  private func variance(_ name: String) -> ReverseVariance { name == "beta" ? .beta : .betaTilde }

  /// x̂_0 and x_{t−1} by every route that leads there, from an x_t that may be moved.
  private func steps(_ recorded: Recorded, movedBy shift: Double = 0) throws -> (x0: Double, next: [Double]) {
    let step = try schedule(recorded.schedule)[recorded.t]
    let choice = variance(recorded.variance)
    let xt = recorded.xt + shift
    var x0 = step.x0(from: xt, noise: recorded.predictedNoise)
    if recorded.clipsX0 { x0 = x0.clipped(to: 1) }
    var distributions = [step.reverse(from: xt, predictedX0: x0, variance: choice)]
    if !recorded.clipsX0 {
      distributions.append(step.reverse(from: xt, predictedNoise: recorded.predictedNoise, variance: choice))
    }
    return (x0, distributions.map { recorded.t == 1 ? $0.mean : $0.draw(recorded.z) })
  }

  /// |a − b| over max(1, |b|).
  private func distance(_ a: Double, _ b: Double) -> Double { abs(a - b) / max(1, abs(b)) }

  /// Both programs round at 2⁻⁵³, and 1 − ᾱ_t multiplies that by up to 24,000: 3e−12.
  private let tolerance = 1e-11

  @Test("are ours, by the predicted noise and by the predicted x_0, to 1e−11")
  func singleSteps() throws {
    let all = try Self.recorded()
    #expect(all.count == 80)
    #expect(Set(all.map { "\($0.schedule) \($0.variance) \($0.clipsX0) \($0.t)" }).count == 80)
    for recorded in all {
      let (x0, next) = try steps(recorded)
      #expect(distance(x0, recorded.predictedX0) < tolerance, "\(recorded)")
      for value in next { #expect(distance(value, recorded.next) < tolerance, "\(recorded)") }
    }
  }

  @Test("are not ours from an x_t that is 1e−9 farther on")
  func movedStep() throws {
    let all = try Self.recorded().filter { $0.t > 1 && !$0.clipsX0 && $0.schedule == "linear" }
    #expect(all.count == 18)
    for recorded in all {
      for value in try steps(recorded, movedBy: 1e-9).next {
        #expect(distance(value, recorded.next) > 20 * tolerance, "\(recorded)")
      }
    }
  }

  @Test("clip x_0 in some cases, and it matters there")
  func clipping() throws {
    let clipped = try Self.recorded().filter { $0.clipsX0 && abs($0.predictedX0) == 1 }
    #expect(clipped.count >= 10)
    for recorded in clipped where recorded.t > 1 {
      let step = try schedule(recorded.schedule)[recorded.t]
      let unclipped = step.reverse(
        from: recorded.xt, predictedNoise: recorded.predictedNoise, variance: variance(recorded.variance))
      #expect(distance(unclipped.draw(recorded.z), recorded.next) > tolerance, "\(recorded)")
    }
  }

  @Test("in a whole loop of 1000, with a stand-in for the network and without noise, end at the same sum")
  func wholeLoop() throws {
    let steps = try NoiseSchedule.linear().steps
    // Its network is x · t/(t + 1) with t from 0. The numbers don't mix: each is a sample.
    func end(of start: Double, clipped: Bool = true) -> Double {
      AncestralSampler(
        steps: steps, from: start, variance: .betaTilde,
        adjustingX0: clipped ? { $0.clipped(to: 1) } : nil, noise: { _ in 0 },
        predictor: { x, t in t.index / t.value * x }
      ).sample()
    }
    let starts = (0..<768).map { Double($0) / 768 }
    let sum = starts.reduce(0) { $0 + abs(end(of: $1)) }
    // Computed with numpy in double precision, for diffusers' own test of its loops (tests/schedulers).
    #expect(PrintedNumber("0.6609351890").matches(sum))
    #expect(starts.contains { end(of: $0) != end(of: $0, clipped: false) })
  }
}
