import Files
import Formats

/// Why a training cannot go on from a checkpoint.
package enum ResumeFailure: Error, Equatable, Sendable {
  /// The file is not what a training of this network has written.
  case checkpoint(FileFailure)
  /// The run has had other options than are asked for now.
  case options(file: String, [ChangedOption])

  /// An option, and the two values that it has.
  package struct ChangedOption: Equatable, Sendable {
    /// The option; of one within another both names, with a dot between.
    package let name: String
    /// What the run had; nil where it had no such option.
    package let had: JSON?
    /// What is asked for now; nil where nothing is.
    package let asked: JSON?

    /// Creates a changed option.
    package init(_ name: String, had: JSON?, asked: JSON?) {
      self.name = name
      self.had = had
      self.asked = asked
    }
  }
}

extension ResumeFailure: CustomStringConvertible {
  /// The failure in one line.
  package var description: String {
    switch self {
    case .checkpoint(let failure): failure.description
    case .options(let file, let changes):
      FileFailure(
        file: file, at: .whole, expected: "the options that the run has had", found: listed(changes)
      ).description
    }
  }
}

extension ResumeFailure.ChangedOption: CustomStringConvertible {
  /// The option and its two values, as a phrase.
  package var description: String {
    func shown(_ value: JSON?) -> String {
      guard let text = value?.compactText else { return "nothing" }
      return text.count > 60 ? text.prefix(60) + "…" : text
    }
    return "\(name) \(shown(asked)) instead of \(shown(had))"
  }
}

extension Checkpoint {
  /// Refuses other options than the run has had.
  ///
  /// Objects are compared member by member, in any order; all else as it is written. A program asks this before it
  /// reads its data; `Trainer` asks again.
  ///
  /// - Parameter asked: The options that the training shall have.
  /// - Throws: Every option that differs, by name.
  package func requireOptions(_ asked: JSON) throws(ResumeFailure) {
    let changes = changes(from: options, to: asked, name: "options")
    guard changes.isEmpty else { throw .options(file: file, changes) }
  }
}

/// The options in which two differ.
private func changes(from had: JSON?, to asked: JSON?, name: String) -> [ResumeFailure.ChangedOption] {
  guard had != asked else { return [] }
  guard case .object(let old) = had?.content, case .object(let new) = asked?.content else {
    return [ResumeFailure.ChangedOption(name, had: had, asked: asked)]
  }
  // By name, not one after another: a file may have any number of options.
  let (oldValues, newValues) = (byName(old), byName(new))
  return (old.map(\.name) + new.map(\.name).filter { oldValues[$0] == nil }).flatMap { member in
    changes(
      from: oldValues[member], to: newValues[member],
      name: name == "options" ? member : "\(name).\(member)")
  }
}

/// The values of an object's members.
private func byName(_ members: [JSON.Member]) -> [String: JSON] {
  Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
}
