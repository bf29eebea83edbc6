/// The bytes of a safetensors file with this header and as many zero bytes of data.
package func tensorFile(_ header: String, zeros count: Int = 0) -> [UInt8] {
  lengthBytes(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: count)
}

/// The eight bytes of a header's length.
package func lengthBytes(_ length: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
}

/// A header's entry.
package func described(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
  #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}
