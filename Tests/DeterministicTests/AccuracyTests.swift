import Deterministic
import Foundation
import Testing

/// One of the functions, with the error its documentation promises.
enum Function: String, CaseIterable {
  case exp, log, sin, cos, tanh, erf

  /// The function itself. (Qualified: Foundation brings the system's own.)
  var evaluate: (Double) -> Double {
    switch self {
    case .exp: Deterministic.exp
    case .log: Deterministic.log
    case .sin: Deterministic.sin
    case .cos: Deterministic.cos
    case .tanh: Deterministic.tanh
    case .erf: Deterministic.erf
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
    }
  }
}

/// An argument, the Double nearest to the true value, and the true value less that, in units of its last place.
struct Reference {
  var argument: Double
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
    let big = ProcessInfo.processInfo.environment["ACCURACY_DIR"]
    let references = try big.map { try binary("\($0)/\(function).bin") } ?? table(fixture("\(function).csv"))
    try #require(references.count >= 2000)

    let evaluate = function.evaluate
    var worst = (error: 0.0, argument: 0.0)
    for reference in references {
      let error = reference.error(of: evaluate(reference.argument))
      if error > worst.error { worst = (error, reference.argument) }
    }
    #expect(worst.error <= function.largestError, "\(function)(\(worst.argument))")
    if big != nil {
      let error = String(format: "%.4f", worst.error)
      print("\(function): \(error) ulp at \(worst.argument), the largest of \(references.count)")
    }
  }

  private func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }

  /// Reads what `reference.py` writes for up to 10,000 arguments.
  private func table(_ path: String) throws -> [Reference] {
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",")
      return Reference(
        argument: Double(bitPattern: try #require(UInt64(cells[0], radix: 16))),
        value: Double(bitPattern: try #require(UInt64(cells[1], radix: 16))),
        rest: try #require(Double(cells[2])))
    }
  }

  /// Reads what `reference.py` writes for more: three little-endian Doubles a record.
  private func binary(_ path: String) throws -> [Reference] {
    let data = try Data(contentsOf: URL(filePath: path))
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 24).map { offset in
        func double(at index: Int) -> Double {
          let bits = bytes.loadUnaligned(fromByteOffset: offset + 8 * index, as: UInt64.self)
          return Double(bitPattern: UInt64(littleEndian: bits))
        }
        return Reference(argument: double(at: 0), value: double(at: 1), rest: double(at: 2))
      }
    }
  }
}
