// Hands damaged files to the readers, in a process of its own that is started again where one of them stops it.
//
//     torture FORMAT SEED COUNT [--record FILE]   COUNT files, damaged at random
//     torture FORMAT every                        every truncation of the whole files, and every bit of them flipped
//     torture FORMAT SEED --case NUMBER           one of those files again (SEED may be every): the file, and the verdict
//     torture awkward listed [COUNT]              a megabyte of this and that: what it takes in time and memory
//     torture list                                the formats
//
// It prints what it has counted, and each file that a reader stopped at, hung at, misread or complained about in more
// than a line; then it fails. A file is a function of format, seed and number.
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())

func usage() -> Never {
  note("usage: torture FORMAT SEED COUNT | FORMAT every | FORMAT SEED --case NUMBER | awkward listed | list")
  exit(2)
}

func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// The format that an argument names.
func format(_ name: String) throws -> Format {
  guard let make = formats.first(where: { $0.name == name })?.make else { usage() }
  return try make()
}

/// The whole number that an argument is.
func number(_ text: String) -> Int {
  guard let number = Int(text), number >= 0 else { usage() }
  return number
}

/// The cases that an argument names.
func cases(_ text: String) -> Format.Cases {
  switch text {
  case "every": .every
  case "listed": .listed
  default: .random(seed: UInt64(number(text)))
  }
}

/// Goes through the cases, and ends the program.
func go(_ cases: Format.Cases, count: Int? = nil, record: String? = nil) throws -> Never {
  let format = try format(arguments[0])
  let count = min(count ?? .max, format.count(of: cases))
  let run = Run(format: arguments[0], cases: cases, count: count, record: record)
  exit(try supervise(run, format) ? 0 : 1)
}

switch arguments.count {
case 1 where arguments[0] == "list": for format in formats { print(format.name) }
case 2 where ["every", "listed"].contains(arguments[1]): try go(cases(arguments[1]))
case 3: try go(cases(arguments[1]), count: number(arguments[2]))
case 4 where arguments[2] == "--case":
  let format = try format(arguments[0])
  let bytes = format.bytes(cases(arguments[1]), number(arguments[3]))
  FileHandle.standardOutput.write(Data(bytes))
  note("\(verdict(of: format, on: bytes))")
case 5 where arguments[3] == "--record":
  try go(cases(arguments[1]), count: number(arguments[2]), record: arguments[4])
case 7...8 where arguments[0] == "--worker":
  try work(
    Run(
      format: arguments[1], cases: cases(arguments[2]), count: number(arguments[3]),
      record: arguments.count == 8 ? arguments[7] : nil),
    from: number(arguments[4]), state: arguments[5], found: arguments[6])
default: usage()
}
