import TestSupport

/// Safetensors files at the edges of the format, for the package to compare: each with what is odd about it.
let oddTensors: [(name: String, bytes: [UInt8])] = {
  let one = described("t", "U8", "[1]", "[0,1]")
  func entry(_ shape: String, _ offsets: String, type: String = "U8") -> String {
    "{\(described("t", type, shape, offsets))}"
  }
  let headers: [(name: String, header: String, data: Int)] = [
    ("as usual", "{\(one)}", 1), ("no tensor", "{}", 0), ("blanks after the header", "{\(one)}  \t\r\n", 1),
    ("a blank before the header", " {\(one)}", 1), ("an empty header", "", 0),
    ("a name twice", "{\(one),\(one)}", 1),
    (
      "a name in two forms of Unicode",
      "{\(described("é", "U8", "[1]", "[0,1]")),\(described("e\u{301}", "U8", "[1]", "[1,2]"))}", 2
    ),
    (
      "31 combining marks in a row",
      "{\(described("e" + String(repeating: "\u{301}", count: 31), "U8", "[1]", "[0,1]"))}", 1
    ),
    ("a field twice", #"{"t":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1),
    ("an unknown field", #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":null}}"#, 1),
    ("an entry that is an array", #"{"t":["U8",[1],[0,1]]}"#, 1),
    ("metadata null", "{\"__metadata__\":null,\(one)}", 1),
    ("metadata empty", "{\"__metadata__\":{},\(one)}", 1),
    ("metadata with a number", "{\"__metadata__\":{\"a\":1},\(one)}", 1),
    ("metadata twice", "{\"__metadata__\":{},\"__metadata__\":{},\(one)}", 1),
    ("a name in metadata twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"b\"},\(one)}", 1),
    ("an empty name", "{\(described("", "U8", "[1]", "[0,1]"))}", 1),
    ("a NUL in a name", "{\(described(#"\u0000"#, "U8", "[1]", "[0,1]"))}", 1),
    ("half a surrogate pair", "{\(described(#"\ud800"#, "U8", "[1]", "[0,1]"))}", 1),
    ("a dimension of -0", entry("[-0]", "[0,0]"), 0), ("a dimension of 1.0", entry("[1.0]", "[0,1]"), 1),
    ("a dimension of 1e0", entry("[1e0]", "[0,1]"), 1), ("a dimension of 01", entry("[01]", "[0,1]"), 1),
    ("no elements, dimensions of 2^63", entry("[0,9223372036854775808]", "[0,0]"), 0),
    ("no elements, dimensions of 2^63 - 1", entry("[0,9223372036854775807]", "[0,0]"), 0),
    ("no elements, dimensions of 2^64", entry("[0,18446744073709551616]", "[0,0]"), 0),
    ("no elements, the overflow before the zero", entry("[9223372036854775807,4,0]", "[0,0]"), 0),
    ("half a byte", entry("[1]", "[0,0]", type: "F4"), 0),
    ("two halves", entry("[2]", "[0,1]", type: "F4"), 1),
    ("three offsets", entry("[1]", "[0,1,1]"), 1), ("offsets from behind", entry("[1]", "[1,0]"), 1),
    ("a type in small letters", entry("[1]", "[0,1]", type: "u8"), 1),
    ("data before the first tensor", entry("[1]", "[1,2]"), 2), ("data after the last", "{\(one)}", 2),
    ("an unknown field nested 124 deep", nested(124), 1),
    ("an unknown field nested 125 deep", nested(125), 1),
    ("an unknown field nested 126 deep", nested(126), 1),
    ("an unknown field of 1e999", #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1e999}}"#, 1),
  ]
  return headers.map { ($0.name, tensorFile($0.header, zeros: $0.data)) }
}()

private func nested(_ depth: Int) -> String {
  #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":"#
    + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}}"
}
