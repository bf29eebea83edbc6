// Winograd's F(4, 3): four outputs of a filter of three taps from six inputs, with six multiplications instead of
// twelve.
//
// Begin with a neighbor: let g (three numbers) and y (four) be the coefficients of two polynomials. Their product, of
// degree 5, has the coefficients s_i = Σ_k g_k y_{i−k}, and six values determine it. So evaluate both at six points,
// multiply there, and go back to coefficients:
//
//     s = V⁻¹ [ (V₃ g) ⊙ (V₄ y) ]          rows of V: 1, p, p², … for each point p; V₃ and V₄ are its first columns
//
// For a given g this is a linear map of y, the matrix V⁻¹ diag(V₃ g) V₄: it takes four numbers to six and lays a copy of g at
// each. Its transpose takes six numbers to four and reads g at each, y_i = Σ_k d_{i+k} g_k: that is the filter.
//
//     y = V₄ᵀ diag(V₃ g) V⁻ᵀ d   =   Aᵀ [ (G g) ⊙ (Bᵀ d) ],       Aᵀ = V₄ᵀ, G = V₃, Bᵀ = V⁻ᵀ
//
// with the denominators of V⁻¹ moved from B to G. With the points 0, ±a, ±b and ∞ (where a polynomial's value is its
// highest coefficient),
//
//          1   1    1    1    1   0              a²b²   0    −(a²+b²)    0       1   0
//     Aᵀ = 0   a   −a    b   −b   0                0  −ab²   −b²         a       1   0
//          0   a²   a²   b²   b²  0         Bᵀ =   0   ab²   −b²        −a       1   0
//          0   a³  −a³   b³  −b³  1                0  −a²b   −a²         b       1   0
//                                                  0   a²b   −a²        −b       1   0
//                                                  0   a²b²   0      −(a²+b²)    0   1
//
// and G evaluates g at the points, divided by ∏ (point − other points). (With 0, ±1 and ∞ the same recipe gives the
// F(2, 3) of the textbooks.) In two dimensions each transform is
// applied to columns and then to rows: 36 multiplications for 16 outputs of 9 taps each, a quarter of 144.
//
// Which points? The textbook's 0, ±1, ±2 lose more than a digit. With a = 5/8 and b = 3/2, entries of A and B are still
// exact in a Float (G's are rounded), and the error of a layer is a quarter of that, 2 to 10 times a direct sum's:
// 2e−6 of the largest output at 64 channels. (Barabasz et al. 2020, "Error analysis and improving the accuracy of
// Winograd convolution".)

@inline(__always) private var a: Float { 5 / 8 }
@inline(__always) private var b: Float { 3 / 2 }

typealias Six = InlineArray<6, Vector>
typealias Three = InlineArray<3, Vector>

/// A vector of equal numbers.
@inline(__always) private func all(_ x: Float) -> Vector { Vector(repeating: x) }

/// c − a · b, rounded once.
@inline(__always) private func fused(_ a: Vector, _ b: Vector, from c: Vector) -> Vector {
  c.addingProduct(-a, b)
}

/// The first three numbers of Bᵀ d, which d₅ has no part in.
@inline(__always)
func firstOfInput(
  _ d0: Vector, _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector
) -> (Vector, Vector, Vector) {
  let p = fused(d2, all(b * b), from: d4), q = fused(d1, all(b * b), from: d3)
  let middle = fused(d2, all(a * a + b * b), from: d4)
  return (fused(all(a * a * b * b), d0, plus: middle), fused(all(a), q, plus: p), fused(q, all(a), from: p))
}

/// The last three, which d₀ has no part in.
@inline(__always)
func lastOfInput(
  _ d1: Vector, _ d2: Vector, _ d3: Vector, _ d4: Vector, _ d5: Vector
) -> (Vector, Vector, Vector) {
  let r = fused(d2, all(a * a), from: d4), s = fused(d1, all(a * a), from: d3)
  let middle = fused(d3, all(a * a + b * b), from: d5)
  return (fused(all(b), s, plus: r), fused(s, all(b), from: r), fused(all(a * a * b * b), d1, plus: middle))
}

/// The first and the third number of Aᵀ m, which m₅ has no part in.
@inline(__always)
func evenOfOutput(
  _ m0: Vector, _ m1: Vector, _ m2: Vector, _ m3: Vector, _ m4: Vector
) -> (Vector, Vector) {
  let s = m1 + m2, u = m3 + m4
  return (m0 + s + u, fused(all(b * b), u, plus: all(a * a) * s))
}

/// The second and the fourth, which m₀ has no part in.
@inline(__always)
func oddOfOutput(
  _ m1: Vector, _ m2: Vector, _ m3: Vector, _ m4: Vector, _ m5: Vector
) -> (Vector, Vector) {
  let t = m1 - m2, v = m3 - m4
  return (
    fused(all(b), v, plus: all(a) * t), fused(all(b * b * b), v, plus: fused(all(a * a * a), t, plus: m5))
  )
}

/// The first three numbers of A y: A is the transpose of the output transform, what a gradient goes through on its way
/// back.
@inline(__always)
func firstOfSlope(_ y: (Vector, Vector, Vector, Vector)) -> (Vector, Vector, Vector) {
  let p = fused(all(a * a), y.2, plus: y.0), q = fused(all(a * a), y.3, plus: y.1)
  return (y.0, fused(all(a), q, plus: p), fused(all(-a), q, plus: p))
}

/// The last three.
@inline(__always)
func lastOfSlope(_ y: (Vector, Vector, Vector, Vector)) -> (Vector, Vector, Vector) {
  let r = fused(all(b * b), y.2, plus: y.0), s = fused(all(b * b), y.3, plus: y.1)
  return (fused(all(b), s, plus: r), fused(all(-b), s, plus: r), y.3)
}

/// The rows of G: g₀ and g₂'s factors, and g₁'s, which changes its sign between a and −a.
///
/// The denominators are a²b², 2a²(a² − b²) and 2b²(b² − a²).
@inline(__always) private var g0: Float { 256 / 225 }
@inline(__always) private var ga: (Float, Float, Float) { (-2048 / 2975, -256 / 595, -32 / 119) }
@inline(__always) private var gb: (Float, Float, Float) { (128 / 1071, 64 / 357, 32 / 119) }

/// G g.
@inline(__always)
func transformedKernel(_ g: Three) -> Six {
  let p = fused(all(ga.0), g[0], plus: all(ga.2) * g[2]), r = fused(all(gb.0), g[0], plus: all(gb.2) * g[2])
  return [
    all(g0) * g[0], fused(all(ga.1), g[1], plus: p), fused(all(-ga.1), g[1], plus: p),
    fused(all(gb.1), g[1], plus: r), fused(all(-gb.1), g[1], plus: r), g[2],
  ]
}

/// Gᵀ u, the transpose of the kernel transform.
@inline(__always)
func transformedKernelSlope(_ u: Six) -> Three {
  let s = u[1] + u[2], t = u[1] - u[2], v = u[3] + u[4], w = u[3] - u[4]
  return [
    fused(all(gb.0), v, plus: fused(all(ga.0), s, plus: all(g0) * u[0])),
    fused(all(gb.1), w, plus: all(ga.1) * t),
    fused(all(gb.2), v, plus: fused(all(ga.2), s, plus: u[5])),
  ]
}

// MARK: - Two dimensions

/// Writes six vectors, `step` floats apart.
@inline(__always)
private func store(
  _ first: (Vector, Vector, Vector), _ last: (Vector, Vector, Vector), _ place: MutableFloats, step: Int
) {
  store(first.0, place)
  store(first.1, place + step)
  store(first.2, place + 2 &* step)
  store(last.0, place + 3 &* step)
  store(last.1, place + 4 &* step)
  store(last.2, place + 5 &* step)
}

/// Bᵀ d B for 6 × 6 pixels and sixteen channels.
///
/// Three rows of the result at a time: what is between the two steps then has a register for each of its vectors.
///
/// - Parameters:
///   - pixels: The upper left pixel; what is outside of the image is there, as zeros.
///   - row: From one row to the next.
///   - column: From one column to the next.
///   - target: The first of 36 places, `step` floats apart.
@inline(__always)
func transformInput(_ pixels: Floats, row: Int, column: Int, to target: MutableFloats, step: Int) {
  @inline(__always)
  func first(_ j: Int) -> (Vector, Vector, Vector) {
    let p = pixels + j &* column
    return firstOfInput(load(p), load(p + row), load(p + 2 &* row), load(p + 3 &* row), load(p + 4 &* row))
  }
  @inline(__always)
  func last(_ j: Int) -> (Vector, Vector, Vector) {
    let p = pixels + row + j &* column
    return lastOfInput(load(p), load(p + row), load(p + 2 &* row), load(p + 3 &* row), load(p + 4 &* row))
  }
  @inline(__always)
  func writeRow(_ i: Int, _ d: Vector, _ e: Vector, _ f: Vector, _ g: Vector, _ h: Vector, _ k: Vector) {
    store(firstOfInput(d, e, f, g, h), lastOfInput(e, f, g, h, k), target + 6 &* i &* step, step: step)
  }
  do {
    let c = first(0), d = first(1), e = first(2), f = first(3), g = first(4), h = first(5)
    writeRow(0, c.0, d.0, e.0, f.0, g.0, h.0)
    writeRow(1, c.1, d.1, e.1, f.1, g.1, h.1)
    writeRow(2, c.2, d.2, e.2, f.2, g.2, h.2)
  }
  do {
    let c = last(0), d = last(1), e = last(2), f = last(3), g = last(4), h = last(5)
    writeRow(3, c.0, d.0, e.0, f.0, g.0, h.0)
    writeRow(4, c.1, d.1, e.1, f.1, g.1, h.1)
    writeRow(5, c.2, d.2, e.2, f.2, g.2, h.2)
  }
}

/// Where the 4 × 4 pixels of a tile are; it may reach over the image's edge.
struct Square<Pixels> {
  /// The upper left pixel.
  var pixels: Pixels
  /// From one row to the next.
  var row: Int
  /// From one column to the next.
  var column: Int
  /// The rows that lie within the image, at least 1.
  var rows: Int
  /// The columns that lie within the image, at least 1.
  var columns: Int
}

/// A y Aᵀ for 4 × 4 pixels and sixteen channels, zeros where the image ends.
///
/// - Parameters:
///   - square: The pixels.
///   - isWhole: True where all rows and columns are there; a literal.
///   - target: The first of 36 places, `step` floats apart.
@inline(__always)
func transformSlope(_ square: Square<Floats>, isWhole: Bool, to target: MutableFloats, step: Int) {
  @inline(__always)
  func pixel(_ i: Int, _ j: Int) -> Vector {
    guard isWhole || i < square.rows && j < square.columns else { return Vector() }
    return load(square.pixels + (i &* square.row &+ j &* square.column))
  }
  @inline(__always)
  func column(_ j: Int) -> (Vector, Vector, Vector, Vector) {
    (pixel(0, j), pixel(1, j), pixel(2, j), pixel(3, j))
  }
  @inline(__always)
  func writeRow(_ i: Int, _ d: Vector, _ e: Vector, _ f: Vector, _ g: Vector) {
    store(firstOfSlope((d, e, f, g)), lastOfSlope((d, e, f, g)), target + 6 &* i &* step, step: step)
  }
  let d = column(0), e = column(1), f = column(2), g = column(3)
  do {
    let d = firstOfSlope(d), e = firstOfSlope(e), f = firstOfSlope(f), g = firstOfSlope(g)
    writeRow(0, d.0, e.0, f.0, g.0)
    writeRow(1, d.1, e.1, f.1, g.1)
    writeRow(2, d.2, e.2, f.2, g.2)
  }
  do {
    let d = lastOfSlope(d), e = lastOfSlope(e), f = lastOfSlope(f), g = lastOfSlope(g)
    writeRow(3, d.0, e.0, f.0, g.0)
    writeRow(4, d.1, e.1, f.1, g.1)
    writeRow(5, d.2, e.2, f.2, g.2)
  }
}

/// Aᵀ m A for sixteen channels, plus what is added to it.
///
/// Two rows of the result at a time, as with the input.
///
/// - Parameters:
///   - products: The first of 36 vectors, `step` floats apart; what only pixels outside of the image need may be
///     anything.
///   - shift: Added to each pixel.
///   - residual: What else is added, in the same places as the target's pixels, or nil. It may be the target: each number
///     is read before it is written.
///   - target: Where the pixels go.
///   - isWhole: True where all rows and columns are written; a literal.
@inline(__always)
func transformOutput(
  _ products: Floats, step: Int, shift: Vector, residual: Floats?, to target: Square<MutableFloats>,
  isWhole: Bool
) {
  @inline(__always)
  func even(_ j: Int) -> (Vector, Vector) {
    let p = products + j &* step, s = 6 &* step
    return evenOfOutput(load(p), load(p + s), load(p + 2 &* s), load(p + 3 &* s), load(p + 4 &* s))
  }
  @inline(__always)
  func odd(_ j: Int) -> (Vector, Vector) {
    let p = products + (6 &+ j) &* step, s = 6 &* step
    return oddOfOutput(load(p), load(p + s), load(p + 2 &* s), load(p + 3 &* s), load(p + 4 &* s))
  }
  @inline(__always)
  func write(_ y: Vector, _ i: Int, _ j: Int) {
    guard isWhole || j < target.columns else { return }
    let place = i &* target.row &+ j &* target.column
    var y = y + shift
    if let residual { y += load(residual + place) }
    store(y, target.pixels + place)
  }
  @inline(__always)
  func writeRow(_ i: Int, _ d: Vector, _ e: Vector, _ f: Vector, _ g: Vector, _ h: Vector, _ k: Vector) {
    guard isWhole || i < target.rows else { return }
    let even = evenOfOutput(d, e, f, g, h), odd = oddOfOutput(e, f, g, h, k)
    write(even.0, i, 0)
    write(odd.0, i, 1)
    write(even.1, i, 2)
    write(odd.1, i, 3)
  }
  do {
    let c = even(0), d = even(1), e = even(2), f = even(3), g = even(4), h = even(5)
    writeRow(0, c.0, d.0, e.0, f.0, g.0, h.0)
    writeRow(2, c.1, d.1, e.1, f.1, g.1, h.1)
  }
  do {
    let c = odd(0), d = odd(1), e = odd(2), f = odd(3), g = odd(4), h = odd(5)
    writeRow(1, c.0, d.0, e.0, f.0, g.0, h.0)
    writeRow(3, c.1, d.1, e.1, f.1, g.1, h.1)
  }
}

/// G g Gᵀ for sixteen kernels.
///
/// - Parameters:
///   - taps: Nine vectors, one behind the other.
///   - target: The first of 36 places, `step` floats apart.
@inline(__always)
func transformKernel(_ taps: MutableFloats, to target: MutableFloats, step: Int) {
  var half = InlineArray<18, Vector>(repeating: Vector())
  for v in 0..<3 {
    let p = taps + v &* lanes
    let t = transformedKernel([load(p), load(p + 3 &* lanes), load(p + 6 &* lanes)])
    for i in 0..<6 { half[unchecked: i &* 3 &+ v] = t[unchecked: i] }
  }
  for i in 0..<6 {
    let k = i &* 3
    let t = transformedKernel([half[unchecked: k], half[unchecked: k &+ 1], half[unchecked: k &+ 2]])
    for j in 0..<6 { store(t[unchecked: j], target + (i &* 6 &+ j) &* step) }
  }
}

/// Gᵀ u G for sixteen kernels.
///
/// - Parameters:
///   - sums: The first of 36 vectors, `step` floats apart.
///   - taps: Where nine vectors go, one behind the other.
@inline(__always)
func transformKernelSlope(_ sums: Floats, step: Int, to taps: MutableFloats) {
  var half = InlineArray<18, Vector>(repeating: Vector())
  for j in 0..<6 {
    let p = sums + j &* step, s = 6 &* step
    let t = transformedKernelSlope([
      load(p), load(p + s), load(p + 2 &* s), load(p + 3 &* s), load(p + 4 &* s), load(p + 5 &* s),
    ])
    for u in 0..<3 { half[unchecked: u &* 6 &+ j] = t[unchecked: u] }
  }
  for u in 0..<3 {
    let k = u &* 6
    let t = transformedKernelSlope([
      half[unchecked: k], half[unchecked: k &+ 1], half[unchecked: k &+ 2], half[unchecked: k &+ 3],
      half[unchecked: k &+ 4], half[unchecked: k &+ 5],
    ])
    for v in 0..<3 { store(t[unchecked: v], taps + (u &* 3 &+ v) &* lanes) }
  }
}
