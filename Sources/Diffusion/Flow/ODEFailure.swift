/// Why a differential equation could not be followed to its end.
public enum ODEFailure: Error, Equatable, Sendable {
  /// The slope, or where it leads, is not a number or beyond all numbers at this time, with steps of any length.
  case notFinite(time: Double)
  /// So many evaluations of the slope are allowed, and they led to this time.
  case tooManyEvaluations(Int, time: Double)
  /// From this time on, the tolerance asks for steps that are lost in the time's rounding.
  case stepTooSmall(time: Double)
}

#if !hasFeature(Embedded)
extension ODEFailure: CustomStringConvertible {
  /// One line that says what was found and where.
  public var description: String {
    switch self {
    case .notFinite(let time):
      "the differential equation has no finite slope at time \(time)"
    case .tooManyEvaluations(let limit, let time):
      "\(limit) evaluations of the slope lead no farther than time \(time)"
    case .stepTooSmall(let time):
      "at time \(time) the tolerance asks for a step that is too small for double precision"
    }
  }
}
#endif
