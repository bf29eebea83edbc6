import Files

/// An array of bytes with its dimensions, as the MNIST files store it.
///
/// The format: two zero bytes; the type of an element; the number of dimensions; each dimension as four bytes, the
/// highest first; the elements, the last dimension running fastest. Only unsigned bytes (type 0x08) are read.
package struct IDX: Equatable, Sendable {
  /// The length of each dimension, at least 1, the slowest first.
  package let dimensions: [Int]
  /// The elements; as many as the product of the dimensions.
  package let elements: [UInt8]

  /// Creates an array from its dimensions and elements.
  ///
  /// - Parameters:
  ///   - dimensions: 1 to 255 lengths, each from 1 to 2^32 - 1.
  ///   - elements: As many elements as the product of the dimensions.
  package init(dimensions: [Int], elements: [UInt8]) {
    guard (1...255).contains(dimensions.count) else {
      fatalError("an IDX array has 1 to 255 dimensions, not \(dimensions.count)")
    }
    if let length = dimensions.first(where: { !(1...Int(UInt32.max)).contains($0) }) {
      fatalError("an IDX array has dimensions of 1 to 4,294,967,295, not \(length)")
    }
    guard product(of: dimensions) == elements.count else {
      fatalError("an IDX array of \(spelled(dimensions)) does not have \(counted(elements.count, "element"))")
    }
    self.dimensions = dimensions
    self.elements = elements
  }

  /// The array as a file.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = [0, 0, unsignedBytes, UInt8(dimensions.count)]
    for length in dimensions {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(length >> shift & 255)) }
    }
    return bytes + elements
  }

  /// Writes the array, whole or not at all.
  ///
  /// - Parameter path: The file; missing folders are made.
  /// - Throws: A failure in the system's words; what was there before is then untouched.
  package func write(to path: String) throws(FileFailure) {
    try writeWhole(bytes, to: path)
  }

  /// Reads an array.
  ///
  /// - Parameter path: An unpacked IDX file of unsigned bytes.
  /// - Returns: The array.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package static func read(_ path: String) throws(FileFailure) -> IDX {
    try IDX(parsing: readWhole(path), file: path)
  }

  /// Reads an array from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: The name that a failure shall give.
  /// - Throws: A failure that names the byte where the file breaks the format.
  package init(parsing bytes: [UInt8], file: String) throws(FileFailure) {
    func failure(at offset: Int, expected: String, found: String) -> FileFailure {
      FileFailure(file: file, at: .byte(offset), expected: expected, found: found)
    }
    guard !bytes.starts(with: [0x1f, 0x8b]) else {
      throw failure(
        at: 0, expected: "an unpacked IDX file", found: "gzip data; `gzip -d` unpacks a file named *.gz")
    }
    guard bytes.count >= 4, bytes.starts(with: [0, 0]) else {
      throw failure(
        at: 0, expected: "an IDX file (00 00, type, number of dimensions)", found: kind(of: bytes))
    }
    guard bytes[2] == unsignedBytes else {
      throw failure(at: 2, expected: "unsigned bytes (type 0x08)", found: typeName(bytes[2]))
    }
    guard bytes[3] > 0 else { throw failure(at: 3, expected: "at least 1 dimension", found: "0") }

    let header = 4 + 4 * Int(bytes[3])
    guard bytes.count >= header else {
      let expected = "\(counted(Int(bytes[3]), "dimension")) (\(counted(header - 4, "byte")))"
      throw failure(at: 4, expected: expected, found: counted(bytes.count - 4, "byte"))
    }
    var dimensions: [Int] = []
    for offset in stride(from: 4, to: header, by: 4) {
      let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length > 0 else {
        throw failure(at: offset, expected: "a dimension of at least 1", found: "0")
      }
      dimensions.append(length)
    }

    guard let count = product(of: dimensions), count <= Int.max - header else {
      throw failure(at: 4, expected: "dimensions that a file can fill", found: spelled(dimensions))
    }
    guard bytes.count >= header + count else {
      let expected =
        "\(spelled(dimensions)) \(count == 1 ? "element" : "elements") (\(counted(header + count, "byte")))"
      throw failure(at: 4, expected: expected, found: counted(bytes.count, "byte"))
    }
    guard bytes.count == header + count else {
      let surplus = counted(bytes.count - header - count, "byte") + " more"
      throw failure(
        at: header + count, expected: "the end of the file after \(spelled(dimensions))", found: surplus)
    }
    self.init(dimensions: dimensions, elements: Array(bytes[header...]))
  }
}

/// The type of an element that is a number of 0 to 255.
private let unsignedBytes: UInt8 = 0x08

/// The format's name for a type of elements.
private func typeName(_ type: UInt8) -> String {
  switch type {
  case 0x09: "signed bytes (type 0x09)"
  case 0x0b: "16-bit integers (type 0x0b)"
  case 0x0c: "32-bit integers (type 0x0c)"
  case 0x0d: "floats (type 0x0d)"
  case 0x0e: "doubles (type 0x0e)"
  default: "the unknown type 0x\(hexadecimal([type]))"
  }
}

/// The product of the dimensions, or nil where it overflows.
private func product(of dimensions: [Int]) -> Int? {
  var product = 1
  for length in dimensions {
    let (next, overflows) = product.multipliedReportingOverflow(by: length)
    if overflows { return nil }
    product = next
  }
  return product
}

/// Dimensions as a message shows them: `60000 x 28 x 28`; of more than eight, the first.
private func spelled(_ dimensions: [Int]) -> String {
  let shown = dimensions.prefix(8).map(\.description).joined(separator: " x ")
  return dimensions.count > 8 ? "\(shown) x … (\(dimensions.count) dimensions)" : shown
}
