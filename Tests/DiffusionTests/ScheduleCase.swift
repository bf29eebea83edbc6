import Deterministic
import Diffusion

/// The schedules on which every identity is tried.
enum ScheduleCase: String, CaseIterable, CustomStringConvertible {
  case linear = "linear, 1000 steps"
  case cosine = "cosine, 1000 steps"
  case shortLinear = "linear, 50 steps"
  case demonstration = "demonstration, 30 steps"
  case violent = "demonstration, 10 steps, m = 1.5"
  case respaced = "linear, 20 of 1000 steps"
  case arbitrary = "40 arbitrary β, falling and rising"
  case two = "two steps"
  case one = "one step"

  var description: String { rawValue }

  func schedule() throws(ScheduleFailure) -> NoiseSchedule {
    switch self {
    case .linear: return try .linear()
    case .cosine: return try .cosine()
    case .shortLinear: return try .linear(stepCount: 50)
    case .demonstration: return try .demonstration()
    case .violent: return try .demonstration(stepCount: 10, multiplier: 1.5)
    case .respaced:
      let full = try NoiseSchedule.linear()
      let kept = [0] + (0..<20).map { k -> Int in 1 + Int((Double(k) * 999 / 19).rounded()) }
      return try NoiseSchedule(
        betas: zip(kept, kept.dropFirst()).map { 1 - full.alphaBar($1) / full.alphaBar($0) })
    case .arbitrary:
      let random = RandomNumbers(seed: 2020)
      return try NoiseSchedule(betas: (0..<40).map { 1e-4 + 0.3 * random[.data].uniform(element: $0) })
    case .two: return try NoiseSchedule(betas: [0.3, 0.1])
    case .one: return try NoiseSchedule(betas: [0.3])
    }
  }
}

/// Half the distance from 1 to the next Double: the relative error of one rounding.
let rounding = 0x1p-53
