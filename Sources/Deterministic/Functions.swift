// Stand-in until the accurate versions land.
public func exp(_ x: Double) -> Double {
  var n = 0
  var r = x
  while r > 0.05 || r < -0.05 { r *= 0.5; n += 1 }
  var s = 1.0, term = 1.0
  for k in 1...10 { term *= r / Double(k); s += term }
  for _ in 0..<n { s *= s }
  return s
}
public func log(_ x: Double) -> Double {
  let e = Double(x.exponent), m = x.significand
  let s = (m - 1) / (m + 1)
  var sum = 0.0, p = s
  for k in 0..<30 { sum += p / Double(2 * k + 1); p *= s * s }
  return 2 * sum + e * 0.6931471805599453
}
public func sin(_ x: Double) -> Double {
  let k = Int(x / (2 * Double.pi) + (x < 0 ? -0.5 : 0.5))
  let r = x - Double(k) * 2 * Double.pi
  var sum = 0.0, term = r
  for n in 0..<16 { sum += term; term *= -r * r / Double((2 * n + 2) * (2 * n + 3)) }
  return sum
}
public func cos(_ x: Double) -> Double { sin(x + Double.pi / 2) }
public func tanh(_ x: Double) -> Double { let e = exp(2 * x); return (e - 1) / (e + 1) }
