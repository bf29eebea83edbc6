import Kernels
import TestSupport

/// Sums of products in Double, term by term: what a kernel's sums are held against.
struct Sums {
  /// Σ a b.
  var values: [Double]
  /// Σ |a b|, which is what the rounding errors of a sum are measured by.
  var sizes: [Double]

  init(count: Int) {
    values = Array(repeating: 0, count: count)
    sizes = values
  }

  mutating func add(_ a: Float, _ b: Float, at index: Int) {
    let product = Double(a) * Double(b)
    values[index] += product
    sizes[index] += abs(product)
  }

  /// The largest distance from the exact sum in units of 2⁻²⁴ Σ |a b|.
  ///
  /// A sum of floats, in whatever order, is off by at most one unit for every rounding that a term goes through: as
  /// many as there are terms, where each is added with one rounding to a sum that has begun with 0.
  func roundings(in found: Buffer) -> Double {
    guard found.count == values.count else { return .infinity }
    var largest = 0.0
    for (value, (exact, size)) in zip(found.values, zip(values, sizes)) where Double(value) != exact {
      let error = abs(Double(value) - exact) / (size * 0x1p-24)
      largest = error.isNaN ? .infinity : max(largest, error)
    }
    return largest
  }

  /// The largest distance from the exact sum, relative to the largest of all sums.
  func relativeError(in found: Buffer) -> Double {
    guard found.count == values.count else { return .infinity }
    let scale = values.map(abs).max() ?? 1
    return zip(found.values, values).map { abs(Double($0) - $1) / scale }
      .reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
  }
}

/// Σ xᵢ yᵢ in Double.
func inner(_ x: Buffer, _ y: Buffer) -> Double {
  zip(x.values, y.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Whether two buffers hold the same bits, signs of zeros included.
func sameBits(_ x: some Collection<Float>, _ y: some Collection<Float>) -> Bool {
  x.count == y.count && zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern }
}
