import Files

// Every rule of the format is checked before a tensor is named: after reading, an entry's bytes are there and are as
// many as its type and shape say. Where the format's description and the safetensors library part, this reader is as
// strict as the stricter of the two: the header begins with `{`, no name stands twice, `__metadata__` and the entries
// are objects. As in the library, other fields of an entry are let be, but for numbers that overflow. Dimensions are less
// than 2^63, which the library demands only of tensors that have elements.

extension Safetensors {
  /// Reads tensors.
  ///
  /// - Parameter path: A safetensors file.
  /// - Returns: The tensors.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package static func read(_ path: String) throws(FileFailure) -> Safetensors {
    try Safetensors(parsing: readWhole(path), file: path)
  }

  /// Reads tensors from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package init(parsing bytes: [UInt8], file: String) throws(FileFailure) {
    let header = try headerRange(of: bytes, file: file)
    guard header.isEmpty || bytes[header.lowerBound] == UInt8(ascii: "{") else {
      throw FileFailure(
        file: file, at: .byte(header.lowerBound), expected: "a header that begins with {",
        found: shown(bytes[header.lowerBound]))
    }
    let members = try JSON(parsing: bytes, in: header, file: file).members
    for member in members { try requireFiniteNumbers(in: member.value) }
    let described = members.filter { $0.name != Self.metadataName }
    var tensors: [DescribedTensor] = []
    for member in described { tensors.append(try DescribedTensor(member)) }
    tensors.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    try checkGapless(tensors, in: header.upperBound..<bytes.count, file: file)

    self.init(
      entries: tensors.map { $0.entry(dataStart: header.upperBound) },
      metadata: try texts(in: members), bytes: bytes, file: file)
  }
}

/// Where the header stands.
private func headerRange(of bytes: [UInt8], file: String) throws(FileFailure) -> Range<Int> {
  func failure(expected: String, found: String) -> FileFailure {
    FileFailure(file: file, at: .byte(0), expected: expected, found: found)
  }
  let start = Safetensors.headerStart
  guard bytes.count >= start else {
    throw failure(expected: "a safetensors file (8 bytes of length, header, data)", found: kind(of: bytes))
  }
  let length = bytes[..<start].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  guard length <= Safetensors.longestHeader else {
    throw failure(
      expected: "a safetensors file with a header of at most \(counted(Safetensors.longestHeader, "byte"))",
      found: "a length of \(length) (\(kind(of: bytes)))")
  }
  guard length <= bytes.count - start else {
    throw failure(
      expected: "a header of \(counted(Int(length), "byte"))",
      found: "\(counted(bytes.count - start, "byte")) after its length")
  }
  return start..<start + Int(length)
}

/// Refuses a number that no Double is near, wherever it stands; the safetensors library's parser does.
private func requireFiniteNumbers(in value: JSON) throws(FileFailure) {
  switch value.content {
  case .number: _ = try value.number
  case .array(let elements): for element in elements { try requireFiniteNumbers(in: element) }
  case .object(let members): for member in members { try requireFiniteNumbers(in: member.value) }
  case .null, .boolean, .string: break
  }
}

/// What the header says of the file itself.
private func texts(in header: [JSON.Member]) throws(FileFailure) -> [String: String] {
  guard let member = header.first(where: { $0.name == Safetensors.metadataName }) else { return [:] }
  var texts: [String: String] = [:]
  for text in try member.value.members { texts[text.name] = try text.value.string }
  return texts
}

/// A tensor as the header describes it.
private struct DescribedTensor {
  let name: String
  let type: Safetensors.ElementType
  let shape: [Int]
  /// The first byte, and the one after the last, counted from the first byte after the header.
  let start, end: Int
  let description: JSON
  /// The two numbers in the header.
  let offsets: JSON

  init(_ member: JSON.Member) throws(FileFailure) {
    name = member.name
    description = member.value
    let typeName = try description.member("dtype")
    guard let type = Safetensors.ElementType(rawValue: try typeName.string) else {
      throw typeName.failure(expected: "a type of the format, such as F32")
    }
    self.type = type
    let dimensions = try description.member("shape")
    shape = try naturals(dimensions)
    offsets = try description.member("data_offsets")
    let ends = try naturals(offsets)
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw offsets.failure(expected: "where the data begin and where they end")
    }
    (start, end) = (ends[0], ends[1])

    guard let size = bitCount(type, shape) else {
      throw dimensions.failure(expected: "dimensions whose product does not overflow")
    }
    guard size.isMultiple(of: 8) else {
      throw dimensions.failure(expected: "as many elements of the type \(type.rawValue) as fill whole bytes")
    }
    guard size / 8 == end - start else {
      throw offsets.failure(
        expected: "\(counted(size / 8, "byte")) for \(type.rawValue) \(shape)",
        found: counted(end - start, "byte"))
    }
  }

  func entry(dataStart: Int) -> Safetensors.Entry {
    Safetensors.Entry(
      name: name, type: type, shape: shape, range: dataStart + start..<dataStart + end,
      place: description.place)
  }
}

/// An array of integers from 0 up.
private func naturals(_ array: JSON) throws(FileFailure) -> [Int] {
  var numbers: [Int] = []
  for element in try array.elements {
    // "-0" is an integer to Swift, but to the safetensors library it is none.
    guard case .number(let digits) = element.content, !digits.hasPrefix("-"), let number = Int(digits) else {
      throw element.failure(expected: "an integer of 0 to \(Int.max)")
    }
    numbers.append(number)
  }
  return numbers
}

/// The bits of a tensor's elements, or nil where their number overflows.
private func bitCount(_ type: Safetensors.ElementType, _ shape: [Int]) -> Int? {
  var count = 1
  for factor in shape + [type.bits] {
    let (product, overflows) = count.multipliedReportingOverflow(by: factor)
    if overflows { return nil }
    count = product
  }
  return count
}

/// Refuses tensors that overlap, leave a hole between them or do not fill the data.
private func checkGapless(
  _ tensors: [DescribedTensor], in data: Range<Int>, file: String
) throws(FileFailure) {
  var end = 0
  for tensor in tensors {
    guard tensor.start == end else {
      throw tensor.offsets.failure(
        expected: "the data of \(quoted(tensor.name)) from \(grouped(end)) on, where those before end",
        found: "from \(grouped(tensor.start)) on")
    }
    guard tensor.end <= data.count else {
      throw tensor.offsets.failure(
        expected: "\(counted(tensor.end, "byte")) after the header", found: grouped(data.count))
    }
    end = tensor.end
  }
  guard end == data.count else {
    throw FileFailure(
      file: file, at: .byte(data.lowerBound + end), expected: "the end of the file after the last tensor",
      found: "\(counted(data.count - end, "byte")) more")
  }
}
