import Files
import Foundation

/// The value of `body`, or the end of the program: one line on standard error and status 1.
///
/// For what the world can get wrong at the top level of a chapter: a file that is not there, a value that an
/// option made impossible; the line then begins with that `option`.
@discardableResult
package func orExit<Value: ~Copyable>(
  _ body: @autoclosure () throws -> Value, for option: String? = nil
) -> Value {
  do {
    return try body()
  } catch {
    note("\(programName): \(option.map { "\($0): " } ?? "")\(error)")
    exit(1)
  }
}

/// The name under which the program was started.
package var programName: String {
  (CommandLine.arguments.first ?? "chapter").split(separator: "/").last.map(String.init) ?? "chapter"
}

/// Writes to standard output at once; where that cannot be, ends the program with status 1.
///
/// `print` keeps text back and forgets a failure, so that a full disk would look like success.
package func emit(_ text: String) {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  } catch {
    note("\(programName): standard output cannot be written")
    exit(1)
  }
}

/// Writes one line to standard error, whatever the text contains; where there is none, nobody can be told.
package func note(_ line: String) {
  prompt(onOneLine(line) + "\n")
}

/// Writes to standard error as it is.
package func prompt(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

/// The number of columns of the terminal that standard output is; 80 where it does not say.
///
/// The system fills in a structure behind a pointer, which lives as long as the call.
package func terminalColumns() -> Int {
  var size = winsize()
  let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
  return isKnown ? Int(size.ws_col) : 80
}
