import Files

extension Safetensors {
  /// A tensor to be written.
  package struct Tensor: Sendable {
    /// The elements that can be written.
    package enum Values: Equatable, Sendable {
      /// Elements of the type F32.
      case floats([Float])
      /// Elements of the type I64.
      case integers([Int64])
    }

    /// The name.
    package let name: String
    /// The length of each dimension, the slowest first.
    package let shape: [Int]
    /// The elements, the last dimension running fastest.
    package let values: Values

    /// Creates a tensor of the type F32.
    ///
    /// - Parameters:
    ///   - name: The name; any but `__metadata__`.
    ///   - shape: The length of each dimension, the slowest first; none for a single number.
    ///   - floats: As many elements as the product of the dimensions, the last running fastest.
    package init(_ name: String, shape: [Int], floats: [Float]) {
      self.init(name, shape: shape, .floats(floats), count: floats.count)
    }

    /// Creates a tensor of the type I64.
    ///
    /// - Parameters:
    ///   - name: The name; any but `__metadata__`.
    ///   - shape: The length of each dimension, the slowest first; none for a single number.
    ///   - integers: As many elements as the product of the dimensions, the last running fastest.
    package init(_ name: String, shape: [Int], integers: [Int64]) {
      self.init(name, shape: shape, .integers(integers), count: integers.count)
    }

    private init(_ name: String, shape: [Int], _ values: Values, count: Int) {
      guard name != Safetensors.metadataName else { fatalError("a tensor is not named \(name)") }
      guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == count else {
        fatalError("the tensor \(quoted(name)) of shape \(shape) does not have \(counted(count, "element"))")
      }
      self.name = name
      self.shape = shape
      self.values = values
    }

    /// The type of the elements.
    var type: ElementType {
      switch values {
      case .floats: .f32
      case .integers: .i64
      }
    }

    /// The bytes of the elements.
    var size: Int { shape.reduce(type.bits / 8, *) }

    /// Writes the elements, the lowest byte of each first.
    func append(to bytes: inout [UInt8]) {
      switch values {
      case .floats(let floats): for float in floats { bytes.append(lowestFirst: float.bitPattern) }
      case .integers(let integers): for integer in integers { bytes.append(lowestFirst: integer) }
      }
    }
  }

  /// Lays tensors out in a file, as the safetensors library does: the widest type first, then by name; the header
  /// padded with blanks to a multiple of eight bytes, so that every element stands at a multiple of its size.
  ///
  /// The library leaves the order of several metadata to chance; here they go by name.
  ///
  /// - Parameters:
  ///   - tensors: The tensors in any order, no name twice.
  ///   - metadata: What the file shall say of itself.
  package init(_ tensors: [Tensor], metadata: [String: String] = [:]) {
    if let name = firstRepeated(tensors.map(\.name)) {
      fatalError("a safetensors file has one tensor \(quoted(name)), not two")
    }
    let tensors = tensors.sorted {
      $0.type == $1.type ? precedes($0.name, $1.name) : $0.type == .i64
    }
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { precedes($0.key, $1.key) }
      let texts = JSON(sorted.map { JSON.Member($0.key, JSON($0.value)) })
      members.append(JSON.Member(Self.metadataName, texts))
    }
    var end = 0
    var ranges: [Range<Int>] = []
    for tensor in tensors {
      let range = end..<end + tensor.size
      let description: JSON = [
        "dtype": JSON(tensor.type.rawValue), "shape": JSON(tensor.shape.map { JSON($0) }),
        "data_offsets": [JSON(range.lowerBound), JSON(range.upperBound)],
      ]
      members.append(JSON.Member(tensor.name, description))
      ranges.append(range)
      end = range.upperBound
    }

    var header = Array(JSON(members).compactText.utf8)
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    guard header.count <= Self.longestHeader else {
      fatalError("the header of a safetensors file has at most \(counted(Self.longestHeader, "byte"))")
    }
    var bytes: [UInt8] = []
    let dataStart = Self.headerStart + header.count
    bytes.reserveCapacity(dataStart + end)
    bytes.append(lowestFirst: UInt64(header.count))
    bytes += header
    for tensor in tensors { tensor.append(to: &bytes) }

    let entries = zip(tensors, ranges).map { tensor, range in
      Entry(
        name: tensor.name, type: tensor.type, shape: tensor.shape,
        range: dataStart + range.lowerBound..<dataStart + range.upperBound, place: .byte(Self.headerStart))
    }
    self.init(entries: entries, metadata: metadata, bytes: bytes, file: "tensors in memory")
  }
}

extension [UInt8] {
  /// Appends the bytes of an integer, the lowest first.
  fileprivate mutating func append<Bits: FixedWidthInteger>(lowestFirst bits: Bits) {
    for shift in stride(from: 0, to: Bits.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}
