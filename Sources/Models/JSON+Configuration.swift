import Files
import Formats

// A configuration of diffusers is an object of options, with the class that it is for and the version that wrote it.
//
// Every option is known to its reader or has one value that is accepted. Whatever else a file asks for is refused by
// name: what was built without it would be something else.

extension JSON {
  /// The name of the option that says what class a configuration is for.
  package static let className = "_class_name"
  /// The version of diffusers whose files are read and written.
  private static let diffusersVersion = "0.42.1"

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - className: The class that it is for.
  ///   - options: The options and their values.
  package init(configurationOf className: String, _ options: [Member]) {
    let head = [
      Member(Self.className, JSON(className)), Member("_diffusers_version", JSON(Self.diffusersVersion)),
    ]
    self.init(head + options)
  }

  /// Hands the options of a configuration to its reader, one after another.
  ///
  /// - Parameters:
  ///   - className: The class that the configuration must be for, if it says one.
  ///   - fixed: The options that have one value, with that value.
  ///   - read: Takes the value of an option, and says whether it knows the option. It is not asked about options whose
  ///     name begins with `_`: they are diffusers' own affair.
  /// - Throws: A failure that names the option that is not supported or can't be.
  package func readConfiguration(
    of className: String, fixed: [Member],
    _ read: (_ option: String, _ value: JSON) throws(FileFailure) -> Bool
  ) throws(FileFailure) {
    for member in try members {
      do throws(FileFailure) {
        if member.name == Self.className {
          guard member.value == JSON(className) else {
            throw member.value.failure(expected: "\"\(className)\"")
          }
        } else if !member.name.hasPrefix("_"), try !read(member.name, member.value) {
          try member.requireFixed(fixed)
        }
      } catch {
        throw FileFailure(
          file: error.file, at: error.place, expected: "\"\(member.name)\" to be \(error.expected)",
          found: error.found)
      }
    }
  }

  /// The string as one of the cases of a type; a failure for anything else.
  package func oneOf<Case: CaseIterable & RawRepresentable<String>>(
    _ type: Case.Type = Case.self
  ) throws(FileFailure) -> Case {
    guard let match = Case(rawValue: try string) else {
      throw failure(expected: Case.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
    }
    return match
  }

  /// Whether it is the same value: numbers count as the same whatever their digits.
  fileprivate func isSame(as other: JSON) -> Bool {
    if case .number(let left) = content, case .number(let right) = other.content {
      return Double(left) == Double(right)
    }
    return self == other
  }
}

extension JSON.Member {
  /// Refuses an option that is not among some that have one value, or has another value.
  fileprivate func requireFixed(_ options: [JSON.Member]) throws(FileFailure) {
    guard let known = options.first(where: { $0.name == name })?.value else {
      throw value.failure(expected: "left out, an unknown option", found: value.shownText)
    }
    guard value.isSame(as: known) else {
      throw value.failure(expected: "\(known.compactText), all that is supported", found: value.shownText)
    }
  }
}
