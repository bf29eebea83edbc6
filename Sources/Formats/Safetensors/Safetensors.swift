import Files

/// Named tensors, as Hugging Face's safetensors format stores them.
///
///     let weights = try Safetensors.read("diffusion_pytorch_model.safetensors")
///     let kernel = try weights.floats("conv_in.weight", shape: [16, 1, 3, 3])
///
/// The format, <https://github.com/huggingface/safetensors#format>: eight bytes with the length of the header, the
/// lowest first; the header, a JSON object with the type, the shape and the place of each tensor; the elements, the
/// last dimension running fastest. A file of any valid type is read, and its entries say what it holds; values are
/// given of the types F32, F16, BF16 and I64.
package struct Safetensors: Sendable {
  /// What a file says of one tensor.
  package struct Entry: Sendable {
    /// The name.
    package let name: String
    /// The type of the elements.
    package let type: ElementType
    /// The length of each dimension, the slowest first; none for a single number.
    package let shape: [Int]
    /// Where in the file the elements stand.
    let range: Range<Int>
    /// Where in the file the entry stands.
    let place: FileFailure.Place

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }
  }

  /// The tensors, in the order of their elements in the file.
  package let entries: [Entry]
  /// What the file says of itself, by name.
  package let metadata: [String: String]
  /// The tensors as a file.
  package let bytes: [UInt8]
  /// The name that a failure gives: the file that the tensors were read from.
  let file: String
  /// Where in `entries` each name stands.
  private let places: [String: Int]

  /// The most bytes that a header may have.
  static let longestHeader = 100_000_000
  /// The bytes before the header, which give its length.
  static let headerStart = 8
  /// The name in a header that is no tensor's.
  static let metadataName = "__metadata__"

  /// Creates tensors whose entries are known to describe the bytes.
  init(entries: [Entry], metadata: [String: String], bytes: [UInt8], file: String) {
    self.entries = entries
    self.metadata = metadata
    self.bytes = bytes
    self.file = file
    places = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].name, $0) })
  }

  /// Writes the tensors, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) {
    try writeWhole(bytes, to: path)
  }

  /// What the file says of the tensor with a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The tensor's entry.
  /// - Throws: A failure when there is no such tensor.
  package func entry(_ name: String) throws(FileFailure) -> Entry {
    guard let place = places[name] else {
      let found = entries.isEmpty ? "no tensor" : named(entries.map(\.name))
      throw FileFailure(
        file: file, at: .byte(Self.headerStart), expected: "a tensor \(quoted(name))", found: found)
    }
    return entries[place]
  }

  /// The elements of a tensor of the type F32, F16 or BF16, each the number that its bits mean.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The shape that it must have; nil for any.
  /// - Returns: The elements, the last dimension running fastest.
  /// - Throws: A failure when there is no such tensor, or when it has another type or another shape.
  package func floats(_ name: String, shape: [Int]? = nil) throws(FileFailure) -> [Float] {
    let entry = try entry(name, shape: shape)
    switch entry.type {
    case .f32: return values(of: entry) { (bits: UInt32) in Float(bitPattern: bits) }
    case .f16: return values(of: entry, float(half:))
    case .bf16: return values(of: entry, float(brainHalf:))
    default: throw failure(entry, expected: "of the type F32, F16 or BF16", found: entry.type.rawValue)
    }
  }

  /// The elements of a tensor of the type I64.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The shape that it must have; nil for any.
  /// - Returns: The elements, the last dimension running fastest.
  /// - Throws: A failure when there is no such tensor, or when it has another type or another shape.
  package func integers(_ name: String, shape: [Int]? = nil) throws(FileFailure) -> [Int64] {
    let entry = try entry(name, shape: shape)
    guard entry.type == .i64 else {
      throw failure(entry, expected: "of the type I64", found: entry.type.rawValue)
    }
    return values(of: entry) { (bits: UInt64) in Int64(bitPattern: bits) }
  }

  private func entry(_ name: String, shape: [Int]?) throws(FileFailure) -> Entry {
    let entry = try entry(name)
    if let shape, shape != entry.shape {
      throw failure(entry, expected: "of the shape \(shape)", found: "\(entry.shape)")
    }
    return entry
  }

  /// A failure that points at a tensor, for a reader to whom it is not the right one.
  ///
  /// - Parameters:
  ///   - entry: The tensor's entry.
  ///   - expected: What the tensor should be, as a phrase that follows its name.
  ///   - found: What is there, as a phrase.
  /// - Returns: The failure.
  package func failure(_ entry: Entry, expected: String, found: String) -> FileFailure {
    FileFailure(
      file: file, at: entry.place, expected: "tensor \(quoted(entry.name)) \(expected)", found: found)
  }

  /// The elements of a tensor, each made of the bits that stand in the file with the lowest byte first.
  ///
  /// It needs no pointer to be fast: 36 million Floats take an eighth of a second, bounds checks and all.
  private func values<Bits: FixedWidthInteger, Value>(
    of entry: Entry, _ value: (Bits) -> Value
  ) -> [Value] {
    let size = Bits.bitWidth / 8
    var values: [Value] = []
    values.reserveCapacity(entry.count)
    for start in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: size) {
      var bits: Bits = 0
      for index in 0..<size { bits |= Bits(bytes[start + index]) << (8 * index) }
      values.append(value(bits))
    }
    return values
  }
}
