/// Why a list of numbers is not a noise schedule.
public enum ScheduleFailure: Error, Equatable, Sendable {
  /// A schedule needs at least one timestep; this many were asked for.
  case noTimesteps(Int)
  /// β_t does not lie in (0, 1).
  case betaOutOfRange(Double, timestep: Int)
  /// ᾱ_t rounds to 0 or 1: the steps are too many, too large or too small for double precision.
  case alphaBarNotRepresentable(timestep: Int)
}

#if !hasFeature(Embedded)
extension ScheduleFailure: CustomStringConvertible {
  /// One line that says what was expected and what was found.
  public var description: String {
    switch self {
    case .noTimesteps(let count):
      "a noise schedule needs 1 timestep or more, not \(count)"
    case .betaOutOfRange(let beta, let timestep):
      "a noise schedule needs every β in (0, 1), but β at timestep \(timestep) is \(beta)"
    case .alphaBarNotRepresentable(let timestep):
      "ᾱ at timestep \(timestep) rounds to 0 or 1 in double precision"
    }
  }
}
#endif
