import Files

/// What a file seems to be by its first bytes, as a message names it.
func kind(of bytes: [UInt8]) -> String {
  if bytes.isEmpty { return "an empty file" }
  if bytes.count < 4 { return "only \(counted(bytes.count, "byte"))" }
  for (signature, name) in signatures where bytes.starts(with: signature) { return name }
  return "the bytes \(hexadecimal(bytes.prefix(4)))"
}

/// Files that end up where a PGM or an IDX file was meant, by their first bytes.
private let signatures: [([UInt8], String)] = [
  ([0x1f, 0x8b], "gzip data"),
  ([0x89, 0x50, 0x4e, 0x47], "a PNG picture"),
  ([0xff, 0xd8, 0xff], "a JPEG picture"),
  ([0x50, 0x4b, 0x03, 0x04], "a zip archive"),
  (Array("GIF8".utf8), "a GIF picture"),
  (Array("BM".utf8), "a BMP picture"),
  (Array("II*\0".utf8), "a TIFF picture"),
  (Array("MM\0*".utf8), "a TIFF picture"),
  (Array("P1".utf8), "a plain PBM picture (P1)"),
  (Array("P2".utf8), "a plain PGM picture (P2)"),
  (Array("P3".utf8), "a plain PPM picture (P3)"),
  (Array("P4".utf8), "a PBM picture (P4)"),
  (Array("P5".utf8), "a PGM picture (P5)"),
  (Array("P6".utf8), "a PPM picture (P6)"),
  (Array("P7".utf8), "a PAM picture (P7)"),
  ([0, 0, 0x08], "an IDX file"),
  (Array("<!".utf8), "a page of HTML"),
  (Array("<html".utf8), "a page of HTML"),
]

/// Bytes as pairs of digits: `50 36 0a`.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
