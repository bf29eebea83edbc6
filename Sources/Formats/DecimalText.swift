/// A number as people print it: decimal digits, rounded where asked, the same text on every machine.
///
/// It starts from the shortest digits that read back exactly (Swift's own `description`) and rounds those, half
/// away from zero, without a call to the system's `printf`.
package struct DecimalText {
  private var isNegative: Bool
  /// Decimal digits; the number is 0.d₀d₁d₂… × 10^exponent.
  private var digits: [Int]
  private var exponent: Int

  /// Takes a finite number apart.
  package init(_ value: Double) {
    guard value.isFinite else { fatalError("\(value) has no decimal digits") }
    let text = value.magnitude.description.lowercased()
    let halves = text.split(separator: "e")
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    isNegative = value < 0
    exponent = parts[0].count + (halves.count > 1 ? Int(halves[1]) ?? 0 : 0)
    digits = parts.joined().compactMap(\.wholeNumberValue)
    while digits.first == 0 {
      digits.removeFirst()
      exponent -= 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  /// The number with this many digits after the point, 0 or more: `DecimalText(0.79599).text(places: 3)` is `0.796`.
  package func text(places: Int) -> String {
    guard places >= 0 else { fatalError("a number has 0 digits or more after its point, not \(places)") }
    var copy = self
    copy.round(keeping: exponent + places)
    return copy.plain(places: places)
  }

  /// The number to this many significant digits, 1 or more: `0.796` without trailing zeros from 0.0001 up to, not
  /// including, ten million; otherwise `4.04e-5`, with them.
  package func text(significant count: Int) -> String {
    guard count >= 1 else { fatalError("a number has 1 significant digit or more, not \(count)") }
    var copy = self
    copy.round(keeping: count)
    if copy.digits.isEmpty { return "0" }
    if copy.exponent > -4, copy.exponent <= 7 {
      let text = copy.plain(places: max(0, count - copy.exponent))
      return text.contains(".") ? String(text.trimming(suffix: "0").trimming(suffix: ".")) : text
    }
    return copy.scientific(significant: count)
  }

  /// The number as `d.dde±x` with this many significant digits, 1 or more.
  package func scientific(significant count: Int) -> String {
    guard count >= 1 else { fatalError("a number has 1 significant digit or more, not \(count)") }
    var copy = self
    copy.round(keeping: count)
    var shown = copy.digits
    while shown.count < count { shown.append(0) }
    let mantissa = shown.dropFirst().map(String.init).joined()
    return (copy.isNegative ? "-" : "") + "\(shown[0])" + (mantissa.isEmpty ? "" : "." + mantissa)
      + "e\(copy.digits.isEmpty ? 0 : copy.exponent - 1)"
  }

  /// The computed value written exactly as precisely as a printed number is: `0.796` or `4.04e-5`.
  package func text(asPreciseAs printed: String) -> String {
    let lowercase = printed.lowercased()
    if let e = lowercase.firstIndex(of: "e") {
      return scientific(significant: lowercase[..<e].filter(\.isNumber).count)
    }
    guard let point = lowercase.firstIndex(of: ".") else { return text(places: 0) }
    return text(places: lowercase.distance(from: point, to: lowercase.endIndex) - 1)
  }

  private mutating func round(keeping count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      exponent = 0
      return
    }
    let roundsUp = digits[count] >= 5
    digits = Array(digits[..<count])
    guard roundsUp else { return trimZeros() }
    var place = count - 1
    while place >= 0, digits[place] == 9 {
      digits[place] = 0
      place -= 1
    }
    if place >= 0 {
      digits[place] += 1
    } else {
      digits.insert(1, at: 0)
      exponent += 1
    }
    trimZeros()
  }

  private mutating func trimZeros() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  private func plain(places: Int) -> String {
    func digit(_ place: Int) -> String { digits.indices.contains(place) ? "\(digits[place])" : "0" }
    let whole = exponent > 0 ? (0..<exponent).map(digit).joined() : "0"
    let fraction = (0..<places).map { digit(exponent + $0) }.joined()
    let sign = isNegative && !digits.isEmpty ? "-" : ""
    return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}

extension StringProtocol {
  fileprivate func trimming(suffix: Character) -> SubSequence {
    var end = endIndex
    while end > startIndex, self[index(before: end)] == suffix { end = index(before: end) }
    return self[startIndex..<end]
  }
}

extension Double {
  /// The number to this many significant digits, for people: `0.0000403583.text(3)` is `4.04e-5`.
  package func text(_ significant: Int = 6) -> String { DecimalText(self).text(significant: significant) }

  /// The number with this many digits after the point, for columns that line up.
  package func text(places: Int) -> String { DecimalText(self).text(places: places) }
}
