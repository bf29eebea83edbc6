import ArgumentParser
import Foundation

extension ParsableCommand {
  /// Parses the command line; a mistake ends the program with one line on standard error and status 64.
  ///
  /// A call for help is answered on standard output, and the program ends with status 0.
  ///
  /// Every program begins here: from here on a file that grows beyond the limit on files is a writing that fails, and
  /// not a signal that ends the program without a word.
  package static func parsedOrExit() -> Self {
    signal(SIGXFSZ, SIG_IGN)
    do {
      return try parse()
    } catch {
      exitAnswering(error)
    }
  }

  /// Parses the command line, runs the subcommand that it names and ends the program: with status 64 after a mistake on
  /// the command line, with 1 after any other failure, each told in one line on standard error.
  package static func runOrExit() -> Never {
    signal(SIGXFSZ, SIG_IGN)
    var command: any ParsableCommand
    do { command = try parseAsRoot() } catch { exitAnswering(error) }
    do {
      try command.run()
    } catch let exit as ExitCode {
      Foundation.exit(exit.rawValue)
    } catch {
      if exitCode(for: error) == .success { exitAnswering(error) }
      orExit(try { throw error }())
    }
    Foundation.exit(0)
  }

  /// Ends the program with what there is to say of a command line that is no call to work.
  private static func exitAnswering(_ error: any Error) -> Never {
    let status = exitCode(for: error)
    if status == .success {
      emit(fullMessage(for: error))
    } else {
      note("\(_commandName): \(message(for: error))")
    }
    Foundation.exit(status.rawValue)
  }

  /// Ends the program with the line to use instead, where the command line has options that another program has taken
  /// over; else does nothing.
  ///
  /// - Parameters:
  ///   - program: The other program, which stands beside this one.
  ///   - options: The names of these options, without `--`.
  ///   - arguments: Makes the arguments of the other program of those of this one.
  package static func sendOn(
    to program: String, options: Set<String>, _ arguments: ([String]) -> [String]
  ) {
    let own = Array(CommandLine.arguments.dropFirst())
    let given = own.first { argument in
      argument.hasPrefix("--") && options.contains(String(argument.dropFirst(2).prefix { $0 != "=" }))
    }
    guard let given else { return }
    let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let words = [(folder + [program[...]]).joined(separator: "/")] + arguments(own)
    note(
      "\(_commandName): \(given.prefix { $0 != "=" }) is now of another program: \(words.map(quoted).joined(separator: " "))"
    )
    Foundation.exit(ExitCode.validationFailure.rawValue)
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,:+%@".contains($0)) }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

/// Refuses an option's number that lies outside a range, with a message that names both.
package func require<Value: Comparable>(
  _ option: String, _ value: Value, in range: ClosedRange<Value>
) throws {
  guard range.contains(value) else {
    throw ValidationError("\(option): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
  }
}

/// Refuses options that are each in their range but together give nothing, with a message that names them.
///
/// - Parameters:
///   - options: The options with their values.
///   - body: What they are for; the reason is what it throws.
package func require<Value>(_ options: String, toAllow body: () throws -> Value) throws {
  do {
    _ = try body()
  } catch {
    throw ValidationError("\(options): \(error)")
  }
}
