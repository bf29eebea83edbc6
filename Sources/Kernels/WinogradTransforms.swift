// Winograd's F(4, 3): four outputs of a filter of three taps from six inputs, with six multiplications instead of
// twelve.
//
// Begin with a neighbour: let g (three numbers) and y (four) be the coefficients of two polynomials. Their product, of
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
typealias Four = InlineArray<4, Vector>
typealias Three = InlineArray<3, Vector>

/// A vector of equal numbers.
@inline(__always) private func all(_ x: Float) -> Vector { Vector(repeating: x) }

/// Bᵀ d, in twelve fused multiply-adds.
@inline(__always)
func transformedInput(_ d: Six) -> Six {
  let p = fused(all(-b * b), d[2], plus: d[4]), q = fused(all(-b * b), d[1], plus: d[3])
  let r = fused(all(-a * a), d[2], plus: d[4]), s = fused(all(-a * a), d[1], plus: d[3])
  let middle = all(-(a * a + b * b)), product = all(a * a * b * b)
  return [
    fused(product, d[0], plus: fused(middle, d[2], plus: d[4])),
    fused(all(a), q, plus: p), fused(all(-a), q, plus: p),
    fused(all(b), s, plus: r), fused(all(-b), s, plus: r),
    fused(product, d[1], plus: fused(middle, d[3], plus: d[5])),
  ]
}

/// Aᵀ m.
@inline(__always)
func transformedOutput(_ m: Six) -> Four {
  let s = m[1] + m[2], t = m[1] - m[2], u = m[3] + m[4], v = m[3] - m[4]
  return [
    m[0] + s + u,
    fused(all(b), v, plus: all(a) * t),
    fused(all(b * b), u, plus: all(a * a) * s),
    fused(all(b * b * b), v, plus: fused(all(a * a * a), t, plus: m[5])),
  ]
}

/// A y, the transpose of the output transform: what a gradient goes through on its way back.
@inline(__always)
func transformedSlope(_ y: Four) -> Six {
  let p = fused(all(a * a), y[2], plus: y[0]), q = fused(all(a * a), y[3], plus: y[1])
  let r = fused(all(b * b), y[2], plus: y[0]), s = fused(all(b * b), y[3], plus: y[1])
  return [
    y[0], fused(all(a), q, plus: p), fused(all(-a), q, plus: p), fused(all(b), s, plus: r),
    fused(all(-b), s, plus: r), y[3],
  ]
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

/// Where the pixels of a tile are found: a start for each row and the columns that lie within the image.
///
/// A row outside of the image starts in a row of zeros; a column outside is not read.
struct Patch<let side: Int> {
  /// The first pixel of each row, as if all columns were there.
  var rows: InlineArray<side, Floats>
  /// The columns that are there.
  var columns: Range<Int>
  /// From one column to the next: the number of channels.
  var step: Int
}

/// Bᵀ d B for 6 × 6 pixels and sixteen channels.
///
/// - Parameters:
///   - patch: The pixels.
///   - isWhole: True where all columns are there; a literal, so that no column is asked for.
///   - channel: The first of the channels.
///   - target: The first of 36 places, `step` floats apart.
///   - half: Room for 36 vectors: the patch when its columns are transformed and its rows are not.
@inline(__always)
func transformInput(
  _ patch: Patch<6>, isWhole: Bool, channel: Int, to target: MutableFloats, step: Int, half: MutableFloats
) {
  for j in 0..<6 {
    guard isWhole || patch.columns.contains(j) else {
      for i in 0..<6 { store(Vector(), half + (i &* 6 &+ j) &* lanes) }
      continue
    }
    let place = j &* patch.step &+ channel
    let t = transformedInput([
      load(patch.rows[0] + place), load(patch.rows[1] + place), load(patch.rows[2] + place),
      load(patch.rows[3] + place), load(patch.rows[4] + place), load(patch.rows[5] + place),
    ])
    for i in 0..<6 { store(t[unchecked: i], half + (i &* 6 &+ j) &* lanes) }
  }
  for i in 0..<6 {
    let h = half + i &* 6 &* lanes
    let t = transformedInput([
      load(h), load(h + lanes), load(h + 2 &* lanes), load(h + 3 &* lanes), load(h + 4 &* lanes),
      load(h + 5 &* lanes),
    ])
    for j in 0..<6 { store(t[unchecked: j], target + (i &* 6 &+ j) &* step) }
  }
}

/// A y Aᵀ for 4 × 4 pixels and sixteen channels; parameters as above.
@inline(__always)
func transformSlope(
  _ patch: Patch<4>, isWhole: Bool, channel: Int, to target: MutableFloats, step: Int, half: MutableFloats
) {
  for j in 0..<4 {
    guard isWhole || patch.columns.contains(j) else {
      for i in 0..<6 { store(Vector(), half + (i &* 4 &+ j) &* lanes) }
      continue
    }
    let place = j &* patch.step &+ channel
    let t = transformedSlope([
      load(patch.rows[0] + place), load(patch.rows[1] + place), load(patch.rows[2] + place),
      load(patch.rows[3] + place),
    ])
    for i in 0..<6 { store(t[unchecked: i], half + (i &* 4 &+ j) &* lanes) }
  }
  for i in 0..<6 {
    let h = half + i &* 4 &* lanes
    let t = transformedSlope([
      load(h), load(h + lanes), load(h + 2 &* lanes), load(h + 3 &* lanes),
    ])
    for j in 0..<6 { store(t[unchecked: j], target + (i &* 6 &+ j) &* step) }
  }
}

/// Where the 4 × 4 pixels of a tile go.
struct Target {
  /// The upper left pixel.
  var pixels: MutableFloats
  /// From one row to the next.
  var row: Int
  /// From one column to the next.
  var column: Int
  /// The rows that lie within the image, at least 1.
  var rows: Int
  /// The columns that lie within the image, at least 1.
  var columns: Int
  /// What is added, in the same places, or nil.
  var residual: Floats?
}

/// Aᵀ m A for sixteen channels, plus what is added to it.
///
/// - Parameters:
///   - products: The first of 36 vectors, `step` floats apart.
///   - shift: Added to each pixel.
///   - target: Where the pixels go, and what else is added.
///   - isWhole: True where all rows and columns are written; a literal.
///   - half: Room for 24 vectors.
@inline(__always)
func transformOutput(
  _ products: Floats, step: Int, shift: Vector, to target: Target, isWhole: Bool, half: MutableFloats
) {
  for j in 0..<6 {
    let p = products + j &* step, s = 6 &* step
    let t = transformedOutput([
      load(p), load(p + s), load(p + 2 &* s), load(p + 3 &* s), load(p + 4 &* s), load(p + 5 &* s),
    ])
    for i in 0..<4 { store(t[unchecked: i], half + (i &* 6 &+ j) &* lanes) }
  }
  for i in 0..<4 where isWhole || i < target.rows {
    let h = half + i &* 6 &* lanes
    let t = transformedOutput([
      load(h), load(h + lanes), load(h + 2 &* lanes), load(h + 3 &* lanes), load(h + 4 &* lanes),
      load(h + 5 &* lanes),
    ])
    for j in 0..<4 where isWhole || j < target.columns {
      let place = i &* target.row &+ j &* target.column
      var y = t[unchecked: j] + shift
      if let residual = target.residual { y += load(residual + place) }
      store(y, target.pixels + place)
    }
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
