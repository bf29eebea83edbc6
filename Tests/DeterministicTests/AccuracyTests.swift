import Deterministic
import Foundation
import Testing

/// One of the functions, with the error its documentation promises.
enum Function: String, CaseIterable {
  case exp, log, sin, cos, tanh, erf, erfcx

  /// The function itself. (Qualified: Foundation brings the system's own.)
  var evaluate: (Double) -> Double {
    switch self {
    case .exp: Deterministic.exp
    case .log: Deterministic.log
    case .sin: Deterministic.sin
    case .cos: Deterministic.cos
    case .tanh: Deterministic.tanh
    case .erf: Deterministic.erf
    case .erfcx: Deterministic.erfcx
    }
  }

  /// The largest error allowed, in ulps: what was measured on a million arguments, rounded up.
  var largestError: Double {
    switch self {
    case .exp: 0.77
    case .log: 0.67
    case .sin: 0.59
    case .cos: 0.59
    case .tanh: 1.35
    case .erf: 1.18
    case .erfcx: 4.22
    }
  }
}

/// Arguments, the Double nearest to the true value, and the true value less that, in units of its last place.
struct Reference {
  var arguments: [Double]
  var value: Double
  var rest: Double

  /// How far a result is from the true value, in ulps.
  func error(of result: Double) -> Double {
    guard result.isFinite else { return .infinity }
    return abs((result - value) / value.ulp - rest)
  }
}

struct AccuracyTests {
  @Test("Errors stay below what the documentation says", arguments: Function.allCases)
  func errors(of function: Function) throws {
    let evaluate = function.evaluate
    try expectErrors(of: "\(function)", below: function.largestError) { evaluate($0[0]) }
  }

  @Test("The error of a normal distribution's logarithmic mass stays below what its documentation says")
  func errorsOfMass() throws {
    try expectErrors(of: "logMassOfNormal", argumentCount: 2, below: 5.64) {
      logMassOfNormal(from: $0[0], to: $0[1])
    }
  }

  private func expectErrors(
    of function: String, argumentCount: Int = 1, below largest: Double, _ evaluate: ([Double]) -> Double
  ) throws {
    let big = ProcessInfo.processInfo.environment["ACCURACY_DIR"]
    let references =
      try big.map { try binary("\($0)/\(function).bin", argumentCount) }
      ?? table(fixture("\(function).csv"), argumentCount)
    try #require(references.count >= 2000)

    var worst = (error: 0.0, arguments: [Double]())
    for reference in references {
      let error = reference.error(of: evaluate(reference.arguments))
      if error > worst.error { worst = (error, reference.arguments) }
    }
    #expect(worst.error <= largest, "\(function)(\(worst.arguments))")
    if big != nil {
      let error = String(format: "%.4f", worst.error)
      print("\(function): \(error) ulp at \(worst.arguments), the largest of \(references.count)")
    }
  }

  private func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }

  /// Reads what `reference.py` writes for up to 10,000 arguments.
  private func table(_ path: String, _ argumentCount: Int) throws -> [Reference] {
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",")
      let numbers = try cells.dropLast().map { Double(bitPattern: try #require(UInt64($0, radix: 16))) }
      return Reference(
        arguments: Array(numbers.prefix(argumentCount)), value: numbers[argumentCount],
        rest: try #require(Double(cells[argumentCount + 1])))
    }
  }

  /// Reads what `reference.py` writes for more: little-endian Doubles, the arguments, the value and the rest.
  private func binary(_ path: String, _ argumentCount: Int) throws -> [Reference] {
    let data = try Data(contentsOf: URL(filePath: path))
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8 * (argumentCount + 2)).map { offset in
        func double(at index: Int) -> Double {
          let bits = bytes.loadUnaligned(fromByteOffset: offset + 8 * index, as: UInt64.self)
          return Double(bitPattern: UInt64(littleEndian: bits))
        }
        return Reference(
          arguments: (0..<argumentCount).map(double), value: double(at: argumentCount),
          rest: double(at: argumentCount + 1))
      }
    }
  }
}
