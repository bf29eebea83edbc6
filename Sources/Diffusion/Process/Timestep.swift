/// A timestep t of the paper, from 1 to T; whole, or between whole ones.
///
/// The paper counts from 1, diffusers and the networks from 0. A type keeps the two apart: a `Timestep` is always the
/// paper's, and `index` is the other.
///
/// ```swift
/// network.predictedNoise(from: xt, timestep: 500)         // t = 500
/// Timestep(500).index                                     // 499, what diffusers calls its timestep
/// ```
public struct Timestep: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral
{
  /// t.
  public let value: Double

  /// A whole timestep.
  public init(_ t: Int) { value = Double(t) }

  /// A timestep that may lie between whole ones.
  public init(_ t: Double) { value = t }

  /// The timestep that diffusers and the networks count from 0.
  public init(index: Double) { value = index + 1 }

  /// A whole timestep.
  public init(integerLiteral t: Int) { self.init(t) }

  /// A timestep that may lie between whole ones.
  public init(floatLiteral t: Double) { self.init(t) }

  /// t − 1: the same timestep counted from 0, as diffusers and the networks do.
  public var index: Double { value - 1 }

  /// Whether one timestep has less noise than another.
  public static func < (left: Timestep, right: Timestep) -> Bool { left.value < right.value }
}
