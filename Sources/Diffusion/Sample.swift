/// What the formulas of diffusion need of x: it can be added, subtracted and scaled.
///
/// A number, a point of the plane, an image and a batch of images are all samples, so each formula is
/// written once. (`AdditiveArithmetic` is not required: SIMD vectors, which make good points, lack it.)
public protocol Sample {
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (scale: Double, sample: Self) -> Self

  /// The sum a · x + b · y, the shape of nearly every formula of the paper.
  ///
  /// A default is given by the operators above; a type that can do it in one pass should.
  static func combining(_ a: Double, _ x: Self, _ b: Double, _ y: Self) -> Self
}

extension Sample {
  /// The sum a · x + b · y, by two scalings and an addition.
  @inlinable
  public static func combining(_ a: Double, _ x: Self, _ b: Double, _ y: Self) -> Self {
    a * x + b * y
  }
}

/// A sample that has coordinates: what distances, densities and clipping ask for.
public protocol VectorSample: Sample {
  /// The number of coordinates.
  var dimension: Int { get }

  /// The sum Σ f(xᵢ, yᵢ) over the coordinates of two samples of one shape, in their order.
  func sum(with other: Self, _ term: (Double, Double) -> Double) -> Double

  /// The inner product Σ xᵢ yᵢ, summed in the order of the coordinates.
  ///
  /// A default is given by the sum above; a type that has a faster one should use it.
  func dot(_ other: Self) -> Double

  /// The sample whose coordinates are `transform` of this one's.
  func map(_ transform: (Double) -> Double) -> Self

  /// The sample with its coordinates brought into [−magnitude, magnitude]; one that is not a number stays so.
  ///
  /// What is done to x̂_0 where it is clipped. A default is given by the map above; a type that has a faster way
  /// should use it.
  ///
  /// - Parameter magnitude: The largest absolute value, 0 or more.
  func clipped(to magnitude: Double) -> Self
}

extension VectorSample {
  /// The inner product, by the sum of products.
  @inlinable
  public func dot(_ other: Self) -> Double { sum(with: other) { $0 * $1 } }

  /// The sample with its coordinates brought into [−magnitude, magnitude], by the map above.
  @inlinable
  public func clipped(to magnitude: Double) -> Self {
    guard magnitude >= 0 else { refuse(magnitude, "coordinates are clipped to a magnitude of 0 or more") }
    return map { $0 > magnitude ? magnitude : $0 < -magnitude ? -magnitude : $0 }
  }
}

extension Double: VectorSample {
  /// A number has one coordinate.
  @inlinable public var dimension: Int { 1 }
  /// The term of the only coordinate.
  @inlinable
  public func sum(with other: Double, _ term: (Double, Double) -> Double) -> Double { term(self, other) }
  /// The transformed number.
  @inlinable public func map(_ transform: (Double) -> Double) -> Double { transform(self) }
}

extension SIMD where Scalar == Double {
  /// The number of coordinates.
  @inlinable public var dimension: Int { Self.scalarCount }

  /// The sum of a term for each pair of coordinates, from the first to the last.
  @inlinable
  public func sum(with other: Self, _ term: (Double, Double) -> Double) -> Double {
    var sum = 0.0
    for i in indices { sum += term(self[i], other[i]) }
    return sum
  }

  /// The vector of transformed coordinates.
  @inlinable
  public func map(_ transform: (Double) -> Double) -> Self {
    var result = self
    for i in indices { result[i] = transform(self[i]) }
    return result
  }
}

extension SIMD2: Sample, VectorSample where Scalar == Double {}
extension SIMD3: Sample, VectorSample where Scalar == Double {}
extension SIMD4: Sample, VectorSample where Scalar == Double {}
extension SIMD8: Sample, VectorSample where Scalar == Double {}
